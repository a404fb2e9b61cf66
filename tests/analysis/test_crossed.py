"""Effects in a full grid: shares by hand, points that stand twice, and how often luck alone is told."""

import numpy as np
import pytest

from copsim.analysis import crossed


def test_points_become_levels_whatever_their_order():
    x = np.array([[2, 1], [1, 1], [1, 3], [2, 3], [1, 1]], float)
    y = np.arange(5.0)[:, None] * [1, 10]
    assert crossed.crossed(y, x)[..., 0].tolist() == [[1, 2], [0, 3]]
    assert crossed.crossed(y[:3], x[:3]) is None


def test_shares_without_luck_are_those_of_the_table():
    cells = np.add.outer([0.0, 2.0], [0.0, 1.0, 2.0])[..., None] + np.zeros(4)
    alone, total, change = crossed.grid(cells, np.random.default_rng(1), 20)
    assert alone.value == pytest.approx([0.6, 0.4])  # variances 1 and 2/3
    assert total.value == pytest.approx([0.6, 0.4])
    assert change.value.tolist() == change.low.tolist() == [2, 2]
    assert [end.agreeing for end in crossed.extremes(cells, np.array([[0, 0], [1, 2.0]]))] == [4, 4]


@pytest.mark.parametrize("replicates", [4, 20])
def test_luck_alone_is_told_in_few_of_a_hundred(replicates):
    """200 experiments at 5 %: more than 20 alarms come once in a thousand test runs (binomial), of each index."""
    rng = np.random.default_rng(7)
    alarms = np.zeros(4)
    for _ in range(200):
        world = 2 * rng.normal(size=replicates) * np.linspace(0, 1, 3)[:, None]  # the second factor works both ways
        cells = rng.standard_gamma(1, (4, 3, replicates)) + world
        alarms += [crossed._beyond_luck(effect) for effect in crossed._effects(cells)]
    assert alarms.max() <= 20
