"""Candidates lived: each is a point of a sweep in the search's folder, all its replicates kept as one part.

A point is written down before its runs, so that whatever is killed knows which candidate it was at.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.optimising.asking import Search
from copsim.studies.ensemble import Progress, threads_for
from copsim.sweeps.design import Design, points_of
from copsim.sweeps.failures import Failures
from copsim.sweeps.folder import DESIGN, FAILURES, POINTS, SweepFolder, design_digest
from copsim.sweeps.living import Lived, Living
from copsim.sweeps.parts import RUNS, as_bytes, write_whole
from copsim.sweeps.points import NUMBER, POINT, Cell, settings_of, table_of
from copsim.sweeps.running import disk_refused

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
BASE = 0
"""The number of the base scenario among the trials."""
_CHUNK = 8


def first_points(search: Search) -> "pd.DataFrame":
    """Return the base scenario and the candidates that a search begins with, as a table of points."""
    factors = search.plan.factors
    number = min(search.start, search.trials)
    values = points_of(Design("sobol", number), factors, search.plan.seed, search.plan.place)
    return table_of([f.key for f in factors], np.vstack([np.full((1, len(factors)), np.nan), values]))


class Evaluating:
    """The trials of a search: their settings, and the outcomes of each paired replicate."""

    def __init__(self, search: Search, folder: SweepFolder, threads: int | None, progress: Progress | None) -> None:
        self.search, self.folder, self.progress = search, folder, progress
        self.living = Living(search.plan)
        self.failures = Failures(folder.path / FAILURES, search.plan.seed)
        self.crew = threads_for(threads)
        self._names = [factor.key for factor in search.plan.factors]
        self._kept = self._read()
        self._told, self._all = 0, max(0, search.trials + 1 - len(self._kept)) * search.plan.replicates

    def __len__(self) -> int:
        """Return how many points there are, the base scenario among them."""
        return len(self.folder.points)

    def cell(self, number: int) -> Cell:
        """Return a trial as a cell of the sweep."""
        row = self.folder.points.iloc[number]
        return Cell(self.search.base.name, row[POINT], settings_of(self._names, row[self._names].tolist()))

    def propose(self, settings: Mapping[str, float]) -> None:
        """Write down the next candidate."""
        import pandas as pd

        row = table_of(self._names, np.array([[settings[name] for name in self._names]]))
        row[NUMBER] = np.int32(len(self))
        self.folder.points = pd.concat([self.folder.points, row], ignore_index=True)
        about = {DESIGN: design_digest(self.folder.plan)}
        write_whole(self.folder.path / POINTS, as_bytes(self.folder.points, about))
        known = {cell.key for cell in self.folder.cells}
        if self.cell(len(self) - 1).key not in known:
            self.folder.cells.append(self.cell(len(self) - 1))
            none = np.zeros((1, self.search.plan.replicates), bool)
            self.folder.ledger.done = np.vstack([self.folder.ledger.done, none])

    def outcomes(self, number: int) -> "pd.DataFrame | None":
        """Return the outcomes of a trial by replicate, lived where they are missing; None where a run failed."""
        cell = self.cell(number)
        if cell.point not in self._kept:
            self._live(cell)
        return self._kept.get(cell.point)

    def _live(self, cell: Cell) -> None:
        row = next(n for n, other in enumerate(self.folder.cells) if other.key == cell.key)
        done = self.folder.ledger.done
        todo = np.flatnonzero(~done[row]).tolist()
        lived = self._on_threads(cell, [todo[at : at + _CHUNK] for at in range(0, len(todo), _CHUNK)])
        tables = [one.runs for one in lived if one.runs is not None]
        for one in lived:
            for failure in one.failures:
                self.failures.add(failure)
        if tables:
            made = _joined(tables)
            try:
                self.folder.keep(made, None)
            except OSError as error:
                raise disk_refused(error) from error
            done[row, made["replicate"].to_numpy()] = True
        if done[row].all():
            whole = len(todo) == self.search.plan.replicates
            self._kept[cell.point] = self._by_replicate(made) if whole else self._read({cell.point})[cell.point]

    def _on_threads(self, cell: Cell, chunks: Sequence[Sequence[int]]) -> list[Lived]:
        """Return what chunks of replicates leave, in their order; an interrupt stops with the runs at work."""
        with ThreadPoolExecutor(self.crew) as pool:
            futures = [pool.submit(self.living.live, [(cell, r) for r in chunk]) for chunk in chunks]
            pending = set(futures)
            try:
                while pending:
                    finished, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                    self._tell(sum(len(chunks[futures.index(future)]) for future in finished))
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return [future.result() for future in futures]

    def _tell(self, runs: int) -> None:
        self._told += runs
        if self.progress is not None:
            self.progress(min(self._told, self._all), self._all)

    def _read(self, points: set[str] | None = None) -> "dict[str, pd.DataFrame]":
        """Return the outcomes that are kept, by point, of those that have all replicates."""
        import pyarrow.dataset as ds

        paths = [str(path) for path in sorted((self.folder.path / RUNS).glob("part-*.parquet"))]
        if not paths:
            return {}
        data = ds.dataset(paths, format="parquet")
        chosen = ds.field(POINT).isin(sorted(points)) if points is not None else None
        columns = [POINT, "replicate", *self.search.outcomes]
        table = data.to_table(columns=columns, filter=chosen).to_pandas().astype({POINT: str})
        kept = {str(point): self._by_replicate(rows) for point, rows in table.groupby(POINT)}
        return {point: rows for point, rows in kept.items() if len(rows) == self.search.plan.replicates}

    def _by_replicate(self, rows: "pd.DataFrame") -> "pd.DataFrame":
        return rows.set_index("replicate").sort_index()[list(self.search.outcomes)].astype(float)


def _joined(tables: "list[pd.DataFrame]") -> "pd.DataFrame":
    import pandas as pd

    return pd.concat(tables, ignore_index=True)
