"""What each mechanism of the week costs: the source of `week.happen` with a clock read after each of its calls."""

import ast
import ctypes
import inspect
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.jit import once
from copsim.core.observables import NAMES
from copsim.core.state import State
from copsim.engine import week
from copsim.engine.gate import make_plan
from copsim.engine.living import begin, stretch_record
from copsim.scenarios.plans import packaged_start

Array = np.ndarray[Any, Any]
MEMBERS, WEEKS, ROUNDS = 1_000, 104, 5
VECTORS = {
    "clear": "yes",
    "count_anew": "no: numbers of the community",
    "lose_top": "no: runs only when an event says so",
    "weather": "no: numbers of the community",
    "calm": "no: numbers of the community",
    "sponsor": "no: numbers of the community",
    "withdraw": "no: numbers of the community",
    "lead": "sums yes; searching who holds and who could take a role no",
    "lay_down": "not read: runs only while leadership is switched off",
    "join": "sums yes; newcomers and stories one by one",
    "appoint": "search, one vacancy at a time",
    "participate": "chances yes; hashes and volumes of those acting no",
    "meet": "no: numbers of the community",
    "attend": "chances yes; hashes no",
    "set_out_chairs": "yes",
    "gather": "no: a hash each, and seats anywhere",
    "mingle": "no: partners drawn at random",
    "incline": "yes",
    "lay_tables": "yes",
    "seat": "no: a hash each, and seats anywhere",
    "answer": "no: partners drawn at random",
    "welcome": "count yes; those acting one by one",
    "tend_ties": "yes; the sum over each member's slots no",
    "value": "sums yes; binomial draws of those holding units no",
    "retell": "no: numbers of the community",
    "belong": "yes",
    "tire": "yes",
    "learn": "yes",
    "leave": "chances yes; hashes and those leaving no",
    "remember": "yes",
    "halve": "yes",
    "level": "yes; changes of level one by one",
    "practise": "sums yes",
    "stage": "no: numbers of the community",
    "cost": "yes",
    "record": "yes",
    "drop_ties": "no: ties point to people anywhere",
    "take_out": "counts yes; moving rows no",
}
"""Whether the loops of each call of the week use vectors, and why not where not: read from its machine code (AVX2).

No AVX2 instruction multiplies 64-bit numbers, which is why loops that hash stay scalar."""
_START = 600  # about so many at the start leave some 1,000 on average
_CLOCK = "clock(which, now.ctypes)\nread = now[0] * 1_000_000_000 + now[1]"
_WEEKS = """
def weeks(s, p, first, last, spent, which, now):
    town = s
    clock(which, now.ctypes)
    last_read = now[0] * 1_000_000_000 + now[1]
    for week in range(first, last + 1):
        for part in range(PARTS):
            pass
"""


def profile(weeks: int = WEEKS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return what each call of the week costs in an established community of some 1,000 members, dearest first.

    `mechanisms`: name -> nanoseconds a member-week, share of all, and what of it uses vectors; `nanoseconds`: their sum;
    `members`: on average.
    Errors: `UserError` where the system has no clock that compiled code can read.
    """
    settings = {"staging.on": 0.0}  # without endings
    plan = make_plan("professional", weeks, settings, start=packaged_start("established"), members=_START)
    record = stretch_record(plan, plan.stretches[0], 1, 0, {})
    taken, members = each_call(lambda: begin(plan, 1, 0, {}), record, weeks, rounds)
    total = sum(taken.values())
    table = {name: {"nanoseconds": ns, "share": ns / total, "vectors": VECTORS[name]} for name, ns in taken.items()}
    return {"members": members, "nanoseconds": total, "mechanisms": table}


def each_call(
    begun: Callable[[], tuple[State, int]], record: Any, weeks: int, rounds: int
) -> tuple[dict[str, float], float]:
    """Return nanoseconds a member-week of each call, dearest first, the least of some runs, and the mean of members."""
    run, names = timed_weeks()
    which, now = np.int64(_clock_number()), np.zeros(2, np.int64)
    least, members = np.full(len(names), np.inf), 0.0
    for _ in range(rounds + 1):  # the first one compiles
        (state, first), spent = begun(), np.zeros(len(names), np.int64)
        run(state, record[0], np.int64(first), np.int64(weeks), spent, which, now)
        members = float(state.record[:, NAMES.index("members")].sum(dtype="f8"))
        least = np.minimum(least, spent / members)
    return {names[k]: round(float(least[k]), 2) for k in np.argsort(-least)}, members / weeks


def timed_weeks() -> tuple[Any, list[str]]:
    """Return the weeks as one function (state, parameters, first, last, spent, which, now), and the names of its calls.

    `spent`, int64, takes the nanoseconds of each call; `which` is the clock, and `now` room for its time.
    """
    names: list[str] = []
    weeks = ast.parse(_WEEKS)
    inner = next(node for node in ast.walk(weeks) if isinstance(node, ast.For) and isinstance(node.body[0], ast.Pass))
    inner.body = _with_clock(week_spelled_out(), names)
    scope = {**vars(week), "clock": _clock()}
    exec(compile(ast.fix_missing_locations(weeks), "the week with a clock", "exec"), scope)
    return once(scope["weeks"]), names


def week_spelled_out() -> list[ast.stmt]:
    """Return the body of `week.happen` with what its own helpers do in their place."""
    functions = {
        node.name: node for node in ast.parse(inspect.getsource(week)).body if isinstance(node, ast.FunctionDef)
    }

    def spelled(body: list[ast.stmt]) -> list[ast.stmt]:
        lines: list[ast.stmt] = []
        for line in body:
            if isinstance(line, ast.If):
                line.body, line.orelse = spelled(line.body), spelled(line.orelse)
            helper = called(line)
            lines += spelled(functions[helper].body[1:]) if helper.startswith("_") else [line]
        return lines

    return spelled(functions["happen"].body[1:])


def called(line: ast.stmt) -> str:
    """Return the name of the function that a line calls, empty when it is no call."""
    call = line.value if isinstance(line, ast.Expr) else None
    return call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""


def _with_clock(body: list[ast.stmt], names: list[str]) -> list[ast.stmt]:
    """Return lines with the clock read after each call, whose name is added to the names."""
    timed: list[ast.stmt] = []
    for line in body:
        timed.append(line)
        if isinstance(line, ast.If):
            line.body, line.orelse = _with_clock(line.body, names), _with_clock(line.orelse, names)
        else:
            after = f"{_CLOCK}\nspent[{len(names)}] += read - last_read\nlast_read = read"
            timed += ast.parse(after).body
            names.append(called(line))
    return timed


def _clock_number() -> int:
    return int(getattr(time, "CLOCK_MONOTONIC", 0))


def _clock() -> Any:
    """Return the system's clock, which writes seconds and nanoseconds."""
    if not hasattr(time, "CLOCK_MONOTONIC"):
        raise UserError("the profile needs clock_gettime, which this system does not have.")
    clock = ctypes.CDLL(None).clock_gettime
    clock.argtypes, clock.restype = [ctypes.c_int, ctypes.c_void_p], ctypes.c_int
    return clock
