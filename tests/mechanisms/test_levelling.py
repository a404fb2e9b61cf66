"""S01. Reading levels: the engine's levels are the rule in words applied to what every member did, week by week."""

import numpy as np
import pytest

from copsim.core.levels import OUTSIDE, YEAR_WEEKS
from copsim.core.observables import NAMES
from copsim.core.state import (
    ACTIVE_OF_TWELVE,
    ATTENDS,
    CHANGED,
    CONTACTS,
    GIVEN,
    HISTORY,
    JOINED,
    LAST_ACT,
    LEVEL,
    OWN,
    PERSON,
    RECENT,
    ROLE,
    SILENT_YEAR,
    STAYED,
)
from copsim.mechanisms import levelling
from tests.core.test_levels import slowly
from tests.kernels import call
from tests.mechanisms.communities import founded, lived, rows

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


@pytest.mark.parametrize(
    ("history", "acted", "after"), [(0, 1, 1), (1, 0, 2), (0b111111111111, 1, 0b111111111111), (2048, 0, 0)]
)
def test_history_shifts(history, acted, after):
    assert call(levelling.history_after)(np.int32(history), np.int32(acted)) == after


def test_weeks_are_counted():
    count = call(levelling.weeks_active)
    assert all(count(np.int32(history)) == history.bit_count() for history in range(4096))


def acts_of(s):
    """Return this week's acts by person."""
    n = rows(s)
    whole = s.whole[:, n]
    return dict(
        zip(
            whole[PERSON].tolist(), (whole[OWN] + whole[GIVEN] + whole[ATTENDS] + whole[CONTACTS]).tolist(), strict=True
        )
    )


def read_from(log, people, week, joined):
    """Return the level of each of `people` by the rule in words; `log[week][person]` holds acts."""
    made = {person: [log[w].get(person, 0) for w in range(1, week + 1)] for person in people}
    recent = [sum(made[k][-12:]) for k in people]
    active = [sum(a > 0 for a in made[k][-12:]) for k in people]
    last = [max([w for w, a in enumerate(made[k], 1) if a > 0], default=joined[k]) for k in people]
    gone = [week - w >= YEAR_WEEKS for w in last]
    return slowly(recent, active, gone, [sum(a > 0 for a in made[k]) for k in people])


def test_levels_are_the_rule_applied_to_what_members_did():
    settings = {"participating.base_rate": -3.5, "launching.energy": 0.3, "leaving.hazard": 0.08}
    s, p = founded(settings, weeks_room=72, hinterland=25)
    log, joined, seen = {}, {}, set()
    for week in range(1, 71):
        lived(s, p, week, week)
        log[week] = acts_of(s)
        joined |= dict(zip(s.whole[PERSON, rows(s)].tolist(), s.whole[JOINED, rows(s)].tolist(), strict=True))
        people = s.whole[PERSON, rows(s)].tolist()
        levels = s.whole[LEVEL, rows(s)].tolist()
        assert levels == read_from(log, people, week, joined), week
        seen |= set(levels)
    assert seen == {0, 1, 2, 3, 4, 5}


def test_the_record_counts_levels_acts_and_changes():
    s, p = founded({"participating.base_rate": -3.0}, weeks=11, events=5000)
    before = dict(zip(s.whole[PERSON, rows(s)].tolist(), s.whole[LEVEL, rows(s)].tolist(), strict=True))
    before[4] = s.whole[LEVEL, 4] = OUTSIDE  # at least this one changes
    used = int(s.counts[0].events)
    lived(s, p, 12, 12)
    row = s.record[11]
    levels = s.whole[LEVEL, rows(s)]
    counts = np.bincount(levels, minlength=6)
    names = ("core", "active", "occasional", "peripheral", "transactional")
    assert [row[NAMES.index(name)] for name in names] == list(counts[:5])
    assert row[NAMES.index("members")] == counts[:5].sum()
    acts = acts_of(s)
    assert row[NAMES.index("acts")] == sum(acts.values()) == s.counts[0].acts
    assert row[NAMES.index("acting")] == sum(made > 0 for made in acts.values())
    changed = {int(e[2]): int(e[4]) for e in s.events[used : s.counts[0].events] if e[1] == CHANGED}
    after = dict(zip(s.whole[PERSON, rows(s)].tolist(), levels.tolist(), strict=True))
    assert changed == {k: now for k, now in after.items() if before.get(k, OUTSIDE) != now}
    assert len(changed) > 0


def test_columns_of_memory():
    s, p = founded({"participating.base_rate": -3.0}, weeks=10)
    log = []
    for week in range(11, 25):
        lived(s, p, week, week)
        log.append(acts_of(s))
    for row in range(30):
        made = [acts.get(int(s.whole[PERSON, row]), 0) for acts in log]
        assert s.whole[RECENT, row] == sum(made[-12:]) == s.ring[:, row].sum()
        assert s.whole[ACTIVE_OF_TWELVE, row] == sum(a > 0 for a in made[-12:])
        assert s.whole[HISTORY, row] == sum(int(a > 0) << k for k, a in enumerate(reversed(made[-12:])))
    assert s.whole[ROLE, 0] > 0


def test_a_year_of_silence_is_outside_and_staying_is_seen_after_half_a_year():
    s, p = founded({}, weeks_room=110)
    steps = call(levelling.remember), call(levelling.halve), call(levelling.level)
    s.whole[[OWN, GIVEN, ATTENDS, CONTACTS]] = 0
    s.whole[JOINED, 1:4] = 5, 5, 0
    s.counts[0].followed_until = 50
    for week in range(6, 70):
        s.whole[OWN] = 0
        s.whole[OWN, 1] = week == 5 + 27
        s.whole[OWN, 2] = week == 5 + 26
        s.whole[OWN, 3] = week == 40
        steps[0](s, p[0], np.int64(week))
        steps[1](s, p[0])
        steps[2](s, p[0], np.int64(week))
        assert s.whole[SILENT_YEAR, 4] == int(week - s.whole[LAST_ACT, 4] >= YEAR_WEEKS)
    assert list(s.whole[STAYED, 1:5]) == [1, 0, 0, 0]
    assert s.counts[0].stayed == 1
    assert s.whole[LEVEL, 4] == OUTSIDE
