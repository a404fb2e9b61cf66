"""One run of one community as the page takes it: plain values, the same for the same scenario, handles, luck and weeks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.levels import OUTSIDE
from copsim.core.observables import NAMES
from copsim.core.state import CHANGED
from copsim.core.vocabulary import STAGES
from copsim.engine.gate import Plan, values_of
from copsim.engine.living import Life
from copsim.explore import names
from copsim.explore.levers import LEVERS, moved, position
from copsim.measures.simulated import member_names, week_and_order
from copsim.scenarios.plans import plan_of
from copsim.scenarios.scenario import Scenario, refuse_late
from copsim.telling.sentences import KINDS, Told
from copsim.telling.telling import told
from copsim.telling.watching import Watched, watch

MOST_PEOPLE = 1_500
"""People that an onion can show, and a browser move."""
MARKS = {
    "coordinator-leaves": "coordinator leaves",
    "sponsor-leaves": "sponsor leaves",
    "top-contributor-leaves": "top contributor leaves",
}
ENDED = STAGES.index("ended")


def world_of(scenario: Scenario, stops: Mapping[str, str], seed: int, weeks: int) -> dict[str, Any]:
    """Return the run of a scenario with levers moved; see `described`. Errors: `UserError`."""
    refuse_late(scenario, weeks, f"scenario {scenario.name!r}")
    plan = plan_of(moved(scenario, stops), weeks)
    return described(scenario, lived(scenario, plan, seed))


def lived(
    scenario: Scenario, plan: Plan, seed: int, replicate: int = 0, world: Mapping[str, float] | None = None
) -> Watched:
    """Return one run with what happened in it. Errors: `UserError` where there are too many people for a page."""
    values = values_of(plan, plan.stretches[0], seed, replicate, world or {})
    inside = (len(plan.start), plan.start.hinterland) if plan.start is not None else ()
    people = round(sum(inside or (values["joining.founders"], values["joining.hinterland"])))
    if people > MOST_PEOPLE:
        raise UserError(
            f"scenario {scenario.name!r} has {people:,} people, members and those who may join; the page shows at most "
            f"{MOST_PEOPLE:,}"
        )
    return watch(plan, seed, replicate, world)


def described(scenario: Scenario, life: Watched) -> dict[str, Any]:
    """Return a life as plain values.

    people: id, name, joined (week), clock and lane (shares, see `names.seat`), by person; moves: week, person, level,
    flat and sorted by week; stages: code by week from week 1; marks: dated events; positions: slug of each lever's stop
    by the scenario's own values; told: what happened in words, see
    `_sentences`.
    """
    uids = life.state.person_uid[: int(life.state.counts[0].people)].tolist()
    called = [names.person_name(uid) for uid in uids]
    return {
        "name": scenario.name,
        "title": scenario.title,
        "text": scenario.text,
        "weeks": life.plan.weeks,
        "people": {
            "id": member_names(np.array(uids, np.uint64)).tolist(),
            "name": called,
            "joined": [max(1, week_and_order(uid)[0]) for uid in uids],
            "clock": [round(names.seat(uid)[0], 4) for uid in uids],
            "lane": [round(names.seat(uid)[1], 4) for uid in uids],
        },
        "moves": moves(life).ravel().tolist(),
        "stages": stages(life).tolist(),
        "marks": [{"week": s.first, "text": MARKS[kind]} for s in life.plan.stretches for kind in s.events],
        "positions": {lever.name: position(scenario, lever).slug for lever in LEVERS},
        "told": _sentences(told(life, called)),
    }


def _sentences(happened: Sequence[Told]) -> dict[str, Any]:
    """Return sentences so that they are short to send: rows of week, person or None, kind, text, cause, by places."""
    causes = {cause: place for place, cause in enumerate(dict.fromkeys(one.cause for one in happened))}
    kinds = {kind: place for place, kind in enumerate(KINDS)}
    rows = [[one.week, one.member, kinds[one.kind], one.text, causes[one.cause]] for one in happened]
    return {"causes": list(causes), "kinds": list(kinds), "rows": rows}


def stages(life: Life) -> Any:
    """Return the code of the stage by week, int, from week 1 on."""
    return life.record[:, NAMES.index("stage")].astype(int)


def moves(life: Life) -> Any:
    """Return (week, person, level) of every change of level, int (number, 3); after its end everybody is outside."""
    changed = life.events[life.events[:, 1] == CHANGED][:, [0, 2, 4]]
    ends = np.flatnonzero(stages(life) == ENDED)
    if len(ends) < 2:  # in the week of the end members are still read
        return changed
    last = np.full(int(life.state.counts[0].people), OUTSIDE)
    last[changed[:, 1]] = changed[:, 2]  # sorted by week: the last one stays
    inside = np.flatnonzero(last != OUTSIDE)
    week = np.full(len(inside), ends[0] + 2)
    return np.concatenate([changed, np.stack([week, inside, np.full(len(inside), OUTSIDE)], 1)])
