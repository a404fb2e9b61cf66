"""A scenario as a value: equal, hashable, frozen, copied with other settings, the same through plain values."""

import copy
import dataclasses
import json
import pickle

import pytest

from copsim.core.errors import UserError
from copsim.scenarios.reading import Change, Event, Scenario, load_scenario


@pytest.fixture
def scenario():
    return Scenario(
        "mine",
        settings={"sponsoring.engagement": 0.8},
        changes=(Change(60, {"leading.hours": 2}), Change(1, {"leading.hours": 3})),
        events=(Event(52, "sponsor-leaves"),),
    )


def test_the_value_in_force_in_week_1(scenario):
    assert scenario["sponsoring.engagement"] == 0.8
    assert scenario["leading.hours"] == 3
    assert scenario.parameters(60)["leading.hours"] == 2
    assert scenario["meeting.cadence"] == 4
    assert Scenario("talk", population="talk")["meeting.cadence"] == 0
    with pytest.raises(UserError, match=r"did you mean 'sponsoring.engagement'"):
        scenario["sponsoring.engagment"]


def test_what_is_set_is_not_drawn(scenario):
    assert scenario.settled() == {"sponsoring.engagement": 0.8, "leading.hours": 3}


def test_a_copy_with_other_settings(scenario):
    more = scenario.with_({"leading.hours": 9, "sponsoring": {"engagement": 0.5}}, name="more")
    assert more.settings == {"sponsoring.engagement": 0.5, "leading.hours": 9}
    assert (more.name, more.title) == ("more", "more")
    assert more.text == "mine with leading.hours = 9, sponsoring.engagement = 0.5."
    assert (more.changes, more.events) == (scenario.changes, scenario.events)
    assert scenario["sponsoring.engagement"] == 0.8
    assert scenario.with_({"leading.hours": 9}).name == "mine"
    with pytest.raises(UserError, match=r"scenario 'more'.*out of range"):
        scenario.with_({"leading.hours": 900}, name="more")
    with pytest.raises(UserError, match="empty"):
        scenario.with_({}, name="")


def test_equal_values_are_equal(scenario):
    for twin in (copy.deepcopy(scenario), pickle.loads(pickle.dumps(scenario)), load_scenario(scenario.as_dict())):
        assert twin == scenario
        assert hash(twin) == hash(scenario)
        assert twin.digest() == scenario.digest()
    assert load_scenario(json.loads(json.dumps(scenario.as_dict()))) == scenario
    other = scenario.with_({"leading.hours": 1})
    assert other != scenario
    assert other.digest() != scenario.digest()


def test_the_digest_does_not_depend_on_the_order_of_settings():
    one, two = {"leading.hours": 1.0, "meeting.cadence": 2.0}, {"meeting.cadence": 2, "leading.hours": 1}
    assert Scenario("a", settings=one).digest() == Scenario("a", settings=two).digest()


def test_a_scenario_is_frozen(scenario):
    given = {"leading.hours": 1.0}
    made = Scenario("a", settings=given)
    given["leading.hours"] = 2.0
    assert made["leading.hours"] == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario.name = "other"
    for settings in (scenario.settings, scenario.changes[0].settings):
        with pytest.raises(TypeError):
            settings["leading.hours"] = 1


def test_changes_and_events_are_sorted(scenario):
    assert [change.week for change in scenario.changes] == [1, 60]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Scenario("a/b"), "slashes"),
        (lambda: Scenario(5), "text"),
        (lambda: Scenario("a", population="x"), "population"),
        (lambda: Scenario("a", weeks=0), "weeks"),
        (lambda: Scenario("a", members=1), "members"),
        (lambda: Scenario("a", settings={"x.y": 1}), "no parameter 'x.y'"),
        (lambda: Scenario("a", weeks=5, changes=(Change(6),)), "a change in week 6 comes after the end, week 5"),
        (lambda: Change(0), "week"),
        (lambda: Change(1, {"leading.hours": 99}), "out of range"),
        (lambda: Event(1, "storm"), "kind"),
    ],
)
def test_nothing_wrong_can_be_made(made, said):
    with pytest.raises(UserError, match=said):
        made()
