"""The pictures of docs/validation.md: facts on quartile bars, survival curves, communities side by side.

Real communities are read from `../shared/data/dev` beside the repository, and only drawn: their rows stay there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from copsim.engine.gate import make_plan
from copsim.engine.living import live
from copsim.measures.activity import activity_of
from copsim.measures.observing import Observation, observe, read_community
from copsim.measures.simulated import observed_life
from copsim.measures.survival import GRID
from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas, marker_style, settled
from copsim.studies.stylised import FEWEST_MEMBERS, GROUPS, WORDS, months_observed
from experiments.tables import figures, save_picture

Array = np.ndarray[Any, Any]
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "dev"
WIDTH, ROW, HEAD, NAMES, PANEL, SAID = 1120.0, 21.0, 44.0, 212.0, 236.0, 218.0
REACH = 2.0
"""Inter-quartile ranges drawn on either side of the real median; what lies beyond stands at the edge, as a triangle."""
GUESSED, EACH, GUESS_SEED = 12, 3, 20261124
LONGEST, FEWEST_MONTHS = 120, 20
"""Months of a community that are drawn; member-months of a level from which its chances are read."""


@settled()
def facts_picture(tables: Mapping[str, pd.DataFrame], path: Path, provenance: str) -> None:
    """Draw the facts of the vector as dots on quartile bars, one panel a population."""
    rows = next(iter(tables.values())).query("vector")["fact"].tolist()
    canvas = Canvas(WIDTH, HEAD + ROW * len(rows) + 30)
    for number in range(0, len(rows), 2):
        canvas.stripe(HEAD + ROW * number, ROW)
    for number, fact in enumerate(rows):
        canvas.text(0, HEAD + ROW * (number + 0.5), WORDS[fact], 12.5)
    for number, (population, table) in enumerate(tables.items()):
        vector = table[table["vector"]]
        left = NAMES + number * (PANEL + SAID)
        inside, of = int(vector["in_all"].sum()), len(vector)
        canvas.text(
            left, 10, f"{population}: {inside} of {of} in, null model {int(vector['null_in'].sum())}", 12.5, bold=True
        )
        canvas.text(left, 30, "← below the real median    above →", 11, "ink2")
        canvas.text(left + PANEL + 12, 30, "simulated, real quartiles", 11, "ink2")
        _facts_panel(canvas, vector, left)
    save_picture(
        canvas,
        path,
        "Do simulated communities look like real ones?",
        "Bar: middle half of the real communities, tick: their median. Blue dot: median of the simulated ones. "
        "Hollow grey: null model. Triangle: further out than is drawn. Distances in inter-quartile ranges of each fact. "
        "Bold: out.",
        provenance,
    )


def _facts_panel(canvas: Canvas, vector: pd.DataFrame, left: float) -> None:
    axes = canvas.axes(left, HEAD, PANEL, ROW * len(vector))
    axes.set_xlim(-REACH, REACH)
    axes.set_ylim(len(vector), 0)
    for y, row in enumerate(vector.to_dict("records")):
        wide = row["q75"] - row["q25"]
        low, high = ((row[q] - row["median"]) / wide for q in ("q25", "q75"))
        axes.barh(y + 0.5, high - low, left=low, height=0.5, color=theme.colour("rule"), linewidth=0, zorder=1)
        axes.plot([0, 0], [y + 0.25, y + 0.75], color=theme.colour("ink3"), linewidth=1.2, zorder=2)
        _fact_dot(axes, (row["null"] - row["median"]) / wide, y + 0.5, "scenario-reference", True)
        _fact_dot(axes, (row["simulated"] - row["median"]) / wide, y + 0.5, "scenario-a", False)
        said = f"{figures(row['simulated'])}  ({figures(row['q25'])} to {figures(row['q75'])})"
        canvas.text(
            left + PANEL + 12, HEAD + ROW * (y + 0.5), said, 11, "ink" if row["in_all"] else "ink2", not row["in_all"]
        )
    ticks = [-2, -1, 0, 1, 2]
    axes.set_xticks(ticks, [f"{t:+d}".replace("-", forms.MINUS) if t else "0" for t in ticks])


def _fact_dot(axes: Axes, x: float, y: float, token: str, hollow: bool) -> None:
    if not np.isfinite(x):
        return
    marker = "o" if abs(x) <= REACH else ">" if x > 0 else "<"
    axes.plot([np.clip(x, -REACH, REACH)], [y], zorder=3, **marker_style(token, marker, 7.0, hollow))


def simulated_observations(population: str, communities: int, seed: int) -> list[Observation]:
    """Return what `observe` measures of simulated communities as large as those that are compared."""
    found = []
    months = months_observed(population)
    for k in range(communities):
        plan = make_plan(population, round(months[k % len(months)] * 365.25 / 12 / 7), {})
        log = observed_life(live(plan, seed, k, events=True), plan)
        if len(np.unique(log.member)) >= FEWEST_MEMBERS[population]:
            found.append(observe(log))
    return found


def real_table(name: str, population: str) -> pd.DataFrame:
    """Return the rows of a table of real communities that belong to a population's group."""
    groups = pd.read_csv(DATA / "communities.csv", usecols=["community", "group"])
    members = groups.loc[groups["group"] == GROUPS[population], "community"]
    table = pd.read_csv(DATA / f"{name}.csv")
    return table[table["community"].isin(members)]


