"""Reading scenarios: by built-in name, from a TOML file with what it extends, or from a dict."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from copsim.core.errors import UserError, nearest
from copsim.scenarios import checking
from copsim.scenarios.files import FOLDER, built_in_names, found, read_toml
from copsim.scenarios.scenario import DEFAULT_WEEKS, Change, Event, Scenario, run_weeks

__all__ = [
    "AS_IS", "BASELINE", "DEFAULT_SET", "DEFAULT_WEEKS", "MID_LIFE_SET", "AnyScenario", "Change", "Event", "Scenario",
    "load_scenario", "run_weeks",
]  # fmt: skip

BASELINE, AS_IS = "baseline", "as-is"
DEFAULT_SET = (
    "no-leadership", "strong-coordinator", "distributed-leadership", "coordinator-leaves",
    "distributed-coordinator-leaves", "engaged-sponsor", "absent-sponsor", "command-and-control", "sponsor-leaves",
    "prepared-launch", "cold-launch",
)  # fmt: skip
"""What `compare` sets against the baseline when no scenario is named."""
MID_LIFE_SET = tuple(name for name in DEFAULT_SET if not name.endswith("-launch"))
"""What can change in the life of a community that is there already: what `compare --from` takes."""
KEYS = (
    "name", "title", "text", "source", "start", "population", "extends", "weeks", "members", "set", "change", "event",
)  # fmt: skip
_TEXTS = ("title", "text", "source")

AnyScenario: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Scenario


def load_scenario(scenario: AnyScenario) -> Scenario:
    """Return a scenario from its built-in name, the path of a TOML file, a dict with the keys of one, or itself.

    Errors: `UserError`, one sentence with file and key, for anything that is no scenario.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, Mapping):
        return _built(scenario, _Origin("a scenario given as a dict", None, Path(), ()))
    if not isinstance(scenario, str | os.PathLike):
        raise UserError(f"a scenario is a name, a path, a dict or a Scenario, not {checking.shown(scenario)}")
    name = os.fspath(scenario)
    return _built_in(name) if name in built_in_names() else _from_file(found(name, Path()), ())


@cache
def _built_in(name: str) -> Scenario:
    return _from_file(found(name, FOLDER), ())


@dataclass(frozen=True)
class _Origin:
    """Where a table of values stands: its place for messages, the file's stem and folder, files extending it."""

    place: str
    stem: str | None
    folder: Path
    heirs: tuple[Path, ...]


def _from_file(path: Path, heirs: tuple[Path, ...]) -> Scenario:
    """Return the scenario in a file; `heirs` are the files that extend it, to see a circle."""
    real = path.resolve()
    if real in heirs:
        circle = " extends ".join(file.name for file in (*heirs[heirs.index(real) :], real))
        raise UserError(f"{path}: extends goes in a circle: {circle}")
    place = f"built-in scenario {path.stem!r}" if real.parent == FOLDER else str(path)
    return _built(read_toml(path), _Origin(place, path.stem, path.parent, (*heirs, real)))


def _built(table: Mapping[str, Any], origin: _Origin) -> Scenario:
    """Return the scenario in a table: what it says, over what it extends; title and text are always its own."""
    place = origin.place
    checking.checked_keys(table, KEYS, place)
    if origin.stem is None and "name" not in table:
        raise UserError(f"{place} needs a name")
    parent = _parent(table, origin)
    own: dict[str, Any] = {key: checking.checked_text(table[key], key, place) for key in _TEXTS if key in table}
    if "population" in table:
        own["population"] = checking.checked_population(table["population"], place)
    if "start" in table:
        own["start"] = _start(checking.checked_text(table["start"], "start", place), origin)
    own |= {key: check(table[key], place) for key, check in _SIZES.items() if key in table}
    own["name"] = checking.checked_name(table.get("name", origin.stem), place)
    own["settings"] = checking.checked_settings(table.get("set", {}), f"{place}, [set]")
    changes = [_change(row, at) for row, at in _rows(table, "change", place)]
    events = [_event(row, at) for row, at in _rows(table, "event", place)]
    weeks = own.get("weeks", parent.weeks if parent else None)
    for kind, dated in (("change", [c.week for c in changes]), ("event", [e.week for e in events])):
        for position, week in enumerate(dated, 1):
            checking.refuse_after(week, weeks, "the week", f"{place}, [[{kind}]] {position}")
    return _joined(parent, own, changes, events)


_SIZES = {"weeks": checking.checked_weeks, "members": checking.checked_members}


def _joined(parent: Scenario | None, own: dict[str, Any], changes: list[Change], events: list[Event]) -> Scenario:
    if parent is None:
        return Scenario(**own, changes=tuple(changes), events=tuple(events))
    kept = {key: getattr(parent, key) for key in ("population", "start", "weeks", "members")}
    return Scenario(
        **{**kept, **own, "settings": {**parent.settings, **own["settings"]}},
        changes=(*parent.changes, *changes),
        events=(*parent.events, *events),
    )


def _parent(table: Mapping[str, Any], origin: _Origin) -> Scenario | None:
    """Return the scenario that a table extends: a built-in one, or one in a file relative to its own."""
    if "extends" not in table:
        return None
    name = checking.checked_text(table["extends"], "extends", origin.place)
    try:
        path = found(name, origin.folder)
    except UserError as error:
        raise UserError(f"{origin.place}, extends: {error}") from None
    return _from_file(path, origin.heirs)


def _start(name: str, origin: _Origin) -> str:
    """Return the name of a packaged state as it is, the path of a saved one relative to where we are."""
    if not name or name in checking.STARTS:
        return name
    path = origin.folder / name
    if not path.is_file():
        allowed = f"neither a packaged state ({', '.join(checking.STARTS)}) nor the file of a saved one"
        raise UserError(f"{origin.place}: start {name!r} is {allowed}{nearest(name, checking.STARTS)}")
    return str(path)


def _rows(table: Mapping[str, Any], kind: str, place: str) -> list[tuple[Mapping[str, Any], str]]:
    """Return the tables [[kind]], each with its place for messages."""
    rows = table.get(kind, [])
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise UserError(
            f"{place}: {kind} must be a list of tables, each headed [[{kind}]], it is {checking.shown(rows)}"
        )
    placed = [(row, f"{place}, [[{kind}]] {number}") for number, row in enumerate(rows, 1)]
    for row, at in placed:
        if "week" not in row:
            raise UserError(f"{at}: needs a week")
    return placed


def _change(row: Mapping[str, Any], place: str) -> Change:
    """Return a change; its settings stand in `set`, or beside the week."""
    beside = checking.checked_settings({key: row[key] for key in row if key not in ("week", "set")}, place)
    inside = checking.checked_settings(row.get("set", {}), place)
    for twice in beside.keys() & inside.keys():
        raise UserError(f"{place}: {twice} is set twice")
    return Change(checking.checked_week(row["week"], place), {**beside, **inside})


def _event(row: Mapping[str, Any], place: str) -> Event:
    checking.checked_keys(row, ("week", "kind"), place)
    if "kind" not in row:
        raise UserError(f"{place}: needs a kind, one of {', '.join(checking.EVENT_KINDS)}")
    kind = checking.checked_choice(row["kind"], "kind", place, checking.EVENT_KINDS)
    return Event(checking.checked_week(row["week"], place), kind)
