"""Giant runs, each in a process of its own: `python -m benchmarks.giants {ladder,engine} MEMBERS WEEKS THREADS`."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.ladder.contestants.serving import peak


def ladder(members: int, weeks: int, threads: int) -> tuple[float, float, float]:
    """Return wall seconds and CPU seconds of one run of the ladder on so many threads, and member-weeks."""
    from benchmarks.ladder.kernel_runs import start_giant

    start_giant(10_000, 2, 1, threads)()  # compiles
    advance = start_giant(members, weeks, 1, threads)
    wall, processor = _timed(advance)
    return wall, processor, float(members * weeks)


def engine(members: int, weeks: int, threads: int) -> tuple[float, float, float]:
    """Return wall seconds and CPU seconds of one run of the whole model on some threads, and member-weeks; nobody joins."""
    from copsim.core.observables import NAMES
    from copsim.engine import living
    from copsim.engine.gate import make_plan

    settings = {"staging.on": 0.0, "joining.hinterland": 0.0}
    plans = [make_plan("professional", w, settings, members=n) for n, w in ((100, 2), (members, weeks))]
    enough, living.MANY = living.MANY, 0
    living.live(plans[0], 1, 0, threads=threads)  # compiles
    living.MANY = enough
    lives: list[living.Life] = []
    wall, processor = _timed(lambda: lives.append(living.live(plans[1], 1, 0, threads=threads)))
    return wall, processor, float(lives[0].record[:, NAMES.index("members")].sum(dtype=np.float64))


def _timed(do: Callable[[], Any]) -> tuple[float, float]:
    """Return wall seconds and CPU seconds, of all threads together."""
    wall, processor = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - wall, time.process_time() - processor


KINDS: dict[str, Callable[[int, int, int], tuple[float, float, float]]] = {"ladder": ladder, "engine": engine}


def measured(kind: str, members: int, weeks: int, threads: int) -> dict[str, Any]:
    """Return what a giant run takes in a new process: wall and CPU seconds, nanoseconds a member-week, peak bytes."""
    command = [sys.executable, "-m", "benchmarks.giants", kind, str(members), str(weeks), str(threads)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


def main() -> None:
    """Do one giant run and print one JSON document."""
    kind, (members, weeks, threads) = sys.argv[1], map(int, sys.argv[2:])
    seconds, processor, member_weeks = KINDS[kind](members, weeks, threads)
    about = {"kind": kind, "members": members, "weeks": weeks, "threads": threads}
    times = {"seconds": seconds, "processor": processor, "nanoseconds": seconds / member_weeks * 1e9}
    print(json.dumps({**about, **times, "peak": peak()}))


if __name__ == "__main__":
    main()
