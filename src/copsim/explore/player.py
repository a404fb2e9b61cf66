"""The lesson as one file: two runs on the same luck, playable without Python."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copsim.core.errors import UserError, nearest
from copsim.engine.gate import Plan
from copsim.explore.page import settings_of, standing_alone
from copsim.explore.world import described, lived
from copsim.scenarios.scenario import Scenario
from copsim.studies.result import Comparison, Result

Side = tuple[Scenario, Plan, Mapping[str, float] | None]
"""One run: its scenario, its plan, and the drawn values of its world."""


def export_player(
    result: Comparison | Sequence[Result], path: str | os.PathLike[str], scenario: str | None = None, replicate: int = 0
) -> Path:
    """Write two runs of a study as one self-contained HTML file, and return its path.

    result: a comparison, whose reference stands on the left, or two results of `simulate` with one seed; scenario: whose
    run stands on the right, else that of the first one compared; replicate: which pair of runs, from 0. The runs are made
    again with the same bits. An existing file is replaced. Errors: `UserError` for what is no such result, a comparison
    that started from a log or a life, an unknown scenario or replicate, and a path that cannot be written.
    """
    if isinstance(result, Comparison):
        left, right, seed = _of_comparison(result, scenario, replicate)
        made = [result.manifest]
    else:
        left, right, seed = _of_results(result, replicate)
        made = [one.manifest for one in result]
    return write_player(left, right, seed, path, _made_by(made, (left, right), replicate), replicate)


def _made_by(manifests: Sequence[Mapping[str, Any]], sides: tuple[Side, Side], replicate: int) -> str:
    """Return which runs of which study are played: by its commands, where it can be typed."""
    commands = [made["command"] for made in manifests]
    typed = not any(command.startswith("copsim replay") for command in commands)
    worlds = "in its plausible world" if any(world is not None for _, _, world in sides) else "at central values"
    return f"replicate {replicate}, {worlds}" + (f", of {' and '.join(dict.fromkeys(commands))}" if typed else "")


def write_player(
    left: Side, right: Side, seed: int, path: str | os.PathLike[str], made_by: str, replicate: int = 0
) -> Path:
    """Run both sides and write the file; `made_by` tells its reader how. Errors: `UserError`."""
    worlds = {name: _run(side, seed, replicate) for name, side in (("left", left), ("right", right))}
    weeks = left[1].weeks
    settings = settings_of([left[0], right[0]], left[0].name, right[0].name, seed, weeks, made_by)
    return _write(standing_alone(settings, worlds), Path(path))


def _run(side: Side, seed: int, replicate: int) -> dict[str, Any]:
    scenario, plan, world = side
    return described(scenario, lived(scenario, plan, seed, replicate, world))


def _of_results(results: Sequence[Result], replicate: int) -> tuple[Side, Side, int]:
    """Return the sides of two results of `simulate`."""
    if not isinstance(results, Sequence) or len(results) != 2 or not all(isinstance(r, Result) for r in results):
        raise UserError("a lesson is made of a comparison, or of two results of simulate")
    left, right = results
    for key in ("seed", "weeks"):
        if left.manifest[key] != right.manifest[key]:
            raise UserError(
                f"two results on one page need the same {key}, not {left.manifest[key]} and {right.manifest[key]}"
            )
    _checked_replicate(replicate, min(left.manifest["replicates"], right.manifest["replicates"]))
    sides = [(r.scenario, r.arm.plan, r.arm.worlds[replicate] if r.arm.worlds is not None else None) for r in results]
    return sides[0], sides[1], int(left.manifest["seed"])


def _of_comparison(comparison: Comparison, name: str | None, replicate: int) -> tuple[Side, Side, int]:
    """Return the sides of a comparison: its reference, and one other scenario."""
    from copsim.studies.planning import arms_of, worlds_of

    made = comparison.manifest
    request = made.get("request", {})
    if request.get("log") is not None:
        raise UserError("a comparison that started from a log cannot be played: its people are in the log")
    if request.get("life") is not None:
        raise UserError("futures of a life cannot be played: their first weeks are in the life")
    _checked_replicate(replicate, made["replicates"])
    left = next(s for s in comparison.scenarios if s.name == comparison.reference)
    right = _other(comparison, name)
    drawn = worlds_of(made["seed"], made["replicates"]) if not request.get("fixed") else None
    arms = arms_of([left, right], made["weeks"], request.get("members"), drawn)
    sides = [
        (scenario, arm.plan, arm.worlds[replicate] if arm.worlds is not None else None)
        for scenario, arm in zip((left, right), arms, strict=True)
    ]
    return sides[0], sides[1], int(made["seed"])


def _other(comparison: Comparison, name: str | None) -> Scenario:
    others = {s.name: s for s in comparison.scenarios if s.name != comparison.reference}
    if name is None:
        return next(iter(others.values()))
    if name not in others:
        raise UserError(f"there is no scenario {name!r} beside the reference{nearest(name, others)}")
    return others[name]


def _checked_replicate(replicate: int, number: int) -> None:
    if isinstance(replicate, bool) or not isinstance(replicate, int) or not 0 <= replicate < number:
        raise UserError(f"replicate must be a whole number from 0 to {number - 1:,}, it is {replicate!r}")


def _write(text: str, path: Path) -> Path:
    """Write the file beside its place first, so that nothing half-written bears its name."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except (OSError, ValueError) as error:
        beside.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path} cannot be written: {reason}") from None
    return path
