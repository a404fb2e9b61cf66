"""The page of a sweep: what its runs show by factor, and the answers that other commands left in its folder."""

import base64
import csv
import math
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copsim.pages import forms
from copsim.pages.discovered import STEM, check_rows, provenance, said

MOST_ROWS = 200
CHECK = ("the box", "found on", "checked on", "95 % interval")
ANSWERS = (
    ("sensitivity", "What moves the outcomes?", "Found by copsim sensitivity."),
    ("optimise", "What does the search recommend?", "Found by copsim optimise."),
)
"""Answers of other commands: a CSV and pictures of that name in the folder, their title, and where they come from."""


def write_sweep_report(folder: Path | str, outcomes: Sequence[str] = ()) -> Path:
    """Write `report.html` and `figures/*.png` into the folder of a sweep and return the page's path.

    outcomes: which to draw; up to three main ones unless named. Errors: `UserError` for one that was not recorded.
    """
    from copsim.pages import page
    from copsim.pages.swept import swept
    from copsim.sweeps.result import load_sweep

    place = Path(folder)
    sweep = load_sweep(place)
    table = swept(sweep, outcomes)
    boxes = {path.stem: box for path in sorted(place.glob(f"{STEM}-*.csv")) if (box := read_box(path)) is not None}
    drawings = draw(table, _outlined(boxes), bool(outcomes))
    written = place / "report.html"
    text = sweep_html(sweep, table, drawings, place, boxes)
    written.write_text(text, encoding="utf-8", newline="\n")
    page.save(drawings, place / "figures", provenance(sweep.manifest))
    return written


