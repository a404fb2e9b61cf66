"""S06. Domain, community, practice: three strengths in 0 to 1, whose geometric mean is the common strength.

domain    D <- D + domain_gain (0.4 + 0.6 agenda) c (0.4 + 0.6 O) (1 - D) - D (1 - refreshed reflecting) / domain_memory
practice  P <- P + practice_gain (0.7 sat(skilled acts / practice_half) + 0.3 reporting Y) (1 - P) - P / practice_memory
community C follows (mean belonging of the regulars) * c within `community_memory` weeks; c = n / (n + critical_mass),
n regulars. G = (D C P)^(1/3): the loss of any one is felt. Skilled acts = sum of expertise over contributions + half the
expertise of attendees times the quality of the meeting. Shared memory depreciates 0 to 25 % a month (Argote 2013).
`sharing` = 0 is a network alone: no domain and no practice are built.

Reads: levels, belonging, expertise, contributions, coverage, stories. Writes: domain, practice, togetherness, strength,
recent and habitual acts. Draws: nothing.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.jit import kernel
from copsim.core.levels import ACTIVE
from copsim.core.numeric import cbrt64, saturating64
from copsim.core.state import AGENDA, ATTENDS, BELONGING, EXPERTISE, GIVEN, LEVEL, OWN, REFLECTING, REPORTING

_ROW = "S06"
_SCALE, _UNIT = np.float32(2.0**24), 2.0**-24

declare(
    __name__,
    switch(_ROW, "building of domain and practice"),
    Parameter("breadth", 1.0, "ratio", (0.25, 4.0), "lever",
              "breadth of the domain: a narrow one recruits less and identifies more", "assumed", _ROW),
    Parameter("sharing", 1.0, "share", (0.0, 1.0), "lever",
              "how far a shared domain and practice are built: 0 is a network", "assumed", "S08"),
    Parameter("domain_gain", 0.05, "1/week", (0.0, 0.3), "uncertain", "agenda work builds the domain", "assumed",
              _ROW),
    Parameter("domain_memory", 52.0, "weeks", (13.0, 260.0), "uncertain", "a domain grows stale", "assumed", _ROW),
    Parameter("refreshed", 0.5, "share", (0.0, 1.0), "uncertain", "staleness kept off by full reflection", "assumed",
              "S14"),
    Parameter("practice_gain", 0.03, "1/week", (0.0, 0.3), "uncertain",
              "contributions and stories build the practice", "assumed", _ROW),
    Parameter("practice_memory", 78.0, "weeks", (4.0, 520.0), "fixed", "shared memory depreciates",
              "measured: 0 to 25 % a month (Argote 2013)", _ROW),
    Parameter("practice_half", 3.0, "acts/week", (1.0, 50.0), "uncertain", "skilled acts for 63 % of the speed",
              "assumed", _ROW),
    Parameter("critical_mass", 3.0, "people", (1.0, 20.0), "uncertain", "regulars at which critical mass is half",
              "assumed", _ROW),
    Parameter("community_memory", 4.0, "weeks", (1.0, 26.0), "uncertain",
              "how quickly the community strength is felt", "assumed", _ROW, times=(0.56, 1.5)),
)  # fmt: skip


@kernel
def critical(regulars, critical_mass):
    """Return how far critical mass is reached, a share."""
    return regulars / (regulars + critical_mass)


@kernel
def domain_after(q, domain, agenda, critical_share, ownership, reflecting):
    """Return the domain after a week of agenda work by those who own it, and of growing stale."""
    built = np.float64(q.sharing * q.domain_gain) * (0.4 + 0.6 * agenda) * critical_share * (0.4 + 0.6 * ownership)
    stale = (1.0 - np.float64(q.refreshed) * reflecting) / np.float64(q.domain_memory)
    return domain + built * (1.0 - domain) - domain * stale


@kernel
def practice_after(q, practice, skilled, told):
    """Return the practice after a week of skilled acts and of stories kept (`told`, a share), and of forgetting."""
    speed = 0.7 * saturating64(skilled / np.float64(q.practice_half)) + 0.3 * told
    return (
        practice
        + np.float64(q.sharing * q.practice_gain) * speed * (1.0 - practice)
        - practice / np.float64(q.practice_memory)
    )


@kernel
def common_strength(domain, community, practice):
    """Return the geometric mean of the three strengths."""
    return cbrt64(domain * community * practice)


@kernel
def practise(s, p, week):
    """Update the three strengths from what was done this week."""
    c, q = s.community[0], p.practising
    belonging, skilled = _sums(s)
    regulars = np.float64(s.counts[0].regulars)
    share = critical(regulars, np.float64(q.critical_mass))
    if q.on > 0:
        c.domain = domain_after(q, c.domain, c.coverage[AGENDA], share, c.ownership, c.coverage[REFLECTING])
        c.practice = practice_after(q, c.practice, skilled, c.coverage[REPORTING] * c.story_level)
    together = belonging / regulars * share if regulars > 0.0 else 0.0
    c.togetherness += (together - c.togetherness) / np.float64(q.community_memory)
    c.strength = common_strength(c.domain, c.togetherness, c.practice)
    c.recent_acts += (s.counts[0].acts - c.recent_acts) / 8.0
    c.habitual_acts += (c.recent_acts - c.habitual_acts) / np.float64(p.participating.habit_memory)


@kernel
def _sums(s):
    """Return the belonging of all regulars and the skilled acts of the week, summed in whole steps of 2**-24."""
    quality = np.float32(s.community[0].quality)
    belonging, acts, attended = np.int64(0), np.int64(0), np.int64(0)
    for i in range(s.counts[0].rows):
        skill = np.int64(np.int32(s.real[EXPERTISE, i] * _SCALE))
        belonging += np.int64(np.int32(s.real[BELONGING, i] * _SCALE)) if s.whole[LEVEL, i] <= ACTIVE else np.int64(0)
        acts += skill * np.int64(s.whole[OWN, i] + s.whole[GIVEN, i])
        attended += skill * np.int64(s.whole[ATTENDS, i])
    return belonging * _UNIT, (acts + 0.5 * np.float64(quality) * attended) * _UNIT
