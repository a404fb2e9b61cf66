"""A sweep gives the same rows however it is cut, grown, stopped or shared out; what fails stops nothing else."""

import shutil
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import copsim
from copsim.core.errors import UserError
from copsim.scenarios.plans import packaged_start
from copsim.sweeps import condensing, running
from copsim.sweeps.failures import COLUMNS
from copsim.sweeps.living import Living
from copsim.sweeps.merging import merge
from copsim.sweeps.plan import read_plan
from copsim.sweeps.points import Cell
from copsim.sweeps.replaying import replay_run
from copsim.sweeps.result import load_sweep
from copsim.sweeps.running import Pace, run_missing
from tests.sweeps.plans import PLAN, digests, names, parts, with_


def test_a_sweep_without_factors_is_the_comparison(tmp_path):
    plan = with_(scenarios=["baseline", "coordinator-leaves"], weeks=80, record={"weekly": True})
    del plan["design"], plan["factor"]
    swept = copsim.sweep(plan, tmp_path / "sweep")
    compared = copsim.compare(["baseline", "coordinator-leaves"], replicates=3, weeks=80, members=20)
    assert swept.missing == 0
    for found, wanted in ((swept.frame(), compared.runs), (swept.frame(weekly=True), compared.weekly)):
        pd.testing.assert_frame_equal(
            found[wanted.columns], wanted, check_categorical=False, check_dtype=True, check_exact=True
        )


def test_a_factor_overrides_what_is_set_and_what_changes_that_week(tmp_path):
    scenario = {"name": "s", "extends": "baseline", "set": {"leading.hours": 1}, "change": [
        {"week": 13, "leading.hours": 3}, {"week": 20, "leading.hours": 4}]}  # fmt: skip
    plan = read_plan(with_(scenarios=[scenario]))
    living = Living(plan)
    stretches = living.plan_at(Cell("s", "x", {"sponsoring.engagement": 0.3, "leading.hours@13": 8.0})).stretches
    found = [(s.first, s.settings["sponsoring.engagement"], s.settings["leading.hours"]) for s in stretches]
    assert found == [(0, 0.3, 1.0), (13, 0.3, 8.0), (20, 0.3, 4.0)]


def test_a_replicate_is_the_same_world_at_every_point():
    living = Living(read_plan(PLAN))
    cells = [Cell("baseline", str(n), {"sponsoring.engagement": n / 10, "leading.hours@13": 2.0}) for n in (1, 2)]
    worlds = [living.world_in(cell, living.plan_at(cell), 1) for cell in cells]
    assert worlds[0] == worlds[1] != living.world_in(cells[0], living.plan_at(cells[0]), 2)
    assert Living(read_plan(with_(fixed=True))).world_in(cells[0], living.plan_at(cells[0]), 1) is None


def test_what_is_set_is_not_drawn():
    uncertain = next(k for k in Living(read_plan(PLAN)).drawn[0] if k != "fitted_set")
    plan = read_plan(with_(factor=[{"name": uncertain, "values": [copsim.load_scenario("baseline")[uncertain]]}],
                           design={"kind": "grid"}))  # fmt: skip
    living = Living(plan)
    free, bound = Cell("baseline", "x", {}), Cell("baseline", "y", {uncertain: plan.factors[0].values[0]})
    assert uncertain in living.world_in(free, living.plan_at(free), 0)
    assert uncertain not in living.world_in(bound, living.plan_at(bound), 0)


@pytest.mark.parametrize(("threads", "size"), [(1, 1), (3, 5), (2, 100)])
def test_threads_and_batches_change_no_bit(threads, size, tmp_path, monkeypatch, undisturbed):
    monkeypatch.setattr(Pace, "size", lambda pace: size)
    copsim.sweep(PLAN, tmp_path / "s", threads=threads)
    assert digests(tmp_path / "s") == undisturbed


def test_the_same_call_again_runs_nothing(whole, undisturbed, monkeypatch):
    monkeypatch.setattr(Living, "life", None)
    before = {path: path.stat().st_mtime_ns for path in parts(whole)}
    again = copsim.sweep(PLAN, whole)
    assert (again.total, again.missing) == (24, 0)
    assert {path: path.stat().st_mtime_ns for path in parts(whole)} == before
    assert again.manifest["results"] == undisturbed


GROWTHS = {
    "replicates": with_(replicates=2),
    "points": with_(design={"kind": "sobol", "points": 2}),
    "scenarios": with_(scenarios=["strong-coordinator"]),
    "all": with_(replicates=1, scenarios=["baseline"], design={"kind": "sobol", "points": 3}),
}


