"""Many runs on all cores: threads over the compiled engine, which holds no lock; the order of work changes no bit."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.core.observables import NAMES
from copsim.core.state import ACTS_COUNTED
from copsim.engine.gate import Plan
from copsim.engine.living import Life, live
from copsim.measures.outcomes import Lives, inequality

Array = np.ndarray[Any, Any]
Progress = Callable[[int, int], None]
_CHUNK = 8
"""Runs a task: short enough to share out evenly, long enough for the pool to cost nothing."""


@dataclass(frozen=True)
class Arm:
    """One scenario of a study: its name, its plan, and the worlds its replicates live in (None: central values)."""

    name: str
    plan: Plan
    worlds: Sequence[Mapping[str, float]] | None = None


class Collected:
    """The lives of one arm as they come in."""

    def __init__(self, arm: Arm, replicates: int, events: bool) -> None:
        self.arm = arm
        self.weekly = np.zeros((replicates, arm.plan.weeks, len(NAMES)), np.float32)
        self.ends = np.zeros((3, replicates), np.int64)
        self.late = np.full((2, replicates), np.nan)
        self.events: list[tuple[Array, Array] | None] = [None] * replicates if events else []

    def take(self, replicate: int, life: Life) -> None:
        """Keep what a finished run leaves."""
        s, counts = life.state, life.state.counts[0]
        self.weekly[replicate] = life.record
        self.ends[:, replicate] = counts.people, counts.stayed, s.community[0].end_kind
        self.late[:, replicate] = inequality(s.whole[ACTS_COUNTED, : counts.rows])
        if self.events:
            self.events[replicate] = life.events, s.person_uid[: counts.people].copy()

    def lives(self) -> Lives:
        """Return the finished lives side by side."""
        plan, (people, stayed, ends) = self.arm.plan, self.ends
        before = plan.moment.record if plan.moment is not None else None
        return Lives(self.weekly, people, stayed, ends, self.late[0], self.late[1], plan.began, before)


def threads_for(asked: int | None) -> int:
    """Return the number of threads to use: as many as asked for, else as many as there are cores to this process."""
    return asked or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def run_arms(
    arms: Sequence[Arm],
    replicates: int,
    seed: int,
    threads: int | None = None,
    events: bool = False,
    progress: Progress | None = None,
) -> list[Collected]:
    """Run every replicate of every arm; `progress(done, all)` is told now and then. An interrupt stops at once.

    With fewer runs than threads, each run gets several, which a large community makes use of.
    """
    collected = [Collected(arm, replicates, events) for arm in arms]
    runs, available = replicates * len(arms), threads_for(threads)
    chunk, each = max(1, min(_CHUNK, runs // available)), max(1, available // runs)
    tasks = [
        (c, range(first, min(first + chunk, replicates))) for first in range(0, replicates, chunk) for c in collected
    ]

    def work(task: tuple[Collected, range]) -> int:
        into, chunk = task
        for replicate in chunk:
            world = into.arm.worlds[replicate] if into.arm.worlds is not None else None
            into.take(replicate, live(into.arm.plan, seed, replicate, world, events, each))
        return len(chunk)

    with ThreadPoolExecutor(min(available, runs)) as pool:
        pending = {pool.submit(work, task) for task in tasks}
        done, total = 0, replicates * len(arms)
        try:
            while pending:
                finished, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                done += sum(future.result() for future in finished)
                if progress is not None:
                    progress(done, total)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return collected
