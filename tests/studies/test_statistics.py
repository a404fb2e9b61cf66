"""Intervals and verdicts mean what they say: null pairs claim nothing, and 95 % intervals hold the truth in 95 %.

Runs are simulated once, a thousand a seed, and dealt into many small studies; each goes from runs to table to verdict as
`compare` does. Bounds are binomial, each with a false-alarm rate of one in a thousand, were the nominal rate the true one.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from copsim.measures.outcomes import MAIN, OUTCOMES
from copsim.measures.weekly import runs_table
from copsim.pages import words
from copsim.scenarios.reading import load_scenario
from copsim.studies.compare import judged
from copsim.studies.ensemble import run_arms
from copsim.studies.pairing import differences, interval
from copsim.studies.planning import arms_of, worlds_of
from copsim.studies.result import Comparison

REFERENCE, AGAIN = "baseline", "baseline-again"
RIVALS = ("engaged-sponsor", "distributed-leadership")
FALSE_ALARM = 0.001
A_SEED = 1_000
WEEKS = 156
SHARES = tuple(key for key, outcome in OUTCOMES.items() if outcome.unit == "0/1")
OTHERS = ("core_end", "members_end", "hours", "value_per_cost")


@cache
def runs_of(name: str, weeks: int, seed: int, replicates: int = A_SEED) -> pd.DataFrame:
    """Return the outcomes of a scenario in plausible worlds, a row a replicate."""
    arms = arms_of((load_scenario(name),), weeks, None, worlds_of(seed, replicates))
    return runs_table({name: run_arms(arms, replicates, seed)[0].lives()})


def pool(name: str, weeks: int, seeds: range) -> pd.DataFrame:
    """Return the runs of several seeds, one below the other."""
    return pd.concat([runs_of(name, weeks, seed) for seed in seeds], ignore_index=True)


def side_by_side(arms: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the runs table of a study whose scenarios have these runs, the reference first."""
    table = pd.concat(arms.values(), ignore_index=True)
    sizes = [len(arm) for arm in arms.values()]
    table["scenario"] = pd.Categorical.from_codes(np.repeat(range(len(arms)), sizes), list(arms))
    table["replicate"] = np.concatenate([np.arange(size) for size in sizes])
    return table


def studied(arms: dict[str, pd.DataFrame], weeks: int) -> Comparison:
    """Return what `compare` makes of these runs."""
    cast = tuple(replace(load_scenario(REFERENCE), name=name) for name in arms)
    runs = side_by_side(arms)
    about = {"replicates": len(arms[REFERENCE]), "weeks": weeks}
    return judged(cast, runs, runs.iloc[:0], 1, True, None, about)


def null_arms(runs: pd.DataFrame, pairs: int, studies: int) -> Iterator[dict[str, pd.DataFrame]]:
    """Yield arms of studies of the reference against itself, each on runs of its own, luck and worlds unpaired."""
    for first in range(0, 2 * pairs * studies, 2 * pairs):
        one, other = runs.iloc[first : first + pairs], runs.iloc[first + pairs : first + 2 * pairs]
        yield {REFERENCE: one, AGAIN: other}


def claims(comparison: Comparison) -> set[str]:
    """Return the main outcomes on which the verdict says better, worse, more or fewer."""
    claimed = {key for key in MAIN if any(row.finding.side for row in words.differences(comparison, key))}
    finding = comparison.verdict.finding
    assert finding is not None
    assert bool(finding.side) == (MAIN[0] in claimed)  # the headline and the table say the same
    return claimed


def covered(table: pd.DataFrame, truth: pd.DataFrame) -> "pd.Series[bool]":
    """Return, by scenario and outcome, whether the interval holds the true difference."""
    rows, true = (one.set_index(["scenario", "outcome"]) for one in (table, truth))
    return (rows["low"] <= true["difference"]) & (true["difference"] <= rows["high"])


def experiments(arms: dict[str, pd.DataFrame], pairs: int, number: int) -> Iterator[pd.DataFrame]:
    """Yield the runs of disjoint paired studies."""
    for k in range(number):
        yield side_by_side({name: runs.iloc[k * pairs : (k + 1) * pairs] for name, runs in arms.items()})


def drawn(arms: dict[str, pd.DataFrame], pairs: int, number: int) -> Iterator[pd.DataFrame]:
    """Yield the runs of paired studies drawn from a pool whose own mean difference is the truth."""
    draw, size = np.random.default_rng(1), len(arms[REFERENCE])
    for _ in range(number):
        rows = draw.integers(0, size, pairs)
        yield side_by_side({name: runs.iloc[rows] for name, runs in arms.items()})


def least(number: int, share: float = 0.95) -> int:
    """Return the fewest hits in so many trials that a true share allows."""
    return int(binom.ppf(FALSE_ALARM, number, share))


def most(number: int, share: float = 0.95) -> int:
    """Return the most hits in so many trials that a true share allows."""
    return int(binom.ppf(1.0 - FALSE_ALARM, number, share))


