"""Output folders: all of a result or nothing, whoever else writes, wherever it stops."""

import errno
import json
import os
import subprocess
import sys
from functools import partial

import pytest

from copsim.core.errors import UserError
from copsim.studies import folders
from copsim.studies.folders import output
from copsim.studies.manifest import versions

REQUEST = {"kind": "compare", "scenarios": [{"name": "a", "digest": "1"}], "seed": 1}
OTHER = {**REQUEST, "seed": 2}

CLAIM = """
import json, os, sys
from copsim.studies.folders import output
from copsim.studies.manifest import versions
folder, request = sys.argv[1], json.loads(sys.argv[2])
with output(folder, request) as out:
    (out.path / "runs.parquet").write_text(str(os.getpid()))
    print("half", flush=True)
    sys.stdin.readline()
    made = {**versions(), "kind": "compare", "request": request, "scenarios": [], "results": {"runs.parquet": ""}}
    (out.path / "manifest.json").write_text(json.dumps(made))
print("done", flush=True)
"""


WITHOUT_ROOM = """
import resource, signal, sys
import numpy as np, pandas as pd
from copsim.core.errors import UserError
from copsim.studies.folders import output
from copsim.studies.storing import write_table
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
frame = pd.DataFrame({"a": np.random.default_rng(1).random(100_000)})
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
for write in (lambda path: write_table(frame, path, {}), lambda path: path.write_bytes(bytes(100_000))):
    try:
        with output(sys.argv[1], {"kind": "compare"}) as out:
            write(out.path / "table")
    except UserError as error:
        print(error)
"""


def fill(path, request=REQUEST, text="1", **changed):
    """Write a small result, as a study does."""
    made = {**versions(), "kind": "compare", "request": request, "scenarios": [], "results": {"runs.parquet": ""}}
    (path / "runs.parquet").write_text(text)
    (path / "manifest.json").write_text(json.dumps({**made, **changed}))


def make(folder, request=REQUEST, text="1", force=False, write=None, **changed):
    with output(folder, request, force) as out:
        if not out.finished:
            fill(out.path, request, text, **changed)
        if write:
            write(out.path)
    return out


def stop(end, path):
    raise end


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def claim(folder, request=REQUEST):
    """Start a process that has written half of its result and waits."""
    command = [sys.executable, "-c", CLAIM, str(folder), json.dumps(request)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, **pipes)
    assert process.stdout.readline() == "half\n"
    return process


def test_a_result_appears_at_once_and_nothing_is_left_beside_it(tmp_path):
    place = tmp_path / "new" / "with a space"
    with output(place, REQUEST) as out:
        assert not out.finished and out.folder == place
        assert out.path.parent == place.parent and out.path.name.startswith(".with a space.tmp-")
        fill(out.path)
        assert not place.exists()
    assert names(tmp_path / "new") == ["with a space"]
    assert names(place) == ["manifest.json", "runs.parquet"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    make(tmp_path / "out")
    assert names(tmp_path / "out") == ["manifest.json", "runs.parquet"]


def test_a_relative_folder_stays_where_it_was_named(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with output("out", REQUEST) as out:
        fill(out.path)
        os.chdir("elsewhere")
    assert names(tmp_path) == ["elsewhere", "out"]


def test_a_finished_result_of_the_same_request_is_reused(tmp_path):
    make(tmp_path / "out", text="first")
    again = make(tmp_path / "out", {"seed": 1, **REQUEST, "given": {"scenarios": ["./a.toml"]}}, text="second")
    assert again.finished and again.path == tmp_path / "out"
    assert (tmp_path / "out" / "runs.parquet").read_text() == "first"


@pytest.mark.parametrize("changed", [{"engine": "0"}, {"copsim": "0.0"}, {"streams": 0}])
def test_the_result_of_another_version_is_made_anew(tmp_path, changed):
    make(tmp_path / "out", text="first", **changed)
    again = make(tmp_path / "out", text="second")
    assert again.stale and not again.finished
    assert (tmp_path / "out" / "runs.parquet").read_text() == "second"
    assert names(tmp_path) == ["out"]


def test_a_result_that_misses_a_file_is_made_anew(tmp_path):
    make(tmp_path / "out")
    (tmp_path / "out" / "runs.parquet").unlink()
    make(tmp_path / "out", text="second")
    assert (tmp_path / "out" / "runs.parquet").read_text() == "second"


def test_another_request_is_refused_and_force_replaces_it(tmp_path):
    make(tmp_path / "out", text="first")
    with pytest.raises(UserError, match=r"out was made by another request; choose another --out or use --force"):
        make(tmp_path / "out", OTHER)
    assert (tmp_path / "out" / "runs.parquet").read_text() == "first"
    make(tmp_path / "out", OTHER, "second", force=True)
    assert (tmp_path / "out" / "runs.parquet").read_text() == "second"
    assert names(tmp_path) == ["out"]


def test_other_files_are_refused_and_force_replaces_them(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match=r"out holds other files; choose another --out or use --force to replace it"):
        make(tmp_path / "out")
    assert names(tmp_path / "out") == ["thesis.txt"]
    make(tmp_path / "out", force=True)
    assert names(tmp_path / "out") == ["manifest.json", "runs.parquet"]


def test_notes_beside_a_result_are_not_thrown_away(tmp_path):
    make(tmp_path / "out", engine="0")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="holds other files"):
        make(tmp_path / "out")


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"request": {}}', "[" * 100_000])
def test_a_manifest_of_others_is_other_files(tmp_path, text):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text(text)
    with pytest.raises(UserError, match="holds other files"):
        make(tmp_path / "out")


