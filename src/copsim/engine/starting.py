"""A community that is already there at the start: people with a year of history, ties, and the community's own state.

Saved as one .npz file of plain arrays; loading never runs code. The levels at week 0, and every log written from the run,
follow from the year of weekly acts alone.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.levels import ACTIVE_WEEKS as ACTIVE_WEEKS_OF_TWELVE
from copsim.core.levels import OUTSIDE, YEAR_WEEKS
from copsim.core.state import (
    ACTIVE_WEEKS,
    HISTORY,
    LAST_ACT,
    LEVEL,
    PERSON,
    REAL,
    RECENT,
    WEEKS,
    WHOLE,
    State,
    new_state,
)

Array = np.ndarray[Any, Any]
HISTORY_WEEKS = YEAR_WEEKS - 1
"""Weeks of history that people inside at the start carry."""
KEPT_WHOLE = ("joined", "away", "left", "role", "units")
"""Columns of whole numbers that a start keeps; the others follow from the acts."""


@dataclass(frozen=True)
class Start:
    """People inside at week 0, in order of arrival, and the community they make.

    acts: int32 (people, 52), of weeks -51 to 0; real: float32 (columns of `core/state.REAL`, people); whole: int32
    (KEPT_WHOLE, people); tie_other, tie_strength: (people, SLOTS), numbers of people in this start or -1; community:
    float64, the fields of `core/state.COMMUNITY` flattened; hinterland: people who could still join.
    """

    acts: Array
    real: Array
    whole: Array
    tie_other: Array
    tie_strength: Array
    community: Array
    hinterland: int

    def save(self, path: "Path | IO[bytes]") -> None:
        """Write the start into one .npz file."""
        arrays = {name: value for name, value in vars(self).items() if name != "hinterland"}
        np.savez_compressed(path, hinterland=np.int64(self.hinterland), **arrays)

    @property
    def stage(self) -> int:
        """Return the code of the stage in which the community begins."""
        empty = new_state(1, 1, 1, 1, 0).community.copy()
        empty.view("f8")[:] = self.community
        return int(empty["stage"][0])

    def __len__(self) -> int:
        return int(self.acts.shape[0])


def load_start(path: Path) -> Start:
    """Read a start; a `UserError` says when the file is not one of this version."""
    try:
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files}
        start = Start(**{**arrays, "hinterland": int(arrays["hinterland"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"{path} is not a saved community that this version of copsim can start from.") from error
    shapes = start.real.shape == (len(REAL), len(start)) and start.whole.shape == (len(KEPT_WHOLE), len(start))
    if not shapes or start.community.size != community_size():
        raise UserError(f"{path} was saved by another version of copsim and cannot be started from.")
    return start


def community_size() -> int:
    """Return how many numbers the community's record holds."""
    return int(new_state(1, 1, 1, 1, 0).community.view("f8").size)


def copied(start: Start, members: int) -> Start:
    """Return a start with so many people: those of `start` over and over, ties within each copy."""
    n = len(start)
    chosen = np.arange(members) % n
    block = (np.arange(members) // n * n)[:, None]
    other = np.where(start.tie_other[chosen] >= 0, start.tie_other[chosen] + block, -1)
    other[other >= members] = -1
    whole = start.whole[:, chosen].copy()
    roles = whole[KEPT_WHOLE.index("role")]
    roles[n:] = 0  # posts are not multiplied
    strength = np.where(other >= 0, start.tie_strength[chosen], 0).astype(np.float32)
    hinterland = round(start.hinterland * members / n)
    real, number = start.real[:, chosen], other.astype(np.int32)
    return by_appearance(Start(start.acts[chosen], real, whole, number, strength, start.community, hinterland))


def by_appearance(start: Start) -> Start:
    """Return a start with its people in the order in which they first appear in its year, as a log orders them."""
    order = np.argsort((start.acts > 0).argmax(1), kind="stable")
    place_of = np.empty(len(order) + 1, np.int32)
    place_of[order], place_of[-1] = np.arange(len(order)), -1
    return replace(
        start,
        acts=start.acts[order],
        real=start.real[:, order],
        whole=start.whole[:, order],
        tie_other=place_of[start.tie_other[order]],
        tie_strength=start.tie_strength[order],
    )


def place(start: Start, s: State) -> None:
    """Put the people and the community of a start into an empty state, at the end of week 0."""
    n = len(start)
    uids = np.arange(n, dtype=np.uint64)  # arrivals of week 0
    s.uid[:n], s.person_uid[:n] = uids, uids
    s.row_of[:n] = np.arange(n)
    s.real[:, :n] = start.real
    names = list(WHOLE)
    for k, name in enumerate(KEPT_WHOLE):
        s.whole[names.index(name), :n] = start.whole[k]
    s.whole[PERSON, :n] = np.arange(n)
    s.whole[LEVEL, :n] = OUTSIDE  # read at the end of week 1
    s.tie_other[:n], s.tie_strength[:n] = start.tie_other, start.tie_strength
    s.community.view("f8")[:] = start.community
    _remember(start.acts, s)
    s.counts[0].rows = s.counts[0].people = n
    s.counts[0].regulars = int(((start.acts[:, -WEEKS:] > 0).sum(1) >= ACTIVE_WEEKS_OF_TWELVE).sum())
    s.counts[0].hinterland = n + start.hinterland


def _remember(acts: Array, s: State) -> None:
    """Derive history, ring and counts from a year of weekly acts."""
    n, weeks = acts.shape[0], np.arange(-HISTORY_WEEKS + 1, 1)
    recent = acts[:, -WEEKS:]
    for week in range(-WEEKS + 1, 1):
        s.ring[week % WEEKS, :n] = acts[:, HISTORY_WEEKS - 1 + week]
    s.whole[RECENT, :n] = recent.sum(1)
    s.whole[HISTORY, :n] = ((recent > 0) << np.arange(WEEKS - 1, -1, -1)).sum(1)
    s.whole[ACTIVE_WEEKS, :n] = (acts > 0).sum(1)
    s.whole[LAST_ACT, :n] = np.where(acts > 0, weeks, -HISTORY_WEEKS).max(1)


def taken_from(s: State, acts: Array, week: int) -> Start:
    """Return the start that a state at the end of `week` makes; acts: int32 (rows, 52), of the last 52 weeks.

    Only those seen in these weeks are inside; weeks are counted anew, so that this one becomes week 0.
    """
    rows = np.flatnonzero(acts.sum(1) > 0)
    number = np.full(int(s.counts[0].people) + 1, -1)
    number[s.whole[PERSON, rows]] = np.arange(len(rows))
    other = number[s.tie_other[rows]]
    other[s.tie_other[rows] < 0] = -1
    names = list(WHOLE)
    whole = np.stack([s.whole[names.index(name), rows] for name in KEPT_WHOLE])
    whole[KEPT_WHOLE.index("joined")] -= week
    strength = np.where(other >= 0, s.tie_strength[rows], 0).astype(np.float32)
    left = int(s.counts[0].hinterland) - int(s.counts[0].people)
    real = s.real[:, rows].copy()
    return Start(acts[rows], real, whole, other.astype(np.int32), strength, _shifted(s, week), left)


def _shifted(s: State, week: int) -> Array:
    """Return the community's numbers with weeks counted anew: what was reached before the start was not reached in it."""
    community = s.community.copy()
    community["next_meeting"] -= week
    community["reached"] = 0.0
    return np.asarray(community).view("f8").copy()
