"""S17. The launch: preparation warms founders and the domain, announcement brings the first wave."""

import numpy as np
import pytest

from copsim.core.draws import TIDE
from copsim.core.state import BELONGING, COORDINATOR, NO_ROLE, PROPENSITY, ROLE, SKILL
from copsim.mechanisms import launching
from tests.kernels import call
from tests.mechanisms.communities import empty, founded, parameters, rows, sat

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


def test_equations():
    assert call(launching.founders_belonging)(0.5) == pytest.approx(0.3)
    assert call(launching.first_domain)(0.5) == pytest.approx(0.375)
    assert call(launching.first_wave)(0.5, 0.08) == pytest.approx(0.08 * 0.65)


@pytest.mark.parametrize(("hours", "prepared"), [(0.0, 0.5), (100.0, 0.0), (100.0, 0.7), (300.0, 1.0)])
def test_hours_prepare_or_announce(hours, prepared):
    s, p = founded({"launching.hours": hours, "launching.prepared": prepared})
    q, c = p[0].launching, s.community[0]
    ready, announced = sat(prepared * hours / float(q.half)), sat((1 - prepared) * hours / float(q.half))
    np.testing.assert_allclose(s.real[BELONGING, :30], 0.1 + 0.4 * ready, rtol=1e-6)
    assert c.domain == pytest.approx(0.15 + 0.45 * ready, rel=1e-6)
    assert c.pulse == pytest.approx(float(q.pulse) * (0.3 + 0.7 * announced), rel=1e-6)
    assert c.launch_hours == hours
    assert c.togetherness == pytest.approx(
        (0.1 + 0.4 * ready) * 30 / (30 + float(p[0].practising.critical_mass)), rel=1e-6
    )


def test_founders_come_in_order_and_the_first_coordinates():
    s, p = founded({})
    assert (s.counts[0].rows, s.counts[0].people, s.counts[0].regulars) == (30, 30, 30)
    assert list(s.uid[:30]) == list(range(30))
    assert s.whole[ROLE, 0] == COORDINATOR
    assert s.real[SKILL, 0] == p[0].leading.coordinator_skill
    assert np.all(s.whole[ROLE, 1:30] == NO_ROLE)
    c = s.community[0]
    assert c.sponsor == c.patience == c.ownership == c.next_meeting == 1
    assert c.attention == p[0].sponsoring.engagement


def test_energy_moves_founders_and_nobody_else():
    calm, _ = founded({"launching.energy": 0.0, "launching.pulse": 1.0}, weeks=1)
    keen, _ = founded({"launching.energy": 1.0, "launching.pulse": 1.0}, weeks=1)
    assert rows(calm) == rows(keen) and calm.counts[0].rows > 33
    difference = keen.real[PROPENSITY, rows(keen)] - calm.real[PROPENSITY, rows(calm)]
    np.testing.assert_allclose(difference[:30], 1.0, atol=1e-6)
    np.testing.assert_array_equal(difference[30:], 0)


def test_the_tide_begins_where_a_long_past_would_have_left_it():
    tides = []
    for seed in range(200):
        s, p = empty(founders=2, hinterland=1, seed=seed), parameters({"weathering.tide": 0.5}, founders=2)
        call(launching.launch)(s, p[0])
        tides.append(s.community[0].tide)
    # standard error of the spread: 0.5 / sqrt(400) = 0.025
    assert np.std(tides) == pytest.approx(0.5, abs=0.1)
    assert TIDE != 0


def test_switched_off_a_community_begins_cold_and_nobody_is_called():
    s, _ = founded({"launching.on": 0.0})
    c = s.community[0]
    assert (c.pulse, c.launch_hours) == (0, 0)
    assert c.domain == pytest.approx(0.15)
    np.testing.assert_allclose(s.real[BELONGING, :30], 0.1, rtol=1e-6)
    bare, _ = founded({"sponsoring.on": 0.0, "leading.on": 0.0})
    assert bare.community[0].attention == 0
    assert np.all(bare.whole[ROLE, :30] == NO_ROLE)
