"""S08. Answering: an answer has a giver and a receiver, the inclined answer more, ties are the receiver's own."""

import numpy as np
import pytest

from copsim.core.observables import NAMES
from copsim.core.state import ANSWERS, AWAY, BELONGING, BY_TIE, GIVEN, HISTORY, LEFT, OWN, PERSON, PROPENSITY, REPLY
from copsim.mechanisms import answering
from tests.kernels import call
from tests.mechanisms.communities import clone, f32, founded, rows

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
LIVELY = {"participating.base_rate": -1.5, "answering.chance": 1.0, "participating.extra": 2.0}


@pytest.mark.parametrize(
    ("ownership", "others", "belonging"), [(1.0, 3.0, 0.0), (0.0, 3.0, 1.0), (0.5, 100.0, 0.5), (1, 0, 0)]
)
def test_chance_answered(ownership, others, belonging):
    chance = call(answering.chance_answered)(0.7, float(ownership), float(others), 1.5, 0.6, float(belonging))
    expected = 0.7 * (0.4 + 0.6 * ownership) * others / (others + 1.5) * (1 - 0.6 * belonging)
    assert chance == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("z", "b"), [(0, 0), (1.5, 0.4), (-2, 1)])
def test_inclination(z, b):
    assert call(answering.inclination)(*f32(z, b)) == pytest.approx(z + 2 * b, abs=1e-6)


@pytest.mark.parametrize(
    ("history", "own", "away", "around"), [(0, 0, 0, False), (4, 0, 0, True), (0, 1, 0, True), (4, 1, 1, False)]
)
def test_who_is_around(history, own, away, around):
    s, _ = founded({})
    s.whole[[HISTORY, OWN, AWAY], 2] = history, own, away
    assert bool(call(answering.is_around)(s, np.int64(2))) == around


def answered(settings=LIVELY, weeks=12, change=lambda s: None, events=0):
    """Return (before, after, parameters) of a week's answers alone."""
    s, p = founded(settings, weeks=weeks, events=events)
    n = rows(s)
    s.whole[OWN, n] = np.where(np.arange(n.stop) % 3 == 0, 3, 0)
    for column in (GIVEN, ANSWERS, BY_TIE):
        s.whole[column] = 0
    s.whole[HISTORY, n], s.whole[AWAY, n] = 1, 0
    change(s)
    after = clone(s)
    after.counts[0].around = after.counts[0].dormant = 0
    call(answering.incline)(after, p[0])
    call(answering.lay_tables)(after, after, p[0])
    call(answering.seat)(after, after, p[0])
    call(answering.answer)(after, after, p[0], np.int64(weeks + 1))
    return s, after, p[0]


@pytest.mark.parametrize("back", [0.0, 0.5, 1.0])
def test_every_answer_has_a_giver_and_a_receiver(back):
    _, s, _ = answered({**LIVELY, "answering.back": back})
    assert s.whole[GIVEN].sum() == s.whole[ANSWERS].sum() > 10
    asked = s.whole[OWN] > 0
    first = s.whole[ANSWERS][asked].sum()
    assert s.whole[GIVEN][~asked].sum() > 0
    if back == 0.0:
        assert np.all(s.whole[ANSWERS][~asked] == 0)
        assert np.all(s.whole[ANSWERS] <= s.whole[OWN])
    if back == 1.0:
        assert s.whole[ANSWERS].sum() % 2 == 0
        assert s.whole[ANSWERS][~asked].sum() > 0
    assert first > 0


def test_a_share_is_answered():
    s, after, p = answered({**LIVELY, "answering.back": 0.0, "answering.asking_less": 0.0, "sponsoring.on": 0.0})
    n = int(after.counts[0].around)
    assert s.counts[0].rows - 2 <= n <= s.counts[0].rows
    chance = (n - 1) / (n - 1 + float(p.answering.crowd))
    asked = s.whole[OWN].sum()
    # a binomial number: four standard errors, one false alarm in 16,000 other seeds
    assert abs(after.whole[ANSWERS].sum() - asked * chance) < 4 * np.sqrt(asked * chance * (1 - chance)) + 1


def test_only_those_around_answer_unless_woken():
    def few(s):
        s.whole[HISTORY, 12:] = 0
        s.whole[AWAY, 2] = 1
        s.whole[LEFT, 5] = 1

    _, s, _ = answered({**LIVELY, "answering.waking": 0.0, "answering.back": 0.0}, change=few)
    giving = s.whole[GIVEN, rows(s)] > 0
    around = ((s.whole[HISTORY] > 0) | (s.whole[OWN] > 0)) & (s.whole[AWAY] == 0) & (s.whole[LEFT] == 0)
    assert giving.sum() > 1
    assert not np.any(giving & ~around[rows(s)])
    assert s.counts[0].around == around[rows(s)].sum()
    _, woken, _ = answered({**LIVELY, "answering.waking": 1.0, "answering.back": 0.0}, change=few)
    assert np.any((woken.whole[GIVEN] > 0) & ~around & (woken.whole[LEFT] == 0))
    assert woken.whole[GIVEN, 5] == 0


def test_nobody_answers_alone():
    def alone(s):
        s.counts[0].rows = 1

    _, s, _ = answered(change=alone)
    assert s.whole[ANSWERS].sum() == s.whole[GIVEN].sum() == 0


def test_nobody_answers_himself():
    def two(s):
        s.whole[HISTORY], s.whole[OWN] = 0, 0
        s.whole[OWN, 0], s.whole[HISTORY, 1] = 20, 1
        s.real[[PROPENSITY, BELONGING], 0] = 3.0, 1.0

    _, s, _ = answered({**LIVELY, "answering.back": 0.0, "answering.waking": 0.0}, change=two)
    assert s.whole[GIVEN, 0] == 0
    assert s.whole[GIVEN, 1] == s.whole[ANSWERS, 0] > 0


def test_the_inclined_answer_more_the_more_are_asked():
    def mean(picks):
        _, s, _ = answered({**LIVELY, "answering.picks": picks, "answering.back": 0.0})
        n = rows(s)
        inclination = s.real[PROPENSITY, n] + 2 * s.real[BELONGING, n]
        return np.average(inclination, weights=s.whole[GIVEN, n])

    assert mean(1.0) < mean(4.0) < mean(20.0)


def test_the_one_answered_gets_a_tie_to_whoever_answered():
    before, s, _ = answered({**LIVELY, "answering.back": 1.0, "tying.gain": 0.5}, events=20_000)
    used = int(s.counts[0].events)
    new = s.events[int(before.counts[0].events) : used]
    replies = [(giver, receiver) for _, kind, giver, receiver, _ in new if kind == REPLY]
    assert len(replies) == s.whole[ANSWERS].sum()
    assert all(giver != receiver for giver, receiver in replies)
    asking = set(s.whole[PERSON][s.whole[OWN] > 0])
    changed = np.any(s.tie_strength > before.tie_strength, axis=1)
    tied = {int(s.whole[PERSON, row]) for row in np.flatnonzero(changed)}
    assert tied <= asking
    for _, receiver in replies[::2]:  # each is followed by the answer back
        assert receiver in asking
    assert np.all(s.whole[BY_TIE] <= s.whole[ANSWERS])


def test_switched_off_there_are_no_answers():
    s, _ = founded({**LIVELY, "answering.on": 0.0}, weeks=8)
    assert s.whole[ANSWERS].sum() == s.whole[GIVEN].sum() == 0
    for name in ("answers", "answers_by_tie", "around"):
        assert np.all(s.record[:8, NAMES.index(name)] == 0)
