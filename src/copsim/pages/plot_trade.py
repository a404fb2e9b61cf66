"""What does the gain cost, and did the pairing work: two figures side by side."""

import math
from statistics import median
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from copsim.pages import forms, theme, words
from copsim.pages.canvas import Canvas, Drawing, cut, marker_style, settled, text_width, write
from copsim.pages.cast import Cast, Player, cast_of, reference_in_prose
from copsim.pages.placing import DOT, NEAR, Box, Placing, Point, named, nearest, nearest_of
from copsim.pages.verdict import one_unit, pairs_of, price_per_unit
from copsim.pages.words import Difference

TRADE_WIDTH, TRADE_HEIGHT = 620.0, 430.0
PLOT_LEFT, PLOT_TOP, PLOT_WIDTH, PLOT_HEIGHT = 56.0, 34.0, 548.0, 344.0
AUDIT_WIDTH, AUDIT_ROW = 460.0, 72.0
MOST_CROSSES = 16


@settled()
def cost_against_value(comparison: Any) -> Drawing:
    """Return extra cost to the right and extra value up, with names beside the dots."""
    cast = cast_of(comparison)
    costs, values = (words.differences(comparison, key) for key in ("cost", "value_realized"))
    points = _points(cast, costs, values)
    canvas = Canvas(TRADE_WIDTH, TRADE_HEIGHT)
    forms_of = words.columns_form(costs), words.columns_form(values)
    trade = Trade(canvas, cast, points, forms_of)
    trade.draw()
    noun = values[0].measure.noun if values else "value"
    return Drawing(
        name="cost",
        title="What does the gain cost?",
        caption="Up is more value, right is more cost; crosses are 95 % intervals"
        + (", drawn for the coloured ones." if len(points) > MOST_CROSSES else ".")
        + (" Dots without room for a name are in the numbers of this figure." if trade.unnamed else ""),
        label=_trade_label(points, forms_of),
        canvas=canvas,
        headers=("scenario", "extra cost", "95 % interval", f"extra {noun}", "95 % interval", "cost of one more unit"),
        rows=[_trade_row(player, cost, value, forms_of) for player, cost, value in points],
    )


Pair = tuple[Player, Difference, Difference]


def _points(cast: Cast, costs: list[Difference], values: list[Difference]) -> list[Pair]:
    """Return the scenarios with a finite cost and value, in the common order."""
    cost_of, value_of = ({row.scenario: row for row in rows} for rows in (costs, values))
    both = [(p, cost_of[p.name], value_of[p.name]) for p in cast.others if p.name in cost_of and p.name in value_of]
    return [(p, c, v) for p, c, v in both if math.isfinite(c.difference) and math.isfinite(v.difference)]


def _trade_row(
    player: Player, cost: Difference, value: Difference, both: tuple[forms.Form, forms.Form]
) -> tuple[str, ...]:
    price = forms.rounded(price_per_unit(cost, value))
    each = forms.form_of_one(price, cost.measure.unit).size(price) if math.isfinite(price) else forms.MISSING
    written = [player.title]
    for row, form in zip((cost, value), both, strict=True):
        written += [f"{form.signed(row.difference)} {form.units}", form.interval(row.low, row.high)]
    return (*written, each)


def _trade_label(points: list[Pair], both: tuple[forms.Form, forms.Form]) -> str:
    if not points:
        return "No scenario has both a cost and a value."
    parts = [
        f"{player.title}: {both[0].signed(cost.difference)} {both[0].units} for {both[1].signed(value.difference)} "
        f"{both[1].units}"
        for player, cost, value in points
    ]
    return "Extra cost and extra value. " + "; ".join(parts) + "."


