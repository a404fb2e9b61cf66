"""Points of every design, values of every kind of factor."""

import numpy as np
import pytest

from copsim.core.errors import UserError
from copsim.sweeps.design import points_of, problem
from copsim.sweeps.factors import Factor
from copsim.sweeps.plan import read_plan
from copsim.sweeps.points import Cell, Share, cells_of, grown, missing, point_id, points_table, to_do
from tests.sweeps.plans import with_

SHARES = np.array([0.0, 0.1, 0.5, 0.9, 0.999])


def points(kind, number=None, factors=None):
    design = {"kind": kind} | ({} if number is None else {"points": number})
    plan = read_plan(with_(design=design, **({"factor": factors} if factors else {})))
    return points_of(plan.design, plan.factors, plan.seed, "here")


@pytest.mark.parametrize(
    ("kind", "number", "rows"),
    [("grid", 5, 10), ("one-at-a-time", 5, 8), ("latin-hypercube", 7, 7), ("sobol", 6, 6), ("saltelli", 8, 32),
     ("morris", 5, 15)],
)  # fmt: skip
def test_every_design_has_its_points(kind, number, rows):
    if kind in ("saltelli", "morris"):
        pytest.importorskip("SALib")
    found = points(kind, number)
    assert found.shape == (rows, 2)
    engagement, hours = found.T
    assert (engagement[~np.isnan(engagement)] >= 0.1).all()
    assert (engagement[~np.isnan(engagement)] <= 0.9).all()
    assert set(hours[~np.isnan(hours)]) == {2.0, 8.0}
    assert np.array_equal(found, points(kind, number), equal_nan=True)
    assert [float(f"{v:.9g}") for v in found.ravel() if v == v] == [v for v in found.ravel() if v == v]


def test_a_grid_takes_all_values_together():
    found = points("grid", 3)
    assert found.tolist() == [[e, h] for e in (0.1, 0.5, 0.9) for h in (2.0, 8.0)]


def test_one_at_a_time_begins_with_the_scenario_as_it_is():
    found = points("one-at-a-time", 2)
    assert np.isnan(found[0]).all()
    assert (np.isnan(found[1:]).sum(1) == 1).all()


def test_a_hypercube_has_one_point_in_every_part():
    shares = (points("latin-hypercube", 20)[:, 0] - 0.1) / 0.8
    assert sorted((shares * 20).astype(int)) == list(range(20))


@pytest.mark.parametrize("kind", ["sobol", "saltelli"])
def test_a_longer_sequence_begins_like_a_shorter_one(kind):
    if kind == "saltelli":
        pytest.importorskip("SALib")
    short, long = points(kind, 4), points(kind, 16)
    assert np.array_equal(short, long[: len(short)])


def test_a_saltelli_design_is_salibs():
    sample = pytest.importorskip("SALib.sample.sobol").sample
    plan = read_plan(with_(design={"kind": "saltelli", "points": 8}, seed=5))
    shares = sample(problem(plan.factors), 8, calc_second_order=False, seed=5)
    found = points_of(plan.design, plan.factors, 5, "here")
    assert found[:, 0] == pytest.approx(0.1 + 0.8 * shares[:, 0], rel=1e-8)


def test_another_seed_gives_other_points():
    one, two = (read_plan(with_(seed=seed)) for seed in (1, 2))
    assert not np.array_equal(*(points_of(p.design, p.factors, p.seed, "here") for p in (one, two)))


def test_scales():
    assert Factor("a", low=2, high=8).at(SHARES) == pytest.approx([2, 2.6, 5, 7.4, 7.994])
    assert Factor("a", low=1, high=100, scale="log").at(SHARES)[[0, 2]] == pytest.approx([1, 10])
    whole = Factor("a", low=3, high=5, scale="integer")
    assert whole.at(SHARES).tolist() == [3, 3, 4, 5, 5]
    assert whole.levels(10).tolist() == [3, 4, 5]


