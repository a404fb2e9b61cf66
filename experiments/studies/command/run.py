"""Does command and control lead at first and lose later, and when is the best moment to stop commanding?"""

import pandas as pd

from experiments.draw_studies import BAND, HOW_TO_READ, Line, Panel, curves
from experiments.studying import Findings, Work, weekly, wide, within

PRESCRIBED = "sponsoring.prescription"
STOPS = (14, 27, 53, 79, 105, 157)
SOME, MUCH = 0.4, 0.8
HALVES = [(first, first + 25) for first in range(1, 260, 26)]
ACTING, REGULARS = "Members who act in a week", "Regulars"
VARIED = "Varied: the share of the agenda that an engaged sponsor prescribes (6), and whether and when that stops (7)."


def study(work: Work) -> None:
    """Compare prescribed agendas with one left to the members: over time, by how much, and by when it stops."""
    sweep = work.sweep()
    runs, weeks = sweep.frame(), weekly(sweep, "core", "active", "acting")
    weeks = weeks[weeks["scenario"] == "goes-on"].assign(regulars=weeks["core"] + weeks["active"])
    findings = Findings()
    over_time(weeks, findings)
    by_how_much(runs[runs["scenario"] == "goes-on"], findings)
    by_when_it_stops(runs, findings)
    table = findings.table()
    work.keep(table, len(runs), VARIED)
    draw(work, table)


def over_time(weeks: pd.DataFrame, findings: Findings) -> None:
    """Compare each half year of a prescribed agenda with the same half year of a free one."""
    for column, words in (("acting", ACTING), ("regulars", REGULARS)):
        for half, (first, last) in enumerate(HALVES, 1):
            mean = within(weeks, column, first, last, PRESCRIBED)
            for share in (SOME, MUCH):
                told = half in (1, 2, 10) if share == MUCH else half == 1
                text = f"{share:g} prescribed, against none, half year {half}" if told else ""
                findings.add(text, words, mean.loc[share] - mean.loc[0.0], "people", share=share, half=half)


def by_how_much(runs: pd.DataFrame, findings: Findings) -> None:
    """Compare each share prescribed for five years with none."""
    for outcome in ("regulars_end", "value_realized", "reached_sustaining"):
        ends = wide(runs, outcome, PRESCRIBED)
        for share in ends.index[1:]:
            text = f"{share:g} prescribed to the end, against none" if share in (0.2, SOME, MUCH) else ""
            findings.add(text, outcome, ends.loc[share] - ends.loc[0.0], share=share)


def by_when_it_stops(runs: pd.DataFrame, findings: Findings) -> None:
    """Compare a prescription that stops in a week with one that never began, and with one that goes on."""
    for outcome in ("regulars_end", "value_realized"):
        ends = wide(runs, outcome, "scenario", PRESCRIBED)
        for share in (SOME, MUCH):
            for week in STOPS:
                told = share == MUCH and week in (14, 53, 157)
                text = f"{share:g} prescribed until week {week}, against never" if told else ""
                stopped = ends.loc[(f"stops-{week}", share)]
                findings.add(text, outcome, stopped - ends.loc[("goes-on", 0.0)], share=share, stops=week)
        text = f"{MUCH:g} prescribed until week {STOPS[-1]}, against to the end"
        findings.add(text, outcome, stopped - ends.loc[("goes-on", MUCH)])


def draw(work: Work, table: pd.DataFrame) -> None:
    """Draw the course over the half years, and the end by the week of stopping."""
    halves, stops = table[table["half"].notna()], table[table["stops"].notna()]
    years = [str(half) for half in range(1, len(HALVES) + 1)]
    panels = [
        Panel(words, "half year", years, lines(halves[halves["outcome"] == words]), "people", 1.0)
        for words in (ACTING, REGULARS)
    ]
    ends = lines(stops[stops["outcome"] == "Regulars at the end"])
    weeks = [str(week) for week in STOPS]
    panels.append(Panel("Regulars after five years", "week in which prescribing stops", weeks, ends, "people", 1.0))
    against = " Against an engaged sponsor who leaves the agenda to the members."
    work.draw(
        curves(panels), "Does command and control lead at first, and when should it stop?", HOW_TO_READ + BAND + against
    )


def lines(rows: pd.DataFrame) -> list[Line]:
    """Return a line for each of two shares prescribed."""
    return [
        Line(f"{share:g} prescribed", role, rows[rows["share"] == share]) for share, role in ((SOME, "a"), (MUCH, "b"))
    ]
