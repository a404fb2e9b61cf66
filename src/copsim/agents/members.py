"""Members as Mesa agents: views over the engine's columns, made when asked for; they own nothing."""

import math
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from copsim.core.errors import UserError, nearest
from copsim.core.levels import LEVELS
from copsim.core.observables import NAMES
from copsim.core.state import COORDINATOR, LEVEL, NO_ROLE, PERSON, REAL, ROLE, SLOTS, WHOLE, WORKS

if TYPE_CHECKING:
    from copsim.agents.model import CommunityModel

ROLES = ("", "coordinator", *WORKS)
"""Role in words, by code: none, the coordinator, an internal leader by the kind of work."""
WRITABLE = {
    "propensity": (-10.0, 10.0), "volume": (-10.0, 10.0), "capacity": (0.0, 168.0), "expertise": (0.0, 1.0),
    "skill": (0.0, 1.0), "warmth": (0.0, 1.0), "belonging": (0.0, 1.0), "fatigue": (0.0, 1.0), "away": (0, 1),
    "units": (0, 1_000_000),
}  # fmt: skip
"""Columns that may be written, and between what: all others say what happened, or point to somebody."""
_SHOWN_OTHERWISE = ("level", "level_before", "role")


class Column:
    """A member's place in one column of a table of the engine (`real` or `whole`): reads it, writes it where allowed."""

    def __init__(self, table: str, place: int, name: str, text: str) -> None:
        self.table, self.place, self.name, self.__doc__ = table, place, name, text

    def __get__(self, member: "Member | None", owner: type) -> Any:
        if member is None:
            return self
        return getattr(member.model.state, self.table)[self.place, member.row].item()

    def __set__(self, member: "Member", value: Any) -> None:
        if self.name not in WRITABLE:
            raise AttributeError(f"{self.name} says what happened and cannot be set; these can: {', '.join(WRITABLE)}")
        low, high = WRITABLE[self.name]
        number, whole = float(value), self.table == "whole"
        if not math.isfinite(number) or not low <= number <= high or (whole and number % 1):
            raise UserError(f"{self.name} must be a {'whole ' * whole}number from {low:g} to {high:g}, not {value!r}.")
        getattr(member.model.state, self.table)[self.place, member.row] = number


class Member(mesa.Agent):
    """One person inside the community.

    A property a column of the engine (`belonging`, `fatigue`, `joined`, ...), found by the person's number; `level` and
    `role` in words. The same person is the same view for as long as the engine remembers the person. Errors:
    AttributeError for somebody long gone, whose row has been taken out, and on writing what is measured.
    """

    def __init__(self, model: "CommunityModel", number: int) -> None:
        super().__init__(model)
        self.number = number

    @property
    def row(self) -> int:
        """Row of the person in the engine's tables."""
        row = int(self.model.state.row_of[self.number])
        if row < 0:
            raise AttributeError(f"person {self.number} is long gone: the engine has taken out the row")
        return row

    @property
    def uid(self) -> int:
        """The person's uid for life: week of arrival * 2**24 + order."""
        return int(self.model.state.person_uid[self.number])

    @property
    def level(self) -> str:
        """Level of participation in words, read from acts at the end of the week; `outside` before week 1."""
        return LEVELS[self.model.state.whole[LEVEL, self.row]]

    @property
    def role(self) -> str:
        """Role in words (`ROLES`), empty for none; can be set. A new coordinator takes over from whoever was it."""
        return ROLES[self.model.state.whole[ROLE, self.row]]

    @role.setter
    def role(self, role: str) -> None:
        """Give the member a role, or with "" none. Errors: `UserError` for a name that is no role."""
        if role not in ROLES:
            raise UserError(f"there is no role {role!r}{nearest(str(role), ROLES)}: there are {', '.join(ROLES[1:])}.")
        roles, code = self.model.state.whole[ROLE], ROLES.index(role)
        if code == COORDINATOR:
            roles[roles == COORDINATOR] = NO_ROLE
        roles[self.row] = code

    def ties(self) -> list[tuple["Member", float]]:
        """Return the members inside whom this one holds a tie to, with its strength (share), strongest first."""
        state, members, row = self.model.state, self.model.members_by_person(), self.row
        held = [(int(state.tie_other[row, k]), float(state.tie_strength[row, k])) for k in range(SLOTS)]
        known = [(members[other], strength) for other, strength in held if strength > 0 and other in members]
        return sorted(known, key=lambda tie: -tie[1])


def _add_columns() -> None:
    for table, columns in (("real", REAL), ("whole", WHOLE)):
        for place, (name, text) in enumerate(columns.items()):
            if name not in _SHOWN_OTHERWISE:
                setattr(Member, name, Column(table, place, name, text))


_add_columns()


def people_inside(state: Any, week: int) -> list[int]:
    """Return the numbers of the people inside at the end of a week, in order of arrival; before week 1 all there are."""
    rows = int(state.counts[0].rows)
    if (
        week and state.record[week - 1, NAMES.index("members")] == 0
    ):  # an ended community has no members, whatever they did last
        return []
    inside = state.whole[LEVEL, :rows] < len(LEVELS) - 1 if week else np.ones(rows, bool)
    return [int(person) for person in state.whole[PERSON, :rows][inside]]
