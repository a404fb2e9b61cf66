"""S13. Leadership: hours shared out over people and work, posts vacated and filled by draws, roles cultivated."""

import numpy as np
import pytest

from copsim.core.draws import APPOINTED, ORDER_BITS
from copsim.core.observables import NAMES
from copsim.core.state import (
    BELONGING,
    COORDINATOR,
    FATIGUE,
    FIRST_ROLE,
    HISTORY,
    HOURS,
    JOINED,
    LEFT,
    NO_ROLE,
    PREPARING,
    REFLECTING,
    ROLE,
    SKILL,
    WELCOMING,
    WORKS,
)
from copsim.mechanisms import leading
from tests.kernels import call
from tests.mechanisms.communities import clone, f32, founded, rows, sat, week_after

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
STAYS = {"leading.job_change": 0.0, "leading.succession": 0.0, "leading.cultivation": 0.0}


@pytest.mark.parametrize(("hours", "skill", "fatigue"), [(6.0, 0.8, 0.0), (6.0, 0.8, 0.25), (3.0, 1.0, 1.0)])
def test_unskilled_and_exhausted_hours_do_not_count(hours, skill, fatigue):
    assert call(leading.effective_hours)(*f32(hours, skill, fatigue)) == pytest.approx(hours * skill * (1 - fatigue))


def test_chances_of_the_post():
    assert call(leading.chance_of_succession)(0.03, 0.5, 2) == pytest.approx(0.03 * (0.3 + 0.5 + 0.8))
    assert call(leading.chance_of_stepping_down)(0.006, 10.0, 0.5) == pytest.approx(0.006 * 10 * 0.25)


@pytest.mark.parametrize(("skill", "memory"), [(0.4, 26.0), (1.0, 26.0), (0.0, 4.0)])
def test_a_role_is_learnt(skill, memory):
    assert call(leading.skill_learnt)(*f32(skill, memory)) == pytest.approx(skill + (1 - skill) / memory)


def led(settings, change=lambda s: None, weeks=6):
    """Return (before, after, parameters) of a week of leadership alone in a community of some weeks."""
    s, p = founded({**STAYS, **settings}, weeks=weeks)
    s.real[HOURS] = 0
    change(s)
    after = clone(s)
    call(leading.lead)(after, p[0], np.int64(weeks + 1))
    return s, after, p[0]


def weights(q):
    weight = np.array([float(q[name]) for name in WORKS])
    return weight / weight.sum()


def test_a_coordinator_alone_works_all_hours_by_their_shares():
    before, s, p = led({"leading.hours": 5.0, "leading.reflecting": 0.2})
    q, c = p.leading, s.community[0]
    row = int(np.flatnonzero(s.whole[ROLE, rows(s)] == COORDINATOR)[0])
    total = 5.0 + before.community[0].sponsor_hours
    np.testing.assert_allclose(c.raw_hours, total * weights(q), rtol=1e-6)
    assert c.role_hours == pytest.approx(total, rel=1e-6)
    assert s.real[HOURS, row] == pytest.approx(total, rel=1e-5)
    effective = c.raw_hours * before.real[SKILL, row] * (1 - before.real[FATIGUE, row])
    unasked = float(q.unasked_hours) * c.ownership * s.counts[0].regulars
    given = effective + unasked * weights(q) * (np.arange(len(WORKS)) != WELCOMING)
    assert unasked > 0
    np.testing.assert_allclose(c.work_hours, given, rtol=1e-5)
    covered = sat(given / float(q.need))
    covered[PREPARING] = 0
    np.testing.assert_allclose(c.coverage, covered, rtol=1e-5)
    expected = before.real[SKILL, row] + (1 - before.real[SKILL, row]) / float(q.skill_memory)
    assert s.real[SKILL, row] == pytest.approx(expected, rel=1e-6)


def give_roles(s, *roles):
    """Give roles to the second, third, ... member, who acted lately."""
    for k, role in enumerate(roles, 1):
        s.whole[ROLE, k], s.real[SKILL, k], s.whole[HISTORY, k] = role, 0.5, 5


@pytest.mark.parametrize(("most", "each"), [(10.0, 1.5), (1.0, 1.0)])
def test_internal_leaders_carry_their_share_up_to_what_they_give_at_most(most, each):
    settings = {"leading.hours": 6.0, "leading.distributed": 0.5, "leading.leader_hours": most, "sponsoring.on": 0.0}
    roles = (FIRST_ROLE + WELCOMING, FIRST_ROLE + REFLECTING)
    _, s, p = led(settings, lambda s: give_roles(s, *roles))
    np.testing.assert_allclose(s.real[HOURS, 1:3], each, rtol=1e-6)
    c = s.community[0]
    assert s.real[HOURS, 0] == pytest.approx(3.0, rel=1e-5)
    assert c.role_hours == pytest.approx(3.0 + 2 * each, rel=1e-6)
    assert c.raw_hours.sum() == pytest.approx(c.role_hours, rel=1e-9)
    assert c.raw_hours[REFLECTING] == pytest.approx(each)  # no weight in the budget: only the leader works at it
    missing = np.maximum(0, 6 * weights(p.leading) - each * np.isin(np.arange(len(WORKS)), [WELCOMING, REFLECTING]))
    expected = 3 * missing / missing.sum() + each * np.isin(np.arange(len(WORKS)), [WELCOMING, REFLECTING])
    np.testing.assert_allclose(c.raw_hours, expected, rtol=1e-5)
    assert s.counts[0].holders == 3


