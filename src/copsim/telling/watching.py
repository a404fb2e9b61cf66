"""One run lived week by week and looked at each Sunday: who holds a role, who has left, who is away, who is tired.

The engine's events hold acts and changes of level; these columns hold what a cause needs besides. Looking only copies:
the weeks are the same compiled ones, and the run has the same bits as `engine.living.live`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.state import AWAY, BELONGING, FATIGUE, HOURS, PERSON, RECENT, ROLE, WARMTH, State
from copsim.engine.gate import Plan, values_of
from copsim.engine.living import Life, announce, begin, stretch_record
from copsim.engine.luck import wrapping
from copsim.engine.running import run

Array = np.ndarray[Any, Any]
ROOM = 65_536
"""Events for which there is room at first; a run with more is lived again, with the same bits."""
MOST_CELLS = 20_000_000
"""Weeks times people that can be watched: they are held in memory."""


@dataclass(frozen=True)
class People:
    """Columns (weeks + 1, people) by person, at the end of each week; row 0 is the start.

    role: code, 0 for none; left: 1 when gone for good; away: 1 in a pause; recent: acts in twelve weeks; fatigue,
    belonging: shares; hours: given this week.
    """

    role: Array
    left: Array
    away: Array
    recent: Array
    fatigue: Array
    belonging: Array
    hours: Array


@dataclass(frozen=True)
class Watched(Life):
    """A life with its events and what was seen of it: by person, and the community's own numbers.

    community: record of `core.state.COMMUNITY` (weeks + 1,); warmth: sum over members (weeks + 1,); parameters: by first
    week of each stretch, as kernels read them.
    """

    plan: Plan
    people: People
    community: Array
    warmth: Array
    parameters: Mapping[int, Any]

    @property
    def persons(self) -> int:
        """Number of people who ever joined."""
        return int(self.state.counts[0].people)

    def under(self, week: int) -> Any:
        """Return the parameters that hold in a week."""
        return self.parameters[max(first for first in self.parameters if first <= week)]


def watch(plan: Plan, seed: int, replicate: int = 0, world: Mapping[str, float] | None = None) -> Watched:
    """Live one replicate of a plan and look on.

    Errors: `UserError` where people and weeks are too many to hold, and for the future of a life that was lived before.
    """
    if plan.moment is not None:
        raise UserError("the future of a life cannot be watched: its first weeks are in the life")
    _refuse_too_many(plan, values_of(plan, plan.stretches[0], seed, replicate, world or {}))
    watched = _watched(plan, seed, replicate, world or {}, ROOM)
    happened = int(watched.state.counts[0].events)
    return watched if happened <= ROOM else _watched(plan, seed, replicate, world or {}, happened)


def _refuse_too_many(plan: Plan, values: Mapping[str, float]) -> None:
    people = round(values["joining.founders"] + values["joining.hinterland"])
    if plan.start is not None:
        people = len(plan.start) + plan.start.hinterland
    if people * plan.weeks > MOST_CELLS:
        raise UserError(
            f"what happens to {people:,} people in {plan.weeks:,} weeks is too much to watch one by one: "
            f"people times weeks may be {MOST_CELLS:,} at most."
        )


def _watched(plan: Plan, seed: int, replicate: int, world: Mapping[str, float], room: int) -> Watched:
    state, first = begin(plan, seed, replicate, world, room)
    size = plan.weeks + 1, state.person_uid.size
    whole, real = (np.zeros((4, *size), np.int32), np.zeros((3, *size), np.float32))
    community, warmth = np.zeros(size[0], state.community.dtype), np.zeros(size[0])
    parameters = {s.first: stretch_record(plan, s, seed, replicate, world) for s in plan.stretches}
    rows, own = state.counts["rows"], state.community.view(np.ndarray)  # a record's attributes take ten times as long
    stretches, current = {s.first: s for s in plan.stretches}, parameters[0]
    for week in range(plan.weeks + 1):
        if week in stretches:
            announce(state, stretches[week])
            current = parameters[week]
        if week >= first:
            with wrapping():
                run(state, current, np.int64(week), np.int64(week))
        warmth[week] = _look(state, rows[0], whole[:, week], real[:, week])
        community[week] = own[0]
    role, left, away, recent = whole
    people = People(role, left, away, recent, *real)
    kept = {week: record[0] for week, record in parameters.items()}
    events = state.events[: int(state.counts[0].events)]
    return Watched(state.record, events, state, plan, people, community, warmth, kept)


def _look(state: State, rows: int, whole: Array, real: Array) -> float:
    """Copy what is seen of each person at a week's end, and return the sum of their warmth."""
    person = state.whole[PERSON, :rows]
    whole[1, :] = state.person_left
    for k, column in ((0, ROLE), (2, AWAY), (3, RECENT)):
        whole[k, person] = state.whole[column, :rows]
    for k, column in enumerate((FATIGUE, BELONGING, HOURS)):
        real[k, person] = state.real[column, :rows]
    return float(state.real[WARMTH, :rows].sum(dtype=np.float64))
