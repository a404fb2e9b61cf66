"""One observed community: levels month by month, its activity stage, and how long members stay."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas, Drawing, settled, text_width, write
from copsim.pages.history import Array, stage_codes, top_of

WIDTH = 1120.0
LEFT, PLOT = 118.0, 560.0
HEAD, ROW, PANEL, STRIP = 34.0, 58.0, 46.0, 22.0
CURVE_LEFT, CURVE_WIDTH = 800.0, 270.0
COLUMNS = {"core": "n_core", "active": "n_act", "occasional": "n_occ", "peripheral": "n_per"}
ON_DARK = ("sustaining", "transforming")
NEARLY_BLACK = "#111820"


@settled()
def observed(name: str, community: str, months: Any, survival: Any) -> Drawing:
    """Return the figure of one community from its rows of `monthly` and `survival`, ordered by time."""
    months = months.sort_values("t") if "t" in months else months
    height = HEAD + ROW * len(COLUMNS) + STRIP + 34
    canvas = Canvas(WIDTH, height)
    canvas.text(0, 10, "Members at each level, at the end of each month", 11.5, "ink2")
    tops = {}
    for number, (level, column) in enumerate(COLUMNS.items()):
        values = np.nan_to_num(months[column].to_numpy(dtype=np.float64))
        tops[level] = values
        _level(canvas, level, values, HEAD + ROW * number)
    _strip(canvas, months, HEAD + ROW * len(COLUMNS))
    _survival(canvas, survival, height)
    last = {level: forms.bare(float(values[-1])) for level, values in tops.items()}
    stage = theme.STAGES[int(stage_codes(months["stage"])[-1])]
    ends = ", ".join(f"{value} {level}" for level, value in last.items())
    return Drawing(
        name=name,
        title="Who takes part, does it last, and how long do members stay?",
        caption="Area: members by level (monthly reading), the last value at right; occasional and peripheral "
        "include people with one active week. Strip: stage by activity alone. Right: survival (Kaplan–Meier).",
        label=f"{community}, last month: {ends}; activity stage {stage}.",
        canvas=canvas,
        headers=("month", *COLUMNS, "stage"),
        rows=_yearly(months),
    )


def _yearly(months: Any) -> list[list[str]]:
    """Return every twelfth month and the last one."""
    kept = months.iloc[sorted({*range(0, len(months), 12), len(months) - 1})]
    numbers = [[forms.bare(float(value)) for value in row] for row in kept[list(COLUMNS.values())].to_numpy()]
    stages = [theme.STAGES[code] for code in stage_codes(kept["stage"])]
    dates = [forms.clean(month) for month in kept["month"]]
    return [[date, *row, stage] for date, row, stage in zip(dates, numbers, stages, strict=True)]


def _level(canvas: Canvas, level: str, values: Array, top: float) -> None:
    high = top_of(float(values.max()) if len(values) else 1.0)
    canvas.text(0, top + PANEL - 24, level, 12.5, bold=True)
    canvas.text(0, top + PANEL - 7, f"0 to {forms.bare(high)}", 11, "ink2")
    axes = canvas.axes(LEFT, top, PLOT, PANEL)
    x = np.arange(len(values) + 1, dtype=np.float64)
    steps = np.append(values, values[-1])
    axes.set_xlim(0, len(values))
    axes.set_ylim(0, high * 1.04)
    axes.fill_between(x, 0, steps, step="post", color=theme.colour(f"level-{level}"), alpha=0.45, linewidth=0)
    axes.plot(x, steps, drawstyle="steps-post", color=theme.colour("ink"), linewidth=1.2, clip_on=False)
    axes.spines["bottom"].set(visible=True, color=theme.colour("rule"), linewidth=1)
    write(axes, len(values) * 1.012, float(values[-1]), forms.bare(float(values[-1])), 11, bold=True)


def _strip(canvas: Canvas, months: Any, top: float) -> None:
    """Draw one piece for each spell of a stage, its name inside where it fits."""
    canvas.text(0, top + STRIP / 2, "stage", 12.5, bold=True)
    codes = stage_codes(months["stage"])
    axes = canvas.axes(LEFT, top, PLOT, STRIP)
    axes.set_xlim(0, len(codes))
    axes.set_ylim(0, 1)
    for start, stop, code in spells(codes):
        _piece(axes, start, stop, theme.STAGES[code], PLOT / len(codes))
    axes.spines["bottom"].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    places, labels = _year_ticks([forms.clean(month) for month in months["month"]])
    axes.set_xticks(places, labels)
    axes.tick_params(axis="x", length=3, color=theme.colour("ink3"))


def spells(codes: Any) -> list[tuple[int, int, int]]:
    """Return (start, stop, code) of each run of equal codes."""
    changes = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
    return [(start, stop, int(codes[start])) for start, stop in pairwise(changes) if stop > start]


def _piece(axes: Axes, start: int, stop: int, stage: str, pixels: float) -> None:
    ended = stage == "ended"
    look: dict[str, Any] = {"facecolor": theme.colour("paper" if ended else f"stage-{stage}"), "linewidth": 0.8}
    look["edgecolor"] = theme.colour("stage-ended" if ended else "paper")
    axes.fill_between([start, stop], 0, 1, hatch="/////" if ended else None, **look)
    if text_width(stage, 11) < (stop - start) * pixels - 8:
        label = write(axes, (start + stop) / 2, 0.46, stage, 11, "ink", ha="center", over_lines=ended)
        if stage in ON_DARK:
            label.set_color(theme.colour("paper"))
        elif stage not in ("ended", "potential"):
            label.set_color(NEARLY_BLACK)


def _year_ticks(dates: list[str]) -> tuple[list[int], list[str]]:
    """Return the places and names of up to eight Januaries, or the first month where there is none."""
    januaries = [(place, date[:4]) for place, date in enumerate(dates) if date[5:7] == "01"]
    if not januaries:
        return [0], [dates[0]]
    step = -(-len(januaries) // 8)
    return [place for place, _ in januaries[::step]], [name for _, name in januaries[::step]]


def _survival(canvas: Canvas, survival: Any, height: float) -> None:
    canvas.text(CURVE_LEFT - 30, 10, "Share still a member, by months since joining", 11.5, "ink2")
    known = survival.dropna(subset=["S_all"]).sort_values("months") if len(survival) else survival
    if not len(known):
        canvas.text(CURVE_LEFT, 60, "Too few members to say (under five at risk).", 11.5, "ink2")
        return
    axes = canvas.axes(CURVE_LEFT, HEAD, CURVE_WIDTH, height - HEAD - 34)
    months = known["months"].to_numpy(dtype=np.float64)
    axes.set_xlim(0, max(1.0, float(months[-1])))
    axes.set_ylim(0, 1)
    for share in (0.25, 0.5, 0.75):
        axes.axhline(share, color=theme.colour("rule"), linewidth=0.8, zorder=0)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    for side in ("left", "bottom"):
        axes.spines[side].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    step = next((step for step in (1, 3, 6, 12, 24, 60) if months[-1] / step <= 5.5), 120)
    ticks = list(range(0, int(months[-1]) + 1, step))
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    lines = {"all": ("S_all", "ink", "-"), "active in two weeks or more": ("S_participants", "ink2", (0, (3, 2)))}
    ends = [_curve(axes, known, months, *line) for line in lines.values()]
    _curve_names(axes, list(lines), ends, float(months[-1]))


def _curve(axes: Axes, known: Any, months: Array, column: str, token: str, style: Any) -> float:
    values = known[column].to_numpy(dtype=np.float64)
    axes.plot(months, values, drawstyle="steps-post", color=theme.colour(token), linewidth=1.6, linestyle=style)
    finite = values[np.isfinite(values)]
    return float(np.interp(months[-1] * 0.3, months, np.nan_to_num(values))) if len(finite) else math.nan


def _curve_names(axes: Axes, names: list[str], heights: list[float], last: float) -> None:
    """Name the curves at a third of their length, the lower one below and the higher one above its line."""
    order = sorted(range(len(names)), key=lambda n: heights[n] if math.isfinite(heights[n]) else -1.0)
    for rank, number in enumerate(order):
        if math.isfinite(heights[number]):
            lift = 0.08 if rank == len(order) - 1 else -0.08
            place = min(0.96, max(0.04, heights[number] + lift))
            write(axes, last * 0.3, place, names[number], 11, "ink2", over_lines=True)
