"""The answer on a terminal: 80 columns, verdict first, marks that need no colour, then where the page is."""

import math
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any

from copsim.pages import forms, words
from copsim.pages.cast import cast_of, reference_in_prose
from copsim.pages.verdict import (
    Verdict,
    on_assumption,
    one_unit,
    pairs_of,
    price_per_unit,
    turning_phrase,
    unturned,
    verdict,
    weeks_of,
)
from copsim.pages.words import Difference

COLUMNS = 80
NAME = 29
PLOT = 24
MOST_ROWS = 30
STYLES = {"bold": "1", "dim": "2", "more": "34", "fewer": "33", "link": "4;34"}
_ASCII = str.maketrans({"−": "-", "–": "-", "·": "-", "…": ".", "“": '"', "”": '"', "’": "'", "€": "EUR", "≈": "="})


@dataclass(frozen=True)
class Pen:
    """How to write: in colour or not, in ASCII or not; the words are the same."""

    colour: bool
    ascii_only: bool

    def style(self, text: str, *styles: str) -> str:
        """Return the text in one of the 16 standard colours, or bare."""
        codes = ";".join(STYLES[style] for style in styles if style)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.colour and codes and text.strip() else text

    def plain(self, text: str) -> str:
        """Return the text in characters that the terminal has."""
        if not self.ascii_only:
            return text
        return unicodedata.normalize("NFKD", text.translate(_ASCII)).encode("ascii", "replace").decode("ascii")


def terminal_text(comparison: Any, colour: bool, ascii_only: bool, page: str = "", seconds: float | None = None) -> str:
    """Return what `copsim compare` prints, every line at most 80 columns wide.

    `page` is the path of the report, shown when given; `seconds` the wall time. Colour adds to the marks and never
    replaces them: without it the words and columns are the same.
    """
    pen = Pen(colour, ascii_only)
    cast = cast_of(comparison)
    said = verdict(comparison)
    rows = words.differences(comparison, cast.outcomes[0]) if cast.outcomes else []
    parts = [_opening(comparison, pen, len(rows), seconds), _said(comparison, said, rows, pen)]
    if rows:
        lead = next((row for row in rows if row.scenario == said.lead), rows[0])
        parts += [_table(rows, pen), _facts(comparison, lead, said, pen)]
    return "\n\n".join([*parts, _closing(comparison, pen, page)]) + "\n"


def _opening(comparison: Any, pen: Pen, scenarios: int, seconds: float | None) -> str:
    reference = reference_in_prose(cast_of(comparison).reference)
    pairs, weeks = pairs_of(comparison), weeks_of(comparison)
    facts = [f"{forms.plural(scenarios, 'scenario')} against {reference}" if scenarios else reference]
    facts += [forms.plural(pairs, "pair" if scenarios else "replicate"), forms.plural(weeks, "week")]
    facts += [f"seed {comparison.manifest.get('seed', forms.MISSING)}"]
    facts += [f"{seconds:.1f} s"] if seconds is not None else []
    return _paragraph(" · ".join(facts), pen, "dim")


def _paragraph(text: str, pen: Pen, style: str = "") -> str:
    lines = wrapped(pen.plain(text), COLUMNS)
    return "\n".join(pen.style(line, style) for line in lines)


def _said(comparison: Any, said: Verdict, rows: list[Difference], pen: Pen) -> str:
    """Return the headline in bold, then the lead's difference and its interval."""
    lead = next((row for row in rows if row.scenario == said.lead), None)
    if lead is None or lead.finding.kind == "no number":
        more = " At least two pairs of runs with a value are needed." if lead else ""
        return _paragraph(said.headline + more, pen, "bold")
    form = words.columns_form(rows)
    unit = f" {lead.measure.noun if form.units in forms.PEOPLE else form.units}".rstrip()
    named = words.quoted(lead.title)
    who = "" if said.headline.startswith(named) else f"{named}: "
    after = f"{who}{form.signed(lead.difference)}{unit} after {forms.span(weeks_of(comparison))}"
    text = f"{after} (95 % interval {form.interval(lead.low, lead.high)})."
    return _paragraph(said.headline, pen, "bold") + "\n" + _paragraph(text, pen)


def _table(rows: list[Difference], pen: Pen) -> str:
    """Return the heading, one line a scenario and the key to the marks."""
    form = words.columns_form(rows)
    scale = Scale.over(rows)
    shown, hidden = _shown(rows)
    lines = [_heading(rows[0], form, scale, pen)]
    lines += [_row(row, form, scale, pen) for row in shown]
    lines += [f"   {hidden} more in comparison.csv"] if hidden else []
    return "\n".join([*lines, *_key(rows[0], form, pen)])


