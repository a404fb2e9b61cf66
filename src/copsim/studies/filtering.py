"""The latent level of a community: what its months so far say of how many will act, and how many will come, in the next.

Two counts a month, members acting and newcomers, each a Poisson number about its own running means times exp(a); a is
the community's own surprise, filtered with Kalman's update. Weights, memories and variances are round numbers that
served best on 90 open communities; none is fitted to the one at hand. Members expected to act are halfway, in the
logarithm, between this and plain exponential smoothing, which forgets a peak sooner. Plain arithmetic only, so that a
log gives the same start everywhere.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

AHEAD = 12
"""Months ahead over which a level is expected."""
_KEPT, _FAST, _SLOW = 0.9, 0.4, 0.1
_START, _MOST, _LEAST = 0.15, 3.0, 0.05
_HALVINGS = 20


class Rule(NamedTuple):
    """Weights of a count's fast and slow means and of members acting; variances of a's steps and of a month's luck."""

    fast: float
    slow: float
    pull: float
    step: float
    luck: float


ACTIVITY = Rule(0.85, 0.12, 0.0, 0.001, 0.01)
ARRIVALS = Rule(0.33, 0.31, 0.054, 0.005, 0.09)


class Level(NamedTuple):
    """What is known at the end of a record.

    acting, newcomers: a month, mean of the `AHEAD` months to come; deviation: standard deviation of what is known of the
    latent state of activity, a logarithm.
    """

    acting: float
    newcomers: float
    deviation: float


def level_of(acting: Sequence[int], newcomers: Sequence[int]) -> Level:
    """Return the level that counts of consecutive months show, oldest first."""
    activity, arrivals = filtered(ACTIVITY, acting, acting), filtered(ARRIVALS, newcomers, acting)
    middle = sqrt((1.0 + activity.mean) * (1.0 + smoothed(acting))) - 1.0
    return Level(middle, arrivals.mean, sqrt(activity.variance))


def smoothed(counts: Sequence[int]) -> float:
    """Return the counts smoothed on the logarithm of one more, weight 3/8, by roots alone."""
    level = 1.0 + counts[0]
    for count in counts:
        eighth = sqrt(sqrt(sqrt((1.0 + count) / level)))
        level *= eighth * eighth * eighth
    return level - 1.0


class Filtered(NamedTuple):
    """One count at the end of its record: expected months to come, their mean, the latent state and its variance."""

    ahead: list[float]
    mean: float
    surprise: float
    variance: float


def filtered(rule: Rule, counts: Sequence[int], acting: Sequence[int]) -> Filtered:
    """Return what the months say of one of the two counts."""
    fast = slow = float(counts[0])
    pull, a, variance = float(acting[0]), 0.0, _START
    for month, (count, acted) in enumerate(zip(counts[1:], acting[1:], strict=True), 2):
        mean = max(rule.fast * fast + rule.slow * slow + rule.pull * pull, _LEAST) * grown(a)
        gain = variance / (variance + 1.0 / mean + rule.luck)
        a = _KEPT * (a + gain * min((count - mean) / mean, _MOST))
        variance = _KEPT * _KEPT * variance * (1.0 - gain) + rule.step
        fast += _FAST * (count - fast)
        slow += max(_SLOW, 1.0 / month) * (count - slow)
        pull += _FAST * (acted - pull)
    ahead, left = [], a
    for _ in range(AHEAD):
        ahead.append((rule.fast * fast + rule.slow * slow + rule.pull * pull) * grown(left))
        fast += _FAST * (ahead[-1] - fast)
        slow += _SLOW * (ahead[-1] - slow)
        left *= _KEPT
    return Filtered(ahead, sum(ahead) / AHEAD, a, variance)


def grown(a: float) -> float:
    """Return exp(a) to a millionth, by squaring: the same bits on every machine."""
    power = 1.0 + a / 2.0**_HALVINGS
    for _ in range(_HALVINGS):
        power *= power
    return power
