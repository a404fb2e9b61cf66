"""S10. Value cycles: chances by hand, units moved by draws, and not one unit lost from the books."""

import numpy as np
import pytest
from scipy import stats

from copsim.core.draws import APPLY, GAIN, REALIZE, TELL
from copsim.core.observables import NAMES
from copsim.core.state import ANSWERS, ATTENDS, GIVEN, OWN, REALIZED_UNITS, REPORTING, UNITS
from copsim.mechanisms import valuing
from tests.kernels import call
from tests.mechanisms.communities import GOLDEN, clone, drawn, f32, founded, lived, mixed, rows, sat, shares, shares32

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
RICH = {"participating.base_rate": -1.5, "valuing.apply": 0.2, "valuing.fade": 0.15, "valuing.realize": 0.6}


@pytest.mark.parametrize(("answer", "practice", "meeting"), [(0, 0, 0), (0.4, 0, 0), (0.4, 0.2, 0.3), (1, 0, 0)])
def test_chance_of_value(answer, practice, meeting):
    expected = 1 - (1 - answer) * (1 - practice) * (1 - meeting)
    assert call(valuing.chance_of_value)(*f32(answer, practice, meeting)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("chance", "gain", "stories", "ground", "better"),
    [(0.1, 1, 0, 0.5, 0.1), (0.1, 1, 0.5, 1, 0.225), (0.9, 2, 1, 1, 1.0)],
)
def test_stories_and_ground_improve_a_chance(chance, gain, stories, ground, better):
    assert call(valuing.improved)(chance, float(gain), float(stories), float(ground)) == pytest.approx(better)


def valued():
    """Return (before, after, parameters) of a week's value alone; members hold 0 to 6 units."""
    s, p = founded(RICH, weeks=12)
    n, c = rows(s), s.community[0]
    s.whole[UNITS, n] = np.arange(n.stop) % 7
    s.whole[ATTENDS, n] = np.arange(n.stop) % 5 == 0
    c.practice, c.quality, c.domain, c.ownership, c.stories, c.story_level = 0.5, 0.7, 0.4, 0.8, 2.0, 0.3
    c.coverage[REPORTING] = 0.6
    s.counts[0].faded = s.counts[0].failed = s.counts[0].told = 0
    s.counts[0].value[:] = 0
    after = clone(s)
    call(valuing.value)(after, p[0], np.int64(13))
    call(valuing.retell)(after, p[0])
    return s, after, p[0].valuing


def test_presence_gives_immediate_and_potential_units():
    before, after, q = valued()
    n = rows(before)
    whole = before.whole[:, n]
    acts = whole[OWN] + whole[GIVEN] > 0
    present = acts | (whole[ATTENDS] == 1)
    answer = q.answer * (whole[ANSWERS] > 0)
    practice = q.practice * 0.5 * np.where(acts, 1.0, 0.3)
    chance = 1 - (1 - answer) * (1 - practice) * (1 - q.meeting * 0.7 * whole[ATTENDS])
    share = shares32(drawn(before, GAIN, 13))
    assert np.all((abs(share - chance) > 1e-5) & (abs(share - chance * q.potential) > 1e-5))
    immediate, potential = present & (share < chance), present & (share < chance * q.potential)
    assert list(after.counts[0].value[:2]) == [immediate.sum(), potential.sum()]
    held = whole[UNITS] + potential
    apply_chance = float(q.apply) * (1 + float(q.story_gain) * 0.3) * (0.5 + 0.4)
    realize_chance = float(q.realize) * (1 + float(q.story_gain) * 0.3) * (0.5 + 0.5)
    tell_chance = float(q.tell) * (0.4 + 0.6 * 0.6) * (0.4 + 0.6 * 0.8)
    drawn_apply = drawn(before, APPLY, 13)
    applied = stats.binom.ppf(shares(drawn_apply), held, min(1, apply_chance)).clip(0)
    lost = stats.binom.ppf(shares(mixed(drawn_apply + GOLDEN)), held - applied, float(q.fade)).clip(0)
    realized = stats.binom.ppf(shares(drawn(before, REALIZE, 13)), applied, min(1, realize_chance)).clip(0)
    told = stats.binom.ppf(shares(drawn(before, TELL, 13)), realized, tell_chance).clip(0)
    np.testing.assert_array_equal(after.whole[UNITS, n], held - applied - lost)
    np.testing.assert_array_equal(after.whole[REALIZED_UNITS, n], realized)
    c = after.counts[0]
    assert list(c.value[2:]) == [applied.sum(), realized.sum()]
    assert (c.failed, c.faded, c.told) == (applied.sum() - realized.sum(), lost.sum(), told.sum())
    assert applied.sum() > 3 and lost.sum() > 2 and realized.sum() > 1


def test_stories_are_remembered_for_a_while():
    _, after, q = valued()
    stories = 2.0 * (1 - 1 / float(q.story_memory)) + after.counts[0].told
    assert after.community[0].stories == pytest.approx(stories, rel=1e-6)
    assert after.community[0].story_level == pytest.approx(sat(stories / float(q.story_half)), rel=1e-6)


def columns(s, weeks):
    record = s.record[:weeks].astype(float)
    return {name: record[:, NAMES.index(name)] for name in NAMES if name.startswith("value_")}


def books_balance(s, weeks):
    v = columns(s, weeks)
    assert np.all(v["value_immediate"] >= v["value_potential"])
    np.testing.assert_array_equal(v["value_applied"], v["value_realized"] + v["value_failed"])
    held = s.whole[UNITS, rows(s)].sum()
    assert v["value_potential"].sum() == v["value_applied"].sum() + v["value_faded"].sum() + held
    cumulative = np.cumsum(v["value_potential"] - v["value_applied"] - v["value_faded"])
    assert np.all(cumulative >= 0)


def test_the_books_balance_in_a_small_community():
    s, _ = founded(RICH, weeks=20)
    assert columns(s, 20)["value_realized"].sum() > 0
    books_balance(s, 20)


def test_what_a_departed_coordinator_held_is_not_lost_from_the_books():
    keep = {"valuing.apply": 0.0, "valuing.fade": 0.0, "leading.succession": 0.0, "leading.job_change": 0.0}
    s, p = founded(RICH | keep, weeks=30, weeks_room=90)
    s.whole[UNITS, 0] += 5
    s.counts[0].coordinator_gone = 1
    lived(s, p, 31, 88)
    v = columns(s, 88)
    assert v["value_potential"].sum() + 5 == v["value_faded"].sum() + s.whole[UNITS, rows(s)].sum()


def test_switched_off_there_is_no_value():
    s, _ = founded({**RICH, "valuing.on": 0.0}, weeks=12)
    assert s.whole[UNITS].sum() == s.whole[REALIZED_UNITS].sum() == 0
    assert all(column.sum() == 0 for column in columns(s, 12).values())
    assert s.community[0].stories == s.community[0].story_level == 0
