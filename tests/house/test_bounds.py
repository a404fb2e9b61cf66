"""The pass with bounds checks starts here: a read out of range must fail, or the checks are not on."""

import os

import numpy as np
import pytest

from copsim.core.jit import PLAIN, entry, kernel


@kernel
def reading(column, row):
    return column[row]


@entry
def reading_from_disk(column, row):
    return reading(column, row)


@pytest.mark.bounds
@pytest.mark.skipif(os.environ.get("NUMBA_BOUNDSCHECK") != "1", reason="only with NUMBA_BOUNDSCHECK=1")
def test_a_read_out_of_range_fails():
    assert not PLAIN
    with pytest.raises(IndexError):
        reading_from_disk(np.zeros(3), 3)  # through a kernel that only other kernels may call
