"""Print the causal facts: each measured on simulated communities by the design of its source, with interval and target.

Intervals are bootstraps over communities; a fact is in when its value lies within the target. Targets: the event studies
of 45 open communities (dev part of the shared data), and studies cited in the column `source`; where a source gives no
figure for this design, only the direction.
Run: python -m experiments.causal_facts [--quick] [--set group.parameter=value ...] [--csv FILE]
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from copsim.engine.gate import make_plan
from copsim.engine.living import live
from copsim.measures.activity import Activity, activity_of
from copsim.measures.eventlog import taken
from copsim.measures.simulated import observed_life
from copsim.studies import causal
from copsim.studies.stylised import FEWEST_MEMBERS, months_observed

SEED = 71
COMMUNITIES = {"talk": 24, "git": 300, "professional": 120}
ORGANISATION_WEEKS, CONTACT_WEEKS, FIRST_EXIT, EXIT_EVERY = 520, 260, 105, 52
FEWEST_PEOPLE, FEWEST_CONTACTS = 30, 10
NO_LIMIT = float("inf")
FATE = (0.66, 0.92)
"""Over 90 real communities by the same code; published for Apache podlings: over .9 at eight months (Yin 2021)."""
Settings = Mapping[str, float]


@dataclass(frozen=True)
class Fact:
    """A line of the table."""

    fact: str
    population: str
    design: str
    communities: int
    simulated: float
    low: float
    high: float
    target_low: float
    target_high: float
    source: str

    @property
    def within(self) -> bool:
        """Whether the simulated value lies within the target."""
        return self.target_low <= self.simulated <= self.target_high


@dataclass(frozen=True)
class Case:
    """What a fact is about and where it comes from: name, population, design, target, source."""

    fact: str
    population: str
    design: str
    target: tuple[float, float]
    source: str = "event studies"

    def measured(self, parts: Sequence[Any], statistic: Callable[[Sequence[Any]], float]) -> Fact:
        """Return the line of the table for communities' parts of a statistic."""
        value, low, high = causal.interval(parts, statistic)
        name = (self.fact, self.population, self.design, len(parts))
        return Fact(*name, value, low, high, *self.target, self.source)


def mean(parts: Sequence[Any]) -> float:
    """Return the mean over communities."""
    return float(np.mean(parts))


def ratio(parts: Sequence[Any], above: int = 0, below: int = 1) -> float:
    """Return the ratio of two sums over communities."""
    sums = np.sum(parts, 0)
    return float(sums[above] / sums[below]) if sums[below] > 0 else float("nan")


def weighted(parts: Sequence[Any]) -> float:
    """Return the mean of (value, weight) pairs."""
    values, weights = np.array(parts).T
    return float(values @ weights / weights.sum())


def quotient(parts: Sequence[Any]) -> float:
    """Return the ratio of two weighted means; parts are (value, weight, other value, other weight)."""
    table = np.array(parts)
    return weighted(table[:, :2]) / weighted(table[:, 2:])


def known(parts: Sequence[Any]) -> list[Any]:
    """Return the parts that could be computed."""
    return [part for part in parts if np.isfinite(part).all()]


def weeks_of(population: str, k: int) -> int:
    """Return for how many weeks the k-th community is observed: like the real ones, ten years in an organisation."""
    if population == "professional":
        return ORGANISATION_WEEKS
    months = months_observed(population)
    return round(months[k % len(months)] * 365.25 / 12 / 7)


def lives(population: str, number: int, settings: Settings, fewest: int = 0) -> list[Activity]:
    """Return the activity of simulated communities with at least so many members.

    Contributions and answers only: the logs of the sources hold no meetings.
    """
    found = []
    for k in range(number):
        plan = make_plan(population, weeks_of(population, k), settings)
        log = observed_life(live(plan, SEED, k, events=True), plan)
        written = [log.kinds.index(kind) for kind in ("post", "reply")]
        a = activity_of(taken(log, np.isin(log.kind, written)), 0)
        found += [a] if a.members >= fewest else []
    return found


