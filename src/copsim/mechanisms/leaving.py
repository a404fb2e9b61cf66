"""S02. Leaving for good: in a week without an act, and the less likely the more a member belongs.

Chance 1 - exp(-hazard exp(-belonging sqrt(B) - propensity z + disowned (1 - O))). What a member has learnt but not yet
applied goes along.

Reads: acts, belonging, propensity, ownership. Writes: left, role, units. Draws: LEAVE.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, fitted, switch
from copsim.core.draws import LEAVE, bits, share32, week_key
from copsim.core.jit import kernel
from copsim.core.numeric import exp32, saturating32
from copsim.core.people import depart
from copsim.core.state import ATTENDS, BELONGING, CONTACTS, GIVEN, LEFT, OWN, PROPENSITY, RECENT

_ROW = "S02"
_ZERO = np.float32(0.0)

declare(
    __name__,
    switch(_ROW, "leaving"),
    fitted("hazard", 0.0273, "1/week", (0.0, 0.5), "of an unattached member of median propensity",
              "calibrated: second contribution within a year, survival at a year", _ROW, talk=0.0154),
    fitted("belonging", 0.998, "log", (0.0, 8.0), "belonging lowers it",
              "calibrated: survival at five years", _ROW, git=1.17),
    fitted("propensity", 0.582, "log/sd", (0.0, 2.0), "propensity lowers it",
              "calibrated: survival of participants", _ROW, git=0.986),
    Parameter("disowned", 1.0, "log", (0.0, 3.0), "uncertain", "an agenda that is not one's own raises it", "assumed",
              "S21"),
)  # fmt: skip


@kernel
def hazard_of_leaving(q, disowned, belonging, propensity):
    """Return a silent member's hazard to leave for good; `disowned` is what lost ownership adds to the logarithm."""
    attached = q.belonging * np.sqrt(belonging) + q.propensity * propensity
    return q.hazard * exp32(disowned - attached)


@kernel
def leave(s, p, week):
    """Let silent members leave for good."""
    q = p.leaving
    disowned = np.float32(np.float64(q.disowned) * (1.0 - s.community[0].ownership))
    key = week_key(s.key[0], LEAVE, week)
    for i in range(s.counts[0].rows):
        hazard = hazard_of_leaving(q, disowned, s.real[BELONGING, i], s.real[PROPENSITY, i])
        active = s.whole[OWN, i] | s.whole[GIVEN, i] | s.whole[ATTENDS, i] | s.whole[CONTACTS, i]
        s.scratch[i] = saturating32(hazard) if active | s.whole[LEFT, i] == 0 else _ZERO
    for i in range(s.counts[0].rows):
        s.list_rows[i] = 1 if share32(bits(key, s.uid[i])) < s.scratch[i] else 0
    for i in range(s.counts[0].rows):
        if s.list_rows[i] == 1:
            depart(s, i)


@kernel
def lose_top(s):
    """Let whoever made most in the last twelve weeks leave for good, when an event says so."""
    best, best_row = 0, -1
    if s.counts[0].top_gone > 0:
        for i in range(s.counts[0].rows):
            if s.whole[LEFT, i] == 0 and s.whole[RECENT, i] > best:
                best, best_row = s.whole[RECENT, i], i
        if best_row >= 0:
            depart(s, best_row)
    s.counts[0].top_gone = 0
