"""Scenario discovery: in which box of factor values do runs of one kind gather? Found on half of the points by PRIM,
checked on the other half; what chance could give is not called a box."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.analysis.cases import Cases, cases_of, halves
from copsim.analysis.condition import Condition, read_condition
from copsim.analysis.confirming import Share, chance_of, difference_of, share_of
from copsim.analysis.prim import Box, Limit, peel, within
from copsim.core.errors import UserError
from copsim.sweeps.result import KEYS, Sweep, load_sweep

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
FALSE_ALARM = 0.01
"""A box is told only where shuffled points would be as dense at most this often."""
UNSUPPORTED = 0.05
"""A restriction that shuffling explains more often than this, on the points it was found on, is left out."""
EXCLUDES = 0.05
"""A restriction that takes out at most this share of the cells that the rest of the box holds is left out."""
FEWEST = 24
"""Points, or sets of points, that are needed: half to find a box, half to check it."""


@dataclass(frozen=True)
class Seen:
    """A box on one half of the points: its size, and the two shares that say how good it is.

    mass: share of the cells inside; coverage: share of the runs sought that are inside; density: share of the runs inside
    that are sought; outside: the same share of the runs outside, difference: between the two; share: of all runs.
    """

    points: int
    runs: int
    mass: float
    coverage: Share
    density: Share
    outside: float
    share: float
    difference: Share


@dataclass(frozen=True)
class Restriction:
    """One factor that the box restricts, with a quasi-p-value: how often shuffling the points that the rest of the box
    holds would make the restricted part as dense. `lost`: the density that is lost without it."""

    name: str
    limit: Limit
    quasi_p: float
    lost: float


@dataclass(frozen=True)
class Step:
    """A box of the trajectory, on both halves."""

    box: Box
    found: Seen
    checked: Seen


@dataclass(frozen=True, repr=False)
class Discovery:
    """What was found: `found` is False where chance could have given the box.

    steps: every box from the whole to the smallest, and last the one that was chosen; chance: how often shuffled points of
    the other half would make it as dense; restrictions: of the chosen box, the most telling first.
    """

    when: Condition
    cases: Cases
    steps: tuple[Step, ...]
    restrictions: tuple[Restriction, ...]
    chance: float
    found: bool
    manifest: dict[str, Any]
    empty: int

    def __repr__(self) -> str:
        return f"Discovery of {self.when}: {self.sentence}\n  .box, .table, .found, .chance, .save(folder)"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p>{escape(self.sentence)}</p>{self.box.to_html(index=False)}"

    @property
    def chosen(self) -> Step:
        """The box that is told."""
        return self.steps[-1]

    @property
    def sentence(self) -> str:
        """The finding in one plain sentence."""
        from copsim.pages.discovered import sentence

        return sentence(self)

    @property
    def box(self) -> "pd.DataFrame":
        """The chosen box: a row a restricted factor with its limits, in words, and its quasi-p-value."""
        from copsim.pages.discovered import box_table

        return box_table(self)

    @property
    def table(self) -> "pd.DataFrame":
        """Every box of the trajectory, a row each, as the file has them."""
        from copsim.pages.discovered import trajectory_table

        return trajectory_table(self)

    def save(self, folder: str | Path) -> Path:
        """Write table and figure, named after the condition, into a folder and return the figure's path."""
        from copsim.pages.discovered import write_discovery

        return write_discovery(self, folder)


def discover(sweep: "str | Path | Sweep", when: str, density: float | None = None) -> Discovery:
    """Return where in a sweep the runs gather that meet a condition, such as "reached_sustaining == 0".

    sweep: the folder of one, or what `copsim.sweep` returned; density: take the largest box with at least this share of
    such runs inside, not the one that tells such runs from the others best. Errors: `UserError` for a condition that cannot
    be read, a sweep in which nothing varies, and one with too few points.
    """
    made = sweep if isinstance(sweep, Sweep) else load_sweep(sweep)
    if density is not None and not 0 < density <= 1:
        raise UserError(f"the density must be a share above 0 and up to 1, it is {density:g}")
    condition = read_condition(when, [name for name in made.runs.schema.names if name not in KEYS])
    columns = [key for key in KEYS if key in made.runs.schema.names] + list(condition.outcomes)
    table = made.runs.to_table(columns=columns).to_pandas()
    cases = cases_of(made, condition, table)
    _refuse(cases, made)
    empty = int(table[list(condition.outcomes)].isna().any(axis=1).sum())
    steps, restrictions, chance = search(cases, int(made.manifest["seed"]), density)
    found = bool(restrictions) and chance <= FALSE_ALARM
    return Discovery(condition, cases, steps, restrictions, chance, found, made.manifest, empty)


def _refuse(cases: Cases, sweep: Sweep) -> None:
    if not cases.names:
        raise UserError(f"nothing varies in {sweep.folder}: a box needs factors, or more than one scenario")
    sets = len(np.unique(cases.clusters))
    if sets < FEWEST:
        what = "points" if (cases.clusters == cases.points).all() else "sets of points"
        raise UserError(
            f"{sweep.folder} has {sets} {what}; a box needs at least {FEWEST}, half to find it and half to check it"
        )


