"""Resampling of runs that share their luck: design points are drawn anew, and so are replicates, each as a whole.

Replicate r has the same luck and the same world at every point, so the runs are a table crossed by points and replicates.
Drawing whole rows and whole columns (the pigeonhole bootstrap of Owen, Annals of Applied Statistics 1, 2007) keeps both
kinds of chance, and errs towards intervals that are too wide. Of R replicates R - 1 are drawn, so that the spread of a mean
is right with few of them (McCarthy and Snowden, 1985).
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
LEVEL = 0.95
FEWEST_TO_DRAW = 3
"""Replicates under which those there are stay: two cannot show how replicates differ."""


def draws(rng: np.random.Generator, blocks: int, replicates: int, times: int) -> Iterator[tuple[Array, Array]]:
    """Yield so often the places of drawn blocks, int (blocks,), and how often each replicate was drawn, int (replicates,)."""
    for _ in range(times):
        yield rng.integers(blocks, size=blocks), _counts(rng, replicates)


def _counts(rng: np.random.Generator, replicates: int) -> Array:
    """Return how often each replicate is drawn; at least two different ones are, for noise is told by their difference."""
    if replicates < FEWEST_TO_DRAW:
        return np.ones(replicates, np.int64)
    while True:
        counts = np.bincount(rng.integers(replicates, size=replicates - 1), minlength=replicates)
        if np.count_nonzero(counts) > 1:
            return counts


def averaged(y: Array, counts: Array) -> Array:
    """Return the mean over the last axis, each replicate counted so often."""
    return np.asarray(y @ (counts / counts.sum()))


def without_luck(measure: Callable[[Array], Array], y: Array, counts: Array) -> Array:
    """Return a quadratic measure of the expected outcome, free of what luck adds to that of the mean.

    y: float64 (..., replicates); measure: turns (..., columns) into (measures, columns), each a quadratic form, such as a
    variance, of its column. Of the mean over replicates it counts every pair of them, a replicate paired with itself too,
    and these pairs alone hold luck: they are taken out. Of one replicate they are all there is, and stay.
    """
    drawn = np.flatnonzero(counts)
    found = measure(np.concatenate([averaged(y, counts)[..., None], y[..., drawn]], axis=-1))
    own, whole = counts[drawn] ** 2, counts.sum() ** 2
    if len(drawn) < 2:
        return np.asarray(found[:, 0])
    return np.asarray((whole * found[:, 0] - found[:, 1:] @ own) / (whole - own.sum()))


def interval(values: Array) -> tuple[Array, Array]:
    """Return the ends of the middle 95 % of resampled values, (times, ...)."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return low, high
