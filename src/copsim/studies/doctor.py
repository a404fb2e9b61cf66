"""The doctor: what is installed, what is compiled and where, how fast this machine is."""

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copsim.studies.manifest import installed, versions

Say = Callable[[str], None]
_TOOLS = ("numpy", "numba", "llvmlite", "pandas", "scipy", "pyarrow", "matplotlib", "mesa")
_WEEKS, _RUNS = 260, 3
ENTRIES = (
    "running.run", "running.advance", "luck.draw_worlds", "luck.draw_spreads", "luck.key_of_run", "days.draw_days",
    "readings._read_months", "readings._read_weeks", "networks._read_networks", "rhythms._top_exits",
    "pasts.tie_up", "pasts.attach", "pasts.remember", "pasts.most_likely", "pasts.common",
)  # fmt: skip
"""Compiled functions that must lie in the cache for nobody to wait."""


def doctor(compile: bool = False, say: Say | None = None) -> dict[str, Any]:
    """Return what is installed, cached, and how fast a run of the baseline is; plain values.

    compile: compile every kernel now, on one core for about half a minute, unless that is done; `say` is told before
    and after. `speed` is None where nothing is compiled yet: it would measure the compiler.
    """
    from copsim.studies.ensemble import threads_for

    work = compile_kernels(say) if compile else None
    ready = is_compiled()
    known = versions()
    return {
        **{key: known[key] for key in ("copsim", "python", "streams", "engine")},
        "packages": {name: installed(name) for name in _TOOLS},
        "system": f"{platform.system()} {platform.machine()}",
        "cores": threads_for(None),
        "cache": cache_folder(),
        "compiled": ready,
        "compile": work,
        "speed": speed() if ready else None,
    }


def cache_folder() -> str:
    """Return the folder of compiled code in use; an empty string where there is none."""
    from copsim.core import jit

    return os.environ.get("NUMBA_CACHE_DIR") or jit.cache_folder()


def is_compiled() -> bool:
    """Tell whether the compiled code of every kernel lies in the cache; True where kernels run as plain Python."""
    from copsim.core.jit import PLAIN

    folder = cache_folder()
    if PLAIN or not folder:
        return PLAIN
    kept = [path.name for path in Path(folder).rglob("*.nbc")]
    return all(any(name.startswith(f"{entry}-") for name in kept) for entry in ENTRIES)


def compile_kernels(say: Say | None = None) -> dict[str, Any]:
    """Compile every kernel, or load it where that is done; return CPU and wall seconds, and whether it was new."""
    new = not is_compiled()
    if say is not None and new:
        say("compiling the kernels, once for this version and processor: about half a minute")
    cpu, wall = time.process_time(), time.perf_counter()
    _use_the_engine()
    _use_the_measures()
    work = {"new": new, "cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall}
    if say is not None:
        say(f"compiled in {work['cpu_seconds']:.1f} s of CPU" if new else "the kernels are compiled already")
    return work


def _use_the_engine() -> None:
    """Live two weeks of a community, on one thread and on several."""
    from copsim.engine.abreast import Abreast
    from copsim.engine.gate import make_plan
    from copsim.engine.living import begin, live, stretch_record
    from copsim.engine.luck import uncertain_parameters, worlds
    from copsim.measures.simulated import event_log

    parameters = uncertain_parameters()
    drawn = worlds(parameters, 1, 0, 1)[0]
    world = dict(zip((p.key for p in parameters), drawn.tolist(), strict=True))
    plan = make_plan("professional", 2, {})
    event_log(live(plan, 1, 0, world, events=True), plan)
    state, first = begin(plan, 1, 0, world)
    with Abreast(state, 1) as abreast:
        abreast.run(stretch_record(plan, plan.stretches[0], 1, 0, world), first, plan.weeks)


def _use_the_measures() -> None:
    """Measure half a year of four people who talk to one another every day."""
    import pandas as pd

    from copsim.measures.logs import log_from_frame
    from copsim.measures.observing import observe
    from copsim.measures.readings import weekly_reading
    from copsim.studies.anchoring import start_of

    days = pd.date_range("2024-01-01", periods=200).strftime("%Y-%m-%d")
    people = [f"p{day % 4}" for day in range(len(days))]
    others = [f"p{(day + 1) % 4}" for day in range(len(days))]
    log = log_from_frame(pd.DataFrame({"date": days, "member": people, "member2": others}))
    observe(log)
    weekly_reading(log, "2024-01-01", 20)
    start_of(log)


def speed() -> dict[str, float]:
    """Return weeks, member-weeks and nanoseconds a member-week of one run of the baseline: the best of three."""
    from copsim.core.observables import NAMES
    from copsim.engine.gate import make_plan
    from copsim.engine.living import live
    from copsim.scenarios.reading import load_scenario

    baseline = load_scenario("baseline")
    plan = make_plan(baseline.population, _WEEKS, baseline.settings)
    taken, members = [], 0.0
    for _ in range(_RUNS):
        begun = time.perf_counter()
        record = live(plan, 1, 0).record
        taken.append(time.perf_counter() - begun)
        members = float(record[:, NAMES.index("members")].sum(dtype="f8"))
    best = min(taken)
    return {
        "weeks_per_second": _WEEKS / best,
        "member_weeks_per_second": members / best,
        "member_weeks": members,
    }
