"""Designs: which values the factors take together. Points come from SciPy and SALib; the same seed, the same points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from copsim.core.errors import UserError, nearest
from copsim.scenarios import checking
from copsim.sweeps.factors import Factor, is_possible, nine_digits

Array = np.ndarray[Any, Any]
KINDS = ("grid", "one-at-a-time", "latin-hypercube", "sobol", "saltelli", "morris", "table")
MOST_POINTS = 1_000_000
MORRIS_LEVELS = 4
_NEEDS_POINTS = ("latin-hypercube", "sobol", "saltelli", "morris")


@dataclass(frozen=True)
class Design:
    """How points are chosen.

    points: of a sequence or hypercube their number, of Saltelli the N in N (k + 2), of Morris the trajectories, of a
    grid the levels of a factor with a range; file: the user's own table; digest: the hash of a design whose points are
    taken from the folder of a sweep.
    """

    kind: str
    points: int | None = None
    file: str = ""
    digest: str = ""


def checked_design(table: Any, factors: Sequence[Factor], folder: Path, where: str) -> Design:
    """Return the design that a plan names. Errors: `UserError`, one sentence."""
    if not isinstance(table, dict):
        raise UserError(f"{where}: must be a table with a kind, one of {', '.join(KINDS)}")
    checking.checked_keys(table, ("kind", "points", "file"), where)
    if "kind" not in table:
        raise UserError(f"{where}: needs a kind, one of {', '.join(KINDS)}")
    kind = checking.checked_choice(table["kind"], "kind", where, KINDS)
    if kind == "table":
        return _table_design(table, folder, where)
    if "file" in table:
        raise UserError(f'{where}: file belongs to kind = "table", not to {kind}')
    if not factors:
        raise UserError(f"{where}: a design needs at least one [[factor]]")
    return Design(kind, _points(table, kind, factors, where))


def _points(table: dict[str, Any], kind: str, factors: Sequence[Factor], where: str) -> int | None:
    has_range = any(not factor.values for factor in factors)
    if "points" not in table:
        if kind in _NEEDS_POINTS or has_range:
            of = "the levels of a factor with a range" if kind not in _NEEDS_POINTS else "how many"
            raise UserError(f"{where}: {kind} needs points = a whole number, {of}")
        return None
    points = checking.checked_whole(table["points"], "points", where, (1, MOST_POINTS))
    if kind not in _NEEDS_POINTS and has_range and points < 2:
        raise UserError(f"{where}: points = {points} gives a factor with a range one level; it needs at least 2")
    if kind == "saltelli" and points & (points - 1):
        raise UserError(f"{where}: points of a Saltelli design must be a power of two, not {points}")
    return points


def _table_design(table: dict[str, Any], folder: Path, where: str) -> Design:
    if "points" in table:
        raise UserError(f"{where}: points has no place in a table, which says itself how many it has")
    if "file" not in table:
        raise UserError(f'{where}: kind = "table" needs file = "…", a CSV or Parquet file')
    path = folder / checking.checked_text(table["file"], "file", where)
    if path.suffix not in (".csv", ".parquet"):
        raise UserError(f"{where}: file must end in .csv or .parquet, it is {path.name!r}")
    if not path.is_file():
        raise UserError(f"{where}: there is no file {path}")
    return Design("table", None, str(path))


def points_of(design: Design | None, factors: Sequence[Factor], seed: int, where: str) -> Array:
    """Return the values of the factors, float64 (points, factors); NaN leaves a factor as the scenario has it.

    The order is the design's own, which indices need; a point may stand in it more than once.
    """
    if design is None:
        return np.zeros((1, 0))
    _refuse_too_many(design, factors, where)
    values = _SHARES[design.kind](design, factors, seed)
    return np.asarray(values + 0.0, float)  # -0 is 0


def _refuse_too_many(design: Design, factors: Sequence[Factor], where: str) -> None:
    k, points = len(factors), design.points or 0
    if design.kind == "grid":
        number = 1
        for factor in factors:
            number *= len(factor.levels(points))
    else:
        number = points * {"saltelli": k + 2, "morris": k + 1, "one-at-a-time": k}.get(design.kind, 1)
    if number > MOST_POINTS:
        raise UserError(f"{where}: a {design.kind} of {number:,} points is too large, at most {MOST_POINTS:,}")


def _grid(design: Design, factors: Sequence[Factor], seed: int) -> Array:
    levels = [factor.levels(design.points or 0).tolist() for factor in factors]
    return np.array(list(product(*levels)), float)


def _one_at_a_time(design: Design, factors: Sequence[Factor], seed: int) -> Array:
    """Return the scenario as it is, and then each factor alone at each of its levels."""
    rows = [[np.nan] * len(factors)]
    for place, factor in enumerate(factors):
        for level in factor.levels(design.points or 0).tolist():
            rows.append([level if other == place else np.nan for other in range(len(factors))])
    return np.array(rows, float)


def _hypercube(design: Design, factors: Sequence[Factor], seed: int) -> Array:
    from scipy.stats import qmc

    generator = np.random.default_rng(seed)
    return _valued(factors, qmc.LatinHypercube(len(factors), seed=generator).random(design.points or 1))


def _sobol(design: Design, factors: Sequence[Factor], seed: int) -> Array:
    """Return the first points of the scrambled sequence: a longer one begins like a shorter one."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(len(factors), seed=np.random.default_rng(seed))
    number = design.points or 1
    return _valued(factors, sequence.random_base2((number - 1).bit_length())[:number])


