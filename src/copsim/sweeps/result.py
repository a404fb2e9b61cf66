"""A sweep that was run, in part or whole: lazy tables over its folder, its points, its failures, its manifest."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.core.errors import UserError
from copsim.core.vocabulary import ENDS, STAGES
from copsim.studies.manifest import read_manifest
from copsim.studies.storing import read_table
from copsim.sweeps.folder import FAILURES, KIND, POINTS
from copsim.sweeps.parts import RUNS, WEEKLY
from copsim.sweeps.points import NUMBER, PLANNED, POINT

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("scenario", "point", "replicate", "community", "week", "quantile")


@dataclass(frozen=True, repr=False)
class Sweep:
    """The folder of a sweep.

    total, missing: runs of the plan, and how many of them are not there; `runs` and `weekly` read nothing until asked.
    """

    folder: Path
    manifest: dict[str, Any]
    total: int = 0
    missing: int = 0

    def __repr__(self) -> str:
        request = self.manifest["request"]
        factors = ", ".join(factor["key"] for factor in request["factors"]) or "no factor"
        scenarios = ", ".join(one["name"] for one in request["scenarios"])
        return (
            f"Sweep {request['name']!r} in {self.folder}: {scenarios} over {factors}\n"
            "  .frame() (runs in memory), .runs, .weekly, .points, .failures, .to_xarray()"
        )

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(repr(self))}</pre>"

    @property
    def runs(self) -> Any:
        """Outcomes of all runs, a pyarrow dataset: pandas, polars and DuckDB read it."""
        return self._dataset(RUNS)

    @property
    def weekly(self) -> Any:
        """The recorded weeks, a pyarrow dataset: a row a run and week, or a row a point, week and quantile."""
        return self._dataset(WEEKLY)

    @property
    def points(self) -> "pd.DataFrame":
        """The points in the order of the design: number, point, planned, and a column a factor, empty where not set."""
        return read_table(self.folder / POINTS)

    @property
    def failures(self) -> "pd.DataFrame":
        """Runs that failed: scenario, point, replicate, seed, error, command."""
        import pandas as pd

        from copsim.sweeps.failures import COLUMNS, TEXTS

        path = self.folder / FAILURES
        if not path.is_file():
            return pd.DataFrame(columns=list(COLUMNS))
        return pd.read_csv(path, dtype=dict.fromkeys(TEXTS, object), keep_default_na=False)

    def frame(self, weekly: bool = False) -> "pd.DataFrame":
        """Return runs (or weeks) in memory, sorted, with the number of the point and the values of its factors."""
        table = (self.weekly if weekly else self.runs).to_table().to_pandas()
        points = self.points.drop_duplicates(POINT).drop(columns=PLANNED)
        names = [name for name in points.columns if name not in (NUMBER, POINT)]
        place = points.set_index(POINT).loc[table[POINT].astype(str)]
        for at, name in enumerate([NUMBER, *names], 2):
            table.insert(at, name, place[name].to_numpy())
        keys = [key for key in ("scenario", NUMBER, *KEYS[2:]) if key in table]
        return _declared(table, self.manifest).sort_values(keys, ignore_index=True)

    def to_salib(self, outcome: str, scenario: str | None = None) -> tuple[dict[str, Any], Any, Any]:
        """Return SALib's problem, its X (points, factors) and Y (points,), means over replicates, in the design's order."""
        from copsim.sweeps.handles import to_salib

        return to_salib(self, outcome, scenario)

    def to_ema(self) -> "tuple[pd.DataFrame, dict[str, Any]]":
        """Return experiments and outcomes as the analyses of the EMA Workbench take them, a run a row."""
        from copsim.sweeps.handles import to_ema

        return to_ema(self)

    def to_xarray(self, weekly: bool = False) -> Any:
        """Return an xarray dataset over scenario, point and replicate; with weekly, over week (and quantile) too."""
        from copsim.sweeps.handles import to_xarray

        return to_xarray(self, weekly)

    def _dataset(self, folder: str) -> Any:
        import pyarrow.dataset as ds

        paths = [str(path) for path in sorted((self.folder / folder).glob("part-*.parquet"))]
        if not paths:
            raise UserError(f"{self.folder} holds no {folder} yet")
        return ds.dataset(paths, format="parquet")


def _declared(table: "pd.DataFrame", manifest: dict[str, Any]) -> "pd.DataFrame":
    """Return a table with its texts as categories in the declared order."""
    import pandas as pd

    texts = {
        "scenario": [scenario["name"] for scenario in manifest["scenarios"]],
        "end_kind": list(ENDS[1:]),
        "stage": list(STAGES),
        "activity_stage": list(STAGES),
    }
    known = {name: pd.Categorical(table[name], declared) for name, declared in texts.items() if name in table}
    return table.assign(**known)


def load_sweep(folder: str | Path) -> Sweep:
    """Return the sweep in a folder. Errors: `UserError` where there is none."""
    made = read_manifest(folder)
    if made["kind"] != KIND:
        raise UserError(f"{folder} holds no sweep but a study of kind '{made['kind']}'")
    return Sweep(Path(folder).resolve(), made)
