"""S01. Reading levels: at each week's end, what members did becomes their history, and the one rule reads their level.

A level is measured, never a cause: see `core/levels.py`. An act is a contribution, an answer, an attendance or, for a role
holder, the week's contacts (one act).

Reads: own contributions, answers, attendance, contacts. Writes: history, level, counts of levels. Draws: nothing.
"""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.levels import ACTIVE, CORE, OUTSIDE, YEAR_WEEKS, give_levels, half_set, last_tied
from copsim.core.log import note
from copsim.core.state import (
    ACTIVE_OF_TWELVE,
    ACTIVE_WEEKS,
    ACTS_COUNTED,
    ATTENDS,
    CHANGED,
    CONTACTS,
    GIVEN,
    HISTORY,
    JOINED,
    LAST_ACT,
    LEVEL,
    LEVEL_BEFORE,
    MONTH_START,
    OWN,
    PERSON,
    RECENT,
    SILENT_YEAR,
    STAYED,
    WEEKS,
)

_MASK = np.int32((1 << WEEKS) - 1)


@kernel
def history_after(history, acted):
    """Return the bits of the last twelve weeks after another week, 1 = acted."""
    return np.int32(((history << 1) | acted) & _MASK)


@kernel
def weeks_active(history):
    """Return the number of active weeks in twelve."""
    pairs = history - ((history >> 1) & 0x555)
    fours = (pairs & 0x333) + ((pairs >> 2) & 0x333)
    return np.int32((fours & 0xF) + ((fours >> 4) & 0xF) + (fours >> 8))


@kernel
def halve(s, p):
    """Find who made half of the acts of twelve weeks, and begin to count levels anew."""
    counts, recent = s.counts[0], s.whole[RECENT]
    counts.half, ties = half_set(recent, counts.rows)
    counts.half_last = last_tied(recent, counts.rows, counts.half, ties)
    for k in range(OUTSIDE + 1):
        counts.levels[k] = 0
    counts.regulars = counts.leavers = 0


@kernel
def level(s, p, week):
    """Read the levels and count them; a part of the community may go ahead of another."""
    counts, previous = s.counts[0], s.whole[LEVEL_BEFORE]
    for i in range(counts.rows):
        previous[i] = s.whole[LEVEL, i]
    give_levels(
        counts.half, counts.half_last - counts.first, s.whole[RECENT], s.whole[ACTIVE_OF_TWELVE],
        s.whole[SILENT_YEAR], s.whole[ACTIVE_WEEKS], counts.rows, s.whole[LEVEL],
    )  # fmt: skip
    _count(s, week)


@kernel
def remember(s, p, week):
    """Bring every member's history up to date with what was done this week."""
    made, recent, history, last_act = s.ring[week % WEEKS], s.whole[RECENT], s.whole[HISTORY], s.whole[LAST_ACT]
    for i in range(s.counts[0].rows):
        recent[i] -= made[i]
    for i in range(s.counts[0].rows):
        made[i] = s.whole[OWN, i] + s.whole[GIVEN, i] + s.whole[ATTENDS, i] + s.whole[CONTACTS, i]
    acts, acting, first, month = np.int64(0), 0, 0, s.calendar[MONTH_START, week]
    for i in range(s.counts[0].rows):
        acted = 1 if made[i] > 0 else 0
        acts += made[i]
        acting += acted
        first += acted if last_act[i] < month or s.whole[JOINED, i] == week else 0
    s.counts[0].acts += acts
    s.counts[0].acting += acting
    s.counts[0].acting_month += first
    for i in range(s.counts[0].rows):
        recent[i] += made[i]
        history[i] = history_after(history[i], np.int32(1 if made[i] > 0 else 0))
    for i in range(s.counts[0].rows):
        s.whole[ACTIVE_OF_TWELVE, i] = weeks_active(history[i])
        s.whole[ACTIVE_WEEKS, i] += history[i] & 1
    for i in range(s.counts[0].rows):
        last_act[i] = week if made[i] > 0 else last_act[i]
        s.whole[SILENT_YEAR, i] = 1 if week - last_act[i] >= YEAR_WEEKS else 0
    if week >= s.counts[0].late_from:
        for i in range(s.counts[0].rows):
            s.whole[ACTS_COUNTED, i] += made[i]
    _follow(s, week, made)


@kernel
def _follow(s, week, made):
    """Count those who are seen between 27 and 52 weeks after joining in the run, each once."""
    stayed, earliest, latest = 0, max(1, week - 52), min(week - 27, s.counts[0].followed_until)
    for i in range(s.counts[0].rows):
        due = s.whole[JOINED, i] >= earliest and s.whole[JOINED, i] <= latest
        seen = 1 if due and made[i] > 0 else 0
        stayed += seen & ~s.whole[STAYED, i]
        s.whole[STAYED, i] |= seen
    s.counts[0].stayed += stayed


@kernel
def _number_at(levels, n, level):
    number = 0
    for i in range(n):
        number += 1 if levels[i] == level else 0
    return number


@kernel
def _count(s, week):
    counts = s.counts[0]
    for k in range(OUTSIDE + 1):
        number = _number_at(s.whole[LEVEL], counts.rows, k)
        counts.levels[k] += number
        counts.regulars += number if k in (CORE, ACTIVE) else 0
    for i in range(counts.rows):
        before, now = s.whole[LEVEL_BEFORE, i], s.whole[LEVEL, i]
        if now != before:
            counts.leavers += 1 if now == OUTSIDE else 0
            note(s, week, CHANGED, s.whole[PERSON, i], np.int32(before), np.int32(now))
