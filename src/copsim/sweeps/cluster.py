"""The runs of a sweep on a Dask cluster: workers live batches, this process keeps what they leave.

A batch is a task that says which runs to live, so that it may be lived by anybody, and again: a lost worker's batches go to
others, with the same bits. Nothing is written but by this process, into the ledger as ever.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from copsim.core.errors import UserError
from copsim.studies.ensemble import Progress, threads_for
from copsim.studies.manifest import versions
from copsim.sweeps.hosting import local_cluster
from copsim.sweeps.living import Failure, Lived, Living
from copsim.sweeps.plan import Plan
from copsim.sweeps.points import Cell
from copsim.sweeps.running import Keep, Pace, batches, disk_refused

LOCAL = "local"
_AHEAD = 2
"""Batches a thread of the cluster: one at work, and one that waits for it."""
_LOOK_SECONDS = 5.0
"""How often the size of the cluster is looked up: workers come and go."""
_PATIENCE = "20s"
_DECIDES = ("copsim", "streams", "engine")
_GOES_ON = "the runs so far are kept, and the same command continues"

Batch = list[tuple[Cell, int]]

_lock = threading.Lock()
_at_work: dict[str, Living] = {}


def live_batch(plan: Plan, sweep: str, made_by: dict[str, Any], batch: Batch) -> tuple[Lived, float]:
    """Live a batch, in a worker, and return what it leaves and the seconds it took.

    sweep: names the plan, so that a worker prepares it once. Errors: `UserError` in a worker of another version.
    """
    ours = {key: versions()[key] for key in _DECIDES}
    if ours != made_by:
        raise UserError(f"a worker has another version of copsim ({_said(ours)}) than this one ({_said(made_by)})")
    living = _prepared(plan, sweep)
    began = time.perf_counter()
    return living.live(batch), time.perf_counter() - began


def _said(made_by: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in made_by.items())


def _prepared(plan: Plan, sweep: str) -> Living:
    with _lock:
        if sweep not in _at_work:
            _at_work.clear()
            _at_work[sweep] = Living(plan)
        return _at_work[sweep]


def run_on_cluster(
    living: Living,
    cells: Sequence[Cell],
    todo: Iterator[tuple[int, int]],
    runs: int,
    keep: Keep,
    threads: int | None = None,
    progress: Progress | None = None,
    scheduler: str = LOCAL,
) -> int:
    """Live the runs that are to do on a cluster and keep each batch as it comes in; return how many were lived.

    scheduler: the address of a Dask scheduler, or "local" for one on this machine with a worker a thread. An interrupt
    gives up the batches at work. Errors: `UserError` where there is no such cluster, it goes away, or the disk refuses.
    """
    with connected(scheduler, threads) as client:
        work = _Work(client, living.plan, keep, Pace(living.plan.weeks, runs, 1))
        return work.all(batches(cells, todo, work.pace), runs, progress)


@dataclass
class _Work:
    """Batches on their way: at most so many at once as the cluster has threads, twice.

    suspects: runs of batches that were given up since every worker that tried was lost. Each is lived once more with
    nothing else on its way: where a worker is lost, all that it had is blamed, and only one run may be to blame.
    """

    client: Any
    plan: Plan
    keep: Keep
    pace: Pace
    pending: dict[str, Batch] = field(default_factory=dict)
    suspects: Batch = field(default_factory=list)

    def __post_init__(self) -> None:
        from distributed import as_completed

        self._share()
        self._sweep = self._shared.key
        self._made_by = {key: versions()[key] for key in _DECIDES}
        self._coming = as_completed(loop=self.client.loop, with_results=True, raise_errors=False)
        self._looked = float("-inf")

    def _share(self) -> None:
        """Send the plan: as a task, so that its result is made anew where it is lost."""
        self._shared = self.client.submit(_itself, self.plan, pure=False)

    def all(self, waiting: Iterator[Batch], runs: int, progress: Progress | None) -> int:
        """Live all batches and return the number of runs; progress(done, runs) is told of each batch that came in."""
        done = 0
        self._send(waiting)
        while self.pending:
            future, result = next(self._coming)
            done += self._took(self.pending.pop(future.key), result)
            future.release()  # a finished batch that somebody still holds is lived again when its worker is lost
            self._send(waiting)
            if self.suspects and not self.pending:
                self._share()  # the plan may have been on a worker that was lost
                self._submit([self.suspects.pop()])
            if progress is not None:
                progress(done, runs)
        return done

    def _send(self, waiting: Iterator[Batch]) -> None:
        now = time.monotonic()
        if now - self._looked > _LOOK_SECONDS:
            self.pace.threads, self._looked = self._threads(), now
        for batch in islice(waiting, max(0, _AHEAD * self.pace.threads - len(self.pending))):
            self._submit(batch)

    def _threads(self) -> int:
        try:
            return max(1, sum(map(int, self.client.nthreads().values())))
        except OSError:
            raise UserError(f"the scheduler went away; {_GOES_ON}") from None

    def _submit(self, batch: Batch) -> None:
        future = self.client.submit(live_batch, self._shared, self._sweep, self._made_by, batch, pure=False)
        self.pending[future.key] = batch
        self._coming.add(future)

    def _took(self, batch: Batch, result: Any) -> int:
        """Keep what a batch left and return the number of its runs, 0 where they are to be lived once more.

        What came in tells, and not the status of its future: that is no longer "finished" when the worker was lost since.
        """
        if isinstance(result, tuple) and isinstance(result[0], Lived):
            lived, seconds = result
            self.pace.took(len(batch), seconds)
        elif not _killed(result):
            raise _told(result)
        elif self.pending or len(batch) > 1:
            self.suspects += batch
            return 0
        else:
            lived = Lived(None, None, (Failure(*batch[0], "KilledWorker: every worker that lived this run was lost"),))
        try:
            self.keep(lived)
        except OSError as error:
            raise disk_refused(error) from error
        return len(batch)


def _itself(plan: Plan) -> Plan:
    """Return the plan."""
    return plan


def _killed(result: Any) -> bool:
    from distributed import KilledWorker

    return isinstance(_error(result), KilledWorker)


def _error(result: Any) -> BaseException:
    """Return the exception of a failed task, told of as itself or as (type, exception, traceback)."""
    error = result[1] if isinstance(result, tuple) else result
    return error if isinstance(error, BaseException) else RuntimeError(str(error))


def _told(result: Any) -> BaseException:
    from distributed import CancelledError

    error = _error(result)
    if isinstance(error, CancelledError):
        return UserError(f"the scheduler went away; {_GOES_ON}")
    if isinstance(error, ModuleNotFoundError):
        return UserError(f"a worker cannot live runs ({error}); install copsim in the environment of the workers")
    return error


@contextmanager
def connected(scheduler: str, threads: int | None) -> Iterator[Any]:
    """Give a client of a cluster that is there, or of one on this machine alone. Errors: `UserError` for neither."""
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise UserError(f"--scheduler needs Dask ({error}); pip install 'copsim[cluster]'") from None
    quiet = {"distributed.admin.large-graph-warning-threshold": "1GB", "distributed.comm.timeouts.connect": _PATIENCE}
    with dask.config.set(quiet):
        if scheduler == LOCAL:
            with local_cluster(threads_for(threads)) as address, Client(address, set_as_default=False) as client:
                yield client
            return
        if threads is not None:
            raise UserError("--threads has no place with the address of a scheduler: its workers have their own")
        try:
            client = Client(scheduler, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UserError(f"no scheduler answers at {scheduler} ({_first_line(error)})") from None
        with client:
            yield client


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
