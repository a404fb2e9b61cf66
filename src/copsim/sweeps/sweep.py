"""`sweep`: a plan of scenarios, points and replicates, run into a folder; the same call again continues."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from copsim.studies.ensemble import Progress
from copsim.studies.manifest import seal
from copsim.studies.simulate import checked_study
from copsim.sweeps.condensing import condense
from copsim.sweeps.digest import rows_digest
from copsim.sweeps.failures import Failures
from copsim.sweeps.folder import FAILURES, SweepFolder, opened
from copsim.sweeps.living import Lived, Living
from copsim.sweeps.parts import RUNS, WEEKLY
from copsim.sweeps.plan import NOTHING, QUANTILES, AnyPlan, Plan, read_plan
from copsim.sweeps.points import checked_share, missing, to_do
from copsim.sweeps.result import Sweep
from copsim.sweeps.running import run_missing


def sweep(
    plan: AnyPlan,
    out: str | Path,
    threads: int | None = None,
    shard: str | None = None,
    progress: Progress | None = None,
    scheduler: str | None = None,
) -> Sweep:
    """Run what is missing of a plan (a TOML path or a dict) into a folder, and return the `Sweep`.

    The same call again continues wherever the last one stopped; a plan with more scenarios, points or replicates adds
    what is missing. shard: "3/16", the third of sixteen shards, for folders that `merge` brings together.
    progress(done, all) is told of the runs of this call. scheduler: the address of a Dask cluster that lives the runs, or
    "local" for one on this machine; threads otherwise. Errors: `UserError` for a mistake in the plan, before anything
    runs, for a folder of another sweep, one that another process writes, and a disk that refuses.
    """
    read, share = read_plan(plan), checked_share(shard)
    checked_study(read.replicates, read.seed, threads)
    with opened(read, out) as folder:
        total, runs = to_do(folder.cells, folder.ledger.done, share)
        session = Session(folder, Failures(folder.path / FAILURES, read.seed))
        try:
            if runs:
                todo = missing(folder.cells, folder.ledger.done.copy(), share)
                run = run_missing if scheduler is None else _on_cluster(scheduler)
                run(Living(read), folder.cells, todo, runs, session.keep, threads, progress)
        finally:
            session.failures.write()
        session.failures.end()
        finish(folder, len(session.failures.rows))
        left = to_do(folder.cells, folder.ledger.done, share)[1]
        return Sweep(folder.path, folder.manifest, total, left)


def _on_cluster(scheduler: str) -> Callable[..., int]:
    from copsim.sweeps.cluster import run_on_cluster

    return partial(run_on_cluster, scheduler=scheduler)


@dataclass
class Session:
    """What happens to finished batches: they are written, and entered into the ledger."""

    folder: SweepFolder
    failures: Failures

    def __post_init__(self) -> None:
        self._place = {cell.key: row for row, cell in enumerate(self.folder.cells)}
        self._lock = threading.Lock()

    def keep(self, lived: Lived) -> None:
        """Keep what a batch left; called by many threads. Errors: OSError where the disk refuses."""
        if lived.runs is not None:
            self.folder.keep(lived.runs, lived.series)
            rows = [self._place[key] for key in zip(lived.runs["scenario"], lived.runs["point"], strict=True)]
            self.folder.ledger.done[rows, lived.runs["replicate"].to_numpy()] = True
        with self._lock:
            for failure in lived.failures:
                self.failures.add(failure)


def finish(folder: SweepFolder, failed: int) -> None:
    """Condense the weeks and enter the hashes of the results, once nothing is missing but what failed."""
    if folder.ledger.done.size - int(folder.ledger.done.sum()) > failed:
        return
    plan: Plan = folder.plan
    if plan.record.weekly == QUANTILES:
        condense(folder)
    if failed:
        return
    results: dict[str, Any] = {RUNS: rows_digest(sorted((folder.path / RUNS).glob("part-*.parquet")))}
    if plan.record.weekly != NOTHING:
        results[WEEKLY] = rows_digest(sorted((folder.path / WEEKLY).glob("part-*.parquet")))
    if folder.manifest["results"] != results:
        seal(folder.manifest, results)
        folder.write_manifest()
