"""What a scenario may hold: a check returns the value, or says in one sentence where it stands and what is allowed."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from copsim.core.declare import POPULATIONS
from copsim.core.errors import UserError, nearest
from copsim.core.vocabulary import EVENT_KINDS as EVENT_KINDS
from copsim.core.vocabulary import MOST_MEMBERS
from copsim.core.vocabulary import MOST_WEEKS as MOST_WEEKS

if TYPE_CHECKING:
    from copsim.core.declare import Parameter

STARTS = ("established",)
"""Names of the packaged states a scenario can start from."""
MEMBERS = (2, MOST_MEMBERS)
LONGEST_NAME = 100


def shown(value: Any) -> str:
    """Return a value as it stands in a file, cut when long: true, "text", 0.8."""
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def parameters() -> "dict[str, Parameter]":
    """Return all declared parameters by key."""
    import copsim.engine.parameters  # noqa: F401  importing it registers them; it loads numba, hence not above
    from copsim.core.declare import parameters_by_key

    return parameters_by_key()


def checked_text(value: Any, key: str, where: str) -> str:
    """Return a text of one line or more."""
    if not isinstance(value, str):
        raise UserError(f"{where}: {key} must be a text in quotes, it is {shown(value)}")
    return " ".join(value.split())


def checked_name(value: Any, where: str) -> str:
    """Return the name of a scenario: names stand in tables and are names of folders."""
    name = checked_text(value, "name", where)
    if not name or name in (".", ".."):
        raise UserError(f"{where}: the name of a scenario must not be {'empty' if not name else shown(name)}")
    if len(name) > LONGEST_NAME:
        raise UserError(f"{where}: a name has at most {LONGEST_NAME} characters, {shown(name)} has {len(name)}")
    if any(character in "/\\" or not character.isprintable() for character in name):
        raise UserError(f"{where}: the name {shown(name)} must hold neither slashes nor control characters")
    return name


def checked_whole(value: Any, key: str, where: str, limits: tuple[int, int]) -> int:
    """Return a whole number within limits."""
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UserError(f"{where}: {key} must be a whole number from {low:,} to {high:,}, it is {shown(value)}")
    return value


def checked_week(value: Any, where: str) -> int:
    """Return the week of a change or an event: the first is 1."""
    return checked_whole(value, "week", where, (1, MOST_WEEKS))


def checked_weeks(value: Any, where: str) -> int | None:
    """Return the weeks a scenario runs, None where it leaves that open."""
    return None if value is None else checked_whole(value, "weeks", where, (1, MOST_WEEKS))


def checked_members(value: Any, where: str) -> int | None:
    """Return the people inside at week 0, None where a scenario leaves that open."""
    return None if value is None else checked_whole(value, "members", where, MEMBERS)


def refuse_after(week: int, weeks: int | None, what: str, where: str) -> None:
    """Refuse what is dated after the last of so many weeks."""
    if weeks is not None and week > weeks:
        raise UserError(f"{where}: {what} {week} comes after the end, week {weeks}")


def checked_choice(value: Any, key: str, where: str, choices: Iterable[str]) -> str:
    """Return one of the declared words."""
    choices = tuple(choices)
    if value not in choices:
        hint = nearest(value, choices) if isinstance(value, str) else ""
        raise UserError(f"{where}: {key} must be one of {', '.join(choices)}, it is {shown(value)}{hint}")
    return str(value)


def checked_population(value: Any, where: str) -> str:
    """Return the name of a declared population."""
    return checked_choice(value, "population", where, POPULATIONS)


def checked_keys(table: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    """Refuse keys of a table that mean nothing."""
    allowed = tuple(allowed)
    for key in table:
        if key not in allowed:
            is_setting = isinstance(table[key], Mapping) or "." in key
            hint = "; settings stand under [set]" if is_setting and key != "settings" else nearest(key, allowed)
            raise UserError(f"{where}: unknown key {shown(key)}{hint or ', allowed are ' + ', '.join(allowed)}")


def checked_settings(table: Any, where: str) -> dict[str, float]:
    """Return settings by key, as numbers; the table may be nested by group."""
    if not isinstance(table, Mapping):
        raise UserError(f"{where}: settings must be a table of 'group.parameter = number', it is {shown(table)}")
    flat = _flattened(table, where)
    if not flat:
        return {}
    known = parameters()
    return {key: _checked_setting(value, key, known, where) for key, value in flat.items()}


def _flattened(table: Mapping[str, Any], where: str, before: str = "") -> dict[str, Any]:
    """Return a nested table by dotted keys; TOML reads a bare key with a dot as a table in a table."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        inner = _flattened(value, where, f"{before}{key}.") if isinstance(value, Mapping) else {f"{before}{key}": value}
        for twice in flat.keys() & inner.keys():
            raise UserError(f"{where}: {twice} is set twice")
        flat |= inner
    return flat


def _checked_setting(value: Any, key: str, known: "Mapping[str, Parameter]", where: str) -> float:
    parameter = checked_parameter(key, known, where)
    low, high = parameter.possible
    is_switch = parameter.unit == "0 or 1"
    span = parameter.unit if is_switch else f"from {low:g} to {high:g} ({parameter.unit})"
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise UserError(f"{where}: {key} must be a number {span}, it is {shown(value)}")
    if not low <= value <= high or (is_switch and value not in (0, 1)):
        raise UserError(f"{where}: {key} = {value:g} is out of range, it must be {span}")
    return float(value)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the largest float
        return False


def checked_parameter(key: str, known: "Mapping[str, Parameter]", where: str) -> "Parameter":
    """Return the declared parameter of a key."""
    if key not in known:
        hint = _nearest_key(key, known) or "; 'copsim params' prints them all"
        raise UserError(f"{where}: there is no parameter {shown(key)}{hint}")
    return known[key]


def _nearest_key(key: str, known: Iterable[str]) -> str:
    """Return a hint at the nearest key; one that ends alike comes before one that looks alike."""
    same = [other for other in known if other.split(".")[-1] == key.split(".")[-1]]
    return nearest(key, same) or nearest(key, known)
