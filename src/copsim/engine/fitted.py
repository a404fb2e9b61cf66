"""Fitted values that go together: sets with which simulated communities look about as much like the real ones.

Fitted values trade off: drawn one by one from their ranges they make communities that nobody has seen. A plausible world
therefore takes one set whole. The file holds multiples of a population's own values, a row a set, written by
`experiments/plausible.py`; `professional`, to which nothing could be fitted, takes those of `talk`.
"""

import csv
from collections.abc import Collection
from functools import cache
from pathlib import Path

from copsim.core.declare import Parameter
from copsim.engine.parameters import DECLARED

FILE = Path(__file__).with_name("fitted_sets.csv")
SHARE = "fitted_set"
"""Name of the share, 0 to 1, by which a world chooses its set."""
_OTHERS = {"professional": "talk"}
_MIDDLE = (0.1, 0.9)


@cache
def sets(population: str) -> tuple[dict[str, float], ...]:
    """Return the sets of a population: values by parameter, within what is possible."""
    source = _OTHERS.get(population, population)
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row.pop("population") == source]
    return tuple({key: _within(DECLARED[key], population, float(times)) for key, times in row.items()} for row in rows)


def _within(p: Parameter, population: str, times: float) -> float:
    return min(max(p.value_in(population) * times, p.possible[0]), p.possible[1])


def chosen(population: str, share: float, taken: Collection[str]) -> dict[str, float]:
    """Return the set that lies at a share of all, without the parameters that are taken."""
    every = sets(population)
    return {key: value for key, value in every[int(share * len(every))].items() if key not in taken} if every else {}


def plausible_range(p: Parameter, population: str = "professional") -> tuple[float, float] | None:
    """Return between what a plausible world draws a parameter, of fitted ones in eight of ten sets; None if it does not."""
    if not p.together:
        return p.plausible
    values = sorted(s[p.key] for s in sets(population))
    low, high = (values[round(q * (len(values) - 1))] for q in _MIDDLE)
    return low, high
