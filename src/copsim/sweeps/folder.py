"""The folder of a sweep: whose it is, what may grow in it, and what is refused there with the reason."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.core.errors import UserError
from copsim.scenarios.checking import shown
from copsim.scenarios.reading import load_scenario
from copsim.studies.folders import explained
from copsim.studies.manifest import (
    FILE,
    canonical,
    digest_of,
    manifest,
    manifest_text,
    plain,
    read_manifest,
    request_of,
    versions,
)
from copsim.studies.storing import read_table
from copsim.sweeps import locking, origins
from copsim.sweeps.design import Design, read_points
from copsim.sweeps.factors import factor_of
from copsim.sweeps.ledger import Ledger, read_ledger
from copsim.sweeps.parts import (
    MEANING,
    RUNS,
    SERIES,
    STAGED,
    WEEKLY,
    as_bytes,
    set_aside,
    sweep_temporary,
    write_part,
    write_whole,
)
from copsim.sweeps.plan import NOTHING, QUANTILES, Plan, Record
from copsim.sweeps.points import Cell, cells_of, grown, points_table

if TYPE_CHECKING:
    import pandas as pd

POINTS, FAILURES = "points.parquet", "failures.csv"
DESIGN = "design"
KIND = "sweep"


def series_folder(weekly: str) -> str:
    """Return the subfolder for the weeks of runs, "" where none are kept."""
    return {NOTHING: "", QUANTILES: STAGED}.get(weekly, WEEKLY)


def meaning_of(plan: Plan) -> dict[str, Any]:
    """Return what every run of a sweep has in common: it may not change while the sweep grows."""
    made_by = versions()
    return plain(  # type: ignore[no-any-return]
        {
            "weeks": plan.weeks,
            "seed": plan.seed,
            "members": plan.members,
            "fixed": plan.fixed,
            "factors": [factor.key for factor in plan.factors],
            "weekly": plan.record.weekly or "nothing",
            "every": plan.record.every,
            "outcomes": list(plan.record.outcomes),
            "start": plan.origin.name if plan.origin is not None else None,
            "streams": made_by["streams"],
            "engine": made_by["engine"],
        }
    )


_WORDS = {
    "weeks": "weeks",
    "seed": "the seed",
    "members": "members",
    "fixed": "fixed",
    "factors": "the factors",
    "weekly": "what is recorded of the weeks",
    "every": "every",
    "outcomes": "the recorded outcomes",
    "start": "what the futures begin from",
    "streams": "the version of the draws (streams)",
    "engine": "the version of the model (engine)",
}


def design_digest(plan: Plan) -> str:
    """Return the hash of what the points of a plan follow from; of a table, its very numbers."""
    if plan.design is not None and plan.design.digest:
        return plan.design.digest
    design = asdict(plan.design) if plan.design is not None else {}
    if plan.design is not None and plan.design.kind == "table":
        names, values = read_points(Path(plan.design.file))
        design |= {"file": "", "names": names, "values": [[str(value) for value in row] for row in values.tolist()]}
    return digest_of({"design": design, "factors": [asdict(f) for f in plan.factors], "seed": plan.seed})


@dataclass
class SweepFolder:
    """A folder that this process works in: the plan, its points and cells, and the ledger of what is done."""

    path: Path
    plan: Plan
    points: "pd.DataFrame"
    cells: list[Cell]
    ledger: Ledger
    meaning: str
    manifest: dict[str, Any]

    def keep(self, runs: "pd.DataFrame", series: "pd.DataFrame | None") -> str:
        """Write the runs of a batch, their weeks first, and return the name of the part. Errors: OSError."""
        about = self.about()
        if series is not None:
            about[SERIES] = write_part(self.path / series_folder(self.plan.record.weekly), series, self.about())
        return write_part(self.path / RUNS, runs, about)

    def about(self) -> dict[str, Any]:
        """Return what every part says of itself."""
        known = {key: self.manifest[key] for key in ("version", "streams", "engine", "seed")}
        return {**known, MEANING: self.meaning}

    def write_manifest(self) -> None:
        """Write the manifest, whole or not at all."""
        write_whole(self.path / FILE, manifest_text(self.manifest).encode())


@contextmanager
def opened(plan: Plan, out: str | Path, points: "pd.DataFrame | None" = None) -> Iterator[SweepFolder]:
    """Give the folder of a sweep to work in, held by a lock. Errors: `UserError` for one that is refused.

    points: those of the plan, where another folder of the sweep has them already.
    """
    place = Path(out).resolve()
    with explained(place):
        refuse_others(place)
        place.mkdir(parents=True, exist_ok=True)
        with locking.locked(place):
            for part in (place, place / RUNS, place / WEEKLY, place / STAGED):
                sweep_temporary(part)
            folder = read_folder(plan, place, _tidied, points)
            with_points = as_bytes(folder.points, {DESIGN: design_digest(plan)})
            if not (place / POINTS).is_file() or (place / POINTS).read_bytes() != with_points:
                write_whole(place / POINTS, with_points)
            if plan.origin is not None and (start := plan.origin.content()) is not None:
                write_whole(place / origins.FILE, start)
            folder.write_manifest()
            yield folder


def _tidied(path: Path, ours: bool) -> None:
    if ours:
        path.unlink(missing_ok=True)
    else:
        set_aside(path)


def refuse_others(place: Path) -> None:
    """Refuse a place that holds something else than a sweep. Errors: `UserError`."""
    refuse_place(place, KIND)
    held = {path.name for path in place.iterdir() if not path.name.startswith(".part-")} if place.is_dir() else set()
    if held <= {locking.FILE, POINTS, origins.FILE}:  # nothing, or what a sweep begins with
        return
    manifest_of(place, KIND, KIND)


def refuse_place(place: Path, noun: str) -> None:
    """Refuse a place that can be no folder of its own for a sweep or a search. Errors: `UserError`."""
    if place.exists() and not place.is_dir():
        raise UserError(f"{place} is a file, not a folder; choose another --out")
    if Path.cwd().is_relative_to(place):
        raise UserError(f"{place} is the folder you are in, or above it; name a new folder for the {noun}")


def manifest_of(place: Path, kind: str, noun: str) -> dict[str, Any]:
    """Return the manifest of a folder that holds something. Errors: `UserError` where it is of another kind, or none."""
    if not (place / FILE).exists():
        raise UserError(f"{place} holds other files; choose another --out")
    made = read_manifest(place)
    if made["kind"] != kind:
        raise UserError(f"{place} holds no {noun} but a study of kind '{made['kind']}'; choose another --out")
    return made


def read_folder(
    plan: Plan, place: Path, tidy: Any = lambda path, ours: None, given: "pd.DataFrame | None" = None
) -> SweepFolder:
    """Return what a folder holds of a plan, nothing where it is absent. Errors: `UserError` for another sweep's."""
    refuse_others(place)
    before = read_manifest(place) if (place / FILE).is_file() else None
    meaning = meaning_of(plan)
    if before is not None:
        refuse_changed(before, plan, meaning, place)
    points = _points(plan, place) if given is None else given
    cells = cells_of([s.name for s in plan.scenarios], points, plan.seed)
    digest = digest_of(meaning)
    ledger = read_ledger(place, digest, cells, plan.replicates, tidy, series_folder(plan.record.weekly))
    return SweepFolder(place, plan, points, cells, ledger, digest, _manifest(plan, meaning, before))