@pytest.mark.parametrize("what", GROWTHS)
def test_a_grown_plan_adds_what_is_missing(what, tmp_path, undisturbed):
    copsim.sweep(GROWTHS[what], tmp_path / "s")
    before = {path.name for path in parts(tmp_path / "s")}
    grown = copsim.sweep(PLAN, tmp_path / "s")
    assert digests(tmp_path / "s") == undisturbed == grown.manifest["results"]
    assert before < {path.name for path in parts(tmp_path / "s")}


def test_a_smaller_plan_throws_nothing_away(tmp_path, undisturbed):
    copsim.sweep(PLAN, tmp_path / "s")
    small = copsim.sweep(with_(replicates=1, design={"kind": "sobol", "points": 2}), tmp_path / "s")
    assert (small.total, small.missing, small.runs.count_rows()) == (4, 0, 24)
    assert small.points["planned"].tolist() == [True, True, False, False]
    assert copsim.sweep(PLAN, tmp_path / "s").manifest["results"] == undisturbed


CHANGES = {
    "weeks: 26 there, 30 in the plan": with_(weeks=30),
    "the seed: 1 there, 2 in the plan": with_(seed=2),
    "members: 20 there, not set in the plan": {k: v for k, v in PLAN.items() if k != "members"},
    "fixed: false there, true in the plan": with_(fixed=True),
    "the factors: sponsoring.engagement, leading.hours@13 there, sponsoring.engagement in": with_(
        factor=PLAN["factor"][:1]
    ),
    "recorded of the weeks: 'quantiles' there, 'rows' in": with_(record={"weekly": True}),
    "every: 1 there, 2 in": with_(record={"weekly": "quantiles", "every": 2}),
    "the recorded outcomes: none there, cost in": with_(outcomes=["cost"]),
    "another content of the scenario 'baseline'": with_(
        scenarios=[{"name": "baseline", "set": {"leading.hours": 9}}, "strong-coordinator"]
    ),
}


@pytest.mark.parametrize("said", CHANGES)
def test_another_meaning_is_refused_with_the_reason(said, whole):
    before = names(whole)
    with pytest.raises(UserError) as refused:
        copsim.sweep(CHANGES[said], whole)
    assert said in str(refused.value)
    assert "choose another --out" in str(refused.value)
    assert names(whole) == before


@pytest.mark.parametrize("key", ["streams", "engine"])
def test_other_draws_or_another_model_are_refused(key, whole, monkeypatch):
    from copsim.studies import manifest
    from copsim.sweeps import folder

    monkeypatch.setattr(folder, "versions", lambda: {**manifest.versions(), key: 99})
    with pytest.raises(UserError, match=f"{key}.*99 in the plan"):
        copsim.sweep(PLAN, whole)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("all of it")
    with pytest.raises(UserError, match="holds other files"):
        copsim.sweep(PLAN, tmp_path / "mine")
    assert names(tmp_path) == {"mine", "mine/thesis.txt"}
    with pytest.raises(UserError, match="is a file, not a folder"):
        copsim.sweep(PLAN, tmp_path / "mine/thesis.txt")


@pytest.fixture
def failing(monkeypatch):
    """The runs that fail: the second replicate of the baseline, wherever."""
    life = Living.life

    def live(self, cell, replicate):
        if (cell.scenario, replicate) == ("baseline", 1):
            raise ZeroDivisionError("no,\nnot today")
        return life(self, cell, replicate)

    monkeypatch.setattr(Living, "life", live)


def test_a_failing_run_is_a_row_and_stops_nothing(failing, tmp_path, monkeypatch, undisturbed):
    swept = copsim.sweep(PLAN, tmp_path / "s")
    assert (swept.missing, swept.runs.count_rows(), len(swept.failures)) == (4, 20, 4)
    row = swept.failures.iloc[0]
    assert (row["scenario"], row["replicate"], row["seed"]) == ("baseline", 1, 1)
    assert row["error"] == "ZeroDivisionError: no, not today"
    assert row["command"] == f"copsim replay {tmp_path / 's'} --run baseline/{row['point']}/1"
    assert swept.manifest["results"] == {}
    with pytest.raises(ZeroDivisionError):
        replay_run(tmp_path / "s", f"baseline/{row['point']}/1")
    monkeypatch.undo()
    again = copsim.sweep(PLAN, tmp_path / "s")  # what failed is tried again
    assert (again.missing, len(again.failures)) == (0, 0)
    assert digests(tmp_path / "s") == undisturbed


def test_failures_travel_with_their_shards(failing, tmp_path):
    for n in (1, 2):
        copsim.sweep(PLAN, tmp_path / f"s{n}", shard=f"{n}/2")
    merged = merge([tmp_path / "s1", tmp_path / "s2"], tmp_path / "m")
    assert (merged.missing, len(merged.failures)) == (4, 4)


