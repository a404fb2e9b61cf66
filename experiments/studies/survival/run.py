"""Which of the uncertain values decide whether a community reaches sustaining, and whether it lives on?"""

import pandas as pd

import copsim
from experiments.draw_studies import effects
from experiments.studying import Work

OUTCOMES = {"reached_sustaining": "Reached sustaining", "ended": "Ended within five years"}
SHOWN, TOLD, FEW = 16, 6, 12


def study(work: Work) -> None:
    """Screen all uncertain parameters by the method of Morris, and list those that matter."""
    parameters = copsim.params().query("role == 'uncertain'")
    if work.small:
        parameters = parameters.head(FEW)
    factors = [{"name": p.key, "low": p.plausible_low, "high": p.plausible_high} for p in parameters.itertuples()]
    sweep = work.sweep(factors)
    found = copsim.sensitivity(sweep, list(OUTCOMES)).table
    table = ranked(found, parameters.set_index("key")["text"])
    work.keep(
        table,
        sweep.total,
        f"Varied: {len(factors)} uncertain parameters, each over its plausible range, along trajectories (here: pairs).",
    )
    draw(work, table)


def ranked(found: pd.DataFrame, texts: pd.Series) -> pd.DataFrame:
    """Return a row an outcome and parameter: the mean effect of its whole range, with its interval, the largest first.

    size: mean size of the effect, whichever way (Morris' mu*); noise: what luck alone may give it.
    """
    parts = {index: rows.set_index(["outcome", "factor"]) for index, rows in found.groupby("index")}
    mean, size = parts["mu"], parts["mu_star"]
    table = mean[["value", "low", "high", "evidence", "blocks"]].join(size[["value", "noise", "told"]], rsuffix="_size")
    table = table.rename(columns={"value": "difference", "value_size": "size", "blocks": "pairs"}).reset_index()
    table["outcome"] = table["outcome"].map(OUTCOMES)
    table = table.sort_values(["outcome", "size"], ascending=[False, False], kind="stable", ignore_index=True)
    place = table.groupby("outcome").cumcount()
    told = (place < TOLD) & table["told"]
    table["finding"] = ("`" + table["factor"] + "`: " + table["factor"].map(texts)).where(told, "")
    table["unit"], table["better"], table["text"] = "0/1", float("nan"), table["factor"].map(texts)
    first = ["finding", "factor", "outcome", "unit", "difference", "low", "high", "better", "pairs"]
    return table[[*first, "size", "noise", "told", "evidence", "text"]]


def draw(work: Work, table: pd.DataFrame) -> None:
    """Draw the parameters that matter most for the first outcome, with their effects on each outcome that varies."""
    each = {words: rows.set_index("factor") for words, rows in table.groupby("outcome", sort=False)}
    first = next(iter(each.values())).head(SHOWN)
    panels = {words: rows.loc[first.index] for words, rows in each.items()}
    title = "Which uncertain values decide whether a community reaches sustaining and lives on?"
    caption = (
        "Dot: mean effect of raising a value from the low to the high end of its plausible range (Morris), the others "
        "anywhere in theirs; line: its 95 % interval, one at a time, luck included. Hollow: cannot be told from luck."
    )
    work.draw(effects(first["text"].tolist(), panels), title, caption)
