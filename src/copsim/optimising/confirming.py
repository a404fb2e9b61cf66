"""The final word: the candidates that a search ended with against the base scenario, on luck and in worlds none has met.

The best of many candidates owes part of its lead to the luck it was chosen on. So what is reported is measured anew, and
what the search saw stands beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.optimising.asking import Search
from copsim.optimising.evaluating import BASE
from copsim.optimising.goals import REGRET, Goal
from copsim.optimising.margins import margin_of
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
MOST_FINALISTS, MOST_ABLE, MOST_NEAR = 6, 3, 2
_INTERVALS = (
    "value_low", "value_high", "search_value", "search_low", "search_high", "search_bound", "base_low", "base_high",
    "base_kept",
)  # fmt: skip
"""Columns of a constraint: 95 % intervals of its mean on fresh luck, on the luck of the search, and of the base."""
Array = np.ndarray[Any, Any]


def finalists(judged: Judged) -> list[Trial]:
    """Return the candidates that meet the base on fresh luck.

    The best alone where it has nothing to keep; of a front, some from end to end; where regret counts, the next best too,
    for regret is about what else could have been done; under constraints, three to five, for luck decides who keeps them.
    """
    best, one_goal = judged.best(), len(judged.search.goals) == 1
    if best and one_goal and judged.search.robust == REGRET:
        return judged.ranked(judged.candidates)[:MOST_FINALISTS]
    if one_goal and judged.search.constraints:
        return _on_both_sides(judged)
    if len(best) <= MOST_FINALISTS:
        return best
    return [best[place] for place in np.linspace(0, len(best) - 1, MOST_FINALISTS).round().astype(int).tolist()]


def _on_both_sides(judged: Judged) -> list[Trial]:
    """Return the best that keep the constraints, one of them with room to spare, and near misses that promise more."""
    able = judged.ranked(judged.candidates)
    first = able[:MOST_ABLE]
    safe = [trial for trial in able if not any(margin.close for margin in judged.margins(trial))][:1]
    if safe and safe[0] not in first:
        first = [*first[:-1], *safe]
    near = judged.ranked([trial for trial in judged.trials[BASE + 1 :] if _just_misses(judged, trial)])
    ahead = [trial for trial in near if not able or judged.ranked([trial, able[0]])[0] is trial]
    return judged.ranked([*first, *ahead[:MOST_NEAR]])


def _just_misses(judged: Judged, trial: Trial) -> bool:
    """Tell whether a trial breaks a constraint, but none by more than luck may account for."""
    if trial.state != DONE or judged.allowed(trial):
        return False
    return all(margin.kept or margin.close for margin in judged.margins(trial))


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
    """Return a row a finalist and outcome, with what the search saw and what fresh luck says: the columns of final.csv.

    For one goal the choice comes first: of those that keep all constraints on fresh luck and are clearly better than the
    base there, the best; where nobody keeps them, the nearest miss. All intervals of the goal hold together, so that
    choosing among them costs nothing.
    """
    import pandas as pd

    search = judged.search
    fresh = {
        name: _fresh(search, comparison, name, n) for n, name in enumerate(comparison.runs["scenario"].cat.categories)
    }
    base = fresh[search.base.name]
    found = []
    for trial in chosen:
        own = fresh[f"candidate-{trial.number}"]
        rows = []
        for goal in search.goals:
            best = best_of(goal, list(fresh.values())) if goal.measure == REGRET else np.zeros(search.fresh)
            together = len(chosen) * len(search.goals)
            rows.append(_row(judged, trial, goal, (own, base), best, together))
        found.append(rows + [_kept(judged, trial, n, own, base) for n in range(len(search.constraints))])
    if len(search.goals) == 1:
        found.sort(key=lambda rows: _rank(rows, search.goals[0].sign))
    return pd.DataFrame([row for rows in found for row in rows])


def _rank(rows: Sequence[Mapping[str, Any]], sign: int) -> tuple[bool, float, bool, float]:
    """Return what finalists are put in order by, the least first; of those that break a constraint, by how much."""
    goal = rows[0]
    least = goal["low"] if sign > 0 else -goal["high"]
    broken = [abs(row["value"] - row["bound"]) / (abs(row["bound"]) or 1.0) for row in rows if row["kept"] == 0.0]
    return bool(broken), max(broken, default=0.0), not least > 0, -sign * goal["difference"]


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
        **dict.fromkeys(_INTERVALS, np.nan),
        "search_replicates": judged.search.plan.replicates,
        "replicates": len(own),
    }


def _kept(judged: Judged, trial: Trial, number: int, own: Trial, base: Trial) -> dict[str, Any]:
    """Return the row of a constraint: means, and whether it is kept on fresh luck too."""
    constraint = judged.search.constraints[number]
    values, others = own.of(constraint.outcome), base.of(constraint.outcome)
    goal = Goal(constraint.outcome, 1)
    seen = trial.of(constraint.outcome) - judged.base.of(constraint.outcome)
    apart, low, high = difference(goal, values, others)
    searched, fresh, of_base = (
        judged.margins(trial)[number],
        margin_of(constraint, values, others),
        margin_of(constraint, others, others),
    )
    ends = [fresh.low, fresh.high, searched.value, searched.low, searched.high, searched.bound]
    return {
        "candidate": trial.number,
        "role": constraint.text,
        "outcome": constraint.outcome,
        "measure": goal.measure,
        "bound": fresh.bound,
        "base": others.mean(),
        "value": values.mean(),
        "search_difference": seen.mean(),
        "difference": apart,
        "low": low,
        "high": high,
        "kept": float(fresh.kept),
        **dict(zip(_INTERVALS, [*ends, of_base.low, of_base.high, float(of_base.kept)], strict=True)),
        "search_replicates": judged.search.plan.replicates,
        "replicates": len(values),
    }
