"""Stylised facts: simulated communities measured by the code that measures real ones, beside them and a null model.

Each simulated community is observed for as long as one of the real ones and, like them, left out when it never gathers
enough members. A fact is *in* when the median over simulated communities lies within the quartiles of the real ones.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from copsim.core.errors import UserError, nearest
from copsim.engine.gate import make_plan
from copsim.engine.living import live
from copsim.measures.activity import Activity, activity_of
from copsim.measures.eventlog import EventLog
from copsim.measures.facts import Facts
from copsim.measures.observing import facts_of, read_community
from copsim.measures.simulated import observed_life
from copsim.studies.null import null_log

if TYPE_CHECKING:
    import pandas as pd

GROUPS = {"talk": "cop_talk", "git": "cop_git"}
"""Populations that stand beside real communities, and the groups of real ones they are fitted to."""
HALVES = ("all", "fitted", "unseen")
TARGETS, OBSERVED = Path(__file__).with_name("targets.csv"), Path(__file__).with_name("observed.csv")
FEWEST_MEMBERS = {"talk": 80, "git": 25}
"""Smaller communities are left out, as they are missing from the real ones."""

VECTOR_WORDS = {
    "second_30d": "second day within 30 days", "second_365d": "second day within a year",
    "km_1m": "stay 1 month, all", "km_12m": "stay 12 months, all", "km_60m": "stay 60 months, all",
    "km_part_12m": "stay 12 months, participants", "km_part_60m": "stay 60 months, participants",
    "sh52_core": "share core", "sh52_active": "share active", "sh52_occ": "share occasional",
    "sh52_per": "share peripheral", "sh52_transactional": "share transactional", "n50_share": "share making half",
    "gini_12wk": "Gini in 12 weeks", "top1_12wk": "leading contributor's share",
    "core_retention_12m": "core again after a year", "months_to_core_median": "months to core",
    "gap_cv": "variation of gaps", "newcomer_frac": "newcomers among active", "returner_frac": "returners among active",
    "logchange_sd": "monthly variation", "lag1_log": "lag-1 correlation of months",
    "peak_frac_life": "time of the peak", "decline_rate_pm": "decline after it, a month",
    "net_cp_corr": "core-periphery correlation", "net_mean_degree": "mean degree in 12 weeks",
}  # fmt: skip
"""The calibration vector, in words: robust, and not tied to each other by definition."""
FURTHER_WORDS = {
    "mean_active": "active in a month, mean", "peak_active": "active in a month, peak",
    "events_per_active_month": "acts in an active month", "newcomers_per_month": "newcomers a month",
    "gini_life": "Gini of a life", "top1_life": "leading contributor, of a life",
    "top10pct_life": "leading tenth, of a life", "oneday_share": "seen on one day only",
    "second_7d": "second day within 7 days", "second_90d": "second day within 90 days", "km_6m": "stay 6 months, all",
    "km_24m": "stay 24 months, all", "km_part_24m": "stay 24 months, participants",
    "km_regular_12m": "stay 12 months, regulars", "km_regular_24m": "stay 24 months, regulars",
    "ever_regular": "ever regular", "ever_core": "ever core", "top50_retention_12m": "those making half, after a year",
    "gap_burst": "burstiness of gaps", "ccdf_ge5": "5 acts and more", "ccdf_ge10": "10 acts and more",
    "ccdf_ge50": "50 acts and more", "lag1_logchange": "lag-1 correlation of changes",
    "lag12_log": "lag-12 correlation of months", "newcomer_responded": "newcomers answered",
    "net_transitivity": "transitivity", "net_reciprocity": "reciprocity", "net_giant": "giant component",
    "net_top50_touch": "ties that touch those making half", "stage_coalescing": "share of months coalescing",
    "stage_maturing": "share of months maturing", "stage_sustaining": "share of months sustaining",
}  # fmt: skip
"""Facts beside it."""
WORDS = VECTOR_WORDS | FURTHER_WORDS
VECTOR, FURTHER = tuple(VECTOR_WORDS), tuple(FURTHER_WORDS)
FACTS = VECTOR + FURTHER


@dataclass(frozen=True)
class Target:
    """Quartiles of a fact over real communities, and over how many."""

    low: float
    median: float
    high: float
    communities: int

    def holds(self, value: float) -> bool:
        """Return whether a value lies within the quartiles."""
        return self.low <= value <= self.high

    def beyond(self, value: float) -> float:
        """Return how far outside the quartiles a value lies, in inter-quartile ranges; 0 inside."""
        outside = max(self.low - value, value - self.high, 0.0)
        return outside / (self.high - self.low) if outside else 0.0


@cache
def targets(population: str, half: str = "all") -> dict[str, Target]:
    """Return the quartiles of every fact over the real communities of a population's group, or of a half of them."""
    with TARGETS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (row["group"], row["half"]) == (population, half)]
    return {r["fact"]: Target(float(r["q25"]), float(r["median"]), float(r["q75"]), int(r["n"])) for r in rows}


