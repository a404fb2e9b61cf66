"""Reading sentences back: from the words to the events and rows that prove them, by code of its own.

`complaint` knows the sentences by patterns; what they say is looked up in the events, the record and what was seen of the
people, with nothing of `copsim.telling` but the watched life. A sentence that no pattern knows is a complaint too.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from copsim.core.draws import APPOINTED
from copsim.core.levels import LEVELS
from copsim.core.observables import NAMES
from copsim.core.state import ATTEND, CHANGED, CONTACT, MET, POST, REPLY, WORKS
from copsim.core.vocabulary import ENDS, STAGES
from copsim.engine.parameters import DECLARED, central

BEFORE = 52
LEADERS = (
    "convener of meetings",
    "community keeper",
    "agenda activist",
    "social reporter",
    "institutional broker",
    "external messenger",
    "critical friend",
)
assert len(LEADERS) == len(WORKS)


class Evidence:
    """The rows of one watched life, looked up by week (1 is the first) and by the name of a person."""

    def __init__(self, life, names: Sequence[str]) -> None:
        self.life, self.plan, self.people = life, life.plan, life.people
        self.person = {name: number for number, name in enumerate(names)}
        self.uid = [int(u) for u in life.state.person_uid[: life.persons]]

    def record(self, name: str, week: int) -> float:
        return float(self.life.record[week - 1, NAMES.index(name)])

    def community(self, name: str, week: int) -> float:
        return float(self.life.community[name][week])

    def setting(self, key: str, week: int) -> float:
        group, name = key.split(".")
        first = max(first for first in self.life.parameters if first <= week)
        return float(self.life.parameters[first][group][name])

    @cached_property
    def events(self) -> dict[int, dict[tuple[int, int], list[tuple[int, int]]]]:
        """(other, number) of the events by kind, and by week and person."""
        found: dict = {kind: {} for kind in (POST, REPLY, ATTEND, CONTACT, MET, CHANGED)}
        for week, kind, person, other, number in self.life.events.tolist():
            found[kind].setdefault((week, person), []).append((other, number))
        return found

    @cached_property
    def to(self) -> dict[int, dict[tuple[int, int], list[int]]]:
        """Who answered, and who contacted, by week and by the one who got it."""
        found: dict = {REPLY: {}, MET: {}}
        for week, kind, person, other, _ in self.life.events.tolist():
            if kind in found:
                found[kind].setdefault((week, other), []).append(person)
        return found

    @cached_property
    def made(self) -> np.ndarray:
        """Acts by week from -51 on, and by person."""
        made = np.zeros((BEFORE + self.plan.weeks, self.life.persons), int)
        if self.plan.start is not None:
            made[:BEFORE, : len(self.plan.start)] = self.plan.start.acts.T
        for week, kind, person, _, number in self.life.events.tolist():
            if kind in (POST, REPLY, ATTEND, CONTACT):
                made[week + BEFORE - 1, person] += number
        return made

    def window(self, week: int) -> np.ndarray:
        return self.made[week + BEFORE - 12 : week + BEFORE]

    def active_weeks(self, week: int, person: int) -> int:
        return int((self.window(week)[:, person] > 0).sum())

    def silent(self, week: int, person: int) -> int:
        """Weeks since the last act, at the end of a week."""
        acted = np.flatnonzero(self.made[: week + BEFORE, person])
        return week + BEFORE - 1 - int(acted[-1]) if len(acted) else week + BEFORE

    def in_half_set(self, week: int, person: int) -> bool:
        made = self.window(week).sum(0)
        order = np.lexsort((np.arange(len(made)), -made))
        before = made[order].cumsum() - made[order]
        return bool((before < made.sum() / 2)[np.flatnonzero(order == person)[0]]) and made[person] > 0

    def move(self, week: int, person: int) -> tuple[str, str] | None:
        rows = self.events[CHANGED].get((week, person), [])
        return (LEVELS[rows[0][0]], LEVELS[rows[0][1]]) if rows else None

    def level(self, week: int, person: int) -> str:
        """Level at the end of a week."""
        moves = [(w, rows[0][1]) for (w, p), rows in self.events[CHANGED].items() if p == person and w <= week]
        return LEVELS[max(moves)[1]] if moves else "outside"

    def role(self, week: int, person: int) -> int:
        return int(self.people.role[week, person])

    def left(self, week: int, person: int) -> bool:
        return bool(self.people.left[week, person] > self.people.left[week - 1, person])

    def arrived(self, person: int) -> int:
        return self.uid[person] >> 24

    def is_new(self, week: int, person: int) -> bool:
        return self.arrived(person) > 0 and week - self.arrived(person) < self.setting("welcoming.weeks", week)

    def dated(self, week: int, kind: str) -> bool:
        return any(s.first == week and kind in s.events for s in self.plan.stretches)

    def regulars(self, week: int) -> float:
        return self.record("core", week) + self.record("active", week)

    def last(self, week: int, true: Callable[[int], bool]) -> int | None:
        """The last week before this one in which something was true."""
        return next((w for w in range(week - 1, -1, -1) if true(w)), None)

    def slow(self, week: int) -> bool:
        return sum(self.community(key, week) for key in ("shock", "tide", "season")) <= -0.7


def near(said: str, share: float) -> bool:
    """Whether a share is said to a hundredth."""
    return abs(float(said) - 100 * share) <= 0.5 + 1e-9


Check = Callable[..., bool]
SENTENCES: dict[str, list[tuple[str, Check]]] = {}
CAUSES: dict[str, list[tuple[str, Check]]] = {}


def says(kinds: str, pattern: str, table: dict = SENTENCES) -> Callable[[Check], Check]:
    def added(check: Check) -> Check:
        for kind in kinds.split():
            table.setdefault(kind, []).append((pattern, check))
        return check

    return added


def because(kinds: str, pattern: str) -> Callable[[Check], Check]:
    return says(kinds, pattern, CAUSES)


def complaint(e: Evidence, told) -> str | None:
    """Return what the records say against a sentence, None when they prove it."""
    for table, said in ((SENTENCES, told.text), (CAUSES, told.cause)):
        known = [(m, check) for pattern, check in table.get(told.kind, []) if (m := re.fullmatch(pattern, said))]
        if len(known) != 1:
            return f"{len(known)} patterns know {said!r} ({told.kind})"
        match, check = known[0]
        try:
            if not check(e, told, *match.groups()):
                return f"week {told.week}: {said!r} is not in the records"
        except (KeyError, IndexError, ValueError) as error:
            return f"week {told.week}: {said!r} is not in the records ({error!r})"
    return None


# The beginning, stages and the end


@says("launch", r"(\d+) founders? opened the community(?: with (.+) as coordinator)?")
def _(e, told, founders, coordinator):
    first = {p for p in range(e.life.persons) if e.arrived(p) == 0}
    held = (e.role(0, 0) == 1) == (coordinator is not None)
    acted = all((1, p) in e.events[POST] for p in first)
    named = coordinator is None or e.person[coordinator] == 0
    return told.week == 1 and e.plan.start is None and int(founders) == len(first) and held and named and acted


@because("launch", r"a launch took (\d+) hours, (\d+) of them to prepare")
def _(e, told, hours, prepared):
    took = e.setting("launching.hours", 0)
    return round(took) == int(hours) and round(took * e.setting("launching.prepared", 0)) == int(prepared)


@says("launch", r"(\d+) people went on together")
def _(e, told, inside):
    return e.plan.start is not None and told.week == 1 and int(inside) == len(e.plan.start)


@because("launch", r"it was (\w+)")
def _(e, told, stage):
    return STAGES[e.plan.start.stage] == stage


@says("stage", r"the community (became|fell back to) (\w+)")
def _(e, told, way, stage):
    before = e.record("stage", told.week - 1) if told.week > 1 else e.community("stage", 0)
    now = e.record("stage", told.week)
    back = now < before and STAGES[int(before)] != "transforming"
    return STAGES[int(now)] == stage and now != before and back == (way == "fell back to")


@because("stage", r"(\d+) regulars? and a domain of (\d+) of 100 were common ground")
def _(e, told, regulars, domain):
    met = e.regulars(told.week) >= 2 and e.record("domain", told.week) >= 0.25
    return met and int(regulars) == e.regulars(told.week) and near(domain, e.record("domain", told.week))


@because("stage", r"identity and viability had held for (\d+) weeks?")
def _(e, told, held_for):
    enough = int(held_for) >= e.setting("staging.maturing_holds", told.week)
    weeks = range(told.week - int(held_for) + 1, told.week + 1)
    held = all(e.record("community_strength", w) >= 0.25 and e.record("domain", w) >= 0.4 for w in weeks)
    return enough and held and all(e.record("practice", w) >= 0.2 and e.regulars(w) >= 4 for w in weeks)


@because("stage", r"stewardship and steady strengths had held for (\d+) weeks?")
def _(e, told, held_for):
    enough = int(held_for) >= e.setting("staging.sustaining_holds", told.week)
    weeks = range(told.week - int(held_for) + 1, told.week + 1)
    covered = all(e.record("agenda_coverage", w) > 0.5 and e.record("core", w) > 0 for w in weeks)
    return enough and covered and all(weakest(e, w) >= 0.35 for w in weeks)


@because("stage", r"nobody was a regular any more")
def _(e, told):
    return e.regulars(told.week) == 0


@because("stage", r"(?:the domain|the community strength|the practice) \((\d+) of 100\) was nearly lost")
def _(e, told, share):
    return weakest(e, told.week) < e.setting("staging.fallen_back", told.week) and near(share, weakest(e, told.week))


@because("stage", r"(?:the domain|the community strength|the practice) \((\d+) of 100\) had fallen under (\d+) of 100")
def _(e, told, share, limit):
    lost = e.setting("staging.lost_strength", told.week)
    return weakest(e, told.week) < lost and near(limit, lost) and near(share, weakest(e, told.week))


@because("stage", r"only (\d+) regulars? (?:was|were) left")
def _(e, told, regulars):
    return int(regulars) == e.regulars(told.week) < 3


@because("stage", r"regulars had fallen to (\d+) of 100 of their peak")
def _(e, told, share):
    ratio = e.community("smooth", told.week) / e.community("peak", told.week)
    return ratio < e.setting("staging.lost_peak", told.week) and near(share, ratio)


@because("stage", r"strengths were steady and regulars at (\d+) of 100 of their peak")
def _(e, told, share):
    ratio = e.community("smooth", told.week) / e.community("peak", told.week)
    return ratio >= 0.6 and near(share, ratio) and weakest(e, told.week) >= 0.35


def weakest(e, week):
    return min(e.record(key, week) for key in ("domain", "community_strength", "practice"))


ENDINGS = {
    "the community ended before it had matured": "stillborn",
    "the community faded away": "faded",
    "the community ended and left a practice as its legacy": "legacy",
    "the community split in two": "split",
    "the community was made a unit of the organisation": "institutionalised",
}


@says("end", f"({'|'.join(ENDINGS)})")
def _(e, told, ending):
    first = e.record("stage", told.week) == 5 and e.record("stage", told.week - 1) < 5
    return first and ENDS[int(e.community("end_kind", told.week))] == ENDINGS[ending]


@because("end", r"(\d+) weeks had passed without an act by anybody")
def _(e, told, weeks):
    silent = [e.record("acts", w) == 0 for w in range(told.week, told.week - int(weeks), -1)]
    return all(silent) and int(weeks) >= 28


@because("end", r"its sponsor prescribed the agenda and it was legitimate")
def _(e, told):
    return e.setting("sponsoring.prescription", told.week) > 0 and e.record("legitimacy", told.week) >= 0.45


@because("end", r"it had ([\d,]+) regulars")
def _(e, told, regulars):
    return int(regulars.replace(",", "")) == e.regulars(told.week) > e.setting("staging.split_size", told.week)


# What the scenario sets


@says("change", r"“(.+)” went from (\S+) to (\S+)")
def _(e, told, text, was, now):
    ordinary = central(e.plan.population)
    place = [s.first for s in e.plan.stretches].index(told.week)
    before, after = (e.plan.stretches[p].settings for p in (place - 1, place))
    keys = [k for k, p in DECLARED.items() if k in after and p.text.startswith(text.rstrip("…"))]
    return any((f"{before.get(k, ordinary[k]):,.12g}", f"{after[k]:,.12g}") == (was, now) for k in keys)


@because("change", r"the scenario says so")
def _(e, told):
    return any(s.first == told.week for s in e.plan.stretches[1:])


# The coordinator, internal leaders, departures


@says("coordinator", r"(.+), the coordinator, left for good")
def _(e, told, name):
    person = e.person[name]
    return told.member == person and e.role(told.week - 1, person) == 1 and e.left(told.week, person)


@says("coordinator", r"(.+) gave up the post of coordinator but stayed")
def _(e, told, name):
    person = e.person[name]
    gave_up = e.role(told.week - 1, person) == 1 and e.role(told.week, person) == 0
    return told.member == person and gave_up and not e.people.left[told.week, person]


def without(e, week):
    """Weeks before this one in which nobody was coordinator."""
    held = e.last(week, lambda w: bool((e.people.role[w] == 1).any()))
    return week - 1 - held if held is not None else week


@says("coordinator", r"(.+) took over as coordinator(?: after (\d+) weeks? without one)?")
def _(e, told, name, empty):
    person = e.person[name]
    took = e.role(told.week - 1, person) >= 2 and e.role(told.week, person) == 1
    return told.member == person and took and int(empty or 0) == without(e, told.week)


@says("coordinator", r"(.+) came from outside as coordinator(?: after (\d+) weeks? without one)?")
def _(e, told, name, empty):
    person = e.person[name]
    new = told.member == person and e.arrived(person) == told.week and e.uid[person] & 0xFFFFFF == APPOINTED
    return new and e.role(told.week, person) == 1 and int(empty or 0) == without(e, told.week)


@because("coordinator", r"it had tired them \((\d+) of 100\)")
def _(e, told, share):
    return near(share, float(e.people.fatigue[told.week - 1, told.member]))


@because("coordinator", r"another job called")
def _(e, told):  # gone before the week's work, and not by a date
    worked = e.people.hours[told.week, told.member] > 0
    return (
        not worked and not e.dated(told.week, "coordinator-leaves") and (told.week, told.member) not in e.events[POST]
    )


@because("coordinator", r"the scenario says so")
def _(e, told):
    return e.dated(told.week, "coordinator-leaves") or was_top(e, told)


@because("coordinator", r"(no|an) internal leader stood ready")
def _(e, told, which):
    leaders = [p for p in range(e.life.persons) if e.role(told.week - 1, p) >= 2]
    fresh = [p for p in leaders if e.people.fatigue[told.week - 1, p] < 0.4 and e.active_weeks(told.week - 1, p) >= 2]
    return (told.member in fresh) if which == "an" else not fresh


@says("departed", r"(.+?)(?:, (.+),)? left for good")
def _(e, told, name, role):
    person, before = e.person[name], e.role(told.week - 1, e.person[name])
    held = (LEADERS[before - 2] if before >= 2 else None) == role
    return told.member == person and e.left(told.week, person) and held and before != 1


@because("departed coordinator", r"they were silent (\d+) weeks? at a belonging of (\d+) of 100")
def _(e, told, weeks, share):
    attached = near(share, float(e.people.belonging[told.week, told.member]))
    return int(weeks) == e.silent(told.week, told.member) >= 1 and attached


@because("departed coordinator", r"they were silent (\d+) weeks? and members held (\d+) of 100 of the agenda")
def _(e, told, weeks, share):
    owned = e.record("ownership", told.week)
    return int(weeks) == e.silent(told.week, told.member) >= 1 and near(share, owned) and owned < 0.6


@because("departed", r"the scenario says so")
def _(e, told):
    return was_top(e, told)


def was_top(e, told):
    made = np.where(e.people.left[told.week - 1, : e.life.persons] == 0, e.window(told.week - 1).sum(0), -1)
    return e.dated(told.week, "top-contributor-leaves") and int(made.argmax()) == told.member


@says("role", r"(.+) became (.+)")
def _(e, told, name, role):
    person = e.person[name]
    took = e.role(told.week - 1, person) == 0 and e.role(told.week, person) == 2 + LEADERS.index(role)
    return told.member == person and took


@because("role", r"this work wanted hands and they belonged enough \((\d+) of 100\)")
def _(e, told, share):
    attached = float(e.people.belonging[told.week - 1, told.member])
    return near(share, attached) and attached > e.setting("leading.belonging_needed", told.week)


@says("role", r"(.+) stepped down as (.+)")
def _(e, told, name, role):
    person = e.person[name]
    dropped = e.role(told.week - 1, person) == 2 + LEADERS.index(role) and e.role(told.week, person) == 0
    return told.member == person and dropped and not e.people.left[told.week, person]


@because("role", r"it had exhausted them \((\d+) of 100\)")
def _(e, told, share):
    tired = float(e.people.fatigue[told.week - 1, told.member])
    return near(share, tired) and tired > 0.7


@because("role", r"they were silent 12 weeks")
def _(e, told):
    return e.active_weeks(told.week - 1, told.member) == 0


# The sponsor


@says("sponsor", r"the sponsor left")
def _(e, told):
    before = e.record("sponsor", told.week - 1) if told.week > 1 else e.community("sponsor", 0)
    return before == 1 and e.record("sponsor", told.week) == 0


@because("sponsor", r"the scenario says so")
def _(e, told):
    return e.dated(told.week, "sponsor-leaves")


@because("sponsor", r"another job called")
def _(e, told):
    return not e.dated(told.week, "sponsor-leaves") and e.record("sponsor", told.week) == 0


@says("sponsor", r"a new sponsor was found after (\d+) weeks? without one")
def _(e, told, empty):
    before = e.last(told.week, lambda w: e.community("sponsor", w) == 1)
    return e.record("sponsor", told.week) == 1 and told.week - 1 - before == int(empty) > 0


def seen(e, week):
    return e.community("story_level", week) * (0.2 + 0.8 * e.record("bridging_coverage", week))


@because("sponsor", r"the organisation saw (\d+) of 100 of the value")
def _(e, told, share):
    return near(share, seen(e, told.week - 1)) and e.record("sponsor", told.week) == 1


@because("sponsor", r"the organisation looked for one")
def _(e, told):
    return seen(e, told.week - 1) < 0.1 and e.record("sponsor", told.week) == 1


@says("attention", r"the sponsor's attention (fell|rose) from (\d+) to (\d+) of 100")
def _(e, told, way, was, now):
    there = e.record("sponsor_attention", told.week)
    before = e.last(told.week, lambda w: near(was, e.community("attention", w)))
    return near(now, there) and before is not None and (way == "fell") == (int(now) < int(was)) and far(was, there)


def far(was, now):
    return abs(float(was) / 100 - now) >= 0.19


@because("attention", r"the post was empty")
def _(e, told):
    return e.record("sponsor", told.week) == 0


@because("attention", r"somebody held the post again")
def _(e, told):
    empty = e.last(told.week, lambda w: e.community("sponsor", w) == 0)
    return e.record("sponsor", told.week) == 1 and empty is not None


@because("attention", r"too little value was seen")
def _(e, told):
    return e.record("sponsor", told.week) == 1 and e.community("patience", told.week) < 1


@because("attention", r"value was seen and restored patience")
def _(e, told):
    return e.community("patience", told.week) > min(e.community("patience", w) for w in range(told.week))


@because("attention", r"the scenario (lowered|raised) the engagement")
def _(e, told, way):
    ever = [e.setting("sponsoring.engagement", w) for w in range(told.week)]
    now = e.setting("sponsoring.engagement", told.week)
    return now < max(ever) if way == "lowered" else now > min(ever)


@says("agenda", r"members held (\d+) of 100 of the agenda, (\d+) before")
def _(e, told, now, was):
    there = e.record("ownership", told.week)
    before = e.last(told.week, lambda w: near(was, e.community("ownership", w)))
    return near(now, there) and before is not None and far(was, there)


@because("agenda", r"a sponsor prescribed (\d+) of 100 of it")
def _(e, told, share):
    fell = e.record("ownership", told.week) < e.community("ownership", told.week - 1)
    return fell and near(share, e.setting("sponsoring.prescription", told.week))


@because("agenda", r"no sponsor prescribed it")
def _(e, told):
    return e.record("sponsor", told.week) == 0


@because("agenda", r"less of it was prescribed")
def _(e, told):
    return e.record("ownership", told.week) > e.community("ownership", told.week - 1)


# Value and meetings


@says("value", r"something learnt here made a difference for the first time")
def _(e, told):
    return first_week(e, "value_realized") == told.week


@says("value", r"a story of value was told for the first time")
def _(e, told):
    return first_week(e, "told") == told.week


def first_week(e, name):
    return next(w for w in range(1, e.plan.weeks + 1) if e.record(name, w) > 0)


@because("value", r"(\d+) units? of value had been (applied|realized)")
def _(e, told, units, what):
    return int(units) == sum(e.record(f"value_{what}", w) for w in range(1, told.week + 1))


@says("meeting", r"the first meeting drew (\d+) (?:person|people)")
def _(e, told, came):
    there = {p for w, p in e.events[ATTEND] if w == told.week}
    return first_week(e, "meets") == told.week and int(came) == len(there) == e.record("attendance", told.week)


@because("meeting", r"the rhythm sets one every (\d+) weeks?")
def _(e, told, cadence):
    return int(cadence) == round(e.setting("meeting.cadence", told.week))


@says("meeting", r"nobody came to the meeting")
def _(e, told):
    return e.record("meets", told.week) == 1 and not [p for w, p in e.events[ATTEND] if w == told.week]


@because("meeting", r"(?:nobody was|only (\d) (?:person was|people were)) around")
def _(e, told, around):
    return int(around or 0) == e.record("around", told.week)


@says("meeting", r"the meeting's quality (rose|fell) from (\d+) to (\d+) of 100")
def _(e, told, way, was, now):
    quality = e.record("quality", told.week)
    before = e.last(told.week, lambda w: w > 0 and e.record("meets", w) == 1 and near(was, e.record("quality", w)))
    better = quality - float(was) / 100
    return near(now, quality) and before is not None and abs(better) >= 0.29 and (better > 0) == (way == "rose")


@because("meeting", r"(more|less) had gone into preparing it")
def _(e, told, which):
    return (" rose " in told.text) == (which == "more")


@because("meeting", r"the domain was (stronger|weaker)")
def _(e, told, which):
    return (" rose " in told.text) == (which == "stronger")


@because("meeting", r"nobody held the coordinator's post to prepare it")
def _(e, told):
    return e.record("coordinator", told.week) == 0


@says("missed", r"(.+) missed the meeting")
def _(e, told, name):
    person = e.person[name]
    earlier = [w for w in range(1, told.week) if e.record("meets", w) == 1][-2:]
    came = all((w, person) in e.events[ATTEND] for w in earlier) and len(earlier) == 2
    regular = e.level(told.week - 1, person) in ("core", "active")
    return told.member == person and came and regular and (told.week, person) not in e.events[ATTEND]


@because("missed", r"they were in a pause")
def _(e, told):
    return bool(e.people.away[told.week, told.member])


@because("missed", r"they were tired \((\d+) of 100\)")
def _(e, told, share):
    tired = float(e.people.fatigue[told.week - 1, told.member])
    return near(share, tired) and tired >= 0.3


@because("missed meeting", r"(?:the year was ending and little went on|(it was a slow time for all))")
def _(e, told, slow):
    return e.slow(told.week) and (e.community("season", told.week) == 0) == (slow is not None)


@because("missed meeting", r"chance would have it")
def _(e, told):
    if told.kind == "meeting":
        return e.record("around", told.week) > 5 and not e.slow(told.week)
    rested = e.people.fatigue[told.week - 1, told.member] < 0.3
    return rested and not e.people.away[told.week, told.member] and not e.slow(told.week)


# Levels


@says("core active level", r"(.+?) (?:moved in|slipped) from (\w+) to (\w+)")
def _(e, told, name, before, after):
    inward = LEVELS.index(after) < LEVELS.index(before)
    kind = next((level for level in ("core", "active") if level in (before, after)), "level")
    right = inward == (" moved in " in told.text) and kind == told.kind
    return told.member == e.person[name] and e.move(told.week, told.member) == (before, after) and right


@says("level", r"(.+) came back from outside and is (\w+)")
def _(e, told, name, after):
    return told.member == e.person[name] and e.move(told.week, told.member) == ("outside", after)


@because("core active level", r"they had left for good in week (\d+)")
def _(e, told, week):
    return int(week) <= told.week and e.left(int(week), told.member)


@because("level", r"a year had passed without an act")
def _(e, told):
    return e.silent(told.week, told.member) >= 53


@because("level", r"they acted in a second week")
def _(e, told):
    return int((e.made[: told.week + BEFORE, told.member] > 0).sum()) == 2


@because("level", r"they acted again after (\d+) weeks?")
def _(e, told, weeks):
    return e.silent(told.week, told.member) == 0 and e.silent(told.week - 1, told.member) + 1 == int(weeks)


PAUSE = r"(?:,? (with a pause|and were tired)(?: since week (\d+)| \((\d+) of 100\))?)?"


def behind(e, told, what, since, share):
    """Whether the pause or fatigue told with a slip was there."""
    if what == "with a pause":
        began = since is None or not e.people.away[int(since) - 1, told.member]
        return began and e.people.away[int(since or 1) : told.week + 1, told.member].all()
    return what is None or near(share, float(e.people.fatigue[told.week - 1, told.member]))


@because("level", r"they were silent 12 weeks" + PAUSE)
def _(e, told, *more):
    return e.active_weeks(told.week, told.member) == 0 and behind(e, told, *more)


@because("active core", r"they acted in only (\d) of 12 weeks" + PAUSE)
def _(e, told, weeks, *more):
    return e.active_weeks(told.week, told.member) == int(weeks) and behind(e, told, *more)


RECEIVED = r"(\d+) (contact|answer|meeting)s?"


@because("active", rf"they acted in (\d+) of 12 weeks(?:, with {RECEIVED}(?: and {RECEIVED})?)?")
def _(e, told, weeks, *received):
    window = range(max(1, told.week - 11), told.week + 1)
    got = {
        "contact": sum(len(e.to[MET].get((w, told.member), [])) for w in window),
        "answer": sum(len(e.to[REPLY].get((w, told.member), [])) for w in window),
        "meeting": sum((w, told.member) in e.events[ATTEND] for w in window),
        None: 0,
    }
    counts = all(int(n or 0) == got[what] for n, what in (received[:2], received[2:]))
    return e.active_weeks(told.week, told.member) == int(weeks) >= 3 and counts


@because("core", r"they acted in (\d+) of 12 weeks, and few did more")
def _(e, told, weeks):
    enough = e.active_weeks(told.week, told.member) == int(weeks) >= 8
    return enough and e.active_weeks(told.week - 1, told.member) < 8 and e.in_half_set(told.week, told.member)


@because("core", r"they came to be of the few who made half of all acts")
def _(e, told):
    return e.in_half_set(told.week, told.member) and not e.in_half_set(told.week - 1, told.member)


@because("core", r"others came to make half of all acts without them")
def _(e, told):
    return e.active_weeks(told.week, told.member) >= 8 and not e.in_half_set(told.week, told.member)


# Newcomers


@says("joined", r"(.+) joined")
def _(e, told, name):
    person, move = e.person[name], e.move(told.week, e.person[name])
    return told.member == person and e.arrived(person) == told.week and move is not None and move[0] == "outside"


@because("joined", r"(the launch had reached them|members had spoken of it|word of it had reached them)")
def _(e, told, drew):
    week = told.week
    luck = np.exp(sum(e.community(key, week) for key in ("shock", "tide", "season")))
    coverage = e.life.community["coverage"][week, WORKS.index("messaging")]
    unprompted = e.setting("joining.reach", week) * e.setting("practising.breadth", week) * luck
    pull = {
        "the launch had reached them": e.community("pulse", week - 1),
        "members had spoken of it": e.setting("joining.word_of_mouth", week)
        * float(e.life.warmth[week - 1]) / int(e.life.state.counts[0].hinterland),
        "word of it had reached them": unprompted * (1 + e.setting("joining.messaging", week) * coverage),
    }  # fmt: skip
    return pull[drew] == max(pull.values())


@says("welcomed", r"(.+) welcomed (.+)")
def _(e, told, host, name):
    person = e.person[name]
    earlier = any((w, person) in e.to[MET] for w in range(1, told.week))
    new = e.is_new(told.week, person) and not earlier
    return told.member == person and e.person[host] in e.to[MET].get((told.week, person), []) and new


@because("welcomed", r"they contributed, and it was (?:the week they came|their week (\d+))")
def _(e, told, week):
    return (told.week, told.member) in e.events[POST] and int(week or 1) == told.week - e.arrived(told.member) + 1


@says("unanswered", r"nobody answered the (?:contribution|(\d+) contributions) of (.+)")
def _(e, told, number, name):
    person = e.person[name]
    posts = sum(n for _, n in e.events[POST].get((told.week, person), []))
    silent = (told.week, person) not in e.to[REPLY]
    return told.member == person and posts == int(number or 1) and silent and e.is_new(told.week, person)


@because("unanswered", r"none of the (\d+) others around took it up")
def _(e, told, others):
    return int(others) == e.record("around", told.week) - 1 > 1


@because("unanswered", r"hardly anybody was around")
def _(e, told):
    return e.record("around", told.week) <= 2


@says("answered", r"(.+) got a first answer, from (.+)")
def _(e, told, name, answerer):
    person = e.person[name]
    first = not any((w, person) in e.to[REPLY] for w in range(1, told.week))
    new = e.is_new(told.week, person) and told.member == person
    return new and first and e.to[REPLY].get((told.week, person), [None])[0] == e.person[answerer]


@because("answered", r"they had (contributed|answered before)")
def _(e, told, how):
    return ((told.week, told.member) in e.events[POST]) == (how == "contributed")
