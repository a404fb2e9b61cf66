"""Lives that go on: how a moment of a simulated run is found, told in a manifest, and found again."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.engine.living import moment_of
from copsim.engine.moments import Moment
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario
from copsim.studies.manifest import FILE, plain, read_manifest, versions
from copsim.studies.planning import in_plan, worlds_of

KIND = "simulate"
"""The kind of study whose lives can go on."""


def is_run(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is the folder or manifest of a saved study rather than an event log."""
    return Path(path).is_dir() or Path(path).name == FILE


def saved_at(folder: str | os.PathLike[str], at: int | None = None, life: int | None = None) -> Moment:
    """Return a moment of a run that was saved in a folder. Errors: `UserError` where it cannot be lived on.

    The run is lived again up to the week, with the same bits: a folder of another version of the model is refused.
    """
    made = read_manifest(Path(folder))
    if made["kind"] != KIND:
        raise UserError(f"{folder} holds no run but a study of kind '{made['kind']}'; futures begin from 'copsim run'")
    _same_model(made, str(folder))
    return moment_in(made, at, life)


def _same_model(made: Mapping[str, Any], what: str) -> None:
    ours = versions()
    for key, words in (("streams", "the draws"), ("engine", "the model")):
        if made.get(key) != ours[key]:
            raise UserError(
                f"{what} was lived with another version of {words} ({made.get(key)}, this is {ours[key]}), so that it "
                "cannot be lived on; run it again"
            )


def moment_in(made: Mapping[str, Any], at: int | None = None, life: int | None = None) -> Moment:
    """Return a moment of the run that a manifest tells of: replicate `life` (0) after week `at` (the last).

    Errors: `UserError` for a week or a life that there is not, and where the community has ended by then.
    """
    request = made["request"]
    weeks, replicates = int(made["weeks"]), int(made["replicates"])
    week = _within("at", at, weeks, 1, weeks, f"the run has weeks 1 to {weeks:,}")
    replicate = _within("life", life, 0, 0, replicates - 1, f"the run has lives 0 to {replicates - 1:,}")
    scenario = {key: value for key, value in made["scenarios"][0].items() if key != "digest"}
    return moment_again(
        {
            "scenario": scenario,
            "seed": int(made["seed"]),
            "replicate": replicate,
            "week": week,
            "weeks": weeks,
            "members": request.get("members"),
            "worlds": bool(request.get("worlds")),
        }
    )


def _within(name: str, number: Any, usual: int, low: int, high: int, allowed: str) -> int:
    if number is None:
        return usual
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise UserError(f"{name} = {number} lies outside: {allowed}")
    return number


def moment_again(about: Mapping[str, Any]) -> Moment:
    """Return the moment that a manifest tells of, lived again: same version, same bits."""
    seed, replicate = about["seed"], about["replicate"]
    plan = plan_of(load_scenario(about["scenario"]), about["weeks"], about.get("members"))
    world = in_plan(plan, worlds_of(seed, replicate + 1)[-1:])[0] if about.get("worlds") else {}
    return moment_of(plan, seed, replicate, about["week"], world, about)


def life_of(moment: Moment) -> dict[str, Any]:
    """Return what a request says of the life that goes on: how to live it again, else what its state is."""
    if moment.about:
        return plain(moment.about)  # type: ignore[no-any-return]
    state = hashlib.sha256()
    for array in moment.state:
        state.update(np.ascontiguousarray(array).tobytes())
    return {"state": state.hexdigest(), "week": moment.week}
