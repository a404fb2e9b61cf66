"""Anchoring: the event log of a real community becomes the people, ties and state with which a comparison starts.

Week 0 is the last whole week, Monday to Sunday, that the log covers. What a log shows is taken from it (acts, ties, order
of arrival), what it hints at is fitted (propensity, belonging, three rates), the rest is assumed and said to be so.
Nobody's name gets beyond this module: a start holds numbers only.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.levels import ACTIVE
from copsim.core.state import (
    ATTACHMENT,
    BELONGING,
    CAPACITY,
    COORDINATOR,
    EXPERTISE,
    PROPENSITY,
    REAL,
    SKILL,
    SLOTS,
    WARMTH,
    WEEKS,
    new_state,
)
from copsim.engine.luck import uncertain_parameters
from copsim.engine.parameters import central, pack
from copsim.engine.starting import HISTORY_WEEKS, KEPT_WHOLE, Start
from copsim.measures.activity import activity_of
from copsim.measures.activity_stage import ENDED, POTENTIAL, TRANSFORMING, activity_stages
from copsim.measures.eventlog import EventLog, appearance
from copsim.measures.readings import MONDAY, WEEK, read_months, weekly_reading
from copsim.studies.filtering import Level, level_of
from copsim.studies.fitting import Seen, nine_digits, record_of, settled
from copsim.studies.pasts import attach, common, most_likely, remember, tie_up

Array = np.ndarray[Any, Any]
LEAST_WEEKS, LEAST_MEMBERS = 26, 2
LONGEST_WEEKS = 260
"""Weeks over which belonging is built up: it is remembered for longer than the year that a start keeps."""
EARLIEST = -5_200
GIT_KINDS = frozenset(("commit", "merge", "integrate", "coauthor", "signoff", "report", "review", "test"))
FITTED_WEEKS = 26
SPREAD = "participating.base_rate_spread"
MONTH_SIXTEENTHS = 487
"""A mean month, 30.4375 days, in sixteenths of a day."""
_DOMAIN, _PRACTICE, _EXPERTISE = 0.5, 0.4, 0.5
_LEGITIMACY = 0.7


@dataclass(frozen=True)
class Anchor:
    """A real community as a start: what the engine begins with, the settings that go with it, and what was fitted.

    fit: rows of what, value, fitted_to and kind ("fitted" or "assumed"), for the manifest.
    """

    start: Start
    population: str
    settings: dict[str, float]
    fit: list[dict[str, Any]]
    name: str


@dataclass(frozen=True)
class _History:
    """A log in weeks counted from its last whole one, 0, backwards; people are numbered in order of first appearance.

    week, day, member, directed, made: a row an event; days are counted from the Monday of week 0, directed is -1 for
    nobody; first, last: weeks by person; span: weeks.
    """

    week: Array
    day: Array
    member: Array
    directed: Array
    made: Array
    first: Array
    last: Array
    span: int

    @property
    def inside(self) -> Array:
        """People seen in the last 52 weeks, in order of first appearance."""
        return np.flatnonzero(self.last > -HISTORY_WEEKS)


def anchored(log: EventLog, seed: int = 1) -> Anchor:
    """Return the start that the log of one community makes, with its rates fitted on the luck of `seed`.

    Errors: `UserError` for a log of several communities, of less than 26 whole weeks, or with fewer than two members seen
    in the last 52 weeks.
    """
    log = log.only(log.communities[log.position()])
    past, population = _checked(_history(log), log.communities[0]), _population(log)
    level = filtered_level(past)
    start, settings, fit = settled(start_of(log), population, _seen(past, level), pinned(population), seed)
    settings |= {SPREAD: nine_digits(min(level.deviation, 1.0))}
    assumed = _assumed(start, population, settings)
    return Anchor(start, population, settings, [*fit, *assumed], log.communities[0])


def last_week_begins(log: EventLog) -> int:
    """Return the Monday of the last whole week of a log of one community, in days since 1970-01-01."""
    return (int(log.obs_end[0]) + 1 - MONDAY) // WEEK * WEEK + MONDAY - WEEK


def _history(log: EventLog) -> _History:
    day = log.day - last_week_begins(log)
    kept = day < WEEK
    day, week = day[kept], day[kept] // WEEK
    people, member = appearance(log.member[kept])
    number = np.full(len(log.names) + 1, -1)  # code -1, nobody, reads the last place
    number[people] = np.arange(len(people))
    first, last = np.zeros(len(people), np.int64), np.full(len(people), EARLIEST)
    np.minimum.at(first, member, week)
    np.maximum.at(last, member, week)
    span = 1 - int(week.min(initial=1))
    return _History(week, day, member, number[log.member2[kept]], log.n[kept], first, last, span)


def _checked(past: _History, name: str) -> _History:
    if past.span < LEAST_WEEKS:
        raise UserError(f"the log of {name!r} covers {past.span} whole weeks; a start needs {LEAST_WEEKS} or more")
    if len(past.inside) < LEAST_MEMBERS:
        raise UserError(f"the log of {name!r} has fewer than {LEAST_MEMBERS} members seen in its last 52 weeks")
    return past


def startable(log: EventLog) -> bool:
    """Tell whether the log of one community is long and lively enough for a start."""
    past = _history(log)
    return past.span >= LEAST_WEEKS and len(past.inside) >= LEAST_MEMBERS


def _population(log: EventLog) -> str:
    """Return the declared population whose kinds of act these are."""
    counted = Counter(log.kind.tolist())
    git = sum(number for code, number in counted.items() if log.kinds[code] in GIT_KINDS)
    return "git" if 2 * git > len(log.kind) else "talk"


def _weekly(week: Array, row: Array, made: Array, rows: int, weeks: int) -> Array:
    """Return sums by row and week, int64 (rows, weeks), the last column week 0; rows numbered -1 are left out."""
    kept = (row >= 0) & (week > -weeks)
    sums = np.zeros((rows, weeks), np.int64)
    np.add.at(sums, (row[kept], week[kept] + weeks - 1), made[kept])
    return sums


def start_of(log: EventLog) -> Start:
    """Return the start that the log of one community makes, without fitting its rates."""
    past, values = _history(log), central(_population(log))
    inside, weeks = past.inside, min(past.span, LONGEST_WEEKS)
    n = len(inside)
    place = np.full(len(past.first) + 1, -1)
    place[inside] = np.arange(n)
    member, directed = place[past.member], place[past.directed]
    acts = _weekly(past.week, member, past.made, n, max(weeks, HISTORY_WEEKS))
    joined = np.maximum(past.first[inside], EARLIEST)
    other, strength = _ties(past.week, member, directed, past.made, n, values)
    answers = _answers(past, directed, acts, values)
    real, away = _people(acts, answers, strength, joined, values)
    year = np.minimum(acts[:, -HISTORY_WEEKS:], np.iinfo(np.int32).max).astype(np.int32)
    whole = np.zeros((len(KEPT_WHOLE), n), np.int32)
    whole[KEPT_WHOLE.index("joined")], whole[KEPT_WHOLE.index("away")] = joined, away
    if values["leading.coordinator"] > 0:
        top = int(np.argmax(year[:, -WEEKS:].sum(1)))
        whole[KEPT_WHOLE.index("role"), top] = COORDINATOR
        real[SKILL, top] = values["leading.coordinator_skill"]
    community = _community(log, past, real[BELONGING], values)
    ever = len(past.first)
    outside = max(round(values["joining.hinterland"]) - ever, 2 * ever)
    return Start(year, real, whole, other, strength, community, outside)


def _ties(
    week: Array, answerer: Array, answered: Array, made: Array, n: int, values: dict[str, float]
) -> tuple[Array, Array]:
    """Return the ties that the last 52 weeks of answers leave: (n, SLOTS) persons or -1, and strengths.

    As in the engine, the one who was answered holds the tie.
    """
    kept = (answerer >= 0) & (answered >= 0) & (answerer != answered) & (week > -HISTORY_WEEKS)
    pairs, pair = np.unique(answered[kept] * n + answerer[kept], return_inverse=True)
    contacts = _weekly(week[kept], pair, made[kept], len(pairs), HISTORY_WEEKS)
    found = np.zeros(len(pairs), np.float32)
    tie_up(contacts, np.float32(values["tying.gain"]), values["tying.memory"], found)
    other, strength = np.full((n, SLOTS), -1, np.int32), np.zeros((n, SLOTS), np.float32)
    order = np.lexsort((pairs, -found, pairs // n))
    order = order[found[order] > 0]
    holder = pairs[order] // n
    slot = np.arange(len(order)) - np.searchsorted(holder, holder)
    order, holder, slot = order[slot < SLOTS], holder[slot < SLOTS], slot[slot < SLOTS]
    other[holder, slot] = pairs[order] % n
    strength[holder, slot] = found[order]
    return other, strength


def _answers(past: _History, answered: Array, acts: Array, values: dict[str, float]) -> Array:
    """Return answers received by person and week: the log's, or what is usual where a log tells of none."""
    if (past.directed >= 0).any():
        return _weekly(past.week, answered, past.made, *acts.shape).astype(np.float32)
    return (values["answering.chance"] * acts).astype(np.float32)


