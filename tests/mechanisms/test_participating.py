"""S01. Taking part: pauses, acts and volumes are what the declared chances make of each member's own draws."""

import numpy as np
import pytest
from scipy import stats

from copsim.core.draws import ACT, HOW_MUCH, PAUSE
from copsim.core.observables import NAMES
from copsim.core.state import AWAY, BELONGING, FATIGUE, JOINED, LEFT, OWN, PROPENSITY, VOLUME, WARMTH
from copsim.mechanisms import participating
from tests.kernels import call
from tests.mechanisms.communities import clone, drawn, f32, founded, logistic, rows, shares, shares32

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
LIVELY = {"participating.base_rate": -1.5, "participating.extra": 1.0, "participating.spell": 6.0}
NEAR = 1e-5
"""Draws this close to a chance may fall on either side of it in single precision."""


@pytest.fixture(scope="module")
def q():
    _, p = founded({})
    return p[0].participating


@pytest.mark.parametrize("fatigue", [0.0, 0.3, 0.7])
def test_chance_of_pausing(q, fatigue):
    chance = call(participating.chance_of_pausing)(q.spell, q.fatigue_pauses, *f32(fatigue))
    expected = np.exp(float(q.fatigue_pauses) * fatigue) / float(q.spell)
    assert chance == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("belonging", "share"), [(0.0, 0.3), (0.2, 0.65), (0.8, 0.86)])
def test_chance_of_returning(q, belonging, share):
    assert call(participating.chance_of_returning)(q.pause, *f32(belonging)) == pytest.approx(share / q.pause, rel=1e-5)


@pytest.mark.parametrize(("z", "b", "w", "f"), [(0, 0, 0, 0), (1, 0.25, 0.5, 0.2), (-2, 1, 1, 1)])
def test_log_odds_of_acting(q, z, b, w, f):
    odds = call(participating.log_odds_of_acting)(q, *f32(-3.0, z, b, w, f))
    expected = -3 + q.propensity * z + q.belonging * np.sqrt(b) + q.warmth * w - q.fatigue * f
    assert odds == pytest.approx(float(expected), abs=1e-5)


def test_what_is_common_to_all():
    s, p = founded({})
    c, q = s.community[0], p[0].participating
    c.shock, c.tide, c.season, c.strength, c.legitimacy, c.mandate = 0.1, 0.2, -0.3, 0.7, 0.4, 0.3
    expected = q.base_rate + 0.0 + q.strength * 0.2 + q.legitimacy * 0.4 + q.mandate * 0.3
    assert call(participating.shared_log_odds)(s, q) == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize(
    ("recent", "habitual", "short"), [(5.0, 10.0, 0.5), (12.0, 10.0, 0.0), (0.0, 10.0, 1.0), (0.0, 0.0, 0.0)]
)
def test_shortfall(recent, habitual, short):
    assert call(participating.shortfall)(recent, habitual) == short


@pytest.mark.parametrize(("z", "b", "e"), [(0, 0, 0), (1, 0.5, -1), (-1, 1, 2)])
def test_mean_of_further_contributions(q, z, b, e):
    expected = q.extra * np.exp(float(q.extra_propensity * z + q.extra_belonging * b + q.extra_own * e))
    assert call(participating.mean_extra)(q, *f32(z, b, e)) == pytest.approx(float(expected), rel=1e-5)


def taken_part(settings=LIVELY, weeks=12):
    """Return (before, after, parameters) of a week of taking part alone; some have left, one joins this week."""
    s, p = founded(settings, weeks=weeks)
    n = int(s.counts[0].rows)
    s.whole[OWN, :n] = 0
    s.whole[LEFT, 3:5] = 1
    s.whole[JOINED, n - 1], s.whole[OWN, n - 1] = weeks + 1, 1
    s.real[FATIGUE, 5:9] = 0.6
    s.community[0].recent_acts, s.community[0].habitual_acts = 6.0, 10.0
    after = clone(s)
    call(participating.participate)(after, p[0], np.int64(weeks + 1))
    return s, after, p[0].participating


def fates(s, q):
    """Return (away, acts, sure): who is away and who acts, and whose draws are clear of their chances."""
    n = rows(s)
    c, real, whole = s.community[0], s.real[:, n].astype(float), s.whole[:, n]
    out = np.exp(q.fatigue_pauses * real[FATIGUE]) / q.spell
    back = (0.3 + 0.7 * real[BELONGING] / (real[BELONGING] + 0.2)) / q.pause
    chance = np.where(whole[AWAY] == 1, back, out)
    pause, act = shares32(drawn(s, PAUSE, 13)), shares32(drawn(s, ACT, 13))
    here = (whole[LEFT] == 0) & (whole[JOINED] < 13)
    away = (whole[AWAY] == 1) ^ (pause < chance)
    common = q.base_rate + c.shock + c.tide + c.season + q.strength * (c.strength - 0.5)
    common = common + q.legitimacy * c.legitimacy + q.mandate * c.mandate + q.stepping_in * 0.4
    odds = common + q.propensity * real[PROPENSITY] + q.belonging * np.sqrt(real[BELONGING])
    odds = odds + q.warmth * real[WARMTH] - q.fatigue * real[FATIGUE]
    sure = (abs(pause - chance) > NEAR) & (abs(act - logistic(odds)) > NEAR)
    acts = ((act < logistic(odds)) & ~away & here) | (whole[OWN] > 0)
    return away & here, acts, sure


def test_who_pauses_and_who_acts():
    before, after, q = taken_part()
    away, acts, sure = fates(before, q)
    n = rows(before)
    assert sure.mean() > 0.95
    assert 3 < acts.sum() < len(acts) and away.sum() > 1
    np.testing.assert_array_equal((after.whole[OWN, n] > 0)[sure], acts[sure])
    np.testing.assert_array_equal((after.whole[AWAY, n] == 1)[sure], away[sure])
    assert np.all(after.whole[OWN, 3:5] == 0)


def test_how_much():
    before, after, q = taken_part()
    n, real = rows(before), before.real[:, rows(before)].astype(float)
    own = after.whole[OWN, n]
    mean = q.extra * np.exp(
        q.extra_propensity * real[PROPENSITY] + q.extra_belonging * real[BELONGING] + q.extra_own * real[VOLUME]
    )
    further = stats.geom.ppf(shares(drawn(before, HOW_MUCH, 13)), 1 / (1 + mean)) - 1
    acting = own > 0
    np.testing.assert_array_equal(own[acting], 1 + further[acting])
    assert own[acting].max() > 2
    assert after.counts[0].contributions - before.counts[0].contributions == own.sum()


def test_only_contributions_and_pauses_are_written():
    before, after, _ = taken_part()
    np.testing.assert_array_equal(before.real, after.real)
    before.whole[[OWN, AWAY]] = after.whole[[OWN, AWAY]] = 0
    np.testing.assert_array_equal(before.whole, after.whole)


def test_without_extra_everybody_contributes_once():
    s, _ = founded(LIVELY | {"participating.extra": 0.0, "answering.on": 0.0}, weeks=8)
    assert s.whole[OWN].max() == 1
    record = s.record[:8]
    assert np.all(record[:, NAMES.index("contributions")] <= record[:, NAMES.index("acting")])
