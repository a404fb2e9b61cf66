"""What optimise and --until do on the command line."""

import json

import pytest

PLAN = """
scenarios = ["baseline"]
replicates = 3
weeks = 26
members = 20
[optimise]
objective = OBJECTIVE
trials = 6
start = 4
fresh = 4
[[factor]]
name = "sponsoring.engagement"
low = 0.1
high = 0.9
[[factor]]
name = "leading.hours"
week = 13
values = [2, 8]
"""
SWEEP = """
scenarios = ["baseline", "strong-coordinator"]
weeks = 26
members = 20
[record]
weekly = false
"""


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "levers.toml").write_text(PLAN.replace("OBJECTIVE", '"regulars_end"'), encoding="utf-8")
    return "levers.toml"


@pytest.fixture
def swept(tmp_path):
    (tmp_path / "small.toml").write_text(SWEEP, encoding="utf-8")
    return "small.toml"


def test_a_search_and_the_same_again(copsim, plan, tmp_path):
    code, out, err = copsim("optimise", plan)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    for said in ("6 candidates from “Baseline” · 3 pairs · 26 weeks · seed 1 · tpe", "4 pairs on fresh luck",
                 "The search itself saw", "leading.hours from week 13", "copsim optimise levers.toml --out "
                 "copsim-out/levers"):  # fmt: skip
        assert said in " ".join(out.split())
    folder = tmp_path / "copsim-out/levers"
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "optimise.csv", "final.csv", "final", "candidates", "search", "figures",
    }  # fmt: skip
    assert (folder / "figures/optimise.png").read_bytes()[:4] == b"\x89PNG"
    assert (folder / "final/report.html").is_file()
    before = (folder / "optimise.csv").read_bytes()
    again = copsim("optimise", plan)
    assert again[0] == 0
    assert again[1].splitlines()[2:] == out.splitlines()[2:]
    assert copsim("optimise", plan, "--trials", 8)[1].startswith("8 candidates")
    assert (folder / "optimise.csv").read_bytes().startswith(before[:200])


def test_a_front_in_ascii(copsim, plan, tmp_path, monkeypatch):
    monkeypatch.setattr("copsim.cli.optimising.uses_ascii", lambda: True)
    (tmp_path / plan).write_text(PLAN.replace("OBJECTIVE", '["regulars_end", "cost"]'), encoding="utf-8")
    code, out, err = copsim("optimise", plan, "--out", "here")
    assert (code, err) == (0, "")
    assert out.isascii()
    assert "beaten by no other on regulars and cost at once" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80
    assert (tmp_path / "here/figures/optimise.png").is_file()


def test_json_is_one_document(copsim, plan):
    code, out, err = copsim("optimise", plan, "--json", "-q")
    found = json.loads(out)
    assert (code, err, len(found["trials"])) == (0, "", 7)
    assert {"search_difference", "difference", "low", "high"} <= set(found["final"][0])
    assert found["manifest"]["kind"] == "optimise"
    assert copsim("replay", "copsim-out/levers")[2].startswith("copsim: a search is repeated by its command")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("optimise", "missing argument 'PLAN'"),
        ("optimise no.toml", "no.toml cannot be read: No such file or directory. Nothing was run."),
        ("optimise .", ". is a folder, not a plan"),
        ("optimise small.toml", "small.toml: needs a table [optimise]"),
        ("optimise levers.toml --trials 0", "--trials must be a whole number from 1 to 10,000, it is '0'"),
        ("optimise levers.toml --out .", "is the folder you are in, or above it"),
        ("sweep levers.toml", "a plan with [optimise] is run by 'copsim optimise'. Nothing was run."),
        ("sweep small.toml --until core_end", "a question must be like 'core_end ± 0.5'"),
        ("sweep small.toml --until core_end±1 --shard 1/2", "--until looks at all runs together"),
    ],
)
def test_mistakes(line, said, copsim, plan, swept, tmp_path):
    code, out, err = copsim(*line.split())
    assert (code, out) == (2, "")
    assert said in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["levers.toml", "small.toml"]


def test_until_a_question_is_answered(copsim, swept, tmp_path):
    code, out, err = copsim("sweep", swept, "--until", "core_end +- 1")
    assert code == 0
    assert out.startswith("core_end ± 1: answered, ± ")
    assert " with 100 replicates at the widest of 2 cells, point 0 of " in out
    assert out.endswith("200 of 200 runs done\nResults   copsim-out/small\n")
    assert err.startswith("core_end ± 1: answered")
    found = json.loads(copsim("sweep", swept, "--until", "core_end ± 1", "--json", "-q")[1])
    assert (found["answered"], found["replicates"], found["runs"]) == (True, 100, 200)


def test_a_dry_run_advises_and_writes_nothing(copsim, swept, tmp_path):
    code, out, err = copsim("sweep", swept, "--until", "core_end vs baseline ± 0.5", "--dry-run")
    assert (code, err) == (0, "")
    assert out.startswith("core_end vs baseline ± 0.5 needs about 100 replicates")
    assert out.endswith("\nNothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]
