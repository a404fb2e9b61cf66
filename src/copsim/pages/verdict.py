"""The verdict of a comparison in plain words: a headline and three short paragraphs, made from the numbers alone."""

import math
from dataclasses import dataclass
from typing import Any

from copsim.pages import forms, words
from copsim.pages.cast import Cast, cast_of, reference_in_prose
from copsim.pages.words import Difference

Paragraph = tuple[str, ...]


class Strong(str):
    """A piece of a sentence that is set in bold."""


@dataclass(frozen=True)
class Verdict:
    """What the comparison says, for any medium: paragraphs are tuples of pieces, some of them `Strong`."""

    headline: str
    paragraphs: tuple[Paragraph, ...]
    lead: str
    finding: words.Finding | None
    sure: bool
    turning: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        return "\n\n".join([self.headline, *("".join(pieces) for pieces in self.paragraphs)])


def verdict(comparison: Any) -> Verdict:
    """Return the verdict on the first main outcome, with value, cost and the three sorts of doubt of its lead."""
    cast = cast_of(comparison)
    rows = words.differences(comparison, cast.outcomes[0]) if cast.outcomes else []
    lead = next((row for row in rows if row.scenario == cast.lead), None)
    if lead is None:
        return Verdict("One scenario was simulated: there is nothing to compare it with.", (), "", None, False, ())
    turning = turning_values(comparison, lead)
    sure = lead.finding.side != 0 and not turning
    weeks = weeks_of(comparison)
    if lead.finding.kind == "no number":
        return Verdict(
            headline(lead, rows, cast), (size(lead, rows, cast, weeks),), lead.scenario, lead.finding, False, ()
        )
    paragraphs = (size(lead, rows, cast, weeks), price(comparison, cast, weeks), doubt(comparison, lead, sure, turning))
    kept = tuple(pieces for pieces in paragraphs if pieces)
    return Verdict(headline(lead, rows, cast), kept, lead.scenario, lead.finding, sure, turning)


def weeks_of(comparison: Any) -> int:
    """Return the simulated length in weeks."""
    known = comparison.manifest.get("weeks")
    if known:
        return int(known)
    return int(comparison.weekly["week"].max()) if len(comparison.weekly) else 0


def pairs_of(comparison: Any) -> int:
    """Return the number of replicates."""
    known = comparison.manifest.get("replicates")
    return int(known or (comparison.runs["replicate"].nunique() if len(comparison.runs) else 0))


def headline(lead: Difference, rows: list[Difference], cast: Cast) -> str:
    """Return one sentence: which scenario, which way, on what, against what."""
    reference, noun, less = reference_in_prose(cast.reference), lead.measure.noun, lead.measure.less
    kind = lead.finding.kind
    if kind == "no number":
        return f"Nothing can be said about {noun}: no pair of runs gives an interval."
    if _good(lead):
        clearly = "clearly " if lead.finding.clear else ""
        small = "" if lead.finding.clear else ", perhaps too little to matter"
        more = "more" if lead.finding.side > 0 else less
        return f"{words.quoted(lead.title)} {_much(lead, clearly + more)} than {reference}{small}."
    worst = rows[0] if lead.measure.better < 0 else _last_known(rows)
    if len(rows) > 1 and worst.finding.side and worst is not lead:
        more = worst.finding.words.split(",")[0]
        good = less if lead.measure.better < 0 else "more"
        named = words.quoted(worst.title)
        return f"No scenario stands out with {good} {noun}; {named} {verb(lead)} {more} than {reference}."
    if lead.finding.side:
        tail = "" if lead.finding.clear else ", perhaps too little to matter"
        more = lead.finding.words.split(",")[0]
        return f"{words.quoted(lead.title)} {_much(lead, more)} than {reference}{tail}."
    return _even(lead, rows, reference)


def verb(row: Difference) -> str:
    """Return what a scenario does with its outcome: it ends with people, returns value, has all else."""
    return (
        "ends with"
        if row.measure.key.endswith("_end")
        else "returns"
        if row.measure.key.startswith("value_")
        else "has"
    )


