"""Ties of all members in two NumPy tables: for the contestants that know arrays but nothing like a weakest tie."""

from typing import Any

import numpy as np

from benchmarks.ladder.rules import RULES, SLOTS

Array = np.ndarray[Any, Any]


def logistic(x: Any) -> Any:
    """Return the chance that belongs to log-odds."""
    return 1.0 / (1.0 + np.exp(-x))


class Slots:
    """Sixteen slots a member: whom the tie leads to, and its strength."""

    def __init__(self, members: int) -> None:
        self.other, self.strength = np.full((members, SLOTS), -1, np.int32), np.zeros((members, SLOTS))

    def meet(self, who: Array, partner: Array) -> None:
        """Let members meet one partner each; who meets nobody but himself stays as he was."""
        q, others = RULES, partner != who
        who, partner = who[others], partner[others]
        same = self.other[who] == partner[:, None]
        known = same.any(1)
        old, slot = who[known], same[known].argmax(1)
        self.strength[old, slot] += q["tie_gain"] * (1 - self.strength[old, slot])
        new, met = who[~known], partner[~known]
        weakest = self.strength[new].argmin(1)
        weak = self.strength[new, weakest] < q["new_tie"]
        new, met, weakest = new[weak], met[weak], weakest[weak]
        self.strength[new, weakest], self.other[new, weakest] = q["new_tie"], met

    def fade(self) -> Array:
        """Let all ties fade and return the sum of each member's."""
        self.strength *= RULES["tie_kept"]
        faint = self.strength < RULES["tie_floor"]
        self.strength[faint], self.other[faint] = 0.0, -1
        return self.strength.sum(1)  # type: ignore[no-any-return]

    def per_member(self) -> float:
        """Return the number of ties a member."""
        return int(np.count_nonzero(self.strength)) / len(self.strength)
