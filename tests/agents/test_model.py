"""The Mesa face: same bits as the engine, views that own nothing, Mesa's own tools work."""

import copy
import inspect
import pickle
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run

import copsim
from copsim.agents.model import CommunityModel
from copsim.core.levels import OUTSIDE
from copsim.core.observables import NAMES
from copsim.core.state import ACTS_COUNTED, BELONGING, LEVEL, STAYED
from copsim.core.vocabulary import MOST_WEEKS
from copsim.engine.living import live

WEEKS = 90
TURNS = {
    "name": "turns", "set": {"leading.hours": 5.0}, "change": [{"week": 30, "set": {"meeting.cadence": 2.0}}],
    "event": [{"week": 60, "kind": "coordinator-leaves"}, {"week": 70, "kind": "top-contributor-leaves"}],
}  # fmt: skip
FAILS = {"name": "fails", "set": {"joining.founders": 2.0, "joining.hinterland": 0.0, "participating.base_rate": -8.0}}


def stepped(model: CommunityModel, weeks: int) -> CommunityModel:
    for _ in range(weeks):
        model.step()
    return model


def same_state(one: Any, other: Any) -> bool:
    """Whether two runs are in the same state, whatever room they have; their last 52 weeks may be others."""
    rows, people = int(one.counts[0].rows), int(one.counts[0].people)
    kept = np.setdiff1d(np.arange(len(one.whole)), (ACTS_COUNTED, STAYED))
    return (
        one.community.tobytes() == other.community.tobytes()
        and np.array_equal(one.whole[kept, :rows], other.whole[kept, :rows])
        and np.array_equal(one.real[:, :rows], other.real[:, :rows])
        and np.array_equal(one.ring[:, :rows], other.ring[:, :rows])
        and np.array_equal(one.tie_other[:rows], other.tie_other[:rows])
        and np.array_equal(one.tie_strength[:rows], other.tie_strength[:rows])
        and np.array_equal(one.row_of[:people], other.row_of[:people])
        and np.array_equal(one.person_uid[:people], other.person_uid[:people])
    )


@pytest.mark.parametrize("scenario", ["baseline", TURNS, "established"])
def test_steps_equal_the_engine_bit_for_bit(scenario: Any) -> None:
    model = stepped(CommunityModel(scenario, rng=3, weeks=WEEKS), WEEKS)
    life = live(model.plan, 3, 0)
    assert model.state.record.tobytes() == life.record.tobytes()
    assert same_state(model.state, life.state)
    assert model.state.counts.tobytes() == life.state.counts.tobytes()


def test_the_collector_holds_the_weekly_table() -> None:
    weekly = copsim.simulate(TURNS, replicates=1, weeks=WEEKS, seed=3).weekly.set_index("week")
    model = stepped(CommunityModel(TURNS, rng=3, weeks=WEEKS), WEEKS - 1)
    assert len(model.datacollector.model_vars["core"]) == WEEKS - 1
    model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame.index.tolist() == list(range(1, WEEKS + 1))
    assert list(frame) == [name for name in weekly if name not in ("scenario", "replicate", "community")]
    for name in frame:
        assert frame[name].equals(weekly[name]), name
    assert list(model.datacollector.model_reporters) == [*NAMES, "activity_stage"]
    assert model.datacollector.model_vars["core"] == frame["core"].tolist()
    assert model.datacollector.model_vars["stage"][-1] == frame["stage"].iloc[-1]


def test_a_model_can_be_stepped_beyond_its_weeks() -> None:
    short = stepped(CommunityModel(TURNS, rng=4, weeks=72), 200)
    life = live(CommunityModel(TURNS, rng=4, weeks=200).plan, 4, 0)
    assert short.state.record[:200].tobytes() == life.record.tobytes()
    assert same_state(short.state, life.state)
    established = stepped(CommunityModel("established", rng=4, weeks=5), 60)
    life = live(CommunityModel("established", weeks=60).plan, 4, 0)
    assert established.state.record[:60].tobytes() == life.record.tobytes()


def test_the_last_week_is_the_last() -> None:
    model = CommunityModel(FAILS, rng=1, weeks=MOST_WEEKS)
    stepped(model, MOST_WEEKS)
    with pytest.raises(copsim.UserError, match="5,200"):
        model.step()


