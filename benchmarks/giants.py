"""Giant runs, each in a process of its own: `python -m benchmarks.giants {ladder,engine} MEMBERS WEEKS THREADS`."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def ladder(members: int, weeks: int, threads: int) -> tuple[float, float]:
    """Return wall seconds of one run of the ladder on so many threads, and member-weeks."""
    from benchmarks.ladder.kernel_runs import start_giant

    start_giant(10_000, 2, 1, threads)()  # compiles
    advance = start_giant(members, weeks, 1, threads)
    begun = time.perf_counter()
    advance()
    return time.perf_counter() - begun, float(members * weeks)


def engine(members: int, weeks: int, threads: int) -> tuple[float, float]:
    """Return wall seconds of one run of the whole model, which takes one thread, and member-weeks; nobody joins."""
    from copsim.core.observables import NAMES
    from copsim.engine.gate import make_plan
    from copsim.engine.living import live

    settings = {"staging.on": 0.0, "joining.hinterland": 0.0}
    plans = [make_plan("professional", w, settings, members=n) for n, w in ((100, 2), (members, weeks))]
    live(plans[0], 1, 0)  # compiles
    begun = time.perf_counter()
    record = live(plans[1], 1, 0).record
    return time.perf_counter() - begun, float(record[:, NAMES.index("members")].sum(dtype=np.float64))


KINDS: dict[str, Callable[[int, int, int], tuple[float, float]]] = {"ladder": ladder, "engine": engine}


def measured(kind: str, members: int, weeks: int, threads: int) -> dict[str, Any]:
    """Return what a giant run takes in a new process: wall seconds, nanoseconds a member-week, peak bytes."""
    command = [sys.executable, "-m", "benchmarks.giants", kind, str(members), str(weeks), str(threads)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


def main() -> None:
    """Do one giant run and print one JSON document."""
    kind, (members, weeks, threads) = sys.argv[1], map(int, sys.argv[2:])
    seconds, member_weeks = KINDS[kind](members, weeks, threads)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    about = {"kind": kind, "members": members, "weeks": weeks, "threads": threads}
    print(json.dumps({**about, "seconds": seconds, "nanoseconds": seconds / member_weeks * 1e9, "peak": peak}))


if __name__ == "__main__":
    main()
