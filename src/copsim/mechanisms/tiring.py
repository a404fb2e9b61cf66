"""S13. Tiring: who gives more hours than there are to spare grows tired, acts less, pauses more, and steps down.

fatigue F <- F + gain o / (1 + o) (1 - F) - F / memory, o = max(0, hours / (time to spare) - 1). Hours are all that a
member gives: contributions, meetings and the role. Time to spare is the member's own, plus what the role brings with it.

Reads: hours, role. Writes: fatigue, hours of contributions. Draws: nothing.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.jit import kernel
from copsim.core.state import CAPACITY, COORDINATOR, FATIGUE, FIRST_ROLE, GIVEN, HOURS, OWN, ROLE

_ROW = "S13"
_ONE, _ZERO = np.float32(1.0), np.float32(0.0)

declare(
    __name__,
    switch(_ROW, "fatigue"),
    Parameter("spare_hours", 1.0, "hours/week", (0.2, 5.0), "uncertain", "median time a member can give", "assumed",
              _ROW),
    Parameter("hours_spread", 0.6, "log", (0.0, 1.5), "uncertain", "spread of that between members", "assumed", _ROW),
    Parameter("contribution_hours", 0.1, "hours", (0.05, 2.0), "uncertain", "time of one contribution or answer",
              "assumed", _ROW),
    Parameter("gain", 0.3, "1/week", (0.0, 1.0), "uncertain", "fatigue by a week of overload", "assumed", _ROW),
    Parameter("memory", 8.0, "weeks", (2.0, 52.0), "uncertain", "recovery", "assumed", _ROW),
)  # fmt: skip


@kernel
def tired(fatigue, overload, gain, memory):
    """Return fatigue after a week with an overload (hours over the time to spare, in that time)."""
    return fatigue + gain * overload / (_ONE + overload) * (_ONE - fatigue) - fatigue / memory


@kernel
def tire(s, p, week):
    """Count the hours of contributions and turn overload into fatigue."""
    q, hours, coordinator, recognised = p.tiring, s.real[HOURS], p.leading.coordinator_hours, p.leading.recognised_hours
    for i in range(s.counts[0].rows):
        hours[i] += q.contribution_hours * np.float32(s.whole[OWN, i] + s.whole[GIVEN, i])
    if q.on > 0:
        gain, memory = q.gain, q.memory
        for i in range(s.counts[0].rows):
            brought = coordinator if s.whole[ROLE, i] == COORDINATOR else _ZERO
            brought = recognised if s.whole[ROLE, i] >= FIRST_ROLE else brought
            overload = max(_ZERO, hours[i] / (s.real[CAPACITY, i] + brought) - _ONE)
            s.real[FATIGUE, i] = tired(s.real[FATIGUE, i], overload, gain, memory)
