"""From an interval to a class, a mark and words: one function for page, brief, terminal and table."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copsim.pages import forms

CLASSES = ("clearly more", "more", "about the same", "no clear difference", "fewer", "clearly fewer", "no number")
_MARKS = dict(zip(CLASSES, "▲△≈?▽▼–", strict=True))
_PLAIN_MARKS = dict(zip(CLASSES, ("++", "+", "=", "?", "-", "--", "."), strict=True))
_SIDES = {"clearly more": 1, "more": 1, "fewer": -1, "clearly fewer": -1}
MOST_PAIRS = 1_000_000
COUNTED_UNITS = ("members", "people", "persons", "weeks", "regulars", "newcomers", "units", "")


@dataclass(frozen=True)
class Finding:
    """What an interval says: its class, the same class in words of the outcome, and which way it points."""

    kind: str
    words: str
    side: int
    better: bool | None

    @property
    def mark(self) -> str:
        """One character that carries the class without colour."""
        return _MARKS[self.kind]

    @property
    def plain_mark(self) -> str:
        """The mark where only ASCII can be shown."""
        return _PLAIN_MARKS[self.kind]

    @property
    def clear(self) -> bool:
        """True when the difference is at least as large as matters."""
        return self.kind.startswith("clearly")


def find(low: float, high: float, matters: float | None = None, better: int = 0, less: str = "fewer") -> Finding:
    """Return the class of a 95 % interval of the mean paired difference.

    `matters` is the smallest difference that matters, in the outcome's unit, or None where none is declared: then only
    "clearly more", "clearly fewer" and "no clear difference" can be said. `better` is +1, -1 or 0, the good direction;
    `less` is the outcome's word for the other side of "more". An interval that is missing has the class "no number".
    """
    kind = _kind(low, high, matters or 0.0)
    side = _SIDES.get(kind, 0)
    words = {"more": "more, perhaps too little to matter", "fewer": f"{less}, perhaps too little to matter"}
    written = words.get(kind, kind.replace("fewer", less))
    return Finding(kind, written, side, side == better if side and better else None)


def _kind(low: float, high: float, matters: float) -> str:
    """Return the class by the bounds alone; `matters` 0 means that none is declared."""
    if math.isnan(low) or math.isnan(high):
        return "no number"
    if matters <= 0:
        return "clearly more" if low > 0 else "clearly fewer" if high < 0 else "no clear difference"
    if low >= matters or high <= -matters:
        return "clearly more" if low >= matters else "clearly fewer"
    if -matters < low and high < matters:
        return "about the same"
    return "more" if low > 0 else "fewer" if high < 0 else "no clear difference"


def pairs_to_settle(low: float, high: float, matters: float | None, pairs: int) -> int | None:
    """Return how many pairs would settle an unclear difference if its estimate stays, two figures, rounded up.

    The interval shrinks with the square root of the number of pairs; it is settled when it leaves zero or stays inside
    what does not matter. None when no reachable number (a million) would do.
    """
    half, middle = (high - low) / 2, abs(high + low) / 2
    reach = max(middle, (matters or 0.0) - middle)
    if not (math.isfinite(half) and half > 0 and reach > 0 and half / reach < 1e6):
        return None
    needed = math.ceil(pairs * (half / reach) ** 2) + 1
    unit = 10 ** max(0, len(str(needed)) - 2)
    rounded = math.ceil(needed / unit) * unit
    return rounded if rounded <= MOST_PAIRS else None


@dataclass(frozen=True)
class Measure:
    """An outcome as the pages use it: its declaration, and the words for more and less of it in a sentence."""

    key: str
    unit: str
    label: str
    better: int
    matters: float | None
    noun: str
    less: str

    @property
    def money(self) -> bool:
        """True for amounts of currency."""
        return self.unit in forms.SYMBOLS or self.unit in forms.SYMBOLS.values()


_NOUNS = {
    "regulars_end": "regulars",
    "core_end": "core members",
    "active_end": "active members",
    "occasional_end": "occasional members",
    "peripheral_end": "peripheral members",
    "transactional_end": "one-touch members",
    "members_end": "members",
    "value_realized": "realized value",
    "cost": "cost",
    "hours": "hours",
}
_MASS = ("value_immediate", "value_potential", "value_applied", "value_realized", "value_per_cost", "cost")


def declared() -> Mapping[str, Any]:
    """Return the declared outcomes by key."""
    from copsim.measures.outcomes import OUTCOMES

    return OUTCOMES


def measure(key: str, unit: str = "") -> Measure:
    """Return the outcome with its words; an undeclared one has its key as label and no direction."""
    outcome = declared().get(key)
    label = forms.clean(outcome.label) if outcome else key.replace("_", " ")
    unit = (outcome.unit if outcome else unit) or ""
    countable = key not in _MASS and unit in COUNTED_UNITS
    better, matters = (outcome.better, outcome.matters) if outcome else (0, None)
    noun = _NOUNS.get(key, label[:1].lower() + label[1:])
    return Measure(key, unit, label, better, matters, noun, "fewer" if countable else "less")


@dataclass(frozen=True)
class Difference:
    """One row of the comparison: a scenario against the reference on one outcome, with its class."""

    scenario: str
    title: str
    measure: Measure
    mean: float
    reference_mean: float
    difference: float
    low: float
    high: float
    together: bool
    worlds_better: float
    variance_ratio: float
    pairs: int
    finding: Finding

    @property
    def half(self) -> float:
        """Half the interval's width."""
        return (self.high - self.low) / 2


