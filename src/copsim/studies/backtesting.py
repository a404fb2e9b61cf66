"""Back-test of a start from a log: begun a year before the end of the record, how near does the simulation come?

The log is cut at the end of a calendar month, twelve whole months before its end. Nothing after the cut is read: the
community is anchored on what lies before and lives on as it is, in plausible worlds like those of `compare`. Members
acting in each calendar month, counted from simulated events and from the log by the same code, are then set side by side.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from copsim.engine.gate import Plan
from copsim.engine.living import live
from copsim.measures.eventlog import EventLog, observed_until
from copsim.measures.readings import WEEK
from copsim.measures.simulated import observed_life
from copsim.scenarios.choosing import AS_IS_SCENARIO
from copsim.studies.anchoring import Anchor, anchored, last_week_begins, startable
from copsim.studies.ensemble import threads_for
from copsim.studies.planning import arms_of, worlds_of

Array = np.ndarray[Any, Any]
AHEAD, LEAST_MONTHS = 12, 24
"""Months that are simulated, and months that the record must hold before them."""
RUNS, MOST_PEOPLE = 100, 20_000
"""Runs of a back-test, and people in a log above which none is made beside a comparison: it would take minutes."""
BAND = (0.1, 0.9)


@dataclass(frozen=True)
class BackTest:
    """A year of a real community beside its simulation.

    cut: last day that was read; months: calendar months, "2025-08"; seen: members acting in each by the log; runs: the
    same by the simulation, (runs, months); last: members acting in the last month before the cut.
    """

    cut: str
    months: tuple[str, ...]
    seen: Array
    runs: Array
    last: int

    def quantile(self, share: float) -> Array:
        """Return a quantile of the runs by month, a whole number."""
        return np.quantile(self.runs, share, axis=0, method="inverted_cdf")

    @property
    def covered(self) -> int:
        """Return in how many months the 80 % band holds what was seen."""
        low, high = (self.quantile(share) for share in BAND)
        return int(((self.seen >= low) & (self.seen <= high)).sum())

    @property
    def error(self) -> float:
        """Return the mean absolute error of the median, on the logarithm of one more."""
        return float(np.abs(np.log1p(self.quantile(0.5)) - np.log1p(self.seen)).mean())

    @property
    def error_of_last(self) -> float:
        """Return the same of the last month carried on."""
        return float(np.abs(np.log1p(self.last) - np.log1p(self.seen)).mean())

    def sentence(self) -> str:
        """Return what the back-test says, for a reader of the report."""
        nearer = "nearer than" if self.error < self.error_of_last else "no nearer than"
        return (
            f"Tried on its own past: started from the log up to {self.cut} and left alone, the simulation's 80 % band "
            f"held {self.covered} of the {len(self.months)} months that followed, and its middle was {nearer} the last "
            f"month carried on (mean error of members acting a month, on the logarithm: {self.error:.2f} against "
            f"{self.error_of_last:.2f})."
        )

    def record(self) -> dict[str, Any]:
        """Return the back-test as plain values, for a manifest or a page."""
        low, median, high = (self.quantile(share).tolist() for share in (BAND[0], 0.5, BAND[1]))
        return {
            "cut": self.cut,
            "months": list(self.months),
            "seen": self.seen.tolist(),
            "low": low,
            "median": median,
            "high": high,
            "last": self.last,
            "covered": self.covered,
            "error": round(self.error, 4),
            "error_of_last": round(self.error_of_last, 4),
            "sentence": self.sentence(),
        }


def back_tested(log: EventLog, runs: int = RUNS, seed: int = 1, threads: int | None = None) -> BackTest | None:
    """Return the back-test of the log of one community; None where its record is too short or was too quiet for one."""
    log = log.only(log.communities[log.position()])
    stop = first_unseen_month(log)
    past = before_month(log, stop - AHEAD)
    begun = month_of(log.day[:1]) if len(log.day) else np.array([stop])
    if past is None or stop - AHEAD - int(begun[0]) < LEAST_MONTHS or not startable(past):
        return None
    acting = members_acting(log, stop - AHEAD - 1, AHEAD + 1)
    simulated = simulated_months(past, stop - AHEAD, runs, seed, threads)
    months = tuple(str(np.datetime64(stop - AHEAD + k, "M")) for k in range(AHEAD))
    cut = str(np.datetime64(int(past.obs_end[0]), "D"))
    return BackTest(cut, months, acting[1:], simulated, int(acting[0]))


def tried(log: EventLog, seed: int, threads: int | None = None) -> dict[str, Any] | None:
    """Return the record of the back-test that a comparison shows; None where there is none."""
    if len(log.names) > MOST_PEOPLE:
        return None
    found = back_tested(log, seed=seed, threads=threads)
    return found.record() if found is not None else None


def month_of(day: Array) -> Array:
    """Return the calendar months of days since 1970-01-01, counted from January 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_unseen_month(log: EventLog) -> int:
    """Return the first calendar month that a log of one community does not cover whole."""
    return int(month_of(log.obs_end[:1] + 1)[0])


def first_day_of(month: int) -> int:
    """Return the first day of a calendar month, in days since 1970-01-01."""
    return int(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64))


def before_month(log: EventLog, month: int) -> EventLog | None:
    """Return the log up to the day before a calendar month; None where nothing happened until then."""
    past = observed_until(log, np.array([first_day_of(month) - 1], np.int64))
    return past if past.communities else None


def members_acting(log: EventLog, first: int, months: int) -> Array:
    """Return the members acting in each of some calendar months, distinct within the month."""
    month = month_of(log.day) - first
    kept = (month >= 0) & (month < months)
    people = len(log.names)
    once = np.unique(month[kept] * people + log.member[kept])
    return np.bincount(once // people, minlength=months)


def simulated_months(past: EventLog, first: int, runs: int, seed: int, threads: int | None = None) -> Array:
    """Return the members acting in the twelve calendar months from `first` on, (runs, months), started from `past`."""
    plan, worlds = _plan(past, anchored(past, seed), first, runs, seed)

    def lived(replicate: int) -> Array:
        return members_acting(observed_life(live(plan, seed, replicate, worlds[replicate], True), plan), first, AHEAD)

    with ThreadPoolExecutor(threads_for(threads)) as pool:
        return np.stack(list(pool.map(lived, range(runs))))


def _plan(past: EventLog, anchor: Anchor, first: int, runs: int, seed: int) -> tuple[Plan, list[Mapping[str, float]]]:
    """Return the plan from the Monday after the last whole week to the end of the last month, and the worlds."""
    monday = last_week_begins(past) + WEEK
    weeks = -(-(first_day_of(first + AHEAD) - monday) // WEEK)
    scenario = replace(AS_IS_SCENARIO, population=anchor.population, settings=anchor.settings)
    arm = arms_of([scenario], weeks, None, worlds_of(seed, runs), anchor.start)[0]
    return replace(arm.plan, first_day=str(np.datetime64(monday, "D"))), list(arm.worlds or [{}] * runs)
