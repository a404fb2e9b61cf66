"""Whatever happens to a search, the same call again ends with the files of one that nothing disturbed, byte for byte."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import copsim
from copsim.core.errors import UserError
from copsim.sweeps import parts as writing
from tests.optimising.searches import results, search

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KINDS = {
    "tpe": {},
    "cma-es": {"sampler": "cma-es", "start": 2},
    "nsga-ii": {"sampler": "nsga-ii", "objective": ["value_realized", "cost"]},
    "regret": {"robust": "regret", "share": 0.5, "constraints": ["cost <= base"]},
}


@pytest.fixture
def kill(tmp_path):
    """A function that kills so many searches in one folder, and returns it and how many were hit."""
    if not hasattr(os, "fork"):
        pytest.skip("killing children needs fork")

    def killed(seed, kills, steps, plan):
        command = [sys.executable, HERE / "killing.py", tmp_path / "killed", seed, kills, steps, json.dumps(plan)]
        answer = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert answer.returncode == 0, answer.stderr
        return tmp_path / "killed", int(answer.stdout)

    return killed


def settled(folder, plan, wanted):
    copsim.optimise(plan, folder)
    assert results(folder) == wanted
    assert not [path for path in folder.rglob("*") if ".part-" in path.name or ".tmp-" in path.name]


def test_killed_at_random_moments(kill, whole):
    folder, hits = kill(1, 4, 60, search())
    assert hits >= 3
    settled(folder, search(), results(whole))


@pytest.mark.verify
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(2, 5))
def test_killed_at_many_random_moments(kind, seed, kill, tmp_path):
    plan = search(trials=30, **KINDS[kind])
    copsim.optimise(plan, tmp_path / "whole")
    folder, hits = kill(seed, 6, 90, plan)
    assert hits >= 4
    settled(folder, plan, results(tmp_path / "whole"))


@pytest.mark.parametrize(
    ("kind", "steps"), [("tpe", (1, 8)), ("cma-es", (5, 11)), ("nsga-ii", (26, 28)), ("regret", (5, 8))]
)
def test_more_trials_are_those_of_a_longer_search(kind, steps, tmp_path):
    """CMA-ES begins a generation at each eighth trial, NSGA-II at each 24th."""
    for trials in steps:
        copsim.optimise(search(**KINDS[kind]), tmp_path / "grown", trials=trials)
    copsim.optimise(search(trials=steps[-1], **KINDS[kind]), tmp_path / "whole")
    assert results(tmp_path / "grown") == results(tmp_path / "whole")


def test_the_same_again_lives_nothing(whole, tmp_path, monkeypatch):
    from copsim.sweeps.living import Living

    shutil.copytree(whole, tmp_path / "again")
    monkeypatch.setattr(Living, "life", None)
    told = []
    copsim.optimise(search(), tmp_path / "again", progress=lambda *runs: told.append(runs))
    assert results(tmp_path / "again") == results(whole)
    assert told == []


@pytest.mark.parametrize("name", ["points.parquet", "runs"])
@pytest.mark.parametrize("damage", ["torn", "gone"])
def test_a_damaged_file_is_made_again(name, damage, whole, tmp_path):
    folder = tmp_path / "s"
    shutil.copytree(whole, folder)
    path = folder / "search" / name
    path = path if path.is_file() else sorted(path.iterdir())[3]
    if damage == "torn":
        path.write_bytes(path.read_bytes()[:-50])
    else:
        path.unlink()
    settled(folder, search(), results(whole))


@pytest.mark.parametrize("nth", [1, 2, 3, 5, 9, 16])
def test_a_full_disk_loses_nothing(nth, whole, tmp_path, monkeypatch):
    fill, written = writing._fill, []

    def filling(file, content):
        written.append(file.name)
        if len(written) == nth:
            file.write(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fill(file, content)

    monkeypatch.setattr(writing, "_fill", filling)
    with pytest.raises(UserError, match="no space left"):
        copsim.optimise(search(), tmp_path / "s")
    monkeypatch.undo()
    settled(tmp_path / "s", search(), results(whole))


def test_an_interrupt_keeps_what_is_done(whole, tmp_path):
    def stop(done, total):
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copsim.optimise(search(), tmp_path / "s", progress=stop)
    kept = len(list((tmp_path / "s/search/runs").iterdir()))
    assert kept >= 4
    assert (tmp_path / "s/optimise.csv").read_text().count("\n") == kept + 1
    settled(tmp_path / "s", search(), results(whole))


def test_threads_change_no_byte(whole, tmp_path):
    copsim.optimise(search(), tmp_path / "s", threads=3)
    assert results(tmp_path / "s") == results(whole)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"objective": "cost"}, "the objective: maximize regulars_end there, minimize cost now"),
        ({"sampler": "nsga-ii"}, "the sampler: 'tpe' there, 'nsga-ii' now"),
        ({"constraints": ["cost <= 5"]}, "the constraints: none there, cost <= 5 now"),
        ({"start": 5}, "start: 4 there, 5 now"),
    ],
)
def test_another_search_is_refused_with_the_reason(changed, said, whole):
    before = results(whole)
    with pytest.raises(UserError, match="was made by another search") as refused:
        copsim.optimise(search(**changed), whole)
    assert said in str(refused.value)
    assert results(whole) == before


@pytest.mark.parametrize(
    ("key", "value"), [("weeks", 27), ("seed", 2), ("replicates", 5), ("scenarios", ["established"])]
)
def test_another_plan_is_refused(key, value, whole):
    with pytest.raises(UserError, match=r"was made (by|with)"):
        copsim.optimise({**search(), key: value}, whole)


def test_folders_of_others_are_refused(whole, tmp_path):
    (tmp_path / "notes.txt").write_text("keep")
    for folder, said in ((tmp_path, "holds other files"), (whole / "search", "no search but a study of kind 'sweep'")):
        with pytest.raises(UserError, match=said):
            copsim.optimise(search(), folder)
