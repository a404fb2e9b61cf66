"""What one community's log holds from its origin on: member-days, edges, and each member's first and last day."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copsim.measures.eventlog import Days, EventLog, appearance

Array = NDArray[Any]

SPAN_OF_ORIGIN, MONTHS_OF_ORIGIN = 6, 3


@dataclass(frozen=True)
class Activity:
    """One community; members are numbered in order of first appearance in the whole log, days counted from 1970-01-01.

    origin: months since 1970-01; strays: people seen before it; day, member, made: member-days sorted by day; edge_day,
    source, target: events directed at a member; first, last, total, days: by member; starts, ends: whole months.
    """

    name: str
    origin: int
    obs_end: int
    strays: int
    day: Days
    member: Days
    made: Days
    edge_day: Days
    source: Days
    target: Days
    first: Days
    last: Days
    total: Days
    days: Days
    starts: Days
    ends: Days

    @property
    def members(self) -> int:
        """Number of members."""
        return len(self.first)


def activity_of(log: EventLog, position: int) -> Activity:
    """Return the activity of one community of the log."""
    part = log.rows(position)
    day, count = log.day[part], log.n[part]
    origin = origin_of(months_of(day))
    kept = day >= first_day(origin)
    people, everybody = appearance(log.member[part])
    number = _numbers(people, everybody[kept], len(log.names))
    member, directed = number[log.member[part][kept]], number[log.member2[part][kept]]
    starts, ends = _whole_months(origin, int(log.obs_end[position]))
    day = day[kept]
    edges = directed >= 0
    return Activity(
        name=log.communities[position],
        origin=origin,
        obs_end=int(log.obs_end[position]),
        strays=len(np.unique(everybody[~kept])),
        edge_day=day[edges],
        source=member[edges],
        target=directed[edges],
        starts=starts,
        ends=ends,
        **_member_days(day, member, count[kept], int(number.max()) + 1),
    )


def months_of(day: Array) -> Array:
    """Return months since 1970-01 of days since 1970-01-01."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_day(month: int) -> int:
    """Return the first day of a month counted from 1970-01."""
    return int(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64))


def origin_of(months: Array) -> int:
    """Return the first month with events in at least 3 of the six months from it on; else the very first."""
    seen = np.unique(months)
    ahead = np.searchsorted(seen, seen + SPAN_OF_ORIGIN) - np.arange(len(seen))
    return int(seen[np.argmax(ahead >= MONTHS_OF_ORIGIN)])


def _numbers(people: Array, acting: Array, names: int) -> Array:
    """Return each name's number among those who act from the origin on, -1 for others; the last entry is nobody's."""
    acts = np.zeros(len(people), np.bool_)
    acts[acting] = True
    number = np.full(names + 1, -1, np.int64)
    number[people[acts]] = np.arange(acts.sum())
    return number


def _whole_months(origin: int, obs_end: int) -> tuple[Days, Days]:
    last = int(months_of(np.array([obs_end + 1]))[0])
    edges = np.arange(origin, max(last, origin) + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return edges[:-1], edges[1:] - 1


def _member_days(day: Days, member: Days, count: Days, members: int) -> dict[str, Days]:
    keys, place = np.unique(day * members + member, return_inverse=True)
    made = np.bincount(place, weights=count).astype(np.int64)
    day, member = keys // members, keys % members
    first, last = np.empty(members, np.int64), np.empty(members, np.int64)
    first[member[::-1]] = day[::-1]  # rows are sorted by day: the one written last wins
    last[member] = day
    total = np.bincount(member, weights=made, minlength=members).astype(np.int64)
    days = np.bincount(member, minlength=members)
    return {"day": day, "member": member, "made": made, "first": first, "last": last, "total": total, "days": days}
