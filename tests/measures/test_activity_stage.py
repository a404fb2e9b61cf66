"""The stage read from activity, by hand; renewals."""

import numpy as np

from copsim.measures.activity_stage import STAGES, activity_stages, trailing_mean
from copsim.measures.rhythms import renewals


def names(active, regulars):
    return [STAGES[stage] for stage in activity_stages(np.array(active), np.array(regulars))]


def test_a_life_from_potential_to_ended():
    active = [1] * 3 + [4] * 24 + [0] * 14
    stages = names(active, [0] * 3 + [2] * 38)
    assert stages[:3] == ["potential"] * 3
    assert stages[3:15] == ["coalescing"] * 12
    assert stages[15:19] == ["maturing"] * 4  # half-year means 4 against 1.75, 2.2, 2.5 and 3 a year before
    assert stages[19:34] == ["sustaining"] * 15  # 4 against 3.5 is under 15 %; silence since month 27
    assert stages[34:38] == ["transforming"] * 4  # the year's mean falls to 4/3, under 0.4 of 4
    assert stages[38:] == ["ended"] * 3  # twelve silent months


def test_potential_until_two_regulars_once():
    assert names([5] * 4, [1, 1, 2, 0]) == ["potential", "potential", "coalescing", "coalescing"]


def test_growth_below_the_peak_is_no_maturing():
    active = [20] * 14 + [8] * 14 + [12] * 8
    assert "maturing" not in names(active, [2] * 36)[12:]


def test_growth_of_exactly_fifteen_percent_is_no_maturing():
    assert names([20] * 12 + [23] * 12, [2] * 24)[17:] == ["sustaining"] * 7


def test_a_return_from_the_end():
    stages = names([3] * 6 + [0] * 12 + [3] * 5, [2] * 23)  # year's means 1/4 to 5/4 against 0.4 of 3
    assert stages[-6:] == ["ended"] + ["transforming"] * 4 + ["sustaining"]


def test_renewal_is_a_recovery_to_80_percent_of_an_earlier_peak():
    assert renewals(np.array([5] * 12 + [1] * 12 + [5] * 12)) == 1
    assert renewals(np.array([5] * 12 + [1] * 12 + [3] * 12)) == 0
    assert renewals(np.array([3] * 12 + [0] * 12 + [3] * 12)) == 0  # peaks under four people do not count


def test_trailing_mean_is_missing_below_the_least_number():
    assert trailing_mean(np.array([1, 3, 5]), 2).tolist() == [1, 2, 4]
    assert np.isnan(trailing_mean(np.array([1, 3, 5]), 3, least=2)).tolist() == [True, False, False]
