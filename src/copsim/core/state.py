"""The state of one community as columns: members (one row each), their ties, people, and the community as one record.

Columns of one kind stand in one table, a column a line; the community's own numbers in one record: a kernel gets all
of it as a handful of pointers. Records of some fifty arrays were tried: they cost ten times as much to pass and compile.

Rows stand in order of uid, which is the order of arrival; people who left for good and have been silent for a year are
taken out now and then, so that they cost nothing. Whatever points to a person (ties, events) holds the person's number
in this run, and `row_of` leads from there to the row.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from copsim.core.jit import by_address

SLOTS = 8
"""Ties a member can hold; a new one takes the place of the weakest."""
WEEKS = 12
"""Weeks in the window of the levels."""
WORKS = ("preparing", "welcoming", "agenda", "reporting", "bridging", "messaging", "reflecting")
"""The kinds of work of leadership, in the order of every column over them."""
PREPARING, WELCOMING, AGENDA, REPORTING, BRIDGING, MESSAGING, REFLECTING = range(len(WORKS))
NO_ROLE, COORDINATOR = 0, 1
FIRST_ROLE = 2
"""Internal role of work k is FIRST_ROLE + k; NO_ROLE and COORDINATOR are the other two."""

Array = np.ndarray[Any, Any]


REAL = {
    "propensity": "standard deviations: innate inclination to take part",
    "capacity": "hours a week that the member can give",
    "volume": "standard deviations: innate liking for doing much at a time",
    "expertise": "share: competence in the practice",
    "skill": "share: skill in a role held",
    "warmth": "share: short memory of contact",
    "belonging": "share: long memory of contact",
    "fatigue": "share",
    "attachment": "share: strength of the ties held",
    "hours": "hours given",
}
"""Columns of `s.real`, float32."""

WHOLE = {
    "person": "number of the person in this run",
    "joined": "week of joining; 0 and below: inside at the start",
    "role": "NO_ROLE, COORDINATOR or FIRST_ROLE + work",
    "away": "1 in a pause",
    "left": "1 when gone for good",
    "history": "bit k set when active k weeks ago, 12 bits",
    "recent": "acts in the last twelve weeks",
    "last_act": "week of the last act",
    "active_weeks": "weeks with an act since joining",
    "acts_counted": "acts in the last 52 weeks of the run",
    "stayed": "1 when seen 27 to 52 weeks after joining",
    "units": "units of potential value held",
    "level": "level at the end of the week before",
    "own": "contributions of one's own",
    "given": "answers given",
    "answers": "answers received",
    "by_tie": "of those, from a tie held before",
    "contacted": "1 when a role holder made contact",
    "contacts": "1 when made contact as a role holder",
    "attends": "1 when at the week's meeting",
    "realized_units": "units of value realized",
    "active_of_twelve": "active weeks in twelve",
    "silent_year": "1 when silent for a year or more",
    "level_before": "levels at the end of the week before",
}
"""Columns of `s.whole`, int32."""

# fmt: off
(
    PROPENSITY, CAPACITY, VOLUME, EXPERTISE, SKILL, WARMTH, BELONGING, FATIGUE, ATTACHMENT, HOURS,
) = range(len(REAL))
(
    PERSON, JOINED, ROLE, AWAY, LEFT, HISTORY, RECENT, LAST_ACT, ACTIVE_WEEKS, ACTS_COUNTED, STAYED, UNITS, LEVEL,
    OWN, GIVEN, ANSWERS, BY_TIE, CONTACTED, CONTACTS, ATTENDS, REALIZED_UNITS, ACTIVE_OF_TWELVE, SILENT_YEAR,
    LEVEL_BEFORE,
) = range(len(WHOLE))
# fmt: on
MONTH_START, YEAR_END = range(2)
"""Rows of `s.calendar`: first week of the week's month; 1 in the last four weeks of a year."""


