"""What a search found, in words: the answer on fresh luck, what the search saw, the levers, the constraints."""

from collections.abc import Sequence
from typing import Any

from copsim.pages import forms, words
from copsim.pages.cast import Player, reference_in_prose
from copsim.pages.search_kept import asked, close_calls, keeps, kept, late, nearest_miss
from copsim.pages.search_rows import Row, final_rows
from copsim.pages.terminal import COLUMNS, Pen, fit, wrapped

NAME, CELL = 30, 9


def search_text(made: Any, folder: str, colour: bool, ascii_only: bool, seconds: float | None = None) -> str:
    """Return what `copsim optimise` prints, every line at most 80 columns wide.

    made: an `Optimised`; folder: where its files are, as the user named it; seconds: the wall time.
    """
    pen = Pen(colour, ascii_only)
    rows = final_rows(made)
    parts = [_paragraph(opening(made, seconds), pen, "dim"), _paragraph(headline(made, rows), pen, "bold")]
    if rows:
        parts[-1] += "\n" + _paragraph(both_figures(made, rows), pen)
        parts += [_differences(made, rows, pen)] if len(made.search.goals) > 1 else []
        parts += [_levers(made, pen)]
    return "\n\n".join([*parts, _facts(made, rows, folder, pen)]) + "\n"


def opening(made: Any, seconds: float | None = None) -> str:
    """Return the size of the search in one line."""
    plan, tried = made.search.plan, len(made.judged.trials) - 1
    facts = [f"{forms.plural(tried, 'candidate')} from {words.quoted(words.title_of(made.search.base))}"]
    facts += [f"{forms.plural(plan.replicates, 'pair')}", forms.plural(plan.weeks, "week"), f"seed {plan.seed}"]
    facts += [made.search.sampler] + ([f"{seconds:.1f} s"] if seconds is not None else [])
    return " · ".join(facts)


def headline(made: Any, rows: Sequence[Row]) -> str:
    """Return the answer in one sentence."""
    if not rows:
        return nothing_found(made)
    if len(made.search.goals) > 1:
        nouns = forms.listed([words.measure(goal.outcome).noun for goal in made.search.goals])
        number = len(made.judged.best())
        verb = "candidate is" if number == 1 else "candidates are"
        return f"{forms.first_capital(forms.count(number))} {verb} beaten by no other on {nouns} at once."
    row, found, noun = rows[0], finding(rows[0]), words.measure(rows[0]["outcome"]).noun
    if made.search.constraints and not (keeps(rows) and found.side == made.search.goals[0].sign):
        return no_gain(made, rows)
    if not found.side:
        same = "is about the same as" if found.kind == "about the same" else "shows no clear difference from"
        return f"Candidate {row['candidate']}, the best found, {same} {_base(made)} on {noun}{_where(made)}."
    more = found.words.split(",")[0]
    small = "" if found.clear else ", perhaps too little to matter"
    return f"Candidate {row['candidate']} has {more} {noun} than {_base(made)}{_where(made)}{small}."


def no_gain(made: Any, rows: Sequence[Row]) -> str:
    """Return the answer where no finalist both keeps the constraints on fresh luck and beats the base there."""
    if keeps(rows, "base_kept"):
        rest = "no candidate that was tried is clearly better" if keeps(rows) else "no finalist does so on fresh luck"
        return f"The baseline itself keeps {asked(made)}, and {rest}."
    if keeps(rows):
        who, noun = f"Candidate {rows[0]['candidate']}", words.measure(rows[0]["outcome"]).noun
        return f"{who} keeps {asked(made)}, which the baseline does not, at no clear gain in {noun}."
    return f"Neither the baseline nor any finalist keeps {asked(made)} on fresh luck."


def nothing_found(made: Any) -> str:
    """Return why there is no answer."""
    tried = made.judged.trials[1:]
    whole = [trial for trial in tried if trial.state == "done"]
    if not whole:
        return f"None of {forms.plural(len(tried), 'candidate')} has a value in every run."
    none = f"None of {forms.plural(len(tried), 'candidate')} keeps {asked(made)}"
    return f"{none}, and the baseline itself does." if made.judged.allowed(made.judged.base) else f"{none}."


def finding(row: Row) -> words.Finding:
    """Return the class of a finalist's difference on fresh luck."""
    measure = words.measure(row["outcome"])
    return words.find(row["low"], row["high"], measure.matters, measure.better, measure.less)


def _base(made: Any) -> str:
    base = made.search.base
    return reference_in_prose(Player(base.name, words.title_of(base), "reference"))


def _where(made: Any) -> str:
    """Return over which worlds the values are taken."""
    goal = made.search.goals[0]
    if goal.measure == "mean":
        return ""
    among = f"the worst {forms.percent(goal.share)} of worlds"
    return f" in {among}" if goal.measure == "worst" else f", by regret in {among}"


def both_figures(made: Any, rows: Sequence[Row]) -> str:
    """Return the figure on fresh luck, and beside it what the search saw of the one that it chose."""
    row = rows[0]
    pairs = f"{forms.plural(int(row['replicates']), 'pair')} on fresh luck"
    if len(made.search.goals) > 1:
        return f"{_most(made, rows)}{pairs}; intervals of 95 % hold together."
    form = form_of(row)
    finalists = len({one["candidate"] for one in rows})
    place = "one" if keeps(rows) else "the nearest miss"
    who = f"Candidate {row['candidate']}, {place} of {forms.count(finalists)} that met fresh luck: "
    who = who if finalists > 1 else ""
    between = f"95 % interval {form.interval(row['low'], row['high'])}" + (", all together" if finalists > 1 else "")
    text = f"{who}{form.signed(row['difference'])} {form.units} ({between}), {pairs}."
    seen = form.signed(row["search_difference"])
    return f"{text} The search itself saw {seen}, on the luck by which it chose: quote the first figure."


