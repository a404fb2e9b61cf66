"""What directions read of many runs: an observable's mean over some weeks, an outcome, or one of the gauges here."""

from collections.abc import Callable
from typing import Any

import numpy as np

from copsim.core.observables import NAMES
from copsim.core.vocabulary import STAGES
from copsim.measures.outcomes import OUTCOMES, Lives, compute

Array = np.ndarray[Any, Any]


def gauged(lives: Lives, measure: str, weeks: tuple[int, int]) -> Array:
    """Return one float64 a run, NaN where there is nothing to measure; weeks: first and last, counted from 1.

    An outcome is one of the whole run, whatever the first week.
    """
    if measure in GAUGES:
        return GAUGES[measure](lambda name: _over(lives, name, weeks))
    if measure in NAMES:
        return np.asarray(_over(lives, measure, weeks).mean(1))
    assert measure in OUTCOMES, f"there is nothing called {measure!r} to measure"
    return np.asarray(compute(lives)[measure], float)


def _over(lives: Lives, name: str, weeks: tuple[int, int]) -> Array:
    """Return an observable in some weeks, float64 (runs, weeks)."""
    return np.asarray(lives.column(name)[:, weeks[0] - 1 : weeks[1]], float)


Columns = Callable[[str], Array]


def ratio(above: tuple[str, ...], below: str) -> Callable[[Columns], Array]:
    """Return the gauge of a sum over weeks in another; missing where there is nothing below."""

    def gauge(column: Columns) -> Array:
        over, under = sum(column(name).sum(1) for name in above), column(below).sum(1)
        return np.asarray(np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0))

    return gauge


def in_stage(*names: str) -> Callable[[Columns], Array]:
    """Return the gauge of the share of weeks spent in some stages."""
    codes = [STAGES.index(name) for name in names]
    return lambda column: np.asarray(np.isin(column("stage"), codes).mean(1))


def reached(name: str) -> Callable[[Columns], Array]:
    """Return the gauge of whether a stage, or one that only comes after it, was ever read: 0 or 1."""
    codes = list(range(STAGES.index(name), STAGES.index("ended")))
    return lambda column: np.isin(column("stage"), codes).any(1).astype(float)


def second_contribution(column: Columns) -> Array:
    """Return the share of the last year's newcomers who were active in a second week by its end."""
    joined, once = column("newcomers")[:, -52:].sum(1), column("transactional")[:, -1]
    return np.asarray(1.0 - np.divide(once, joined, out=np.full(len(joined), np.nan), where=joined > 0))


GAUGES: dict[str, Callable[[Columns], Array]] = {
    "regulars": lambda column: np.asarray((column("core") + column("active")).mean(1)),
    "core_share": ratio(("core",), "members"),
    "regular_share": ratio(("core", "active"), "members"),
    "active_share": ratio(("active",), "members"),
    "meeting_quality": ratio(("quality",), "meets"),
    "value_per_hour": ratio(("value_realized",), "hours"),
    "weeks_with_regulars": lambda column: (column("core") + column("active") > 0).sum(1).astype(float),
    "second_contribution": second_contribution,
    "sustaining": in_stage("sustaining"),
    "reached_coalescing": reached("coalescing"),
    "reached_maturing": reached("maturing"),
}
"""Gauges by name; each is given a function that returns an observable in the weeks asked for."""
