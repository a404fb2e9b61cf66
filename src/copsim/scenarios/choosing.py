"""Which scenarios a comparison is about: the ones named, the default set, and the reference, which comes first."""

from collections.abc import Iterable, Sequence

from copsim.core.errors import UserError, nearest
from copsim.scenarios.files import built_in_names
from copsim.scenarios.reading import AS_IS, BASELINE, DEFAULT_SET, MID_LIFE_SET, AnyScenario, load_scenario
from copsim.scenarios.scenario import Scenario

AS_IS_SCENARIO = Scenario(AS_IS, "As it is", "Stands for the community continuing as it is.")
"""The reference of a comparison that starts from a real community; its population is what is fitted to the log."""


def chosen(
    scenarios: Sequence[AnyScenario] = (), reference: AnyScenario | None = None, from_log: bool = False
) -> tuple[Scenario, ...]:
    """Return the scenarios of a comparison, the reference first.

    Without scenarios: the default set, `from_log` the part that can change in mid-life. Without a reference: the first
    of several, else `baseline`; `from_log` always the community as it is. Errors: `UserError` for two scenarios of one
    name, and when nothing is left to compare.
    """
    named = [AS_IS_SCENARIO if from_log and one == AS_IS else load_scenario(one) for one in scenarios]
    if reference is None:
        reference = AS_IS if from_log else named[0].name if len(named) > 1 else BASELINE
    named = named or [load_scenario(name) for name in (MID_LIFE_SET if from_log else DEFAULT_SET)]
    refuse_same_names(named)
    first = _reference(named, reference, from_log)
    others = [scenario for scenario in named if scenario.name != first.name]
    if not others:
        raise UserError(f"there is nothing to compare: {first.name!r} would be compared with itself")
    return (first, *others)


def _reference(named: Sequence[Scenario], reference: AnyScenario, from_log: bool) -> Scenario:
    """Return the reference: one of those named, where its name says so, else any other scenario."""
    by_name = {scenario.name: scenario for scenario in named}
    if isinstance(reference, str) and reference in by_name:
        return by_name[reference]
    if reference == AS_IS and from_log:
        return AS_IS_SCENARIO
    loaded = _loaded(reference, by_name)
    return refuse_same_names([*(s for s in named if s != loaded), loaded])[-1]


def _loaded(reference: AnyScenario, names: Iterable[str]) -> Scenario:
    try:
        return load_scenario(reference)
    except UserError:
        hint = nearest(reference, (*names, *built_in_names())) if isinstance(reference, str) else ""
        if not hint:
            raise
        raise UserError(f"there is no scenario {reference!r} to be the reference{hint}") from None


def refuse_same_names(scenarios: Sequence[Scenario]) -> Sequence[Scenario]:
    """Return the scenarios. Errors: `UserError` where two of them have one name."""
    names = [scenario.name for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"two scenarios have the name {name!r}; give one of them another name")
    return scenarios
