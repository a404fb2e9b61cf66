"""Sets of fitted values: what a plausible world takes whole."""

import csv

import pytest

from copsim.core.declare import POPULATIONS
from copsim.engine import fitted
from copsim.engine.parameters import DECLARED

TOGETHER = {key for key, p in DECLARED.items() if p.together}


@pytest.mark.parametrize("population", POPULATIONS)
def test_every_set_holds_every_fitted_parameter_within_what_is_possible(population):
    assert len(fitted.sets(population)) >= 2
    for one in fitted.sets(population):
        assert set(one) == TOGETHER
        assert all(DECLARED[key].possible[0] <= value <= DECLARED[key].possible[1] for key, value in one.items())


def test_a_professional_set_is_one_of_talk_in_proportion():
    with fitted.FILE.open(encoding="utf-8", newline="") as lines:
        times = next(row for row in csv.DictReader(lines) if row["population"] == "talk")
    p = DECLARED["leaving.hazard"]
    for population in ("talk", "professional"):
        expected = p.value_in(population) * float(times[p.key])
        assert fitted.sets(population)[0][p.key] == pytest.approx(expected)


def test_a_share_chooses_a_set_and_leaves_out_what_is_taken():
    every = fitted.sets("git")
    assert fitted.chosen("git", 0.0, ()) == every[0]
    assert fitted.chosen("git", 1.0 - 2.0**-52, ()) == every[-1]
    assert TOGETHER - set(fitted.chosen("git", 0.5, {"leaving.hazard"})) == {"leaving.hazard"}


def test_the_range_of_a_fitted_parameter_is_that_of_its_sets():
    p = DECLARED["leaving.hazard"]
    values = [one[p.key] for one in fitted.sets("git")]
    low, high = fitted.plausible_range(p, "git")
    assert min(values) <= low <= high <= max(values)
    assert fitted.plausible_range(DECLARED["meeting.cadence"]) is None
    assert fitted.plausible_range(DECLARED["participating.strength"]) == DECLARED["participating.strength"].plausible
