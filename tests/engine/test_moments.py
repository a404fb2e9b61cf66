"""Futures of a life: a branch of nothing is the continuation, to the bit; what is changed acts from then on."""

import numpy as np
import pytest

from copsim.core.errors import UserError
from copsim.core.state import ACTS_COUNTED, STAYED, WHOLE
from copsim.engine.gate import make_plan
from copsim.engine.living import live, moment_of
from copsim.engine.moments import future_plan
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario
from copsim.studies.planning import in_plan, worlds_of

WEEKS, SEED, REPLICATE = 104, 3, 2
OF_THE_END = (STAYED, ACTS_COUNTED)
"""What only the end of a run tells is counted for the future alone."""


def bits(array):
    return array.view(np.int32).tobytes()


def rows_of(state):
    """Return everything that is known of the members and the community at the end, but where memory has more room."""
    n, people = int(state.counts[0].rows), int(state.counts[0].people)
    whole = np.delete(state.whole[:, :n], OF_THE_END, axis=0)
    assert len(whole) == len(WHOLE) - len(OF_THE_END)
    parts = (state.uid[:n], state.real[:, :n], whole, state.ring[:, :n], state.tie_other[:n], state.tie_strength[:n])
    return [*parts, state.person_uid[:people], state.person_left[:people], state.row_of[:people], state.community]


def branch_of_nothing(plan, week, world=None, events=True):
    moment = moment_of(plan, SEED, REPLICATE, week, world)
    return live(future_plan(moment, WEEKS - week, {}), 77, 0, events=events)


@pytest.mark.parametrize("name", ["baseline", "distributed-coordinator-leaves", "sponsor-leaves", "established"])
@pytest.mark.parametrize("week", [1, 52, 77, 78, 103])
def test_a_branch_of_nothing_is_the_continuation(name, week):
    plan = plan_of(load_scenario(name), WEEKS)
    whole, future = live(plan, SEED, REPLICATE, events=True), branch_of_nothing(plan, week)
    assert bits(future.record) == bits(whole.record[week:])
    assert np.array_equal(future.events, whole.events[whole.events[:, 0] > week])
    for found, lived in zip(rows_of(future.state), rows_of(whole.state), strict=True):
        assert found.tobytes() == lived.tobytes()


def test_recording_changes_nothing():
    plan = plan_of(load_scenario("baseline"), WEEKS)
    with_events, without = branch_of_nothing(plan, 40), branch_of_nothing(plan, 40, events=False)
    assert bits(with_events.record) == bits(without.record)
    assert len(with_events.events) > 0 == len(without.events)


def test_the_world_of_the_life_goes_on():
    plan = plan_of(load_scenario("baseline"), WEEKS)
    world = in_plan(plan, worlds_of(SEED, REPLICATE + 1))[REPLICATE]
    whole = live(plan, SEED, REPLICATE, world)
    assert bits(branch_of_nothing(plan, 40, world).record) == bits(whole.record[40:])
    assert bits(branch_of_nothing(plan, 40).record) != bits(whole.record[40:])


def test_other_futures_meet_other_luck_from_the_next_week_on():
    plan = plan_of(load_scenario("baseline"), WEEKS)
    moment = moment_of(plan, SEED, REPLICATE, 40)
    going_on = future_plan(moment, 30, {})
    futures = {bits(live(going_on, seed, k).record) for seed, k in ((1, 0), (1, 1), (1, 2), (2, 1))}
    assert len(futures) == 4
    assert bits(live(going_on, 2, 0).record) == bits(
        live(going_on, 1, 0).record
    )  # the life's own luck has no other seed
    other = moment_of(plan, SEED, REPLICATE + 1, 40)
    assert live(future_plan(other, 30, {}), 1, 1).state.key[0] != live(going_on, 1, 1).state.key[0]
    changed = future_plan(moment, 30, {"sponsoring.engagement": 0.9})
    assert live(changed, 1, 1).state.key[0] == live(going_on, 1, 1).state.key[0]


