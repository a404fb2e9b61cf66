"""The stage of a community read from activity alone, month by month and without looking ahead."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

STAGES = ("potential", "coalescing", "maturing", "sustaining", "transforming", "ended")
POTENTIAL, COALESCING, MATURING, SUSTAINING, TRANSFORMING, ENDED = range(6)
YEAR, HALF_YEAR = 12, 6
REGULARS_TO_START = 2
LOSS, NEAR_PEAK, GROWTH = 0.4, 0.8, 1.15
SMALLEST_MEAN = 1 / 6
"""One member once in six months: the least that growth is measured against."""


def activity_stages(active: NDArray[Any], regulars: NDArray[Any]) -> NDArray[np.int8]:
    """Return the stage of each month, a place in `STAGES`.

    active: members who acted in the month; regulars: core and active members at its end.
    `ended`: 12 silent months; `potential` until two regulars once; `transforming`: the year's mean below 0.4 of its
    peak; `coalescing`: the first 12 months; `maturing`: the half-year's mean 15 % above last year's and the year's at
    least 0.8 of its peak; else `sustaining`.
    """
    half_year, year = trailing_mean(active, HALF_YEAR), trailing_mean(active, YEAR)
    stages = np.empty(len(active), np.int8)
    started, peak = -1, 0.0
    for t in range(len(active)):
        if t >= YEAR - 1 and year[t] == 0:
            stages[t] = ENDED
            continue
        if started < 0 and regulars[t] >= REGULARS_TO_START:
            started = t
        peak = max(peak, year[t])
        stages[t] = _stage(t, started, peak, half_year, year)
    return stages


def _stage(t: int, started: int, peak: float, half_year: NDArray[Any], year: NDArray[Any]) -> int:
    if started < 0:
        return POTENTIAL
    if year[t] < LOSS * peak:
        return TRANSFORMING
    if t - started < YEAR:
        return COALESCING
    growth = half_year[t] / max(half_year[t - YEAR], SMALLEST_MEAN)
    return MATURING if growth > GROWTH and year[t] >= NEAR_PEAK * peak else SUSTAINING


def trailing_mean(values: NDArray[Any], window: int, least: int = 1) -> NDArray[np.float64]:
    """Return the mean over the last `window` values, over fewer at the start, missing below `least` values."""
    total = np.concatenate([[0.0], np.cumsum(values, dtype=float)])
    stop = np.arange(1, len(values) + 1)
    start = np.maximum(stop - window, 0)
    mean = (total[stop] - total[start]) / (stop - start)
    mean[stop < least] = np.nan
    return np.asarray(mean)
