"""Declarations: everything a user is told about a parameter is there and makes sense."""

import math
import re

import pytest

from copsim.core.declare import GROUPS, POPULATIONS, Parameter, every_parameter, parameters_by_key, switch
from copsim.engine import parameters as engine_parameters

PARAMETERS = engine_parameters.KEYS and tuple(every_parameter())
EVIDENCE = re.compile(r"assumed(: \S.*)?|a definition|a switch, not a fact|(measured|calibrated)(: \S.*| to \S.*)")


def some(default=2.0, unit="weeks", possible=(1.0, 10.0), role="uncertain", **more):
    return Parameter("some", default, unit, possible, role, "a text", "assumed", "S01", **more)


def test_a_plausible_world_draws_half_to_one_and_a_half_times_within_what_is_possible():
    assert some().plausible == (1.0, 3.0)
    assert some(default=8.0).plausible == (4.0, 10.0)
    assert some(default=-4.0, possible=(-8.0, -2.0), unit="logit").plausible == (-6.0, -2.0)


@pytest.mark.parametrize("change", [{"role": "lever"}, {"role": "fixed"}, {"default": 0.0, "possible": (0.0, 1.0)}])
def test_nothing_else_is_drawn(change):
    assert some(**change).plausible is None


@pytest.mark.parametrize(
    ("unit", "scale"), [("share", "linear"), ("logit/sd", "linear"), ("weeks", "log"), ("log", "log")]
)
def test_shares_are_varied_evenly_and_rates_in_the_logarithm(unit, scale):
    assert some(unit=unit).scale == scale


def test_a_population_has_its_own_value_where_one_was_fitted():
    fitted = some(talk=3.0)
    assert [fitted.value_in(name) for name in POPULATIONS] == [2.0, 3.0, 2.0]
    assert some(git=0.0).value_in("git") == 0.0


def test_the_group_is_the_first_part_of_the_key():
    for group, declared in GROUPS.items():
        assert all(p.key == f"{group}.{p.name}" for p in declared)
    assert len(parameters_by_key()) == len(PARAMETERS)


@pytest.mark.parametrize("p", PARAMETERS, ids=lambda p: p.key)
def test_a_parameter_says_what_it_is(p):
    low, high = p.possible
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", p.key)
    assert p.unit and p.text and p.text[-1] != "."
    assert re.fullmatch(r"S\d\d", p.row)
    assert EVIDENCE.fullmatch(p.evidence), p.evidence
    assert p.role in ("uncertain", "lever", "fixed")
    assert math.isfinite(low) and math.isfinite(high) and low < high
    assert all(low <= p.value_in(name) <= high for name in POPULATIONS)
    assert p.plausible is None or p.plausible[0] <= p.default <= p.plausible[1]


def test_shares_lie_between_nothing_and_all():
    shares = [p for p in PARAMETERS if p.unit in ("share", "chance")]
    assert len(shares) > 20
    assert all(p.possible[0] >= 0.0 and p.possible[1] <= 1.0 for p in shares)


def test_a_switch_is_not_something_people_set():
    on = switch("S01", "something")
    assert (on.default, on.possible, on.role) == (1.0, (0.0, 1.0), "fixed")
