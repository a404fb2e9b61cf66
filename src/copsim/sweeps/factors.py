"""Factors: what a plan varies. A share between 0 and 1 becomes a value: by range, by list, or by distribution."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.errors import UserError, nearest
from copsim.scenarios import checking

if TYPE_CHECKING:
    from copsim.core.declare import Parameter

Array = np.ndarray[Any, Any]
SCALES = ("linear", "log", "integer")
DISTRIBUTIONS = {
    "uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "triangular": ("low", "mode", "high"),
    "lognormal": ("median", "sigma"),
}
"""The numbers that each distribution needs; `low` and `high` cut the normal and the lognormal one off."""
_NUMBERS = ("low", "high", "mean", "sd", "mode", "median", "sigma")
KEYS = ("name", "week", "values", "scale", "distribution", *_NUMBERS)


@dataclass(frozen=True)
class Factor:
    """One thing that a plan varies: a parameter from the start, or from the start of a week on.

    values: those it takes, or () where it has a range from `low` to `high`; scale: how the range is divided, "linear",
    "log" or "integer"; distribution: "" or one of `DISTRIBUTIONS`, cut off at the range; shape: its numbers.
    """

    name: str
    week: int | None = None
    values: tuple[float, ...] = ()
    low: float = 0.0
    high: float = 1.0
    scale: str = "linear"
    distribution: str = ""
    shape: tuple[float, ...] = ()

    @property
    def key(self) -> str:
        """The name of the factor's column: `group.parameter`, with `@week` where it has one."""
        return key_of(self.name, self.week)

    def at(self, shares: Array) -> Array:
        """Return the values at shares between 0 and 1, float64 with nine digits."""
        shares = np.asarray(shares, float)
        if self.values:
            return np.array(self.values)[_steps(shares, len(self.values))]
        if self.distribution:
            found = _quantiles(self, shares)
        elif self.scale == "integer":
            return np.asarray(self.low + _steps(shares, round(self.high - self.low) + 1))
        elif self.scale == "log":
            found = self.low * (self.high / self.low) ** shares
        else:
            found = self.low + shares * (self.high - self.low)
        return np.clip(nine_digits(found), self.low, self.high)

    def levels(self, number: int) -> Array:
        """Return the values that a grid takes: all of a list, else `number` of them evenly over the range.

        Of a distribution, the middles of as many parts of one chance.
        """
        if self.values:
            return np.array(self.values)
        parts = (np.arange(number) + 0.5) / number if self.distribution else np.linspace(0.0, 1.0, number)
        if self.scale == "integer" and not self.distribution:
            return np.unique(np.rint(self.low + parts * (self.high - self.low)))
        return self.at(parts)


def factor_of(row: Mapping[str, Any]) -> Factor:
    """Return the factor that a manifest's row describes."""
    held = {key: value for key, value in row.items() if key != "key"}
    return Factor(**{**held, "values": tuple(row["values"]), "shape": tuple(row["shape"])})


def key_of(name: str, week: int | None) -> str:
    """Return the name of a factor's column."""
    return name if week is None else f"{name}@{week}"


def nine_digits(values: Array) -> Array:
    """Return numbers rounded to nine significant digits: what SciPy computes is the same on every machine so far."""
    return np.array([float(f"{value:.9g}") for value in np.ravel(values).tolist()]).reshape(np.shape(values))


def _steps(shares: Array, number: int) -> Array:
    return np.minimum((shares * number).astype(np.int64), number - 1)


def _quantiles(factor: Factor, shares: Array) -> Array:
    """Return the quantiles of a distribution, cut off at the range where it has no ends of its own."""
    if factor.distribution == "uniform":
        return np.asarray(factor.low + shares * (factor.high - factor.low))
    if factor.distribution == "triangular":
        low, mode, high = factor.shape
        turn = (mode - low) / (high - low)
        rising = low + np.sqrt(shares * (high - low) * (mode - low))
        falling = high - np.sqrt((1.0 - shares) * (high - low) * (high - mode))
        return np.where(shares < turn, rising, falling)
    return _of_normal(factor, shares)


def _of_normal(factor: Factor, shares: Array) -> Array:
    """Return the quantiles of a normal distribution, or of one that is normal in the logarithm, between the ends."""
    from scipy.special import ndtr, ndtri

    middle, spread = factor.shape
    in_logs = factor.distribution == "lognormal"
    ends = (factor.low, factor.high)
    low, high = (np.log(end) if in_logs and end > 0 else -np.inf if in_logs else end for end in ends)
    centre = np.log(middle) if in_logs else middle
    below, above = ndtr((low - centre) / spread), ndtr((high - centre) / spread)
    moved = centre + spread * ndtri(below + shares * (above - below))
    return np.asarray(np.exp(moved) if in_logs else moved)


