"""What the facts leave open: sets of fitted values that go together, and how far each other uncertain value may go.

Measure of both: the objective of `experiments.fit_facts`, against all real communities of the group. Plausible is what is
at most a quarter further from them than today's values are (assumed): about as good, and a fact or two may be others.
Sets: a random walk from today's values, a fifth of them moved at a time, which takes every step to a plausible place
(approximate Bayesian computation by Markov chain, Marjoram 2003; prior even, or even in the logarithm, over the possible).
Every sixth place it visits is kept, as multiples of today's values, in `engine/fitted.py`'s file: plausible worlds draw
from there. Every step is a line of the record, from which the same command goes on.
Alone: from its central value a parameter is moved to the ends of its range, half to one and a half times the value; an end
that is not plausible is drawn back by halves of the way. Where nothing moves, or the population does not have the mechanism,
facts say nothing and the range stays an assumption.
Run: python -m experiments.plausible sets talk|git --record FILE [--steps 300]; python -m experiments.plausible alone
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from copsim.core.declare import Parameter, parameters_by_key
from copsim.engine import fitted
from copsim.engine.luck import uncertain_parameters
from copsim.studies.stylised import GROUPS, medians, simulated_facts
from experiments.fit_facts import FITTED, FRESH, SEED, Space, objective_of, space_of
from experiments.tables import save

MOVED, STEP, EVERY, WORSE = 0.2, 0.06, 6, 1.25
"""Of the walk: share of values moved in a step, how far as a share of what is possible, every how many steps one is kept,
and how much further from the facts than today is plausible."""
HALVINGS, FEW = 3, 8
"""Times the way is halved; communities on which a value without any effect is told from others."""
Objective = Callable[[float | None], float]


def objective(p: Parameter, population: str) -> Objective:
    """Return the objective of the fit as a function of one parameter's value, the same luck for all values."""
    distance = objective_of(population, "all")

    @cache
    def found(value: float | None) -> float:
        settings = {} if value is None else {p.key: value}
        return float(np.mean([distance(settings, luck) for luck in FRESH]))

    return found


def furthest(measured: Objective, central: float, end: float, most: float) -> float:
    """Return how far towards an end a value may go with an objective of at most so much, as a share of the way."""
    if measured(end) <= most:
        return 1.0
    allowed, refused = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (allowed + refused) / 2
        if measured(central + middle * (end - central)) <= most:
            allowed = middle
        else:
            refused = middle
    return allowed


def asked(p: Parameter, population: str) -> dict[str, object] | None:
    """Return what the facts of a population say of a parameter: shares of the way down and up; None where nothing."""
    central = p.value_in(population)
    if central == 0.0 or p.plausible is None:
        return None
    ends = [min(max(end * central / p.default, p.possible[0]), p.possible[1]) for end in p.plausible]
    few = [simulated_facts(population, FEW, 1, settings) for settings in ({}, *({p.key: end} for end in ends))]
    if all(str(medians(one)) == str(medians(few[0])) for one in few):
        return None
    measured = objective(p, population)
    at_centre, moved = measured(None), [measured(end) for end in ends]
    most = WORSE * at_centre
    down, up = (furthest(measured, central, end, most) for end in ends)
    return {"parameter": p.key, "population": population, "at_centre": at_centre, "at_low": moved[0], "at_high": moved[1],
            "most": most, "down": down, "up": up}  # fmt: skip


def today(space: Space, population: str) -> np.ndarray:
    """Return where the declared values of a population lie, as shares of what is possible."""
    declared = parameters_by_key()
    return space.shares(np.array([declared[name].value_in(population) for name in space.names]))


def walk(space: Space, start: np.ndarray, distance: Callable[[dict[str, float]], float], most: float, record: Path,
         steps: int) -> list[dict[str, float]]:  # fmt: skip
    """Return where the walk is after each step; what stands in the record is not computed again."""
    chance, here = np.random.default_rng(SEED), start
    known = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    visited = []
    with record.open("a", encoding="utf-8") as lines:
        for step in range(steps):
            moved = chance.random(len(here)) < MOVED
            there = here + moved * STEP * chance.standard_normal(len(here))
            there = np.abs(np.where(there > 1.0, 2.0 - there, there))
            if step < len(known):
                found = known[step]["distance"]
            else:
                found = distance(space.values(there))
                lines.write(json.dumps({"distance": found}) + "\n")
                lines.flush()
            here = there if found <= most else here
            visited.append(space.values(here))
    return visited


def save_sets(population: str, sets: Sequence[Mapping[str, float]]) -> None:
    """Write sets of a population as multiples of its values; the reach takes the hinterland's along, which no world draws."""
    declared = parameters_by_key()
    table = pd.DataFrame(sets) / pd.Series({key: declared[key].value_in(population) for key in FITTED})
    table["joining.reach"] *= table.pop("joining.hinterland")
    table.insert(0, "population", population)
    others = pd.read_csv(fitted.FILE)
    table = pd.concat([others[others["population"] != population], table]).sort_values("population", kind="stable")
    table.to_csv(fitted.FILE, index=False, float_format="%.4g", lineterminator="\n")


def find_sets(population: str, record: Path, steps: int) -> None:
    """Walk, and keep the sets and a table of their ranges."""
    space, distance = space_of(), partial(objective_of(population, "all"), luck=FRESH[0])
    visited = walk(space, today(space, population), distance, WORSE * distance({}), record, steps)
    sets = visited[::EVERY]
    save_sets(population, sets)
    declared, spread = parameters_by_key(), pd.DataFrame(sets).quantile([0.1, 0.9])
    table = pd.DataFrame({"parameter": key, "value": declared[key].value_in(population), "low": spread[key].iloc[0],
                          "high": spread[key].iloc[1]} for key in FITTED)  # fmt: skip
    save(table, f"plausible-{population}")
    taken = np.mean([a != b for a, b in pairwise(visited)])
    print(table.to_string(index=False, float_format="%.3g"), f"{len(sets)} sets; {taken:.0%} of steps taken", sep="\n")


def ask_alone() -> None:
    """Ask for every value that is drawn alone, and keep the table."""
    rows = []
    for p in uncertain_parameters():
        for population in GROUPS:
            row = asked(p, population)
            print(row or f"{p.key}: {population} says nothing", flush=True)
            rows += [row] if row else []
    save(pd.DataFrame(rows), "plausible-alone")


def main() -> None:
    """Find sets, or ask for each value alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("alone")
    sets = kinds.add_parser("sets")
    sets.add_argument("population", choices=list(GROUPS))
    sets.add_argument("--record", type=Path, required=True)
    sets.add_argument("--steps", type=int, default=300)
    options = parser.parse_args()
    if options.kind == "sets":
        find_sets(options.population, options.record, options.steps)
    else:
        ask_alone()


if __name__ == "__main__":
    main()
