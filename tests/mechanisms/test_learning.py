"""S03. Learning by taking part: those who act learn, the others do not."""

import numpy as np
import pytest

from copsim.core.state import ATTENDS, EXPERTISE, GIVEN, OWN
from copsim.mechanisms import learning
from tests.kernels import call
from tests.mechanisms.communities import f32, founded, rows

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(("expertise", "rate"), [(0.0, 0.02), (0.5, 0.02), (1.0, 0.2)])
def test_a_week_closes_a_share_of_the_gap(expertise, rate):
    assert call(learning.learnt)(*f32(expertise, rate)) == pytest.approx(1 - (1 - expertise) * (1 - rate), rel=1e-6)


def test_every_kind_of_act_teaches():
    s, p = founded({})
    s.whole[[OWN, GIVEN, ATTENDS]] = 0
    s.whole[OWN, 1], s.whole[GIVEN, 2], s.whole[ATTENDS, 3] = 2, 1, 1
    before = s.real[EXPERTISE].astype(float)
    call(learning.learn)(s, p[0], np.int64(1))
    learnt = 1 - (1 - before) * (1 - float(p[0].learning.rate))
    np.testing.assert_allclose(s.real[EXPERTISE, 1:4], learnt[1:4], rtol=1e-6)
    np.testing.assert_array_equal(s.real[EXPERTISE, 4:], before[4:])
    assert s.real[EXPERTISE, 0] == before[0]


def test_switched_off_nobody_learns():
    born, _ = founded({"learning.on": 0.0, "joining.on": 0.0, "leaving.on": 0.0})
    later, _ = founded({"learning.on": 0.0, "joining.on": 0.0, "leaving.on": 0.0}, weeks=10)
    np.testing.assert_array_equal(born.real[EXPERTISE, :30], later.real[EXPERTISE, rows(later)][:30])
    lived, _ = founded({"joining.on": 0.0, "leaving.on": 0.0}, weeks=10)
    assert np.any(lived.real[EXPERTISE, :30] > born.real[EXPERTISE, :30])
