"""The figures of the worked studies, from tables of findings: differences over a lever, maps of two levers, bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas, cut, marker_style, settled, write
from copsim.pages.cast import MARKERS

WIDTH = 1120.0
LEFT, RIGHT, HEAD, FOOT, PLOT = 62.0, 128.0, 56.0, 52.0, 250.0
CELL, NAMES = 38.0, 62.0
ROW, LABELS, SAID = 26.0, 390.0, 136.0
AWAY = 0.07
"""How far lines stand apart at one place of the lever, so that their intervals can be told from one another."""
HOW_TO_READ = (
    "Dot: mean difference over pairs of simulated communities with the same luck; line: its 95 % interval (all of this study "
    "hold together). Hollow: it includes zero."
)
BAND = " Grey band: too small to matter."
LESS_SAME_MORE = LinearSegmentedColormap.from_list(
    "less same more", ["#8F4415", "#BE753E", "#DDB48F", "#E5E9EC", "#89BCE3", "#1A88C9", "#00579F"]
)


@dataclass(frozen=True)
class Line:
    """Findings along a lever: a name, a colour of the scenarios ("a" to "d"), rows in the order of the lever.

    rows: `difference, low, high`, empty where there is nothing to draw.
    """

    name: str
    role: str
    rows: pd.DataFrame


@dataclass(frozen=True)
class Panel:
    """One question: title, the lever and its places in words, lines over them; matters: too small a difference."""

    title: str
    lever: str
    places: Sequence[str]
    lines: Sequence[Line]
    unit: str
    matters: float | None = None


@settled()
def curves(panels: Sequence[Panel]) -> Canvas:
    """Return differences over a lever with their intervals, up to three panels side by side."""
    canvas = Canvas(WIDTH, HEAD + PLOT + FOOT)
    each = WIDTH / len(panels)
    for number, panel in enumerate(panels):
        _curve(canvas, panel, number * each, each)
    return canvas


def _curve(canvas: Canvas, panel: Panel, left: float, each: float) -> None:
    named = len(panel.lines) > 1
    width = each - LEFT - (RIGHT if named else 24)
    axes = canvas.axes(left + LEFT, HEAD, width, PLOT)
    ends = pd.concat([line.rows[["low", "high"]] for line in panel.lines]).to_numpy()
    form = forms.form_for(
        ends[np.isfinite(ends)].tolist(), float(np.nanmedian(ends[:, 1] - ends[:, 0])) / 2, panel.unit
    )
    canvas.text(left, 10, panel.title, 13, bold=True)
    canvas.text(left, 30, form.units, 11.5, "ink2")
    canvas.text(left + LEFT + width / 2, HEAD + PLOT + 36, panel.lever, 11.5, "ink2", ha="center")
    axes.set_xlim(-0.4, len(panel.places) - 0.6)
    axes.set_ylim(*_around(ends / form.scale))
    _ground(axes, panel, form)
    for number, line in enumerate(panel.lines):
        _line(axes, line, form, AWAY * (number - (len(panel.lines) - 1) / 2))
    if named:
        _labels(axes, panel, form)


def _around(ends: np.ndarray) -> tuple[float, float]:
    low, high = min(0.0, float(np.nanmin(ends))), max(0.0, float(np.nanmax(ends)))
    margin = 0.06 * (high - low or 1.0)
    return low - margin, high + margin


def _ground(axes: Axes, panel: Panel, form: forms.Form) -> None:
    """Draw the zero line, the band of what is too small to matter, and both axes."""
    low, high = axes.get_ylim()
    if panel.matters:
        band = min(panel.matters / form.scale, high - low)
        axes.axhspan(max(-band, low), min(band, high), color=theme.colour("rule"), alpha=0.55, linewidth=0, zorder=0)
    axes.axhline(0, color=theme.colour("scenario-reference"), linewidth=1.4, zorder=1)
    axes.set_yticks(*_ticks((low, high), 5))
    axes.set_xticks(range(len(panel.places)), list(panel.places))
    for side in ("left", "bottom"):
        axes.spines[side].set(visible=True, color=theme.colour("ink3"), linewidth=1)


def _ticks(limits: tuple[float, float], most: int) -> tuple[list[float], list[str]]:
    low, high = limits
    ticks = [t for t in MaxNLocator(most, steps=[1, 2, 4, 5, 10]).tick_values(low, high) if low <= t <= high]
    plain = forms.Form(1.0, min(max([0, *(-forms.magnitude(tick) for tick in ticks)]), 3), "", "")
    return ticks, [plain.signed(tick) for tick in ticks]


def _line(axes: Axes, line: Line, form: forms.Form, away: float) -> None:
    rows = line.rows.reset_index(drop=True)
    token, marker = f"scenario-{line.role}", MARKERS[line.role]
    x = rows.index.to_numpy() + away
    axes.plot(x, rows["difference"] / form.scale, color=theme.colour(token), linewidth=1.2, alpha=0.6, zorder=2)
    for at, row in zip(x, rows.to_dict("records"), strict=True):
        if not np.isfinite(row["difference"]):
            continue
        axes.plot(
            [at, at], [row["low"] / form.scale, row["high"] / form.scale], color=theme.colour(token), linewidth=1.8
        )
        hollow = not (row["low"] > 0 or row["high"] < 0)
        axes.plot([at], [row["difference"] / form.scale], zorder=4, **marker_style(token, marker, 7.5, hollow))


def _labels(axes: Axes, panel: Panel, form: forms.Form) -> None:
    """Write the names of the lines at their right ends, moved apart where they would touch."""
    low, high = axes.get_ylim()
    step = 16.0 * (high - low) / PLOT
    last = [float(line.rows["difference"].dropna().iloc[-1]) / form.scale for line in panel.lines]
    at = low - step
    for number in np.argsort(last):
        at = max(last[number], at + step)
        line = panel.lines[number]
        write(axes, len(panel.places) - 0.5, at, line.name, 11.5, f"scenario-{line.role}", bold=True)


@dataclass(frozen=True)
class Map:
    """Differences over two levers: a title, names of rows from the top and of columns.

    difference: float64 (rows, columns); clear: bool, whether the interval excludes zero.
    """

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    difference: np.ndarray
    clear: np.ndarray


def grid(title: str, table: pd.DataFrame, down: str, across: str) -> Map:
    """Return the map of findings over two of their keys, the largest `down` on top."""
    cells = table.assign(clear=(table["low"] > 0) | (table["high"] < 0)).pivot(index=down, columns=across)
    cells = cells.sort_index(ascending=False)
    rows, columns = ([f"{value:g}" for value in labels] for labels in (cells.index, cells["difference"].columns))
    return Map(title, rows, columns, cells["difference"].to_numpy(), cells["clear"].to_numpy(bool))


@settled()
def maps(maps: Sequence[Map], across: str, down: str, unit: str) -> Canvas:
    """Return heat maps side by side on one scale of colours, a number in each cell, bold where zero is excluded."""
    each = WIDTH / len(maps)
    canvas = Canvas(WIDTH, HEAD + CELL * max(len(m.rows) for m in maps) + FOOT)
    reach = max(float(np.nanmax(np.abs(m.difference))) for m in maps)
    form = forms.form_for([reach], reach / 10, unit)
    for number, one in enumerate(maps):
        left, width = number * each + NAMES, each - NAMES - 26
        axes = canvas.axes(left, HEAD, width, CELL * len(one.rows))
        canvas.text(number * each, 10, one.title, 13, bold=True)
        canvas.text(number * each, 32, f"{down} ↓" + (f"     {form.units}" if number == 0 else ""), 11.5, "ink2")
        canvas.text(left + width / 2, HEAD + CELL * len(one.rows) + 34, across, 11.5, "ink2", ha="center")
        _map(axes, one, form, reach)
    return canvas


def _map(axes: Axes, one: Map, form: forms.Form, reach: float) -> None:
    axes.set_xlim(0, len(one.columns))
    axes.set_ylim(len(one.rows), 0)
    axes.pcolormesh(
        one.difference, cmap=LESS_SAME_MORE, vmin=-reach, vmax=reach, edgecolor=theme.colour("paper"), linewidth=1.2
    )
    axes.set_xticks(np.arange(len(one.columns)) + 0.5, list(one.columns))
    axes.set_yticks(np.arange(len(one.rows)) + 0.5, list(one.rows))
    for (row, column), value in np.ndenumerate(one.difference):
        if np.isfinite(value):
            dark = abs(value) > 0.62 * reach
            bold = bool(one.clear[row, column])
            write(
                axes, column + 0.5, row + 0.5, form.signed(value), 11.5, "paper" if dark else "ink", bold, ha="center"
            )


@settled()
def effects(names: Sequence[str], panels: Mapping[str, pd.DataFrame]) -> Canvas:
    """Return dots with intervals, a row a name, a panel for each table of as many rows.

    tables: difference, low, high, unit, told (hollow dots are not).
    """
    canvas = Canvas(WIDTH, HEAD + ROW * len(names) + 30)
    for number, name in enumerate(names):
        if number % 2 == 0:
            canvas.stripe(HEAD + ROW * number, ROW)
        canvas.text(4, HEAD + ROW * (number + 0.5), cut(name, LABELS - 16, 12), 12)
    each = (WIDTH - LABELS) / len(panels)
    for number, (title, table) in enumerate(panels.items()):
        _effects(canvas, title, table, LABELS + number * each, each - SAID)
    return canvas


def _effects(canvas: Canvas, title: str, table: pd.DataFrame, left: float, width: float) -> None:
    rows = table.to_dict("records")
    ends = table[["difference", "low", "high"]].to_numpy()
    form = forms.form_for(ends.ravel().tolist(), float(np.median(ends[:, 2] - ends[:, 1])) / 2, rows[0]["unit"])
    canvas.text(left, 10, title, 13, bold=True)
    canvas.text(left, 30, form.units, 11.5, "ink2")
    axes = canvas.axes(left, HEAD, width, ROW * len(rows))
    axes.set_xlim(*_around(ends / form.scale))
    axes.set_ylim(len(rows), 0)
    axes.axvline(0, color=theme.colour("scenario-reference"), linewidth=1.4, zorder=1)
    axes.spines["bottom"].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    axes.set_xticks(*_ticks(axes.get_xlim(), 4))
    for number, row in enumerate(rows):
        y, low, high = number + 0.5, row["low"], row["high"]
        axes.plot([low / form.scale, high / form.scale], [y, y], color=theme.colour("scenario-a"), linewidth=1.8)
        style = marker_style("scenario-a", "o", 7.5, hollow=not row["told"])
        axes.plot([row["difference"] / form.scale], [y], zorder=4, **style)
        canvas.text(left + width + 44, HEAD + ROW * y, form.signed(row["difference"]), 12, bold=True, ha="right")
        canvas.text(left + width + 52, HEAD + ROW * y, form.interval(low, high), 11, "ink2")
