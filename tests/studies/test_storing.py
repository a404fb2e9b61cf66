"""Tables on disk and manifests: what is written is what is read, and the same table has the same hash."""

import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from copsim.core.errors import UserError
from copsim.studies import manifest as manifests
from copsim.studies import storing
from copsim.studies.manifest import command_line, manifest, read_manifest, request_digest, request_of, table_digest
from copsim.studies.storing import narrowed, read_table, save_comparison, save_result, write_table

STAGES = ["potential", "coalescing", "maturing", "sustaining", "transforming", "ended"]
SCENARIO = {"name": "mine", "text": "Stands for a test.", "set": {"sponsoring.engagement": 0.8}}


@dataclass(frozen=True)
class Result:
    runs: pd.DataFrame
    weekly: pd.DataFrame
    worlds: pd.DataFrame | None = None
    spells: pd.DataFrame | None = None
    table: pd.DataFrame | None = None
    manifest: dict[str, Any] = field(default_factory=dict)


def keys(replicates, weeks=1, scenarios=("baseline", "mine")):
    names = np.repeat(np.arange(len(scenarios)), replicates * weeks)
    frame = pd.DataFrame({"scenario": pd.Categorical.from_codes(names.tolist(), list(scenarios))})
    frame["replicate"] = np.tile(np.repeat(np.arange(replicates, dtype="i4"), weeks), len(scenarios))
    return frame.assign(community=np.int32(0))


def runs_of(replicates=5):
    frame, luck = keys(replicates), np.random.default_rng(1)
    frame["regulars_end"] = luck.random(len(frame), "f4")
    frame["members_ever"] = luck.integers(0, 100, len(frame), "i4")
    frame["weeks_to_sustaining"] = np.where(frame["replicate"] % 2, np.float32(np.nan), np.float32(7))
    frame["end_kind"] = pd.Categorical([None, "faded"] * replicates, ["stillborn", "faded", "legacy"])
    return frame