def test_distributions_are_those_of_scipy():
    from scipy import stats

    shares = SHARES[1:]
    normal = Factor("a", low=0, high=1, distribution="normal", shape=(0.3, 0.4))
    assert normal.at(shares) == pytest.approx(stats.truncnorm(-0.75, 1.75, 0.3, 0.4).ppf(shares), rel=1e-8)
    triangular = Factor("a", low=0, high=1, distribution="triangular", shape=(0.1, 0.2, 0.8))
    assert triangular.at(shares) == pytest.approx(stats.triang(1 / 7, 0.1, 0.7).ppf(shares), rel=1e-8)
    lognormal = Factor("a", low=0, high=1e9, distribution="lognormal", shape=(3.0, 0.5))
    assert lognormal.at(shares) == pytest.approx(stats.lognorm(0.5, scale=3.0).ppf(shares), rel=1e-6)
    assert Factor("a", low=2, high=4, distribution="uniform", shape=(2, 4)).at(shares)[1] == 3


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_of_ones_own(ending, tmp_path):
    import pandas as pd

    table = pd.DataFrame({"sponsoring.engagement": [0.2, None], "leading.hours@13": [2.0, 8.0]})
    path = tmp_path / f"mine.{ending}"
    table.to_csv(path, index=False) if ending == "csv" else table.to_parquet(path)
    plan = read_plan(with_(factor=[], design={"kind": "table", "file": str(path)}))
    assert [factor.week for factor in plan.factors] == [None, 13]
    found = points_table(plan)
    assert found["leading.hours@13"].tolist() == [2.0, 8.0]
    assert found["point"].tolist() == [
        point_id({"sponsoring.engagement": 0.2, "leading.hours@13": 2.0}),
        point_id({"leading.hours@13": 8.0}),
    ]


def test_without_a_design_the_scenarios_alone_are_run():
    plan = with_()
    del plan["design"], plan["factor"]
    assert points_table(read_plan(plan)).to_dict("list") == {"number": [0], "point": [point_id({})], "planned": [True]}


def test_points_that_left_the_plan_stay_and_say_so():
    before, now = points_table(read_plan(with_())), points_table(read_plan(with_(seed=2)))
    both = grown(before, now)
    assert both["planned"].tolist() == [True] * 4 + [False] * 4
    assert both["number"].tolist() == list(range(8))
    assert grown(before, before) is before


CELLS = [Cell(scenario, f"{n:04x}", {}) for scenario in ("a", "b") for n in range(20)]


@pytest.mark.parametrize("share", [0.1, 0.33, 0.5, 0.95])
def test_wherever_it_stops_every_cell_is_touched_evenly(share):
    order = list(missing(CELLS, np.zeros((40, 30), bool), Share()))
    assert len(set(order)) == 1_200
    counts = np.bincount([cell for cell, _ in order[: int(share * 1_200)]], minlength=40)
    assert counts.max() - counts.min() <= 1


def test_cells_are_scrambled_by_the_seed():
    table = points_table(read_plan(with_(design={"kind": "sobol", "points": 16})))
    orders = [[c.key for c in cells_of(["baseline", "x"], table, seed)] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert {scenario for scenario, _ in orders[0][:8]} == {"baseline", "x"}


def test_every_run_is_in_one_shard_whatever_else_is_planned():
    done = np.zeros((40, 6), bool)
    shards = [set(missing(CELLS, done, Share(n, 7))) for n in range(1, 8)]
    assert sum(map(len, shards)) == len(set().union(*shards)) == 240
    fewer = set(missing(CELLS[:10], done[:10], Share(3, 7)))
    assert fewer == {run for run in shards[2] if run[0] < 10}
    assert [to_do(CELLS, done, Share(n, 7))[0] for n in range(1, 8)] == list(map(len, shards))


def test_a_grid_too_large_is_refused():
    factors = [
        {"name": "sponsoring.engagement", "low": 0.1, "high": 0.9},
        {"name": "leading.hours", "low": 1, "high": 9},
    ]
    with pytest.raises(UserError, match="1,440,000 points is too large"):
        points("grid", 1_200, factors)
