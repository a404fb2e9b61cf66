"""Running what is missing: batches of about a second on all threads, each kept on disk before the next is begun.

Memory holds the batches at work and a bit a run; nothing else grows with the number of runs.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

from copsim.core.errors import UserError
from copsim.core.observables import NAMES
from copsim.studies.ensemble import Progress, threads_for
from copsim.sweeps.living import Lived, Living
from copsim.sweeps.points import Cell

Keep = Callable[[Lived], None]
_FIRST = 2
_SECONDS, _LONGEST = 1.0, 30.0
_MOST_PARTS = 2_000
"""A sweep of hours makes batches of more than a second, so that its folder does not fill with small files."""
_MOST_BYTES = 32_000_000


@dataclass
class Pace:
    """How many runs a batch has: as many as take about a second, fewer where their weeks would fill the memory."""

    weeks: int
    runs: int
    threads: int
    seconds: float = 0.0
    """Seconds a run takes, as measured so far."""

    def size(self) -> int:
        """Return the number of runs of the next batch."""
        if self.seconds == 0.0:
            return _FIRST
        whole = self.seconds * self.runs / self.threads
        wanted = min(max(_SECONDS, whole / _MOST_PARTS), _LONGEST)
        roomy = _MOST_BYTES // (4 * len(NAMES) * self.weeks)
        fair = -(-self.runs // (4 * self.threads))
        return max(1, min(int(wanted / self.seconds), roomy, fair))

    def took(self, runs: int, seconds: float) -> None:
        """Learn from a finished batch."""
        self.seconds = seconds / max(runs, 1)


def run_missing(
    living: Living,
    cells: Sequence[Cell],
    todo: Iterator[tuple[int, int]],
    runs: int,
    keep: Keep,
    threads: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Live the runs that are to do, `runs` of them, and keep each batch; return how many were lived.

    An interrupt lets batches at work come to their end and keeps them. Errors: `UserError` where the disk refuses.
    """
    crew = threads_for(threads)
    pace, done = Pace(living.plan.weeks, runs, crew), 0
    waiting = batches(cells, todo, pace)
    with ThreadPoolExecutor(crew) as pool:
        pending = {pool.submit(_work, living, batch, keep) for batch in islice(waiting, crew)}
        try:
            while pending:
                finished, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    done += _learnt(future, pace)
                pending |= {pool.submit(_work, living, batch, keep) for batch in islice(waiting, len(finished))}
                if progress is not None:
                    progress(done, runs)
        except OSError as error:
            raise disk_refused(error) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return done


def batches(cells: Sequence[Cell], todo: Iterator[tuple[int, int]], pace: Pace) -> Iterator[list[tuple[Cell, int]]]:
    """Yield batches of runs that are to do, each as large as the pace says when it is asked for."""
    while batch := [(cells[cell], replicate) for cell, replicate in islice(todo, pace.size())]:
        yield batch


def _work(living: Living, batch: list[tuple[Cell, int]], keep: Keep) -> tuple[int, float]:
    began = time.perf_counter()
    keep(living.live(batch))
    return len(batch), time.perf_counter() - began


def _learnt(future: "Future[tuple[int, float]]", pace: Pace) -> int:
    runs, seconds = future.result()
    pace.took(runs, seconds)
    return runs


def disk_refused(error: OSError) -> UserError:
    """Return what to say to a user whose disk takes no more."""
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    return UserError(f"the disk refused to write ({reason}); the runs so far are kept, and the same command continues")
