"""S01. Reading levels: at each week's end, what members did becomes their history, and the one rule reads their level.

A level is measured, never a cause: see `core/levels.py`. An act is a contribution, an answer, an attendance or, for a role
holder, the week's contacts (one act).

Reads: own contributions, answers, attendance, contacts. Writes: history, level, counts of levels. Draws: nothing.
"""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.levels import ACTIVE, CORE, OUTSIDE, YEAR_WEEKS, read_levels
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
def level(s, p, week):
    """Bring every member's history up to date, read the levels, and count them."""
    _remember(s, week)
    n, previous = s.counts[0].rows, s.whole[LEVEL_BEFORE]
    for i in range(n):
        previous[i] = s.whole[LEVEL, i]
    read_levels(
        s.whole[RECENT], s.whole[ACTIVE_OF_TWELVE], s.whole[SILENT_YEAR], s.whole[ACTIVE_WEEKS], n, s.whole[LEVEL]
    )
    _count(s, week)


@kernel
def _remember(s, week):
    slot = week % WEEKS
    acts, acting, first = np.int64(0), 0, 0
    late, followed = s.counts[0].late_from, s.counts[0].followed_until
    for i in range(s.counts[0].rows):
        made = np.int32(s.whole[OWN, i] + s.whole[GIVEN, i] + s.whole[ATTENDS, i] + s.whole[CONTACTS, i])
        acted = np.int32(1 if made > 0 else 0)
        s.whole[RECENT, i] += made - s.ring[slot, i]
        s.ring[slot, i] = made
        s.whole[HISTORY, i] = history_after(s.whole[HISTORY, i], acted)
        s.whole[ACTIVE_OF_TWELVE, i] = weeks_active(s.whole[HISTORY, i])
        s.whole[ACTIVE_WEEKS, i] += acted
        acts += made
        acting += acted
        first += acted if (s.whole[LAST_ACT, i] < s.calendar[MONTH_START, week] or s.whole[JOINED, i] == week) else 0
        s.whole[LAST_ACT, i] = week if made > 0 else s.whole[LAST_ACT, i]
        s.whole[ACTS_COUNTED, i] += made if week >= late else 0
        s.whole[SILENT_YEAR, i] = 1 if week - s.whole[LAST_ACT, i] >= YEAR_WEEKS else 0
        tenure = week - s.whole[JOINED, i]
        stays = (
            acted == 1 and tenure >= 27 and tenure <= 52 and s.whole[JOINED, i] >= 1 and s.whole[JOINED, i] <= followed
        )
        s.counts[0].stayed += 1 if stays and s.whole[STAYED, i] == 0 else 0
        s.whole[STAYED, i] = np.int32(1 if stays or s.whole[STAYED, i] == 1 else 0)
    s.counts[0].acts, s.counts[0].acting, s.counts[0].acting_month = acts, acting, first


@kernel
def _count(s, week):
    counts = s.counts[0]
    for k in range(OUTSIDE + 1):
        counts.levels[k] = 0
    counts.leavers = 0
    for i in range(counts.rows):
        before, now = s.whole[LEVEL_BEFORE, i], s.whole[LEVEL, i]
        counts.levels[now] += 1
        if now != before:
            counts.leavers += 1 if now == OUTSIDE else 0
            note(s, week, CHANGED, s.whole[PERSON, i], np.int32(before), np.int32(now))
    counts.regulars = counts.levels[CORE] + counts.levels[ACTIVE]