def _people(
    acts: Array, answers: Array, strength: Array, joined: Array, values: dict[str, float]
) -> tuple[Array, Array]:
    """Return the real columns of the people inside, float32, and who of them is in a pause: as many as is likely."""
    n, weeks = acts.shape
    p, real = pack(values), np.zeros((len(REAL), n), np.float32)
    attach(strength, real[ATTACHMENT])
    acted = np.minimum(acts, 1).astype(np.float32)
    belonging, warmth = np.zeros((n, weeks + 1), np.float32), np.zeros((n, weeks + 1), np.float32)
    remember(acted, answers, real[ATTACHMENT], p, belonging, warmth)
    from_week = np.maximum(joined + weeks, weeks - HISTORY_WEEKS)  # the act of joining is nobody's propensity
    propensity, away = np.zeros(n), np.zeros(n)
    usual = 0.0 if values["sponsoring.on"] == 0 else values["sponsoring.engagement"] * _LEGITIMACY
    shared = values["participating.base_rate"] + values["participating.legitimacy"] * usual
    most_likely(acted, belonging, warmth, from_week, shared, p, propensity, away)
    real[PROPENSITY] = [nine_digits(z) for z in propensity.tolist()]
    real[BELONGING], real[WARMTH] = belonging[:, -1], warmth[:, -1]
    real[CAPACITY], real[EXPERTISE] = values["tiring.spare_hours"], _EXPERTISE
    return real, np.diff(np.floor(away.cumsum() + 0.5), prepend=0.0) > 0


