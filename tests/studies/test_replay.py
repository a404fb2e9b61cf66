"""Replaying from a manifest: the same study is asked for again, and every other bit is seen."""

import json
import sys
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from copsim.core.errors import UserError
from copsim.studies import storing
from copsim.studies.manifest import manifest, request_of
from copsim.studies.replay import replay
from copsim.studies.storing import save_comparison, save_result

SCENARIOS = [
    {"name": "baseline", "text": "Stands for a test."},
    {"name": "mine", "text": "Stands for another.", "set": {"sponsoring.engagement": 0.8}, "event": [
        {"week": 3, "kind": "coordinator-leaves"}]},
]  # fmt: skip


@dataclass(frozen=True)
class Result:
    runs: pd.DataFrame
    weekly: pd.DataFrame
    table: pd.DataFrame | None = None
    worlds: pd.DataFrame | None = None
    spells: pd.DataFrame | None = None
    manifest: dict[str, Any] = field(default_factory=dict)


def study_of(kind, seed):
    luck = np.random.default_rng(seed)
    frame = pd.DataFrame({"replicate": np.arange(4, dtype="i4"), "cost": luck.random(4, "f4")})
    table = pd.DataFrame([dict.fromkeys(storing.COMPARISON_COLUMNS, luck.random())])
    return Result(frame, frame.assign(week=np.int32(1)), table if kind == "compare" else None)


@pytest.fixture
def asked(monkeypatch):
    """Stand in for the studies: small tables that follow from the seed; returns what they were asked for."""
    calls = []

    def stand_in(kind):
        def study(scenarios, **options):
            calls.append((scenarios, options))
            return study_of(kind, options["seed"])

        module = ModuleType(f"copsim.studies.{kind}")
        setattr(module, kind, study)
        monkeypatch.setitem(sys.modules, module.__name__, module)

    stand_in("simulate")
    stand_in("compare")
    return calls


def save(folder, kind, log=None, changed=None, **options):
    from copsim import load_scenario

    scenarios = [load_scenario(s) for s in (SCENARIOS if kind == "compare" else SCENARIOS[1:])]
    request = request_of(kind, scenarios, log=log, **options)
    result = study_of(kind, 5)
    results = storing.result_digests(storing.result_tables(result))
    known = manifest(kind, request, scenarios, 5, 4, 52, results=results)
    (save_comparison if kind == "compare" else save_result)(replace(result, manifest=known | (changed or {})), folder)


def edit(folder, **changed):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


@pytest.mark.parametrize("as_file", [False, True])
def test_a_comparison_is_asked_for_again(tmp_path, asked, as_file):
    save(tmp_path, "compare", reference="baseline", replicates=4, outcomes=["cost"], fixed=True, members=None)
    found = replay(tmp_path / "manifest.json" if as_file else tmp_path, threads=2)
    assert (found.same, found.differences, found.kind, found.notes) == (True, (), "compare", ())
    ((scenarios, options),) = asked
    assert [s["name"] for s in scenarios] == ["baseline", "mine"]
    assert scenarios[1]["set"] == SCENARIOS[1]["set"] and scenarios[1]["event"] == SCENARIOS[1]["event"]
    known = {"reference": "baseline", "outcomes": ["cost"], "fixed": True, "replicates": 4, "weeks": 52, "seed": 5}
    assert options == known | {"threads": 2, "progress": None}


def test_a_simulation_is_asked_for_again(tmp_path, asked):
    save(tmp_path, "simulate", worlds=True, events=True, members=40)
    assert replay(tmp_path).same
    ((scenario, options),) = asked
    assert scenario["name"] == "mine"
    known = {"worlds": True, "events": True, "members": 40, "replicates": 4, "weeks": 52, "seed": 5}
    assert options == known | {"threads": None, "progress": None}


def test_other_bits_are_seen(tmp_path, asked):
    save(tmp_path, "compare")
    edit(tmp_path, seed=6)
    found = replay(tmp_path)
    tables = ("comparison.csv", "runs.parquet", "weekly.parquet")
    assert not found.same and found.differences == tuple(f"{name} came out with other bits" for name in tables)


