"""Parts: the append-only Parquet files of a sweep, each whole or not there.

A part is written under a temporary name, brought to the disk, and renamed; its name holds the hash of its bytes, so that
one that was torn, changed or put there by others is known by its name alone. Such files are moved to `aside/`.
"""

import io
import itertools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.studies.storing import ABOUT, write_table

if TYPE_CHECKING:
    import pandas as pd

RUNS, WEEKLY, STAGED, ASIDE = "runs", "weekly", "staged", "aside"
"""Folders of a sweep: outcomes, weeks, weeks that wait to be condensed into quantiles, and what was set aside."""
MEANING, SERIES, BIN = "sweep", "series", "bin"
"""What a part carries: the digest of what its sweep means, the part that holds its weeks, which quantiles it holds."""
_TEMPORARY = ".part-"
_NAME = re.compile(r"part-([0-9a-f]{32})\.parquet")
_numbers = itertools.count()


@dataclass(frozen=True)
class Part:
    """One whole part: where it is, and what it says of itself."""

    path: Path
    about: Mapping[str, Any]

    @property
    def series(self) -> str:
        """The name of the part that holds the weeks of these runs, "" where none are kept."""
        return str(self.about.get(SERIES, ""))


def as_bytes(frame: "pd.DataFrame", about: Mapping[str, Any]) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    write_table(frame, sink, about)
    return sink.getvalue()


def write_part(folder: Path, frame: "pd.DataFrame", about: Mapping[str, Any]) -> str:
    """Write a table as a part of a folder and return its name. Errors: OSError, and then nothing is left."""
    content = as_bytes(frame, about)
    name = f"part-{_hash(content)}.parquet"
    folder.mkdir(exist_ok=True)
    write_whole(folder / name, content)
    return name


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there with all its content or not at all, also when the machine stops."""
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{next(_numbers)}")
    try:
        with open(temporary, "wb") as file:
            _fill(file, content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _fill(file: io.BufferedWriter, content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def whole_parts(folder: Path, meaning: str, broken: Callable[[Path], None]) -> Iterator[Part]:
    """Yield the parts of a folder that are whole and belong to this sweep, by name; tell `broken` of other Parquet files.

    Files with other endings are none of our business.
    """
    for path in sorted(folder.glob("*.parquet")) if folder.is_dir() else ():
        part = checked_part(path, meaning)
        if part is None:
            broken(path)
        else:
            yield part


def checked_part(path: Path, meaning: str) -> Part | None:
    """Return a part, or None where the file is not one of this sweep with all its bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    named = _NAME.fullmatch(path.name)
    try:
        if named is None or file_hash(path) != named[1]:
            return None
        found = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    about = _table_of(found.get(ABOUT.encode(), b"{}"))
    return Part(path, about) if about.get(MEANING) == meaning else None


def _table_of(text: bytes) -> dict[str, Any]:
    import json

    found = json.loads(text)
    return found if isinstance(found, dict) else {}


def file_hash(path: Path) -> str:
    """Return the hash that stands in the name of a part."""
    import hashlib

    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()


def set_aside(path: Path) -> None:
    """Move a file that is no part of a sweep out of the way of readers; nothing is thrown away."""
    aside = path.parent.parent / ASIDE
    aside.mkdir(exist_ok=True)
    place = aside / f"{path.parent.name}-{path.name}"
    for number in itertools.count(2):
        if not place.exists():
            break
        place = aside / f"{path.parent.name}-{number}-{path.name}"
    with suppress(FileNotFoundError):
        path.rename(place)


def sweep_temporary(folder: Path) -> None:
    """Take away what a process that was killed left half written; the lock says that none is at work."""
    for path in folder.glob(f"{_TEMPORARY}*") if folder.is_dir() else ():
        path.unlink(missing_ok=True)
