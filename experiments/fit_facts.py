"""Fit a population to the stylised facts of the fitted half of its real communities, by CMA-ES; any kill can be continued.

Objective: over the facts of the calibration vector (weight 1) and the further ones (weight .35), the mean of
min(z, 3)^2, z^2 = (2 d)^2 + .15 e^2; d: how far the simulated median lies outside the quartiles of the fitted half, beyond
the standard error of a median of so few; e: how far from that median; both in inter-quartile ranges of that half.
Four shares of silences that end within a year more, by the length they have reached, count .5 each, d alone: outside the
intervals of the real ones. A fact that cannot be computed counts as z = 3. Every generation has luck of its own, the same
for all its candidates.
The search starts in the middle of what is possible (of the hinterland: 100 to 3,000), whatever the values are today: what
is found owes nothing to communities outside the half. Stops after a number of generations; of the means over windows of
three generations, the one with the least objective on fresh luck is printed. Every candidate is a line of the record, from
which the same command goes on.
Run: python -m experiments.fit_facts talk|git|null-talk|null-git --record FILE [--generations 60] [--save]
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from cmaes import CMA

from copsim.core.declare import every_parameter, parameters_by_key
from copsim.measures.activity import Activity
from copsim.measures.facts import Facts
from copsim.studies.causal import pause_returns
from copsim.studies.null import SHAPES
from copsim.studies.stylised import FURTHER, HALVES, VECTOR, medians, null_facts, simulated_facts, targets
from experiments.causal_facts import PAUSE_TARGETS
from experiments.tables import known, note, save

FITTED = tuple(p.key for p in every_parameter() if p.together or p.key == "joining.hinterland")
"""How many could ever join is a setting of an organisation, but of an open community nobody knows it."""
COMMUNITIES = {"talk": 24, "git": 75}
SEED, SIGMA, FURTHER_WEIGHT, PULL, WORST = 20261124, 0.2, 0.35, 0.15, 3.0
MEDIAN_ERROR = 0.93
"""Standard error of the median of n normal numbers, in inter-quartile ranges, times the square root of n."""
NARROWER = {
    "joining.hinterland": (100.0, 3000.0),
    "joining.reach": (0.0005, 0.01),
    "joining.word_of_mouth": (0.001, 0.2),
    "belonging.gain": (0.005, 0.5),
    "leaving.hazard": (0.002, 0.5),
    "leaving.belonging": (0.1, 8.0),
    "leaving.propensity": (0.05, 2.0),
    "participating.extra": (0.02, 5.0),
    "participating.extra_propensity": (0.05, 1.5),
    "participating.extra_belonging": (0.05, 4.0),
    "participating.extra_own": (0.05, 2.0),
}
"""Bounds of the search where nothing else is possible but 0 or numbers nobody would meet."""
PAUSE_WEIGHT = 0.5
WINDOW, FRESH, JUDGED = 3, (500, 501, 502), 600
"""Generations whose mean is one candidate for the result, the luck on which they are compared, and that of the facts."""


class Space:
    """Where a fit searches: each number between its bounds, evenly or evenly in the logarithm, as a share of that way."""

    def __init__(
        self, names: Sequence[str], bounds: Sequence[tuple[float, float]], start: Sequence[float] | None = None
    ) -> None:
        """Start in the middle unless told where."""
        self.names, self.bounds = tuple(names), np.array(bounds, float)
        self.logarithmic = self.bounds[:, 0] > 0
        self.start = np.full(len(self.names), 0.5) if start is None else self.shares(np.array(start, float))

    def shares(self, values: np.ndarray) -> np.ndarray:
        """Return the shares of values."""
        low, high = self._scaled(self.bounds[:, 0]), self._scaled(self.bounds[:, 1])
        return np.asarray(np.clip((self._scaled(values) - low) / (high - low), 0.0, 1.0))

    def values(self, shares: np.ndarray) -> dict[str, float]:
        """Return the numbers by name."""
        low, high = self._scaled(self.bounds[:, 0]), self._scaled(self.bounds[:, 1])
        scaled = low + np.asarray(shares) * (high - low)
        return dict(zip(self.names, np.where(self.logarithmic, np.exp(scaled), scaled).tolist(), strict=True))

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(np.where(self.logarithmic, np.log(np.maximum(values, 1e-12)), values))


def space_of() -> Space:
    """Return the space of the calibrated parameters: what is possible, from its middle."""
    declared = parameters_by_key()
    return Space(FITTED, [NARROWER.get(key, declared[key].possible) for key in FITTED])


def null_space(population: str) -> Space:
    """Return the space of the null model's eight numbers."""
    shape = SHAPES[population]
    bounds = [(0.0, 1.0) if name == "directed" else (value / 10, value * 10) for name, value in shape.items()]
    return Space(tuple(shape), bounds, tuple(shape.values()))


