"""S01. Levels of participation, read from what members did: the one piece of code that holds the rule.

The engine, a simulated log and a real log all go through `read_levels`. A member is *core* when in the smallest set
that made half of the last twelve weeks' contributions and active in at least 8 of them; otherwise *active* from 3 active
weeks, *transactional* with one active week in life, *occasional* with 1 or 2 in twelve, *peripheral* when silent for
twelve weeks but not for a year, *outside* when silent for a year or never inside.
"""

import numpy as np

from copsim.core.jit import kernel

LEVELS = ("core", "active", "occasional", "peripheral", "transactional", "outside")
CORE, ACTIVE, OCCASIONAL, PERIPHERAL, TRANSACTIONAL, OUTSIDE = range(6)
CORE_WEEKS, ACTIVE_WEEKS = 8, 3
YEAR_WEEKS = 53
"""Silent weeks from which the weekly reading calls a member gone."""


@kernel
def half_set(contributions, n):
    """Return (threshold, ties): the smallest set making half of all contributions takes everybody above `threshold`
    contributions and the first `ties` members, in order, who have exactly that many; (1, 0) when nobody contributed.

    `contributions` holds whole numbers, first appearance first. The threshold is found by bisection: counting passes
    over the column vectorise, sorting does not.
    """
    total, top = np.int64(0), np.int64(0)
    for i in range(n):
        total += np.int64(contributions[i])
        top = max(top, np.int64(contributions[i]))
    low, high = np.int64(0), top  # more than half is made by members above `low`; not by those above `high`
    while high - low > 1:
        middle = (low + high) // 2
        above = _made_above(contributions, n, middle)
        if 2 * above >= total:
            low = middle
        else:
            high = middle
    if total == 0:
        return np.int64(1), np.int64(0)
    missing = total - 2 * _made_above(contributions, n, high)
    return high, (missing + 2 * high - 1) // (2 * high)


@kernel
def _made_above(contributions, n, threshold):
    made = np.int64(0)
    for i in range(n):
        made += np.int64(contributions[i]) if contributions[i] > threshold else np.int64(0)
    return made


@kernel
def last_tied(contributions, n, threshold, ties):
    """Return the place of the last of the first `ties` members with `threshold` contributions, -1 when ties is 0."""
    for i in range(n):
        if ties == 0:
            return i - 1
        ties -= 1 if contributions[i] == threshold else 0
    return n - 1


@kernel
def level_of(in_half_set, active_weeks, gone, weeks_in_life):
    """Return the level of one member; see the module for the rule."""
    if active_weeks >= ACTIVE_WEEKS:
        return CORE if in_half_set and active_weeks >= CORE_WEEKS else ACTIVE
    if gone:
        return OUTSIDE
    if weeks_in_life <= 1:
        return TRANSACTIONAL
    return OCCASIONAL if active_weeks > 0 else PERIPHERAL


@kernel
def read_levels(contributions, active_weeks, gone, weeks_in_life, n, levels):
    """Write the level of the first `n` members into `levels`, all columns ordered by first appearance.

    contributions: of the last twelve weeks (whole numbers); active_weeks: of those twelve; gone: silent for a year;
    weeks_in_life: weeks with an act since joining. The rule is stated at the head of this file.
    """
    threshold, ties = half_set(contributions, n)
    last = last_tied(contributions, n, threshold, ties)
    give_levels(threshold, last, contributions, active_weeks, gone, weeks_in_life, n, levels)


@kernel
def give_levels(threshold, last, contributions, active_weeks, gone, weeks_in_life, n, levels):
    """Write the level of `n` members; half of all is made by those with more contributions than `threshold` and, up to
    the place `last`, by those with as many."""
    for i in range(n):
        made = contributions[i]
        in_half_set = made > threshold or (made == threshold and i <= last)
        levels[i] = level_of(in_half_set, active_weeks[i], gone[i], weeks_in_life[i])