def _much(row: Difference, more: str) -> str:
    """Return "ends with clearly more regulars", or "costs clearly more"."""
    return f"costs {more}" if row.measure.key == "cost" else f"{verb(row)} {more} {row.measure.noun}"


def _good(row: Difference) -> bool:
    """True when the row points the good way (more, where no direction is declared)."""
    return row.finding.side != 0 and row.finding.side == (row.measure.better or 1)


def _last_known(rows: list[Difference]) -> Difference:
    known = [row for row in rows if math.isfinite(row.difference)]
    return known[-1] if known else rows[-1]


def _even(lead: Difference, rows: list[Difference], reference: str) -> str:
    """Return the headline where no scenario stands apart on either side."""
    noun = lead.measure.noun
    same = all(row.finding.kind == "about the same" for row in rows)
    if len(rows) == 1:
        if same:
            return f"{words.quoted(lead.title)} {verb(lead)} about as {_many(lead)} {noun} as {reference}."
        return f"No clear difference in {noun} between {words.quoted(lead.title)} and {reference}."
    if same:
        return f"About as {_many(lead)} {noun} as {reference} in all {forms.count(len(rows))} scenarios."
    return f"No clear difference in {noun}: none of {forms.count(len(rows))} scenarios stands apart from {reference}."


def _many(row: Difference) -> str:
    return "many" if row.measure.less == "fewer" else "much"


def amount(row: Difference, form: forms.Form) -> str:
    """Return a difference as a noun phrase: "5.6 more regulars", "79 thousand € more cost"."""
    unit = row.measure.unit
    less = "fewer" if unit in words.COUNTED_UNITS else row.measure.less
    more = "more" if row.difference > 0 else less
    if unit in forms.SHARE_UNITS or row.measure.money:
        return f"{form.size(row.difference)} {more} {row.measure.noun}"
    of = "" if unit in (*forms.PEOPLE, "") else f" {unit} of"
    return f"{_short(row, form)} {more}{of} {row.measure.noun}"


def size(lead: Difference, rows: list[Difference], cast: Cast, weeks: int) -> Paragraph:
    """Return the first paragraph: by how much, the interval, in how many of 100, and who else stands apart."""
    if lead.finding.kind == "no number":
        return (f"{forms.plural(lead.pairs, 'pair')} of runs had a value; at least two are needed for an interval.",)
    form = words.columns_form(rows)
    interval = f"95 % interval {form.interval(lead.low, lead.high)}"
    after = f"After {forms.span(weeks)}"
    if lead.finding.side:
        subject = "it" if _good(lead) or len(rows) == 1 else words.quoted(lead.title)
        pieces: Paragraph = (
            f"{after} {subject} has ",
            Strong(amount(lead, form)),
            f" than {reference_in_prose(cast.reference)} ({interval}): {form.plain(lead.mean)} instead of "
            f"{form.plain(lead.reference_mean)} on average. It has {_more(lead)} in ",
            Strong(f"{_in_100(lead)} of 100"),
            " simulated pairs.",
        )
    else:
        written = f"{form.signed(lead.difference)} {form.word}".strip()
        pieces = (
            f"{after} {words.quoted(lead.title)} differs by ",
            Strong(f"{written} {_unit_noun(lead)}"),
            f" ({interval}): {_why_even(lead, form)}",
        )
    return (*pieces, *_company(lead, rows))


def _unit_noun(row: Difference) -> str:
    return "percentage points" if row.measure.unit in forms.SHARE_UNITS else row.measure.noun


def _more(row: Difference) -> str:
    return "more" if row.finding.side > 0 else row.measure.less


def _in_100(row: Difference) -> int:
    """Return in how many of 100 pairs the row's own direction shows (`worlds_better` counts the good direction)."""
    good = row.finding.side == (row.measure.better or 1)
    return forms.of_100(row.worlds_better if good else 1 - row.worlds_better)


def _why_even(row: Difference, form: forms.Form) -> str:
    """Return why there is no direction, and how many pairs would settle it."""
    matters = row.measure.matters
    if row.finding.kind == "about the same":
        smallest = forms.with_unit((matters or 0.0) / form.scale, form.units)
        return f"less than {smallest}, the smallest difference that matters."
    needed = words.pairs_to_settle(row.low, row.high, matters, row.pairs)
    settle = f" About {needed:,} pairs would settle it." if needed else ""
    reach = (
        f" and reaches past {forms.with_unit(matters / form.scale, form.units)}, the smallest difference that matters"
        if matters
        else ""
    )
    return f"the interval includes zero{reach}.{settle}"


