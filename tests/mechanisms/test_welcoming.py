"""S02. Welcoming: the keeper reaches those who act, newcomers above all."""

import numpy as np
import pytest

from copsim.core.draws import CONTACT
from copsim.core.observables import NAMES
from copsim.core.state import CONTACTED, CONTACTS, COORDINATOR, FIRST_ROLE, JOINED, NO_ROLE, OWN, ROLE, WELCOMING
from copsim.mechanisms import welcoming
from tests.kernels import call
from tests.mechanisms.communities import clone, drawn, founded, rows, sat, shares32

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(("hours", "each", "acting"), [(0.0, 0.25, 5.0), (2.0, 0.25, 5.0), (2.0, 1.0, 0.0)])
def test_coverage_of_welcome(hours, each, acting):
    expected = sat(hours / (each * (3 + acting)))
    assert call(welcoming.coverage_of_welcome)(hours, each, acting) == pytest.approx(expected, rel=1e-9)


def test_the_coordinator_welcomes_else_a_keeper_else_nobody():
    s, _ = founded({})
    assert call(welcoming.keeper)(s) == 0
    s.whole[ROLE, 3] = s.whole[ROLE, 5] = FIRST_ROLE + WELCOMING
    assert call(welcoming.keeper)(s) == 0
    s.whole[ROLE, 0] = NO_ROLE
    assert call(welcoming.keeper)(s) == 3
    s.whole[ROLE, 7] = COORDINATOR
    assert call(welcoming.keeper)(s) == 7
    s.whole[ROLE] = NO_ROLE
    assert call(welcoming.keeper)(s) == -1


def welcomed(change=lambda s: None):
    """Return (before, after, parameters) of a week of welcome, in which every second member acts, half of them new."""
    s, p = founded({}, weeks=12)
    n = rows(s)
    s.whole[CONTACTED] = s.whole[CONTACTS] = s.whole[OWN] = 0
    s.whole[OWN, : n.stop : 2] = 2
    s.whole[JOINED, : n.stop : 4] = 13 - int(p[0].welcoming.weeks) + 1
    s.whole[JOINED, 2 : n.stop : 4] = 13 - int(p[0].welcoming.weeks)
    s.community[0].work_hours[WELCOMING] = 4.0
    change(s)
    after = clone(s)
    call(welcoming.welcome)(after, p[0], np.int64(13))
    return s, after, p[0].welcoming


def test_who_is_contacted():
    before, after, q = welcomed()
    n = rows(before)
    acting = before.whole[OWN, n] > 0
    reach = sat(4.0 / (float(q.hours_each) * (3 + acting.sum())))
    new = 13 - before.whole[JOINED, n] < q.weeks
    assert 0 < (acting & new).sum() < acting.sum()
    chance = np.where(new, reach, reach * q.later)
    share = shares32(drawn(before, CONTACT, 13))
    sure = abs(share - chance) > 1e-5
    expected = acting & (before.whole[ROLE, n] == NO_ROLE) & (share < chance)
    assert expected.sum() > 2
    np.testing.assert_array_equal((after.whole[CONTACTED, n] == 1)[sure], expected[sure])
    assert list(np.flatnonzero(after.whole[CONTACTS])) == [0]


def test_nobody_is_contacted_without_a_keeper_or_without_hours():
    def no_keeper(s):
        s.whole[ROLE] = NO_ROLE

    def no_hours(s):
        s.community[0].work_hours[WELCOMING] = 0.0

    for change in (no_keeper, no_hours):
        _, after, _ = welcomed(change)
        assert after.whole[CONTACTED].sum() == after.whole[CONTACTS].sum() == 0


def test_switched_off_nobody_is_contacted():
    s, _ = founded({"welcoming.on": 0.0, "participating.base_rate": -1.0}, weeks=8)
    assert s.whole[CONTACTED].sum() == s.whole[CONTACTS].sum() == 0
    assert np.all(s.record[:8, NAMES.index("contacted")] == 0)
