"""The numbers of docs/lessons/sponsor-commands.md, made again from the runs they speak of."""

import pytest

from tests.lessons.expecting import compared, fewer_and_more, interval, means, of_hundred
from tests.lessons.looking import lesson, numbers, opened

NAME, ENGAGED, COMMANDS, ABSENT = "sponsor-commands", "engaged-sponsor", "command-and-control", "absent-sponsor"
PAGE = lesson(NAME)
FREE, TOLD = opened(NAME)


def test_the_early_lead():
    assert PAGE.weeks == [10, 13, 20, 26, 36, 48, 78, 142, 233]
    for week in (10, 26, 78):
        assert PAGE.row(week) == [FREE.regulars(week), TOLD.regulars(week)]
    assert all(TOLD.regulars(week) > FREE.regulars(week) for week in range(10, 27))
    assert (TOLD.became("maturing"), FREE.became("maturing")) == (20, 21)
    assert TOLD.became("sustaining") == FREE.became("sustaining") == 48


def test_what_becomes_of_the_agenda():
    assert TOLD.week_of("members held {:.0f} of 100 of the agenda, {:.0f} before".format(*PAGE.row(13)[::2])) == [13]
    held, outof, *regulars = PAGE.row(36)
    assert outof == 100 and TOLD.week_of(f"members held {held:.0f} of 100 of the agenda") == [36]
    assert regulars == [FREE.regulars(36), TOLD.regulars(36)]
    assert FREE.week_of("of the agenda") == []


def test_what_becomes_of_the_community():
    assert TOLD.became("transforming") == 142
    cause = TOLD.cause_of(142, "became transforming")
    assert cause == "regulars had fallen to {:.0f} of {:.0f} of their peak".format(*PAGE.row(142))
    assert 233 - TOLD.week_of(", the coordinator, left for good")[1] < 52


def test_answer_1():
    weeks = [TOLD.regulars(26), FREE.regulars(26)]
    for week in (36, 52, 104):
        weeks += [week, TOLD.regulars(week), FREE.regulars(week)]
    assert PAGE.answer(1) == weeks


def test_answer_2():
    weeks = TOLD.week_of(", the coordinator, left for good", "of the agenda")
    assert len(weeks) == 3 and weeks[-1] == 233
    assert numbers(PAGE.question(2)[0]) == [*weeks, 243]
    shares = {TOLD.cause_of(week, "the coordinator").split("members held ")[1] for week in weeks}
    assert shares == {"{:.0f} of {:.0f} of the agenda".format(*PAGE.answer(2))}
    assert FREE.week_of("Farah H., the coordinator, left for good", "another job called") == [243]


def test_answer_3():
    made = compared(ENGAGED, COMMANDS, ABSENT)
    fewer, low, high = interval(made, COMMANDS, "regulars_end")
    less, least, most = interval(made, ABSENT, "regulars_end")
    ended = [means(made, COMMANDS, "ended")[0], *means(made, ABSENT, "ended")]
    lost = [-round(interval(made, name, "value_realized")[0]) for name in (COMMANDS, ABSENT)]
    assert PAGE.answer(3) == [
        -fewer, 95, -high, -low, round(means(made, ABSENT, "regulars_end")[1], 1), -less, -most, -least,
        of_hundred(ended[0]), 100, *map(of_hundred, ended[1:]), *lost,
    ]  # fmt: skip


@pytest.mark.verify
def test_how_often():
    made = compared(ENGAGED, COMMANDS, fixed=True)
    said = " ".join(PAGE.section("Debrief").split())
    fewer, more = fewer_and_more(made, 26, COMMANDS, ENGAGED)
    assert f"has more regulars in week 26 in {more} of 100, fewer in {fewer}, and as many in the rest" in said
    fewer, more = fewer_and_more(made, 104, COMMANDS, ENGAGED)
    assert f"In week 104 it has fewer in {fewer} of 100 and more in {more}." in said
