"""S02. Joining: as many as the binomial quantile says, each a person of the week and the order."""

import numpy as np
import pytest
from scipy import stats

from copsim.core.draws import JOIN
from copsim.core.state import JOINED, MESSAGING, OWN, WARMTH
from copsim.mechanisms import joining
from tests.kernels import call
from tests.mechanisms.communities import founded, rows, sat, weekly

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(
    ("unprompted", "told", "strength", "pulse"),
    [(0.002, 0.01, 0.5, 0.0), (0.002, 0.01, 0.0, 0.1), (0.01, 0.0, 1.0, 0.0)],
)
def test_chance_of_joining(unprompted, told, strength, pulse):
    expected = sat((unprompted + told + pulse) * 2 * strength)
    assert call(joining.chance_of_joining)(unprompted, told, strength, pulse) == pytest.approx(expected, rel=1e-9)


def test_warmth_is_summed_whatever_the_order():
    warmth = np.random.default_rng(2).random(50).astype(np.float32)
    total = call(joining.warmth_sum)(warmth, np.int64(40))
    assert total == pytest.approx(warmth[:40].sum(dtype=float), abs=40 * 2.0**-24)
    assert total == call(joining.warmth_sum)(np.sort(warmth[:40]), np.int64(40))


def joined(settings, **numbers):
    """Return (state before, state after, parameters) of a week's joining in a community of five weeks."""
    s, p = founded(settings, weeks=5)
    c = s.community[0]
    c.shock, c.tide, c.season, c.strength, c.pulse = 0.1, -0.3, 0.0, 0.6, 0.0
    for name, value in numbers.items():
        c[name] = value
    c.coverage[MESSAGING], s.counts[0].newcomers = 0.5, 0
    before = type(s)(*(column.copy() for column in s))
    call(joining.join)(s, p[0], np.int64(6))
    return before, s, p[0]


@pytest.mark.parametrize("numbers", [{}, {"pulse": 0.3}, {"strength": 0.0}])
def test_the_weeks_draw_says_how_many_join(numbers):
    before, after, p = joined({"joining.reach": 0.01, "joining.word_of_mouth": 0.2}, **numbers)
    c, q = before.community[0], p.joining
    outside = before.counts[0].hinterland - before.counts[0].people
    reach = float(q.reach) * float(p.practising.breadth) * (1 + float(q.messaging) * 0.5) * np.exp(-0.2)
    told = float(q.word_of_mouth) * before.real[WARMTH, rows(before)].sum(dtype=float) / before.counts[0].hinterland
    chance = call(joining.chance_of_joining)(float(reach), float(told), float(c.strength), float(c.pulse))
    number = stats.binom.ppf(weekly(before, JOIN, 6), outside, chance) if chance > 0 else 0
    assert after.counts[0].newcomers == after.counts[0].rows - before.counts[0].rows == number
    assert after.community[0].pulse == 0


def test_newcomers_are_the_people_of_the_week_in_order_and_act():
    before, after, _ = joined({}, pulse=0.5)
    new = slice(int(before.counts[0].rows), int(after.counts[0].rows))
    number = new.stop - new.start
    assert number > 3
    assert list(after.uid[new]) == [(6 << 24) + k for k in range(number)]
    assert np.all(after.whole[JOINED, new] == 6)
    assert np.all(after.whole[OWN, new] == 1)


def test_nobody_joins_when_all_are_inside():
    s, p = founded({"launching.pulse": 1.0}, weeks=5, hinterland=0)
    assert s.counts[0].people == 30
    s.counts[0].newcomers = 0
    call(joining.join)(s, p[0], np.int64(6))
    assert s.counts[0].newcomers == 0


def test_a_broad_domain_recruits_more():
    narrow, _ = founded({"practising.breadth": 0.25, "joining.reach": 0.01}, weeks=15)
    broad, _ = founded({"practising.breadth": 4.0, "joining.reach": 0.01}, weeks=15)
    assert broad.counts[0].people > narrow.counts[0].people


def test_switched_off_nobody_joins():
    s, _ = founded({"joining.on": 0.0, "launching.pulse": 1.0, "leading.coordinator": 0.0}, weeks=8)
    assert s.counts[0].people == s.counts[0].rows == 30
    assert s.counts[0].newcomers == 0
