"""S06. Domain, community, practice: three strengths, each built and worn by its own equation."""

import numpy as np
import pytest

from copsim.core.levels import ACTIVE
from copsim.core.state import AGENDA, ATTENDS, BELONGING, EXPERTISE, GIVEN, LEVEL, OWN, REFLECTING, REPORTING
from copsim.mechanisms import practising
from tests.kernels import call
from tests.mechanisms.communities import clone, founded, rows, sat

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.fixture(scope="module")
def q():
    _, p = founded({"practising.sharing": 0.8})
    return p[0].practising


@pytest.mark.parametrize(("regulars", "mass", "share"), [(0.0, 3.0, 0.0), (3.0, 3.0, 0.5), (27.0, 3.0, 0.9)])
def test_critical_mass(regulars, mass, share):
    assert call(practising.critical)(regulars, mass) == pytest.approx(share)


@pytest.mark.parametrize(
    ("d", "agenda", "share", "o", "r"), [(0, 0, 0, 0, 0), (0.5, 0, 0, 1, 0), (0.5, 0.8, 0.6, 0.9, 0.4), (1, 1, 1, 1, 1)]
)
def test_domain(q, d, agenda, share, o, r):
    built = float(q.sharing) * float(q.domain_gain) * (0.4 + 0.6 * agenda) * share * (0.4 + 0.6 * o)
    stale = (1 - float(q.refreshed) * r) / float(q.domain_memory)
    after = call(practising.domain_after)(q, float(d), float(agenda), float(share), float(o), float(r))
    assert after == pytest.approx(d + built * (1 - d) - d * stale, rel=1e-6)


@pytest.mark.parametrize(("practice", "skilled", "told"), [(0, 0, 0), (0.5, 0, 0), (0.3, 5, 0.2), (1, 50, 1)])
def test_practice(q, practice, skilled, told):
    speed = 0.7 * sat(skilled / float(q.practice_half)) + 0.3 * told
    built = float(q.sharing) * float(q.practice_gain) * speed * (1 - practice)
    after = call(practising.practice_after)(q, float(practice), float(skilled), float(told))
    assert after == pytest.approx(practice + built - practice / float(q.practice_memory), rel=1e-6)


@pytest.mark.parametrize("strengths", [(0.5, 0.5, 0.5), (1.0, 0.0, 1.0), (0.2, 0.9, 0.4)])
def test_the_common_strength_is_the_geometric_mean(strengths):
    assert call(practising.common_strength)(*strengths) == pytest.approx(np.prod(strengths) ** (1 / 3), abs=1e-12)


def practised(settings):
    s, p = founded(settings, weeks=12)
    c = s.community[0]
    c.coverage[[AGENDA, REFLECTING, REPORTING]] = 0.6, 0.3, 0.5
    c.story_level, c.quality, c.ownership, c.recent_acts, c.habitual_acts = 0.4, 0.7, 0.8, 9.0, 12.0
    s.whole[ATTENDS, ::3] = 1
    after = clone(s)
    call(practising.practise)(after, p[0], np.int64(13))
    return s, after, p[0]


def test_a_week_of_practice():
    before, s, p = practised({})
    n, c, b, q = rows(s), s.community[0], before.community[0], p.practising
    regulars = float(before.counts[0].regulars)
    assert regulars > 3
    share = regulars / (regulars + float(q.critical_mass))
    domain = call(practising.domain_after)(q, float(b.domain), 0.6, share, 0.8, 0.3)
    assert c.domain == pytest.approx(domain, rel=1e-9)
    whole, expertise = before.whole[:, n], before.real[EXPERTISE, n].astype(float)
    skilled = (expertise * (whole[OWN] + whole[GIVEN])).sum() + 0.5 * 0.7 * (expertise * whole[ATTENDS]).sum()
    practice = call(practising.practice_after)(q, float(b.practice), float(skilled), 0.2)
    assert c.practice == pytest.approx(practice, rel=1e-6)
    belonging = before.real[BELONGING, n][whole[LEVEL] <= ACTIVE].mean(dtype=float)
    together = b.togetherness + (belonging * share - b.togetherness) / float(q.community_memory)
    assert c.togetherness == pytest.approx(together, rel=1e-6)
    assert c.strength == pytest.approx((c.domain * c.togetherness * c.practice) ** (1 / 3), rel=1e-9)
    recent = 9.0 + (before.counts[0].acts - 9.0) / 8
    assert c.recent_acts == pytest.approx(recent)
    assert c.habitual_acts == pytest.approx(12 + (recent - 12) / float(p.participating.habit_memory), rel=1e-6)


def test_switched_off_domain_and_practice_stay():
    before, s, _ = practised({"practising.on": 0.0})
    for name in ("domain", "practice"):
        assert s.community[0][name] == before.community[0][name]


def test_a_network_alone_builds_neither_domain_nor_practice():
    s, p = founded({"practising.sharing": 0.0})
    later, _ = founded({"practising.sharing": 0.0, "participating.base_rate": -1.0}, weeks=12)
    assert later.community[0].domain < s.community[0].domain
    forgotten = (1 - 1 / float(p[0].practising.practice_memory)) ** 12
    assert later.community[0].practice == pytest.approx(s.community[0].practice * forgotten, rel=1e-9)


def test_without_regulars_the_community_strength_fades():
    s, p = founded({}, weeks=3)
    s.whole[LEVEL], s.counts[0].regulars = 3, 0
    before = float(s.community[0].togetherness)
    call(practising.practise)(s, p[0], np.int64(4))
    assert s.community[0].togetherness == pytest.approx(before * (1 - 1 / float(p[0].practising.community_memory)))
