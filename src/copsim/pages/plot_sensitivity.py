"""What moves an outcome? A bar a factor, sorted, with the interval of the index; an outline where it may be noise."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from copsim.pages import forms, sensitivity_words, theme
from copsim.pages.canvas import Canvas, Drawing, cut, settled, text_width

WIDTH = 1120.0
NAMES, KINDS, NUMBERS = 280.0, 110.0, 170.0
ROW, HEAD = 32.0, 44.0
BAR = 16.0
_KEYS = {
    "sobol": ("alone", "with others (total)", "95 % interval of the total"),
    "grid": ("alone", "with others (total)", "95 % interval of the total"),
    "morris": ("mu*: mean size of the effect", "", "95 % interval"),
    "pawn": ("PAWN index", "", "95 % interval"),
}
_CAPTIONS = {
    "sobol": "Sobol indices: share of the variance between simulated points",
    "grid": "Share of the variance between the cells of the grid",
    "morris": "Morris: mean size of the change over a factor's whole range",
    "pawn": "PAWN: largest distance between the outcome's distribution and that with the factor held, 0 to 1",
}


@settled()
def bars(answer: Any, name: str) -> Drawing:
    """Return the figure of one answer that has indices."""
    order, form = sensitivity_words.in_order(answer), sensitivity_words.form_of(answer)
    canvas = Canvas(WIDTH, HEAD + ROW * len(order) + 40)
    height = ROW * len(order)
    axes = canvas.axes(NAMES + KINDS, HEAD, WIDTH - NAMES - KINDS - NUMBERS, height)
    axes.set_ylim(height, 0)
    _scale(axes, answer, form)
    _keys(canvas, answer)
    for number, place in enumerate(order):
        _row(canvas, axes, answer, form, place, ROW * (number + 0.5))
    return Drawing(
        name=name,
        title=sensitivity_words.title_of(answer),
        caption=_caption(answer),
        label=" ".join(sensitivity_words.sentences(answer)[:2]),
        canvas=canvas,
        headers=sensitivity_words.headers(answer),
        rows=sensitivity_words.rows(answer),
    )


def _caption(answer: Any) -> str:
    what = "cell" if answer.method == "grid" else "block"
    runs = f"{forms.plural(answer.blocks, what)} of the design, {forms.plural(answer.replicates, 'replicate')} each"
    tick = {
        "sobol": "",
        "grid": "",
        "morris": " Dotted line: what luck alone stays under in 95 of 100 cases.",
        "pawn": " Dotted line: what a random factor stays under in 95 of 100 cases.",
    }[answer.method]
    untold = "its interval includes 0" if answer.method in sensitivity_words.SHARES else "it cannot be told from noise"
    changes = "".join(f" {sentence}" for sentence in sensitivity_words.changes(answer))
    return (
        f"{_CAPTIONS[answer.method]}; {runs}. Levers in bold are ours to set. Empty bar and ?: {untold}.{tick}{changes}"
    )


def _scale(axes: Axes, answer: Any, form: forms.Form) -> None:
    """Set the axis, from 0 to the farthest interval, with light lines under the bars."""
    index = sensitivity_words.main_index(answer)
    ends = [sensitivity_words.shown(answer, index, place)[2] for place in range(len(answer.factors))]
    noise = [value for value in index.noise.tolist() if math.isfinite(value)]
    high = max(*ends, *noise, 1e-12) / form.scale
    axes.set_xlim(0, high * 1.04)
    ticks = [tick for tick in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, high) if 0 <= tick <= high * 1.04]
    decimals = max(0, *(-forms.magnitude(tick) for tick in ticks))
    plain = forms.Form(1.0, min(decimals, 3), "", "")
    labels = [plain.plain(tick) for tick in ticks]
    unit = form.units
    labels[-1] = f"{labels[-1]} {unit}".strip()
    axes.set_xticks(ticks, labels)
    for tick in ticks:
        axes.axvline(tick, color=theme.colour("ink3" if tick == 0 else "rule"), linewidth=1, zorder=0)


def _keys(canvas: Canvas, answer: Any) -> None:
    """Write the one line of keys above the bars."""
    left, top = NAMES + KINDS, 14.0
    canvas.text(NAMES, top, "kind", 11, "ink2")
    alone, total, line = _KEYS[answer.method]
    for words, token in ((alone, "scenario-reference"), (total, "rule")):
        if words:
            canvas.box(left, top - 6, 26, 12, facecolor=theme.colour(token), linewidth=0)
            canvas.text(left + 34, top, words, 11, "ink2")
            left += 60 + text_width(words, 11)
    canvas.box(left, top - 0.9, 26, 1.8, facecolor=theme.colour("ink"), linewidth=0)
    canvas.text(left + 34, top, line, 11, "ink2")


def _row(canvas: Canvas, axes: Axes, answer: Any, form: forms.Form, place: int, middle: float) -> None:
    factor, kind = answer.factors[place], sensitivity_words.kind_of(answer.factors[place])
    lever = kind == "lever"
    canvas.text(2, HEAD + middle, cut(factor, NAMES - 16, 12.5, lever), 12.5, bold=lever)
    canvas.text(NAMES, HEAD + middle, kind, 11.5, "ink2")
    index = sensitivity_words.main_index(answer)
    value, low, high = (number / form.scale for number in sensitivity_words.shown(answer, index, place))
    _bar(
        axes,
        middle,
        value,
        "rule" if answer.method in sensitivity_words.SHARES else "scenario-reference",
        bool(index.told[place]),
    )
    if answer.method in sensitivity_words.SHARES:
        first = answer.index("S1")
        alone = sensitivity_words.shown(answer, first, place)[0] / form.scale
        if first.told[place]:
            _bar(axes, middle, min(alone, value), "scenario-reference", True)
    axes.plot([low, high], [middle, middle], color=theme.colour("ink"), linewidth=1.8, solid_capstyle="butt", zorder=4)
    for end in (low, high):
        axes.plot([end, end], [middle - 5, middle + 5], color=theme.colour("ink"), linewidth=1.4, zorder=4)
    noise = float(index.noise[place]) / form.scale
    if noise > 0:
        look: Any = {"color": theme.colour("ink"), "linewidth": 1.4, "linestyle": (0, (1.5, 1.5)), "zorder": 5}
        axes.plot([noise, noise], [middle - ROW / 2 + 2, middle + ROW / 2 - 2], **look)
    _in_text(canvas, answer, form, index, place, middle)


def _bar(axes: Axes, middle: float, width: float, token: str, told: bool) -> None:
    look: Any = {"facecolor": theme.colour(token if told else "paper"), "zorder": 2}
    look |= {"linewidth": 0} if told else {"edgecolor": theme.colour("ink3"), "linewidth": 1}
    axes.barh([middle], [width], height=BAR, **look)


def _in_text(canvas: Canvas, answer: Any, form: forms.Form, index: Any, place: int, middle: float) -> None:
    value, low, high = sensitivity_words.shown(answer, index, place)
    percent = " %" if answer.method in sensitivity_words.SHARES else ""
    mark = "" if index.told[place] else f" {sensitivity_words.UNTOLD}"
    right = WIDTH - NUMBERS + 66
    canvas.text(right, HEAD + middle, f"{form.plain(value)}{percent}{mark}", 12, bold=True, ha="right")
    canvas.text(right + 8, HEAD + middle, form.interval(low, high), 11, "ink2")


def draw(found: Any) -> dict[str, Drawing]:
    """Return a figure for each answer that has indices, by the name of its file."""
    several = len({answer.scenario for answer in found.answers}) > 1
    made = {}
    for answer in found.answers:
        if answer.indices:
            name = f"sensitivity-{answer.outcome}" + (f"-{answer.scenario}" if several else "")
            made[name] = bars(answer, name)
    return made


def save(found: Any, folder: Path, provenance: str) -> list[Path]:
    """Write the figures as `figures/sensitivity-OUTCOME.png`, with the scenario's name where there are several."""
    drawings: Mapping[str, Drawing] = draw(found)
    place = folder / "figures"
    if drawings:
        place.mkdir(exist_ok=True)
    for name, drawing in drawings.items():
        drawing.canvas.png(place / f"{name}.png", drawing.title, drawing.caption, provenance)
    return [place / f"{name}.png" for name in drawings]
