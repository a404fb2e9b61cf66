"""A watched life is the engine's life, bit for bit, whatever room its events find."""

import numpy as np
import pytest

from copsim.core.errors import UserError
from copsim.core.state import LEFT, PERSON, ROLE
from copsim.engine.gate import make_plan
from copsim.engine.living import live, moment_of
from copsim.engine.moments import future_plan
from copsim.studies.planning import in_plan, worlds_of
from copsim.telling import watching
from copsim.telling.watching import watch
from tests.telling.lives import plan_named


@pytest.mark.parametrize("name", ["baseline", "established", "new ways"])
def test_watching_changes_no_bit(name: str) -> None:
    plan = plan_named(name, 156)
    (world,) = in_plan(plan, worlds_of(5, 1))
    watched, lived = watch(plan, 5, 0, world), live(plan, 5, 0, world, events=True)
    assert watched.record.tobytes() == lived.record.tobytes()
    assert watched.events.tobytes() == lived.events.tobytes()
    for ours, theirs in zip(watched.state[:2] + watched.state[6:], lived.state[:2] + lived.state[6:], strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_too_little_room_for_events_changes_nothing(monkeypatch) -> None:
    plan = plan_named("baseline", 60)
    whole = watch(plan, 2)
    monkeypatch.setattr(watching, "ROOM", 10)
    again = watch(plan, 2)
    assert len(again.events) == len(whole.events) > 10
    assert (
        again.events.tobytes() == whole.events.tobytes() and again.people.role.tobytes() == whole.people.role.tobytes()
    )


def test_what_is_seen_last_is_the_state_at_the_end() -> None:
    life = watch(plan_named("baseline", 61), 3)
    rows = int(life.state.counts[0].rows)
    person = life.state.whole[PERSON, :rows]
    assert (life.people.role[-1, person] == life.state.whole[ROLE, :rows]).all()
    assert (life.people.left[-1, person] == life.state.whole[LEFT, :rows]).all()
    assert (life.people.left[-1] == life.state.person_left).all()
    assert life.community[-1].tobytes() == np.asarray(life.state.community)[0].tobytes()
    assert life.under(61) is life.parameters[0]


def test_settings_in_force_follow_the_dates() -> None:
    life = watch(plan_named("sponsor-leaves", 100), 1)
    engagement = [float(life.under(week).sponsoring.engagement) for week in (1, 77, 78, 100)]
    assert engagement == pytest.approx([0.9, 0.9, 0.5, 0.5])


def test_too_many_to_watch_are_refused_in_one_sentence() -> None:
    plan = make_plan("professional", 520, {"joining.hinterland": 1e6})
    with pytest.raises(UserError, match="too much to watch one by one: people times weeks may be 20,000,000 at most"):
        watch(plan, 1)


def test_a_future_of_a_life_is_refused() -> None:
    moment = moment_of(plan_named("baseline", 20), 1, 0, 20)
    with pytest.raises(UserError, match="the future of a life cannot be watched"):
        watch(future_plan(moment, 10, {}), 1)
