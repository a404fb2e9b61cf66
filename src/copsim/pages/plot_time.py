"""Pictures over time: who takes part (levels) and in which stage the community is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas, Drawing, settled, write
from copsim.pages.cast import Cast, Player, cast_of, reference_in_prose
from copsim.pages.history import Array, History, dated, event_words, time_ticks, top_of
from copsim.pages.plot_differences import NAMES, WIDTH, name_row
from copsim.pages.verdict import pairs_of

MOST_ROWS = 16
LEVEL_ROW, LEVEL_HEAD, LEVEL_HEIGHT = 50.0, 58.0, 40.0
RIBBON_ROW, RIBBON_HEAD, RIBBON_HEIGHT = 33.0, 52.0, 25.0
RIBBON_WIDTH = WIDTH - NAMES - 178
FROM_BOTTOM = (4, 3, 2, 1, 0)
DASHES, DOTS = (0, (3, 2)), (0, (1, 2))


def _events(comparison: Any, cast: Cast) -> str:
    """Return the sentence that names the dotted lines, each event once."""
    shown = {player.name for player in cast.shown(MOST_ROWS)}
    named = [name for scenario in comparison.scenarios if scenario.name in shown for name in event_words(scenario)]
    unique = list(dict.fromkeys(named))
    if not unique:
        return ""
    if len(unique) > 3:
        return " Dotted: the week of a change or event."
    return f" Dotted: {'; '.join(unique)}."


def _left_out(cast: Cast) -> str:
    hidden = len(cast.everyone) - len(cast.shown(MOST_ROWS))
    return f" The other {forms.count(hidden)} scenarios are in weekly.parquet." if hidden else ""


@settled()
def levels(comparison: Any) -> Drawing:
    """Return small multiples: rows are scenarios, columns levels, bands of replicates and the reference dashed."""
    cast, history = cast_of(comparison), History.of(comparison.weekly)
    shown = cast.shown(MOST_ROWS)
    bands = {
        player.name: {level: history.bands(rows, level) for level in theme.SHOWN_LEVELS}
        for player in shown
        if len(rows := history.rows(player.name))
    }
    canvas = Canvas(WIDTH, LEVEL_HEAD + LEVEL_ROW * len(shown) + 30)
    weeks = {scenario.name: dated(scenario) for scenario in comparison.scenarios}
    for number, player in enumerate(shown):
        name_row(canvas, player, LEVEL_HEAD + LEVEL_ROW * number + LEVEL_HEIGHT / 2)
    panel = (WIDTH - NAMES) / len(theme.SHOWN_LEVELS)
    for number, level in enumerate(theme.SHOWN_LEVELS):
        column = LevelColumn(canvas, level, NAMES + number * panel, panel - 42, history, cast.reference.name)
        column.draw(shown, bands, weeks)
    _years_word(canvas, history, LEVEL_HEAD + LEVEL_ROW * len(shown) - (LEVEL_ROW - LEVEL_HEIGHT) + 12)
    return Drawing(
        name="levels",
        title="Who takes part, and does it last?",
        caption=f"Solid line: median of {forms.plural(pairs_of(comparison), 'replicate')}, its last value at right. "
        "Strong band: 5 in 10 replicates; faint band: 8 in 10. "
        f"Dashed: the median of {reference_in_prose(cast.reference)}.{_events(comparison, cast)}{_left_out(cast)}",
        label=_levels_label(shown, bands),
        canvas=canvas,
        headers=("scenario", *(f"{level}, last week: median (8 in 10)" for level in theme.SHOWN_LEVELS)),
        rows=[(player.title, *_last_values(bands.get(player.name))) for player in shown],
    )


def _last_values(bands: dict[str, Array] | None) -> list[str]:
    if bands is None:
        return [forms.MISSING] * len(theme.SHOWN_LEVELS)
    ends = [bands[level][:, -1] for level in theme.SHOWN_LEVELS]
    return [f"{forms.bare(float(end[2]))} ({forms.bare(float(end[0]))} to {forms.bare(float(end[4]))})" for end in ends]


def _levels_label(shown: Sequence[Player], bands: dict[str, dict[str, Array]]) -> str:
    parts = [
        f"{player.title}: {forms.bare(float(bands[player.name]['core'][2, -1]))} core and "
        f"{forms.bare(float(bands[player.name]['active'][2, -1]))} active"
        for player in shown
        if player.name in bands
    ]
    return "Median members in the last week. " + "; ".join(parts) + "."


class LevelColumn:
    """One level for all scenarios, on one scale from zero, in axes whose y is pixels from the top of the column."""

    def __init__(self, canvas: Canvas, level: str, left: float, width: float, history: History, reference: str) -> None:
        self.canvas, self.level, self.left, self.width = canvas, level, left, width
        self.history, self.reference = history, reference
        self.top = 1.0

    def draw(self, shown: Sequence[Player], bands: dict[str, dict[str, Array]], weeks: dict[str, list[int]]) -> None:
        """Draw the heading and one small panel a scenario."""
        self.top = top_of(max((float(of[self.level].max()) for of in bands.values()), default=1.0))
        swatch(self.canvas, self.left, 12, f"level-{self.level}")
        self.canvas.text(self.left + 18, 12, self.level, 13, bold=True)
        self.canvas.text(self.left, 34, f"members, 0 to {forms.bare(self.top)}", 11, "ink2")
        height = LEVEL_ROW * (len(shown) - 1) + LEVEL_HEIGHT
        axes = time_axes(self.canvas, self.history, self.left, LEVEL_HEAD, self.width, height)
        for number, player in enumerate(shown):
            foot = LEVEL_ROW * number + LEVEL_HEIGHT
            dotted(axes, weeks.get(player.name, []), foot - LEVEL_HEIGHT, foot)
            if number < len(shown) - 1:
                axes.plot(axes.get_xlim(), [foot, foot], color=theme.colour("rule"), linewidth=1, zorder=0)
            if player.name in bands:
                self._panel(axes, bands[player.name][self.level], foot)
            if player.name != self.reference and self.reference in bands:
                middle = self._height(bands[self.reference][self.level][2], foot)
                axes.plot(self.history.x, middle, color=theme.colour("ink2"), linewidth=1.1, linestyle=DASHES, zorder=3)

    def _height(self, values: Array, foot: float) -> Array:
        return foot - values / self.top * (LEVEL_HEIGHT - 2)

    def _panel(self, axes: Axes, quantiles: Array, foot: float) -> None:
        colour, x, y = theme.colour(f"level-{self.level}"), self.history.x, self._height(quantiles, foot)
        axes.fill_between(x, y[0], y[4], color=colour, alpha=0.25, linewidth=0)
        axes.fill_between(x, y[1], y[3], color=colour, alpha=0.45, linewidth=0)
        axes.plot(x, y[2], color=theme.colour("ink"), linewidth=1.6, zorder=4, clip_on=False)
        gap = (axes.get_xlim()[1] or 1.0) * 0.025
        last = round(float(quantiles[2, -1]), 1)
        write(axes, x[-1] + gap, float(y[2, -1]), forms.bare(last), 11, bold=True)


def swatch(canvas: Canvas, left: float, top: float, token: str) -> None:
    """Draw a small square in a token's colour: outlined where it is pale, hatched for what has ended."""
    if token == "stage-ended":
        look = {
            "facecolor": theme.colour("paper"),
            "edgecolor": theme.colour(token),
            "hatch": "//////",
            "linewidth": 0.8,
        }
    else:
        pale = token in ("stage-potential", "level-peripheral", "level-transactional", "level-outside")
        look = {
            "facecolor": theme.colour(token),
            "edgecolor": theme.colour("ink3" if pale else token),
            "linewidth": 0.8,
        }
    canvas.box(left, top - 6, 12, 12, **look)


