"""S20. What it costs: everybody's hours at a wage, and money."""

import numpy as np
import pytest

from copsim.core.observables import NAMES
from copsim.core.state import HOURS
from copsim.mechanisms import costing
from tests.kernels import call
from tests.mechanisms.communities import founded, rows

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


def test_cost_of_hours_and_money():
    assert call(costing.cost_of)(10.0, 50.0, 7.0) == 507


def test_all_hours_are_counted_and_those_of_the_launch_once():
    s, p = founded({"costing.wage": 40.0, "sponsoring.money": 500.0, "launching.hours": 70.0}, weeks=1)
    c = s.community[0]
    members = s.real[HOURS, rows(s)].sum(dtype=float)
    assert members > 1 and c.unasked_hours > 0
    assert c.hours == pytest.approx(members + c.unasked_hours + 70, abs=1e-3)
    assert c.sponsor_money > 0
    assert c.cost == pytest.approx(40 * c.hours + c.sponsor_money, rel=1e-9)
    call(costing.cost)(s, p[0], np.int64(2))
    assert c.hours == pytest.approx(members + c.unasked_hours, abs=1e-3)


def test_hours_of_roles_are_part_of_the_hours():
    s, _ = founded({}, weeks=10)
    hours, roles = (s.record[:10, NAMES.index(name)] for name in ("hours", "role_hours"))
    assert np.all(hours >= roles) and roles.min() > 0
