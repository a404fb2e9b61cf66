"""How often should a community meet, and for how long: when is it too little, when too much?"""

import pandas as pd

from experiments.draw_studies import HOW_TO_READ, Line, Panel, curves
from experiments.studying import Findings, Work, wide

CADENCE, HOURS = "meeting.cadence", "meeting.hours"
USUAL = (4.0, 1.5)
FIGURE = ("Regulars at the end", "Realized value", "Realized value per cost")
BEATS = {1: "weekly", 8: "every 8 weeks"}
LONG = (4.0, 6.0)
SAME_HOURS = {2: 0.75, 8: 3.0, 16: 6.0}
VARIED = "Varied: weeks between meetings (6), their length (4), and whether the beat is regular or random (2)."


def study(work: Work) -> None:
    """Compare beats and lengths with a monthly meeting of an hour and a half, and a random beat with a regular one."""
    runs = work.sweep().frame()
    findings = Findings()
    for outcome in ("regulars_end", "value_realized", "value_per_cost"):
        beats = wide(runs, outcome, "scenario", CADENCE, HOURS)
        regular, usual = beats.loc["regular"], beats.loc[("regular", *USUAL)]
        for cadence, hours in regular.index:
            told = cadence in BEATS and hours == USUAL[1]
            text = f"{BEATS[cadence]} for {hours:g} hours, against every 4 weeks" if told else ""
            text = "6 hours, against 1.5, every 4 weeks" if (cadence, hours) == LONG else text
            findings.add(text, outcome, regular.loc[(cadence, hours)] - usual, cadence=cadence, hours=hours)
        for cadence, hours in SAME_HOURS.items():
            text = f"every {cadence} weeks for {hours:g} hours, against as many hours a year every 4 weeks"
            findings.add(text, outcome, regular.loc[(cadence, hours)] - usual)
        findings.add(
            "a random beat of 4 weeks, against a regular one", outcome, beats.loc[("irregular", *USUAL)] - usual
        )
    table = findings.table()
    work.keep(table, len(runs), VARIED)
    draw(work, table)


def draw(work: Work, table: pd.DataFrame) -> None:
    """Draw three outcomes over the beat, a line for each length."""
    cells = table[table["cadence"].notna()]
    places = [f"{cadence:g}" for cadence in cells["cadence"].unique()]
    panels = [panel(words, places, cells[cells["outcome"] == words]) for words in FIGURE]
    against = " Against a meeting of 1.5 hours every 4 weeks."
    work.draw(curves(panels), "How often should a community meet, and for how long?", HOW_TO_READ + against)


def panel(words: str, places: list[str], rows: pd.DataFrame) -> Panel:
    """Return one outcome over the beat."""
    lengths = zip(rows["hours"].unique(), "abcd", strict=True)
    lines = [Line(f"{hours:g} hours", role, rows[rows["hours"] == hours]) for hours, role in lengths]
    return Panel(words, "weeks between meetings", places, lines, rows["unit"].iloc[0])
