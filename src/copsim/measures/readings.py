"""Reading levels from a log, by months as `observe` does and by weeks as the engine does; both call the one rule.

The monthly reading counts days and starts at the origin; the weekly reading counts whole weeks, Monday to Sunday, over
the whole log. Sorted arrays of member-days go in: one row per member and day with an act, sorted by day.
"""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copsim.core.jit import by_address, kernel, reader
from copsim.core.levels import OUTSIDE, PERIPHERAL, TRANSACTIONAL, YEAR_WEEKS, half_set, level_of, read_levels
from copsim.measures.eventlog import EventLog, appearance

Array = NDArray[Any]

WINDOW, WEEKS_IN_WINDOW, YEAR, WEEK = 84, 12, 365, 7
NEVER = -(10**6)
STATES = ("core", "active", "occasional", "occ_onetouch", "peripheral", "per_onetouch", "gone")
ONE_TOUCH, PERIPHERAL_STATE, PERIPHERAL_ONE_TOUCH, GONE, NEW = 3, 4, 5, 6, 7
NOT_JOINED = -1
MONDAY = 4
"""1970-01-05, the first Monday counted in days since 1970-01-01."""


@by_address
class Months(NamedTuple):
    """What a community's months look like; T months, N members in order of first appearance.

    states: (T, N) place in `STATES` at month end, -1 before joining; counts: (T, 7) members by state; half: (T, N) in
    the smallest set making half of the last 84 days' contributions; flows: (T, 4) members who acted, events, newcomers,
    returners; spread: (T, 5) people in 84 days, size of the half set, Gini, share of the first and of the first tenth;
    moves: (8, 7) month-to-month counts of states, from row 7 = new; acted: (8,) members who acted, by last month's
    state; weeks_in_life: (N,) at the end.
    """

    states: Array
    counts: Array
    half: Array
    flows: Array
    spread: Array
    moves: Array
    acted: Array
    weeks_in_life: Array


@by_address
class _Columns(NamedTuple):
    """One number per member, carried from month to month."""

    seen: Array
    week: Array
    weeks_in_life: Array
    made: Array
    blocks: Array
    month: Array
    ordered: Array


