"""What moves an outcome, in sentences and in a table of the terminal: one function for numbers, whoever shows them."""

import math
from collections.abc import Iterator
from typing import Any

from copsim.pages import forms, words

WIDTH = 80
UNTOLD = "?"
"""Beside an index that cannot be told from noise."""
SHARES = ("sobol", "grid")
"""Methods whose indices are shares of a variance."""


class Shares(forms.Form):
    """Shares as percent: whole ones from 1 % on, one decimal below."""

    def plain(self, value: float) -> str:
        """Return "34", "0.3", "<0.1", ">99"; "0" and "100" of nothing at all and of all."""
        if 0 < value < 0.0005:
            return "<0.1"
        if 0.995 <= value < 1:
            return ">99"
        return forms.Form(0.01, 0 if abs(value) >= 0.00995 else 1, "", "").plain(value).replace("0.0", "0")


def kind_of(factor: str) -> str:
    """Return what a factor is: a lever, or what is known about the value: assumed, calibrated, measured, fixed."""
    from copsim.analysis.sensitivity import role_of

    role, evidence = role_of(factor)
    if role != "uncertain":
        return role
    return next((word for word in ("measured", "calibrated") if evidence.startswith(word)), "assumed")


def main_index(answer: Any) -> Any:
    """Return the index by which factors are sorted: the first that the drawing shows whole."""
    return answer.index({"sobol": "ST", "grid": "ST", "morris": "mu_star", "pawn": "pawn"}[answer.method])


def in_order(answer: Any) -> list[int]:
    """Return the places of the factors, the strongest first."""
    values = main_index(answer).value.tolist()
    return sorted(range(len(values)), key=lambda place: -values[place])


def form_of(answer: Any) -> forms.Form:
    """Return the form of an answer's numbers: whole percent, the outcome's unit, or two decimals."""
    if answer.method in SHARES:
        return Shares(0.01, 0, "", "%")
    if answer.method == "pawn":
        return forms.Form(1.0, 2, "", "")
    index, unit = main_index(answer), words.measure(answer.outcome).unit
    half = float(index.high.max() - index.low.min()) / 2
    return forms.form_for([*index.value.tolist(), *index.high.tolist()], half, unit)


def shown(answer: Any, index: Any, place: int) -> tuple[float, float, float]:
    """Return value, low and high of a factor as they are shown: shares and PAWN cut to what is possible, 0 to 1."""
    found = (float(index.value[place]), float(index.low[place]), float(index.high[place]))
    if answer.method == "morris":
        return found
    value, low, high = (min(max(number, 0.0), 1.0) for number in found)
    return value, low, high


def title_of(answer: Any) -> str:
    """Return the question that an answer is about."""
    return f"What moves {words.measure(answer.outcome).noun}?"


def sentences(answer: Any, fixed: bool = False) -> list[str]:
    """Return the answer, what cannot be told, how much is luck, and what is missing."""
    label = words.measure(answer.outcome).label
    if answer.reason:
        return [f"{label}: no index, for {answer.reason}.", *answer.notes]
    return [
        f"{label}: {_strongest(answer)}", *changes(answer), *_untold(answer), *_luck(answer, fixed), *answer.notes,
    ]  # fmt: skip


def _strongest(answer: Any) -> str:
    index, form = main_index(answer), form_of(answer)
    told = [place for place in in_order(answer) if index.told[place]]
    if not told:
        return _none_told(answer)
    best = told[0]
    size, low, high = shown(answer, index, best)
    name, value, between = answer.factors[best], form.plain(size), f"95 % interval {form.interval(low, high)}"
    if answer.method in SHARES:
        first, least, most = shown(answer, answer.index("S1"), best)
        alone = f"{form.plain(first)} % alone ({form.interval(least, most)})"
        of = "cells of the grid" if answer.method == "grid" else "simulated points"
        others = (
            f" The other factors make {form.plain(1 - size)} % together without it ({form.interval(1 - high, 1 - low)})."
            if len(answer.factors) > 1
            else ""
        )
        return (
            f"{name} moves it most, with {value} % of the variance between {of}, interplay included "
            f"({between}); {alone}.{others}"
        )
    if answer.method == "morris":
        mu = answer.index("mu")
        way = (
            ", more of it giving more" if mu.low[best] > 0 else ", more of it giving less" if mu.high[best] < 0 else ""
        )
        return f"{name} moves it most, by {value} {form.units} over its whole range ({between}){way}."
    return f"{name} moves it most: PAWN index {value} ({between}), of a random factor at most {_plain_noise(answer)}."


def _none_told(answer: Any) -> str:
    if answer.method == "grid" and any(_is_told(answer, place) for place in range(len(answer.factors))):
        return "these replicates are too few to tell shares of the variance, but not to tell a difference."
    return "no factor can be told from noise in these runs."


def _is_told(answer: Any, place: int) -> bool:
    """Tell whether anything shows that a factor does something: of a grid, a paired difference too."""
    shows = answer.indices if answer.method == "grid" else (main_index(answer),)
    return any(bool(index.told[place]) for index in shows)


def changes(answer: Any) -> Iterator[str]:
    """Yield, of a grid, what each factor changes between its lowest and its highest level."""
    if answer.method != "grid" or answer.replicates < 2:
        return
    unit = difference_form(answer).units
    for name, ends, change, interval, agreeing in differences(answer):
        yield f"{name} {ends}: {f'{change} {unit}'.strip()} ({interval}; {agreeing})."


