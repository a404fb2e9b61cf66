"""`copsim observe` from files and from a git repository, into a folder."""

import json
import subprocess

import pytest

from copsim.measures.logs import read_log

ROWS = [f"2023-{month:02}-{day:02},person {day % 7}" for month in range(1, 13) for day in range(1, 29)]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "club.csv"
    path.write_text("\n".join(["date,member", *ROWS]), encoding="utf-8")
    return path


def test_tables_page_and_manifest(log, copsim, tmp_path):
    code, out, err = copsim("observe", "club.csv")
    assert (code, err) == (0, "")
    assert "copsim-out/observe-club" in out
    folder = tmp_path / "copsim-out/observe-club"
    assert {"communities.csv", "monthly.csv", "transitions.csv", "survival.csv", "report.html", "manifest.json"} <= {
        path.name for path in folder.iterdir()
    }
    before = (folder / "manifest.json").stat().st_mtime_ns
    assert copsim("observe", "club.csv")[0] == 0
    assert (folder / "manifest.json").stat().st_mtime_ns == before
    assert copsim("observe", "club.csv", "--until", "2023-06-30")[0] == 2
    assert copsim("observe", "club.csv", "--until", "2023-06-30", "--force")[0] == 0
    command = "copsim observe club.csv --until 2023-06-30"
    assert command in (folder / "report.html").read_text(encoding="utf-8")
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["command"] == command


def test_one_json_document(log, copsim):
    found = json.loads(copsim("observe", log, "--json", "--out", "here")[1])
    assert found["communities"][0]["n_members"] == 7
    assert found["out"] == "here"


@pytest.mark.parametrize("keep", [False, True])
def test_names_are_hashed_unless_asked(keep, log, copsim, tmp_path):
    assert copsim("observe", "club.csv", "--events", "events.csv", *(["--keep-names"] if keep else []))[0] == 0
    assert ("person 3" in (tmp_path / "events.csv").read_text(encoding="utf-8")) == keep
    again, first = read_log(tmp_path / "events.csv"), read_log(log)
    assert (again.day == first.day).all()
    assert len(again.names) == len(first.names)


def test_hostile_names_reach_no_page(copsim, tmp_path):
    text = "\n".join(["community,date,member", *(f"<script>x</script>,{row}<script>" for row in ROWS)])
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    assert copsim("observe", "log.csv", "--out", "here")[0] == 0
    page = (tmp_path / "here/report.html").read_text(encoding="utf-8")
    assert "<script>x" not in page


def test_a_git_repository(copsim, tmp_path):
    repository = tmp_path / "tool"
    repository.mkdir()
    git = ["git", "-C", repository, "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "one"]):
        subprocess.run([*git, *command], check=True)
    code, out, err = copsim("observe", "--git", "tool")
    assert (code, err) == (0, "")
    assert "copsim-out/observe-tool" in out
