"""Which levers together? A heat map with its number in each cell, over two factors of a grid."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas, Drawing, cut, marker_style, settled, text_width
from copsim.pages.discovered import axis_words, factor_words, number
from copsim.pages.swept import Mean, Swept, difference_of, form_of, paired_mean
from copsim.pages.words import Measure

WIDTH = 1120.0
PANEL, SIDE, CELL = 560.0, 440.0, 66.0
LEFT, HEAD, FOOT = 62.0, 58.0, 92.0
MOST_PANELS = 4
Cells = dict[tuple[int, int], Mean]
Span = Mapping[str, tuple[float, float]]


@settled()
def heat_map(swept: Swept, outcome: Measure, box: Span | None = None) -> Drawing:
    """Return the figure of an outcome: a panel for each of up to four scenarios. box: limits by factor, to outline."""
    across, up = telling(swept, outcome)
    shown = swept.scenarios[:MOST_PANELS]
    tables = {name: cells(swept, outcome, name, across, up) for name in shown}
    every = [mean for table in tables.values() for mean in table.values()]
    form, scale = form_of(outcome, every), _scale(outcome, every)
    rows = len(swept.levels(up))
    height = HEAD + min(CELL, SIDE / rows) * rows + FOOT
    canvas = Canvas(WIDTH if len(shown) > 1 else PANEL + 100, height * math.ceil(len(shown) / 2))
    for place, name in enumerate(shown):
        left, top = PANEL * (place % 2), height * (place // 2)
        _panel(canvas, swept, name, tables[name], (across, up), form, scale, (left, top), box)
    rest = [name for name in swept.factors if name not in (across, up)]
    return Drawing(
        name=f"heat-{outcome.key.replace('_', '-')}",
        title=f"{outcome.label}: which factors together?",
        caption=_caption(swept, apart_by(swept, outcome, across, up), form, rest, box),
        label=_label(outcome, every, form),
        canvas=canvas,
        headers=("scenario", across, up, "mean", "± against the mean of all cells (95 %)"),
        rows=[_row(name, swept, key, mean, (across, up), form) for name in shown for key, mean in tables[name].items()],
    )


def telling(swept: Swept, outcome: Measure) -> tuple[str, str]:
    """Return the two factors to draw, in the order of the plan: those whose own means differ most."""
    if len(swept.factors) == 2:
        return swept.factors[0], swept.factors[1]
    spread = {name: np.ptp(swept.frame.groupby(name)[outcome.key].mean().to_numpy(float)) for name in swept.factors}
    two = sorted(swept.factors, key=lambda name: -spread[name])[:2]
    across, up = (name for name in swept.factors if name in two)
    return across, up


def cells(swept: Swept, outcome: Measure, scenario: str, across: str, up: str) -> Cells:
    """Return the mean of each cell by its place, (level across, level up)."""
    runs = swept.of(scenario)
    x, y = (np.searchsorted(swept.levels(name), runs[name].to_numpy(float)) for name in (across, up))
    places = sorted(set(zip(x.tolist(), y.tolist(), strict=True)))
    return {(i, j): paired_mean(runs[(x == i) & (y == j)], runs, outcome) for i, j in places}


def _scale(outcome: Measure, every: list[Mean]) -> tuple[float, float]:
    """Return what is palest and darkest: from nothing to the most, or from the least where all is much."""
    values = [mean.value for mean in every if math.isfinite(mean.value)] or [0.0]
    if outcome.unit in forms.SHARE_UNITS:
        return 0.0, 1.0
    low, high = min(values), max(values)
    return (0.0 if 0 <= low < high / 2 else low), high


def _panel(
    canvas: Canvas, swept: Swept, scenario: str, table: Cells, names: tuple[str, str], form: forms.Form,
    scale: tuple[float, float], at: tuple[float, float], box: Span | None,
) -> None:  # fmt: skip
    levels = [swept.levels(name) for name in names]
    wide, high = (min(CELL, SIDE / len(one)) for one in levels)
    if len(swept.scenarios) > 1:
        canvas.text(at[0], at[1] + 10, cut(scenario, PANEL - 40, 13, True), 13, bold=True)
    canvas.text(at[0], at[1] + 36, cut(axis_words(names[1]), PANEL - 40, 11.5), 11.5, "ink2")
    width, height = wide * len(levels[0]), high * len(levels[1])
    axes = canvas.axes(at[0] + LEFT, at[1] + HEAD, width, height)
    axes.set_xlim(0, len(levels[0]))
    axes.set_ylim(0, len(levels[1]))
    for (x, y), mean in table.items():
        _cell(axes, x, y, mean, form, scale, min(wide, high * 1.6))
    _ticks(axes, levels, wide, high)
    below = at[1] + HEAD + height
    canvas.text(at[0] + LEFT, below + 40, cut(axis_words(names[0]), PANEL - 90, 11.5), 11.5, "ink2")
    drawn = []
    if scale == (0.0, 1.0) and _halves(axes, table):
        drawn.append("half")
    if box and _outline(axes, levels, names, box):
        drawn.append("box found")
    own = [swept.own[scenario][name] for name in names]
    if all(one.min() <= value <= one.max() for one, value in zip(levels, own, strict=True)):
        x, y = (np.interp(value, one, np.arange(len(one)) + 0.5) for one, value in zip(levels, own, strict=True))
        aside = 0.32 if abs(x % 1 - 0.5) < 0.3 and abs(y % 1 - 0.5) < 0.3 else 0.0  # not over the number
        axes.plot([x - aside], [y], zorder=6, **marker_style("scenario-reference", "o", 7, False))
        drawn.insert(0, "scenario’s own")
    _keys(canvas, at[0] + LEFT, below + 64, form, scale, drawn)


def _cell(axes: Axes, x: int, y: int, mean: Mean, form: forms.Form, scale: tuple[float, float], room: float) -> None:
    known = math.isfinite(mean.value)
    span = scale[1] - scale[0]
    token = theme.amount((mean.value - scale[0]) / span if span > 0 else 0.0) if known else "paper"
    look: dict[str, Any] = {"facecolor": theme.colour(token), "edgecolor": theme.colour("paper"), "linewidth": 1.0}
    axes.add_patch(Rectangle((x, y), 1, 1, **look))
    words = form.plain(mean.value)
    if text_width(words, 11) < room - 4:
        ink = theme.on_amount(token) if known else "ink2"
        axes.text(x + 0.5, y + 0.5, words, fontsize=11, color=theme.colour(ink), ha="center", va="center_baseline")


def _ticks(axes: Axes, levels: list[Any], wide: float, high: float) -> None:
    for which, values, room in (("x", levels[0], wide), ("y", levels[1], high)):
        widest = max(text_width(number(float(value)), 11) for value in values) + 8 if which == "x" else 15
        step = max(1, math.ceil(widest / room))
        places = range(0, len(values), step)
        getattr(axes, f"set_{which}ticks")([n + 0.5 for n in places], [number(float(values[n])) for n in places])


def _halves(axes: Axes, table: Cells) -> bool:
    """Draw a stepped line between cells on either side of a half, and tell whether there are any."""
    found = False
    style: dict[str, Any] = {"color": theme.colour("ink"), "linewidth": 1.4, "linestyle": (0, (4, 2)), "zorder": 4}
    for (x, y), mean in table.items():
        for other, line in (((x + 1, y), ([x + 1, x + 1], [y, y + 1])), ((x, y + 1), ([x, x + 1], [y + 1, y + 1]))):
            if other in table and (mean.value < 0.5) != (table[other].value < 0.5):
                axes.plot(*line, **style)
                found = True
    return found


def _outline(axes: Axes, levels: list[Any], names: tuple[str, str], box: Span) -> bool:
    """Outline the box in which such runs gather, by the levels inside, and tell whether any is."""
    sides = []
    for values, name in zip(levels, names, strict=True):
        low, high = box.get(name, (-math.inf, math.inf))
        kept = np.flatnonzero((values >= low) & (values <= high))
        if not len(kept):
            return False
        sides.append((int(kept[0]), int(kept[-1]) + 1))
    (left, right), (bottom, top) = sides
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=theme.colour("ink"),
                             linewidth=2.4, zorder=5, clip_on=False))  # fmt: skip
    return True


def _keys(
    canvas: Canvas, left: float, top: float, form: forms.Form, scale: tuple[float, float], drawn: list[str]
) -> None:
    """Draw the scale of the colours, and a key for each of the marks that were drawn."""
    step = 20.0
    for place in range(theme.AMOUNTS):
        canvas.box(left + step * place, top - 6, step, 11, facecolor=theme.colour(f"amount-{place}"), linewidth=0)
    canvas.text(left, top + 16, form.plain(scale[0]), 11, "ink2")
    canvas.text(left + step * theme.AMOUNTS, top + 16, f"{form.plain(scale[1])} {form.units}", 11, "ink2", ha="right")
    at = left + step * theme.AMOUNTS + 18
    for words in drawn:
        if words == "half":
            look: Any = {"color": theme.colour("ink"), "linewidth": 1.4, "linestyle": (0, (4, 2))}
            canvas.ground.plot([at, at + 20], [top, top], **look)
        elif words == "box found":
            canvas.box(at, top - 6, 16, 11, fill=False, edgecolor=theme.colour("ink"), linewidth=2)
        else:
            canvas.mark(at + 8, top, "scenario-reference", "o", 7)
        canvas.text(at + 26, top, words, 11, "ink2")
        at += 26 + text_width(words, 11) + 18


def _caption(swept: Swept, apart: float, form: forms.Form, rest: list[str], box: Span | None) -> str:
    words = f"Each number is a mean of {forms.plural(swept.replicates, 'run')}"
    if rest:
        words = f"Each number is a mean over {forms.plural(swept.replicates, 'replicate')}"
    if form.units:
        words += f", in {form.units}"
    if math.isfinite(apart):
        words += (
            f"; differences between neighbouring cells are sure to about ±{form.plain(apart)} (95 %, on the same luck)"
        )
    words += "."
    if rest:
        words += f" Averaged over {forms.listed([factor_words(name) for name in rest])}."
    if len(swept.scenarios) > MOST_PANELS:
        words += f" The first {forms.count(MOST_PANELS)} of {len(swept.scenarios)} scenarios are drawn."
    return words + (" Outlined: the box of `copsim discover`, below." if box else "")


def apart_by(swept: Swept, outcome: Measure, across: str, up: str) -> float:
    """Return the middle half-width of the paired intervals of differences between neighbouring cells, NaN of none."""
    halves: list[float] = []
    for scenario in swept.scenarios[:MOST_PANELS]:
        runs = swept.of(scenario)
        by = [
            runs["replicate"],
            *(np.searchsorted(swept.levels(name), runs[name].to_numpy(float)) for name in (across, up)),
        ]
        means = runs.groupby(by)[outcome.key].mean().unstack([1, 2])
        places: list[Any] = means.columns.to_list()
        for x, y in places:
            beside = [key for key in ((x + 1, y), (x, y + 1)) if key in places]
            halves += [difference_of((means[key] - means[x, y]).to_numpy(float), outcome.unit).half for key in beside]
    known = [half for half in halves if math.isfinite(half)]
    return float(np.median(known)) if known else math.nan


def _label(outcome: Measure, every: list[Mean], form: forms.Form) -> str:
    values = [mean.value for mean in every if math.isfinite(mean.value)]
    if not values:
        return f"{outcome.label}: no value."
    span = f"from {form.plain(min(values))} to {form.plain(max(values))} {form.units}".strip()
    return f"{outcome.label}, simulated: {span} over the cells."


def _row(
    scenario: str, swept: Swept, key: tuple[int, int], mean: Mean, names: tuple[str, str], form: forms.Form
) -> list[str]:
    values = [number(float(swept.levels(name)[place])) for name, place in zip(names, key, strict=True)]
    return [scenario, *values, form.plain(mean.value), form.plain(mean.half)]
