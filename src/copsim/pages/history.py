"""Weekly tables as arrays, one row a run and one column a week drawn: what the pictures over time are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copsim.pages import forms, theme

Array = NDArray[np.float64]
POINTS = 88
BANDS = (0.1, 0.25, 0.5, 0.75, 0.9)
EVENT_NAMES = {"coordinator-leaves": "the coordinator leaves", "sponsor-leaves": "the sponsor leaves"}


@dataclass(frozen=True)
class History:
    """The weekly table of a comparison, cut by scenario; `drawn` are the weeks that are drawn."""

    weekly: Any
    weeks: NDArray[np.int64]
    drawn: NDArray[np.int64]

    @classmethod
    def of(cls, weekly: Any) -> "History":
        """Return the history with every second or third week of a long run drawn, the last one always."""
        weeks = np.unique(weekly["week"].to_numpy()).astype(np.int64)
        step = max(1, -(-len(weeks) // POINTS))
        drawn = np.unique(np.append(np.arange(0, len(weeks), step), len(weeks) - 1)) if len(weeks) else weeks
        return cls(weekly, weeks, drawn.astype(np.int64))

    @property
    def x(self) -> Array:
        """The drawn weeks as numbers of the axis; what holds in week 1 is drawn from the start."""
        x = self.weeks[self.drawn].astype(np.float64)
        if len(x) > 1 and x[0] == 1:
            x[0] = 0.0
        return x

    def rows(self, scenario: str) -> Any:
        """Return the scenario's part of the table."""
        return self.weekly[self.weekly["scenario"] == scenario]

    def values(self, rows: Any, column: str) -> Array:
        """Return an array (runs, drawn weeks) of one observable, missing values as zero."""
        flat = np.nan_to_num(rows[column].to_numpy(dtype=np.float64))
        values: Array = flat.reshape(-1, len(self.weeks))[:, self.drawn]
        return values

    def bands(self, rows: Any, column: str) -> Array:
        """Return an array (10 %, 25 %, 50 %, 75 %, 90 % of the runs; drawn weeks)."""
        return np.quantile(self.values(rows, column), BANDS, axis=0)

    def shares(self, rows: Any) -> Array:
        """Return an array (stages, drawn weeks) of the shares of runs in each stage."""
        codes = stage_codes(rows["stage"]).reshape(-1, len(self.weeks))[:, self.drawn]
        return np.stack([(codes == number).mean(axis=0) for number in range(len(theme.STAGES))])


def stage_codes(column: Any) -> NDArray[np.int64]:
    """Return stages as numbers 0..5, from names (a category or text) or from numbers."""
    if hasattr(column, "cat"):
        names = [theme.STAGES.index(str(name)) if str(name) in theme.STAGES else 5 for name in column.cat.categories]
        taken: NDArray[np.int64] = np.asarray(names, dtype=np.int64).take(column.cat.codes.to_numpy())
        return taken
    values = column.to_numpy()
    numbers = values if values.dtype.kind in "iuf" else [theme.STAGES.index(str(name)) for name in values]
    return np.asarray(numbers, dtype=np.int64)


def dated(scenario: Any) -> list[int]:
    """Return the weeks of a scenario's changes and events, each once."""
    return sorted({int(thing.week) for thing in (*scenario.changes, *scenario.events)})


def event_words(scenario: Any) -> list[str]:
    """Return "the coordinator leaves, week 78" for every dated event and "a change, week 52" for changes."""
    named = [(int(event.week), EVENT_NAMES.get(event.kind, event.kind.replace("-", " "))) for event in scenario.events]
    named += [(int(change.week), "a change of settings") for change in scenario.changes]
    return [f"{forms.clean(name)}, week {week}" for week, name in sorted(set(named))]


def time_ticks(weeks: int) -> tuple[Sequence[float], Sequence[str], str]:
    """Return places, labels and the unit of the time axis: years, or weeks for what is shorter than two years."""
    if weeks < 2 * forms.WEEKS_PER_YEAR:
        step = next(step for step in (1, 2, 4, 8, 13, 26) if weeks / step <= 5 or step == 26)
        places = list(range(0, weeks + 1, step))
        return places, [str(place) for place in places], "weeks"
    years = weeks // forms.WEEKS_PER_YEAR
    step = next(step for step in (1, 2, 5, 10, 20, 50) if years / step <= 5 or step == 50)
    numbers = list(range(0, years + 1, step))
    return [year * forms.WEEKS_PER_YEAR for year in numbers], [str(year) for year in numbers], "years"


def top_of(largest: float) -> float:
    """Return a round number at or above the largest value, at least 1."""
    wanted = max(1.0, largest)
    unit = 10.0 ** forms.magnitude(wanted)
    return next(step * unit for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10) if step * unit >= wanted - 1e-9)
