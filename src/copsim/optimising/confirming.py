"""The final word: the candidates that a search ended with against the base scenario, on luck and in worlds none has met.

The best of many candidates owes part of its lead to the luck it was chosen on. So what is reported is measured anew, and
what the search saw stands beside it.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.optimising.asking import Search
from copsim.optimising.goals import REGRET, Goal
from copsim.optimising.trials import DONE, Judged, Trial, best_of, difference
from copsim.scenarios.reading import Change, Scenario
from copsim.studies.compare import compare
from copsim.studies.ensemble import Progress
from copsim.studies.folders import output
from copsim.studies.manifest import FILE, read_manifest, request_digest, request_of
from copsim.studies.result import Comparison, load_comparison

if TYPE_CHECKING:
    import pandas as pd

FINAL = "final"
MOST_FINALISTS = 6
Array = np.ndarray[Any, Any]


def finalists(judged: Judged) -> list[Trial]:
    """Return the candidates that meet the base on fresh luck: the best; of a front, some from end to end; where regret
    counts, the next best too, for regret is about what else could have been done."""
    best = judged.best()
    if best and judged.search.robust == REGRET and len(judged.search.goals) == 1:
        goal = judged.search.goals[0]
        return sorted(judged.candidates, key=lambda t: (-judged.terms(t, goal).mean(), t.number))[:MOST_FINALISTS]
    if len(best) <= MOST_FINALISTS:
        return best
    return [best[place] for place in np.linspace(0, len(best) - 1, MOST_FINALISTS).round().astype(int).tolist()]


def scenario_of(search: Search, trial: Trial) -> Scenario:
    """Return a candidate as a scenario of its own: what its factors set, over what the base scenario says."""
    dated = {factor.key: (factor.name, factor.week) for factor in search.plan.factors}
    settings, changes = dict(search.base.settings), list(search.base.changes)
    for key, value in trial.settings.items():
        name, week = dated[key]
        if week is None:
            settings[name] = value
        else:
            changes.append(Change(week, {name: value}))
    return replace(
        search.base,
        name=f"candidate-{trial.number}",
        title=f"Candidate {trial.number}",
        text=f"Found by a search from {search.base.title}.",
        source="",
        settings=settings,
        changes=tuple(changes),
    )


def confirmed(
    judged: Judged, chosen: list[Trial], folder: Path, threads: int | None, progress: Progress | None
) -> Comparison:
    """Return the comparison on fresh luck, made in `folder` unless it is there."""
    search = judged.search
    cast = [search.base, *(scenario_of(search, trial) for trial in chosen)]
    study: dict[str, Any] = {
        "replicates": search.fresh,
        "weeks": search.plan.weeks,
        "seed": search.fresh_seed,
        "members": search.plan.members,
        "fixed": search.plan.fixed,
        "reference": search.base.name,
        "outcomes": [goal.outcome for goal in search.goals],
    }
    request = request_of("compare", cast, **study)
    with output(folder, request, force=_of_others(folder, request)) as place:
        if place.finished:
            return load_comparison(place.path)
        made = compare(cast, threads=threads, progress=progress, **study)
        made.manifest["request"] = request
        made.save(place.path)
    return made


def _of_others(folder: Path, request: dict[str, Any]) -> bool:
    """Tell whether a folder holds the final comparison of other candidates, which are no longer the best."""
    if not (folder / FILE).is_file():
        return False
    return request_digest(read_manifest(folder)["request"]) != request_digest(request)


def final_table(judged: Judged, chosen: list[Trial], comparison: Comparison) -> "pd.DataFrame":
    """Return a row a finalist and outcome, with what the search saw and what fresh luck says: the columns of final.csv."""
    import pandas as pd

    search = judged.search
    fresh = {
        name: _fresh(search, comparison, name, n) for n, name in enumerate(comparison.runs["scenario"].cat.categories)
    }
    base = fresh[search.base.name]
    rows = []
    for trial in chosen:
        own = fresh[f"candidate-{trial.number}"]
        for goal in search.goals:
            best = best_of(goal, list(fresh.values())) if goal.measure == REGRET else np.zeros(search.fresh)
            together = len(chosen) * len(search.goals)
            rows.append(_row(judged, trial, goal, (own, base), best, together))
        rows += [_kept(judged, trial, n, own, base) for n in range(len(search.constraints))]
    return pd.DataFrame(rows)


def _fresh(search: Search, comparison: Comparison, name: str, number: int) -> Trial:
    rows = comparison.runs[comparison.runs["scenario"] == name]
    return Trial(number, {}, rows.set_index("replicate")[list(search.outcomes)].astype(float), DONE)


def _row(
    judged: Judged, trial: Trial, goal: Goal, pair: tuple[Trial, Trial], best: Array, together: int
) -> dict[str, Any]:
    own, base = (goal.terms(one.of(goal.outcome), best) for one in pair)
    seen, of_base = judged.terms(trial, goal), judged.terms(judged.base, goal)
    fresh, low, high = difference(goal, own, base, together)
    return {
        "candidate": trial.number,
        "role": "objective",
        "outcome": goal.outcome,
        "measure": goal.measure,
        "bound": np.nan,
        "base": goal.value(base),
        "value": goal.value(own),
        "search_difference": difference(goal, seen, of_base)[0],
        "difference": fresh,
        "low": low,
        "high": high,
        "kept": np.nan,
        "search_replicates": judged.search.plan.replicates,
        "replicates": len(own),
    }


def _kept(judged: Judged, trial: Trial, number: int, own: Trial, base: Trial) -> dict[str, Any]:
    """Return the row of a constraint: means, and whether it is kept on fresh luck too."""
    constraint = judged.search.constraints[number]
    values, others = own.of(constraint.outcome), base.of(constraint.outcome)
    goal = Goal(constraint.outcome, 1)
    seen = trial.of(constraint.outcome) - judged.base.of(constraint.outcome)
    fresh, low, high = difference(goal, values, others)
    return {
        "candidate": trial.number,
        "role": constraint.text,
        "outcome": constraint.outcome,
        "measure": goal.measure,
        "bound": others.mean() if constraint.bound is None else constraint.bound,
        "base": others.mean(),
        "value": values.mean(),
        "search_difference": seen.mean(),
        "difference": fresh,
        "low": low,
        "high": high,
        "kept": float(constraint.excess(values, others) <= 0),
        "search_replicates": judged.search.plan.replicates,
        "replicates": len(values),
    }
