"""What is to be expected over many lives: small comparisons, each made once."""

from functools import cache

import copsim

WEEKS, PAIRS = 260, 200
"""The defaults of `copsim compare`, so that the class can have the same numbers."""


def changed(settings, name):
    """Return the baseline with other settings."""
    return copsim.load_scenario("baseline").with_(settings, name=name)


@cache
def compared(*scenarios, fixed=False):
    """Return the comparison of scenarios with the first, as the command of that name makes it with seed 1."""
    return copsim.compare(list(scenarios), replicates=PAIRS, weeks=WEEKS, seed=1, fixed=fixed)


def interval(comparison, scenario, outcome):
    """Return difference, low and high with one decimal."""
    row = _row(comparison, scenario, outcome)
    return [round(float(row[key]), 1) for key in ("difference", "low", "high")]


def means(comparison, scenario, outcome):
    """Return the mean of the scenario and of the reference."""
    row = _row(comparison, scenario, outcome)
    return float(row["mean"]), float(row["reference_mean"])


def _row(comparison, scenario, outcome):
    table = comparison.table
    return table[(table.scenario == scenario) & (table.outcome == outcome)].iloc[0]


def weekly(comparison, scenario):
    """Return the weekly rows of one scenario, with its regulars."""
    rows = comparison.weekly
    rows = rows[rows.scenario == scenario]
    return rows.assign(regulars=rows.core + rows.active)


def of_hundred(share):
    """Return a share as whole numbers of a hundred."""
    return round(100 * float(share))


def fewer_and_more(comparison, week, scenario, reference):
    """Return in how many of 100 lives a scenario has fewer, and more, regulars than the reference in a week."""
    here, there = (weekly(comparison, name) for name in (scenario, reference))
    here, there = (rows[rows.week == week].sort_values("replicate").regulars.to_numpy() for rows in (here, there))
    return [of_hundred((here < there).mean()), of_hundred((here > there).mean())]
