"""Goals and constraints: what a candidate's runs come to, as one number a paired replicate whose mean is the value.

Every measure is a mean of terms, a term a replicate, so that the same paired interval serves all of them. The mean over
worlds has the outcome itself as its terms. The mean of the worst share `a` of n worlds has q + min(g - q, 0) / a, where g
is the outcome (with its sign turned where less is better) and q its quantile at `a` (Rockafellar and Uryasev 2000, Journal
of Risk 2(3):21, equation 4). Regret takes for g how far a candidate stays behind the best one in the same world.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
MEAN, WORST, REGRET = "mean", "worst", "regret"
MEASURES = (MEAN, WORST, REGRET)


@dataclass(frozen=True)
class Goal:
    """An outcome to be made large (`sign` 1) or small (-1), over worlds by one of `MEASURES`.

    share: of worlds that `WORST` and `REGRET` look at.
    """

    outcome: str
    sign: int
    measure: str = MEAN
    share: float = 1.0

    @property
    def text(self) -> str:
        """The goal in words, as a message says it."""
        among = "" if self.measure == MEAN else f" ({self.measure} {self.share:.12g})"
        return f"{'maximize' if self.sign > 0 else 'minimize'} {self.outcome}{among}"

    def terms(self, values: Array, best: Array) -> Array:
        """Return the terms of the value, more being better, float64 (replicates,).

        values: the outcome of a candidate, (replicates,); best: `sign` times the best outcome in each world, for regret.
        """
        gains = self.sign * values
        if self.measure == REGRET:
            gains = gains - best
        if self.measure == MEAN:
            return np.asarray(gains)
        quantile = np.sort(gains)[max(0, int(np.ceil(self.share * len(gains) - 1e-9)) - 1)]
        return np.asarray(quantile + np.minimum(gains - quantile, 0.0) / self.share)

    def value(self, terms: Array) -> float:
        """Return the value in the outcome's own unit; regret is a loss, 0 or more."""
        return float(-terms.mean() if self.measure == REGRET else self.sign * terms.mean())


@dataclass(frozen=True)
class Constraint:
    """The mean of an outcome is at most (`sign` 1) or at least (-1) the bound; None: what the base scenario has."""

    outcome: str
    sign: int
    bound: float | None

    @property
    def text(self) -> str:
        """The constraint as a plan has it; what tells it from others, so that no digit may be lost."""
        bound = "base" if self.bound is None else f"{self.bound:.12g}"
        return f"{self.outcome} {'<=' if self.sign > 0 else '>='} {bound}"

    def excess(self, values: Array, base: Array) -> float:
        """Return by how much the mean breaks the bound, as a share of it; 0 or less keeps it.

        values, base: the outcome of a candidate and of the base scenario, (replicates,).
        """
        bound = float(base.mean()) if self.bound is None else self.bound
        return self.sign * (float(values.mean()) - bound) / (abs(bound) or 1.0)


def front(values: Array) -> Array:
    """Return which rows no other row beats: bool (rows,) of values (rows, goals), more being better."""
    at_least = (values[None, :, :] >= values[:, None, :]).all(2)
    more = (values[None, :, :] > values[:, None, :]).any(2)
    return np.asarray(np.logical_not(np.any(at_least & more, axis=1)))
