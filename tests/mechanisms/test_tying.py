"""S08. Ties fade without use, and what is left of them attaches."""

import numpy as np
import pytest

from copsim.core.state import ATTACHMENT
from copsim.mechanisms import tying
from tests.kernels import call
from tests.mechanisms.communities import clone, f32, founded, rows, sat

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(
    ("strength", "kept", "left"), [(0.5, 0.9, 0.45), (0.021, 0.9, 0.0), (0.0, 0.9, 0.0), (1.0, 1.0, 1.0)]
)
def test_a_faint_tie_is_gone(strength, kept, left):
    assert call(tying.faded)(*f32(strength, kept)) == pytest.approx(left, rel=1e-6)


def test_all_ties_fade_and_their_sum_attaches():
    s, p = founded({}, weeks=12)
    before = clone(s)
    call(tying.tend_ties)(s, p[0], np.int64(13))
    n = rows(s)
    left = before.tie_strength[n].astype(float) * np.exp(-1 / float(p[0].tying.memory))
    left[left < 0.02] = 0
    assert (left > 0).sum() > 10
    np.testing.assert_allclose(s.tie_strength[n], left, rtol=1e-5)
    np.testing.assert_allclose(s.real[ATTACHMENT, n], sat(left.sum(1)), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(before.tie_other, s.tie_other)


def test_a_tie_not_used_is_gone_in_the_end():
    s, p = founded({}, weeks=12)
    for week in range(13, 13 + int(np.log(50) * p[0].tying.memory) + 2):
        call(tying.tend_ties)(s, p[0], np.int64(week))
    assert s.tie_strength.max() == s.real[ATTACHMENT].max() == 0


def test_switched_off_ties_neither_fade_nor_attach():
    s, _ = founded({"tying.on": 0.0}, weeks=12)
    assert s.real[ATTACHMENT].max() == 0
    assert s.tie_strength[s.tie_strength > 0].min() >= np.float32(0.3)
