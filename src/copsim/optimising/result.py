"""What a search found: its trials, the finalists on fresh luck, and the comparison behind them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.optimising.asking import Search
from copsim.optimising.confirming import final_table, finalists, scenario_of
from copsim.optimising.trials import Judged
from copsim.scenarios.reading import Scenario
from copsim.studies.result import Comparison

if TYPE_CHECKING:
    import pandas as pd

KIND = "optimise"
TRIALS, FINAL_TABLE, CANDIDATES = "optimise.csv", "final.csv", "candidates"
"""Files of a search: a row a trial; finalists on fresh luck; the folder of their scenario files."""


@dataclass(frozen=True)
class Optimised:
    """A search that has come to its end.

    comparison: the finalists against the base scenario on fresh luck, None where no candidate came near enough to what
    the constraints ask for.
    """

    folder: Path
    manifest: dict[str, Any]
    search: Search
    judged: Judged
    comparison: Comparison | None

    @property
    def table(self) -> "pd.DataFrame":
        """A row a trial, the base scenario (0) first: the columns of optimise.csv."""
        return self.judged.table()

    @property
    def final(self) -> "pd.DataFrame | None":
        """A row a finalist and objective or constraint: what the search saw and what fresh luck says."""
        if self.comparison is None:
            return None
        return final_table(self.judged, finalists(self.judged), self.comparison)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The finalists as scenarios, which `compare` and `simulate` take; in the order of `final`."""
        final = self.final
        numbers = [] if final is None else final["candidate"].drop_duplicates().tolist()
        return tuple(scenario_of(self.search, self.judged.trials[number]) for number in numbers)
