"""Members as Mesa agents: views over the engine's columns, made when asked for; they own nothing."""

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from copsim.core.levels import LEVELS
from copsim.core.state import COORDINATOR, FIRST_ROLE, LEVEL, NO_ROLE, REAL, ROLE, SLOTS, WHOLE, WORKS

if TYPE_CHECKING:
    from copsim.agents.model import CommunityModel


class Column:
    """A member's place in one column: reading and writing it reads and writes the engine's table."""

    def __init__(self, table: str, place: int) -> None:
        self.table, self.place = table, place

    def __get__(self, member: "Member | None", owner: type) -> Any:
        if member is None:
            return self
        return getattr(member.model.state, self.table)[self.place, member.row].item()

    def __set__(self, member: "Member", value: float) -> None:
        getattr(member.model.state, self.table)[self.place, member.row] = value


class Member(mesa.Agent):
    """One member inside the community: a property a column (`belonging`, `fatigue`, `away`, ...), found by person."""

    model: "CommunityModel"

    def __init__(self, model: "CommunityModel", person: int) -> None:
        super().__init__(model)
        self.number = person

    @property
    def row(self) -> int:
        """Row of the member in the engine's tables; -1 once taken out."""
        return int(self.model.state.row_of[self.number])

    @property
    def uid(self) -> int:
        """The person's uid: week of arrival * 2**24 + order."""
        return int(self.model.state.person_uid[self.number])

    @property
    def level_name(self) -> str:
        """Level of participation, in words."""
        return LEVELS[self.model.state.whole[LEVEL, self.row]]

    @property
    def role_name(self) -> str:
        """Role held, in words: "", "coordinator", or the kind of work of an internal leader."""
        role = int(self.model.state.whole[ROLE, self.row])
        if role == NO_ROLE:
            return ""
        return "coordinator" if role == COORDINATOR else WORKS[role - FIRST_ROLE]

    def ties(self) -> list[tuple["Member", float]]:
        """Return the members tied to and how strongly, strongest first."""
        state, views = self.model.state, {view.number: view for view in self.model.agents}
        pairs = [(int(state.tie_other[self.row, k]), float(state.tie_strength[self.row, k])) for k in range(SLOTS)]
        known = [(views[other], strength) for other, strength in pairs if strength > 0 and other in views]
        return sorted(known, key=lambda pair: -pair[1])


for _place, _name in enumerate(REAL):
    setattr(Member, _name, Column("real", _place))
for _place, _name in enumerate(WHOLE):
    setattr(Member, _name, Column("whole", _place))


def people_inside(state: Any) -> list[int]:
    """Return the numbers of the people inside, in order of arrival."""
    rows = int(state.counts[0].rows)
    person, level = state.whole[list(WHOLE).index("person"), :rows], state.whole[LEVEL, :rows]
    return [int(p) for p in person[np.flatnonzero(level < len(LEVELS) - 1)]]