def differences(comparison: Any, key: str) -> list[Difference]:
    """Return the rows of one outcome, largest difference first, missing ones last; equal ones keep their order."""
    table = comparison.table
    titles = {scenario.name: title_of(scenario) for scenario in comparison.scenarios}
    rows = [_difference(row, titles) for row in table[table["outcome"] == key].to_dict("records")]
    return sorted(rows, key=lambda row: -row.difference if math.isfinite(row.difference) else math.inf)


def _difference(row: Mapping[str, Any], titles: Mapping[str, str]) -> Difference:
    outcome = measure(str(row["outcome"]), str(row.get("unit") or ""))
    name = str(row["scenario"])
    low, high = float(row["low"]), float(row["high"])
    return Difference(
        scenario=name,
        title=titles.get(name, forms.clean(name)),
        measure=outcome,
        mean=float(row["mean"]),
        reference_mean=float(row["reference_mean"]),
        difference=float(row["difference"]),
        low=low,
        high=high,
        together=str(row["interval"]) == "simultaneous",
        worlds_better=float(row["worlds_better"]),
        variance_ratio=float(row["variance_ratio"]),
        pairs=int(row["replicates"]),
        finding=find(low, high, outcome.matters, outcome.better, outcome.less),
    )


def quoted(title: str) -> str:
    """Return a scenario's title as it stands in a sentence: in quotation marks, for a title may hold a verb or a "no"."""
    return f"“{title}”"


def title_of(scenario: Any) -> str:
    """Return the scenario's title on one line, or its name where it has none."""
    return forms.clean(scenario.title) or forms.clean(scenario.name) or "untitled"


def main_outcomes(comparison: Any) -> tuple[str, ...]:
    """Return the outcomes the comparison is judged on, the headline's first (at most three)."""
    from copsim.measures.outcomes import MAIN

    table = comparison.table
    together = table.loc[table["interval"] == "simultaneous", "outcome"].astype(str).unique().tolist()
    present = together or table["outcome"].astype(str).unique().tolist()
    return tuple([key for key in MAIN if key in present] + [key for key in present if key not in MAIN])[:3]


def columns_form(rows: list[Difference]) -> forms.Form:
    """Return one form for a column of differences and intervals: fine enough for the narrowest, within reason."""
    halves = sorted(row.half for row in rows if math.isfinite(row.half))
    half = max(halves[0], halves[len(halves) // 2] / 10) if halves else 0.0
    values = [value for row in rows for value in (row.difference, row.low, row.high)]
    return forms.form_for(values, half, rows[0].measure.unit if rows else "")
