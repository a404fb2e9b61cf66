"""The same run, bit for bit: again, in pieces, watched, shorter, with idle levers, and without the compiler."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copsim.core.jit import PLAIN
from copsim.core.observables import NAMES
from tests.mechanisms.communities import clone, digest, empty, founded, lived, parameters

WEEKS = 12 if PLAIN else 40
LIVELY = {"participating.base_rate": -2.5, "joining.reach": 0.01, "leading.job_change": 0.02}
pytestmark = [pytest.mark.plain, pytest.mark.bounds]


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    first, _ = founded(LIVELY, weeks=WEEKS, seed=4)
    again, _ = founded(LIVELY, weeks=WEEKS, seed=4)
    other, _ = founded(LIVELY, weeks=WEEKS, seed=5)
    assert digest(first) == digest(again)
    assert not np.array_equal(first.record, other.record)


@given(st.lists(st.integers(0, WEEKS - 1), max_size=4, unique=True))
@settings(max_examples=5 if PLAIN else 40)
def test_a_run_cut_anywhere_is_the_run_uncut(cuts):
    whole, _ = founded(LIVELY, weeks=WEEKS)
    pieces, first = empty(), 0
    for last in [*sorted(cuts), WEEKS]:
        pieces = lived(clone(pieces), parameters(LIVELY), first, last)
        first = last + 1
    assert digest(pieces) == digest(whole)


@pytest.mark.parametrize("room", [1, 7, 20_000])
def test_keeping_events_changes_nothing(room):
    silent, _ = founded(LIVELY, weeks=WEEKS)
    watched, _ = founded(LIVELY, weeks=WEEKS, events=room)
    assert watched.counts[0].events > 50
    np.testing.assert_array_equal(silent.record, watched.record)
    np.testing.assert_array_equal(silent.real, watched.real)
    assert silent.counts[0].events == 0
    kept = min(room, int(watched.counts[0].events))
    assert np.all(watched.events[:kept, 0] > 0)
    assert np.all(watched.events[kept:] == 0)


def test_a_longer_run_begins_like_a_shorter_one():
    short, _ = founded(LIVELY, weeks=WEEKS // 2, weeks_room=WEEKS // 2)
    long, _ = founded(LIVELY, weeks=WEEKS, weeks_room=WEEKS)
    np.testing.assert_array_equal(short.record, long.record[: WEEKS // 2])


def record_of(changes=None):
    given = {name: float(value) for name, value in (changes or {}).items()}
    s, _ = founded({**LIVELY, **given}, weeks=WEEKS)
    return s.record


IDLE = [  # a lever at zero, and what then must not matter
    ({"sponsoring.prescription": 0}, {"participating.mandate": 3.0}),
    ({"sponsoring.council": 0, "sponsoring.job_change": 0}, {"sponsoring.council": 1.0}),
    ({"leading.messaging": 0}, {"joining.messaging": 5.0}),
    ({"leading.reflecting": 0}, {"practising.refreshed": 1.0}),
    ({"leading.distributed": 0}, {"leading.leaders": 9.0, "leading.cultivation": 0.3, "leading.leader_hours": 9.0}),
    ({"leading.distributed": 0}, {"leading.recognised_hours": 5.0, "leading.belonging_needed": 0.0}),
    ({"meeting.cadence": 0}, {"meeting.hours": 8.0, "meeting.base_rate": 1.0, "belonging.meeting": 5.0}),
    ({"launching.hours": 0}, {"launching.prepared": 1.0, "launching.half": 10.0}),
    ({"valuing.tell": 0}, {"valuing.story_gain": 2.0, "valuing.story_half": 0.5, "valuing.story_memory": 99.0}),
    ({"answering.on": 0}, {"answering.chance": 1.0, "answering.picks": 9.0, "belonging.peer": 1.0}),
    ({"tying.on": 0}, {"tying.memory": 200.0, "belonging.held_by_ties": 1.0}),
    ({"sponsoring.on": 0}, {"sponsoring.engagement": 1.0, "sponsoring.hours": 50.0, "sponsoring.prescription": 1.0}),
    ({"leading.on": 0}, {"leading.hours": 70.0, "leading.distributed": 1.0, "welcoming.hours_each": 0.05}),
    ({"leading.hours": 0, "sponsoring.hours": 0}, {"leading.coordinator_skill": 1.0, "leading.skill_memory": 4.0}),
    ({"weathering.on": 0}, {"weathering.shock": 1.0, "weathering.year_end": -1.0, "weathering.tide": 1.0}),
    ({"staging.on": 0}, {"staging.silence": 4.0, "staging.split_rate": 0.05}),
]


@pytest.mark.parametrize(("idle", "change"), IDLE, ids=lambda settings: "+".join(settings))
def test_what_is_switched_off_does_nothing_whatever_else_is_set(idle, change):
    np.testing.assert_array_equal(record_of(idle), record_of(idle | change))


BUSY = {
    "sponsoring.prescription": 0.8, "sponsoring.job_change": 0.03, "sponsoring.council": 0.5, "leading.messaging": 1.0,
    "leading.reflecting": 1.0, "leading.distributed": 0.7, "leading.belonging_needed": 0.1, "meeting.cadence": 2.0,
    "launching.hours": 50.0, "valuing.tell": 1.0, "valuing.apply": 0.3, "valuing.realize": 1.0,
}  # fmt: skip
ALWAYS = ("valuing.tell", "valuing.apply", "valuing.realize", "leading.distributed", "leading.belonging_needed")


@pytest.mark.parametrize(("idle", "change"), IDLE[:1] + IDLE[2:9], ids=lambda settings: "+".join(settings))
def test_the_same_levers_matter_when_they_are_not_idle(idle, change):
    busy = {key: BUSY[key] for key in idle} | {key: BUSY[key] for key in ALWAYS if key not in idle}
    assert not np.array_equal(record_of(busy), record_of(busy | change))


def test_money_and_wages_change_the_cost_alone():
    one, other = record_of(), record_of({"sponsoring.money": 1000.0, "costing.wage": 10.0})
    different = {NAMES[k] for k in np.flatnonzero(np.any(one != other, axis=0))}
    assert different == {"cost"}


TWINS = [{}, {
    "leading.distributed": 0.6, "leading.belonging_needed": 0.1, "leading.cultivation": 0.3,
    "participating.base_rate": -2.0, "participating.extra": 1.5, "leaving.hazard": 0.1,
    "sponsoring.prescription": 0.3, "answering.picks": 4.5, "meeting.cadence": 2.0,
}]  # fmt: skip
WRITE = """
import json, sys
from tests.mechanisms.communities import digest, founded
made = []
for settings in json.loads(sys.argv[1]):
    for seed in (1, 2):
        s, _ = founded(settings, weeks=10, seed=seed, events=4000)
        made.append([digest(s), s.record[:10].tobytes().hex()[:64]])
print(json.dumps(made))
"""


def histories(**environment):
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", WRITE, json.dumps(TWINS)]
    answer = subprocess.run(
        command, cwd=root, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)


@pytest.mark.skipif(PLAIN, reason="compares the compiled kernels with the plain ones")
def test_compiled_and_plain_kernels_give_the_same_bits():
    here = []
    for changed in TWINS:
        for seed in (1, 2):
            s, _ = founded(changed, weeks=10, seed=seed, events=4000)
            here.append([digest(s), s.record[:10].tobytes().hex()[:64]])
    assert histories(NUMBA_DISABLE_JIT="1") == here
