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

VECTOR = (
    "second_30d", "second_365d", "km_1m", "km_12m", "km_60m", "km_part_12m", "km_part_60m", "sh52_core", "sh52_active",
    "sh52_occ", "sh52_per", "sh52_transactional", "n50_share", "gini_12wk", "top1_12wk", "core_retention_12m",
    "months_to_core_median", "gap_cv", "newcomer_frac", "returner_frac", "logchange_sd", "lag1_log", "peak_frac_life",
    "decline_rate_pm", "net_cp_corr", "net_mean_degree",
)  # fmt: skip
"""The calibration vector: robust, and not tied to each other by definition."""
FURTHER = (
    "mean_active", "peak_active", "events_per_active_month", "newcomers_per_month", "gini_life", "top1_life",
    "top10pct_life", "oneday_share", "second_7d", "second_90d", "km_6m", "km_24m", "km_part_24m", "km_regular_12m",
    "km_regular_24m", "ever_regular", "ever_core", "top50_retention_12m", "gap_burst", "ccdf_ge5", "ccdf_ge10",
    "ccdf_ge50", "lag1_logchange", "lag12_log", "newcomer_responded", "net_transitivity", "net_reciprocity", "net_giant",
    "net_top50_touch", "stage_coalescing", "stage_maturing", "stage_sustaining",
)  # fmt: skip
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


def counted(table: "pd.DataFrame") -> dict[str, int]:
    """Return how many facts of the calibration vector are in: against all, fitted and unseen, and for the null."""
    vector = table[table["vector"]]
    columns = ("in_all", "in_fitted", "in_unseen", "null_in", "null_in_unseen")
    return {name: int(vector[name].sum()) for name in columns}
