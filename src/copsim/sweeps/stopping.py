"""How many replicates a question needs: looks at growing numbers of them, until an honest interval is narrow enough.

A question names an outcome and half a width: "core_end ± 0.5", or, of paired differences, "core_end vs baseline ± 0.5".
Looking again and again, and stopping when the interval happens to be short, makes intervals that miss too often (Chow and
Robbins 1965, Annals of Mathematical Statistics 36:457, holds in the limit alone), the more so where a few communities gain
most. Against this stand a first look at 100 replicates, an interval that is drawn out to where the skewness of the sample
puts its longer side, and that side on both sides. What is left over is measured: docs/optimise.md has the table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from copsim.core.errors import UserError, nearest
from copsim.core.vocabulary import MOST_REPLICATES
from copsim.studies.pairing import CONFIDENCE, interval, interval_of_shares

Array = np.ndarray[Any, Any]
FIRST = 100
"""Replicates at the first look."""
NORMAL = 1.959964
"""Standard errors either way that hold 95 % of a normal distribution."""
_LEAST_GROWTH, _MOST_GROWTH = 1.1, 2.0
_QUESTION = re.compile(r"\s*(\w+)(?:\s+vs\s+(\S+))?\s*(?:±|\+/?-)\s*(\S+)\s*")


@dataclass(frozen=True)
class Question:
    """What is to be known: the mean of an outcome, or of its difference from a scenario, to so much either way."""

    outcome: str
    against: str
    half: float

    @property
    def text(self) -> str:
        """The question in a line."""
        return f"{self.outcome}{f' vs {self.against}' if self.against else ''} ± {self.half:g}"


def read_question(text: Any, scenarios: Sequence[str]) -> Question:
    """Return the question in a text. Errors: `UserError`, one sentence."""
    from copsim.measures.outcomes import OUTCOMES

    found = _QUESTION.fullmatch(text) if isinstance(text, str) else None
    half = _number(found[3]) if found else 0.0
    if found is None or not half > 0:
        raise UserError(
            f"a question must be like 'core_end ± 0.5' or 'core_end vs {scenarios[0]} +- 0.5', it is {text!r}"
        )
    outcome, against = found[1], found[2] or ""
    if outcome not in OUTCOMES:
        raise UserError(
            f"there is no outcome {outcome!r}{nearest(outcome, OUTCOMES) or '; copsim outcomes prints them'}"
        )
    if against and (against not in scenarios or len(scenarios) < 2):
        hint = nearest(against, scenarios) if against not in scenarios else ", which stands alone in the plan"
        raise UserError(f"{text!r}: there is nothing to set against {against!r}{hint}")
    return Question(outcome, against, half)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if value < 1e30 else 0.0


def half_width(values: Array, question: Question) -> float:
    """Return half the width of the 95 % interval of a mean, the longer side; infinite with fewer than two values.

    values: an outcome, or its paired differences, float64 (replicates,), NaN where a run has none. Shares have the
    interval of Wilson 1927 (Journal of the American Statistical Association 22:209), differences of outcomes of 0 or 1 two
    values more, one each way: what no run shows is not taken for impossible.
    """
    from copsim.measures.outcomes import OUTCOMES

    known = values[~np.isnan(values)]
    if len(known) < 2:
        return float("inf")
    middle, is_share = float(known.mean()), OUTCOMES[question.outcome].unit == "0/1"
    of_shares = interval_of_shares if question.against else interval_of_share
    low, high = (of_shares if is_share else interval)(known, CONFIDENCE)
    return max(high - middle, middle - low)


def interval_of_share(values: Array, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval of the share of ones among values of 0 and 1; (NaN, NaN) with fewer than two values."""
    from scipy.special import ndtri

    number = len(values)
    if number < 2:
        return float("nan"), float("nan")
    share, errors = float(values.mean()), float(ndtri(0.5 + confidence / 2.0))
    square = errors**2 / number
    centre = (share + square / 2.0) / (1.0 + square)
    reach = errors / (1.0 + square) * ((share * (1.0 - share) + square / 4.0) / number) ** 0.5
    return max(0.0, min(share, centre - reach)), min(1.0, max(share, centre + reach))


def next_look(replicates: int, widest: float, half: float) -> int:
    """Return how many replicates the next look takes: what the last one says is needed, at most twice as many."""
    needed = replicates * (widest / half) ** 2
    grown = min(max(needed, _LEAST_GROWTH * replicates), _MOST_GROWTH * replicates)
    return min(int(np.ceil(grown)), MOST_REPLICATES)


def stopped(values: Array, question: Question) -> tuple[int, float]:
    """Return at how many of the values the rule stops, and half the width it promises: for experiments with the rule.

    values: float64 (most,), the order in which they would be simulated; the last one ends the experiment.
    """
    looked = min(FIRST, len(values))
    while True:
        widest = half_width(values[:looked], question)
        if widest <= question.half or looked == len(values):
            return looked, widest
        looked = min(next_look(looked, widest, question.half), len(values))