def weekly_of(replicates=5, weeks=4, observables=2):
    frame, luck = keys(replicates, weeks), np.random.default_rng(2)
    frame["week"] = np.tile(np.arange(1, weeks + 1, dtype="i4"), len(frame) // weeks)
    frame["stage"] = pd.Categorical.from_codes([3, 1] * (len(frame) // 2), STAGES, ordered=True)
    return frame.assign(**{f"o{i}": luck.random(len(frame), "f4") for i in range(observables)})


def comparison_table():
    row: dict[str, Any] = dict.fromkeys(storing.COMPARISON_COLUMNS, 1 / 3)
    row |= {
        "scenario": "mine, “yours”",
        "reference": "baseline",
        "outcome": "cost",
        "unit": "EUR",
        "interval": "single",
    }
    return pd.DataFrame([{**row, "replicates": 200}, {**row, "low": np.nan, "replicates": 199}])


def made(**tables):
    result = Result(runs_of(), weekly_of(), **tables)
    hashes = storing.result_digests(storing.result_tables(result))
    request = {"kind": "compare", "scenarios": [], "given": {"scenarios": []}}
    return replace(result, manifest=manifest("compare", request, [SCENARIO], 1, 5, 4, results=hashes))


@pytest.mark.parametrize("frame", [runs_of(), weekly_of()])
def test_what_is_written_is_read(tmp_path, frame):
    about = {"version": "0.1.0", "seed": 1, "sha256": "ab"}
    write_table(frame, tmp_path / "table.parquet", about)
    found = read_table(tmp_path / "table.parquet")
    assert found.attrs == about
    pd.testing.assert_frame_equal(found, frame)
    assert list(found.dtypes) == list(frame.dtypes)


def test_categories_keep_their_order_over_row_groups_and_without_rows(tmp_path):
    long = pd.DataFrame({"stage": pd.Categorical.from_codes(np.repeat([5, 1], 600_000).tolist(), STAGES)})
    empty = pd.DataFrame({"stage": pd.Categorical([None, None], STAGES, ordered=True)})
    for frame in (long, long[:0], empty):
        write_table(frame, tmp_path / "table.parquet", {})
        pd.testing.assert_frame_equal(read_table(tmp_path / "table.parquet"), frame)


def test_floats_are_single_split_by_bytes_and_compressed(tmp_path):
    write_table(narrowed(weekly_of().assign(wide=0.1)), tmp_path / "table.parquet", {"seed": 1})
    file = pq.ParquetFile(tmp_path / "table.parquet")
    group = file.metadata.row_group(0)
    columns = {column.path_in_schema: column for column in (group.column(i) for i in range(group.num_columns))}
    for name in ("o0", "o1", "wide"):
        assert columns[name].physical_type == "FLOAT" and "BYTE_STREAM_SPLIT" in columns[name].encodings
        assert "RLE_DICTIONARY" not in columns[name].encodings
    assert "RLE_DICTIONARY" in columns["stage"].encodings
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert set(file.schema_arrow.names) == set(weekly_of()) | {"wide"}
    assert {key for key in file.metadata.metadata if key != b"ARROW:schema"} == {b"copsim", b"categories"}


def test_the_weekly_table_of_a_default_comparison_is_written_split(tmp_path):
    """Half a million rows of fifty columns: bytes split by hand must stay far below four a value."""
    steps = np.random.default_rng(3).integers(0, 50, (24_000, 10)).astype("f4")
    frame = weekly_of(60, 200, 0).assign(**{f"o{i}": steps[:, i] / np.float32(7) for i in range(10)})
    write_table(frame, tmp_path / "table.parquet", {})
    assert (tmp_path / "table.parquet").stat().st_size < 2 * steps.size


@pytest.mark.parametrize("content", [None, b"", b"PAR1 or so", b"x" * 1000])
def test_what_is_no_parquet_is_said(tmp_path, content):
    if content is not None:
        (tmp_path / "runs.parquet").write_bytes(content)
    with pytest.raises(UserError, match=r"runs\.parquet") as said:
        read_table(tmp_path / "runs.parquet")
    assert "\n" not in str(said.value)


def test_the_comparison_as_csv(tmp_path):
    table = comparison_table()
    storing.write_comparison(table[table.columns[::-1]].assign(more=1), tmp_path / "comparison.csv")
    lines = (tmp_path / "comparison.csv").read_bytes().decode("utf-8").split("\n")
    third = "0.333333333"
    assert lines[0] == ",".join(storing.COMPARISON_COLUMNS)
    assert lines[1] == f'"mine, “yours”",baseline,cost,EUR,{",".join([third] * 5)},single,{third},{third},200'
    assert lines[2].split(",")[8] == "" and lines[2].endswith(",199")
    assert lines[3:] == [""]


def test_saving_a_comparison(tmp_path):
    comparison = made(table=comparison_table(), worlds=pd.DataFrame({"replicate": [0]}))
    save_comparison(comparison, tmp_path)
    files = {"manifest.json", "runs.parquet", "weekly.parquet", "comparison.csv"}
    assert {path.name for path in tmp_path.iterdir()} == files
    assert read_manifest(tmp_path) == json.loads(json.dumps(comparison.manifest))
    assert comparison.manifest["results"].keys() == files - {"manifest.json"}
    found = read_table(tmp_path / "runs.parquet")
    assert found.attrs["sha256"] == comparison.manifest["results"]["runs.parquet"] == table_digest(found)
    assert found.attrs.keys() == {"version", "streams", "engine", "seed", "sha256"}


def test_saving_a_result(tmp_path):
    spells = pd.DataFrame({"member": ["a", "b"], "start": [1, 2], "level": pd.Categorical(["core", "core"], ["core"])})
    result = made(worlds=pd.DataFrame({"replicate": [0, 1], "leaving.rate": [0.1, 0.2]}), spells=spells)
    save_result(result, tmp_path)
    files = ["manifest.json", "runs.parquet", "spells.parquet", "weekly.parquet", "worlds.parquet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    for name, table in (("spells.parquet", spells), ("worlds.parquet", result.worlds)):
        found = storing.read_table(tmp_path / name)
        pd.testing.assert_frame_equal(found, table)
        assert table_digest(found) == result.manifest["results"][name]


def test_a_result_without_more_has_two_tables(tmp_path):
    save_result(replace(made(), manifest={}), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "runs.parquet", "weekly.parquet"]
    found = json.loads((tmp_path / "manifest.json").read_text())
    assert found["results"].keys() == {"runs.parquet", "weekly.parquet"}


def test_the_hash_of_a_table_is_of_its_values():
    frame = weekly_of()
    same = table_digest(frame)
    stages = frame["stage"].astype(str)
    other_categories = pd.Categorical(stages, [*reversed(STAGES), "new"])
    nan = np.array([0x7FC00000, 0xFFC00001], "u4").view("f4")
    for twin in (
        frame.set_axis(range(7, 7 + len(frame))),
        frame.assign(stage=stages),
        frame.assign(stage=other_categories),
        frame.assign(o0=np.asfortranarray(np.repeat(frame["o0"].to_numpy(), 2)[::2])),
    ):
        assert table_digest(twin) == same
    assert table_digest(pd.DataFrame({"a": nan})) == table_digest(pd.DataFrame({"a": nan[[1, 1]]}))


def test_the_hash_of_a_table_sees_every_change():
    frame = weekly_of()
    nudged = frame["o0"].to_numpy().copy()
    nudged[3] = np.nextafter(nudged[3], np.float32(2))
    other_stage = pd.Categorical.from_codes([3, 1, 1, 1] * (len(frame) // 4), STAGES)
    changed = [
        frame.assign(o0=nudged),
        frame.assign(o0=frame["o0"].where(frame["o0"] < 0.9)),
        frame.assign(stage=other_stage),
        frame.assign(stage=frame["stage"].where(frame["week"] > 1)),
        frame.rename(columns={"o0": "o9"}),
        frame[frame.columns[::-1]],
        frame.astype({"o0": "f8"}),
        frame[1:],
        frame[::-1],
    ]
    assert len({table_digest(table) for table in [frame, *changed]}) == 1 + len(changed)


def test_the_hash_of_a_table_is_pinned():
    """Another value here means that manifests of before no longer replay."""
    frame = pd.DataFrame({"n": np.arange(3, dtype="i4"), "x": np.array([0.5, np.nan, -1], "f4"), "s": ["a", None, "ä"]})
    frame["d"] = np.array(["2024-01-01"] * 3, "datetime64[s]")
    frame["m"] = pd.array([1, None, 3], "Int32")
    assert table_digest(frame) == PINNED


PINNED = "1b2d4a61bb94deabacec90a52e9c0d81ab546d20a5533ad931bccc129a0417a5"


def test_a_comparison_counts_to_nine_digits():
    table = comparison_table()
    known = storing.result_digests({"comparison.csv": table})
    assert storing.result_digests({"comparison.csv": table.assign(low=table["low"] * (1 + 1e-12))}) == known
    assert storing.result_digests({"comparison.csv": table.assign(low=table["low"] * (1 + 1e-7))}) != known


def test_a_manifest_holds_what_a_replay_needs(tmp_path):
    found = made().manifest
    assert found["streams"] == 1 and len(found["engine"]) == 12 and found["version"] == found["copsim"]
    assert found["versions"].keys() == {"numpy", "numba", "llvmlite"} and all(found["versions"].values())
    (scenario,) = found["scenarios"]
    assert scenario["set"] == {"sponsoring.engagement": 0.8} and len(scenario["digest"]) == 64
    manifests.write_manifest(found, tmp_path)
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == sorted(json.loads(text)) and text.endswith("}\n")
    assert read_manifest(tmp_path / "manifest.json") == read_manifest(tmp_path) == found
    assert str(tmp_path) not in text


def test_a_manifest_takes_scenarios_and_numbers_as_they_come():
    from copsim import load_scenario

    fit = [{"what": "rate", "value": np.float64(0.1)}, {"what": "none", "value": float("nan")}]
    request = {"kind": "simulate", "scenarios": [], "given": {"scenarios": ["mine.toml"]}}
    found = manifest("simulate", request, [load_scenario(SCENARIO)], np.int64(1), 5, 4, fit=fit, drawn=("a.b",))
    assert found["scenarios"] == made().manifest["scenarios"]
    assert json.loads(json.dumps(found)) == found
    assert found["fit"] == [{"what": "rate", "value": 0.1}, {"what": "none", "value": None}]


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is no manifest"), ("{", "it holds no JSON"), ("[1]", "not a manifest"), ("{}", "not a manifest")],
)
def test_what_is_no_manifest_is_said(tmp_path, content, said):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(UserError, match=said):
        read_manifest(tmp_path)


def test_a_request_is_known_by_what_it_asks(tmp_path):
    from copsim import load_scenario

    (tmp_path / "log.csv").write_text("date,member\n")
    scenario = load_scenario(SCENARIO)
    asked = request_of("compare", [scenario], ["x/mine.toml"], tmp_path / "log.csv", seed=1, members=None, fixed=True)
    assert asked.keys() == {"kind", "scenarios", "given", "log", "seed", "fixed"}
    assert asked["log"].keys() == {"name", "sha256"}
    other_place = request_of("compare", [scenario], ["mine.toml"], tmp_path / "log.csv", fixed=True, seed=1)
    assert request_digest(other_place) == request_digest(asked)
    (tmp_path / "log.csv").write_text("date,member,n\n")
    changed = [
        request_of("compare", [scenario], ["x/mine.toml"], tmp_path / "log.csv", seed=1, fixed=True),
        {**asked, "seed": 2},
        request_of("compare", [scenario.with_({"sponsoring.engagement": 0.7})], seed=1, fixed=True)
        | {"log": asked["log"]},
    ]
    assert len({request_digest(request) for request in [asked, *changed]}) == 4


@pytest.mark.parametrize(
    ("request_", "command"),
    [
        ({"replicates": 200, "weeks": 260, "seed": 1, "given": {"scenarios": []}}, "copsim compare"),
        ({"reference": "baseline", "given": {"scenarios": ["my file.toml"]}}, "copsim compare 'my file.toml'"),
        ({"reference": "a", "given": {"scenarios": ["a", "b"]}}, "copsim compare a b"),
        ({"reference": "b", "given": {"scenarios": ["a", "b"]}}, "copsim compare a b --reference b"),
        (
            {"replicates": 9, "weeks": 52, "seed": 2, "members": 40, "fixed": True, "given": {"scenarios": ["a"]}},
            "copsim compare a --replicates 9 --weeks 52 --seed 2 --members 40 --fixed",
        ),
        (
            {"log": {"name": "l.csv"}, "until": "2024-01-01", "reference": "as-is", "community": "x;y",
             "given": {"scenarios": [], "log": "d/l.csv"}},
            "copsim compare --from d/l.csv --until 2024-01-01 --community 'x;y'",
        ),
        ({"outcomes": ["cost", "gini"], "given": {"scenarios": ["a"]}}, "copsim compare a --outcomes cost,gini"),
        ({"kind": "simulate", "worlds": True, "given": {"scenarios": ["a"]}}, "copsim run a --worlds"),
        ({"scenarios": [{"name": "made-in-python", "digest": "1"}]}, "copsim replay manifest.json"),
        ({"scenarios": [{"name": "baseline", "digest": "1"}]}, "copsim replay manifest.json"),
    ],
)  # fmt: skip
def test_the_command_that_repeats_a_request(request_, command):
    assert command_line({"kind": "compare", **request_}) == command


def test_the_command_of_built_in_scenarios_names_them():
    from copsim import load_scenario

    pair = [load_scenario(name) for name in ("baseline", "engaged-sponsor")]
    asked = request_of("compare", pair, reference="baseline", weeks=260)
    assert command_line(asked) == "copsim compare baseline engaged-sponsor"
    assert command_line(asked, own_weeks=104) == "copsim compare baseline engaged-sponsor --weeks 260"


def test_reading_the_modules_loads_nothing_heavy():
    code = "import sys, copsim.studies.folders, copsim.studies.storing, copsim.studies.replay, copsim.studies.doctor\n"
    code += "print(*[name for name in ('numba', 'pandas', 'pyarrow', 'scipy', 'mesa') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []
