"""Paired statistics: differences on the same luck, their intervals, and what pairing gained.

Intervals reach at least as far as the paired t interval. A few communities gain most of what a scenario brings, and a t
interval of 40 such pairs ends too early on their side nearly three times as often as it says; that side is drawn out to
where the skewness of the sample puts it (Willink 2005, Communications in Statistics 34:753). Outcomes of 0 or 1 get two
pairs more, one each way (Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37:479), and keep within
-1 and 1: what no pair shows may still happen. Two things stay worse known than their interval says: weeks in a stage that
fewer than one pair in ten ever sees, and, with ten pairs of a year or less, the family of the main outcomes.
"""

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

    Intervals are of 95 %; for the main outcomes they hold together, over scenarios and these outcomes (Bonferroni), for
    the others one at a time.
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
    confidence = 1.0 - (1.0 - CONFIDENCE) / together
    low, high = (interval_of_shares if OUTCOMES[key].unit == "0/1" else interval)(a - b, confidence)
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
    """Return an interval of the mean: t, longer on the side of skewness; (NaN, NaN) with fewer than two values.

    A point where nothing varies.
    """
    from scipy.special import stdtrit

    n = len(difference)
    if n < 2:
        return float("nan"), float("nan")
    mean, error = float(difference.mean()), float(difference.std(ddof=1)) / n**0.5
    reach, skewness = float(stdtrit(n - 1, 0.5 + confidence / 2.0)), sample_skewness(difference)
    below, above = (drawn_out(reach, max(0.0, side * skewness) / (6.0 * n**0.5)) for side in (-1.0, 1.0))
    return mean - below * error, mean + above * error


def sample_skewness(values: Array) -> float:
    """Return the third central moment, free of bias, over the cube of the standard deviation; 0 where nothing varies."""
    n, spread = len(values), float(values.std(ddof=1))
    if n < 3 or spread == 0.0:
        return 0.0
    cubes = float((((values - values.mean()) / spread) ** 3).sum())
    return cubes * n / ((n - 1) * (n - 2))


def drawn_out(reach: float, lean: float) -> float:
    """Return how many standard errors an interval reaches on the side that it leans to, at least those of t.

    reach: the t quantile; lean: skewness over 6 root n, not negative. It is the cubic of Willink 2005, solved for t.
    """
    root = float(np.cbrt(1.0 - 6.0 * lean * (reach + lean)))
    return max(reach, 3.0 * (reach + lean) / (1.0 + root + root * root))


def interval_of_shares(difference: Array, confidence: float) -> tuple[float, float]:
    """Return an interval of the mean of differences that are -1, 0 or 1, within these bounds, never a point."""
    if len(difference) < 2:
        return float("nan"), float("nan")
    low, high = interval(np.append(difference, (-1.0, 1.0)), confidence)
    return max(low, -1.0), min(high, 1.0)


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
