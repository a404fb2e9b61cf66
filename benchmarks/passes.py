"""Nanoseconds of each pass of the week: the source of `week.live` with a clock read after each of its lines."""

import ast
import ctypes
import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

from copsim.core.observables import NAMES
from copsim.core.state import State, new_state
from copsim.engine import week

Array = np.ndarray[Any, Any]
_BARE: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}


def timed_week(library: Path) -> tuple[Any, list[str]]:
    """Return the week as one compiled function (state, parameters, week, spent), and the names of its passes.

    `spent`, int64, takes the nanoseconds of each pass; `library` is ladder.so, which has the clock.
    """
    clock = ctypes.CDLL(str(library)).nanoseconds
    clock.argtypes, clock.restype = [], ctypes.c_int64
    tree = ast.parse(textwrap.dedent(inspect.getsource(week.live.py_func)))  # type: ignore[attr-defined]
    live = tree.body[0]
    assert isinstance(live, ast.FunctionDef)
    live.decorator_list = []
    live.args.args.append(ast.arg("spent"))
    live.body, names = _with_clock(live.body)
    scope = {**vars(week), "clock": clock}
    exec(compile(ast.fix_missing_locations(tree), "week.live with a clock", "exec"), scope)
    return numba.njit(**_BARE)(scope["live"]), names


def _with_clock(body: list[ast.stmt]) -> tuple[list[ast.stmt], list[str]]:
    timed, names = ast.parse("last = clock()").body, list[str]()
    for line in body:
        called = [
            node.func.id for node in ast.walk(line) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        if called:
            timed += [line, *ast.parse(f"now = clock()\nspent[{len(names)}] += now - last\nlast = now").body]
            names.append(called[-1])
    return timed, names


def each_pass(begun: Callable[[], tuple[State, int]], record: Any, weeks: int, library: Path) -> dict[str, float]:
    """Return nanoseconds a member-week of each pass, dearest first: the least of five runs."""
    timed, names = timed_week(library)

    @numba.njit(**_BARE)  # type: ignore[untyped-decorator]
    def run(s: Any, p: Any, first: int, last: int, spent: Any) -> None:
        for number in range(first, last + 1):
            timed(s, p[0], number, spent)

    least = np.full(len(names), np.inf)
    for _ in range(6):  # the first one compiles
        (state, first), spent = begun(), np.zeros(len(names), np.int64)
        run(state, record, first, weeks, spent)
        least = np.minimum(least, spent / state.record[:, NAMES.index("members")].sum(dtype="f8"))
    return {names[k]: round(float(least[k]), 2) for k in np.argsort(-least)}


def bytes_a_member() -> float:
    """Return the bytes of state that one more member takes."""
    small, large = (sum(column.nbytes for column in new_state(n, n, 1, 1, 0)) for n in (1 << 14, 1 << 15))
    return (large - small) / (1 << 14)