def test_exhausted_and_silent_leaders_step_down():
    def tired(s):
        give_roles(s, FIRST_ROLE, FIRST_ROLE + 1, FIRST_ROLE + 2)
        s.real[FATIGUE, 1], s.whole[HISTORY, 2] = 0.71, 0

    _, s, _ = led({"leading.distributed": 0.5}, tired)
    assert list(s.whole[ROLE, 1:4]) == [NO_ROLE, NO_ROLE, FIRST_ROLE + 2]


def test_a_coordinator_who_changes_job_leaves_and_an_exhausted_one_steps_down():
    _, gone, _ = led({"leading.job_change": 1.0})
    assert gone.whole[LEFT, 0] == 1 and gone.whole[ROLE, 0] == NO_ROLE

    def exhausted(s):
        s.real[FATIGUE, 0] = 1.0

    _, stepped, _ = led({"leading.job_change": 1e-6, "leading.burnout": 1e7}, exhausted)
    assert stepped.whole[LEFT, 0] == 0 and stepped.whole[ROLE, 0] == NO_ROLE


def test_a_dated_event_takes_the_coordinator_away_once():
    def gone(s):
        s.counts[0].coordinator_gone = 1

    _, s, _ = led({}, gone)
    assert s.whole[LEFT, 0] == 1
    assert s.counts[0].coordinator_gone == 0
    assert s.community[0].role_hours == 0


def test_the_most_attached_internal_leader_succeeds():
    def vacant(s):
        give_roles(s, FIRST_ROLE, FIRST_ROLE + 1)
        s.whole[ROLE, 0], s.real[BELONGING, 1], s.real[BELONGING, 2] = NO_ROLE, 0.2, 0.9

    _, s, _ = led({"leading.succession": 10.0}, vacant)
    assert list(s.whole[ROLE, :3]) == [NO_ROLE, FIRST_ROLE, COORDINATOR]
    assert s.counts[0].appointing == 0


def test_without_internal_leaders_somebody_from_outside_is_appointed():
    def vacant(s):
        s.whole[ROLE, 0] = NO_ROLE

    s, p = founded({**STAYS, "leading.succession": 10.0}, weeks=6)
    vacant(s)
    after = week_after(s, p, 7)
    row = int(np.flatnonzero(after.whole[ROLE, rows(after)] == COORDINATOR)[0])
    assert after.uid[row] == (7 << ORDER_BITS) + APPOINTED
    assert after.whole[JOINED, row] == 7
    assert after.counts[0].appointing == 0
    assert after.record[6, NAMES.index("coordinator")] == 1


def test_no_post_no_coordinator():
    s, _ = founded({"leading.coordinator": 0.0, "leading.succession": 10.0}, weeks=6)
    assert np.all(s.whole[ROLE, rows(s)] == NO_ROLE)


def test_roles_are_cultivated_among_those_who_belong_up_to_the_places_wanted():
    settings = {
        "leading.distributed": 0.6, "leading.leaders": 3.0, "leading.cultivation": 0.33, "leading.job_change": 0.0,
        "leading.belonging_needed": 0.3, "leading.reporting": 0.0, "tiring.on": 0.0,
    }  # fmt: skip
    s, p = founded(settings, weeks=16)
    role = s.whole[ROLE, rows(s)]
    holders = np.flatnonzero(role >= FIRST_ROLE)
    assert 1 <= len(holders) <= 3
    assert FIRST_ROLE + WORKS.index("reporting") not in role
    assert np.all(s.real[SKILL, holders] >= p[0].leading.starting_skill)
    few, _ = founded(settings | {"leading.belonging_needed": 1.0}, weeks=16)
    assert np.all(few.whole[ROLE, rows(few)] < FIRST_ROLE)


def test_the_work_least_filled_is_given_first():
    s, p = founded({"leading.welcoming": 0.6}, weeks=1)
    assert call(leading._neediest)(s, p[0].leading, 0) == WELCOMING
    give_roles(s, FIRST_ROLE + WELCOMING)
    assert call(leading._neediest)(s, p[0].leading, 1) == PREPARING


def test_switched_off_nobody_holds_a_role_and_nothing_is_covered():
    s, _ = founded({"leading.on": 0.0, "leading.distributed": 0.5}, weeks=8)
    c = s.community[0]
    assert np.all(s.whole[ROLE, rows(s)] == NO_ROLE)
    assert c.role_hours == c.coverage.sum() == c.work_hours.sum() == c.unasked_hours == 0
