"""What happened in a simulated run as tables: an event log as a real community would leave it, contacts, and spells.

The first days of one week's joiners are dealt in the order of their uids: equal contributions are ordered by first
appearance, in a log as in the engine. People inside at the start bring their year of acts, dated before week 1.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.draws import ORDER_BITS
from copsim.core.levels import LEVELS
from copsim.core.state import ATTEND, CHANGED, CONTACT, MET, POST, REPLY
from copsim.engine.days import draw_days, share_elsewhere
from copsim.engine.gate import Plan
from copsim.engine.living import Life
from copsim.engine.luck import wrapping
from copsim.engine.starting import HISTORY_WEEKS
from copsim.measures.eventlog import EventLog
from copsim.measures.weekly import category

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
KINDS = {POST: "post", REPLY: "reply", ATTEND: "attend", CONTACT: "contact"}
EVENT_COLUMNS = ("community", "date", "member", "kind", "member2", "n")


def week_and_order(uid: Any) -> tuple[Any, Any]:
    """Return the week in which a person arrived, 0 for those there at the start, and the place among that week's.

    uid: of one person, or an array of them, uint64.
    """
    return uid >> ORDER_BITS, uid & ((1 << ORDER_BITS) - 1)


def member_names(uids: Array) -> Array:
    """Return the names of simulated people: week of arrival and order within it, "40-2"."""
    week, order = week_and_order(uids)
    return np.array([f"{w}-{o}" for w, o in zip(week.tolist(), order.tolist(), strict=True)], object)


def event_log(life: Life, plan: Plan) -> "pd.DataFrame":
    """Return the event log of one life in the schema of real logs, sorted by date, first arrivals first.

    The sum of n per member and week equals the engine's count of acts.
    """
    import pandas as pd

    day, person, other, kind, number = _rows(life, plan)
    names = np.append(member_names(life.state.person_uid[: int(life.state.counts[0].people)]), "")
    monday = np.datetime64(plan.first_day, "D")
    table = {
        "community": 0,
        "date": (monday + day).astype("datetime64[s]"),
        "member": names[person],
        "kind": category([list(KINDS).index(k) for k in kind.tolist()], list(KINDS.values())),
        "member2": names[other],
        "n": number.astype(np.int32),
    }
    return pd.DataFrame(table)[list(EVENT_COLUMNS)]


def observed_life(life: Life, plan: Plan) -> EventLog:
    """Return the event log of one life as `observe` reads logs, observed to the last day of the plan."""
    day, person, other, kind, number = _rows(life, plan)
    monday = int(np.datetime64(plan.first_day, "D").astype(np.int64))
    kinds = list(KINDS)
    return EventLog(
        communities=("community",),
        obs_end=np.array([monday + 7 * plan.weeks - 1], np.int64),
        names=member_names(life.state.person_uid[: int(life.state.counts[0].people)]),
        kinds=tuple(KINDS.values()),
        community=np.zeros(len(day), np.int32),
        day=day + monday,
        member=person.astype(np.int32),
        kind=np.searchsorted(kinds, kind).astype(np.int32),
        member2=other.astype(np.int32),
        n=number,
    )


def _rows(life: Life, plan: Plan) -> Array:
    """Return day from the first Monday, person, other, kind and number of all events, by date, person and kind."""
    acts = np.concatenate([_history(plan), life.events[np.isin(life.events[:, 1], list(KINDS))]])
    parts = _split(acts, _days(life, plan, acts))
    order = np.lexsort((parts[:, 3], parts[:, 1], parts[:, 0]))
    return np.asarray(parts[order].T)


def _history(plan: Plan) -> Array:
    """Return the acts that people inside at the start bring along, as events in weeks -51 to 0."""
    if plan.start is None:
        return np.zeros((0, 5), np.int32)
    start = plan.start
    person, week = np.nonzero(start.acts)
    post, nobody = np.full(len(person), POST), np.full(len(person), -1)
    return np.stack([week - HISTORY_WEEKS + 1, post, person, nobody, start.acts[person, week]], 1).astype(np.int32)


def _days(life: Life, plan: Plan, acts: Array) -> Array:
    """Return for each event the day of its first act, another day, both counted from the Monday of week 1, and how many
    of its contributions fall on the other day."""
    weeks, persons = acts[:, 0].astype(np.int64), acts[:, 2]
    uids = life.state.person_uid[persons]
    order = np.lexsort((np.arange(len(acts)), persons, weeks))
    number = np.zeros(len(acts), np.int64)
    same = np.diff(weeks[order], prepend=-(10**9)) == 0
    same &= np.diff(persons[order], prepend=-1) == 0
    place = np.arange(len(acts))
    number[order] = place - np.maximum.accumulate(np.where(~same, place, 0))
    days = np.zeros((len(acts), 3), np.int64)
    further = np.where(acts[:, 1] == POST, acts[:, 4] - 1, 0).astype(np.int64)
    with wrapping():
        draw_days(life.state.key[0], weeks, uids, number, further, share_elsewhere(plan), days)
    days[:, :2] = _dealt(days[:, :2], weeks, persons)
    days[:, 0] = _after_the_question(days[:, 0], acts)
    days[:, :2] += 7 * (weeks - 1)[:, None]
    return days


def _after_the_question(days: Array, acts: Array) -> Array:
    """Let no answer stand before what it answers: the asker's contribution of the week, or the answer just before."""
    days, (weeks, kinds, persons, others) = days.copy(), acts[:, :4].T.astype(np.int64)
    replies = kinds == REPLY
    asked = np.flatnonzero(kinds == POST)
    people = max(persons.max(initial=0), others.max(initial=0)) + 1
    places, first = np.unique(weeks[asked] * people + persons[asked], return_index=True)
    wanted = weeks * people + others
    at = np.minimum(np.searchsorted(places, wanted), max(len(places) - 1, 0))
    found = replies & (places[at] == wanted) if len(places) else np.zeros(len(acts), np.bool_)
    days[found] = np.maximum(days[found], days[asked[first[at[found]]]])
    back = np.zeros(len(acts), np.bool_)
    same = replies[1:] & replies[:-1] & (weeks[1:] == weeks[:-1])
    back[1:] = same & (persons[1:] == others[:-1]) & (others[1:] == persons[:-1])
    days[back] = np.maximum(days[back], days[np.flatnonzero(back) - 1])
    return days