def _company(lead: Difference, rows: list[Difference]) -> Paragraph:
    """Return who else is clear on the lead's side, and who is clearest on the other."""
    others = [row for row in rows if row is not lead and row.finding.clear]
    along = [row for row in others if lead.finding.clear and row.finding.side == lead.finding.side]
    against = [row for row in others if row.finding.side and row not in along]
    groups = [(along, " as well" if along else ""), (against, "")]
    return tuple(_names(group, extra) for group, extra in groups if group)


def _names(rows: list[Difference], extra: str) -> str:
    """Return " Clearly fewer: A by 7.5 and B by 4.4, worse on regulars." for up to three rows, largest first."""
    ordered = sorted(rows, key=lambda row: -abs(row.difference))
    form = words.columns_form(ordered)
    named = [
        f"{words.quoted(row.title)} by {form.size(row.difference) if row.measure.money else _short(row, form)}"
        for row in ordered
    ]
    more = [f"{forms.count(len(named) - 3)} more"] if len(named) > 3 else []
    judged = {True: "", False: f", worse on {rows[0].measure.noun}", None: ""}[rows[0].finding.better]
    return f" {forms.first_capital(rows[0].finding.words)}{extra}{judged}: {forms.listed(named[:3] + more)}."


def _short(row: Difference, form: forms.Form) -> str:
    return f"{form.plain(abs(row.difference))} {form.word}".strip()


def price(comparison: Any, cast: Cast, weeks: int) -> Paragraph:
    """Return the second paragraph: what the lead costs and what it returns, or nothing where neither is judged."""
    cost, value = (_row_of(comparison, cast.lead, key) for key in ("cost", "value_realized"))
    if cost is None or cost.finding.kind == "no number":
        return ()
    opening = f"Over {forms.span(weeks)} {words.quoted(cost.title)} "
    known = value is not None and value.finding.kind != "no number" and cast.outcomes[0] != "value_realized"
    said = [_costs(cost)] if cast.outcomes[0] != "cost" else []
    said += [_returns(value)] if value is not None and known else []
    if not said:
        return ()
    pieces = said[0] if len(said) == 1 else (*said[0], " and ", *said[1])
    return (opening, *pieces, f"{per_unit(cost, value) if value is not None and known else ''}.")


def _row_of(comparison: Any, scenario: str, key: str) -> Difference | None:
    return next((row for row in words.differences(comparison, key) if row.scenario == scenario), None)


def _costs(cost: Difference) -> Paragraph:
    form = words.columns_form([cost])
    if cost.finding.side:
        return ("costs ", Strong(f"{form.size(cost.difference)} {_more(cost)}"))
    if cost.finding.kind == "about the same":
        return ("costs about the same",)
    return (f"shows no clear difference in cost ({form.interval(cost.low, cost.high)} {form.units})",)


def _returns(value: Difference) -> Paragraph:
    form = words.columns_form([value])
    if value.finding.side:
        return ("returns ", Strong(amount(value, form)))
    if value.finding.kind == "about the same":
        return (f"returns about the same {value.measure.noun}",)
    return (f"shows no clear difference in {value.measure.noun}",)


def price_per_unit(cost: Difference, value: Difference) -> float:
    """Return extra cost per extra unit of value, NaN unless both are more beyond doubt."""
    both = cost.finding.side > 0 and value.finding.side > 0 and value.difference > 0
    return cost.difference / value.difference if both else math.nan


def per_unit(cost: Difference, value: Difference) -> str:
    """Return ": about 25 € for each hour gained", or nothing where a price has no meaning."""
    paid = forms.rounded(price_per_unit(cost, value))
    if not math.isfinite(paid):
        return ""
    return f": about {forms.form_of_one(paid, cost.measure.unit).size(paid)} for each {one_unit(value)} gained"


