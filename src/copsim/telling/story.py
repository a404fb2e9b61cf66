"""The story of one run in plain text, year by year, for a terminal of 80 columns."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from copsim.core.observables import NAMES
from copsim.core.vocabulary import STAGES
from copsim.telling.sentences import Told, counted, most_telling, sentence
from copsim.telling.watching import Watched

YEAR = 52
"""Weeks of a year of a story."""
COLUMNS = 80


def story(life: Watched, told: Sequence[Told], most: int | None = 12) -> str:
    """Return the story: for each year its end in numbers, and at most so many of its most telling sentences (None: all)."""
    return "\n\n".join("\n".join(year) for year in _years(life, told, most))


def _years(life: Watched, told: Sequence[Told], most: int | None) -> Iterator[list[str]]:
    for first in range(1, life.plan.weeks + 1, YEAR):
        last = min(first + YEAR - 1, life.plan.weeks)
        year = [one for one in told if first <= one.week <= last]
        if year:
            chosen = year if most is None else most_telling(year, most)
            yield [_heading(life, (first - 1) // YEAR + 1, last), *(_line(one) for one in chosen)]


def _heading(life: Watched, year: int, last: int) -> str:
    row = dict(zip(NAMES, life.record[last - 1].astype(int).tolist(), strict=True))
    regulars = counted(row["core"] + row["active"], "regular")
    return f"Year {year}: {STAGES[row['stage']]} at its end, {counted(row['members'], 'member')}, {regulars}"


def _line(one: Told) -> str:
    return fill(sentence(one), COLUMNS, initial_indent=f"{one.week:6d}  ", subsequent_indent=" " * 8)
