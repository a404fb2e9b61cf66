"""Mesa's data collector over the engine's record: the weekly columns are there already, nothing is collected twice."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa.datacollection import DataCollector

from copsim.core.observables import NAMES
from copsim.core.vocabulary import STAGES
from copsim.engine.gate import months_of
from copsim.measures.outcomes import Lives
from copsim.measures.weekly import activity_codes, category

if TYPE_CHECKING:
    import pandas as pd

    from copsim.agents.model import CommunityModel


class RecordCollector(DataCollector):
    """A `mesa.DataCollector` whose model variables are the columns of `weekly`, a row a week from week 1 on.

    They are taken from the engine's record when asked for; `collect` only asks the members, where reporters of theirs
    were given, and is called by the model's step.
    """

    def __init__(self, community: "CommunityModel", agent_reporters: Mapping[str, Any] | None = None) -> None:
        super().__init__(agent_reporters=agent_reporters)
        self.community, self._table = community, _Table(0, {})
        self.model_reporters = {name: partial(observed, name) for name in (*NAMES, "activity_stage")}

    def collect(self, model: Any) -> None:
        """Collect what the members report this week; the model's own variables are in the record."""
        steps = getattr(self, "_collection_steps", None)  # from 3.5 on, the batch runner asks for the weeks here
        if steps is not None and model.time not in steps[-1:]:
            steps.append(model.time)
        if not self.agent_reporters:
            return
        reporters, self.model_reporters = self.model_reporters, {}
        try:
            super().collect(model)
        finally:
            self.model_reporters = reporters

    @property
    def model_vars(self) -> dict[str, list[Any]]:
        """Model variables by name, each a list with a value a week."""
        if self._table.week != self.community.week:
            frame = self.get_model_vars_dataframe()
            self._table = _Table(self.community.week, {str(name): frame[name].tolist() for name in frame})
        return self._table.columns

    @model_vars.setter
    def model_vars(self, columns: dict[str, list[Any]]) -> None:
        """Take no notice of the empty lists that Mesa begins with."""

    def get_model_vars_dataframe(self) -> "pd.DataFrame":
        """Return the columns of `weekly` for the weeks so far, indexed by week; stages are categories."""
        import pandas as pd

        week, record = self.community.week, self.community.state.record
        table: dict[str, Any] = {}
        for place, name in enumerate(NAMES):
            values = record[:week, place].copy()
            table[name] = category(values.astype(np.int8), STAGES) if name == "stage" else values
            if name == "stage":
                table["activity_stage"] = category(activity_so_far(self.community), STAGES)
        return pd.DataFrame(table, index=pd.RangeIndex(1, week + 1, name="week"))


class _Table:
    """The lists made last, and up to which week."""

    def __init__(self, week: int, columns: dict[str, list[Any]]) -> None:
        self.week, self.columns = week, columns


def activity_so_far(community: "CommunityModel") -> Any:
    """Return the activity stage of each week so far, int8; weeks to come are silent and change nothing before them."""
    nothing = np.zeros(1)
    lives = Lives(community.state.record[None], nothing, nothing, nothing, nothing, nothing, 0)
    return activity_codes(lives, months_of(community.plan)[1:])[0, : community.week]


def observed(name: str, community: "CommunityModel") -> Any:
    """Return one variable as it was at the end of the last week; stages in words. Errors: IndexError before week 1."""
    return community.datacollector.model_vars[name][-1]
