"""How large is each difference? A dot and an interval for each scenario, up to three outcomes side by side."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from copsim.pages import forms, theme, words
from copsim.pages.canvas import Canvas, Drawing, cut, marker_style, settled, text_width
from copsim.pages.cast import Cast, Player, cast_of, reference_in_prose
from copsim.pages.verdict import pairs_of
from copsim.pages.words import Difference

WIDTH = 1120.0
NAMES = 252.0
ROW = 30.0
HEAD = 78.0
NUMBERS = 144.0


@settled()
def differences(comparison: Any) -> Drawing:
    """Return the figure: rows are scenarios in the common order, columns the main outcomes."""
    cast = cast_of(comparison)
    canvas = Canvas(WIDTH, HEAD + ROW * max(1, len(cast.others)) + 34)
    tables = [(words.measure(key), words.differences(comparison, key)) for key in cast.outcomes]
    _names(canvas, cast)
    panel = (WIDTH - NAMES) / max(1, len(tables))
    for number, (outcome, rows) in enumerate(tables):
        _panel(canvas, cast, outcome, rows, NAMES + number * panel, panel - NUMBERS)
    every = [row for _, rows in tables for row in rows]
    return Drawing(
        name="differences",
        title="How large is each difference?",
        caption=_caption(comparison, cast, every),
        label=label_of(tables, cast),
        canvas=canvas,
        headers=("outcome", "scenario", "", "difference", "95 % interval", "in words", "better in"),
        rows=[_numbers(row, rows) for _, rows in tables for row in rows],
    )


def _numbers(row: Difference, column: list[Difference]) -> tuple[str, ...]:
    form = words.columns_form(column)
    unit = f" {form.units}" if form.units else ""
    better = forms.percent(row.worlds_better)
    difference = form.signed(row.difference) + (unit if math.isfinite(row.difference) else "")
    interval = form.interval(row.low, row.high)
    return row.measure.label, row.title, row.finding.mark, difference, interval, row.finding.words, better


def label_of(tables: list[tuple[words.Measure, list[Difference]]], cast: Cast) -> str:
    """Return the finding in one sentence an outcome."""
    parts = []
    for outcome, rows in tables:
        known = [row for row in rows if math.isfinite(row.difference)]
        if not known:
            parts.append(f"{outcome.label}: no value.")
            continue
        form = words.columns_form(known)
        ends = [f"{row.title} {form.signed(row.difference)} ({row.finding.words})" for row in _ends(known)]
        unit = f", {form.units}" if form.units else ""
        span = f"{'from ' * (len(ends) > 1)}{' to '.join(ends)}"
        parts.append(f"{outcome.label}{unit}, against {reference_in_prose(cast.reference)}: {span}.")
    return " ".join(parts) or "No differences: one scenario alone."


def _ends(rows: list[Difference]) -> list[Difference]:
    return [rows[0], rows[-1]] if len(rows) > 1 else rows


def _caption(comparison: Any, cast: Cast, rows: list[Difference]) -> str:
    if not rows:
        return "There is one scenario, so there is no difference to show."
    together = all(row.together for row in rows)
    hold = "; all intervals hold together" if together and len(rows) > 1 else "; one at a time" if not together else ""
    band = " Grey band: too small to matter." if any(row.measure.matters for row in rows) else ""
    grey = " Colour marks the three best and the worst; the rest stay grey." if len(cast.others) > 4 else ""
    pairs = forms.plural(pairs_of(comparison), "pair")
    if not any(math.isfinite(row.half) for row in rows):
        return f"Dot: mean difference over {pairs}, too few for an interval, so every dot is hollow."
    return (
        f"Dot: mean difference from {reference_in_prose(cast.reference)} over {pairs}. "
        f"Line: 95 % interval of that mean{hold}. Hollow dot: the interval includes zero.{band}{grey}"
    )


def _names(canvas: Canvas, cast: Cast) -> None:
    against = f"Against {reference_in_prose(cast.reference)}"
    canvas.text(2, HEAD - 16, cut(against, NAMES - 62, 11), 11, "ink2")
    for number, player in enumerate(cast.others):
        middle = HEAD + ROW * (number + 0.5)
        if number % 2 == 0:
            canvas.stripe(middle - ROW / 2, ROW)
        name_row(canvas, player, middle)


def name_row(canvas: Canvas, player: Player, middle: float) -> None:
    """Write marker and name of a scenario at the left of its row."""
    canvas.mark(9, middle, player.token, player.marker, 7.5)
    lines = _name_lines(player, NAMES - 36)
    size = 12.5 if len(lines) == 1 else 11.0
    for number, line in enumerate(lines):
        canvas.text(22, middle + 13 * (number - (len(lines) - 1) / 2), line, size, bold=player.named)


def _name_lines(player: Player, width: float) -> list[str]:
    """Return the title on one line, or on two smaller ones where it is long."""
    if text_width(player.title, 12.5, player.named) <= width:
        return [player.title]
    first, rest = "", player.title.split()
    while rest and text_width(f"{first} {rest[0]}".strip(), 11.0, player.named) <= width:
        first = f"{first} {rest.pop(0)}".strip()
    if not first:
        return [cut(player.title, width, 12.5, player.named)]
    return [first, cut(" ".join(rest), width, 11.0, player.named)] if rest else [first]


def _panel(
    canvas: Canvas, cast: Cast, outcome: words.Measure, rows: list[Difference], left: float, width: float
) -> None:
    form = words.columns_form(rows)
    height = ROW * max(1, len(cast.others))
    axes = canvas.axes(left, HEAD, width, height)
    axes.set_ylim(height, 0)
    limits = _limits(rows, outcome, form)
    axes.set_xlim(*limits)
    canvas.text(left, 12, cut(outcome.label, width + NUMBERS - 16, 13, True), 13, bold=True)
    canvas.text(left, 34, form.units, 11.5, "ink2")
    _ground(axes, outcome, form, height)
    _sides(canvas, outcome, left + width * -limits[0] / (limits[1] - limits[0]))
    by_name = {row.scenario: row for row in rows}
    for number, player in enumerate(cast.others):
        row = by_name.get(player.name)
        if row is not None:
            middle = ROW * (number + 0.5)
            _dot(axes, row, player, form, middle)
            _in_text(canvas, row, form, left + width, HEAD + middle, player.named)


def _limits(rows: list[Difference], outcome: words.Measure, form: forms.Form) -> tuple[float, float]:
    """Return the axis in the form's unit: it holds zero, every interval, and the band where that is not much wider."""
    bounds = [
        bound / form.scale for row in rows for bound in (row.low, row.high, row.difference) if math.isfinite(bound)
    ]
    reach = max((abs(bound) for bound in bounds), default=0.0)
    band = min((outcome.matters or 0.0) / form.scale, 1.5 * reach or math.inf)
    low, high = min([-band, *bounds, 0.0]), max([band, *bounds, 0.0])
    margin = (high - low or 1.0) * 0.1
    return low - margin, high + margin


