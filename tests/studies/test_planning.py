"""Plans: worlds fit the population they are drawn for."""

import pytest

from copsim.core.declare import parameters_by_key
from copsim.engine.gate import make_plan
from copsim.studies.planning import in_plan, worlds_of


@pytest.mark.parametrize("population", ["professional", "talk", "git"])
def test_a_world_moves_a_population_around_its_own_values(population: str) -> None:
    declared = parameters_by_key()
    (drawn,) = worlds_of(3, 1)
    (world,) = in_plan(make_plan(population, 4, {}), [drawn])
    assert set(world) == set(drawn)
    for key, value in world.items():
        central, (low, high) = declared[key].value_in(population), declared[key].possible
        expected = drawn[key] / declared[key].default * central
        assert value == pytest.approx(min(max(expected, low), high)), key
        assert low <= value <= high and (value == 0.0) == (central == 0.0)


def test_the_professional_world_is_the_drawn_one_bit_for_bit() -> None:
    drawn = worlds_of(3, 5)
    assert in_plan(make_plan("professional", 4, {}), drawn) == drawn


def test_what_is_set_is_not_drawn() -> None:
    (world,) = in_plan(make_plan("professional", 9, {}, [(3, {"meeting.habit": 1.0})]), worlds_of(3, 1))
    assert "meeting.habit" not in world
