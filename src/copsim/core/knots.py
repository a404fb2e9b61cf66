"""What happens to a member's own ties: contact strengthens a tie or makes one in place of the weakest."""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.state import SLOTS

_ONE, _ZERO = np.float32(1.0), np.float32(0.0)


@kernel
def strengthened(strength, gain):
    """Return the strength of a tie after a contact: the missing part shrinks by the share `gain`."""
    return strength + gain * (_ONE - strength)


@kernel
def tie(s, row, person, gain):
    """Record a contact of the member in `row` with a person; return 1 when the two were tied before."""
    for slot in range(SLOTS):
        if s.tie_other[row, slot] == person and s.tie_strength[row, slot] > _ZERO:
            s.tie_strength[row, slot] = strengthened(s.tie_strength[row, slot], gain)
            return 1
    weakest, least = 0, s.tie_strength[row, 0]
    for slot in range(1, SLOTS):
        strength = s.tie_strength[row, slot]
        weakest = slot if strength < least else weakest
        least = strength if strength < least else least
    if least < gain:
        s.tie_other[row, weakest] = person
        s.tie_strength[row, weakest] = gain
    return 0
