"""What a study leaves: frozen tables, the scenarios they came from, and the manifest that repeats them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.core.errors import UserError
from copsim.scenarios.reading import Scenario, load_scenario
from copsim.studies.ensemble import Arm
from copsim.studies.storing import RUNS, WEEKLY, read_table, save_comparison, save_result

if TYPE_CHECKING:
    import pandas as pd

    from copsim.engine.moments import Moment
    from copsim.pages.verdict import Verdict


@dataclass(frozen=True, repr=False)
class Result:
    """Many runs of one scenario.

    runs: a row a replicate, a column an outcome; weekly: a row a replicate and week; worlds: the drawn values of a
    replicate's world, None where central values were used. `spells` and `events()` run the replicates again, with the
    same bits, to keep what happened.
    """

    scenario: Scenario
    runs: "pd.DataFrame"
    weekly: "pd.DataFrame"
    worlds: "pd.DataFrame | None"
    manifest: dict[str, Any]
    arm: Arm

    def __repr__(self) -> str:
        replicates, weeks = self.runs["replicate"].nunique(), int(self.manifest.get("weeks", 0))
        return (
            f"Result of {self.scenario.name!r}: {replicates:,} replicates of {weeks:,} weeks\n"
            "  .runs (outcomes), .weekly, .spells, .events(), .at(week), .save(folder)"
        )

    def _repr_html_(self) -> str:
        return _in_html(repr(self))

    @cached_property
    def spells(self) -> "pd.DataFrame":
        """Spells of members at each level: scenario, replicate, community, member, start, stop, level, cause."""
        from copsim.studies.happenings import every_life

        return every_life(self, "spells")

    def events(self) -> "pd.DataFrame":
        """Return every act as an event log: scenario, replicate, community, date, member, kind, member2, n."""
        from copsim.studies.happenings import every_life

        return every_life(self, "events")

    def contacts(self) -> "pd.DataFrame":
        """Return whom role holders contacted: scenario, replicate, community, week, member, member2."""
        from copsim.studies.happenings import every_life

        return every_life(self, "contacts")

    def at(self, week: int | None = None, life: int = 0) -> "Moment":
        """Return replicate `life` at the end of a week (the last), for `futures`. Errors: `UserError`."""
        from copsim.studies.lives import moment_in

        return moment_in(self.manifest, week, life)

    def save(self, folder: str | Path) -> None:
        """Write tables and manifest into an existing folder."""
        save_result(self, folder)

    def to_xarray(self) -> Any:
        """Return the weekly table as an xarray dataset over replicate and week. Errors: ImportError without xarray."""
        numbers = self.weekly.drop(columns=["scenario", "community"]).set_index(["replicate", "week"])
        return numbers.to_xarray()


@dataclass(frozen=True, repr=False)
class Comparison:
    """Scenarios against a reference on the same luck.

    table: differences with intervals, the columns of comparison.csv; runs, weekly: as in `Result`, of all scenarios;
    worlds: the drawn values of each replicate's world; assumptions: which of them the differences rest on; doubt: how much
    of the variance of a difference is due to them, and how much to chance.
    """

    scenarios: tuple[Scenario, ...]
    reference: str
    table: "pd.DataFrame"
    runs: "pd.DataFrame"
    weekly: "pd.DataFrame"
    worlds: "pd.DataFrame | None"
    assumptions: "pd.DataFrame"
    doubt: "pd.DataFrame"
    manifest: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        others = ", ".join(one.name for one in self.scenarios if one.name != self.reference)
        return (
            f"Comparison of {others} with {self.reference}: {self.verdict.headline}\n"
            "  .table (differences and intervals), .verdict, .runs, .weekly, .report(folder), .save(folder)"
        )

    def _repr_html_(self) -> str:
        return _in_html(repr(self))

    @property
    def verdict(self) -> "Verdict":
        """The answer in plain words."""
        from copsim.pages.verdict import verdict

        return verdict(self)

    @property
    def audit(self) -> "pd.DataFrame":
        """What pairing gained: variance ratio by scenario and outcome; 1 is nothing."""
        return self.table[["scenario", "outcome", "variance_ratio", "replicates"]]

    def report(self, folder: str | Path) -> Path:
        """Write page and figures into a folder, and return the page's path."""
        from copsim.pages.report import write_report

        Path(folder).mkdir(parents=True, exist_ok=True)
        return write_report(self, Path(folder))

    def save(self, folder: str | Path) -> None:
        """Write tables and manifest into an existing folder."""
        save_comparison(self, folder)


def _in_html(text: str) -> str:
    from html import escape

    return f"<pre>{escape(text)}</pre>"


def load_comparison(folder: str | Path) -> Comparison:
    """Read a saved comparison; what follows from the runs is computed anew. Errors: `UserError` where there is none."""
    from copsim.studies.compare import judged
    from copsim.studies.manifest import read_manifest

    made = read_manifest(folder)
    if made["kind"] != "compare":
        raise UserError(f"{folder} holds no comparison but a study of kind '{made['kind']}'")
    tables = [{k: v for k, v in table.items() if k != "digest"} for table in made["scenarios"]]
    scenarios = tuple(load_scenario(table) for table in tables)
    runs, weekly = read_table(Path(folder) / RUNS), read_table(Path(folder) / WEEKLY)
    request = made["request"]
    return judged(scenarios, runs, weekly, made["seed"], bool(request.get("fixed")), _outcomes(request), made)


def _outcomes(request: dict[str, Any]) -> Sequence[str] | None:
    named = request.get("outcomes")
    return tuple(named) if named else None
