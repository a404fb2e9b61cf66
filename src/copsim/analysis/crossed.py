"""Effects in a full grid, whose factors are all crossed: shares of the variance between cells, and paired differences.

Cells are the whole of what was asked, no sample; replicates are the sample, and each is a block that holds every cell. Hence
a share has the interval of replicates drawn anew, and a difference is taken within each replicate.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.analysis.estimators import TIMES, Index
from copsim.analysis.resampling import LEVEL, draws, interval, without_luck

Array = np.ndarray[Any, Any]
ALARM = 0.05
"""Chance of telling an effect that is not there."""


@dataclass(frozen=True)
class Extremes:
    """The lowest and the highest level of a factor; agreeing: replicates whose difference has the sign of the mean."""

    low: float
    high: float
    agreeing: int


def crossed(y: Array, x: Array) -> Array | None:
    """Return outcomes as float64 (levels of the first factor, ..., of the last, replicates), None of no full grid.

    y: (points, replicates); x: values of the factors, (points, factors). A point that stands there twice counts once.
    """
    points, first = np.unique(x, axis=0, return_index=True)  # sorted by the first factor, then the second, ...
    shape = tuple(len(np.unique(column)) for column in points.T)
    if np.isnan(x).any() or len(points) != np.prod(shape):
        return None
    return np.asarray(y[first].reshape(*shape, y.shape[1]))


def grid(cells: Array, rng: np.random.Generator, times: int = TIMES) -> tuple[Index, ...]:
    """Return S1, ST and difference of every factor, () where no effect can be told from luck.

    cells: as `crossed` returns them. S1: share of the variance between cells that a factor makes alone; ST: with its
    interplay, both without luck. difference: of the means at its highest and its lowest level, in the outcome's unit.
    """
    replicates = cells.shape[-1]
    scaled = (cells - cells.mean()) / cells.std()
    whole = without_luck(_parts, scaled, np.ones(replicates, np.int64))
    found = (*_shares(scaled, whole, rng, times), _differences(cells))
    if whole[-1] <= 0 or (replicates > 1 and not any(index.told.any() for index in found)):
        return ()
    return found


def _parts(cells: Array) -> Array:
    """Return the variances each factor makes alone, each with its interplays, and that of all: (2 factors + 1, columns)."""
    axes = tuple(range(cells.ndim - 1))
    alone = [cells.mean(tuple(other for other in axes if other != axis)).var(0) for axis in axes]
    total = [cells.var(axis, keepdims=True).mean(axes) for axis in axes]
    return np.array([*alone, *total, cells.var(axes)])


def _shares(scaled: Array, whole: Array, rng: np.random.Generator, times: int) -> tuple[Index, Index]:
    """Return S1 and ST; an effect that an F test does not tell has an interval that reaches down to 0."""
    factors, replicates = scaled.ndim - 1, scaled.shape[-1]
    parts = np.array([without_luck(_parts, scaled, counts) for _, counts in draws(rng, 1, replicates, times)])
    sure = np.quantile(parts[:, -1], (1 - LEVEL) / 2) > 0
    with np.errstate(all="ignore"):
        low, high = interval(parts[:, :-1] / parts[:, -1:])
        value = whole[:-1] / whole[-1]
    if not sure:  # the variance they are shares of may be 0
        low, high = np.minimum(low, 0.0), np.ones_like(high)
    beyond = np.array([_beyond_luck(effect) for effect in _effects(scaled)])
    told = beyond & (low > 0)
    low = np.where(told, low, np.minimum(low, 0.0))
    ends = [slice(0, factors), slice(factors, None)]
    s1, st = (
        Index(name, value[at], low[at], high[at], np.zeros(factors), told[at])
        for name, at in zip(("S1", "ST"), ends, strict=True)
    )
    return s1, st


def _effects(cells: Array) -> list[Array]:
    """Return what each factor changes alone, then what it changes with its interplays: (effects, replicates) each."""
    axes = tuple(range(cells.ndim - 1))
    means = [cells.mean(tuple(other for other in axes if other != axis)) for axis in axes]
    alone = [mean - mean.mean(0) for mean in means]
    total = [(cells - cells.mean(axis, keepdims=True)).reshape(-1, cells.shape[-1]) for axis in axes]
    return [*alone, *total]


def _beyond_luck(effect: Array) -> bool:
    """Tell whether an effect, (effects, replicates), is more than the luck of its replicates.

    The F test of a randomised block design, effect against effect by block, with the degrees of freedom of Box (Annals of
    Mathematical Statistics 25, 1954), for the luck of cells need not be equal or independent.
    """
    from scipy.stats import f

    replicates = effect.shape[1]
    if replicates < 2:
        return False
    mean = effect.mean(1)
    apart = effect - mean[:, None]
    luck = float((apart**2).sum()) / (replicates - 1)
    if luck <= 1e-12 * float((mean**2).sum()):
        return bool((mean**2).sum() > 0)
    squares = float(((apart.T @ apart) ** 2).sum()) / (replicates - 1) ** 2
    freedom = luck**2 / squares
    limit = float(f.ppf(1 - ALARM, freedom, freedom * (replicates - 1)))
    return bool(replicates * float((mean**2).sum()) / luck > limit)


def _paired(cells: Array) -> Array:
    """Return the mean at the highest level of each factor less that at its lowest, (factors, replicates)."""
    axes = range(cells.ndim - 1)
    means = [cells.mean(tuple(other for other in axes if other != axis)) for axis in axes]
    return np.array([mean[-1] - mean[0] for mean in means])


def _differences(cells: Array) -> Index:
    """Return the difference between the ends of each factor, with its paired t interval."""
    from scipy.stats import t

    paired = _paired(cells)
    replicates = paired.shape[1]
    value = paired.mean(1)
    if replicates < 2:
        unknown = np.full(len(value), np.nan)
        return Index("difference", value, unknown, unknown, np.zeros(len(value)), np.zeros(len(value), bool))
    half = t.ppf((1 + LEVEL) / 2, replicates - 1) * paired.std(1, ddof=1) / np.sqrt(replicates)
    low, high = value - half, value + half
    return Index("difference", value, low, high, np.zeros(len(value)), (low > 0) | (high < 0))


def extremes(cells: Array, x: Array) -> tuple[Extremes, ...]:
    """Return the ends of each factor, and in how many replicates their difference has the sign of its mean."""
    paired = _paired(cells)
    agreeing = (np.sign(paired) == np.sign(paired.mean(1, keepdims=True))).sum(1)
    return tuple(
        Extremes(float(column.min()), float(column.max()), int(number))
        for column, number in zip(x.T, agreeing, strict=True)
    )
