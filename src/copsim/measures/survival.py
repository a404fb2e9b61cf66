"""How long people stay: Kaplan-Meier curves of time from first to last event."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MONTH = 30.4375
"""Days."""
GRID = (0, 1, 2, 3, 4, 6, 9, 12, 15, 18, 24, 30, 36, 48, 60, 84, 120)
"""Months at which the curves are written."""
LEAST_AT_RISK = 5


def staying(days: NDArray[Any], left: NDArray[np.bool_], at: NDArray[Any]) -> NDArray[np.float64]:
    """Return the Kaplan-Meier chance of staying beyond each time of `at`, missing with fewer than 5 people at risk.

    days: time from first to last event; left: True for people who left, False for censored ones; at: times in days.
    """
    order = np.argsort(days, kind="stable")
    days, left = np.asarray(days, float)[order], left[order]
    times, first = np.unique(days, return_index=True)
    if not len(times):
        return np.full(len(at), np.nan)
    leaving = np.add.reduceat(left.astype(np.int64), first)
    curve = np.concatenate([[1.0], np.cumprod(1 - leaving / (len(days) - first))])
    at_risk = len(days) - np.searchsorted(days, at, side="left")
    return np.where(at_risk < LEAST_AT_RISK, np.nan, curve[np.searchsorted(times, at, side="right")])


def staying_months(days: NDArray[Any], left: NDArray[np.bool_], months: tuple[int, ...]) -> NDArray[np.float64]:
    """Return `staying` at these months of 30.4375 days."""
    return staying(days, left, np.array(months) * MONTH)