def _points(plan: Plan, place: Path) -> "pd.DataFrame":
    """Return the points: those written here if they follow from the same design, else the plan's, and what was before."""
    if not (place / POINTS).is_file():
        return points_table(plan)
    before = read_table(place / POINTS)
    same = before.attrs.get(DESIGN) == design_digest(plan)
    return before if same else grown(before, points_table(plan))


def refuse_changed(before: Mapping[str, Any], plan: Plan, meaning: Mapping[str, Any], place: Path) -> None:
    """Refuse to go on with a plan that means something else. Errors: `UserError` with the reason."""
    known = {scenario["name"]: scenario["digest"] for scenario in before["scenarios"]}
    for scenario in plan.scenarios:
        if known.get(scenario.name, scenario.digest()) != scenario.digest():
            raise UserError(f"{place} was made with another content of the scenario '{scenario.name}'; {_WAYS_OUT}")
    refuse_other_meaning(before.get("meaning", {}), meaning, place)


def refuse_other_meaning(then: Mapping[str, Any], now: Mapping[str, Any], place: Path) -> None:
    """Refuse runs that cannot stand in one table with those of now. Errors: `UserError` with what is different."""
    for key, words in _WORDS.items():
        if then.get(key) != now.get(key):
            changed = f"{words}: {said(then.get(key))} there, {said(now.get(key))} in the plan"
            raise UserError(f"{place} was made with another plan ({changed}); {_WAYS_OUT}")


