"""Communities in organisations beside published figures: shares of levels, and the hard facts that mechanisms can speak to.

Population `professional`, scenario `baseline`, 260 weeks. Levels are read in the weeks in which a community is sustaining,
by the weekly reading and by the code that measures real logs; every share names its denominator. Facts: those of class H
in the collection of evidence, with its numbers; tolerances that a source does not give are ours and are called so.
Run: python -m experiments.professional [--communities 80] [--out FILE] [--apart FILE]
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from copsim.core.declare import every_parameter
from copsim.core.levels import ACTIVE, CORE, OCCASIONAL, OUTSIDE, PERIPHERAL
from copsim.core.observables import NAMES
from copsim.core.vocabulary import STAGES
from copsim.engine.gate import Plan
from copsim.engine.living import Life, live
from copsim.measures.activity import activity_of
from copsim.measures.eventlog import EventLog
from copsim.measures.facts import Facts, Reading
from copsim.measures.observing import facts_of, read_community
from copsim.measures.readings import weekly_reading
from copsim.measures.simulated import observed_life
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import Event, Scenario, load_scenario

Array = np.ndarray[Any, Any]
COMMUNITIES, WEEKS, SEED = 80, 260, 20261124
SUSTAINING, SEEN = STAGES.index("sustaining"), (CORE, ACTIVE, OCCASIONAL)
HALF_YEAR, YEAR, EARLY_WEEKS, LATE = 26, 52, (27, 35), 156
NO_ONE_TO_ONE = {"answering.on": 0.0, "welcoming.on": 0.0, "tying.on": 0.0}


@dataclass(frozen=True)
class Fact:
    """A line of the table: what is measured, its value, and the target it lies in or out of."""

    row: str
    fact: str
    measure: str
    simulated: float
    low: float
    high: float
    source: str

    def line(self) -> dict[str, Any]:
        """Return it as a row of the table."""
        return {**vars(self), "in": bool(self.low <= self.simulated <= self.high)}


@dataclass(frozen=True)
class Community:
    """One simulated community: what the engine recorded, its log, and the log as the code for real ones reads it."""

    plan: Plan
    life: Life
    log: EventLog
    reading: Reading
    facts: Facts

    def column(self, name: str) -> Array:
        """Return an observable by week."""
        return np.asarray(self.life.record[:, NAMES.index(name)], float)

    @property
    def sustaining(self) -> Array:
        """Weeks in which it is sustaining."""
        return np.asarray(self.column("stage") == SUSTAINING)

    def months(self) -> Array:
        """Return members by state at the ends of months that lie in sustaining weeks, (months, 7)."""
        start = int(np.datetime64(self.plan.first_day, "D").astype(np.int64))
        week = np.clip((self.reading.activity.ends - start) // 7, 0, self.plan.weeks - 1)
        return np.asarray(self.reading.months.counts[self.sustaining[week]], float)


def communities(number: int) -> list[Community]:
    """Return baseline communities that ever acted enough to be read."""
    plan = plan_of(load_scenario("baseline"), WEEKS)
    found = []
    for k in range(number):
        life = live(plan, SEED, k, events=True)
        log = observed_life(life, plan)
        reading = read_community(activity_of(log, 0))
        found.append(Community(plan, life, log, reading, facts_of(reading)))
    return found


def share(above: Sequence[Array], below: Sequence[Array]) -> float:
    """Return the sum of some numbers in that of others, over communities and weeks."""
    under = sum(float(x.sum()) for x in below)
    return sum(float(x.sum()) for x in above) / under if under else float("nan")


def level_facts(found: Sequence[Community]) -> list[Fact]:
    """Return the shares of levels, each under three denominators."""
    weekly = {name: [c.column(name)[c.sustaining] for c in found] for name in ("core", "active", "members")}
    months = [c.months() for c in found]
    seen = {"members seen in 12 weeks": slice(0, 4), "members seen in a year": slice(0, 6)}
    shares = {
        "members inside, weekly reading": {
            name: share(weekly[name], weekly["members"]) for name in ("core", "active")
        }
    } | {
        f"{who}, observe": {
            name: share([m[:, state] for m in months], [m[:, part] for m in months])
            for state, name in enumerate(("core", "active"))
        }
        for who, part in seen.items()
    }  # fmt: skip
    facts = []
    for denominator, value in shares.items():
        both = value["core"] + value["active"]
        measure, source = f"of {denominator}; sustaining weeks", "Wenger et al. 2002"
        facts += [
            Fact("1+2", "core and active together", measure, both, 0.25, 0.35, source),
            Fact("1", "small core", measure, value["core"], 0.10, 0.15, source),
            Fact("2", "second ring: active", measure, value["active"], 0.15, 0.20, source),
            Fact("3", "majority: all other levels", measure, 1 - both, 0.65, 0.75, source),
        ]
    return facts


def middle(found: Sequence[Community], name: str) -> float:
    """Return the median of a fact over the communities that have it."""
    values = np.array([float(c.facts.get(name, np.nan)) for c in found])
    return float(np.nanmedian(values)) if (~np.isnan(values)).any() else float("nan")


def activity_facts(found: Sequence[Community]) -> list[Fact]:
    """Return facts of who does how much."""
    over = "median over communities"
    heavy = [beats_power_law(c.reading.activity.total) for c in found if c.reading.activity.members >= 30]
    twice, answered = middle(found, "second_90d"), middle(found, "second365_responded")
    return [
        Fact("5", "the top tenth makes well over half", f"share of a life's acts, {over}", middle(found, "top10pct_life"),
             0.5, 1.0, "Mockus 2002"),
        Fact("5", "unequal contribution", f"Gini over members, {over}", middle(found, "gini_life"), 0.6, 0.97,
             "Ortega 2008"),
        Fact("6", "heavy but truncated tail", "share of communities where a lognormal beats a power law (AIC, from 1 act on)",
             float(np.mean(heavy)) if heavy else float("nan"), 0.5, 1.0, "Tenorio-Fornes 2022"),
        Fact("7", "one and done", f"no second active day within 90 days, {over}", 1 - twice, 0.44, 0.56,
             "Joyce & Kraut 2006, Pinto 2016"),
        Fact("8", "reply effect", "return within a year, newcomers acted on in 14 days minus others (tolerance ours)",
             answered - middle(found, "second365_silent"), 0.06, 0.18, "Joyce & Kraut 2006"),
        Fact("29", "reciprocity", f"reciprocated share of edges in that of a random graph, {over}", reciprocity(found),
             1.0, np.inf, "Faraj & Johnson 2011"),
    ]  # fmt: skip


def reciprocity(found: Sequence[Community]) -> float:
    """Return how many times more edges are answered than in a random graph of the same density."""
    times = [c.facts["net_reciprocity"] / c.facts["net_density"] for c in found if c.facts.get("net_density", 0) > 0]
    return float(np.nanmedian(times)) if times else float("nan")


def beats_power_law(total: Array) -> bool:
    """Return whether a rounded lognormal describes whole numbers from 1 on better than a power law, by Akaike."""
    from scipy.optimize import minimize, minimize_scalar
    from scipy.special import ndtr, zeta

    logs = np.log(total)
    power = minimize_scalar(lambda a: a * logs.sum() + len(total) * np.log(zeta(a)), bounds=(1.01, 8), method="bounded")

    def lognormal(theta: Array) -> float:
        mean, spread = theta[0], np.exp(theta[1])
        ends = [ndtr((np.log(total + side) - mean) / spread) for side in (0.5, -0.5)]
        kept = 1 - ndtr((np.log(0.5) - mean) / spread)
        return -float(np.log(np.maximum((ends[0] - ends[1]) / max(kept, 1e-12), 1e-12)).sum())

    found = minimize(lognormal, [logs.mean(), np.log(logs.std() + 0.1)], method="Nelder-Mead")
    return bool(found.fun + 2 < power.fun + 1)


def staying_facts(found: Sequence[Community]) -> list[Fact]:
    """Return facts of how long members stay and whether they come back."""
    over, curve = "median over communities", [middle(found, f"km_part_{m}m") for m in (1, 12, 24)]
    hazard = -np.log(curve[1] / curve[0]) / 11 / (-np.log(curve[2] / curve[1]) / 12)
    half, year = (returns(found, level) for level in (PERIPHERAL, OUTSIDE))
    return [
        Fact("11", "yearly retention", f"members who stay 12 months, Kaplan-Meier, {over}", middle(found, "km_12m"),
             0.12, 0.40, "WMF 2011"),
        Fact("12", "falling hazard", "hazard of participants in months 2-12, in that of months 13-24", float(hazard),
             1.0, np.inf, "arXiv 2604.22120"),
        Fact("12", "median stay of participants, months", "two active weeks or more, all communities (60 at most)",
             median_stay(found), 5.0, 8.0, "arXiv 2604.22120"),
        Fact("16", "return from a pause", "once core, silent for 12 weeks: acts again within a year", half, 0.35, 0.55,
             "Calefato 2022"),
        Fact("16", "return after a year", "once core, silent for a year: acts again within a year", year, 0.21, 0.26,
             "Calefato 2022"),
    ]  # fmt: skip


def median_stay(found: Sequence[Community]) -> float:
    """Return the months after which half of the participants of all communities have left (Kaplan-Meier), 60 at most."""
    from copsim.measures.survival import staying_months

    some = [c.reading.participants for c in found]
    days = np.concatenate(
        [(c.reading.activity.last - c.reading.activity.first)[p] for c, p in zip(found, some, strict=True)]
    )
    left = np.concatenate([c.reading.left[p] for c, p in zip(found, some, strict=True)])
    curve = staying_months(days, left, tuple(range(61)))
    below = np.flatnonzero(curve < 0.5)
    return float(below[0]) if len(below) else 60.0


def returns(found: Sequence[Community], silence: int) -> float:
    """Return the share of members once core, silent as long as a level says, who act within a year from then."""
    back, all_of_them = 0, 0
    for c in found:
        for path in weekly_reading(c.log, c.plan.first_day, c.plan.weeks):
            core = np.flatnonzero(path == CORE)
            if not len(core):
                continue
            silent = core[0] + np.flatnonzero(path[core[0] :] == silence)
            if len(silent) and silent[0] + YEAR <= len(path):
                after = path[silent[0] : silent[0] + YEAR]
                all_of_them, back = all_of_them + 1, back + bool(np.isin(after, SEEN).any())
    return back / all_of_them if all_of_them else float("nan")


def community_facts(found: Sequence[Community], number: int) -> list[Fact]:
    """Return facts of communities as wholes: losing the core, what failure follows from, and whether it is seen early."""
    lost = [core_lost(c.column("core")) for c in found]
    again = [back for gone, back in lost if gone]
    ends = np.array([c.sustaining[-HALF_YEAR:].any() for c in found])
    first = np.array([c.column("acts")[:8].sum() for c in found])
    quiet, coreless, few, many = (sustaining_at_end(s, number) for s in knocked_out())
    base = float(ends.mean())
    return [
        Fact("17", "loss of the whole core", "share of communities without a core for half a year after having one",
             float(np.mean([gone for gone, _ in lost])), 0.16, 0.90, "Avelino 2019, Nourry 2024"),
        Fact("17", "recovery", "of those, share with a core again", float(np.mean(again)) if again else float("nan"), 0.27,
             0.41, "Avelino 2019, Nourry 2024"),
        Fact("18", "failure without a core", "sustaining in the last half year, top contributors leaving each quarter from "
             f"year 2 on, minus {base:.2f}", coreless - base, -1.0, -0.05, "Probst & Borzillo 2008 (size ours)"),
        Fact("18", "failure without one-to-one contact", f"the same, nobody answers, welcomes or has ties, minus {base:.2f}",
             quiet - base, -1.0, -0.05, "Probst & Borzillo 2008 (size ours)"),
        Fact("19", "critical mass at birth: founders", "sustaining in the last half year, 16 founders minus 4", many - few,
             0.05, 1.0, "Raban 2010 (size ours)"),
        Fact("19", "critical mass at birth: volume", "AUC of the acts of 8 weeks on sustaining in year 5",
             area_under_curve(first, ends), 0.6, 1.0, "Raban 2010 (size ours)"),
        Fact("20", "fate visible early", f"accuracy of a threshold on regulars in weeks {EARLY_WEEKS[0]}-{EARLY_WEEKS[1]} "
             "for sustaining by year 3, other half", early_accuracy(found), 0.79, 1.0, "Yin 2021, Kairam 2012"),
    ]  # fmt: skip


def core_lost(core: Array) -> tuple[bool, bool]:
    """Return whether the core was ever empty for half a year after there was one, and whether there was one again."""
    since = np.flatnonzero(core > 0)
    gaps = np.diff(np.append(since, len(core))) > HALF_YEAR
    return bool(gaps.any()), bool(gaps[:-1].any())


def knocked_out() -> list[Scenario]:
    """Return baseline without one-to-one contact, losing its top contributors, with few founders, with many."""
    base = load_scenario("baseline")
    leaving = tuple(Event(week, "top-contributor-leaves") for week in range(53, WEEKS, 13))
    return [
        replace(base, settings={**base.settings, **NO_ONE_TO_ONE}),
        replace(base, events=leaving),
        replace(base, settings={**base.settings, "joining.founders": 4.0}),
        replace(base, settings={**base.settings, "joining.founders": 16.0}),
    ]


def sustaining_at_end(scenario: Scenario, number: int) -> float:
    """Return the share of communities that are sustaining in some week of the last half year."""
    plan = plan_of(scenario, WEEKS)
    stages = (live(plan, SEED, k).record[-HALF_YEAR:, NAMES.index("stage")] for k in range(number))
    return float(np.mean([(stage == SUSTAINING).any() for stage in stages]))


def area_under_curve(score: Array, outcome: Array) -> float:
    """Return the chance that one with the outcome scores above one without it, ties half."""
    yes, no = score[outcome], score[~outcome]
    if not len(yes) or not len(no):
        return float("nan")
    return float((0.5 + 0.5 * np.sign(yes[:, None] - no[None, :])).mean())


def early_accuracy(found: Sequence[Community]) -> float:
    """Return how often a threshold chosen on one half of the communities tells the fate of the other, both ways."""
    first, last = EARLY_WEEKS
    score = np.array([(c.column("core") + c.column("active"))[first - 1 : last].mean() for c in found])
    fate = np.array([c.sustaining[:LATE].any() for c in found])
    right = []
    for half in (0, 1):
        fitted, unseen = slice(half, None, 2), slice(1 - half, None, 2)
        cut = max(np.unique(score[fitted]), key=lambda x: ((score[fitted] >= x) == fate[fitted]).mean())
        right.append(((score[unseen] >= cut) == fate[unseen]).mean())
    return float(np.mean(right))


def professional_table(number: int = COMMUNITIES) -> pd.DataFrame:
    """Return one row a fact: row of the evidence, measure, simulated, target, in."""
    found = communities(number)
    read = [c for c in found if c.reading.life]
    parts: list[Callable[[Sequence[Community]], list[Fact]]] = [level_facts, activity_facts, staying_facts]
    facts = [fact for part in parts for fact in part(read)] + community_facts(found, number)
    return pd.DataFrame([fact.line() for fact in facts])


def apart_table() -> pd.DataFrame:
    """Return the parameters in which this population differs from those fitted to real communities: all assumed here."""
    rows: list[Mapping[str, Any]] = []
    for p in every_parameter():
        values = {name: p.value_in(name) for name in ("professional", "talk", "git")}
        if len(set(values.values())) > 1:
            what = "a setting of the organisation" if p.role == "lever" else p.evidence
            rows.append({"parameter": p.key, **values, "unit": p.unit, "text": p.text, "open_evidence": what})
    return pd.DataFrame(rows).assign(professional_evidence="assumed")


def main() -> None:
    """Print both tables, and write them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=COMMUNITIES)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--apart", type=Path)
    options = parser.parse_args()
    for table, path in ((professional_table(options.communities), options.out), (apart_table(), options.apart)):
        print(table.to_string(index=False, max_colwidth=80, float_format="%.4g"))
        if path:
            table.to_csv(path, index=False, float_format="%.4g", lineterminator="\n")


if __name__ == "__main__":
    main()
