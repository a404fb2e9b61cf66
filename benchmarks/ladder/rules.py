"""The ladder, a small reference model of a community: its numbers, and what every contestant records.

A member climbs and falls on six levels. Each week: attend or not by level, energy and trust; gain or lose energy, learn
from the others who attend; meet three of them, which makes or strengthens one of sixteen ties; let ties and trust fade;
climb or fall by energy and ties. Standard library only: contestants in other environments import it.
"""

import math

SLOTS, MEETINGS, LEVELS = 16, 3, 6

BY_LEVEL = (-1.2, -0.4, 0.2, 0.8, 1.4, 1.8)
"""Log-odds of attending that the levels add."""

RULES = {
    "by_energy": 2.6, "by_trust": 0.8,  # log-odds of attending
    "value": 0.30, "cost": 0.08, "burn": 0.5,  # energy of those who attend
    "rest": 0.05, "rested": 0.55,  # energy of the others
    "learning": 0.06, "practice": 0.004, "expertise_kept": 1 - 0.002,
    "trust_gain": 0.02, "trust_kept": 1 - 0.012,
    "new_tie": 0.10, "tie_gain": 0.25, "tie_kept": 1 - 0.06, "tie_floor": 0.03,
    "rise": 0.06, "rise_base": -3.4, "rise_energy": 2.6, "rise_ties": 0.6,
    "fall": 0.05, "fall_base": 1.0, "fall_energy": 2.6, "fall_ties": 0.3,
}  # fmt: skip

OUTPUTS = (
    "level 0", "level 1", "level 2", "level 3", "level 4", "level 5", "energy", "expertise", "trust", "ties",
    "attendance", "output",
)  # fmt: skip
"""What each week records: members by level, means, ties a member, attendance, expertise times energy of attendees."""

_BASE, _BY_LEADERSHIP, _LEADERSHIP, _BY_RHYTHM, _PERIOD = -3.0, 1.2, 0.6, 0.4, 13.0


def shared_log_odds(weeks: int) -> list[float]:
    """Return the log-odds of attending that all share in each week; rounded, so that no library of cosines matters."""
    rhythm = (math.cos(2 * math.pi * week / _PERIOD) for week in range(weeks))
    return [round(_BASE + _BY_LEADERSHIP * _LEADERSHIP + _BY_RHYTHM * r, 9) for r in rhythm]
