"""The adviser: a sweep that goes on until a question is answered, and how many replicates that will take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.vocabulary import MOST_REPLICATES
from copsim.studies.ensemble import Progress
from copsim.studies.pairing import drawn_out, sample_skewness
from copsim.sweeps.living import Lived, Living
from copsim.sweeps.plan import NOTHING, AnyPlan, Plan, Record, read_plan
from copsim.sweeps.points import NUMBER, PLANNED, POINT, Cell, cells_of, points_table
from copsim.sweeps.result import Sweep
from copsim.sweeps.running import run_missing
from copsim.sweeps.stopping import FIRST, NORMAL, Question, half_width, next_look, read_question
from copsim.sweeps.sweep import sweep

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
PILOT, MOST_CELLS = 60, 24
LEAST_KNOWN = 4
"""Values that a pilot must have to say anything."""


@dataclass(frozen=True)
class Look:
    """What a look at the runs so far says.

    replicates: of each cell; half: half the widest 95 % interval; scenario, number: the cell that has it, a scenario at a
    point by its number; cells: how many were looked at; known: values that this cell has, for an outcome may be empty.
    """

    question: Question
    replicates: int
    half: float
    scenario: str
    number: int
    cells: int
    known: int

    @property
    def answered(self) -> bool:
        """True when every interval is as narrow as asked."""
        return self.half <= self.question.half


Looked = Callable[[Look], None]


def sweep_until(
    plan: AnyPlan,
    out: str | Path,
    until: str,
    threads: int | None = None,
    progress: Progress | None = None,
    looked: Looked | None = None,
    scheduler: str | None = None,
) -> tuple[Sweep, Look]:
    """Run a plan into a folder until a question such as "core_end ± 0.5" is answered at every scenario and point.

    The replicates of the plan give way to as many as are needed, at least 100. The same call again continues; each look
    counts the first replicates alone, whatever else the folder holds, so that the answer does not depend on when it was
    stopped. looked: told of every look; scheduler: as for `sweep`. Errors: `UserError`, as for `sweep`.
    """
    read = read_plan(plan)
    question = read_question(until, [scenario.name for scenario in read.scenarios])
    _check_recorded(read, question)
    replicates = FIRST
    while True:
        made = sweep(replace(read, replicates=replicates), out, threads, progress=progress, scheduler=scheduler)
        look = look_at(made, question, replicates)
        if looked is not None:
            looked(look)
        if look.answered or replicates == MOST_REPLICATES or not np.isfinite(look.half):
            return made, look
        replicates = next_look(replicates, look.half, question.half)


def _check_recorded(plan: Plan, question: Question) -> None:
    if plan.record.outcomes and question.outcome not in plan.record.outcomes:
        raise UserError(f"{plan.place}: {question.outcome} is asked about, but not among the outcomes that are kept")


def look_at(made: Sweep, question: Question, replicates: int) -> Look:
    """Return what the first replicates of a sweep say about a question."""
    points = made.points
    numbers = numbers_of(points[points[PLANNED]])
    return _widest(_first_runs(made, question, replicates), numbers, question, replicates)


def _first_runs(made: Sweep, question: Question, replicates: int) -> "pd.DataFrame":
    """Return the first replicates of the scenarios and points that the plan has now."""
    import pyarrow.dataset as ds

    columns = ["scenario", POINT, "replicate", question.outcome]
    table = made.runs.to_table(columns=columns, filter=ds.field("replicate") < replicates).to_pandas()
    points = made.points
    asked = [scenario["name"] for scenario in made.manifest["request"]["scenarios"]]
    inside = table["scenario"].isin(asked) & table[POINT].isin(points.loc[points[PLANNED], POINT])
    found: pd.DataFrame = table[inside]
    return found


def cells_table(made: Sweep, look: Look) -> "pd.DataFrame":
    """Return a row a cell that a question is about: scenario, number, factors, mean, half, values, replicates."""
    import pandas as pd

    points = made.points
    points = points[points[PLANNED]].drop_duplicates(POINT).set_index(POINT)
    cells = cell_values(_first_runs(made, look.question, look.replicates), look.question, look.replicates)
    rows = []
    for (scenario, point), own in cells.items():
        known = own[~np.isnan(own)]
        about = points.loc[point]
        row = {"scenario": scenario, "number": int(about[NUMBER])}
        row |= {str(name): about[name] for name in points.columns if name not in (NUMBER, PLANNED)}
        mean = float(known.mean()) if len(known) else np.nan
        rows.append(row | {"mean": mean, "half": half_width(own, look.question), "values": len(known)})
    order = [scenario["name"] for scenario in made.manifest["request"]["scenarios"]]
    table = pd.DataFrame(rows).assign(replicates=look.replicates)
    return table.sort_values(
        ["scenario", "number"],
        key=lambda own: own.map(order.index) if own.name == "scenario" else own,
        ignore_index=True,
    )


def numbers_of(points: "pd.DataFrame") -> dict[str, int]:
    """Return the number of each point by its id, the first of equal ones."""
    first = points.drop_duplicates(POINT)
    return dict(zip(first[POINT].astype(str), first[NUMBER].tolist(), strict=True))


def _widest(table: "pd.DataFrame", numbers: Mapping[str, int], question: Question, replicates: int) -> Look:
    """Return the look at a table of runs: the cell with the widest interval, the first of equal ones."""
    values = cell_values(table, question, replicates)
    halves = [(half_width(own, question), -numbers[key[1]], key) for key, own in values.items()]
    half, number, key = max(halves, key=lambda one: one[:2])
    known = int((~np.isnan(values[key])).sum())
    return Look(question, replicates, half, key[0], -number, len(values), known)


def cell_values(table: "pd.DataFrame", question: Question, replicates: int) -> dict[tuple[str, str], Array]:
    """Return by scenario and point the values that a question is about, float64 (replicates,), NaN where there is none."""
    found: dict[tuple[str, str], Array] = {}
    texts = table.astype({"scenario": str, POINT: str})
    for (scenario, point), rows in texts.groupby(["scenario", POINT], sort=False):
        own = np.full(replicates, np.nan)
        own[rows["replicate"].to_numpy()] = rows[question.outcome].to_numpy(float)
        found[str(scenario), str(point)] = own
    if not question.against:
        return found
    bases = {point: own for (scenario, point), own in found.items() if scenario == question.against}
    return {k: own - bases[k[1]] for k, own in found.items() if k[0] != question.against and k[1] in bases}


@dataclass(frozen=True)
class Advice:
    """How many replicates a question needs, as a pilot sees it.

    replicates: of each cell; low, high: between which the pilot leaves it, about nineteen times in twenty; pilot: runs of
    each cell it rests on; cells: how many the plan has; looked_at: how many were tried; scenario, number: the cell that
    needs most; seconds: what all of it would take on the threads of the pilot; known: runs of the pilot that have a value
    in that cell; reachable: half the width that the most replicates give, where more would be needed, else 0.
    """

    question: Question
    replicates: int
    low: int
    high: int
    pilot: int
    cells: int
    looked_at: int
    scenario: str
    number: int
    seconds: float
    known: int
    reachable: float

    def __str__(self) -> str:
        where = f"at point {self.number} of {self.scenario}"
        if self.known < LEAST_KNOWN:
            return (
                f"{self.question.text}: {self.known} of {self.pilot} runs {where} have a value, too few to say how many "
                "it needs."
            )
        with_value = f" Only {self.known} of {self.pilot} runs there have a value." if self.known < self.pilot else ""
        if self.reachable:
            return (
                f"{self.question.text} needs more than {MOST_REPLICATES:,} replicates, the most copsim runs, {where}: ask "
                f"for ± {self.reachable:g} or wider.{with_value}"
            )
        least = f" (the adviser never takes fewer than {FIRST})" if self.replicates <= FIRST else ""
        return (
            f"{self.question.text} needs about {self.replicates:,} replicates{least}, somewhere from {self.low:,} to "
            f"{self.high:,}, as {self.pilot} of each of {self.looked_at:,} cells say; most {where}.{with_value}"
        )


def advise(plan: AnyPlan, until: str, threads: int | None = None, pilot: int = PILOT) -> Advice:
    """Return how many replicates a question such as "core_end ± 0.5" needs, from a pilot; nothing is written.

    plan: as for `sweep`; of a plan with many points and scenarios, 24 cells are tried. Errors: `UserError`.
    """
    import time

    import pandas as pd

    read = replace(read_plan(plan), replicates=pilot, record=Record(NOTHING))
    question = read_question(until, [scenario.name for scenario in read.scenarios])
    points = points_table(read)
    cells = cells_of([scenario.name for scenario in read.scenarios], points, read.seed)
    tried = _tried(cells, len(read.scenarios))
    kept: list[pd.DataFrame] = []

    def keep(lived: Lived) -> None:
        if lived.runs is not None:
            kept.append(lived.runs)

    living = Living(read)
    living.live([(tried[0], 0)])  # compiles, and is not counted
    began = time.perf_counter()
    todo = ((cell, replicate) for replicate in range(pilot) for cell in range(len(tried)))
    run_missing(living, tried, todo, pilot * len(tried), keep, threads)
    a_run = (time.perf_counter() - began) / (pilot * len(tried))
    if not kept:
        raise UserError(f"{read.place}: every run of the pilot failed; 'copsim sweep' says why")
    table = pd.concat([one.astype({"scenario": str, POINT: str}) for one in kept], ignore_index=True)
    numbers = numbers_of(points)
    values = cell_values(table, question, pilot)
    needs = {key: _needed(own, question) for key, own in values.items()}
    most = max(needs, key=lambda key: (needs[key][0], -numbers[key[1]]))
    needed, low, high = (min(MOST_REPLICATES, max(FIRST, int(np.ceil(min(n, 1e12))))) for n in needs[most])
    known = int((~np.isnan(values[most])).sum())
    where = most[0], numbers[most[1]]
    seconds = a_run * len(cells) * needed
    reachable = _reachable(needs[most][0], question)
    return Advice(question, needed, low, high, pilot, len(cells), len(needs), *where, seconds, known, reachable)


def _reachable(needed: float, question: Question) -> float:
    """Return half the width that the most replicates give, to two figures and not less; 0 where fewer will do."""
    if needed <= MOST_REPLICATES or not np.isfinite(needed):
        return 0.0
    half = question.half * (needed / MOST_REPLICATES) ** 0.5
    unit = 10.0 ** (np.floor(np.log10(half)) - 1)
    return float(f"{np.ceil(half / unit) * unit:.2g}")


def _tried(cells: Sequence[Cell], scenarios: int) -> list[Cell]:
    """Return the cells of a pilot: all scenarios at some points, in the order of running, which is a scrambled one."""
    points = list(dict.fromkeys(cell.point for cell in cells))[: max(1, MOST_CELLS // scenarios)]
    return [cell for cell in cells if cell.point in points]


def _needed(values: Array, question: Question) -> tuple[float, float, float]:
    """Return how many replicates make the interval narrow enough, and from how many to how many the sample leaves it.

    The variance of a sample's variance follows from its kurtosis. Where only a share of the runs has a value, so many
    times more are needed. Infinite where too few have one.
    """
    known = values[~np.isnan(values)]
    if len(known) < LEAST_KNOWN:
        return float("inf"), float(FIRST), float("inf")
    needed, low, high = (number * len(values) / len(known) for number in _values_needed(known, question))
    return needed, low, high


def _values_needed(known: Array, question: Question) -> tuple[float, float, float]:
    """Return as `_needed`, in values."""
    widest = half_width(known, question)
    spread = float(known.std(ddof=1))
    if spread == 0.0:
        return len(known) * (widest / question.half) ** 2, 1.0, float(FIRST)
    lean, needed = abs(sample_skewness(known)) / 6.0, (NORMAL * spread / question.half) ** 2
    for _ in range(20):  # the interval is longer on its skewed side, the less so the more there are
        needed = (drawn_out(NORMAL, lean / needed**0.5) * spread / question.half) ** 2
    kurtosis = float((((known - known.mean()) / spread) ** 4).mean())
    doubt = float(np.exp(2.0 * np.sqrt(max(kurtosis - 1.0, 0.0) / len(known))))
    return needed, needed / doubt, needed * doubt