def difference_form(answer: Any) -> forms.Form:
    """Return how the differences of a grid are written."""
    index, unit = answer.index("difference"), words.measure(answer.outcome).unit
    halves = [half for half in ((index.high - index.low) / 2).tolist() if math.isfinite(half)]
    return forms.form_for(index.value.tolist(), min(halves, default=0.0), unit)


def differences(answer: Any) -> list[list[str]]:
    """Return a row a factor of a grid: factor, its ends, difference between them, interval, replicates of the same sign."""
    index, form, made = answer.index("difference"), difference_form(answer), []
    for place in in_order(answer):
        ends = answer.extremes[place]
        made.append([
            answer.factors[place], f"from {forms.bare(ends.low)} to {forms.bare(ends.high)}",
            form.signed(float(index.value[place])), form.interval(float(index.low[place]), float(index.high[place])),
            f"in {ends.agreeing} of {answer.replicates} replicates",
        ])  # fmt: skip
    return made


def _plain_noise(answer: Any) -> str:
    return form_of(answer).plain(float(main_index(answer).noise[0]))


def _untold(answer: Any) -> Iterator[str]:
    names = [answer.factors[place] for place in in_order(answer) if not _is_told(answer, place)]
    if names and len(names) < len(answer.factors):
        yield f"Not to be told from noise: {forms.listed(names)}."


def _luck(answer: Any, fixed: bool) -> Iterator[str]:
    if not math.isfinite(answer.luck):
        return
    what = "luck" if fixed else "luck and plausible worlds"
    done = {
        "sobol": "it is taken out of the indices and stands in their intervals",
        "grid": "it is taken out of the shares and stands in the intervals",
        "morris": "it is taken out of sigma, stands in the intervals, and raises mu*: see the column of luck",
        "pawn": "what is left of it in the mean of replicates weakens the indices",
    }[answer.method]
    yield f"Of the variance between single runs {forms.percent(answer.luck)} is {what}; {done}."


def rows(answer: Any) -> list[list[str]]:
    """Return the rows of a table: factor, kind, and per index its number and interval; ? where it is noise."""
    form, made = form_of(answer), []
    for place in in_order(answer):
        cells = [answer.factors[place], kind_of(answer.factors[place])]
        for index in _shown(answer):
            value, low, high = shown(answer, index, place)
            cells += [form.plain(value) + ("" if index.told[place] else UNTOLD), form.interval(low, high)]
        if answer.method not in SHARES:
            cells.append(form.plain(main_index(answer).noise[place]))
        made.append(cells)
    return made


def _shown(answer: Any) -> list[Any]:
    names = {"sobol": ("ST", "S1"), "grid": ("ST", "S1"), "morris": ("mu_star", "sigma"), "pawn": ("pawn",)}[
        answer.method
    ]
    return [answer.index(name) for name in names]


def headers(answer: Any) -> list[str]:
    """Return the heads of the columns of `rows`."""
    if answer.method in SHARES:
        return ["factor", "kind", "total %", "interval", "alone %", "interval"]
    if answer.method == "morris":
        return ["factor", "kind", "mu*", "interval", "sigma", "interval", "luck"]
    return ["factor", "kind", "PAWN", "interval", "random"]


def text(found: Any, files: list[str]) -> str:
    """Return what the terminal shows: for each outcome its sentences and its table; then where things are."""
    fixed, several = bool(found.manifest["request"].get("fixed")), len({a.scenario for a in found.answers}) > 1
    lines: list[str] = []
    for answer in found.answers:
        said = sentences(answer, fixed)
        if several:
            said[0] = f"{answer.scenario}. {said[0]}"
        lines += [part for sentence in said for part in wrapped(sentence)]
        if answer.indices:
            lines += ["", *_table(answer)]
        lines.append("")
    if any(answer.indices for answer in found.answers):
        lines += [legend(found.answers), ""]
    return "\n".join([*lines, *(f"{'Results' if n == 0 else '':9} {file}" for n, file in enumerate(files))])


def legend(answers: Any) -> str:
    """Return what the intervals and the mark are."""
    shares = any(answer.method in SHARES for answer in answers)
    what = "a share whose interval includes 0" if shares else "what is not to be told from noise"
    return f"Intervals are of 95 %; {UNTOLD} marks {what}."


def wrapped(sentence: str) -> list[str]:
    """Return a sentence in lines of at most 80 characters."""
    import textwrap

    return textwrap.wrap(sentence, WIDTH, break_long_words=False, break_on_hyphens=False)


def _table(answer: Any) -> list[str]:
    table = [headers(answer), *rows(answer)]
    unit = form_of(answer).units if answer.method == "morris" else ""
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    widths[0] = min(widths[0], WIDTH - sum(widths[1:]) - 2 * (len(widths) - 1))
    lines = ["  ".join(_cell(cell, widths[at], at) for at, cell in enumerate(row)).rstrip() for row in table]
    return [*([f"in {unit}"] if unit else []), *lines]


def _cell(cell: str, width: int, at: int) -> str:
    """Return a cell: texts and intervals to the left, numbers to the right."""
    short = cell if len(cell) <= width else cell[: width - 1] + "…"
    return short.ljust(width) if at < 2 or " to " in cell or "interval" in cell else short.rjust(width)
