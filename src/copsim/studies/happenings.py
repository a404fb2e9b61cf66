"""What happened in every life of a result: the replicates are run again, with the same bits, and events are kept."""

from typing import TYPE_CHECKING, Any

from copsim.engine.living import live
from copsim.measures import simulated

if TYPE_CHECKING:
    import pandas as pd

    from copsim.studies.result import Result


KEYS = ("scenario", "replicate", "community")


def every_life(result: "Result", what: str) -> "pd.DataFrame":
    """Return events, spells or contacts of all replicates, keys first."""
    import pandas as pd

    arm, seed = result.arm, result.manifest["seed"]
    frames = []
    for replicate in range(result.manifest["replicates"]):
        world = arm.worlds[replicate] if arm.worlds is not None else None
        table = _table(what, live(arm.plan, seed, replicate, world, events=True), arm.plan)
        table = table.drop(columns="community", errors="ignore")
        frames.append(table.assign(scenario=arm.name, replicate=replicate, community=0))
    whole = pd.concat(frames, ignore_index=True)
    whole["scenario"] = pd.Categorical(whole["scenario"], [arm.name])
    return whole[[*KEYS, *(name for name in whole.columns if name not in KEYS)]]


def _table(what: str, life: Any, plan: Any) -> "pd.DataFrame":
    if what == "events":
        return simulated.event_log(life, plan)
    return simulated.spells(life, plan.weeks) if what == "spells" else simulated.contacts(life)