def _community(log: EventLog, past: _History, belonging: Array, values: dict[str, float]) -> Array:
    """Return the community's record, flattened: what activity shows, and assumptions for the rest."""
    first = np.datetime64(last_week_begins(log) - WEEK * (past.span - 1), "D")
    levels = weekly_reading(log, str(first), past.span)[: len(past.first)]
    regulars = ((levels >= 0) & (levels <= ACTIVE)).sum(0)
    now = levels[past.inside, -1]
    feeling = belonging[(now >= 0) & (now <= ACTIVE)]
    c = new_state(1, 1, 1, 1, 0).community.copy()
    c["smooth"], c["peak"] = _smoothed(regulars)
    n = float(regulars[-1])
    c["domain"], c["practice"] = _DOMAIN, _PRACTICE
    c["togetherness"] = float(np.sort(feeling).cumsum(dtype=float)[-1]) / n * n / (n + 3.0) if n else 0.0
    c["strength"] = common(_DOMAIN, float(c["togetherness"][0]), _PRACTICE)
    for name in ("ownership", "sponsor", "patience", "next_meeting"):
        c[name] = 1.0
    c["habit"] = 0.5
    c["attention"] = values["sponsoring.engagement"] * values["sponsoring.on"]
    c["legitimacy"] = c["attention"] * _LEGITIMACY
    acts = _weekly(past.week, np.zeros_like(past.member), past.made, 1, HISTORY_WEEKS)[0]
    c["recent_acts"] = acts[-8:].sum() / 8.0
    c["habitual_acts"] = acts.sum() / float(min(past.span, HISTORY_WEEKS))
    c["silent"] = float(-past.last.max())
    c["stage"] = _stage(log)
    return np.asarray(c).view("f8").copy()


