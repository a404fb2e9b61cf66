"""One run of a sweep again, from its folder alone: its outcomes, and whether they are the bits that were kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.core.errors import UserError, nearest
from copsim.studies.manifest import table_digest
from copsim.sweeps.folder import plan_in
from copsim.sweeps.living import Living
from copsim.sweeps.points import NUMBER, POINT, Cell, cells_of
from copsim.sweeps.result import Sweep, load_sweep

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RunAgain:
    """A run: its outcomes in a table of one row; same: whether it is kept with these bits, None where it is not kept."""

    outcomes: "pd.DataFrame"
    same: bool | None


def replay_run(folder: str | Path, run: str) -> RunAgain:
    """Live one run of a sweep again; `run` is "scenario/point/replicate", the point by id or number.

    Errors: `UserError` for a run that is not in the plan; whatever made it fail.
    """
    kept = load_sweep(folder)
    plan = plan_in(kept.manifest, kept.folder)
    cell, replicate = _found(kept, run)
    living = Living(plan)
    living.life(cell, replicate)  # here an error is told of as it is
    outcomes = living.live([(cell, replicate)]).runs
    assert outcomes is not None
    return RunAgain(outcomes, _same(kept, cell, replicate, outcomes))


def _found(kept: Sweep, run: str) -> tuple[Cell, int]:
    parts = run.rsplit("/", 2)
    replicates = int(kept.manifest["replicates"])
    if len(parts) != 3 or not parts[2].isdecimal():
        raise UserError(f"--run must be like baseline/12/0, a scenario, a point and a replicate, it is {run!r}")
    scenario, point, replicate = parts
    names = [s["name"] for s in kept.manifest["request"]["scenarios"]]
    if scenario not in names:
        raise UserError(f"--run: there is no scenario {scenario!r} in {kept.folder}{nearest(scenario, names)}")
    if int(replicate) >= replicates:
        raise UserError(f"--run: replicates go from 0 to {replicates - 1}, not {replicate}")
    points = kept.points
    known = points[(points[POINT] == point) | (points[NUMBER].astype(str) == point)][POINT]
    for cell in cells_of([scenario], points, 0) if len(known) else ():
        if cell.point == known.iloc[0]:
            return cell, int(replicate)
    raise UserError(f"--run: there is no point {point!r} in {kept.folder}; {kept.folder / 'points.parquet'} lists them")


def _same(kept: Sweep, cell: Cell, replicate: int, outcomes: "pd.DataFrame") -> bool | None:
    import pyarrow.dataset as ds

    try:
        runs = kept.runs
    except UserError:
        return None
    is_it: Any = (ds.field("scenario") == cell.scenario) & (ds.field("point") == cell.point)
    found = runs.to_table(filter=is_it & (ds.field("replicate") == replicate)).to_pandas()
    return table_digest(found) == table_digest(outcomes) if len(found) else None
