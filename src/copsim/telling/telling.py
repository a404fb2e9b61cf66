"""`told`: everything that happened in one watched life, in sentences, by week."""

from collections.abc import Sequence

from copsim.telling.changes import changes, firsts
from copsim.telling.lifecycle import lifecycle
from copsim.telling.meetings import meetings
from copsim.telling.members import levels
from copsim.telling.newcomers import newcomers
from copsim.telling.roles import roles
from copsim.telling.scene import Scene, default_name
from copsim.telling.sentences import Told, in_order
from copsim.telling.sponsors import sponsors
from copsim.telling.watching import Watched

TELLERS = (lifecycle, changes, roles, sponsors, firsts, meetings, levels, newcomers)
"""Each reads a scene and yields sentences of its kinds."""


def told(life: Watched, names: Sequence[str] | None = None) -> list[Told]:
    """Return what happened in a life, by week, the most telling of a week first; see `sentences.KINDS`.

    names: by person; without them people are called as in event logs. Names that hang on the uid alone make two runs on
    the same luck call the same person the same.
    """
    uids: list[int] = life.state.person_uid[: life.persons].tolist()
    scene = Scene(life, names if names is not None else [default_name(uid) for uid in uids])
    return in_order(one for teller in TELLERS for one in teller(scene))
