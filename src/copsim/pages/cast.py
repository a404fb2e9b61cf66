"""Who stands where: one order, colour and marker for each scenario, the same in every figure and table."""

import math
from dataclasses import dataclass
from typing import Any

from copsim.pages import words

COLOURED = ("a", "b", "c", "d")
MARKERS = {"a": "o", "b": "s", "c": "D", "d": "^", "reference": "o", "other": "o"}


@dataclass(frozen=True)
class Player:
    """A scenario on the page: its palette entry ("a" to "d", "reference" or "other") goes with one marker."""

    name: str
    title: str
    role: str

    @property
    def token(self) -> str:
        """The colour token; scenarios beyond four are grey like the reference."""
        return f"scenario-{self.role if self.role in COLOURED else 'reference'}"

    @property
    def marker(self) -> str:
        """The marker in the plotting library's code."""
        return MARKERS[self.role]

    @property
    def named(self) -> bool:
        """True when the scenario has a colour of its own, and its name is set in bold."""
        return self.role in COLOURED


@dataclass(frozen=True)
class Cast:
    """The reference and the others in order, and the outcomes judged on."""

    reference: Player
    others: tuple[Player, ...]
    outcomes: tuple[str, ...]
    lead: str

    @property
    def everyone(self) -> tuple[Player, ...]:
        """The reference first, then the others in order."""
        return (self.reference, *self.others)

    def shown(self, most: int) -> tuple[Player, ...]:
        """Return at most `most` players: the reference, the first and the last ones of the order."""
        if len(self.others) < most:
            return self.everyone
        last = max(1, (most - 1) // 3)
        return (self.reference, *self.others[: most - 1 - last], *self.others[-last:])


def cast_of(comparison: Any) -> Cast:
    """Return the cast: others sorted by the main outcome, the three best and the worst coloured."""
    outcomes = words.main_outcomes(comparison)
    scenarios = {scenario.name: words.title_of(scenario) for scenario in comparison.scenarios}
    reference = str(comparison.reference)
    rows = words.differences(comparison, outcomes[0]) if outcomes else []
    names = list(dict.fromkeys([row.scenario for row in rows] + [name for name in scenarios if name != reference]))
    best_first = _best_first(rows, names)
    coloured = dict(zip(dict.fromkeys([*best_first[:3], *best_first[-1:]]), COLOURED, strict=False))
    others = tuple(Player(name, scenarios.get(name, name), coloured.get(name, "other")) for name in names)
    first = Player(reference, scenarios.get(reference, reference), "reference")
    return Cast(first, others, outcomes, best_first[0] if best_first else "")


def _best_first(rows: list[words.Difference], names: list[str]) -> list[str]:
    """Return the names from best to worst on the main outcome (no declared direction: most to least)."""
    known = [row for row in rows if math.isfinite(row.difference)]
    ordered = [row.scenario for row in (reversed(known) if known and known[0].measure.better < 0 else known)]
    return list(dict.fromkeys(ordered + names))


def reference_in_prose(player: Player) -> str:
    """Return the words for the reference inside a sentence."""
    return {"baseline": "the baseline", "as-is": "the community as it is"}.get(player.name, words.quoted(player.title))
