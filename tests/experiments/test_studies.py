"""The worked studies: each runs at small size, its page says what its table says, and its findings are of the full size."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import copsim
from copsim.pages import forms
from experiments import studying
from experiments.studying import STUDIES, Findings, Work

NAMES = studying.names()
NUMBER = re.compile(r"[+−]?\d(?:[\d,]*\d)?(?:\.\d+)?(?: %| of 100)?")
WITH_INTERVAL = re.compile(r"([+−]?\d[\d,.]*)[^()+−]*\((−?\d[^()]* to [^()]+)\)")
IN_BRACKETS = re.compile(r"\(([+−]\d[\d,.]*), ([^()]+ to [^()]+)\)")
MEASURED = ("difference", "low", "high", "better", "pairs", "size", "noise", "evidence")


@pytest.fixture(scope="module", params=NAMES)
def study(request) -> Path:
    """The folder of a study."""
    return STUDIES / request.param


def prose(study: Path) -> str:
    """Return what was written by hand."""
    before, _, rest = (study / studying.PAGE).read_text(encoding="utf-8").partition(studying.BEGIN)
    return " ".join((before + rest.partition(studying.END)[2]).split())


def planned_numbers(study: Path) -> set[str]:
    """Return the values that a plan's factors take, as prose may write them: 0.25, 25 %."""
    plan = tomllib.loads((study / studying.PLAN).read_text(encoding="utf-8"))
    values = [value for factor in plan.get("factor", ()) for value in factor["values"]]
    return {f"{value:g}" for value in values} | {f"{100 * value:g} %" for value in values if value <= 1}


def unfounded(text: str, table: pd.DataFrame, planned: set[str]) -> list[str]:
    """Return what a text says that no row of the table says: differences with intervals, signed numbers, shares."""
    said = [studying.said(row) for row in table.to_dict("records")]
    pairs = {(difference, interval) for difference, _, interval, _ in said}
    shares = {better for *_, better in said} | {better.replace(" %", " of 100") for *_, better in said}
    known = {number for difference, _, interval, _ in said for number in (difference, *interval.split(" to "))}
    shares |= {f"{number} %" for number, unit, *_ in said if unit == "%"}
    claims = [found for pattern in (WITH_INTERVAL, IN_BRACKETS) for found in pattern.finditer(text)]
    wrong = [found.group() for found in claims if found.groups() not in pairs]
    for number in NUMBER.findall(text):
        special = number[0] in "+−" or "." in number or number.endswith(("%", "100"))
        if special and number not in known | shares | planned | {"95 %"}:
            wrong.append(number)
    return wrong


def test_a_study_is_of_the_histories_that_are_lived_today(study):
    """Where they change, findings may too: python3 dev.py experiments."""
    assert f"histories {studying.histories()}." in (study / studying.PAGE).read_text(encoding="utf-8")


def test_a_study_runs_at_small_size_and_asks_what_its_findings_answer(study, tmp_path):
    studying.run(study.name, tmp_path / "sweeps", tmp_path, small=True)
    assert (tmp_path / studying.FIGURE).read_bytes().startswith(b"\x89PNG")
    small, whole = (studying.load_table(folder) for folder in (tmp_path, study))
    assert small.columns.tolist() == whole.columns.tolist()
    if study.name not in ("survival", "worlds"):  # whose rows say themselves what was found
        keys = [name for name in whole if name not in MEASURED]
        pd.testing.assert_frame_equal(small[keys], whole[keys])


def test_findings_are_of_the_full_size(study):
    plan = tomllib.loads((study / studying.PLAN).read_text(encoding="utf-8"))
    pairs = studying.load_table(study)["pairs"].max()
    if "design" not in plan:  # half of the worlds are for finding a box, half for checking it
        assert pairs == plan["replicates"] // 2
    else:
        assert pairs == plan["design"].get("points", plan["replicates"])


def test_the_table_of_a_page_is_that_of_its_findings(study):
    page = (study / studying.PAGE).read_text(encoding="utf-8")
    assert studying.shown(studying.load_table(study)) in page, f"run: python3 dev.py experiments {study.name}"


def test_what_a_page_says_stands_in_its_table(study):
    assert unfounded(prose(study), studying.load_table(study), planned_numbers(study)) == []


def test_a_page_says_what_was_expected_and_what_it_cannot_say(study):
    headings = re.findall(r"^## (.+)$", (study / studying.PAGE).read_text(encoding="utf-8"), re.M)
    assert headings == ["What was found", "Against expectation", "What this cannot say"]
    assert "docs/limits.md" in prose(study)


