"""A candidate of a search as a scenario file that `copsim compare` takes."""

import json
from collections.abc import Mapping
from typing import Any

from copsim.scenarios.reading import Scenario


def scenario_toml(scenario: Scenario) -> bytes:
    """Return a scenario as a TOML file."""
    held = scenario.as_dict()
    lines = [f"{key} = {_value(value)}" for key, value in held.items() if key not in ("set", "change", "event")]
    lines += ["", "[set]", *_settings(held["set"])]
    for change in held["change"]:
        lines += ["", "[[change]]", f"week = {change['week']}", "", "[change.set]", *_settings(change["set"])]
    for event in held["event"]:
        lines += ["", "[[event]]", *(f"{key} = {_value(value)}" for key, value in event.items())]
    return ("\n".join(lines) + "\n").encode()


def _settings(settings: Mapping[str, float]) -> list[str]:
    return [f"{_value(key)} = {value!r}" for key, value in settings.items()]


def _value(value: Any) -> str:
    """Return a text or number as TOML has it; its escapes of a text on one line are those of JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
