"""Whatever happens to a sweep, the same call again ends with the rows of one that nothing disturbed, hash for hash."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import copsim
from copsim.core.errors import UserError
from copsim.sweeps import parts as writing
from copsim.sweeps.locking import locked
from copsim.sweeps.running import Pace
from tests.sweeps.plans import PLAN, digests, names, parts, with_

HERE = Path(__file__).resolve().parent

WITHOUT_ROOM = """
import json, resource, signal, sys
from copsim.core.errors import UserError
from copsim.sweeps.sweep import sweep
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (25_000, resource.RLIM_INFINITY))
try:
    sweep(json.loads(sys.argv[2]), sys.argv[1])
except UserError as error:
    print(error)
"""
HOLDING = """
import sys
from copsim.sweeps.locking import locked
from pathlib import Path
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def python(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, check=True)


@pytest.fixture(scope="module")
def kill(tmp_path_factory):
    """A function that kills so many sweeps of the plan in one folder, and returns it and how many were hit."""
    if not hasattr(os, "fork"):
        pytest.skip("killing children needs fork")

    def killed(seed, kills):
        folder = tmp_path_factory.mktemp("killed") / "sweep"
        return folder, int(python(HERE / "killing.py", folder, seed, kills, json.dumps(PLAN)).stdout)

    return killed


def settled(folder, undisturbed):
    copsim.sweep(PLAN, folder)
    assert digests(folder) == undisturbed
    assert not [name for name in names(folder) if ".part-" in name]


def test_killed_at_random_moments(kill, undisturbed):
    folder, hits = kill(seed=1, kills=5)
    assert hits >= 3
    settled(folder, undisturbed)
    assert not (folder / "aside").exists()


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(2, 27))
def test_killed_at_many_random_moments(seed, kill, undisturbed):
    folder, hits = kill(seed, kills=4)
    assert hits >= 2
    settled(folder, undisturbed)


def torn(path):
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path):
    path.write_bytes(b"")


def bent(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def renamed(path):
    path.rename(path.with_name("mine.parquet"))


def gone(path):
    path.unlink()


@pytest.mark.parametrize("damage", [torn, emptied, bent, renamed, gone])
@pytest.mark.parametrize("kind", ["runs", "staged", "weekly"])
def test_a_damaged_part_is_done_again(kind, damage, tmp_path, whole, undisturbed):
    folder = tmp_path / "s"
    shutil.copytree(whole, folder)
    damage(parts(folder, kind)[-1])
    copsim.sweep(PLAN, folder)
    assert digests(folder) == undisturbed
    assert (folder / "aside").exists() == (damage is not gone or kind == "staged")


def test_files_of_others_are_set_aside_and_none_is_lost(tmp_path, whole, undisturbed):
    folder = tmp_path / "s"
    shutil.copytree(whole, folder)
    pd.DataFrame({"a": [1]}).to_parquet(folder / "runs/mine.parquet")
    (folder / "runs/notes.txt").write_text("keep")
    (folder / "runs/.part-999-0").write_text("half")
    copsim.sweep(with_(seed=2), tmp_path / "other")
    shutil.copy(parts(tmp_path / "other")[0], folder / "runs")  # whole, but of another sweep
    copsim.sweep(PLAN, folder)
    assert digests(folder) == undisturbed
    assert len([name for name in names(folder) if name.startswith("aside/")]) == 2
    assert (folder / "runs/notes.txt").exists()
    assert not (folder / "runs/.part-999-0").exists()


def test_rows_that_stand_twice_count_once(tmp_path, whole, undisturbed):
    folder = tmp_path / "s"
    shutil.copytree(whole, folder)
    first = writing.checked_part(parts(folder)[0], _meaning(folder))
    writing.write_part(folder / "runs", pd.read_parquet(first.path).iloc[::-1], first.about)
    assert digests(folder) != undisturbed
    copsim.sweep(PLAN, folder)
    assert digests(folder) == undisturbed


def _meaning(folder):
    from copsim.studies.manifest import digest_of

    return digest_of(json.loads((folder / "manifest.json").read_text())["meaning"])


@pytest.mark.parametrize("nth", [1, 2, 3, 5, 9, 10])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_loses_nothing(nth, error, tmp_path, monkeypatch, undisturbed):
    fill, written = writing._fill, []

    def filling(file, content):
        written.append(file.name)
        if len(written) >= nth:
            file.write(content[: len(content) // 2])
            raise OSError(error, os.strerror(error))
        fill(file, content)

    monkeypatch.setattr(writing, "_fill", filling)
    with pytest.raises(UserError, match=f"{os.strerror(error).lower()}|cannot be written"):
        copsim.sweep(PLAN, tmp_path / "s")
    monkeypatch.undo()
    settled(tmp_path / "s", undisturbed)


def test_a_limit_on_the_size_of_files_loses_nothing(tmp_path, undisturbed):
    pytest.importorskip("resource")
    said = python("-c", WITHOUT_ROOM, tmp_path / "s", json.dumps(PLAN)).stdout
    assert "file too large" in said
    settled(tmp_path / "s", undisturbed)


def test_a_second_writer_is_refused_until_the_first_is_gone(tmp_path, undisturbed):
    folder = tmp_path / "s"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout.readline() == "held\n"
        with pytest.raises(UserError, match=f"is being written by process {first.pid} on "):
            copsim.sweep(PLAN, folder)
        assert names(folder) == {".lock"}
        first.kill()
    settled(folder, undisturbed)


def test_a_second_writer_of_the_same_process_is_refused_too(tmp_path, undisturbed):
    refused = []

    def again(done, total):
        with pytest.raises(UserError, match=f"process {os.getpid()}"):
            copsim.sweep(PLAN, tmp_path / "s")
        refused.append(done)

    copsim.sweep(PLAN, tmp_path / "s", progress=again)
    assert refused
    assert digests(tmp_path / "s") == undisturbed
    with locked(tmp_path / "s"):
        pass


def test_a_part_is_one_file_and_says_whose(tmp_path, monkeypatch):
    monkeypatch.setattr(Pace, "size", lambda pace: 24)
    copsim.sweep(PLAN, tmp_path / "s")
    (part,) = parts(tmp_path / "s")
    checked = writing.checked_part(part, _meaning(tmp_path / "s"))
    assert checked.series == parts(tmp_path / "s", "staged")[0].name
    assert {"version", "streams", "engine", "seed", "sweep"} <= checked.about.keys()
    assert writing.checked_part(part, "another meaning") is None
