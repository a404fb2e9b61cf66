"""S13. Tiring: overload is what goes beyond the time to spare, and rest restores."""

import numpy as np
import pytest

from copsim.core.state import CAPACITY, COORDINATOR, FATIGUE, FIRST_ROLE, GIVEN, HOURS, OWN, ROLE
from copsim.mechanisms import tiring
from tests.kernels import call
from tests.mechanisms.communities import clone, f32, founded, rows

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(("fatigue", "overload"), [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 9.0), (1.0, 3.0)])
def test_fatigue(fatigue, overload):
    expected = fatigue + 0.3 * overload / (1 + overload) * (1 - fatigue) - fatigue / 8
    assert call(tiring.tired)(*f32(fatigue, overload, 0.3, 8.0)) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def week_of_work(on):
    s, p = founded({"tiring.on": on}, weeks=6)
    n = rows(s)
    s.real[HOURS, n], s.whole[OWN, n], s.whole[GIVEN, n] = 3.0, np.arange(n.stop) % 4, 1
    s.whole[ROLE, 1], s.real[FATIGUE, :4] = FIRST_ROLE + 2, 0.4
    after = clone(s)
    call(tiring.tire)(after, p[0], np.int64(7))
    return s, after, p[0]


def test_hours_of_contributions_are_added_and_overload_tires():
    before, after, p = week_of_work(1.0)
    n, q = rows(before), p.tiring
    hours = 3.0 + float(q.contribution_hours) * (before.whole[OWN, n] + before.whole[GIVEN, n])
    np.testing.assert_allclose(after.real[HOURS, n], hours, rtol=1e-6)
    spare = before.real[CAPACITY, n].astype(float)
    assert before.whole[ROLE, 0] == COORDINATOR
    spare[0] += p.leading.coordinator_hours
    spare[1] += p.leading.recognised_hours
    overload = np.maximum(0, hours / spare - 1)
    assert 0 < (overload > 0).sum() < len(overload)
    fatigue = before.real[FATIGUE, n].astype(float)
    expected = fatigue + float(q.gain) * overload / (1 + overload) * (1 - fatigue) - fatigue / float(q.memory)
    np.testing.assert_allclose(after.real[FATIGUE, n], expected, rtol=1e-5, atol=1e-7)


def test_switched_off_hours_are_counted_and_nobody_tires():
    before, after, _ = week_of_work(0.0)
    np.testing.assert_array_equal(before.real[FATIGUE], after.real[FATIGUE])
    assert np.all(after.real[HOURS, rows(after)] > 3.0)
    s, _ = founded({"tiring.on": 0.0, "meeting.hours": 8.0}, weeks=12)
    assert s.real[FATIGUE].max() == 0
