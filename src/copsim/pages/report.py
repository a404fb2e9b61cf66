"""The report of `copsim compare`: one self-contained page and a PNG copy of every figure."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copsim.pages import forms, words
from copsim.pages.cast import Cast, cast_of, reference_in_prose
from copsim.pages.verdict import assumption_rows, pairs_of, turning_phrase, verdict, weeks_of
from copsim.pages.words import Difference

MOST_CHANGES = 8
BAR = 320
FOLDER = (
    "manifest.json, runs.parquet, weekly.parquet, comparison.csv, figures/. "
    "Every difference on this page is in comparison.csv."
)


def write_report(comparison: Any, folder: Path | str) -> Path:
    """Write `report.html` and `figures/*.png` into the folder and return the page's path."""
    from copsim.pages import page, searched

    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    drawings = draw(comparison)
    written = place / "report.html"
    text = report_html(comparison, drawings, searched.asked_of(place.resolve()))
    written.write_text(text, encoding="utf-8", newline="\n")
    page.save(drawings.values(), place / "figures", provenance(comparison))
    return written


def draw(comparison: Any) -> dict[str, Any]:
    """Return the five figures by name."""
    from copsim.pages import plot_differences, plot_time, plot_trade

    made = (
        plot_differences.differences(comparison),
        plot_time.levels(comparison),
        plot_time.stages(comparison),
        plot_trade.cost_against_value(comparison),
        plot_trade.pairing(comparison),
    )
    return {drawing.name: drawing for drawing in made}


def report_html(
    comparison: Any, drawings: Mapping[str, Any] | None = None, asked: Mapping[str, Any] | None = None
) -> str:
    """Return the page as text; the same comparison gives the same bytes.

    asked: what the search asked for that ended with this comparison, None where there was no search.
    """
    from copsim.pages import page

    cast, said = cast_of(comparison), verdict(comparison)
    rows = words.differences(comparison, cast.outcomes[0]) if cast.outcomes else []
    lead = next((row for row in rows if row.scenario == said.lead), None)
    values = {
        "verdict": said,
        "subtitle": subtitle(cast),
        "study": study(comparison),
        "asked": asked,
        "tally": tally(rows),
        "tally_note": tally_note(rows),
        "figures": {name: page.for_page(drawing) for name, drawing in (drawings or draw(comparison)).items()},
        "change_caption": change_caption(comparison, lead),
        "changes": changes(comparison, lead) if lead and lead.finding.kind != "no number" else [],
        "fit": [_fitted(row) for row in comparison.manifest.get("fit") or []],
        "back_test": forms.clean((comparison.manifest.get("back_test") or {}).get("sentence", "")),
        "limits": page.limits(),
        "scenarios": [_scenario(scenario) for scenario in comparison.scenarios],
        "made": made_by(comparison),
        "hashes": page.hashes_of(comparison.manifest),
        "command": forms.clean(comparison.manifest.get("command", "")) or "copsim replay manifest.json",
        "folder": FOLDER,
    }
    return page.render("report.html.j2", values)


def subtitle(cast: Cast) -> str:
    """Return what was compared, in a few words."""
    if not cast.others:
        return cast.reference.title
    return f"{forms.plural(len(cast.others), 'scenario')} against {reference_in_prose(cast.reference)}"


def study(comparison: Any) -> str:
    """Return the size of the study."""
    reference = next((s for s in comparison.scenarios if s.name == comparison.reference), None)
    members = getattr(reference, "members", None)
    facts = [f"{forms.plural(int(members), 'member')} at the start"] if members else []
    facts += [forms.plural(weeks_of(comparison), "week"), forms.plural(pairs_of(comparison), "replicate")]
    return " · ".join(facts) + (" on the same luck" if len(comparison.scenarios) > 1 else "")


def tally(rows: list[Difference]) -> list[dict[str, str]]:
    """Return a row for each class that occurs: its mark, words and scenarios."""
    found = []
    for kind in words.CLASSES:
        members = [row for row in rows if row.finding.kind == kind]
        if members:
            first = members[0].finding
            names = "; ".join(row.title for row in members)
            found.append({"mark": first.mark, "words": first.words, "names": names, "note": _settling(members)})
    return found


def _settling(rows: list[Difference]) -> str:
    """Return how many pairs would settle the unclear ones."""
    if rows[0].finding.kind == "no number":
        return "at least two pairs with a value are needed"
    if rows[0].finding.kind != "no clear difference":
        return ""
    needed = [words.pairs_to_settle(row.low, row.high, row.measure.matters, row.pairs) for row in rows]
    reachable = [number for number in needed if number]
    if not reachable:
        return "no number of pairs within reach would settle it"
    least, most = min(reachable), max(reachable)
    each = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return f"about {each} pairs would settle it"


