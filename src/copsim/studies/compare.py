"""`compare`: scenarios against a reference, on the same luck and in the same plausible worlds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.core.errors import UserError, nearest
from copsim.engine.gate import months_of
from copsim.engine.moments import Moment
from copsim.measures.eventlog import EventLog, log_digest
from copsim.measures.outcomes import MAIN, OUTCOMES
from copsim.measures.weekly import runs_table, weekly_table
from copsim.scenarios.choosing import chosen
from copsim.scenarios.reading import AnyScenario, Scenario
from copsim.studies.anchoring import Anchor, anchored
from copsim.studies.assumptions import rests_on
from copsim.studies.backtesting import tried
from copsim.studies.ensemble import Progress, run_arms
from copsim.studies.lives import life_of
from copsim.studies.manifest import manifest, request_of, seal
from copsim.studies.pairing import differences
from copsim.studies.planning import arms_of, worlds_of, worlds_table
from copsim.studies.result import Comparison
from copsim.studies.simulate import checked_study
from copsim.studies.storing import result_digests, result_tables

if TYPE_CHECKING:
    import pandas as pd


def compare(
    scenarios: Sequence[AnyScenario] = (),
    reference: AnyScenario | None = None,
    replicates: int = 200,
    weeks: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    fixed: bool = False,
    outcomes: Sequence[str] | None = None,
    members: int | None = None,
    start_log: EventLog | None = None,
    until: str | Path | date | None = None,
    community: str | None = None,
    moment: Moment | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare scenarios (names, paths, dicts or `Scenario`) with a reference and return a `Comparison`.

    Without scenarios: the built-in leadership and sponsorship set against `baseline`. The first of several is the
    reference unless `reference` says otherwise. Each replicate is a plausible world, the same in every scenario; `fixed`
    holds all at their central values. outcomes: those whose intervals hold together, the three main ones unless named.
    start_log: the event log of a real community (`copsim.measures.logs.read_log`): all scenarios start from it, against
    the community as it is; until, community: how it was cut, for the manifest. moment: of a simulated life that goes on, in
    its own world (see `futures`).
    Errors: `UserError` for anything not allowed, before anything runs.
    """
    checked_study(replicates, seed, threads)
    main = checked_outcomes(outcomes)
    asked_for = chosen(scenarios, reference, start_log is not None or moment is not None)
    anchor = anchored(start_log) if start_log is not None else None
    cast, fixed = _there(asked_for, anchor, moment), fixed or moment is not None
    drawn = None if fixed else worlds_of(seed, replicates)
    start = anchor.start if anchor is not None else None
    arms = arms_of(cast, weeks, _checked_members(members, moment), drawn, start, moment)
    collected = run_arms(arms, replicates, seed, threads, progress=progress)
    lives = {c.arm.name: c.lives() for c in collected}
    runs, weekly = runs_table(lives), weekly_table(lives, months_of(arms[0].plan)[1:])
    asked: dict[str, Any] = {
        "replicates": replicates,
        "weeks": arms[0].plan.weeks,
        "seed": seed,
        "members": members,
        "fixed": fixed,
        "until": until,
        "community": community,
    }
    request = request_of("compare", asked_for, reference=cast[0].name, outcomes=outcomes, **asked)
    if start_log is not None:
        request["log"] = {"name": start_log.communities[0], "content": log_digest(start_log)}
    if moment is not None:
        request["life"] = life_of(moment)
    fit = anchor.fit if anchor is not None else None
    about = manifest("compare", request, list(cast), seed, replicates, arms[0].plan.weeks, fit=fit)
    if start_log is not None:
        about["back_test"] = tried(start_log, seed, threads)
    comparison = judged(cast, runs, weekly, seed, fixed, main, about)
    seal(about, result_digests(result_tables(comparison)))
    return comparison


def in_midlife(scenario: Scenario, population: str, settings: Mapping[str, float]) -> Scenario:
    """Return a scenario as it happens to a community that is there: with its settings, unless the scenario sets them."""
    both = {**settings, **scenario.settings}
    return replace(scenario, population=population, start="", members=None, settings=both)


def _there(cast: tuple[Scenario, ...], anchor: Anchor | None, moment: Moment | None) -> tuple[Scenario, ...]:
    """Return scenarios as they happen to the community that is there, where one is."""
    if moment is not None:
        return tuple(in_midlife(scenario, moment.plan.population, moment.settings) for scenario in cast)
    if anchor is not None:
        return tuple(in_midlife(scenario, anchor.population, anchor.settings) for scenario in cast)
    return cast


def _checked_members(members: int | None, moment: Moment | None) -> int | None:
    if moment is not None and members is not None:
        raise UserError("a life goes on with the people it has, so that members has no place here")
    return members


def judged(
    cast: tuple[Scenario, ...],
    runs: "pd.DataFrame",
    weekly: "pd.DataFrame",
    seed: int,
    fixed: bool,
    outcomes: Sequence[str] | None,
    about: dict[str, Any],
) -> Comparison:
    """Return the comparison of runs that are there: all its statistics follow from them and the seed."""
    main = checked_outcomes(outcomes)
    worlds = None if fixed else worlds_table(worlds_of(seed, int(about["replicates"])))
    table = differences(runs, cast[0].name, main)
    assumptions, doubt = rests_on(runs, worlds, cast[0].name, main)
    return Comparison(cast, cast[0].name, table, runs, weekly, worlds, assumptions, doubt, about)


def checked_outcomes(outcomes: Sequence[str] | None) -> tuple[str, ...]:
    """Return the outcomes that are judged together. Errors: `UserError` for an unknown one."""
    named = tuple(outcomes) if outcomes else MAIN
    for name in named:
        if name not in OUTCOMES:
            raise UserError(f"there is no outcome '{name}'{nearest(name, OUTCOMES)}; `copsim outcomes` lists them")
    return named
