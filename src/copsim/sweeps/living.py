"""From runs to tables: a batch of cells and replicates is lived, and leaves outcomes, weeks and failures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.engine.gate import Plan as EnginePlan
from copsim.engine.gate import make_plan, months_of
from copsim.engine.living import Life, live
from copsim.engine.moments import future_plan
from copsim.measures.outcomes import Lives
from copsim.measures.weekly import category, runs_table, weekly_table
from copsim.scenarios.plans import plan_of
from copsim.studies.ensemble import Arm, Collected
from copsim.studies.planning import in_plan, worlds_of
from copsim.sweeps.plan import NOTHING, QUANTILES, Plan
from copsim.sweeps.points import Cell

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
Batch = Sequence[tuple[Cell, int]]
_MOST_WORLDS = 4_096
_KEPT_BITS, _HALF = np.uint32(0xFFFF0000), np.uint32(0x8000)


@dataclass(frozen=True)
class Failure:
    """A run that failed: which, and the error in words."""

    cell: Cell
    replicate: int
    error: str


@dataclass(frozen=True)
class Lived:
    """What a batch leaves: tables of outcomes and of weeks (None where none are kept or nothing ran), and failures."""

    runs: "pd.DataFrame | None"
    series: "pd.DataFrame | None"
    failures: tuple[Failure, ...]


class Living:
    """How the runs of a plan are lived: the plan of each cell, and the world of each replicate."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        start, self.moment = (plan.origin.start, plan.origin.moment) if plan.origin is not None else (None, None)
        self.bases = {s.name: plan_of(s, plan.weeks, plan.members, start, self.moment) for s in plan.scenarios}
        self.scenarios = {s.name: s for s in plan.scenarios}
        self.drawn = None if plan.fixed else worlds_of(plan.seed, plan.replicates)
        self._dated = {f.key: (f.name, f.week) for f in plan.factors}
        self._worlds: dict[Any, Mapping[str, float]] = {}

    def plan_at(self, cell: Cell) -> EnginePlan:
        """Return what the engine runs in a cell: its factors override settings, and changes of the same week."""
        scenario, base = self.scenarios[cell.scenario], self.bases[cell.scenario]
        if not cell.settings:
            return base
        settings, changes = dict(scenario.settings), [(c.week, dict(c.settings)) for c in scenario.changes]
        for key, value in cell.settings.items():
            name, week = self._dated[key]
            if week is None:
                settings[name] = value
            else:
                changes.append((week, {name: value}))
        events = [(e.week, e.kind) for e in scenario.events]
        if self.moment is not None:
            return future_plan(self.moment, base.weeks, settings, changes, events)
        made = make_plan(base.population, base.weeks, settings, changes, events, members=base.members)
        return replace(made, start=base.start)

    def world_in(self, cell: Cell, at: EnginePlan, replicate: int) -> Mapping[str, float] | None:
        """Return the plausible world of a replicate, the same at every point but for what is set there."""
        if self.drawn is None:
            return None
        key = cell.scenario, tuple(cell.settings), replicate
        world = self._worlds.get(key)
        if world is None:
            if len(self._worlds) >= _MOST_WORLDS:
                self._worlds.clear()
            world = self._worlds[key] = in_plan(at, [self.drawn[replicate]])[0]
        return world

    def life(self, cell: Cell, replicate: int) -> Life:
        """Return one run. Errors: whatever stops it."""
        at = self.plan_at(cell)
        return live(at, self.plan.seed, replicate, self.world_in(cell, at, replicate))

    def live(self, batch: Batch) -> Lived:
        """Live a batch of runs; one that fails is told of and does not stop the others."""
        failures: list[Failure] = []
        runs: dict[str, list[tuple[Cell, int]]] = {}
        lives: dict[str, Lives] = {}
        for name in dict.fromkeys(cell.scenario for cell, _ in batch):
            own = [run for run in batch if run[0].scenario == name]
            done, lived = self._lived(own, failures)
            if done:
                runs[name], lives[name] = done, lived
        if not runs:
            return Lived(None, None, tuple(failures))
        return Lived(self.outcomes(lives, runs), self.weeks(lives, runs), tuple(failures))

    def _lived(self, own: Batch, failures: list[Failure]) -> tuple[list[tuple[Cell, int]], Lives]:
        """Return the runs of one scenario that came to their end, and their lives side by side."""
        name = own[0][0].scenario
        collected = Collected(Arm(name, self.bases[name]), len(own), events=False)
        done: list[tuple[Cell, int]] = []
        for cell, replicate in own:
            try:
                collected.take(len(done), self.life(cell, replicate))
                done.append((cell, replicate))
            except Exception as error:
                failures.append(Failure(cell, replicate, " ".join(f"{type(error).__name__}: {error}".split())))
        return done, _first(collected.lives(), len(done))

    def outcomes(self, lives: Mapping[str, Lives], runs: Mapping[str, Batch]) -> "pd.DataFrame":
        """Return a row a run: scenario, point, replicate, community, outcomes."""
        table = _keyed(runs_table(lives), runs, 1)
        kept = self.plan.record.outcomes
        return table[[*table.columns[:4], *kept, "end_kind"]] if kept else table

    def weeks(self, lives: Mapping[str, Lives], runs: Mapping[str, Batch]) -> "pd.DataFrame | None":
        """Return a row a run and recorded week; for quantiles, numbers are kept to eight binary digits."""
        record = self.plan.record
        if record.weekly == NOTHING:
            return None
        months = months_of(next(iter(self.bases.values())))[1:]
        table = _keyed(weekly_table(lives, months), runs, self.plan.weeks)
        if record.every > 1:
            table = table[table["week"].to_numpy() % record.every == 0]
        if record.weekly == QUANTILES:
            return _rounded(table)
        return table


def _first(lives: Lives, number: int) -> Lives:
    """Return the first lives of those side by side, the others failed; each observable lies in one piece of memory."""
    names = ("people", "stayed", "end_kind", "gini", "absence")
    weekly = np.ascontiguousarray(lives.weekly[:number].transpose(2, 0, 1)).transpose(1, 2, 0)
    return replace(lives, weekly=weekly, **{name: getattr(lives, name)[:number] for name in names})


def _keyed(table: "pd.DataFrame", runs: Mapping[str, Batch], each: int) -> "pd.DataFrame":
    """Return a table with the points and replicates of its runs, each of which has so many rows."""
    flat = [run for own in runs.values() for run in own]
    points = list(dict.fromkeys(cell.point for cell, _ in flat))
    place = {point: code for code, point in enumerate(points)}
    codes = np.repeat(np.array([place[cell.point] for cell, _ in flat], np.int32), each)
    table["replicate"] = np.repeat(np.array([replicate for _, replicate in flat], np.int32), each)
    table.insert(1, "point", category(codes, points))
    return table


def _rounded(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table with its single-precision columns rounded."""
    import pandas as pd

    columns = {name: table[name] for name in table.columns}
    rounded = {n: _coarse(values.to_numpy()) for n, values in columns.items() if values.dtype == "float32"}
    return pd.DataFrame({**columns, **rounded}, copy=False)


def _coarse(values: Array) -> Array:
    """Return float32 numbers to eight binary digits: a 500th at most, whole numbers up to 256 exactly."""
    return ((np.ascontiguousarray(values).view(np.uint32) + _HALF) & _KEPT_BITS).view(np.float32)
