"""S01. Belonging: the dose of a week, the short memory and the long one."""

import numpy as np
import pytest

from copsim.core.state import ANSWERS, ATTACHMENT, ATTENDS, BELONGING, CONTACTED, GIVEN, OWN, REALIZED_UNITS, WARMTH
from copsim.mechanisms import belonging
from tests.kernels import call
from tests.mechanisms.communities import clone, f32, founded, rows, sat

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


def dose(q, acted, answers, contacted, meeting, realized):
    peers = float(q.peer) * sat(answers) / sat(1.0)
    contact = float(q.contact) * float(q.peer) * contacted
    return float(q.act) * acted + peers + contact + float(q.meeting) * meeting + float(q.value) * realized


@pytest.mark.parametrize(
    "week", [(0, 0, 0, 0, 0), (1, 0, 0, 0, 0), (1, 1, 0, 0, 0), (1, 3, 1, 0.5, 2), (0, 0, 0, 0.8, 0)]
)
def test_the_dose_of_a_week(week):
    _, p = founded({})
    q = p[0].belonging
    assert call(belonging.dose_of)(q, *f32(*week)) == pytest.approx(float(dose(q, *week)), rel=1e-6, abs=1e-9)


def test_one_answer_is_the_unit():
    _, p = founded({})
    q = p[0].belonging
    assert call(belonging.dose_of)(q, *f32(0, 1, 0, 0, 0)) == pytest.approx(float(q.peer), rel=1e-6)


@pytest.mark.parametrize(("warmth", "d"), [(0.0, 0.0), (0.5, 0.0), (0.5, 3.0), (1.0, 9.0)])
def test_warmth(warmth, d):
    expected = 0.7 * warmth + (1 - 0.7 * warmth) * sat(0.1 * d)
    assert call(belonging.warmed)(*f32(warmth, 0.7, 0.1, d)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("b", "d", "held"), [(0.0, 0.0, 0.0), (0.5, 0.0, 0.0), (0.5, 0.0, 1.0), (0.3, 4.0, 0.25)])
def test_belonging(b, d, held):
    expected = b + (1 - b) * sat(0.035 * d) - b * (1 - held) / 70
    assert call(belonging.belonged)(*f32(b, 0.035, d, 70.0, held)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("settings", [{}, {"practising.breadth": 0.25}, {"belonging.identification": 0.3}])
def test_a_week_of_contacts(settings):
    s, p = founded({"participating.base_rate": -2.0} | settings, weeks=12)
    s.community[0].ownership, s.community[0].quality = 0.8, 0.6
    before = clone(s)
    call(belonging.belong)(s, p[0], np.int64(13))
    n, q = rows(s), p[0].belonging
    real, whole = before.real[:, n].astype(float), before.whole[:, n]
    acted = (whole[OWN] + whole[GIVEN] > 0).astype(float)
    d = dose(q, acted, whole[ANSWERS], whole[CONTACTED], 0.6 * whole[ATTENDS], whole[REALIZED_UNITS])
    kept = np.exp(-1 / float(q.warmth_memory)) * real[WARMTH]
    np.testing.assert_allclose(s.real[WARMTH, n], kept + (1 - kept) * sat(q.warmth_gain * d), rtol=1e-5, atol=1e-7)
    gain = float(q.gain) * 0.8 * float(q.identification) / np.sqrt(float(p[0].practising.breadth))
    fades = real[BELONGING] * (1 - float(q.held_by_ties) * real[ATTACHMENT]) / float(q.memory)
    expected = real[BELONGING] + (1 - real[BELONGING]) * sat(gain * d) - fades
    assert acted.sum() > 2
    np.testing.assert_allclose(s.real[BELONGING, n], expected, rtol=1e-5, atol=1e-7)


def test_a_network_that_is_no_community_makes_nobody_belong():
    s, _ = founded({"belonging.identification": 0.0, "joining.reach": 0.01}, weeks=12)
    n = rows(s)
    assert s.real[BELONGING, 30 : n.stop].max() == 0
    assert s.real[WARMTH, n].max() > 0
