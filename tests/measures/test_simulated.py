"""Simulated logs: the engine and the log agree, member by member and week by week; tables are complete."""

import numpy as np
import pandas as pd
import pytest

from copsim.core.levels import LEVELS
from copsim.core.observables import NAMES
from copsim.core.state import CHANGED
from copsim.engine.living import live
from copsim.engine.parameters import central
from copsim.measures.logs import log_from_frame
from copsim.measures.readings import weekly_reading
from copsim.measures.simulated import contacts, event_log, observed_life, spells
from copsim.mechanisms.staging import ENDED
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario

WEEKS = 130
ELSEWHERE = central("professional")["participating.another_day"]


def engine_levels(life, weeks: int) -> np.ndarray:
    """Return the engine's level of each person at each week's end, -1 before joining, from its own changes of level."""
    people = int(life.state.counts[0].people)
    levels = np.full((people, weeks), -1, np.int8)
    for week, _, person, _, level in life.events[life.events[:, 1] == CHANGED]:
        levels[person, week - 1 :] = level
    return levels


@pytest.mark.parametrize("name", ["baseline", "distributed-leadership", "established"])
@pytest.mark.parametrize("replicate", [0, 1])
def test_the_rule_on_the_log_gives_the_engines_level_of_every_member_in_every_week(name: str, replicate: int) -> None:
    plan = plan_of(load_scenario(name), WEEKS)
    life = live(plan, 11, replicate, events=True)
    frame = event_log(life, plan)
    log = log_from_frame(frame.drop(columns="community"), until="2026-12-27")
    read = weekly_reading(log, "2024-01-01", WEEKS)
    engine = engine_levels(life, WEEKS)
    order = [list(log.members()).index(n) for n in dict.fromkeys(frame["member"])]
    assert sorted(order) == list(range(len(order)))
    number = {f"{int(u) >> 24}-{int(u) & 0xFFFFFF}": k for k, u in enumerate(life.state.person_uid[: len(engine)])}
    rows = np.array([number[member] for member in log.members()])
    lived = life.record[:, NAMES.index("stage")] < ENDED  # an ended community has no levels
    seen = (engine[rows] >= 0) & lived
    assert (read[seen] == engine[rows][seen]).all()


def test_acts_in_the_log_equal_the_engines() -> None:
    plan = plan_of(load_scenario("baseline"), WEEKS)
    life = live(plan, 2, 0, events=True)
    frame = event_log(life, plan)
    week = (pd.to_datetime(frame["date"]) - pd.Timestamp("2024-01-01")).dt.days // 7 + 1
    by_week = frame.groupby(week)["n"].sum().reindex(range(1, WEEKS + 1), fill_value=0)
    assert by_week.tolist() == life.record[:, 15].astype(int).tolist()


def test_spells_cover_the_counts_and_contacts_name_a_holder() -> None:
    plan = plan_of(load_scenario("baseline"), WEEKS)
    life = live(plan, 2, 0, events=True)
    table = spells(life, WEEKS)
    for week in (20, 60, WEEKS):
        on = (table["stop"] > week) | (table["cause"] == "end of run")
        at = table[(table["start"] <= week) & on]
        counted = at["level"].value_counts().reindex(list(LEVELS), fill_value=0)
        assert counted.iloc[:5].tolist() == life.record[week - 1, 1:6].astype(int).tolist()
    met = contacts(life)
    assert len(met) > 0 and (met["member"] != met["member2"]).all()


def test_no_answer_stands_before_what_it_answers() -> None:
    plan = plan_of(load_scenario("baseline"), WEEKS)
    frame = event_log(live(plan, 2, 0, events=True), plan)
    week = (pd.to_datetime(frame["date"]) - pd.Timestamp("2024-01-01")).dt.days // 7 + 1
    posted = frame[frame["kind"] == "post"].assign(week=week).groupby(["week", "member"])["date"].min().rename("asked")
    replies = frame[frame["kind"] == "reply"].assign(week=week)
    both = replies.join(posted, on=["week", "member2"], how="inner")
    assert len(both) > 100 and (both["date"] >= both["asked"]).all()
    assert (both["date"] > both["asked"]).mean() > 0.3  # and not all on the day of the question


def test_a_share_of_second_contributions_falls_on_another_day() -> None:
    plan = plan_of(load_scenario("baseline"), WEEKS)
    pairs, apart = 0, 0
    for replicate in range(8):
        frame = event_log(live(plan, 2, replicate, events=True), plan)
        posts = frame[frame["kind"] == "post"]
        week = (pd.to_datetime(posts["date"]) - pd.Timestamp("2024-01-01")).dt.days // 7
        per_week = posts.groupby([week, "member"])["n"].agg(["sum", "size"])
        pairs += int((per_week["sum"] == 2).sum())
        apart += int(((per_week["sum"] == 2) & (per_week["size"] == 2)).sum())
    error = (ELSEWHERE * (1 - ELSEWHERE) / pairs) ** 0.5
    assert pairs > 300 and abs(apart / pairs - ELSEWHERE) < 0.02 + 4 * error  # .02: a first week may have no other day


def test_a_life_is_observed_as_its_event_log_is() -> None:
    plan = plan_of(load_scenario("established"), 60)
    life = live(plan, 3, 1, events=True)
    direct = observed_life(life, plan)
    read = log_from_frame(event_log(life, plan).drop(columns="community"), until="2025-02-23")
    assert direct.obs_end.tolist() == read.obs_end.tolist()
    pd.testing.assert_frame_equal(
        direct.frame().drop(columns=["community", "kind"]), read.frame().drop(columns=["community", "kind"])
    )
    assert direct.frame()["kind"].astype(str).tolist() == read.frame()["kind"].astype(str).tolist()