def test_an_interrupt_keeps_the_failures_of_before(failing, tmp_path, monkeypatch):
    copsim.sweep(PLAN, tmp_path / "s")
    monkeypatch.undo()

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copsim.sweep(with_(replicates=9), tmp_path / "s", threads=1, progress=stop)
    assert len(load_sweep(tmp_path / "s").failures) == 4


def test_names_in_failures_stay_texts(tmp_path, whole):
    row = ("null", "1234567890123456", 1, 1, "NaN", "copsim replay s --run null/1234567890123456/1")
    shutil.copytree(whole, tmp_path / "s")
    (tmp_path / "s/failures.csv").write_text("\n".join([",".join(COLUMNS), ",".join(map(str, row))]))
    assert load_sweep(tmp_path / "s").failures.to_dict("records") == [dict(zip(COLUMNS, row, strict=True))]


def test_an_interrupt_keeps_what_is_done(tmp_path, undisturbed):
    def stop(done, total):
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copsim.sweep(PLAN, tmp_path / "s", threads=1, progress=stop)
    kept = sum(len(pd.read_parquet(part)) for part in parts(tmp_path / "s"))
    assert 6 <= kept < 24
    copsim.sweep(PLAN, tmp_path / "s")
    assert digests(tmp_path / "s") == undisturbed


def test_shards_merged_are_the_whole(tmp_path, undisturbed):
    folders = [tmp_path / f"s{n}" for n in (1, 2, 3)]
    for n, folder in enumerate(folders, 1):
        assert copsim.sweep(PLAN, folder, shard=f"{n}/3").missing == 0
    merged = merge(folders, tmp_path / "m")
    assert (merged.total, merged.missing) == (24, 0)
    assert digests(tmp_path / "m") == undisturbed == merged.manifest["results"]
    assert copsim.sweep(PLAN, tmp_path / "m").missing == 0
    assert merge(folders).folder == folders[0]  # without a new folder: into the first
    assert digests(folders[0]) == undisturbed


def test_what_two_shards_both_hold_is_taken_once(tmp_path, undisturbed, monkeypatch):
    monkeypatch.setattr(Pace, "size", lambda pace: 7)  # so that parts overlap without being equal
    copsim.sweep(PLAN, tmp_path / "half", shard="1/2")
    copsim.sweep(with_(replicates=2), tmp_path / "most")
    copsim.sweep(PLAN, tmp_path / "other", shard="2/2")
    merged = merge([tmp_path / name for name in ("half", "most", "other")], tmp_path / "m")
    assert merged.missing == 0
    assert digests(tmp_path / "m") == undisturbed


