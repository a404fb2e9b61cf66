"""One factor at a time: curves with the interval of the mean, and differences from a scenario as it is."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas, Drawing, cut, marker_style, settled, text_width
from copsim.pages.cast import COLOURED, MARKERS
from copsim.pages.discovered import factor_words, number
from copsim.pages.history import Array
from copsim.pages.swept import MOST_LEVELS, Mean, Swept, bins, difference_of, form_of, paired_mean
from copsim.pages.words import Measure

WIDTH = 1120.0
HEAD, SIDE, FOOT, LEFT = 68.0, 220.0, 40.0, 54.0
MOST_FACTORS = 8
NAMES, ROW, NUMBERS, TABLE = 330.0, 27.0, 140.0, 46.0
Curve = list[tuple[float, Mean]]


@settled()
def curves(swept: Swept, outcome: Measure) -> Drawing:
    """Return the figure of an outcome: a panel a factor, a line a scenario, the others averaged over."""
    found = {name: {one: curve(swept, outcome, name, one) for one in swept.scenarios} for name in swept.factors}
    shown = sorted(swept.factors, key=lambda name: -_reach(found[name]))[:MOST_FACTORS]
    across = min(4 if len(shown) > 2 else 2, len(shown))
    down = math.ceil(len(shown) / across)
    canvas = Canvas(WIDTH, 26 + (HEAD + SIDE + FOOT) * down)
    every = [mean for name in shown for line in found[name].values() for _, mean in line]
    form = form_of(outcome, every)
    limits = _limits(every, form)
    _keys(canvas, swept)
    for place, name in enumerate(shown):
        width = WIDTH / across
        at = (width * (place % across), 26 + (HEAD + SIDE + FOOT) * (place // across))
        _panel(canvas, name, found[name], form, limits, (*at, min(width - LEFT - 40, 480.0)))
    drawn = [(name, one, x, mean) for name in shown for one in found[name] for x, mean in found[name][one]]
    return Drawing(
        name=f"factors-{outcome.key.replace('_', '-')}",
        title=f"{outcome.label}: what does each factor change?",
        caption=_caption(swept, outcome, form, shown),
        label=_label(outcome, shown, found, form),
        canvas=canvas,
        headers=("factor", "scenario", "at", "mean", "± against the mean of all (95 %)"),
        rows=[[name, one, forms.bare(x), form.plain(m.value), form.plain(m.half)] for name, one, x, m in drawn],
    )


def curve(swept: Swept, outcome: Measure, factor: str, scenario: str) -> Curve:
    """Return (value of the factor, mean of the outcome) for each level, or for each eighth of the runs."""
    runs = swept.of(scenario)
    centres, places = bins(runs[factor].to_numpy(float))
    return [
        (float(x), paired_mean(runs[places == n], runs, outcome)) for n, x in enumerate(centres) if (places == n).any()
    ]


def _reach(lines: dict[str, Curve]) -> float:
    return max((float(np.ptp([mean.value for _, mean in line])) for line in lines.values() if line), default=0.0)


def _limits(every: list[Mean], form: forms.Form) -> tuple[float, float]:
    """Return the axis, in the form's unit, that holds every interval; it begins at 0 where that is near."""
    ends = [end / form.scale for mean in every for end in (mean.low, mean.high, mean.value) if math.isfinite(end)]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    low = 0.0 if 0 <= low < high * 0.6 else low
    margin = (high - low or 1.0) * 0.06
    return low - (margin if low else 0.0), high + margin


def look_of(place: int) -> tuple[str, str]:
    """Return the colour and marker of a scenario by its place in the plan; all after the fourth are grey."""
    role = COLOURED[place] if place < len(COLOURED) else "reference"
    return f"scenario-{role}", MARKERS[role]


def _keys(canvas: Canvas, swept: Swept) -> None:
    if len(swept.scenarios) < 2:
        return
    room = WIDTH / min(len(swept.scenarios), 5)
    for place, name in enumerate(swept.scenarios[:5]):
        canvas.mark(8 + room * place, 8, *look_of(place), 7)
        more = len(swept.scenarios) - 4
        words = f"{forms.count(more)} others" if place == 4 and more > 1 else name
        canvas.text(20 + room * place, 8, cut(words, room - 30, 11.5, place < 4), 11.5, bold=place < 4)


