"""Measuring real communities: the four tables of `copsim observe`, and how they are written.

The rules stand in the functions they are computed by: levels and flows in `readings`, stages in `activity_stage`,
curves in `survival`, ties in `networks`, the columns of communities.csv in `facts` and `rhythms`.
"""

import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from copsim.core.vocabulary import STAGES
from copsim.measures import facts, rhythms
from copsim.measures.activity import Activity, activity_of
from copsim.measures.activity_stage import activity_stages
from copsim.measures.columns import FACTS, MONTHLY
from copsim.measures.eventlog import EventLog
from copsim.measures.facts import Facts, Reading
from copsim.measures.networks import MEASURES, read_networks
from copsim.measures.readings import STATES, YEAR, read_months
from copsim.measures.survival import GRID, staying_months

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

NEW = len(STATES)
OF_PEOPLE = (
    facts.size_facts,
    facts.flow_facts,
    facts.level_facts,
    facts.concentration_facts,
    facts.first_step_facts,
    facts.staying_facts,
    facts.turnover_facts,
    facts.gap_facts,
    facts.response_facts,
    rhythms.rhythm_facts,
    rhythms.network_facts,
)
OF_MONTHS = (
    rhythms.season_facts,
    rhythms.trend_facts,
    rhythms.exit_facts,
    rhythms.end_facts,
    rhythms.stage_facts,
)
"""Facts that need at least one whole month."""


@dataclass(frozen=True)
class Observation:
    """What a log says about its communities, as four tables keyed by `community`.

    communities: one row each; monthly: from the origin to the last whole month; transitions: month-to-month counts of
    levels; survival: chances of staying on a grid of months.
    """

    communities: "pd.DataFrame"
    monthly: "pd.DataFrame"
    transitions: "pd.DataFrame"
    survival: "pd.DataFrame"


def observe(log: EventLog) -> Observation:
    """Measure every community of a log."""
    import pandas as pd

    readings = [read_community(activity_of(log, position)) for position in range(len(log.communities))]
    names = pd.Index(log.communities, dtype=object)

    def table(parts: list[dict[str, Array]]) -> "pd.DataFrame":
        lengths = [len(next(iter(part.values()))) for part in parts]
        key = pd.Categorical.from_codes(np.repeat(np.arange(len(parts)), lengths).tolist(), names)
        columns = {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
        return pd.DataFrame({"community": key} | columns)

    rows = [{"community": r.activity.name} | facts_of(r) for r in readings]
    monthly = table([_monthly(r) for r in readings])
    transitions = table([_transitions(r) for r in readings])
    monthly["stage"] = pd.Categorical.from_codes(monthly["stage"].tolist(), pd.Index(STAGES, dtype=object))
    levels = pd.Index([*STATES, "new", "ACTIVE"], dtype=object)
    for column in ("from", "to"):
        transitions[column] = pd.Categorical.from_codes(transitions[column].tolist(), levels)
    return Observation(
        communities=pd.DataFrame(rows, columns=["community", *FACTS]),
        monthly=monthly[list(MONTHLY)],
        transitions=transitions,
        survival=table([_survival(r) for r in readings]),
    )


def read_community(activity: Activity) -> Reading:
    """Read a community's months, networks and stages."""
    a = activity
    start = int(a.starts[0]) if len(a.starts) else int(a.day[0])
    months = read_months(a.day, a.member, a.made, a.ends, start, a.members)
    active = months.flows[:, 0]
    return Reading(
        activity=a,
        months=months,
        networks=read_networks(a.edge_day, a.source, a.target, a.ends, months.half),
        active=active,
        life=int(np.flatnonzero(active).max(initial=-1)) + 1,
        stage=activity_stages(active, months.counts[:, 0] + months.counts[:, 1]),
    )


def facts_of(reading: Reading) -> Facts:
    """Return the columns of communities.csv that can be computed."""
    known: Facts = {}
    for measure in OF_PEOPLE + (OF_MONTHS if reading.life else ()):
        known |= measure(reading)
    return known


def _monthly(r: Reading) -> dict[str, Array]:
    a, (core, active, occasional, once, dormant, dormant_once, gone) = r.activity, r.months.counts.T
    spread, flows = r.months.spread, r.months.flows
    months = len(a.ends)
    leavers = np.bincount(np.searchsorted(a.ends, a.last), minlength=months + 1)[:months].astype(float)
    leavers[a.obs_end - a.ends < YEAR] = np.nan
    return dict(
        month=(a.origin + np.arange(months)).astype("datetime64[M]").astype(str).astype(object),
        t=np.arange(months),
        n_active=flows[:, 0],
        n_events=flows[:, 1],
        n_core=core,
        n_act=active,
        n_occ=occasional + once,
        n_occ_onetouch=once,
        n_per=dormant + dormant_once,
        n_per_onetouch=dormant_once,
        n_gone=gone,
        newcomers=flows[:, 2],
        returners=flows[:, 3],
        leavers=leavers,
        n_12wk=spread[:, 0].astype(np.int64),
        n50=spread[:, 1].astype(np.int64),
        gini_12wk=spread[:, 2],
        top1_12wk=spread[:, 3],
        top10pct_12wk=spread[:, 4],
        stage=r.stage,
        **{name: r.networks[:, i] for i, name in enumerate(MEASURES)},
    )


def _transitions(r: Reading) -> dict[str, Array]:
    """Return counts from each level to each, then (`to` = ACTIVE) of members who acted in the next month."""
    before, after = np.nonzero(r.months.moves)
    levels = np.arange(len(STATES))
    return {
        "from": np.concatenate([before, levels]),
        "to": np.concatenate([after, np.full(len(STATES), NEW + 1)]),
        "count": np.concatenate([r.months.moves[before, after], r.months.acted[: len(STATES)]]),
    }


def _survival(r: Reading) -> dict[str, Array]:
    days, left, some = r.activity.last - r.activity.first, r.left, r.participants
    participants = np.full(len(GRID), np.nan)
    if some.sum() >= facts.FEWEST_FOLLOWED:
        participants = staying_months(days[some], left[some], GRID)
    return {"months": np.array(GRID), "S_all": staying_months(days, left, GRID), "S_participants": participants}


def write_observation(observation: Observation, folder: str | Path) -> None:
    """Write communities.csv, monthly.csv, transitions.csv and survival.csv, each beside its place and then renamed."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for field in fields(observation):
        _write(getattr(observation, field.name), folder / f"{field.name}.csv")


def _write(table: "pd.DataFrame", path: Path) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            table.to_csv(file, index=False, float_format="%.5g", lineterminator="\n")
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
