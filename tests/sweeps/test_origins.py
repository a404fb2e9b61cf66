"""Sweeps of futures: a plan that starts from a life or a log, and a folder that needs neither afterwards."""

import shutil
from dataclasses import replace

import pytest

import copsim
from copsim.core.errors import UserError
from copsim.engine.starting import load_start
from copsim.sweeps.merging import merge
from copsim.sweeps.origins import FILE
from copsim.sweeps.plan import read_plan
from copsim.sweeps.replaying import replay_run
from tests.sweeps.plans import digests, with_

WEEKS = 52


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lived")
    copsim.simulate("baseline", replicates=2, weeks=WEEKS, seed=4, members=20).save(folder)
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "log.csv"
    events = copsim.simulate("baseline", replicates=1, weeks=104, seed=2).events()
    events[["date", "member", "kind", "member2", "n"]].to_csv(path, index=False)
    return path


def plan_from(path, **start):
    """Return the plan of tests with a start: of the people who are there."""
    plan = with_(scenarios=["as-is", "strong-coordinator"], start={"from": str(path), **start})
    return {key: value for key, value in plan.items() if key != "members"}


def test_points_of_a_sweep_are_futures_of_one_life(lived, tmp_path):
    plan = {k: v for k, v in plan_from(lived, at=30, life=1).items() if k not in ("design", "factor")}
    done = copsim.sweep({**plan, "record": {"weekly": True}}, tmp_path / "s")
    alone = copsim.futures(lived, ["strong-coordinator"], replicates=3, weeks=26, at=30, life=1)
    runs = done.frame().drop(columns=["number", "point"])
    assert runs["members_ever"].tolist() == alone.runs["members_ever"].tolist()
    assert runs["cost"].tolist() == alone.runs["cost"].tolist()
    weekly = done.frame(weekly=True)
    assert weekly["activity_stage"].astype(str).tolist() == alone.weekly["activity_stage"].astype(str).tolist()


@pytest.mark.parametrize("kind", ["life", "log"])
def test_shards_merge_and_replay_without_what_they_began_from(kind, lived, log, tmp_path):
    if kind == "life":
        origin = shutil.copytree(lived, tmp_path / "origin")
        plan = plan_from(origin, at=30)
    else:
        origin = shutil.copy(log, tmp_path / "log.csv")
        plan = plan_from(origin)
    copsim.sweep(plan, tmp_path / "whole")
    for n in (1, 2):
        copsim.sweep(plan, tmp_path / f"s{n}", shard=f"{n}/2")
    shutil.rmtree(origin) if kind == "life" else (tmp_path / "log.csv").unlink()
    merge([tmp_path / "s1", tmp_path / "s2"], tmp_path / "m")
    assert digests(tmp_path / "m") == digests(tmp_path / "whole")
    assert replay_run(tmp_path / "m", "as-is/1/2").same is True
    assert (tmp_path / "m" / FILE).is_file() == (kind == "log")
    if kind == "log":
        kept = load_start(tmp_path / "m" / FILE)
        replace(kept, hinterland=kept.hinterland + 1).save(tmp_path / "m" / FILE)
        with pytest.raises(UserError, match="is not the start that this sweep began from"):
            replay_run(tmp_path / "m", "as-is/1/2")


def test_another_start_is_another_sweep(lived, tmp_path):
    plan = plan_from(lived, at=30)
    copsim.sweep(plan, tmp_path / "s", shard="1/24")
    for start in ({"at": 31}, {"at": 30, "life": 1}):
        with pytest.raises(
            UserError, match=r"another plan \(what the futures begin from: 'life 0 of baseline after week 30"
        ):
            copsim.sweep({**plan, "start": {"from": str(lived), **start}}, tmp_path / "s")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("lived", r"\[start\]: must be a table, such as from = "),
        ({"at": 3}, r"\[start\]: needs the folder of a saved run or an event log"),
        ({"fro": "x"}, r"\[start\]: unknown key 'fro', did you mean 'from'"),
        ({"from": "nowhere.csv"}, r"\[start\]: there is no file .*nowhere.csv"),
        ({"from": "livd", "at": 3}, r"\[start\]: there is no folder .*livd"),
        ({"from": "LIVED", "at": 53}, r"\[start\]: at = 53 lies outside: the run has weeks 1 to 52"),
        ({"from": "LIVED", "until": "2024-01-01"}, r"\[start\]: until has no place here"),
    ],
)
def test_a_start_that_is_wrong_is_one_sentence(start, said, lived):
    if isinstance(start, dict) and start.get("from") == "LIVED":
        start = {**start, "from": str(lived)}
    with pytest.raises(UserError, match=said):
        read_plan({"scenarios": ["as-is"], "start": start})


def test_a_life_takes_no_members_and_as_is_needs_a_start(lived):
    with pytest.raises(UserError, match="a life goes on with the people it has"):
        read_plan({"scenarios": ["as-is"], "members": 20, "start": {"from": str(lived)}})
    with pytest.raises(UserError, match="as-is"):
        read_plan({"scenarios": ["as-is"]})
    assert read_plan({"scenarios": ["as-is"], "start": {"from": str(lived)}}).fixed is True
