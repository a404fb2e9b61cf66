"""Handles: runs of a sweep as SALib, the EMA Workbench and xarray take them; a problem of SALib as factors of a plan."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.errors import UserError, nearest
from copsim.measures.outcomes import OUTCOMES
from copsim.scenarios.checking import shown
from copsim.sweeps.factors import Factor, factor_of
from copsim.sweeps.points import NUMBER, PLANNED, POINT

if TYPE_CHECKING:
    import pandas as pd

    from copsim.sweeps.result import Sweep

Array = np.ndarray[Any, Any]
_TRUNCATED = 4
"""Numbers that SALib's cut-off normal distribution takes: ends, mean and deviation."""


def to_salib(sweep: "Sweep", outcome: str, scenario: str | None = None) -> tuple[dict[str, Any], Array, Array]:
    """Return (problem, X, Y): SALib's problem, factors (points, factors), means over replicates (points,).

    Points stand in the order of the design, as SALib's analysers of that design need them; Y is NaN where a point has no
    value. scenario: needed where the sweep has several.
    """
    name = _one_scenario(sweep, scenario)
    points = sweep.points
    points = points[points[PLANNED]].sort_values(NUMBER)
    if outcome not in sweep.runs.schema.names:
        recorded = [name for name in sweep.runs.schema.names if name in OUTCOMES]
        hint = nearest(outcome, recorded) or f"; it has {', '.join(recorded)}"
        raise UserError(f"{sweep.folder} did not record {outcome}{hint}")
    runs = sweep.runs.to_table(columns=["scenario", POINT, outcome]).to_pandas()
    means = runs[runs["scenario"] == name].groupby(POINT, observed=True)[outcome].mean()
    keys = factor_names(points)
    y = means.reindex(points[POINT]).to_numpy(float)
    return {**problem_of(sweep), "outputs": [outcome]}, points[keys].to_numpy(float), y


def _one_scenario(sweep: "Sweep", scenario: str | None) -> str:
    names = [one["name"] for one in sweep.manifest["request"]["scenarios"]]
    if scenario is None and len(names) > 1:
        raise UserError(f"{sweep.folder} has several scenarios; name one of {', '.join(names)}")
    if scenario is not None and scenario not in names:
        raise UserError(
            f"{sweep.folder} has no scenario {scenario!r}{nearest(scenario, names) or '; it has ' + ', '.join(names)}"
        )
    return scenario or names[0]


def factor_names(points: "pd.DataFrame") -> list[str]:
    """Return the columns of a table of points that are factors."""
    return [name for name in points.columns if name not in (NUMBER, POINT, PLANNED)]


def problem_of(sweep: "Sweep") -> dict[str, Any]:
    """Return the factors of a sweep as a problem of SALib: num_vars, names, bounds, dists."""
    factors = [factor_of(row) for row in sweep.manifest["request"]["factors"]]
    found = [_distribution(factor) for factor in factors]
    return {
        "num_vars": len(factors),
        "names": [factor.key for factor in factors],
        "bounds": [bounds for bounds, _ in found],
        "dists": [dist for _, dist in found],
    }


def _distribution(factor: Factor) -> tuple[list[float], str]:
    """Return SALib's numbers and name of a distribution; of a list of values or another scale, the range."""
    low, high = factor.low, factor.high
    if factor.values:
        return [min(factor.values), max(factor.values)], "unif"
    if factor.distribution == "triangular":
        low, mode, high = factor.shape
        return [low, high, (mode - low) / (high - low)], "triang"
    if factor.distribution == "normal":
        return [low, high, *factor.shape], "truncnorm"
    if factor.distribution == "lognormal":
        return [float(np.log(factor.shape[0])), factor.shape[1]], "lognorm"
    return [low, high], "logunif" if factor.scale == "log" else "unif"