@by_address
class State(NamedTuple):
    """Everything a run reads and writes: `s.real[BELONGING, row]`, `s.community[0].domain`, `s.counts[0].rows`."""

    key: Array  # uint64 (1,): key of the run
    community: Array  # (1,) record of COMMUNITY: the community as a whole
    counts: Array  # (1,) record of COUNTS: its whole numbers
    calendar: Array  # int32 (2, weeks + 1)
    record: Array  # float32 (weeks, observables)
    events: Array  # int32 (capacity, 5): week, kind, person, other person or -1, number
    person_uid: Array  # uint64 (people,): of everybody who ever joined
    person_left: Array  # int32 (people,): 1 when gone for good
    row_of: Array  # int32 (people,): row of the person, -1 when taken out
    uid: Array  # uint64 (rows,): week of arrival * 2**24 + order
    real: Array  # float32 (REAL, rows): one row of the table a person who is, or lately was, inside
    whole: Array  # int32 (WHOLE, rows)
    ring: Array  # int32 (WEEKS, rows): acts in each of the last twelve weeks
    tie_other: Array  # int32 (rows, SLOTS): number of the person tied to; only the holder's kernels write it
    tie_strength: Array  # float32 (rows, SLOTS) share; 0 = an empty slot
    # The next four are free for every part of the week, and nothing in them outlives it, with two exceptions: from
    # SET_OUT_CHAIRS to MINGLE the meeting owns `seats`, and from INCLINE to ANSWER answering owns all four.
    list_rows: Array  # int32 (rows,): 1 for those whom a mechanism marks
    scratch: Array  # float32 (rows,): chances or doses, from one loop of a mechanism to the next
    seats: Array  # int32 (a power of two,): the seat table for choosing partners
    dormant_seats: Array  # int32 (as many,): the seat table of those who are not around


COMMUNITY = {
    "shock": "logit: shared luck of weeks",
    "tide": "logit: shared luck of years",
    "season": "logit",
    "domain": "share: how far the domain is identified with",
    "practice": "share: shared competence",
    "togetherness": "share: the community strength, belonging of the regulars times critical mass",
    "strength": "share: common strength, the geometric mean of the three",
    "recent_acts": "acts a week, mean of two months",
    "habitual_acts": "acts a week, slow mean",
    "stories": "stories in circulation",
    "story_level": "share: their effect",
    "preparation": "hours in store for the next meeting",
    "habit": "share: how regular the beat has been",
    "next_meeting": "weeks, in fractions",
    "meets": "0 or 1: a meeting this week",
    "quality": "share: of this week's meeting",
    "ownership": "share of the agenda that members own",
    "mandate": "share: prescribed, attended to and still owned",
    "sponsor": "0 or 1: somebody is the sponsor",
    "attention": "share: of the sponsor",
    "legitimacy": "share",
    "patience": "share of the sponsor's patience left",
    "sponsor_hours": "leadership hours a week paid by the sponsor",
    "sponsor_money": "currency a week",
    "raw_hours": "hours a week by kind of work: worked in roles",
    "work_hours": "hours a week by kind of work: the effective ones",
    "coverage": "share by kind of work: how far it is done",
    "role_hours": "hours a week worked in roles",
    "unasked_hours": "hours a week of stewardship given unasked",
    "pulse": "share of the hinterland that the launch brings in week 1",
    "launch_hours": "hours spent before the start",
    "hours": "hours of all, this week",
    "cost": "currency, this week",
    "stage": "code",
    "held": "weeks: the marks of the next stage have held; sustaining without a break",
    "smooth": "regulars, smoothed",
    "peak": "highest smoothed regulars",
    "silent": "weeks without an act",
    "reached": "week, by stage: first in it, 0 = never",
    "end_kind": "code",
}
"""The community's numbers, float64."""

