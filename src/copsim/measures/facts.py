"""The facts of one community that depend on people: size, levels, newcomers, concentration, staying, turnover, gaps.

Each function returns some columns of communities.csv by name; what cannot be computed is left out and stays empty.
A "followed" member joined at least a year before observation ended.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copsim.measures.activity import Activity
from copsim.measures.readings import YEAR, Months
from copsim.measures.survival import MONTH, staying_months

Array = NDArray[Any]
Facts = dict[str, Any]

CORE, ACTIVE = 0, 1
SETTLING = 6
"""Months after the origin that shares leave out."""
FEWEST_SHARES, FEWEST_FOLLOWED, FEWEST_TAIL, FEWEST_RESPONSES, FEWEST_EITHER = 3, 5, 10, 40, 15
ANSWER_DAYS = 14


@dataclass(frozen=True)
class Reading:
    """One community, read: its activity, its months, and what several facts use.

    active: members who acted, by month; life: months up to the last with an act.
    """

    activity: Activity
    months: Months
    networks: Array
    active: Array
    life: int
    stage: Array

    @property
    def left(self) -> NDArray[np.bool_]:
        """Members silent for a year when observation ended."""
        return self.activity.obs_end - self.activity.last >= YEAR

    @property
    def followed(self) -> NDArray[np.bool_]:
        """Members who joined at least a year before observation ended."""
        return self.activity.first <= self.activity.obs_end - YEAR

    @property
    def participants(self) -> NDArray[np.bool_]:
        """Members with at least two active weeks ever."""
        return self.months.weeks_in_life >= 2


def gini(values: Array) -> float:
    """Return the Gini coefficient, missing for fewer than two values or a sum of zero."""
    ordered = np.sort(np.asarray(values, float))
    n = len(ordered)
    if n < 2 or ordered.sum() == 0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def size_facts(r: Reading) -> Facts:
    """Return who, when and how much."""
    a, active = r.activity, r.active.astype(float)
    facts: Facts = {
        "n_members": a.members,
        "n_pre_origin": a.strays,
        "n_months": len(a.ends),
        "origin": str(np.datetime64(a.origin, "M")),
        "last_event": str(np.datetime64(int(a.last.max()), "D")),
        "obs_end": str(np.datetime64(a.obs_end, "D")),
        "n_events": int(a.total.sum()),
        "silent_months_at_end": round((a.obs_end - int(a.last.max())) / MONTH, 1),
    }
    if r.life:
        alive = active[: r.life]
        facts |= {"mean_active": alive.mean(), "median_active": np.median(alive), "peak_active": active.max()}
        facts["events_per_active_month"] = r.months.flows[:, 1].sum() / active.sum()
    return facts


def level_facts(r: Reading) -> Facts:
    """Return mean shares of levels over months from the sixth to the last with an act, with three people in 84 days."""
    recent = r.months.counts[SETTLING : r.life, :4].sum(1)
    enough = np.flatnonzero(recent >= FEWEST_SHARES)
    if not len(enough):
        return {}
    recent = recent[enough]
    core, active, occasional, once, dormant, dormant_once = r.months.counts[SETTLING : r.life, :6][enough].T
    year = recent + dormant + dormant_once
    spread = r.months.spread[SETTLING : r.life][enough]
    return {
        "sh12_core": (core / recent).mean(),
        "sh12_active": (active / recent).mean(),
        "sh12_occ": ((occasional + once) / recent).mean(),
        "sh12_onetouch": (once / recent).mean(),
        "sh52_core": (core / year).mean(),
        "sh52_active": (active / year).mean(),
        "sh52_occ": (occasional / year).mean(),
        "sh52_per": (dormant / year).mean(),
        "sh52_transactional": ((once + dormant_once) / year).mean(),
        "n_core_mean": core.mean(),
        "months_without_core": (core == 0).mean(),
        "n50_share": _median(spread[:, 1] / spread[:, 0]),
        "gini_12wk": _median(spread[:, 2]),
        "top1_12wk": _median(spread[:, 3]),
        "top10pct_12wk": _median(spread[:, 4]),
    }


def _median(values: Array) -> float:
    present = values[np.isfinite(values)]
    return float(np.median(present)) if len(present) else float("nan")


def flow_facts(r: Reading) -> Facts:
    """Return newcomers and returners as shares of the members who act in a month."""
    active, _, newcomers, returners = r.months.flows[SETTLING : r.life].T
    acting = max(active.sum(), 1)
    facts: Facts = {"newcomer_frac": newcomers.sum() / acting, "returner_frac": returners.sum() / acting}
    if len(newcomers):
        facts["newcomers_per_month"] = newcomers.mean()
    return facts


def concentration_facts(r: Reading) -> Facts:
    """Return how unevenly lifetime contributions are spread, and their tail."""
    total = np.sort(r.activity.total)[::-1]
    n, everything = len(total), total.sum()
    facts: Facts = {
        "gini_life": gini(total),
        "top1_life": total[0] / everything,
        "top10pct_life": total[: max(1, round(0.1 * n))].sum() / everything,
        "top20pct_life": total[: max(1, round(0.2 * n))].sum() / everything,
        "powerlaw_alpha": 1 + n / np.log(total / 0.5).sum(),
        "log_contrib_sd": np.log(total).std(),
    }
    followed = r.activity.total[r.followed]
    if len(followed) >= FEWEST_TAIL:
        facts |= {f"ccdf_ge{least}": (followed >= least).mean() for least in (2, 5, 10, 50, 100, 500)}
    return facts


def second_days(a: Activity) -> Array:
    """Return days from each member's first to second active day, a huge number where there is none."""
    second = np.full(a.members, 10**9)
    later = a.day > a.first[a.member]
    rows = np.flatnonzero(later)[::-1]  # sorted by day: the earliest is written last
    second[a.member[rows]] = a.day[rows] - a.first[a.member[rows]]
    return second


