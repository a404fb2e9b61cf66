"""The ladder in mesa-frames: members are rows of a Polars frame, a week is a handful of expressions over it.

Written by its fast path, whole columns at once. Ties stand in two tables beside the frame, which has no weakest of sixteen
in a row to replace.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars
from mesa_frames import AgentSetPolars, ModelDF
from polars import col

from benchmarks.ladder.contestants.serving import Rows, serve
from benchmarks.ladder.contestants.slots import Slots
from benchmarks.ladder.rules import BY_LEVEL, LEVELS, MEETINGS, RULES, shared_log_odds


def logistic(x: Any) -> Any:
    """Return the expression of the chance that belongs to log-odds."""
    return 1.0 / (1.0 + (-x).exp())


class Members(AgentSetPolars):  # type: ignore[misc]
    """The members of the community."""

    def __init__(self, model: Any, members: int) -> None:
        super().__init__(model)
        energy, expertise, trust, level = model.random.random((4, members))
        level = np.minimum(3, (4 * level * level).astype(np.int64))
        columns = {"energy": energy, "expertise": expertise, "trust": 0.5 * trust, "level": level}
        self.add(polars.DataFrame({"unique_id": np.arange(members), **columns, "attends": np.zeros(members, bool)}))
        self.ties = Slots(members)

    def with_columns(self, **expressions: Any) -> None:
        """Replace columns."""
        self.agents = self.agents.with_columns(**expressions)

    def drawn(self) -> Any:
        """Return a share drawn for each member."""
        return polars.Series(self.model.random.random(len(self.agents)))

    def decide(self) -> None:
        """Let members attend or not."""
        q = RULES
        by_level = col("level").replace_strict(list(range(LEVELS)), list(BY_LEVEL), return_dtype=polars.Float64)
        odds = self.model.shared + by_level + q["by_energy"] * col("energy") + q["by_trust"] * col("trust")
        self.with_columns(luck=self.drawn())
        self.with_columns(attends=col("luck") < logistic(odds))

    def take_part(self) -> None:
        """Change energy and expertise."""
        q, e, x = RULES, col("energy"), col("expertise")
        mean = self.agents.filter(col("attends"))["expertise"].mean() or 0.0
        busy = e + q["value"] * mean * (1 - e) - q["cost"] * (1 + q["burn"] * col("level")) * e
        idle = e + q["rest"] * (q["rested"] - e)
        learnt = x + q["learning"] * (mean - x).clip(0.0) + q["practice"] * (1 - x)
        self.with_columns(
            energy=polars.when(col("attends")).then(busy).otherwise(idle).clip(0.0, 1.0),
            expertise=polars.when(col("attends")).then(learnt).otherwise(x) * q["expertise_kept"],
        )

    def meet(self) -> None:
        """Let attendees meet three others."""
        trust, there = col("trust"), self.agents["attends"].arg_true().to_numpy().astype(np.int64)
        for _ in range(MEETINGS if there.size else 0):
            self.ties.meet(there, there[self.model.random.integers(0, there.size, there.size)])
            trust = polars.when(col("attends")).then(trust + RULES["trust_gain"] * (1 - trust)).otherwise(trust)
        self.with_columns(trust=trust * RULES["trust_kept"])

    def climb(self) -> None:
        """Let members climb or fall."""
        q, e, ties, luck = RULES, col("energy"), col("ties"), col("luck")
        self.with_columns(ties=polars.Series(self.ties.fade()), luck=self.drawn())
        up = luck < q["rise"] * logistic(q["rise_base"] + q["rise_energy"] * e + q["rise_ties"] * ties)
        down = luck > 1 - q["fall"] * logistic(q["fall_base"] - q["fall_energy"] * e - q["fall_ties"] * ties)
        moved = polars.when(up).then(1).when(down).then(-1).otherwise(0)
        self.with_columns(level=(col("level") + moved).clip(0, LEVELS - 1))

    def step(self) -> None:
        """Let a week happen."""
        self.decide()
        self.take_part()
        self.meet()
        self.climb()

    def row(self) -> list[float]:
        """Return the week's row of outputs."""
        output = (col("energy") * col("expertise")).filter(col("attends")).sum().alias("output")
        means = [col(name).mean() for name in ("energy", "expertise", "trust")]
        levels = [(col("level") == level).sum().alias(f"level {level}") for level in range(LEVELS)]
        row = self.agents.select(*levels, *means, col("attends").sum(), output).row(0)
        return [*map(float, row[: LEVELS + 3]), self.ties.per_member(), float(row[-2]), float(row[-1])]


class Ladder(ModelDF):  # type: ignore[misc]
    """The community."""

    def __init__(self, members: int, seed: int) -> None:
        super().__init__(seed)
        self.shared = 0.0
        self.members = Members(self, members)
        self.agents += self.members

    def week(self, shared: float) -> list[float]:
        """Let a week happen and return its row of outputs."""
        self.shared = shared
        self.step()
        members: Members = self.get_agents_of_type(Members)
        return members.row()


def start(members: int, weeks: int, seed: int) -> Callable[[], Rows]:
    """Return how to live through so many weeks."""
    model = Ladder(members, seed)
    return lambda: [model.week(shared) for shared in shared_log_odds(weeks)]


if __name__ == "__main__":
    serve(start)
