"""A sweep as the pages use it: its runs with what was set, the outcomes shown, and means with their intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from copsim.pages import forms
from copsim.pages.history import Array
from copsim.pages.words import Measure, measure
from copsim.studies.pairing import CONFIDENCE, interval, interval_of_shares
from copsim.sweeps.stopping import interval_of_share

if TYPE_CHECKING:
    import pandas as pd

    from copsim.sweeps.result import Sweep

PREFERRED = ("regulars_end", "reached_sustaining", "value_realized")
MOST_OUTCOMES = 3
MOST_LEVELS = 12
BINS = 8
YES_OR_NO = "0/1"
"""The unit of outcomes whose means are shares of runs."""


@dataclass(frozen=True)
class Swept:
    """Runs of planned points. factors: columns of `frame`, what a point leaves open has the scenario's own value there;
    kind: of the design, "" without one; own: by scenario, what it has of each factor."""

    frame: "pd.DataFrame"
    factors: tuple[str, ...]
    scenarios: tuple[str, ...]
    outcomes: tuple[Measure, ...]
    kind: str
    own: dict[str, dict[str, float]]
    points: int
    replicates: int

    def of(self, scenario: str) -> "pd.DataFrame":
        """Return the runs of a scenario."""
        return self.frame[self.frame["scenario"] == scenario]

    def levels(self, factor: str) -> Array:
        """Return the values a factor takes, in order."""
        return np.unique(self.frame[factor].to_numpy(float))


def swept(sweep: "Sweep", named: Sequence[str] = ()) -> Swept:
    """Return a sweep's runs ready to draw. named: outcomes to show, in place of the main ones.

    Errors: `UserError` where there are no runs yet, and for an outcome that has no value here.
    """
    from copsim.core.errors import UserError
    from copsim.sweeps.points import PLANNED, POINT

    frame, points = sweep.frame(), sweep.points
    frame = frame[frame["point"].isin(points.loc[points[PLANNED], POINT])]
    if frame.empty:
        raise UserError(f"{sweep.folder} holds no runs of the points in its plan yet")
    request = sweep.manifest["request"]
    keys = [factor["key"] for factor in request["factors"]]
    scenarios = [name for name in frame["scenario"].cat.categories if (frame["scenario"] == name).any()]
    own = _own(sweep, scenarios, keys)
    frame = frame.assign(as_it_is=frame[keys].isna().all(axis=1) if keys else True)
    for key in keys:
        given = frame["scenario"].astype(str).map({name: own[name][key] for name in scenarios})
        frame[key] = frame[key].fillna(given.astype(float))
    factors = [key for key in keys if frame[key].nunique() > 1]
    return Swept(frame, tuple(factors), tuple(scenarios), _outcomes(frame, named), request["design"].get("kind", ""), own,
                 frame["point"].nunique(), frame["replicate"].nunique())  # fmt: skip


def _own(sweep: "Sweep", scenarios: list[str], keys: list[str]) -> dict[str, dict[str, float]]:
    from copsim.scenarios.reading import load_scenario

    found = {}
    for made in sweep.manifest["scenarios"]:
        if made["name"] in scenarios:
            loaded = load_scenario({k: v for k, v in made.items() if k != "digest"})
            parts = [(key, *key.partition("@")[::2]) for key in keys]
            found[made["name"]] = {key: loaded.parameters(int(week or 1))[name] for key, name, week in parts}
    return found


def _outcomes(frame: "pd.DataFrame", named: Sequence[str]) -> tuple[Measure, ...]:
    from copsim.core.errors import UserError, nearest
    from copsim.measures.outcomes import OUTCOMES

    there = [key for key in OUTCOMES if key in frame and frame[key].notna().any()]
    for key in named:
        if key not in there:
            raise UserError(
                f"this sweep has no value of {key!r}{nearest(key, there) or '; it has ' + ', '.join(there)}"
            )
    if named:
        return tuple(measure(key) for key in dict.fromkeys(named))
    shown = [key for key in PREFERRED if key in there] or there
    return tuple(measure(key) for key in shown[:MOST_OUTCOMES])


@dataclass(frozen=True)
class Mean:
    """A mean with the ends of its 95 % interval, NaN where there is none, as of a single value."""

    value: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """The longer side of the interval."""
        return max(self.high - self.value, self.value - self.low)


def mean_of(values: Array, unit: str) -> Mean:
    """Return the mean of an outcome over runs, empty ones left out; that of 0 and 1 has the interval of a share."""
    return _mean(values, interval_of_share if unit == YES_OR_NO else interval)


def difference_of(pairs: Array, unit: str) -> Mean:
    """Return the mean of paired differences of an outcome, empty ones left out, with the interval of `compare`."""
    return _mean(pairs, interval_of_shares if unit == YES_OR_NO else interval)


def _mean(values: Array, rule: Callable[[Array, float], tuple[float, float]]) -> Mean:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return Mean(float("nan"), float("nan"), float("nan"))
    return Mean(float(known.mean()), *rule(known, CONFIDENCE))


def paired_mean(part: "pd.DataFrame", whole: "pd.DataFrame", outcome: Measure) -> Mean:
    """Return the mean of some runs, with the interval of its difference from the mean of all of them.

    Both are taken within each replicate, so that the luck and world that all points of it share fall out. Of one replicate
    alone, the interval is that over points. Ends of a share stay between 0 and 1.
    """
    here, all_runs = (runs.groupby("replicate")[outcome.key].mean() for runs in (part, whole))
    if len(all_runs) < 2:
        return mean_of(part[outcome.key].to_numpy(float), outcome.unit)
    value, apart = float(here.mean()), difference_of((here - all_runs).to_numpy(float), outcome.unit)
    low, high = value + apart.low - apart.value, value + apart.high - apart.value
    return Mean(value, max(low, 0.0), min(high, 1.0)) if outcome.unit == YES_OR_NO else Mean(value, low, high)


def bins(values: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return (centres, place of each value): levels where a factor has few, else parts with as many values each."""
    levels = np.unique(values)
    if len(levels) <= MOST_LEVELS:
        return levels, np.searchsorted(levels, values).astype(np.int64)
    edges = np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1])
    place = np.searchsorted(edges, values, "right").astype(np.int64)
    return np.array([values[place == one].mean() for one in range(BINS)]), place


def form_of(outcome: Measure, means: list[Mean]) -> forms.Form:
    """Return how the means of an outcome are written: shares in per cent."""
    known = [mean for mean in means if np.isfinite(mean.value)]
    halves = sorted(mean.half for mean in known if np.isfinite(mean.half) and mean.half > 0)
    half = halves[len(halves) // 2] if halves else 0.0
    form = forms.form_for([mean.value for mean in known], half, outcome.unit)
    return forms.Form(0.01, 0, "", "%") if outcome.unit in forms.SHARE_UNITS else form
