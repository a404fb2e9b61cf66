"""S01. Shared luck: the same process for weeks and years, with the spread it was given."""

import numpy as np
import pytest
from scipy import stats

from copsim.core.draws import SHOCK, TIDE
from copsim.mechanisms import weathering
from tests.kernels import call
from tests.mechanisms.communities import QUIET, empty, founded, lived, parameters, weekly

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(
    ("value", "spread", "memory", "innovation"), [(0.0, 0.4, 3.0, 1.0), (1.0, 0.4, 3.0, 0.0), (-0.5, 0.2, 100.0, -1.3)]
)
def test_luck_carries_on(value, spread, memory, innovation):
    kept = np.exp(-1 / memory)
    expected = kept * value + spread * np.sqrt(1 - kept**2) * innovation
    assert call(weathering.carried_on)(value, spread, memory, innovation) == pytest.approx(expected, rel=1e-12)


def test_luck_keeps_its_spread():
    value, values, normal = 0.0, [], np.random.default_rng(5).standard_normal(3000)
    for innovation in normal:
        value = call(weathering.carried_on)(value, 0.4, 3.0, float(innovation))
        values.append(value)
    # standard error of the spread: about 0.4 / sqrt(2 * 3000 / 3.1) = 0.009
    assert np.std(values) == pytest.approx(0.4, abs=0.04)
    assert np.corrcoef(values[:-1], values[1:])[0, 1] == pytest.approx(np.exp(-1 / 3), abs=0.06)


def test_a_week_moves_shock_and_tide_by_its_own_draws():
    s, p = empty(), parameters()
    q, c = p[0].weathering, s.community[0]
    c.shock, c.tide = 0.3, -0.2
    call(weathering.weather)(s, p[0], np.int64(5))
    for before, after, spread, memory, decision in (
        (0.3, c.shock, q.shock, q.shock_memory, SHOCK),
        (-0.2, c.tide, q.tide, q.tide_memory, TIDE),
    ):
        kept = np.exp(-1 / float(memory))
        innovation = stats.norm.ppf(weekly(s, decision, 5))
        assert after == pytest.approx(kept * before + float(spread) * np.sqrt(1 - kept**2) * innovation, abs=1e-6)


@pytest.mark.parametrize(("week", "share"), [(5, 0.0), (48, 0.0), (49, 1.0), (51, 1.0)])
def test_the_year_ends_with_a_pause(week, share):
    s, p = empty(weeks=60), parameters()
    call(weathering.weather)(s, p[0], np.int64(week))
    assert s.community[0].season == pytest.approx(share * float(p[0].weathering.year_end))
    assert p[0].weathering.year_end < 0


def test_switched_off_there_is_no_shared_luck_at_all():
    s, p = founded({**QUIET, "weathering.tide": 0.4}, weeks=2)
    lived(s, p, 3, 6)
    assert (s.community[0].shock, s.community[0].season, s.community[0].tide) == (0, 0, 0)
