"""What happens to a member's own ties: contact strengthens a tie or makes one in place of the weakest."""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.state import SLOTS

_ONE = np.float32(1.0)


@kernel
def strengthened(strength, gain):
    """Return the strength of a tie after a contact: the missing part shrinks by the share `gain`."""
    return strength + gain * (_ONE - strength)


@kernel
def tie(s, row, person, gain):
    """Record a contact of the member in `row` with a person; return 1 when the two were tied before."""
    weakest = 0
    for slot in range(SLOTS):
        if s.tie_other[row, slot] == person and s.tie_strength[row, slot] > 0:
            s.tie_strength[row, slot] = strengthened(s.tie_strength[row, slot], gain)
            return 1
        if s.tie_strength[row, slot] < s.tie_strength[row, weakest]:
            weakest = slot
    if s.tie_strength[row, weakest] < gain:
        s.tie_other[row, weakest] = person
        s.tie_strength[row, weakest] = gain
    return 0