def answer_facts(population: str, communities: Sequence[Activity]) -> Iterator[Fact]:
    """Yield the effect of an answer to a newcomer's first act on return on days 15 to 365."""
    targets = {
        "talk": ((0.04, 0.11), (0.06, 0.154), (0.003, 0.079)),
        "git": ((-0.04, 0.01), (-0.078, 0.0), (-0.099, 0.0)),
    }
    by_chance, seen, one_day = targets[population]
    name = "first act answered: return d15-365"
    parts = [causal.chance_answer_effect(a) for a in communities]
    pairs = [(p[0] / p[1], p[1]) for p in parts if p[1] > 0]
    yield Case(name, population, "answered by chance", by_chance).measured(pairs, weighted)
    effects = known([causal.answer_effect(a) for a in communities])
    yield Case(name, population, "landmark, observed", seen).measured(effects, mean)
    effects = known([causal.answer_effect(a, one_day=True) for a in communities])
    yield Case(name, population, "landmark, one-day newcomers", one_day).measured(effects, mean)


EXIT_FACTS = {
    "top contributor's exit, 6 months": (-0.402, -0.154),
    "top contributor's exit, months 7-12": (-0.270, 0.004),
    "top contributor's exit, others, 6 months": (-0.216, -0.001),
    "top contributor's exit, others, months 7-12": (-0.132, 0.141),
}


def exit_facts(population: str, communities: Sequence[Activity]) -> Iterator[Fact]:
    """Yield log changes of active members after exits that happen in the model, as the event study takes them."""
    yield from _exits(population, "event study", known([causal.exit_effect(a) for a in communities]))


def paired_exit_facts(population: str, number: int, settings: Settings) -> Iterator[Fact]:
    """Yield log changes of active members after an exit brought about, against the same community without it."""
    parts = known([paired_exit(population, k, settings) for k in range(number)])
    yield from _exits(population, "paired", parts)


def _exits(population: str, design: str, parts: Sequence[Any]) -> Iterator[Fact]:
    for i, (name, target) in enumerate(EXIT_FACTS.items()):
        yield Case(name, population, design, target).measured([part[i] for part in parts], mean)


def paired_exit(population: str, k: int, settings: Settings) -> np.ndarray:
    """Return the four log changes of one community, missing when no member ever leads it as the event study wants.

    The leader of twelve weeks must have made at least a fifth of the last year.
    """
    weeks = weeks_of(population, k)
    plan = make_plan(population, weeks, settings)
    life = live(plan, SEED, k, events=True)
    undisturbed = activity_of(observed_life(life, plan), 0)
    start = int(np.datetime64(plan.first_day, "D").astype(np.int64))
    for week in range(FIRST_EXIT, weeks - 56, EXIT_EVERY):
        day = start + 7 * (week - 1)
        top, share = causal.top_contributor(undisturbed, day - 1)
        before = causal.active_around(undisturbed, day)[0]
        if share < causal.TOP_SHARE or before < causal.FEWEST_ACTIVE or top != _leader(undisturbed, day):
            continue
        exit_plan = make_plan(population, weeks, settings, events=[(week, "top-contributor-leaves")])
        after = activity_of(observed_life(live(exit_plan, SEED, k, events=True), exit_plan), 0)
        if after.last[top] < day:
            return _changes(undisturbed, after, day, top)
    return np.full(4, np.nan)


def _leader(a: Activity, day: int) -> int:
    start, stop = np.searchsorted(a.day, [day - 84, day])
    return int(np.bincount(a.member[start:stop], weights=a.made[start:stop], minlength=1).argmax())


def _changes(undisturbed: Activity, after: Activity, day: int, top: int) -> np.ndarray:
    """Return log differences: of all, in two half years; of the others. Newcomers who appear in one log only count."""
    changes = []
    for without in (-1, top):
        left, kept = (causal.active_around(a, day, without)[1:] for a in (after, undisturbed))
        changes += list(np.log((left + 0.5) / (kept + 0.5)))
    return np.array(changes)