COUNTS = {
    "rows": "rows in use",
    "first": "row of the community at which these rows begin: 0 but for a block",
    "shared": "1 while several threads live a week together",
    "people": "people who ever joined",
    "hinterland": "people who could ever join, founders included",
    "late_from": "first week of the last 52",
    "followed_until": "last week of joining that can be followed for a year",
    "half": "acts in twelve weeks at which half of all is made; with more, a member is in that half",
    "half_last": "last row of those with just so many who are in it, -1 = none",
    "levels": "members at each level",
    "regulars": "core and active",
    "newcomers": "this week",
    "leavers": "who became outside this week",
    "acts": "this week",
    "acting": "members with an act this week",
    "acting_month": "of those, for the first time this calendar month",
    "contributions": "this week",
    "attendance": "this week",
    "around": "members with an act in twelve weeks and not in a pause",
    "dormant": "the other members who have not left for good",
    "holders": "role holders",
    "value": "units this week: immediate, potential, applied, realized",
    "failed": "applied units that came to nothing this week",
    "faded": "potential units lost this week",
    "told": "stories told this week",
    "stayed": "newcomers seen 27 to 52 weeks after joining, in the run",
    "appointing": "1: somebody from outside has been appointed coordinator",
    "coordinator_gone": "1: whoever holds the post goes this week",
    "sponsor_gone": "1: the sponsor goes this week",
    "top_gone": "1: whoever made most in twelve weeks goes this week",
    "events": "events that happened, kept or not",
}
"""The community's whole numbers, int64."""

_LONG = {
    "coverage": len(WORKS), "raw_hours": len(WORKS), "work_hours": len(WORKS), "held": 2, "reached": 6,
    "levels": 6, "value": 4,
}  # fmt: skip
POST, REPLY, ATTEND, CONTACT, MET, CHANGED = range(6)
"""Kinds in the event buffer: the last two are contacts made by a role holder, and changes of level."""


def _kind(names: Iterable[str], kind: str) -> np.dtype[Any]:
    """Return the type of a record with a field a name; some hold several numbers."""
    return np.dtype((np.record, [(name, kind, (_LONG[name],)) if name in _LONG else (name, kind) for name in names]))


_COMMUNITY, _COUNTS = _kind(COMMUNITY, "f8"), _kind(COUNTS, "i8")  # once: each takes as long as a week


def _record(kind: np.dtype[Any]) -> Array:
    """Return one zeroed record."""
    return np.zeros(1, kind).view(np.recarray)


def seats_needed(people: int) -> int:
    """Return the size of a seat table for so many people: a power of two, at least twice as many."""
    return 1 << max(3, (2 * people - 1).bit_length())


def _table(lines: int, rows: int, kind: Any) -> Array:
    """Return a zeroed table with room for a line more behind it, never touched, into which the view of a block reaches."""
    return np.zeros((lines + 1, rows), kind)[:lines]


def block_of(s: State, first: int, counts: Array) -> State:
    """Return a view of a state whose row 0 is row `first` of `s`, with `counts`, (1,), of its own.

    Its tables have the shape of the whole: who reads them keeps to the rows that its counts say are in use.
    """

    def moved(table: Array) -> Array:
        return as_strided(table[:, first:], table.shape, table.strides)

    columns = (s.uid, s.tie_other, s.tie_strength, s.list_rows, s.scratch)
    uid, tie_other, tie_strength, list_rows, scratch = (column[first:] for column in columns)
    return s._replace(
        counts=counts, uid=uid, real=moved(s.real), whole=moved(s.whole), ring=moved(s.ring),
        tie_other=tie_other, tie_strength=tie_strength, list_rows=list_rows, scratch=scratch,
    )  # fmt: skip


def new_state(people: int, rows: int, weeks: int, observables: int, events: int) -> State:
    """Return an empty state with room for `people` persons, `rows` members at a time, `weeks` and `events` rows."""
    return State(
        key=np.zeros(1, np.uint64),
        community=_record(_COMMUNITY),
        counts=_record(_COUNTS),
        calendar=np.zeros((2, weeks + 1), np.int32),
        record=np.zeros((weeks, observables), np.float32),
        events=np.zeros((events, 5), np.int32),
        person_uid=np.zeros(people, np.uint64),
        person_left=np.zeros(people, np.int32),
        row_of=np.full(people, -1, np.int32),
        uid=np.zeros(rows, np.uint64),
        real=_table(len(REAL), rows, np.float32),
        whole=_table(len(WHOLE), rows, np.int32),
        ring=_table(WEEKS, rows, np.int32),
        tie_other=np.full((rows, SLOTS), -1, np.int32),
        tie_strength=np.zeros((rows, SLOTS), np.float32),
        list_rows=np.zeros(rows, np.int32),
        scratch=np.zeros(rows, np.float32),
        seats=np.full(seats_needed(rows), -1, np.int32),
        dormant_seats=np.full(seats_needed(rows), -1, np.int32),
    )