def search(
    cases: Cases, seed: int, density: float | None = None
) -> tuple[tuple[Step, ...], tuple[Restriction, ...], float]:
    """Return the boxes, the restrictions of the chosen one, and how often chance would do as well on the other half."""
    found_on, checked_on = halves(cases, seed)
    boxes = peel(found_on.x, found_on.met.sum(1), found_on.runs.sum(1), found_on.categories)
    chosen = simplified(boxes[_best(boxes, found_on, density)], found_on, seed, density or 0.0)
    chosen = rounded_box(chosen, found_on)
    steps = tuple(Step(box, seen(box, found_on), seen(box, checked_on)) for box in [*boxes, chosen])
    inside = chosen.inside(checked_on.x)
    chance = chance_of(inside, checked_on.met.sum(1), checked_on.runs.sum(1), checked_on.points, seed)
    restrictions = [_restriction(chosen, column, found_on, seed) for column in chosen.restricted]
    return steps, tuple(sorted(restrictions, key=lambda one: -one.lost)), chance


def _best(boxes: Sequence[Box], cases: Cases, density: float | None) -> int:
    """Return which box tells runs apart best: coverage less the share of all other runs that is inside.

    With a density asked for, the largest box that has it, or the densest.
    """
    met, other = cases.met.sum(1), (cases.runs - cases.met).sum(1)
    inside = [box.inside(cases.x) for box in boxes]
    if density is not None:
        dense = [met[kept].sum() / (met[kept].sum() + other[kept].sum()) for kept in inside]
        reached = [n for n, share in enumerate(dense) if share >= density]
        return reached[0] if reached else int(np.argmax(dense))
    apart = [met[kept].sum() / max(met.sum(), 1) - other[kept].sum() / max(other.sum(), 1) for kept in inside]
    return int(np.argmax(apart))


def simplified(box: Box, cases: Cases, seed: int, density: float = 0.0) -> Box:
    """Return a box without the restrictions that hardly exclude a cell or that shuffling explains, the worst first.

    density: what the box must keep, where one was asked for.
    """
    while True:
        spare = [n for n in box.restricted if _density(cases, box.without(n).inside(cases.x)) >= density]
        chances = [_spare(box, column, cases, seed) for column in spare]
        if not chances or max(chances) <= UNSUPPORTED:
            return box
        box = box.without(spare[int(np.argmax(chances))])


def _spare(box: Box, column: int, cases: Cases, seed: int) -> float:
    """Return the quasi-p-value of a restriction, 2 of one that takes out hardly any cell."""
    wider, inside = box.without(column).inside(cases.x), box.inside(cases.x)
    excluded = int(wider.sum()) - int(inside.sum())
    return 2.0 if excluded <= EXCLUDES * int(wider.sum()) else _quasi_p(box, column, cases, seed)


def _quasi_p(box: Box, column: int, cases: Cases, seed: int) -> float:
    """Return the quasi-p-value of a restriction (Bryant and Lempert 2010), by shuffling points in place of a binomial
    test: replicates of a point are not independent."""
    kept = box.without(column).inside(cases.x)
    met, runs = cases.met[kept].sum(1), cases.runs[kept].sum(1)
    return chance_of(box.inside(cases.x[kept]), met, runs, np.arange(int(kept.sum())), seed)


def _restriction(box: Box, column: int, cases: Cases, seed: int) -> Restriction:
    wider, inside = box.without(column).inside(cases.x), box.inside(cases.x)
    lost = _density(cases, inside) - _density(cases, wider)
    return Restriction(cases.names[column], box.limits[column], _quasi_p(box, column, cases, seed), lost)


def _density(cases: Cases, kept: Array) -> float:
    number = float(cases.runs[kept].sum())
    return float(cases.met[kept].sum()) / number if number else float("nan")


def seen(box: Box, cases: Cases) -> Seen:
    """Return how a box does on some cells."""
    inside = box.inside(cases.x)
    here = inside[:, None]
    return Seen(
        points=int(inside.sum()),
        runs=int(cases.runs[inside].sum()),
        mass=float(inside.mean()),
        coverage=share_of(cases.met * here, cases.met, cases.clusters),
        density=share_of(cases.met * here, cases.runs * here, cases.clusters),
        outside=_density(cases, ~inside),
        share=_density(cases, np.ones(len(inside), bool)),
        difference=difference_of(inside, cases.met, cases.runs, cases.clusters),
    )


def rounded_box(box: Box, cases: Cases) -> Box:
    """Return a box whose limits are the roundest numbers that keep the same cells: what is said is what was checked."""
    for column in box.restricted:
        limit = box.limits[column]
        if not isinstance(limit, frozenset):
            values = np.unique(cases.x[:, column])
            inside = values[within(limit, values)]
            low = limit[0] if limit[0] == -np.inf else _roundest(values[values < limit[0]].max(), inside.min())
            high = limit[1] if limit[1] == np.inf else _roundest(inside.max(), values[values > limit[1]].min())
            box = box.with_(column, (low, high))
    return box


def _roundest(low: float, high: float) -> float:
    """Return the number with the fewest digits between two, nearest to their middle."""
    middle = (low + high) / 2
    for digits in range(1, 10):
        number = float(f"{middle:.{digits}g}")
        if low < number < high:
            return number
    return middle