def check_coverage(studies: list[pd.DataFrame], truth: pd.DataFrame) -> None:
    """Repeat a study; single intervals hold the truth in 95 % of repeats, the family of the main outcomes together too.

    Single intervals of main outcomes are held to both ends of the band; 0/1 outcomes are safe by intent, and the family by
    Bonferroni, so they are held to the lower end.
    """
    number = len(studies)
    single = pd.DataFrame([covered(differences(runs, REFERENCE, ()), truth) for runs in studies]).sum()
    for (scenario, key), hits in single.items():
        if key in MAIN + SHARES + OTHERS:
            assert least(number) <= hits, (scenario, key, hits)
        if key in MAIN:
            assert hits <= most(number), (scenario, key, hits)
    together = pd.DataFrame([covered(differences(runs, REFERENCE, MAIN), truth) for runs in studies])
    main = [column for column in together.columns if column[1] in MAIN]
    assert len(main) == len(MAIN) * len(RIVALS)
    assert least(number) <= together[main].all(axis=1).sum()


def test_null_pairs_claim_little() -> None:
    """100 verdicts at the true rate of 5 % claim at most 12 times (binomial, 1 in 1,000)."""
    weeks, pairs, studies = 40, 10, 100
    runs = pool(REFERENCE, weeks, range(1, 3))
    claimed = [claims(studied(arms, weeks)) for arms in null_arms(runs, pairs, studies)]
    assert sum(map(bool, claimed)) <= most(studies, 0.05)


def test_null_studies_are_independent_of_each_other() -> None:
    """Other seeds have other luck and other worlds: the runs of two seeds do not move together."""
    one, other = (runs_of(REFERENCE, 40, seed)["cost"].to_numpy(float) for seed in (1, 2))
    assert abs(np.corrcoef(one, other)[0, 1]) < 4.0 / A_SEED**0.5


def test_intervals_of_small_studies_hold_the_truth() -> None:
    """100 studies of 40 pairs: at least 87 hold the truth (95 %, 1 in 1,000)."""
    arms = {name: runs_of(name, 78, 1, 500) for name in (REFERENCE, *RIVALS)}
    check_coverage(list(drawn(arms, 40, 100)), differences(side_by_side(arms), REFERENCE, ()))


@pytest.mark.verify
@pytest.mark.parametrize("pairs", [2, 25])
def test_at_most_five_percent_of_a_thousand_null_verdicts_claim_a_difference(pairs: int) -> None:
    """Same scenario, independent luck and worlds, down to the two pairs that are the fewest with a verdict.

    A verdict speaks of three outcomes, whose intervals hold together, so 5 % is what the whole may claim. Asked is 50 of
    1,000; 36 claimed with two pairs and 21 with 25 when this was written. At a true rate of 3 % it fails once in 4,000.
    """
    runs = pool(REFERENCE, WEEKS, range(1, 51))
    claimed = [claims(studied(arms, WEEKS)) for arms in null_arms(runs, pairs, 1_000)]
    print(f"{pairs} pairs:", sum(map(bool, claimed)), {key: sum(key in c for c in claimed) for key in MAIN})
    assert sum(map(bool, claimed)) <= 50


@pytest.mark.verify
@pytest.mark.parametrize("pairs", [2, 25])
def test_no_single_outcome_claims_more_than_its_share(pairs: int) -> None:
    """Every outcome, one at a time, in 1,000 null studies: at most 73 intervals without zero (5 %, 1 in 1,000)."""
    runs = pool(REFERENCE, WEEKS, range(1, 51))
    tables = [
        differences(side_by_side(arms), REFERENCE, ()).set_index("outcome")[["low", "high"]]
        for arms in null_arms(runs, pairs, 1_000)
    ]
    apart = sum(((table["low"] > 0) | (table["high"] < 0)).astype(int) for table in tables)
    assert isinstance(apart, pd.Series)
    print(f"{pairs} pairs:", apart.to_dict())
    assert apart.max() <= most(1_000, 0.05), apart


@pytest.mark.verify
def test_intervals_hold_the_true_difference() -> None:
    """300 studies of 40 pairs; the truth from 5,000 pairs of other seeds, whose own error costs 0.1 % of coverage."""
    names = (REFERENCE, *RIVALS)
    arms = {name: pool(name, WEEKS, range(1, 13)) for name in names}
    other = {name: pool(name, WEEKS, range(13, 18)) for name in names}
    check_coverage(list(experiments(arms, 40, 300)), differences(side_by_side(other), REFERENCE, ()))


@pytest.mark.verify
@pytest.mark.parametrize("rival", RIVALS)
@pytest.mark.parametrize("key", MAIN)
@pytest.mark.parametrize("pairs", [40, 200])
def test_coverage_more_narrowly(rival: str, key: str, pairs: int) -> None:
    """4,000 studies drawn from 17,000 pairs whose mean is the truth: at least 93.9 % (95 %, 1 in 1,000)."""
    a, b = (pool(name, WEEKS, range(1, 18))[key].to_numpy(float) for name in (rival, REFERENCE))
    pool_of_pairs, drawing = a - b, np.random.default_rng(1)
    truth, hits = pool_of_pairs.mean(), 0
    for _ in range(4_000):
        low, high = interval(drawing.choice(pool_of_pairs, pairs), 0.95)
        hits += low <= truth <= high
    print(rival, key, pairs, hits / 4_000)
    assert least(4_000) <= hits
