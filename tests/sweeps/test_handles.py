"""Runs of a sweep as other libraries take them."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import copsim
from copsim.core.errors import UserError
from copsim.sweeps.plan import read_plan
from tests.analysis.made import FACTORS, made, plan


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """160 points: more than a byte counts, but in small parts."""
    return made(tmp_path_factory.mktemp("handles") / "sweep", plan())


def test_salib_analyses_what_it_is_handed(whole):
    from SALib.analyze import sobol

    problem, x, y = whole.to_salib("core_end")
    assert (problem["num_vars"], problem["outputs"], x.shape, y.shape) == (3, ["core_end"], (160, 3), (160,))
    assert problem["bounds"] == [[0.0, 1.0], [0.0, 1.0], [40.0, 140.0]]
    assert np.corrcoef(y, 3 * x[:, 0] + x[:, 1])[0, 1] > 0.8
    found = sobol.analyze(problem, y, calc_second_order=False, seed=1)
    assert np.argmax(found["ST"]) == 0
    with pytest.raises(UserError, match="did not record hours"):
        whole.to_salib("hours")


def test_several_scenarios_must_be_told_apart(tmp_path):
    two = made(tmp_path / "two", plan(points=2, replicates=1, scenarios=["baseline", "distributed-leadership"]))
    with pytest.raises(UserError, match="has several scenarios; name one of baseline, distributed-leadership"):
        two.to_salib("core_end")
    assert len(two.to_salib("core_end", "baseline")[2]) == 10
    assert list(two.to_xarray()["scenario"].to_numpy()) == ["baseline", "distributed-leadership"]


def test_a_problem_of_salib_becomes_factors_and_back(whole):
    problem = whole.to_salib("core_end")[0]
    assert copsim.from_salib(problem) == FACTORS
    others = {
        "names": ["belonging.memory", "leading.hours@13", "belonging.value", "meeting.cadence", "answering.picks"],
        "bounds": [[50, 100, 0.5], [4, 1], [0.5, 3, 1, 0.5], [np.log(4), 0.3], [5, 25]],
        "dists": ["triang", "norm", "truncnorm", "lognorm", "logunif"],
    }
    rows = copsim.from_salib(others)
    read = read_plan({"scenarios": ["baseline"], "design": {"kind": "sobol", "points": 4}, "factor": rows, "weeks": 26})
    assert [f.distribution or f.scale for f in read.factors] == ["triangular", "normal", "normal", "lognormal", "log"]
    assert read.factors[0].shape == (50.0, 75.0, 100.0)
    assert read.factors[1].week == 13
    assert read.factors[3].shape == pytest.approx((4.0, 0.3))


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"names": ["a"], "bounds": []}, "needs names and bounds"),
        ({"names": ["a", "b"], "bounds": [[0, 1]] * 2, "groups": ["g", "g"]}, "groups of factors"),
        ({"names": ["a"], "bounds": [[0, 1]], "dists": ["beta"]}, "'a': 'beta' with 2 numbers is no distribution"),
        ({"names": ["a@x"], "bounds": [[0, 1]]}, "after the @ stands a week"),
    ],
)
def test_other_problems_are_refused(problem, said):
    with pytest.raises(UserError) as error:
        copsim.from_salib(problem)
    assert said in str(error.value)


def test_the_workbench_takes_experiments_and_outcomes(whole):
    experiments, outcomes = whole.to_ema()
    assert len(experiments) == len(outcomes["core_end"]) == len(whole.frame())
    assert set(outcomes) == {"core_end", "cost"}
    assert experiments.dtypes.iloc[:3].tolist() == [np.dtype(float)] * 3
    assert experiments.columns[3:].tolist() == ["scenario", "policy", "model"]
    scoring = pytest.importorskip("ema_workbench.analysis.feature_scoring")
    scores = scoring.get_feature_scores_all(experiments, {"core_end": outcomes["core_end"]})
    assert scores["core_end"].idxmax() == "sponsoring.engagement"


def test_xarray_has_points_and_replicates(whole):
    pytest.importorskip("xarray")
    made_of = whole.to_xarray()
    assert dict(made_of.sizes) == {"scenario": 1, "point": 160, "replicate": 4}
    assert made_of["core_end"].attrs == {"long_name": "Core at the end", "units": "people"}
    row = whole.frame().query("number == 5 and replicate == 2").iloc[0]
    cell = made_of["core_end"].sel(scenario="baseline", point=5, replicate=2)
    assert cell.item() == row["core_end"]
    assert cell["leading.hours@13"].item() == row["leading.hours@13"]
    assert str(cell["id"].item()) == row["point"]


def test_weeks_go_along(tmp_path):
    pytest.importorskip("xarray")
    asked = plan("grid", 2, 2, weeks=4, factor=FACTORS[:1])
    for weekly, dims in ((True, {"replicate": 2}), ("quantiles", {"quantile": 5})):
        sweep = copsim.sweep({**asked, "record": {"weekly": weekly}}, tmp_path / str(weekly), threads=1)
        assert dict(sweep.to_xarray(weekly=True).sizes) == {"scenario": 1, "point": 2, "week": 4, **dims}


def test_pandas_reads_more_points_than_a_byte_counts(whole):
    assert len(whole.runs.files) == 4
    kinds = {str(pq.read_schema(path).field("point").type.index_type) for path in whole.runs.files}
    assert kinds == {"int32"}  # a part of few points once coded them in 8 bits, and those after it did not fit
    read = pd.read_parquet(whole.folder / "runs")
    assert read["point"].nunique() == 160
    assert read["core_end"].sum() == pytest.approx(whole.frame()["core_end"].sum(), rel=1e-5)


def test_polars_and_duckdb_read_lazily(whole):
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    lazy = polars.scan_parquet(str(whole.folder / "runs" / "*.parquet")).group_by("replicate").agg(polars.len())
    assert lazy.collect().sort("replicate")["len"].to_list() == [160] * 4
    runs = whole.runs
    known = (
        duckdb.connect().sql("select replicate, count(*) from runs group by replicate order by replicate").fetchall()
    )
    assert known == [(n, 160) for n in range(4)]
    assert runs.count_rows() == 640
