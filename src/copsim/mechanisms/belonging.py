"""S01. Belonging: every contact is a dose; it feeds a short memory (warmth) and a long one (belonging).

dose d = act [acted] + peer sat(answers) / sat(1) + contact peer [contacted] + meeting Q [attended] + value realized
warmth    W <- k W + (1 - k W) sat(warmth_gain d), k = exp(-1 / warmth_memory)
belonging B <- B + (1 - B) sat(gain d O i / sqrt(breadth)) - B (1 - held_by_ties T) / memory
Belonging enters the log-odds of acting as its square root: first contacts count most. The form was chosen after a linear
one made first answers too weak. i = `identification`, 0 for a network that is no community.

Reads: acts, answers, contacts, attendance, value, ownership, attachment. Writes: warmth, belonging. Draws: nothing.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, fitted
from copsim.core.jit import kernel
from copsim.core.numeric import exp64, saturating32
from copsim.core.state import ANSWERS, ATTACHMENT, ATTENDS, BELONGING, CONTACTED, GIVEN, OWN, REALIZED_UNITS, WARMTH

_ROW = "S01"
_ONE, _SAT_ONE = np.float32(1.0), np.float32(0.63212055882855768)

declare(
    __name__,
    Parameter("act", 0.2, "answers", (0.0, 3.0), "uncertain", "dose of an act of one's own", "assumed", _ROW),
    Parameter("peer", 1.0, "answers", (0.0, 3.0), "fixed", "dose of an answer by a peer",
              "measured: return of answered newcomers, +.04 to +.11 (event studies of 45 open communities)", _ROW,
              git=0.0),
    Parameter("contact", 6.0, "ratio", (1.0, 12.0), "fixed", "contact by a role holder, in answers by a peer",
              "calibrated: 3 to 6 times an answer on the logit of acting (Cottica 2016)", "S02"),
    Parameter("meeting", 4.0, "answers", (0.0, 5.0), "uncertain", "dose of a perfect meeting",
              "assumed: an hour and a half with others is nearly a contact by a role holder", "S05"),
    Parameter("value", 2.0, "answers", (0.0, 5.0), "uncertain", "dose of a realized unit of value", "assumed",
              "S10", times=(0.5, 1.44)),
    Parameter("warmth_memory", 3.0, "weeks", (1.0, 12.0), "fixed", "memory of warmth", "calibrated: burstiness",
              _ROW),
    Parameter("warmth_gain", 0.1, "1/answer", (0.0, 2.0), "fixed", "warmth gained by a dose",
              "measured: lagged weekly logit (Cottica 2016)", _ROW),
    fitted("memory", 70.5, "weeks", (13.0, 200.0), "memory of belonging",
              "calibrated: core retained after a year", _ROW, git=27.6),
    fitted("gain", 0.0352, "1/answer", (0.0, 0.5), "belonging gained by a dose",
              "calibrated: months to core", _ROW, git=0.0565),
    Parameter("held_by_ties", 0.5, "share", (0.0, 1.0), "uncertain", "fading of belonging held off by full ties",
              "assumed", "S08"),
    Parameter("identification", 1.0, "share", (0.0, 1.0), "lever",
              "how far contact makes members belong: 0 is a network that is no community", "assumed", "S08"),
)  # fmt: skip


@kernel
def dose_of(q, acted, answers, contacted, meeting, realized):
    """Return the week's dose of contact in answers by a peer; arguments are float32 numbers of each."""
    peers = q.peer * saturating32(answers) / _SAT_ONE
    return q.act * acted + peers + q.contact * q.peer * contacted + q.meeting * meeting + q.value * realized


@kernel
def warmed(warmth, kept, gain, dose):
    """Return warmth after a week: what is kept, and what the dose adds to the rest."""
    rest = kept * warmth
    return rest + (_ONE - rest) * saturating32(gain * dose)


@kernel
def belonged(belonging, gain, dose, memory, held):
    """Return belonging after a week; `held` is the share of its fading that ties hold off."""
    return belonging + (_ONE - belonging) * saturating32(gain * dose) - belonging * (_ONE - held) / memory


@kernel
def belong(s, p, week):
    """Turn the week's contacts into warmth and belonging."""
    q, c = p.belonging, s.community[0]
    kept, quality = np.float32(exp64(-1.0 / np.float64(q.warmth_memory))), np.float32(c.quality)
    owned = c.ownership * np.float64(q.identification) / np.sqrt(np.float64(p.practising.breadth))
    gain, dose = np.float32(np.float64(q.gain) * owned), s.scratch
    for i in range(s.counts[0].rows):
        acted = np.float32(1 if s.whole[OWN, i] + s.whole[GIVEN, i] > 0 else 0)
        meeting = quality * np.float32(s.whole[ATTENDS, i])
        dose[i] = dose_of(
            q,
            acted,
            np.float32(s.whole[ANSWERS, i]),
            np.float32(s.whole[CONTACTED, i]),
            meeting,
            np.float32(s.whole[REALIZED_UNITS, i]),
        )
    for i in range(s.counts[0].rows):
        s.real[WARMTH, i] = warmed(s.real[WARMTH, i], kept, q.warmth_gain, dose[i])
    for i in range(s.counts[0].rows):
        s.real[BELONGING, i] = belonged(
            s.real[BELONGING, i], gain, dose[i], q.memory, q.held_by_ties * s.real[ATTACHMENT, i]
        )
