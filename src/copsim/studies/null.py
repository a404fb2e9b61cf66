"""The null model beside the stylised facts: members independent of each other, each with a fixed rate and lifetime.

Members arrive evenly at a rate of the community's own; each acts first on the day of arrival and then at a constant rate
until a lifetime is over; the events of a day are 1 + Geometric; a share of them is directed at somebody present, chosen
evenly. Nobody learns, answers, meets, or feels anything. Its eight numbers are fitted to the same facts by the same program.
"""

from collections.abc import Mapping

import numpy as np

from copsim.measures.eventlog import NOBODY, EventLog

SHAPES: dict[str, dict[str, float]] = {
    "talk": {
        "arrivals": 3.44, "arrivals_spread": 1.47, "lifetime": 4.52, "lifetime_spread": 3.05, "rate": 0.0652,
        "rate_spread": 1.31, "extra": 0.451, "directed": 0.581,
    },
    "git": {
        "arrivals": 0.289, "arrivals_spread": 0.597, "lifetime": 0.459, "lifetime_spread": 3.42, "rate": 0.0421,
        "rate_spread": 1.95, "extra": 0.716, "directed": 0.291,
    },
}  # fmt: skip
"""Arrivals 1/week and their spread between communities (log); lifetime weeks, rate 1/week and their spreads between
members (log); extra events of an active day; share of events directed at somebody."""


def null_log(
    population: str, weeks: int, seed: int, community: int, shape: Mapping[str, float] | None = None
) -> EventLog:
    """Return the event log of one community of the null model, observed for some weeks from 2024-01-01.

    shape: numbers that replace those of SHAPES.
    """
    s = SHAPES[population] | dict(shape or {})
    chance = np.random.default_rng([seed, community])
    arrivals = s["arrivals"] * np.exp(s["arrivals_spread"] * chance.standard_normal())
    people = 2 + chance.poisson(arrivals * weeks)
    first = np.sort(np.append(chance.integers(0, 7 * weeks, people - 1), 0))
    life = 7 * s["lifetime"] * np.exp(s["lifetime_spread"] * chance.standard_normal(people))
    last = np.minimum(first + life, 7 * weeks - 1)
    rate = s["rate"] / 7 * np.exp(s["rate_spread"] * chance.standard_normal(people))
    later = chance.poisson(np.minimum(rate * (last - first), 7 * weeks))
    member = np.concatenate([np.arange(people), np.repeat(np.arange(people), later)])
    day = first[member] + (chance.random(len(member)) * (last - first)[member]).astype(np.int64)
    day[:people] = first
    number = chance.geometric(1.0 / (1.0 + s["extra"]), len(member))
    order = np.lexsort((member, day))
    return _log(
        day[order], member[order], number[order], _others(first, last, day[order], s["directed"], chance), weeks
    )


def _others(
    first: np.ndarray, last: np.ndarray, day: np.ndarray, directed: float, chance: np.random.Generator
) -> np.ndarray:
    """Return for each event a member present on its day, chosen evenly by trial, or nobody."""
    arrived = np.searchsorted(first, day, side="right")
    other = np.full(len(day), NOBODY, np.int64)
    open_ = chance.random(len(day)) < directed
    for _ in range(20):
        drawn = (chance.random(len(day)) * arrived).astype(np.int64)
        hit = open_ & (last[drawn] >= day)
        other[hit] = drawn[hit]
        open_ &= ~hit
    return other


def _log(day: np.ndarray, member: np.ndarray, number: np.ndarray, other: np.ndarray, weeks: int) -> EventLog:
    monday = int(np.datetime64("2024-01-01", "D").astype(np.int64))
    other = np.where(other == member, NOBODY, other)
    return EventLog(
        communities=("community",),
        obs_end=np.array([monday + 7 * weeks - 1], np.int64),
        names=np.arange(int(member.max()) + 1).astype(str).astype(object),
        kinds=("post",),
        community=np.zeros(len(day), np.int32),
        day=day + monday,
        member=member.astype(np.int32),
        kind=np.zeros(len(day), np.int32),
        member2=other.astype(np.int32),
        n=number.astype(np.int64),
    )