PAUSE_TARGETS = {
    "talk": ((0.897, 0.948), (0.758, 0.840), (0.567, 0.691), (0.312, 0.470)),
    "git": ((0.874, 0.926), (0.662, 0.761), (0.449, 0.576), (0.235, 0.345)),
    "professional": (None, None, (0.35, 0.55), (0.21, 0.26)),
}
"""By length, as in `causal.PAUSES`: 95 % intervals over the real communities by the same code, where there are any; else
what Calefato 2022 says of pauses and of silences of a year (the real ones agree: .55 and .30 over all groups)."""


def pause_facts(population: str, communities: Sequence[Activity]) -> Iterator[Fact]:
    """Yield how many silences of members who are ever core end within a year more, by the length they have reached."""
    source = "Calefato 2022" if population == "professional" else "real ones, same code"
    parts = [causal.pause_returns(a) for a in communities if len(a.ends)]
    for i, (days, target) in enumerate(zip(causal.PAUSES, PAUSE_TARGETS[population], strict=True)):
        if target:
            case = Case(f"back within a year after {days} days away", population, "ever core", target, source)
            yield case.measured(parts, partial(ratio, above=2 * i + 1, below=2 * i))


DECEMBER_TARGETS = {"talk": (-0.209, -0.074), "git": (-0.201, -0.087)}
"""95 % intervals over the real communities, by the same code: -.135 over 12 of talk, -.148 over 25 of git."""


def december_facts(population: str, communities: Sequence[Activity]) -> Iterator[Fact]:
    """Yield by how much fewer members act in a December than in the two months before and after it."""
    parts = [causal.december(a) for a in communities if len(a.ends)]
    target = DECEMBER_TARGETS[population]
    case = Case("members acting in December, log", population, "against months around", target, "real ones, same code")
    yield case.measured([part for part in parts if part[0]], partial(ratio, above=1, below=0))


def fate_facts(population: str, communities: Sequence[Activity]) -> Iterator[Fact]:
    """Yield how well the first eight months tell whether anybody acts in months 34 to 36."""
    parts = known([causal.early_and_late(a) for a in communities if len(a.ends)])
    case = Case("fate visible early, AUC", population, "months 1-8 on life at 34-36", FATE, "real ones, same code")
    yield case.measured(parts, lambda some: causal.area_under_curve(*np.array(some).T))


def contact_facts(found: Sequence[causal.Contacts]) -> Iterator[Fact]:
    """Yield the logit of acting next week on contact by a role holder and answers by peers, with member effects."""
    estimates = [pair for pair in map(contact_logits, found) if pair]
    split, whole = ([pair[i] for pair in estimates] for i in (0, 1))
    case = partial(Case, population="professional", design="logit with member effects")
    yield case("contact by a role holder", target=(0.0, NO_LIMIT), source="Cottica 2016: .288").measured(
        [part[:2] for part in whole], weighted
    )
    yield case("answer by a peer", target=(0.0, NO_LIMIT), source="Cottica 2016: .086").measured(
        [part[2:] for part in whole], weighted
    )
    yield case("contact / answer", target=(3.0, 6.0), source="Cottica 2016").measured(whole, quotient)
    yield case("contact, the first in five weeks / another", target=(1.0, NO_LIMIT), source="Cottica 2016").measured(
        split, quotient
    )


def contact_logits(contacts: causal.Contacts) -> tuple[list[float], list[float]] | None:
    """Return coefficients with weights (first contact, another), and (contact, answer); None with too few contacts."""
    y, x, member = causal.contact_rows(contacts)
    if x[:, :2].sum(0).min() < FEWEST_CONTACTS:
        return None
    split = causal.logit_within_members(y, x, member)
    whole = causal.logit_within_members(y, np.column_stack([x[:, 0] + x[:, 1], x[:, 2:]]), member)
    return ([*_weighed(split, 0), *_weighed(split, 1)], [*_weighed(whole, 0), *_weighed(whole, 1)])


def _weighed(estimate: tuple[np.ndarray, np.ndarray], column: int) -> tuple[float, float]:
    """Return a coefficient and its weight, the inverse of its variance."""
    return float(estimate[0][column]), float(estimate[1][column] ** -2)