def _most(made: Any, rows: Sequence[Row]) -> str:
    shown = len({row["candidate"] for row in rows})
    return (
        ""
        if shown == len(made.judged.best())
        else f"{forms.first_capital(forms.count(shown))} of them from end to end; "
    )


def form_of(row: Row) -> forms.Form:
    """Return how the numbers of a row are written."""
    half = (row["high"] - row["low"]) / 2
    return forms.form_for([row["difference"], row["search_difference"]], half, words.measure(row["outcome"]).unit)


def _differences(made: Any, rows: Sequence[Row], pen: Pen) -> str:
    """Return a line a finalist and goal: difference, interval, what the search saw."""
    lines = [_line(("Candidate", "on"), f"{'diff':>9}{'95 % interval':>20}{'search':>9}", pen, "dim")]
    for row in rows:
        if row["role"] == "objective":
            form = form_of(row)
            numbers = f"{form.signed(row['difference']):>9}{form.interval(row['low'], row['high']):>20}"
            numbers += f"{form.signed(row['search_difference']):>9}"
            on = ", ".join(part for part in (words.measure(row["outcome"]).noun, form.units) if part)
            lines.append(_line((str(row["candidate"]), on), numbers, pen))
    return "\n".join(lines)


def _line(names: tuple[str, str], numbers: str, pen: Pen, style: str = "") -> str:
    text = f"{names[0]:<10}{fit(pen.plain(names[1]), NAME, pen)}{pen.plain(numbers)}"
    return pen.style(text.rstrip(), style)


def levers(made: Any) -> list[tuple[str, list[str]]]:
    """Return for each factor its name and its values: of the base scenario, of the finalists shown, what was searched."""
    shown = shown_trials(made)
    found = []
    for factor in made.search.plan.factors:
        base = made.search.base.parameters(factor.week or 1)[factor.name]
        values = [base, *(trial.settings[factor.key] for trial in shown)]
        span = ", ".join(map(forms.bare, factor.values)) or f"{forms.bare(factor.low)} to {forms.bare(factor.high)}"
        name = factor.name if factor.week is None else f"{factor.name} from week {factor.week}"
        found.append((name, [*map(forms.bare, values), span]))
    return found


def shown_trials(made: Any) -> list[Any]:
    """Return the finalists whose levers are shown: the choice, or several of a front."""
    numbers = [int(scenario.name.removeprefix("candidate-")) for scenario in made.scenarios]
    if len(made.search.goals) == 1:
        return [made.judged.trials[number] for number in numbers[:1]]
    return [trial for trial in made.judged.best() if trial.number in numbers]


def _levers(made: Any, pen: Pen) -> str:
    shown = shown_trials(made)
    several = len(shown) > 1
    heads = ["base", *(str(trial.number) for trial in shown)] + ([] if several else ["searched"])
    width = 7 if several else CELL

    def line(name: str, cells: Sequence[str], style: str = "") -> str:
        ends = cells if several else cells[:-1]
        text = fit(pen.plain(name), NAME, pen) + "".join(f"{pen.plain(cell):>{width}}" for cell in ends)
        text += "" if several else f"    {pen.plain(cells[-1])}"
        return pen.style(text[:COLUMNS].rstrip(), style)

    lines = [line("Lever", heads, "dim")]
    lines += [line(name, cells[:-1] if several else cells) for name, cells in levers(made)]
    return "\n".join(lines)


def _facts(made: Any, rows: Sequence[Row], folder: str, pen: Pen) -> str:
    """Return where constraints stand, which trials have no value, and where things are."""
    facts = [("Kept", text) for text in kept(rows)] + [("Close", text) for text in close_calls(rows)]
    facts += [("Nearest", text) for text in nearest_miss(made, rows)] + [("Late", text) for text in late(made)]
    facts += [("Left out", text) for text in left_out(made)]
    if rows:
        facts += [("Scenario", f"{folder}/candidates/candidate-{rows[0]['candidate']}.toml")]
        facts += [("Page", f"{folder}/final/report.html")]
    facts += [("Trials", f"{folder}/optimise.csv, {folder}/figures/optimise.png")]
    facts += [("Repeat", f"{made.manifest['command']} --out {folder}")]
    lines = []
    for name, text in facts:
        first, *rest = wrapped(pen.plain(forms.clean(text)), COLUMNS - 10)
        lines += [pen.style(f"{name:<10}", "bold") + first, *(f"{'':10}{line}" for line in rest)]
    return "\n".join(lines)


def left_out(made: Any) -> list[str]:
    """Return how many trials are no answer, and why."""
    tried = made.judged.trials[1:]
    counts = {
        "with a run that failed (search/failures.csv)": sum(trial.state == "failed" for trial in tried),
        "with a run that has no value": sum(trial.state == "empty" for trial in tried),
        "that break a constraint": sum(trial.state == "done" and not made.judged.allowed(trial) for trial in tried),
    }
    return [f"{number:,} {why}" for why, number in counts.items() if number]


def _paragraph(text: str, pen: Pen, style: str = "") -> str:
    return "\n".join(pen.style(line, style) for line in wrapped(pen.plain(text), COLUMNS))
