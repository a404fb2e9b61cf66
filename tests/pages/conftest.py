"""A synthetic comparison with plausible numbers: twelve scenarios, sixty replicates, 260 weeks."""

import sys
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

SCENARIOS = {
    "baseline": ("Baseline", 0.0, 0.0),
    "no-leadership": ("No leadership", -7.5, -38.0),
    "strong-coordinator": ("Strong coordinator", 5.0, 62.0),
    "distributed-leadership": ("Distributed leadership", 6.2, 4.0),
    "coordinator-leaves": ("The coordinator leaves, week 78", -3.0, -21.0),
    "distributed-coordinator-leaves": ("Distributed, the coordinator leaves, week 78", 4.0, 1.0),
    "engaged-sponsor": ("Engaged sponsor", 9.5, 71.0),
    "absent-sponsor": ("Absent sponsor", -4.4, -33.0),
    "command-and-control": ("Command and control", -1.2, 12.0),
    "sponsor-leaves": ("Engaged sponsor leaves, week 78", 0.3, 18.0),
    "prepared-launch": ("Prepared launch", 1.6, 0.4),
    "cold-launch": ("Cold launch", -0.4, 0.2),
}
EVENTS = {
    "coordinator-leaves": (SimpleNamespace(week=78, kind="coordinator-leaves"),),
    "distributed-coordinator-leaves": (SimpleNamespace(week=78, kind="coordinator-leaves"),),
    "sponsor-leaves": (SimpleNamespace(week=78, kind="sponsor-leaves"),),
}
OUTCOMES = {
    "regulars_end": ("people", "Regulars at the end", 1, 1.0),
    "value_realized": ("units", "Realized value", 1, 10.0),
    "cost": ("EUR", "Cost", -1, 5000.0),
    "core_end": ("people", "Core members at the end", 1, 0.5),
    "reached_sustaining": ("share", "Reached sustaining", 1, 0.05),
    "gini": ("share", "Concentration of contributions", 0, None),
}
MAIN = ("regulars_end", "value_realized", "cost")


@dataclass
class Comparison:
    scenarios: tuple[Any, ...]
    reference: str
    table: pd.DataFrame
    runs: pd.DataFrame
    weekly: pd.DataFrame
    worlds: pd.DataFrame
    assumptions: pd.DataFrame
    doubt: pd.DataFrame
    manifest: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def real_outcomes() -> Any:
    """Return the package's own declared outcomes, in place of the stand-in."""
    sys.modules.pop("copsim.measures.outcomes", None)
    return pytest.importorskip("copsim.measures.outcomes").OUTCOMES


@pytest.fixture(autouse=True)
def outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the declared outcomes, so that words in tests do not move with the declarations."""
    real = import_module("copsim.measures.outcomes")
    module = ModuleType(real.__name__)
    declared = {
        key: SimpleNamespace(key=key, unit=unit, label=label, better=better, matters=matters, text=label)
        for key, (unit, label, better, matters) in OUTCOMES.items()
    }
    module.__dict__.update({**vars(real), "OUTCOMES": declared, "MAIN": MAIN})
    monkeypatch.setitem(sys.modules, "copsim.measures.outcomes", module)


def difference_row(name: str, key: str, a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    """Return one row of the table for values `a` against the reference's `b` (scenario without reference)."""
    d = a - b
    half = 2.9 * d.std(ddof=1) / np.sqrt(len(d)) if len(d) > 1 else np.nan
    between = d.var(ddof=1) if len(d) > 1 else np.nan
    ratio = (a.var(ddof=1) + b.var(ddof=1)) / between if len(d) > 1 and between > 0 else np.nan
    better = OUTCOMES[key][2] or 1
    return {
        "scenario": name,
        "outcome": key,
        "unit": OUTCOMES[key][0],
        "mean": a.mean(),
        "reference_mean": b.mean(),
        "difference": d.mean(),
        "low": d.mean() - half,
        "high": d.mean() + half,
        "interval": "simultaneous" if key in MAIN else "single",
        "worlds_better": ((d * better > 0) + 0.5 * (d == 0)).mean(),
        "variance_ratio": ratio,
        "replicates": len(d),
    }


def weekly_of(name: str, effect: float, replicates: int, weeks: int, event: int | None) -> pd.DataFrame:
    """Return dense weekly rows of one scenario: growth, a dated loss, some communities that end."""
    draw = np.random.default_rng(7)
    size = draw.gamma(6.0, 2.0, replicates)[:, None] + effect
    week = np.arange(1, weeks + 1)[None, :]
    grown = np.maximum(size, 0.5) * (1 - np.exp(-week / 40)) + draw.normal(0, 0.4, (replicates, weeks))
    if event:
        grown = np.where(week > event, grown * (0.4 + 0.6 * np.exp(-(week - event) / 60)), grown)
    end = np.where(
        draw.random(replicates) < np.clip(0.35 - effect / 30, 0.05, 0.9), draw.integers(30, 400, replicates), 9999
    )
    alive = week < end[:, None]
    regulars = np.where(alive, np.maximum(grown, 0), 0)
    pace = week * (1 + effect / 20) + draw.normal(0, 30, (replicates, 1))
    stage = np.select([~alive, pace > 230, pace > 110, pace > 50, pace > 15], [5, 3, 3, 2, 1], 0)
    stage = np.where(alive & (regulars < 3) & (week > 150), 4, stage)
    columns = {"core": 0.3, "active": 0.7, "occasional": 1.2, "peripheral": 2.5, "transactional": 1.0}
    frame = pd.DataFrame({"scenario": name, "replicate": np.repeat(np.arange(replicates), weeks), "community": 0})
    frame["week"] = np.tile(week[0], replicates)
    for column, share in columns.items():
        frame[column] = np.round(regulars * share).ravel().astype(np.float32)
    frame["stage"] = pd.Categorical.from_codes(
        stage.ravel().astype(int),
        ["potential", "coalescing", "maturing", "sustaining", "transforming", "ended"],
        ordered=True,
    )
    return frame


