"""From scenarios to plans: how a study's scenarios, weeks, members and worlds become what the engine runs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from copsim.engine import fitted
from copsim.engine.gate import Plan
from copsim.engine.luck import shares, uncertain_parameters, worlds
from copsim.engine.moments import Moment
from copsim.engine.starting import Start
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import Scenario, run_weeks
from copsim.studies.ensemble import Arm

if TYPE_CHECKING:
    import pandas as pd


def worlds_of(seed: int, replicates: int) -> list[dict[str, float]]:
    """Return a plausible world for each replicate: a value for every uncertain parameter that is drawn alone, and the
    share that chooses among the sets of fitted ones."""
    keys = [p.key for p in uncertain_parameters()]
    drawn = worlds(uncertain_parameters(), seed, 0, replicates).tolist()
    places = shares(fitted.SHARE, seed, 0, replicates).tolist()
    return [dict(zip(keys, row, strict=True)) | {fitted.SHARE: at} for row, at in zip(drawn, places, strict=True)]


def in_plan(plan: Plan, drawn: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Return the worlds of a plan: what is set anywhere in it is not drawn, what its population has otherwise is scaled.

    A drawn value stands for so many times the central one: a population in which that is 0 keeps 0. Where a community is
    there already, its people were made by the central fitted values, which therefore stay.
    """
    scales = {p.key: p.value_in(plan.population) / p.default for p in plan.drawn()}
    possible = {p.key: p.possible for p in plan.drawn()}

    def scaled(key: str, value: float) -> float:
        return min(max(value * scales[key], possible[key][0]), possible[key][1])

    def fitted_values(world: Mapping[str, float]) -> dict[str, float]:
        return fitted.chosen(plan.population, world[fitted.SHARE], plan.named()) if plan.start is None else {}

    return [{k: scaled(k, v) for k, v in world.items() if k in scales} | fitted_values(world) for world in drawn]


def arms_of(
    scenarios: Sequence[Scenario],
    weeks: int | None,
    members: int | None,
    drawn: Sequence[Mapping[str, float]] | None,
    start: Start | None = None,
    moment: Moment | None = None,
) -> list[Arm]:
    """Return the arms of a study, one a scenario, over the same weeks and in the same worlds."""
    length = run_weeks(scenarios, weeks)
    plans = [plan_of(s, length, members, start, moment) for s in scenarios]
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
