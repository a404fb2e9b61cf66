"""S17. The launch: hours spent on preparing founders and the domain, or on announcing the community to everybody.

prepared  p = sat(prepared hours / half): founders begin with B = 0.1 + 0.4 p, the domain with D = 0.15 + 0.45 p
announced a = sat((1 - prepared) hours / half): in week 1 pulse (0.3 + 0.7 a) is added to what reaches each outsider
The pulse counts by the common strength like all that reaches an outsider: chosen after one that did not made a cold launch
as good as a prepared one.
Founders act in week 1; the first of them holds the coordinator's post where there is one.

Reads: nothing. Writes: founders, domain, strengths at the start. Draws: TIDE, TRAIT_*.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.draws import TIDE, normal, uid_of, week_key
from copsim.core.jit import kernel
from copsim.core.numeric import cbrt64, saturating64
from copsim.core.people import arrive
from copsim.core.state import BELONGING, COORDINATOR, ROLE, SKILL

_ROW = "S17"

declare(
    __name__,
    switch(_ROW, "the launch"),
    Parameter("hours", 100.0, "hours", (0.0, 1000.0), "lever", "hours spent on the launch", "assumed", _ROW,
              talk=50.0, git=50.0),
    Parameter("prepared", 0.5, "share", (0.0, 1.0), "lever", "share of them on preparation, the rest on announcement",
              "assumed", _ROW),
    Parameter("half", 60.0, "hours", (10.0, 300.0), "uncertain", "hours for 63 % of the effect", "assumed", _ROW),
    Parameter("pulse", 0.08, "share", (0.0, 1.0), "uncertain",
              "share of the hinterland that a full announcement brings", "assumed", _ROW, talk=0.02, git=0.04),
    Parameter("practice", 0.1, "share", (0.0, 1.0), "uncertain", "practice that founders bring", "assumed", "S06"),
    Parameter("energy", 1.2, "sd", (0.0, 2.0), "uncertain", "mean propensity of founders", "assumed", _ROW),
    Parameter("energy_spread", 0.3, "sd", (0.0, 1.0), "fixed", "spread of that between communities", "assumed", _ROW),
)  # fmt: skip


@kernel
def founders_belonging(prepared):
    """Return the belonging with which founders begin; `prepared` is a share."""
    return 0.1 + 0.4 * prepared


@kernel
def first_domain(prepared):
    """Return the domain with which a community begins; `prepared` is a share."""
    return 0.15 + 0.45 * prepared


@kernel
def first_wave(announced, pulse):
    """Return the share of the hinterland that the launch brings in week 1; `announced` is a share."""
    return pulse * (0.3 + 0.7 * announced)


@kernel
def launch(s, p):
    """Found the community: the state at the end of week 0."""
    c, q = s.community[0], p.launching
    hours = np.float64(q.hours) * np.float64(q.on)
    prepared = saturating64(np.float64(q.prepared) * hours / np.float64(q.half))
    announced = saturating64((1.0 - np.float64(q.prepared)) * hours / np.float64(q.half))
    c.domain, c.launch_hours = first_domain(prepared), hours
    c.pulse = first_wave(announced, np.float64(q.pulse)) * np.float64(q.on)
    c.tide = np.float64(p.weathering.tide * p.weathering.on) * normal(week_key(s.key[0], TIDE, 0))
    c.ownership = c.patience = c.sponsor = 1.0
    c.attention = np.float64(p.sponsoring.engagement) * np.float64(p.sponsoring.on)
    c.habit = 0.5
    c.next_meeting = 1.0
    _found(s, p, founders_belonging(prepared))


@kernel
def _found(s, p, belonging):
    """Let the founders in, and give the first of them the coordinator's post."""
    c, founders = s.community[0], np.int64(p.joining.founders)
    hours, spread = np.float64(p.tiring.spare_hours), np.float64(p.tiring.hours_spread)
    for order in range(founders):
        row = arrive(s, uid_of(0, order), 0, np.float64(p.launching.energy), hours, spread)
        if row >= 0:
            s.real[BELONGING, row] = np.float32(belonging)
    if p.leading.coordinator > 0 and p.leading.on > 0:
        s.whole[ROLE, 0] = COORDINATOR
        s.real[SKILL, 0] = p.leading.coordinator_skill
    share = founders / (founders + np.float64(p.practising.critical_mass))
    c.togetherness = belonging * share
    c.practice = np.float64(p.launching.practice)
    c.strength = cbrt64(c.domain * c.togetherness * c.practice)
    s.counts[0].regulars = founders