class Trade:
    """The plane of cost and value with the reference at its origin."""

    def __init__(self, canvas: Canvas, cast: Cast, points: list[Pair], both: tuple[forms.Form, forms.Form]) -> None:
        self.canvas, self.cast, self.points = canvas, cast, points
        self.cost_form, self.value_form = both
        self.axes = canvas.axes(PLOT_LEFT, PLOT_TOP, PLOT_WIDTH, PLOT_HEIGHT)
        self.price: tuple[float, float, str] | None = None
        self.unnamed = 0

    def draw(self) -> None:
        """Draw ground, price line, dots, then the labels that fit."""
        self._ground()
        for player, cost, value in self.points:
            self._cross(player, cost, value)
        style = marker_style("scenario-reference", "o", 8.5, hollow=False)
        self.axes.plot([0], [0], zorder=4, **style)
        self._price_line()
        self._labels()

    def _ground(self) -> None:
        axes, grey = self.axes, theme.colour("scenario-reference")
        costs = [n / self.cost_form.scale for _, row, _ in self.points for n in (row.low, row.high, row.difference)]
        values = [n / self.value_form.scale for _, _, row in self.points for n in (row.low, row.high, row.difference)]
        axes.set_xlim(*_span(costs))
        axes.set_ylim(*_span(values))
        for ticks_of, line, axis in (
            (axes.get_xlim(), axes.axvline, axes.xaxis),
            (axes.get_ylim(), axes.axhline, axes.yaxis),
        ):
            ticks = [
                t
                for t in MaxNLocator(5, steps=[1, 2, 4, 5, 10]).tick_values(*ticks_of)
                if ticks_of[0] <= t <= ticks_of[1]
            ]
            decimals = max([0, *(-forms.magnitude(tick) for tick in ticks)])
            plain = forms.Form(1.0, min(decimals, 3), "", "")
            axis.set_ticks(ticks, labels=[plain.signed(tick) for tick in ticks])
            for tick in ticks:
                line(tick, color=theme.colour("rule"), linewidth=0.8, zorder=0)
            line(0, color=grey, linewidth=1.4, zorder=1)
        for side in ("left", "bottom"):
            axes.spines[side].set(visible=True, color=theme.colour("ink3"), linewidth=1)
        value_label = self.points[0][2].measure.noun if self.points else "value"
        self.canvas.text(0, 12, f"Extra {value_label}, {self.value_form.units}".rstrip(", "), 11.5, "ink2")
        middle = PLOT_LEFT + PLOT_WIDTH / 2
        self.canvas.text(
            middle, TRADE_HEIGHT - 14, f"Extra cost, {self.cost_form.units}".rstrip(", "), 11.5, "ink2", ha="center"
        )

    def _cross(self, player: Player, cost: Difference, value: Difference) -> None:
        x, y = cost.difference / self.cost_form.scale, value.difference / self.value_form.scale
        line = {"color": theme.colour(player.token), "linewidth": 1.6, "zorder": 2}
        if math.isfinite(cost.half) and self._crossed(player):
            self.axes.plot([cost.low / self.cost_form.scale, cost.high / self.cost_form.scale], [y, y], **line)  # type: ignore[arg-type]
        if math.isfinite(value.half) and self._crossed(player):
            self.axes.plot([x, x], [value.low / self.value_form.scale, value.high / self.value_form.scale], **line)  # type: ignore[arg-type]
        hollow = not (value.low > 0 or value.high < 0)
        self.axes.plot([x], [y], zorder=4, **marker_style(player.token, player.marker, 8.5, hollow))

    def _price_line(self) -> None:
        """Draw one dashed line through the lead: what it pays for one unit of value, if it pays and gains."""
        found = [(cost, value) for player, cost, value in self.points if player.name == self.cast.lead]
        price = price_per_unit(*found[0]) if found else math.nan
        if not math.isfinite(price):
            return
        slope = self.cost_form.scale / self.value_form.scale / price
        right, top = self.axes.get_xlim()[1], self.axes.get_ylim()[1]
        end = min(right, top / slope)
        self.axes.plot(
            [0, end], [0, end * slope], color=theme.colour("ink3"), linewidth=1, linestyle=(0, (4, 3)), zorder=1
        )
        size = forms.form_of_one(forms.rounded(price), found[0][0].measure.unit).size(forms.rounded(price))
        text = f"{size} per {one_unit(found[0][1])} gained"
        self.price = (end, end * slope, text)

    def _labels(self) -> None:
        """Write the price and the names; a name far from its dot gets a line to it."""
        dots = [
            self._pixel(c.difference / self.cost_form.scale, v.difference / self.value_form.scale)
            for _, c, v in self.points
        ]
        origin = self._pixel(0.0, 0.0)
        ground = Placing(
            (PLOT_LEFT + 2, PLOT_TOP - 6, TRADE_WIDTH, PLOT_TOP + PLOT_HEIGHT),
            [*dots, origin],
            [box for player, cost, value in self.points if self._crossed(player) for box in self._arms(cost, value)]
            + [
                (PLOT_LEFT, origin[1] - 1, TRADE_WIDTH, origin[1] + 1),
                (origin[0] - 1, 0.0, origin[0] + 1, TRADE_HEIGHT),
            ],
        )
        self._write_price(ground)
        wanted = [named(p.title, p.named, dot) for (p, _, _), dot in zip(self.points, dots, strict=True)]
        wanted.append(named(self.cast.reference.title, False, origin))
        placed = nearest_of(ground, wanted)
        for name, box in placed:
            self._write(name.text, box, name.bold)
            self._lead(name.dot, box)
        self.unnamed = len(wanted) - len(placed)

    def _write_price(self, placing: Placing) -> None:
        """Write the price beside its line, as far out as there is room."""
        if self.price is None:
            return
        x, y, text = self.price
        for share in (0.95, 0.8, 0.65, 0.5, 0.35):
            box = placing.place(self._pixel(x * share, y * share), text_width(text, 11.5), (NEAR,))
            if box is not None:
                self._write(text, box, False, "ink2")
                return

    def _write(self, text: str, box: Box, bold: bool, token: str = "ink") -> None:
        self.canvas.text(box[0], (box[1] + box[3]) / 2, text, 11.5, token, bold).set_gid("halo")

    def _lead(self, dot: Point, box: Box) -> None:
        """Draw a thin line from a dot to its name where they stand apart."""
        end = nearest(dot, box)
        apart = math.dist(dot, end)
        if apart > NEAR + 1:
            x, y = (((a + (b - a) * DOT / apart), b) for a, b in zip(dot, end, strict=True))
            self.canvas.ground.plot(x, y, color=theme.colour("ink3"), linewidth=0.8, zorder=1)

    def _crossed(self, player: Player) -> bool:
        """True when the intervals of this scenario are drawn: of many scenarios, only those with a colour."""
        return player.named or len(self.points) <= MOST_CROSSES

    def _arms(self, cost: Difference, value: Difference) -> list[Box]:
        """Return the boxes of the two arms of a cross, which labels should not cover."""
        scales = self.cost_form.scale, self.value_form.scale
        if not (math.isfinite(cost.half) and math.isfinite(value.half)):
            return []
        left, bottom = self._pixel(cost.low / scales[0], value.low / scales[1])
        right, top = self._pixel(cost.high / scales[0], value.high / scales[1])
        x, y = self._pixel(cost.difference / scales[0], value.difference / scales[1])
        return [(left, y - 1, right, y + 1), (x - 1, top, x + 1, bottom)]

    def _pixel(self, x: float, y: float) -> Point:
        """Return the place on the canvas, in pixels from the top left, of a point of the plane."""
        (left, right), (low, high) = self.axes.get_xlim(), self.axes.get_ylim()
        across, up = (x - left) / (right - left), (y - low) / (high - low)
        return PLOT_LEFT + across * PLOT_WIDTH, PLOT_TOP + (1 - up) * PLOT_HEIGHT


