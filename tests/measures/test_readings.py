"""The weekly reading by hand and against a literal reading of the rule; the half set with ties."""

import numpy as np
import pandas as pd
import pytest

from copsim.core.errors import UserError
from copsim.core.levels import ACTIVE, CORE, OCCASIONAL, OUTSIDE, PERIPHERAL, TRANSACTIONAL
from copsim.measures.logs import log_from_frame
from copsim.measures.readings import weekly_reading

pytestmark = pytest.mark.plain

MONDAY = np.datetime64("2024-01-01")


def log_of(acts):
    """Return a log of (week, member, n) with week 1 beginning on 2024-01-01, on the Wednesday of each week."""
    rows = [
        ((MONDAY + np.timedelta64(7 * (week - 1) + 2, "D")).astype("datetime64[s]"), member, n)
        for week, member, n in acts
    ]
    frame = pd.DataFrame(rows, columns=["date", "member", "n"]).sort_values("date", kind="stable")
    return log_from_frame(frame)


def test_levels_of_a_member_who_comes_and_goes():
    log = log_of([(week, "ann", 1) for week in range(1, 15)])
    ann = weekly_reading(log, "2024-01-01", 70)[0]
    expected = [TRANSACTIONAL, OCCASIONAL] + [ACTIVE] * 5 + [CORE] * 7  # weeks 1..14, three then eight active weeks
    expected += [CORE] * 4 + [ACTIVE] * 5 + [OCCASIONAL] * 2  # eleven silent weeks: 8, then 3, then 1 of twelve
    expected += [PERIPHERAL] * 41 + [OUTSIDE] * 4  # silent weeks 12..52, then from the 53rd on
    assert ann.tolist() == expected


def test_one_touch_people_are_transactional_until_gone_and_nothing_before_joining():
    log = log_of([(3, "bob", 7)])
    bob = weekly_reading(log, "2024-01-01", 57)[0]
    assert bob.tolist() == [-1] * 2 + [TRANSACTIONAL] * 53 + [OUTSIDE] * 2
    assert bob.dtype == np.int8


@pytest.mark.parametrize("order", [("ann", "bob"), ("bob", "ann")])
def test_equal_contributions_are_ordered_by_first_appearance(order):
    log = log_of([(week, name, 1) for week in range(1, 13) for name in (order if week == 1 else sorted(order))])
    levels = weekly_reading(log, "2024-01-01", 12)[:, -1]
    assert log.members().tolist() == list(order)
    assert levels.tolist() == [CORE, ACTIVE]


def test_history_before_the_first_week_counts():
    log = log_of([(week, "ann", 1) for week in range(-20, 1)])
    assert weekly_reading(log, "2024-01-01", 5)[0].tolist() == [CORE] * 4 + [ACTIVE]


def test_sunday_belongs_to_the_week_before_monday():
    frame = pd.DataFrame({"date": ["2024-01-07", "2024-01-08"], "member": ["ann", "bob"]})
    levels = weekly_reading(log_from_frame(frame), "2024-01-01", 2)
    assert levels.tolist() == [[TRANSACTIONAL, TRANSACTIONAL], [-1, TRANSACTIONAL]]


def test_a_log_of_several_communities_asks_for_one():
    frame = pd.DataFrame({"community": ["x", "y"], "date": ["2024-01-02"] * 2, "member": ["ann", "bob"]})
    with pytest.raises(UserError, match="2 communities"):
        weekly_reading(log_from_frame(frame), "2024-01-01", 2)
    assert weekly_reading(log_from_frame(frame), "2024-01-01", 1, "y").shape == (1, 1)
    with pytest.raises(ValueError, match="Monday"):
        weekly_reading(log_from_frame(frame), "2024-01-02", 1, "y")


def literal_level(acts, member, week, order):
    """Return the level of one member read word by word from the rule; acts: member -> {week: n}."""
    made = {who: sum(n for w, n in acts[who].items() if week - 12 < w <= week) for who in order}
    ranking = sorted((who for who in order if made[who]), key=lambda who: -made[who])
    half, reached = set(), 0
    for who in ranking:
        if 2 * reached < sum(made.values()):
            half.add(who)
            reached += made[who]
    past = [w for w in acts[member] if w <= week]
    active = sum(week - 12 < w for w in past)
    if not past:
        return -1
    if active >= 3:
        return CORE if member in half and active >= 8 else ACTIVE
    if week - max(past) >= 53:
        return OUTSIDE
    if len(past) == 1:
        return TRANSACTIONAL
    return OCCASIONAL if active else PERIPHERAL


@pytest.mark.parametrize("seed", range(4))
def test_weekly_reading_equals_the_rule_read_word_by_word(seed):
    rng = np.random.default_rng(seed)
    chance = [0.9, 0.8, 0.6, 0.3, 0.1, 0.03, 0.02]
    acts = [
        (week, f"m{who}", int(rng.integers(1, 4)))
        for week in range(-5, 80)
        for who in rng.permutation(7)
        if rng.random() < chance[who]
    ]
    log = log_of(acts)
    by_member = {name: {w: n for w, who, n in acts if who == name} for name in log.members()}
    levels = weekly_reading(log, "2024-01-01", 85)
    expected = [[literal_level(by_member, name, w, by_member) for w in range(1, 86)] for name in by_member]
    assert levels.tolist() == expected