def from_salib(problem: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the factors of a plan, a table each, that a problem of SALib describes.

    Names are parameters, with `@week` for a dated change. Distributions: unif, logunif, triang, norm, truncnorm, lognorm.
    Errors: `UserError` for a problem with other distributions, or with groups, whose factors move together.
    """
    names, bounds = problem.get("names"), problem.get("bounds")
    if not names or bounds is None or len(names) != len(bounds):
        raise UserError("a problem of SALib needs names and bounds, as many of one as of the other")
    if problem.get("groups") and len(set(problem["groups"])) < len(names):
        raise UserError("groups of factors that move together have no place in a plan; leave groups out")
    dists = problem.get("dists") or ["unif"] * len(names)
    return [_factor(*row) for row in zip(names, bounds, dists, strict=True)]


def _factor(key: str, bounds: Any, dist: str) -> dict[str, Any]:
    """Return one factor; whether its parameter and numbers are possible is said when the plan is read."""
    name, _, week = str(key).partition("@")
    if week and not week.isdecimal():
        raise UserError(f"{shown(key)}: after the @ stands a week, a whole number")
    row: dict[str, Any] = {"name": name, **({"week": int(week)} if week else {})}
    numbers = [float(number) for number in bounds]
    if dist == "unif" and len(numbers) == 2:
        return row | {"low": numbers[0], "high": numbers[1]}
    if dist == "logunif" and len(numbers) == 2:
        return row | {"low": numbers[0], "high": numbers[1], "scale": "log"}
    if dist == "triang" and len(numbers) == 3:
        low, high, part = numbers
        return row | {"distribution": "triangular", "low": low, "mode": low + part * (high - low), "high": high}
    if dist == "norm" and len(numbers) == 2:
        return row | {"distribution": "normal", "mean": numbers[0], "sd": numbers[1]}
    if dist == "truncnorm" and len(numbers) == _TRUNCATED:
        low, high, mean, sd = numbers
        return row | {"distribution": "normal", "low": low, "high": high, "mean": mean, "sd": sd}
    if dist == "lognorm" and len(numbers) == 2:
        return row | {"distribution": "lognormal", "median": float(np.exp(numbers[0])), "sigma": numbers[1]}
    raise UserError(
        f"{shown(key)}: {shown(dist)} with {len(numbers)} numbers is no distribution a plan knows; it knows unif, "
        "logunif, triang, norm, truncnorm and lognorm, with the numbers that SALib gives them"
    )


def to_ema(sweep: "Sweep") -> tuple["pd.DataFrame", dict[str, Array]]:
    """Return (experiments, outcomes) as the analyses of the EMA Workbench take them, a run a row.

    experiments: the factors as float64, then what the Workbench calls scenario (our replicate: a state of the world),
    policy (our scenario) and model; outcomes: float64 (runs,) by name.
    """
    runs = sweep.frame()
    keys = factor_names(sweep.points)
    experiments = runs[keys].astype(float)
    experiments["scenario"] = runs["replicate"]
    experiments["policy"] = runs["scenario"].astype(str)
    experiments["model"] = "copsim"
    names = [name for name in _numbers(runs) if name not in keys]
    return experiments, {name: runs[name].to_numpy(float) for name in names}


_KEYS = ("scenario", NUMBER, POINT, "replicate", "community", "week", "quantile", "replicates")


def _numbers(table: "pd.DataFrame") -> list[str]:
    """Return the columns that hold outcomes or observables, as numbers."""
    return [name for name in table.columns if name not in _KEYS and table[name].dtype.kind in "iuf"]


def to_xarray(sweep: "Sweep", weekly: bool = False) -> Any:
    """Return an xarray dataset over scenario, point and replicate, NaN where there is no run.

    `point` is the place in the design; the factors and the id of a point are coordinates along it. weekly: the recorded
    weeks, over week too; of recorded quantiles, over scenario, point, week and quantile. Errors: `UserError` without xarray.
    """
    from importlib.util import find_spec

    if find_spec("xarray") is None:
        raise UserError("to_xarray needs xarray, which is not installed: pip install xarray")
    table, factors = sweep.frame(weekly), factor_names(sweep.points)
    names = [one["name"] for one in sweep.manifest["scenarios"]]
    dims = ["scenario", NUMBER, *(key for key in ("replicate", "week", "quantile") if key in table)]
    table = table.assign(scenario=table["scenario"].astype(str))
    values = [name for name in _numbers(table) if name not in factors]
    made = table.set_index(dims)[values].to_xarray().rename({NUMBER: "point"})
    made = made.sel(scenario=[name for name in names if name in made["scenario"]])
    of_point = sweep.points.set_index(NUMBER).loc[made["point"].to_numpy()]
    made = made.assign_coords({"id": ("point", of_point[POINT].to_numpy(str))})
    made = made.assign_coords({name: ("point", of_point[name].to_numpy(float)) for name in factors})
    for name in values:
        made[name].attrs.update(_words(name))
    return made


def _words(name: str) -> dict[str, str]:
    """Return long name and unit of an outcome or observable."""
    from copsim.core.observables import OBSERVABLES
    from copsim.measures.outcomes import OUTCOMES

    if name in OUTCOMES:
        return {"long_name": OUTCOMES[name].label, "units": OUTCOMES[name].unit}
    found = next((one for one in OBSERVABLES if one.name == name), None)
    return {"long_name": found.text, "units": found.unit} if found is not None else {}
