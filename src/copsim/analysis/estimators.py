"""Indices by SALib, with intervals that hold the luck of replicates: Sobol, Morris, and PAWN for runs that are there.

Every function takes outcomes as float64 (blocks, points of a block, replicates); a block is what the design repeats.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.analysis.resampling import averaged, draws, interval, without_luck

Array = np.ndarray[Any, Any]
TIMES = 1000


@dataclass(frozen=True)
class Index:
    """One index of every factor, float64 (factors,) each.

    low, high: 95 % interval; noise: what the index may come to by luck alone; told: it can be told from that.
    """

    name: str
    value: Array
    low: Array
    high: Array
    noise: Array
    told: Array


@contextmanager
def _quiet() -> Iterator[None]:
    """Let SALib divide by nothing where a resample is constant, without a word."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def sobol(y: Array, rng: np.random.Generator, times: int = TIMES) -> tuple[Index, ...]:
    """Return first-order and total indices, () where the points do not differ by more than luck.

    y: (blocks, factors + 2, replicates) in the order of `SALib.sample.sobol` without second order.
    """
    scaled = (y - y.mean((0, 1))) / y.std()
    every = np.ones(y.shape[2], np.int64)
    with _quiet():
        parts = np.array(
            [without_luck(_parts, scaled[rows], counts) for rows, counts in draws(rng, len(y), y.shape[2], times)]
        )
        whole = without_luck(_parts, scaled, every)
    if whole[-1] <= 0 or np.quantile(parts[:, -1], 0.025) <= 0:
        return ()
    low, high = interval(parts[:, :-1] / parts[:, -1:])
    value, factors = whole[:-1] / whole[-1], y.shape[1] - 2
    ends = [slice(0, factors), slice(factors, None)]
    return tuple(
        Index(name, value[at], low[at], high[at], np.zeros(factors), low[at] > 0)
        for name, at in zip(("S1", "ST"), ends, strict=True)
    )


def _parts(y: Array) -> Array:
    """Return the variances due to each factor alone, to each with its interplays, and that of all: (2 factors + 1, columns).

    SALib gives shares of the variance; these times the variance are quadratic in the outcome.
    """
    from SALib.analyze.sobol import first_order, total_order

    a, b, factors = y[:, 0], y[:, -1], y.shape[1] - 2
    variance = np.var(np.concatenate([a, b]), axis=0)
    first = [first_order(a, y[:, j + 1], b) * variance for j in range(factors)]
    total = [total_order(a, y[:, j + 1], b) * variance for j in range(factors)]
    return np.array([*first, *total, variance])


def effects(y: Array, x: Array) -> Array:
    """Return the elementary effects, float64 (trajectories, factors, replicates): change of the outcome over the whole range.

    y: (trajectories, factors + 1, replicates); x: values of the factors, (trajectories, factors + 1, factors), of which
    one changes from point to point. As SALib has them, of every replicate.
    """
    from SALib.util import _compute_delta

    from copsim.sweeps.design import MORRIS_LEVELS

    moved, change = np.diff(x, axis=1), np.diff(y, axis=1)
    return np.asarray(np.einsum("tsf,tsr->tfr", np.sign(moved), change) / _compute_delta(MORRIS_LEVELS))


def morris(y: Array, x: Array, rng: np.random.Generator, times: int = TIMES) -> tuple[Index, ...]:
    """Return mu_star, mu and sigma, in the unit of the outcome; luck is taken out of sigma, of mu_star it cannot be."""
    of_each = effects(y, x)
    value = np.array(_morris_of(y, x, of_each))
    drawn = [_measured(of_each[rows], counts) for rows, counts in draws(rng, len(y), y.shape[2], times)]
    low, high = interval(np.array(drawn))
    noise = _luck(of_each, rng, times)
    told = np.array([value[0] > noise, (low[1] > 0) | (high[1] < 0), low[2] > 0]) & (y.shape[2] > 1)
    floor = np.array([noise, np.zeros_like(noise), np.zeros_like(noise)])
    return tuple(
        Index(name, value[n], low[n], high[n], floor[n], told[n]) for n, name in enumerate(("mu_star", "mu", "sigma"))
    )


