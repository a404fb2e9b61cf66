"""Resampling of rows and columns, and what it takes luck out of."""

import numpy as np

from copsim.analysis.resampling import averaged, draws, interval, without_luck


def variance(columns):
    return np.var(columns, axis=0)[None]


def test_one_fewer_replicates_are_drawn_and_at_least_two_differ():
    drawn = list(draws(np.random.default_rng(1), 5, 3, 200))
    assert all(len(rows) == 5 and rows.min() >= 0 and rows.max() < 5 for rows, _ in drawn)
    assert all(counts.sum() == 2 and np.count_nonzero(counts) == 2 for _, counts in drawn)
    assert all(counts.tolist() == [1, 1] for _, counts in draws(np.random.default_rng(1), 5, 2, 9))


def test_the_mean_counts_replicates_as_often_as_they_were_drawn():
    assert averaged(np.array([[1.0, 4.0, 7.0]]), np.array([2, 1, 0])).tolist() == [2.0]


def test_luck_is_taken_out_of_a_variance_pair_by_pair():
    y = np.random.default_rng(2).normal(size=(50, 4))
    every = np.ones(4, np.int64)
    pairs = [np.cov(y[:, a], y[:, b], bias=True)[0, 1] for a in range(4) for b in range(4) if a != b]
    assert np.isclose(without_luck(variance, y, every)[0], np.mean(pairs), rtol=1e-12)
    twice = np.array([2, 1, 0, 1])  # a replicate that was drawn twice is not paired with itself
    weights = {(a, b): twice[a] * twice[b] for a in range(4) for b in range(4) if a != b}
    wanted = sum(w * np.cov(y[:, a], y[:, b], bias=True)[0, 1] for (a, b), w in weights.items()) / sum(weights.values())
    assert np.isclose(without_luck(variance, y, twice)[0], wanted, rtol=1e-12)


def test_of_one_replicate_luck_stays():
    y = np.random.default_rng(3).normal(size=(50, 1))
    assert without_luck(variance, y, np.array([1]))[0] == np.var(y)


def test_the_interval_is_the_middle():
    low, high = interval(np.arange(1001.0)[:, None])
    assert np.allclose([low, high], [[25.0], [975.0]])
