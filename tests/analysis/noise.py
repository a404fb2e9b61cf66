"""Made-up cells for tests of scenario discovery: shares that points and replicates both move, with or without a box."""

from typing import Any

import numpy as np

from copsim.analysis.cases import Cases

Array = np.ndarray[Any, Any]


def made(
    random: np.random.Generator, points: int, factors: int = 3, replicates: int = 1, scenarios: int = 1,
    base: float = 0.3, spread: float = 0.0, luck: float = 0.0, effect: float = 0.0,
) -> Cases:  # fmt: skip
    """Return cells: `effect` raises the logit inside the box (first factor under 0.4, second over 0.5); `spread` and
    `luck` are deviations of points and of replicates in the logit."""
    x = random.random((points, factors))
    logit = np.log(base / (1 - base)) + effect * in_box(x)[:, None, None]
    logit = logit + spread * random.standard_normal((points, 1, 1)) + luck * random.standard_normal((1, 1, replicates))
    chance = np.broadcast_to(1 / (1 + np.exp(-logit)), (points, scenarios, replicates))
    met = (random.random(chance.shape) < chance).astype(float).reshape(-1, replicates)
    place = np.repeat(np.arange(points), scenarios)
    columns = [x[place], np.tile(np.arange(scenarios), points)[:, None]][: 1 + (scenarios > 1)]
    names = [f"tiring.f{n}" for n in range(factors)] + ["scenario"] * (scenarios > 1)
    return Cases(tuple(names), tuple("abc"[:scenarios]), np.hstack(columns), met, np.ones_like(met), place, place)


def in_box(x: Array) -> Array:
    """Return bool (cells,): which lie in the box."""
    return np.asarray((x[:, 0] < 0.4) & (x[:, 1] > 0.5))
