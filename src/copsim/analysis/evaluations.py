"""What a sweep holds of one outcome, in the order of its design; what is missing is left out whole, and said."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.sweeps.points import NUMBER, PLANNED, POINT

if TYPE_CHECKING:
    import pandas as pd

    from copsim.sweeps.result import Sweep

Array = np.ndarray[Any, Any]
FEWEST_BLOCKS = 8
"""Blocks under which nothing is said."""


@dataclass(frozen=True)
class Evaluations:
    """One outcome of one scenario at the points of a design.

    y: float64 (blocks, points of a block, replicates); x: values of the factors, (blocks, points of a block, factors);
    blocks, replicates: as planned, of which y has those without a gap; not_run, failed, undefined: runs without a value.
    """

    factors: tuple[str, ...]
    y: Array
    x: Array
    blocks: int
    replicates: int
    not_run: int
    failed: int
    undefined: int


def read_outcome(sweep: "Sweep", scenario: str, outcome: str, size: int) -> Evaluations:
    """Return an outcome by blocks of `size` points, of the blocks and replicates that have no gap."""
    points, replicates = planned(sweep), int(sweep.manifest["request"]["replicates"])
    names = [name for name in points.columns if name not in (NUMBER, POINT, PLANNED)]
    there, values = _values(sweep, scenario, outcome, points[POINT].tolist(), replicates)
    once = ~points[POINT].duplicated().to_numpy()
    failed = _failed(sweep, scenario, set(points[POINT]))
    whole = np.asarray(~np.isnan(values).reshape(-1, size, replicates).any(1))
    blocks, columns = without_gaps(whole)
    y = values.reshape(-1, size, replicates)[blocks][:, :, columns]
    x = points[names].to_numpy(float).reshape(-1, size, len(names))[blocks]
    return Evaluations(
        factors=tuple(names),
        y=y,
        x=x,
        blocks=len(whole),
        replicates=replicates,
        not_run=int((~there[once]).sum()) - failed,
        failed=failed,
        undefined=int((there & np.isnan(values))[once].sum()),
    )


def planned(sweep: "Sweep") -> "pd.DataFrame":
    """Return the points that the plan has now, in the order of the design."""
    points = sweep.points
    return points[points[PLANNED]].sort_values(NUMBER, ignore_index=True)


def _values(sweep: "Sweep", scenario: str, outcome: str, points: list[str], replicates: int) -> tuple[Array, Array]:
    """Return which runs are there, bool (points, replicates), and their outcomes, float64, NaN where there is none."""
    import pyarrow.dataset as ds

    chosen = (ds.field("scenario") == scenario) & (ds.field("replicate") < replicates)
    table = sweep.runs.to_table(columns=[POINT, "replicate", outcome], filter=chosen)
    places = {point: place for place, point in enumerate(dict.fromkeys(points))}
    rows = np.array([places.get(point, -1) for point in table[POINT].to_pylist()], np.int64)
    known, values = rows >= 0, np.full((len(places), replicates), np.nan)
    there = np.zeros(values.shape, bool)
    at = rows[known], table["replicate"].to_numpy()[known]
    there[at], values[at] = True, table[outcome].to_numpy()[known]
    again = [places[point] for point in points]  # a point may stand in a design more than once
    return there[again], values[again]


def _failed(sweep: "Sweep", scenario: str, points: set[str]) -> int:
    failures = sweep.failures
    return int(((failures["scenario"] == scenario) & failures["point"].isin(points)).sum()) if len(failures) else 0


def without_gaps(whole: Array) -> tuple[Array, Array]:
    """Return blocks and replicates, all of whose runs have a value: of all such choices nearly the one with most runs.

    whole: bool (blocks, replicates). Replicates are taken in the order of how many whole blocks they have.
    """
    order = np.argsort(-whole.sum(0), kind="stable")
    together = np.logical_and.accumulate(whole[:, order], axis=1)
    runs = together.sum(0) * np.arange(1, len(order) + 1)
    best = int(np.argmax(runs))
    return np.flatnonzero(together[:, best]), np.sort(order[: best + 1])
