"""How people come in and go: traits belong to the person, and taking out rows changes nobody's fate."""

import numpy as np
import pytest

from copsim.core import people
from copsim.core.draws import uid_of
from copsim.core.levels import OUTSIDE, PERIPHERAL
from copsim.core.state import (
    BELONGING,
    CAPACITY,
    COORDINATOR,
    EXPERTISE,
    JOINED,
    LEFT,
    LEVEL,
    PERSON,
    PROPENSITY,
    RECENT,
    ROLE,
    VOLUME,
)
from tests.kernels import call
from tests.mechanisms.communities import clone, empty, founded, lived, rows

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
TRAITS = (PROPENSITY, CAPACITY, VOLUME, EXPERTISE)


def arrive(s, week, order, mean=0.0, hours=2.0, spread=0.6):
    uid = np.uint64(call(uid_of)(np.int64(week), np.int64(order)))
    return call(people.arrive)(s, uid, np.int64(week), float(mean), float(hours), float(spread))


def test_traits_belong_to_the_person_not_to_the_row():
    one, other = empty(), empty()
    arrive(one, 40, 1)
    for order in (5, 6, 1):
        arrive(other, 40, order)
    for trait in TRAITS:
        assert one.real[trait, 0] == other.real[trait, 2]
        assert one.real[trait, 0] != other.real[trait, 0]


def test_a_mean_shifts_propensity_and_hours_scale_the_time_to_give():
    one, other = empty(), empty()
    arrive(one, 0, 0)
    arrive(other, 0, 0, mean=1.5, hours=4.0)
    assert other.real[PROPENSITY, 0] - one.real[PROPENSITY, 0] == pytest.approx(1.5, abs=1e-6)
    assert other.real[CAPACITY, 0] == pytest.approx(2 * one.real[CAPACITY, 0], rel=1e-6)
    assert 0 <= one.real[EXPERTISE, 0] <= 1


def test_a_new_row_is_clean_and_found():
    s = empty()
    s.real[:, 0], s.whole[:, 0], s.ring[:, 0], s.tie_other[0], s.tie_strength[0] = 9, 9, 9, 9, 9
    assert arrive(s, 3, 0) == 0
    assert (s.counts[0].rows, s.counts[0].people) == (1, 1)
    assert s.row_of[0] == s.whole[PERSON, 0] == 0
    assert s.uid[0] == s.person_uid[0] == 3 << 24
    assert s.whole[JOINED, 0] == 3
    assert s.whole[LEVEL, 0] == OUTSIDE
    assert s.real[BELONGING, 0] == s.ring[:, 0].sum() == s.tie_strength[0].sum() == 0
    assert np.all(s.tie_other[0] == -1)


def test_nobody_comes_in_where_there_is_no_room():
    s = empty(founders=2, hinterland=0, weeks=1)
    assert [arrive(s, 1, k) for k in range(4)] == [0, 1, 2, -1]
    assert s.counts[0].rows == s.counts[0].people == 3


def test_who_departs_has_left_and_holds_no_role():
    s = empty()
    arrive(s, 0, 0)
    s.whole[ROLE, 0] = COORDINATOR
    call(people.depart)(s, np.int64(0))
    assert (s.whole[LEFT, 0], s.whole[ROLE, 0], s.person_left[0]) == (1, 0, 1)


def six_people():
    """Return a state with six people, of whom the second, third and fifth have left, the third lately."""
    s = empty()
    for order in range(6):
        arrive(s, 0, order)
    s.whole[LEVEL, :6] = PERIPHERAL
    s.whole[RECENT, :6] = np.arange(6) + 10
    for row in (1, 4, 2):
        call(people.depart)(s, np.int64(row))
    s.whole[LEVEL, [1, 4]] = OUTSIDE
    s.whole[LEVEL, 5] = OUTSIDE  # silent for a year, but may come back
    s.tie_other[3, :3], s.tie_strength[3, :3] = (1, 0, 5), (0.5, 0.6, 0.7)
    return s


def test_taking_out_closes_ranks_in_order():
    s = six_people()
    call(people.take_out)(s)
    assert s.counts[0].rows == 4
    assert s.counts[0].people == 6
    assert list(s.uid[:4]) == [0, 2, 3, 5]
    assert list(s.whole[PERSON, :4]) == [0, 2, 3, 5]
    assert list(s.whole[RECENT, :4]) == [10, 12, 13, 15]
    assert list(s.row_of[:6]) == [0, -1, 1, 2, -1, 3]


def test_ties_to_those_who_left_are_dropped_and_the_others_kept():
    s = six_people()
    call(people.drop_ties)(s)
    assert list(s.tie_other[3, :3]) == [-1, 0, 5]
    assert list(s.tie_strength[3, :3]) == list(np.float32([0.0, 0.6, 0.7]))


def test_taking_out_twice_is_taking_out_once():
    s = six_people()
    call(people.take_out)(s)
    again = clone(s)
    call(people.take_out)(again)
    for name, before, after in zip(s._fields, s, again, strict=True):
        assert before.tobytes() == after.tobytes(), name


def test_nobodys_fate_changes_when_rows_are_taken_out():
    s, p = founded({"leaving.hazard": 0.2, "leaving.belonging": 0.5}, weeks=75, hinterland=40, weeks_room=90)
    gone = (s.whole[LEFT, rows(s)] == 1) & (s.whole[LEVEL, rows(s)] == OUTSIDE)
    assert gone.sum() > 0
    tidy = clone(s)
    call(people.drop_ties)(tidy)
    call(people.take_out)(tidy)
    dead = (s.tie_other >= 0) & (s.person_left[s.tie_other] == 1)
    s.tie_other[dead], s.tie_strength[dead] = -1, 0
    assert tidy.counts[0].rows == s.counts[0].rows - gone.sum()
    lived(s, p, 76, 79), lived(tidy, p, 76, 79)
    np.testing.assert_array_equal(s.record[75:79], tidy.record[75:79])
    stay = np.isin(s.uid[rows(s)], tidy.uid[rows(tidy)])
    np.testing.assert_array_equal(s.real[:, rows(s)][:, stay], tidy.real[:, rows(tidy)])
    np.testing.assert_array_equal(s.whole[:, rows(s)][:, stay], tidy.whole[:, rows(tidy)])
