"""S03. Learning by taking part: expertise grows with every week in which a member acts.

expertise X <- X + rate (1 - X) [acted]. Members come with an expertise of their own, spread evenly over 0 to 1 (assumed).

Reads: acts. Writes: expertise. Draws: nothing.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.jit import kernel
from copsim.core.state import ATTENDS, EXPERTISE, GIVEN, OWN

_ROW = "S03"
_ONE = np.float32(1.0)

declare(
    __name__,
    switch(_ROW, "learning"),
    Parameter("rate", 0.02, "1/week", (0.0, 0.2), "uncertain", "expertise learnt in a week with an act", "assumed",
              _ROW),
)  # fmt: skip


@kernel
def learnt(expertise, rate):
    """Return expertise after a week of taking part."""
    return expertise + rate * (_ONE - expertise)


@kernel
def learn(s, p, week):
    """Let those who act learn."""
    rate = p.learning.rate
    for i in range(s.counts[0].rows):
        acted = s.whole[OWN, i] + s.whole[GIVEN, i] + s.whole[ATTENDS, i] > 0
        s.real[EXPERTISE, i] = learnt(s.real[EXPERTISE, i], rate) if acted else s.real[EXPERTISE, i]