def _ground(axes: Axes, outcome: words.Measure, form: forms.Form, height: float) -> None:
    """Draw the zero line, the band of what is too small to matter, the axis and its ticks."""
    if outcome.matters:
        band = outcome.matters / form.scale
        axes.axvspan(-band, band, color=theme.colour("rule"), alpha=0.55, linewidth=0, zorder=0)
    axes.axvline(0, color=theme.colour("scenario-reference"), linewidth=1.4, zorder=1)
    low, high = axes.get_xlim()
    axes.plot([low, high], [height, height], color=theme.colour("ink3"), linewidth=1, clip_on=False)
    ticks = [tick for tick in MaxNLocator(4, steps=[1, 2, 4, 5, 10]).tick_values(low, high) if low <= tick <= high]
    decimals = max(0, *(-forms.magnitude(tick) for tick in ticks)) if ticks else 0
    plain = forms.Form(1.0, min(decimals, 3), "", "")
    axes.set_xticks(ticks, [plain.signed(tick) for tick in ticks])


def _sides(canvas: Canvas, outcome: words.Measure, zero: float) -> None:
    """Write "← fewer" and "more →" on both sides of zero; the line above the rows has room beyond the axis."""
    canvas.text(zero - 6, HEAD - 16, f"← {outcome.less}", 11, "ink2", ha="right")
    canvas.text(zero + 6, HEAD - 16, "more →", 11, "ink2")


def _dot(axes: Axes, row: Difference, player: Player, form: forms.Form, middle: float) -> None:
    low, high = row.low / form.scale, row.high / form.scale
    if math.isfinite(low) and math.isfinite(high):
        axes.plot([low, high], [middle, middle], color=theme.colour(player.token), linewidth=2.0, solid_capstyle="butt")
    if math.isfinite(row.difference):
        hollow = not (row.low > 0 or row.high < 0)
        style = marker_style(player.token, player.marker, 8.5, hollow)
        axes.plot([row.difference / form.scale], [middle], zorder=4, **style)


def _in_text(canvas: Canvas, row: Difference, form: forms.Form, left: float, middle: float, bold: bool) -> None:
    canvas.text(left + 42, middle, form.signed(row.difference), 12, bold=True, ha="right")
    canvas.text(left + 49, middle, form.interval(row.low, row.high), 11, "ink2")