def loss(
    facts: Sequence[Facts], population: str, pauses: Sequence[tuple[float, float]] = (), half: str = "fitted"
) -> float:
    """Return the objective, against a half of the real communities or all; the null model is not asked for silences."""
    if not facts:
        return WORST**2
    simulated, fitted = medians(facts), targets(population, half)
    total, weights = 0.0, 0.0
    for name in VECTOR + FURTHER:
        weight, target = 1.0 if name in VECTOR else FURTHER_WEIGHT, fitted[name]
        from_median = (simulated[name] - target.median) / (target.high - target.low)
        outside = max(target.beyond(simulated[name]) - MEDIAN_ERROR / target.communities**0.5, 0.0)
        square = (2.0 * outside) ** 2 + PULL * from_median**2
        total += weight * (min(square, WORST**2) if np.isfinite(square) else WORST**2)
        weights += weight
    for share, (low, high) in zip(returns(facts) if pauses else (), pauses, strict=True):
        outside = max(low - share, share - high, 0.0) / (high - low) if np.isfinite(share) else WORST
        total += PAUSE_WEIGHT * min((2.0 * outside) ** 2, WORST**2)
        weights += PAUSE_WEIGHT
    return total / weights


def silences(activity: Activity) -> Facts:
    """Return how many silences of members who are ever core reached each length, and ended within a year more."""
    return {"silences": pause_returns(activity) if len(activity.ends) else np.zeros(8)}


def returns(facts: Sequence[Facts]) -> np.ndarray:
    """Return the share of silences that ended within a year more, over all communities, by length."""
    counts = np.sum([f["silences"] for f in facts], 0).reshape(-1, 2)
    return np.asarray(np.where(counts[:, 0] > 0, counts[:, 1] / np.maximum(counts[:, 0], 1), np.nan))


def search(space: Space, evaluate: Callable[[dict[str, float], int], float], record: Path, generations: int) -> None:
    """Search, generation by generation; what stands in the record is not computed again."""
    optimizer = CMA(space.start, SIGMA, bounds=np.tile([0.0, 1.0], (len(space.names), 1)), seed=SEED % 2**32)
    there = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    with record.open("a", encoding="utf-8") as lines:
        for generation in range(generations):
            told = []
            for candidate in range(optimizer.population_size):
                shares = optimizer.ask()
                at = generation * optimizer.population_size + candidate
                if at < len(there):
                    value = there[at]["loss"]
                else:
                    value = evaluate(space.values(shares), generation + 1)
                    row = {"generation": generation, "loss": value, "values": space.values(shares)}
                    lines.write(json.dumps(row) + "\n")
                    lines.flush()
                told.append((shares, value))
            optimizer.tell(told)
            print(
                generation,
                f"best {min(v for _, v in told):.3f} median {np.median([v for _, v in told]):.3f}",
                flush=True,
            )


def as_far_as_real(population: str) -> float:
    """Return how far the unseen half of the real communities is from the fitted half, by the objective."""
    return loss([{fact: target.median for fact, target in targets(population, "unseen").items()}], population)


def result(
    space: Space, evaluate: Callable[[dict[str, float], int], float], record: Path
) -> tuple[dict[str, float], float]:
    """Return the values found, and the objective there on luck that no generation has had.

    The values are the mean over the window of generations that does best on that luck.
    """
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    shares = np.array([space.shares(np.array([row["values"][name] for name in space.names])) for row in rows])
    window = np.array([row["generation"] for row in rows]) // WINDOW
    means = [space.values(shares[window == w].mean(0)) for w in range(window.max() + 1)]
    found = np.array([np.mean([evaluate(values, luck + 1) for luck in FRESH]) for values in means])
    print("objective by window:", found.round(3).tolist())
    return means[int(found.argmin())], float(found.min())


def inside(population: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return how many facts of the vector are in the quartiles of all real communities, of the fitted and unseen half."""
    found = medians(simulated_facts(population, 2 * COMMUNITIES[population], JUDGED, values))
    every = {half: targets(population, half) for half in HALVES}
    return {half: sum(every[half][fact].holds(found[fact]) for fact in VECTOR) for half in HALVES}


def keep(what: str, table: pd.DataFrame, told: Mapping[str, float]) -> None:
    """Write the values found and how the search went to `experiments/results`."""
    save(table, f"fit-{what}")
    note("fits", known("fits") | {what: told})


def objective_of(what: str, half: str = "fitted") -> Callable[[dict[str, float], int], float]:
    """Return the objective of the model or of the null model as a function of the numbers and the luck."""
    population = what.removeprefix("null-")
    number, pauses = COMMUNITIES[population], [t for t in PAUSE_TARGETS[population] if t]

    def model(values: dict[str, float], luck: int) -> float:
        return loss(simulated_facts(population, number, luck, values, also=silences), population, pauses, half)

    def null(values: dict[str, float], luck: int) -> float:
        return loss(null_facts(population, number, luck, values), population, half=half)

    return null if what.startswith("null-") else model


def main() -> None:
    """Fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["talk", "git", "null-talk", "null-git"])
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--generations", type=int, default=60)
    parser.add_argument("--save", action="store_true", help="keep what is found")
    options = parser.parse_args()
    population = options.what.removeprefix("null-")
    is_null, evaluate = options.what != population, objective_of(options.what)
    space = null_space(population) if is_null else space_of()
    search(space, evaluate, options.record, options.generations)
    values, objective = result(space, evaluate, options.record)
    most = as_far_as_real(population)
    told = {"generations": options.generations, "objective": objective, "real_halves": most}
    if not is_null:
        told |= inside(population, values)
    table = pd.DataFrame({"parameter": name, "value": value} for name, value in values.items())
    print(table.to_string(index=False, float_format="%.3g"), told, sep="\n")
    if options.save:
        keep(options.what, table, told)


if __name__ == "__main__":
    main()
