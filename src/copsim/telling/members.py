"""Sentences about levels: who moved, read from the engine's changes of level, and the acts that the rule counted."""

from collections.abc import Iterator

from copsim.core.levels import ACTIVE, CORE, CORE_WEEKS, LEVELS, OCCASIONAL, OUTSIDE, PERIPHERAL, TRANSACTIONAL
from copsim.telling.scene import WINDOW, Scene
from copsim.telling.sentences import Told, counted, share

TIRED = 0.3
"""Fatigue from which a slip is told with it: it lowers the odds of acting by a factor of about two."""


def levels(scene: Scene) -> Iterator[Told]:
    """Yield every change of level after the week of joining; those who are appointed come with their post."""
    for week, person, before, after in scene.moves.tolist():
        if before == OUTSIDE and max(1, scene.arrived[person]) == week:
            continue
        kind = next((name for level, name in ((CORE, "core"), (ACTIVE, "active")) if level in (before, after)), "level")
        text = f"{scene.names[person]} {_moved(before, after)}"
        yield Told(week, person, kind, text, _cause(scene, week, person, before, after))


def _moved(before: int, after: int) -> str:
    if after == OUTSIDE:
        return f"slipped from {LEVELS[before]} to outside"
    if before == OUTSIDE:
        return f"came back from outside and is {LEVELS[after]}"
    return f"{'moved in' if after < before else 'slipped'} from {LEVELS[before]} to {LEVELS[after]}"


def _cause(scene: Scene, week: int, person: int, before: int, after: int) -> str:
    """Return what the rule of the levels counted, and what was behind it."""
    if scene.life.people.left[week, person]:
        return f"they had left for good in week {scene.life.people.left[:, person].argmax()}"
    if after == OUTSIDE:
        return "a year had passed without an act"
    if after == PERIPHERAL:
        return f"they were silent {WINDOW} weeks{_behind_slip(scene, week, person)}"
    active = int(scene.active_of_twelve[week, person])
    if after == CORE:
        return _into_core(scene, week, person, active)
    if before == CORE and active >= CORE_WEEKS:
        return "others came to make half of all acts without them"
    if before == TRANSACTIONAL:
        return "they acted in a second week"
    if after < before:
        return _rise(scene, week, person, after, active)
    return f"they acted in only {active} of {WINDOW} weeks{_behind_slip(scene, week, person)}"


def _into_core(scene: Scene, week: int, person: int, active: int) -> str:
    if scene.active_of_twelve[week - 1, person] < CORE_WEEKS:
        return f"they acted in {active} of {WINDOW} weeks, and few did more"
    return "they came to be of the few who made half of all acts"


def _rise(scene: Scene, week: int, person: int, after: int, active: int) -> str:
    """Return the acts that were counted, and what was received most in the weeks that the levels are read from."""
    if after == OCCASIONAL:
        return f"they acted again after {counted(scene.silent_weeks(week - 1, person) + 1, 'week')}"
    since = max(1, week - WINDOW + 1)
    received = (
        (scene.contacted[since : week + 1, person].sum(), "contact", "contacts"),
        (scene.answers[since : week + 1, person].sum(), "answer", "answers"),
        (scene.attended[since : week + 1, person].sum(), "meeting", "meetings"),
    )
    most = sorted((-int(number), one, many) for number, one, many in received if number)[:2]
    words = [counted(-number, one, many) for number, one, many in most]
    said = f"they acted in {active} of {WINDOW} weeks"
    return f"{said}, with {' and '.join(words)}" if words else said


def _behind_slip(scene: Scene, week: int, person: int) -> str:
    """Return the pause or the fatigue that was there in the weeks before, or nothing."""
    people = scene.life.people
    if people.away[week, person]:
        here = (people.away[: week + 1, person] == 0).nonzero()[0]
        return f", with a pause since week {here[-1] + 1}" if len(here) else ", with a pause"
    tired = float(people.fatigue[week - 1, person])
    return f" and were tired ({share(tired)})" if tired >= TIRED else ""
