"""Sentences about newcomers: why they came, who welcomed them, who answered first, and what nobody answered."""

from collections.abc import Iterator

import numpy as np

from copsim.core.levels import OUTSIDE
from copsim.core.state import MESSAGING, MET, REPLY
from copsim.telling.scene import Scene
from copsim.telling.sentences import Told


def newcomers(scene: Scene) -> Iterator[Told]:
    """Yield what happened to those who joined in the run, in their first weeks."""
    yield from _joined(scene)
    yield from _welcomed(scene)
    yield from _unanswered(scene)
    yield from _first_answers(scene)


def is_new(scene: Scene, week: int, person: int) -> bool:
    """Tell whether somebody who joined in the run is a newcomer in a week, by the scenario's own settings."""
    joined = int(scene.arrived[person])
    return joined > 0 and week - joined < float(scene.life.under(week).welcoming.weeks)


def _joined(scene: Scene) -> Iterator[Told]:
    causes: dict[int, str] = {}
    for week, person, before, _ in scene.moves.tolist():
        if before == OUTSIDE and scene.arrived[person] == week and not scene.appointed[person]:
            if week not in causes:
                causes[week] = _drew(scene, week)
            yield Told(week, person, "joined", f"{scene.names[person]} joined", causes[week])


def pulls(scene: Scene, week: int) -> dict[str, float]:
    """Return what drew people in a week, as `mechanisms/joining.py` adds it up: by the launch, by talk, unprompted."""
    c, p = scene.life.community[week], scene.life.under(week)
    luck = np.exp(c["shock"] + c["tide"] + c["season"])
    message = 1.0 + float(p.joining.messaging) * c["coverage"][MESSAGING]
    hinterland = max(1, int(scene.life.state.counts[0].hinterland))
    return {
        "the launch had reached them": float(scene.life.community["pulse"][week - 1]),
        "members had spoken of it": float(p.joining.word_of_mouth) * float(scene.life.warmth[week - 1]) / hinterland,
        "word of it had reached them": float(p.joining.reach) * float(p.practising.breadth) * float(message * luck),
    }


def _drew(scene: Scene, week: int) -> str:
    """Return the strongest of the pulls."""
    pull = pulls(scene, week)
    return max(pull, key=lambda key: pull[key])


def _welcomed(scene: Scene) -> Iterator[Told]:
    seen: set[int] = set()
    for week, _, host, person, _ in scene.events_of(MET).tolist():
        weeks_here = week - int(scene.arrived[person])
        if person not in seen and is_new(scene, week, person):
            seen.add(person)
            when = "the week they came" if weeks_here == 0 else f"their week {weeks_here + 1}"
            text = f"{scene.names[host]} welcomed {scene.names[person]}"
            yield Told(week, person, "welcomed", text, f"they contributed, and it was {when}")


def _unanswered(scene: Scene) -> Iterator[Told]:
    if not scene.life.under(0).answering.on:
        return
    around = scene.column("around").astype(int)
    for week, person in np.argwhere((scene.posts > 0) & (scene.answers == 0)).tolist():
        if is_new(scene, week, person) and not scene.appointed[person]:
            others = int(around[week - 1]) - 1
            number = int(scene.posts[week, person])
            what = f"the {number} contributions" if number > 1 else "the contribution"
            cause = f"none of the {others} others around took it up" if others > 1 else "hardly anybody was around"
            yield Told(week, person, "unanswered", f"nobody answered {what} of {scene.names[person]}", cause)


def _first_answers(scene: Scene) -> Iterator[Told]:
    seen: set[int] = set()
    for week, _, answerer, person, _ in scene.events_of(REPLY).tolist():
        if person in seen:
            continue
        seen.add(person)
        if is_new(scene, week, person):
            cause = "they had contributed" if scene.posts[week, person] else "they had answered before"
            text = f"{scene.names[person]} got a first answer, from {scene.names[answerer]}"
            yield Told(week, person, "answered", text, cause)