@settled()
def survival_picture(observations: Mapping[str, Sequence[Observation]], path: Path, provenance: str) -> None:
    """Draw how long members stay: real quartiles and median, simulated median, for all and for participants."""
    canvas = Canvas(WIDTH, 300)
    places = [(p, column) for p in observations for column in ("S_all", "S_participants")]
    for number, (population, column) in enumerate(places):
        left = 4 + number * 283
        who = "all members" if column == "S_all" else "two active weeks or more"
        canvas.text(left, 10, f"{population}, {who}", 12.5, bold=True)
        canvas.text(left, 30, "share still a member:", 11, "ink2")
        canvas.text(left + 134, 30, "real", 11, "scenario-reference", bold=True)
        canvas.text(left + 168, 30, "simulated", 11, "scenario-a", bold=True)
        simulated = pd.concat([o.survival for o in observations[population]])
        _survival_panel(canvas.axes(left + 28, 44, 214, 210), real_table("survival", population), simulated, column)
        canvas.text(left + 28 + 107, 290, "months since joining", 11, "ink2", ha="center")
    save_picture(
        canvas,
        path,
        "Do members stay as long as in real communities?",
        "Grey: real communities, median and middle half. Blue: median of simulated ones, observed as long. Kaplan–Meier "
        "curves by the same code; left means silent for a year.",
        provenance,
    )


def _survival_panel(axes: Axes, real: pd.DataFrame, simulated: pd.DataFrame, column: str) -> None:
    months = [m for m in GRID if m <= 60]
    low, middle, high = (_over_months(real, column, q).reindex(months) for q in (0.25, 0.5, 0.75))
    found = _over_months(simulated, column, 0.5).reindex(months)
    axes.fill_between(months, low, high, step=None, color=theme.colour("rule"), linewidth=0)
    axes.plot(months, middle, color=theme.colour("scenario-reference"), linewidth=1.8)
    axes.plot(months, found, color=theme.colour("scenario-a"), linewidth=1.8)
    axes.set_xlim(0, 60)
    axes.set_ylim(0, 1)
    axes.set_xticks([0, 12, 24, 36, 48, 60])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    axes.spines["bottom"].set(visible=True, color=theme.colour("rule"))


def _over_months(survival: pd.DataFrame, column: str, quantile: float) -> "pd.Series[float]":
    return survival.groupby("months")[column].quantile(quantile)


