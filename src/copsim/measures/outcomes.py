"""What a run comes to: one declaration an outcome, and how each is computed from the weekly record.

Whole numbers are int32, all others float32; sums are made in float64, week after week, and rounded once, so that the bits
do not depend on the machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.core.observables import NAMES
from copsim.core.vocabulary import STAGES

Array = np.ndarray[Any, Any]
LATE_WEEKS = 26
"""Weeks at the end over which sizes are averaged: the core of one week is a small, noisy number."""
_SUSTAINING, _ENDED = STAGES.index("sustaining"), STAGES.index("ended")


@dataclass(frozen=True)
class Outcome:
    """One column of `runs`: `better` is +1, -1 or 0 (no good direction), `matters` the smallest difference that does."""

    key: str
    unit: str
    label: str
    better: int
    matters: float | None
    text: str
    whole: bool = False


@dataclass(frozen=True)
class Lives:
    """Many runs of one scenario, side by side: the weekly record (runs, weeks, observables) and what only the end tells.

    people, stayed: int64 (runs,): people who ever joined; those who joined in weeks 1..weeks-52 and were seen 27 to 52
    weeks later; end_kind: codes; gini, absence: float64 of the acts of the last 52 weeks, NaN where
    nobody acted; began: stage in which the runs begin; before: the record of the weeks that all of them have in common,
    (weeks before, observables).
    """

    weekly: Array
    people: Array
    stayed: Array
    end_kind: Array
    gini: Array
    absence: Array
    began: int
    before: Array | None = None

    def column(self, name: str) -> Array:
        """Return one observable, (runs, weeks)."""
        return np.asarray(self.weekly[:, :, NAMES.index(name)])

    @property
    def weeks(self) -> int:
        """Weeks of each run."""
        return int(self.weekly.shape[1])


def in_order(columns: Array) -> Array:
    """Return the sum over the last axis, week after week in float64: the order of adding is fixed."""
    total = np.zeros(columns.shape[:-1])
    for week in range(columns.shape[-1]):
        total += columns[..., week]
    return total


def late_mean(lives: Lives, *names: str) -> Array:
    """Return the mean over the last 26 weeks of the sum of some observables."""
    weeks = min(LATE_WEEKS, lives.weeks)
    total = np.zeros(lives.weekly.shape[0])
    for name in names:
        total += in_order(lives.column(name)[:, -weeks:])
    return np.asarray(total / weeks)


def first_week_in(lives: Lives, stage: int) -> Array:
    """Return the first week in a stage, 0 where a run begins in it, NaN where it never comes."""
    there = lives.column("stage") == stage
    first = np.where(there.any(1), there.argmax(1) + 1.0, np.nan)
    return np.asarray(np.zeros_like(first) if lives.began == stage else first)


def weeks_in(lives: Lives, stage: int) -> Array:
    """Return the number of weeks in a stage."""
    return np.asarray((lives.column("stage") == stage).sum(1))


def _retention(lives: Lives) -> Array:
    followed = max(lives.weeks - 52, 0)
    joined = in_order(lives.column("newcomers")[:, :followed])
    return np.asarray(np.divide(lives.stayed, joined, out=np.full(len(joined), np.nan), where=joined > 0))


def _value_per_cost(lives: Lives) -> Array:
    cost = in_order(lives.column("cost"))
    value = in_order(lives.column("value_realized"))
    return np.asarray(np.divide(1_000.0 * value, cost, out=np.full(len(cost), np.nan), where=cost > 0))


def _reached(lives: Lives) -> Array:
    return np.asarray(~np.isnan(first_week_in(lives, _SUSTAINING)))


Computation = Callable[[Lives], Array]


def _total(name: str) -> Computation:
    return lambda lives: in_order(lives.column(name))


def _late(*names: str) -> Computation:
    return lambda lives: late_mean(lives, *names)


def _weeks(stage: int) -> Computation:
    return lambda lives: weeks_in(lives, stage)


_DECLARED: Sequence[tuple[Outcome, Computation]] = (
    (Outcome("regulars_end", "people", "Regulars at the end", 1, 1.0, "core and active, mean of the last 26 weeks"),
     _late("core", "active")),
    (Outcome("core_end", "people", "Core at the end", 1, 0.5, "mean of the last 26 weeks"), _late("core")),
    (Outcome("active_end", "people", "Active at the end", 1, 1.0, "mean of the last 26 weeks"), _late("active")),
    (Outcome("occasional_end", "people", "Occasional at the end", 0, 1.0, "mean of the last 26 weeks"),
     _late("occasional")),
    (Outcome("peripheral_end", "people", "Peripheral at the end", 0, 1.0, "mean of the last 26 weeks"),
     _late("peripheral")),
    (Outcome("transactional_end", "people", "Transactional at the end", 0, 1.0, "mean of the last 26 weeks"),
     _late("transactional")),
    (Outcome("members_end", "people", "Members at the end", 1, 2.0, "mean of the last 26 weeks"), _late("members")),
    (Outcome("members_ever", "people", "Members ever", 0, 5.0, "people who were ever inside", whole=True),
     lambda lives: lives.people),
    (Outcome("reached_sustaining", "0/1", "Reached sustaining", 1, 0.05, "ever in the sustaining stage", whole=True),
     _reached),
    (Outcome("weeks_to_sustaining", "weeks", "Weeks to sustaining", -1, 8.0, "empty where never"),
     lambda lives: first_week_in(lives, _SUSTAINING)),
    *((Outcome(f"weeks_in_{stage}", "weeks", f"Weeks in {stage}", 1 if code == _SUSTAINING else 0, 8.0,
               "weeks spent in the stage", whole=True), _weeks(code)) for code, stage in enumerate(STAGES[:_ENDED])),
    (Outcome("ended", "0/1", "Ended", -1, 0.05, "the community has come to an end", whole=True),
     lambda lives: lives.end_kind > 0),
    (Outcome("retention_52", "share", "Newcomers retained", 1, 0.02,
             "of those who joined in weeks 1..weeks-52, who acted in weeks 27 to 52 after joining"), _retention),
    (Outcome("value_immediate", "units", "Immediate value", 1, 20.0, "total"), _total("value_immediate")),
    (Outcome("value_potential", "units", "Potential value", 1, 20.0, "total"), _total("value_potential")),
    (Outcome("value_applied", "units", "Applied value", 1, 10.0, "total"), _total("value_applied")),
    (Outcome("value_realized", "units", "Realized value", 1, 10.0, "total: differences made"), _total("value_realized")),
    (Outcome("hours", "hours", "Hours", -1, 100.0, "of all members and roles"), _total("hours")),
    (Outcome("cost", "EUR", "Cost", -1, 5_000.0, "hours at a wage, and money"), _total("cost")),
    (Outcome("value_per_cost", "units per 1,000 EUR", "Realized value per cost", 1, 0.1, "empty where nothing was spent"),
     _value_per_cost),
    (Outcome("gini", "share", "Inequality of acts", 0, 0.02, "Gini, last 52 weeks, over people who acted"),
     lambda lives: lives.gini),
    (Outcome("absence_factor", "people", "Contributor absence factor", 1, 0.5,
             "fewest people who made half of the acts of the last 52 weeks (CHAOSS)"), lambda lives: lives.absence),
)  # fmt: skip

OUTCOMES = {outcome.key: outcome for outcome, _ in _DECLARED}
"""Every numeric outcome by key, in the order of the columns; `end_kind`, a category, stands beside them in `runs`."""
MAIN = ("regulars_end", "value_realized", "cost")
"""The outcomes whose intervals hold together unless others are named."""


def compute(lives: Lives) -> dict[str, Array]:
    """Return every outcome of many runs as float32 or int32 columns."""
    return {o.key: np.asarray(work(lives), np.int32 if o.whole else np.float32) for o, work in _DECLARED}


def inequality(acts: Array) -> tuple[float, float]:
    """Return (Gini, absence factor) of whole numbers of acts, over those who acted; NaN where too few did."""
    made = np.sort(acts[acts > 0].astype(np.int64))
    n, total = len(made), int(made.sum())
    if n == 0:
        return float("nan"), float("nan")
    ranked = int(((2 * np.arange(1, n + 1) - n - 1) * made).sum())
    half = int(np.searchsorted(2 * np.cumsum(made[::-1]), total)) + 1
    return (ranked / (n * total) if n > 1 else float("nan")), float(half)
