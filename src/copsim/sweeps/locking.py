"""One writer a folder: a lock of the system's, which dies with its process, however that ends."""

import errno
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copsim.core.errors import UserError

FILE = ".lock"
_HELD = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder for the length of a block. Errors: `UserError` naming the process that holds it."""
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _lock(descriptor)
        except OSError as error:
            raise UserError(_refusal(folder, error, descriptor)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()} on {platform.node()}".encode())
        yield
    finally:
        os.close(descriptor)


def _refusal(folder: Path, error: OSError, descriptor: int) -> str:
    if error.errno not in _HELD:
        return f"{folder} lies on a disk without locks ({os.strerror(error.errno or 0).lower()}); choose another --out"
    holder = os.read(descriptor, 300).decode("utf-8", "replace").strip() or "another process"
    return f"{folder} is being written by {holder}; wait for it, or run a shard into a folder of its own (--shard)"


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # a byte far behind what others read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
