"""Points and cells: a point is known by what its factors are set to, a cell is a scenario at a point.

The id of a point is a hash of its values, so that it stays when a plan grows; its number is its place in the design. Runs
go through the cells in an order that a hash scrambles, one replicate of all cells after another: wherever a sweep stops,
every cell has as many runs as any other, give or take one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.errors import UserError
from copsim.studies.manifest import canonical
from copsim.sweeps.design import points_of
from copsim.sweeps.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
NUMBER, POINT, PLANNED = "number", "point", "planned"


@dataclass(frozen=True)
class Cell:
    """A scenario, by name, at a point, by id; `settings` are the values that the point gives its factors, by column."""

    scenario: str
    point: str
    settings: Mapping[str, float]

    @property
    def key(self) -> tuple[str, str]:
        """What the cell is known by."""
        return self.scenario, self.point


def point_id(settings: Mapping[str, float]) -> str:
    """Return 16 hexadecimal digits that stand for the values of a point."""
    return _hash(canonical(dict(settings)), 8)


def _hash(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()


def settings_of(names: Sequence[str], row: Sequence[float]) -> dict[str, float]:
    """Return what a row of values sets: NaN sets nothing."""
    return {name: value for name, value in zip(names, row, strict=True) if value == value}


def points_table(plan: Plan) -> "pd.DataFrame":
    """Return the points of a plan: number, point, planned, and a column a factor, empty where nothing is set."""
    values = points_of(plan.design, plan.factors, plan.seed, f"{plan.place}, [design]")
    return table_of([factor.key for factor in plan.factors], values)


def table_of(names: Sequence[str], values: Array) -> "pd.DataFrame":
    """Return rows of values as a table of points, all of them planned."""
    import pandas as pd

    ids = [point_id(settings_of(names, row)) for row in values.tolist()]
    known: dict[str, tuple[float, ...]] = {}
    for one, row in zip(ids, np.nan_to_num(values, nan=np.inf).tolist(), strict=True):
        if known.setdefault(one, tuple(row)) != tuple(row):
            raise UserError(f"two points have the same id, {one}; change a value in its last digit")
    keys = {NUMBER: np.arange(len(values), dtype=np.int32), POINT: ids, PLANNED: np.ones(len(values), bool)}
    return pd.DataFrame({**keys, **{name: values[:, place] for place, name in enumerate(names)}})


def grown(before: "pd.DataFrame", now: "pd.DataFrame") -> "pd.DataFrame":
    """Return the points of now, and after them those of before that the plan no longer has, marked as not planned."""
    import pandas as pd

    gone = before[~before[POINT].isin(now[POINT])].drop_duplicates(POINT)
    if gone.empty:
        return now
    gone[PLANNED] = False
    gone[NUMBER] = np.arange(len(now), len(now) + len(gone), dtype=np.int32)
    return pd.concat([now, gone], ignore_index=True)


def cells_of(scenarios: Sequence[str], points: "pd.DataFrame", seed: int) -> list[Cell]:
    """Return every planned cell once, in the order of running."""
    planned = points[points[PLANNED]].drop_duplicates(POINT)
    names = [name for name in points.columns if name not in (NUMBER, POINT, PLANNED)]
    rows = planned[names].to_numpy(float).tolist() if names else [[]] * len(planned)
    settings = [(one, settings_of(names, row)) for one, row in zip(planned[POINT], rows, strict=True)]
    cells = [Cell(scenario, one, values) for scenario in scenarios for one, values in settings]
    return sorted(cells, key=lambda cell: _hash(f"{seed} {cell.point} {cell.scenario}", 16))


@dataclass(frozen=True)
class Share:
    """Shard `number` of `of`: a run belongs to exactly one of them, whatever else a plan holds."""

    number: int = 1
    of: int = 1

    def turn(self, cell: Cell) -> int:
        """Return which of every `of` replicates of a cell are this shard's: the first of them."""
        return (self.number - 1 - int(_hash(f"{cell.point} {cell.scenario}", 8), 16)) % self.of


def checked_share(text: str | None) -> Share:
    """Return the shard that "3/16" names. Errors: `UserError`."""
    if text is None:
        return Share()
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= 100_000):
        raise UserError(f"--shard must be like 3/16, the third of sixteen shards, it is {text!r}")
    return Share(int(number), int(of))


def missing(cells: Sequence[Cell], done: Array, share: Share) -> Iterator[tuple[int, int]]:
    """Yield (cell, replicate) of every run of a shard that is not done, replicates outermost.

    done: bool (cells, replicates).
    """
    turns = np.array([share.turn(cell) for cell in cells])
    for replicate in range(done.shape[1]):
        here = ~done[:, replicate] & (turns == replicate % share.of)
        for cell in np.flatnonzero(here).tolist():
            yield cell, replicate


def to_do(cells: Sequence[Cell], done: Array, share: Share) -> tuple[int, int]:
    """Return how many runs are a shard's, and how many of these are not done."""
    turns = np.array([share.turn(cell) for cell in cells])
    mine = turns[:, None] == np.arange(done.shape[1]) % share.of
    return int(mine.sum()), int((mine & ~done).sum())
