"""Output folders: a result is made beside its place and renamed, so that a folder holds all of it or is not there.

A temporary folder `.NAME.tmp-PID-HOST-NUMBER` belongs to a process; when that is gone, the next call sweeps it away. A
result that is replaced waits as `.NAME.old-…` and is put back if the replacing was cut short.
"""

import errno
import itertools
import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from copsim.core.errors import UserError
from copsim.studies.manifest import FILE, is_manifest, request_digest, versions

State = Literal["free", "finished", "stale"]
_WITH_RESULTS = (FILE, "report.html", "figures")
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_TRIES = 5
_numbers = itertools.count()
_in_use: set[str] = set()
"""Names of folders that this process works in: after a restart in a container, an old one has its number too."""


@dataclass(frozen=True)
class Output:
    """Where to write: `path` until all is there, `folder` from then on; `finished` when it is there already.

    stale: the folder holds this request's result by another version of copsim, which is made anew and replaced.
    """

    folder: Path
    path: Path
    finished: bool = False
    stale: bool = False


@contextmanager
def output(folder: str | Path, request: Mapping[str, Any], force: bool = False) -> Iterator[Output]:
    """Give a folder to write results into, and put it in its place when the block ends without an exception.

    `folder` may be absent, empty, or made by the same request; anything else is refused, unless `force` replaces it. A
    finished result of the same request is left as it is, `finished` is True and `path` is the folder itself. The block
    writes manifest.json with the same `request`. Errors: `UserError`, one sentence, for a folder that is refused or
    cannot be written.
    """
    place = _place(folder)
    with explained(place):
        _sweep(place)
        state: State = "free" if force else _state(place, request)
    if state == "finished":
        yield Output(place, place, finished=True)
        return
    if force:
        _refuse_to_replace(place)
    with _temporary(place) as path:
        with explained(place, path):
            yield Output(place, path, stale=state == "stale")
        with explained(place):
            _put(path, place, request, force)


def _place(folder: str | Path) -> Path:
    """Return the full path of a folder, whatever the process makes its own folder later."""
    try:
        place, here = Path(folder).resolve(), Path.cwd()
    except (OSError, RuntimeError) as error:
        raise UserError(f"{folder} cannot be used as an output folder: {error}") from None
    if here.is_relative_to(place):
        raise UserError(f"{folder} is the folder you are in, or above it; name a new folder for the results")
    return place


def _refuse_to_replace(place: Path) -> None:
    if place.exists() and not place.is_dir():
        raise UserError(f"{place} is a file, not a folder; choose another --out")
    with suppress(RuntimeError):  # nobody's home
        if Path.home().resolve().is_relative_to(place):
            raise UserError(f"{place} is or holds your home folder; choose another --out")


def _state(place: Path, request: Mapping[str, Any]) -> State:
    """Tell what a folder holds. Errors: `UserError` for a file, other files, or another request."""
    if not place.exists():
        return "free"
    if not place.is_dir():
        raise UserError(f"{place} is a file, not a folder; choose another --out")
    held = {path.name for path in place.iterdir()}
    if not held:
        return "free"
    made = _manifest(place)
    if made is None or held - {*_WITH_RESULTS, *made["results"]}:
        raise UserError(f"{place} holds other files; choose another --out or use --force to replace it")
    if request_digest(made["request"]) != request_digest(request):
        raise UserError(f"{place} was made by another request; choose another --out or use --force to replace it")
    return "finished" if held >= made["results"].keys() and _of_this_version(made) else "stale"


def _manifest(place: Path) -> dict[str, Any] | None:
    """Return the manifest in a folder, None where there is none of copsim's."""
    try:
        found = json.loads((place / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if is_manifest(found) else None


def _of_this_version(made: Mapping[str, Any]) -> bool:
    ours = versions()
    return all(made.get(key) == ours[key] for key in ("copsim", "streams", "engine"))


@contextmanager
def explained(place: Path, within: Path | None = None) -> Iterator[None]:
    """Turn what the disk refuses into a sentence; with `within`, only what concerns that folder or a full disk."""
    try:
        yield
    except OSError as error:
        if within is not None and not _concerns(error, within):
            raise
        raise UserError(f"{place} cannot be written: {_reason(error)}") from error


def _concerns(error: OSError, folder: Path) -> bool:
    if error.filename is None:
        return error.errno in _FULL
    return Path(os.fsdecode(error.filename)).is_relative_to(folder)


def _reason(error: OSError) -> str:
    """Return what the disk says, in few words: a library may tell more than a user wants to know."""
    if error.errno == errno.EEXIST and error.filename:
        return f"{error.filename} is a file, not a folder"
    return os.strerror(error.errno).lower() if error.errno else str(error)


@contextmanager
def _temporary(place: Path) -> Iterator[Path]:
    """Make a folder beside a place; it is gone afterwards unless it was renamed."""
    path = _beside(place, "tmp")
    _in_use.add(path.name)
    try:
        with explained(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir()
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        _in_use.discard(path.name)


def _beside(place: Path, kind: str) -> Path:
    return place.with_name(f".{place.name}.{kind}-{os.getpid()}-{_host()}-{next(_numbers)}")


def _host() -> str:
    """Return a short name for this machine: a process is known by its number only where it runs."""
    return blake2b(platform.node().encode(), digest_size=4).hexdigest()


def _put(path: Path, place: Path, request: Mapping[str, Any], force: bool) -> None:
    """Rename a finished folder to its place; whoever was quicker with the same result has done the work."""
    for _ in range(_TRIES):
        state: State = "stale" if force else _state(place, request)
        if state == "finished":
            return
        old = _beside(place, "old")
        _in_use.add(old.name)
        try:
            if state == "stale":
                _move(place, old)
            _rename(path, place)
            return
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
        finally:
            _settle(old, place)
            _in_use.discard(old.name)
    raise UserError(f"{place} is being written by others at the same time; choose another --out")


def _move(place: Path, aside: Path) -> None:
    with suppress(FileNotFoundError):  # others may be replacing it too
        place.rename(aside)


def _rename(path: Path, place: Path) -> None:
    """Rename a folder onto an absent or empty place."""
    with suppress(FileNotFoundError):
        place.rmdir()  # not every system renames onto an empty folder
    path.rename(place)


def _settle(old: Path, place: Path) -> None:
    """Take away what was moved aside once another stands in its place; until then, put it back."""
    if not old.exists():
        return
    if place.exists():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.rename(place)


def _sweep(place: Path) -> None:
    """Take away what processes that are gone have left beside a place; put back what they had moved aside."""
    ours = re.compile(rf"\.{re.escape(place.name)}\.(tmp|old)-(\d+)-{_host()}-\d+")
    for path in _beside_it(place):
        found = ours.fullmatch(path.name)
        if not found or not _is_own_folder(path) or _works(path.name, int(found[2])):
            continue
        if found[1] == "old":
            _settle(path, place)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _beside_it(place: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(place.parent.iterdir())
    return []


def _is_own_folder(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir() and not path.is_symlink() and (os.name == "nt" or path.stat().st_uid == os.getuid())
    return False


def _works(name: str, process: int) -> bool:
    """Tell whether the process that a temporary folder is named after still works in it."""
    return name in _in_use if process == os.getpid() else _is_running(process)


if sys.platform == "win32":

    def _is_running(process: int) -> bool:
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # the right to ask, nothing else
        return bool(handle and ctypes.windll.kernel32.CloseHandle(handle))

else:

    def _is_running(process: int) -> bool:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return True
