"""Folders of sweeps with outcomes that a function of the factors gives, so that what is true is known; no run is lived."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from copsim.sweeps.folder import opened
from copsim.sweeps.plan import read_plan
from copsim.sweeps.result import Sweep, load_sweep

Array = np.ndarray[Any, Any]
FACTORS = [
    {"name": "sponsoring.engagement", "low": 0.0, "high": 1.0},
    {"name": "leading.hours", "week": 13, "low": 0.0, "high": 1.0},
    {"name": "belonging.memory", "low": 40.0, "high": 140.0},
]
"""Two levers and one that is calibrated."""
KEYS = ["scenario", "point", "replicate", "community"]


def plan(kind: str = "saltelli", points: int = 32, replicates: int = 4, **changes: Any) -> dict[str, Any]:
    """Return a plan of three factors."""
    size = {} if kind == "grid" and not points else {"points": points}
    whole = {"name": "made", "scenarios": ["baseline"], "replicates": replicates, "weeks": 26, "members": 20}
    return {**whole, "design": {"kind": kind, **size}, "factor": FACTORS, "record": {"weekly": False}, **changes}


def straight(x: Array, luck: Array) -> Array:
    """Return 3, 1 and 0 times the factors, each over a range of 1, and luck of deviation 1."""
    return np.asarray(3 * x[:, :1] + x[:, 1:2] + luck)


def made(
    folder: Path,
    asked: dict[str, Any],
    outcome: Callable[[Array, Array], Array] = straight,
    without: Callable[[pd.DataFrame], Any] | None = None,
) -> Sweep:
    """Return a sweep whose `core_end` is a function of factors (points, 3) and luck (points, replicates).

    `cost` is 5 in every run; without: which rows to leave out.
    """
    read = read_plan(asked)
    with opened(read, folder) as held:
        points = held.points.drop_duplicates("point")
        luck = np.random.default_rng(5).normal(size=(len(points), read.replicates))
        values = outcome(points[[factor.key for factor in read.factors]].to_numpy(float), luck)
        for scenario in read.scenarios:
            rows = pd.DataFrame({"point": np.repeat(points["point"].to_numpy(), read.replicates)})
            rows.insert(0, "scenario", scenario.name)
            rows["replicate"] = np.tile(np.arange(read.replicates, dtype=np.int32), len(points))
            rows["community"] = np.int32(0)
            rows["core_end"], rows["cost"] = values.ravel().astype(np.float32), np.float32(5)
            kept = rows if without is None else rows[~without(rows)]
            few = len(kept) // 32  # parts with few points and one with most, as batches of changing size leave them
            for part in (kept.iloc[:few], kept.iloc[few : 2 * few], kept.iloc[2 * few : 3 * few], kept.iloc[3 * few :]):
                held.keep(part.astype({"scenario": "category", "point": "category"}), None)
    return load_sweep(folder)
