"""Event logs as files: where they may be written, and how."""

import os
import tempfile
from pathlib import Path
from typing import Any

from copsim.core.errors import UserError

SUFFIXES = (".csv", ".csv.gz", ".parquet")


def checked_events_file(name: str | None) -> Path | None:
    """Return the file an event log goes to, None where none is asked for. Errors: `UserError` before anything runs."""
    if name is None:
        return None
    path = Path(name)
    if not name.endswith(SUFFIXES) or path.name in SUFFIXES:
        raise UserError(f"--events needs a file that ends in {', '.join(SUFFIXES)}, not {name!r}")
    if path.is_dir() or not path.parent.is_dir():
        raise UserError(f"{path} cannot be written: {'it is' if path.is_dir() else 'there is no'} such folder")
    if not os.access(path.parent, os.W_OK):
        raise UserError(f"{path} cannot be written: the folder is read-only")
    return path


def write_events(table: Any, path: Path) -> None:
    """Write a table of events, beside its place first and then renamed."""
    suffix = next(suffix for suffix in SUFFIXES if path.name.endswith(suffix))
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=suffix, dir=path.parent)
    os.close(handle)
    try:
        if suffix == ".parquet":
            table.to_parquet(beside, index=False)
        else:
            gzip = {"method": "gzip", "mtime": 1} if suffix == ".csv.gz" else None
            table.to_csv(beside, index=False, lineterminator="\n", compression=gzip)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
