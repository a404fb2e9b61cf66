"""A scenario is a value: name, words, population, settings, dated changes and events; here it is read from TOML."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from copsim.core.errors import UserError, nearest
from copsim.scenarios import checking
from copsim.scenarios.files import FOLDER, built_in_names, found, read_toml

BASELINE = "baseline"
DEFAULT_SET = (
    "no-leadership", "strong-coordinator", "distributed-leadership", "coordinator-leaves",
    "distributed-coordinator-leaves", "engaged-sponsor", "absent-sponsor", "command-and-control", "sponsor-leaves",
    "prepared-launch", "cold-launch",
)  # fmt: skip
"""What `compare` sets against the baseline when no scenario is named."""
MID_LIFE_SET = tuple(name for name in DEFAULT_SET if not name.endswith("-launch"))
"""What can change in the life of a community that is there already: what `compare --from` takes."""
DEFAULT_WEEKS = 260
_NOTHING: Mapping[str, float] = MappingProxyType({})
_KEYS = (
    "name", "title", "text", "source", "start", "population", "extends", "weeks", "members", "set", "change", "event",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """Settings that hold from the start of a week on; none is a cut that changes nothing."""

    week: int
    settings: Mapping[str, float] = _NOTHING

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))

    def __reduce__(self) -> tuple[type["Change"], tuple[int, dict[str, float]]]:
        return Change, (self.week, dict(self.settings))

    def __hash__(self) -> int:
        return hash((self.week, tuple(sorted(self.settings.items()))))


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at the start of a week, whoever it strikes: a kind of `checking.EVENT_KINDS`."""

    week: int
    kind: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One declared world: what people set, and when.

    start: "" for founders in week 1, else the name or path of a saved state; weeks, members: None where the scenario
    leaves them open; settings: values other than the population's, by `group.parameter`. Errors: `UserError` for
    anything that is no scenario.
    """

    name: str
    title: str = ""
    text: str = ""
    source: str = ""
    population: str = "professional"
    start: str = ""
    weeks: int | None = None
    members: int | None = None
    settings: Mapping[str, float] = _NOTHING
    changes: tuple[Change, ...] = ()
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        where = f"scenario {checking.shown(self.name)}"
        for key, value in _checked(self, where).items():
            object.__setattr__(self, key, value)

    def __getitem__(self, key: str) -> float:
        """Return the value of a parameter in week 1. Errors: `UserError` for an unknown key."""
        checking.checked_parameter(key, checking.parameters(), f"scenario {self.name!r}")
        return self.parameters()[key]

    def parameters(self, week: int = 1) -> dict[str, float]:
        """Return the central value of every parameter in a week, by key: the population's, settings, changes so far."""
        from copsim.engine.parameters import central

        return central(self.population) | self.settled(week)

    def settled(self, week: int = 1) -> dict[str, float]:
        """Return the values that are set in a week, which no plausible world draws; by key."""
        values = dict(self.settings)
        for change in self.changes:
            if change.week <= week:
                values |= change.settings
        return values

    def with_(self, settings: Mapping[str, Any], name: str | None = None) -> "Scenario":
        """Return a copy with other settings, and with another name when one is given."""
        new = checking.checked_settings(settings, f"scenario {(name or self.name)!r}")
        copy = replace(self, settings={**self.settings, **new})
        if name is None:
            return copy
        said = ", ".join(f"{key} = {value:g}" for key, value in new.items())
        return replace(copy, name=name, title=name, text=f"{self.title} with {said}." if said else self.text)

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
        """Return the SHA-256 of the scenario's canonical JSON, in hexadecimal digits."""
        text = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def __reduce__(self) -> tuple[Any, tuple[dict[str, Any]]]:
        return load_scenario, (self.as_dict(),)


AnyScenario: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Scenario


def load_scenario(scenario: AnyScenario) -> Scenario:
    """Return a scenario from its built-in name, the path of a TOML file, a dict with the keys of such a file, or itself.

    Errors: `UserError`, one sentence with file and key, for anything that is no scenario.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, Mapping):
        return _built(scenario, "a scenario given as a dict", None, Path(), ())
    if not isinstance(scenario, str | os.PathLike):
        raise UserError(f"a scenario is a name, a path, a dict or a Scenario, not {checking.shown(scenario)}")
    name = os.fspath(scenario)
    return _built_in(name) if name in built_in_names() else _from_file(found(name, Path()), ())


def run_weeks(scenarios: Iterable[Scenario], weeks: int | None = None) -> int:
    """Return for how many weeks scenarios run together: as asked, else as the first that says so, else 260.

    Errors: `UserError` for a number out of range, and for a change or event after the end.
    """
    scenarios = tuple(scenarios)
    own = next((s.weeks for s in scenarios if s.weeks is not None), DEFAULT_WEEKS)
    end = own if weeks is None else checking.checked_whole(weeks, "weeks", "a run", (1, checking.MOST_WEEKS))
    for scenario in scenarios:
        _refuse_late(scenario.changes, scenario.events, end, f"scenario {scenario.name!r}")
    return end


@cache
def _built_in(name: str) -> Scenario:
    return _from_file(found(name, FOLDER), ())


def _from_file(path: Path, heirs: tuple[Path, ...]) -> Scenario:
    """Return the scenario in a file; `heirs` are the files that extend it, to see a circle."""
    real = path.resolve()
    if real in heirs:
        circle = " extends ".join(file.name for file in (*heirs[heirs.index(real) :], real))
        raise UserError(f"{path}: extends goes in a circle: {circle}")
    return _built(read_toml(path), str(path), path.stem, path.parent, (*heirs, real))


def _built(table: Mapping[str, Any], where: str, stem: str | None, folder: Path, heirs: tuple[Path, ...]) -> Scenario:
    """Return the scenario in a table: what it says, over what it extends."""
    checking.checked_keys(table, _KEYS, where)
    if stem is None and "name" not in table:
        raise UserError(f"{where} needs a name")
    parent = _parent(table["extends"], where, folder, heirs) if "extends" in table else None
    start = table.get("start", "")
    own: dict[str, Any] = {key: table[key] for key in ("title", "text", "source", "population") if key in table}
    own |= {key: table[key] for key in ("weeks", "members") if key in table}
    own |= {"start": _state(start, where, folder)} if "start" in table else {}
    settings = checking.checked_settings(table.get("set", {}), f"{where}, [set]")
    values = {
        **own,
        "name": checking.checked_name(table.get("name", stem), where),
        "settings": {**(parent.settings if parent else {}), **settings},
        "changes": (*(parent.changes if parent else ()), *_changes(table, where)),
        "events": (*(parent.events if parent else ()), *_events(table, where)),
    }
    base = parent or Scenario(values["name"])
    fresh = {"title": "", "text": "", "source": base.source}
    return replace(base, **_checked(replace_fields(base, fresh | values), where))
