"""Condensing: the weeks of runs that wait in `staged/` become, for every cell, quantiles over its replicates.

Made when nothing is missing any more. Cells go in bins that fit into memory, a bin a part; each part names the set of cells
and replicates it belongs to, so that a sweep that grew makes them anew, and one that was killed goes on with the next bin.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.vocabulary import STAGES
from copsim.measures.weekly import category
from copsim.studies.manifest import digest_of
from copsim.sweeps.folder import SweepFolder
from copsim.sweeps.parts import BIN, STAGED, WEEKLY, set_aside, whole_parts, write_part
from copsim.sweeps.points import Cell

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_CODES = ("stage", "activity_stage")
_KEYS = ("scenario", "point", "replicate", "community", "week")
_MOST_VALUES = 8_000_000
"""Values that are in memory at once."""


def condense(folder: SweepFolder) -> None:
    """Write the quantiles of every cell, and take away those of a set that is no longer the one asked for."""
    counts = folder.ledger.done.sum(1).tolist()
    of = digest_of([[*cell.key, n] for cell, n in zip(folder.cells, counts, strict=True)])
    there = {p.about.get(BIN): p.path for p in whole_parts(folder.path / WEEKLY, folder.meaning, set_aside)}
    index: Index | None = None
    kept, first = set(), 0
    for own in _bins([n * len(_weeks(folder)) for n in counts]):
        name, bounds = f"{of} {first}-{first + own}", (first, first + own)
        first += own
        if name not in there and sum(counts[slice(*bounds)]):
            index = index or _index(folder.path / STAGED, folder.cells, len(_weeks(folder)))
            about = {**folder.about(), BIN: name}
            table = _condensed(folder, bounds[0], folder.cells[slice(*bounds)], index)
            there[name] = folder.path / WEEKLY / write_part(folder.path / WEEKLY, table, about)
        kept.add(name)
    for of_bin, path in there.items():
        if of_bin not in kept:
            path.unlink()


def _weeks(folder: SweepFolder) -> Array:
    every = folder.plan.record.every
    return np.arange(every, folder.plan.weeks + 1, every, dtype=np.int32)


def _bins(values: Sequence[int]) -> Iterator[int]:
    """Yield numbers of cells, one bin after another, so that the values of a bin fit into memory."""
    own = held = 0
    for value in values:
        if own and held + value > _MOST_VALUES:
            yield own
            own = held = 0
        own, held = own + 1, held + value
    if own:
        yield own


Index = Mapping[Path, tuple[Array, Array]]
"""Cell and replicate of each run of each staged part, int32, in the order of their rows."""


def _index(staged: Path, cells: Sequence[Cell], weeks: int) -> Index:
    """Return the runs of each staged part, each of which has so many rows, one after another."""
    import pyarrow.parquet as pq

    place, found = {cell.key: row for row, cell in enumerate(cells)}, {}
    for path in sorted(staged.glob("part-*.parquet")):
        table = pq.read_table(path, columns=list(_KEYS[:3]))
        firsts = table.take(np.arange(0, len(table), weeks))
        scenarios, points, replicates = (firsts[key].to_pylist() for key in _KEYS[:3])
        rows = [place.get(key, -1) for key in zip(scenarios, points, strict=True)]
        found[path] = np.array(rows, np.int32), np.array(replicates, np.int32)
    return found


def _condensed(folder: SweepFolder, first: int, cells: Sequence[Cell], index: Index) -> "pd.DataFrame":
    """Return the quantiles of some cells: scenario, point, community, week, quantile, replicates, a column an observable.

    first: the place of the first of them among all cells.
    """
    import pandas as pd

    weeks, most = _weeks(folder), folder.plan.replicates
    parts = {}
    for path, (rows, replicates) in index.items():
        here = np.flatnonzero((rows >= first) & (rows < first + len(cells)) & (replicates < most))
        if here.size:
            parts[path] = here, rows[here] - first, replicates[here]
    counts = np.bincount(np.concatenate([row for _, row, _ in parts.values()]), minlength=len(cells))
    table: dict[str, Any] = _keys(cells, counts, weeks, [s.name for s in folder.plan.scenarios])
    names, shape = _observables(next(iter(parts))), (len(cells), most, len(weeks))
    at_once = max(1, _MOST_VALUES // int(np.prod(shape)))
    for some in (names[at : at + at_once] for at in range(0, len(names), at_once)):
        values = {name: np.full(shape, np.inf, np.float32) for name in some}
        for path, (here, row, replicate) in parts.items():
            for name, column in _columns(path, some).items():
                values[name][row, replicate] = column.reshape(-1, len(weeks))[here]
        for name in some:
            values[name].sort(axis=1)
            found = _quantiles(values.pop(name), counts, name in _CODES)
            table[name] = category(found.astype(np.int8), list(STAGES)) if name in _CODES else found
    whole = pd.DataFrame(table, copy=False)
    return whole[whole["replicates"] > 0] if (counts == 0).any() else whole


def _observables(part: Path) -> list[str]:
    import pyarrow.parquet as pq

    return [name for name in pq.read_schema(part).names if name not in _KEYS]


def _columns(part: Path, names: Sequence[str]) -> dict[str, Array]:
    """Return some columns of a part as float32; of stages, their codes."""
    import pyarrow.parquet as pq

    table = pq.read_table(part, columns=list(names))
    return {name: (_codes if name in _CODES else _numbers)(table[name]) for name in names}


def _numbers(column: Any) -> Array:
    return np.asarray(column.to_numpy(), np.float32)


def _codes(column: Any) -> Array:
    coded = column.combine_chunks()
    codes = [STAGES.index(text) for text in coded.dictionary.to_pylist()]
    return np.asarray(np.array(codes, np.float32)[coded.indices.to_numpy()])


def _quantiles(values: Array, counts: Array, nearest: bool) -> Array:
    """Return the quantiles over replicates of sorted values, flat over (cells, weeks, quantiles).

    Between two values a quantile lies in proportion, but for codes, which are one of the two.
    """
    found = np.empty((values.shape[0], values.shape[2], len(QUANTILES)), np.float32)
    cell = np.arange(values.shape[0])
    for k, quantile in enumerate(QUANTILES):
        at = quantile * (counts - 1)
        at = np.maximum(at, 0.0)  # of nothing, which is left out afterwards
        below = np.rint(at).astype(int) if nearest else np.floor(at).astype(int)
        above = below if nearest else np.ceil(at).astype(int)
        low, high = values[cell, below].astype(float), values[cell, above].astype(float)
        found[:, :, k] = low + (high - low) * (at - below)[:, None]
    return found.reshape(-1)


def _keys(cells: Sequence[Cell], counts: Array, weeks: Array, scenarios: Sequence[str]) -> dict[str, Any]:
    each = len(weeks) * len(QUANTILES)
    points = list(dict.fromkeys(cell.point for cell in cells))
    code = {point: n for n, point in enumerate(points)}
    return {
        "scenario": category(np.repeat([scenarios.index(c.scenario) for c in cells], each), list(scenarios)),
        "point": category(np.repeat([code[c.point] for c in cells], each), points),
        "community": np.zeros(len(cells) * each, np.int32),
        "week": np.tile(np.repeat(weeks, len(QUANTILES)), len(cells)),
        "quantile": np.tile(np.array(QUANTILES, np.float32), len(cells) * len(weeks)),
        "replicates": np.repeat(counts.astype(np.int32), each),
    }
