"""The twin does what the engine does: the same community founded in both, histories compared in distribution."""

import math

import numpy as np
import pytest

from copsim.core.jit import PLAIN

if PLAIN:
    pytest.skip("the twin calls compiled equations", allow_module_level=True)

from benchmarks.twin import OFF_IN_TWIN, shared
from benchmarks.twin.equations import equations
from benchmarks.twin.model import REPORTERS, Community
from copsim.core.observables import NAMES

FOUNDERS, HINTERLAND, WEEKS, REPLICATES = 40, 300, 78, 40
FALSE_ALARM = 1e-3
"""Chance that a right twin fails, by the normal approximation, over all measures and both halves together."""
LIMIT = 4.15
"""Standard errors: two-sided, shared out over 16 measures x 2 halves."""
SHOWN = list(REPORTERS)
MEASURES = [*SHOWN, "answers a contribution"]
# Communities differ so much in what is contributed that only the ratio tells how contributions are answered.


def halves(weekly):
    """Return the measures over the first and second half of a history, one after the other."""
    return np.concatenate([measured(weekly[: WEEKS // 2].mean(0)), measured(weekly[WEEKS // 2 :].mean(0))])


def measured(means):
    return [*means, means[SHOWN.index("answers")] / max(means[SHOWN.index("contributions")], 1e-9)]


@pytest.fixture(scope="module")
def still():
    """(plan, equations) of communities without the shared luck of weeks, which would hide much of the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(shared.SETTINGS, "weathering.on", 0.0)
        plan = shared.plan_of(FOUNDERS, HINTERLAND, WEEKS)
    return plan, equations(shared.founded(plan, 1, 0).parameters)


@pytest.fixture(scope="module")
def engine(still):
    """Measures of the engine, (replicates, measures x halves)."""
    shown = [NAMES.index(name) for name in SHOWN]
    records = (shared.lived(shared.founded(still[0], 2, k), 1, WEEKS) for k in range(REPLICATES))
    return np.array([halves(record[:, shown].astype(float)) for record in records])


def twins(still, **changed):
    """Return the measures of twins, (replicates, measures x halves), with some values changed."""
    found = []
    for k in range(REPLICATES):
        community = Community(shared.founded(still[0], 1, k), still[1], k)
        vars(community).update(changed)
        for _ in range(WEEKS):
            community.step()
        found.append(halves(community.datacollector.get_model_vars_dataframe().to_numpy(float)))
    return np.array(found)


def distances(engine, twin):
    """Return differences of means in their standard errors, by name; what never varies in either must be equal."""
    error = np.sqrt((engine.var(0, ddof=1) + twin.var(0, ddof=1)) / REPLICATES)
    apart = np.abs(engine.mean(0) - twin.mean(0))
    names = [f"{name}, {half}" for half in ("first half", "second half") for name in MEASURES]
    in_errors = np.where(error > 0, apart / np.where(error > 0, error, 1), np.where(apart > 0, np.inf, 0))
    return dict(zip(names, in_errors.tolist(), strict=True))


def test_the_limit_is_the_stated_one():
    assert 2 * len(MEASURES) * math.erfc(LIMIT / math.sqrt(2)) == pytest.approx(FALSE_ALARM, rel=0.1)


def test_engine_and_twin_agree_in_distribution(still, engine):
    found = distances(engine, twins(still))
    assert {name: z for name, z in found.items() if z > LIMIT} == {}


@pytest.mark.verify
def test_a_twin_that_forgets_ties_sooner_is_noticed(still, engine):
    found = distances(engine, twins(still, tie_kept=math.exp(-1 / 16)))
    assert max(found.values()) > LIMIT


@pytest.mark.verify
def test_a_twin_in_which_nobody_answers_back_is_noticed(still, engine):
    found = distances(engine, twins(still, back=0.0))
    assert found["answers a contribution, second half"] > LIMIT


def test_what_is_off_is_off_in_the_engine():
    values = shared.founded(shared.plan_of(8, 20, 4), 1, 0).values
    assert {name for name in OFF_IN_TWIN if values[f"{name}.on"] != 0.0} == set()
    assert {key for key, value in values.items() if key.endswith(".on") and value == 0.0} == {
        f"{name}.on" for name in OFF_IN_TWIN
    }


def test_the_shared_luck_of_the_twin_is_stationary():
    plan = shared.plan_of(4, 0, 4)
    founded = shared.founded(plan, 1, 0)
    community = Community(founded, equations(founded.parameters), 1)
    shocks = []
    for _ in range(4_000):
        community.weather()
        shocks.append(community.shock)
    spread, memory = (founded.values[f"weathering.{name}"] for name in ("shock", "shock_memory"))
    # Of n weeks, about n / (2 memory) count; the limit is four standard errors of a standard deviation.
    independent = len(shocks) / (2 * memory)
    assert np.std(shocks) == pytest.approx(spread, rel=4 / math.sqrt(2 * independent))
