"""The runs of a sweep as cells: what was set, in how many runs a condition holds, and which cells stand or fall together."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.analysis.condition import Condition
from copsim.core.errors import UserError
from copsim.scenarios.reading import load_scenario
from copsim.sweeps.points import NUMBER, PLANNED, POINT
from copsim.sweeps.result import Sweep

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
SCENARIO = "scenario"


@dataclass(frozen=True)
class Cases:
    """Cells, each a scenario at a point.

    names: the columns of x, factors that differ and, where there are several, "scenario" (codes into `scenarios`);
    x: float64 (cells, columns); met, runs: float64 (cells, replicates), runs that meet the condition, and all;
    points, clusters: int (cells,), which point a cell belongs to, and which set of points that a design made together.
    """

    names: tuple[str, ...]
    scenarios: tuple[str, ...]
    x: Array
    met: Array
    runs: Array
    points: Array
    clusters: Array

    @property
    def categories(self) -> tuple[int, ...]:
        """The columns that are codes."""
        return tuple(n for n, name in enumerate(self.names) if name == SCENARIO)

    def part(self, kept: Array) -> "Cases":
        """Return some of the cells; kept: bool (cells,)."""
        fields = (self.x, self.met, self.runs, self.points, self.clusters)
        return Cases(self.names, self.scenarios, *(values[kept] for values in fields))


def cases_of(sweep: Sweep, condition: Condition, table: "pd.DataFrame") -> Cases:
    """Return the cells of a sweep's planned points. table: its runs, with the keys and the outcomes compared."""
    points = sweep.points
    points = points[points[PLANNED]].drop_duplicates(POINT)
    table = table[table[POINT].isin(points[POINT])]
    if table.empty:
        raise UserError(f"{sweep.folder} holds no runs of the points in its plan yet")
    cells = table.groupby([SCENARIO, POINT], observed=True, sort=True).ngroup().to_numpy()
    first = np.unique(cells, return_index=True)[1]
    names = [name for name in points.columns if name not in (NUMBER, POINT, PLANNED)]
    x, scenarios = settings_of(sweep, table.iloc[first], points, names)
    place = points.set_index(POINT)[NUMBER].loc[table[POINT].iloc[first].astype(str).tolist()].to_numpy()
    size = (len(first), int(table["replicate"].max()) + 1)
    met, runs = np.zeros(size), np.zeros(size)
    where = (cells, table["replicate"].to_numpy())
    np.add.at(runs, where, 1.0)
    np.add.at(met, where, condition.holds(table).astype(float))
    differing = [n for n in range(x.shape[1]) if len(np.unique(x[:, n])) > 1]
    named = (*names, SCENARIO)
    return Cases(
        tuple(named[n] for n in differing), scenarios, x[:, differing], met, runs, place, place // together(sweep)
    )


def settings_of(
    sweep: Sweep, cells: "pd.DataFrame", points: "pd.DataFrame", names: list[str]
) -> tuple[Array, tuple[str, ...]]:
    """Return what cells set, float64 (cells, factors and scenario), and the scenarios by code.

    What a point leaves open has the scenario's own value.
    """
    made = {one["name"]: {k: v for k, v in one.items() if k != "digest"} for one in sweep.manifest["scenarios"]}
    scenarios, codes = np.unique(cells[SCENARIO].astype(str).to_numpy(), return_inverse=True)
    x = points.set_index(POINT)[names].loc[cells[POINT].astype(str).tolist()].to_numpy(float)
    x = np.column_stack([x, codes])
    if np.isnan(x).any():
        for code, scenario in enumerate(scenarios.tolist()):
            loaded = load_scenario(made[scenario])
            for column, name in enumerate(names):
                key, _, week = name.partition("@")
                empty = np.isnan(x[:, column]) & (codes == code)
                x[empty, column] = loaded.parameters(int(week or 1))[key]
    return x, tuple(scenarios.tolist())


def together(sweep: Sweep) -> int:
    """Return how many points in a row a design made together: those of a Saltelli block or a Morris trajectory."""
    request = sweep.manifest["request"]
    factors = len(request["factors"])
    return {"saltelli": factors + 2, "morris": factors + 1}.get(request["design"].get("kind", ""), 1)


def halves(cases: Cases, seed: int) -> tuple[Cases, Cases]:
    """Return two halves of the cells: one to find a box on, one to check it. What belongs together stays together.

    The order is that of a hash, so that it is the same on every machine.
    """
    sets = np.unique(cases.clusters)
    ranked = sorted(sets.tolist(), key=lambda one: blake2b(f"{seed} {one}".encode(), digest_size=8).digest())
    first = np.isin(cases.clusters, ranked[: (len(ranked) + 1) // 2])
    return cases.part(first), cases.part(~first)
