"""S19, S21. Sponsorship: attention, legitimacy, patience and ownership follow the declared equations."""

import numpy as np
import pytest

from copsim.core.draws import SPONSOR_FOUND, SPONSOR_LEAVES
from copsim.core.state import BRIDGING
from copsim.mechanisms import sponsoring
from tests.kernels import call
from tests.mechanisms.communities import empty, founded, parameters, sat, weekly

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
STAYS = {"sponsoring.job_change": 0.0, "sponsoring.succession": 0.0}


@pytest.mark.parametrize(
    ("stories", "bridging", "seen"), [(0.0, 1.0, 0.0), (0.5, 0.0, 0.1), (0.5, 1.0, 0.5), (1, 0.5, 0.6)]
)
def test_value_seen(stories, bridging, seen):
    assert call(sponsoring.seen_value)(float(stories), bridging) == pytest.approx(seen)


@pytest.mark.parametrize(("patience", "seen"), [(1.0, 0.0), (0.5, 0.5), (0.0, 1.0)])
def test_patience_is_restored_by_value_seen(patience, seen):
    expected = patience + (4.0 * seen * (1 - patience) - (1 - seen) * patience) / 52
    assert call(sponsoring.patience_after)(patience, seen, 4.0, 52.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("prescription", "owned"), [(0.0, 1.0), (0.5, 0.775), (1.0, 0.1)])
def test_ownership_follows_the_square_of_prescription(prescription, owned):
    assert call(sponsoring.owned_share)(prescription) == pytest.approx(owned)


@pytest.mark.parametrize(("attention", "prescription"), [(0.0, 1.0), (0.8, 0.0), (0.8, 0.15), (1.0, 1.0)])
def test_legitimacy_given(attention, prescription):
    expected = attention * (0.7 + 0.3 * sat(prescription / 0.15))
    assert call(sponsoring.legitimacy_given)(attention, prescription) == pytest.approx(expected, rel=1e-9)


def sponsored(settings, **community):
    """Return (state, parameters, numbers before) after a week of sponsorship in a community with given numbers."""
    s, p = empty(), parameters(STAYS | settings)
    numbers = {
        "sponsor": 1.0,
        "attention": 0.4,
        "legitimacy": 0.2,
        "ownership": 0.9,
        "patience": 0.6,
        "story_level": 0.5,
    }
    for name, value in (numbers | community).items():
        s.community[0][name] = value
    s.community[0].coverage[BRIDGING] = 0.25
    call(sponsoring.sponsor)(s, p[0], np.int64(3))
    return s.community[0], p[0].sponsoring, numbers | community


@pytest.mark.parametrize("prescription", [0.0, 0.6])
def test_a_week_of_sponsorship(prescription):
    settings = {"sponsoring.prescription": prescription, "sponsoring.money": 100.0, "sponsoring.engagement": 0.7}
    c, q, _ = sponsored(settings)
    seen = 0.5 * (0.2 + 0.8 * 0.25)
    patience = 0.6 + (float(q.recovery) * seen * 0.4 - (1 - seen) * 0.6) / float(q.patience)
    attention = 0.4 + (float(q.engagement) * patience - 0.4) / float(q.attention_memory)
    given = attention * (0.7 + 0.3 * sat(prescription / 0.15))
    ownership = 0.9 + (1 - 0.9 * prescription**2 - 0.9) / float(q.ownership_memory)
    assert c.patience == pytest.approx(patience, rel=1e-6)
    assert c.attention == pytest.approx(attention, rel=1e-6)
    assert c.legitimacy == pytest.approx(0.2 + (given - 0.2) / float(q.legitimacy_memory), rel=1e-6)
    assert c.ownership == pytest.approx(ownership, rel=1e-6)
    assert c.mandate == pytest.approx(prescription * attention * ownership, rel=1e-6)
    assert c.sponsor_hours == pytest.approx(float(q.hours) * attention, rel=1e-6)
    assert c.sponsor_money == pytest.approx(100 * attention, rel=1e-6)


def test_an_empty_post_leaves_what_a_council_holds_and_prescribes_nothing():
    bare, q, _ = sponsored({"sponsoring.prescription": 0.8}, sponsor=0.0)
    assert bare.attention == pytest.approx(0.4 * (1 - 1 / float(q.attention_memory)), rel=1e-6)
    assert bare.mandate == 0 and bare.ownership > 0.9
    held, q, _ = sponsored({"sponsoring.council": 0.6}, sponsor=0.0)
    target = float(q.engagement) * 0.6 * held.patience
    assert held.attention == pytest.approx(0.4 + (target - 0.4) / float(q.attention_memory), rel=1e-6)
    present, _, _ = sponsored({"sponsoring.council": 0.6})
    alone, _, _ = sponsored({})
    assert present.attention == alone.attention


def test_a_dated_event_takes_the_sponsor_away_once():
    s, p = empty(), parameters(STAYS)
    s.community[0].sponsor, s.counts[0].sponsor_gone = 1.0, 1
    call(sponsoring.sponsor)(s, p[0], np.int64(3))
    assert s.community[0].sponsor == 0
    assert s.counts[0].sponsor_gone == 0


def test_sponsors_leave_and_are_found_by_the_weeks_own_draws():
    s, p = empty(), parameters({"sponsoring.job_change": 0.3, "sponsoring.succession": 0.5})
    c, present = s.community[0], 1.0
    c.sponsor, changes = 1.0, 0
    for week in range(1, 30):
        c.story_level, c.patience = 0.2, 0.1
        call(sponsoring.sponsor)(s, p[0], np.int64(week))
        if present:
            present = 0.0 if weekly(s, SPONSOR_LEAVES, week) < 0.3 else 1.0
        elif weekly(s, SPONSOR_FOUND, week) < 0.5 * (0.3 + 3 * 0.2 * 0.2):
            present, changes = 1.0, changes + 1
            assert c.patience > 0.9
        assert c.sponsor == present, week
    assert changes > 1


def test_switched_off_nothing_is_given():
    s, _ = founded({"sponsoring.on": 0.0, "sponsoring.prescription": 1.0}, weeks=8)
    c = s.community[0]
    assert (c.attention, c.legitimacy, c.mandate, c.sponsor_hours, c.sponsor_money) == (0, 0, 0, 0, 0)
    assert c.ownership == c.patience == 1