def _morris_of(y: Array, x: Array, of_each: Array) -> tuple[Array, Array, Array]:
    """Return mu_star and mu as SALib has them of the mean over replicates, and sigma without luck."""
    from SALib.analyze import morris as salib

    from copsim.sweeps.design import MORRIS_LEVELS

    factors = x.shape[2]
    problem = {"num_vars": factors, "names": [str(n) for n in range(factors)], "bounds": [[0.0, 1.0]] * factors}
    rows = x.reshape(-1, factors).astype(float)
    with _quiet():
        found = salib.analyze(problem, rows, y.mean(2).ravel(), num_resamples=2, num_levels=MORRIS_LEVELS, seed=1)
    sigma = _measured(of_each, np.ones(y.shape[2], np.int64))[2]
    return np.asarray(found["mu_star"], float), np.asarray(found["mu"], float), sigma


def _measured(of_each: Array, counts: Array) -> tuple[Array, Array, Array]:
    mean = averaged(of_each, counts)
    spread = without_luck(lambda e: np.var(e, axis=0, ddof=1), of_each, counts)
    return np.abs(mean).mean(0), mean.mean(0), np.sqrt(np.maximum(spread, 0.0))


def _luck(of_each: Array, rng: np.random.Generator, times: int) -> Array:
    """Return the mu_star that luck alone stays under in 95 of 100 cases, NaN of one replicate, (factors,).

    Half of the replicates minus the other half has the luck of their mean, and no effect of a factor.
    """
    number = of_each.shape[2]
    if number < 2:
        return np.full(of_each.shape[1], np.nan)
    signs = np.array([1.0, -1.0] * (number // 2) + [0.0] * (number % 2)) / (number - number % 2)
    stronger = np.sqrt((number - number % 2) / number)
    found = []
    for rows in rng.integers(len(of_each), size=(times, len(of_each))):
        found.append(np.abs(of_each[rows] @ rng.permutation(signs)).mean(0) * stronger)
    return np.asarray(np.quantile(found, 0.95, axis=0))


SLICES = 5
"""Parts into which PAWN divides a factor: with ten, a design of a hundred points leaves ten points a part."""
FEW_TIMES = 100
DUMMIES = 100


def pawn(y: Array, x: Array, rng: np.random.Generator, times: int = FEW_TIMES) -> tuple[Index, ...]:
    """Return the PAWN index, median over the parts of a factor, of runs from any design.

    y: (points, 1, replicates); x: values of the factors, (points, 1, factors). A factor that does nothing has an index
    above 0 with so few points; noise is what random factors stay under in 95 of 100 cases.
    """
    every, points, ones = x[:, 0], y[:, 0], np.ones(y.shape[2], np.int64)
    value = _pawn(_ranks(every, rng), averaged(points, ones))
    dummies = _pawn(rng.random((len(points), DUMMIES)), averaged(points, ones))
    drawn = []
    for rows, counts in draws(rng, len(points), y.shape[2], times):
        drawn.append(_pawn(_ranks(every[rows], rng), averaged(points[rows], counts)))
    half = 1.96 * np.std(drawn, axis=0, ddof=1)
    noise = np.full(len(value), np.quantile(dummies, 0.95))
    return (Index("pawn", value, np.maximum(value - half, 0.0), np.minimum(value + half, 1.0), noise, value > noise),)


def _ranks(x: Array, rng: np.random.Generator) -> Array:
    """Return the ranks of every factor's values, equal ones in random order: SALib's parts then have one size."""
    return np.argsort(np.lexsort(np.stack([rng.random(x.shape), x]), axis=0), axis=0).astype(float)


def _pawn(x: Array, y: Array) -> Array:
    from SALib.analyze import pawn as salib

    names = [str(n) for n in range(x.shape[1])]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    with _quiet():
        return np.asarray(salib.analyze(problem, x, y, S=SLICES)["median"], float)
