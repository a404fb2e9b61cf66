"""Sentences about leadership: who takes a post or a role, who drops it, who leaves for good, and why."""

from collections.abc import Iterator

import numpy as np

from copsim.core.state import COORDINATOR, FIRST_ROLE, NO_ROLE, WORKS
from copsim.telling.scene import COORDINATOR_LEAVES, TOP_LEAVES, WINDOW, Scene, role_name
from copsim.telling.sentences import BY_SCENARIO, Told, counted, share

DISOWNED = 0.6
"""Share of the agenda that members hold, under which its loss is told as the cause of a departure."""
EXHAUSTED = 0.7
"""Fatigue above which an internal leader steps down, as in `mechanisms/leading.py`."""


def roles(scene: Scene) -> Iterator[Told]:
    """Yield every role taken and dropped from week 1 on, and every departure."""
    people = scene.life.people
    persons = scene.life.persons
    changed = np.argwhere(np.diff(people.role[:, :persons], axis=0) != 0)
    gone = np.argwhere(np.diff(people.left[:, :persons], axis=0) > 0)
    departing = set(map(tuple, gone.tolist()))
    for row, person in changed.tolist():
        if (row, person) not in departing:
            yield from _changed(scene, row + 1, person)
    for row, person in gone.tolist():
        yield _departed(scene, row + 1, person)


def _changed(scene: Scene, week: int, person: int) -> Iterator[Told]:
    """Yield what became of the role of somebody who stays."""
    before, after = (int(scene.life.people.role[w, person]) for w in (week - 1, week))
    name = scene.names[person]
    if after == COORDINATOR:
        yield _became_coordinator(scene, week, person, before)
    elif after >= FIRST_ROLE:
        attached = float(scene.life.people.belonging[week - 1, person])
        cause = f"this work wanted hands and they belonged enough ({share(attached)})"
        yield Told(week, person, "role", f"{name} became {role_name(WORKS[after - FIRST_ROLE])}", cause)
    elif before == COORDINATOR:
        tired = float(scene.life.people.fatigue[week - 1, person])
        text = f"{name} gave up the post of coordinator but stayed"
        yield Told(week, person, "coordinator", text, f"it had tired them ({share(tired)})")
    elif before >= FIRST_ROLE and after == NO_ROLE:
        tired = float(scene.life.people.fatigue[week - 1, person])
        cause = f"it had exhausted them ({share(tired)})" if tired > EXHAUSTED else f"they were silent {WINDOW} weeks"
        yield Told(week, person, "role", f"{name} stepped down as {role_name(WORKS[before - FIRST_ROLE])}", cause)


def _became_coordinator(scene: Scene, week: int, person: int, before: int) -> Told:
    held = (scene.life.people.role[:week, : scene.life.persons] == COORDINATOR).any(1).nonzero()[0]
    empty = week - 1 - int(held[-1]) if len(held) else week
    after = f" after {counted(empty, 'week')} without one" if empty else ""
    if before >= FIRST_ROLE:
        cause = "an internal leader stood ready"
        return Told(week, person, "coordinator", f"{scene.names[person]} took over as coordinator{after}", cause)
    text = f"{scene.names[person]} came from outside as coordinator{after}"
    return Told(week, person, "coordinator", text, "no internal leader stood ready")


def _departed(scene: Scene, week: int, person: int) -> Told:
    """Return the sentence on somebody who left for good."""
    name, before = scene.names[person], int(scene.life.people.role[week - 1, person])
    scenario = _was_top(scene, week, person)
    if before == COORDINATOR:
        scenario = scenario or scene.dated(week, COORDINATOR_LEAVES)
        cause = BY_SCENARIO if scenario else _left_the_post(scene, week, person)
        return Told(week, person, "coordinator", f"{name}, the coordinator, left for good", cause)
    what = f", {role_name(WORKS[before - FIRST_ROLE])}," if before >= FIRST_ROLE else ""
    cause = BY_SCENARIO if scenario else _silent(scene, week, person)
    return Told(week, person, "departed", f"{name}{what} left for good", cause)


def _left_the_post(scene: Scene, week: int, person: int) -> str:
    """Return why a coordinator left: for another job before the week's work, or like anybody else at the week's end."""
    if scene.life.people.hours[week, person] > 0:
        return _silent(scene, week, person)
    hours = float(scene.life.under(week).leading.hours) + float(scene.life.community["sponsor_hours"][week])
    return "another job called" if hours > 0 else ""  # without hours to work, nothing tells the two apart


def _silent(scene: Scene, week: int, person: int) -> str:
    """Return how long a leaver had been silent, and what failed to hold: an agenda of others, else belonging."""
    owned = float(scene.life.community["ownership"][week])
    said = f"they were silent {counted(scene.silent_weeks(week, person), 'week')}"
    if owned < DISOWNED:
        return f"{said} and members held {share(owned)} of the agenda"
    return f"{said} at a belonging of {share(float(scene.life.people.belonging[week, person]))}"


def _was_top(scene: Scene, week: int, person: int) -> bool:
    """Tell whether the scenario lets whoever made most leave this week, and whether this was the one."""
    if not scene.dated(week, TOP_LEAVES):
        return False
    people = scene.life.people
    made = np.where(people.left[week - 1] == 0, people.recent[week - 1], -1)
    return int(made.argmax()) == person
