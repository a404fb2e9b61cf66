"""Fitting three rates to a log: simulated as it is, the community must act, grow and contribute as its record lets expect.

The year to come is run without shared shocks on fixed luck; each trial moves all three rates: the base rate by secant
steps on the logarithm of members acting a month, the reach along the line between newcomers told and newcomers come by
themselves, the extra contributions in proportion. Central values: the log alone decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from copsim.core.declare import parameters_by_key
from copsim.core.observables import NAMES
from copsim.core.state import new_state
from copsim.engine.parameters import central
from copsim.engine.starting import Start
from copsim.scenarios.choosing import AS_IS_SCENARIO
from copsim.studies.ensemble import run_arms
from copsim.studies.pasts import common
from copsim.studies.planning import arms_of

BASE, REACH, EXTRA = "participating.base_rate", "joining.reach", "participating.extra"
CALM = {"weathering.shock": 0.0, "weathering.tide": 0.0}
REPLICATES, WEEKS, MONTHS = 16, 52, 12
TRIALS, CLOSE = 8, 0.02
_STEEPEST, _FLATTEST, _GUESS, _FARTHEST = 1.2, 0.25, 0.7, 1.5
"""Slopes of the logarithm of members acting over the base rate that are believed, the first one, the longest step."""
_DAMPED, _LARGEST = 0.6, 4.0
"""Share of a step that is taken once the rates disturb each other, and the largest factor in one step."""
_FEW = 0.05
"""Members acting a month below which a community is as good as silent."""


class Seen(NamedTuple):
    """Members acting and newcomers a month, and acts a week of a member who acts in it."""

    acting: float
    newcomers: float
    acts: float


def nine_digits(value: float) -> float:
    """Return a number rounded to nine significant digits: what a manifest shows is what was run."""
    return float(f"{value:.9g}")


def settled(
    start: Start, population: str, seen: Seen, given: Mapping[str, float], seed: int
) -> tuple[Start, dict[str, float], list[dict[str, Any]]]:
    """Return the start with the domain and practice that its own year keeps up, the settings fitted to it, and rows."""
    values = central(population)
    settings = {key: nine_digits(values[key]) for key in (BASE, REACH, EXTRA)} | dict(given)
    trial = Trial(start, population, seed)
    settings, _ = fitted(trial, settings, seen)
    steady = _steadied(start, trial.strengths(settings))
    return steady, *fitted(Trial(steady, population, seed), settings, seen)


def record_of(start: Start) -> Any:
    """Return the community's record of a start, a copy with the fields of `core/state.COMMUNITY`."""
    c = new_state(1, 1, 1, 1, 0).community.copy()
    c.view("f8")[:] = start.community
    return c


def _steadied(start: Start, strengths: tuple[float, float]) -> Start:
    """Return the start with these shares of domain and practice."""
    c = record_of(start)
    c["domain"], c["practice"] = (nine_digits(share) for share in strengths)
    c["strength"] = common(float(c["domain"][0]), float(c["togetherness"][0]), float(c["practice"][0]))
    return replace(start, community=np.asarray(c).view("f8").copy())


