"""The Mesa face: same bits as the engine, views that own nothing, Mesa's own tools work."""

import inspect

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run

import copsim
from copsim.agents.model import CommunityModel

WEEKS = 90
TURNS = {
    "name": "turns", "set": {"leading.hours": 5.0}, "change": [{"week": 30, "set": {"meeting.cadence": 2.0}}],
    "event": [{"week": 60, "kind": "coordinator-leaves"}],
}  # fmt: skip


def stepped(model: CommunityModel, weeks: int) -> CommunityModel:
    for _ in range(weeks):
        model.step()
    return model


@pytest.mark.parametrize("scenario", ["baseline", TURNS, "established"])
def test_steps_equal_the_engine_bit_for_bit(scenario: object) -> None:
    result = copsim.simulate(scenario, replicates=1, weeks=WEEKS, seed=3)
    model = stepped(CommunityModel(scenario, rng=3, weeks=WEEKS), WEEKS)
    collected = model.datacollector.get_model_vars_dataframe()
    for name in ("core", "acts", "value_realized", "cost", "legitimacy", "domain"):
        assert np.array_equal(collected[name].to_numpy(np.float32), result.weekly[name].to_numpy()), name
    assert collected["stage"].tolist() == result.weekly["stage"].astype(str).tolist()


def test_views_read_and_write_the_engine_and_stay_the_same_person() -> None:
    model = stepped(CommunityModel(rng=1), 12)
    views = {member.uid: member for member in model.agents}
    row = model.datacollector.get_model_vars_dataframe().iloc[-1]
    assert len(views) == row["members"]
    assert sum(member.level_name == "active" for member in views.values()) == row["active"]
    somebody = next(iter(views.values()))
    somebody.belonging = 0.75
    assert model.state.real[:, somebody.row].tolist().count(np.float32(0.75)) >= 1
    stepped(model, 80)
    now = {member.uid: member for member in model.agents}
    assert now.keys() != views.keys()
    assert all(now[uid] is views[uid] for uid in now.keys() & views.keys())
    assert {m.role_name for m in now.values()} <= {"", "coordinator"}


def test_agent_sets_and_network_work() -> None:
    model = stepped(CommunityModel(rng=2), 20)
    core = model.agents.select(lambda member: member.level_name == "core")
    assert len(core) <= len(model.agents)
    assert model.agents.agg("belonging", np.mean) > 0
    graph = model.network()
    assert graph.number_of_nodes() == len(model.agents)
    assert graph.number_of_edges() > 0


def test_batch_run_varies_settings() -> None:
    how = {"iterations": 2} if "iterations" in inspect.signature(batch_run).parameters else {}
    if mesa.__version__ >= "3.4":
        how = {"rng": [1, 2]}
    rows = batch_run(
        CommunityModel, parameters={"sponsoring__engagement": [0.0, 0.9]}, number_processes=1, max_steps=10,
        data_collection_period=-1, display_progress=False, **how,
    )  # fmt: skip
    assert len(rows) == 4
    assert {row["sponsoring__engagement"] for row in rows} == {0.0, 0.9}


def test_bad_settings_are_refused() -> None:
    with pytest.raises(copsim.UserError, match="engagement"):
        CommunityModel(sponsoring__engagment=0.5)
    model = stepped(CommunityModel(weeks=2), 2)
    with pytest.raises(IndexError, match="2 weeks"):
        model.step()
