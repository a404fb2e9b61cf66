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


def test_the_page_names_goal_and_constraints(copsim, plan, tmp_path):
    text = PLAN.replace("OBJECTIVE", '"regulars_end"\nconstraints = ["cost <= 100_000_000"]')
    (tmp_path / plan).write_text(text, encoding="utf-8")
    assert copsim("optimise", plan, "--out", "opt")[0] == 0
    page = (tmp_path / "opt/final/report.html").read_text(encoding="utf-8")
    for said in (
        "What the search asked for",
        "goal: regulars_end",
        "constraint: cost &lt;= ",
        '<td class="short">kept</td>',
    ):
        assert said in page
    assert copsim("report", "opt") == (0, "its page is opt/final/report.html\n", "")
    again = (tmp_path / "opt/final/report.html").read_text(encoding="utf-8")
    assert "What the search asked for" in again
    assert copsim("report", "opt/final")[0] == 0
    assert (tmp_path / "opt/final/report.html").read_text(encoding="utf-8") == again


def test_a_search_without_a_page_says_so(copsim, plan, tmp_path):
    text = PLAN.replace("OBJECTIVE", '"regulars_end"\nconstraints = ["cost <= -1e12"]')
    (tmp_path / plan).write_text(text, encoding="utf-8")
    code, out, _ = copsim("optimise", plan, "--out", "opt")
    said = " ".join(out.split())
    assert "None of 6 candidates keeps cost <= -" in said
    assert "Nearest candidate " in said and "To go on: --trials 12" in said
    code, _, err = copsim("report", "opt")
    assert code == 2
    assert "no candidate met fresh luck; its trials are in optimise.csv" in err


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
    assert err.startswith("core_end ± 1 needs about 100 replicates")
    assert "runs in all: about " in err and "core_end ± 1: answered" in err
    lines = out.splitlines()
    assert lines[3].split() == ["scenario", "mean", "±", "replicates"]
    assert [line.split()[0] for line in lines[4:6]] == ["baseline", "strong-coordinator"]
    assert [line.split()[-1] for line in lines[4:6]] == ["100", "100"]
    found = json.loads(copsim("sweep", swept, "--until", "core_end ± 1", "--json", "-q")[1])
    assert (found["answered"], found["replicates"], found["runs"]) == (True, 100, 200)
    assert {"scenario", "mean", "half", "values", "replicates"} <= set(found["cells_table"][0])


def test_until_says_where_few_runs_have_a_value():
    import pandas as pd

    from copsim.cli.sweeping import cells_text, look_text
    from copsim.sweeps.advising import Look
    from copsim.sweeps.stopping import Question

    look = Look(Question("weeks_to_sustaining", "", 40.0), 200, 35.0, "baseline", 0, 1, 7)
    assert look_text(look) == (
        "weeks_to_sustaining ± 40: answered, ± 35 with the 7 of 200 runs that have a value; "
        "fewer than 30 values: take the interval as a rough one"
    )
    cells = pd.DataFrame({"scenario": "baseline", "number": range(25), "leading.hours": 2.5, "mean": 50.0, "half": 35.0,
                          "values": 7, "replicates": 200})  # fmt: skip
    lines = cells_text(cells, look).splitlines()
    assert len(lines) == 2 + 20 + 1
    assert lines[2].split(maxsplit=4) == ["baseline", "2.5", "50", "35", "200 (7 with a value)"]
    assert lines[-1] == "The first 20 of 25 cells; --json has all"


def test_a_dry_run_advises_and_writes_nothing(copsim, swept, tmp_path):
    code, out, err = copsim("sweep", swept, "--until", "core_end vs baseline ± 0.5", "--dry-run")
    assert (code, err) == (0, "")
    assert out.startswith("core_end vs baseline ± 0.5 needs about 100 replicates")
    assert out.endswith("\nNothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]
