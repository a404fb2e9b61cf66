"""Calling a kernel from Python: kernels have no wrapper of their own, so each gets a module, compiled once and kept.

A wrapper module is generated per kernel into the folder of compiled code, which is named by the digest of all kernel
sources: the second run of the tests finds every wrapper compiled.
"""

import importlib.util
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np

from copsim.core.jit import PLAIN

_SOURCE = """from copsim.core.jit import entry
from {module} import {name} as kernel


@entry
def called({arguments}):
    return kernel({arguments})
"""


@cache
def call(kernel: Any) -> Callable[..., Any]:
    """Return a function that Python may call in place of a kernel; where nothing is compiled, its plain source."""
    return _plain(kernel) if PLAIN else _compiled(kernel.py_func)


def _plain(function: Any) -> Callable[..., Any]:
    def called(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):  # 64 bits wrap around
            return function(*arguments)

    return called


def _compiled(function: Any) -> Callable[..., Any]:
    path = _written(function)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # kept code is loaded by the name of its module
    spec.loader.exec_module(module)
    return module.called  # type: ignore[no-any-return]


def _written(function: Any) -> Path:
    """Write the wrapper's module unless it is there; workers that race write the same text."""
    folder = Path(numba.config.CACHE_DIR) / "wrappers"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"called_{function.__module__.replace('.', '_')}_{function.__name__}.py"
    if not path.exists():
        arguments = ", ".join(function.__code__.co_varnames[: function.__code__.co_argcount])
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(_SOURCE.format(module=function.__module__, name=function.__name__, arguments=arguments))
        part.replace(path)
    return path