def test_shards_of_different_plans_are_refused(tmp_path, whole):
    copsim.sweep(with_(seed=2), tmp_path / "other", shard="1/9")
    with pytest.raises(UserError, match="the seed: 2 there, 1 in"):
        merge([whole, tmp_path / "other"], tmp_path / "m")
    copsim.sweep(with_(design={"kind": "sobol", "points": 16}, replicates=1), tmp_path / "more", shard="1/99")
    copsim.sweep(with_(design={"kind": "latin-hypercube", "points": 4}), tmp_path / "cube", shard="1/99")
    with pytest.raises(UserError, match="was made with other points"):
        merge([whole, tmp_path / "cube"], tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_shards_with_other_scenarios_are_refused(tmp_path, whole):
    copsim.sweep(with_(scenarios=["baseline", "absent-sponsor"]), tmp_path / "other", shard="1/9")
    with pytest.raises(UserError, match="other has the scenario 'absent-sponsor', which"):
        merge([whole, tmp_path / "other"], tmp_path / "m")
    assert not (tmp_path / "m").exists()
    copsim.sweep(with_(scenarios=["baseline"]), tmp_path / "part", shard="1/9")
    assert merge([whole, tmp_path / "part"], tmp_path / "m").missing == 0


def test_a_start_file_that_changed_is_another_sweep(tmp_path):
    (tmp_path / "mine.toml").write_text('start = "mine.npz"')
    plan = with_(scenarios=[str(tmp_path / "mine.toml")], replicates=1)
    there = packaged_start("established")
    there.save(tmp_path / "mine.npz")
    first = copsim.sweep(plan, tmp_path / "s").frame()
    replace(there, hinterland=5_000).save(tmp_path / "mine.npz")
    with pytest.raises(UserError, match="another content of the scenario 'mine'"):
        copsim.sweep(plan, tmp_path / "s")
    assert not copsim.sweep(plan, tmp_path / "t").frame()["members_ever"].equals(first["members_ever"])


def test_quantiles_are_those_of_the_weeks(tmp_path, whole, monkeypatch):
    swept = copsim.sweep(with_(record={"weekly": True}), tmp_path / "rows")
    rows, found = swept.frame(weekly=True), copsim.sweep(PLAN, whole).frame(weekly=True)
    assert len(found) == 8 * 26 * 5
    assert (found["replicates"] == 3).all()
    for quantile in (0.05, 0.5, 0.75):
        wanted = rows.groupby(["scenario", "number", "week"], observed=True)["hours"].quantile(quantile)
        got = found[np.isclose(found["quantile"], quantile)].set_index(["scenario", "number", "week"])["hours"]
        assert got.to_numpy() == pytest.approx(wanted.to_numpy(), rel=1 / 250)
    assert found["stage"].notna().all()
    before = digests(whole)
    monkeypatch.setattr(condensing, "_MOST_VALUES", 26 * 3 * 2)  # two cells a bin
    for path in parts(whole, "weekly"):
        path.unlink()
    copsim.sweep(PLAN, whole)
    assert len(parts(whole, "weekly")) == 4
    assert digests(whole) == before


def test_every_nth_week(tmp_path):
    swept = copsim.sweep(with_(record={"every": 10}, outcomes=["cost", "gini"], replicates=1), tmp_path / "s")
    assert sorted(set(swept.frame(weekly=True)["week"])) == [10, 20]
    assert list(swept.runs.schema.names) == [
        "scenario", "point", "replicate", "community", "cost", "gini", "end_kind"]  # fmt: skip
    none = copsim.sweep(with_(record={"weekly": False}, replicates=1), tmp_path / "n")
    with pytest.raises(UserError, match="holds no weekly yet"):
        _ = none.weekly
    assert set(none.manifest["results"]) == {"runs"}


def test_the_tables_are_read_by_others(whole):
    swept = copsim.sweep(PLAN, whole)
    frame = swept.frame()
    assert list(frame.columns[:7]) == ["scenario", "point", "number", "sponsoring.engagement", "leading.hours@13",
                                       "replicate", "community"]  # fmt: skip
    assert frame["regulars_end"].dtype == "float32"
    assert frame[["scenario", "number", "replicate"]].duplicated().sum() == 0
    assert len(pd.read_parquet(whole / "runs")) == 24
    duckdb = pytest.importorskip("duckdb")
    known = duckdb.connect()
    known.register("runs", swept.runs)
    known.register("points", swept.points)
    asked = "select count(*), count(distinct point) from runs join points using (point) where number < 2"
    assert known.execute(asked).fetchall() == [(12, 2)]
    assert known.execute(f"select count(*) from '{whole}/runs/*.parquet'").fetchall() == [(24,)]


def test_a_run_again_gives_the_same_bits(whole, tmp_path):
    again = replay_run(whole, "baseline/2/1")
    assert again.same is True
    copsim.sweep(PLAN, tmp_path / "s", shard="1/24")
    assert None in {replay_run(tmp_path / "s", f"baseline/2/{r}").same for r in range(3)}
    for run, said in (("baseline/2", "must be like"), ("baselin/2/1", "did you mean 'baseline'"),
                      ("baseline/9/1", "no point '9'"), ("baseline/2/3", "from 0 to 2")):  # fmt: skip
        with pytest.raises(UserError, match=said):
            replay_run(whole, run)


def test_memory_holds_a_few_batches_and_no_more(monkeypatch):
    """Batches in flight never exceed the threads; those kept are let go."""
    living = Living(read_plan(PLAN))
    alive, most, lock = set(), [0], threading.Lock()

    class Counted:
        failures = ()

        def __init__(self):
            with lock:
                alive.add(id(self))
                most[0] = max(most[0], len(alive))

        def __del__(self):
            alive.discard(id(self))

    monkeypatch.setattr(living, "live", lambda batch: Counted())
    cells = list(range(500))
    lived = run_missing(living, cells, iter([(n, 0) for n in cells]), 500, lambda lived: None, threads=3)
    assert lived == 500
    assert most[0] <= 4


def test_a_batch_is_a_second_long_and_fits_into_memory():
    assert Pace(260, 10_000, 2).size() == running._FIRST
    assert Pace(260, 10_000, 2, seconds=0.01).size() == 100
    assert Pace(26, 1_000_000, 2, seconds=0.01).size() == 250  # 5,000 s: batches grow with the sweep
    assert Pace(5_200, 10_000, 2, seconds=0.001).size() < 35
    assert Pace(260, 8, 2, seconds=0.01).size() == 1