def fitted(trial: "Trial", settings: dict[str, float], seen: Seen) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Return settings under which the start lives on as the record lets expect, and the rows that say so."""
    told = trial.run(settings | {REACH: 0.0}).newcomers
    slope, before = _GUESS, None
    best: tuple[float, dict[str, float], Seen] = (np.inf, settings, seen)
    for number in range(TRIALS):
        now = trial.run(settings)
        slope = _slope(before, (settings[BASE], now.acting), slope)
        best = min(best, (_miss(now, seen), settings, now), key=lambda found: found[0])
        if best[0] < CLOSE:
            break
        before = settings[BASE], now.acting
        settings = _moved(settings, now, seen, slope, told, 1.0 if number < 2 else _DAMPED)
    return best[1], _rows(best[1], seen, best[2])


@dataclass(frozen=True)
class Trial:
    """Runs the community as it is with other settings."""

    start: Start
    population: str
    seed: int

    def run(self, settings: Mapping[str, float]) -> Seen:
        """Return what is seen in a year without shared shocks; sums of whole numbers: their order does not matter."""
        weekly = self._weekly(settings)
        month, acting, newcomers, acts = (
            float(weekly[:, :, NAMES.index(name)].sum(dtype=np.float64))
            for name in ("acting_month", "acting", "newcomers", "acts")
        )
        months = REPLICATES * MONTHS
        return Seen(month / months, newcomers / months, acts / acting if acting else 1.0)

    def strengths(self, settings: Mapping[str, float]) -> tuple[float, float]:
        """Return domain and practice after a year, means over runs in the order of runs."""
        last = self._weekly(settings)[:, -1].astype(np.float64)
        domain, practice = (float(last[:, NAMES.index(name)].cumsum()[-1]) for name in ("domain", "practice"))
        return domain / REPLICATES, practice / REPLICATES

    def _weekly(self, settings: Mapping[str, float]) -> Any:
        scenario = replace(AS_IS_SCENARIO, population=self.population, settings=dict(settings) | CALM)
        return run_arms(arms_of([scenario], WEEKS, None, None, self.start), REPLICATES, self.seed)[0].weekly


def _log(ratio: float) -> float:
    """Return a stand-in for the logarithm that is near it about 1 and needs nothing but division."""
    return 2.0 * (ratio - 1.0) / (ratio + 1.0)


def _slope(before: tuple[float, float] | None, now: tuple[float, float], usual: float) -> float:
    """Return the slope between two trials, where they tell one."""
    if before is None or before[0] == now[0]:
        return usual
    found = _log((now[1] + _FEW) / (before[1] + _FEW)) / (now[0] - before[0])
    return min(max(found, _FLATTEST), _STEEPEST)


def _miss(now: Seen, seen: Seen) -> float:
    """Return by how much a trial misses members acting and newcomers, as a share."""
    acting = abs(now.acting - seen.acting) / (seen.acting + _FEW)
    return acting + 0.5 * abs(now.newcomers - seen.newcomers) / (seen.newcomers + 10 * _FEW)


def _moved(
    settings: dict[str, float], now: Seen, seen: Seen, slope: float, told: float, share: float
) -> dict[str, float]:
    """Return the settings of the next trial."""
    step = _log((seen.acting + _FEW) / (now.acting + _FEW)) / slope * share
    themselves = max(now.newcomers - told, _FEW)
    return settings | {
        BASE: _possible(BASE, settings[BASE] + min(max(step, -_FARTHEST), _FARTHEST)),
        REACH: _possible(REACH, settings[REACH] * _part(max(seen.newcomers - told, 0.0) / themselves, share)),
        EXTRA: _possible(EXTRA, settings[EXTRA] * _part((seen.acts - 1.0) / max(now.acts - 1.0, _FEW), share)),
    }


def _part(factor: float, share: float) -> float:
    """Return a factor that goes only a share of the way."""
    return 1.0 + share * (min(factor, _LARGEST) - 1.0)


def _possible(key: str, value: float) -> float:
    low, high = parameters_by_key()[key].possible
    return nine_digits(min(max(value, low), high))


def _rows(settings: dict[str, float], seen: Seen, now: Seen) -> list[dict[str, Any]]:
    told = (
        (BASE, "members acting a month in the year to come", seen.acting, now.acting),
        (REACH, "newcomers a month in the year to come", seen.newcomers, now.newcomers),
        (EXTRA, "acts of an acting member a week in the last 26 weeks", seen.acts, now.acts),
    )
    return [
        {
            "what": key,
            "value": settings[key],
            "fitted_to": f"{what}: {log:.4g} by the log, {simulated:.4g} simulated",
            "kind": "fitted",
        }
        for key, what, log, simulated in told
    ]
