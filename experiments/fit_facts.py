"""Fit a population to the stylised facts of the fitted half of its real communities, by CMA-ES; any kill can be continued.

Objective: over the facts of the calibration vector (weight 1) and the further ones (weight .35), the mean of
min(z, 3)^2, z^2 = (2 d)^2 + .15 e^2; d: how far the simulated median lies outside the quartiles of the fitted half; e: how
far from its median; both in inter-quartile ranges of that half (a half of few communities: its median alone says little).
Four shares of silences that end within a year more, by the length they have reached, count .5 each, d alone: outside the
intervals of the real ones. A fact that cannot be computed counts as z = 3. Every generation has luck of its own, the same
for all its candidates.
Stops after a number of generations; of the means over windows of three generations, the one with the least objective on
fresh luck is printed. Every candidate is a line of the record, from which the same command goes on.
Run: python -m experiments.fit_facts talk|git|null-talk|null-git --record FILE [--generations 60]
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from cmaes import CMA

from copsim.core.declare import parameters_by_key
from copsim.measures.activity import Activity
from copsim.measures.facts import Facts
from copsim.studies.causal import pause_returns
from copsim.studies.null import SHAPES
from copsim.studies.stylised import FURTHER, VECTOR, medians, null_facts, simulated_facts, targets
from experiments.causal_facts import PAUSE_TARGETS

FITTED = (
    "answering.chance", "answering.asking_less", "answering.picks", "answering.back", "belonging.memory",
    "belonging.gain", "joining.hinterland", "joining.reach", "joining.word_of_mouth", "leaving.hazard",
    "leaving.belonging", "leaving.propensity", "participating.base_rate", "participating.propensity",
    "participating.belonging", "participating.spell", "participating.steadiness", "participating.pause",
    "participating.extra", "participating.extra_propensity", "participating.extra_belonging",
    "participating.extra_own", "participating.another_day", "weathering.shock", "weathering.shock_memory",
    "weathering.tide",
)  # fmt: skip
COMMUNITIES = {"talk": 24, "git": 75}
SEED, SIGMA, FURTHER_WEIGHT, PULL, WORST = 20261124, 0.06, 0.35, 0.15, 3.0
PAUSE_WEIGHT = 0.5
WINDOW, FRESH, ABOUT = 3, (500, 501, 502), 0.03
"""Generations whose mean is one candidate for the result, the luck on which they are judged, and what is about as well."""


class Space:
    """Where a fit searches: each number between its bounds, evenly or evenly in the logarithm, as a share of that way."""

    def __init__(self, names: Sequence[str], start: Sequence[float], bounds: Sequence[tuple[float, float]]) -> None:
        self.names, self.bounds = tuple(names), np.array(bounds, float)
        self.logarithmic = self.bounds[:, 0] > 0
        self.start = self.shares(np.array(start, float))

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


def space_of(population: str) -> Space:
    """Return the space of a population's calibrated parameters, around today's values."""
    declared = parameters_by_key()
    ranges = []
    for key in FITTED:
        p, value = declared[key], declared[key].value_in(population)
        low, high = p.possible
        wide = (value / 4, value * 4) if p.scale == "log" and value > 0 else (value - 2.0, value + 2.0)
        ranges.append((max(low, wide[0]), min(high, wide[1])))
    return Space(FITTED, [declared[key].value_in(population) for key in FITTED], ranges)


def null_space(population: str) -> Space:
    """Return the space of the null model's eight numbers."""
    shape = SHAPES[population]
    bounds = [(0.0, 1.0) if name == "directed" else (value / 10, value * 10) for name, value in shape.items()]
    return Space(tuple(shape), tuple(shape.values()), bounds)


def loss(facts: Sequence[Facts], population: str, pauses: Sequence[tuple[float, float]] = ()) -> float:
    """Return the objective; the null model is not asked for its silences."""
    if not facts:
        return WORST**2
    simulated, fitted = medians(facts), targets(population, "fitted")
    total, weights = 0.0, 0.0
    for name in VECTOR + FURTHER:
        weight, target = 1.0 if name in VECTOR else FURTHER_WEIGHT, fitted[name]
        from_median = (simulated[name] - target.median) / (target.high - target.low)
        square = (2.0 * target.beyond(simulated[name])) ** 2 + PULL * from_median**2
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
    known = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    with record.open("a", encoding="utf-8") as lines:
        for generation in range(generations):
            told = []
            for candidate in range(optimizer.population_size):
                shares = optimizer.ask()
                at = generation * optimizer.population_size + candidate
                if at < len(known):
                    value = known[at]["loss"]
                else:
                    value = evaluate(space.values(shares), generation)
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


def result(
    space: Space, evaluate: Callable[[dict[str, float], int], float], record: Path
) -> list[dict[str, float | str]]:
    """Return each number's value, and between what it lies in eight of ten candidates that fit about as well.

    The value is the mean over the window of generations that does best on luck that no generation has had; candidates
    are those of all windows whose mean is at most `ABOUT` worse.
    """
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    shares = np.array([space.shares(np.array([row["values"][name] for name in space.names])) for row in rows])
    window = np.array([row["generation"] for row in rows]) // WINDOW
    means = [shares[window == w].mean(0) for w in range(window.max() + 1)]
    found = np.array([np.mean([evaluate(space.values(m), luck) for luck in FRESH]) for m in means])
    print("objective by window:", found.round(3).tolist())
    good = np.isin(window, np.flatnonzero(found <= found.min() + ABOUT))
    ends = (space.values(np.quantile(shares[good], q, axis=0)) for q in (0.1, 0.9))
    value, low, high = space.values(means[int(found.argmin())]), *ends
    return [{"parameter": n, "value": value[n], "low": low[n], "high": high[n]} for n in space.names]


def main() -> None:
    """Fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["talk", "git", "null-talk", "null-git"])
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--generations", type=int, default=60)
    parser.add_argument("--csv", type=Path, help="write the values there")
    options = parser.parse_args()
    population = options.what.removeprefix("null-")

    def model(values: dict[str, float], generation: int) -> float:
        found = simulated_facts(population, COMMUNITIES[population], generation + 1, values, also=silences)
        return loss(found, population, [t for t in PAUSE_TARGETS[population] if t])

    def null(values: dict[str, float], generation: int) -> float:
        return loss(null_facts(population, COMMUNITIES[population], generation + 1, values), population)

    is_null = options.what.startswith("null-")
    space = null_space(population) if is_null else space_of(population)
    evaluate = null if is_null else model
    search(space, evaluate, options.record, options.generations)
    table = pd.DataFrame(result(space, evaluate, options.record))
    print(table.to_string(index=False, float_format="%.3g"))
    if options.csv:
        table.to_csv(options.csv, index=False, float_format="%.3g", lineterminator="\n")


if __name__ == "__main__":
    main()
