"""Sixteen lanes do what NumPy does to sixteen numbers; sums by halves, in float32."""

import numba
import numpy as np
import pytest

from copsim.core.jit import PLAIN

if PLAIN:
    pytest.skip("lanes exist in compiled code only", allow_module_level=True)

from benchmarks.ladder import lanes

LUCK = np.random.default_rng(1)


@numba.njit
def arithmetic(x, y, out):
    a, b = lanes.load(x, 0), lanes.load(y, 0)
    lanes.store(out, 0, lanes.add(a, b))
    lanes.store(out, 1, lanes.less(a, b))
    lanes.store(out, 2, lanes.times(a, b))
    lanes.store(out, 3, lanes.choose(lanes.above(a, b), a, b))
    lanes.store(out, 4, lanes.spread(x[3]))


@numba.njit
def masks(x, y, whole, number):
    a, b = lanes.load(x, 0), lanes.load(y, 0)
    same = lanes.same_whole(lanes.load(whole, 0), lanes.spread(number))
    return lanes.above(a, b), lanes.at_least(a, b), lanes.same_real(a, b), same


@numba.njit
def folded(x):
    a = lanes.load(x, 1)
    return lanes.total(a), lanes.least(a)


@numba.njit
def counted(mask):
    return lanes.number_set(mask)


def mask_of(flags):
    return int((flags << np.arange(16)).sum())


def by_halves(x):
    while x.size > 1:
        x = x[: x.size // 2] + x[x.size // 2 :]
    return x[0]


def reals(rows=1):
    return LUCK.random(16 * rows).astype(np.float32)


def test_arithmetic_is_that_of_each_lane():
    x, y, out = reals(), reals(), np.zeros(80, np.float32)
    arithmetic(x, y, out)
    expected = [x + y, x - y, x * y, np.maximum(x, y), np.full(16, x[3])]
    assert (out.reshape(5, 16) == np.array(expected)).all()


def test_masks_have_a_bit_a_lane():
    x, y, whole = reals(), reals(), LUCK.integers(0, 3, 16).astype(np.int32)
    y[:4] = x[:4]
    assert masks(x, y, whole, np.int32(2)) == tuple(map(mask_of, (x > y, x >= y, x == y, whole == 2)))
    assert counted(np.int32(mask_of(x >= y))) == (x >= y).sum()


def test_total_goes_by_halves_and_least_is_the_least():
    for _ in range(20):
        x = reals(2)
        assert folded(x) == (by_halves(x[16:]), x[16:].min())
