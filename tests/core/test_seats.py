"""Seats: every candidate equally likely, in whatever order they came, paired by person, and cheap.

Each chi-square test runs once on fixed keys; on other keys it would raise a false alarm once in 10,000.
"""

import numpy as np
import pytest
from scipy import stats

from copsim.core import draws, seats
from copsim.core.jit import PLAIN
from tests.kernels import call

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
ALARM = 1e-4
KEY = np.uint64(0xFEDCBA9876543210)
NOBODY = np.int64(-1)


def table(uids, order=None, power=None):
    """Return (seats, power, uid column) of a table at which these uids sat down in this order of rows."""
    uid = np.array(uids, np.uint64)
    power = call(seats.table_bits)(np.int64(len(uid))) if power is None else power
    places = np.full(1 << power, 99, np.int32)
    call(seats.clear)(places, np.int64(power), np.int64(0), np.int64(1), np.int64(1))
    for row in range(len(uid)) if order is None else order:
        call(seats.sit)(places, np.int64(power), uid, np.int64(row), np.int64(row % 2))
    return places, np.int64(power), uid


def keys(number):
    return [np.uint64(call(draws.bits)(KEY, np.uint64(k))) for k in range(number)]


def picks(setting, number, chooser=NOBODY):
    """Return the uids picked under so many keys."""
    places, power, uid = setting
    pick = call(seats.pick)
    return np.array([uid[pick(places, power, key, np.int64(chooser))] for key in keys(number)])


@pytest.mark.parametrize("n", [1, 2, 4, 5, 8, 9, 300])
def test_a_table_is_a_quarter_to_half_full(n):
    size = 1 << call(seats.table_bits)(np.int64(n))
    assert size >= 2 * n
    assert size == 8 or size < 4 * n


@pytest.mark.parametrize("n", [2, 3, 7, 50, 300])
def test_everybody_is_picked_evenly(n):
    uids = [(w << 24) + k for w in range(n // 3 + 1) for k in range(3)][:n]
    number = max(2000, 30 * n) if not PLAIN else 10 * n
    chosen = picks(table(uids), number)
    counts = [np.sum(chosen == uid) for uid in uids]
    assert sum(counts) == number
    assert stats.chisquare(counts).pvalue > ALARM


def test_the_chooser_is_never_picked_and_the_others_evenly():
    uids = [11, 22, 33, 44, 55]
    chosen = picks(table(uids), 3000, chooser=2)
    counts = [np.sum(chosen == uid) for uid in (11, 22, 44, 55)]
    assert sum(counts) == 3000
    assert stats.chisquare(counts).pvalue > ALARM


def test_nobody_is_picked_from_a_table_for_one():
    places, power, _ = table([7])
    assert call(seats.pick)(places, power, KEY, np.int64(0)) == -1


@pytest.mark.parametrize("n", [2, 7, 50])
def test_the_order_of_sitting_down_does_not_matter(n):
    uids = [1000 * k + 17 for k in range(n)]
    first, _, _ = table(uids)
    rng = np.random.default_rng(3)
    for _ in range(5):
        again, _, _ = table(uids, order=rng.permutation(n))
        np.testing.assert_array_equal(first, again)
    assert sorted(first[first >= 0]) == list(range(n))


@pytest.mark.parametrize("n", [7, 20, 50])
def test_one_candidate_less_moves_few_picks(n):
    uids = np.array([(w << 24) + w % 3 for w in range(n)], np.uint64)
    number, gone = 600, n // 3
    before, after = picks(table(uids), number), picks(table(np.delete(uids, gone)), number)
    moved = np.mean(before != after)
    u = np.array([call(draws.share64)(key) for key in keys(number)])
    by_index = np.mean(uids[(u * n).astype(int)] != np.delete(uids, gone)[(u * (n - 1)).astype(int)])
    assert moved < 3 / n
    assert by_index > 0.25
    assert moved < by_index / 1.5 if n == 7 else moved < by_index / 3


def test_a_table_half_the_size_still_pairs_better_than_an_index():
    uids = np.array([(w << 24) + w % 3 for w in range(33)], np.uint64)
    large, small = table(uids), table(uids[:32])
    assert large[1] == small[1] + 1
    number = 600
    moved = np.mean(picks(large, number) != picks(small, number))
    assert moved < 0.75


def looked_at(power, key):
    """Yield the seats that a pick looks at, in exact whole numbers."""
    for glance in range(seats.GLANCES):
        moved = np.uint64((int(key) + int(draws.GOLDEN) * glance) % 2**64)
        drawn = int(key) if glance == 0 else int(call(draws.mix)(moved))
        for _ in range(6):
            drawn = drawn * int(seats._STEP) % 2**64
            yield drawn >> (64 - power)


@pytest.mark.parametrize("n", [2, 3, 5, 9, 17, 33])
def test_a_pick_takes_the_first_seat_whose_sitter_does(n):
    places, power, _ = table([37 * k for k in range(n)])
    looks = []
    for key in keys(200):
        sitters = (int(places[seat]) for seat in looked_at(int(power), key))
        number, first = next((k, row) for k, row in enumerate(sitters, 1) if row > 0)  # row 0 chooses
        assert call(seats.pick)(places, power, key, np.int64(0)) == first
        looks.append(number)
    assert np.mean(looks) <= 1.4 * (1 << power) / (n - 1)


def test_seats_in_a_pattern_are_picked_evenly():
    if PLAIN:
        pytest.skip("100,000 picks take minutes without the JIT")
    rows, power, number = 16, 6, 100_000
    for occupied in (range(16), range(0, 64, 4), [*range(8), *range(32, 40)]):
        places = np.full(1 << power, -1, np.int32)
        places[list(occupied)] = range(rows)
        pick = call(seats.pick)
        chosen = [pick(places, np.int64(power), key, NOBODY) for key in keys(number)]
        assert stats.chisquare(np.bincount(chosen, minlength=rows)).pvalue > ALARM
