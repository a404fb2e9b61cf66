"""`optimise`: a search for levers that serve a goal, each candidate lived on the same luck; the same call continues."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from copsim.core.errors import UserError
from copsim.optimising.asking import AnySearch, Search, read_search
from copsim.optimising.confirming import FINAL, confirmed, final_table, finalists, scenario_of
from copsim.optimising.evaluating import BASE, Evaluating, first_points
from copsim.optimising.goals import REGRET
from copsim.optimising.result import CANDIDATES, FINAL_TABLE, KIND, TRIALS, Optimised
from copsim.optimising.sampling import Sampling
from copsim.optimising.trials import DONE, Judged, Trial, trial_of
from copsim.optimising.writing import scenario_toml
from copsim.studies.ensemble import Progress
from copsim.studies.folders import explained
from copsim.studies.manifest import FILE, file_digest, manifest, manifest_text, request_of, seal
from copsim.studies.simulate import checked_study
from copsim.studies.storing import csv_bytes
from copsim.sweeps.folder import DESIGN, POINTS, SweepFolder, design_digest, manifest_of, opened, refuse_place, said
from copsim.sweeps.parts import sweep_temporary, write_whole

SEARCH = "search"
_HELD = {SEARCH, FINAL}
_WORDS = {
    "scenario": "the scenario",
    "factors": "the factors",
    "replicates": "replicates",
    "goals": "the objective",
    "constraints": "the constraints",
    "sampler": "the sampler",
    "start": "start",
    "optuna": "the version of optuna",
}


def optimise(
    plan: AnySearch,
    out: str | Path,
    trials: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Optimised:
    """Search for the levers of a plan (a TOML path or a dict with a table `optimise`) and return what was found.

    Every candidate lives the same replicates as the base scenario. The best then meets it on luck that no candidate has
    met, and that is the answer. The same call again continues; more trials, in the plan or as `trials`, add what is
    missing. progress(done, all) is told of runs. Errors: `UserError` for a mistake in the plan, before anything runs, for
    a folder of another search, and a disk that refuses.
    """
    search = read_search(plan, trials)
    checked_study(search.plan.replicates, search.plan.seed, threads)
    place = Path(out).resolve()
    with explained(place):
        about = _manifest(search, _refused(place, search))
        place.mkdir(parents=True, exist_ok=True)
    with _opened(search, place) as folder:
        for part in (place, place / CANDIDATES):
            sweep_temporary(part)
        write_whole(place / FILE, manifest_text(about).encode())
        judged = _searched(search, folder, place, threads, progress)
        chosen = finalists(judged)
        comparison = confirmed(judged, chosen, place / FINAL, threads, progress) if chosen else None
        if comparison is not None:
            write_whole(place / FINAL_TABLE, csv_bytes(final_table(judged, chosen, comparison)))
            _write_scenarios(search, chosen, place)
        kept = [name for name in (TRIALS, FINAL_TABLE) if (place / name).is_file()]
        seal(about, {name: file_digest(place / name) for name in kept})
        write_whole(place / FILE, manifest_text(about).encode())
    return Optimised(place, about, search, judged, comparison)


@contextmanager
def _opened(search: Search, place: Path) -> Iterator[SweepFolder]:
    """Give the sweep of candidates to work in, with the points that were proposed so far."""
    from copsim.studies.storing import read_table

    points = first_points(search)
    path = place / SEARCH / POINTS
    if path.is_file():
        try:
            there = read_table(path)
        except UserError:  # torn: the sampler says again what it said
            there = points
        if there.attrs.get(DESIGN) == design_digest(search.plan) and len(there) > len(points):
            points = there
    with opened(search.plan, place / SEARCH, points) as folder:
        yield folder


def _searched(
    search: Search, folder: SweepFolder, place: Path, threads: int | None, progress: Progress | None
) -> Judged:
    """Return all trials, those that are kept and those that are lived now."""
    evaluating = Evaluating(search, folder, threads, progress)
    judged = Judged(search, (_base(evaluating),))
    sampling = Sampling(search)
    try:
        while len(judged.trials) <= max(search.trials, len(evaluating) - 1):
            number = len(judged.trials)
            if number >= len(evaluating):
                evaluating.propose(sampling.next(number))
            judged = Judged(search, (*judged.trials, trial_of(evaluating, number)))
            sampling = _told(sampling, judged)
    finally:
        evaluating.failures.write()
        write_whole(place / TRIALS, csv_bytes(judged.table()))
    evaluating.failures.end()
    return judged


def _told(sampling: Sampling, judged: Judged) -> Sampling:
    """Return a sampler that knows the last trial; where regret counts, a new one, for all values may have changed."""
    if judged.search.robust == REGRET:
        return Sampling(judged.search, [judged.known(trial) for trial in judged.trials[BASE + 1 :]])
    sampling.enter(judged.known(judged.trials[-1]))
    return sampling


def _base(evaluating: Evaluating) -> Trial:
    """Return the base scenario's runs. Errors: `UserError` where they say nothing about the objective."""
    base = trial_of(evaluating, BASE)
    if base.state != DONE:
        evaluating.failures.write()
        names = ", ".join(evaluating.search.outcomes)
        why = f"without a value of {names}" if base.outcomes is not None else f"that failed: {evaluating.failures.path}"
        raise UserError(f"the scenario '{evaluating.search.base.name}' itself has runs {why}")
    return base


def _refused(place: Path, search: Search) -> dict[str, Any] | None:
    """Return the manifest of a search that goes on, None of a new one. Errors: `UserError` for a folder of others."""
    refuse_place(place, "search")
    held = {path.name for path in place.iterdir() if not path.name.startswith(".")} if place.is_dir() else set()
    if not held or held <= {SEARCH}:
        return None
    before = manifest_of(place, KIND, "search")
    then, now = before.get("meaning", {}), search.meaning()
    for key, words in _WORDS.items():
        if then.get(key) != now[key]:
            changed = f"{words}: {said(then.get(key))} there, {said(now[key])} now"
            raise UserError(f"{place} was made by another search ({changed}); choose another --out, or change it back")
    return before


def _manifest(search: Search, before: dict[str, Any] | None) -> dict[str, Any]:
    plan = search.plan
    request = request_of(
        KIND, plan.scenarios, name=plan.name, replicates=plan.replicates, weeks=plan.weeks, seed=plan.seed,
        members=plan.members, fixed=plan.fixed, fresh=search.fresh, fresh_seed=search.fresh_seed, trials=search.trials,
        search=search.meaning(),
    )  # fmt: skip
    file = plan.place if plan.place.endswith(".toml") else f"{plan.name}.toml"
    command = f"copsim optimise {shlex.quote(file)}"
    made = manifest(KIND, request, plan.scenarios, plan.seed, plan.replicates, plan.weeks, command=command)
    return {**made, "meaning": search.meaning()}


def _write_scenarios(search: Search, chosen: list[Trial], place: Path) -> None:
    """Write the finalists as scenario files, and take away those of earlier ones."""
    (place / CANDIDATES).mkdir(exist_ok=True)
    scenarios = [scenario_of(search, trial) for trial in chosen]
    for path in (place / CANDIDATES).glob("candidate-*.toml"):
        if path.stem not in {scenario.name for scenario in scenarios}:
            path.unlink()
    for scenario in scenarios:
        write_whole(place / CANDIDATES / f"{scenario.name}.toml", scenario_toml(scenario))
