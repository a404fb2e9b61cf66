"""What the engine and its twin have in common: settings, and the community as it was founded.

Off in both: roles and their work, sponsors, welcoming, meetings, value, stages, and word of mouth. What is left is what
members of the `talk` population live through: weathering, joining, taking part, answering, ties, belonging, tiring,
learning, leaving, levels, and the strengths of the community.
"""

from typing import Any, NamedTuple

import numpy as np

from benchmarks.twin import OFF_IN_TWIN
from copsim.core.state import State
from copsim.engine.gate import Plan, make_plan, values_of
from copsim.engine.living import begin
from copsim.engine.luck import spread_keys, wrapping
from copsim.engine.parameters import pack
from copsim.engine.running import run

POPULATION = "talk"
_NONE = ("joining.word_of_mouth", "participating.warmth", "weathering.year_end")
"""Small terms that the twin does without, and the engine beside it too."""
SETTINGS = {
    **{f"{name}.on": 0.0 for name in OFF_IN_TWIN},
    **dict.fromkeys(_NONE, 0.0),
    **{spread: 0.0 for spread, _ in spread_keys()},  # the same parameters in every replicate: the twin compiles them in
}


class Founded(NamedTuple):
    """A community at the end of week 0: the engine's state, its parameters (1,), and all their values by key."""

    state: State
    parameters: Any
    values: dict[str, float]


def plan_of(founders: int, hinterland: int, weeks: int) -> Plan:
    """Return the plan of a community of so many founders and outsiders."""
    size = {"joining.founders": float(founders), "joining.hinterland": float(hinterland)}
    return make_plan(POPULATION, weeks, {**SETTINGS, **size})


def founded(plan: Plan, seed: int, replicate: int) -> Founded:
    """Return a community after its launch."""
    values = values_of(plan, plan.stretches[0], seed, replicate, {})
    state, _ = begin(plan, seed, replicate, {})
    community = Founded(state, pack(values), values)
    lived(community, 0, 0)
    return community


def lived(community: Founded, first: int, last: int) -> Any:
    """Let weeks happen in the engine, in place; return the record, float32 (weeks, observables)."""
    with wrapping():
        run(community.state, community.parameters, np.int64(first), np.int64(last))
    return community.state.record