def test_the_index_is_made_of_the_pages():
    pages = [STUDIES / name / studying.PAGE for name in NAMES]
    assert studying.INDEX.read_text(encoding="utf-8") == studying.index(pages), "run: python3 dev.py experiments"


def test_a_wrong_number_is_seen():
    table = Findings()
    table.add("a", "regulars_end", np.array([1.0, 2.0, 3.0, 2.5]))
    found = table.table()
    difference, _, interval, better = studying.said(found.to_dict("records")[0])
    right = f"It is {difference} people ({interval}), better in {better} with 0.5 set."
    assert unfounded(right, found, {"0.5"}) == []
    assert unfounded(right, found, set()) == ["0.5"]
    assert unfounded(f"It is {difference} people (1.1 to 9.9)", found, set())
    assert f"({difference}, 1.1 to 9.9)" in unfounded(f"({difference}, 1.1 to 9.9)", found, set())
    assert unfounded("It is +7.3 people.", found, set()) == ["+7.3"]
    assert unfounded("It is better in 12 of 100 pairs", found, set()) == ["12 of 100"]


def test_intervals_of_a_study_hold_together():
    values = np.random.default_rng(4).normal(1.0, 2.0, (3, 50))
    findings = Findings()
    for number, row in enumerate(values):
        findings.add(f"row {number}", "value_realized", row)
    table = findings.table()
    reach = stats.t.ppf(1 - 0.05 / 3 / 2, 49) * stats.sem(values, axis=1)
    assert table["difference"].to_numpy() == pytest.approx(values.mean(1))
    half = (table["high"] - table["low"]).to_numpy() / 2
    assert (half >= reach * 0.999).all() and (half < 1.15 * reach).all()
    assert table["better"].tolist() == [(row > 0).mean() for row in values]


def test_outcomes_of_yes_and_no_keep_within_their_bounds():
    findings = Findings()
    findings.add("never", "ended", np.zeros(20))
    row = findings.table().iloc[0]
    assert row["low"] < 0 < row["high"] and row["low"] >= -1 and row["better"] == 0.5


def test_pairs_stand_side_by_side():
    runs = pd.DataFrame(
        {"scenario": ["a", "a", "b", "b"], "replicate": [1, 0, 0, 1], "week": [5, 5, 6, 6], "x": [1.0, 2.0, 4.0, 8.0]}
    )
    assert studying.wide(runs, "x", "scenario").loc["b"].sub(
        studying.wide(runs, "x", "scenario").loc["a"]
    ).tolist() == [2, 7]
    assert studying.within(runs, "x", 6, 9, "scenario").loc["b"].tolist() == [4, 8]
    assert studying.within(runs, "x", 6, 9, "scenario").index.tolist() == ["b"]


def test_numbers_are_written_by_the_rule_of_the_pages():
    row = {"difference": 0.123, "low": 0.051, "high": 0.2, "unit": "0/1", "better": 0.61}
    assert studying.said(row) == ("+12", "percentage points", "5 to 20", "61 %")
    assert studying.said(row | {"better": np.nan})[3] == forms.MISSING


def test_a_small_plan_keeps_its_weeks_and_changes(study, tmp_path):
    small, whole = (Work(study, tmp_path, tmp_path, small).plan for small in (True, False))
    assert small["replicates"] < whole["replicates"]
    for plan in (small, whole):
        del plan["replicates"]
        plan.pop("design", None)
    assert small == whole


def test_an_unknown_study_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["studying", "leadershp"])
    with pytest.raises(SystemExit) as ended:
        studying.main()
    assert ended.value.code == 2 and "did you mean 'leadership'" in capsys.readouterr().err


def test_weeks_of_a_point_that_a_design_repeats_are_there_once(tmp_path):
    (tmp_path / "twice.csv").write_text("sponsoring.engagement\n0.2\n0.2\n0.6\n")
    design = {"kind": "table", "file": str(tmp_path / "twice.csv")}
    plan = {"scenarios": ["baseline"], "replicates": 2, "weeks": 5, "design": design, "record": {"weekly": True}}
    weeks = studying.weekly(copsim.sweep(plan, tmp_path / "s"), "acting")
    assert len(weeks) == 2 * 2 * 5


def test_a_share_as_such_has_wilsons_interval_and_never_leaves_its_bounds():
    findings = Findings()
    findings.add("how often", "Gains nothing", np.zeros(30), "0/1", -1, level=1)
    row = findings.table().iloc[0]
    z2 = stats.norm.ppf(0.975) ** 2
    assert (row["low"], row["high"]) == (0.0, pytest.approx(z2 / (30 + z2)))
