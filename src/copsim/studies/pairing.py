"""Paired statistics: differences on the same luck, their intervals, and what pairing gained."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.measures.outcomes import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
CONFIDENCE = 0.95


def differences(runs: "pd.DataFrame", reference: str, main: Sequence[str]) -> "pd.DataFrame":
    """Return one row a scenario and outcome: the columns of comparison.csv.

    Intervals are paired t intervals of 95 %; for the main outcomes they hold together, over scenarios and these outcomes
    (Bonferroni), for the others one at a time.
    """
    import pandas as pd

    names = [name for name in runs["scenario"].cat.categories if name != reference]
    by_name = {name: runs[runs["scenario"] == name] for name in (reference, *names)}
    together = max(1, len(names) * len(main))
    rows = [
        _row(by_name[name], by_name[reference], name, reference, key, together if key in main else 1, key in main)
        for name in names
        for key in OUTCOMES
    ]
    return pd.DataFrame(rows)


def _row(
    arm: "pd.DataFrame", base: "pd.DataFrame", name: str, reference: str, key: str, together: int, main: bool
) -> dict[str, Any]:
    a, b = arm[key].to_numpy(float), base[key].to_numpy(float)
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    low, high = interval(a - b, 1.0 - (1.0 - CONFIDENCE) / together)
    return {
        "scenario": name,
        "reference": reference,
        "outcome": key,
        "unit": OUTCOMES[key].unit,
        "mean": a.mean() if len(a) else np.nan,
        "reference_mean": b.mean() if len(b) else np.nan,
        "difference": (a - b).mean() if len(a) else np.nan,
        "low": low,
        "high": high,
        "interval": "simultaneous" if main else "single",
        "worlds_better": share_better(a - b, OUTCOMES[key].better),
        "variance_ratio": variance_ratio(a, b),
        "replicates": len(a),
    }


def interval(difference: Array, confidence: float) -> tuple[float, float]:
    """Return the t interval of a mean; missing with fewer than two values, a point where nothing varies."""
    from scipy.stats import t

    n = len(difference)
    if n < 2:
        return float("nan"), float("nan")
    half = float(t.ppf(0.5 + confidence / 2.0, n - 1)) * float(difference.std(ddof=1)) / n**0.5
    return float(difference.mean()) - half, float(difference.mean()) + half


def share_better(difference: Array, better: int) -> float:
    """Return the share of pairs better in the good direction, more where none is declared; ties count half."""
    if len(difference) == 0:
        return float("nan")
    signed = difference * (better or 1)
    return float((signed > 0).mean() + 0.5 * (signed == 0).mean())


def variance_ratio(a: Array, b: Array) -> float:
    """Return (Var a + Var b) / Var(a - b): how many times fewer pairs do than unpaired runs; 1 = nothing gained."""
    if len(a) < 2:
        return float("nan")
    apart, paired = float(a.var(ddof=1) + b.var(ddof=1)), float((a - b).var(ddof=1))
    if paired == 0.0:
        return float("inf") if apart > 0.0 else 1.0
    return apart / paired
