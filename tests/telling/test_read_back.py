"""Every sentence is proved from the records by code of its own, and disproved where the records are scrambled."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from copsim.core.levels import OUTSIDE
from copsim.core.state import ATTEND, CHANGED, MET, REPLY
from copsim.telling.scene import default_name
from copsim.telling.sentences import KINDS, Told
from tests.telling.lives import BUILT_IN, RARE, life_named, told_named
from tests.telling.reading_back import CAUSES, SENTENCES, Evidence, complaint


def names_of(life) -> list[str]:
    return [default_name(int(uid)) for uid in life.state.person_uid[: life.persons]]


def evidence(life) -> Evidence:
    return Evidence(life, names_of(life))


def backwards(life):
    """Return the life with its weeks in the wrong order: same numbers, other dates."""
    events, weeks = life.events.copy(), life.plan.weeks
    events[:, 0] = weeks + 1 - events[:, 0]
    people = replace(life.people, **{name: column[::-1] for name, column in vars(life.people).items()})
    columns = {name: getattr(life, name)[::-1] for name in ("record", "community", "warmth")}
    return replace(life, events=events, people=people, **columns)


def mixed_up(life):
    """Return the life with everybody's acts and columns given to somebody who arrived at another time."""
    events, persons = life.events.copy(), life.persons
    by = persons // 2
    for place in (2, 3):
        named = (events[:, place] >= 0) & ((place == 2) | (events[:, 1] != CHANGED))
        events[named, place] = (events[named, place] + by) % persons
    moved = {name: np.roll(column[:, :persons], by, axis=1) for name, column in vars(life.people).items()}
    return replace(life, events=events, people=replace(life.people, **moved))


@pytest.mark.parametrize("name", [*BUILT_IN, *RARE])
def test_the_records_prove_every_sentence(name: str) -> None:
    read = evidence(life_named(name))
    assert [said for one in told_named(name) if (said := complaint(read, one))] == []


def test_every_kind_is_told_of_some_built_in_scenario() -> None:
    assert {one.kind for name in BUILT_IN for one in told_named(name)} == set(KINDS)


def test_the_reader_knows_every_kind() -> None:
    assert set(SENTENCES) == set(CAUSES) == set(KINDS)


BY_SETTINGS = ("launch", "change")
"""Kinds whose sentences rest on the plan, which is not scrambled."""


def test_wrong_dates_are_noticed_in_every_kind() -> None:
    noticed, every = Counter(), Counter()
    for name in (*BUILT_IN, *RARE):
        read = evidence(backwards(life_named(name)))
        for one in told_named(name):
            every[one.kind] += 1
            noticed[one.kind] += complaint(read, one) is not None
    passed = {kind: 1 - noticed[kind] / every[kind] for kind in KINDS if kind not in BY_SETTINGS}
    assert max(passed.values()) < 0.1, passed


def test_a_wrong_date_of_the_scenario_is_noticed() -> None:
    read, told = evidence(life_named("sponsor-leaves")), told_named("sponsor-leaves")
    dated = [one for one in told if one.kind in BY_SETTINGS or "scenario" in one.cause]
    assert len(dated) >= 3
    assert all(complaint(read, one._replace(week=one.week + 1)) for one in dated)


OF_MEMBERS = (
    "coordinator", "role", "core", "departed", "active", "level", "joined", "welcomed", "unanswered", "answered", "missed",
)  # fmt: skip


def test_wrong_people_are_noticed_in_every_kind_about_members() -> None:
    noticed, every = Counter(), Counter()
    for name in ("baseline", "distributed-leadership"):
        read = evidence(mixed_up(life_named(name)))
        for one in told_named(name):
            every[one.kind] += 1
            noticed[one.kind] += complaint(read, one) is not None
    passed = {kind: 1 - noticed[kind] / every[kind] for kind in OF_MEMBERS}
    assert max(passed.values()) < 0.2, passed


PROOF = {"core": CHANGED, "active": CHANGED, "level": CHANGED, "joined": CHANGED, "welcomed": MET, "answered": REPLY}
"""Kind of the one event that proves a sentence; who it is about stands in `member` or, of these, in `other`."""


@pytest.mark.parametrize("kind", PROOF)
def test_one_missing_event_is_noticed(kind: str) -> None:
    life = life_named("baseline")
    for one in [one for one in told_named("baseline") if one.kind == kind][:3]:
        about = life.events[:, 2 if PROOF[kind] == CHANGED else 3] == one.member
        proof = (life.events[:, 0] == one.week) & (life.events[:, 1] == PROOF[kind]) & about
        assert proof.any()
        assert complaint(evidence(replace(life, events=life.events[~proof])), one) is not None


def test_a_meeting_that_somebody_did_attend_was_not_missed() -> None:
    life, one = life_named("baseline"), next(one for one in told_named("baseline") if one.kind == "missed")
    came = np.array([[one.week, ATTEND, one.member, -1, 1]], np.int32)
    assert complaint(evidence(replace(life, events=np.concatenate([life.events, came]))), one) is not None


def test_words_that_nobody_wrote_are_noticed() -> None:
    read = evidence(life_named("baseline"))
    assert complaint(read, Told(3, None, "stage", "the community flew to the moon", "it could"))
    one = next(one for one in told_named("baseline") if one.kind == "core")
    assert complaint(read, one) is None
    assert complaint(read, one._replace(cause="they felt like it"))
    assert complaint(read, one._replace(cause=""))


@pytest.mark.parametrize("name", ["baseline", "established", "hard times"])
def test_whatever_happened_is_told_and_other_weeks_are_silent(name: str) -> None:
    life, told = life_named(name), told_named(name)
    changed = life.events[life.events[:, 1] == CHANGED]
    arrived = life.state.person_uid.astype(np.int64)[changed[:, 2]] >> 24
    opening = (changed[:, 3] == OUTSIDE) & (changed[:, 0] == np.maximum(1, arrived)) & (arrived == 0)
    moves = {(w, p) for w, p in changed[~opening][:, [0, 2]].tolist()}
    said = {(one.week, one.member) for one in told if one.kind in ("core", "active", "level", "joined", "coordinator")}
    assert moves <= said
    gone = np.argwhere(np.diff(life.people.left, axis=0, prepend=0) > 0)
    assert {tuple(row) for row in gone.tolist()} == {
        (o.week, o.member) for o in told if o.text.endswith("left for good")
    }
    eventful = {one.week for one in told}
    for week in set(range(1, life.plan.weeks + 1)) - eventful:
        assert not (changed[:, 0] == week).any()
        assert (life.people.role[week] == life.people.role[week - 1]).all()
        assert (life.people.left[week] == life.people.left[week - 1]).all()
        assert life.community["stage"][week] == life.community["stage"][week - 1]


def test_nothing_is_told_after_the_end() -> None:
    told = told_named("command-and-control")
    end = next(one for one in told if one.kind == "end")
    assert end.week < 260 and max(one.week for one in told) == end.week
    quiet = set(range(1, end.week)) - {one.week for one in told}
    assert len(quiet) > 100  # and before it, where nothing happened
