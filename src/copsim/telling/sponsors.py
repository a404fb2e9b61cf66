"""Sentences about sponsorship: who sponsors, how attentive, and whose the agenda is."""

from collections.abc import Iterator

import numpy as np

from copsim.core.state import BRIDGING
from copsim.telling.scene import SPONSOR_LEAVES, Scene, steps
from copsim.telling.sentences import BY_SCENARIO, Told, counted, share

STEP = 0.2
"""Attention, or the share of the agenda that is held, is told when it has moved so far since it was told last."""
NOTICED = 1.05
"""Rise that counts as one, as a ratio."""
SEEN = 0.1
"""Share of value seen from which it shortens the search for a sponsor by half, see `mechanisms/sponsoring.py`."""


def sponsors(scene: Scene) -> Iterator[Told]:
    """Yield the coming and going of sponsors, and each large move of attention and of the agenda's ownership."""
    yield from _posts(scene)
    yield from _attention(scene)
    yield from _agenda(scene)


def _posts(scene: Scene) -> Iterator[Told]:
    there = scene.life.community["sponsor"]
    for week in (np.flatnonzero(np.diff(there) != 0) + 1).tolist():
        if there[week] == 0:
            cause = BY_SCENARIO if scene.dated(week, SPONSOR_LEAVES) else "another job called"
            yield Told(week, None, "sponsor", "the sponsor left", cause)
        else:
            empty = week - 1 - int(np.flatnonzero(there[:week] > 0)[-1]) if there[:week].any() else week
            text = f"a new sponsor was found after {counted(empty, 'week')} without one"
            yield Told(week, None, "sponsor", text, _found_because(scene, week))


def _found_because(scene: Scene, week: int) -> str:
    """Return what made the search short: value that was seen, or nothing but time."""
    seen = value_seen(scene, week - 1)
    return f"the organisation saw {share(seen)} of the value" if seen >= SEEN else "the organisation looked for one"


def value_seen(scene: Scene, week: int) -> float:
    """Return the share of the community's value that the organisation saw at the end of a week."""
    bridging = scene.life.community["coverage"][week, BRIDGING]
    return float(scene.life.community["story_level"][week] * (0.2 + 0.8 * bridging))


def _attention(scene: Scene) -> Iterator[Told]:
    attention = scene.life.community["attention"][: scene.lived + 1]
    for last, week in steps(attention, STEP):
        way = "fell" if attention[week] < attention[last] else "rose"
        text = f"the sponsor's attention {way} from {100 * attention[last]:.0f} to {share(attention[week])}"
        yield Told(week, None, "attention", text, _moved_because(scene, last, week, attention[week] < attention[last]))


_CAUSES = {
    "engagement": ("the scenario lowered the engagement", "the scenario raised the engagement"),
    "presence": ("the post was empty", "somebody held the post again"),
    "patience": ("too little value was seen", "value was seen and restored patience"),
}
"""What attention follows: what is said when it went down, and up."""


def _moved_because(scene: Scene, last: int, week: int, fell: bool) -> str:
    """Return which of the three things that attention follows moved it: see `held_down` and `lifted`."""
    if fell:
        return _CAUSES[held_down(scene, week)][0]
    return _CAUSES[lifted(scene, last, week)][1]


def held_down(scene: Scene, week: int) -> str:
    """Return which of the three was lowest against what it could be: a full post and patience, the engagement so far."""
    now, most = followed(scene, week), max(followed(scene, w)["engagement"] for w in range(week + 1))
    against = {**now, "engagement": now["engagement"] / most if most else 1.0}
    return min(_CAUSES, key=lambda key: against[key])


def lifted(scene: Scene, last: int, week: int) -> str:
    """Return which of the three rose most from its lowest since the last move was told; where none rose, since before."""
    now = followed(scene, week)
    for since in (last, 0):
        before = [followed(scene, w) for w in range(since, week)]
        rise = {key: now[key] / (min(each[key] for each in before) + 1e-3) for key in _CAUSES}
        most = max(rise, key=lambda key: rise[key])
        if rise[most] > NOTICED:
            break
    return most


def followed(scene: Scene, week: int) -> dict[str, float]:
    """Return the three things that attention follows, as they stood in a week."""
    sponsoring, community = scene.life.under(week).sponsoring, scene.life.community[week]
    return {
        "engagement": float(sponsoring.engagement),
        "presence": max(float(community["sponsor"]), float(sponsoring.council)),
        "patience": float(community["patience"]),
    }


def _agenda(scene: Scene) -> Iterator[Told]:
    owned = scene.life.community["ownership"][: scene.lived + 1]
    for last, week in steps(owned, STEP):
        prescribed = float(scene.life.under(week).sponsoring.prescription)
        cause = f"a sponsor prescribed {share(prescribed)} of it"
        if owned[week] > owned[last]:
            cause = "less of it was prescribed" if scene.life.community["sponsor"][week] else "no sponsor prescribed it"
        text = f"members held {share(owned[week])} of the agenda, {100 * owned[last]:.0f} before"
        yield Told(week, None, "agenda", text, cause)
