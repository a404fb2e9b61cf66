"""A member's own ties: contact strengthens one, or makes one in place of the weakest."""

import numpy as np
import pytest

from copsim.core import knots
from copsim.core.state import SLOTS
from tests.kernels import call
from tests.mechanisms.communities import empty, f32

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


def tie(s, person, gain):
    return call(knots.tie)(s, np.int64(1), np.int32(person), np.float32(gain))


@pytest.mark.parametrize(("strength", "gain"), [(0.0, 0.3), (0.5, 0.3), (1.0, 0.3), (0.2, 0.0)])
def test_a_contact_takes_a_share_of_what_is_missing(strength, gain):
    result = call(knots.strengthened)(*f32(strength, gain))
    assert result == pytest.approx(1 - (1 - strength) * (1 - gain), rel=1e-6)


def test_a_first_contact_makes_a_tie_and_a_second_strengthens_it():
    s = empty()
    assert tie(s, 5, 0.3) == 0
    assert tie(s, 5, 0.3) == 1
    held = s.tie_strength[1] > 0
    assert held.sum() == 1
    assert s.tie_other[1][held] == [5]
    assert s.tie_strength[1][held] == pytest.approx(0.51, rel=1e-6)
    assert np.all(s.tie_strength[0] == 0)


def test_a_new_tie_takes_the_place_of_the_weakest():
    s = empty()
    s.tie_other[1] = np.arange(10, 10 + SLOTS)
    s.tie_strength[1] = np.linspace(0.9, 0.2, SLOTS)
    s.tie_strength[1, 3] = 0.1
    assert tie(s, 5, 0.3) == 0
    assert s.tie_other[1, 3] == 5
    assert s.tie_strength[1, 3] == np.float32(0.3)
    assert np.sum(s.tie_other[1] == 5) == 1


def test_a_faint_new_tie_replaces_no_stronger_one():
    s = empty()
    s.tie_other[1] = np.arange(10, 10 + SLOTS)
    s.tie_strength[1] = 0.5
    before = s.tie_other.copy(), s.tie_strength.copy()
    assert tie(s, 5, 0.3) == 0
    np.testing.assert_array_equal(before[0], s.tie_other)
    np.testing.assert_array_equal(before[1], s.tie_strength)


def test_a_tie_that_has_faded_is_no_tie():
    s = empty()
    s.tie_other[1, 2] = 5
    assert tie(s, 5, 0.3) == 0
