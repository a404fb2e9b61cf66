"""What `copsim run` prints: each outcome of many runs in one line."""

from typing import Any


def summary(runs: Any) -> list[dict[str, Any]]:
    """Return for each outcome its mean over runs and the range of eight in ten; None where no run has a value."""
    from copsim.measures.outcomes import OUTCOMES

    found = []
    for key, outcome in OUTCOMES.items():
        if key in runs.columns and runs[key].dtype.kind in "iufb":
            values = runs[key].dropna().astype(float)
            low, high = values.quantile([0.1, 0.9]) if len(values) else (None, None)
            mean = float(values.mean()) if len(values) else None
            of = {"outcome": key, "label": outcome.label, "unit": outcome.unit}
            found.append({**of, "mean": mean, "low": low, "high": high, "runs": len(values)})
    return found


def summary_text(scenario: Any, outcomes: list[dict[str, Any]], weeks: int, runs: int, folder: str) -> str:
    """Return the outcomes as a table: mean and the range of eight in ten runs; the values of one run."""
    from copsim.pages import forms

    lines = [f"{forms.clean(scenario.title)}: {forms.plural(runs, 'run')} of {forms.plural(weeks, 'week')}", ""]
    single = runs == 1
    heading = f"{'value':>10}  " if single else f"{'mean':>10}  {'8 in 10 runs':24}"
    lines.append(f"{'':28}{heading}unit")
    for row in outcomes:
        mean, low, high = (float("nan") if row[key] is None else row[key] for key in ("mean", "low", "high"))
        between = f"{forms.bare(low)} to {forms.bare(high)}" if row["runs"] else ""
        spread = "" if single else f"{between:24}"
        lines.append(f"{row['label']:28}{forms.bare(mean):>10}  {spread}{row['unit']}")
    return "\n".join([*lines, "", f"Results   {folder}"])
