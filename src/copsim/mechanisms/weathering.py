"""S01. Shared luck moves the whole community: shocks of weeks, a tide of years, a pause at the year's end.

shock' = r shock + sd sqrt(1 - r^2) N(0, 1) with r = exp(-1/memory), the same form for the tide; both are added to the
log-odds of acting and attending and to the logarithm of the joining rate. Without them the months of simulated
communities vary too little and hang together too little (standard deviation and autocorrelation of monthly activity).

Reads: calendar. Writes: shock, tide, season. Draws: SHOCK, TIDE.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, fitted, switch
from copsim.core.draws import SHOCK, TIDE, normal, week_key
from copsim.core.jit import kernel
from copsim.core.numeric import exp64
from copsim.core.state import YEAR_END

_FACTS = "calibrated: monthly variation and its autocorrelation in 45 open communities"

declare(
    __name__,
    switch("S01", "shared luck"),
    fitted("shock", 0.417, "logit", (0.0, 1.0), "spread of the shared shock of weeks", _FACTS, "S01",
              git=0.441),
    fitted("shock_memory", 3.17, "weeks", (1.0, 52.0), "memory of the shock", _FACTS, "S01", git=1.73),
    fitted("tide", 0.461, "logit", (0.0, 1.0), "spread of the slow tide of interest", _FACTS, "S01",
              git=0.6),
    Parameter("tide_memory", 104.0, "weeks", (26.0, 520.0), "uncertain", "memory of the tide", "assumed", "S01"),
    Parameter("year_end", -0.3, "logit", (-1.0, 0.0), "fixed", "pause in the last four weeks of a year",
              "measured: December activity of 45 open communities, about -0.10 in the logarithm", "S01"),
)  # fmt: skip


@kernel
def carried_on(value, spread, memory, innovation):
    """Return the next value of a stationary first-order process with the given spread and memory in weeks."""
    kept = exp64(-1.0 / memory)
    return kept * value + spread * np.sqrt(1.0 - kept * kept) * innovation


@kernel
def weather(s, p, week):
    """Move shock and tide on by a week, and set the season."""
    c, q, key = s.community[0], p.weathering, s.key[0]
    shock, tide = normal(week_key(key, SHOCK, week)), normal(week_key(key, TIDE, week))
    c.shock = carried_on(c.shock, np.float64(q.shock), np.float64(q.shock_memory), shock)
    c.tide = carried_on(c.tide, np.float64(q.tide), np.float64(q.tide_memory), tide)
    c.season = np.float64(q.year_end) * s.calendar[YEAR_END, week]


@kernel
def calm(s):
    """Let no luck be shared."""
    s.community[0].shock = s.community[0].tide = s.community[0].season = 0.0