def welcome_facts(number: int, settings: Settings) -> Iterator[Fact]:
    """Yield the hazard of leaving of newcomers welcomed in their first eight weeks in that of others as active, and how
    many more newcomers stay half a year with a welcome than in the same organisation without."""
    found, without = (
        contact_weeks(number, {**settings, **more}, ORGANISATION_WEEKS) for more in ({}, {"welcoming.on": 0.0})
    )
    rows = [causal.welcomed_hazards(contacts) for contacts in found.values()]
    case = Case("hazard of leaving, welcomed / not", "professional", "landmark at 8 weeks, by activity",
                (0.0, 1.0), "arXiv 2604.22120: .59")  # fmt: skip
    yield case.measured(rows, lambda some: causal.ratio_of_hazards(np.concatenate(some)))
    both = sorted(found.keys() & without.keys())
    more_stay = known([causal.stayed_half_a_year(found[k]) - causal.stayed_half_a_year(without[k]) for k in both])
    case = Case("newcomers seen in weeks 27-52, welcomed", "professional", "paired", (0.0, NO_LIMIT), case.source)
    yield case.measured(more_stay, mean)


def contact_weeks(number: int, settings: Settings, weeks: int) -> dict[int, causal.Contacts]:
    """Return the weeks of organisations with at least thirty members, by replicate."""
    plan = make_plan("professional", weeks, settings)
    found = {k: live(plan, SEED, k, events=True) for k in range(number)}
    large = {k: life for k, life in found.items() if int(life.state.counts[0].people) >= FEWEST_PEOPLE}
    return {k: causal.contacts_of(life, weeks) for k, life in large.items()}


def every_fact(numbers: Mapping[str, int], settings: Mapping[str, Settings]) -> Iterator[Fact]:
    """Yield all facts."""
    for population in ("talk", "git"):
        every = lives(population, numbers[population], settings[population])
        large = [a for a in every if a.members >= FEWEST_MEMBERS[population]]
        yield from answer_facts(population, large)
        if population == "git":
            yield from exit_facts(population, large)
            yield from paired_exit_facts(population, numbers[population], settings[population])
            yield from fate_facts(population, every)
        yield from pause_facts(population, large)
        yield from december_facts(population, large)
    number, of_organisations = numbers["professional"], settings["professional"]
    yield from pause_facts("professional", lives("professional", number // 3, of_organisations, FEWEST_PEOPLE))
    yield from contact_facts(list(contact_weeks(number, of_organisations, CONTACT_WEEKS).values()))
    yield from welcome_facts(number // 3, of_organisations)


def read_settings(words: Sequence[str]) -> dict[str, Settings]:
    """Return the settings of each population; "git:group.parameter=value" holds for one of them."""
    found: dict[str, dict[str, float]] = {population: {} for population in COMMUNITIES}
    for word in words:
        key, value = word.split("=")
        where, _, key = key.rpartition(":")
        for population in [where] if where else found:
            found[population][key] = float(value)
    return dict(found)


def line(fact: Fact) -> str:
    """Return a line of the table."""
    said = f"{fact.simulated:7.3f} [{fact.low:6.3f}, {fact.high:6.3f}]"
    target = f"{fact.target_low:6.3f} .. {fact.target_high:6.3f}"
    where = f"{fact.fact:44} {fact.population:12} {fact.design:40} {fact.communities:4d}"
    return f"{where} {said} {target} {'in' if fact.within else 'OUT'}  {fact.source}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the communities")
    parser.add_argument("--set", nargs="*", default=[], metavar="[POPULATION:]KEY=VALUE")
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args()
    numbers = {name: max(number // 5, 6) if options.quick else number for name, number in COMMUNITIES.items()}
    facts = []
    for fact in every_fact(numbers, read_settings(options.set)):
        facts.append(fact)
        print(line(fact), flush=True)
    print(f"{sum(fact.within for fact in facts)} of {len(facts)} in")
    if options.csv:
        import pandas as pd

        table = pd.DataFrame([asdict(fact) | {"in": fact.within} for fact in facts])
        table.to_csv(options.csv, index=False, float_format="%.4g", lineterminator="\n")


if __name__ == "__main__":
    main()
