"""Golden histories: every scenario lives the same life as on the day `streams 1` was frozen, on every processor."""

import json

import pytest

from experiments.make_golden import FILE, digest, plans

GOLDEN = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
pytestmark = pytest.mark.golden


def test_every_scenario_and_population_has_a_golden_history() -> None:
    assert set(GOLDEN) == set(plans())


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_the_life_of_a_scenario_is_the_golden_one(name: str) -> None:
    assert digest(plans()[name]) == GOLDEN[name], "streams changed? else: python -m experiments.make_golden"
