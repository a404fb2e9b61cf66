"""The numbers of docs/lessons/coordinator-leaves.md, made again from the runs they speak of."""

import pytest

from tests.lessons.expecting import compared, fewer_and_more, interval, means, of_hundred, weekly
from tests.lessons.looking import lesson, numbers, opened

NAME, LEAVES, SHARED = "coordinator-leaves", "coordinator-leaves", "distributed-coordinator-leaves"
PAGE = lesson(NAME)
STAYS, LOSES = opened(NAME)
ALONE, TOGETHER = opened(NAME, 1)


def test_the_communities_are_alike_until_the_scenario_parts_them():
    before = [[one for one in side.told if one[0] < 78] for side in (STAYS, LOSES)]
    assert before[0] == before[1]
    assert PAGE.row(77) == [STAYS.regulars(77)]
    assert LOSES.week_of("Ada A., the coordinator, left for good", "the scenario says so") == [78]
    assert STAYS.at("core", 78) == LOSES.at("core", 78)  # the dot stays for some weeks


def test_what_is_to_be_seen():
    assert PAGE.weeks == [77, 78, 81, 86, 104, 138, 200, 280, 129, 148, 208]
    assert STAYS.became("sustaining") == 81 and LOSES.stage(81) == "maturing"
    assert next(week for week in range(1, 521) if STAYS.regulars(week) != LOSES.regulars(week)) == 86
    assert 86 in LOSES.week_of("Ada A. slipped from active to occasional")
    for week in (86, 104):
        assert PAGE.row(week) == [STAYS.regulars(week), LOSES.regulars(week)]
    assert STAYS.week_of("Ada A., the coordinator, left for good", "another job called") == [138]
    for side, weeks in zip((STAYS, LOSES), PAGE.row(200), strict=True):
        assert side.week_of(f"came from outside as coordinator after {weeks:.0f} weeks")[0] == 200
    assert LOSES.became("sustaining") == 280
    assert PAGE.row(280) == [280 - STAYS.became("sustaining")]


def test_what_is_to_be_seen_where_leading_is_shared():
    cause = TOGETHER.cause_of(129, f"Ravi D. took over as coordinator after {PAGE.row(129)[0]:.0f} weeks")
    assert cause == "an internal leader stood ready"
    gone, without = PAGE.row(148)
    assert TOGETHER.week_of("Ravi D., the coordinator, left for good") == [gone]
    assert TOGETHER.week_of(f"Jin E. took over as coordinator after {without:.0f} weeks") == [148]
    assert PAGE.row(208) == [ALONE.regulars(208), TOGETHER.regulars(208)]


def test_answer_1():
    assert numbers(PAGE.question(1)[0]) == numbers(PAGE.question(2)[0]) == [78]
    assert PAGE.answer(1) == [
        STAYS.regulars(90), LOSES.regulars(90), 90, STAYS.regulars(100), LOSES.regulars(100), 100,
    ]  # fmt: skip
    assert LOSES.regulars(100) > LOSES.regulars(86)


def test_answer_2():
    assert ALONE.regulars(104) == TOGETHER.regulars(104)
    sustaining = [side.became("sustaining") for side in (TOGETHER, ALONE)]
    assert PAGE.answer(2) == [ALONE.regulars(104), 104, *sustaining, 52, TOGETHER.regulars(52), ALONE.regulars(52)]


def test_answer_3():
    made, shared = compared("baseline", LEAVES), compared(LEAVES, SHARED)
    fewer, low, high = interval(made, LEAVES, "regulars_end")
    ended = {of_hundred(share) for share in means(made, LEAVES, "ended")}
    assert len(ended) == 1
    assert PAGE.answer(3) == [
        -fewer, round(means(made, LEAVES, "regulars_end")[1], 1), 95, -high, -low, *ended, 100,
        *interval(shared, SHARED, "regulars_end"), round(interval(shared, SHARED, "cost")[0] / 1000),
    ]  # fmt: skip


def test_with_the_first_seed_nothing_is_lost():
    from tests.lessons.looking import Community

    stays, loses = Community("baseline", {}, 1), Community(LEAVES, {}, 1)
    assert stays.world["moves"] == loses.world["moves"] and stays.told == loses.told


@pytest.mark.verify
def test_how_often():
    made, shared = compared("baseline", LEAVES, fixed=True), compared(LEAVES, SHARED, fixed=True)
    rows = weekly(made, "baseline")
    held = of_hundred(rows[rows.week == 77].coordinator.mean())
    fewer, more = fewer_and_more(made, 104, LEAVES, "baseline")
    slower, later = fewer_and_more(shared, 52, SHARED, LEAVES)[0], fewer_and_more(shared, 208, SHARED, LEAVES)[1]
    said = " ".join(PAGE.section("Debrief").split())
    assert f"the post is held in week 77 in {held} of 100." in said
    assert f"has fewer regulars in {fewer} of 100, more in {more}, and as many in the rest." in said
    assert f"fewer in week 52 in {slower} of 100, and more in week 208 in {later} of 100." in said
