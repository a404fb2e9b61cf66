"""From a scenario to a plan: what the engine runs, checked at the gate; and where packaged states lie."""

from functools import cache
from pathlib import Path

from copsim.core.errors import UserError
from copsim.engine.gate import Plan, make_plan
from copsim.engine.moments import Moment, future_plan
from copsim.engine.starting import Start, load_start
from copsim.scenarios.checking import STARTS
from copsim.scenarios.scenario import Scenario

STATES = Path(__file__).resolve().parent
"""Where packaged states lie, `established.npz`."""


@cache
def packaged_start(name: str) -> Start:
    """Return a packaged state."""
    return load_start(STATES / f"{name}.npz")


def named_start(name: str) -> Start:
    """Return a packaged state, or a saved one by its path, as its file is now. Errors: `UserError`."""
    if name in STARTS:
        return packaged_start(name)
    if not Path(name).exists():
        raise UserError(f"there is no saved community '{name}': neither packaged nor a file.")
    return load_start(Path(name))


def plan_of(
    scenario: Scenario,
    weeks: int,
    members: int | None = None,
    start: Start | None = None,
    moment: Moment | None = None,
) -> Plan:
    """Return the checked plan of a scenario for a number of weeks, from a start or a moment where one is given."""
    changes = [(c.week, c.settings) for c in scenario.changes]
    events = [(e.week, e.kind) for e in scenario.events]
    if moment is not None:
        return future_plan(moment, weeks, scenario.settings, changes, events)
    if start is None and scenario.start:
        start = named_start(scenario.start)
    asked = members if members is not None else scenario.members
    return make_plan(scenario.population, weeks, scenario.settings, changes, events, start, asked)