def _dealt(days: Array, weeks: Array, persons: Array) -> Array:
    """Deal the first days of those who appear in one week in the order of arrival; nothing of theirs lies before."""
    appears = np.full(int(persons.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(appears, persons, weeks)
    new = appears[persons] == weeks
    first = np.full(len(appears), 7)
    np.minimum.at(first, persons[new], days[new, 0])
    for week in np.unique(appears[first < 7]):
        arrived = np.flatnonzero((appears == week) & (first < 7))
        first[arrived] = np.sort(first[arrived])
    days[new] = np.maximum(days[new], first[persons[new], None])
    opening = np.full(len(appears), -1)
    at = np.flatnonzero(new)
    opening[persons[at][::-1]] = at[::-1]
    days[opening[opening >= 0], 0] = first[opening >= 0]
    return days


def _split(acts: Array, days: Array) -> Array:
    """Return (day, person, other, kind, number) rows: of many contributions of one week a share falls on another day."""
    further = np.where(days[:, 0] == days[:, 1], 0, days[:, 2])
    first = np.stack([days[:, 0], acts[:, 2], acts[:, 3], acts[:, 1], acts[:, 4] - further], 1)
    second = np.stack([days[:, 1], acts[:, 2], acts[:, 3], acts[:, 1], further], 1)
    rows = np.concatenate([first, second[further > 0]])
    return np.asarray(rows)


def contacts(life: Life) -> "pd.DataFrame":
    """Return whom role holders contacted: week, member, member2."""
    import pandas as pd

    met = life.events[life.events[:, 1] == MET]
    names = member_names(life.state.person_uid[: int(life.state.counts[0].people)])
    return pd.DataFrame({"week": met[:, 0], "member": names[met[:, 2]], "member2": names[met[:, 3]]})


def spells(life: Life, weeks: int) -> "pd.DataFrame":
    """Return spells at each level: member, start, stop, level, cause, ready for survival analysis.

    A spell starts at the end of week `start` and stops at the end of week `stop`; cause: "moved" to another level,
    "left" for outside, or "end of run" (censored).
    """
    import pandas as pd

    moves = life.events[life.events[:, 1] == CHANGED]
    moves = moves[np.lexsort((moves[:, 0], moves[:, 2]))]
    last = np.append(moves[1:, 2] != moves[:-1, 2], True) if len(moves) else np.zeros(0, bool)
    stop = np.where(last, weeks, np.append(moves[1:, 0], weeks)[: len(moves)])
    to = moves[:, 4]
    after = np.append(to[1:], len(LEVELS) - 1)[: len(moves)]
    cause = np.where(last, 2, np.where(after == LEVELS.index("outside"), 1, 0))
    inside = to != LEVELS.index("outside")
    names = member_names(life.state.person_uid[: int(life.state.counts[0].people)])
    table = {
        "member": names[moves[inside, 2]],
        "start": moves[inside, 0],
        "stop": stop[inside].astype(np.int32),
        "level": category(to[inside], LEVELS),
        "cause": category(cause[inside], ("moved", "left", "end of run")),
    }
    return pd.DataFrame(table)
