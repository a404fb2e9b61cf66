"""Luck between communities and plausible worlds: what differs from replicate to replicate besides the weeks themselves.

*Luck*: communities differ in size, reach and energy; a spread is declared beside what it spreads (`joining.reach_spread`)
and drawn in every run. *Assumption*: a plausible world draws every uncertain parameter from its plausible range. Both are
keyed by (seed, replicate, parameter), hence the same in every scenario.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from copsim.core.declare import Parameter
from copsim.core.draws import COMMUNITY_LUCK, WORLD, bits, normal, run_key, share64, week_key
from copsim.core.jit import entry
from copsim.core.numeric import exp64, log64
from copsim.engine.parameters import DECLARED

Array = np.ndarray[Any, Any]


@entry
def draw_worlds(seed, first, keys, low, high, logarithmic, worlds):
    """Fill `worlds` (replicates, parameters) with values between `low` and `high`, evenly or evenly in the logarithm."""
    for i in range(worlds.shape[0]):
        drawing = week_key(run_key(seed, first + i, 0), WORLD, 0)
        for j in range(worlds.shape[1]):
            share = share64(bits(drawing, keys[j]))
            if logarithmic[j]:
                worlds[i, j] = exp64(log64(low[j]) + share * (log64(high[j]) - log64(low[j])))
            else:
                worlds[i, j] = low[j] + share * (high[j] - low[j])


@entry
def draw_spreads(seed, replicate, keys, spreads, logarithmic, factors):
    """Fill `factors` with what luck makes of parameters: a factor where the spread is in the logarithm, else a term."""
    drawing = week_key(run_key(seed, replicate, 0), COMMUNITY_LUCK, 0)
    for j in range(factors.size):
        moved = spreads[j] * normal(bits(drawing, keys[j]))
        factors[j] = exp64(moved) if logarithmic[j] else moved


@entry
def key_of_run(seed, replicate, community):
    """Return the key of one run of one community."""
    return run_key(seed, replicate, community)


def wrapping() -> np.errstate:
    """Let 64-bit keys wrap around without a warning: matters only where kernels run as plain Python."""
    return np.errstate(over="ignore")


def key_of_name(key: str) -> np.uint64:
    """Return the 64 bits by which a parameter is known to the draws: of its key alone, whatever else is declared."""
    return np.uint64(int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little"))


def uncertain_parameters() -> tuple[Parameter, ...]:
    """Return the parameters that a plausible world draws each alone."""
    return tuple(p for p in DECLARED.values() if p.plausible is not None)


def worlds(parameters: Sequence[Parameter], seed: int, first: int, replicates: int) -> Array:
    """Return the drawn values, float64 (replicates, parameters), of replicates `first` on."""
    drawn = np.zeros((replicates, len(parameters)))
    ranges = [p.plausible or (p.default, p.default) for p in parameters]
    low, high = np.array([r[0] for r in ranges], float), np.array([r[1] for r in ranges], float)
    logarithmic = np.array([p.scale == "log" and r[0] > 0 for p, r in zip(parameters, ranges, strict=True)], bool)
    keys = np.array([key_of_name(p.key) for p in parameters], np.uint64)
    with wrapping():
        draw_worlds(np.uint64(seed), np.int64(first), keys, low, high, logarithmic, drawn)
    return drawn


def shares(name: str, seed: int, first: int, replicates: int) -> Array:
    """Return a share, 0 to 1, of each replicate from `first` on, float64 (replicates,), drawn under a name of its own."""
    drawn, ends = np.zeros((replicates, 1)), (np.zeros(1), np.ones(1))
    with wrapping():
        draw_worlds(
            np.uint64(seed), np.int64(first), np.array([key_of_name(name)], np.uint64), *ends, np.zeros(1, bool), drawn
        )
    return drawn[:, 0]


SPREAD = "_spread"
_OF_MEMBERS = "tiring.hours_spread"


class _Spread(NamedTuple):
    """One spread: what it moves, by which bits, whether by a factor, and the range in which that stays."""

    key: str
    moves: str
    bits: np.uint64
    logarithmic: bool
    low: float
    high: float


@cache
def _spreads() -> tuple[_Spread, ...]:
    pairs = [(key, key.removesuffix(SPREAD)) for key in DECLARED if key.endswith(SPREAD) and key != _OF_MEMBERS]
    return tuple(
        _Spread(key, moves, key_of_name(moves), DECLARED[key].unit == "log", *DECLARED[moves].possible)
        for key, moves in pairs
    )


@cache
def _keyed() -> tuple[Array, Array]:
    """Return the bits of what is spread, and whether by a factor."""
    return np.array([s.bits for s in _spreads()], np.uint64), np.array([s.logarithmic for s in _spreads()], bool)


def spread_keys() -> tuple[tuple[str, str], ...]:
    """Return (spread, what it spreads between communities) for every declared spread."""
    return tuple((s.key, s.moves) for s in _spreads())


def spread_out(values: dict[str, float], seed: int, replicate: int) -> dict[str, float]:
    """Return the values of one community: what luck spreads is moved, within its possible range."""
    keys, logarithmic = _keyed()
    moved = np.zeros(keys.size)
    widths = np.array([values[s.key] for s in _spreads()], float)
    with wrapping():
        draw_spreads(np.uint64(seed), np.int64(replicate), keys, widths, logarithmic, moved)
    lucky = dict(values)
    for s, by in zip(_spreads(), moved.tolist(), strict=True):
        lucky[s.moves] = min(max(values[s.moves] * by if s.logarithmic else values[s.moves] + by, s.low), s.high)
    return lucky
