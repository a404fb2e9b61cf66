"""What compare and run ask of the studies, and what stands in the output folder afterwards."""

import json

import pandas as pd
import pytest

from copsim.core.errors import UserError
from copsim.scenarios.reading import DEFAULT_SET


def test_compare_without_scenarios(copsim, studies, tmp_path):
    assert copsim("compare") == (0, "told copsim-out/compare\n", "")
    made = studies.calls[0]
    assert [scenario.name for scenario in made.scenarios] == ["baseline", *DEFAULT_SET]
    asked = {
        key: made.asked[key] for key in ("reference", "replicates", "weeks", "seed", "fixed", "outcomes", "start_log")
    }
    assert asked == {"reference": "baseline", "replicates": 200, "weeks": 260, "seed": 1, "fixed": False,
                     "outcomes": None, "start_log": None}  # fmt: skip
    written = json.loads((tmp_path / "copsim-out/compare/manifest.json").read_text())
    assert written["command"] == "copsim compare"


def test_every_option_reaches_the_study(copsim, studies, tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "engaged-sponsor"\nweeks = 104', encoding="utf-8")
    line = "compare mine.toml cold-launch --reference cold-launch --fixed --replicates 3 --seed 5 --threads 2"
    line += " --members 40 --outcomes cost,gini,cost --out here"
    assert copsim(*line.split())[0] == 0
    made = studies.calls[0]
    assert [scenario.name for scenario in made.scenarios] == ["cold-launch", "mine"]
    wanted = {"reference": "cold-launch", "fixed": True, "replicates": 3, "seed": 5, "threads": 2, "members": 40,
              "weeks": 104, "outcomes": ("cost", "gini")}  # fmt: skip
    assert {key: made.asked[key] for key in wanted} == wanted
    command = json.loads((tmp_path / "here/manifest.json").read_text())["command"]
    assert command.startswith("copsim compare mine.toml cold-launch --reference cold-launch")
    assert "--weeks" not in command


def test_the_same_command_again_runs_nothing(copsim, studies):
    copsim("compare", "--out", "here")
    code, out, err = copsim("compare", "--out", "here")
    assert (code, out, len(studies.calls)) == (0, "told here\n", 1)
    assert "--force" in err
    code, _, err = copsim("compare", "--out", "here", "--seed", 2)
    assert (code, len(studies.calls)) == (2, 1)
    assert "another request" in err
    assert err.endswith("Nothing was run.\n")
    assert copsim("compare", "--out", "here", "--seed", 2, "--force")[0] == 0


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (ValueError("odd"), 1), (UserError("a late mistake"), 2)]
)
@pytest.mark.parametrize("command", ["compare", "run baseline"])
def test_a_run_that_ends_early_leaves_nothing(command, error, code, copsim, studies, tmp_path):
    studies.failing.append(error)
    found = copsim(*command.split(), "--out", "here")
    assert (found[0], found[1]) == (code, "")
    assert "Nothing was run" not in found[2]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_refused_before_anything_runs(copsim, studies, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work", encoding="utf-8")
    code, _, err = copsim("compare", "--out", "mine")
    assert (code, studies.calls) == (2, [])
    assert "holds other files" in err
    assert copsim("compare", "--out", " ")[0] == 2


def test_compare_from_a_log(copsim, studies, tmp_path):
    lines = ["community,date,member", "a,2024-01-01,x", "b,2024-02-01,y", "b,2024-03-01,y"]
    (tmp_path / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    code, _, err = copsim("compare", "--from", "log.csv")
    assert code == 2
    assert "holds 2 communities" in err
    line = "compare --from log.csv --community b --until 2024-02-15 -q"
    assert copsim(*line.split()) == (0, "told copsim-out/compare-log\n", "")
    made = studies.calls[0]
    assert made.scenarios[0].name == made.asked["reference"] == "as-is"
    assert "cold-launch" not in [scenario.name for scenario in made.scenarios]
    assert made.asked["start_log"].communities == ("b",)
    assert len(made.asked["start_log"].day) == 1


def test_run(copsim, studies, tmp_path):
    code, out, _ = copsim("run", "baseline", "--replicates", 2, "--weeks", 30, "--worlds")
    assert code == 0
    assert "Baseline: 2 runs of 30 weeks" in out
    assert "Regulars at the end" in out
    assert studies.calls[0].asked["worlds"] is True
    again = copsim("run", "baseline", "--replicates", 2, "--weeks", 30, "--worlds", "--json")
    assert len(studies.calls) == 1
    found = json.loads(again[1])
    assert (found["out"], found["outcomes"][0]["mean"]) == ("copsim-out/baseline", 1.5)
    assert (tmp_path / "copsim-out/baseline/manifest.json").is_file()


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log.parquet"])
def test_run_writes_events(name, copsim, studies, tmp_path):
    assert copsim("run", "baseline", "--events", name)[0] == 0
    read = pd.read_parquet if name.endswith("parquet") else pd.read_csv
    assert list(read(tmp_path / name)["member"]) == ["0-0", "0-1"]
    assert copsim("run", "baseline", "--events", name)[0] == 0  # the folder is there, the events are made anew
    assert len(studies.calls) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copsim-out", name]


def test_compare_from_a_saved_run(copsim, tmp_path):
    copsim("run", "baseline", "--replicates", 2, "--weeks", 30, "--out", "lived", "-q")
    line = ("compare", "engaged-sponsor", "--from", "lived", "--at", 20, "--life", 1, "--replicates", 2, "--weeks", 20)
    code, out, err = copsim(*line, "--out", "ways-on", "--json", "-q")
    assert (code, err) == (0, "")
    found = json.loads(out)
    life = found["manifest"]["request"]["life"]
    assert (found["reference"], life["week"], life["replicate"]) == ("as-is", 20, 1)
    assert "--from lived --at 20 --life 1" in found["manifest"]["command"]
    assert copsim("replay", "ways-on")[:2] == (0, "the same bits\n")
    assert "holds this comparison already" in copsim(*line, "--out", "ways-on")[2]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("--at 31", "at = 31 lies outside: the run has weeks 1 to 30"),
        ("--life 2", "life = 2 lies outside: the run has lives 0 to 1"),
        ("--members 20", "--members has no place with --from lived: that is a saved run"),
        ("--until 2024-02-02", "--until has no place with --from lived: that is a saved run"),
    ],
)
def test_what_a_saved_run_does_not_have(copsim, more, said):
    copsim("run", "baseline", "--replicates", 2, "--weeks", 30, "--out", "lived", "-q")
    code, _, err = copsim("compare", "engaged-sponsor", "--from", "lived", *more.split())
    assert code == 2
    assert said in err


def test_weeks_and_lives_are_of_a_saved_run(copsim, tmp_path):
    (tmp_path / "log.csv").write_text("date,member,kind\n2024-01-01,a,post\n")
    assert "--at is about a saved run; name one with --from" in copsim("compare", "--at", 3)[2]
    assert (
        "--life has no place with --from log.csv: that is a log"
        in copsim("compare", "--from", "log.csv", "--life", 3)[2]
    )
