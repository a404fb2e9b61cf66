"""Words, tables and files of a discovery: one function makes the sentence for terminal, page and Python."""

import math
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copsim.pages import forms

if TYPE_CHECKING:
    import pandas as pd

STEM = "discover"
"""How the files of a discovery begin; what follows is its condition."""
FEW_LEVELS = 12
"""A factor with at most this many values is told by its values, not by a limit between them."""
_VERBS = {
    "reached_sustaining == 0": "never reach sustaining",
    "reached_sustaining == 1": "reach sustaining",
    "ended == 0": "are alive at the end",
    "ended == 1": "come to an end",
}
_SEEN = ("points", "runs", "mass", "coverage", "density", "outside", "difference")
_WITH_INTERVAL = ("coverage", "density", "difference")
_POINTS = forms.Form(0.01, 0, "", "percentage points")
_THAN = {"<": "below", "<=": "of at most", ">": "above", ">=": "of at least", "==": "of exactly", "!=": "other than"}


def sentence(discovery: Any) -> str:
    """Return what was found, or that nothing was, in one plain sentence."""
    step = discovery.chosen
    shares = {
        "density": step.checked.density.value,
        "outside": step.checked.outside,
        "coverage": step.checked.coverage.value,
        "share": float(discovery.cases.met.sum() / discovery.cases.runs.sum()),
        "low": step.checked.difference.low,
        "high": step.checked.difference.high,
    }
    return said(discovery.when, discovery.found, box_words(discovery, step.box), shares)


def said(condition: Any, found: bool, box: str, shares: Mapping[str, float]) -> str:
    """Return the sentence.

    shares: density, outside and coverage on points not used to find the box, low and high of inside less outside there,
    share of all runs.
    """
    what = verb(condition)
    if shares["share"] in (0.0, 1.0):
        return (
            f"{'Every' if shares['share'] else 'No'} simulated run meets {condition}: there is nothing to tell apart."
        )
    if not found:
        of_all = forms.percent(shares["share"])
        return f"No box was found: where simulated runs {what} ({of_all} of all do) could not be told from chance."
    doubt = (
        f" By itself the check cannot tell inside from outside: the interval of their difference, "
        f"{_POINTS.interval(shares['low'], shares['high'])} percentage points, includes 0."
        if shares["low"] <= 0 <= shares["high"]
        else ""
    )
    return (
        f"Simulated runs {what} where {box}: {forms.percent(shares['density'])} of the runs inside do, against "
        f"{forms.percent(shares['outside'])} outside and {forms.percent(shares['share'])} of all, and "
        f"{forms.percent(shares['coverage'])} of all that do are inside.{doubt}"
    )


def verb(condition: Any) -> str:
    """Return what runs do that meet a condition: "never reach sustaining", "have cost above 50,000 €"."""
    parts = getattr(condition, "parts", None)
    if parts is None:
        return _VERBS.get(str(condition)) or _compared(condition)
    if any(hasattr(part, "parts") for part in parts):
        return f"meet {condition}"
    return f" {condition.word} ".join(verb(part) for part in parts)


def _compared(comparison: Any) -> str:
    from copsim.pages.words import measure

    if isinstance(comparison.value, str):
        return f"{'end' if comparison.symbol == '==' else 'do not end'} as {comparison.value}"
    outcome = measure(comparison.outcome)
    unit = "" if outcome.unit in (*forms.PEOPLE, *forms.SHARE_UNITS) else forms.SYMBOLS.get(outcome.unit, outcome.unit)
    label = outcome.label[:1].lower() + outcome.label[1:]
    return f"have {label} {_THAN[comparison.symbol]} {number(comparison.value)} {unit}".strip()


def number(value: float) -> str:
    """Return a number with all of its (at most nine) digits, no exponent, a true minus."""
    if abs(value) >= 1000 and value == round(value):
        return f"{value:,.0f}".replace("-", forms.MINUS)
    digits = max(0, 8 - forms.magnitude(value))
    written = f"{value:.{digits}f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return written.replace("-", forms.MINUS)


def factor_words(name: str) -> str:
    """Return a factor in words: the text of its parameter, and from when on."""
    from copsim.scenarios.checking import parameters

    key, _, week = name.partition("@")
    known = parameters().get(key)
    text = forms.clean(known.text).rstrip(".") if known else key
    return f"{text} from week {week} on" if week else text


def axis_words(name: str) -> str:
    """Return a factor as an axis has it: words, key and unit: "Weeks between meetings (meeting.cadence, weeks)"."""
    from copsim.scenarios.checking import parameters

    known = parameters().get(name.partition("@")[0])
    unit = f", {known.unit}" if known and known.unit else ""
    return f"{forms.first_capital(factor_words(name))} ({name}{unit})"


