"""S02. Leaving for good: only the silent leave, the less the more they belong."""

import numpy as np
import pytest

from copsim.core.draws import LEAVE
from copsim.core.state import (
    ATTENDS,
    BELONGING,
    CONTACTS,
    COORDINATOR,
    GIVEN,
    LEFT,
    OWN,
    PERSON,
    PROPENSITY,
    RECENT,
    ROLE,
    UNITS,
)
from copsim.mechanisms import leaving
from tests.kernels import call
from tests.mechanisms.communities import clone, drawn, f32, founded, lived, rows, sat, shares32

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(("disowned", "belonging", "propensity"), [(0, 0, 0), (1, 0, 0), (0, 0.49, 1), (0.5, 1, -2)])
def test_hazard_of_leaving(disowned, belonging, propensity):
    _, p = founded({})
    q = p[0].leaving
    log = disowned - float(q.belonging) * np.sqrt(belonging) - float(q.propensity) * propensity
    expected = float(q.hazard) * np.exp(log)
    assert call(leaving.hazard_of_leaving)(q, *f32(disowned, belonging, propensity)) == pytest.approx(
        expected, rel=1e-5
    )


def left(hazard=0.5):
    """Return (before, after, parameters) of a week's leaving alone; everybody holds two units."""
    s, p = founded({"leaving.on": 0.0, "leading.job_change": 0.0}, weeks=12)
    p[0].leaving.hazard = hazard
    s.whole[[OWN, GIVEN, ATTENDS, CONTACTS]] = 0
    s.whole[OWN, 1], s.whole[GIVEN, 2], s.whole[ATTENDS, 3], s.whole[CONTACTS, 4], s.whole[LEFT, 5] = 1, 1, 1, 1, 1
    s.whole[UNITS, rows(s)] = 2
    s.community[0].ownership, s.counts[0].faded = 0.7, 1
    after = clone(s)
    call(leaving.leave)(after, p[0], np.int64(13))
    return s, after, p[0].leaving


def test_who_leaves():
    before, after, q = left()
    n = rows(before)
    real = before.real[:, n].astype(float)
    log = (
        float(q.disowned) * 0.3 - float(q.belonging) * np.sqrt(real[BELONGING]) - float(q.propensity) * real[PROPENSITY]
    )
    chance, share = sat(float(q.hazard) * np.exp(log)), shares32(drawn(before, LEAVE, 13))
    silent = ~np.isin(np.arange(n.stop), [1, 2, 3, 4, 5])
    sure = abs(share - chance) > 1e-5
    leaves = silent & (share < chance)
    assert leaves.sum() > 3
    np.testing.assert_array_equal(((after.whole[LEFT, n] == 1) & (np.arange(n.stop) != 5))[sure], leaves[sure])
    np.testing.assert_array_equal(
        after.person_left[after.whole[PERSON, n]][np.arange(n.stop) != 5], after.whole[LEFT, n][np.arange(n.stop) != 5]
    )


def test_what_was_not_applied_goes_along():
    before, after, _ = left()
    gone = (after.whole[LEFT] == 1) & (before.whole[LEFT] == 0)
    assert np.all(after.whole[UNITS][gone] == 0)
    assert after.counts[0].faded == 1 + 2 * gone.sum()
    assert after.whole[UNITS].sum() == before.whole[UNITS].sum() - 2 * gone.sum()


def test_a_role_is_given_up():
    before, after, _ = left(hazard=1e6)
    assert before.whole[ROLE, 0] == COORDINATOR
    assert after.whole[LEFT, 0] == 1 and after.whole[ROLE, 0] == 0
    assert np.all(after.whole[LEFT, 1:5] == 0)


def test_the_top_contributor_leaves_when_an_event_says_so_and_only_then():
    s, _ = founded({}, weeks=3)
    s.whole[RECENT, rows(s)] = 4
    s.whole[RECENT, 7], s.whole[RECENT, 9] = 30, 40
    s.whole[LEFT, 9] = 1
    call(leaving.lose_top)(s)
    assert s.whole[LEFT, 7] == 0
    s.counts[0].top_gone = 1
    call(leaving.lose_top)(s)
    assert s.whole[LEFT, rows(s)].sum() == 2 and s.whole[LEFT, 7] == 1
    assert s.counts[0].top_gone == 0


def test_the_week_loses_its_top_contributor():
    s, p = founded({"leaving.on": 0.0, "leading.job_change": 0.0}, weeks=5)
    top = int(np.argmax(s.whole[RECENT]))
    s.counts[0].top_gone = 1
    lived(s, p, 6, 6)
    assert list(np.flatnonzero(s.whole[LEFT])) == [top]


def test_switched_off_nobody_leaves():
    settings = {"leaving.on": 0.0, "leaving.hazard": 0.5, "leading.job_change": 0.0}
    s, _ = founded(settings, weeks=12)
    assert s.whole[LEFT].sum() == 0
    s, _ = founded(settings | {"leaving.on": 1.0}, weeks=12)
    assert s.whole[LEFT].sum() > 0
