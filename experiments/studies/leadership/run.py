"""Is leadership better concentrated or shared, and what does it cost when the coordinator leaves, early or late?"""

import pandas as pd

from experiments.draw_studies import BAND, HOW_TO_READ, Line, Panel, curves
from experiments.studying import Findings, Work, weekly, wide, within

SHARED = "leading.distributed"
LEAVES = (26, 52, 78, 104, 156)
SHOWN = {0.0: "none shared", 0.5: "half shared", 1.0: "all shared"}
AFTER = "Regulars in the year after"
VARIED = "Varied: the share of hours that internal leaders carry (5), and whether and when the coordinator leaves (6)."


def study(work: Work) -> None:
    """Compare shares of the leadership hours that internal leaders carry, with and without a coordinator leaving."""
    sweep = work.sweep()
    runs, weeks = sweep.frame(), weekly(sweep, "core", "active")
    findings = Findings()
    while_it_stays(runs[runs["scenario"] == "stays"], findings)
    after_leaving(weeks.assign(regulars=weeks["core"] + weeks["active"]), findings)
    table = findings.table()
    work.keep(table, len(runs), VARIED)
    draw(work, table)


def while_it_stays(runs: pd.DataFrame, findings: Findings) -> None:
    """Compare each share of the hours with none shared."""
    for outcome in ("regulars_end", "value_realized", "cost"):
        stays = wide(runs, outcome, SHARED)
        for share in stays.index[1:]:
            text = f"{100 * share:.0f} % of the hours shared, against none" if outcome != "cost" else ""
            findings.add(text, outcome, stays.loc[share] - stays.loc[0.0], shared=share)


def after_leaving(weeks: pd.DataFrame, findings: Findings) -> None:
    """Compare the year after the coordinator leaves with the same year of the same community in which it stays."""
    for week in LEAVES:
        year = within(weeks, "regulars", week, week + 52, "scenario", SHARED)
        loss = year.loc[f"leaves-{week}"] - year.loc["stays"]
        told = week in (LEAVES[0], LEAVES[-1])
        for share, words in SHOWN.items():
            text = f"the coordinator leaves in week {week}, {words}" if told else ""
            findings.add(text, AFTER, loss.loc[share], "people", shared=share, leaves=week)
        for share in (0.5, 1.0):
            text = f"what is spared of that in week {week}, {SHOWN[share]}" if told else ""
            findings.add(text, AFTER, loss.loc[share] - loss.loc[0.0], "people", shared=share, leaves=week, spared=1)


def draw(work: Work, table: pd.DataFrame) -> None:
    """Draw what sharing brings while nobody is sent away, and what a leaving costs by week."""
    ends = table[table["outcome"] == "Regulars at the end"]
    losses = table[(table["outcome"] == AFTER) & table["spared"].isna()]
    stays = Panel(
        title="Regulars after five years, against none shared",
        lever="share of the hours that internal leaders carry",
        places=[f"{100 * share:.0f} %" for share in ends["shared"]],
        lines=[Line("", "a", ends)],
        unit="people",
        matters=1.0,
    )
    leaves = Panel(
        title="Regulars in the year after the coordinator leaves",
        lever="week of leaving",
        places=[str(week) for week in LEAVES],
        lines=[
            Line(words, role, losses[losses["shared"] == share])
            for (share, words), role in zip(SHOWN.items(), "bac", strict=True)
        ],
        unit="people",
        matters=1.0,
    )
    title = "Should leadership be shared, and what does that spare when the coordinator leaves?"
    work.draw(curves([stays, leaves]), title, HOW_TO_READ + BAND)