def box_words(discovery: Any, box: Any) -> str:
    """Return the box inside a sentence: "“engagement of the sponsor” is below 0.4 and ..."; "" where it holds all."""
    order = [one.name for one in discovery.restrictions]
    names = [discovery.cases.names[column] for column in box.restricted]
    told = sorted(names, key=lambda name: order.index(name) if name in order else len(order))
    words = []
    for name in told:
        limit = box.limits[discovery.cases.names.index(name)]
        subject = "the scenario" if name == "scenario" else f"“{factor_words(name)}”"
        words.append(f"{subject} is {limit_words(discovery, name, limit)}")
    return forms.listed(words) if words else ""


def limit_words(discovery: Any, name: str, limit: Any) -> str:
    """Return what a box keeps of a factor: "below 0.4", "2 or less", "between 0.2 and 0.5", "baseline or other"."""
    cases = discovery.cases
    if isinstance(limit, frozenset):
        return " or ".join(f"“{cases.scenarios[code]}”" for code in sorted(limit))
    low, high = limit
    levels = sorted(set(cases.x[:, cases.names.index(name)].tolist()))
    if len(levels) <= FEW_LEVELS:
        kept = [level for level in levels if low <= level <= high]
        first, last = number(kept[0]), number(kept[-1])
        if len(kept) == 1:
            return first
        ends = {(True, False): f"{last} or less", (False, True): f"{first} or more"}
        return ends.get((low == -math.inf, high == math.inf), f"{first} to {last}")
    if math.isinf(low) or math.isinf(high):
        return f"below {number(high)}" if math.isinf(low) else f"above {number(low)}"
    return f"between {number(low)} and {number(high)}"


def box_table(discovery: Any) -> "pd.DataFrame":
    """Return a row a restriction: factor, low, high (empty where open), what it keeps in words, its quasi-p-value."""
    import pandas as pd

    rows = []
    for one in discovery.restrictions:
        low, high = (math.nan, math.nan) if isinstance(one.limit, frozenset) else one.limit
        ends = [end if math.isfinite(end) else math.nan for end in (low, high)]
        rows.append([one.name, *ends, limit_words(discovery, one.name, one.limit), one.quasi_p, one.lost])
    return pd.DataFrame(rows, columns=["factor", "low", "high", "keeps", "quasi_p", "density_lost_without"])


def trajectory_table(discovery: Any) -> "pd.DataFrame":
    """Return a row a box, from the whole to the smallest and last the chosen one: shares on both halves, and limits."""
    import pandas as pd

    rows = [_row(discovery, number, step) for number, step in enumerate(discovery.steps)]
    return pd.DataFrame(rows)


def last_row(discovery: Any) -> dict[str, Any]:
    """Return the row of the chosen box."""
    return _row(discovery, len(discovery.steps) - 1, discovery.chosen)


def _row(discovery: Any, place: int, step: Any) -> dict[str, Any]:
    chosen = step is discovery.chosen
    row: dict[str, Any] = {
        "when": str(discovery.when),
        "step": place,
        "chosen": chosen,
        "found": discovery.found if chosen else None,
        "chance": discovery.chance if chosen else None,
        "box": box_words(discovery, step.box),
        "share": float(discovery.cases.met.sum() / discovery.cases.runs.sum()),
        "all_runs": int(discovery.cases.runs.sum()),
    }
    for half, seen in (("found", step.found), ("checked", step.checked)):
        row |= {f"{half}_{key}": getattr(seen, key) for key in ("points", "runs", "mass", "outside")}
        for key in ("coverage", "density", "difference"):
            share = getattr(seen, key)
            row |= {f"{half}_{key}": share.value}
            row |= {f"{half}_{key}_low": share.low, f"{half}_{key}_high": share.high} if half == "checked" else {}
    for column, name in enumerate(discovery.cases.names):
        limit = step.box.limits[column]
        if isinstance(limit, frozenset):
            row[name] = " ".join(discovery.cases.scenarios[code] for code in sorted(limit))
        else:
            row |= {f"{name} {end}": _or_nothing(value) for end, value in zip(("low", "high"), limit, strict=True)}
    return row


def _or_nothing(value: float) -> float | None:
    return value if math.isfinite(value) else None