def test_views_show_the_people_inside() -> None:
    model = CommunityModel(rng=1)
    assert len(model.agents) == int(model.state.counts[0].people) > 1
    for _ in range(30):
        model.step()
        row = model.datacollector.get_model_vars_dataframe().iloc[-1]
        levels = model.agents.get("level")
        assert len(levels) == row["members"]
        assert [levels.count(name) for name in ("core", "active", "transactional")] == [
            row["core"], row["active"], row["transactional"]
        ]  # fmt: skip
    assert set(model.agents.get("role")) <= {"", "coordinator"}
    assert model.agents.get("role").count("coordinator") == row["coordinator"]


def test_a_person_is_the_same_view_while_rows_are_taken_out() -> None:
    model = stepped(CommunityModel("established", rng=3), 40)
    views = {member.uid: member for member in model.agents}
    number = {uid: member.unique_id for uid, member in views.items()}
    traits = {uid: member.propensity for uid, member in views.items()}
    rows = {uid: member.row for uid, member in views.items()}
    stepped(model, 160)
    now = {member.uid: member for member in model.agents}
    stayed = now.keys() & views.keys()
    assert stayed and views.keys() - stayed
    assert any(views[uid].row != rows[uid] for uid in stayed)
    for uid in stayed:
        assert now[uid] is views[uid]
        assert (views[uid].propensity, views[uid].unique_id) == (traits[uid], number[uid])
    assert all(views[uid] not in model.agents for uid in views.keys() - stayed)
    gone = [views[uid] for uid in views if model.state.row_of[views[uid].number] < 0]
    assert gone
    with pytest.raises(AttributeError, match="long gone"):
        _ = gone[0].belonging


def test_whoever_comes_back_is_the_same_view() -> None:
    model = stepped(CommunityModel(rng=2), 20)
    member = next(iter(model.agents))
    number, level = member.unique_id, model.state.whole[LEVEL, member.row]
    model.state.whole[LEVEL, member.row] = OUTSIDE
    model._looked = -1
    assert member.level == "outside"
    assert member not in model.agents
    model.state.whole[LEVEL, member.row] = level
    model._looked = -1
    assert member in model.agents
    assert member.unique_id == number


def test_views_write_what_may_be_written() -> None:
    model = stepped(CommunityModel(rng=1), 12)
    one, other = list(model.agents)[:2]
    one.belonging = 0.75
    one.units = 3
    assert model.state.real[BELONGING, one.row] == np.float32(0.75)
    assert (one.belonging, one.units) == (0.75, 3)
    one.role = "coordinator"
    other.role = "coordinator"
    assert (one.role, other.role) == ("", "coordinator")
    assert model.agents.get("role").count("coordinator") == 1
    for name, value in (("belonging", 1.5), ("fatigue", float("nan")), ("away", 0.5), ("role", "king")):
        with pytest.raises(copsim.UserError, match=name):
            setattr(one, name, value)
    for name in ("level", "joined", "person", "hours"):
        with pytest.raises(AttributeError):
            setattr(one, name, 1)
    with pytest.raises(AttributeError, match="people"):
        model.agents = []


def test_what_is_written_makes_a_difference_and_looking_none() -> None:
    plain, looked, rested = (stepped(CommunityModel(rng=5), 30) for _ in range(3))
    rested.agents.set("belonging", 0.0)
    for _ in range(40):
        plain.step()
        rested.step()
        looked.agents.shuffle_do(lambda member: member.ties())
        looked.step()
        _ = looked.network(), looked.datacollector.model_vars
    assert plain.state.record.tobytes() == looked.state.record.tobytes()
    assert plain.state.record.tobytes() != rested.state.record.tobytes()


def test_agent_sets_work() -> None:
    model = stepped(CommunityModel("established", rng=2), 20)
    core = model.agents.select(lambda member: member.level == "core")
    assert 0 < len(core) < len(model.agents)
    assert model.agents.groupby("level").count()["core"] == len(core)
    assert core.agg("belonging", np.mean) > model.agents.agg("belonging", np.mean)
    assert model.agents_by_type.keys() == set(model.agent_types) and len(model.agents_by_type) == 1
    assert len(next(iter(model.agents_by_type.values()))) == len(model.agents)
    seen: list[int] = []
    model.agents.do(lambda member: seen.append(member.uid))
    assert seen == sorted(seen) and len(seen) == len(model.agents)
    listed = model.agents.to_list() if hasattr(model.agents, "to_list") else list(model.agents)
    assert [member.uid for member in listed] == seen