def test_tables_made_then_or_now_alone_are_seen(tmp_path, asked):
    save(tmp_path, "simulate")
    results = json.loads((tmp_path / "manifest.json").read_text())["results"]
    edit(tmp_path, results={"runs.parquet": results["runs.parquet"], "spells.parquet": "1"})
    assert replay(tmp_path).differences == (
        "spells.parquet was made then and not now",
        "weekly.parquet was made now and not then",
    )


def test_a_file_that_was_changed_is_seen(tmp_path, asked):
    save(tmp_path, "compare")
    storing.write_table(study_of("compare", 7).runs, tmp_path / "runs.parquet", {})
    assert replay(tmp_path).differences == ("the file runs.parquet was changed after it was written",)


def test_a_manifest_alone_replays(tmp_path, asked):
    save(tmp_path, "compare")
    for name in ("runs.parquet", "weekly.parquet", "comparison.csv"):
        (tmp_path / name).unlink()
    assert replay(tmp_path / "manifest.json").same


@pytest.mark.parametrize(
    ("changed", "note"),
    [
        ({"engine": "0" * 12}, "made by another version: bits may differ (engine 000000000000 then, "),
        ({"streams": 0}, "made by another version: bits may differ (streams 0 then, 1 now)"),
        ({"copsim": "0.0.9"}, "made by another version: bits may differ (version 0.0.9 then, "),
    ],
)
def test_another_version_is_said(tmp_path, asked, changed, note):
    save(tmp_path, "compare", changed=changed)
    found = replay(tmp_path)
    assert found.same and len(found.notes) == 1 and found.notes[0].startswith(note)


def test_other_tools_are_said(tmp_path, asked):
    save(tmp_path, "compare")
    edit(tmp_path, versions={**json.loads((tmp_path / "manifest.json").read_text())["versions"], "numba": "0.1"})
    (note,) = replay(tmp_path).notes
    assert note.startswith("made with numba 0.1, this is ")


def test_a_log_is_given_again(tmp_path, asked):
    log = tmp_path / "log.csv"
    log.write_text("date,member\n2024-01-01,a\n")
    save(tmp_path, "compare", log=log, until="2024-06-01", community="log")
    with pytest.raises(UserError, match=r"started from the log log\.csv, give it again: --from log\.csv"):
        replay(tmp_path)
    assert replay(tmp_path, log=log).same
    assert asked[0][1].items() >= {"until": "2024-06-01", "community": "log"}.items()
    assert asked[0][1]["start_log"].members().tolist() == ["a"]
    log.write_text("date,member\n2024-01-01,b\n")
    with pytest.raises(UserError, match="is another log"):
        replay(tmp_path, log=log)
    with pytest.raises(UserError, match=r"gone\.csv cannot be read: No such file"):
        replay(tmp_path, log=tmp_path / "gone.csv")


def test_a_log_that_was_not_asked_for_is_refused(tmp_path, asked):
    save(tmp_path, "compare")
    with pytest.raises(UserError, match="started from no log"):
        replay(tmp_path, log=tmp_path / "log.csv")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "sweep"}, "a sweep is replayed run by run"),
        ({"kind": "other"}, "a manifest of kind 'other' cannot be replayed"),
        ({"scenarios": []}, "names no scenario"),
        ({"request": 3}, "not a manifest"),
    ],
)
def test_what_cannot_be_replayed_is_said(tmp_path, asked, changed, said):
    save(tmp_path, "compare")
    edit(tmp_path, **changed)
    with pytest.raises(UserError, match=said):
        replay(tmp_path)
    assert asked == []


def test_a_scenario_that_was_edited_in_the_manifest_is_refused(tmp_path, asked):
    save(tmp_path, "compare")
    scenarios = json.loads((tmp_path / "manifest.json").read_text())["scenarios"]
    scenarios[1]["set"]["sponsoring.engagement"] = 0.9
    edit(tmp_path, scenarios=scenarios)
    with pytest.raises(UserError, match="the scenario 'mine' in the manifest was changed"):
        replay(tmp_path)


def test_a_manifest_without_seed_is_refused(tmp_path, asked):
    save(tmp_path, "compare")
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "seed"}))
    with pytest.raises(UserError, match="the manifest does not say 'seed'"):
        replay(tmp_path)


def test_no_manifest_at_all(tmp_path):
    with pytest.raises(UserError, match="there is no manifest"):
        replay(tmp_path)