def tally_note(rows: list[Difference]) -> str:
    """Return which outcome the classes are about, and what was declared before the runs."""
    if not rows:
        return ""
    outcome, form = rows[0].measure, words.columns_form(rows)
    together = "The intervals hold together." if all(row.together for row in rows) and len(rows) > 1 else ""
    if not outcome.matters:
        return f"{outcome.label}. No smallest difference that matters is declared. {together}".strip()
    size = forms.with_unit(outcome.matters / form.scale, form.units)
    declared = f"A difference under {size} was declared too small to matter before the runs."
    return f"{outcome.label}. {declared} {together}".strip()


def change_caption(comparison: Any, lead: Difference | None) -> str:
    """Return what the table of doubt is about, and how it was found."""
    if lead is None or lead.finding.kind == "no number":
        return "There is no answer yet that anything could change."
    if not assumption_rows(comparison, lead):
        why = "No assumed value was varied" if comparison.worlds is None else "Too few pairs have a value"
        return f"{why}: what would change the answer was not looked for."
    regressed = (
        f"In each of the {forms.plural(pairs_of(comparison), 'simulated pair')} all assumed values were drawn anew; "
        f"the paired difference of {words.quoted(lead.title)} in {lead.measure.noun} was regressed on them."
    )
    if not changes(comparison, lead):
        return f"{regressed} No single value had an effect that could be told from chance."
    return (
        f"{regressed} Listed are the values whose effect could be told from chance. "
        "Shares are those of ranked differences, so that a few extreme pairs do not decide."
    )


def changes(comparison: Any, lead: Difference) -> list[dict[str, Any]]:
    """Return the rows of the values that showed an effect, ready to print."""
    open_still = not lead.finding.side
    return [_change(row, open_still) for row in assumption_rows(comparison, lead) if row["share"] > 0.0][:MOST_CHANGES]


def _change(row: dict[str, Any], open_still: bool) -> dict[str, Any]:
    unit = f" {forms.clean(row['unit'])}" if row["unit"] else ""
    share = max(0.0, row["share"]) if math.isfinite(row["share"]) else math.nan
    return {
        "turns": turning_phrase(row) if math.isfinite(row["turns"]) and not open_still else "",
        "stays": "it is open" if open_still else "nowhere in this range",
        "text": forms.clean(row["text"]).rstrip("."),
        "used": forms.bare(float(row["used"])) + unit,
        "range": f"{forms.bare(float(row['low']))} to {forms.bare(float(row['high']))}",
        "evidence": _kind(row["evidence"]),
        "kind": _kind(row["evidence"]),
        "width": max(1, round(share * BAR)) if share > 0 else 0,
        "share": forms.percent(share),
    }


def _kind(word: object) -> str:
    """Return the evidence of a value in one of three words; what is not declared is assumed."""
    return next((kind for kind in ("assumed", "calibrated", "measured") if str(word).startswith(kind)), "assumed")


def _fitted(row: Mapping[str, Any]) -> dict[str, str]:
    value = row.get("value", "")
    known = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {
        "what": forms.clean(row.get("what", "")),
        "value": forms.bare(float(value)) if known else forms.clean(value),
        "fitted_to": forms.clean(row.get("fitted_to", "")) or forms.MISSING,
        "kind": "assumed" if row.get("kind") == "assumed" else "fitted",
    }


def _scenario(scenario: Any) -> dict[str, str]:
    text = {key: forms.clean(getattr(scenario, key, "") or "") for key in ("name", "text", "source")}
    return {**text, "title": words.title_of(scenario)}


def made_by(comparison: Any) -> str:
    """Return version, seed, replicates and weeks."""
    manifest = comparison.manifest
    facts = [
        f"copsim {forms.clean(manifest.get('version', ''))}".strip(),
        f"seed {manifest.get('seed', forms.MISSING)}",
    ]
    facts += [forms.plural(pairs_of(comparison), "replicate"), forms.plural(weeks_of(comparison), "week")]
    return ", ".join(facts)


def provenance(comparison: Any) -> str:
    """Return the line at the foot of a figure that travels alone."""
    from copsim.pages import page

    hashes = [f"{name} {value}" for name, value in page.hashes_of(comparison.manifest)[:2]]
    return " · ".join([made_by(comparison).replace(", ", " · "), *hashes])
