"""Stylised facts: targets, counting, simulated communities and the null model through the same code."""

import numpy as np
import pytest

from copsim.core.errors import UserError
from copsim.studies.null import SHAPES, null_log
from copsim.studies.stylised import (
    FACTS,
    GROUPS,
    HALVES,
    VECTOR,
    Target,
    counted,
    facts_table,
    medians,
    months_observed,
    null_facts,
    simulated_facts,
    targets,
)


@pytest.mark.parametrize("population", GROUPS)
@pytest.mark.parametrize("half", HALVES)
def test_every_fact_has_a_target(population: str, half: str) -> None:
    known = targets(population, half)
    assert set(known) == set(FACTS) and len(FACTS) == len(set(FACTS))
    assert all(t.low <= t.median <= t.high for t in known.values())


@pytest.mark.parametrize("population", GROUPS)
def test_the_halves_make_up_the_group(population: str) -> None:
    parts = [sorted(months_observed(population, half)) for half in HALVES]
    assert parts[0] == sorted(parts[1] + parts[2]) and abs(len(parts[1]) - len(parts[2])) <= 1


@pytest.mark.parametrize(("value", "beyond"), [(1.0, 0.0), (2.0, 0.0), (0.5, 0.5), (4.0, 2.0)])
def test_a_fact_is_in_between_the_quartiles(value: float, beyond: float) -> None:
    target = Target(1.0, 1.5, 2.0, 9)
    assert target.holds(value) == (beyond == 0) and target.beyond(value) == pytest.approx(beyond)


def test_a_missing_fact_is_out() -> None:
    assert not Target(1.0, 1.5, 2.0, 9).holds(float("nan"))


def test_medians_leave_out_what_is_missing() -> None:
    found = medians([{"km_1m": 0.2}, {"km_1m": 0.4, "gini_12wk": np.nan}, {"km_1m": 0.3, "gini_12wk": 0.5}])
    assert found["km_1m"] == 0.3 and found["gini_12wk"] == 0.5 and np.isnan(found["km_12m"])


def test_simulated_communities_are_the_same_again_and_small_ones_left_out() -> None:
    first, again = (simulated_facts("git", 6, seed=4) for _ in range(2))
    assert first == again or repr(first) == repr(again)
    assert all(f["n_members"] >= 25 for f in first)
    crowded = simulated_facts("git", 6, seed=4, settings={"joining.hinterland": 5.0})
    assert len(crowded) < len(first)


@pytest.mark.parametrize("population", GROUPS)
def test_the_null_model_knows_no_habits(population: str) -> None:
    log = null_log(population, 200, 3, 0)
    again = null_log(population, 200, 3, 0)
    assert (log.day == again.day).all() and not np.array_equal(log.day[:50], null_log(population, 200, 3, 1).day[:50])
    assert (log.member != log.member2).all() and (np.diff(log.day) >= 0).all() and log.day.max() <= log.obs_end[0]
    facts = medians(null_facts(population, 8))
    assert facts["gap_burst"] < targets(population)["gap_burst"].low  # a constant rate is not bursty


def test_a_null_number_can_be_replaced() -> None:
    few, many = (null_log("git", 200, 3, 0, {"arrivals": a}) for a in (0.2, 2.0))
    assert len(np.unique(many.member)) > 3 * len(np.unique(few.member)) and "arrivals" in SHAPES["git"]


def test_the_table_counts_what_is_in() -> None:
    table = facts_table("git", 6)
    assert table["fact"].tolist() == list(FACTS) and counted(table)["in_all"] == int(
        table.head(len(VECTOR))["in_all"].sum()
    )


def test_a_population_without_real_communities_is_refused() -> None:
    with pytest.raises(UserError, match=r"no facts for the population 'profesional'.*talk, git"):
        facts_table("profesional")