def _span(numbers: list[float]) -> Point:
    """Return limits that hold zero and all numbers, with a margin for labels."""
    known = [0.0, *(number for number in numbers if math.isfinite(number))]
    margin = (max(known) - min(known) or 1.0) * 0.12
    return min(known) - margin, max(known) + margin


def removed(ratio: float) -> float:
    """Return the share of variance that pairing removed, from the variance ratio (NaN unknown, below 0 worse)."""
    if math.isnan(ratio) or ratio < 0:
        return math.nan
    return 1.0 if math.isinf(ratio) else 1 - 1 / ratio if ratio > 0 else math.nan


@settled()
def pairing(comparison: Any) -> Drawing:
    """Return the share of variance removed, a dot a scenario, and what the median is worth in unpaired runs."""
    cast, pairs = cast_of(comparison), pairs_of(comparison)
    canvas = Canvas(AUDIT_WIDTH, 40 + AUDIT_ROW * max(1, len(cast.outcomes)) + 30)
    canvas.text(0, 12, "Variance that pairing removed, one dot per scenario", 11.5, "ink2")
    axes = canvas.axes(8, 34, AUDIT_WIDTH - 40, AUDIT_ROW * max(1, len(cast.outcomes)))
    _audit_ground(axes, len(cast.outcomes))
    rows = []
    for number, key in enumerate(cast.outcomes):
        found = [(row, removed(row.variance_ratio)) for row in words.differences(comparison, key)]
        known = [(row, share) for row, share in found if math.isfinite(share)]
        said = audit_words([row.variance_ratio for row, _ in known], pairs)
        _audit_row(axes, number, words.measure(key).label, said, [share for _, share in known])
        rows += [
            (words.measure(key).label, row.title, f"{max(0.0, share):.0%}".replace("%", " %")) for row, share in known
        ]
    notes = [_pairing_note(comparison, cast)]
    return Drawing(
        name="pairing",
        title="Did the pairing work?",
        caption="All scenarios met the same newcomers and shocks.",
        label=notes[0] + " " + " ".join(f"{row[0]}, {row[1]}: {row[2]}." for row in rows[:12]),
        canvas=canvas,
        headers=("outcome", "scenario", "variance removed"),
        rows=rows,
        notes=notes,
    )


