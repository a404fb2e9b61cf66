"""Paired statistics on made numbers: intervals by hand and by repetition, what bounds them, and what pairing gains."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, t, ttest_1samp

from copsim.measures.outcomes import MAIN, OUTCOMES
from copsim.studies.pairing import (
    differences,
    drawn_out,
    interval,
    interval_of_shares,
    sample_skewness,
    share_better,
    variance_ratio,
)

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda value: round(value, 3))
SAMPLES = st.lists(NUMBERS, min_size=2, max_size=60).map(np.array)
CONFIDENCES = st.sampled_from([0.8, 0.95, 0.99, 1.0 - 0.05 / 33])


def willink(reach: float, lean: float) -> float:
    """Return the published transformation, which draws in one side and draws out the other."""
    return float((np.cbrt(1.0 + 6.0 * lean * (reach - lean)) - 1.0) / (2.0 * lean))


def test_a_symmetric_sample_has_the_interval_of_t() -> None:
    values = np.array([-3.0, -1.0, 0.5, 2.0, 4.0])
    expected = ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert interval(values, 0.95) == pytest.approx((expected.low, expected.high), rel=1e-12)


def test_a_skewed_sample_by_hand() -> None:
    """Deviations of the mean 3 are -2, five times, and 10: squares add to 120, cubes to 960."""
    values = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 13.0])
    n, mean, spread = 6, 3.0, math.sqrt(24.0)
    lean = (6 * (5 * -8.0 + 1000.0) / (5 * 4)) / (6.0 * math.sqrt(n) * spread**3)
    reach = t.ppf(0.975, 5)
    low, high = interval(values, 0.95)
    assert low == pytest.approx(mean - reach * spread / math.sqrt(n), rel=1e-12)
    assert high == pytest.approx(mean - willink(-reach, lean) * spread / math.sqrt(n), rel=1e-12)
    assert high - mean > 2.0 * (mean - low)


@given(SAMPLES, CONFIDENCES)
def test_an_interval_is_never_inside_that_of_t(values: np.ndarray, confidence: float) -> None:
    low, high = interval(values, confidence)
    error = values.std(ddof=1) / math.sqrt(len(values))
    half = float(t.ppf(0.5 + confidence / 2, len(values) - 1)) * error
    slack = 1e-9 * (1.0 + half + abs(values).max())
    assert low <= values.mean() - half + slack
    assert high >= values.mean() + half - slack
    assert math.isfinite(low)
    assert math.isfinite(high)


@given(SAMPLES, CONFIDENCES)
def test_an_interval_turns_with_its_sample(values: np.ndarray, confidence: float) -> None:
    low, high = interval(values, confidence)
    mirrored = interval(-values, confidence)
    assert (low, high) == pytest.approx((-mirrored[1], -mirrored[0]), rel=1e-9, abs=1e-6)


@given(SAMPLES, NUMBERS, st.floats(0.1, 1000.0))
def test_an_interval_moves_and_grows_with_its_sample(values: np.ndarray, by: float, times: float) -> None:
    low, high = interval(values, 0.95)
    slack = 1e-6 * times * (1.0 + abs(values).max() + abs(by))
    assert interval(times * values + by, 0.95) == pytest.approx((times * low + by, times * high + by), abs=slack)


@given(SAMPLES)
def test_more_confidence_is_wider(values: np.ndarray) -> None:
    (low, high), (lower, higher) = interval(values, 0.95), interval(values, 0.999)
    assert lower <= low <= high <= higher


@given(st.floats(1.0, 100.0), st.floats(0.0, 1.0 / 6.0))
def test_the_longer_side_is_the_published_one(reach: float, lean: float) -> None:
    assert drawn_out(reach, 0.0) == pytest.approx(reach, rel=1e-12)
    if lean > 1e-3:
        assert drawn_out(reach, lean) == pytest.approx(max(reach, -willink(-reach, lean)), rel=1e-9)


def test_no_interval_of_fewer_than_two_and_a_point_where_nothing_varies() -> None:
    assert all(map(math.isnan, (*interval(np.array([3.0]), 0.95), *interval_of_shares(np.array([1.0]), 0.95))))
    assert interval(np.full(7, 2.5), 0.95) == (2.5, 2.5)
    assert sample_skewness(np.full(7, 2.5)) == 0.0


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=2, max_size=80).map(np.array), CONFIDENCES)
def test_shares_keep_within_bounds_hold_their_mean_and_are_no_point(values: np.ndarray, confidence: float) -> None:
    low, high = interval_of_shares(values, confidence)
    assert -1.0 <= low < high <= 1.0
    assert low <= values.mean() <= high


DISTRIBUTIONS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda draw, n: draw.normal(1.0, 2.0, n),
    "uniform": lambda draw, n: draw.uniform(0.5, 1.5, n),
    "skewed": lambda draw, n: draw.exponential(1.0, n),
    "skewed the other way": lambda draw, n: 2.0 - draw.exponential(1.0, n),
    "heavy": lambda draw, n: 1.0 + draw.standard_t(3, n),
    "mostly nothing": lambda draw, n: (draw.random(n) < 0.2) * draw.exponential(5.0, n),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_an_interval_holds_the_mean_in_its_share_of_samples(name: str) -> None:
    """2,000 samples of 40: at least 1,870 hold it (95 %, 1 in 1,000), at most 99 %. A t interval fails on the skewed."""
    draw, number = np.random.default_rng(1), 2_000
    samples = (DISTRIBUTIONS[name](draw, 40) for _ in range(number))
    hits = sum(low <= 1.0 <= high for low, high in (interval(sample, 0.95) for sample in samples))
    assert binom.ppf(0.001, number, 0.95) <= hits <= 0.99 * number


@pytest.mark.parametrize("pairs", [2, 5, 10, 40])
@pytest.mark.parametrize(("more", "less"), [(0.5, 0.5), (0.3, 0.1), (0.02, 0.0), (0.9, 0.8), (1.0, 0.0)])
def test_an_interval_of_shares_holds_the_true_difference(pairs: int, more: float, less: float) -> None:
    draw, number = np.random.default_rng(1), 1_000
    made = (draw.random((number, pairs)) < more) * 1.0 - (draw.random((number, pairs)) < less)
    hits = sum(low <= more - less <= high for low, high in (interval_of_shares(row, 0.95) for row in made))
    assert binom.ppf(0.001, number, 0.95) <= hits


def runs_of(**arms: list[float]) -> pd.DataFrame:
    """Return a runs table in which every outcome of an arm has these values."""
    parts = [pd.DataFrame({"scenario": name, **dict.fromkeys(OUTCOMES, values)}) for name, values in arms.items()]
    table = pd.concat(parts, ignore_index=True)
    table["scenario"] = pd.Categorical(table["scenario"], list(arms))
    return table


def test_main_outcomes_hold_together_and_the_others_alone() -> None:
    runs = runs_of(base=[0.0, 0.0, 0.0, 0.0], one=[1.0, 2.0, 4.0, 9.0], two=[1.0, 2.0, 3.0, 4.0])
    table = differences(runs, "base", MAIN).set_index(["scenario", "outcome"])
    values = np.array([1.0, 2.0, 4.0, 9.0])
    assert tuple(table.loc[("one", "cost"), ["low", "high"]]) == interval(values, 1.0 - 0.05 / (2 * len(MAIN)))
    assert tuple(table.loc[("one", "hours"), ["low", "high"]]) == interval(values, 0.95)
    assert set(table.loc[[("one", key) for key in MAIN], "interval"]) == {"simultaneous"}
    assert table.loc[("one", "hours"), "interval"] == "single"


def test_outcomes_of_0_or_1_have_an_interval_of_shares() -> None:
    table = differences(runs_of(base=[0.0] * 10, one=[0.0] * 10), "base", MAIN).set_index("outcome")
    assert tuple(table.loc["ended", ["low", "high"]]) == interval_of_shares(np.zeros(10), 0.95)
    assert tuple(table.loc["hours", ["low", "high"]]) == (0.0, 0.0)


def test_pairs_with_an_empty_value_are_left_out_and_counted() -> None:
    runs = runs_of(base=[1.0, 2.0, math.nan, 4.0], one=[2.0, math.nan, 5.0, 7.0])
    row = differences(runs, "base", MAIN).set_index("outcome").loc["cost"]
    assert (row["replicates"], row["mean"], row["reference_mean"], row["difference"]) == (2, 4.5, 2.5, 2.0)


@pytest.mark.parametrize(("better", "expected"), [(1, 0.625), (0, 0.625), (-1, 0.375)])
def test_ties_are_half_better(better: int, expected: float) -> None:
    assert share_better(np.array([2.0, 1.0, 0.0, -1.0]), better) == expected


def test_variance_ratio_by_hand() -> None:
    a, b = np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])
    assert variance_ratio(a, b) == pytest.approx(2.0)
    assert variance_ratio(a, a + 1.0) == math.inf
    assert variance_ratio(np.ones(3), np.ones(3)) == 1.0
    assert math.isnan(variance_ratio(np.ones(1), np.ones(1)))