@pytest.mark.parametrize("force", [False, True])
def test_a_file_is_refused(tmp_path, force):
    (tmp_path / "out").write_text("")
    with pytest.raises(UserError, match=r"out is a file, not a folder"):
        make(tmp_path / "out", force=force)
    assert names(tmp_path) == ["out"]


def test_a_folder_under_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"file/out cannot be written: .*file is a file, not a folder"):
        make(tmp_path / "file" / "out")
    with pytest.raises(UserError, match=r"cannot be written: not a directory"):
        make(tmp_path / "file" / "deeper" / "out")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_cannot_be_written(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(UserError, match="permission denied"):
        make(tmp_path / "locked" / "out")


@pytest.mark.parametrize("force", [False, True])
def test_the_folder_one_is_in_is_refused(tmp_path, monkeypatch, force):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for folder in (".", "..", "/"):
        with pytest.raises(UserError, match="is the folder you are in, or above it"):
            make(folder, force=force)


def test_the_home_folder_is_never_replaced(tmp_path, monkeypatch):
    home = tmp_path / "home" / "me"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for folder in (home, home.parent):
        with pytest.raises(UserError, match="your home folder"):
            make(folder, force=True)


@pytest.mark.parametrize("end", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("force", [False, True])
def test_an_exception_leaves_what_was_there(tmp_path, end, force):
    make(tmp_path / "out", OTHER, "first")
    place = tmp_path / ("out" if force else "new")
    with pytest.raises(end):
        make(place, force=force, write=partial(stop, end))
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "runs.parquet").read_text() == "first"


def test_an_interrupt_between_the_two_renames_puts_the_old_result_back(tmp_path, monkeypatch):
    def interrupted(path, place):
        assert not place.exists()
        raise KeyboardInterrupt

    make(tmp_path / "out", OTHER, "first")
    monkeypatch.setattr(folders, "_rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "out", force=True)
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "runs.parquet").read_text() == "first"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_a_disk_without_room_is_said_in_one_sentence(tmp_path):
    """A limit on the size of files stands in for a full disk: Parquet and plain files meet it alike."""
    command = [sys.executable, "-c", WITHOUT_ROOM, str(tmp_path / "out")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == [f"{tmp_path / 'out'} cannot be written: file too large"] * 2
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_whoever_meets_it(tmp_path, number):
    """Libraries name no file, and tell more than one line."""
    full = OSError(number, "Error writing bytes to file. Detail:\n[errno 28]")
    with pytest.raises(UserError, match=rf"out cannot be written: {os.strerror(number).lower()}$"):
        make(tmp_path / "out", write=partial(stop, full))
    assert names(tmp_path) == []


def test_an_error_about_another_file_is_not_blamed_on_the_output(tmp_path):
    with pytest.raises(FileNotFoundError), output(tmp_path / "out", REQUEST):
        (tmp_path / "log.csv").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_killed_process_leaves_nothing_under_the_name_and_the_next_call_sweeps(tmp_path):
    process = claim(tmp_path / "out")
    with process:
        process.kill()
    (left,) = names(tmp_path)
    assert left.startswith(f".out.tmp-{process.pid}-")
    make(tmp_path / "out")
    assert names(tmp_path) == ["out"]


def test_only_what_is_ours_and_of_this_machine_is_swept(tmp_path):
    gone = 2**22 + 1  # above the largest process number
    host = folders._host()
    kept = [".other.tmp-1", f".out.tmp-{gone}-00000000-0", f".out.tmp-{gone}", f".out.x.tmp-{gone}-{host}-0", ".out"]
    for name in kept:
        (tmp_path / name).mkdir()
    (tmp_path / f".out.tmp-{gone}-{host}-1").write_text("a file")
    (tmp_path / f".out.tmp-{gone}-{host}-0").mkdir()
    (tmp_path / f".out.tmp-{os.getpid()}-{host}-999999").mkdir()  # of an earlier process with our number
    make(tmp_path / "out")
    assert names(tmp_path) == sorted([*kept, f".out.tmp-{gone}-{host}-1", "out"])


def test_a_replacing_that_was_killed_is_undone_or_ended(tmp_path):
    make(tmp_path / "out", OTHER, "first")
    old = tmp_path / f".out.old-{2**22 + 1}-{folders._host()}-0"
    (tmp_path / "out").rename(old)
    with pytest.raises(UserError, match="another request"):
        make(tmp_path / "out")
    assert names(tmp_path) == ["out"]
    old.mkdir()
    make(tmp_path / "out", OTHER)
    assert names(tmp_path) == ["out"]


def test_the_folder_of_a_process_at_work_is_left_alone(tmp_path):
    with output(tmp_path / "out", REQUEST) as mine:
        make(tmp_path / "out")
        assert mine.path.is_dir()
        fill(mine.path)
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("request_2", [REQUEST, OTHER])
def test_two_processes_claim_one_folder(tmp_path, request_2):
    first, second = claim(tmp_path / "out"), claim(tmp_path / "out", request_2)
    assert len(names(tmp_path)) == 2
    assert first.communicate("go on\n") == ("done\n", "")
    said, complaint = second.communicate("go on\n")
    if request_2 == REQUEST:
        assert (said, complaint, second.returncode) == ("done\n", "", 0)
    else:
        assert "made by another request" in complaint and second.returncode == 1
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "runs.parquet").read_text() == str(first.pid)