def _shown(rows: list[Difference]) -> tuple[list[Difference], int]:
    """Return the rows to print (the top and the bottom of a long list) and how many are left out."""
    if len(rows) <= MOST_ROWS:
        return rows, 0
    return [*rows[: MOST_ROWS - 10], *rows[-10:]], len(rows) - MOST_ROWS


@dataclass(frozen=True)
class Scale:
    """Where a value stands among the columns of the plot."""

    low: float
    high: float

    @classmethod
    def over(cls, rows: list[Difference]) -> "Scale":
        """Return a scale that holds zero and every interval."""
        bounds = [value for row in rows for value in (row.low, row.high, row.difference) if math.isfinite(value)]
        low, high = min([0.0, *bounds]), max([0.0, *bounds])
        return cls(low, high) if high > low else cls(-1.0, 1.0)

    def column(self, value: float) -> int:
        """Return the column, 0 to PLOT - 1."""
        return round((value - self.low) / (self.high - self.low) * (PLOT - 1))


def _heading(row: Difference, form: forms.Form, scale: Scale, pen: Pen) -> str:
    unit = "" if form.units in forms.PEOPLE else form.units
    name = forms.first_capital(row.measure.noun) + (f", {unit}" if unit else "")
    marks = 3 if pen.ascii_only else 2
    axis = "".join(_axis(form, scale))
    head = " " * marks + fit(name, NAME, pen) + " " + axis + f"{'diff':>7}{'95 % interval':>16}"
    return pen.style(pen.plain(head[:COLUMNS]), "dim")


