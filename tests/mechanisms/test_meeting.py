"""S05. The rhythm: beats, quality by preparation, attendance by draws, and ties among those present."""

import numpy as np
import pytest

from copsim.core.draws import ATTEND, BEAT
from copsim.core.observables import NAMES
from copsim.core.state import ATTENDS, AWAY, BELONGING, FATIGUE, HOURS, LEFT, PERSON, PREPARING, PROPENSITY
from copsim.mechanisms import meeting
from tests.kernels import call
from tests.mechanisms.communities import clone, drawn, f32, founded, logistic, rows, shares32, weekly

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
SOON = {"meeting.cadence": 4.0, "meeting.irregularity": 0.3, "meeting.base_rate": -0.5}


@pytest.mark.parametrize(("cadence", "irregularity", "share"), [(4.0, 0.0, 0.3), (4.0, 1.0, 0.3), (2.0, 0.5, 0.9)])
def test_gap_to_the_next(cadence, irregularity, share):
    expected = cadence * ((1 - irregularity) - irregularity * np.log(share))
    assert call(meeting.gap_to_next)(cadence, irregularity, share) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("prepared", "domain", "quality"), [(0.0, 1.0, 0.0), (8.0, 1.0, 0.5), (8.0, 0.0, 0.25), (16.0, 0.5, 0.6)]
)
def test_quality(prepared, domain, quality):
    assert call(meeting.quality_of)(prepared, 8.0, domain) == pytest.approx(quality)


@pytest.mark.parametrize(("z", "b", "f", "away"), [(0, 0, 0, 0), (1, 0.25, 0.5, 0), (1, 0.25, 0.5, 1)])
def test_log_odds_of_attending(z, b, f, away):
    _, p = founded({})
    q = p[0].meeting
    odds = call(meeting.log_odds_of_attending)(q, *f32(-1.0, z, b, f, 2.0), np.int32(away))
    assert odds == pytest.approx(float(-1 + z / 2 + q.belonging * np.sqrt(b) - 2 * f - 3 * away), abs=1e-6)


def met(settings=SOON, week=13, due=13.0):
    """Return (before, after, parameters) of a week's meeting alone."""
    s, p = founded(settings, weeks=12)
    c = s.community[0]
    c.next_meeting, c.preparation, c.habit = due, 3.0, 0.6
    s.counts[0].attendance, c.meets, c.quality = 0, 0.0, 0.0
    s.whole[ATTENDS], s.real[HOURS] = 0, 0
    s.whole[LEFT, 2], s.whole[AWAY, 4:8] = 1, 1
    after = clone(s)
    call(meeting.meet)(after, p[0], np.int64(week))
    call(meeting.attend)(after, p[0], np.int64(week))
    call(meeting.set_out_chairs)(after, after, p[0])
    call(meeting.gather)(after, after, p[0])
    call(meeting.mingle)(after, after, p[0], np.int64(week))
    return s, after, p[0]


def test_a_meeting_that_is_not_due_is_only_prepared():
    before, after, p = met(due=13.5)
    added = before.community[0].work_hours[PREPARING] + float(p.meeting.preparation_unasked) * before.counts[0].regulars
    assert added > 0
    assert after.community[0].preparation == pytest.approx(3.0 + added, rel=1e-6)
    assert (after.community[0].meets, after.counts[0].attendance) == (0, 0)
    assert after.whole[ATTENDS].sum() == 0


def test_a_meeting_uses_up_its_preparation_and_sets_the_next_date():
    before, after, p = met()
    c, q = after.community[0], p.meeting
    stored = 3.0 + before.community[0].work_hours[PREPARING] + float(q.preparation_unasked) * before.counts[0].regulars
    x = stored / float(q.preparation_hours)
    assert c.quality == pytest.approx(x**2 / (1 + x**2) * (0.5 + 0.5 * before.community[0].domain), rel=1e-6)
    assert c.preparation == pytest.approx(0.2 * stored, rel=1e-6)
    gap = 4 * (0.7 - float(q.irregularity) * np.log(weekly(before, BEAT, 13)))
    assert c.next_meeting == pytest.approx(13 + gap, rel=1e-6)
    regular = max(0, 1 - abs(gap - 4) / 4)
    assert c.habit == pytest.approx(0.6 + (regular - 0.6) / float(q.habit_memory), rel=1e-5)
    assert c.meets == 1


def test_who_attends():
    before, after, p = met()
    n, q, c = rows(before), p.meeting, after.community[0]
    real, whole = before.real[:, n].astype(float), before.whole[:, n]
    shared = q.base_rate + q.habit * (c.habit - 0.5) + c.shock + c.tide + c.season
    odds = shared + real[PROPENSITY] / 2 + q.belonging * np.sqrt(real[BELONGING])
    odds = odds - p.participating.fatigue * real[FATIGUE] - 3 * whole[AWAY]
    share = shares32(drawn(before, ATTEND, 13))
    sure = abs(share - logistic(odds)) > 1e-5
    attends = (share < logistic(odds)) & (whole[LEFT] == 0)
    assert 3 < attends.sum() < len(attends)
    np.testing.assert_array_equal((after.whole[ATTENDS, n] == 1)[sure], attends[sure])
    assert after.counts[0].attendance == after.whole[ATTENDS].sum()
    np.testing.assert_allclose(after.real[HOURS, n], float(q.hours) * after.whole[ATTENDS, n])


def test_attendees_meet_two_others_of_those_present():
    before, after, _ = met({**SOON, "answering.on": 0.0, "tying.on": 0.0, "tying.gain": 0.5})
    attendees = np.flatnonzero(after.whole[ATTENDS, rows(after)])
    persons = set(after.whole[PERSON, attendees])
    met_now = after.tie_strength > before.tie_strength
    for row in range(after.counts[0].rows):
        others = set(after.tie_other[row][met_now[row] & (after.tie_other[row] >= 0)])
        changed = int(met_now[row].sum())
        assert changed <= meeting.PARTNERS
        if row in attendees:
            full = before.tie_strength[row].min() >= 0.5  # eight ties as strong as a new one: it finds no slot
            assert changed >= 1 or full or len(persons) < 3
            assert others <= persons - {after.whole[PERSON, row]}
        else:
            assert changed == 0


def test_a_regular_beat_keeps_its_cadence_and_becomes_a_habit():
    s, _ = founded({"meeting.cadence": 3.0, "meeting.irregularity": 0.0}, weeks=31)
    meets = np.flatnonzero(s.record[:31, NAMES.index("meets")]) + 1
    assert list(np.diff(meets)) == [3] * (len(meets) - 1)
    assert len(meets) > 9
    assert s.community[0].habit > 0.9


@pytest.mark.parametrize("irregularity", [0.1, 1.0])
def test_irregular_meetings_are_as_many(irregularity):
    s, _ = founded({"meeting.cadence": 2.5, "meeting.irregularity": irregularity}, weeks=250, weeks_room=250)
    # 100 expected; the standard error of a Poisson number is 10, and gaps below a week are caught up with
    assert 60 <= s.record[:250, NAMES.index("meets")].sum() <= 130


@pytest.mark.parametrize("settings", [{"meeting.on": 0.0}, {"meeting.cadence": 0.0}])
def test_without_meetings_nobody_attends(settings):
    s, _ = founded(settings, weeks=12)
    for name in ("meets", "attendance", "quality"):
        assert np.all(s.record[:12, NAMES.index(name)] == 0)
    assert s.whole[ATTENDS].sum() == 0
