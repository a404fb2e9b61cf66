"""What threads do to one column at once: nothing is lost, and who comes second is told so."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from copsim.core import sharing
from copsim.core.jit import PLAIN, once
from tests.kernels import call

pytestmark = pytest.mark.plain


@pytest.mark.parametrize("shared", [0, 1])
def test_counting_up(shared):
    numbers = np.array([3, 5, 7], np.int32)
    call(sharing.count_up)(numbers, np.int64(1), np.int64(shared))
    assert list(numbers) == [3, 6, 7]


def test_a_number_is_put_in_the_place_of_another():
    numbers = np.array([3, 5, -1], np.int32)
    put = call(sharing.put)
    assert put(numbers, np.int64(2), np.int64(-1), np.int64(8), np.int64(1))
    assert put(numbers, np.int64(0), np.int64(3), np.int64(4), np.int64(0))
    assert list(numbers) == [4, 5, 8]


@pytest.mark.skipif(PLAIN, reason="there are no other threads without the compiler")
def test_who_comes_second_finds_the_place_taken():
    numbers = np.array([3, 5], np.int32)
    assert not call(sharing.put)(numbers, np.int64(1), np.int64(-1), np.int64(8), np.int64(1))
    assert list(numbers) == [3, 5]


def _often(numbers, times):
    for _ in range(times):
        sharing.count_up(numbers, 0, 1)


@pytest.mark.skipif(PLAIN, reason="there are no other threads without the compiler")
def test_threads_that_count_together_lose_nothing():
    numbers, compiled, times = np.zeros(1, np.int32), once(_often), np.int64(5_000_000)
    compiled(numbers.copy(), np.int64(1))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: compiled(numbers, times), range(2)))
    assert numbers[0] == 2 * times
