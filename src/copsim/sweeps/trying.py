"""A dry run: everything is checked, a short pilot is measured, nothing is written."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from copsim.core.observables import NAMES
from copsim.studies.ensemble import threads_for
from copsim.studies.simulate import checked_study
from copsim.sweeps import condensing
from copsim.sweeps.folder import SweepFolder, read_folder
from copsim.sweeps.living import Lived, Living
from copsim.sweeps.parts import as_bytes
from copsim.sweeps.plan import QUANTILES, AnyPlan, read_plan
from copsim.sweeps.points import checked_share, missing, to_do
from copsim.sweeps.running import Pace, run_missing

if TYPE_CHECKING:
    import pandas as pd

_SECONDS, _MOST = 1.5, 200
_BYTES_OF_A_QUANTILE = 2.0
"""Bytes on disk of one number in a table of quantiles, as measured."""


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take.

    runs: all of them (of this shard); there: those done already; seconds, bytes: for what is missing; pilot: runs that
    were measured.
    """

    scenarios: int
    points: int
    merged: int
    replicates: int
    runs: int
    there: int
    seconds: float
    bytes: float
    pilot: int
    threads: int


@dataclass
class _Kept:
    """What a pilot would have written."""

    runs: "list[pd.DataFrame]" = field(default_factory=list)
    series: "list[pd.DataFrame]" = field(default_factory=list)

    def keep(self, lived: Lived) -> None:
        """Hold tables instead of writing them, after the work of making files of them."""
        for held, table in ((self.runs, lived.runs), (self.series, lived.series)):
            if table is not None:
                as_bytes(table, {})
                held.append(table)


def estimate(
    plan: AnyPlan, out: str | Path | None = None, threads: int | None = None, shard: str | None = None
) -> Estimate:
    """Check a plan and its folder, measure a few runs, and return what is missing and what it would take."""
    read, share = read_plan(plan), checked_share(shard)
    checked_study(read.replicates, read.seed, threads)
    folder = read_folder(read, Path(out or ".copsim-dry-run").resolve())
    distinct = int(folder.points.loc[folder.points["planned"], "point"].nunique())
    runs, left = to_do(folder.cells, folder.ledger.done, share)
    living, kept, crew = Living(read), _Kept(), threads_for(threads)
    todo = list(islice(missing(folder.cells, folder.ledger.done, share), _MOST))
    seconds, pilot = _measured(living, folder, todo, crew, kept) if todo else (0.0, 0)
    pace = Pace(read.weeks, left, crew, seconds * crew)
    return Estimate(
        scenarios=len(read.scenarios),
        points=distinct,
        merged=int(folder.points["planned"].sum()) - distinct,
        replicates=read.replicates,
        runs=runs,
        there=runs - left,
        seconds=seconds * left,
        bytes=_disk(folder, kept, left, pace.size()) if pilot else 0.0,
        pilot=pilot,
        threads=crew,
    )


def _measured(
    living: Living, folder: SweepFolder, todo: Sequence[tuple[int, int]], crew: int, kept: _Kept
) -> tuple[float, int]:
    """Return seconds a run with all threads, and on how many runs that rests; the first run compiles and is not counted."""
    living.live([(folder.cells[todo[0][0]], todo[0][1])])
    began = time.perf_counter()
    living.live([(folder.cells[todo[-1][0]], todo[-1][1])])
    alone = time.perf_counter() - began
    number = max(1, min(len(todo), int(_SECONDS * crew / alone)))
    began = time.perf_counter()
    run_missing(living, folder.cells, iter(todo[:number]), number, kept.keep, crew)
    return (time.perf_counter() - began) / number, number


def _disk(folder: SweepFolder, kept: _Kept, left: int, batch: int) -> float:
    """Return the bytes that missing runs will take: rows, and the rest that each part has of its own."""
    import pandas as pd

    total = 0.0
    for tables in (kept.runs, kept.series):
        if tables:
            whole = pd.concat(tables, ignore_index=True)
            own = len(as_bytes(whole[:0], folder.about()))
            of_runs = len(as_bytes(whole, folder.about())) - own
            total += of_runs / sum(map(len, kept.runs)) * left + own * (left / batch)
    if folder.plan.record.weekly == QUANTILES:
        weeks = folder.plan.weeks // folder.plan.record.every
        numbers = len(folder.cells) * weeks * len(condensing.QUANTILES) * len(NAMES)
        total += _BYTES_OF_A_QUANTILE * numbers
    return total
