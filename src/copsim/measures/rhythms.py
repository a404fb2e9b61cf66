"""The facts of one community that are properties of its time series: rhythm, season, trend, end, exits, renewals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from copsim.core.jit import kernel, reader
from copsim.core.vocabulary import STAGES
from copsim.measures.activity_stage import trailing_mean
from copsim.measures.facts import Facts, Reading
from copsim.measures.networks import MEASURES
from copsim.measures.readings import WEEK, YEAR

Array = NDArray[Any]

TOP_SHARE = 0.2
SMALLEST_MEAN = 1 / 6


def autocorrelation(series: Array, lag: int) -> float:
    """Return the autocorrelation at a lag, missing values left out; missing below four times the lag."""
    x = series[np.isfinite(series)]
    if len(x) < 4 * lag:
        return float("nan")
    x = x - x.mean()
    variance = x @ x
    return float(x[:-lag] @ x[lag:] / variance) if variance > 0 else float("nan")


def without_trend(series: Array, window: int) -> Array:
    """Return the series minus its centred mean over `window` (odd) values, missing with under half of them."""
    total = np.concatenate([[0.0], np.cumsum(series)])
    place = np.arange(len(series))
    stop = np.minimum(place + window // 2 + 1, len(series))
    start = np.maximum(place - window // 2, 0)
    mean = (total[stop] - total[start]) / (stop - start)
    return np.asarray(np.where(stop - start >= max(2, window // 2), series - mean, np.nan))


def rhythm_facts(r: Reading) -> Facts:
    """Return weekly rhythm, and yearly rhythm where there are three years of at least three people a week."""
    a = r.activity
    start = int(a.starts[0]) if len(a.starts) else int(a.day[0])
    days = int(a.last.max()) - start + 1
    if days < 180:
        return {}
    facts = _weekdays(np.bincount(a.day - start, minlength=days).astype(float), start)
    weekly = _people_by_week((a.day - start) // WEEK, a.member, a.members, days // WEEK)
    facts["weekly_active_mean"] = weekly.mean()
    if len(weekly) >= 156 and weekly.mean() >= 3:
        x = without_trend(np.log1p(weekly), 53)
        facts |= {"acf52w": autocorrelation(x, 52), "acf26w": autocorrelation(x, 26)}
    return facts


def _weekdays(daily: Array, start: int) -> Facts:
    if daily.mean() < 0.3:
        return {}
    weekday = (np.arange(len(daily)) + start + 3) % WEEK  # 1970-01-01 was a Thursday; Monday is 0
    ratio = daily[weekday >= 5].mean() / daily[weekday < 5].mean()
    return {"acf7": autocorrelation(without_trend(np.log1p(daily), 29), 7), "weekend_ratio": ratio}


def _people_by_week(week: Array, member: Array, members: int, weeks: int) -> Array:
    pairs = np.unique(week * members + member) // members
    return np.bincount(pairs, minlength=weeks)[:weeks].astype(float)


def season_facts(r: Reading) -> Facts:
    """Return seasons and month-to-month memory of the logarithm of members who act."""
    if r.life < 12:
        return {}
    alive = r.active[: r.life]
    log = np.log1p(alive)
    facts: Facts = {}
    if r.life >= 36 and alive.mean() >= 5:
        x = without_trend(log, 13)
        x = x - np.nanmean(x)
        month = (np.arange(r.life) + r.activity.origin) % 12
        facts = {f"season_m{m + 1:02d}": np.nanmean(x[month == m]) for m in (6, 7, 11)}
        facts["lag1_log_detrended"] = autocorrelation(x, 1)
    change = np.diff(log)
    facts |= {"logchange_sd": change.std(), "lag1_logchange": autocorrelation(change, 1)}
    return facts | {"lag1_log": autocorrelation(log, 1), "lag12_log": autocorrelation(log, 12)}


def trend_facts(r: Reading) -> Facts:
    """Return the peak of the six-month mean, growth before and decline after it."""
    active, half_year = r.active.astype(float), trailing_mean(r.active, 6, least=3)
    peaked = len(active) >= 3
    peak = int(np.nanargmax(half_year)) if peaked else 0
    facts: Facts = {"peak_month": peak, "peak_frac_life": peak / max(r.life - 1, 1)}
    facts["peak6"] = half_year[peak] if peaked else active.max()
    if peaked:
        facts["end12_to_peak"] = active[-12:].mean() / max(half_year[peak], 0.1)
    if len(active) - peak >= 24:
        facts["decline_rate_pm"] = _slope(np.log(np.maximum(trailing_mean(active, 6)[peak:], SMALLEST_MEAN)))
    if r.life >= 24:
        facts["growth_first24"] = np.log((active[12:24].mean() + 0.5) / (active[:12].mean() + 0.5))
    return facts


def _slope(y: Array) -> float:
    x = np.arange(len(y)) - (len(y) - 1) / 2
    return float(x @ y / (x @ x))


def exit_facts(r: Reading) -> Facts:
    """Return what became of activity after the top contributor of a year (at least a fifth of it) left for good."""
    a, active = r.activity, r.active.astype(float)
    months = np.zeros(len(a.ends), np.bool_)
    rows = np.searchsorted(a.day, [a.ends - YEAR, a.ends], side="right")
    _top_exits(a.member, a.made, a.ends, rows, a.last, a.obs_end - a.last >= YEAR, months)
    exits = [t for t in np.flatnonzero(months) if 11 <= t < len(active) - 12]
    if not exits:
        return {}
    before = np.array([active[t - 5 : t + 1].mean() for t in exits])
    soon, later = (np.array([active[t + d : t + d + 6].mean() for t in exits]) for d in (1, 7))
    return {
        "top1_exit_n": len(exits),
        "top1_exit_lr6": np.log((soon + 0.5) / (before + 0.5)).mean(),
        "top1_exit_lr12": np.log((later + 0.5) / (before + 0.5)).mean(),
    }


@reader
def _top_exits(member: Array, made: Array, ends: Array, rows: Array, last: Array, left: Array, months: Array) -> None:
    """Mark the months in which the largest contributor of the last 365 days acted for the last time.

    rows: (2, months) rows up to the year's begin and the month's end.
    """
    year = np.zeros(len(last), np.int64)
    begin, old = 0, 0
    for t in range(len(ends)):
        past, stop = rows[0, t], rows[1, t]
        _add(member[begin:stop], made[begin:stop], 1, year)
        _add(member[old:past], made[old:past], -1, year)
        begin, old = stop, past
        if t > 0 and stop > past:
            top, total = _largest(year)
            share = year[top] / total
            months[t] = share >= TOP_SHARE and ends[t - 1] < last[top] <= ends[t] and left[top]


@kernel
def _largest(values: Array) -> tuple[int, int]:
    """Return the place of the first largest value, and the sum."""
    top, total = 0, 0
    for place in range(len(values)):
        total += values[place]
        if values[place] > values[top]:
            top = place
    return top, total


@kernel
def _add(member: Array, made: Array, sign: int, year: Array) -> None:
    for row in range(len(member)):
        year[member[row]] += sign * made[row]


def network_facts(r: Reading) -> Facts:
    """Return medians of the network measures over the months that have them."""
    present = ~np.isnan(r.networks)
    columns = [(i, name) for i, name in enumerate(MEASURES) if present[:, i].any()]
    return {name: float(np.median(r.networks[present[:, i], i])) for i, name in columns}


def end_facts(r: Reading) -> Facts:
    """Return how the community stood when observation ended."""
    last_year, year = r.active[-12:].mean(), trailing_mean(r.active, 12, least=6)
    peak = np.nanmax(year) if len(year) >= 6 else float("nan")
    facts: Facts = {"end12_to_peak12": last_year / peak} if peak > 0 else {}
    return facts | {"state_end": _state_at_end(last_year, peak)}


def _state_at_end(last_year: float, peak: float) -> str:
    if last_year == 0:
        return "dead"
    if last_year < 0.5 or last_year < 0.1 * peak:
        return "moribund"
    return "declined" if last_year < 1 / 3 * peak else "sustained"


def stage_facts(r: Reading) -> Facts:
    """Return the share of months in each stage, and how often the community was renewed."""
    share = np.bincount(r.stage, minlength=len(STAGES)) / len(r.stage)
    facts: Facts = {f"stage_{name}": share[i] for i, name in enumerate(STAGES)}
    return facts | {"renewals": renewals(r.active)}


def renewals(active: Array) -> int:
    """Count recoveries of the 12-month mean from under 40 % to at least 80 % of an earlier peak of four people."""
    count, peak, fallen = 0, 0.0, False
    for mean in trailing_mean(active, 12, least=12)[11:]:
        if not fallen:
            peak = max(peak, mean)
            fallen = peak >= 4 and mean < 0.4 * peak
        elif mean >= 0.8 * peak:
            count, peak, fallen = count + 1, mean, False
    return count
