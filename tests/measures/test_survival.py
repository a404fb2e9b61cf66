"""Kaplan-Meier by hand."""

import numpy as np

from copsim.measures.survival import staying, staying_months

DAYS = np.array([40, 0, 10, 30, 20, 50])
LEFT = np.array([False, True, False, True, True, False])


def test_product_of_shares_that_stay_blank_below_five_at_risk():
    curve = staying(DAYS, LEFT, np.array([0.0, 5.0, 10.0, 15.0]))
    assert curve[:3].tolist() == [1 - 1 / 6] * 3  # the one of day 10 is censored
    assert np.isnan(curve[3])  # four people are at risk


def test_later_factors_use_the_people_still_at_risk():
    many, left = np.tile(DAYS, 5), np.tile(LEFT, 5)
    at_30 = staying(many, left, np.array([30.0]))[0]
    assert np.isclose(at_30, (25 / 30) * (15 / 20) * (10 / 15))


def test_months_are_30_4375_days():
    days, left = np.repeat([30, 31], 5), np.repeat([True, False], 5)
    assert staying_months(days, left, (1,)).tolist() == [0.5]
    assert staying_months(days, left, (0,)).tolist() == [1]


def test_nobody_gives_nothing():
    assert np.isnan(staying(np.array([], int), np.array([], bool), np.array([0.0]))).all()