def _audit_ground(axes: Axes, outcomes: int) -> None:
    height = AUDIT_ROW * max(1, outcomes)
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    axes.spines["left"].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    axes.spines["bottom"].set(visible=True, color=theme.colour("ink3"), linewidth=1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])


def _audit_row(axes: Axes, number: int, label: str, said: str, shares: list[float]) -> None:
    top = AUDIT_ROW * number
    write(axes, 0.01, top + 14, cut(label, 400, 12, True), 12, bold=True)
    write(axes, 0.01, top + 32, said, 11, "ink2")
    middle = top + 52
    axes.plot([0, 1], [middle, middle], color=theme.colour("rule"), linewidth=1, zorder=0)
    for share in shares:
        style = marker_style("scenario-reference", "o", 8.0, hollow=False)
        axes.plot([max(0.0, share)], [middle], alpha=0.7, zorder=2, **style)
    if shares:
        centre = max(0.0, median(shares))
        axes.plot([centre, centre], [middle - 11, middle + 11], color=theme.colour("ink"), linewidth=2, zorder=3)


def audit_words(ratios: list[float], pairs: int) -> str:
    """Return "median 71 %: 200 pairs do the work of 680 unpaired", or why nothing can be said."""
    if not ratios:
        return "no audit: at least two pairs that differ are needed"
    middle = median(ratios)
    if math.isinf(middle):
        return "median 100 %: the pairs do not differ at all"
    share = forms.percent(max(0.0, removed(middle)))
    if middle <= 1:
        return f"median {share}: pairing did not help here"
    return f"median {share}: {pairs:,} pairs do the work of {int(forms.rounded(pairs * middle)):,} unpaired"


def _pairing_note(comparison: Any, cast: Cast) -> str:
    rows = words.differences(comparison, cast.outcomes[0]) if cast.outcomes else []
    known = [row for row in rows if not math.isnan(row.variance_ratio)]
    if not known:
        return f"Pairing with {reference_in_prose(cast.reference)} cannot be audited on so few pairs."
    holds = sum(row.variance_ratio > 1 for row in known)
    weakest = min(known, key=lambda row: row.variance_ratio)
    share = forms.percent(max(0.0, removed(weakest.variance_ratio)))
    weak = f" Weakest: {weakest.title}, {share} removed." if len(known) > 1 else ""
    return f"On {known[0].measure.noun} pairing helped in {holds} of {forms.plural(len(known), 'scenario')}.{weak}"
