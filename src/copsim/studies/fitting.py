"""Fitting three rates to a log: simulated as it is, the community must act, grow and contribute as it did lately.

The base rate by bisection, the reach from two runs between which newcomers are straight in it, the extra contributions in
proportion; twice round, since each moves the others. Central values, fixed luck: the log alone decides.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from copsim.core.declare import parameters_by_key
from copsim.core.observables import NAMES
from copsim.engine.parameters import central
from copsim.engine.starting import Start
from copsim.scenarios.choosing import AS_IS_SCENARIO
from copsim.studies.ensemble import run_arms
from copsim.studies.planning import arms_of

BASE, REACH, EXTRA = "participating.base_rate", "joining.reach", "participating.extra"
REPLICATES, WEEKS = 32, 26
_ROUNDS = ((-8.0, -2.0, 8), (-1.0, 1.0, 7), (-0.5, 0.5, 7), (-0.25, 0.25, 7))
"""Ranges and steps of bisecting the base rate: the whole range first, then around what was found."""


@dataclass(frozen=True)
class Seen:
    """What is seen a week: members acting, newcomers, and acts of an acting member."""

    acting: float
    newcomers: float
    acts: float


def nine_digits(value: float) -> float:
    """Return a number rounded to nine significant digits: what a manifest shows is what was run."""
    return float(f"{value:.9g}")


def fitted(start: Start, population: str, seen: Seen, seed: int) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Return settings under which the start lives on as was seen, and the rows that say so in a manifest."""
    values = central(population)
    settings = {key: nine_digits(values[key]) for key in (BASE, REACH, EXTRA)} | {"participating.base_rate_spread": 0.0}
    trial = _Trial(start, population, seed)
    for number, (low, high, steps) in enumerate(_ROUNDS):
        about = settings[BASE] if number else 0.0
        settings[REACH] = _reach(trial, settings, seen.newcomers)
        settings[EXTRA] = _extra(trial, settings, seen.acts)
        settings[BASE] = _base_rate(trial, settings, seen.acting, (about + low, about + high), steps)
    return settings, _rows(settings, seen, trial.run(settings))


@dataclass(frozen=True)
class _Trial:
    """Runs the community as it is with other settings."""

    start: Start
    population: str
    seed: int

    def run(self, settings: dict[str, float]) -> Seen:
        """Return what is seen in half a year; sums of whole numbers, so that their order does not matter."""
        scenario = replace(AS_IS_SCENARIO, population=self.population, settings=settings)
        weekly = run_arms(arms_of([scenario], WEEKS, None, None, self.start), REPLICATES, self.seed)[0].weekly
        acting, newcomers, acts = (
            float(weekly[:, :, NAMES.index(name)].sum(dtype=np.float64)) for name in ("acting", "newcomers", "acts")
        )
        return Seen(acting / (REPLICATES * WEEKS), newcomers / (REPLICATES * WEEKS), acts / acting if acting else 1.0)


def _possible(key: str, value: float) -> float:
    low, high = parameters_by_key()[key].possible
    return nine_digits(min(max(value, low), high))


def _reach(trial: _Trial, settings: dict[str, float], newcomers: float) -> float:
    """Return the reach that brings so many newcomers a week."""
    tried = settings[REACH] or central(trial.population)[REACH]
    told = trial.run(settings | {REACH: 0.0}).newcomers
    more = trial.run(settings | {REACH: tried}).newcomers - told
    return _possible(REACH, tried * (newcomers - told) / more) if more > 0 else tried


def _extra(trial: _Trial, settings: dict[str, float], acts: float) -> float:
    """Return the extra contributions with which an acting member makes so many acts."""
    simulated = trial.run(settings).acts
    return _possible(EXTRA, settings[EXTRA] * (acts - 1.0) / (simulated - 1.0)) if simulated > 1.0 else settings[EXTRA]


def _base_rate(
    trial: _Trial, settings: dict[str, float], acting: float, between: tuple[float, float], steps: int
) -> float:
    """Return the base rate at which so many members act a week."""
    low, high = (_possible(BASE, end) for end in between)
    for _ in range(steps):
        middle = (low + high) / 2.0
        if trial.run(settings | {BASE: middle}).acting < acting:
            low = middle
        else:
            high = middle
    return _possible(BASE, (low + high) / 2.0)


def _rows(settings: dict[str, float], seen: Seen, now: Seen) -> list[dict[str, Any]]:
    told = (
        (BASE, "members acting a week in the last 26 weeks", seen.acting, now.acting),
        (REACH, "newcomers a week in the last 52 weeks", seen.newcomers, now.newcomers),
        (EXTRA, "acts of an acting member a week in the last 26 weeks", seen.acts, now.acts),
    )
    return [
        {
            "what": key,
            "value": settings[key],
            "fitted_to": f"{what}: {log:.4g} in the log, {simulated:.4g} simulated",
            "kind": "fitted",
        }
        for key, what, log, simulated in told
    ]
