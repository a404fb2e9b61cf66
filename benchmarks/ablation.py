"""What limits the engine: what a member-week takes with one thing left out at a time, interleaved in one run."""

import statistics
import time
from typing import Any

import numpy as np

from copsim.core.observables import NAMES
from copsim.engine.gate import make_plan
from copsim.engine.living import begin, stretch_record
from copsim.engine.running import run
from copsim.scenarios.plans import packaged_start

WITHOUT: dict[str, dict[str, float]] = {
    "everything on": {},
    "one pick an answer, not sixteen": {"answering.picks": 1.0},
    "thirty picks an answer": {"answering.picks": 30.0},
    "no answers": {"answering.on": 0.0},
    "no meetings": {"meeting.on": 0.0},
    "no value": {"valuing.on": 0.0},
    "no ties kept": {"tying.on": 0.0},
    "nobody joins": {"joining.on": 0.0},
    "no answers, meetings, value, ties": {"answering.on": 0.0, "meeting.on": 0.0, "valuing.on": 0.0, "tying.on": 0.0},
}
"""Settings of each line. Lives differ with them: figures are a member-week, of communities that differ in size."""


def ablation(members: int, weeks: int, rounds: int) -> dict[str, float]:
    """Return median CPU nanoseconds a member-week by what is left out, in an established community of so many members."""
    start, taken = packaged_start("established"), {what: list[float]() for what in WITHOUT}
    for k in range(rounds + 1):
        for what, settings in list(WITHOUT.items())[:: 1 if k % 2 == 0 else -1]:
            plan = make_plan("professional", weeks, {"staging.on": 0.0, **settings}, start=start, members=members)
            spent = _nanoseconds(plan, weeks)
            if k > 0:  # the first round warms up
                taken[what].append(spent)
    return {what: float(statistics.median(values)) for what, values in taken.items()}


def _nanoseconds(plan: Any, weeks: int) -> float:
    (state, first), record = begin(plan, 1, 0, {}), stretch_record(plan, plan.stretches[0], 1, 0, {})
    begun = time.thread_time()
    run(state, record, np.int64(first), np.int64(weeks))
    return (time.thread_time() - begun) / float(state.record[:, NAMES.index("members")].sum(dtype="f8")) * 1e9