def _axis(form: forms.Form, scale: Scale) -> list[str]:
    """Return zero and one round number on each side that has room for it."""
    axis = [" "] * PLOT
    for bound in (scale.low, scale.high, 0.0):
        tick = math.copysign(10.0 ** forms.magnitude(bound), bound)
        tick *= max(n for n in (1, 2, 4, 5) if n <= forms.leading_figure(bound) or n == 1)
        text = "0" if bound == 0 else form.signed(tick).removesuffix("." + "0" * form.decimals)
        if bound == 0 or abs(scale.column(tick) - scale.column(0.0)) > len(text):
            start = max(0, min(PLOT - len(text), scale.column(tick if bound else 0.0) - len(text) // 2))
            axis[start : start + len(text)] = text
    return axis


def _row(row: Difference, form: forms.Form, scale: Scale, pen: Pen) -> str:
    finding = row.finding
    mark = f"{finding.plain_mark:<2}" if pen.ascii_only else finding.mark
    hue = ("more" if finding.side > 0 else "fewer") if finding.clear else ""
    numbers = f"{form.signed(row.difference):>7}"
    interval = f"{form.interval(row.low, row.high):>16}"
    bold = "bold" if finding.clear else ""
    return (
        pen.style(mark, bold, hue)
        + " "
        + pen.style(fit(pen.plain(row.title), NAME, pen), bold)
        + " "
        + _plot(row, scale, pen, hue)
        + pen.style(pen.plain(numbers), bold)
        + pen.style(pen.plain(interval), "dim")
    ).rstrip()


def _plot(row: Difference, scale: Scale, pen: Pen, hue: str) -> str:
    """Return the dot, its interval and the zero line, each character styled once."""
    cells = [(" ", "")] * PLOT
    cells[scale.column(0.0)] = ("|" if pen.ascii_only else "│", "dim")
    if math.isfinite(row.low) and math.isfinite(row.high):
        for column in range(scale.column(row.low), scale.column(row.high) + 1):
            cells[column] = ("-" if pen.ascii_only else "─", hue)
    if math.isfinite(row.difference):
        filled, hollow = ("o", ".") if pen.ascii_only else ("●", "○")
        beyond = row.low > 0 or row.high < 0
        cells[scale.column(row.difference)] = (filled if beyond else hollow, hue)
    runs = groupby(cells, key=lambda cell: cell[1])
    return "".join(pen.style("".join(char for char, _ in run), style) for style, run in runs)


def _key(row: Difference, form: forms.Form, pen: Pen) -> list[str]:
    less, matters = row.measure.less, row.measure.matters
    small = f" (under {forms.with_unit(matters / form.scale, form.units)})" if matters else ""
    if pen.ascii_only:
        text = f"++ -- clearly more, {less}   + - perhaps too little to matter{small}"
        tail = "=  about the same   ?  no clear difference"
    else:
        text = f"▲▼ clearly more, {less}  △▽ perhaps too little to matter{small}"
        tail = "≈ about the same  ? no clear difference"
    lines = [*wrapped(text, COLUMNS - 3), tail] if matters else [text.split("  ")[0] + "  " + tail.split("  ")[-1]]
    indent = "   " if pen.ascii_only else "  "
    return [pen.style(pen.plain(indent + line), "dim") for line in lines]


def _facts(comparison: Any, lead: Difference, said: Verdict, pen: Pen) -> str:
    """Return the four lines Cost, Pairing, Unsure, Changes."""
    facts = {
        "Cost": _cost(comparison, lead),
        "Pairing": _pairing(comparison, lead),
        "Unsure": _unsure(comparison, lead),
        "Changes": _changes(comparison, lead, said),
    }
    return "\n".join(_fact(name, text, pen) for name, text in facts.items())


def _fact(name: str, text: str, pen: Pen) -> str:
    lines = wrapped(pen.plain(text), COLUMNS - 10)
    return "\n".join(pen.style(f"{name if n == 0 else '':<10}", "bold") + line for n, line in enumerate(lines))


def _cost(comparison: Any, lead: Difference) -> str:
    cost, value = (
        next((row for row in words.differences(comparison, key) if row.scenario == lead.scenario), None)
        for key in ("cost", "value_realized")
    )
    if cost is None or not math.isfinite(cost.difference):
        return "not among the outcomes, or without a value"
    text = _amount(cost) + f" over {forms.span(weeks_of(comparison))}"
    if value is None or not math.isfinite(value.difference):
        return text
    price = forms.rounded(price_per_unit(cost, value))
    each = (
        f": {forms.form_of_one(price, cost.measure.unit).size(price)} for each {one_unit(value)}"
        if math.isfinite(price)
        else ""
    )
    return f"{text} for {_amount(value)}{each}"


def _amount(row: Difference) -> str:
    form = words.columns_form([row])
    return f"{form.signed(row.difference)} {form.units}".strip() + ("" if row.finding.side else " (not clear)")


def _pairing(comparison: Any, lead: Difference) -> str:
    rows = words.differences(comparison, lead.measure.key)
    ratios = [row.variance_ratio for row in rows if not math.isnan(row.variance_ratio)]
    if not ratios:
        return "cannot be audited: at least two pairs that differ are needed"
    middle = median(ratios)
    holds = sum(ratio > 1 for ratio in ratios)
    pairs = pairs_of(comparison)
    if not math.isfinite(middle):
        return f"helped in {holds} of {len(ratios)}; all variance removed"
    worth = int(forms.rounded(pairs * middle))
    removed = forms.percent(max(0.0, 1 - 1 / middle) if middle > 0 else 0.0)
    work = f"{pairs:,} pairs do the work of {worth:,} unpaired"
    return f"helped in {holds} of {len(ratios)}; {removed} of variance removed: {work}"


def _unsure(comparison: Any, lead: Difference) -> str:
    return "".join(on_assumption(comparison, lead)).rstrip(".")


def _changes(comparison: Any, lead: Difference, said: Verdict) -> str:
    if not lead.finding.side:
        needed = words.pairs_to_settle(lead.low, lead.high, lead.measure.matters, lead.pairs)
        return f"about {needed:,} pairs would settle it" if needed else "no direction to change"
    if not said.turning:
        return f"{unturned(comparison)} the direction"
    first = said.turning[0]
    text = forms.clean(first["text"]).rstrip(".")
    return f"the direction turns {turning_phrase(first)} (used {forms.bare(float(first['used']))}): {text}"


def _closing(comparison: Any, pen: Pen, page: str) -> str:
    lines = [pen.style("Page      ", "bold") + pen.style(pen.plain(forms.clean(page)), "link")] if page else []
    command = forms.clean(comparison.manifest.get("command", "")) or "copsim replay manifest.json"
    return "\n".join([*lines, _fact("Repeat", command, pen)])


def width(text: str) -> int:
    """Return the columns a text takes: wide characters two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of a text, cut between words and, where a word is wider than a line, inside it."""
    lines = [""]
    for word in text.split(" "):
        if width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
            continue
        lines.append("")
        for char in word:
            if width(lines[-1]) + width(char) > columns:
                lines.append("")
            lines[-1] += char
    return [line for line in lines if line] or [""]


def fit(text: str, columns: int, pen: Pen) -> str:
    """Return the text padded to so many columns, or cut with an ellipsis."""
    if width(text) > columns:
        dots = "..." if pen.ascii_only else "…"
        while width(text) > columns - len(dots):
            text = text[:-1]
        text = text.rstrip() + dots
    return text + " " * (columns - width(text))
