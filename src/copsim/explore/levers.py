"""The handles of the teaching page: at most five, in plain words, each a few stops that set parameters of the model.

A handle that was not moved sets nothing: the scenario's own value holds, even between two stops.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from copsim.core.errors import UserError, nearest
from copsim.scenarios.checking import parameters
from copsim.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Stop:
    """One place of a handle: its words, and the parameters it sets."""

    words: str
    settings: Mapping[str, float]

    @property
    def slug(self) -> str:
        """The words as they stand in an address."""
        return self.words.replace(" ", "-")


@dataclass(frozen=True)
class Lever:
    """A handle: label, the words at both ends, and its stops from left to right.

    needs: values given wherever the handle is moved and the scenario has none of it, such as hours to lead with.
    """

    name: str
    label: str
    low: str
    high: str
    stops: tuple[Stop, ...]
    needs: Mapping[str, float] = field(default_factory=dict)


def _one(key: str, **words: float) -> tuple[Stop, ...]:
    return tuple(Stop(text.replace("_", " "), {key: value}) for text, value in words.items())


def _led(share: float, coordinator: float = 1.0) -> dict[str, float]:
    return {"leading.coordinator": coordinator, "leading.distributed": share}


LEVERS = (
    Lever(
        "leadership", "Leadership", "nobody", "many share it",
        (
            Stop("nobody", _led(0.0, 0.0)), Stop("one person", _led(0.0)), Stop("a quarter shared", _led(0.25)),
            Stop("half shared", _led(0.5)), Stop("most shared", _led(0.75)), Stop("all shared", _led(1.0)),
        ),
        {"leading.hours": 6.0},
    ),
    Lever(
        "sponsorship", "Sponsorship", "looks away", "takes part",
        _one("sponsoring.engagement", looks_away=0.0, seldom=0.2, now_and_then=0.5, often=0.7, takes_part=0.9),
        {"sponsoring.hours": 8.0},
    ),
    Lever(
        "agenda", "Agenda", "members own it", "set from above",
        _one("sponsoring.prescription", members_own_it=0.0, a_little_from_above=0.2, half_and_half=0.5,
             set_from_above=0.8),
    ),
    Lever(
        "rhythm", "Rhythm", "no meetings", "every week",
        _one("meeting.cadence", no_meetings=0.0, twice_a_year=26.0, every_two_months=8.0, every_month=4.0,
             every_two_weeks=2.0, every_week=1.0),
    ),
    Lever(
        "welcome", "Welcome", "find your own way", "most hours go to it",
        _one("leading.welcoming", find_your_own_way=0.0, a_greeting=0.25, a_talk=0.5, most_hours_go_to_it=1.0),
    ),
)  # fmt: skip
"""Left to right on a handle is more of it; the welcome takes its hours from the other kinds of work."""


def lever_named(name: str) -> Lever:
    """Return a lever. Errors: `UserError` with the nearest name."""
    names = [lever.name for lever in LEVERS]
    if name not in names:
        raise UserError(f"there is no lever {name!r}{nearest(name, names) or '; there are ' + ', '.join(names)}")
    return LEVERS[names.index(name)]


def stop_of(lever: Lever, slug: Any) -> Stop:
    """Return the stop of a lever by its slug. Errors: `UserError` with the allowed ones."""
    slugs = [stop.slug for stop in lever.stops]
    if slug not in slugs:
        raise UserError(f"the lever {lever.name!r} must be one of {', '.join(slugs)}, it is {str(slug)[:60]!r}")
    return lever.stops[slugs.index(slug)]


def position(scenario: Scenario, lever: Lever) -> Stop:
    """Return the stop nearest to what a scenario sets in week 1, distances taken in possible ranges."""
    values, known = scenario.parameters(), parameters()

    def apart(stop: Stop) -> float:
        ranges = {key: known[key].possible for key in stop.settings}
        return sum(abs(values[k] - v) / (ranges[k][1] - ranges[k][0]) for k, v in stop.settings.items())

    return min(lever.stops, key=apart)


def moved(scenario: Scenario, stops: Mapping[str, str]) -> Scenario:
    """Return the scenario with levers moved: slugs of stops by name of lever; a stop that is its own changes nothing.

    Errors: `UserError` for an unknown lever or stop.
    """
    values, settings = scenario.parameters(), dict(scenario.settings)
    for name, slug in stops.items():
        lever = lever_named(name)
        stop = stop_of(lever, slug)
        if stop != position(scenario, lever):
            settings |= {key: value for key, value in lever.needs.items() if values[key] == 0}
            settings |= stop.settings
    return replace(scenario, settings=settings)
