"""What can be said of a box on points it has not seen: intervals that know of points and replicates, and a test of chance.

Runs are not independent: those of a point share its factors, those of a replicate share its luck at every point.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
LEVEL = 0.95
MOST_SHUFFLES, LEAST_SHUFFLES, SHUFFLED = 1_999, 499, 20_000_000
AT_ONCE = 500_000
"""Cells of shuffled tables that are in memory at a time."""


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval; NaN where there is nothing to take a share of."""

    value: float
    low: float
    high: float


def share_of(part: Array, whole: Array, clusters: Array) -> Share:
    """Return the share of runs with its interval after Korn and Graubard (1998).

    part, whole: (cells, replicates) numbers of runs; clusters: (cells,) which cells stand or fall together. The variance
    is that of a ratio, clustered two ways, by cells and by replicates; the interval is the exact binomial one for as many
    independent runs as that variance is worth.
    """
    total = float(whole.sum())
    if not total:
        return Share(np.nan, np.nan, np.nan)
    value = float(part.sum()) / total
    by_cluster = np.unique(clusters[whole.sum(1) > 0]).size
    variance = _clustered((part - value * whole) / total, whole, clusters)
    number = min(value * (1 - value) / variance, total) if variance > 0 else float(by_cluster)
    return Share(value, *_binomial(value, number, total, _fewest(whole, clusters)))


def difference_of(inside: Array, met: Array, runs: Array, clusters: Array) -> Share:
    """Return by how much the share of runs met is larger inside than outside, with its t interval.

    inside: bool (cells,). The luck that replicates share falls out of it.
    """
    parts = [kept[:, None] * runs for kept in (inside, ~inside)]
    if not all(part.sum() for part in parts):
        return Share(np.nan, np.nan, np.nan)
    values = [float((met * (part > 0)).sum() / part.sum()) for part in parts]
    one, other = ((met * (part > 0) - value * part) / part.sum() for part, value in zip(parts, values, strict=True))
    from scipy.stats import t

    half = float(t.ppf((1 + LEVEL) / 2, max(min(_fewest(part, clusters) for part in parts) - 1, 1)))
    half *= float(np.sqrt(_clustered(one - other, runs, clusters)))
    value = values[0] - values[1]
    return Share(value, max(value - half, -1.0), min(value + half, 1.0))


def _fewest(whole: Array, clusters: Array) -> int:
    """Return the number of clusters or of replicates that hold runs, the smaller one; one replicate is no sample."""
    by_cluster, by_replicate = np.unique(clusters[whole.sum(1) > 0]).size, int((whole.sum(0) > 0).sum())
    return min(by_cluster, by_replicate) if by_replicate > 1 else by_cluster


def _clustered(residual: Array, whole: Array, clusters: Array) -> float:
    """Return the variance of a sum: that between clusters and that between replicates, less what both count."""
    names, places = np.unique(clusters, return_inverse=True)
    of_clusters = np.zeros((len(names), residual.shape[1]))
    np.add.at(of_clusters, places, residual)
    between = _squares(of_clusters.sum(1), (np.bincount(places, whole.sum(1)) > 0).sum())
    if residual.shape[1] == 1:
        return between
    lucky = _squares(of_clusters.sum(0), (whole.sum(0) > 0).sum())
    return max(between + lucky - float((of_clusters**2).sum()), between, lucky)


def _squares(sums: Array, number: int) -> float:
    return float((sums**2).sum()) * number / max(number - 1, 1)


def _binomial(value: float, number: float, total: float, smallest: int) -> tuple[float, float]:
    """Return the Clopper-Pearson limits for a number of runs, made smaller by what few clusters leave unknown."""
    from scipy.stats import beta, t

    half = (1 + LEVEL) / 2
    known = (t.ppf(half, max(total - 1, 1)) / t.ppf(half, max(smallest - 1, 1))) ** 2
    number = number * float(known)
    hits = value * number
    low = 0.0 if value <= 0 else float(beta.ppf(1 - half, hits, number - hits + 1))
    high = 1.0 if value >= 1 else float(beta.ppf(half, hits + 1, number - hits))
    return low, high


def chance_of(inside: Array, met: Array, runs: Array, points: Array, seed: int) -> float:
    """Return how often shuffling what happened among points makes a box at least as dense as it is.

    inside: bool (cells,); met, runs: (cells,); points: (cells,) of which point a cell is. Whole points are shuffled, and
    the cells (scenarios) within each: where factors and scenarios do nothing, all orders are equally likely, so that a
    chance of 0.01 or less comes up at most once in a hundred times.
    """
    if not inside.any() or inside.all() or not runs[inside].sum():
        return 1.0
    order, width = _table(points)
    hits, numbers = (values[order].reshape(-1, width) for values in (met, runs))
    held = inside[order].reshape(-1, width)
    observed = met[inside].sum() / runs[inside].sum()
    random = np.random.Generator(np.random.Philox(seed))
    shuffles = int(np.clip(SHUFFLED // len(inside), LEAST_SHUFFLES, MOST_SHUFFLES))
    at_least, batch = 0, max(1, AT_ONCE // len(inside))
    for start in range(0, shuffles, batch):
        rows = np.tile(np.arange(len(hits)), (min(batch, shuffles - start), 1))
        moved = random.permuted(rows, axis=1)[:, :, None]
        within = np.tile(np.arange(width), (*rows.shape, 1))
        within = random.permuted(within, axis=2) if width > 1 else within
        number = (numbers[moved, within] * held).sum((1, 2))
        dense = (hits[moved, within] * held).sum((1, 2)) / np.maximum(number, 1.0)
        at_least += int((dense >= observed - 1e-12).sum())
    return (at_least + 1) / (shuffles + 1)


def _table(points: Array) -> tuple[Array, int]:
    """Return the cells point after point, and how many each point has; 1 where points have different numbers."""
    _, counts = np.unique(points, return_counts=True)
    width = int(counts[0]) if (counts == counts[0]).all() else 1
    return np.argsort(points, kind="stable"), width