def test_ties_and_network_say_the_same() -> None:
    model = stepped(CommunityModel("established", rng=2), 20)
    graph = model.network()
    assert set(graph) == set(model.agents.get("uid"))
    assert graph.number_of_edges() > 0
    for member in model.agents:
        held = [strength for _, strength in member.ties()]
        assert held == sorted(held, reverse=True)
        assert dict(graph[member.uid]) == {other.uid: {"strength": strength} for other, strength in member.ties()}


def batch(model_class: type, parameters: dict[str, Any], **how: Any) -> list[dict[str, Any]]:
    """Run Mesa's batch runner: two iterations, which from 3.5 on are two values of `rng`."""
    twice = {"rng": [1, 2]} if "rng" in inspect.signature(batch_run).parameters else {"iterations": 2}
    rows: list[dict[str, Any]] = batch_run(
        model_class, parameters=parameters, number_processes=1, max_steps=10, display_progress=False, **twice, **how
    )
    return rows


def test_batch_run_varies_settings() -> None:
    last = batch(CommunityModel, {"sponsoring__engagement": [0.0, 0.9], "weeks": 5})
    assert [row["sponsoring__engagement"] for row in last] == [0.0, 0.9, 0.0, 0.9]
    assert len({row["hours"] for row in last}) == 4
    assert {row["stage"] for row in last} <= {"potential", "coalescing"}
    each = batch(CommunityModel, {}, data_collection_period=1)
    steps = [int(row["Step"]) for row in each if row["iteration"] == 0]
    assert steps == list(range(steps[0], steps[0] + len(steps)))
    assert len(each) == 2 * len(steps) >= 20


def test_batch_run_reports_members_when_asked() -> None:
    rows = batch(CommunityModel, {"agent_reporters": [{"level": "level", "hours given": "hours"}]})
    assert {"AgentID", "level", "hours given"} <= rows[0].keys()
    assert {row["iteration"] for row in rows} == {0, 1}


def test_members_report_when_asked() -> None:
    model = stepped(CommunityModel(rng=1, agent_reporters={"level": "level"}), 9)
    frame = model.datacollector.get_agent_vars_dataframe()
    sizes = frame.groupby("Step").size()
    assert sizes.tolist() == model.datacollector.model_vars["members"]
    assert frame.loc[9, "level"].tolist() == model.agents.get("level")


def test_rng_is_the_seed_whatever_it_comes_in() -> None:
    assert CommunityModel(rng=np.int64(7)).seed_number == 7
    assert CommunityModel().seed_number != CommunityModel().seed_number
    sequence = np.random.SeedSequence(5)
    assert CommunityModel(rng=sequence).seed_number == CommunityModel(rng=sequence).seed_number
    drawn = CommunityModel(rng=np.random.default_rng(5)).seed_number
    assert drawn == CommunityModel(rng=np.random.default_rng(5)).seed_number != 5
    for wrong in (-1, 2**63):
        with pytest.raises(copsim.UserError, match="rng"):
            CommunityModel(rng=wrong)


def test_copies_go_on_alike() -> None:
    model = stepped(CommunityModel(TURNS, rng=6), 25)
    _ = model.agents
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin.agents.get("uid") == model.agents.get("uid")
        stepped(twin, 40)
        assert twin.state.record[:65].tobytes() == live(model.plan, 6, 0).record[:65].tobytes()
        assert len(twin.agents) == twin.datacollector.model_vars["members"][-1]
    assert model.week == 25


def test_an_ended_community_stops_running() -> None:
    model = CommunityModel(FAILS, rng=1)
    assert model.running
    model.run_model()
    assert model.ended and model.end_kind == "stillborn"
    model.step()
    assert len(model.agents) == 0 and not model.running
    assert model.datacollector.model_vars["stage"][-1] == "ended"


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(copsim.UserError, match="engagement"):
        CommunityModel(sponsoring__engagment=0.5)
    with pytest.raises(copsim.UserError, match="engagement"):
        CommunityModel(settings={"sponsoring.engagement": 7.0})
    with pytest.raises(copsim.UserError, match="60"):
        CommunityModel(TURNS, weeks=50)


def test_settings_come_either_way() -> None:
    one = stepped(CommunityModel(settings={"sponsoring.engagement": 0.9}, rng=1), 10)
    other = stepped(CommunityModel(sponsoring__engagement=0.9, rng=1), 10)
    assert one.state.record.tobytes() == other.state.record.tobytes()


def test_the_model_is_a_mesa_model() -> None:
    model = CommunityModel(rng=1)
    assert isinstance(model, mesa.Model)
    assert model.week == 0
    assert model.datacollector.get_model_vars_dataframe().empty
    stepped(model, 3)
    assert model.week == model.steps == 3