def _saltelli(design: Design, factors: Sequence[Factor], seed: int) -> Array:
    _salib()
    from SALib.sample import sobol

    return _valued(factors, sobol.sample(problem(factors), design.points, calc_second_order=False, seed=_small(seed)))


def _morris(design: Design, factors: Sequence[Factor], seed: int) -> Array:
    _salib()
    from SALib.sample import morris

    shares = morris.sample(problem(factors), design.points, num_levels=MORRIS_LEVELS, seed=_small(seed))
    return _valued(factors, shares)


def _salib() -> None:
    from importlib.util import find_spec

    if find_spec("SALib") is None:
        raise UserError(
            "saltelli and morris designs need SALib, which is not installed: pip install 'copsim[analysis]'"
        )


def _small(seed: int) -> int:
    """Return a seed that SALib takes, whose generator knows 32 bits."""
    return (seed ^ (seed >> 32)) & 0xFFFFFFFF


def problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return the factors as SALib knows them, all as shares between 0 and 1."""
    names = [factor.key for factor in factors]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _valued(factors: Sequence[Factor], shares: Array) -> Array:
    return np.column_stack([factor.at(shares[:, place]) for place, factor in enumerate(factors)])


def _table(design: Design, factors: Sequence[Factor], seed: int) -> Array:
    return read_points(Path(design.file))[1]


def read_points(path: Path) -> tuple[tuple[str, ...], Array]:
    """Return the columns of the user's own table, and its numbers, float64 (points, columns), NaN where empty."""
    import pandas as pd

    try:
        frame = pd.read_csv(path, skipinitialspace=True) if path.suffix == ".csv" else pd.read_parquet(path)
    except (ValueError, OSError) as error:  # pandas' and Arrow's own are among them
        raise UserError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    names = tuple(str(name).strip() for name in frame.columns)
    if not len(frame) or not names:
        raise UserError(f"{path} holds no points")
    if len(frame) > MOST_POINTS:
        raise UserError(f"{path} holds {len(frame):,} points, at most {MOST_POINTS:,} are allowed")
    for name, column in zip(names, frame.columns, strict=True):
        if frame[column].dtype.kind not in "iuf":
            raise UserError(f"{path}: the column {name!r} must hold numbers alone{_first_text(frame[column])}")
    return names, nine_digits(frame.to_numpy(float))


def _first_text(column: Any) -> str:
    for place, value in enumerate(column.tolist(), 2):
        try:
            float(value)
        except (TypeError, ValueError):
            return f", line {place} has {checking.shown(value)}"
    return ""


def table_factors(path: Path, weeks: int) -> tuple[Factor, ...]:
    """Return the factors that the columns of a table name, checked with every value in it."""
    names, values = read_points(path)
    known = checking.parameters()
    factors = []
    for place, column in enumerate(names):
        name, _, week = column.partition("@")
        if name not in known and not nearest(name, known):
            raise UserError(f"{path}: the column {column!r} is no parameter; 'copsim params' prints them all")
        parameter = checking.checked_parameter(name, known, f"{path}, column {column!r}")
        if week and not (week.isdecimal() and 1 <= int(week) <= weeks):
            raise UserError(f"{path}: the column {column!r} must name a week from 1 to {weeks} after the @")
        low, high = parameter.possible
        for line, value in enumerate(values[:, place].tolist(), 2):
            if value == value and not is_possible(value, parameter):
                raise UserError(
                    f"{path}, line {line}: {name} = {value:g} is out of range: {low:g} to {high:g} ({parameter.unit})"
                )
        factors.append(Factor(name, int(week) if week else None, low=low, high=high))
    if len({factor.key for factor in factors}) < len(factors):
        raise UserError(f"{path}: two columns name the same factor")
    return tuple(factors)


_SHARES: dict[str, Callable[[Design, Sequence[Factor], int], Array]] = {
    "grid": _grid,
    "one-at-a-time": _one_at_a_time,
    "latin-hypercube": _hypercube,
    "sobol": _sobol,
    "saltelli": _saltelli,
    "morris": _morris,
    "table": _table,
}
