"""Goals by hand: means, worst worlds, regret, constraints, fronts."""

import numpy as np
import pytest

from copsim.optimising.goals import REGRET, WORST, Constraint, Goal, front

VALUES = np.array([4.0, 1.0, 3.0, 2.0, 10.0, 7.0, 6.0, 9.0, 8.0, 5.0])
NONE = np.zeros(10)


@pytest.mark.parametrize(
    ("sign", "share", "wanted"), [(1, 0.2, 1.5), (-1, 0.2, 9.5), (1, 1.0, 5.5), (1, 0.1, 1.0), (1, 0.25, 1.8)]
)
def test_the_worst_share_is_its_mean(sign, share, wanted):
    """Of 2.5 worlds the third counts half: (1 + 2 + 3 / 2) / 2.5."""
    goal = Goal("cost", sign, WORST, share)
    assert goal.value(goal.terms(VALUES, NONE)) == pytest.approx(wanted)


def test_regret_is_how_far_the_best_of_each_world_is():
    goal = Goal("cost", -1, REGRET, 0.2)
    best = -np.minimum(VALUES, 3.0)
    assert goal.value(goal.terms(VALUES, best)) == pytest.approx((7 + 6) / 2)
    assert goal.value(goal.terms(np.minimum(VALUES, 3.0), best)) == 0.0


def test_the_mean_is_the_outcome_itself():
    assert Goal("cost", -1).terms(VALUES, NONE).tolist() == (-VALUES).tolist()


def test_constraints():
    assert Constraint("cost", 1, 5.0).excess(VALUES, NONE) == pytest.approx(0.1)
    assert Constraint("cost", -1, 5.0).excess(VALUES, NONE) == pytest.approx(-0.1)
    assert Constraint("cost", 1, None).excess(VALUES, VALUES + 1) < 0
    assert Constraint("cost", 1, 0.0).excess(VALUES, NONE) == pytest.approx(5.5)


def test_a_front_holds_what_no_other_beats():
    values = np.array([[1.0, 5.0], [2.0, 4.0], [1.5, 4.0], [3.0, 1.0], [3.0, 1.0], [0.0, 0.0]])
    assert front(values).tolist() == [True, True, False, True, True, False]
