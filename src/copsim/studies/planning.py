"""From scenarios to plans: how a study's scenarios, weeks, members and worlds become what the engine runs."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from copsim.core.errors import UserError
from copsim.engine.gate import Plan, make_plan
from copsim.engine.luck import uncertain_parameters, worlds
from copsim.engine.starting import Start, load_start
from copsim.scenarios.reading import Scenario, run_weeks
from copsim.studies.ensemble import Arm

if TYPE_CHECKING:
    import pandas as pd

STATES = Path(__file__).resolve().parent.parent / "scenarios"
"""Where packaged states lie, `established.npz`."""


@cache
def packaged_start(name: str) -> Start:
    """Return a packaged state, or a saved one by its path."""
    packaged = STATES / f"{name}.npz"
    path = packaged if packaged.exists() else Path(name)
    if not path.exists():
        raise UserError(f"there is no saved community '{name}': neither packaged nor a file.")
    return load_start(path)


def plan_of(scenario: Scenario, weeks: int, members: int | None = None, start: Start | None = None) -> Plan:
    """Return the checked plan of a scenario for a number of weeks."""
    if start is None and scenario.start:
        start = packaged_start(scenario.start)
    changes = [(c.week, c.settings) for c in scenario.changes]
    events = [(e.week, e.kind) for e in scenario.events]
    asked = members if members is not None else scenario.members
    return make_plan(scenario.population, weeks, scenario.settings, changes, events, start, asked)


def worlds_of(seed: int, replicates: int) -> list[dict[str, float]]:
    """Return a plausible world for each replicate: a value for every uncertain parameter."""
    parameters = uncertain_parameters()
    drawn = worlds(parameters, seed, 0, replicates)
    return [dict(zip((p.key for p in parameters), row, strict=True)) for row in drawn.tolist()]


def in_plan(plan: Plan, drawn: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Return the worlds of a plan: what is set anywhere in it is not drawn."""
    keys = {p.key for p in plan.drawn()}
    return [{key: value for key, value in world.items() if key in keys} for world in drawn]


def arms_of(
    scenarios: Sequence[Scenario],
    weeks: int | None,
    members: int | None,
    drawn: Sequence[Mapping[str, float]] | None,
    start: Start | None = None,
) -> list[Arm]:
    """Return the arms of a study, one a scenario, over the same weeks and in the same worlds."""
    length = run_weeks(scenarios, weeks)
    plans = [plan_of(s, length, members, start) for s in scenarios]
    return [
        Arm(s.name, plan, in_plan(plan, drawn) if drawn is not None else None)
        for s, plan in zip(scenarios, plans, strict=True)
    ]


def worlds_table(drawn: Sequence[Mapping[str, float]]) -> "pd.DataFrame":
    """Return the drawn values as a table: replicate, then a column a parameter."""
    import pandas as pd

    table = pd.DataFrame(list(drawn))
    table.insert(0, "replicate", range(len(drawn)))
    return table
