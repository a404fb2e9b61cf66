"""Back-test `compare --from` on real communities: each started twelve months before the end of its record.

Reads `../shared/data/dev` beside the repository (not part of it). Eligible: at least 36 months before the cut, and a
start that the package accepts there. Thirty of them, drawn once by the seed below, are for the report; the others are for
choosing a method (`--choosing`). `--years 3` foretells each of the last three years, from records that end before it.
Members acting a month; errors on log(1 + n): the median's (MAE) and the distribution's (CRPS, twice the mean pinball loss
over 19 levels). Persistence and exponential smoothing (weight 0.35) get for their distribution the errors that they made
at that distance in the community's own past.
Run: python -m experiments.back_test [--communities 30] [--runs 100] [--choosing] [--years 1]
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from copsim.measures.eventlog import EventLog
from copsim.measures.logs import read_log
from copsim.studies.anchoring import startable
from copsim.studies.backtesting import (
    AHEAD,
    BackTest,
    back_tested,
    before_month,
    first_unseen_month,
    members_acting,
    month_of,
)

DATA = Path(__file__).parents[2] / "shared" / "data" / "dev"
SEED, REPORTED, LEAST_MONTHS = 20261124, 30, 36
LEVELS = np.round(np.arange(0.05, 0.951, 0.05), 2)
WEIGHT = 0.35
SIZES = (-1.0, 1.0, 3.0, 10.0, 1e9)


@dataclass(frozen=True)
class Case:
    """A community and how much of its record is read: `log` ends with the year that is to be foretold."""

    name: str
    group: str
    log: EventLog
    before: np.ndarray


def eligible(data: Path = DATA) -> list[Case]:
    """Return the communities that are long and lively enough, by name."""
    table = pd.read_csv(data / "communities.csv").sort_values("community")
    log = read_log(data / "events.csv.gz", until=data / "communities.csv")
    rows = table[(table["kind"] != "net") & table["community"].isin(log.communities)]
    found = (case_of(log.only(r.community), r.group, int(month_of(np.array([r.origin], "M8[D]"))[0]))
             for r in rows.itertuples())  # fmt: skip
    return [case for case in found if case is not None]


def case_of(log: EventLog, group: str, origin: int) -> Case | None:
    """Return the case of one log, None where it is not eligible: what lies after the cut has no say in it."""
    cut = first_unseen_month(log) - AHEAD
    past = before_month(log, cut)
    if past is None or cut - origin < LEAST_MONTHS or not startable(past):
        return None
    return Case(log.communities[0], group, log, members_acting(past, origin, cut - origin))


def drawn(cases: list[Case]) -> tuple[list[Case], list[Case]]:
    """Return the cases of the report, drawn once, and the others, for choosing."""
    chosen = set(np.random.default_rng(SEED).permutation(len(cases))[:REPORTED].tolist())
    return [c for i, c in enumerate(cases) if i in chosen], [c for i, c in enumerate(cases) if i not in chosen]


def over_years(case: Case, years: int) -> Iterator[Case]:
    """Yield a case, and those whose records end a year, two years ... earlier."""
    yield case
    stop = first_unseen_month(case.log)
    origin = stop - AHEAD - len(case.before)
    for back in range(AHEAD, years * AHEAD, AHEAD):
        log = before_month(case.log, stop - back)
        one = case_of(log, case.group, origin) if log is not None else None
        if one is not None:
            yield one


def crps(seen: np.ndarray, quantiles: np.ndarray) -> float:
    """Return twice the mean pinball loss on log(1 + n); quantiles: (levels, months)."""
    miss = np.log1p(seen) - np.log1p(np.maximum(quantiles, 0.0))
    return float(2 * np.where(miss >= 0, LEVELS[:, None] * miss, (LEVELS[:, None] - 1) * miss).mean())


def smoothed(before: np.ndarray, weight: float) -> np.ndarray:
    """Return exponential smoothing of log(1 + n) after each month; weight 1 is persistence."""
    levels: np.ndarray = np.log1p(before.astype(float))
    for t in range(1, len(levels)):
        levels[t] = levels[t - 1] + weight * (levels[t] - levels[t - 1])
    return levels


def foretold(before: np.ndarray, weight: float) -> np.ndarray:
    """Return quantiles (levels, months) of a smoother, spread by its own past errors at each distance."""
    levels, seen = smoothed(before, weight), np.log1p(before)
    at = [np.quantile(seen[12 + h :] - levels[12:-h], LEVELS) for h in range(1, AHEAD + 1)]
    return np.asarray(np.round(np.expm1(levels[-1] + np.stack(at, 1))))


def scored(case: Case, test: BackTest) -> dict[str, object]:
    """Return one row: what was seen and simulated, coverage, errors of simulation, persistence (p) and smoothing (s)."""
    seen, log = test.seen, np.log1p(test.seen)
    smooth = np.log1p(np.round(np.expm1(smoothed(case.before, WEIGHT)[-1])))
    return {
        "community": case.name,
        "group": case.group,
        "cut": test.cut,
        "year_before": case.before[-AHEAD:].mean(),
        "last": test.last,
        "seen": seen.mean(),
        "median": test.quantile(0.5).mean(),
        "cover": test.covered / AHEAD,
        "above": (seen > test.quantile(0.9)).mean(),
        "below": (seen < test.quantile(0.1)).mean(),
        "mae": test.error,
        "mae_p": test.error_of_last,
        "mae_s": np.abs(log - smooth).mean(),
        "bias": (np.log1p(test.quantile(0.5)) - log).mean(),
        "crps": crps(seen, np.stack([test.quantile(share) for share in LEVELS])),
        "crps_p": crps(seen, foretold(case.before, 1.0)),
        "crps_s": crps(seen, foretold(case.before, WEIGHT)),
    }


def paired(differences: np.ndarray) -> str:
    """Return a mean difference with its 95 % interval over communities, by the bootstrap."""
    rows = np.random.default_rng(1).integers(0, len(differences), (10_000, len(differences)))
    low, high = np.quantile(differences[rows].mean(1), [0.025, 0.975])
    return f"{differences.mean():+.3f} [{low:+.3f}, {high:+.3f}], better in {(differences < 0).mean():.0%}"


def told(table: pd.DataFrame) -> str:
    """Return the tables of the report: by community, by group, by size, of all, and paired differences."""
    parts = [table.round(3).to_string(index=False)]
    scores = table.loc[:, "cover":]
    size = pd.cut(table["year_before"], SIZES)
    parts += [scores.groupby(by, observed=True).mean().round(3).to_string() for by in (table["group"], size)]
    own = scores.groupby(table["community"]).mean()
    parts.append(f"{len(own)} communities\n{own.mean().round(3).to_frame().T.to_string(index=False)}")
    for one in ("mae", "crps"):
        for other, name in (("p", "persistence"), ("s", "smoothing")):
            parts.append(f"{one} against {name}: {paired((own[one] - own[f'{one}_{other}']).to_numpy())}")
    return "\n\n".join(parts)


def table_of(cases: list[Case], runs: int) -> pd.DataFrame:
    """Return a row a case, by back-test."""
    tests = ((case, back_tested(case.log, runs)) for case in cases)
    return pd.DataFrame([scored(case, test) for case, test in tests if test is not None])


def main() -> None:
    """Print the back-test."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("--communities", type=int, default=REPORTED)
    asked.add_argument("--runs", type=int, default=100)
    asked.add_argument("--years", type=int, default=1)
    asked.add_argument("--choosing", action="store_true")
    asked.add_argument("--csv", help="write a row a community there")
    given = asked.parse_args()
    report, others = drawn(eligible())
    cases = others if given.choosing else report[: given.communities]
    table = table_of([one for case in cases for one in over_years(case, given.years)], given.runs)
    if given.csv:
        table.to_csv(given.csv, index=False)
    print(told(table))


if __name__ == "__main__":
    main()
