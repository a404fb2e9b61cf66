"""Plans: worlds fit the population they are drawn for."""

import pytest

from copsim.engine.fitted import SHARE, sets
from copsim.engine.gate import make_plan
from copsim.engine.parameters import DECLARED
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario
from copsim.studies.planning import in_plan, worlds_of

TOGETHER = {key for key, p in DECLARED.items() if p.together}


@pytest.mark.parametrize("population", ["professional", "talk", "git"])
def test_a_world_moves_a_population_around_its_own_values(population: str) -> None:
    (drawn,) = worlds_of(3, 1)
    (world,) = in_plan(make_plan(population, 4, {}), [drawn])
    assert set(world) == set(drawn) - {SHARE} | TOGETHER
    for key in set(drawn) - {SHARE}:
        value = world[key]
        central, (low, high) = DECLARED[key].value_in(population), DECLARED[key].possible
        expected = drawn[key] / DECLARED[key].default * central
        assert value == pytest.approx(min(max(expected, low), high)), key
        assert low <= value <= high and (value == 0.0) == (central == 0.0)


def test_what_a_professional_world_draws_alone_is_the_drawn_one_bit_for_bit() -> None:
    drawn = worlds_of(3, 5)
    for world, one in zip(in_plan(make_plan("professional", 4, {}), drawn), drawn, strict=True):
        assert {key: world[key] for key in one if key != SHARE} == {key: one[key] for key in one if key != SHARE}


@pytest.mark.parametrize("population", ["professional", "talk", "git"])
def test_fitted_values_come_as_one_set_of_the_population(population: str) -> None:
    worlds = in_plan(make_plan(population, 4, {}), worlds_of(3, 40))
    found = [{key: world[key] for key in TOGETHER} for world in worlds]
    assert all(one in sets(population) for one in found)
    assert len({tuple(one.values()) for one in found}) > 1


def test_fitted_values_that_are_set_stay_and_so_do_those_of_people_who_are_there_already() -> None:
    (world,) = in_plan(make_plan("talk", 4, {"leaving.hazard": 0.01}), worlds_of(3, 1))
    assert TOGETHER - set(world) == {"leaving.hazard"}
    (world,) = in_plan(plan_of(load_scenario("established"), 4), worlds_of(3, 1))
    assert not TOGETHER & set(world)


def test_what_is_set_is_not_drawn() -> None:
    (world,) = in_plan(make_plan("professional", 9, {}, [(3, {"meeting.habit": 1.0})]), worlds_of(3, 1))
    assert "meeting.habit" not in world
