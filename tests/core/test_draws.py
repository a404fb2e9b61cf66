"""Draws: known answers of the mixer, keys that never meet, uniform and unrelated numbers.

The statistical tests are run once, on fixed keys; on other keys each would raise a false alarm once in 10,000.
"""

import itertools

import numpy as np
import pytest
from scipy import stats

from copsim.core import draws
from copsim.core.jit import PLAIN
from tests.kernels import call

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
ALARM = 1e-4
N = 640 if PLAIN else 4096
KEY = np.uint64(0x0123456789ABCDEF)


def decisions():
    """Return the registered decisions by name."""
    return {
        k: v
        for k, v in vars(draws).items()
        if k.isupper() and isinstance(v, np.uint64) and 0 < v < 1000 and k[0] != "_"
    }


def week_key(key, decision, week):
    return call(draws.week_key)(key, decision, np.int64(week))


def member_shares(key, uids):
    bits, share = call(draws.bits), call(draws.share64)
    return np.array([share(np.uint64(bits(key, np.uint64(uid)))) for uid in uids])


def test_the_mixer_gives_the_published_numbers():
    with np.errstate(over="ignore"):
        states = [draws.GOLDEN * np.uint64(k) for k in (1, 2, 3)]
    outputs = [int(call(draws.mix)(state)) for state in states]
    assert outputs == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_keys_of_neighbours_differ():
    keys = set()
    grid = list(itertools.product((0, 1, 2, 7), (0, 1, 2), (0, 1)))
    for seed, replicate, community in grid:
        keys.add(int(call(draws.run_key)(np.uint64(seed), np.uint64(replicate), np.uint64(community))))
    assert len(keys) == len(grid)
    run = [np.uint64(k) for k in sorted(keys)[:3]]
    names = list(decisions().values())
    weekly = {int(week_key(k, d, w)) for k in run for d in names for w in range(12)}
    assert len(weekly) == len(run) * len(names) * 12
    of_members = {int(call(draws.bits)(np.uint64(k), np.uint64(uid))) for k in list(weekly)[:20] for uid in range(40)}
    assert len(of_members) == 20 * 40


@pytest.mark.parametrize("step", [draws.GOLDEN, draws.SECOND])
def test_no_seed_is_another_seed_some_weeks_later(step):
    for seed in (0, 1, 12345):
        with np.errstate(over="ignore"):
            shifted = np.uint64(seed) + step
        one = call(draws.run_key)(np.uint64(seed), np.uint64(0), np.uint64(0))
        other = call(draws.run_key)(shifted, np.uint64(0), np.uint64(0))
        mine = {int(week_key(np.uint64(one), draws.ACT, week)) for week in range(20)}
        assert mine.isdisjoint(int(week_key(np.uint64(other), draws.ACT, week)) for week in range(20))


def test_decisions_have_numbers_of_their_own():
    numbers = [int(v) for v in decisions().values()]
    assert len(numbers) > 25
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("bits", "low", "high"), [(0, 0.0, 1e-6), (2**64 - 1, 1.0 - 1e-6, 1.0)])
def test_shares_stay_in_their_range(bits, low, high):
    narrow, wide = call(draws.share32)(np.uint64(bits)), call(draws.share64)(np.uint64(bits))
    assert low <= narrow < high or narrow == low == 0.0
    assert 0.0 < wide < 1.0
    assert low <= wide <= high


def test_a_share_has_the_leading_bits():
    assert call(draws.share32)(np.uint64(1 << 63)) == 0.5
    assert call(draws.share64)(np.uint64(1 << 63)) == pytest.approx(0.5, abs=2**-52)


def streams():
    """Return shares along each thing that a key is made of."""
    act = np.uint64(week_key(KEY, draws.ACT, 5))
    share, bits = call(draws.share64), call(draws.bits)
    by_week = [share(np.uint64(bits(np.uint64(week_key(KEY, draws.ACT, w)), np.uint64(3)))) for w in range(N)]
    runs = [np.uint64(call(draws.run_key)(np.uint64(9), np.uint64(r), np.uint64(0))) for r in range(N)]
    by_replicate = [share(np.uint64(week_key(k, draws.ACT, 5))) for k in runs]
    runs = [np.uint64(call(draws.run_key)(np.uint64(seed), np.uint64(0), np.uint64(0))) for seed in range(N)]
    by_seed = [share(np.uint64(week_key(k, draws.ACT, 5))) for k in runs]
    by_decision = [share(np.uint64(week_key(KEY, np.uint64(d), 5))) for d in range(N)]
    arrivals = [(week << 24) + order for week in range(N // 4) for order in range(4)]  # four a week
    return {
        "order": member_shares(act, range(N)),
        "arrival": member_shares(act, arrivals),
        "week": np.array(by_week),
        "replicate": np.array(by_replicate),
        "seed": np.array(by_seed),
        "decision": np.array(by_decision),
    }


def test_shares_are_even_and_neighbours_unrelated():
    for name, x in streams().items():
        counts = np.bincount((x * 64).astype(int), minlength=64)
        assert stats.chisquare(counts).pvalue > ALARM, name
        pairs = np.bincount((x[:-1:2] * 8).astype(int) * 8 + (x[1::2] * 8).astype(int), minlength=64)
        assert stats.chisquare(pairs).pvalue > ALARM, name
        for lag in (1, 2, 4):
            z = np.corrcoef(x[:-lag], x[lag:])[0, 1] * np.sqrt(len(x) - lag)
            assert abs(z) < stats.norm.isf(ALARM / 2), (name, lag)


def test_decisions_of_the_same_member_are_unrelated():
    first = member_shares(np.uint64(week_key(KEY, draws.PAUSE, 5)), range(N))
    second = member_shares(np.uint64(week_key(KEY, draws.ACT, 5)), range(N))
    assert abs(np.corrcoef(first, second)[0, 1]) * np.sqrt(N) < stats.norm.isf(ALARM / 2)


def test_normal_draws_are_normal():
    bits, normal = call(draws.bits), call(draws.normal)
    x = [normal(np.uint64(bits(KEY, np.uint64(uid)))) for uid in range(N)]
    assert stats.kstest(x, "norm").pvalue > ALARM


def test_a_uid_holds_week_and_order():
    uid = int(call(draws.uid_of)(np.int64(40), np.int64(2)))
    assert divmod(uid, 1 << draws.ORDER_BITS) == (40, 2)
    assert draws.APPOINTED < 1 << draws.ORDER_BITS
