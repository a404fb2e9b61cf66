"""The ladder as a Starsim module: states are its arrays, chances its `bernoulli`, draws its `random`.

Ties stand in two tables beside the states: Starsim's networks know no weakest tie to give up.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import starsim

from benchmarks.ladder.contestants.serving import Rows, serve
from benchmarks.ladder.contestants.slots import Slots, logistic
from benchmarks.ladder.rules import BY_LEVEL, LEVELS, MEETINGS, RULES, shared_log_odds

_BY_LEVEL = np.array(BY_LEVEL)


class Ladder(starsim.Module):  # type: ignore[misc]
    """The community."""

    def __init__(self, members: int, weeks: int, seed: int) -> None:
        super().__init__()
        reals = [starsim.FloatArr(name, default=0.0) for name in ("energy", "expertise", "trust", "level")]
        self.define_states(*reals, starsim.BoolState("attends"))
        self.attending, self.climbing = starsim.bernoulli(p=0.5), starsim.random()
        self.begun = np.random.default_rng(seed).random((4, members))
        self.partners = np.random.default_rng(seed + 1)
        self.ties, self.shared, self.rows = Slots(members), shared_log_odds(weeks), list[list[float]]()

    def init_post(self) -> None:
        """Give members their first energy, expertise, trust and level."""
        super().init_post()
        self.energy[:], self.expertise[:], self.trust[:] = self.begun[0], self.begun[1], 0.5 * self.begun[2]
        self.level[:] = np.minimum(3, np.floor(4 * self.begun[3] ** 2))

    def step(self) -> None:
        """Let a week happen."""
        q, e, level = RULES, self.energy.values, self.level.values.astype(int)
        odds = self.shared[len(self.rows)] + _BY_LEVEL[level]
        self.attending.set(p=logistic(odds + q["by_energy"] * e + q["by_trust"] * self.trust.values))
        attends = np.asarray(self.attending.rvs(self.sim.people.auids), bool)
        there = np.flatnonzero(attends)
        x = self.expertise.values
        mean = float(x[there].mean()) if there.size else 0.0
        busy = e + q["value"] * mean * (1 - e) - q["cost"] * (1 + q["burn"] * level) * e
        learnt = x + q["learning"] * np.maximum(0.0, mean - x) + q["practice"] * (1 - x)
        self.attends[:] = attends
        self.energy[:] = np.clip(np.where(attends, busy, e + q["rest"] * (q["rested"] - e)), 0.0, 1.0)
        self.expertise[:] = np.where(attends, learnt, x) * q["expertise_kept"]
        self.meet(attends, there)
        self.climb(level, self.ties.fade())
        self.report(there)

    def meet(self, attends: Any, there: Any) -> None:
        """Let attendees meet three others."""
        trust = self.trust.values
        for _ in range(MEETINGS if there.size else 0):
            trust = np.where(attends, trust + RULES["trust_gain"] * (1 - trust), trust)
            self.ties.meet(there, there[self.partners.integers(0, there.size, there.size)])
        self.trust[:] = trust * RULES["trust_kept"]

    def climb(self, level: Any, ties: Any) -> None:
        """Let members climb or fall."""
        q, e, luck = RULES, self.energy.values, self.climbing.rvs(self.sim.people.auids)
        up = luck < q["rise"] * logistic(q["rise_base"] + q["rise_energy"] * e + q["rise_ties"] * ties)
        down = luck > 1 - q["fall"] * logistic(q["fall_base"] - q["fall_energy"] * e - q["fall_ties"] * ties)
        self.level[:] = np.clip(level + up - (down & ~up), 0, LEVELS - 1)

    def report(self, there: Any) -> None:
        """Keep the week's row of outputs."""
        levels = np.bincount(self.level.values.astype(int), minlength=LEVELS).tolist()
        means = [float(column.values.mean()) for column in (self.energy, self.expertise, self.trust)]
        output = float(self.expertise.values[there] @ self.energy.values[there])
        self.rows.append([*levels, *means, self.ties.per_member(), there.size, output])


def start(members: int, weeks: int, seed: int) -> Callable[[], Rows]:
    """Return how to live through so many weeks."""
    module = Ladder(members, weeks, seed)
    weekly = {"start": starsim.date("2024-01-01"), "dur": starsim.weeks(weeks - 1), "dt": starsim.weeks(1)}
    sim = starsim.Sim(n_agents=members, modules=module, rand_seed=seed, verbose=0, copy_inputs=False, **weekly)
    sim.init()

    def advance() -> Rows:
        sim.run()
        rows: Rows = module.rows
        assert len(rows) == weeks, f"Starsim lived through {len(rows)} weeks of {weeks}"
        return rows

    return advance


if __name__ == "__main__":
    serve(start)
