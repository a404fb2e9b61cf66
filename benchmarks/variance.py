"""What pairing gains: `python -m benchmarks.variance [--quick]`.

The variance ratio, (Var a + Var b) / Var(a - b), tells how many independent runs do the work of one paired run: for a
change of one lever by 5 %, and for whole scenarios, all against the baseline on the same luck. Three times: in plausible
worlds; at central values (`fixed`); and there with communities that are alike from birth, where pairing cannot gain from
the spread between communities and only the luck of members, decisions and weeks is shared.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from copsim.engine.luck import spread_keys
from copsim.measures.weekly import runs_table
from copsim.scenarios.reading import BASELINE, DEFAULT_SET, Scenario, load_scenario
from copsim.studies.ensemble import run_arms
from copsim.studies.pairing import differences
from copsim.studies.planning import arms_of, worlds_of

LEVERS = (
    "joining.hinterland", "launching.prepared", "leading.hours", "leading.preparing", "leading.welcoming",
    "meeting.cadence", "meeting.hours", "sponsoring.engagement", "sponsoring.hours", "sponsoring.patience", "valuing.tell",
)  # fmt: skip
OUTCOMES = ("regulars_end", "value_realized", "cost", "core_end")
CHANGE = 1.05
SEED = 1
KINDS = ("worlds", "fixed", "alike")


def contrasts() -> dict[str, tuple[Scenario, ...]]:
    """Return what is compared with the baseline: one lever changed, and the built-in scenarios."""
    baseline = load_scenario(BASELINE)
    levers = tuple(baseline.with_({key: CHANGE * baseline[key]}, name=f"{key} + 5 %") for key in LEVERS)
    return {"one lever": levers, "scenarios": tuple(load_scenario(name) for name in DEFAULT_SET if name != BASELINE)}


def alike(scenario: Scenario) -> Scenario:
    """Return a scenario in which luck spreads nothing between communities."""
    return scenario.with_({spread: 0.0 for spread, _ in spread_keys()}, name=scenario.name)


def ratios(scenarios: Sequence[Scenario], replicates: int, weeks: int, kind: str) -> pd.DataFrame:
    """Return the variance ratio by scenario and outcome; the arms run one after another, so that memory stays flat."""
    drawn = worlds_of(SEED, replicates) if kind == "worlds" else None
    cast = (load_scenario(BASELINE), *scenarios)
    arms = arms_of(tuple(map(alike, cast)) if kind == "alike" else cast, weeks, None, drawn)
    parts = [runs_table({arm.name: run_arms([arm], replicates, SEED)[0].lives()}) for arm in arms]
    runs = pd.concat([part.assign(scenario=str(part["scenario"].iloc[0])) for part in parts], ignore_index=True)
    runs["scenario"] = pd.Categorical(runs["scenario"], [arm.name for arm in arms])
    table = differences(runs, BASELINE, ())
    return table.pivot(index="scenario", columns="outcome", values="variance_ratio")[list(OUTCOMES)]


def measured(replicates: int, weeks: int) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Yield (what and how, ratios by scenario and outcome, the median last)."""
    for kind in KINDS:
        for what, scenarios in contrasts().items():
            found = ratios(scenarios, replicates, weeks, kind)
            found.loc["median"] = found.median()
            yield f"{what}, {kind}", found.round(1).to_dict("index")


def main() -> None:
    """Measure and print one JSON document."""
    replicates, weeks = (10, 104) if "--quick" in sys.argv else (200, 260)
    found = dict(measured(replicates, weeks))
    print(json.dumps({"replicates": replicates, "weeks": weeks, "variance ratio": found}, indent=1))


if __name__ == "__main__":
    main()
