"""S02. Joining: people of the hinterland come by themselves, by word of mouth, and at the launch.

Chance of each outsider in a week: lambda = [reach breadth (1 + messaging) exp(shock + tide + season) + word_of_mouth
(sum of warmth) / M + pulse] 2 G; joiners = quantile of Binomial(M - n, 1 - exp(-lambda)) at the week's one uniform draw.
With G fixed and nobody leaving this is Bass diffusion (Bass 1969). Each joiner acts in the week of joining.

Reads: warmth, shock, strength, coverage of messaging. Writes: rows of newcomers. Draws: JOIN, TRAIT_*.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, fitted, switch
from copsim.core.draws import JOIN, uid_of, weekly_share
from copsim.core.jit import kernel
from copsim.core.numeric import binomial_quantile, exp64, saturating64
from copsim.core.people import arrive
from copsim.core.state import MESSAGING, OWN, WARMTH

_ROW = "S02"
_SCALE = np.float32(2.0**24)

declare(
    __name__,
    switch(_ROW, "joining"),
    Parameter("founders", 8.0, "people", (2.0, 1e6), "lever", "members at the start", "assumed", _ROW, talk=6.0,
              git=9.0),
    Parameter("hinterland", 200.0, "people", (0.0, 1e7), "lever", "people who could ever join", "assumed", _ROW,
              talk=1330.0, git=458.0),
    Parameter("hinterland_spread", 0.8, "log", (0.0, 1.0), "fixed", "spread of the hinterland between communities",
              "assumed", _ROW),
    fitted("reach", 0.00406, "1/week", (0.0, 0.01), "chance that an outsider joins unprompted",
              "calibrated: newcomers a month in 45 open communities", _ROW, git=0.00238),
    Parameter("reach_spread", 0.4, "log", (0.0, 1.0), "fixed", "spread of the reach between communities", "assumed",
              _ROW),
    fitted("word_of_mouth", 0.0254, "1/week", (0.0, 0.2), "joins of an outsider per share of warm members",
              "calibrated: when communities peak", _ROW, git=0.00911),
    Parameter("word_of_mouth_spread", 0.5, "log", (0.0, 1.0), "fixed", "spread of it between communities", "assumed",
              _ROW),
    Parameter("messaging", 1.0, "ratio", (0.0, 5.0), "uncertain", "reach added by a message well put out", "assumed",
              "S13"),
)  # fmt: skip


@kernel
def chance_of_joining(unprompted, told, strength, pulse):
    """Return an outsider's chance to join this week: what reaches him counts by the common strength (0.5 = neutral)."""
    return saturating64((unprompted + told + pulse) * 2.0 * strength)


@kernel
def warmth_sum(warmth, n):
    """Return the sum of the first n shares, in whole steps of 2**-24, so that the order of adding does not matter."""
    total = np.int64(0)
    for i in range(n):
        total += np.int64(np.int32(warmth[i] * _SCALE))
    return total * 2.0**-24


@kernel
def join(s, p, week):
    """Let this week's newcomers arrive."""
    c, q, outside = s.community[0], p.joining, s.counts[0].hinterland - s.counts[0].people
    if outside <= 0:
        return
    luck = exp64(c.shock + c.tide + c.season)
    message = 1.0 + np.float64(q.messaging) * c.coverage[MESSAGING]
    told = np.float64(q.word_of_mouth) * warmth_sum(s.real[WARMTH], s.counts[0].rows) / s.counts[0].hinterland
    unprompted = np.float64(q.reach) * np.float64(p.practising.breadth) * message * luck
    chance = chance_of_joining(unprompted, told, c.strength, c.pulse)
    c.pulse = 0.0
    number = binomial_quantile(weekly_share(s.key[0], JOIN, week), outside, chance)
    hours, spread = np.float64(p.tiring.spare_hours), np.float64(p.tiring.hours_spread)
    for order in range(number):
        row = arrive(s, uid_of(week, order), week, 0.0, hours, spread)
        if row >= 0:
            s.whole[OWN, row] = 1
            s.counts[0].newcomers += 1
