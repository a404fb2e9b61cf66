"""The engine against the ladder in plain C, as ratios in one run: `python -m benchmarks [--quick]`.

Both are measured in CPU time of one thread, interleaved, medians of several rounds. The ladder (ladder.c) is a small
reference model with sixteen ties a member; a live member-week of the engine is one member inside for one week. Both have
1,000 members: those of the engine come and go, from 640 to some 1,250 in two years. It runs without endings, since so
large a community would soon split. What each pass of the week takes is measured with a clock between the passes.
"""

import ctypes
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.passes import bytes_a_member, each_pass
from copsim.core.observables import NAMES
from copsim.core.state import State
from copsim.engine.gate import make_plan
from copsim.engine.living import begin, live, stretch_record
from copsim.engine.running import run
from copsim.scenarios.plans import packaged_start

MEMBERS, FOUNDERS = 1_000, 640
LADDER = {
    "B0": -3.0, "BE": 2.6, "BT": 0.8, "L0": -1.2, "L1": -0.4, "L2": 0.2, "L3": 0.8, "L4": 1.4, "L5": 1.8, "BL": 1.2,
    "BR": 0.4,
    "PERIOD": 13.0, "LEAD": 0.6, "VALUE": 0.30, "COST": 0.08, "BURN": 0.5, "LR": 0.06, "PRACT": 0.004, "REST": 0.05,
    "EREST": 0.55, "XDEC": 0.002, "TGAIN": 0.02, "TDEC": 0.012, "SNEW": 0.10, "SGAIN": 0.25, "SDEC": 0.06, "SFLOOR": 0.03,
    "RUP": 0.06, "U0": -3.4, "UE": 2.6, "US": 0.6, "RDN": 0.05, "D0": 1.0, "DE": 2.6, "DS": 0.3,
}  # fmt: skip


def compiled_ladder() -> Path:
    """Compile the ladder with gcc -O3 and return the path of the library."""
    source, target = Path(__file__).parent / "ladder.c", Path(tempfile.mkdtemp()) / "ladder.so"
    subprocess.check_call(["gcc", "-O3", "-march=native", "-shared", "-fPIC", "-o", target, source, "-lm"])
    return target


def ladder_in_c(path: Path, weeks: int) -> Callable[[], int]:
    """Return a run of the ladder that tells its member-weeks."""
    library = ctypes.CDLL(str(path))
    values, out = np.array(list(LADDER.values())), np.zeros((weeks, 12))

    def once() -> int:
        pointers = [ctypes.c_void_p(values.ctypes.data), ctypes.c_void_p(out.ctypes.data)]
        library.ladder_run(ctypes.c_int64(MEMBERS), ctypes.c_int64(weeks), ctypes.c_uint64(1), *pointers)
        return MEMBERS * weeks

    return once


def established(weeks: int) -> tuple[Callable[[], tuple[State, int]], Any]:
    """Return how to begin a run of the full model from an established community, and its parameters."""
    plan = make_plan("professional", weeks, {"staging.on": 0.0}, start=packaged_start("established"), members=FOUNDERS)
    return lambda: begin(plan, 1, 0, {}), stretch_record(plan, plan.stretches[0], 1, 0, {})


def engine(weeks: int) -> Callable[[], int]:
    """Return a run of the full model that tells its live member-weeks."""
    begun, record = established(weeks)

    def once() -> int:
        state, first = begun()
        start = time.thread_time()
        run(state, record, np.int64(first), np.int64(weeks))
        once.seconds = time.thread_time() - start  # type: ignore[attr-defined]
        return int(state.record[:, NAMES.index("members")].sum(dtype="f8"))

    return once


def nanoseconds(contestants: dict[str, Callable[[], int]], rounds: int) -> dict[str, float]:
    """Return the median nanoseconds of CPU a member-week, contestants interleaved, order reversed each round."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for once in contestants.values():
        once()
    for k in range(rounds):
        for name in list(contestants)[:: 1 if k % 2 == 0 else -1]:
            begun = time.thread_time()
            member_weeks = contestants[name]()
            seconds = getattr(contestants[name], "seconds", time.thread_time() - begun)
            taken[name].append(seconds / member_weeks * 1e9)
    return {name: statistics.median(values) for name, values in taken.items()}


def small_community(runs: int) -> dict[str, float]:
    """Return what one run of the baseline costs, set-up included: milliseconds, microseconds a week."""
    plan = make_plan("professional", 260, {})
    live(plan, 1, 0)
    begun = time.thread_time()
    for replicate in range(runs):
        live(plan, 1, replicate)
    each = (time.thread_time() - begun) / runs
    return {"milliseconds a run": each * 1e3, "microseconds a week": each / 260 * 1e6}


def main() -> None:
    """Measure and print one JSON document."""
    quick = "--quick" in sys.argv
    weeks, rounds = (26, 1) if quick else (104, 7)
    library = compiled_ladder()
    found = nanoseconds({"ladder in C": ladder_in_c(library, weeks), "engine": engine(weeks)}, rounds)
    report: dict[str, object] = {
        "ns a member-week": found,
        "engine / ladder in C": found["engine"] / found["ladder in C"],
    }
    if not quick:
        report["ns a member-week, by pass"] = each_pass(*established(weeks), weeks, library)
    report |= {"bytes a member": bytes_a_member(), "baseline": small_community(5 if quick else 50)}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
