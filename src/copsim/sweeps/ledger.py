"""The ledger of a sweep is what exists: which runs its whole parts hold, a bit a cell and replicate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from copsim.sweeps.parts import RUNS, Part, whole_parts
from copsim.sweeps.points import Cell

Array = np.ndarray[Any, Any]
KEYS = ("scenario", "point", "replicate")
Run = tuple[str, str, int]


@dataclass
class Ledger:
    """What is done.

    done: bool (cells, replicates) of the plan; others: runs that exist and are not in the plan; parts: those of the runs;
    broken: files that are no whole part of this sweep.
    """

    done: Array
    others: int = 0
    parts: list[Part] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)


def keys_of(part: Path) -> list[Run]:
    """Return scenario, point and replicate of every run in a part."""
    import pyarrow.parquet as pq

    table = pq.read_table(part, columns=list(KEYS))
    return list(zip(*(table[key].to_pylist() for key in KEYS), strict=True))


def read_ledger(
    folder: Path, meaning: str, cells: Sequence[Cell], replicates: int, tidy: Callable[[Path, bool], None], series: str
) -> Ledger:
    """Return the ledger of a folder; `tidy(path, ours)` is told of files that do not count: ours, or nobody knows whose.

    series: the subfolder in which the weeks of the runs lie, "" where none are kept. A part of runs counts only with the
    part of its weeks; weeks without runs, left by a process that was killed between the two, do not count. Nor does a part
    with a run that another one holds already.
    """
    ledger = Ledger(np.zeros((len(cells), replicates), bool))
    rows = {cell.key: row for row, cell in enumerate(cells)}

    def refuse(path: Path) -> None:
        ledger.broken.append(path)
        tidy(path, False)

    weeks = {part.path.name: part.path for part in whole_parts(folder / series, meaning, refuse)} if series else {}
    beyond: set[Run] = set()
    for part in whole_parts(folder / RUNS, meaning, refuse):
        held = keys_of(part.path)
        if (series and part.series not in weeks) or not _entered(held, ledger.done, rows, beyond):
            refuse(part.path)
            continue
        ledger.parts.append(part)
        weeks.pop(part.series, None)
    for left in weeks.values():
        tidy(left, True)
    ledger.others = len(beyond)
    return ledger


def _entered(held: Sequence[Run], done: Array, rows: dict[tuple[str, str], int], beyond: set[Run]) -> bool:
    """Enter the runs of a part, all or, where one is there already, none; tell which."""
    inside = [(rows.get((run[0], run[1]), -1), run[2]) for run in held]
    inside = [(row, replicate) for row, replicate in inside if row >= 0 and replicate < done.shape[1]]
    outside = {run for run in held if (run[0], run[1]) not in rows or run[2] >= done.shape[1]}
    places = tuple(np.array(inside, np.int64).reshape(-1, 2).T)
    if done[places].any() or beyond & outside or len(set(inside)) + len(outside) < len(held):
        return False
    done[places] = True
    beyond |= outside
    return True
