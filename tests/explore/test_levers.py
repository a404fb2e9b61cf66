"""The handles: plain words, allowed values, and a handle that was not moved sets nothing."""

import pytest

from copsim.core.errors import UserError
from copsim.explore.levers import LEVERS, lever_named, moved, position
from copsim.scenarios.checking import checked_settings
from copsim.scenarios.files import built_in_names
from copsim.scenarios.reading import load_scenario


def test_there_are_at_most_five_with_stops_that_the_model_allows():
    assert len(LEVERS) <= 5
    assert not {lever.name for lever in LEVERS} & {"left", "right", "seed", "week", "follow"}  # of the address
    for lever in LEVERS:
        slugs = [stop.slug for stop in lever.stops]
        assert len(set(slugs)) == len(slugs) > 2
        for stop in lever.stops:
            assert checked_settings({**stop.settings, **lever.needs}, lever.name)


def test_every_built_in_scenario_stands_on_a_stop():
    for name in built_in_names():
        scenario = load_scenario(name)
        for lever in LEVERS:
            values = scenario.parameters()
            assert all(values[key] == value for key, value in position(scenario, lever).settings.items()), name


def test_a_handle_back_in_its_place_changes_nothing():
    between = load_scenario("baseline").with_({"sponsoring.engagement": 0.45})
    own = position(between, lever_named("sponsorship"))
    assert own.words == "now and then"
    assert moved(between, {"sponsorship": own.slug}) == between
    assert moved(between, {"sponsorship": "often"})["sponsoring.engagement"] == 0.7


def test_whoever_is_to_lead_gets_hours_where_there_were_none():
    led = moved(load_scenario("no-leadership"), {"leadership": "half-shared"})
    assert (led["leading.coordinator"], led["leading.hours"], led["leading.distributed"]) == (1, 6, 0.5)
    strong = moved(load_scenario("strong-coordinator"), {"leadership": "half-shared"})
    assert strong["leading.hours"] == 12


@pytest.mark.parametrize(
    ("levers", "said"),
    [
        ({"rythm": "every-week"}, "there is no lever 'rythm', did you mean 'rhythm'"),
        ({"rhythm": "daily"}, "the lever 'rhythm' must be one of no-meetings, twice-a-year"),
        ({"rhythm": 1}, "the lever 'rhythm' must be one of"),
    ],
)
def test_other_words_are_refused(levers, said):
    with pytest.raises(UserError, match=said):
        moved(load_scenario("baseline"), levers)
