"""What `copsim discover` and `copsim report` do with a sweep's folder on the command line."""

import csv
import json
from shutil import copytree

import pytest

from copsim import sweep as run

PLAN = """
scenarios = ["baseline"]
replicates = 3
weeks = 26
fixed = true
members = 20
outcomes = ["cost", "hours", "weeks_to_sustaining"]
[record]
weekly = false
[design]
kind = "sobol"
points = 64
[[factor]]
name = "meeting.cadence"
low = 1
high = 50
[[factor]]
name = "costing.wage"
low = 1
high = 100
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The sweep, run once."""
    place = tmp_path_factory.mktemp("made")
    (place / "small.toml").write_text(PLAN, encoding="utf-8")
    run(place / "small.toml", place / "here")
    return place


@pytest.fixture
def sweep(made, tmp_path):
    """A copy of its own for each test, in the folder the commands run in."""
    copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "here"


def test_a_box_is_told_and_written(copsim, sweep):
    code, out, err = copsim("discover", "here", "--when", "cost > 20000")
    assert (code, err) == (0, "")
    first = " ".join(out.split("\n\n")[0].split())
    assert first.startswith("Simulated runs have cost above 20,000 € where ")
    assert "“price of an hour, everybody's” is above " in first
    assert "checked on  95 % interval" in out
    assert (sweep / "figures/discover-cost-above-20000.png").stat().st_size > 10_000
    rows = list(csv.DictReader((sweep / "discover-cost-above-20000.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["chosen"] for row in rows] == ["False"] * (len(rows) - 1) + ["True"]
    assert rows[-1]["found"] == "True"
    assert rows[-1]["when"] == "cost > 20000"
    assert float(rows[-1]["checked_density_low"]) <= float(rows[-1]["checked_density"])
    before = {path: path.read_bytes() for path in sweep.rglob("*") if path.is_file()}
    assert copsim("discover", "here", "--when", "cost > 20000") == (code, out, err)
    assert {path: path.read_bytes() for path in sweep.rglob("*") if path.is_file()} == before


def test_the_answer_as_a_document(copsim, sweep):
    code, out, _ = copsim("discover", "here", "--when", "cost > 20000", "--density", "0.9", "--json")
    found = json.loads(out)
    assert (code, found["found"], found["when"]) == (0, True, "cost > 20000")
    assert found["shares"]["found_density"] >= 0.9
    assert {row["factor"] for row in found["box"]} <= {"meeting.cadence", "costing.wage"}


def test_empty_outcomes_are_said(copsim, sweep):
    code, out, err = copsim("discover", "here", "--when", "weeks_to_sustaining > 10")
    assert code == 0
    assert "runs have an empty outcome there, and count as not such" in err
    assert out.startswith("No simulated run meets weeks_to_sustaining > 10: there is nothing to tell apart.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("discover", "here"), "missing option '--when'"),
        (("discover", "here", "--when", "costs > 1"), "no outcome 'costs' here, did you mean 'cost'?"),
        (("discover", "here", "--when", "cost = 1"), "equal is written =="),
        (("discover", "here", "--when", "cost > 1", "--density", "much"), "--density must be a share such as 0.8"),
        (("discover", "her", "--when", "cost > 1"), "there is no folder her, did you mean 'here'?"),
        (("report", "nowhere"), "there is no folder nowhere"),
        (("report", "here", "--outcome", "cots"), "this sweep has no value of 'cots', did you mean 'cost'?"),
    ],
)
def test_mistakes_are_one_sentence(copsim, sweep, arguments, said):
    code, out, err = copsim(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not list(sweep.glob("discover*.csv"))


def test_each_condition_has_its_files_and_its_section(copsim, sweep):
    for condition in ("cost > 20000", "cost > 30000", "cost > -1"):
        copsim("discover", "here", "--when", condition, "-q")
    assert sorted(path.stem for path in sweep.glob("discover*.csv")) == [
        "discover-cost-above-20000", "discover-cost-above-30000", "discover-cost-above-minus-1",
    ]  # fmt: skip
    copsim("report", "here")
    page = (sweep / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert page.count('aria-labelledby="h-discover-cost-above-') == 3
    assert "small.toml --out here" in page
    assert "failures.csv" not in page


def test_a_report_draws_the_outcome_asked_for(copsim, sweep):
    assert copsim("report", "here", "--outcome", "hours")[0] == 0
    assert {path.stem for path in (sweep / "figures").iterdir()} == {"factors-hours"}


def test_a_report_of_a_sweep_shows_the_box(copsim, sweep):
    copsim("discover", "here", "--when", "cost > 20000", "-q")
    assert copsim("report", "here") == (0, "here/report.html\n", "")
    page = (sweep / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "The box, in a sentence" in page
    assert "Simulated runs have cost above 20,000 € where “price of an hour, everybody&#39;s” is above" in page
    assert "data:image/png;base64," in page
    assert "other runs by now" not in page
    (sweep.parent / "small.toml").write_text(PLAN.replace("replicates = 3", "replicates = 4"), encoding="utf-8")
    copsim("sweep", "small.toml", "--out", "here", "-q")
    copsim("report", "here")
    assert "The sweep has other runs by now" in (sweep / "report.html").read_text(encoding="utf-8")
