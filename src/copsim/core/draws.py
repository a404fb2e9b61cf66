"""Luck: every draw is a pure function of (seed, replicate, community, decision, week, member), `streams 1`.

Bits come from the SplitMix64 finaliser applied to keys that are mixed level by level: once per run, once per week and
decision, once per member. A member is known by a uid (week of arrival and order within it), never by a row, so that the
second newcomer of week 40 meets the same luck in every scenario. Source of the mixer: Steele, Lea & Flood 2014,
*Fast splittable pseudorandom number generators*; the seed is hashed before the counter is added, since plain addition
would make (seed + step, week - 1) an alias of (seed, week).
"""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.numeric import normal64

STREAMS = 1
"""Version of the draws: named in every manifest; another number means other luck for the same seed."""

GOLDEN, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)
_FACTOR_1, _FACTOR_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31 = np.uint64(27), np.uint64(30), np.uint64(31)
_12, _40 = np.uint64(12), np.uint64(40)
_ONE = np.uint64(1)
_UNIT32, _UNIT64 = np.float32(2.0**-24), 2.0**-52

# The decisions, one number each. A number is never given to another decision: old luck would move.
TRAIT_PROPENSITY = np.uint64(1)
TRAIT_CAPACITY = np.uint64(2)
TRAIT_EXPERTISE = np.uint64(3)
TRAIT_VOLUME = np.uint64(4)
SHOCK = np.uint64(11)
TIDE = np.uint64(12)
SPONSOR_LEAVES = np.uint64(16)
SPONSOR_FOUND = np.uint64(17)
POST_VACATED = np.uint64(21)
POST_FILLED = np.uint64(22)
ROLE_FILLED = np.uint64(23)
JOIN = np.uint64(31)
PAUSE = np.uint64(36)
ACT = np.uint64(37)
HOW_MUCH = np.uint64(38)
BEAT = np.uint64(41)
ATTEND = np.uint64(42)
MEET = np.uint64(43)
ANSWERED = np.uint64(46)
ANSWERER = np.uint64(47)
ANSWERED_BACK = np.uint64(48)
CONTACT = np.uint64(51)
GAIN = np.uint64(56)
APPLY = np.uint64(57)
REALIZE = np.uint64(58)
TELL = np.uint64(59)
LEAVE = np.uint64(61)
INSTITUTION = np.uint64(66)
SPLIT = np.uint64(67)
WORLD = np.uint64(71)
COMMUNITY_LUCK = np.uint64(72)
DAY = np.uint64(81)

ORDER_BITS = 24
"""A uid is week * 2**24 + order: up to 16.7 million arrivals a week."""
APPOINTED = 1 << (ORDER_BITS - 1)
"""Order of a person appointed from outside: far from those who join by themselves, whose orders it must not shift."""


@kernel
def mix(z):
    """Return the SplitMix64 finaliser of 64 bits."""
    z = (z ^ (z >> _30)) * _FACTOR_1
    z = (z ^ (z >> _27)) * _FACTOR_2
    return z ^ (z >> _31)


@kernel
def run_key(seed, replicate, community):
    """Return the key of one run of one community."""
    hashed = mix(mix(np.uint64(seed) + GOLDEN) ^ SECOND)
    return mix(mix(hashed + GOLDEN * (np.uint64(replicate) + _ONE)) + SECOND * np.uint64(community))


@kernel
def week_key(key, decision, week):
    """Return the key of one decision in one week of a run."""
    return mix(mix(key + GOLDEN * (np.uint64(week) + _ONE)) + SECOND * decision)


@kernel
def bits(key, uid):
    """Return the 64 bits that belong to `uid` under a key."""
    return mix(key + GOLDEN * (np.uint64(uid) + _ONE))


@kernel
def share32(drawn):
    """Return a uniform float32 on [0, 1) with 24 bits, from 64 drawn bits."""
    return np.float32(np.int32(drawn >> _40)) * _UNIT32


@kernel
def share64(drawn):
    """Return a uniform float64 inside (0, 1) with 52 bits, from 64 drawn bits: for rare events and quantiles."""
    return (np.float64(np.int64(drawn >> _12)) + 0.5) * _UNIT64


@kernel
def weekly_share(key, decision, week):
    """Return the community's own uniform float64 inside (0, 1) for a decision of a week."""
    return share64(week_key(key, decision, week))


@kernel
def normal(drawn):
    """Return a standard normal float64 from 64 drawn bits."""
    return normal64(share64(drawn))


@kernel
def uid_of(week, order):
    """Return the uid of the person who arrives in a week as number `order` (0, 1, ...)."""
    return np.uint64(np.int64(week) * np.int64(1 << ORDER_BITS) + np.int64(order))