@settled()
def guessing_picture(path: Path, seed: int, provenance: str) -> str:
    """Draw monthly active members of real and simulated communities, unlabelled; return the answer in words."""
    chance = np.random.default_rng(GUESS_SEED)
    cases = [
        (series[:LONGEST], kind, population)
        for population in GROUPS
        for kind, some in (("real", _real_months(population)), ("simulated", _simulated_months(population, seed)))
        for series in (some[k] for k in chance.permutation(len(some))[:EACH])
    ]
    order = chance.permutation(len(cases))
    canvas = Canvas(WIDTH, 4 * 128 + 8)
    for place, case in enumerate(order):
        series = cases[case][0]
        _guess_panel(canvas, chr(65 + place), series, 374 * (place % 3), 128.0 * (place // 3))
    save_picture(
        canvas,
        path,
        "Which of these communities are real?",
        "Members who acted, month by month from the first on, ten years at most; each panel from 0 to its own highest "
        "month, printed at left. Six are real, six simulated; the answer stands below the picture.",
        provenance,
    )
    kinds = {chr(65 + place): cases[case] for place, case in enumerate(order)}
    listed = {
        kind: ", ".join(f"{letter} ({p})" for letter, (_, k, p) in kinds.items() if k == kind)
        for kind in ("real", "simulated")
    }
    return f"Real: {listed['real']}. Simulated: {listed['simulated']}."


def _guess_panel(canvas: Canvas, letter: str, series: Array, left: float, top: float) -> None:
    high = int(series.max())
    canvas.text(left, top + 14, letter, 12.5, bold=True)
    canvas.text(left + 56, top + 14, f"{high:,}", 11, "ink2", ha="right")
    axes = canvas.axes(left + 62, top + 10, 290, 90)
    axes.set_xlim(0, max(len(series), 24))
    axes.set_ylim(0, high)
    axes.plot(np.arange(len(series)) + 0.5, series, color=theme.colour("ink"), linewidth=1.2)
    axes.spines["bottom"].set(visible=True, color=theme.colour("rule"))
    years = range(0, max(len(series), 24) + 1, 24)
    axes.set_xticks(list(years), [f"{y // 12} years" if y else "0" for y in years])


def _real_months(population: str) -> list[Array]:
    table = real_table("monthly", population)
    return [np.asarray(part.sort_values("t")["n_active"]) for _, part in table.groupby("community")]


def _simulated_months(population: str, seed: int) -> list[Array]:
    """Return monthly active members of as many simulated communities as there are real ones, small ones left out."""
    found = []
    for k, months in enumerate(months_observed(population)):
        plan = make_plan(population, round(months * 365.25 / 12 / 7), {})
        log = observed_life(live(plan, seed + 1, k, events=True), plan)
        if len(np.unique(log.member)) >= FEWEST_MEMBERS[population]:
            found.append(read_community(activity_of(log, 0)).active)
    return found


def transitions_table(population: str, observations: Sequence[Observation]) -> pd.DataFrame:
    """Return chances from level to level in a month, medians over communities: simulated and real quartiles, a row a pair.

    Only communities with at least 20 member-months of a level count for it.
    """
    simulated = pd.concat([o.transitions.assign(community=k) for k, o in enumerate(observations)])
    found, real = _chances(simulated).groupby(["from", "to"]), _chances(real_table("transitions", population))
    quartiles = real.groupby(["from", "to"]).quantile(np.array([0.25, 0.5, 0.75])).unstack()
    quartiles.columns = pd.Index(["q25", "median", "q75"])
    table = quartiles.assign(simulated=found.median()).fillna(0.0).rename_axis(["from", "to"]).reset_index()
    inside = (table["q25"] <= table["simulated"]) & (table["simulated"] <= table["q75"])
    return table[table["q75"] > 0].assign(population=population, **{"in": inside})


def _chances(table: pd.DataFrame) -> "pd.Series[float]":
    """Return by community, from and to how often members of a level were at another one a month later."""
    table = table.astype({"from": str, "to": str})
    table = table[(table["to"] != "ACTIVE") & (table["from"] != "gone")]
    counts = table.groupby(["community", "from", "to"])["count"].sum().unstack(fill_value=0)
    total = counts.sum(axis=1)
    enough = total >= FEWEST_MONTHS
    return counts[enough].div(total[enough], axis=0).stack().astype(float)  # type: ignore[return-value]