@cache
def months_observed(population: str, half: str = "all") -> tuple[int, ...]:
    """Return for how many months each real community of a population's group was observed."""
    with OBSERVED.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(int(row["months"]) for row in rows if (row["group"], row["half"]) == (population, half))


def simulated_facts(
    population: str,
    communities: int,
    seed: int = 1,
    settings: Mapping[str, float] | None = None,
    half: str = "all",
    also: Callable[[Activity], Facts] | None = None,
) -> list[Facts]:
    """Return the facts of simulated communities, those left out that never gather enough members.

    Community k is observed as long as the k-th real one (over again when there are more), from its first week; `also`
    measures more of each.
    """
    weeks = _weeks(population, half)
    plans = [make_plan(population, w, settings or {}) for w in weeks]

    def log_of(k: int) -> EventLog:
        plan = plans[k % len(plans)]
        return observed_life(live(plan, seed, k, events=True), plan)

    return _facts_of_logs(population, communities, log_of, also)


def null_facts(
    population: str, communities: int, seed: int = 1, shape: Mapping[str, float] | None = None, half: str = "all"
) -> list[Facts]:
    """Return the facts of communities of the null model: members independent, each with a fixed rate and lifetime."""
    weeks = _weeks(population, half)
    return _facts_of_logs(
        population, communities, lambda k: null_log(population, weeks[k % len(weeks)], seed, k, shape or {})
    )


def _weeks(population: str, half: str) -> list[int]:
    return [round(months * 365.25 / 12 / 7) for months in months_observed(population, half)]


def _facts_of_logs(
    population: str,
    communities: int,
    log_of: Callable[[int], EventLog],
    also: Callable[[Activity], Facts] | None = None,
) -> list[Facts]:
    facts = []
    for k in range(communities):
        log = log_of(k)
        if len(np.unique(log.member)) >= FEWEST_MEMBERS[population]:
            activity = activity_of(log, 0)
            facts.append(facts_of(read_community(activity)) | (also(activity) if also else {}))
    return facts


def medians(facts: Sequence[Facts]) -> dict[str, float]:
    """Return the median of every fact over communities; missing where none has it."""
    table = {fact: np.array([float(f.get(fact, np.nan)) for f in facts]) for fact in FACTS}
    return {fact: float(np.nanmedian(v)) if (~np.isnan(v)).any() else np.nan for fact, v in table.items()}


def facts_table(
    population: str, communities: int = 60, seed: int = 1, settings: Mapping[str, float] | None = None
) -> "pd.DataFrame":
    """Return one row a fact: quartiles of the real communities (all, fitted half, unseen half), simulated, null.

    `in_all`, `in_fitted`, `in_unseen`, `null_in`: the median lies within these quartiles; `beyond`: how far outside all,
    in inter-quartile ranges. Errors: `UserError` for a population that stands beside no real communities.
    """
    import pandas as pd

    if population not in GROUPS:
        raise UserError(
            f"there are no facts for the population '{population}'{nearest(population, GROUPS)}: {', '.join(GROUPS)}."
        )
    simulated = medians(simulated_facts(population, communities, seed, settings))
    null = medians(null_facts(population, communities, seed))
    every, fitted, unseen = (targets(population, half) for half in HALVES)
    return pd.DataFrame(
        {
            "fact": fact, "vector": fact in VECTOR, "q25": every[fact].low, "median": every[fact].median,
            "q75": every[fact].high, "simulated": simulated[fact], "in_all": every[fact].holds(simulated[fact]),
            "in_fitted": fitted[fact].holds(simulated[fact]), "in_unseen": unseen[fact].holds(simulated[fact]),
            "beyond": every[fact].beyond(simulated[fact]), "null": null[fact],
            "null_in": every[fact].holds(null[fact]), "null_in_unseen": unseen[fact].holds(null[fact]),
        }
        for fact in FACTS
    )  # fmt: skip


def halves_alike(population: str) -> int:
    """Return for how many facts of the vector the median of the fitted real half lies in the quartiles of the unseen one:
    what a simulation that repeats the fitted half exactly would reach."""
    fitted, unseen = targets(population, "fitted"), targets(population, "unseen")
    return sum(unseen[fact].holds(fitted[fact].median) for fact in VECTOR)


def counted(table: "pd.DataFrame") -> dict[str, int]:
    """Return how many facts of the calibration vector are in: against all, fitted and unseen, and for the null."""
    vector = table[table["vector"]]
    columns = ("in_all", "in_fitted", "in_unseen", "null_in", "null_in_unseen")
    return {name: int(vector[name].sum()) for name in columns}
