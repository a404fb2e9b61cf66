"""The built-in scenarios: levers only, one sentence each, a slide of the deck, what the charter says."""

import re

import pytest

from copsim.core.declare import parameters_by_key
from copsim.core.vocabulary import MOST_WEEKS
from copsim.engine.gate import EVENTS
from copsim.scenarios import checking
from copsim.scenarios.files import built_in_names, template
from copsim.scenarios.reading import DEFAULT_SET, MID_LIFE_SET, load_scenario

NAMES = built_in_names()
DECK = "seed/deck.txt"


@pytest.mark.parametrize("name", NAMES)
def test_it_sets_levers_only(name):
    scenario = load_scenario(name)
    set_somewhere = {*scenario.settings, *(key for change in scenario.changes for key in change.settings)}
    assert {key for key in set_somewhere if parameters_by_key()[key].role != "lever"} == set()


@pytest.mark.parametrize("name", NAMES)
def test_it_says_in_one_sentence_what_it_stands_for(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title != name
    assert re.fullmatch(r"Stands for [^.!?]+\.", scenario.text)


@pytest.mark.parametrize("name", NAMES)
def test_its_source_is_a_slide_of_the_deck(name, shared_data):
    deck = (shared_data.parent / DECK).read_text(encoding="utf-8")
    source = load_scenario(name).source
    assert source
    assert source.replace(":", "") in deck


def test_the_default_set_is_all_but_the_baseline_and_the_established():
    assert len(NAMES) >= 13
    assert sorted([*DEFAULT_SET, "baseline", "established"]) == list(NAMES)
    assert set(DEFAULT_SET) - set(MID_LIFE_SET) == {"prepared-launch", "cold-launch"}


def test_the_baseline_is_the_population_as_it_is_declared():
    baseline = load_scenario("baseline")
    assert (baseline.settings, baseline.population, baseline.start) == ({}, "professional", "")
    wanted = {"leading.coordinator": 1, "sponsoring.engagement": 0.5, "meeting.cadence": 4, "joining.founders": 8,
              "joining.hinterland": 200}  # fmt: skip
    assert {key: baseline[key] for key in wanted} == wanted


def test_comparisons_are_fair():
    values = {name: load_scenario(name).parameters() for name in NAMES}
    assert values["distributed-leadership"]["leading.hours"] == values["baseline"]["leading.hours"]
    for key in ("launching.hours", "joining.founders"):
        assert values["prepared-launch"][key] == values["cold-launch"][key]
    assert values["no-leadership"]["leading.coordinator"] == 0
    assert values["no-leadership"]["leading.hours"] + values["no-leadership"]["sponsoring.hours"] == 0


@pytest.mark.parametrize(
    ("name", "parent", "kind"),
    [
        ("coordinator-leaves", "baseline", "coordinator-leaves"),
        ("distributed-coordinator-leaves", "distributed-leadership", "coordinator-leaves"),
        ("sponsor-leaves", "engaged-sponsor", "sponsor-leaves"),
    ],
)
def test_who_leaves_leaves_in_week_78(name, parent, kind):
    scenario = load_scenario(name)
    assert scenario.settings == load_scenario(parent).settings
    assert [(event.week, event.kind) for event in scenario.events] == [(78, kind)]


def test_the_engine_knows_the_same_events_and_limits():
    assert set(checking.EVENT_KINDS) == set(EVENTS)
    assert checking.MOST_WEEKS == MOST_WEEKS


@pytest.mark.parametrize("everything", [False, True])
def test_the_template_is_a_scenario(everything, tmp_path):
    text = template("mine.toml")
    if everything:  # every line that can be switched on, switched on
        text = re.sub(r"^# (?=\w+(\.\w+)? = |\[\[)", "", text, flags=re.M).replace("week = 105", "week = 50")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    scenario = load_scenario(tmp_path / "mine.toml")
    assert scenario["sponsoring.engagement"] == 0.8
    assert "mine.toml" in text
    assert bool(scenario.events and scenario.changes and scenario.members) == everything
