"""The gate: the one place where what a run is made of is validated, before anything runs.

A scenario comes in as plain values (settings, dated changes, dated events); what leaves is a `Plan` that kernels can
trust: every key declared, every number finite and in its possible range, weeks in order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.declare import POPULATIONS, Parameter
from copsim.core.errors import UserError, nearest
from copsim.core.observables import NAMES
from copsim.core.state import MONTH_START, YEAR_END, State, new_state
from copsim.core.vocabulary import EVENT_KINDS, MOST_MEMBERS, MOST_WEEKS
from copsim.engine.luck import spread_keys, spread_out, uncertain_parameters
from copsim.engine.parameters import DECLARED, central
from copsim.engine.starting import Start, by_appearance, copied, place

if TYPE_CHECKING:
    from copsim.engine.moments import Moment

EVENTS = dict(zip(EVENT_KINDS, ("coordinator_gone", "sponsor_gone", "top_gone"), strict=True))
"""Dated events by name, and the count that tells the week of them."""
FIRST_DAY = "2024-01-01"
"""The Monday on which week 1 begins unless said."""
_YEAR_END_WEEKS = 4


@dataclass(frozen=True)
class Stretch:
    """Weeks under the same settings: the first of them, what is set from then on, and events at its start."""

    first: int
    settings: Mapping[str, float] = field(default_factory=dict)
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What one run of a scenario is made of, checked.

    start: the community that is there at week 0; moment: the life that the run goes on with, weeks counted from there.
    """

    population: str
    weeks: int
    stretches: tuple[Stretch, ...]
    start: Start | None = None
    members: int | None = None
    first_day: str = FIRST_DAY
    moment: "Moment | None" = None

    @property
    def before(self) -> int:
        """Weeks that were lived before week 1 of the plan."""
        return self.moment.week if self.moment is not None else 0

    @property
    def began(self) -> int:
        """The code of the stage in which the run begins."""
        there = self.moment or self.start
        return there.stage if there is not None else 0

    def drawn(self) -> tuple[Parameter, ...]:
        """Return the parameters that a plausible world draws alone here: what is set anywhere in the plan is not drawn."""
        named = self.named()
        return tuple(p for p in uncertain_parameters() if p.key not in named)

    def named(self) -> frozenset[str]:
        """Return the parameters that are set anywhere in the plan."""
        return frozenset(key for stretch in self.stretches for key in stretch.settings)


def checked_value(key: str, value: Any, where: str = "") -> float:
    """Return a parameter's value as a float; a `UserError` says what is wrong with the key or the value, and where."""
    place = f"{where}: " if where else ""
    if key not in DECLARED:
        raise UserError(f"{place}there is no parameter '{key}'{nearest(key, DECLARED)}; `copsim params` lists all.")
    p = DECLARED[key]
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not math.isfinite(float(value)):
        raise UserError(f"{place}{key} must be a number ({p.unit}), not {value!r}.")
    low, high = p.possible
    if not low <= float(value) <= high:
        raise UserError(f"{place}{key} = {value:g} is out of range: it lies between {low:g} and {high:g} ({p.unit}).")
    return float(value)


def make_plan(
    population: str,
    weeks: int,
    settings: Mapping[str, Any],
    changes: Sequence[tuple[int, Mapping[str, Any]]] = (),
    events: Sequence[tuple[int, str]] = (),
    start: Start | None = None,
    members: int | None = None,
    first_day: str = FIRST_DAY,
) -> Plan:
    """Return the checked plan of a scenario; a `UserError` says what is wrong in one sentence."""
    if population not in POPULATIONS:
        raise UserError(
            f"there is no population '{population}'{nearest(population, POPULATIONS)}: {_listed(POPULATIONS)}."
        )
    _within("weeks", weeks, 1, MOST_WEEKS)
    if members is not None:
        _within("members", members, 2, MOST_MEMBERS)
    for week, what in [*((w, "a change") for w, _ in changes), *((w, f"the event {k}") for w, k in events)]:
        if not 1 <= week <= weeks:
            raise UserError(f"{what} in week {week} lies outside the run, which has weeks 1 to {weeks}.")
    for _, kind in events:
        if kind not in EVENTS:
            raise UserError(f"there is no event '{kind}'{nearest(kind, EVENTS)}: {_listed(tuple(EVENTS))}.")
    stretches = _stretches({k: checked_value(k, v) for k, v in settings.items()}, changes, events)
    inside = by_appearance(start) if start is not None else None
    if inside is not None and members is not None and members != len(inside):
        inside = copied(inside, members)
    return Plan(population, weeks, stretches, inside, members, first_day)


