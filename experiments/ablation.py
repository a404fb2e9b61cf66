"""What each mechanism is for: facts lost without it in `talk` and `git`, directions that vanish with it, rows it serves.

A mechanism is left out by its switch or by the values that take it away. Where that changes how much goes on,
`participating.base_rate` is matched again by a coarse scan until as many members act as with it, so that what is
lost is the form and not the amount.
Communities are the same, on the same luck, with and without; the facts are the median ones, against all real communities.
A fact is lost that was in, is out, and moved by more than two standard errors of a difference of medians (bootstrap).
A mechanism that carries no such fact and no direction is asked for the causal facts too (`experiments.causal_facts`): lost
are those that were in, are out, and moved out of their interval.
Run: python -m experiments.ablation [--communities 96] [--out FILE]
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from copsim.core.declare import every_parameter
from copsim.core.observables import NAMES
from copsim.engine.gate import make_plan
from copsim.engine.living import live
from copsim.engine.luck import spread_keys
from copsim.engine.parameters import central
from copsim.measures.facts import Facts
from copsim.studies.directions import DIRECTIONS
from copsim.studies.stylised import FACTS, FURTHER, VECTOR, medians, months_observed, simulated_facts, targets
from copsim.studies.stylised import GROUPS as POPULATIONS
from experiments.causal_facts import Fact, every_fact

BASE, NOTHING = "participating.base_rate", "(nothing left out)"
STEP, STEPS, ENOUGH, FLOOR = 0.5, 3, 0.05, 0.1
"""Of the scan: logits, how many either way, by what share the members acting may differ, and what is added to them."""
COMMUNITIES = 96
CAUSAL = {"talk": 12, "git": 100, "professional": 60}
"""Of git; talk, whose communities are several times as large and vary less, has a third of them."""
FURTHER_OUT, NOISE, RESAMPLES = 0.25, 2.0, 200
"""Inter-quartile ranges by which a fact that is out anyway must go further out to be named."""
CARRIED = ("lost", "further_out", "other_lost")
MEASURING = {"costing": "costs are an outcome; nothing in the model depends on them"}
"""Mechanisms that only measure: nothing to leave out."""


@dataclass(frozen=True)
class Ablation:
    """A mechanism, the values that take it away, and whether the base rate is matched again."""

    name: str
    settings: Mapping[str, float] = field(default_factory=dict)
    rematched: bool = False

    def touches(self, key: str) -> bool:
        """Return whether a parameter is without effect: set here, or of a mechanism whose switch is set here."""
        return key in self.settings or f"{key.split('.')[0]}.on" in self.settings

    def directions(self) -> list[str]:
        """Return the directions that vanish with it."""
        return [f"{d.row}: {d.text}" for d in DIRECTIONS if any(self.touches(key) for key in d.off)]

    def rows(self) -> list[str]:
        """Return the rows of the deck that it serves."""
        return sorted({p.row for p in every_parameter() if self.touches(p.key)})


def _off(name: str, *keys: str, rematched: bool = False) -> Ablation:
    return Ablation(name, dict.fromkeys(keys, 0.0), rematched)


ABLATIONS = (
    _off("born differences", "participating.propensity", "leaving.propensity", "participating.extra_propensity",
         rematched=True),
    _off("made differences: belonging", "belonging.gain", rematched=True),
    _off("made differences: warmth", "belonging.warmth_gain", rematched=True),
    _off("belonging moves participation", "participating.belonging", rematched=True),
    _off("differences of volume", "participating.extra_propensity", "participating.extra_belonging",
         "participating.extra_own"),
    Ablation("pauses (as rare and short as can be)", {"participating.spell": 200.0, "participating.pause": 2.0}, True),
    _off("stepping in", "participating.stepping_in"),
    _off("common strength moves participation", "participating.strength", rematched=True),
    _off("another day of the week", "participating.another_day"),
    _off("answering", "answering.on", rematched=True),
    Ablation("the most inclined answers", {"answering.picks": 1.0}, True),
    _off("answering back", "answering.back"),
    _off("those who belong ask less", "answering.asking_less"),
    _off("a crowd is needed for an answer", "answering.crowd"),
    _off("waking", "answering.waking"),
    _off("joining", "joining.on"),
    _off("word of mouth", "joining.word_of_mouth"),
    _off("leaving", "leaving.on", rematched=True),
    _off("belonging keeps", "leaving.belonging"),
    _off("shared luck, all of it", "weathering.on"),
    _off("shared shocks of weeks", "weathering.shock"),
    _off("slow tide of interest", "weathering.tide"),
    _off("pause at the end of the year", "weathering.year_end"),
    Ablation("differences between communities", {key: 0.0 for key, _ in spread_keys()}),
    _off("ties", "tying.on", rematched=True),
    _off("fatigue", "tiring.on", rematched=True),
    _off("launch", "launching.on"),
    _off("meetings", "meeting.on", rematched=True),
    _off("leadership", "leading.on", rematched=True),
    _off("welcome", "welcoming.on", rematched=True),
    _off("sponsorship", "sponsoring.on", rematched=True),
    _off("domain and practice", "practising.on", rematched=True),
    _off("value", "valuing.on", rematched=True),
    _off("learning", "learning.on"),
    _off("stages and endings", "staging.on"),
)  # fmt: skip


def size(population: str, communities: int) -> int:
    """Return how many communities of a population make a comparison of this size."""
    return communities if population == "git" else max(communities // 3, 2)


@cache
def acting(population: str, settings: tuple[tuple[str, float], ...], communities: int, seed: int) -> float:
    """Return how many members act in a week, as the mean logarithm over communities, large and small."""
    months, total = months_observed(population), 0.0
    for k in range(communities):
        plan = make_plan(population, round(months[k % len(months)] * 365.25 / 12 / 7), dict(settings))
        total += float(np.log(live(plan, seed, k).record[:, NAMES.index("acting")].mean() + FLOOR))
    return total / communities


def rematched(population: str, settings: Mapping[str, float], communities: int, seed: int) -> float:
    """Return the shift of the base rate after which as many members act as with the mechanism.

    The scan goes in steps from 0, away from where there are too many or too few, and stops when that has turned.
    """
    base, wanted = central(population)[BASE], acting(population, (), communities, seed)

    def surplus(shift: float) -> float:
        return acting(population, (*settings.items(), (BASE, base + shift)), communities, seed) - wanted

    found = {0.0: surplus(0.0)}
    step = -STEP if found[0.0] > 0 else STEP
    for shift in (step * k for k in range(1, STEPS + 1)):
        if abs(found[shift - step]) < ENOUGH or found[shift - step] * step > 0:
            break
        found[shift] = surplus(shift)
    return min(found, key=lambda shift: abs(found[shift]))


def facts_without(ablation: Ablation, population: str, communities: int, seed: int) -> tuple[dict[str, float], float]:
    """Return the median facts without a mechanism, and the shift of the base rate."""
    shift = rematched(population, ablation.settings, communities // 2, seed) if ablation.rematched else 0.0
    settings = {**ablation.settings, BASE: central(population)[BASE] + shift}
    return medians(simulated_facts(population, communities, seed, settings)), shift


def noise(facts: Sequence[Facts], seed: int) -> dict[str, float]:
    """Return the standard error of the difference of two medians over so many communities, by fact."""
    table = np.array([[float(f.get(name, np.nan)) for name in FACTS] for f in facts])
    drawn = np.random.default_rng(seed).integers(0, len(table), (RESAMPLES, len(table)))
    known = np.where(np.isnan(table).all(0), 0.0, table)
    return dict(zip(FACTS, (np.sqrt(2) * np.nanmedian(known[drawn], axis=1).std(0)).tolist(), strict=True))


def compared(
    with_it: Mapping[str, float], without: Mapping[str, float], error: Mapping[str, float], population: str
) -> dict[str, object]:
    """Return how many facts of the vector are in without a mechanism; which are lost, gained, or out and further out.

    other_lost: those lost of the facts beside the vector.
    """
    known = targets(population)
    held, left = ({f for f in FACTS if known[f].holds(found[f])} for found in (with_it, without))
    moved = {f for f in FACTS if not abs(without[f] - with_it[f]) <= NOISE * error[f]}
    away = {f: known[f].beyond(without[f]) - known[f].beyond(with_it[f]) for f in moved - held - left}
    return {
        "in": len(left & set(VECTOR)),
        "lost": " ".join(f for f in VECTOR if f in (held - left) & moved),
        "gained": " ".join(f for f in VECTOR if f in (left - held) & moved),
        "further_out": " ".join(f for f in VECTOR if f in away and not away[f] <= FURTHER_OUT),
        "other_lost": " ".join(f for f in FURTHER if f in (held - left) & moved),
    }


def ablation_table(communities: int = COMMUNITIES, seed: int = 1) -> pd.DataFrame:
    """Return one row a mechanism and population: facts in, lost, gained, further out; directions and rows."""
    rows: list[dict[str, object]] = []
    for population in POPULATIONS:
        number = size(population, communities)
        facts = simulated_facts(population, number, seed)
        intact, error = medians(facts), noise(facts, seed)
        left = compared(intact, intact, error, population)
        rows.append({"mechanism": NOTHING, "population": population, **left, "directions": 0, "rows": ""})
        for ablation in ABLATIONS:
            found, shift = facts_without(ablation, population, number, seed)
            row = {"mechanism": ablation.name, "population": population, **compared(intact, found, error, population)}
            row |= {"directions": len(ablation.directions()), "rows": " ".join(ablation.rows())}
            rows.append(row | ({"base_rate_shift": shift} if ablation.rematched else {}))
    return asked_for_causal_facts(pd.DataFrame(rows))


def causal_facts_of(settings: Mapping[str, float]) -> dict[str, Fact]:
    """Return the causal facts by name, population and design, with these settings in every population."""
    found = every_fact(CAUSAL, dict.fromkeys(CAUSAL, settings))
    return {f"{f.fact} ({f.population}, {f.design})": f for f in found}


def causal_lost(intact: Mapping[str, Fact], without: Mapping[str, Fact]) -> str:
    """Return the causal facts that are lost, with semicolons between them."""
    return "; ".join(
        name
        for name, f in intact.items()
        if f.within and not without[name].within and not f.low <= without[name].simulated <= f.high
    )


def asked_for_causal_facts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the causal facts lost without those mechanisms that carry nothing else."""
    settings = {a.name: a.settings for a in ABLATIONS}
    names = idle(table)
    intact = causal_facts_of({}) if names else {}
    lost = {name: causal_lost(intact, causal_facts_of(settings[name])) for name in names}
    return table.assign(causal=table["mechanism"].map(lost).fillna(""))


def idle(table: pd.DataFrame) -> list[str]:
    """Return the mechanisms that carry no fact in either population and no direction."""
    kinds = [kind for kind in (*CARRIED, "causal") if kind in table]
    carried = (table[kinds] != "").any(axis=1) | table["directions"].gt(0)
    by_name = carried.groupby(table["mechanism"], sort=False).any()
    return [str(name) for name in by_name.index[~by_name] if name != NOTHING]


def said_of_idle(table: pd.DataFrame) -> str:
    """Return a sentence about mechanisms that carry neither a fact nor a direction."""
    names = idle(table)
    if not names:
        return "Every mechanism carries a fact or a direction."
    rows = dict(zip(table["mechanism"], table["rows"], strict=True))
    listed = "; ".join(f"{name} (row {rows[name]})" if rows[name] else f"{name} (no row)" for name in names)
    return f"These carry no fact and no direction, a row at most: {listed}."


def main() -> None:
    """Print the table, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=COMMUNITIES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    table = ablation_table(options.communities, options.seed)
    print(table.to_string(index=False, max_colwidth=70))
    print(said_of_idle(table))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.4g", lineterminator="\n")


if __name__ == "__main__":
    main()
