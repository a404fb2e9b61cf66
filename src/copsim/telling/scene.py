"""What sentences are made from: a watched life, its acts counted by week and person, and names for the people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from copsim.core.draws import APPOINTED
from copsim.core.observables import NAMES
from copsim.core.state import ATTEND, CHANGED, CONTACT, MET, POST, REPLY
from copsim.core.vocabulary import EVENT_KINDS, STAGES
from copsim.engine.starting import HISTORY_WEEKS
from copsim.measures.simulated import week_and_order
from copsim.telling.watching import Watched

Array = np.ndarray[Any, Any]
WINDOW = 12
"""Weeks of which the levels are read."""
_ROLES = {
    "preparing": "convener of meetings",
    "welcoming": "community keeper",
    "agenda": "agenda activist",
    "reporting": "social reporter",
    "bridging": "institutional broker",
    "messaging": "external messenger",
    "reflecting": "critical friend",
}
"""Internal leaders by kind of work, in the words of the deck's slide on internal leadership."""
COORDINATOR_LEAVES, SPONSOR_LEAVES, TOP_LEAVES = EVENT_KINDS


def role_name(work: str) -> str:
    """Return what whoever does a kind of work is called."""
    return _ROLES[work]


def default_name(uid: int) -> str:
    """Return "member 40-2", as event logs name people, or "appointee 40" for somebody appointed from outside.

    It hangs on the uid alone: the same person has the same name in every run on the same luck.
    """
    week, order = week_and_order(uid)
    return f"appointee {week}" if order >= APPOINTED else f"member {week}-{order}"


def steps(series: Array, step: float) -> Iterator[tuple[int, int]]:
    """Yield pairs of places: of the value told last, and of the first that lies a step or more from it; 0 is told."""
    last = 0
    for place, value in enumerate(series.tolist()):
        if abs(value - series[last]) >= step:
            yield last, place
            last = place


@dataclass(frozen=True)
class Scene:
    """One watched life with names by person."""

    life: Watched
    names: Sequence[str]

    @cached_property
    def uids(self) -> list[int]:
        """Uid of every person."""
        uids: list[int] = self.life.state.person_uid[: self.life.persons].tolist()
        return uids

    @cached_property
    def arrived(self) -> Array:
        """Week of arrival of every person, 0 for those there at the start."""
        return np.array([week_and_order(uid)[0] for uid in self.uids], np.int64)

    @cached_property
    def appointed(self) -> Array:
        """Who was appointed from outside, by person."""
        return np.array([week_and_order(uid)[1] >= APPOINTED for uid in self.uids], bool)

    def column(self, name: str) -> Array:
        """Return a column of the record, by week from week 1 on at place 0."""
        column: Array = self.life.record[:, NAMES.index(name)]
        return column

    def events_of(self, kind: int) -> Array:
        """Return the events of one kind: week, kind, person, other, number."""
        events: Array = self.life.events[self.life.events[:, 1] == kind]
        return events

    def dated(self, week: int, kind: str) -> bool:
        """Tell whether the scenario holds an event of a kind in a week."""
        return any(kind in stretch.events for stretch in self.life.plan.stretches if stretch.first == week)

    @cached_property
    def lived(self) -> int:
        """Last week that was lived through: that of the end, or the run's last."""
        ends = np.flatnonzero(self.column("stage") == STAGES.index("ended"))
        return int(ends[0]) + 1 if len(ends) else self.life.plan.weeks

    @cached_property
    def posts(self) -> Array:
        """Contributions of one's own, (weeks + 1, people)."""
        return self._summed(self.events_of(POST), 2)

    @cached_property
    def answers(self) -> Array:
        """Answers received, (weeks + 1, people)."""
        return self._summed(self.events_of(REPLY), 3)

    @cached_property
    def attended(self) -> Array:
        """1 where somebody was at a meeting, (weeks + 1, people)."""
        return self._summed(self.events_of(ATTEND), 2)

    @cached_property
    def contacted(self) -> Array:
        """Contacts received from role holders, (weeks + 1, people)."""
        return self._summed(self.events_of(MET), 3)

    @cached_property
    def active(self) -> Array:
        """Whether somebody acted, (52 + weeks, people): from week -51 on."""
        acts = self.life.events[np.isin(self.life.events[:, 1], (POST, REPLY, ATTEND, CONTACT))]
        active = np.zeros((HISTORY_WEEKS + self.life.plan.weeks, self.life.persons), bool)
        active[acts[:, 0] + HISTORY_WEEKS - 1, acts[:, 2]] = True
        if self.life.plan.start is not None:
            before = self.life.plan.start.acts
            active[:HISTORY_WEEKS, : len(before)] = before.T > 0
        return active

    @cached_property
    def active_of_twelve(self) -> Array:
        """Active weeks among the last twelve, (weeks + 1, people)."""
        summed = np.cumsum(self.active, axis=0, dtype=np.int32)
        first = HISTORY_WEEKS - 1  # place of week 0
        return summed[first:] - summed[first - WINDOW : -WINDOW]

    def silent_weeks(self, week: int, person: int) -> int:
        """Return for how many weeks somebody had been silent at the end of a week, counted from -51 or the arrival."""
        acted = np.flatnonzero(self.active[: week + HISTORY_WEEKS, person])
        return week - (int(acted[-1]) - HISTORY_WEEKS + 1) if len(acted) else week + HISTORY_WEEKS

    @cached_property
    def moves(self) -> Array:
        """Changes of level: week, person, level before, level after."""
        moves: Array = self.events_of(CHANGED)[:, [0, 2, 3, 4]]
        return moves

    def _summed(self, events: Array, of: int) -> Array:
        table = np.zeros((self.life.plan.weeks + 1, self.life.persons), np.int32)
        np.add.at(table, (events[:, 0], events[:, of]), events[:, 4])
        return table
