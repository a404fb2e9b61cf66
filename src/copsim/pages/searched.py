"""What a search asked for, on the page of its comparison on fresh luck: goals and constraints, kept or not kept."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copsim.pages import forms, words

KIND, TABLE, FINAL = "optimise", "final.csv", "final"
HEADERS = ("asked for", "candidate", "base", "candidate has", "95 % interval", "on the luck of the search", "kept?")


def asked_of(folder: Path) -> dict[str, Any] | None:
    """Return the section of the search whose comparison lies in `folder`; None where it belongs to none."""
    rows = _rows(folder.parent) if folder.name == FINAL else []
    if not rows:
        return None
    found = [_goal(row) if row["role"] == "objective" else _constraint(row) for row in rows]
    return {"headers": HEADERS, "rows": found, "choice": rows[0]["candidate"]}


def _rows(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the final table of a search, [] where there is none or it is an older one."""
    from copsim.core.errors import UserError
    from copsim.studies.manifest import read_manifest

    try:
        if read_manifest(folder)["kind"] != KIND:
            return []
        with (folder / TABLE).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UserError, OSError, UnicodeDecodeError, csv.Error):
        return []
    return rows if rows and "search_low" in rows[0] else []


def _goal(row: Mapping[str, str]) -> list[str]:
    measure = words.measure(row["outcome"])
    values = {key: _number(row[key]) for key in ("base", "value", "difference", "low", "high", "search_difference")}
    form = forms.form_for(
        [values["difference"], values["search_difference"]], 0.5 * (values["high"] - values["low"]), measure.unit
    )
    sizes = [forms.form_of_one(values[key], measure.unit).size(values[key]) for key in ("base", "value")]
    over = "" if row["measure"] == "mean" else f" ({row['measure']})"
    return [
        f"goal: {forms.clean(row['outcome'])}{over}",
        row["candidate"],
        *sizes,
        f"difference {form.signed(values['difference'])} ({form.interval(values['low'], values['high'])})",
        f"difference {form.signed(values['search_difference'])}",
        "",
    ]


def _constraint(row: Mapping[str, str]) -> list[str]:
    keys = ("base", "value", "value_low", "value_high", "search_value", "search_low", "search_high")
    values = {key: _number(row[key]) for key in keys}
    form = forms.form_of_one(values["value"], words.measure(row["outcome"]).unit)
    seen = f"{form.plain(values['search_value'])} ({form.interval(values['search_low'], values['search_high'])})"
    base = "" if row["role"].endswith(" base") else f", {_word(row['base_kept'])}"
    return [
        f"constraint: {forms.clean(row['role'])}",
        row["candidate"],
        f"{form.size(values['base'])}{base}",
        form.size(values["value"]),
        form.interval(values["value_low"], values["value_high"]),
        seen,
        _word(row["kept"]),
    ]


def _word(kept: str) -> str:
    return "kept" if _number(kept) else "not kept"


def _number(text: str) -> float:
    return float(text) if text else float("nan")
