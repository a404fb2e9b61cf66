"""`simulate`: one scenario, many replicates."""

from typing import Any

from copsim.core.errors import UserError
from copsim.core.vocabulary import MOST_REPLICATES
from copsim.engine.gate import months_of
from copsim.measures.weekly import runs_table, weekly_table
from copsim.scenarios.reading import AnyScenario, load_scenario
from copsim.studies.ensemble import Progress, run_arms
from copsim.studies.manifest import manifest, request_of, seal
from copsim.studies.planning import arms_of, worlds_of, worlds_table
from copsim.studies.result import Result
from copsim.studies.storing import result_digests, result_tables


def simulate(
    scenario: AnyScenario,
    replicates: int = 200,
    weeks: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    members: int | None = None,
    worlds: bool = False,
    events: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Run a scenario (name, path, dict or `Scenario`) many times and return a `Result`.

    weeks: the scenario's own, else 260; members: people inside at week 0, the hinterland scales along; worlds: draw the
    uncertain parameters anew for each replicate, else they stay central; events: taken for the command line, events can
    always be had from the result; progress(done, all) is called now and then. More replicates leave the first ones as
    they are. Errors: `UserError` for a scenario or number that is not allowed.
    """
    checked_study(replicates, seed, threads)
    loaded = load_scenario(scenario)
    drawn = worlds_of(seed, replicates) if worlds else None
    arm = arms_of([loaded], weeks, members, drawn)[0]
    lives = {arm.name: run_arms([arm], replicates, seed, threads, progress=progress)[0].lives()}
    runs, weekly = runs_table(lives), weekly_table(lives, months_of(arm.plan)[1:])
    asked: dict[str, Any] = {
        "replicates": replicates,
        "weeks": arm.plan.weeks,
        "seed": seed,
        "members": members,
        "worlds": worlds,
    }
    about = manifest("simulate", request_of("simulate", [loaded], **asked), [loaded], seed, replicates, arm.plan.weeks)
    table = worlds_table(drawn) if drawn is not None else None
    result = Result(loaded, runs, weekly, table, about, arm)
    seal(about, result_digests(result_tables(result)))
    return result


def checked_study(replicates: int, seed: int, threads: int | None) -> None:
    """Check the numbers of a study. Errors: `UserError`, one sentence."""
    for name, number, low, high in (
        ("replicates", replicates, 1, MOST_REPLICATES),
        ("seed", seed, 0, 2**63 - 1),
        ("threads", 1 if threads is None else threads, 1, 4_096),
    ):
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            raise UserError(f"{name} must be a whole number from {low:,} to {high:,}, not {number!r}")