def _smoothed(regulars: Array) -> tuple[float, float]:
    """Return the regulars as the stages see them, smoothed over eight weeks, and the peak of that."""
    smooth = peak = 0.0
    for number in regulars.tolist():
        smooth += (number - smooth) / 8.0
        peak = max(peak, smooth)
    return smooth, peak


def _stage(log: EventLog) -> int:
    """Return the stage that activity shows; somebody was here within the year, so that nothing has ended."""
    a = activity_of(log, 0)
    if not len(a.ends):
        return POTENTIAL
    months = read_months(a.day, a.member, a.made, a.ends, int(a.starts[0]), a.members)
    stage = int(activity_stages(months.flows[:, 0], months.counts[:, 0] + months.counts[:, 1])[-1])
    return TRANSFORMING if stage == ENDED else stage


def filtered_level(past: _History) -> Level:
    """Return the level that the months of the record show, counted back from the end of week 0."""
    months = (past.span * WEEK * 16) // MONTH_SIXTEENTHS
    back = (WEEK - 1 - past.day) * 16 // MONTH_SIXTEENTHS  # days are counted from the Monday of week 0
    kept = back < months
    who = np.unique(back[kept] * len(past.first) + past.member[kept])
    acting = np.bincount(who // len(past.first), minlength=months)[::-1]
    opening = np.full(len(past.first), -1)
    np.maximum.at(opening, past.member, back)
    came = np.bincount(opening[opening < months], minlength=months)[::-1]
    return level_of(acting.tolist(), came.tolist())


def pinned(population: str) -> dict[str, float]:
    """Return settings of a community that a log shows: what its population lacks is not drawn, and the end is a year of
    silence, as in every reading of a log."""
    values = central(population)
    lacking = {p.key: 0.0 for p in uncertain_parameters() if values[p.key] == 0.0}
    return lacking | {"staging.silence": float(HISTORY_WEEKS)}


def _seen(past: _History, level: Level) -> Seen:
    """Return what the rates are fitted to."""
    late = past.week > -FITTED_WEEKS
    acting = len(np.unique(past.week[late] * len(past.first) + past.member[late]))
    acts = int(past.made[late].sum())
    return Seen(level.acting, level.newcomers, acts / acting if acting else 1.0)


def _assumed(start: Start, population: str, settings: dict[str, float]) -> list[dict[str, Any]]:
    """Return the rows of what the log does not show."""
    values, c = central(population), record_of(start)
    rows: list[tuple[str, Any, str]] = [
        ("population", population, "the kinds of event in the log; talk where it names none"),
        ("people who could still join", start.hinterland, "the population; at least twice those who ever came"),
        ("domain", float(c["domain"][0]), "nothing in the log: what a year of the model keeps up"),
        ("practice", float(c["practice"][0]), "nothing in the log: what a year of the model keeps up"),
        ("expertise of members", _EXPERTISE, "nothing in the log"),
        ("hours to spare", values["tiring.spare_hours"], "the population"),
        ("attention of the sponsor", values["sponsoring.engagement"], "the population"),
    ]
    rows += [(SPREAD, settings[SPREAD], "what the months of the record leave open of the level")]
    rows += [(key, value, "readings of logs, or the population") for key, value in pinned(population).items()]
    if values["leading.coordinator"] > 0:
        rows.append(("coordinator", 1, "the most active member of the last twelve weeks holds the post"))
    return [{"what": what, "value": value, "fitted_to": to, "kind": "assumed"} for what, value, to in rows]
