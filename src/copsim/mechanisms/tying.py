"""S08. Ties: made by meeting and being answered, fading without use, holding people.

strength <- strength exp(-1 / memory), dropped under 0.02; attachment T = sat(sum of strengths). Ties hold off a share of
the fading of belonging (`belonging.held_by_ties`).

Reads: own ties. Writes: own ties, attachment. Draws: nothing.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.jit import kernel
from copsim.core.numeric import exp64, saturating32
from copsim.core.state import ATTACHMENT, SLOTS

_ROW = "S08"
_FLOOR, _ZERO = np.float32(0.02), np.float32(0.0)

declare(
    __name__,
    switch(_ROW, "ties"),
    Parameter("gain", 0.3, "share", (0.0, 1.0), "uncertain", "growth of a tie by a contact", "assumed", _ROW),
    Parameter("memory", 26.0, "weeks", (4.0, 200.0), "uncertain", "memory of a tie", "assumed", _ROW),
)  # fmt: skip


@kernel
def faded(strength, kept):
    """Return the strength of a tie after a week without contact; a faint one is gone."""
    left = strength * kept
    return left if left >= _FLOOR else _ZERO


@kernel
def tend_ties(s, p, week):
    """Let all ties fade by a week and sum up what is left."""
    kept = np.float32(exp64(-1.0 / np.float64(p.tying.memory)))
    strength = s.tie_strength
    slots = strength.reshape(strength.size)
    for k in range(s.counts[0].rows * SLOTS):
        slots[k] = faded(slots[k], kept)
    for i in range(s.counts[0].rows):
        total = _ZERO
        for slot in range(SLOTS):
            total += strength[i, slot]
        s.real[ATTACHMENT, i] = total
    for i in range(s.counts[0].rows):
        s.real[ATTACHMENT, i] = saturating32(s.real[ATTACHMENT, i])
