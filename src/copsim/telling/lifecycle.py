"""Sentences about the lifecycle: the opening, stages entered and left with the mark that did it, the end."""

from collections.abc import Iterator
from typing import Any

from copsim.core.state import COORDINATOR
from copsim.core.vocabulary import ENDS, STAGES
from copsim.mechanisms.staging import COALESCING, ENDED, MATURING, POTENTIAL, SUSTAINING, TRANSFORMING
from copsim.telling.scene import Scene
from copsim.telling.sentences import Told, counted, share

_STRENGTHS = {"domain": "the domain", "togetherness": "the community strength", "practice": "the practice"}
_ENDED = {
    "stillborn": "the community ended before it had matured",
    "faded": "the community faded away",
    "legacy": "the community ended and left a practice as its legacy",
    "split": "the community split in two",
    "merger": "the community merged with another",
    "institutionalised": "the community was made a unit of the organisation",
}


def lifecycle(scene: Scene) -> Iterator[Told]:
    """Yield how it began, every stage entered, and how it ended."""
    yield _beginning(scene)
    before = int(scene.life.community["stage"][0])
    for week, now in enumerate(scene.column("stage").astype(int).tolist(), 1):
        if now == ENDED and before != ENDED:
            yield _ended(scene, week)
        elif now != before:
            way = "fell back to" if now < before <= SUSTAINING else "became"
            yield Told(week, None, "stage", f"the community {way} {STAGES[now]}", _mark(scene, week, before, now))
        before = now


def _beginning(scene: Scene) -> Told:
    if scene.life.plan.start is not None:
        inside, stage = len(scene.life.plan.start), STAGES[int(scene.life.community["stage"][0])]
        return Told(1, None, "launch", f"{counted(inside, 'person', 'people')} went on together", f"it was {stage}")
    founders = int((scene.arrived == 0).sum())
    launching = scene.life.under(0).launching
    hours, prepared = float(launching.hours) * float(launching.on), float(launching.prepared)
    cause = f"a launch took {hours:.0f} hours, {prepared * hours:.0f} of them to prepare"
    text = f"{counted(founders, 'founder')} opened the community"
    if scene.life.people.role[0, 0] == COORDINATOR:
        text += f" with {scene.names[0]} as coordinator"
    return Told(1, None, "launch", text, cause if hours > 0 else "")


def _ended(scene: Scene, week: int) -> Told:
    kind = ENDS[int(scene.life.community["end_kind"][week])]
    cause = f"{counted(int(scene.life.community['silent'][week]), 'week')} had passed without an act by anybody"
    if kind == "institutionalised":
        cause = "its sponsor prescribed the agenda and it was legitimate"
    elif kind == "split":
        cause = f"it had {counted(_regulars(scene, week), 'regular')}"
    return Told(week, None, "end", _ENDED[kind], cause)


def _mark(scene: Scene, week: int, before: int, now: int) -> str:
    """Return the mark that led from one stage to the other."""
    c, q = scene.life.community[week], scene.life.under(week).staging
    regulars = _regulars(scene, week)
    if (before, now) == (POTENTIAL, COALESCING):
        return f"{counted(regulars, 'regular')} and a domain of {share(c['domain'])} were common ground"
    if (before, now) == (COALESCING, MATURING):
        return f"identity and viability had held for {counted(max(1, int(q.maturing_holds)), 'week')}"
    if (before, now) == (MATURING, SUSTAINING):
        return f"stewardship and steady strengths had held for {counted(max(1, int(q.sustaining_holds)), 'week')}"
    if (before, now) == (COALESCING, POTENTIAL):
        return "nobody was a regular any more"
    if (before, now) == (MATURING, COALESCING):
        return f"{_weakest(c)} was nearly lost"
    if (before, now) == (SUSTAINING, TRANSFORMING):
        return _lost(c, q, regulars)
    if (before, now) == (TRANSFORMING, SUSTAINING):
        return f"strengths were steady and regulars at {share(c['smooth'] / c['peak'])} of their peak"
    return ""


def _lost(c: Any, q: Any, regulars: int) -> str:
    """Return how passion was lost."""
    if min(c[key] for key in _STRENGTHS) < float(q.lost_strength):
        return f"{_weakest(c)} had fallen under {share(float(q.lost_strength))}"
    if regulars < q.lost_regulars:
        return f"only {counted(regulars, 'regular')} {'was' if regulars == 1 else 'were'} left"
    return f"regulars had fallen to {share(c['smooth'] / c['peak'])} of their peak"


def _weakest(c: Any) -> str:
    weakest = min(_STRENGTHS, key=lambda key: c[key])
    return f"{_STRENGTHS[weakest]} ({share(c[weakest])})"


def _regulars(scene: Scene, week: int) -> int:
    return int(scene.column("core")[week - 1] + scene.column("active")[week - 1])
