"""S20. What it costs: the hours of all, at a wage, and money.

hours = those of members (contributions, meetings, roles) and the stewardship given unasked; cost = hours wage + money.

Reads: hours. Writes: hours and cost of the week. Draws: nothing.
"""

import numpy as np

from copsim.core.declare import Parameter, declare
from copsim.core.jit import kernel
from copsim.core.state import HOURS

_SCALE = np.float32(2.0**16)

declare(
    __name__,
    Parameter("wage", 50.0, "currency/hour", (0.0, 1e4), "lever", "price of an hour, everybody's", "assumed", "S20"),
)  # fmt: skip


@kernel
def cost_of(hours, wage, money):
    """Return what hours and money cost together."""
    return hours * wage + money


@kernel
def cost(s, p, week):
    """Add up the week's hours and what they cost."""
    c, total = s.community[0], np.int64(0)
    for i in range(s.counts[0].rows):
        total += np.int64(s.real[HOURS, i] * _SCALE)
    c.hours = total * 2.0**-16 + c.unasked_hours + c.launch_hours
    c.launch_hours = 0.0
    c.cost = cost_of(c.hours, np.float64(p.costing.wage), c.sponsor_money)
