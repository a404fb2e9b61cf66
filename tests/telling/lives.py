"""Watched lives that the tests of the tellers share: built-in scenarios, and some in which rare things happen."""

from functools import cache

from copsim.engine.gate import Plan, make_plan
from copsim.scenarios.plans import packaged_start, plan_of
from copsim.scenarios.reading import load_scenario
from copsim.telling.telling import told
from copsim.telling.watching import watch

SEED = 1
BUILT_IN = {
    "baseline": (0, 130),
    "command-and-control": (3, 260),
    "distributed-leadership": (0, 130),
    "established": (0, 104),
    "sponsor-leaves": (1, 130),
}
"""Replicate and weeks of each; together they hold every kind of sentence."""
HARD_TIMES = {
    "leading.distributed": 0.5, "leading.hours": 60.0, "leading.burnout": 20.0, "leading.job_change": 0.002,
    "leading.coordinator_hours": 2.0, "leading.recognised_hours": 0.0, "sponsoring.prescription": 0.7,
    "tiring.gain": 0.9, "joining.hinterland": 120.0, "sponsoring.job_change": 0.03,
}  # fmt: skip
_STEADY = {"sponsoring.job_change": 0.0, "leading.job_change": 0.001, "sponsoring.patience": 260.0}
_PRESCRIBED = {**_STEADY, "sponsoring.prescription": 0.8}
_COLLAPSE = {"leading.hours": 0.0, "meeting.cadence": 0.0, "answering.chance": 0.0, "participating.base_rate": -7.5}
_RETURN = {"leading.hours": 20.0, "meeting.cadence": 2.0, "answering.chance": 0.7, "participating.base_rate": -3.0}
_UNIT = {
    "sponsoring.engagement": 1.0, "sponsoring.prescription": 0.4, "staging.institution_rate": 0.05,
    "staging.sustaining_holds": 0.0, "staging.maturing_holds": 0.0, "leading.hours": 12.0,
}  # fmt: skip
_MARKS = {  # set-up, and changes: thresholds of stages are definitions, moved here so that each is crossed
    "falling back": ({**_STEADY, "staging.sustaining_holds": 104.0}, [(60, {"staging.fallen_back": 0.95})]),
    "strength lost": (_STEADY, [(90, {"staging.lost_strength": 0.98})]),
    "peak lost": (_STEADY, [(90, {"staging.lost_peak": 1.0, "participating.base_rate": -6.0})]),
    "split": ({**_STEADY, "staging.split_size": 20.0, "staging.split_rate": 0.05}, []),
    "a unit": ({**_STEADY, **_UNIT}, []),
}
RARE = ("hard times", "new ways", "fall and rise", *_MARKS)


def plan_named(name: str, weeks: int) -> Plan:
    """Return the plan of a built-in scenario, or of one in which rare things happen."""
    if name == "hard times":
        events = [(40, "top-contributor-leaves"), (90, "sponsor-leaves")]
        return make_plan("professional", weeks, HARD_TIMES, [(60, {"sponsoring.prescription": 0.0})], events)
    if name == "new ways":
        changes = [(40, {"sponsoring.engagement": 0.95}), (90, {"sponsoring.prescription": 0.0})]
        changes += [(150, {"sponsoring.engagement": 0.1})]
        return make_plan("professional", weeks, _PRESCRIBED, changes, [(80, "coordinator-leaves")])
    if name == "fall and rise":
        changes = [(30, _COLLAPSE), (100, _RETURN)]
        return make_plan("professional", weeks, _STEADY, changes, (), packaged_start("established"))
    if name in _MARKS:
        return make_plan("professional", weeks, *_MARKS[name])
    return plan_of(load_scenario(name), weeks)


@cache
def life_named(name: str):
    replicate, weeks = BUILT_IN.get(name, (0, {"a unit": 260, "hard times": 208}.get(name, 156)))
    return watch(plan_named(name, weeks), SEED, replicate)


@cache
def told_named(name: str):
    return told(life_named(name))
