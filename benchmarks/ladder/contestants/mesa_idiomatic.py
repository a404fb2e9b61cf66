"""The ladder as Mesa's tutorials write models: an agent a member, `shuffle_do`, a `DataCollector` with model reporters."""

import math
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from benchmarks.ladder.contestants.serving import Rows, serve
from benchmarks.ladder.rules import BY_LEVEL, LEVELS, MEETINGS, OUTPUTS, RULES, SLOTS, shared_log_odds


def logistic(x: float) -> float:
    """Return the chance that belongs to log-odds."""
    return 1.0 / (1.0 + math.exp(-x))


class Member(mesa.Agent):  # type: ignore[misc]
    """A member of the community."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.energy = self.random.random()
        self.expertise = self.random.random()
        self.trust = 0.5 * self.random.random()
        self.level = min(3, int(4 * self.random.random() ** 2))
        self.ties: dict[Any, float] = {}
        self.attends = False

    def decide(self) -> None:
        """Attend or not."""
        q = RULES
        odds = self.model.shared + BY_LEVEL[self.level] + q["by_energy"] * self.energy + q["by_trust"] * self.trust
        self.attends = self.random.random() < logistic(odds)

    def take_part(self) -> None:
        """Change energy and expertise."""
        q, mean = RULES, self.model.mean_expertise
        if self.attends:
            gained = q["value"] * mean * (1 - self.energy)
            self.energy += gained - q["cost"] * (1 + q["burn"] * self.level) * self.energy
            self.expertise += q["learning"] * max(0.0, mean - self.expertise) + q["practice"] * (1 - self.expertise)
        else:
            self.energy += q["rest"] * (q["rested"] - self.energy)
        self.energy = min(1.0, max(0.0, self.energy))
        self.expertise *= q["expertise_kept"]

    def meet(self) -> None:
        """Meet three of those who attend."""
        for _ in range(MEETINGS):
            other = self.random.choice(self.model.attendees)
            self.trust += RULES["trust_gain"] * (1 - self.trust)
            if other is not self:
                self.tie(other)

    def tie(self, other: Any) -> None:
        """Strengthen the tie to somebody, or make one in place of the weakest."""
        q = RULES
        if other in self.ties:
            self.ties[other] += q["tie_gain"] * (1 - self.ties[other])
        elif len(self.ties) < SLOTS:
            self.ties[other] = q["new_tie"]
        else:
            weakest = min(self.ties, key=self.ties.__getitem__)
            if self.ties[weakest] < q["new_tie"]:
                del self.ties[weakest]
                self.ties[other] = q["new_tie"]

    def fade(self) -> None:
        """Let trust and ties fade."""
        kept, floor = RULES["tie_kept"], RULES["tie_floor"]
        self.trust *= RULES["trust_kept"]
        self.ties = {other: left for other, s in self.ties.items() if (left := s * kept) >= floor}

    def climb(self) -> None:
        """Climb, fall or stay."""
        q, luck, ties = RULES, self.random.random(), sum(self.ties.values())
        if luck < q["rise"] * logistic(q["rise_base"] + q["rise_energy"] * self.energy + q["rise_ties"] * ties):
            self.level = min(LEVELS - 1, self.level + 1)
        elif luck > 1 - q["fall"] * logistic(q["fall_base"] - q["fall_energy"] * self.energy - q["fall_ties"] * ties):
            self.level = max(0, self.level - 1)


def at_level(level: int) -> Callable[[Any], int]:
    """Return the reporter of the members at a level."""
    return lambda model: sum(member.level == level for member in model.agents)


REPORTERS: dict[str, Callable[[Any], float]] = {
    **{OUTPUTS[level]: at_level(level) for level in range(LEVELS)},
    **{name: lambda model, name=name: model.agents.agg(name, np.mean) for name in ("energy", "expertise", "trust")},
    "ties": lambda model: sum(len(member.ties) for member in model.agents) / len(model.agents),
    "attendance": lambda model: len(model.attendees),
    "output": lambda model: sum(member.energy * member.expertise for member in model.attendees),
}


class Ladder(mesa.Model):  # type: ignore[misc]
    """The community."""

    def __init__(self, members: int, seed: int) -> None:
        super().__init__(seed=seed)
        Member.create_agents(self, members)
        self.shared, self.mean_expertise = 0.0, 0.0
        self.attendees: list[Any] = []
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)

    def step(self) -> None:
        """Let a week happen."""
        self.agents.shuffle_do("decide")
        there = self.agents.select(lambda member: member.attends)
        self.attendees = list(there)
        self.mean_expertise = there.agg("expertise", np.mean) if self.attendees else 0.0
        self.agents.shuffle_do("take_part")
        there.shuffle_do("meet")
        self.agents.shuffle_do("fade")
        self.agents.shuffle_do("climb")
        self.datacollector.collect(self)


def start(members: int, weeks: int, seed: int) -> Callable[[], Rows]:
    """Return how to live through so many weeks."""
    model = Ladder(members, seed)

    def advance() -> Rows:
        for model.shared in shared_log_odds(weeks):
            model.step()
        return model.datacollector.get_model_vars_dataframe().astype(float).to_numpy().tolist()  # type: ignore[no-any-return]

    return advance


if __name__ == "__main__":
    serve(start)
