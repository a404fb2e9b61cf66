"""Where do such runs gather? The trajectory of boxes, and the points over the two factors that tell most."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas, Drawing, cut, marker_style, settled, write
from copsim.pages.discovered import FEW_LEVELS, check_rows, factor_words, last_row, number, verb
from copsim.pages.history import Array

WIDTH, TOP, SIDE = 1120.0, 52.0, 360.0
LEFT, RIGHT = 50.0, 620.0
FOOT = 86.0


@settled()
def discovered(discovery: Any) -> Drawing:
    """Return the figure of a discovery."""
    canvas = Canvas(WIDTH, TOP + SIDE + FOOT)
    _trajectory(canvas, discovery)
    _points(canvas, discovery)
    what = verb(discovery.when)
    rows = check_rows(last_row(discovery))
    return Drawing(
        name="discover",
        title=f"Where do simulated runs {what}?",
        caption=_caption(discovery),
        label=discovery.sentence,
        canvas=canvas,
        headers=("the box", "found on", "checked on", "95 % interval"),
        rows=rows if discovery.restrictions else [],
    )


def _caption(discovery: Any) -> str:
    end = "the box that is told" if discovery.found else "the best box, which chance could have given"
    return (
        f"Left: each dot is a box, smaller from right to left; {end} with its 95 % intervals. Right: each dot is a point of "
        "the design; the outline is the box. Small dots lie outside what the box asks of other factors."
    )


def _trajectory(canvas: Canvas, discovery: Any) -> None:
    canvas.text(0, 10, "How good is each box?", 13, bold=True)
    canvas.text(0, 32, "Density: such runs, of those inside, %", 11.5, "ink2")
    axes = _frame(canvas, LEFT, SIDE + 60)
    for setter in (axes.set_xlim, axes.set_ylim):
        setter(0, 100)
    ticks = [0, 20, 40, 60, 80, 100]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_yticks(ticks, [str(tick) for tick in ticks])
    canvas.text(LEFT + SIDE + 60, TOP + SIDE + 38, "Coverage: inside, of all such runs, %", 11.5, "ink2", ha="right")
    for half, token, hollow in (("found", "scenario-reference", False), ("checked", "scenario-a", True)):
        x, y = _path(discovery.steps[:-1], half)
        axes.plot(x, y, color=theme.colour(token), linewidth=1.4, zorder=2)
        axes.plot(x, y, zorder=3, **marker_style(token, "o", 4.5, hollow))
    _keys(canvas)
    _chosen(axes, discovery)


def _path(steps: Any, half: str) -> tuple[list[float], list[float]]:
    seen = [getattr(step, half) for step in steps]
    kept = [one for one in seen if math.isfinite(one.density.value) and math.isfinite(one.coverage.value)]
    return [100 * one.coverage.value for one in kept], [100 * one.density.value for one in kept]


def _keys(canvas: Canvas) -> None:
    top = TOP + SIDE + 66
    for left, token, hollow, words in (
        (LEFT, "scenario-reference", False, "on the half it was found on"),
        (LEFT + 204, "scenario-a", True, "on the half it was checked on"),
    ):
        canvas.mark(left + 5, top, token, "o", 6, hollow)
        canvas.text(left + 16, top, words, 11, "ink2")


def _chosen(axes: Axes, discovery: Any) -> None:
    """Mark the chosen box as it did on the points it was checked on, with both intervals."""
    seen = discovery.chosen.checked
    if not discovery.restrictions or not math.isfinite(seen.density.value):
        return
    x, y = 100 * seen.coverage.value, 100 * seen.density.value
    ink = theme.colour("ink")
    axes.plot([100 * seen.coverage.low, 100 * seen.coverage.high], [y, y], color=ink, linewidth=1.6, zorder=4)
    axes.plot([x, x], [100 * seen.density.low, 100 * seen.density.high], color=ink, linewidth=1.6, zorder=4)
    axes.plot([x], [y], zorder=6, **marker_style("ink", "s", 8, not discovery.found))
    side = x < 62
    words = "the box, checked" if discovery.found else "no box"
    write(axes, x + (2 if side else -2), max(y - 6, 4), words, 11.5, bold=True, ha="left" if side else "right",
          over_lines=True)  # fmt: skip


def _frame(canvas: Canvas, left: float, width: float) -> Axes:
    axes = canvas.axes(left, TOP, width, SIDE)
    for side in ("bottom", "left"):
        axes.spines[side].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    axes.grid(True, color=theme.colour("rule"), linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def _points(canvas: Canvas, discovery: Any) -> None:
    """Draw every point over the two factors that tell most, in the colour of its share of such runs."""
    names = discovery.cases.names
    told = [one.name for one in discovery.restrictions] + list(names)
    columns = [names.index(name) for name in dict.fromkeys(told)][:2]
    canvas.text(RIGHT - 40, 10, "Where are such runs?", 13, bold=True)
    axes = _frame(canvas, RIGHT, WIDTH - RIGHT - 10)
    x, y, share, size = _cells(discovery, columns)
    _axis(axes, discovery, columns[0], "x")
    canvas.text(WIDTH - 10, TOP + SIDE + 38, cut(_axis_name(names[columns[0]]), 480, 11.5), 11.5, "ink2", ha="right")
    if len(columns) == 2:
        _axis(axes, discovery, columns[1], "y")
        canvas.text(RIGHT - 40, 32, cut(_axis_name(names[columns[1]]), 480, 11.5), 11.5, "ink2")
    else:
        axes.set_ylim(-4, 104)
        axes.set_yticks([0, 20, 40, 60, 80, 100], ["0", "20", "40", "60", "80", "100"])
        canvas.text(RIGHT - 40, 32, "Such runs at the point, %", 11.5, "ink2")
    colours = [theme.colour(theme.amount(one)) for one in share]
    axes.scatter(x, y, s=size**2, c=colours, edgecolors=theme.colour("ink3"), linewidths=0.7, zorder=3, clip_on=False)
    if discovery.found:
        _outline(axes, discovery, columns)
    _ramp(canvas)


def _axis_name(name: str) -> str:
    return forms.first_capital("the scenario" if name == "scenario" else factor_words(name))


def _cells(discovery: Any, columns: list[int]) -> tuple[Array, Array, Array, Array]:
    """Return place, share and size of the dot of each cell."""
    cases, box = discovery.cases, discovery.chosen.box
    share = cases.met.sum(1) / np.maximum(cases.runs.sum(1), 1)
    others = box
    for column in columns:
        others = others.without(column)
    x = cases.x[:, columns[0]]
    y = cases.x[:, columns[1]] if len(columns) == 2 else 100 * share
    large = 10.0 if len(share) <= 300 else 7.0
    return x, y, share, np.where(others.inside(cases.x), large, 4.0)


def _axis(axes: Axes, discovery: Any, column: int, which: str) -> None:
    """Set limits and ticks of a factor's axis: its values where they are few, the scenarios' names where it is that."""
    cases = discovery.cases
    values = cases.x[:, column]
    low, high = float(values.min()), float(values.max())
    margin = (high - low) * 0.06
    set_limits, set_ticks = getattr(axes, f"set_{which}lim"), getattr(axes, f"set_{which}ticks")
    set_limits(low - margin, high + margin)
    if column in cases.categories:
        room = 90 if which == "x" else 36
        set_ticks(range(len(cases.scenarios)), [cut(name, room, 11) for name in cases.scenarios])
        return
    levels = np.unique(values)
    places = levels if len(levels) <= min(FEW_LEVELS, 8) else MaxNLocator(5).tick_values(low, high)
    kept = [place for place in places if low - margin <= place <= high + margin]
    set_ticks(kept, [number(float(place)) for place in kept])


def _outline(axes: Axes, discovery: Any, columns: list[int]) -> None:
    """Outline the box, up to the edge of the picture where it is open."""
    sides = [_ends(axes, discovery, column, place) for place, column in enumerate(columns)]
    (left, right), (bottom, top) = (*sides, axes.get_ylim())[:2]
    look: dict[str, Any] = {"edgecolor": theme.colour("ink"), "linewidth": 2.4, "zorder": 5, "clip_on": False}
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, **look))


def _ends(axes: Axes, discovery: Any, column: int, place: int) -> tuple[float, float]:
    edge = (axes.get_xlim, axes.get_ylim)[place]()
    limit = discovery.chosen.box.limits[column]
    if isinstance(limit, frozenset):
        return (min(limit) - 0.4, max(limit) + 0.4) if column in discovery.chosen.box.restricted else edge
    return max(limit[0], edge[0]), min(limit[1], edge[1])


def _ramp(canvas: Canvas) -> None:
    top, left, step = TOP + SIDE + 60, RIGHT, 26.0
    for place in range(theme.AMOUNTS):
        canvas.box(left + step * place, top, step, 12, facecolor=theme.colour(f"amount-{place}"), linewidth=0)
    canvas.text(left, top + 22, "0", 11, "ink2")
    canvas.text(left + step * 4, top + 22, "such runs", 11, "ink2", ha="center")
    canvas.text(left + step * 8, top + 22, "100 %", 11, "ink2", ha="right")
