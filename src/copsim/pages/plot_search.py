"""How the search went: each candidate's difference from the base in turn, or, for two goals, the front; fresh luck apart."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from copsim.pages import forms, page, search, theme, words
from copsim.pages.canvas import Canvas, Drawing, marker_style, settled, write
from copsim.pages.report import provenance
from copsim.pages.search_rows import Row, final_rows

WIDTH, HEIGHT = 760.0, 430.0
LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT = 62.0, 34.0, 560.0, 344.0
FRONT_WIDTH = 680.0
CHOSEN, TRIED = "scenario-a", "scenario-reference"


def write_figure(made: Any, folder: Path | str) -> None:
    """Write `figures/optimise.png` into the folder of a search."""
    foot = made.comparison if made.comparison is not None else made
    page.save(
        [figure(made)], Path(folder) / "figures", provenance(foot) if made.comparison is not None else _foot(made)
    )


def _foot(made: Any) -> str:
    return f"copsim {made.manifest['version']} · {search.opening(made)}"


@settled()
def figure(made: Any) -> Drawing:
    """Return the path of a search for one goal, or the plane of the first two goals."""
    several = len(made.search.goals) > 1
    canvas = Canvas(WIDTH, HEIGHT)
    caption = (draw_front if several else draw_path)(canvas, made)
    return Drawing(
        name="optimise",
        title="What can be had together?" if several else "How far did the search come?",
        caption=caption,
        label=search.headline(made, final_rows(made)),
        canvas=canvas,
    )


def draw_path(canvas: Canvas, made: Any) -> str:
    """Draw the candidates in the order of trial, the best so far, and the best on fresh luck; return the caption."""
    goal, table, rows = made.search.goals[0], made.table.iloc[1:], final_rows(made)
    found = table[f"{goal.outcome}_difference"].to_numpy(float)
    form = _form([*found, *(row[key] for row in rows[:1] for key in ("low", "high"))], goal.outcome)
    axes = canvas.axes(LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT)
    last = int(table["trial"].max())
    axes.set_xlim(0.0, last * 1.12 + 1.0)
    _scaled(
        axes.yaxis, axes.set_ylim, axes.axhline, [*found, *(row[k] for row in rows[:1] for k in ("low", "high"))], form
    )
    ticks = [tick for tick in MaxNLocator(6, integer=True).tick_values(1, last) if 1 <= tick <= last]
    axes.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks])
    _frame(axes)
    allowed = table["allowed"].to_numpy(bool)
    for on, marker in ((allowed, "o"), (~allowed, "x")):
        axes.plot(table["trial"][on], found[on] / form.scale, **_dots(marker))
    best = _best_so_far(found, allowed, goal.sign) / form.scale
    axes.step(table["trial"], best, where="post", color=theme.colour(CHOSEN), linewidth=1.6, zorder=3)
    measure = words.measure(goal.outcome)
    value = {"mean": "", "worst": " in the worst worlds", "regret": " in regret"}[goal.measure]
    canvas.text(0, 12, f"Difference from the base: {measure.noun}{value}, {form.units}".rstrip(", "), 11.5, "ink2")
    canvas.text(LEFT + PLOT_WIDTH / 2, HEIGHT - 14, "Candidate, in the order of trial", 11.5, "ink2", ha="center")
    write(axes, axes.get_xlim()[1], 0.0, " base", 11, "ink2")
    if rows:
        _fresh_dot(axes, rows[0], last * 1.06 + 0.5, form)
    return _path_caption(made, bool(rows), not allowed.all())


def _fresh_dot(axes: Axes, row: Row, x: float, form: forms.Form) -> None:
    """Draw the best on fresh luck with its interval, and write the figure beside it."""
    low, middle, high = (row[key] / form.scale for key in ("low", "difference", "high"))
    axes.plot([x, x], [low, high], color=theme.colour(CHOSEN), linewidth=2.0, zorder=3)
    axes.plot([x], [middle], zorder=4, **marker_style(CHOSEN, "o", 8.5, not (low > 0 or high < 0)))
    end = axes.get_xlim()[1]
    bottom, top = axes.get_ylim()
    room, step = 0.05 * (top - bottom), 0.045 * (top - bottom)
    if abs(middle) < room:
        middle += room if middle >= 0 else -room - 2 * step
    said = search.form_of(row)
    write(axes, end, middle + step, f" {said.signed(row['difference'])}", 12.5, "ink", bold=True)
    write(axes, end, middle, f" {said.interval(row['low'], row['high'])}", 11, "ink2")
    write(axes, end, middle - step, " on fresh luck", 11, "ink2")


def _path_caption(made: Any, answered: bool, some_not: bool) -> str:
    text = f"A dot is a candidate, on the same luck as the base ({forms.plural(made.search.plan.replicates, 'pair')}); "
    text += "the line is the best so far." + (" Crosses have no value or break a constraint." if some_not else "")
    if answered:
        text += " Right: the best on luck that no candidate has met, with its 95 % interval of the mean."
    return text


def _best_so_far(found: Any, allowed: Any, sign: int) -> Any:
    """Return the best difference up to each trial, NaN before the first that is allowed."""
    best, path = math.nan, []
    for value, on in zip(found.tolist(), allowed.tolist(), strict=True):
        if on and not sign * value <= sign * best:
            best = value
        path.append(best)
    return np.array(path)


def draw_front(canvas: Canvas, made: Any) -> str:
    """Draw candidates on the plane of the first two goals, the front, and the finalists on fresh luck; return the caption."""
    up, across = made.search.goals[:2]
    table, rows = made.table.iloc[1:], final_rows(made)
    x, y = (table[f"{goal.outcome}_difference"].to_numpy(float) for goal in (across, up))
    fresh = [[row for row in rows if (row["role"], row["outcome"]) == ("objective", g.outcome)] for g in (across, up)]
    ends = [[row[key] for row in some for key in ("low", "high")] for some in fresh]
    both = [_form([*values, *end], goal.outcome) for values, end, goal in zip((x, y), ends, (across, up), strict=True)]
    axes = canvas.axes(LEFT, TOP, FRONT_WIDTH, PLOT_HEIGHT)
    _scaled(axes.xaxis, axes.set_xlim, axes.axvline, [*x, *ends[0]], both[0])
    _scaled(axes.yaxis, axes.set_ylim, axes.axhline, [*y, *ends[1]], both[1])
    _frame(axes)
    allowed, best = table["allowed"].to_numpy(bool), table["best"].to_numpy(bool)
    for on, marker in ((allowed & ~best, "o"), (~allowed, "x")):
        axes.plot(x[on] / both[0].scale, y[on] / both[1].scale, **_dots(marker))
    axes.plot(x[best] / both[0].scale, y[best] / both[1].scale, zorder=3, **marker_style(CHOSEN, "o", 5.5, hollow=True))
    axes.plot([0], [0], zorder=4, **marker_style(TRIED, "o", 8.5, hollow=False))
    write(axes, 0, 0, "   base", 11.5, over_lines=True)
    for right, over in zip(*fresh, strict=True):
        _cross(axes, right, over, both)
    nouns = [words.measure(goal.outcome).noun for goal in (across, up)]
    canvas.text(0, 12, f"Difference of {nouns[1]}, {both[1].units}".rstrip(", "), 11.5, "ink2")
    middle = LEFT + FRONT_WIDTH / 2
    canvas.text(
        middle, HEIGHT - 14, f"Difference of {nouns[0]}, {both[0].units}".rstrip(", "), 11.5, "ink2", ha="center"
    )
    more = " More objectives than these two are in final.csv." if len(made.search.goals) > 2 else ""
    return (
        f"A dot is a candidate, on the same luck as the base ({forms.plural(made.search.plan.replicates, 'pair')}); rings "
        f"are beaten by none. Numbered: those on luck that no candidate has met, with 95 % intervals of the mean.{more}"
    )


def _cross(axes: Axes, right: Row, over: Row, both: Sequence[forms.Form]) -> None:
    """Draw a finalist on fresh luck: its dot, both intervals, its number."""
    (x_low, x, x_high), (y_low, y, y_high) = (
        [row[key] / form.scale for key in ("low", "difference", "high")]
        for row, form in zip((right, over), both, strict=True)
    )
    line: dict[str, Any] = {"color": theme.colour(CHOSEN), "linewidth": 1.4, "zorder": 3}
    axes.plot([x_low, x_high], [y, y], **line)
    axes.plot([x, x], [y_low, y_high], **line)
    axes.plot([x], [y], zorder=4, **marker_style(CHOSEN, "o", 8.0, not (y_low > 0 or y_high < 0)))
    left, end = axes.get_xlim()
    bottom, top = axes.get_ylim()
    write(
        axes,
        x + 0.012 * (end - left),
        y + 0.03 * (top - bottom),
        str(right["candidate"]),
        11.5,
        bold=True,
        over_lines=True,
    )


def _form(values: Sequence[float], outcome: str) -> forms.Form:
    known = [value for value in values if math.isfinite(value)]
    span = (max([0.0, *known]) - min([0.0, *known])) / 20
    return forms.form_for(known, span, words.measure(outcome).unit)


def _scaled(axis: Any, limit: Any, line: Any, values: Sequence[float], form: forms.Form) -> None:
    """Set the limits of an axis so that it holds zero and all values; its ticks, grid, and the line of the base."""
    known = [0.0, *(value / form.scale for value in values if math.isfinite(value))]
    margin = (max(known) - min(known) or 1.0) * 0.08
    low, high = min(known) - margin, max(known) + margin
    limit(low, high)
    ticks = [tick for tick in MaxNLocator(6, steps=[1, 2, 4, 5, 10]).tick_values(low, high) if low <= tick <= high]
    decimals = max([0, *(-forms.magnitude(tick) for tick in ticks if abs(tick) > 1e-9)])
    plain = forms.Form(1.0, min(decimals, 3), "", "")
    axis.set_ticks(ticks, labels=[plain.signed(tick) for tick in ticks])
    for tick in ticks:
        line(tick, color=theme.colour("rule"), linewidth=0.8, zorder=0)
    line(0, color=theme.colour(TRIED), linewidth=1.4, zorder=1)


def _frame(axes: Axes) -> None:
    for side in ("left", "bottom"):
        axes.spines[side].set(visible=True, color=theme.colour("ink3"), linewidth=1)


def _dots(marker: str) -> dict[str, Any]:
    """Return the look of candidates that are not the answer."""
    style = marker_style(TRIED, marker, 4.5, hollow=False)
    return style | {"markeredgewidth": 1.2 if marker == "x" else 0.0, "alpha": 0.85, "zorder": 2}
