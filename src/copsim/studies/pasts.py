"""What a year of acts leaves in people: belonging, ties and propensity, by the engine's own rules, compiled.

All arithmetic runs in a fixed order through the engine's own functions, so that a log gives the same start everywhere.
"""

from typing import Any

import numpy as np

from copsim.core.jit import reader
from copsim.core.knots import strengthened
from copsim.core.numeric import exp64, logistic64, saturating32
from copsim.mechanisms.belonging import belonged, dose_of, warmed
from copsim.mechanisms.participating import chance_of_pausing, chance_of_returning
from copsim.mechanisms.practising import common_strength
from copsim.mechanisms.tying import faded

Array = np.ndarray[Any, Any]
_ZERO = np.float32(0.0)
_MOST_CONTACTS = 64
"""Contacts of one week beyond which a tie grows no more: the missing part is below the last bit."""
_STEPS, _LONGEST_STEP = 12, 1.0


@reader
def tie_up(contacts: Any, gain: Any, memory: Any, strength: Any) -> None:
    """Fill `strength`, float32 (pairs,), with what weekly contacts (pairs, weeks) leave of each tie."""
    kept = np.float32(exp64(-1.0 / memory))
    for pair in range(contacts.shape[0]):
        tie = _ZERO
        for week in range(contacts.shape[1]):
            for _ in range(min(contacts[pair, week], _MOST_CONTACTS)):
                tie = strengthened(tie, gain)
            tie = faded(tie, kept)
        strength[pair] = tie


@reader
def attach(strength: Any, attachment: Any) -> None:
    """Fill `attachment`, float32 (people,), from the strengths of the ties held (people, slots)."""
    for i in range(strength.shape[0]):
        total = _ZERO
        for slot in range(strength.shape[1]):
            total += strength[i, slot]
        attachment[i] = saturating32(total)


@reader
def remember(acted: Any, answers: Any, attachment: Any, p: Any, belonging: Any, warmth: Any) -> None:
    """Fill the paths of belonging and warmth, float32 (people, weeks + 1), from acts and answers (people, weeks).

    A column holds what was there before its week; ties are taken as they are at the end.
    """
    q = p[0].belonging
    kept = np.float32(exp64(-1.0 / np.float64(q.warmth_memory)))
    for i in range(acted.shape[0]):
        held = q.held_by_ties * attachment[i]
        for week in range(acted.shape[1]):
            dose = dose_of(q, acted[i, week], answers[i, week], _ZERO, _ZERO, _ZERO)
            warmth[i, week + 1] = warmed(warmth[i, week], kept, q.warmth_gain, dose)
            belonging[i, week + 1] = belonged(belonging[i, week], q.gain, dose, q.memory, held)


@reader
def most_likely(
    acted: Any, belonging: Any, warmth: Any, first: Any, shared: Any, p: Any, propensity: Any, away: Any
) -> None:
    """Fill `propensity`, float64 (people,), with the likeliest one given who acted when, a standard normal before that,
    and `away` with the chance to be in a pause at the end.

    first: the column from which a person's weeks count; shared: log-odds to act that are common to all. Newton's steps.
    """
    q = p[0].participating
    slope_of, made, warm = np.float64(q.propensity), np.float64(q.belonging), np.float64(q.warmth)
    for i in range(acted.shape[0]):
        z = 0.0
        for _ in range(_STEPS):
            slope, curve = -z, 1.0
            for week in range(first[i], acted.shape[1]):
                learnt = made * np.sqrt(np.float64(belonging[i, week])) + warm * np.float64(warmth[i, week])
                chance = logistic64(shared + slope_of * z + learnt)
                slope += slope_of * (np.float64(acted[i, week]) - chance)
                curve += slope_of * slope_of * chance * (1.0 - chance)
            z += min(max(slope / curve, -_LONGEST_STEP), _LONGEST_STEP)
        propensity[i] = z
        pausing, out = 0.0, np.float64(chance_of_pausing(q.spell, q.fatigue_pauses, _ZERO))
        for week in range(first[i], acted.shape[1]):
            learnt = made * np.sqrt(np.float64(belonging[i, week])) + warm * np.float64(warmth[i, week])
            chance = logistic64(shared + slope_of * z + learnt)
            back = np.float64(chance_of_returning(q.pause, belonging[i, week]))
            pausing = pausing * (1.0 - back) + (1.0 - pausing) * out
            silent = pausing + (1.0 - pausing) * (1.0 - chance)
            pausing = 0.0 if acted[i, week] > _ZERO else pausing / silent
        away[i] = pausing


@reader
def common(domain: Any, community: Any, practice: Any) -> Any:
    """Return the common strength of three shares."""
    return common_strength(domain, community, practice)
