"""From scenarios to plans: how a study's scenarios, weeks, members and worlds become what the engine runs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from copsim.engine.gate import Plan
from copsim.engine.luck import uncertain_parameters, worlds
from copsim.engine.starting import Start
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import Scenario, run_weeks
from copsim.studies.ensemble import Arm

if TYPE_CHECKING:
    import pandas as pd


def worlds_of(seed: int, replicates: int) -> list[dict[str, float]]:
    """Return a plausible world for each replicate: a value for every uncertain parameter."""
    parameters = uncertain_parameters()
    drawn = worlds(parameters, seed, 0, replicates)
    return [dict(zip((p.key for p in parameters), row, strict=True)) for row in drawn.tolist()]


def in_plan(plan: Plan, drawn: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Return the worlds of a plan: what is set anywhere in it is not drawn, what its population has otherwise is scaled.

    A drawn value stands for so many times the central one: a population in which that is 0 keeps 0.
    """
    scales = {p.key: p.value_in(plan.population) / p.default for p in plan.drawn()}
    possible = {p.key: p.possible for p in plan.drawn()}

    def scaled(key: str, value: float) -> float:
        return min(max(value * scales[key], possible[key][0]), possible[key][1])

    return [{key: scaled(key, value) for key, value in world.items() if key in scales} for world in drawn]


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
