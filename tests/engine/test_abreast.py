"""One community on several threads: the same bits as on one, whatever the blocks; cut runs, endings and departures too."""

import numpy as np
import pytest

from copsim.core.jit import PLAIN
from copsim.core.state import block_of
from copsim.engine import living
from copsim.engine.abreast import Abreast
from copsim.engine.gate import make_plan
from copsim.scenarios.plans import packaged_start, plan_of
from copsim.scenarios.reading import load_scenario
from tests.mechanisms.communities import clone, digest, empty, lived, parameters

WEEKS = 12 if PLAIN else 75
LIVELY = {"participating.base_rate": -2.5, "joining.reach": 0.01, "leading.job_change": 0.02}
COMMUNITIES = {
    "lively": LIVELY,
    "crowded": {**LIVELY, "participating.base_rate": -0.5, "answering.picks": 9.0, "answering.waking": 1.0},
    "meeting weekly": {**LIVELY, "meeting.cadence": 1.0, "meeting.irregularity": 0.0, "meeting.base_rate": 1.0},
    "leaving": {**LIVELY, "leaving.hazard": 0.2, "leaving.belonging": 0.5},
    "internal leaders": {**LIVELY, "leading.distributed": 0.7, "leading.belonging_needed": 0.1, "valuing.tell": 1.0},
    "ending": {"participating.base_rate": -30.0, "joining.on": 0.0, "meeting.on": 0.0, "staging.silence": 4.0},
    "all gone": {
        "participating.base_rate": -30.0, "joining.on": 0.0, "meeting.on": 0.0, "leading.on": 0.0, "staging.on": 0.0,
        "leaving.hazard": 1.0, "leaving.belonging": 0.0,
    },
    "silent": {**LIVELY, "answering.on": 0.0, "meeting.on": 0.0, "valuing.on": 0.0, "leaving.on": 0.0},
}  # fmt: skip


def alone(settings):
    """Return the state that one thread leaves."""
    return lived(empty(founders=90, hinterland=200, weeks=WEEKS), parameters(settings, 90), 0, WEEKS)


def abreast(settings, threads, block, cuts=()):
    """Return the state that several threads leave."""
    s, p, first = empty(founders=90, hinterland=200, weeks=WEEKS), parameters(settings, 90), 0
    with Abreast(s, threads, block) as several:
        for last in [*cuts, WEEKS]:
            several.run(p, first, last)
            first = last + 1
    return s


@pytest.mark.plain
@pytest.mark.parametrize(("threads", "block"), [(1, 1_000), (1, 13), (2, 40), (3, 25)])
@pytest.mark.parametrize("name", COMMUNITIES)
def test_any_number_of_threads_leaves_the_bits_of_one(name, threads, block):
    expected, found = alone(COMMUNITIES[name]), abreast(COMMUNITIES[name], threads, block, cuts=(0, 5))
    assert digest(found) == digest(expected)


def test_the_communities_differ_in_what_they_should():
    crowded, leaving, ending = (alone(COMMUNITIES[name]) for name in ("crowded", "leaving", "ending"))
    assert crowded.counts[0].rows > 120  # blocks of 40 are several
    assert leaving.counts[0].rows < leaving.counts[0].people or PLAIN
    assert ending.community[0].end_kind > 0 or PLAIN
    assert alone(COMMUNITIES["all gone"]).counts[0].rows == 0 or PLAIN


@pytest.mark.skipif(PLAIN, reason="threads share nothing without the compiler")
def test_threads_that_meet_at_the_same_seats_leave_the_same_bits():
    """Thousands of people, most of whom act: the two threads do work at the same time."""
    p = parameters({**COMMUNITIES["crowded"], "joining.on": 0.0}, 20_000)
    states = [empty(founders=20_000, hinterland=0, weeks=3) for _ in range(2)]
    with Abreast(states[1], 2, 2_000) as several:
        several.run(p, 0, 3)
    assert digest(states[1]) == digest(lived(states[0], p, 0, 3))


def test_a_block_is_a_view_of_its_rows():
    s = lived(empty(weeks=8), parameters(LIVELY), 0, 8)
    block = block_of(s, 5, s.counts.copy())
    for table, part in ((s.real, block.real), (s.whole, block.whole), (s.ring, block.ring)):
        assert part.flags.c_contiguous and part.shape == table.shape
        np.testing.assert_array_equal(part[:, :20], table[:, 5:25])
    np.testing.assert_array_equal(block.tie_other[:20], s.tie_other[5:25])
    before = clone(s)
    block.real[2, 3] = 7.0
    assert s.real[2, 8] == 7.0 != before.real[2, 8]


@pytest.mark.skipif(PLAIN, reason="as long as the compiled one is short")
@pytest.mark.parametrize("name", ["baseline", "distributed-leadership", "command-and-control", "established"])
def test_a_scenario_lives_the_same_life_on_two_threads(name, monkeypatch):
    monkeypatch.setattr(living, "MANY", 50)
    monkeypatch.setattr(Abreast.__init__, "__defaults__", (32,))
    if name == "established":
        plan = make_plan(
            "professional", 60, {}, events=[(20, "coordinator-leaves")], start=packaged_start("established")
        )
    else:
        plan = plan_of(load_scenario(name), 60)
    one, two = living.live(plan, 3, 1), living.live(plan, 3, 1, threads=2)
    assert digest(two.state) == digest(one.state)
    assert two.record.tobytes() == one.record.tobytes()


@pytest.mark.skipif(PLAIN, reason="as long as the compiled one is short")
def test_a_run_that_keeps_events_keeps_the_order_of_one_thread(monkeypatch):
    monkeypatch.setattr(living, "MANY", 50)
    plan = plan_of(load_scenario("baseline"), 60)
    one, two = living.live(plan, 3, 1, events=True), living.live(plan, 3, 1, events=True, threads=2)
    assert len(one.events) > 100
    np.testing.assert_array_equal(one.events, two.events)
    np.testing.assert_array_equal(living.live(plan, 3, 1, threads=2).record, one.record)
