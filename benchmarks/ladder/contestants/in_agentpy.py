"""The ladder in AgentPy: an `AgentList`, methods called on the whole list, `record` for what is reported."""

import math
from collections.abc import Callable
from typing import Any

import agentpy
import numpy as np

from benchmarks.ladder.contestants.serving import Rows, serve
from benchmarks.ladder.rules import BY_LEVEL, LEVELS, MEETINGS, OUTPUTS, RULES, SLOTS, shared_log_odds


def logistic(x: float) -> float:
    """Return the chance that belongs to log-odds."""
    return 1.0 / (1.0 + math.exp(-x))


class Member(agentpy.Agent):  # type: ignore[misc]
    """A member of the community."""

    def setup(self) -> None:
        """Begin with random energy, expertise, trust and level."""
        draw = self.model.random.random
        self.energy, self.expertise, self.trust, self.level = draw(), draw(), 0.5 * draw(), min(3, int(4 * draw() ** 2))
        self.ties: dict[Any, float] = {}
        self.attends = False

    def decide(self) -> None:
        """Attend or not."""
        q = RULES
        odds = self.model.shared + BY_LEVEL[self.level] + q["by_energy"] * self.energy + q["by_trust"] * self.trust
        self.attends = self.model.random.random() < logistic(odds)

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
            other = self.model.random.choice(self.model.attendees)
            self.trust += RULES["trust_gain"] * (1 - self.trust)
            if other is not self:
                self.tie(other)

    def tie(self, other: Any) -> None:
        """Strengthen the tie to somebody, or make one in place of the weakest."""
        q, ties = RULES, self.ties
        if other in ties:
            ties[other] += q["tie_gain"] * (1 - ties[other])
        elif len(ties) < SLOTS:
            ties[other] = q["new_tie"]
        else:
            weakest = min(ties, key=ties.__getitem__)
            if ties[weakest] < q["new_tie"]:
                del ties[weakest]
                ties[other] = q["new_tie"]

    def fade(self) -> None:
        """Let trust and ties fade."""
        kept, floor = RULES["tie_kept"], RULES["tie_floor"]
        self.trust *= RULES["trust_kept"]
        self.ties = {other: left for other, s in self.ties.items() if (left := s * kept) >= floor}

    def climb(self) -> None:
        """Climb, fall or stay."""
        q, luck, ties = RULES, self.model.random.random(), sum(self.ties.values())
        if luck < q["rise"] * logistic(q["rise_base"] + q["rise_energy"] * self.energy + q["rise_ties"] * ties):
            self.level = min(LEVELS - 1, self.level + 1)
        elif luck > 1 - q["fall"] * logistic(q["fall_base"] - q["fall_energy"] * self.energy - q["fall_ties"] * ties):
            self.level = max(0, self.level - 1)


class Ladder(agentpy.Model):  # type: ignore[misc]
    """The community."""

    def setup(self) -> None:
        """Let the members in."""
        self.members = agentpy.AgentList(self, self.p.members, Member)
        self.shared, self.mean_expertise = 0.0, 0.0

    def step(self) -> None:
        """Let a week happen."""
        self.shared = self.p.shared[self.t - 1]
        self.members.decide()
        there = self.members.select(self.members.attends)
        self.attendees = list(there)
        self.mean_expertise = float(np.mean(list(there.expertise))) if self.attendees else 0.0
        self.members.take_part()
        there.meet()
        self.members.fade()
        self.members.climb()

    def update(self) -> None:
        """Report the week."""
        if self.t == 0:
            return
        levels = list(self.members.level)
        means = [
            float(np.mean(list(column))) for column in (self.members.energy, self.members.expertise, self.members.trust)
        ]
        ties = sum(len(member.ties) for member in self.members) / len(levels)
        output = sum(member.energy * member.expertise for member in self.attendees)
        reported = [*map(levels.count, range(LEVELS)), *means, ties, len(self.attendees), output]
        for name, value in zip(OUTPUTS, reported, strict=True):
            self.record(name, value)


def start(members: int, weeks: int, seed: int) -> Callable[[], Rows]:
    """Return how to live through so many weeks."""
    model = Ladder({"members": members, "shared": shared_log_odds(weeks)})
    model.sim_setup(steps=weeks, seed=seed)

    def advance() -> Rows:
        for _ in range(weeks):
            model.sim_step()
        return np.array([model.log[name] for name in OUTPUTS], float).T.tolist()  # type: ignore[no-any-return]

    return advance


if __name__ == "__main__":
    serve(start)
