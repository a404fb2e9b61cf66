"""Sentences about meetings: the first, those that nobody came to or that were much better or worse, and who missed one."""

from collections.abc import Iterator

import numpy as np

from copsim.core.levels import ACTIVE, OUTSIDE
from copsim.telling.members import TIRED
from copsim.telling.scene import Array, Scene, steps
from copsim.telling.sentences import Told, counted, share

FEW = 5
"""People around that are few, for a meeting."""
STEP = 0.3
"""Quality of a meeting is told when it has moved so far since it was told last."""
SLOW = -0.7
"""Shared luck of the week, in log-odds, that halves the odds of coming."""


def meetings(scene: Scene) -> Iterator[Told]:
    """Yield what is told of the meetings, and of those who missed one after coming twice."""
    weeks = np.flatnonzero(scene.column("meets") > 0) + 1
    yield from _meetings(scene, weeks)
    yield from _missed(scene, weeks)


def _meetings(scene: Scene, weeks: Array) -> Iterator[Told]:
    quality, came = scene.column("quality")[weeks - 1], scene.column("attendance")[weeks - 1].astype(int)
    if len(weeks) and scene.life.plan.start is None:
        cadence = round(float(scene.life.under(int(weeks[0])).meeting.cadence))
        text = f"the first meeting drew {counted(int(came[0]), 'person', 'people')}"
        yield Told(int(weeks[0]), None, "meeting", text, f"the rhythm sets one every {counted(cadence, 'week')}")
    for week in weeks[came == 0].tolist():
        yield Told(week, None, "meeting", "nobody came to the meeting", _empty(scene, week))
    for last, place in steps(quality, STEP):
        way = "rose" if quality[place] > quality[last] else "fell"
        text = f"the meeting's quality {way} from {100 * quality[last]:.0f} to {share(quality[place])}"
        yield Told(int(weeks[place]), None, "meeting", text, _moved(scene, int(weeks[last]), int(weeks[place])))


def _empty(scene: Scene, week: int) -> str:
    """Return why nobody came: few were left to come, a slow time, or chance."""
    around = int(scene.column("around")[week - 1])
    if around <= FEW:
        return f"only {counted(around, 'person was', 'people were')} around" if around else "nobody was around"
    return _slow(scene, week) or "chance would have it"


def _moved(scene: Scene, last: int, week: int) -> str:
    """Return what made a meeting better or worse: preparation or the domain, whichever moved its quality more."""
    quality, domain = scene.column("quality"), scene.life.community["domain"]
    before, now = (0.5 + 0.5 * domain[w - 1] for w in (last, week))
    ratio = (quality[week - 1] + 1e-6) / (quality[last - 1] + 1e-6)
    better = ratio > 1.0
    if abs(np.log(now / before)) > abs(np.log(ratio * before / now)):
        return f"the domain was {'stronger' if better else 'weaker'}"
    if not better and scene.column("coordinator")[week - 1] == 0:
        return "nobody held the coordinator's post to prepare it"
    return f"{'more' if better else 'less'} had gone into preparing it"


def _missed(scene: Scene, weeks: Array) -> Iterator[Told]:
    level = np.full(scene.life.persons, OUTSIDE)
    moves, at = scene.moves, 0
    for place, week in enumerate(weeks.tolist()):
        while at < len(moves) and moves[at, 0] < week:
            level[moves[at, 1]] = moves[at, 3]
            at += 1
        if place < 2:
            continue
        came = scene.attended[weeks[place - 2 : place + 1]]
        missed = (came[0] > 0) & (came[1] > 0) & (came[2] == 0) & (level <= ACTIVE)
        for person in np.flatnonzero(missed & (scene.life.people.left[week, : len(level)] == 0)).tolist():
            yield Told(week, person, "missed", f"{scene.names[person]} missed the meeting", _why(scene, week, person))


def _why(scene: Scene, week: int, person: int) -> str:
    """Return what kept a regular from a meeting: a pause, fatigue, a slow week, or chance."""
    people = scene.life.people
    if people.away[week, person]:
        return "they were in a pause"
    tired = float(people.fatigue[week - 1, person])
    if tired >= TIRED:
        return f"they were tired ({share(tired)})"
    return _slow(scene, week) or "chance would have it"


def _slow(scene: Scene, week: int) -> str:
    """Return in words that the shared luck of the week was poor, or nothing."""
    c = scene.life.community[week]
    if c["shock"] + c["tide"] + c["season"] > SLOW:
        return ""
    return "the year was ending and little went on" if c["season"] < 0 else "it was a slow time for all"
