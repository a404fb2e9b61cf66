"""Which candidate comes next: optuna's samplers, each step a pure function of the seed and the trials so far.

A sampler gets a seed of its own at each trial, and what it knows is entered anew from the rows that are kept. So a search
that was killed goes on as if it had not been, and what is kept counts, whatever a sampler would say on another machine.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from copsim.optimising.asking import CMA, NSGA, TPE, Search, seed_of
from copsim.sweeps.factors import Factor

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import Trial

POPULATION = 24
"""Candidates in a generation of NSGA-II."""


@dataclass(frozen=True)
class Known:
    """What a sampler is told of a trial.

    settings: by factor; values: one a goal, more being better, None where the trial has none; excesses: by constraint,
    0 or less where it is kept; own: the sampler chose it, not the sequence that a search begins with.
    """

    number: int
    settings: Mapping[str, float]
    values: tuple[float, ...] | None
    excesses: Mapping[str, float]
    own: bool


class Sampling:
    """A sampler and what it knows."""

    def __init__(self, search: Search, known: Sequence[Known] = ()) -> None:
        self.search = search
        self.space: dict[str, BaseDistribution] = {
            factor.key: distribution_of(factor) for factor in search.plan.factors
        }
        self._asked: tuple[int, Trial] | None = None
        with quiet():
            from optuna import create_study

            self.study: Study = create_study(directions=["maximize"] * len(search.goals))
        for trial in known:
            self.enter(trial)

    def next(self, number: int) -> dict[str, float]:
        """Return the values of the factors that trial `number` takes; `enter` tells what came of it."""
        with quiet():
            asked = self._ask(number)
        self._asked = number, asked
        return {f.key: value_of(f, asked.params[f.key]) for f in self.search.plan.factors}

    def enter(self, trial: Known) -> None:
        """Tell the sampler of a trial: the one that it was asked for, or one that is kept."""
        params = {f.key: param_of(f, trial.settings[f.key]) for f in self.search.plan.factors}
        with quiet():
            if self._asked is not None and self._asked[0] == trial.number:
                self._tell(self._asked[1], trial)
            elif self.search.sampler == TPE or not (trial.own or self.search.sampler == NSGA):
                self._add(params, trial)
            else:  # the sampler chooses as it did then, so that its generations are the same; what was lived counts
                self.study.enqueue_trial(dict(params))
                self._tell(self._ask(trial.number), trial)
        self._asked = None

    def _ask(self, number: int) -> "Trial":
        self.study.sampler = sampler_of(self.search, number)
        asked = self.study.ask(self.space)
        _ = (
            asked.relative_params
        )  # made when first looked at: what a generation is made of, also of a trial that is kept
        return asked

    def _tell(self, asked: "Trial", trial: Known) -> None:
        from optuna.trial import TrialState

        if trial.values is None:
            self.study.tell(asked, state=TrialState.FAIL)
            return
        for key, excess in trial.excesses.items():
            asked.set_constraint(key, excess)
        self.study.tell(asked, list(trial.values))

    def _add(self, params: Mapping[str, Any], trial: Known) -> None:
        """Add a trial to the table of trials, which is all that TPE looks at; CMA-ES takes it for somebody else's."""
        from optuna.trial import TrialState, create_trial

        state = TrialState.FAIL if trial.values is None else TrialState.COMPLETE
        told: dict[str, Any] = {} if trial.values is None else {"values": trial.values, "constraints": trial.excesses}
        self.study.add_trial(create_trial(state=state, params=dict(params), distributions=dict(self.space), **told))


def sampler_of(search: Search, number: int) -> "BaseSampler":
    """Return the sampler of a trial, with the seed of that trial."""
    from optuna import samplers

    seed = seed_of(search.plan.seed, number)
    if search.sampler == CMA:
        return samplers.CmaEsSampler(seed=seed, n_startup_trials=1, warn_independent_sampling=False)
    if search.sampler == NSGA:
        return samplers.NSGAIISampler(seed=seed, population_size=POPULATION)
    return samplers.TPESampler(seed=seed, n_startup_trials=1, warn_independent_sampling=False)


def distribution_of(factor: Factor) -> "BaseDistribution":
    """Return what optuna draws for a factor: its value, or of a list the place among its values in order."""
    from optuna.distributions import FloatDistribution, IntDistribution

    if factor.values:
        return IntDistribution(0, len(factor.values) - 1)
    if factor.scale == "integer":
        return IntDistribution(round(factor.low), round(factor.high))
    return FloatDistribution(factor.low, factor.high, log=factor.scale == "log")


def value_of(factor: Factor, param: float) -> float:
    """Return the value of a factor for what optuna drew."""
    return sorted(factor.values)[int(param)] if factor.values else float(param)


def param_of(factor: Factor, value: float) -> float | int:
    """Return what optuna drew for a value of a factor."""
    if factor.values:
        return sorted(factor.values).index(value)
    return round(value) if factor.scale == "integer" else value


@contextmanager
def quiet() -> Iterator[None]:
    """Keep optuna from writing to the screen: it says at each step what our rows say; its warnings are for developers."""
    from optuna import logging

    before = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(before)
