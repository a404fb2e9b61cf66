"""A scenario is a value: name, words, population, settings, dated changes and events."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from copsim.core.errors import UserError
from copsim.scenarios import checking

DEFAULT_WEEKS = 260
_WORDS = ("title", "text", "source", "start")


@dataclass(frozen=True, slots=True)
class Change:
    """Settings that hold from the start of a week on; none is a cut that changes nothing."""

    week: int
    settings: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"the change in week {checking.shown(self.week)}"
        object.__setattr__(self, "week", checking.checked_week(self.week, where))
        object.__setattr__(self, "settings", _frozen(self.settings, where))

    def __reduce__(self) -> tuple[type["Change"], tuple[int, dict[str, float]]]:
        return Change, (self.week, dict(self.settings))

    def __hash__(self) -> int:
        return hash((self.week, tuple(sorted(self.settings.items()))))


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at the start of a week, whoever it strikes: a kind of `checking.EVENT_KINDS`."""

    week: int
    kind: str

    def __post_init__(self) -> None:
        where = f"the event in week {checking.shown(self.week)}"
        object.__setattr__(self, "week", checking.checked_week(self.week, where))
        object.__setattr__(self, "kind", checking.checked_choice(self.kind, "kind", where, checking.EVENT_KINDS))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One declared world: what people set, and when.

    start: "" for founders in week 1, else the name or path of a saved state; weeks, members: None where the scenario
    leaves them open; settings: values other than the population's, by `group.parameter`; changes and events are sorted
    by week. Errors: `UserError` for anything that is no scenario.
    """

    name: str
    title: str = ""
    text: str = ""
    source: str = ""
    population: str = "professional"
    start: str = ""
    weeks: int | None = None
    members: int | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        where = f"scenario {checking.shown(self.name)}"
        name = checking.checked_name(self.name, where)
        words = {key: checking.checked_text(getattr(self, key), key, where) for key in _WORDS}
        values: dict[str, Any] = {
            **words,
            "name": name,
            "title": words["title"] or name,
            "population": checking.checked_population(self.population, where),
            "weeks": checking.checked_weeks(self.weeks, where),
            "members": checking.checked_members(self.members, where),
            "settings": _frozen(self.settings, where),
            "changes": tuple(sorted(self.changes, key=lambda change: change.week)),
            "events": tuple(sorted(self.events, key=lambda event: event.week)),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        if self.weeks is not None:
            refuse_late(self, self.weeks, where)

    def __getitem__(self, key: str) -> float:
        """Return the value of a parameter in week 1. Errors: `UserError` for an unknown key."""
        checking.checked_parameter(key, checking.parameters(), f"scenario {self.name!r}")
        return self.parameters()[key]

    def parameters(self, week: int = 1) -> dict[str, float]:
        """Return the central value of every parameter in a week, by key: the population's, settings, changes so far."""
        from copsim.engine.parameters import central

        return central(self.population) | self.settled(week)

    def settled(self, week: int = 1) -> dict[str, float]:
        """Return the values that are set in a week, which no plausible world draws, by key."""
        values = dict(self.settings)
        for change in self.changes:
            if change.week <= week:
                values |= change.settings
        return values

    def with_(self, settings: Mapping[str, Any], name: str | None = None) -> "Scenario":
        """Return a copy with other settings, and with another name when one is given."""
        new = checking.checked_settings(settings, f"scenario {checking.shown(self.name if name is None else name)}")
        both = {**self.settings, **new}
        if name is None:
            return replace(self, settings=both)
        said = ", ".join(f"{key} = {value:g}" for key, value in new.items())
        return replace(
            self, name=name, title="", text=f"{self.title} with {said}." if said else self.text, settings=both
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the scenario as plain values; `load_scenario` makes the same scenario of them."""
        words = ("name", "title", "text", "source", "population", "start", "weeks", "members")
        return {
            **{key: value for key in words if (value := getattr(self, key)) not in ("", None)},
            "set": dict(self.settings),
            "change": [{"week": change.week, "set": dict(change.settings)} for change in self.changes],
            "event": [{"week": event.week, "kind": event.kind} for event in self.events],
        }

    def digest(self) -> str:
        """Return the SHA-256 of the scenario's canonical JSON and of a saved start's file, in hexadecimal digits.

        Errors: `UserError` for a saved start whose file cannot be read.
        """
        digest = hashlib.sha256(self._canonical())
        if self.start and self.start not in checking.STARTS:
            digest.update(_content(self.start))
        return digest.hexdigest()

    def _canonical(self) -> bytes:
        return json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def __hash__(self) -> int:
        return hash(self._canonical())

    def __reduce__(self) -> tuple[type["Scenario"], tuple[Any, ...]]:
        values = [getattr(self, own.name) for own in fields(self)]
        return Scenario, tuple(dict(value) if isinstance(value, Mapping) else value for value in values)


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"the saved community {path} cannot be read: {error.strerror or error}") from None


def _frozen(settings: Mapping[str, Any], where: str) -> Mapping[str, float]:
    return MappingProxyType(checking.checked_settings(settings, where))


def refuse_late(scenario: Scenario, weeks: int, where: str) -> None:
    """Refuse a change or an event after the last week."""
    for kind, dated in (("a change", scenario.changes), ("an event", scenario.events)):
        for thing in dated:
            checking.refuse_after(thing.week, weeks, f"{kind} in week", where)


def run_weeks(scenarios: Iterable[Scenario], weeks: int | None = None) -> int:
    """Return for how many weeks scenarios run together: as asked, else as the first that says so, else 260.

    Errors: `UserError` for a number out of range, and for a change or event after the end.
    """
    scenarios = tuple(scenarios)
    own = next((s.weeks for s in scenarios if s.weeks is not None), DEFAULT_WEEKS)
    end = own if weeks is None else checking.checked_whole(weeks, "weeks", "a run", (1, checking.MOST_WEEKS))
    for scenario in scenarios:
        refuse_late(scenario, end, f"scenario {scenario.name!r}")
    return end