def draw(table: Any, box: Mapping[str, tuple[float, float]] | None = None, named: bool = False) -> list[Any]:
    """Return the figures that the design asks for: heat maps of a grid, curves, differences of one at a time.

    named: the outcomes were asked for, so that all of them are drawn.
    """
    from copsim.pages import plot_factors, plot_heat

    if not table.factors:
        return []
    if table.kind == "one-at-a-time":
        shown = table.scenarios[: max(1, 4 // len(table.outcomes))]
        return [plot_factors.alone(table, outcome, one) for outcome in table.outcomes for one in shown]
    if table.kind == "grid" and len(table.factors) > 1:
        shown = table.outcomes if named else table.outcomes[:2]
        drawn = [plot_heat.heat_map(table, outcome, box) for outcome in shown]
        return drawn if len(table.factors) == 2 else [*drawn, *(plot_factors.curves(table, o) for o in shown)]
    return [plot_factors.curves(table, outcome) for outcome in table.outcomes]


def sweep_html(sweep: Any, table: Any, drawings: list[Any], place: Path, boxes: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page as text; the same folder gives the same bytes."""
    from copsim.pages import page

    told = [_discovery(name, box, sweep, place, len(table.frame)) for name, box in boxes.items()]
    discoveries = [one for one in told if one]
    others = [_answer(place, *about) for about in ANSWERS]
    made = sweep.manifest
    values = {
        "name": forms.clean(made["request"]["name"]),
        "study": study(sweep, table),
        "headline": headline(table, discoveries, drawings),
        "notes": notes(sweep, table),
        "figures": [page.for_page(drawing) for drawing in drawings],
        "answers": [answer for answer in (*discoveries, *others) if answer],
        "limits": page.limits(),
        "made": ", ".join(provenance(made).split(" · ")[:4]),
        "hashes": page.hashes_of(made),
        "command": forms.clean(command(made, place)),
        "folder": f"{_files(place)}. Read them with copsim.sweep.",
    }
    return page.render("sweep.html.j2", values)


def command(made: Mapping[str, Any], place: Path) -> str:
    """Return the command that made the sweep, with the folder where it is not the one that the plan's name gives."""
    known, folder = str(made.get("command", "")), place.resolve()
    if not known or folder.parts[-2:] == ("copsim-out", made["request"]["name"]):
        return known
    out = folder.name if place.is_absolute() else place.as_posix()  # no path of this machine
    return f"{known} {shlex.join(['--out', out])}"


def _files(place: Path) -> str:
    """Return what is in the folder of a sweep, of what a reader may want."""
    names = [name for name in ("runs/", "weekly/", "points.parquet", "failures.csv") if (place / name).exists()]
    return ", ".join(["manifest.json", *names, "figures/"])


def study(sweep: Any, table: Any) -> str:
    """Return the size of the sweep in a few words."""
    points = forms.plural(table.points, "point") if table.factors else ""
    scenarios = forms.plural(len(table.scenarios), "scenario")
    replicates = f"{forms.plural(table.replicates, 'replicate')} each on the same luck"
    failed = len(sweep.failures)
    runs = f"{forms.plural(len(table.frame), 'run')}, {forms.count(failed) if failed else 'none'} failed"
    return " · ".join(part for part in (points, scenarios, replicates, runs) if part)


def headline(table: Any, discoveries: list[dict[str, Any]], drawings: list[Any]) -> str:
    """Return the first answer that was found, else what the first figure shows."""
    found = [one for one in discoveries if one["is_box"]]
    if found:
        return str(found[0]["sentence"])
    if drawings:
        return str(drawings[0].label)
    return f"{forms.first_capital(forms.plural(len(table.frame), 'simulated run'))}, and no factor that differs."


def notes(sweep: Any, table: Any) -> list[str]:
    """Return what a reader must know of what is missing."""
    points = sweep.points
    planned = int(points.loc[points["planned"], "point"].nunique())
    wanted = len(sweep.manifest["request"]["scenarios"]) * planned * int(sweep.manifest["replicates"])
    missing = wanted - len(table.frame[["scenario", "point", "replicate"]].drop_duplicates())
    return [f"{missing:,} of {wanted:,} runs are not there: the same command continues."] if missing > 0 else []


def read_box(path: Path) -> dict[str, Any] | None:
    """Return the chosen row of the table of a discovery; None where there is no such file, or none that can be read."""
    rows = _rows(path)
    chosen = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]] if rows else []
    return next((row for row in reversed(chosen) if row.get("chosen") == "True"), None)


def _outlined(boxes: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[float, float]] | None:
    """Return the limits of a box by factor, for the heat maps; None of no box or of several, or of scenarios."""
    found = [row for row in boxes.values() if row.get("found") == "True"]
    if len(found) != 1:
        return None
    row = found[0]
    keys = [key.removesuffix(" low") for key in row if key.endswith(" low")]
    ends = {key: (_number(row[f"{key} low"], -math.inf), _number(row[f"{key} high"], math.inf)) for key in keys}
    return {key: span for key, span in ends.items() if span != (-math.inf, math.inf)} or None


def _discovery(name: str, row: Mapping[str, Any], sweep: Any, place: Path, runs: int) -> dict[str, Any] | None:
    """Return the section of a box: the sentence, found on and checked on, the picture."""
    from copsim.analysis.condition import read_condition
    from copsim.core.errors import UserError

    try:
        condition = read_condition(row["when"], sweep.runs.schema.names)
        shares = {key: _number(row[column]) for key, column in _SHARES.items()}
        found = row["found"] == "True"
        sentence, check = said(condition, found, row["box"], shares), check_rows(row) if row["box"] else []
    except (UserError, KeyError, ValueError):
        return None
    more = "" if _counted(row) == runs else (
        "The sweep has other runs by now than this box was found on: copsim discover makes it anew."
    )  # fmt: skip
    return {
        "id": name.replace(".", "-"),
        "title": f"{'The box, in a sentence' if found else 'No box was found'}: {condition}",
        "caption": "Found by PRIM on half of the points; checked on the other half, which it had not seen.",
        "sentence": sentence,
        "is_box": found,
        "short_headers": CHECK,
        "short": check,
        "pictures": _pictures(place, f"{name}.png"),
        "headers": (),
        "rows": (),
        "more": more,
    }


_SHARES = {
    "density": "checked_density", "outside": "checked_outside", "coverage": "checked_coverage", "share": "share",
    "low": "checked_difference_low", "high": "checked_difference_high",
}  # fmt: skip


def _counted(row: Mapping[str, Any]) -> int:
    return int(_number(row.get("all_runs", "")) if row.get("all_runs") else -1)


def _answer(place: Path, name: str, title: str, source: str) -> dict[str, Any] | None:
    """Return the section of another command's answer; None where the folder has none."""
    rows, pictures = _rows(place / f"{name}.csv"), _pictures(place, f"{name}*.png")
    if not rows and not pictures:
        return None
    kept = [[_cell(value) for value in row] for row in rows[1 : MOST_ROWS + 1]]
    more = (
        f"The first {MOST_ROWS} of {len(rows) - 1:,} rows; all are in {name}.csv." if len(rows) > MOST_ROWS + 1 else ""
    )
    return {
        "id": name,
        "title": title,
        "caption": source,
        "sentence": "",
        "short_headers": (),
        "short": (),
        "pictures": pictures,
        "headers": [forms.clean(head) for head in rows[0]] if rows else (),
        "rows": kept,
        "more": more,
    }


def _rows(path: Path) -> list[list[str]]:
    """Return the lines of a CSV file, [] where it is not there or is none."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def _pictures(place: Path, pattern: str) -> list[dict[str, str]]:
    """Return the pictures of an answer as data for the page: no request leaves it."""
    found = []
    for path in sorted((place / "figures").glob(pattern)):
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        found.append({"label": path.stem.replace("-", " "), "data": f"data:image/png;base64,{data}"})
    return found


def _number(text: str, missing: float = math.nan) -> float:
    return float(text) if text else missing


def _cell(text: str) -> str:
    """Return a cell for people: numbers with three figures, words as they are, a dash for nothing."""
    if not text:
        return forms.MISSING
    try:
        value = float(text)
    except ValueError:
        return forms.clean(text)
    return forms.bare(value) if math.isfinite(value) else forms.MISSING
