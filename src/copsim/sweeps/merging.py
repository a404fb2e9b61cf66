"""Merging: the runs of several folders of one sweep, its shards, brought together in one of them or a new one."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.errors import UserError
from copsim.studies.folders import explained
from copsim.studies.manifest import FILE
from copsim.studies.storing import read_table
from copsim.sweeps.failures import COLUMNS, Failures
from copsim.sweeps.folder import (
    FAILURES,
    SweepFolder,
    opened,
    plan_in,
    refuse_other_meaning,
    series_folder,
)
from copsim.sweeps.ledger import keys_of
from copsim.sweeps.locking import locked
from copsim.sweeps.parts import RUNS, Part, whole_parts, write_whole
from copsim.sweeps.points import POINT, Share, to_do
from copsim.sweeps.result import Sweep, load_sweep
from copsim.sweeps.sweep import finish

if TYPE_CHECKING:
    import pandas as pd


def merge(folders: Sequence[str | Path], out: str | Path | None = None) -> Sweep:
    """Bring the runs of several folders of one sweep together, in `out`, else in the first of them; return the `Sweep`.

    The others stay as they are. What is there already is not taken twice; parts that are torn are left out. Errors:
    `UserError` for folders of different sweeps, and one that another process writes.
    """
    if not folders:
        raise UserError("merge needs the folders of a sweep's shards")
    sources = [load_sweep(folder) for folder in folders]
    target = Path(out if out is not None else folders[0]).resolve()
    if out is not None and (target / FILE).is_file():
        sources = [load_sweep(target), *sources]
    base = _largest(sources)
    plan = plan_in(base.manifest, base.folder)
    plan = replace(plan, replicates=max(int(s.manifest["replicates"]) for s in sources))
    others = [source for source in {s.folder: s for s in sources}.values() if source.folder != target]
    with ExitStack() as held, explained(target), opened(plan, target, base.points) as folder:
        for source in others:
            held.enter_context(locked(source.folder))
        taken = _Taken(folder)
        for source in others:
            taken.take(source.folder)
        failed = _failures(folder, sources)
        folder.manifest["request"]["design"] = base.manifest["request"]["design"]
        folder.write_manifest()
        finish(folder, failed)
        total, left = to_do(folder.cells, folder.ledger.done, Share())
        return Sweep(folder.path, folder.manifest, total, left)


def _largest(sources: Sequence[Sweep]) -> Sweep:
    """Return the folder whose plan holds all others'. Errors: `UserError` where there is none, or plans differ."""
    first = sources[0]
    for source in sources[1:]:
        refuse_other_meaning(source.manifest.get("meaning", {}), first.manifest.get("meaning", {}), source.folder)
    digests: dict[str, str] = {}
    for source in sources:
        for scenario in source.manifest["scenarios"]:
            if digests.setdefault(scenario["name"], scenario["digest"]) != scenario["digest"]:
                raise UserError(f"{source.folder} has another content of the scenario '{scenario['name']}'")
    points = {source.folder: set(source.points[POINT]) for source in sources}
    scenarios = {source.folder: [s["name"] for s in source.manifest["request"]["scenarios"]] for source in sources}
    largest = max(sources, key=lambda s: (len(scenarios[s.folder]), len(points[s.folder])))
    for source in sources:
        for name in scenarios[source.folder]:
            if name not in scenarios[largest.folder]:
                raise UserError(
                    f"{source.folder} has the scenario '{name}', which {largest.folder} has not; merge takes one plan"
                )
        if points[source.folder] - points[largest.folder]:
            raise UserError(f"{source.folder} was made with other points than {largest.folder}; merge takes one plan")
    return largest


class _Taken:
    """Runs that a folder takes from others."""

    def __init__(self, folder: SweepFolder) -> None:
        self.folder = folder
        self.series = series_folder(folder.plan.record.weekly)
        self.rows = {cell.key: row for row, cell in enumerate(folder.cells)}
        self.others = {run for part in folder.ledger.parts for run in keys_of(part.path) if not self._planned(run)}

    def _planned(self, run: tuple[str, str, int]) -> bool:
        return run[:2] in self.rows and run[2] < self.folder.ledger.done.shape[1]

    def _is_there(self, run: tuple[str, str, int]) -> bool:
        if self._planned(run):
            return bool(self.folder.ledger.done[self.rows[run[:2]], run[2]])
        return run in self.others

    def _enter(self, run: tuple[str, str, int]) -> None:
        if self._planned(run):
            self.folder.ledger.done[self.rows[run[:2]], run[2]] = True
        else:
            self.others.add(run)

    def take(self, source: Path) -> None:
        """Take every run of a folder that is not there yet, whole parts as they are."""
        weeks = {p.path.name for p in _whole(source / self.series, self.folder.meaning)} if self.series else set()
        for part in _whole(source / RUNS, self.folder.meaning):
            if self.series and part.series not in weeks:
                continue
            runs = keys_of(part.path)
            new = np.array([not self._is_there(run) for run in runs])
            if new.all():
                self._copy(part, source)
            elif new.any():
                self._cut(part, source, {run for run, is_new in zip(runs, new, strict=True) if is_new})
            for run in runs:
                self._enter(run)

    def _copy(self, part: Part, source: Path) -> None:
        for folder, name in ((self.series, part.series), (RUNS, part.path.name)):
            if name:
                (self.folder.path / folder).mkdir(exist_ok=True)
                write_whole(self.folder.path / folder / name, (source / folder / name).read_bytes())

    def _cut(self, part: Part, source: Path, new: set[tuple[str, str, int]]) -> None:
        """Write the new runs of a part as one of their own."""
        series = _only(read_table(source / self.series / part.series), new) if part.series else None
        self.folder.keep(_only(read_table(part.path), new), series)


def _whole(folder: Path, meaning: str) -> list[Part]:
    return list(whole_parts(folder, meaning, lambda path: None))


def _only(table: "pd.DataFrame", runs: set[tuple[str, str, int]]) -> "pd.DataFrame":
    keys = zip(table["scenario"], table["point"], table["replicate"], strict=True)
    kept = table[[run in runs for run in keys]]
    kept.attrs.clear()
    return kept


def _failures(folder: SweepFolder, sources: Sequence[Sweep]) -> int:
    """Keep the failures of runs that nobody has done, and return how many they are."""
    failures = Failures(folder.path / FAILURES, folder.plan.seed)
    place = {cell.key: row for row, cell in enumerate(folder.cells)}
    known: dict[Any, Any] = {}
    for source in sources:
        for row in source.failures.to_dict("records"):
            known[row["scenario"], row["point"], row["replicate"]] = row
    for (scenario, point, replicate), row in known.items():
        at = place.get((scenario, point))
        if at is not None and not folder.ledger.done[at, replicate]:
            failures.rows.append(tuple(row[name] for name in COLUMNS))
    failures.write()
    failures.end()
    return len(failures.rows)
