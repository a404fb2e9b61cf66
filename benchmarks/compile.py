"""What the first run, comparison and observation of a new installation cost: `python -m benchmarks.compile`.

Each job runs in a process and a cache folder of its own, once cold and once warm; CPU seconds, all threads together.
The dearest kernels of the comparison are listed with what each took by itself, without the kernels it calls.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

DAYS, PEOPLE, ACTS = 1_500, 60, 3_000
DEAREST = 15


def simulate(folder: str) -> None:
    """Run the baseline once."""
    import copsim

    copsim.simulate("baseline", replicates=1)


def table(folder: str) -> None:
    """Compare two scenarios on four replicates and look at the table."""
    import copsim

    print(copsim.compare(["baseline", "engaged-sponsor"], replicates=4).table)


def compare(folder: str) -> None:
    """Compare the built-in scenarios on four replicates, report included, as the command line does."""
    from copsim.cli import main

    main(["compare", "--replicates", "4", "--quiet", "--out", os.path.join(folder, "out")])


def observe(folder: str) -> None:
    """Measure a log of made-up acts, some directed at somebody."""
    import pandas as pd

    from copsim.measures.logs import log_from_frame
    from copsim.measures.observing import observe

    chosen = np.random.default_rng(1)
    dates = np.datetime64("2020-01-01") + np.sort(chosen.integers(0, DAYS, ACTS))
    member, other = (chosen.integers(0, PEOPLE, ACTS).astype(str) for _ in range(2))
    observe(log_from_frame(pd.DataFrame({"date": dates.astype(str), "member": member, "member2": other}), None, "club"))


JOBS: dict[str, Callable[[str], None]] = {"simulate": simulate, "table": table, "compare": compare, "observe": observe}


def listen() -> dict[str, float]:
    """Return what will hold the CPU seconds of each function compiled from now on, without those it calls."""
    from numba.core import event

    taken, running = defaultdict[str, float](float), list[list[float]]()

    class Clock(event.Listener):  # type: ignore[misc]
        def on_start(self, event: Any) -> None:
            running.append([time.process_time(), 0.0])

        def on_end(self, event: Any) -> None:
            begun, within = running.pop()
            spent = time.process_time() - begun
            function = event.data["dispatcher"].py_func
            taken[f"{function.__module__}.{function.__name__}"] += spent - within
            if running:
                running[-1][1] += spent

    event.register("numba:compile", Clock())
    return taken


def child(job: str, folder: str) -> None:
    """Do one job and write what it took beside its results."""
    taken = listen()
    try:
        JOBS[job](folder)
    except SystemExit as end:
        if end.code:
            raise
    found = {"seconds": time.process_time(), "functions": len(taken), "compiling": sum(taken.values())}
    with open(os.path.join(folder, "taken.json"), "w", encoding="utf-8") as file:
        json.dump(found | {"dearest": dict(sorted(taken.items(), key=lambda item: -item[1])[:DEAREST])}, file)


def measured(job: str, cache: str) -> dict[str, Any]:
    """Return what a job takes in a new process that keeps its compiled code in `cache`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.compile", job, folder]
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
        begun = time.perf_counter()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - begun
        with open(os.path.join(folder, "taken.json"), encoding="utf-8") as file:
            return {**json.load(file), "wall": wall}


def cold_and_warm(jobs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what each job takes with an empty cache and again with the one it filled."""
    found = {}
    for job in jobs:
        with tempfile.TemporaryDirectory() as cache:
            found[job] = {"cold": measured(job, cache), "warm": measured(job, cache)}
    return found


def main() -> None:
    """Measure every job, or do one."""
    if len(sys.argv) == 3:
        child(*sys.argv[1:])
        return
    dearest: dict[str, float] = {}
    print("CPU seconds    cold  of which compiling  functions    warm")
    for job in JOBS:
        cold, warm = cold_and_warm([job])[job].values()
        print(
            f"{job:<12}{cold['seconds']:>7.1f}{cold['compiling']:>20.1f}{cold['functions']:>11}{warm['seconds']:>8.1f}"
        )
        dearest = cold["dearest"] if job == "compare" else dearest
    print("\nThe dearest of the comparison, CPU seconds, without what they call")
    for name, seconds in dearest.items():
        print(f"{seconds:>6.2f}  {name}")


if __name__ == "__main__":
    main()
