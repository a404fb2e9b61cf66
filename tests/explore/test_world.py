"""What the page gets is the run: levels week by week, stages, the same luck on both sides, and an end."""

import json

import numpy as np
import pytest

from copsim.core.errors import UserError
from copsim.core.levels import LEVELS, OUTSIDE
from copsim.core.observables import NAMES
from copsim.engine.living import live
from copsim.explore.world import described, world_of
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario
from copsim.telling.watching import watch
from tests.explore.reading import counted, levels_by_week

WEEKS = 160


@pytest.fixture(scope="module")
def baseline():
    return load_scenario("baseline")


def test_levels_are_those_of_the_record(baseline):
    plan = plan_of(baseline, WEEKS)
    record = live(plan, 7, 0).record
    world = described(baseline, watch(plan, 7))
    for level, name in enumerate(LEVELS[:OUTSIDE]):
        assert counted(world, level).tolist() == record[:, NAMES.index(name)].tolist(), name
    assert world["stages"] == record[:, NAMES.index("stage")].tolist()


def test_everybody_is_outside_after_the_end():
    quiet = load_scenario("no-leadership").with_({"joining.on": 0, "participating.base_rate": -7})
    world = world_of(quiet, {}, 7, WEEKS)
    end = world["stages"].index(5)
    levels = levels_by_week(world)
    assert 0 < end < WEEKS - 2
    assert (levels[end] < OUTSIDE).any()
    assert (levels[end + 1 :] == OUTSIDE).all()


def test_the_same_person_on_both_sides(baseline):
    """Who joins in both has the same name and seat; until a scenario's first difference the runs are the same."""
    here, there = world_of(baseline, {}, 7, WEEKS), world_of(load_scenario("coordinator-leaves"), {}, 7, WEEKS)
    assert there["marks"] == [{"week": 78, "text": "coordinator leaves"}]
    both = set(here["people"]["id"]) & set(there["people"]["id"])
    assert len(both) > 100
    seats = [{one: row for one, *row in zip(*world["people"].values(), strict=True)} for world in (here, there)]
    assert all(seats[0][one] == seats[1][one] for one in both)
    before = [
        [move for move in np.array(world["moves"]).reshape(-1, 3).tolist() if move[0] < 78] for world in (here, there)
    ]
    assert before[0] == before[1]
    assert here["moves"] != there["moves"]


def test_the_same_request_gives_the_same_bits(baseline):
    asked = (baseline, {"rhythm": "every-week"}, 3, 60)
    assert json.dumps(world_of(*asked)) == json.dumps(world_of(*asked))
    assert world_of(*asked) != world_of(baseline, {}, 3, 60)
    assert world_of(baseline, {"rhythm": "every-month"}, 3, 60) == world_of(baseline, {}, 3, 60)


def test_what_happened_is_sorted_and_names_people(baseline):
    world = world_of(baseline, {}, 7, WEEKS)
    rows, causes = world["told"]["rows"], world["told"]["causes"]
    weeks = [week for week, *_ in rows]
    assert weeks == sorted(weeks) and len(weeks) > 100
    assert len(set(causes)) == len(causes)
    for _, member, kind, text, cause in rows:
        assert 0 <= kind < len(world["told"]["kinds"])
        assert 0 <= cause < len(causes)
        if member is not None:
            assert world["people"]["name"][member] in text


def test_too_many_people_are_refused(baseline):
    with pytest.raises(UserError, match=r"has [\d,]+ people.*at most 1,500"):
        world_of(baseline.with_({"joining.hinterland": 10_000}, name="large"), {}, 1, 10)


def test_what_is_dated_after_the_end_is_refused():
    with pytest.raises(UserError, match="78"):
        world_of(load_scenario("coordinator-leaves"), {}, 1, 50)