def one_unit(value: Difference) -> str:
    """Return one unit of the outcome as a noun: "hours" becomes "hour"."""
    unit = value.measure.unit or "unit"
    return unit[:-1] if unit.endswith("s") else unit


def turning_values(comparison: Any, lead: Difference) -> tuple[dict[str, Any], ...]:
    """Return the assumed values whose plausible range holds a value that turns the sign, most weighty first."""
    return tuple(
        row
        for row in assumption_rows(comparison, lead)
        if str(row["evidence"]).startswith("assumed") and math.isfinite(row["turns"])
    )


def assumption_rows(comparison: Any, lead: Difference) -> list[dict[str, Any]]:
    """Return the rows of what would change this answer, the largest share of variance first."""
    table = comparison.assumptions
    if table is None or not len(table):
        return []
    chosen = table[(table["scenario"] == lead.scenario) & (table["outcome"] == lead.measure.key)]
    rows = [{str(key): value for key, value in row.items()} for row in chosen.to_dict("records")]
    for row in rows:
        row["turns"] = float(row["turns"]) if row["turns"] is not None else math.nan
        row["share"] = float(row["share"]) if row["share"] is not None else math.nan
    return sorted(rows, key=lambda row: -row["share"] if math.isfinite(row["share"]) else 1.0)


def turning_phrase(row: dict[str, Any]) -> str:
    """Return "weeks until a leader tires is below 14 weeks"."""
    unit = f" {row['unit']}" if row["unit"] else ""
    return f"{below_or_above(row)} {forms.bare(row['turns'])}{unit}"


def below_or_above(row: dict[str, Any]) -> str:
    """Return on which side of the turning value the answer is another."""
    return "below" if row["turns"] < float(row["used"]) else "above"


def on_assumption(comparison: Any, lead: Difference) -> Paragraph:
    """Return a sentence: the share of the lead's variance that rests on assumed values, or why there is no number."""
    if getattr(comparison, "worlds", None) is None:
        return ("not counted here, since no assumed value was varied.",)
    table = comparison.doubt
    found = table[(table["scenario"] == lead.scenario) & (table["outcome"] == lead.measure.key)].to_dict("records")
    if not found:
        return ("not counted here, since there are too few pairs with a value.",)
    share, floor = float(found[0]["assumption"]), float(found[0]["floor"])
    if math.isfinite(share):
        return (Strong(f"about {forms.percent(share)}"), " of the variance between pairs rests on values we assumed.")
    return ("what rests on values we assumed ", Strong("could not be told from chance"), _unseen(floor, lead.pairs))


def unturned(comparison: Any) -> str:
    """Return what is known where no value turns the direction: that none was seen to, or that none was tried."""
    if getattr(comparison, "worlds", None) is None:
        return "no assumed value was varied, which could turn"
    return "no assumed value was seen to turn"


def _unseen(floor: float, pairs: int) -> str:
    """Return how large a share would have been seen: twice the floor is found in nine studies of ten."""
    if 2.0 * floor >= 1.0:
        return f" with only {forms.plural(pairs, 'pair')}."
    return (
        f". With {forms.plural(pairs, 'pair')} a share of {forms.percent(2.0 * floor)} shows nine times in ten; "
        "with twice as many, half of that."
    )


def doubt(comparison: Any, lead: Difference, sure: bool, turning: tuple[dict[str, Any], ...]) -> Paragraph:
    """Return the third paragraph: chance, assumption and model apart, and how sure the direction is."""
    first, colon, rest = _sureness(comparison, lead, sure, turning).partition(":")
    return (
        Strong(first),
        colon + rest,
        " Chance: the interval shows it, and more pairs shrink it. Assumption: ",
        *on_assumption(comparison, lead),
        " Model: what is not in the model is in none of these numbers.",
    )


def _sureness(comparison: Any, lead: Difference, sure: bool, turning: tuple[dict[str, Any], ...]) -> str:
    if not lead.finding.side:
        return "The direction is open."
    if sure:
        return f"Sure of the direction in this model: {unturned(comparison)} it."
    first = turning[0]
    text = forms.clean(first["text"]).rstrip(".")
    return f"Less sure of the direction: it turns if a value we assumed is {turning_phrase(first)} ({text})."