_WAYS_OUT = "choose another --out, or change it back"


def said(value: Any) -> str:
    """Return a value of a manifest as a message says it."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "not set" if value is None else shown(value)


def _manifest(plan: Plan, meaning: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the manifest: that of the folder where nothing was added to the plan, else a new one."""
    request = request_of(
        KIND,
        plan.scenarios,
        name=plan.name,
        replicates=plan.replicates,
        weeks=plan.weeks,
        seed=plan.seed,
        members=plan.members,
        fixed=plan.fixed,
        factors=[{**asdict(factor), "key": factor.key} for factor in plan.factors],
        design=_design(plan, before),
        record=asdict(plan.record),
        start=plan.origin.about if plan.origin is not None else None,
    )
    request[POINTS] = design_digest(plan)
    if before is not None and canonical(before["request"]) == canonical(request):
        return dict(before)
    scenarios: Sequence[Any] = [*plan.scenarios, *_former(plan, before)]
    command = shlex.join(["copsim", "sweep", plan.place if plan.place.endswith(".toml") else f"{plan.name}.toml"])
    made = manifest(KIND, request, scenarios, plan.seed, plan.replicates, plan.weeks, command=command)
    return {**made, "meaning": dict(meaning)}


def _design(plan: Plan, before: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the design as the manifest tells it: as it was, where the points are taken from the folder."""
    if plan.design is None:
        return {}
    if plan.design.digest and before is not None:
        return before["request"]["design"]  # type: ignore[no-any-return]
    return {"kind": plan.design.kind, "points": plan.design.points}


def plan_in(made: Mapping[str, Any], place: Path) -> Plan:
    """Return the plan of a manifest, whose points stand in the folder."""
    request = made["request"]
    tables = {table["name"]: {k: v for k, v in table.items() if k != "digest"} for table in made["scenarios"]}
    record = request["record"]
    return Plan(
        name=request["name"],
        scenarios=tuple(load_scenario(tables[scenario["name"]]) for scenario in request["scenarios"]),
        **{key: request.get(key) for key in ("replicates", "weeks", "seed", "members", "fixed")},
        factors=tuple(map(factor_of, request["factors"])),
        design=Design(request["design"].get("kind", "table"), digest=request[POINTS]),
        record=Record(record["weekly"], record["every"], tuple(record["outcomes"])),
        place=str(place),
        origin=origins.kept_origin(request.get("start"), place),
    )


def _former(plan: Plan, before: Mapping[str, Any] | None) -> list[Any]:
    """Return the scenarios that have runs here and are no longer in the plan."""
    names = {scenario.name for scenario in plan.scenarios}
    return [scenario for scenario in (before or {}).get("scenarios", []) if scenario["name"] not in names]
