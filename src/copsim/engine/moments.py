"""Moments: one life at the end of a week, from which many futures branch.

A future lives on in a copy of the state. Future 0 has the luck of the life itself: where nothing is changed it is the
continuation, to the bit. The others meet other luck from the next week on, each the same whatever is changed. Weeks of a
future are counted from the moment, so that they read like those of a run that starts from a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.observables import NAMES
from copsim.core.state import ACTS_COUNTED, STAYED, State, new_state
from copsim.core.vocabulary import MOST_WEEKS
from copsim.engine.gate import Plan, Stretch, calendar_of, make_plan
from copsim.engine.luck import key_of_run, wrapping

_OF_A_RUN = ("calendar", "record", "events")
"""What is as long as a run, or as what is kept of it."""


@dataclass(frozen=True)
class Moment:
    """A life at the end of a week: all that what comes after depends on.

    plan, seed, replicate, world: of the life; state: at the end of `week`, never written; about: how to come by the same
    moment again, plain values for manifests, empty where nobody can.
    """

    plan: Plan
    seed: int
    replicate: int
    world: Mapping[str, float]
    week: int
    state: State
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Mapping[str, float]:
        """What is set in the week."""
        return self._stretches()[-1].settings

    @property
    def stage(self) -> int:
        """The code of the stage in which the futures begin."""
        return int(self.state.community[0].stage)

    @property
    def record(self) -> Any:
        """The weeks lived so far, float32 (week, observables)."""
        return self.state.record[: self.week]

    def _stretches(self) -> list[Stretch]:
        return [stretch for stretch in self.plan.stretches if stretch.first <= self.week]

    def ahead(self) -> list[tuple[int, Mapping[str, float], tuple[str, ...]]]:
        """Return what the life's own plan still holds: weeks from the moment, what changes in them, and events."""
        told: list[tuple[int, Mapping[str, float], tuple[str, ...]]] = []
        before = self.settings
        for stretch in self.plan.stretches[len(self._stretches()) :]:
            changed = {key: value for key, value in stretch.settings.items() if before.get(key) != value}
            told.append((stretch.first - self.week, changed, stretch.events))
            before = stretch.settings
        return told


def future_plan(
    moment: Moment,
    weeks: int,
    settings: Mapping[str, Any],
    changes: Sequence[tuple[int, Mapping[str, Any]]] = (),
    events: Sequence[tuple[int, str]] = (),
) -> Plan:
    """Return the plan of futures of so many weeks: what is set holds from their first week on, over what the life had.

    Weeks of changes and events are counted from the moment. What the life's own plan still changes comes all the same, and
    before a change of the same week. Errors: `UserError` for anything the gate refuses.
    """
    if isinstance(weeks, int) and moment.week + weeks > MOST_WEEKS:
        raise UserError(
            f"a community is followed for at most {MOST_WEEKS:,} weeks; after week {moment.week:,} "
            f"{MOST_WEEKS - moment.week:,} are left, not {weeks:,}."
        )
    ahead = [(week, changed, kinds) for week, changed, kinds in moment.ahead() if week <= weeks]
    own_changes = [(week, changed) for week, changed, _ in ahead]
    own_events = [(week, kind) for week, _, kinds in ahead for kind in kinds]
    life = moment.plan
    made = make_plan(
        life.population,
        weeks,
        {**moment.settings, **settings},
        [*own_changes, *changes],
        [*own_events, *events],
        first_day=life.first_day,
    )
    return replace(made, start=life.start, members=life.members, moment=moment)


def branched(plan: Plan, moment: Moment, seed: int, future: int, events: int) -> tuple[State, int]:
    """Return the state in which a future begins, a copy, and its first week, counted as in the life.

    What only the end of a run tells (acts of the last 52 weeks, who stayed) is counted for the future alone.
    """
    room = moment.state.person_uid.size + plan.weeks // 4 + 8
    s = new_state(room, room, moment.week + plan.weeks, len(NAMES), events)
    copy_into(moment.state, s)
    s.key[0] = key_of_future(moment, seed, future)
    s.calendar[:] = calendar_of(moment.week + plan.weeks, plan.first_day)
    counts = s.counts[0]
    counts.events = counts.stayed = 0
    counts.late_from = moment.week + max(1, plan.weeks - 51)
    counts.followed_until = moment.week + plan.weeks - 52
    s.whole[STAYED, : counts.rows] = 1
    s.whole[ACTS_COUNTED] = 0
    return s, moment.week + 1


def copy_into(state: State, larger: State) -> None:
    """Copy a run's state into one with as much room or more, all but what is as long as the run."""
    for name, old, new in zip(State._fields, state, larger, strict=True):
        if name not in _OF_A_RUN:
            new[tuple(slice(0, length) for length in old.shape)] = old


def key_of_future(moment: Moment, seed: int, future: int) -> Any:
    """Return the key of the draws of a future: the life's own for future 0, else one by life, seed and number."""
    own = moment.state.key[0]
    if future == 0:
        return own
    with wrapping():
        return key_of_run(np.uint64(own), np.int64(future), np.int64(seed))
