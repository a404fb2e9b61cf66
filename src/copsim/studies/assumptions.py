"""What the answer rests on: how much of a difference's variance is due to assumed values, and which could turn it.

Each replicate is a plausible world, so that the paired difference can be regressed on the drawn values. The share due to
all of them is what a ridge regression predicts of pairs it has not seen (leave-one-out); a single value's share and slope
come from a regression on it alone, unbiased since values are drawn independently.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.declare import Parameter
from copsim.engine.luck import uncertain_parameters
from copsim.measures.outcomes import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
ASSUMPTION_COLUMNS = (
    "scenario",
    "outcome",
    "parameter",
    "text",
    "unit",
    "used",
    "low",
    "high",
    "evidence",
    "share",
    "turns",
)
DOUBT_COLUMNS = ("scenario", "outcome", "assumption", "chance")
_RIDGES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
_FEWEST = 20
"""Pairs under which nothing is said."""
_FALSE_ALARM = 0.05
"""Chance to name any value at all where none matters, over all values of one difference."""


def rests_on(
    runs: "pd.DataFrame", worlds: "pd.DataFrame | None", reference: str, keys: tuple[str, ...]
) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """Return (assumptions, doubt) of every scenario and the outcomes `keys`; empty where no worlds were drawn."""
    import pandas as pd

    assumed: list[dict[str, Any]] = []
    doubt: list[dict[str, Any]] = []
    names = [name for name in runs["scenario"].cat.categories if name != reference]
    parameters = uncertain_parameters() if worlds is not None else ()
    x = standardised(worlds, parameters) if worlds is not None else np.zeros((0, 0))
    for name in names if worlds is not None else ():
        for key in keys:
            y = _difference(runs, name, reference, key)
            known = ~np.isnan(y)
            if known.sum() < _FEWEST:
                continue
            share = foretold(x[known], y[known])
            doubt.append({"scenario": name, "outcome": key, "assumption": share, "chance": 1.0 - share})
            assumed += [{"scenario": name, "outcome": key, **row} for row in _each(parameters, x[known], y[known])]
    return (
        pd.DataFrame(assumed, columns=list(ASSUMPTION_COLUMNS)),
        pd.DataFrame(doubt, columns=list(DOUBT_COLUMNS)),
    )


def _difference(runs: "pd.DataFrame", name: str, reference: str, key: str) -> Array:
    assert key in OUTCOMES
    a, b = (runs.loc[runs["scenario"] == s, key].to_numpy(float) for s in (name, reference))
    return np.asarray(a - b)


def standardised(worlds: "pd.DataFrame", parameters: tuple[Parameter, ...]) -> Array:
    """Return the drawn values as columns in [-1, 1], evenly spread as they were drawn."""
    return np.column_stack([_placed(worlds[p.key].to_numpy(float), p) for p in parameters])


def _placed(values: Array, p: Parameter) -> Array:
    low, high = p.plausible or p.possible
    if p.scale == "log" and low > 0:
        values, low, high = np.log(values), float(np.log(low)), float(np.log(high))
    return np.asarray(2.0 * (values - low) / (high - low) - 1.0)


def _value_at(place: float, p: Parameter) -> float:
    low, high = p.plausible or p.possible
    share = (place + 1.0) / 2.0
    return float(low * (high / low) ** share) if p.scale == "log" and low > 0 else low + share * (high - low)


def foretold(x: Array, y: Array) -> float:
    """Return the share of the variance of y that a ridge on x predicts of values left out, between 0 and 1."""
    centred, spread = y - y.mean(), float(((y - y.mean()) ** 2).sum())
    if spread == 0.0:
        return 0.0
    left = x - x.mean(0)
    u, s, _ = np.linalg.svd(left, full_matrices=False)
    best = 0.0
    for ridge in _RIDGES:
        weight = s**2 / (s**2 + ridge * len(y))
        fitted = u @ (weight * (u.T @ centred))
        leverage = (u**2 * weight).sum(1) + 1.0 / len(y)
        press = float((((centred - fitted) / np.maximum(1.0 - leverage, 1e-6)) ** 2).sum())
        best = max(best, 1.0 - press / spread)
    return min(best, 1.0)


def _each(parameters: tuple[Parameter, ...], x: Array, y: Array) -> list[dict[str, Any]]:
    """Return a row a parameter: its share of the variance, and the value at which the difference turns its sign."""
    from scipy.stats import t

    n, rows = len(y), []
    needed = float(t.ppf(1.0 - _FALSE_ALARM / (2.0 * len(parameters)), n - 2))
    for k, p in enumerate(parameters):
        low, high = p.plausible or p.possible
        slope, r2 = _slope(x[:, k], y)
        shows = r2 >= needed**2 / (needed**2 + n - 2)
        turn = x[:, k].mean() - y.mean() / slope if shows and slope != 0.0 else np.inf
        rows.append(
            {
                "parameter": p.key, "text": p.text, "unit": p.unit, "used": p.default, "low": low, "high": high,
                "evidence": p.evidence, "share": max(0.0, (r2 * (n - 1) - 1.0) / (n - 2)) if shows else 0.0,
                "turns": _value_at(turn, p) if abs(turn) <= 1.0 else np.nan,
            }
        )  # fmt: skip
    return rows


def _slope(x: Array, y: Array) -> tuple[float, float]:
    """Return (slope, share of variance) of a straight line."""
    dx, dy = x - x.mean(), y - y.mean()
    xx, yy, xy = float(dx @ dx), float(dy @ dy), float(dx @ dy)
    return (xy / xx if xx > 0.0 else 0.0), (xy * xy / (xx * yy) if xx > 0.0 and yy > 0.0 else 0.0)
