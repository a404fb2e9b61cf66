"""What sweep and merge do on the command line."""

import json

import pytest

from copsim.sweeps.living import Living

PLAN = """
scenarios = ["baseline"]
replicates = 2
weeks = 26
members = 20
[design]
kind = "grid"
[[factor]]
name = "leading.hours"
values = [2, 8]
"""


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "small.toml").write_text(PLAN, encoding="utf-8")
    return "small.toml"


def test_a_sweep_and_the_same_again(copsim, plan, tmp_path):
    wanted = (0, "4 of 4 runs done\nResults   copsim-out/small\n", "")
    assert copsim("sweep", plan) == wanted
    assert copsim("sweep", plan) == wanted
    made = json.loads((tmp_path / "copsim-out/small/manifest.json").read_text())
    assert (made["kind"], made["command"]) == ("sweep", "copsim sweep small.toml")


def test_json_is_one_document(copsim, plan):
    code, out, err = copsim("sweep", plan, "--out", "here", "--json", "-q", "--threads", 2)
    found = json.loads(out)
    assert (code, err, found["runs"], found["missing"], found["failed"]) == (0, "", 4, 0, 0)
    assert set(found["manifest"]["results"]) == {"runs", "weekly"}


def test_a_dry_run_writes_nothing(copsim, plan, tmp_path):
    code, out, err = copsim("sweep", plan, "--dry-run")
    assert (code, err) == (0, "")
    assert out.startswith("4 runs of 26 weeks: 1 scenario × 2 points × 2 replicates\n0 done, 4 to do: about ")
    assert out.endswith(" on disk, measured on 4 runs\nNothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_a_dry_run_knows_what_is_there(copsim, plan, tmp_path):
    copsim("sweep", plan, "--out", "here", "--shard", "1/2")
    (tmp_path / "here/runs/part-0.parquet").write_text("torn")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "here").rglob("*")}
    found = json.loads(copsim("sweep", plan, "--out", "here", "--dry-run", "--json")[1])
    assert (found["runs"], found["there"], found["pilot"]) == (4, 2, 2)
    assert found["seconds"] > 0
    assert found["bytes"] > 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "here").rglob("*")} == before
    changed = (tmp_path / plan).read_text().replace("weeks = 26", "weeks = 27")
    (tmp_path / plan).write_text(changed)
    code, out, err = copsim("sweep", plan, "--out", "here", "--dry-run")
    assert (code, out) == (2, "")
    assert "weeks: 26 there, 27 in the plan" in err


def test_shards_are_merged(copsim, plan, tmp_path):
    for n in (1, 2):
        assert copsim("sweep", plan, "--out", f"s{n}", "--shard", f"{n}/2")[1].startswith("2 of 2 runs done")
    assert copsim("merge", "s1", "s2", "--out", "whole") == (0, "4 of 4 runs done\nResults   whole\n", "")
    assert copsim("merge", "s1", "s2") == (0, "4 of 4 runs done\nResults   s1\n", "")
    assert copsim("replay", "whole", "--run", "baseline/1/0")[1].startswith("the same bits\nscenario")
    assert json.loads(copsim("replay", "whole", "--run", "baseline/1/0", "--json")[1])["same"] is True


def test_a_sweep_is_replayed_run_by_run(copsim, plan):
    copsim("sweep", plan, "--out", "here")
    code, _, err = copsim("replay", "here")
    assert (code, "run by run: --run SCENARIO/POINT/REPLICATE" in err) == (2, True)


def test_failed_runs_are_no_success(copsim, plan, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(Living, "life", fail)
    code, out, _ = copsim("sweep", plan, "--out", "here")
    assert code == 1
    assert out.startswith("0 of 4 runs done, 4 failed: here/failures.csv says why")


@pytest.mark.parametrize("done", [False, True])
def test_an_interrupt_says_what_is_kept(done, copsim, plan, monkeypatch):
    from copsim.sweeps import sweep

    def stop(*arguments):
        if done:
            arguments[4](1, 4)
        raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "sweep", stop)
    code, _, err = copsim("sweep", plan)
    assert code == 130
    assert ("finished runs are kept, and the same command continues" in err) == done


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sweep", "missing argument 'PLAN'"),
        ("sweep no.toml", "no.toml cannot be read: No such file or directory. Nothing was run."),
        ("sweep .", ". is a folder, not a plan"),
        ("sweep small.toml --shard 3", "--shard must be like 3/16, the third of sixteen shards, it is '3'"),
        ("sweep small.toml --shard 3/2", "--shard must be like 3/16"),
        ("sweep small.toml --out .", "is the folder you are in, or above it"),
        ("sweep small.toml --out small.toml", "is a file, not a folder"),
        ("merge", "missing argument 'DIR...'"),
        ("merge no", "there is no folder no."),
        ("replay no --run a/b/1", "there is no folder no."),
    ],
)
def test_mistakes(line, said, copsim, plan, tmp_path):
    code, out, err = copsim(*line.split())
    assert (code, out) == (2, "")
    assert said in err
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]
