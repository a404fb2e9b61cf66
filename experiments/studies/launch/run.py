"""Is a launch better prepared than announced, does it need a follow-up, and how many should found a community?"""

import pandas as pd

from experiments.draw_studies import BAND, HOW_TO_READ, Line, Panel, curves
from experiments.studying import Findings, Work, weekly, wide, within

LEVERS = PREPARED, HOURS, FOUNDERS = ("launching.prepared", "launching.hours", "joining.founders")
FOLLOWED, ALONE = "followed-up", "left-alone"
USUAL = (FOLLOWED, 0.5, 100, 8)
YEAR, END = "Regulars in weeks 27 to 78", "Regulars at the end"
TOLD = (YEAR, "regulars_end", "reached_sustaining")
LAUNCHES = {"no launch": (0.5, 0), "announced": (0.1, 100), "prepared": (0.9, 100), "prepared, 300 h": (0.9, 300)}
PANELS = {
    "Weeks 27 to 78, followed up": (YEAR, FOLLOWED),
    "Weeks 27 to 78, left alone": (YEAR, ALONE),
    "After five years, followed up": (END, FOLLOWED),
}
VARIED = (
    "Varied: the share of the launch that goes into preparation (3), its hours (3), founders (4), and whether it is followed "
    "up or left alone for half a year (2)."
)


def study(work: Work) -> None:
    """Compare launches by preparation, hours, follow-up and founders."""
    sweep = work.sweep()
    runs, weeks = sweep.frame(), weekly(sweep, "core", "active")
    weeks["regulars"] = weeks["core"] + weeks["active"]
    levels, findings = ("scenario", *LEVERS), Findings()
    year = within(weeks, "regulars", 27, 78, *levels)
    compare(year, YEAR, findings)
    for outcome in ("regulars_end", "reached_sustaining", "value_realized", "ended"):
        compare(wide(runs, outcome, *levels), outcome, findings)
    cells(year, YEAR, findings)
    cells(wide(runs, "regulars_end", *levels), "regulars_end", findings)
    table = findings.table()
    work.keep(table, len(runs), VARIED)
    draw(work, table)


def compare(found: pd.DataFrame, outcome: str, findings: Findings) -> None:
    """Add what preparation, follow-up, launch and founders bring, the rest as usual."""

    def at(scenario: str = FOLLOWED, prepared: float = 0.5, hours: float = 100, founders: float = 8) -> pd.Series:
        return found.loc[(scenario, prepared, hours, founders)]

    rows = {
        "prepared, against announced": at(prepared=0.9) - at(prepared=0.1),
        "the same, left alone": at(ALONE, prepared=0.9) - at(ALONE, prepared=0.1),
        "left alone, against followed up": at(ALONE) - at(),
        "no launch, against the usual one": at(hours=0) - at(),
        "300 hours, against 100": at(hours=300) - at(),
        "4 founders, against 8": at(founders=4) - at(),
        "32 founders, against 8": at(founders=32) - at(),
    }
    for text, difference in rows.items():
        findings.add(text if outcome in TOLD else "", outcome, difference, "people", compared=text)


def cells(found: pd.DataFrame, outcome: str, findings: Findings) -> None:
    """Compare the launches that the figure shows with the usual one."""
    for levels in found.index:
        scenario, prepared, hours, founders = levels
        if (prepared, hours) in LAUNCHES.values():
            keys = {"scenario": scenario, "prepared": prepared, "hours": hours, "founders": founders}
            findings.add("", outcome, found.loc[levels] - found.loc[USUAL], "people", **keys)


def draw(work: Work, table: pd.DataFrame) -> None:
    """Draw regulars over the number of founders, a line for each launch."""
    shown = table[table["founders"].notna()]
    panels = [
        panel(title, shown[(shown["outcome"] == outcome) & (shown["scenario"] == scenario)])
        for title, (outcome, scenario) in PANELS.items()
    ]
    against = " Against 100 hours, half on preparation, 8 founders, followed up."
    work.draw(
        curves(panels), "Does a launch last, and how many should found a community?", HOW_TO_READ + BAND + against
    )


def panel(title: str, rows: pd.DataFrame) -> Panel:
    """Return regulars over founders in one stretch of time."""
    lines = [
        Line(words, role, rows[(rows["prepared"] == prepared) & (rows["hours"] == hours)])
        for (words, (prepared, hours)), role in zip(LAUNCHES.items(), "dbac", strict=True)
    ]
    return Panel(title, "founders", [f"{number:g}" for number in rows["founders"].unique()], lines, "people", 1.0)
