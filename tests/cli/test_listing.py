"""The tables, one scenario, a new scenario, and the doctor's facts."""

import json
import sys
from types import ModuleType

import pandas as pd
import pytest

from copsim.cli.listing import columns, facts_lines
from copsim.core.declare import parameters_by_key
from copsim.scenarios.files import built_in_file, built_in_names
from copsim.scenarios.reading import load_scenario


def test_scenarios_are_listed(copsim):
    _, out, _ = copsim("scenarios")
    assert sorted(line.split()[0] for line in out.splitlines() if line[0] != " ") == list(built_in_names())
    assert "Stands for an ordinary community" in out
    assert max(map(len, out.splitlines())) <= 80
    assert json.loads(copsim("scenarios", "--json")[1])[0]["name"] == "baseline"


def test_one_scenario(copsim):
    _, out, _ = copsim("scenarios", "sponsor-leaves")
    assert "sponsoring.engagement = 0.9" in out
    assert "week 78: sponsor-leaves" in out
    found = json.loads(copsim("scenarios", "sponsor-leaves", "--json")[1])
    assert found.pop("digest") == load_scenario("sponsor-leaves").digest()
    assert load_scenario(found) == load_scenario("sponsor-leaves")


def test_the_file_of_a_scenario(copsim):
    text = built_in_file("cold-launch").read_text(encoding="utf-8")
    assert copsim("scenarios", "cold-launch", "--toml") == (0, text, "")


def test_a_new_scenario_can_be_used(copsim, tmp_path):
    code, out, err = copsim("new", "mine.toml")
    assert (code, out) == (0, "")
    assert "copsim compare baseline mine.toml" in err
    assert load_scenario(tmp_path / "mine.toml")["sponsoring.engagement"] == 0.8
    (tmp_path / "mine.toml").write_text("weeks = 5", encoding="utf-8")
    code, _, err = copsim("new", "mine.toml")
    assert code == 2
    assert "mine.toml is there already" in err
    assert load_scenario(tmp_path / "mine.toml").weeks == 5
    assert copsim("new", "quiet.toml", "-q") == (0, "", "")
    assert json.loads(copsim("new", "other.toml", "--json")[1]) == {"file": "other.toml"}


def test_every_parameter_is_printed(copsim):
    lines = copsim("params")[1].splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(parameters_by_key())
    assert json.loads(copsim("params", "--json")[1])[0]["plausible_low"] is None


def test_outcomes_are_printed(copsim):
    assert "regulars_end" in copsim("outcomes")[1]


def test_facts_are_lines():
    facts = {"copsim": "1", "packages": {"numpy": None}, "compiled": True, "speed": 1234.4}
    assert facts_lines(facts) == [
        f"{'copsim':34}1", f"{'packages: numpy':34}–", f"{'compiled':34}yes", f"{'speed':34}1,234",
    ]  # fmt: skip


def test_columns_are_aligned():
    assert columns([("a", "bb"), ("ccc", "d")], ("x", "y")) == "x    y\na    bb\nccc  d"


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"holds": [True, True], "vanishes": [True, None], "known_miss": ""}, 0),
        ({"holds": [True, False], "vanishes": [True, None], "known_miss": ""}, 1),
        ({"holds": [True, False], "vanishes": [True, True], "known_miss": ["", "it is known"]}, 0),
        ({"holds": [True, True], "vanishes": [False, None], "known_miss": ["it is known", ""]}, 1),
    ],
)
def test_what_surprises_in_the_rows_is_an_exit_code(found, code, copsim, monkeypatch):
    study = ModuleType("copsim.studies.rows")
    study.rows = lambda: pd.DataFrame({"row": ["S01"]})
    study.check_rows = lambda: pd.DataFrame({"row": ["S01", "S02"], "off_difference": [0.0, None], **found})
    monkeypatch.setitem(sys.modules, "copsim.studies.rows", study)
    monkeypatch.setattr("copsim.studies.rows", study, raising=False)
    assert copsim("rows")[:2] == (0, "row\nS01\n")
    assert copsim("rows", "--check")[0] == code
