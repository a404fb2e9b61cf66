"""Print the golden histories: one digest for each built-in scenario and population, kept in tests/engine/golden.json.

A digest is over the record, the events and the days of one life in a plausible world. It may change only together with
the number of `streams`, or where the model itself is changed on purpose and the changelog says so.
Run: python -m experiments.make_golden
"""

import hashlib
import json
from pathlib import Path

from copsim.engine.gate import Plan, make_plan
from copsim.engine.living import live
from copsim.measures.simulated import event_log
from copsim.scenarios.files import built_in_names
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario
from copsim.studies.planning import in_plan, worlds_of

FILE = Path(__file__).parent.parent / "tests" / "engine" / "golden.json"
SEED, WEEKS = 1, 208


def plans() -> dict[str, Plan]:
    """Return what is lived: every built-in scenario, and the two populations of real communities."""
    scenarios = {name: plan_of(load_scenario(name), WEEKS) for name in built_in_names()}
    return scenarios | {population: make_plan(population, WEEKS, {}) for population in ("talk", "git")}


def digest(plan: Plan) -> str:
    """Return the digest of one life in a plausible world."""
    (world,) = in_plan(plan, worlds_of(SEED, 1))
    life = live(plan, SEED, 0, world, events=True)
    days = event_log(life, plan)["date"].to_numpy().astype("datetime64[D]").astype("int64")
    parts = (life.record.astype("<f4"), life.events.astype("<i4"), days.astype("<i8"))
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def main() -> None:
    """Write the digests."""
    FILE.write_text(json.dumps({name: digest(plan) for name, plan in plans().items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
