"""Goals and constraints of a search in words: what is kept, how surely, the nearest miss, and how to go on."""

from collections.abc import Sequence
from typing import Any

from copsim.pages import forms, words
from copsim.pages.search_rows import Row

LATE = 0.9
"""A best that comes after this share of the trials came late."""


def constraint_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the first finalist's constraints."""
    return [row for row in rows if row["role"] != "objective" and row["candidate"] == rows[0]["candidate"]]


def kept(rows: Sequence[Row]) -> list[str]:
    """Return for each constraint of the choice whether it is kept on fresh luck too, with intervals, and the base's."""
    said = []
    for row in constraint_rows(rows):
        form = forms.form_of_one(row["value"], words.measure(row["outcome"]).unit)
        seen = f"search {_with_interval(row, 'search_value', 'search_low', 'search_high', form)}"
        own = _with_interval(row, "value", "value_low", "value_high", form)
        text = f"{row['role']}: {_word(row['kept'])} on fresh luck, {own} {form.units}".rstrip()
        if row["role"].endswith(" base"):
            said.append(f"{text}, base {form.plain(row['base'])}; {seen}, base {form.plain(row['search_bound'])}")
        else:
            base = _with_interval(row, "base", "base_low", "base_high", form)
            said.append(f"{text}; {seen}; base {_word(row['base_kept'])}, {base}")
    return said


def close_calls(rows: Sequence[Row]) -> list[str]:
    """Return a warning for each constraint whose bound lies within the interval of the choice or of the base."""
    said = []
    for row in constraint_rows(rows):
        pairs = ((f"candidate {row['candidate']}", "value"), ("the base", "base"))
        near = [name for name, key in pairs if row[f"{key}_low"] < row[f"{key}_high"] and _holds(row, key)]
        if near:
            verb = "lies" if len(near) == 1 else "lie"
            said.append(
                f"{forms.listed(near)} {verb} within the interval of the bound {row['role']}: other luck may say otherwise"
            )
    return said


def _holds(row: Row, key: str) -> bool:
    return bool(row[f"{key}_low"] <= row["bound"] <= row[f"{key}_high"])


def _word(is_kept: float) -> str:
    return "kept" if is_kept else "NOT kept"


def _with_interval(row: Row, value: str, low: str, high: str, form: forms.Form) -> str:
    """Return "104 (95 to 113)"."""
    return f"{form.plain(row[value])} ({form.interval(row[low], row[high])})"


def keeps(rows: Sequence[Row], column: str = "kept") -> bool:
    """Tell whether the choice (`kept`) or the base (`base_kept`) keeps all constraints on fresh luck."""
    return all(row[column] for row in constraint_rows(rows))


def asked(made: Any) -> str:
    """Return all constraints: "cost <= base and core_end >= 4"."""
    return forms.listed([constraint.text for constraint in made.search.constraints])


def late(made: Any) -> list[str]:
    """Return what to do where the best came among the last trials."""
    best, tried = made.judged.best(), len(made.judged.trials) - 1
    if len(made.search.goals) > 1 or not best or best[0].number <= LATE * tried:
        return []
    return [f"the best came at trial {best[0].number} of {tried}; more trials may find better: --trials {2 * tried}"]


def nearest_miss(made: Any, rows: Sequence[Row]) -> list[str]:
    """Return, where no candidate keeps all constraints, the one that comes nearest, and how to go on."""
    if not made.search.constraints or (rows and (len(made.search.goals) > 1 or keeps(rows))):
        return []
    found = _nearest_on_fresh_luck(rows) if rows else _nearest_in_the_search(made)
    if not found:
        return []
    more = 2 * (len(made.judged.trials) - 1)
    return [f"{found}. To go on: --trials {more}, wider factors in the plan, or a bound that can be kept"]


def _nearest_on_fresh_luck(rows: Sequence[Row]) -> str:
    """Return the constraint that the first finalist breaks most."""
    broken = [row for row in constraint_rows(rows) if not row["kept"]]
    row = max(broken, key=lambda row: abs(row["value"] - row["bound"]) / (abs(row["bound"]) or 1.0))
    values = row["value"], row["value_low"], row["value_high"], row["bound"]
    return _miss(row["candidate"], row["outcome"], values, "fresh luck")


def _nearest_in_the_search(made: Any) -> str:
    judged = made.judged
    whole = [trial for trial in judged.trials[1:] if trial.state == "done"]
    if not whole:
        return ""
    trial = min(whole, key=lambda one: max(judged.excesses(one).values()))
    excesses = list(judged.excesses(trial).values())
    place = excesses.index(max(excesses))
    margin, constraint = judged.margins(trial)[place], made.search.constraints[place]
    values = margin.value, margin.low, margin.high, margin.bound
    return _miss(trial.number, constraint.outcome, values, "the luck of the search")


def _miss(number: int, outcome: str, values: tuple[float, float, float, float], luck: str) -> str:
    value, low, high, bound = values
    form = forms.form_of_one(value, words.measure(outcome).unit)
    between = f"95 % interval {form.interval(low, high)}"
    return f"candidate {number}: {outcome} {form.size(value)} on {luck} ({between}), where {form.plain(bound)} is asked"
