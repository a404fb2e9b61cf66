"""Indices against SALib's own, without the luck of replicates, and the coverage of their intervals."""

import numpy as np
import pytest
from scipy.stats import binom

from copsim.analysis import estimators

WEIGHTS = np.array([3.0, 2.0, 1.0, 0.0])
FIRST = WEIGHTS**2 / (WEIGHTS**2).sum()
ISHIGAMI = ([0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437], 13.845)
"""First and total indices, and the variance, for a = 7, b = 0.1 (Sobol and Levitan, 1999)."""


def problem(factors):
    return {"num_vars": factors, "names": [str(n) for n in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def saltelli(factors, points, seed):
    from SALib.sample import sobol

    return sobol.sample(problem(factors), points, calc_second_order=False, seed=seed)


def trajectories(factors, number, seed):
    from SALib.sample import morris

    return morris.sample(problem(factors), number, num_levels=4, seed=seed)


def ishigami(x):
    a = np.pi * (2 * x - 1)
    return np.sin(a[:, 0]) + 7 * np.sin(a[:, 1]) ** 2 + 0.1 * a[:, 2] ** 4 * np.sin(a[:, 0])


def straight(x):
    return x @ WEIGHTS


def blocks(y, factors, extra=2):
    return y.reshape(-1, factors + extra, y.shape[-1])


def test_of_one_replicate_sobol_indices_are_those_of_salib():
    from SALib.analyze import sobol

    y = ishigami(saltelli(3, 64, 1))
    wanted = sobol.analyze(problem(3), y, calc_second_order=False, seed=1)
    first, total = estimators.sobol(blocks(y[:, None], 3), np.random.default_rng(1), 50)
    assert np.allclose(first.value, wanted["S1"], rtol=1e-9)
    assert np.allclose(total.value, wanted["ST"], rtol=1e-9)
    assert (first.low <= first.value).all() and (total.value <= total.high).all()


def test_indices_do_not_hang_on_the_scale_of_the_outcome():
    y = blocks(ishigami(saltelli(3, 64, 1))[:, None] + np.random.default_rng(1).normal(size=(320, 3)), 3)
    one, other = (estimators.sobol(made, np.random.default_rng(1), 50) for made in (y, 1e-9 * y + 3e-7))
    assert all(np.allclose(getattr(a, key), getattr(b, key), rtol=1e-6) for a, b in zip(one, other, strict=True)
               for key in ("value", "low", "high"))  # fmt: skip


def test_luck_does_not_raise_the_total_index_of_a_factor_that_does_nothing():
    """Mean over 60 experiments, within 4 standard errors of 0 (false alarm 1 in 16,000); without the correction it is 0.4."""
    found, naive = [], []
    for seed in range(60):
        rng = np.random.default_rng([7, seed])
        y = blocks(straight(saltelli(4, 64, seed + 1))[:, None] + 2 * rng.normal(size=(384, 4)), 4)
        made = estimators.sobol(y, rng, 40)
        if made:
            found.append(made[1].value[3])
        parts = estimators._parts(y.mean(2)[..., None])[:, 0]
        naive.append(parts[7] / parts[8])
    assert len(found) > 50
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found))
    assert np.mean(naive) > 0.3


def test_of_luck_alone_there_is_no_sobol_index():
    """Wrong in at most 1 of 40 experiments each; more than 5 of 30 have a chance under 1 in 1,000."""
    given = [estimators.sobol(np.random.default_rng([8, n]).normal(size=(64, 5, 5)), np.random.default_rng(n), 60)
             for n in range(30)]  # fmt: skip
    assert sum(bool(found) for found in given) <= 5


def test_morris_is_that_of_salib():
    from SALib.analyze import morris

    x = trajectories(4, 12, 1)
    y = straight(x) + 2 * x[:, 0] * x[:, 1]
    wanted = morris.analyze(problem(4), x, y, num_resamples=2, seed=1)
    star, mu, sigma = estimators.morris(y.reshape(12, 5, 1), x.reshape(12, 5, 4), np.random.default_rng(1), 50)
    of_each = estimators.effects(y.reshape(12, 5, 1), x.reshape(12, 5, 4))[:, :, 0]
    for found, key in ((star, "mu_star"), (mu, "mu"), (sigma, "sigma")):
        assert np.allclose(found.value, np.asarray(wanted[key], float), rtol=1e-9, atol=1e-9)
    assert np.allclose(np.abs(of_each).mean(0), np.asarray(wanted["mu_star"], float), rtol=1e-9, atol=1e-9)
    assert not star.told.any()  # one replicate tells nothing from luck


def test_morris_takes_luck_out_of_sigma_and_says_what_it_adds_to_mu_star():
    x = trajectories(4, 40, 2)
    y = straight(x)[:, None] + np.random.default_rng(3).normal(size=(200, 6))
    star, mu, sigma = estimators.morris(y.reshape(40, 5, 6), x.reshape(40, 5, 4), np.random.default_rng(1), 200)
    assert star.told.tolist() == [True, True, True, False]
    assert mu.low[3] < 0 < mu.high[3]
    luck = np.sqrt(2 / 6) * 1.5  # deviation of an effect: two means of six, over a step of two thirds
    assert np.all(sigma.value < 0.6 * luck)
    assert np.all(abs(star.noise - luck * np.sqrt(2 / np.pi)) < 0.4 * luck)


