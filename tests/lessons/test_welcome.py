"""The numbers of docs/lessons/welcome.md, made again from the runs they speak of."""

import pytest

from tests.lessons.expecting import changed, compared, fewer_and_more, interval, means, of_hundred
from tests.lessons.looking import lesson, numbers, opened

PAGE = lesson("welcome")
GREETED, ALONE = opened("welcome")
WHO = "Karim O."
NONE, MOST = "find your own way", "most hours go to it"


def expected():
    return compared("baseline", changed({"leading.welcoming": 0.0}, NONE), changed({"leading.welcoming": 1.0}, MOST))


def test_what_is_to_be_seen_of_one_person():
    assert PAGE.weeks == [10, 12, 21, 26, 33, 57]
    for side in (GREETED, ALONE):
        assert side.week_of(f"{WHO} joined") == [10]
        assert side.joined_by(10) - side.joined_by(9) == PAGE.row(10)[0]
    assert GREETED.week_of(f"Ada A. welcomed {WHO}") == [10] and ALONE.week_of(f"welcomed {WHO}") == []
    cause = GREETED.cause_of(12, f"{WHO} moved in from occasional to active")
    assert cause.endswith("with {:.0f} contacts and {:.0f} answer".format(*PAGE.row(12)))
    assert ALONE.week_of(f"{WHO} moved") == []
    (left,) = ALONE.week_of(f"{WHO} left for good")
    assert left == 21 and f"silent {PAGE.row(21)[0]:.0f} weeks" in ALONE.cause_of(21, WHO)
    assert GREETED.week_of(f"{WHO} moved in from active to core")[0] == 26


def test_what_is_to_be_seen_of_everybody():
    assert PAGE.row(33) == [GREETED.regulars(33), ALONE.regulars(33)]
    assert (GREETED.became("maturing"), ALONE.became("maturing")) == (21, 33)
    assert ALONE.became("sustaining") == 57
    assert PAGE.row(57) == [GREETED.became("sustaining")]


def test_answer_1():
    assert numbers(PAGE.question(1)[0]) == [33]
    once, ever = (
        [side.at("transactional", 33) for side in opened("welcome")],
        [c.joined_by(33) for c in opened("welcome")],
    )
    assert PAGE.answer(1) == [*once, *ever]
    assert once[1] > 2 * once[0] and ever[1] > 0.8 * ever[0]


def test_answer_2():
    holds = 12
    for side in (GREETED, ALONE):
        assert f"held for {holds} weeks" in side.cause_of(side.became("maturing"), "became maturing")
    stages = [side.became(stage) for stage in ("maturing", "sustaining") for side in (GREETED, ALONE)]
    assert PAGE.answer(2) == [holds, *stages]
    assert stages[3] - stages[2] < stages[1] - stages[0]


def test_answer_3():
    made = expected()
    fewer, low, high = interval(made, NONE, "regulars_end")
    assert PAGE.answer(3) == [
        200, -fewer, 95, -high, -low, round(means(made, NONE, "regulars_end")[1], 1), *interval(made, MOST, "regulars_end"),
        of_hundred(means(made, NONE, "retention_52")[1]), 100,
        *(of_hundred(means(made, name, "retention_52")[0]) for name in (NONE, MOST)),
    ]  # fmt: skip


def test_somebody_else_fares_the_same_without_a_greeting():
    for side in (GREETED, ALONE):
        assert side.week_of("Efe P. joined") == [6]
        assert side.week_of("Efe P. moved in from occasional to active")[0] == 14
    assert numbers(PAGE.section("Common misconceptions")) == [6, 14]
    assert GREETED.week_of("welcomed Efe P.") == [6] and ALONE.week_of("welcomed Efe P.") == []


@pytest.mark.verify
def test_how_often():
    made = compared("baseline", changed({"leading.welcoming": 0.0}, NONE), fixed=True)
    fewer, more = fewer_and_more(made, 33, NONE, "baseline")
    said = " ".join(PAGE.section("Debrief").split())
    assert f"fewer regulars in week 33 in {fewer} of 100, more in {more}, and as many in the rest" in said