def check_rows(row: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return the lines of the table of a box: what, found on, checked on, 95 % interval of the check.

    row: a row of the table of boxes.
    """

    found, checked = ({key: _number(row[f"{half}_{key}"]) for key in _SEEN} for half in ("found", "checked"))
    ends = {key: [_number(row[f"checked_{key}_{end}"]) for end in ("low", "high")] for key in _WITH_INTERVAL}

    def shares(words: str, key: str, interval: str = "") -> tuple[str, str, str, str]:
        return words, forms.percent(found[key]), forms.percent(checked[key]), interval

    cells, runs = ([f"{int(seen[key]):,}" for seen in (found, checked)] for key in ("points", "runs"))
    apart = [_POINTS.signed(seen["difference"]) for seen in (found, checked)]
    return [
        ("cells inside (scenario and point)", cells[0], cells[1], ""),
        ("runs inside", runs[0], runs[1], ""),
        shares("mass: share of the cells inside", "mass"),
        shares("density: such runs, of those inside", "density", _share_interval(*ends["density"])),
        shares("coverage: inside, of all such runs", "coverage", _share_interval(*ends["coverage"])),
        shares("such runs, of those outside", "outside"),
        ("inside less outside, percentage points", apart[0], apart[1], _POINTS.interval(*ends["difference"])),
    ]


def _number(value: Any) -> float:
    return math.nan if value in ("", None) else float(value)


def _share_interval(low: float, high: float) -> str:
    return f"{forms.of_100(low)} to {forms.percent(high)}" if math.isfinite(low) else forms.MISSING


def discovery_text(discovery: Any, notes: Sequence[str] = ()) -> str:
    """Return what `copsim discover` prints: the sentence, the box, the check."""
    lines = ["\n".join(_wrapped(discovery.sentence)), ""]
    if discovery.restrictions:
        title = "Box" if discovery.found else "Nearest to a box"
        lines.append(f"{title:34}{'':34}quasi-p")
        for row in box_table(discovery).to_dict("records"):
            lines.append(f"{row['factor']:34}{row['keeps']:34}{row['quasi_p']:.3f}")
        lines.append("")
        lines.append(f"{'':38}{'found on':>10}{'checked on':>12}  95 % interval")
        rows = check_rows(last_row(discovery))
        lines += [f"{name:38}{one:>10}{two:>12}  {interval}".rstrip() for name, one, two, interval in rows]
        lines.append("")
    lines.append(f"Chance    {chance_words(discovery.chance)}")
    return "\n".join([*lines, *notes])


def chance_words(chance: float) -> str:
    """Return how the search is kept from telling noise."""
    return (
        f"shuffled points of the half it was checked on do as well {_times(chance)};\n"
        "          a box is told where that is at most 1 time in 100"
    )


def _times(chance: float) -> str:
    if chance < 0.001:
        return "fewer than 1 time in 1,000"
    return (
        f"{100 * chance:.0f} times in 100"
        if chance >= 0.015
        else f"{forms.plural(round(1000 * chance), 'time')} in 1,000"
    )


def _wrapped(text: str, width: int = 80) -> list[str]:
    from textwrap import wrap

    return wrap(text, width)


def write_discovery(discovery: Any, folder: str | Path) -> Path:
    """Write table and figure, named after the condition, each whole or not at all, and return the figure's path."""
    from copsim.pages.plot_discovery import discovered
    from copsim.studies.storing import csv_bytes
    from copsim.sweeps.parts import write_whole

    place = Path(folder)
    (place / "figures").mkdir(parents=True, exist_ok=True)
    drawing, picture = discovered(discovery), BytesIO()
    drawing.canvas.png(picture, drawing.title, drawing.caption, provenance(discovery.manifest))
    name = file_name(discovery.when)
    figure = place / "figures" / f"{name}.png"
    write_whole(figure, picture.getvalue())
    write_whole(place / f"{name}.csv", csv_bytes(trajectory_table(discovery)))
    return figure


_IN_NAMES = {"<=": "at-most", ">=": "at-least", "==": "is", "!=": "is-not", "<": "below", ">": "above", "-": "minus-"}
_LONGEST_NAME = 60


def file_name(condition: Any) -> str:
    """Return the name of a condition's files without their ending: "discover-cost-above-50000"."""
    import re
    from hashlib import blake2b

    text = str(condition)
    words = re.sub("|".join(_IN_NAMES), lambda found: f" {_IN_NAMES[found[0]]}", text)
    name = f"{STEM}-{re.sub('[^a-z0-9.]+', '-', words.lower()).strip('-')}"
    if "(" not in text and len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_LONGEST_NAME].strip('-')}-{blake2b(text.encode(), digest_size=3).hexdigest()}"


def provenance(manifest: Mapping[str, Any]) -> str:
    """Return the line at the foot of a sweep's figure that travels alone."""
    from copsim.pages.page import hashes_of

    facts = [f"copsim {forms.clean(manifest['version'])}", f"seed {manifest['seed']}"]
    facts += [forms.plural(int(manifest["replicates"]), "replicate"), forms.plural(int(manifest["weeks"]), "week")]
    return " · ".join([*facts, *(f"{name} {value}" for name, value in hashes_of(manifest)[:2])])