def read_months(day: Array, member: Array, made: Array, ends: Array, origin: int, members: int) -> Months:
    """Read every month that ends on one of `ends`; days are counted from 1970, rows begin on the day `origin`."""
    months = len(ends)
    out = Months(
        states=np.full((months, members), NOT_JOINED, np.int8),
        counts=np.zeros((months, len(STATES)), np.int64),
        half=np.zeros((months, members), np.bool_),
        flows=np.zeros((months, 4), np.int64),
        spread=np.full((months, 5), np.nan),
        moves=np.zeros((8, 7), np.int64),
        acted=np.zeros(8, np.int64),
        weeks_in_life=np.zeros(members, np.int64),
    )
    columns = _Columns(
        seen=np.full(members, NEVER, np.int64),
        week=np.full(members, -1, np.int64),
        weeks_in_life=out.weeks_in_life,
        made=np.zeros(members, np.int64),
        blocks=np.zeros(members, np.int64),
        month=np.full(members, -1, np.int64),
        ordered=np.zeros(members, np.int64),
    )
    # A week of life that reaches beyond the month's end counts with all its days, as in the published tables.
    week_ends = origin + WEEK * ((ends - origin) // WEEK + 1) - 1
    rows = np.searchsorted(day, [ends - WINDOW, ends, week_ends], side="right")
    _read_months(day, member, made, ends, rows, origin, columns, out)
    return out


@reader
def _read_months(
    day: Array, member: Array, made: Array, ends: Array, rows: Array, origin: int, columns: Any, out: Any
) -> None:
    """Fill `out`; rows: (3, months) rows up to the window's begin, the month's end, the end of its last week."""
    begin, counted = 0, 0
    for t in range(len(ends)):
        first, stop, known = rows[0, t], rows[1, t], rows[2, t]
        _act_in_month(t, day[begin:stop], member[begin:stop], made[begin:stop], columns, out)
        _count_weeks(day[counted:known], member[counted:known], origin, columns)
        _gather_window(ends[t], day[first:stop], member[first:stop], made[first:stop], columns)
        _classify(t, ends[t], columns, out)
        _count_moves(t, out)
        _measure_spread(columns, out.half[t], out.spread[t])
        begin, counted = stop, known


@kernel
def _act_in_month(t: int, day: Array, member: Array, made: Array, columns: Any, out: Any) -> None:
    """Count who acted, how much, for the first time, again after 84 days, and from which level."""
    for row in range(len(day)):
        who = member[row]
        out.flows[t, 1] += made[row]
        if columns.month[who] != t:
            columns.month[who] = t
            joins = columns.seen[who] == NEVER
            out.flows[t, 0] += 1
            out.flows[t, 2] += joins
            out.flows[t, 3] += not joins and day[row] - columns.seen[who] > WINDOW
            if t > 0:
                out.acted[NEW if joins else out.states[t - 1, who]] += 1
        columns.seen[who] = day[row]


@kernel
def _count_weeks(day: Array, member: Array, origin: int, columns: Any) -> None:
    for row in range(len(day)):
        who, week = member[row], (day[row] - origin) // WEEK
        columns.weeks_in_life[who] += columns.week[who] != week
        columns.week[who] = week


@kernel
def _gather_window(end: int, day: Array, member: Array, made: Array, columns: Any) -> None:
    """Sum the contributions of the window and mark its active blocks of seven days as bits."""
    for who in range(len(columns.made)):
        columns.made[who] = 0
        columns.blocks[who] = 0
    for row in range(len(day)):
        columns.made[member[row]] += made[row]
        columns.blocks[member[row]] |= 1 << ((end - day[row]) // WEEK)


@kernel
def _active_blocks(blocks: int) -> int:
    count = 0
    for block in range(WEEKS_IN_WINDOW):
        count += (blocks >> block) & 1
    return count


@kernel
def _classify(t: int, end: int, columns: Any, out: Any) -> None:
    members = len(columns.made)
    threshold, ties = half_set(columns.made, members)
    for who in range(members):
        if columns.seen[who] == NEVER:
            continue
        made = columns.made[who]
        tied = made == threshold and ties > 0
        ties -= tied
        out.half[t, who] = made > threshold or tied
        gone = end - columns.seen[who] >= YEAR
        active = _active_blocks(columns.blocks[who])
        level = level_of(out.half[t, who], active, gone, columns.weeks_in_life[who])
        out.states[t, who] = _state(level, made > 0)


@kernel
def _state(level: int, seen_in_window: bool) -> int:
    """Return the place in `STATES` (it begins like `LEVELS`); acts in the window tell one-touch people apart."""
    if level == TRANSACTIONAL:
        return ONE_TOUCH if seen_in_window else PERIPHERAL_ONE_TOUCH
    if level == PERIPHERAL:
        return PERIPHERAL_STATE
    return GONE if level == OUTSIDE else level


@kernel
def _count_moves(t: int, out: Any) -> None:
    for who in range(out.states.shape[1]):
        state = out.states[t, who]
        if state != NOT_JOINED:
            before = out.states[t - 1, who] if t > 0 else NOT_JOINED
            out.moves[NEW if before == NOT_JOINED else before, state] += 1
            out.counts[t, state] += 1


@kernel
def _measure_spread(columns: Any, half: Array, spread: Array) -> None:
    n, chosen = 0, 0
    for who in range(len(half)):
        chosen += half[who]
        if columns.made[who] > 0:
            columns.ordered[n] = columns.made[who]
            n += 1
    spread[0], spread[1] = n, chosen
    if n == 0:
        return
    active = columns.ordered[:n]
    _sort(active)
    total, weighted, tenth = 0, 0, 0
    for i in range(n):
        total += active[i]
        weighted += active[i] * (2 * (i + 1) - n - 1)
    for i in range(max(1, int(np.rint(0.1 * n)))):
        tenth += active[n - 1 - i]
    if n > 1:
        spread[2] = weighted / (n * total)
    spread[3], spread[4] = active[n - 1] / total, tenth / total


@kernel
def _sort(values: Array) -> None:
    """Sort whole numbers in place, by Shell's method with Knuth's gaps: numba's own sort takes two seconds to compile."""
    gap = 1
    while gap < len(values) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, len(values)):
            value, place = values[i], i
            while place >= gap and values[place - gap] > value:
                values[place] = values[place - gap]
                place -= gap
            values[place] = value
        gap //= 3


def weekly_reading(log: EventLog, start_monday: date | str, weeks: int, community: str | None = None) -> Array:
    """Return each member's level at the end of each week, Monday to Sunday, by the weekly rule, -1 before joining.

    start_monday: first day of week 1; earlier events count as history. Result: int8 (members, weeks), members in order
    of first appearance (`log.members()`), `OUTSIDE` from the 53rd week without an act. Errors: `UserError` when the log
    holds several communities and none is named.
    """
    start = int(np.datetime64(start_monday, "D").astype(np.int64))
    if (start - MONDAY) % WEEK:
        raise ValueError(f"{start_monday} is not a Monday")
    part = log.rows(log.position(community))
    people, member = appearance(log.member[part])
    week = (log.day[part] - start) // WEEK
    member_weeks, place = np.unique(week * len(people) + member, return_inverse=True)
    made = np.bincount(place, weights=log.n[part]).astype(np.int64)
    levels: Array = np.full((weeks, len(people)), NOT_JOINED, np.int8)
    week, member = member_weeks // len(people), member_weeks % len(people)
    rows = np.searchsorted(week, [np.arange(weeks) - WEEKS_IN_WINDOW, np.arange(weeks)], side="right")
    _read_weeks(week, member, made, rows, levels)
    return np.ascontiguousarray(levels.T)


@reader
def _read_weeks(week: Array, member: Array, made: Array, rows: Array, levels: Array) -> None:
    """Write levels (weeks, members) from member-weeks sorted by week, the first row of `levels` being week 0.

    rows: (2, weeks) rows up to the last week out of the window, and to the week itself.
    """
    weeks, members = levels.shape
    seen, weeks_in_life = np.full(members, NEVER), np.zeros(members, np.int64)
    contributions, active = np.zeros(members, np.int64), np.zeros(members, np.int64)
    gone = np.zeros(members, np.bool_)
    begin, old = 0, 0
    for w in range(weeks):
        past, stop = rows[0, w], rows[1, w]
        for row in range(stop - begin):
            who = member[begin + row]
            seen[who] = week[begin + row]
            weeks_in_life[who] += 1
        _shift(member[begin:stop], made[begin:stop], 1, contributions, active)
        _shift(member[old:past], made[old:past], -1, contributions, active)
        begin, old = stop, past
        for who in range(members):
            gone[who] = w - seen[who] >= YEAR_WEEKS
        read_levels(contributions, active, gone, weeks_in_life, members, levels[w])
        for who in range(members):
            if seen[who] == NEVER:
                levels[w, who] = NOT_JOINED


@kernel
def _shift(member: Array, made: Array, sign: int, contributions: Array, active: Array) -> None:
    for row in range(len(member)):
        contributions[member[row]] += sign * made[row]
        active[member[row]] += sign
