"""The ladder in NumPy, all members at once, as a practised user writes it: float64, NumPy's own generator."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.ladder.contestants.serving import Rows, serve
from benchmarks.ladder.contestants.slots import Slots, logistic
from benchmarks.ladder.rules import BY_LEVEL, LEVELS, MEETINGS, RULES, shared_log_odds

Array = np.ndarray[Any, Any]
_BY_LEVEL = np.array(BY_LEVEL)


class Members:
    """The columns of a ladder and what happens to them in a week."""

    def __init__(self, members: int, seed: int) -> None:
        self.luck = np.random.default_rng(seed)
        self.energy, self.expertise, trust, level = self.luck.random((4, members))
        self.trust = 0.5 * trust
        self.level = np.minimum(3, (4 * level * level).astype(np.int8)).astype(np.int8)
        self.ties = Slots(members)

    def week(self, shared: float) -> list[float]:
        """Let a week happen and return its row of outputs."""
        q, n = RULES, len(self.energy)
        odds = shared + _BY_LEVEL[self.level] + q["by_energy"] * self.energy + q["by_trust"] * self.trust
        attends = self.luck.random(n) < logistic(odds)
        there = np.flatnonzero(attends)
        mean = self.expertise[there].mean() if there.size else 0.0
        self.change(attends, there, mean)
        self.meet(there)
        self.trust *= q["trust_kept"]
        self.climb(self.ties.fade())
        means = [column.mean() for column in (self.energy, self.expertise, self.trust)]
        output = float(self.expertise[there] @ self.energy[there])
        levels = np.bincount(self.level, minlength=LEVELS).tolist()
        return [*levels, *map(float, means), self.ties.per_member(), there.size, output]

    def change(self, attends: Array, there: Array, mean: float) -> None:
        """Change energy and expertise."""
        q, e, x = RULES, self.energy, self.expertise[there]
        busy = e + q["value"] * mean * (1 - e) - q["cost"] * (1 + q["burn"] * self.level) * e
        self.energy = np.clip(np.where(attends, busy, e + q["rest"] * (q["rested"] - e)), 0.0, 1.0)
        self.expertise[there] = x + q["learning"] * np.maximum(0.0, mean - x) + q["practice"] * (1 - x)
        self.expertise *= q["expertise_kept"]

    def meet(self, there: Array) -> None:
        """Let attendees meet others, one meeting of all after another."""
        for _ in range(MEETINGS if there.size else 0):
            self.trust[there] += RULES["trust_gain"] * (1 - self.trust[there])
            self.ties.meet(there, there[self.luck.integers(0, there.size, there.size)])

    def climb(self, ties: Array) -> None:
        """Let members climb or fall."""
        q, e, luck = RULES, self.energy, self.luck.random(len(ties))
        up = luck < q["rise"] * logistic(q["rise_base"] + q["rise_energy"] * e + q["rise_ties"] * ties)
        down = luck > 1 - q["fall"] * logistic(q["fall_base"] - q["fall_energy"] * e - q["fall_ties"] * ties)
        self.level = np.clip(self.level + up - (down & ~up), 0, LEVELS - 1).astype(np.int8)


def start(members: int, weeks: int, seed: int) -> Callable[[], Rows]:
    """Return how to live through so many weeks."""
    everybody = Members(members, seed)
    return lambda: [everybody.week(shared) for shared in shared_log_odds(weeks)]


if __name__ == "__main__":
    serve(start)
