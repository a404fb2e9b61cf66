"""The stage of a community read from activity alone, month by month and without looking ahead."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from copsim.core.vocabulary import STAGES

POTENTIAL, COALESCING, MATURING, SUSTAINING, TRANSFORMING, ENDED = range(len(STAGES))
YEAR, HALF_YEAR = 12, 6
REGULARS_TO_START = 2
LOSS, NEAR_PEAK, GROWTH = 0.4, 0.8, 1.15
SMALLEST_MEAN = 1 / 6
"""One member once in six months: the least that growth is measured against."""


def activity_stages(active: NDArray[Any], regulars: NDArray[Any]) -> NDArray[np.int8]:
    """Return the stage of each month, a place in `STAGES`; months stand on the last axis, communities on any before it.

    active: members who acted in the month; regulars: core and active members at its end.
    `ended`: 12 silent months; `potential` until two regulars once; `transforming`: the year's mean below 0.4 of its
    peak; `coalescing`: the first 12 months; `maturing`: the half-year's mean 15 % above last year's and the year's at
    least 0.8 of its peak; else `sustaining`.
    """
    half_year, year = trailing_mean(active, HALF_YEAR), trailing_mean(active, YEAR)
    stages = np.full(np.shape(active), SUSTAINING, np.int8)
    started, peak = np.full(year.shape[:-1], -1), np.zeros(year.shape[:-1])
    for t in range(year.shape[-1]):
        ended = (year[..., t] == 0) & (t >= YEAR - 1)
        started = np.where(~ended & (started < 0) & (regulars[..., t] >= REGULARS_TO_START), t, started)
        peak = np.where(ended, peak, np.maximum(peak, year[..., t]))
        before = np.maximum(half_year[..., t - YEAR], SMALLEST_MEAN) if t >= YEAR else SMALLEST_MEAN
        growing = (half_year[..., t] / before > GROWTH) & (year[..., t] >= NEAR_PEAK * peak)
        stages[..., t] = np.select(
            [ended, started < 0, year[..., t] < LOSS * peak, t - started < YEAR, growing],
            [ENDED, POTENTIAL, TRANSFORMING, COALESCING, MATURING],
            SUSTAINING,
        )
    return stages


def trailing_mean(values: NDArray[Any], window: int, least: int = 1) -> NDArray[np.float64]:
    """Return the mean over the last `window` values of the last axis, over fewer at the start, missing below `least`."""
    total = np.cumsum(values, axis=-1, dtype=float)
    total = np.concatenate([np.zeros((*total.shape[:-1], 1)), total], axis=-1)
    stop = np.arange(1, np.shape(values)[-1] + 1)
    start = np.maximum(stop - window, 0)
    mean = (total[..., stop] - total[..., start]) / (stop - start)
    mean[..., stop < least] = np.nan
    return np.asarray(mean)
