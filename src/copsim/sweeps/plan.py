"""Plans: what a sweep runs, read from TOML or a dict; every mistake is one sentence, before anything runs."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from copsim.core.errors import UserError, nearest
from copsim.core.vocabulary import MOST_REPLICATES, MOST_WEEKS
from copsim.scenarios import checking
from copsim.scenarios.choosing import AS_IS_SCENARIO, refuse_same_names
from copsim.scenarios.files import built_in_names, found, read_toml
from copsim.scenarios.reading import AS_IS, Scenario, load_scenario, run_weeks
from copsim.studies.compare import in_midlife
from copsim.sweeps.design import Design, checked_design, table_factors
from copsim.sweeps.factors import Factor, checked_factor
from copsim.sweeps.origins import Origin, checked_origin

AnyPlan: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Plan"
KEYS = (
    "name", "title", "text", "source", "scenarios", "replicates", "weeks", "seed", "members", "fixed", "outcomes",
    "design", "factor", "record", "start",
)  # fmt: skip
_WORDS = ("title", "text", "source")
_MOST_SEED = 2**63 - 1
ROWS, QUANTILES, NOTHING = "rows", "quantiles", ""
"""What is kept of the weeks: every run's own, their quantiles over the replicates of a point, nothing."""


@dataclass(frozen=True)
class Record:
    """What is kept of a run: the weeks (`ROWS`, `QUANTILES` or `NOTHING`), each `every`th of them, and outcomes.

    outcomes: () for all.
    """

    weekly: str = QUANTILES
    every: int = 1
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A sweep as it is asked for, checked: scenarios times points of a design times replicates."""

    name: str
    scenarios: tuple[Scenario, ...]
    replicates: int
    weeks: int
    seed: int
    members: int | None
    fixed: bool
    factors: tuple[Factor, ...]
    design: Design | None
    record: Record
    place: str
    """Where the plan stands, for messages."""
    origin: Origin | None = None
    """The community that is there already, where the plan names one."""


def read_plan(plan: AnyPlan) -> Plan:
    """Return the plan in a TOML file or a dict. Errors: `UserError`, one sentence with file and key or line."""
    if isinstance(plan, Plan):
        return plan
    if isinstance(plan, Mapping):
        return plan_of_table(plan, "a plan given as a dict", Path(), "sweep")
    if not isinstance(plan, str | os.PathLike):
        raise UserError(f"a plan is the path of a TOML file or a dict, not {checking.shown(plan)}")
    path = Path(plan)
    if path.is_dir():
        raise UserError(f"{path} is a folder, not a plan; a plan is a TOML file")
    return plan_of_table(read_toml(path), str(path), path.parent, path.stem)


def plan_of_table(table: Mapping[str, Any], place: str, folder: Path, stem: str) -> Plan:
    """Return the plan in a table: `place` is its name in messages, `stem` the plan's where it has none of its own."""
    _check_keys(table, place)
    for key in _WORDS:
        if key in table:
            checking.checked_text(table[key], key, place)
    sizes = _sizes(table, place)
    origin = _origin(table, place, folder, sizes)
    scenarios = _scenarios(table, place, folder, origin)
    weeks = _weeks(scenarios, sizes["weeks"], place)
    factors, design = _varied(table, place, folder, weeks, sizes["members"])
    record, also = _record(table, place)
    if record.every > weeks:
        raise UserError(
            f"{place}, [record]: every = {record.every} is more than the {weeks} weeks of the plan, so that none is kept"
        )
    return Plan(
        name=checking.checked_name(table.get("name", stem), place),
        scenarios=scenarios,
        replicates=sizes["replicates"],
        weeks=weeks,
        seed=sizes["seed"],
        members=sizes["members"],
        fixed=_truth({**table, **also}.get("fixed", False), "fixed", place) or _lives_on(origin),
        factors=factors,
        design=design,
        record=record,
        place=place,
        origin=origin,
    )


def _lives_on(origin: Origin | None) -> bool:
    """Tell whether a simulated life goes on: it has its world, so that none is drawn."""
    return origin is not None and origin.moment is not None


def _origin(table: Mapping[str, Any], place: str, folder: Path, sizes: Mapping[str, Any]) -> Origin | None:
    if "start" not in table:
        return None
    origin = checked_origin(table["start"], folder, sizes["seed"], f"{place}, [start]")
    if _lives_on(origin) and sizes["members"] is not None:
        raise UserError(f"{place}: a life goes on with the people it has, so that members has no place here")
    return origin


def _check_keys(table: Mapping[str, Any], place: str) -> None:
    for key in table:
        if key not in KEYS:
            hint = nearest(key, KEYS) or f", allowed are {', '.join(KEYS)}"
            if key in ("set", "change", "event"):
                hint = "; settings, changes and events belong to a scenario, what varies to a [[factor]]"
            if key == "optimise":
                hint = "; a plan with [optimise] is run by 'copsim optimise'"
            raise UserError(f"{place}: unknown key {checking.shown(key)}{hint}")