def checked_factor(row: Any, where: str, weeks: int) -> Factor:
    """Return the factor in a table of a plan. Errors: `UserError`, one sentence with where it stands."""
    if not isinstance(row, Mapping):
        raise UserError(f"{where}: a factor must be a table with a name, it is {checking.shown(row)}")
    _refuse_keys(row, where)
    if "name" not in row:
        raise UserError(f"{where}: needs a name, a parameter such as 'sponsoring.engagement'")
    name = checking.checked_text(row["name"], "name", where)
    parameter = checking.checked_parameter(name, checking.parameters(), where)
    week = None if "week" not in row else checking.checked_week(row["week"], where)
    if week is not None:
        checking.refuse_after(week, weeks, "the week", where)
    place = f"{where} ({name})"
    kinds = [key for key in ("values", "distribution") if key in row]
    if len(kinds) == 2 or ("values" in row and any(key in row for key in (*_NUMBERS, "scale"))):
        raise UserError(f"{place}: has values and a range or distribution; say one of them")
    if "values" in row:
        return Factor(name, week, values=_values(row["values"], parameter, place))
    if "distribution" in row:
        return _distributed(row, name, week, parameter, place)
    return _ranged(row, name, week, parameter, place)


def _refuse_keys(row: Mapping[str, Any], where: str) -> None:
    for key in row:
        if key not in KEYS:
            hint = nearest(key, KEYS) or f", allowed are {', '.join(KEYS)}"
            raise UserError(f"{where}: unknown key {checking.shown(key)}{hint}")


def _values(values: Any, parameter: "Parameter", where: str) -> tuple[float, ...]:
    if not isinstance(values, list | tuple) or not values:
        raise UserError(f"{where}: values must be a list of numbers, it is {checking.shown(values)}")
    numbers = tuple(_inside(value, "a value", parameter, where) for value in values)
    for number in numbers:
        if numbers.count(number) > 1:
            raise UserError(f"{where}: the value {number:g} stands twice in values")
    return numbers


def is_possible(number: float, parameter: "Parameter") -> bool:
    """Tell whether a parameter can have a value."""
    low, high = parameter.possible
    return low <= number <= high and (parameter.unit != "0 or 1" or number in (0.0, 1.0))


def _inside(value: Any, what: str, parameter: "Parameter", where: str) -> float:
    """Return a number in the possible range of a parameter."""
    number = _number(value, what, where)
    if not is_possible(number, parameter):
        low, high = parameter.possible
        raise UserError(f"{where}: {what} {number:g} is out of range: {low:g} to {high:g} ({parameter.unit})")
    return number


def _number(value: Any, what: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e30:
        raise UserError(f"{where}: {what} must be a number, it is {checking.shown(value)}")
    return float(value)


def _ranged(row: Mapping[str, Any], name: str, week: int | None, parameter: "Parameter", where: str) -> Factor:
    for key in _NUMBERS[2:]:
        if key in row:
            raise UserError(f"{where}: {key} belongs to a distribution; say distribution = one of {_listed()}")
    if "low" not in row or "high" not in row:
        raise UserError(f"{where}: needs low and high, or values = [...], or a distribution")
    low, high = (_inside(row[key], key, parameter, where) for key in ("low", "high"))
    scale = checking.checked_choice(row.get("scale", "linear"), "scale", where, SCALES)
    if not low < high:
        raise UserError(f"{where}: low = {low:g} must be less than high = {high:g}")
    if scale == "log" and low <= 0:
        raise UserError(f"{where}: a log scale needs low > 0, it is {low:g}")
    if (scale == "integer" or parameter.unit == "0 or 1") and (low % 1 or high % 1):
        raise UserError(f"{where}: an integer scale needs whole numbers as low and high, they are {low:g} and {high:g}")
    return Factor(name, week, low=low, high=high, scale="integer" if parameter.unit == "0 or 1" else scale)


def _distributed(row: Mapping[str, Any], name: str, week: int | None, parameter: "Parameter", where: str) -> Factor:
    kind = checking.checked_choice(row["distribution"], "distribution", where, DISTRIBUTIONS)
    needed = DISTRIBUTIONS[kind]
    for key in needed:
        if key not in row:
            raise UserError(f"{where}: a {kind} distribution needs {key} ({', '.join(needed)})")
    allowed = {*needed, "low", "high"}
    for key in (*_NUMBERS, "scale"):
        if key in row and key not in allowed:
            raise UserError(f"{where}: {key} does not belong to a {kind} distribution, which takes {', '.join(needed)}")
    low, high = (
        _inside(row.get(key, end), key, parameter, where)
        for key, end in zip(("low", "high"), parameter.possible, strict=True)
    )
    if not low < high:
        raise UserError(f"{where}: low = {low:g} must be less than high = {high:g}")
    shape = tuple(_number(row[key], key, where) for key in needed)
    _check_shape(kind, shape, low, high, where)
    return Factor(name, week, low=low, high=high, distribution=kind, shape=shape)


def _check_shape(kind: str, shape: tuple[float, ...], low: float, high: float, where: str) -> None:
    if kind in ("normal", "lognormal") and shape[1] <= 0:
        raise UserError(f"{where}: {DISTRIBUTIONS[kind][1]} must be more than 0, it is {shape[1]:g}")
    if kind == "lognormal" and shape[0] <= 0:
        raise UserError(f"{where}: median must be more than 0, it is {shape[0]:g}")
    middle = shape[1] if kind == "triangular" else shape[0]
    if kind != "uniform" and not low <= middle <= high:
        raise UserError(f"{where}: {DISTRIBUTIONS[kind][kind == 'triangular']} = {middle:g} must lie between "
                        f"{low:g} and {high:g}")  # fmt: skip


def _listed() -> str:
    return ", ".join(DISTRIBUTIONS)
