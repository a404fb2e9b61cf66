"""The latent level of a community's months: steady records, growth, a peak that is over, and the arithmetic by hand."""

import numpy as np
import pytest

from copsim.studies.filtering import ACTIVITY, ARRIVALS, filtered, grown, level_of, smoothed


def test_a_steady_record_is_expected_to_go_on():
    level = level_of([20] * 48, [4] * 48)
    assert level.acting == pytest.approx(20, rel=0.1)
    assert level.newcomers == pytest.approx(4, rel=0.15)
    assert 0.03 < level.deviation < 0.15**0.5
    assert filtered(ACTIVITY, [20] * 48, [20] * 48).surprise == pytest.approx(0, abs=0.1)


def test_one_month_by_hand():
    found = filtered(ACTIVITY, [10, 20], [10, 20])
    mean = (0.85 + 0.12) * 10
    gain = 0.15 / (0.15 + 1 / mean + 0.01)
    assert found.surprise == pytest.approx(0.9 * gain * (20 - mean) / mean)
    assert found.variance == pytest.approx(0.81 * 0.15 * (1 - gain) + 0.001)
    fast, slow = 10 + 0.4 * 10, 10 + 0.5 * 10
    assert found.ahead[0] == pytest.approx((0.85 * fast + 0.12 * slow) * np.exp(found.surprise), rel=1e-5)


def test_newcomers_follow_their_own_record_and_weakly_those_who_act():
    few, many = (filtered(ARRIVALS, [2] * 24, [n] * 24).mean for n in (10, 20))
    assert few < many < 2 * few
    assert filtered(ARRIVALS, [6] * 24, [10] * 24).mean > 2 * few


def test_what_came_lately_counts_most_and_a_month_of_luck_does_not_rule():
    steady, risen, once = [10] * 36, [10] * 30 + [20] * 6, [10] * 35 + [20]
    levels = [level_of(months, [2] * 36).acting for months in (steady, once, risen)]
    assert levels == sorted(levels)
    assert levels[2] > 1.6 * levels[0]
    assert levels[1] < 1.5 * levels[0]


def test_a_peak_that_is_over_is_forgotten():
    assert level_of([30] * 30 + [0] * 6, [3] * 30 + [0] * 6).acting < 3


def test_smoothing_and_growth_by_roots_are_those_of_the_logarithm():
    counts, level = [5, 3, 8, 2, 0, 4, 6], np.log1p(5)
    for count in counts:
        level += 0.375 * (np.log1p(count) - level)
    assert smoothed(counts) == pytest.approx(np.expm1(level))
    assert [grown(a) for a in (-0.7, 0.0, 0.7)] == pytest.approx(np.exp([-0.7, 0, 0.7]), rel=1e-5)
