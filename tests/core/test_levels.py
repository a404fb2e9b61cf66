"""The one rule for levels: cases by hand, and agreement with the rule written slowly, in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copsim.core import levels as rule
from copsim.core.levels import ACTIVE, CORE, OCCASIONAL, OUTSIDE, PERIPHERAL, TRANSACTIONAL
from tests.kernels import call

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


def in_smallest_set(contributions):
    """Return who is in the smallest set that made half, the largest contributors first, earlier ones before later."""
    total, made, chosen = sum(contributions), 0, set()
    for i in sorted(range(len(contributions)), key=lambda i: -contributions[i]):
        if 2 * made >= total:
            break
        chosen.add(i)
        made += contributions[i]
    return chosen


def level_in_words(contributions, active, gone, life, i):
    if i in in_smallest_set(contributions) and active[i] >= 8:
        return CORE
    if active[i] >= 3:
        return ACTIVE
    if gone[i]:
        return OUTSIDE
    if life[i] <= 1:
        return TRANSACTIONAL
    return OCCASIONAL if active[i] >= 1 else PERIPHERAL


def read(contributions, active, gone, life):
    columns = [np.array(c, np.int32) for c in (contributions, active, gone, life)]
    levels = np.full(len(contributions) + 1, 77, np.int32)
    call(rule.read_levels)(*columns, np.int64(len(contributions)), levels)
    assert levels[-1] == 77  # nothing beyond the first n
    return list(levels[:-1])


def slowly(contributions, active, gone, life):
    return [level_in_words(contributions, active, gone, life, i) for i in range(len(contributions))]


@pytest.mark.parametrize(
    ("contributions", "members"),
    [
        ([], (1, 0)),
        ([0, 0], (1, 0)),
        ([5], (5, 1)),
        ([5, 3, 2], (5, 1)),
        ([4, 3, 3], (3, 1)),
        ([1, 1, 1, 1], (1, 2)),
        ([1, 1, 1], (1, 2)),
        ([9, 9, 1], (9, 2)),
        ([2, 7, 2, 7], (7, 2)),
        ([2, 7, 2, 3], (7, 1)),
    ],
)
def test_the_smallest_set_that_made_half(contributions, members):
    column = np.array(contributions, np.int32)
    assert call(rule.half_set)(column, np.int64(len(contributions))) == members


@pytest.mark.parametrize(
    ("in_half", "active", "gone", "life", "level"),
    [
        (True, 8, 0, 30, CORE),
        (True, 7, 0, 30, ACTIVE),
        (False, 12, 0, 30, ACTIVE),
        (False, 3, 0, 3, ACTIVE),
        (True, 2, 0, 2, OCCASIONAL),
        (False, 1, 0, 2, OCCASIONAL),
        (False, 1, 0, 1, TRANSACTIONAL),
        (False, 0, 0, 1, TRANSACTIONAL),
        (False, 0, 0, 2, PERIPHERAL),
        (False, 0, 1, 1, OUTSIDE),
        (False, 0, 1, 9, OUTSIDE),
    ],
)
def test_levels_by_hand(in_half, active, gone, life, level):
    assert call(rule.level_of)(in_half, np.int32(active), np.int32(gone), np.int32(life)) == level


def test_of_equals_the_first_to_appear_are_in_the_set():
    assert read([4, 4, 4, 4], [9, 9, 9, 9], [0] * 4, [9] * 4) == [CORE, CORE, ACTIVE, ACTIVE]


member = st.tuples(st.integers(0, 12), st.integers(0, 30), st.booleans(), st.integers(0, 60))


@given(st.lists(member, max_size=25))
def test_the_rule_agrees_with_the_rule_in_words(people):
    active = [a for a, _, _, _ in people]
    contributions = [a + extra if a else 0 for a, extra, _, _ in people]
    gone = [int(g and a == 0) for a, _, g, _ in people]
    life = [a + before for a, _, _, before in people]
    assert read(contributions, active, gone, life) == slowly(contributions, active, gone, life)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40))
def test_the_set_makes_half_and_without_its_last_member_less(contributions):
    threshold, ties = call(rule.half_set)(np.array(contributions, np.int32), np.int64(len(contributions)))
    above = [c for c in contributions if c > threshold]
    assert ties <= contributions.count(threshold)
    if sum(contributions):
        assert 2 * (sum(above) + ties * threshold) >= sum(contributions)
        assert 2 * (sum(above) + (ties - 1) * threshold) < sum(contributions)
