"""PRIM, the patient rule induction method: boxes of factor values in which runs of one kind gather.

Peeling as in Friedman and Fisher (1999), with the gain for each point given up as in the EMA Workbench ("lenient1"), so
that factors with few values are not preferred; the test compares the two. Points, not runs, are peeled: all replicates of
a point stay together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

Array = np.ndarray[Any, Any]
Limit: TypeAlias = "tuple[float, float] | frozenset[int]"
"""What a box keeps of a column: values from low to high, both included, or some of the codes of a category."""
FREE = (-np.inf, np.inf)
PEEL = 0.05
"""Share of the points in a box that is peeled off at a time."""
LEAST_MASS, LEAST_POINTS = 0.05, 5
"""A box holds at least this share of all points, and this number."""


@dataclass(frozen=True)
class Box:
    """Limits by column; a category that is not restricted keeps all of its codes."""

    limits: tuple[Limit, ...]
    whole: tuple[Limit, ...]

    @property
    def restricted(self) -> tuple[int, ...]:
        """The columns that the box restricts."""
        pairs = zip(self.limits, self.whole, strict=True)
        return tuple(column for column, (limit, whole) in enumerate(pairs) if limit != whole)

    def inside(self, x: Array) -> Array:
        """Return bool (points,) for values float64 (points, columns)."""
        kept = np.ones(len(x), bool)
        for column in self.restricted:
            kept &= within(self.limits[column], x[:, column])
        return kept

    def with_(self, column: int, limit: Limit) -> "Box":
        """Return the box with another limit of one column."""
        return replace(self, limits=tuple(limit if n == column else old for n, old in enumerate(self.limits)))

    def without(self, column: int) -> "Box":
        """Return the box with one column free."""
        return self.with_(column, self.whole[column])


def within(limit: Limit, values: Array) -> Array:
    """Return bool (points,): which values of a column a limit keeps."""
    if isinstance(limit, frozenset):
        return np.isin(values, sorted(limit))
    return np.asarray((values >= limit[0]) & (values <= limit[1]))


def whole_box(x: Array, categories: Sequence[int] = ()) -> Box:
    """Return the box that holds everything. categories: the columns of x that are codes of a category."""
    limits = tuple(
        frozenset(int(code) for code in np.unique(x[:, n])) if n in categories else FREE for n in range(x.shape[1])
    )
    return Box(limits, limits)


def peel(
    x: Array, met: Array, runs: Array, categories: Sequence[int] = (), peeled: float = PEEL, least: float = LEAST_MASS
) -> list[Box]:
    """Return the boxes from the whole to the smallest, each peeled from the one before it.

    x: float64 (points, columns); met, runs: (points,) runs of the kind sought, and all runs.
    """
    boxes = [whole_box(x, categories)]
    kept = np.arange(len(x))
    fewest = max(least * len(x), LEAST_POINTS)
    while True:
        best = _best_peel(boxes[-1], x, met, runs, kept, peeled)
        if best is None or len(best[1]) < fewest:
            return boxes
        boxes.append(best[0])
        kept = best[1]


def _best_peel(box: Box, x: Array, met: Array, runs: Array, kept: Array, peeled: float) -> tuple[Box, Array] | None:
    """Return the peel that gains most for each point given up, and the points it keeps; None where none gains."""
    density = met[kept].sum() / runs[kept].sum()
    best: tuple[float, int] = (0.0, 0)
    found: tuple[Box, Array] | None = None
    for column, limit in _peels(box, x[kept], peeled):
        rest = kept[within(limit, x[kept, column])]
        if not 0 < len(rest) < len(kept):
            continue
        gain = float(met[rest].sum() / runs[rest].sum() - density) / (len(kept) - len(rest))
        smaller = box.with_(column, limit)
        score = (gain, -len(smaller.restricted))
        if gain > 0 and (found is None or score > best):
            best, found = score, (smaller, rest)
    return found


def _peels(box: Box, x: Array, peeled: float) -> list[tuple[int, Limit]]:
    """Return every way to peel: the highest or lowest values of a column, or one code of a category."""
    ways: list[tuple[int, Limit]] = []
    for column, limit in enumerate(box.limits):
        if isinstance(limit, frozenset):
            ways += [(column, limit - {code}) for code in sorted(limit)] if len(limit) > 1 else []
        else:
            values = np.sort(x[:, column])
            ways.append((column, (limit[0], _between(values, 1 - peeled))))
            ways.append((column, (_between(values, peeled), limit[1])))
    return ways


def _between(values: Array, share: float) -> float:
    """Return the middle of the two sorted values about a quantile; equal ones are passed over together."""
    place = (len(values) - 1) * share
    low, high = int(np.floor(place)), int(np.ceil(place))
    if share > 0.5:
        low = min(low, max(int(np.searchsorted(values, values[high], "left")) - 1, 0))
    else:
        high = max(high, min(int(np.searchsorted(values, values[low], "right")), len(values) - 1))
    return float((values[low] + values[high]) / 2)
