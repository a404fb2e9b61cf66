"""The engine's own scalar equations, compiled for one community's parameters, for agents to call."""

from collections import namedtuple
from collections.abc import Callable
from typing import Any, NamedTuple

import numba
import numpy as np

from copsim.core.levels import read_levels
from copsim.core.numeric import exp64, logistic32, saturating32
from copsim.mechanisms import (
    answering,
    belonging,
    joining,
    learning,
    leaving,
    participating,
    practising,
    tiring,
    weathering,
)

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_SCALAR = Callable[..., float]


class Equations(NamedTuple):
    """Functions of plain numbers: parameters are compiled in."""

    carried_on: _SCALAR  # (value, spread, memory, innovation)
    chance_of_joining: _SCALAR  # (shock + tide, strength, pulse)
    chance_of_pausing: _SCALAR  # (fatigue)
    chance_of_returning: _SCALAR  # (belonging)
    shared_log_odds: _SCALAR  # (shock + tide, strength, recent acts, habitual acts)
    chance_of_acting: _SCALAR  # (shared log-odds, propensity, belonging, fatigue)
    mean_extra: _SCALAR  # (propensity, belonging, volume)
    chance_answered: _SCALAR  # (others around, belonging)
    attachment: _SCALAR  # (sum of the strengths of ties)
    belonged: _SCALAR  # (belonging, acted, answers, attachment)
    tired: _SCALAR  # (fatigue, hours, capacity)
    learnt: _SCALAR  # (expertise)
    chance_of_leaving: _SCALAR  # (belonging, propensity)
    domain_after: _SCALAR  # (domain, critical share)
    practice_after: _SCALAR  # (practice, skilled acts)
    common_strength: _SCALAR  # (domain, community, practice)
    read_levels: Callable[..., None]


def _compiled(function: Any) -> Any:
    return numba.njit(error_model="numpy")(function)


def equations(p: Any) -> Equations:
    """Return the equations for the parameters of one community, a (1,) record; where `Reads:` of a mechanism names what
    is switched off here, its neutral value stands."""
    members, community = _of_members(p[0]), _of_community(p[0])
    return Equations(**{name: _compiled(function) for name, function in {**members, **community}.items()})


def _frozen(group: Any) -> Any:
    """Return a group of parameters as a named tuple, which compiled functions take for constants."""
    names = group.dtype.names
    return namedtuple("Parameters", names)(*(group[name] for name in names))


def _of_members(p: Any) -> dict[str, Any]:
    participate, belong, leave, tire = (_frozen(p[n]) for n in ("participating", "belonging", "leaving", "tiring"))
    answer, rate = _frozen(p.answering), p.learning.rate
    held_by_ties, gain = (
        belong.held_by_ties,
        np.float32(
            np.float64(belong.gain) * np.float64(belong.identification) / np.sqrt(np.float64(p.practising.breadth))
        ),
    )

    def chance_of_acting(shared, propensity, b, fatigue):  # type: ignore[no-untyped-def]
        odds = participating.log_odds_of_acting(
            participate, np.float32(shared), np.float32(propensity), np.float32(b), _ZERO, np.float32(fatigue)
        )
        return logistic32(odds)

    def chance_of_pausing(fatigue):  # type: ignore[no-untyped-def]
        return participating.chance_of_pausing(participate.spell, participate.fatigue_pauses, np.float32(fatigue))

    def belonged(b, acted, answers, attachment):  # type: ignore[no-untyped-def]
        dose = belonging.dose_of(belong, np.float32(acted), np.float32(answers), _ZERO, _ZERO, _ZERO)
        return belonging.belonged(np.float32(b), gain, dose, belong.memory, held_by_ties * np.float32(attachment))

    def tired(fatigue, hours, capacity):  # type: ignore[no-untyped-def]
        overload = max(_ZERO, np.float32(hours) / np.float32(capacity) - _ONE)
        return tiring.tired(np.float32(fatigue), overload, tire.gain, tire.memory)

    def chance_answered(others, b):  # type: ignore[no-untyped-def]
        return answering.chance_answered(
            np.float64(answer.chance),
            1.0,
            np.float64(others),
            np.float64(answer.crowd),
            np.float64(answer.asking_less),
            b,
        )

    def chance_of_leaving(b, propensity):  # type: ignore[no-untyped-def]
        return saturating32(leaving.hazard_of_leaving(leave, _ZERO, np.float32(b), np.float32(propensity)))

    return {
        "chance_of_acting": chance_of_acting,
        "chance_of_pausing": chance_of_pausing,
        "chance_of_returning": lambda b: participating.chance_of_returning(participate.pause, np.float32(b)),
        "mean_extra": lambda z, b, e: participating.mean_extra(
            participate, np.float32(z), np.float32(b), np.float32(e)
        ),
        "belonged": belonged,
        "tired": tired,
        "learnt": lambda expertise: learning.learnt(np.float32(expertise), rate),
        "chance_answered": chance_answered,
        "attachment": lambda strengths: saturating32(np.float32(strengths)),
        "chance_of_leaving": chance_of_leaving,
    }


def _of_community(p: Any) -> dict[str, Any]:
    practise, participate = _frozen(p.practising), _frozen(p.participating)
    reach = np.float64(p.joining.reach) * np.float64(p.practising.breadth)
    base, strength_counts = np.float64(participate.base_rate), np.float64(participate.strength)
    stepping_in = np.float64(participate.stepping_in)

    def shared_log_odds(luck, strength, recent, habitual):  # type: ignore[no-untyped-def]
        called = stepping_in * participating.shortfall(recent, habitual)
        return base + luck + strength_counts * (strength - 0.5) + called

    return {
        "carried_on": lambda value, spread, memory, drawn: weathering.carried_on(value, spread, memory, drawn),
        "chance_of_joining": lambda luck, g, pulse: joining.chance_of_joining(reach * exp64(luck), 0.0, g, pulse),
        "shared_log_odds": shared_log_odds,
        "domain_after": lambda d, share: practising.domain_after(practise, d, 0.0, share, 1.0, 0.0),
        "practice_after": lambda y, skilled: practising.practice_after(practise, y, skilled, 0.0),
        "common_strength": lambda d, c, y: practising.common_strength(d, c, y),
        "read_levels": lambda made, weeks, gone, life, n, out: read_levels(made, weeks, gone, life, n, out),
    }
