"""How functions are compiled: which functions are compiled, and where compiled code is kept.

How kernels are compiled is in `compiling.py`.

Compiled code is kept per user in a folder named by a digest of every kernel source, the versions and the flags:
numba's own cache key looks at one file only, so that an edit in a called file would silently keep old code alive.
"""

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import llvmlite
import numba
import numpy as np
from numba import config

from copsim.core.compiling import Kernel, Parts, add_one, by_address, replace_if

__all__ = [
    "PLAIN", "SOURCES", "add_one", "by_address", "cache_folder", "entry", "kernel", "once", "reader", "replace_if",
    "source_digest",
]  # fmt: skip

Function = TypeVar("Function", bound=Callable[..., Any])

PLAIN = bool(config.DISABLE_JIT)
"""True when kernels run as plain Python (NUMBA_DISABLE_JIT=1): slow, for coverage and as an oracle."""

SOURCES = ("core", "mechanisms", "engine", "measures")


def source_digest() -> str:
    """Return 12 hexadecimal digits naming the text of every kernel source."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _build_name() -> str:
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version_info[:2])
    flags = (bool(config.BOUNDSCHECK), config.OPT, config.CPU_NAME, config.CPU_FEATURES)
    return hashlib.sha256(repr((source_digest(), versions, flags)).encode()).hexdigest()[:16]


def cache_folder() -> str:
    """Return a writable folder for compiled code, of this user alone; an empty string where none can be had."""
    user = f"copsim-{os.getuid()}" if hasattr(os, "getuid") else "copsim"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    shared = os.path.join(tempfile.gettempdir(), user)
    for root in (os.path.join(home, "copsim"), shared):
        path = os.path.join(root, "kernels", _build_name())
        try:
            if root == shared and not _is_ours(root):
                continue
            os.makedirs(path, mode=0o700, exist_ok=True)
        except OSError:
            continue
        if os.access(path, os.W_OK):
            return path
    return ""


def _is_ours(folder: str) -> bool:
    """Make a folder where everybody may, unless it is there, and tell whether this user alone can write into it.

    Whoever can put compiled code there can have it run.
    """
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    found = os.lstat(folder)
    mine = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
    return mine and stat.S_ISDIR(found.st_mode)


if not config.CACHE_DIR:  # a folder chosen by the user wins
    config.CACHE_DIR = cache_folder()


def kernel(function: Function) -> Function:
    """Compile a function that only other compiled functions call; it can allocate nothing."""
    return function if PLAIN else Kernel(function, _PART, Parts)


def entry(function: Function) -> Function:
    """Compile a function of the engine that Python calls; its machine code, callees included, is kept on disk."""
    return _kept(function, **_BARE)


def reader(function: Function) -> Function:
    """Compile a function that measures tables: it may allocate, and is kept on disk."""
    return _kept(function, error_model="numpy", nogil=True)


def once(function: Function) -> Function:
    """Compile a function that was made while the program runs; it is not kept on disk."""
    return numba.njit(**_BARE)(function)  # type: ignore[no-any-return]


# `error_model="numpy"` lets LLVM vectorise loops; without reference counts the engine runs three times as fast. Numba's
# rewrites are for expressions over whole arrays, of which there are none.
_BARE = {"error_model": "numpy", "nogil": True, "_nrt": False, "no_rewrites": True}
_PART = {**_BARE, "nopython": True, "boundscheck": None, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def _kept(function: Function, **options: Any) -> Function:
    try:
        return numba.njit(**options, no_cfunc_wrapper=True, cache=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # no writable place at all: compile anew in each process
        return numba.njit(**options, no_cfunc_wrapper=True)(function)  # type: ignore[no-any-return]
