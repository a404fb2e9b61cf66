"""How a contestant is asked: a process that reads requests, a JSON line each, and answers each with a JSON line.

Standard library only, for contestants in other environments. A run is set up outside the clock, then lived through.
"""

import contextlib
import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")

Rows = list[list[float]]
Start = Callable[[int, int, int], Callable[[], Rows]]
"""(members, weeks, seed) -> how to live through the weeks; the first week's row of outputs first."""


def serve(start: Start) -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        answer = json.dumps(answered(start, json.loads(line)))
        gc.collect()
        gc.freeze()  # what was imported and compiled by now is looked through no more: a collection takes no time
        print(answer, flush=True)


def answered(start: Start, request: dict[str, Any]) -> dict[str, Any]:
    """Return what some runs took, all together: CPU and wall seconds, and the rows of the last one.

    request: members, weeks, seed (of the first run), runs. `grown` is by how many bytes the process grew meanwhile.
    """
    _forget_peak()
    cpu, wall, rows, before = 0.0, 0.0, list[list[float]](), peak()
    for k in range(request["runs"]):
        advance = start(request["members"], request["weeks"], request["seed"] + k)
        gc.collect()
        begun = time.process_time(), time.perf_counter()
        rows = advance()
        cpu, wall = cpu + time.process_time() - begun[0], wall + time.perf_counter() - begun[1]
    kept = rows if request.get("rows") else rows[-1:]
    return {"cpu": cpu, "wall": wall, "rows": kept, "grown": peak() - before}


def peak() -> int:
    """Return the most bytes of memory this process has held, on Linux since the last call of `_forget_peak`.

    Not `getrusage` there: what it says begins with the memory of whoever started the process.
    """
    if _STATUS.exists():
        return next(int(line.split()[1]) for line in _STATUS.open() if line.startswith("VmHWM")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _forget_peak() -> None:
    """Let the peak begin anew at what is held now: imports and compilers have held more."""
    gc.collect()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