def _scenarios(table: Mapping[str, Any], place: str, folder: Path, origin: Origin | None) -> tuple[Scenario, ...]:
    named = table.get("scenarios")
    if not isinstance(named, list | tuple) or not named:
        example = 'scenarios = ["baseline"]'
        raise UserError(f"{place}: needs a list of scenarios, such as {example}")
    there = origin is not None
    loaded = [
        AS_IS_SCENARIO if there and one == AS_IS else _scenario(one, f"{place}, scenarios", folder) for one in named
    ]
    if origin is not None:
        loaded = [in_midlife(scenario, origin.population, origin.settings) for scenario in loaded]
    try:
        return tuple(refuse_same_names(loaded))
    except UserError as error:
        raise UserError(f"{place}, scenarios: {error}") from None


def _scenario(one: Any, where: str, folder: Path) -> Scenario:
    if isinstance(one, str) and one not in built_in_names():
        try:
            one = found(one, folder)
        except UserError as error:
            raise UserError(f"{where}: {error}") from None
    try:
        return load_scenario(one)
    except UserError as error:
        raise UserError(str(error) if where.split(",")[0] in str(error) else f"{where}: {error}") from None


def _sizes(table: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return replicates, weeks, seed and members; None where a scenario decides."""
    limits = {
        "replicates": (1, MOST_REPLICATES),
        "weeks": (1, MOST_WEEKS),
        "seed": (0, _MOST_SEED),
        "members": checking.MEMBERS,
    }
    usual: dict[str, Any] = {"replicates": 200, "seed": 1, "weeks": None, "members": None}
    given = {key: checking.checked_whole(table[key], key, place, span) for key, span in limits.items() if key in table}
    return usual | given


def _weeks(scenarios: Sequence[Scenario], weeks: int | None, place: str) -> int:
    try:
        return run_weeks(scenarios, weeks)
    except UserError as error:
        raise UserError(f"{place}: {error}") from None


def _varied(
    table: Mapping[str, Any], place: str, folder: Path, weeks: int, members: int | None
) -> tuple[tuple[Factor, ...], Design | None]:
    """Return what varies, and how its values are taken together."""
    rows = table.get("factor", [])
    if not isinstance(rows, list | tuple):
        raise UserError(f"{place}: factor must be a list of tables, each headed [[factor]]")
    factors = tuple(checked_factor(row, f"{place}, [[factor]] {n}", weeks) for n, row in enumerate(rows, 1))
    for number, factor in enumerate(factors, 1):
        if factor.key in [other.key for other in factors[: number - 1]]:
            raise UserError(f"{place}, [[factor]] {number}: {factor.key} is a factor already")
    if "design" not in table:
        if factors:
            raise UserError(f"{place}: factors need a [design], which says how their values are taken together")
        return (), None
    design = checked_design(table["design"], factors, folder, f"{place}, [design]")
    if design.kind == "table":
        if factors:
            raise UserError(f"{place}: a table names its factors in its first line; leave [[factor]] out")
        factors = table_factors(Path(design.file), weeks)
    if members is not None and "joining.founders" in [factor.key for factor in factors]:
        raise UserError(f"{place}: members = {members} sets joining.founders, so that it cannot be a factor")
    return factors, design


def _record(table: Mapping[str, Any], place: str) -> tuple[Record, dict[str, Any]]:
    """Return what is recorded, and `fixed` where it stands under [record]."""
    asked, where = table.get("record", {}), f"{place}, [record]"
    if not isinstance(asked, Mapping):
        raise UserError(f"{where}: must be a table, such as weekly = true")
    checking.checked_keys(asked, ("weekly", "every", "outcomes", "fixed"), where)
    for key in ("outcomes", "fixed"):
        if key in asked and key in table:
            raise UserError(f"{where}: {key} stands twice, there and at the top")
    every = checking.checked_whole(asked.get("every", 1), "every", where, (1, MOST_WEEKS))
    weekly = _weekly(asked, where)
    if weekly == NOTHING and "every" in asked:
        raise UserError(f"{where}: weekly = false keeps no weeks, so that every = {every} means nothing")
    outcomes = _outcomes({**table, **asked}.get("outcomes"), where if "outcomes" in asked else place)
    return Record(weekly, every, outcomes), {key: asked[key] for key in ("fixed",) if key in asked}


def _weekly(asked: Mapping[str, Any], where: str) -> str:
    kinds: dict[Any, str] = {True: ROWS, False: NOTHING, "quantiles": QUANTILES}
    weekly = asked.get("weekly", True if "every" in asked else "quantiles")
    if not isinstance(weekly, bool | str) or weekly not in kinds:
        raise UserError(f'{where}: weekly must be true, "quantiles" or false, it is {checking.shown(weekly)}')
    return kinds[weekly]


def _outcomes(names: Any, where: str) -> tuple[str, ...]:
    from copsim.measures.outcomes import OUTCOMES

    if names is None:
        return ()
    if not isinstance(names, list | tuple) or not names:
        raise UserError(f"{where}: outcomes must be a list of names, it is {checking.shown(names)}")
    for name in names:
        if not isinstance(name, str) or name not in OUTCOMES:
            hint = nearest(str(name), OUTCOMES) or "; 'copsim outcomes' prints them all"
            raise UserError(f"{where}: there is no outcome {checking.shown(name)}{hint}")
        if list(names).count(name) > 1:
            raise UserError(f"{where}: the outcome {name!r} stands twice")
    return tuple(key for key in OUTCOMES if key in names)


def _truth(value: Any, key: str, place: str) -> bool:
    if not isinstance(value, bool):
        raise UserError(f"{place}: {key} must be true or false, it is {checking.shown(value)}")
    return value