def _panel(
    canvas: Canvas, name: str, lines: dict[str, Curve], form: forms.Form, limits: tuple[float, float],
    at: tuple[float, float, float],
) -> None:  # fmt: skip
    left, top, width = at
    titles = _two_lines(forms.first_capital(factor_words(name)), width + LEFT)
    for place, title in enumerate(titles):
        canvas.text(left, top + 26 - 16 * (len(titles) - 1 - place), title, 12.5, bold=True)
    canvas.text(left, top + 46, form.units, 11, "ink2")
    axes = canvas.axes(left + LEFT, top + HEAD, width, SIDE)
    axes.set_ylim(*limits)
    axes.grid(True, axis="y", color=theme.colour("rule"), linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines["bottom"].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    ticks = [
        tick for tick in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(*limits) if limits[0] <= tick <= limits[1]
    ]
    axes.set_yticks(ticks, [number(float(tick)) for tick in ticks])
    for place, line in reversed(list(enumerate(lines.values()))):
        _line(axes, line, form, *look_of(place))
    places = sorted({x for line in lines.values() for x, _ in line})
    _x_ticks(axes, places, len(places) <= 6)


def _two_lines(words: str, width: float) -> list[str]:
    """Return words on one line, or on two where they are wide."""
    first, rest = "", words.split()
    while rest and text_width(f"{first} {rest[0]}".strip(), 12.5, True) <= width:
        first = f"{first} {rest.pop(0)}".strip()
    return [line for line in (first, cut(" ".join(rest), width, 12.5, True)) if line]


def _line(axes: Axes, line: Curve, form: forms.Form, token: str, marker: str) -> None:
    x = [place for place, _ in line]
    values = np.array([[mean.value, mean.low, mean.high] for _, mean in line]).T / form.scale
    axes.fill_between(x, values[1], values[2], color=theme.colour(token), alpha=0.18, linewidth=0)
    axes.plot(x, values[0], color=theme.colour(token), linewidth=1.8, zorder=3)
    axes.plot(x, values[0], zorder=4, **marker_style(token, marker, 6, False))


def _x_ticks(axes: Axes, places: list[float], all_of_them: bool) -> None:
    low, high = places[0], places[-1]
    margin = (high - low or 1.0) * 0.05
    axes.set_xlim(low - margin, high + margin)
    ticks = (
        places
        if all_of_them
        else [t for t in MaxNLocator(4).tick_values(low, high) if low - margin <= t <= high + margin]
    )
    axes.set_xticks(ticks, [forms.bare(float(tick)) for tick in ticks])


def _caption(swept: Swept, outcome: Measure, form: forms.Form, shown: list[str]) -> str:
    few = all(len(swept.levels(name)) <= MOST_LEVELS for name in shown)
    each = "at each level" if few else "over an eighth of the points, by the value of the factor"
    replicates = forms.plural(swept.replicates, "replicate")
    words = f"Dot: mean {each}. Band: 95 % interval of its difference from the mean of all, on the same luck ({replicates})."
    if len(swept.factors) > 1:
        words += " Each panel averages over the other factors."
    if len(swept.factors) > len(shown):
        words += f" The {forms.count(len(shown))} of {len(swept.factors)} factors that change most are drawn."
    return words


def _label(outcome: Measure, shown: list[str], found: dict[str, dict[str, Curve]], form: forms.Form) -> str:
    first = [mean.value for line in found[shown[0]].values() for _, mean in line if math.isfinite(mean.value)]
    if not first:
        return f"{outcome.label}: no value."
    span = f"from {form.plain(min(first))} to {form.plain(max(first))} {form.units}".strip()
    return f"{outcome.label}, simulated: “{forms.first_capital(factor_words(shown[0]))}” changes most, {span}."


@settled()
def alone(swept: Swept, outcome: Measure, scenario: str) -> Drawing:
    """Return the figure of a one-at-a-time design: a row a factor's level, its paired difference from the scenario."""
    rows = alone_rows(swept, outcome, scenario)
    canvas = Canvas(WIDTH, TABLE + ROW * max(1, len(rows)) + 34)
    means = [mean for _, _, mean in rows]
    form = form_of(outcome, means)
    form = forms.Form(form.scale, form.decimals, form.word, "percentage points" if form.unit == "%" else form.unit)
    _differences(canvas, rows, form, outcome)
    which = f" ({scenario})" if len(swept.scenarios) > 1 else ""
    return Drawing(
        name=f"alone-{outcome.key.replace('_', '-')}-{swept.scenarios.index(scenario) + 1}",
        title=f"{outcome.label}: what does each factor change alone?{which}",
        caption=f"Dot: mean paired difference from the scenario as it is ({forms.plural(swept.replicates, 'pair')}). Line: "
        "95 % interval of that mean, one at a time. Hollow dot: the interval includes zero."
        + (" Grey band: too small to matter." if outcome.matters else ""),
        label=_alone_label(outcome, rows, form),
        canvas=canvas,
        headers=("factor", "at", "difference", "95 % interval"),
        rows=[[name, number(x), form.signed(m.value), form.interval(m.low, m.high)] for name, x, m in rows],
    )


def alone_rows(swept: Swept, outcome: Measure, scenario: str) -> list[tuple[str, float, Mean]]:
    """Return (factor, level, paired difference from the scenario as it is); the scenario's own level is left out."""
    runs = swept.of(scenario)
    base = runs[runs["as_it_is"]].set_index("replicate")[outcome.key]
    own = swept.own[scenario]
    found = []
    for factor in swept.factors:
        others = runs[~runs["as_it_is"] & (runs[factor] != own[factor])]
        for level, part in others.groupby(factor):
            pairs: Array = (part.set_index("replicate")[outcome.key] - base).to_numpy(float)
            found.append((factor, float(level), difference_of(pairs, outcome.unit)))  # type: ignore[arg-type]
    return found


def _differences(canvas: Canvas, rows: list[tuple[str, float, Mean]], form: forms.Form, outcome: Measure) -> None:
    ends = [end / form.scale for _, _, m in rows for end in (m.low, m.high, m.value) if math.isfinite(end)]
    reach = max((abs(end) for end in ends), default=1.0) or 1.0
    band = min((outcome.matters or 0.0) / form.scale, 1.5 * reach)
    low, high = min([-band, 0.0, *ends]), max([band, 0.0, *ends])
    margin = (high - low or 1.0) * 0.08
    width = WIDTH - NAMES - NUMBERS
    axes = canvas.axes(NAMES, TABLE, width, ROW * max(1, len(rows)))
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(ROW * max(1, len(rows)), 0)
    if band:
        axes.axvspan(-band, band, color=theme.colour("rule"), alpha=0.55, linewidth=0, zorder=0)
    axes.axvline(0, color=theme.colour("scenario-reference"), linewidth=1.4, zorder=1)
    zero = NAMES + width * (margin - low) / (high - low + 2 * margin)
    canvas.text(zero - 6, TABLE - 14, f"← {outcome.less}", 11, "ink2", ha="right")
    canvas.text(zero + 6, TABLE - 14, "more →", 11, "ink2")
    canvas.text(0, 12, form.units, 11.5, "ink2")
    before = ""
    for place, (name, level, mean) in enumerate(rows):
        middle = ROW * (place + 0.5)
        if name != before:
            canvas.text(0, TABLE + middle, cut(forms.first_capital(factor_words(name)), NAMES - 90, 12), 12, bold=True)
        canvas.text(NAMES - 20, TABLE + middle, number(level), 11.5, ha="right")
        _dot(axes, mean, form, middle)
        canvas.text(WIDTH - NUMBERS + 50, TABLE + middle, form.signed(mean.value), 12, bold=True, ha="right")
        canvas.text(WIDTH - NUMBERS + 58, TABLE + middle, form.interval(mean.low, mean.high), 11, "ink2")
        before = name
    ticks = [tick for tick in MaxNLocator(6).tick_values(low, high) if low - margin <= tick <= high + margin]
    axes.set_xticks(ticks, [number(float(tick)) for tick in ticks])


def _dot(axes: Axes, mean: Mean, form: forms.Form, middle: float) -> None:
    if math.isfinite(mean.half):
        ends = [mean.low / form.scale, mean.high / form.scale]
        axes.plot(ends, [middle, middle], color=theme.colour("scenario-a"), linewidth=2.0, solid_capstyle="butt")
    if math.isfinite(mean.value):
        hollow = not (mean.low > 0 or mean.high < 0)
        axes.plot([mean.value / form.scale], [middle], zorder=4, **marker_style("scenario-a", "o", 8, hollow))


def _alone_label(outcome: Measure, rows: list[tuple[str, float, Mean]], form: forms.Form) -> str:
    known = [row for row in rows if math.isfinite(row[2].value)]
    if not known:
        return f"{outcome.label}: no value."
    name, level, mean = max(known, key=lambda row: abs(row[2].value))
    words = f"“{forms.first_capital(factor_words(name))}” at {number(level)} changes most"
    return f"{outcome.label}, simulated: {words}, {form.signed(mean.value)} {form.units}."