def first_step_facts(r: Reading) -> Facts:
    """Return what followed members did after their first day."""
    followed = r.followed
    facts: Facts = {"n_followed": int(followed.sum())}
    if followed.sum() < FEWEST_FOLLOWED:
        return facts
    a, second = r.activity, second_days(r.activity)[followed]
    facts |= {"oneday_share": (a.days[followed] == 1).mean(), "onecontrib_share": (a.total[followed] == 1).mean()}
    return facts | {f"second_{days}d": (second <= days).mean() for days in (7, 30, 90, 365)}


def staying_facts(r: Reading) -> Facts:
    """Return Kaplan-Meier chances of staying for all, for participants, and for regulars since they became so."""
    if r.followed.sum() < FEWEST_FOLLOWED:
        return {}
    a, left, months = r.activity, r.left, (1, 3, 6, 12, 24, 60)
    facts = _curve("km", a.last - a.first, left, months)
    some = r.participants
    if some.sum() >= FEWEST_FOLLOWED:
        facts |= _curve("km_part", (a.last - a.first)[some], left[some], months)
    regular: Array = (r.months.states >= CORE) & (r.months.states <= ACTIVE)
    ever = np.any(regular, axis=0)
    if ever.sum() >= FEWEST_FOLLOWED:
        since = a.ends[regular[:, ever].argmax(0)]
        facts |= _curve("km_regular", np.maximum(a.last[ever] - since, 0), left[ever], months[2:])
    return facts | _core_facts(r) | {"ever_regular": np.mean(ever[r.followed])}


def _curve(prefix: str, days: Array, left: Array, months: tuple[int, ...]) -> Facts:
    return {f"{prefix}_{m}m": value for m, value in zip(months, staying_months(days, left, months), strict=True)}


def _core_facts(r: Reading) -> Facts:
    a = r.activity
    core: Array = r.months.states == CORE
    ever = np.any(core, axis=0)
    facts: Facts = {"ever_core": np.mean(ever[r.followed]), "ever_core_n": int(ever.sum())}
    if ever.sum() >= 3:
        facts["months_to_core_median"] = np.median((a.ends[core[:, ever].argmax(0)] - a.first[ever]) / MONTH)
    return facts


def turnover_facts(r: Reading) -> Facts:
    """Return the mean share of core, and of the half set, that is still there twelve months later."""
    return {
        "core_retention_12m": _kept_after_year(r.months.states == CORE, r.life),
        "top50_retention_12m": _kept_after_year(r.months.half, r.life),
    }


def _kept_after_year(inside: Array, life: int) -> float:
    now, later = inside[SETTLING : max(life - 12, SETTLING)], inside[SETTLING + 12 : max(life, SETTLING + 12)]
    size = now.sum(1)
    kept = (now & later).sum(1)[size > 0] / size[size > 0]
    return float(kept.mean()) if len(kept) >= 6 else float("nan")


def gap_facts(r: Reading) -> Facts:
    """Return days between a member's active days: pooled, and over members with at least nine gaps."""
    a = r.activity
    order = np.argsort(a.member, kind="stable")
    member, day = a.member[order], a.day[order]
    same = member[1:] == member[:-1]
    gap, who = np.diff(day)[same], member[1:][same]
    if not len(gap):
        return {}
    count = np.bincount(who, minlength=a.members)
    many = count >= 9
    facts: Facts = {"gap_median_pooled": np.median(gap)}
    if many.sum() < 3:
        return facts
    mean = np.bincount(who, weights=gap, minlength=a.members)[many] / count[many]
    square = np.bincount(who, weights=gap.astype(float) ** 2, minlength=a.members)[many] / count[many]
    sd = np.sqrt(np.maximum(square - mean**2, 0))
    facts |= {"gap_cv": np.median(sd / mean), "gap_burst": np.median((sd - mean) / (sd + mean))}
    return facts | {"gap_mean_days": np.median(mean), "gap_n": int(many.sum())}


def response_facts(r: Reading) -> Facts:
    """Return the share of newcomers somebody acted on within 14 days, and who came back within a year."""
    a, followed = r.activity, r.followed
    if not len(a.edge_day) or followed.sum() < FEWEST_RESPONSES:
        return {}
    since = a.edge_day - a.first[a.target]
    soon = (a.source != a.target) & (since >= 0) & (since <= ANSWER_DAYS)
    answered = np.zeros(a.members, np.bool_)
    answered[a.target[soon]] = True
    facts: Facts = {"newcomer_responded": answered[followed].mean()}
    some, others = followed & answered, followed & ~answered
    if some.sum() >= FEWEST_EITHER and others.sum() >= FEWEST_EITHER:
        back = second_days(a) <= YEAR
        facts |= {"second365_responded": back[some].mean(), "second365_silent": back[others].mean()}
    return facts