def test_pawn_tells_factors_from_random_ones():
    rng = np.random.default_rng(4)
    x = rng.random((400, 4))
    y = straight(x)[:, None] + rng.normal(size=(400, 3))
    (found,) = estimators.pawn(y[:, None], x[:, None], rng, 10)
    assert found.told[0]
    assert found.value[0] > found.value[1] > found.value[3]
    assert np.all((found.low <= found.value) & (found.value <= found.high))


def test_pawn_divides_few_values_in_equal_parts():
    rng = np.random.default_rng(5)
    x = np.repeat([[0.0], [1.0]], 60, axis=0)
    ranks = estimators._ranks(x, rng)
    assert sorted(ranks[:60, 0]) == list(range(60))
    # all but 0.5: one half against the whole
    assert estimators._pawn(ranks, 10.0 * x[:, 0] + rng.random(120))[0] > 0.45


def luck_of(kind, x, deviation, replicates, rng):
    """Return luck of each run alone, or half of it such, half by slopes that a replicate has, and a shift of its own."""
    own = rng.normal(size=(len(x), replicates))
    if kind == "own":
        return deviation * own
    slopes = np.sqrt(12 / x.shape[1]) * (x - 0.5) @ rng.normal(size=(x.shape[1], replicates))
    return deviation * (2 * rng.normal(size=replicates) + np.sqrt(0.5) * slopes + np.sqrt(0.5) * own)


CASES = [
    pytest.param(ishigami, ISHIGAMI, "own", 5, 1.0, id="ishigami-own"),
    pytest.param(ishigami, ISHIGAMI, "shared", 5, 0.5, id="ishigami-shared"),
    pytest.param(straight, (FIRST, FIRST, 14 / 12), "own", 4, 2.0, id="straight-own"),
    pytest.param(straight, (FIRST, FIRST, 14 / 12), "shared", 10, 1.0, id="straight-shared"),
]


@pytest.mark.verify
@pytest.mark.parametrize(("function", "truth", "kind", "replicates", "share"), CASES)
def test_intervals_of_sobol_indices_cover_the_truth(function, truth, kind, replicates, share):
    """95 of 100 or more; 120 experiments each, so few hits that 95 of 100 gives them in 1 of 10,000 cases fail."""
    first, total, variance = truth
    factors, hits, made, false = len(first), np.zeros((2, len(first))), 0, 0
    for seed in range(120):
        rng = np.random.default_rng([9, seed])
        x = saltelli(factors, 128, int(rng.integers(2**31)))
        y = function(x)[:, None] + luck_of(kind, x, np.sqrt(share * variance), replicates, rng)
        found = estimators.sobol(blocks(y, factors), rng, 300)
        if found:
            made += 1
            for n, (index, true) in enumerate(zip(found, (first, total), strict=True)):
                hits[n] += (index.low <= true) & (true <= index.high)
            false += int(found[1].told[-1]) if total[-1] == 0 else 0
    print(function.__name__, kind, replicates, (hits / made).round(3).tolist(), false, made)
    assert made > 100
    assert hits.min() >= binom.ppf(1e-4, made, 0.95)
    assert false <= binom.ppf(1 - 1e-4, made, 0.05)


@pytest.mark.verify
def test_intervals_of_morris_cover_the_truth():
    """The factors that do something: their mu_star and mu are their weights; 120 experiments as above."""
    hits, told = np.zeros((2, 3)), 0
    for seed in range(120):
        rng = np.random.default_rng([10, seed])
        x = trajectories(4, 20, int(rng.integers(2**31)))
        y = straight(x)[:, None] + luck_of("shared", x, 0.5, 8, rng)
        star, mu, _ = estimators.morris(y.reshape(20, 5, 8), x.reshape(20, 5, 4), rng, 300)
        hits += [((index.low <= WEIGHTS) & (index.high >= WEIGHTS))[:3] for index in (star, mu)]
        told += int(star.told[3])
    print((hits / 120).round(3).tolist(), told)
    assert hits.min() >= binom.ppf(1e-4, 120, 0.95)
    assert told <= binom.ppf(1 - 1e-4, 120, 0.05)


@pytest.mark.verify
def test_intervals_of_pawn_cover_what_it_comes_to_on_average():
    """PAWN of few points is larger than of many, so what is covered is its mean over experiments of this size; 60 of them.

    Of a factor that does nothing at most 5 in 100 are told from noise.
    """
    made = []
    for seed in range(60):
        rng = np.random.default_rng([11, seed])
        x = rng.random((128, 4))
        y = straight(x)[:, None] + 0.5 * rng.normal(size=(128, 4))
        (found,) = estimators.pawn(y[:, None], x[:, None], rng, 50)
        made.append(found)
    mean = np.mean([found.value for found in made], axis=0)
    hits = sum((found.low <= mean) & (mean <= found.high) for found in made)
    print((hits / 60).round(3).tolist(), sum(found.told[3] for found in made))
    assert np.min(hits) >= binom.ppf(1e-4, 60, 0.95)
    assert sum(found.told[3] for found in made) <= binom.ppf(1 - 1e-4, 60, 0.05)
