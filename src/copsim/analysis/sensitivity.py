"""`sensitivity`: which factors move an outcome, from the runs of a sweep, with intervals that hold the luck of its runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.analysis import crossed, estimators
from copsim.analysis.estimators import Index
from copsim.analysis.evaluations import FEWEST_BLOCKS, Evaluations, planned, read_outcome
from copsim.analysis.resampling import FEWEST_TO_DRAW, without_luck
from copsim.core.errors import UserError, nearest
from copsim.studies.storing import csv_bytes
from copsim.sweeps.parts import write_whole
from copsim.sweeps.result import Sweep, load_sweep

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
METHODS = ("sobol", "morris", "grid", "pawn")
COLUMNS = (
    "scenario", "outcome", "factor", "role", "evidence", "method", "index", "value", "low", "high", "noise", "told",
    "blocks", "replicates",
)  # fmt: skip
FILE = "sensitivity.csv"
_OF_DESIGN = {"saltelli": "sobol", "morris": "morris", "grid": "grid"}
_LUCK_ALONE = "its values at different points do not differ by more than luck can make them"
FEW_FOR_PAWN = 100
"""Points under which PAWN misses what paired differences show."""
_SEED = 20_241
"""Where resampling begins: the same runs give the same intervals."""


@dataclass(frozen=True)
class Answer:
    """What moves one outcome of one scenario.

    indices: of every factor, () where there are none, and then `reason` says why; luck: share of the variance between
    single runs that is due to luck and worlds, NaN of one replicate; notes: what is missing, in sentences; extremes: of a
    grid, the levels that a difference is between; blocks: of a grid its cells.
    """

    scenario: str
    outcome: str
    method: str
    factors: tuple[str, ...]
    blocks: int
    replicates: int
    indices: tuple[Index, ...] = ()
    reason: str = ""
    luck: float = float("nan")
    notes: tuple[str, ...] = ()
    extremes: tuple[crossed.Extremes, ...] = ()

    def index(self, name: str) -> Index:
        """Return the index of this name: S1 or ST; mu_star, mu or sigma; difference; pawn."""
        return next(index for index in self.indices if index.name == name)


@dataclass(frozen=True, repr=False)
class Sensitivity:
    """Indices of a sweep's outcomes.

    table: a row a scenario, outcome, factor and index: value, low and high (95 % interval), noise (what luck alone may
    give), told (the index can be told from noise). S1 and ST are shares of the variance between points; mu_star, mu and
    sigma have the outcome's unit, over the whole range of a factor, and so has difference; pawn lies between 0 and 1.
    """

    folder: Path
    manifest: dict[str, Any]
    method: str
    answers: tuple[Answer, ...]
    table: "pd.DataFrame"

    def __repr__(self) -> str:
        outcomes = ", ".join(dict.fromkeys(answer.outcome for answer in self.answers))
        what = f"Sensitivity ({self.method}) of {outcomes} in {self.folder}"
        return f"{what}\n  .table (a row a factor and index), .answers, .save()"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False))

    def save(self, folder: str | Path | None = None) -> Path:
        """Write the table as `sensitivity.csv`, into the folder of the sweep unless another is named."""
        path = Path(folder or self.folder) / FILE
        write_whole(path, csv_bytes(self.table))
        return path


def sensitivity(
    sweep: Sweep | str | Path, outcomes: Sequence[str] | str | None = None, method: str | None = None
) -> Sensitivity:
    """Return which factors move the outcomes of a sweep, the three main ones unless others are named.

    sweep: a `Sweep` or its folder; method: "sobol", "morris", "grid" or "pawn"; unless said, Sobol indices of a saltelli
    design, Morris' measures of a morris design, the effects of crossed factors of a grid, and PAWN, which takes runs as
    they are, of every other. Errors: `UserError` for unknown names, a method that the design does not serve, and a sweep
    without factors or runs.
    """
    _need_salib()
    read = sweep if isinstance(sweep, Sweep) else load_sweep(sweep)
    chosen = _checked_method(read, method)
    keys = _checked_outcomes(read, outcomes)
    names = [scenario["name"] for scenario in read.manifest["request"]["scenarios"]]
    answers = tuple(_answer(read, name, key, chosen) for name in names for key in keys)
    return Sensitivity(read.folder, read.manifest, chosen, answers, _table(answers))


def _need_salib() -> None:
    from importlib.util import find_spec

    if find_spec("SALib") is None:
        raise UserError("sensitivity needs SALib, which is not installed: pip install 'copsim[analysis]'")


def _checked_method(sweep: Sweep, method: str | None) -> str:
    kind = sweep.manifest["request"]["design"].get("kind", "")
    if not sweep.manifest["request"]["factors"]:
        raise UserError(f"{sweep.folder} varies nothing: sensitivity needs a plan with factors")
    if method is not None and method not in METHODS:
        hint = nearest(method, METHODS) or f"; there are {', '.join(METHODS)}"
        raise UserError(f"there is no method {method!r}{hint}")
    if kind == "one-at-a-time":
        raise UserError(
            f"{sweep.folder} varies one factor at a time, which shows no interplay; sensitivity needs factors that vary "
            "together, such as design saltelli, morris or latin-hypercube"
        )
    needed = {own: design for design, own in _OF_DESIGN.items()}.get(method or "")
    if needed is not None and kind != needed:
        raise UserError(f"{method} needs a {needed} design, and {sweep.folder} has {kind}; pawn takes any")
    return method or _OF_DESIGN.get(kind, "pawn")


def _checked_outcomes(sweep: Sweep, outcomes: Sequence[str] | str | None) -> tuple[str, ...]:
    from copsim.measures.outcomes import MAIN, OUTCOMES

    recorded = [name for name in sweep.runs.schema.names if name in OUTCOMES]
    if outcomes is None:
        return tuple(name for name in MAIN if name in recorded) or tuple(recorded[:3])
    names = (outcomes,) if isinstance(outcomes, str) else tuple(dict.fromkeys(outcomes))
    for name in names:
        if name not in OUTCOMES:
            raise UserError(
                f"there is no outcome {name!r}{nearest(name, OUTCOMES) or '; copsim outcomes prints them all'}"
            )
        if name not in recorded:
            raise UserError(f"{sweep.folder} did not record {name}; it has {', '.join(recorded)}")
    if not names:
        raise UserError("sensitivity needs at least one outcome")
    return names


def _answer(sweep: Sweep, scenario: str, outcome: str, method: str) -> Answer:
    """Return the indices of one outcome, or why there are none."""
    if method == "grid":
        return _answer_of_grid(sweep, scenario, outcome)
    factors = len(sweep.manifest["request"]["factors"])
    read = read_outcome(sweep, scenario, outcome, {"sobol": factors + 2, "morris": factors + 1}.get(method, 1))
    known = without_empty(read) if method == "pawn" else read
    notes, reason = tuple(_gaps(read, known)), _no_index(known)
    if method == "pawn" and len(known.y) < FEW_FOR_PAWN:
        notes += (
            f"PAWN tells little of {len(known.y):,} points: no mark of noise here says that a factor does nothing.",
        )
    indices: tuple[Index, ...] = ()
    if not reason:
        indices = _indices(method, known, np.random.default_rng(_SEED))
        reason = "" if indices else _LUCK_ALONE
    return Answer(
        scenario=scenario,
        outcome=outcome,
        method=method,
        factors=known.factors,
        blocks=len(known.y),
        replicates=known.y.shape[2],
        indices=indices,
        reason=reason,
        luck=luck_of(known.y) if indices else float("nan"),
        notes=notes,
    )


def _answer_of_grid(sweep: Sweep, scenario: str, outcome: str) -> Answer:
    """Return the effects of crossed factors: every replicate that has a value at each point is a block."""
    points = len(planned(sweep))
    read = read_outcome(sweep, scenario, outcome, points)
    cells = crossed.crossed(read.y[0], read.x[0]) if len(read.y) else None
    indices: tuple[Index, ...] = ()
    reason = _no_effect(read, cells, points)
    if cells is not None and not reason:
        indices = crossed.grid(cells, np.random.default_rng(_SEED))
        reason = "" if indices else _LUCK_ALONE
    return Answer(
        scenario=scenario,
        outcome=outcome,
        method="grid",
        factors=read.factors,
        blocks=points if cells is None else int(np.prod(cells.shape[:-1])),
        replicates=read.y.shape[2],
        indices=indices,
        reason=reason,
        luck=luck_of(read.y) if indices else float("nan"),
        notes=tuple(_grid_gaps(read)),
        extremes=crossed.extremes(cells, read.x[0]) if cells is not None and indices else (),
    )


def _no_effect(read: Evaluations, cells: Array | None, points: int) -> str:
    """Return why there can be no effect, "" where there can."""
    if not len(read.y):
        return f"no replicate has a value at each of the {points:,} points; --method pawn takes the points that have"
    if cells is None:
        return "its points are no full grid; --method pawn takes any"
    return _constant(cells)


def _grid_gaps(read: Evaluations) -> Iterator[str]:
    """Yield what is missing, and what is left out for it."""
    yield from _not_there(read)
    if len(read.y) and read.y.shape[2] < read.replicates:
        yield (
            f"Used are the {read.y.shape[2]:,} of {read.replicates:,} replicates that have a value at every point of the "
            "grid."
        )
    if len(read.y):
        yield from _few_replicates(read.y.shape[2])


def _indices(method: str, read: Evaluations, rng: np.random.Generator) -> tuple[Index, ...]:
    if method == "sobol":
        return estimators.sobol(read.y, rng)
    return (estimators.morris if method == "morris" else estimators.pawn)(read.y, read.x, rng)


def without_empty(read: Evaluations) -> Evaluations:
    """Return the points at which every factor has a value; a table may leave a factor as the scenario has it."""
    kept = ~np.isnan(read.x).any((1, 2))
    return read if kept.all() else Evaluations(**{**vars(read), "y": read.y[kept], "x": read.x[kept]})


def _gaps(read: Evaluations, known: Evaluations) -> Iterator[str]:
    """Yield what is missing, and what is left out for it."""
    yield from _not_there(read)
    if len(read.y) < read.blocks or read.y.shape[2] < read.replicates:
        yield (
            f"Used are the {len(read.y):,} of {read.blocks:,} blocks of the design and the {read.y.shape[2]:,} of "
            f"{read.replicates:,} replicates in which no run is missing."
        )
    if len(known.y) < len(read.y):
        yield f"Points left out because a factor has no value there: {len(read.y) - len(known.y):,}."
    yield from _few_replicates(known.y.shape[2])


def _not_there(read: Evaluations) -> Iterator[str]:
    for number, words in (
        (read.not_run, "not run yet"),
        (read.failed, "failed (failures.csv)"),
        (read.undefined, "without a value of this outcome"),
    ):
        if number:
            yield f"Runs {words}: {number:,}."


def _few_replicates(number: int) -> Iterator[str]:
    if number == 1:
        yield "With one replicate nothing can be told from luck, which counts as if it were the factors' doing."
    elif number < FEWEST_TO_DRAW:
        yield "Two replicates cannot show how much the indices hang on the luck that all points share."
    elif number < 5:
        yield "With fewer than five replicates the intervals are too narrow where luck and worlds matter much."


def _no_index(read: Evaluations) -> str:
    """Return why there can be no index, "" where there can."""
    if read.undefined and 2 * len(read.y) < read.blocks:
        return f"it has a value at too few points ({len(read.y):,} of {read.blocks:,} blocks of the design are whole)"
    if len(read.y) < FEWEST_BLOCKS:
        return f"{len(read.y):,} blocks of the design are whole, and at least {FEWEST_BLOCKS} are needed"
    return _constant(read.y)


def _constant(y: Array) -> str:
    """Return why outcomes, float64 (.., replicates), are the same at every point, "" where they are not."""
    if np.ptp(y) == 0:
        return f"it is {y.flat[0]:g} in every run, so that nothing moves it"
    if not np.ptp(y.reshape(-1, y.shape[-1]), axis=0).any():
        return "it hangs on luck alone: each replicate has the same value at every point"
    return ""


def luck_of(y: Array) -> float:
    """Return the share of the variance between single runs that is luck, NaN of one replicate: float64 (.., replicates)."""
    points = y.reshape(-1, y.shape[2])
    if points.shape[1] < 2:
        return float("nan")
    ours = np.var(points, axis=1, ddof=1).mean()
    theirs = without_luck(lambda c: np.var(c, axis=0)[None], points, np.ones(points.shape[1], np.int64))[0]
    return float(ours / (ours + max(theirs, 0.0)))


def _table(answers: Sequence[Answer]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame([row for answer in answers for row in _rows(answer)], columns=list(COLUMNS))


def _rows(answer: Answer) -> Iterator[dict[str, Any]]:
    for place, factor in enumerate(answer.factors):
        role, evidence = role_of(factor)
        for index in answer.indices:
            yield {
                **{key: getattr(answer, key) for key in ("scenario", "outcome", "method", "blocks", "replicates")},
                **{"factor": factor, "role": role, "evidence": evidence, "index": index.name},
                **{key: getattr(index, key)[place] for key in ("value", "low", "high", "noise", "told")},
            }


def role_of(factor: str) -> tuple[str, str]:
    """Return role and evidence of the parameter that a factor sets."""
    from copsim.scenarios import checking

    parameter = checking.parameters().get(factor.partition("@")[0])
    return (parameter.role, parameter.evidence) if parameter is not None else ("", "")
