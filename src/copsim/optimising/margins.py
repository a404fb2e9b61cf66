"""Margins: the mean of a constraint's outcome beside its bound, with what luck leaves open."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.optimising.goals import Constraint
from copsim.studies.pairing import CONFIDENCE, interval, interval_of_shares

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Margin:
    """A constraint as some runs see it.

    value: the mean; low, high: its 95 % interval, in the outcome's unit; where the bound is the base scenario's mean, the
    interval is that of the paired difference, set on the bound; sign: 1 for at most, -1 for at least.
    """

    value: float
    low: float
    high: float
    bound: float
    sign: int

    @property
    def kept(self) -> bool:
        """Tell whether the mean keeps the bound."""
        return self.sign * (self.value - self.bound) <= 0

    @property
    def close(self) -> bool:
        """Tell whether the bound lies within the interval, so that other luck may say otherwise."""
        return self.low < self.high and self.low <= self.bound <= self.high


def margin_of(constraint: Constraint, values: Array, base: Array) -> Margin:
    """Return the margin of a candidate; values, base: its outcome and the base scenario's, float64 (replicates,)."""
    from copsim.measures.outcomes import OUTCOMES

    paired = constraint.bound is None
    bound = float(base.mean()) if constraint.bound is None else constraint.bound
    is_share = OUTCOMES[constraint.outcome].unit == "0/1"
    low, high = (interval_of_shares if is_share else interval)(values - base if paired else values, CONFIDENCE)
    shift = bound if paired else 0.0
    return Margin(float(values.mean()), low + shift, high + shift, bound, constraint.sign)