def build(names: list[str], replicates: int = 60, weeks: int = 260, noise: float = 1.0) -> Comparison:
    """Return a comparison of the named scenarios, the first the reference."""
    luck = np.random.default_rng(1)
    shared = {key: luck.normal(0, 1, replicates) for key in OUTCOMES}
    base = {"regulars_end": 12, "value_realized": 180, "cost": 210_000, "core_end": 4}
    spread = {"regulars_end": 5, "value_realized": 60, "cost": 30_000, "core_end": 1.6}
    runs, weekly, scenarios = [], [], []
    for number, name in enumerate(names):
        title, effect, money = SCENARIOS.get(name, (name.title(), (number % 23) - 9.0, (number % 31) - 12.0))
        own = np.random.default_rng(100 + number)
        gains = {"regulars_end": effect, "value_realized": effect * 14, "cost": money * 1000, "core_end": effect * 0.3}
        values = {
            key: base[key] + gains[key] + spread[key] * (shared[key] + noise * 0.5 * own.normal(0, 1, replicates))
            for key in base
        }
        values["reached_sustaining"] = (shared["regulars_end"] + effect / 8 > 0.2).astype(float)
        values["gini"] = 0.6 + 0.05 * shared["gini"] + 0.002 * effect
        runs.append(pd.DataFrame({"scenario": name, "replicate": range(replicates), "community": 0, **values}))
        events = EVENTS.get(name, ())
        weekly.append(weekly_of(name, effect, replicates, weeks, events[0].week if events else None))
        text = f"What {title} stands for."
        scenarios.append(
            SimpleNamespace(
                name=name,
                title=title,
                text=text,
                source="slide 12",
                changes=(),
                events=events,
                population="professional",
                start="potential",
                members=8,
                weeks=weeks,
            )
        )
    all_runs = pd.concat(runs, ignore_index=True)
    table = table_of(all_runs, names)
    lead = names[1] if len(names) > 1 else names[0]
    everywhere = pd.concat(weekly, ignore_index=True)
    everywhere["scenario"] = pd.Categorical(everywhere["scenario"], names, ordered=True)
    return Comparison(
        scenarios=tuple(scenarios),
        reference=names[0],
        table=table,
        runs=all_runs,
        weekly=everywhere,
        worlds=pd.DataFrame({"replicate": range(replicates), "acting.b0": luck.normal(0, 1, replicates)}),
        assumptions=assumptions_of(names),
        doubt=doubt_of(names),
        manifest={
            "copsim": "0.1.0",
            "version": "0.1.0",
            "streams": 1,
            "seed": 1,
            "replicates": replicates,
            "weeks": weeks,
            "command": f"copsim compare --replicates {replicates} --weeks {weeks} --seed 1",
            "hashes": {"comparison": "9f3c71ae04d2", "scenarios": "c81b5510e7f9", "engine": "2ad490cc1b36"},
            "lead": lead,
        },
    )


def table_of(runs: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the table of differences from the runs."""
    values = dict(list(runs.groupby("scenario", sort=False)))
    rows = [
        difference_row(name, key, values[name][key].to_numpy(), values[names[0]][key].to_numpy())
        for name in names[1:]
        for key in OUTCOMES
    ]
    columns = list(difference_row(names[0], "cost", np.zeros(2), np.ones(2)))
    table = pd.DataFrame(rows, columns=columns)
    table.insert(1, "reference", names[0])
    return table


def assumptions_of(names: list[str]) -> pd.DataFrame:
    """Return what would change the answer: one value turns it, two do not."""
    rows = [
        (
            "leading.pull",
            "how strongly a leader's hours pull in newcomers",
            "times",
            1.0,
            0.3,
            1.6,
            "assumed",
            0.29,
            0.42,
        ),
        (
            "leading.burnout",
            "weeks until a leader tires and hands over",
            "weeks",
            60.0,
            30.0,
            90.0,
            "assumed",
            0.12,
            np.nan,
        ),
        ("joining.second", "newcomers who contribute a second time", "", 0.31, 0.24, 0.39, "measured", 0.09, np.nan),
    ]
    columns = ["parameter", "text", "unit", "used", "low", "high", "evidence", "share", "turns"]
    parts = []
    for name in names[1:]:
        part = pd.DataFrame(rows, columns=columns)
        part.insert(0, "outcome", "regulars_end")
        part.insert(0, "scenario", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["scenario", "outcome", *columns])


def doubt_of(names: list[str]) -> pd.DataFrame:
    """Return the shares of assumption and chance for each scenario and main outcome."""
    rows = [(name, key, 0.41, 0.59, 0.11) for name in names[1:] for key in MAIN]
    return pd.DataFrame(rows, columns=["scenario", "outcome", "assumption", "chance", "floor"])


@pytest.fixture(scope="session")
def built() -> Any:
    """Return the builder of synthetic comparisons."""
    return build


@pytest.fixture(scope="session")
def comparison() -> Comparison:
    """Return the full synthetic comparison; tests must not change it."""
    return build(list(SCENARIOS))
