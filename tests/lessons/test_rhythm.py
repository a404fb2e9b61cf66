"""The numbers of docs/lessons/rhythm.md, made again from the runs they speak of."""

import pytest

from copsim.core.levels import ACTIVE_WEEKS, LEVELS
from tests.lessons.expecting import changed, compared, fewer_and_more, interval, means, of_hundred, weekly
from tests.lessons.looking import lesson, opened

PAGE = lesson("rhythm")
MONTHLY, RARELY = opened("rhythm")
_, WEEKLY = opened("rhythm", 1)
SETTINGS = {
    "twice a year": {"meeting.cadence": 26.0},
    "every week": {"meeting.cadence": 1.0},
    "irregular": {"meeting.irregularity": 1.0},
}


def expected(name, fixed=False):
    return compared("baseline", changed(SETTINGS[name], name), fixed=fixed)


def members(side, week):
    return sum(side.at(level, week) for level in LEVELS[:-1])


def test_too_little():
    assert PAGE.weeks == [4, 13, 52, 156, 187, 26, 104, 187]
    pair = (MONTHLY, RARELY)
    assert {members(side, 4) for side in pair} == set(PAGE.row(4))
    assert all(MONTHLY.at(level, 4) == RARELY.at(level, 4) for level in LEVELS)
    assert PAGE.row(13) == [side.at("transactional", 13) for side in pair]
    for week in (52, 156):
        assert PAGE.row(week) == [*(side.regulars(week) for side in pair), *(members(side, week) for side in pair)]
    assert MONTHLY.became("sustaining") == 187 and RARELY.became("sustaining") is None


def test_too_much():
    assert PAGE.row(26) == [MONTHLY.regulars(26), WEEKLY.regulars(26)]
    shares = [of_hundred(side.regulars(104) / members(side, 104)) for side in (WEEKLY, MONTHLY)]
    assert PAGE.row(104) == [MONTHLY.regulars(104), WEEKLY.regulars(104), shares[0], 100, shares[1], 100]
    assert WEEKLY.became("sustaining") == 187


def test_answer_1():
    value, monthly = means(expected("twice a year"), "twice a year", "value_realized")
    assert ACTIVE_WEEKS == 12 / 4
    assert PAGE.answer(1) == [ACTIVE_WEEKS, 12, 3, 12, 26, 200, round(monthly), round(value)]


def test_answer_2():
    made = expected("irregular")
    held = [weekly(made, name).groupby("replicate").meets.sum().mean() for name in ("baseline", "irregular")]
    assert round(held[0]) == round(held[1])
    fewer, low, high = interval(made, "irregular", "regulars_end")
    baseline = means(made, "irregular", "regulars_end")[1]
    assert PAGE.answer(2) == [round(held[1]), -fewer, 95, -high, -low, round(baseline, 1)]
    assert -fewer / baseline == pytest.approx(0.5, abs=0.1)  # "about half"


def test_answer_3():
    made = expected("every week")
    hours, tired, quality = [], [], []
    for name in ("every week", "baseline"):
        rows = weekly(made, name)
        first_year = rows[(rows.meets > 0) & (rows.week <= 52)]
        hours.append(round(float(rows.hours.sum() / rows.members.sum()), 1))
        tired.append(of_hundred(rows.fatigue.mean()))
        quality.append(of_hundred(first_year.quality.mean()))
    assert tired[0] > 2 * tired[1]
    worth = [round(value, 2) for value in means(made, "every week", "value_per_cost")]
    assert PAGE.answer(3) == [
        *interval(made, "every week", "regulars_end"), 1000, *worth, *hours, tired[0], 100, tired[1],
        quality[0], 100, quality[1],
    ]  # fmt: skip


@pytest.mark.verify
def test_how_often():
    fewer, _ = fewer_and_more(expected("twice a year", fixed=True), 104, "twice a year", "baseline")
    _, more = fewer_and_more(expected("every week", fixed=True), 104, "every week", "baseline")
    said = " ".join(PAGE.section("Debrief (10 minutes)").split())
    assert f"has fewer regulars in {fewer} of 100, and the one that meets every week has more in {more} of 100." in said
