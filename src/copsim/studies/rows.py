"""The rows of the deck: what serves each, and the directions each must show, checked on paired runs.

A direction holds when the interval of every one of its contrasts lies above zero. Its other half: with the mechanism
switched off the pattern vanishes. `check_rows` looks at both, in plausible worlds or at central values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.declare import every_parameter
from copsim.core.observables import OBSERVABLES
from copsim.engine.parameters import DECLARED
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import Change, Event, Scenario, load_scenario
from copsim.studies.directions import DIRECTIONS, MISSES, Case, Contrast, Direction
from copsim.studies.ensemble import Arm, run_arms
from copsim.studies.gauges import gauged
from copsim.studies.pairing import interval
from copsim.studies.planning import in_plan, worlds_of

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
CONFIDENCE = 0.99
"""Of each interval: a direction that is not there is taken for one in 0.5 % of checks."""
WORLDS, PAIRS = 40, 8
"""Plausible worlds of a check, and pairs on different luck in each."""


def rows() -> "pd.DataFrame":
    """Return what serves each row: parameters, observables and directions, by row."""
    import pandas as pd

    names = sorted({p.row for p in every_parameter()} | {o.row for o in OBSERVABLES} | {d.row for d in DIRECTIONS})
    return pd.DataFrame(
        {
            "row": name,
            "mechanisms": ", ".join(dict.fromkeys(p.group for p in every_parameter() if p.row == name)),
            "levers": ", ".join(p.key for p in every_parameter() if p.row == name and p.role == "lever"),
            "observables": ", ".join(o.name for o in OBSERVABLES if o.row == name),
            "directions": "; ".join(d.text for d in DIRECTIONS if d.row == name),
        }
        for name in names
    )


def check_rows(
    worlds: int = WORLDS,
    pairs: int = PAIRS,
    seed: int = 1,
    directions: Sequence[Direction] = DIRECTIONS,
    confidence: float = CONFIDENCE,
    threads: int | None = None,
) -> "pd.DataFrame":
    """Return one row a direction: what paired runs show, with the mechanism on and off.

    worlds: plausible worlds, each lived through by `pairs` pairs; 0: `pairs` pairs at central values. Of several
    contrasts the weakest is reported: `difference` and its interval, `low` to `high`, over worlds (at central values over
    pairs). `share`: of the worlds (pairs) in which some contrast is not zero, those in which all are above it.
    `off_difference` and `vanishes` are empty where nothing is switched off.
    """
    import pandas as pd

    bench = Bench(directions, worlds, pairs, seed, threads)
    return pd.DataFrame([bench.judged(direction, confidence) for direction in directions])


@dataclass(frozen=True)
class Reading:
    """One number a run: what is measured over which weeks of a scenario; no world draws the `fixed` parameters."""

    scenario: Scenario
    fixed: frozenset[str]
    pairs: int
    measure: str
    weeks: tuple[int, int]

    @property
    def runs(self) -> tuple[Scenario, frozenset[str], int, int]:
        """What readings of the same runs have in common."""
        return self.scenario, self.fixed, self.pairs, self.weeks[1]


class Bench:
    """Paired runs of the cases of some directions, made when needed and read for all of them at once."""

    def __init__(
        self, directions: Sequence[Direction], worlds: int, pairs: int, seed: int, threads: int | None = None
    ) -> None:
        self.worlds, self.pairs = worlds_of(seed, worlds) if worlds else [], pairs
        self.seed, self.threads = seed, threads
        self.wanted: dict[tuple[Any, ...], set[Reading]] = {}
        self.known: dict[Reading, Array] = {}
        for direction, off in ((d, off) for d in directions for off in (False, True)):
            for case in _cases(_compared(direction, off)):
                reading = self._reading(direction, case, off)
                self.wanted.setdefault(reading.runs, set()).add(reading)

    def judged(self, direction: Direction, confidence: float = CONFIDENCE) -> dict[str, Any]:
        """Return what is found of a direction: a row of `check_rows`."""
        found = [self.difference(direction, contrast) for contrast in direction.contrasts]
        bounds = [interval(difference, confidence) for difference in found]
        weakest = min(range(len(found)), key=lambda k: bounds[k][0])
        low, high = bounds[weakest]
        return {
            "row": direction.row,
            "direction": direction.text,
            "measure": direction.measure,
            "weeks": f"{direction.weeks[0]}-{direction.weeks[1]}",
            "difference": float(found[weakest].mean()),
            "low": low,
            "high": high,
            "share": _share(found),
            "holds": low > 0,
            **self._left(direction, confidence, min(float(difference.mean()) for difference in found)),
            "known_miss": MISSES.get(direction.text, ""),
        }

    def _left(self, direction: Direction, confidence: float, pattern: float) -> dict[str, Any]:
        """Return what is left of a direction with its mechanism off, and whether that is nothing.

        Nothing: no interval lies above zero by more than a thousandth of the pattern, below it by more than a tenth, or
        reaches beyond the pattern.
        """
        left = [self.difference(direction, contrast, True) for contrast in _compared(direction, True)]
        if not left:
            return {"off_difference": None, "vanishes": None}
        rounding = abs(pattern) / 1_000
        bounds = [interval(difference, confidence) for difference in left]
        reversed_by = 0.1 * abs(pattern)  # what is left the other way round comes by another way
        nothing = [low <= rounding and -reversed_by <= high <= max(pattern, rounding) for low, high in bounds]
        return {"off_difference": max((float(d.mean()) for d in left), key=abs), "vanishes": all(nothing)}

    def difference(self, direction: Direction, contrast: Contrast, off: bool = False) -> Array:
        """Return a contrast, one number a world, or a pair at central values; what is missing is left out."""
        terms = [w if case is None else w * self.read(self._reading(direction, case, off)) for w, case in contrast]
        total = np.asarray(sum(terms))
        if self.worlds:
            by_world = total.reshape(len(self.worlds), -1)
            total = np.array([np.nanmean(world) for world in by_world if not np.isnan(world).all()])
        return np.asarray(total[~np.isnan(total)])

    def read(self, reading: Reading) -> Array:
        """Return one number a run."""
        if reading not in self.known:
            scenario, fixed, pairs, weeks = reading.runs
            plan = plan_of(scenario, weeks)
            lived = [_without(fixed, world) for world in in_plan(plan, self.worlds) for _ in range(pairs)]
            arm = Arm(scenario.name, plan, lived or None)
            lives = run_arms([arm], len(lived) or pairs, self.seed, self.threads)[0].lives()
            several = self.wanted[reading.runs]
            self.known |= {every: gauged(lives, every.measure, every.weeks) for every in several}
        return self.known[reading]

    def _reading(self, direction: Direction, case: Case, off: bool) -> Reading:
        """Return what is read of a case: in no case of a direction is drawn what another one sets."""
        switched = direction.off if off else {}
        scenarios = [_scenario(other, switched) for other in _cases(direction.contrasts)]
        named = set(switched).union(*map(_named, scenarios))
        fixed = frozenset(key for key in named if DECLARED[key].role == "uncertain")
        pairs = self.pairs * (1 if off else direction.pairs)
        return Reading(_scenario(case, switched), fixed, pairs, direction.measure, direction.weeks)


def _cases(contrasts: Sequence[Contrast]) -> list[Case]:
    return [case for contrast in contrasts for _, case in contrast if case is not None]


def _compared(direction: Direction, off: bool) -> list[Contrast]:
    """Return the contrasts to look at; with a mechanism off only comparisons of cases, nothing against a number."""
    if not off:
        return list(direction.contrasts)
    if not direction.off:
        return []
    return [contrast for contrast in direction.contrasts if all(case is not None for _, case in contrast)]


def _scenario(case: Case, switched: Mapping[str, float]) -> Scenario:
    base = load_scenario(case.base)
    return replace(
        base,
        settings={**base.settings, **case.settings, **switched},
        changes=(*base.changes, *(Change(week, {**changed, **switched}) for week, changed in case.changes)),
        events=(*base.events, *(Event(week, kind) for week, kind in case.events)),
    )


def _named(scenario: Scenario) -> set[str]:
    return set(scenario.settings).union(*(change.settings for change in scenario.changes))


def _without(fixed: frozenset[str], world: Mapping[str, float]) -> dict[str, float]:
    return {key: value for key, value in world.items() if key not in fixed}


def _share(found: Sequence[Array]) -> float:
    """Return in which share of worlds all contrasts have their sign, of those in which any is not zero."""
    if len({len(difference) for difference in found}) > 1:  # something was missing here and not there
        return min(_share([difference]) for difference in found)
    several = np.stack(found)
    moved, right = np.any(several != 0, axis=0), np.all(several > 0, axis=0)
    return float(right.sum() / moved.sum()) if moved.any() else float("nan")