def _listed(names: Sequence[str]) -> str:
    return "there are " + ", ".join(names)


def _within(what: str, number: int, low: int, high: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or not low <= number <= high:
        raise UserError(f"{what} must be a whole number from {low:,} to {high:,}, not {number!r}.")


def _stretches(
    settings: Mapping[str, float],
    changes: Sequence[tuple[int, Mapping[str, Any]]],
    events: Sequence[tuple[int, str]],
) -> tuple[Stretch, ...]:
    """Cut the run at the weeks of changes and events; settings add up from stretch to stretch."""
    current, cut = dict(settings), [Stretch(0, dict(settings))]
    for week in sorted({w for w, _ in changes} | {w for w, _ in events}):
        for w, changed in changes:
            if w == week:
                current.update({k: checked_value(k, v) for k, v in changed.items()})
        cut.append(Stretch(week, dict(current), tuple(kind for w, kind in events if w == week)))
    return tuple(cut)


def values_of(plan: Plan, stretch: Stretch, seed: int, replicate: int, world: Mapping[str, float]) -> dict[str, float]:
    """Return the value of every parameter in a stretch of one run."""
    if plan.moment is not None:  # the luck of the community, and its world, are those of its life
        seed, replicate, world = plan.moment.seed, plan.moment.replicate, {**plan.moment.world, **world}
    values = central(plan.population) | dict(world) | dict(stretch.settings)
    if plan.start is None and plan.members is not None:
        scale = plan.members / values["joining.founders"]
        values["joining.founders"] = float(plan.members)
        values["joining.hinterland"] = min(values["joining.hinterland"] * scale, float(MOST_MEMBERS))
    if plan.start is not None:  # a community that is there already is not drawn anew
        values |= {spread: 0.0 for spread, _ in spread_keys() if spread != "participating.base_rate_spread"}
    return spread_out(values, seed, replicate)


def fresh_state(plan: Plan, values: Mapping[str, float], key: int, events: int) -> tuple[State, int]:
    """Return the state before a run's first week, and the week to begin with (0: the launch)."""
    start = plan.start
    founders = len(start) if start is not None else round(values["joining.founders"])
    outside = start.hinterland if start is not None else round(values["joining.hinterland"])
    room = founders + outside + plan.weeks // 4 + 8  # and those who are appointed from outside
    s = new_state(room, room, plan.weeks, len(NAMES), events)
    s.key[0] = key
    s.counts[0].hinterland = founders + outside
    s.counts[0].late_from = max(1, plan.weeks - 51)
    s.counts[0].followed_until = plan.weeks - 52
    s.calendar[:] = calendar_of(plan.weeks, plan.first_day)
    if start is None:
        return s, 0
    place(start, s)
    return s, 1


def _sundays(first_day: str, weeks: int) -> np.ndarray[Any, Any]:
    """Return the Sundays of weeks 0..`weeks`, days."""
    return np.datetime64(first_day, "D") + (7 * np.arange(weeks + 1) - 1).astype("timedelta64[D]")


def months_of(plan: Plan) -> np.ndarray[Any, Any]:
    """Return the calendar month of weeks 0..weeks + 1, counted from 1970; a week belongs to the month of its Sunday.

    The week after the last tells whether the last month is whole. Weeks lived before the plan come first.
    """
    return _months(plan.first_day, plan.before + plan.weeks + 1)


def _months(first_day: str, weeks: int) -> np.ndarray[Any, Any]:
    return _sundays(first_day, weeks).astype("datetime64[M]").astype(np.int64)


@cache
def calendar_of(weeks: int, first_day: str) -> np.ndarray[Any, Any]:
    """Return the calendar: the first week of each week's month, and the last four weeks of each year."""
    calendar = np.zeros((2, weeks + 1), np.int32)
    months, sundays = _months(first_day, weeks), _sundays(first_day, weeks)
    calendar[MONTH_START] = np.searchsorted(months, months, side="left")
    years = sundays.astype("datetime64[Y]")
    to_go = ((years + np.timedelta64(1, "Y")).astype("datetime64[D]") - sundays).astype(np.int64)
    calendar[YEAR_END] = to_go <= 7 * _YEAR_END_WEEKS
    return calendar
