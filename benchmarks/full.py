"""The full model: against its twin in Mesa, pass by pass, on two threads, and from question to stored answer."""

import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.passes import bytes_a_member, each_pass
from benchmarks.twin.equations import equations
from benchmarks.twin.model import Community
from benchmarks.twin.shared import founded, lived, plan_of
from copsim.core.observables import NAMES
from copsim.core.state import State
from copsim.engine.gate import make_plan
from copsim.engine.living import begin, live, stretch_record
from copsim.engine.running import run
from copsim.scenarios.plans import packaged_start
from copsim.scenarios.plans import plan_of as plan_of_scenario
from copsim.scenarios.reading import load_scenario

Say = Callable[[str], None]
MEMBERS = NAMES.index("members")
PLACE = {1_000: (640, 3_600), 100: (50, 330)}
"""Founders and hinterland that make a community of about so many members over two years under the twin's settings."""


def against_twin(members: int, weeks: int, rounds: int, say: Say) -> dict[str, float]:
    """Return CPU nanoseconds a member-week of the engine and its twin in the same community, medians, interleaved."""
    plan, taken = plan_of(*PLACE[members], weeks), {"engine": list[float](), "twin": list[float]()}
    formulas = equations(founded(plan, 1, 0).parameters)
    _twin_seconds(plan_of(*PLACE[100], 4), formulas, 0)  # compiles
    for k in range(rounds):
        for name, run_one in (("engine", _engine_seconds), ("twin", _twin_seconds))[:: 1 if k % 2 == 0 else -1]:
            seconds, member_weeks = run_one(plan, formulas, k)
            taken[name].append(seconds / member_weeks * 1e9)
    found = {name: statistics.median(values) for name, values in taken.items()}
    say(f"full model, about {members:,} members: engine {found['engine']:.1f} ns, twin {found['twin']:,.0f} ns")
    return {**found, "ratio": found["twin"] / found["engine"]}


def _engine_seconds(plan: Any, formulas: Any, replicate: int) -> tuple[float, float]:
    community = founded(plan, 1, replicate)
    begun = time.thread_time()
    record = lived(community, 1, plan.weeks)
    return time.thread_time() - begun, float(record[:, MEMBERS].sum(dtype="f8"))


def _twin_seconds(plan: Any, formulas: Any, replicate: int) -> tuple[float, float]:
    twin = Community(founded(plan, 1, replicate), formulas, replicate)
    begun = time.thread_time()
    for _ in range(plan.weeks):
        twin.step()
    seconds = time.thread_time() - begun
    return seconds, float(sum(twin.datacollector.model_vars["members"]))


def established(weeks: int) -> tuple[Callable[[], tuple[State, int]], Any]:
    """Return how to begin a run of the whole model from an established community of 600, and its parameters.

    It holds some 1,000 on average over two years; without endings, since so large a community would soon split.
    """
    plan = make_plan("professional", weeks, {"staging.on": 0.0}, start=packaged_start("established"), members=600)
    return lambda: begin(plan, 1, 0, {}), stretch_record(plan, plan.stretches[0], 1, 0, {})


def whole_model(weeks: int, rounds: int) -> dict[str, Any]:
    """Return CPU nanoseconds a member-week with every mechanism on, those of each pass, and bytes a member."""
    begun, record = established(weeks)
    taken = []
    for _ in range(rounds + 1):
        state, first = begun()
        start = time.thread_time()
        run(state, record, np.int64(first), np.int64(weeks))
        taken.append((time.thread_time() - start) / state.record[:, MEMBERS].sum(dtype="f8") * 1e9)
    passes = each_pass(begun, record, weeks)
    return {
        "nanoseconds": float(statistics.median(taken[1:])),
        "by pass": passes,
        "bytes a member": bytes_a_member(),
        "milliseconds a run of the baseline": _milliseconds_a_run(5 * rounds),
    }


def _milliseconds_a_run(runs: int) -> float:
    plan = make_plan("professional", 260, {})
    live(plan, 1, 0)
    begun = time.thread_time()
    for replicate in range(runs):
        live(plan, 1, replicate)
    return (time.thread_time() - begun) / runs * 1e3


def two_threads(replicates: int, weeks: int, rounds: int) -> float:
    """Return how many times as fast two threads are as one: runs of an established community, wall time, medians."""
    from copsim.studies.ensemble import Arm, run_arms

    arm = Arm("established", plan_of_scenario(load_scenario("established"), weeks, 200))
    walls: dict[int, list[float]] = {1: [], 2: []}
    for k in range(rounds):
        for threads in (1, 2)[:: 1 if k % 2 == 0 else -1]:
            begun = time.perf_counter()
            run_arms([arm], replicates, 1, threads)
            walls[threads].append(time.perf_counter() - begun)
    return statistics.median(walls[1]) / statistics.median(walls[2])


def end_to_end(replicates: int, weeks: int) -> dict[str, float]:
    """Return wall seconds of many runs of 200 members on two threads: the runs alone; with outcomes, weekly table,
    digests and Parquet files."""
    import copsim
    from copsim.studies.ensemble import Arm, run_arms

    arm = Arm("established", plan_of_scenario(load_scenario("established"), weeks, 200))
    begun = time.perf_counter()
    run_arms([arm], replicates, 1, 2)
    alone = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        result = copsim.simulate("established", replicates=replicates, weeks=weeks, members=200, threads=2)
        result.save(folder)
        whole = time.perf_counter() - begun
    members = float(result.weekly["members"].mean())
    return {"runs": replicates, "weeks": weeks, "alone": alone, "whole": whole, "members": members}