def test_branches_do_not_touch_the_moment_and_a_longer_one_begins_like_a_shorter():
    moment = moment_of(plan_of(load_scenario("baseline"), WEEKS), SEED, REPLICATE, 40)
    before = [array.tobytes() for array in moment.state]
    short, long = (live(future_plan(moment, weeks, {}), 1, 1) for weeks in (20, 200))
    assert bits(short.record) == bits(long.record[:20])
    assert [array.tobytes() for array in moment.state] == before


def test_what_is_set_acts_from_the_first_week_and_the_plan_of_the_life_goes_on():
    plan = make_plan(
        "professional", WEEKS, {"leading.hours": 3.0}, [(30, {"leading.hours": 5.0}), (60, {"leading.hours": 7.0})]
    )
    moment = moment_of(plan, SEED, REPLICATE, 40)
    made = future_plan(
        moment, 50, {"sponsoring.engagement": 0.9}, [(20, {"leading.hours": 9.0})], [(5, "sponsor-leaves")]
    )
    told = [
        (s.first, s.settings["leading.hours"], s.settings["sponsoring.engagement"], s.events) for s in made.stretches
    ]
    assert told == [(0, 5.0, 0.9, ()), (5, 5.0, 0.9, ("sponsor-leaves",)), (20, 9.0, 0.9, ())]
    assert [s.settings["leading.hours"] for s in future_plan(moment, 50, {"leading.hours": 1.0}).stretches] == [
        1.0,
        7.0,
    ]
    # as one plan that says all of that from the beginning
    same = make_plan(
        "professional",
        WEEKS,
        {"leading.hours": 3.0},
        [(30, {"leading.hours": 5.0}), (41, {"sponsoring.engagement": 0.9}), (60, {"leading.hours": 9.0})],
        [(45, "sponsor-leaves")],
    )
    assert bits(live(made, 1, 0).record) == bits(live(same, SEED, REPLICATE).record[40:90])


def test_those_who_stayed_and_acts_of_the_end_are_of_the_future_alone():
    plan = plan_of(load_scenario("baseline"), 160)
    future = live(future_plan(moment_of(plan, SEED, REPLICATE, 40), 120, {}), 1, 0)
    whole, early = live(plan, SEED, REPLICATE), live(plan_of(load_scenario("baseline"), 92), SEED, REPLICATE)
    assert 0 < future.state.counts[0].stayed < whole.state.counts[0].stayed
    # who joined in weeks 1 to 40 was followed in the whole life, and in its first 92 weeks
    assert future.state.counts[0].stayed == whole.state.counts[0].stayed - early.state.counts[0].stayed
    n = int(whole.state.counts[0].rows)
    assert np.array_equal(future.state.whole[ACTS_COUNTED, :n], whole.state.whole[ACTS_COUNTED, :n])
    short = live(future_plan(moment_of(plan, SEED, REPLICATE, 40), 10, {}), 1, 0)
    acts = short.record[:, 15].astype(int).sum()
    assert short.state.whole[ACTS_COUNTED].sum() == acts > 0


def test_what_cannot_branch_is_said():
    plan = plan_of(load_scenario("baseline"), WEEKS)
    moment = moment_of(plan, SEED, REPLICATE, 40)
    with pytest.raises(UserError, match="weeks must be a whole number from 1"):
        future_plan(moment, 0, {})
    with pytest.raises(UserError, match=r"at most 5,200 weeks; after week 40 5,160 are left, not 5,200"):
        future_plan(moment, 5_200, {})
    with pytest.raises(UserError, match="week 31 lies outside the run"):
        future_plan(moment, 30, {}, events=[(31, "sponsor-leaves")])
    ending = {"joining.founders": 2.0, "joining.hinterland": 2.0, "joining.on": 0.0, "leaving.hazard": 0.2}
    dying = make_plan("professional", 520, ending)
    assert live(dying, SEED, 0).state.community[0].end_kind > 0
    with pytest.raises(UserError, match="the community has come to its end by week 520; nothing branches from there"):
        moment_of(dying, SEED, 0, 520)