def time_axes(canvas: Canvas, history: History, left: float, top: float, width: float, height: float) -> Axes:
    """Return axes of weeks by pixels from their top, with the years labelled below."""
    axes = canvas.axes(left, top, width, height)
    last = float(history.weeks[-1]) if len(history.weeks) else 1.0
    axes.set_xlim(0, max(last, 1.0))
    axes.set_ylim(height, 0)
    axes.spines["bottom"].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    places, labels, _ = time_ticks(int(last))
    axes.set_xticks(list(places), list(labels))
    axes.tick_params(axis="x", length=3, color=theme.colour("ink3"))
    return axes


def dotted(axes: Axes, weeks: Sequence[int], top: float, foot: float) -> None:
    """Draw the weeks of dated changes and events over one row."""
    for week in weeks:
        axes.plot([week, week], [top, foot], color=theme.colour("ink"), linewidth=1.1, linestyle=DOTS, zorder=4)


def _years_word(canvas: Canvas, history: History, top: float) -> None:
    unit = time_ticks(int(history.weeks[-1]) if len(history.weeks) else 1)[2]
    canvas.text(NAMES - 12, top, unit, 11, "ink2", ha="right")


@settled()
def stages(comparison: Any) -> Drawing:
    """Return ribbons: the share of replicates in each stage by week, the wanted stages at the bottom."""
    cast, history = cast_of(comparison), History.of(comparison.weekly)
    shown = cast.shown(MOST_ROWS)
    shares = {player.name: history.shares(rows) for player in shown if len(rows := history.rows(player.name))}
    canvas = Canvas(WIDTH, RIBBON_HEAD + RIBBON_ROW * len(shown) + 30)
    _stage_keys(canvas)
    weeks = {scenario.name: dated(scenario) for scenario in comparison.scenarios}
    height = RIBBON_ROW * (len(shown) - 1) + RIBBON_HEIGHT
    axes = time_axes(canvas, history, NAMES, RIBBON_HEAD, RIBBON_WIDTH, height)
    for number, player in enumerate(shown):
        top = RIBBON_ROW * number
        name_row(canvas, player, RIBBON_HEAD + top + RIBBON_HEIGHT / 2)
        if player.name in shares:
            ribbon(axes, history.x, shares[player.name], top + RIBBON_HEIGHT, RIBBON_HEIGHT)
            _final_shares(canvas, shares[player.name], RIBBON_HEAD + top + RIBBON_HEIGHT / 2)
        dotted(axes, weeks.get(player.name, []), top, top + RIBBON_HEIGHT)
    _years_word(canvas, history, RIBBON_HEAD + RIBBON_ROW * len(shown) - (RIBBON_ROW - RIBBON_HEIGHT) + 12)
    replicates = forms.plural(pairs_of(comparison), "replicate")
    return Drawing(
        name="stages",
        title="Which stage is the community in?",
        caption=f"Share of {replicates} in each stage, week by week. Hatched: the community has ended."
        f"{_events(comparison, cast)}{_left_out(cast)}",
        label=_stages_label(shown, shares),
        canvas=canvas,
        headers=("scenario, shares in the last week", *theme.STAGES),
        rows=[(player.title, *_percents(shares.get(player.name))) for player in shown],
    )


