"""The ladder in Mesa by somebody who counts: agents remain, but one loop a pass, locals for numbers, sums on the way."""

import math
from collections.abc import Callable
from typing import Any

import mesa

from benchmarks.ladder.contestants.serving import Rows, serve
from benchmarks.ladder.rules import BY_LEVEL, LEVELS, RULES, SLOTS, shared_log_odds

_NEW, _GAIN, _KEPT, _FLOOR = RULES["new_tie"], RULES["tie_gain"], RULES["tie_kept"], RULES["tie_floor"]
_TRUST_GAIN, _TRUST_KEPT = RULES["trust_gain"], RULES["trust_kept"]
_RISE, _RISE_BASE, _RISE_ENERGY, _RISE_TIES = (RULES[f"rise{end}"] for end in ("", "_base", "_energy", "_ties"))
_FALL, _FALL_BASE, _FALL_ENERGY, _FALL_TIES = (RULES[f"fall{end}"] for end in ("", "_base", "_energy", "_ties"))


class Member(mesa.Agent):  # type: ignore[misc]
    """A member of the community."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        draw = self.random.random
        self.energy, self.expertise, self.trust, self.level = draw(), draw(), 0.5 * draw(), min(3, int(4 * draw() ** 2))
        self.ties: dict[Any, float] = {}
        self.attends = False


def meet(member: Any, there: list[Any], draw: Callable[[], float]) -> None:
    """Let a member meet three of those who attend."""
    ties, trust, everybody = member.ties, member.trust, len(there)
    for _ in (0, 1, 2):
        other = there[int(draw() * everybody)]
        trust += _TRUST_GAIN * (1 - trust)
        if other is member:
            continue
        strength = ties.get(other)
        if strength is not None:
            ties[other] = strength + _GAIN * (1 - strength)
        elif len(ties) < SLOTS:
            ties[other] = _NEW
        else:
            weakest = min(ties, key=ties.__getitem__)
            if ties[weakest] < _NEW:
                del ties[weakest]
                ties[other] = _NEW
    member.trust = trust


def climbed(level: int, energy: float, ties: float, luck: float) -> int:
    """Return the level after the week; the chance is worked out only where luck comes near it."""
    if luck < _RISE:
        up = luck < _RISE / (1 + math.exp(-(_RISE_BASE + _RISE_ENERGY * energy + _RISE_TIES * ties)))
        return min(LEVELS - 1, level + 1) if up else level
    if luck > 1 - _FALL:
        down = luck > 1 - _FALL / (1 + math.exp(-(_FALL_BASE - _FALL_ENERGY * energy - _FALL_TIES * ties)))
        return max(0, level - 1) if down else level
    return level


class Ladder(mesa.Model):  # type: ignore[misc]
    """The community."""

    def __init__(self, members: int, seed: int) -> None:
        super().__init__(seed=seed)
        self.members = list(Member.create_agents(self, members))

    def attend(self, shared: float) -> list[Any]:
        """Return those who attend."""
        odds, by_energy, by_trust = [shared + of_level for of_level in BY_LEVEL], RULES["by_energy"], RULES["by_trust"]
        draw, exp, there = self.random.random, math.exp, list[Any]()
        for m in self.members:
            m.attends = draw() * (1 + exp(-(odds[m.level] + by_energy * m.energy + by_trust * m.trust))) < 1
            if m.attends:
                there.append(m)
        return there

    def week(self, shared: float) -> list[float]:
        """Let a week happen and return its row of outputs."""
        there, q, draw = self.attend(shared), RULES, self.random.random
        mean = sum(m.expertise for m in there) / len(there) if there else 0.0
        given, cost, burn, learning, practice = q["value"] * mean, q["cost"], q["burn"], q["learning"], q["practice"]
        rest, rested, expertise_kept, n = q["rest"], q["rested"], q["expertise_kept"], len(self.members)
        levels, energy, expertise, trust, ties, output = [0] * LEVELS, 0.0, 0.0, 0.0, 0, 0.0
        for m in self.members:
            e, x = m.energy, m.expertise
            if m.attends:
                e += given * (1 - e) - cost * (1 + burn * m.level) * e
                x += (learning * (mean - x) if mean > x else 0.0) + practice * (1 - x)
                meet(m, there, draw)
            else:
                e += rest * (rested - e)
            m.energy, m.expertise = e, x = min(1.0, max(0.0, e)), x * expertise_kept
            m.trust *= _TRUST_KEPT
            m.ties = held = {other: left for other, s in m.ties.items() if (left := s * _KEPT) >= _FLOOR}
            m.level = climbed(m.level, e, sum(held.values()), draw())
            levels[m.level] += 1
            energy, expertise, trust, ties = energy + e, expertise + x, trust + m.trust, ties + len(held)
            output += e * x if m.attends else 0.0
        return [*levels, energy / n, expertise / n, trust / n, ties / n, len(there), output]


def start(members: int, weeks: int, seed: int) -> Callable[[], Rows]:
    """Return how to live through so many weeks."""
    model = Ladder(members, seed)
    return lambda: [model.week(shared) for shared in shared_log_odds(weeks)]


if __name__ == "__main__":
    serve(start)
