"""Trials: what each candidate came to on the luck of the search, which are allowed, and which nobody beats."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.optimising.asking import Search
from copsim.optimising.evaluating import BASE, Evaluating
from copsim.optimising.goals import MEAN, REGRET, Goal, front
from copsim.optimising.margins import Margin, margin_of
from copsim.optimising.sampling import Known
from copsim.studies.pairing import CONFIDENCE, interval, interval_of_shares

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
DONE, FAILED, EMPTY = "done", "failed", "empty"
"""States of a trial: every run has a value; a run failed; a run has no value of an outcome that is asked for."""
TRIAL, STATE, ALLOWED, BEST = "trial", "state", "allowed", "best"


@dataclass(frozen=True)
class Trial:
    """A candidate: its number, what it sets, its outcomes by replicate (None where a run failed), its state."""

    number: int
    settings: dict[str, float]
    outcomes: "pd.DataFrame | None"
    state: str

    def of(self, outcome: str) -> Array:
        """Return an outcome, float64 (replicates,)."""
        assert self.outcomes is not None
        return self.outcomes[outcome].to_numpy()


def trial_of(evaluating: Evaluating, number: int) -> Trial:
    """Return a trial, lived where it was not."""
    found = evaluating.outcomes(number)
    state = FAILED if found is None else EMPTY if found.isna().any().any() else DONE
    return Trial(number, dict(evaluating.cell(number).settings), found, state)


@dataclass(frozen=True)
class Judged:
    """All trials of a search side by side, the base scenario first."""

    search: Search
    trials: tuple[Trial, ...]

    @property
    def base(self) -> Trial:
        """The base scenario as it is."""
        return self.trials[BASE]

    def excesses(self, trial: Trial) -> dict[str, float]:
        """Return by how much a trial breaks each constraint; 0 or less where it keeps it."""
        return {c.text: c.excess(trial.of(c.outcome), self.base.of(c.outcome)) for c in self.search.constraints}

    def margins(self, trial: Trial) -> list[Margin]:
        """Return how a trial stands to each constraint, with what the luck of the search leaves open."""
        return [margin_of(c, trial.of(c.outcome), self.base.of(c.outcome)) for c in self.search.constraints]

    def allowed(self, trial: Trial) -> bool:
        """Tell whether a trial has values and keeps all constraints on the luck of the search."""
        return trial.state == DONE and all(excess <= 0 for excess in self.excesses(trial).values())

    @cached_property
    def candidates(self) -> list[Trial]:
        """The trials that may be the answer."""
        return [trial for trial in self.trials[BASE + 1 :] if self.allowed(trial)]

    @cached_property
    def best_in_worlds(self) -> dict[str, Array]:
        """By outcome of a goal, `sign` times the best that the base or a candidate has in each world, (replicates,).

        Zeros where no regret is asked for.
        """
        nothing = np.zeros(self.search.plan.replicates)
        others = [self.base, *self.candidates]
        return {g.outcome: best_of(g, others) if g.measure == REGRET else nothing for g in self.search.goals}

    def terms(self, trial: Trial, goal: Goal) -> Array:
        """Return the terms of a value, more being better."""
        return goal.terms(trial.of(goal.outcome), self.best_in_worlds[goal.outcome])

    def ranked(self, trials: Sequence[Trial]) -> list[Trial]:
        """Return trials by the first goal on the luck of the search, the best first."""
        goal = self.search.goals[0]
        return sorted(trials, key=lambda trial: (-self.terms(trial, goal).mean(), trial.number))

    def known(self, trial: Trial) -> Known:
        """Return what a sampler is told of a trial."""
        own = trial.number > self.search.start
        if trial.state != DONE:
            return Known(trial.number, trial.settings, None, {}, own)
        values = tuple(float(self.terms(trial, goal).mean()) for goal in self.search.goals)
        return Known(trial.number, trial.settings, values, self.excesses(trial), own)

    def best(self) -> list[Trial]:
        """Return the best candidate, or, for several goals, those that no other beats, in the order of the first goal."""
        able = self.candidates
        if not able:
            return []
        values = np.array([[self.terms(trial, goal).mean() for goal in self.search.goals] for trial in able])
        unbeaten = [
            (-row[0], trial.number, trial) for row, trial, on in zip(values, able, front(values), strict=True) if on
        ]
        ordered = [trial for _, _, trial in sorted(unbeaten, key=lambda one: one[:2])]
        return ordered[:1] if len(self.search.goals) == 1 else ordered

    def table(self) -> "pd.DataFrame":
        """Return a row a trial, the base scenario first: the columns of optimise.csv."""
        import pandas as pd

        best = {trial.number for trial in self.best()}
        return pd.DataFrame([self._row(trial, best) for trial in self.trials])

    def _row(self, trial: Trial, best: set[int]) -> dict[str, Any]:
        row: dict[str, Any] = {
            TRIAL: trial.number,
            STATE: trial.state,
            ALLOWED: int(self.allowed(trial)),
            BEST: int(trial.number in best),
        }
        row |= {f.key: trial.settings.get(f.key, np.nan) for f in self.search.plan.factors}
        for goal in self.search.goals:
            row |= self._goal(trial, goal)
        for outcome in self.search.outcomes:
            row.setdefault(outcome, trial.of(outcome).mean() if trial.state == DONE else np.nan)
        return row

    def _goal(self, trial: Trial, goal: Goal) -> dict[str, float]:
        names = [goal.outcome, *([] if goal.measure == MEAN else [f"{goal.outcome}_{goal.measure}"])]
        names += [f"{goal.outcome}_{part}" for part in ("difference", "low", "high")]
        if trial.state != DONE:
            return dict.fromkeys(names, np.nan)
        own, base = (self.terms(one, goal) for one in (trial, self.base))
        values = [trial.of(goal.outcome).mean(), *([] if goal.measure == MEAN else [goal.value(own)])]
        return dict(zip(names, [*values, *difference(goal, own, base)], strict=True))


def best_of(goal: Goal, trials: Sequence[Trial]) -> Array:
    """Return `sign` times the best that any of some trials has in each world, (replicates,)."""
    return np.asarray(np.max([goal.sign * trial.of(goal.outcome) for trial in trials], axis=0))


def difference(goal: Goal, own: Array, base: Array, together: int = 1) -> tuple[float, float, float]:
    """Return the paired difference of two values from their terms, in the outcome's own direction, and its interval.

    together: how many intervals hold at once (Bonferroni).
    """
    from copsim.measures.outcomes import OUTCOMES

    apart = goal.sign * (own - base)
    is_share = goal.measure == MEAN and OUTCOMES[goal.outcome].unit == "0/1"
    low, high = (interval_of_shares if is_share else interval)(apart, 1.0 - (1.0 - CONFIDENCE) / together)
    return float(apart.mean()), low, high