def _stage_keys(canvas: Canvas) -> None:
    canvas.text(2, 10, "From the bottom of each ribbon:", 11, "ink2")
    left = NAMES
    for stage in ("transforming", "sustaining", "maturing", "coalescing", "potential", "ended"):
        swatch(canvas, left, 10, f"stage-{stage}")
        canvas.text(left + 17, 10, stage, 11.5)
        left += 110
    right = NAMES + RIBBON_WIDTH
    canvas.text(right + 92, 24, "sustaining or", 11, "ink2", ha="right")
    canvas.text(right + 92, 38, "transforming", 11, "ink2", ha="right")
    canvas.text(right + 164, 38, "ended", 11, "ink2", ha="right")


def ribbon(axes: Axes, x: Array, shares: Array, foot: float, height: float) -> None:
    """Draw the shares of runs upwards from `foot`: the wanted stages at the bottom, ended empty and hatched on top."""
    if len(x) == 1:
        x, shares = np.array([x[0] - 1, x[0]]), np.repeat(shares, 2, axis=1)
    edges = foot - height * np.cumsum(np.vstack([np.zeros(len(x)), shares[list(FROM_BOTTOM)]]), axis=0)
    for number, stage in enumerate(FROM_BOTTOM):
        axes.fill_between(x, edges[number], edges[number + 1], color=theme.colour(f"stage-{theme.STAGES[stage]}"), lw=0)
        if number:
            axes.plot(x, edges[number], color=theme.colour("paper"), linewidth=0.8)
    alive, top = edges[-1], foot - height
    look = {
        "facecolor": theme.colour("paper"),
        "edgecolor": theme.colour("stage-ended"),
        "hatch": "/////",
        "linewidth": 0,
    }
    axes.fill_between(x, alive, top, where=(alive > top + 0.02).tolist(), **look)  # type: ignore[arg-type]
    axes.plot(x, alive, color=theme.colour("ink3"), linewidth=0.8)


def _final_shares(canvas: Canvas, shares: Array, middle: float) -> None:
    right = NAMES + RIBBON_WIDTH
    alive = float(shares[3, -1] + shares[4, -1])
    canvas.text(right + 92, middle, forms.percent(alive), 12, bold=True, ha="right")
    canvas.text(right + 164, middle, forms.percent(float(shares[5, -1])), 12, ha="right")


def _percents(shares: Array | None) -> list[str]:
    if shares is None:
        return [forms.MISSING] * len(theme.STAGES)
    return [forms.percent(float(share)) for share in shares[:, -1]]


def _stages_label(shown: Sequence[Player], shares: dict[str, Array]) -> str:
    parts = [
        f"{player.title}: {forms.percent(float(shares[player.name][3:5, -1].sum()))} sustaining or transforming, "
        f"{forms.percent(float(shares[player.name][5, -1]))} ended"
        for player in shown
        if player.name in shares
    ]
    return "In the last week. " + "; ".join(parts) + "."
