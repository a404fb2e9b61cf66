"""What do a sponsor's engagement, patience and budget bring, and which of them is worth nothing without another?"""

import pandas as pd

from experiments.draw_studies import grid, maps
from experiments.studying import Findings, Work, wide

ENGAGEMENT, PATIENCE, BUDGET = LEVERS = ("sponsoring.engagement", "sponsoring.patience", "sponsoring.hours")
BASE = (0.5, 52, 8)
SHOWN = (13, 52, 208)
LITTLE, MUCH = 0.25, 1.0
ENDS = {
    ENGAGEMENT: "full engagement against none",
    PATIENCE: "patience of 208 weeks against 13",
    BUDGET: "16 paid hours a week against none",
}
VARIED = "Varied: engagement (5), patience (5) and paid hours (4) of the baseline's sponsor, in every combination."


def study(work: Work) -> None:
    """Compare each lever at its ends with the others averaged, and all combinations with the baseline's."""
    runs = work.sweep().frame()
    findings = Findings()
    for outcome in ("regulars_end", "value_realized", "cost"):
        found = wide(runs, outcome, *LEVERS)
        ends_of_each(found, outcome, findings)
        needing_one_another(found, outcome, findings)
    cells(wide(runs, "regulars_end", *LEVERS), findings)
    table = findings.table()
    work.keep(table, len(runs), VARIED)
    draw(work, table)


def ends_of_each(found: pd.DataFrame, outcome: str, findings: Findings) -> None:
    """Compare the largest value of each lever with the least, averaged over all values of the other two."""
    for lever, text in ENDS.items():
        levels = found.groupby(level=lever).mean()
        findings.add(text, outcome, levels.iloc[-1] - levels.iloc[0])


def needing_one_another(found: pd.DataFrame, outcome: str, findings: Findings) -> None:
    """Compare what patience and budget bring under little engagement and under much."""
    for lever in (PATIENCE, BUDGET):
        levels = found.groupby(level=[ENGAGEMENT, lever]).mean()
        least, most = levels.index.levels[1][[0, -1]]
        for engagement in (LITTLE, MUCH):
            text = f"{ENDS[lever]}, under engagement {engagement:g}"
            findings.add(text, outcome, levels.loc[(engagement, most)] - levels.loc[(engagement, least)])


def cells(found: pd.DataFrame, findings: Findings) -> None:
    """Compare the combinations that the figure shows with the baseline's."""
    for levels in found.index:
        if levels[1] in SHOWN:
            keys = dict(zip(("engagement", "patience", "budget"), levels, strict=True))
            findings.add("", "regulars_end", found.loc[levels] - found.loc[BASE], **keys)


def draw(work: Work, table: pd.DataFrame) -> None:
    """Draw a map of engagement and budget for three patiences."""
    patience = table["patience"]
    shown = [grid(f"Patience {weeks} weeks", table[patience == weeks], "engagement", "budget") for weeks in SHOWN]
    canvas = maps(shown, "paid hours a week, at full attention", "engagement", "people")
    title = "How many more regulars after five years than the baseline’s sponsor brings?"
    caption = (
        "Mean difference over pairs of simulated communities with the same luck, against engagement 0.5, patience 52 weeks, "
        "8 hours. Bold: the 95 % interval (all of this study hold together) excludes zero."
    )
    work.draw(canvas, title, caption)
