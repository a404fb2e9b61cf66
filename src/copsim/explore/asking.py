"""What the page may ask for, checked: a JSON document with scenario, seed and levers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from copsim.core.errors import UserError, nearest
from copsim.explore.levers import LEVERS, lever_named, stop_of
from copsim.scenarios.checking import checked_whole, shown
from copsim.scenarios.scenario import Scenario

LARGEST = 4_096
"""Bytes of a request."""
MOST_SEED = 2**53 - 1
"""The largest whole number that a browser knows exactly."""
KEYS = ("scenario", "seed", "levers")


@dataclass(frozen=True)
class Asked:
    """A checked request: one run of one community."""

    scenario: Scenario
    seed: int
    levers: Mapping[str, str] = field(default_factory=dict)


def read_request(body: bytes, scenarios: Mapping[str, Scenario]) -> Asked:
    """Return what a request asks for; `scenarios` are those on offer, by name. Errors: `UserError`, one sentence."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise UserError("the request is no JSON document") from None
    if not isinstance(asked, dict):
        raise UserError(f"the request must be a table with the keys {', '.join(KEYS)}")
    for key in asked:
        if key not in KEYS:
            raise UserError(f"unknown key {shown(key)} in the request{nearest(key, KEYS)}")
    seed = checked_whole(asked.get("seed"), "seed", "the request", (0, MOST_SEED))
    return Asked(offered(asked.get("scenario"), scenarios), seed, _levers(asked.get("levers", {})))


def offered(name: Any, scenarios: Mapping[str, Scenario]) -> Scenario:
    """Return a scenario on offer by its name. Errors: `UserError` with the nearest name."""
    if not isinstance(name, str) or name not in scenarios:
        hint = nearest(name, scenarios) if isinstance(name, str) else ""
        raise UserError(f"there is no scenario {shown(name)} on this page{hint}")
    return scenarios[name]


def _levers(levers: Any) -> dict[str, str]:
    if not isinstance(levers, dict) or len(levers) > len(LEVERS):
        raise UserError(f"levers must be a table of at most {len(LEVERS)} levers and their stops")
    return {name: stop_of(lever_named(name), slug).slug for name, slug in levers.items()}
