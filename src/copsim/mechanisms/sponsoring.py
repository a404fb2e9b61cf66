"""S19. Sponsorship: a sponsor gives hours and legitimacy, has attention and patience, and reacts to what is seen.

attention  S' = S + (engagement * present * patience - S) / attention_memory, present = 1 or, while the post is empty, council
legitimacy L' = L + (S (0.7 + 0.3 sat(prescription / 0.15)) - L) / legitimacy_memory
ownership  O' = O + (1 - 0.9 prescription^2 - O) / ownership_memory, prescription only while somebody prescribes
patience   P' = P + (recovery v (1 - P) - (1 - v) P) / patience, v = stories (0.2 + 0.8 bridging): value seen
The square in ownership was chosen after a linear form let a light touch of prescription ruin a community: that an agenda
prescribed a little does no harm is built in, not found. Nothing here adds to an outcome.

Reads: stories, coverage of bridging. Writes: sponsor, attention, legitimacy, patience, ownership, sponsor hours.
Draws: SPONSOR_LEAVES, SPONSOR_FOUND.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.draws import SPONSOR_FOUND, SPONSOR_LEAVES, weekly_share
from copsim.core.jit import kernel
from copsim.core.numeric import saturating64
from copsim.core.state import BRIDGING

_ROW = "S19"

declare(
    __name__,
    switch(_ROW, "sponsorship"),
    Parameter("engagement", 0.5, "share", (0.0, 1.0), "lever", "engagement of the sponsor", "assumed", _ROW, talk=0.2,
              git=0.2),
    Parameter("hours", 8.0, "hours/week", (0.0, 80.0), "lever", "leadership hours paid at full attention", "assumed",
              _ROW, talk=4.0, git=4.0),
    Parameter("money", 0.0, "currency/week", (0.0, 1e6), "lever", "money spent at full attention, for cost alone",
              "assumed", _ROW),
    Parameter("patience", 52.0, "weeks", (8.0, 260.0), "lever", "patience without visible value", "assumed", _ROW),
    Parameter("council", 0.0, "share", (0.0, 1.0), "lever", "attention held by a council while the post is empty",
              "assumed", _ROW),
    Parameter("prescription", 0.0, "share", (0.0, 1.0), "lever", "share of the agenda prescribed from above",
              "assumed", "S21"),
    Parameter("attention_memory", 13.0, "weeks", (2.0, 52.0), "uncertain", "attention follows", "assumed", _ROW),
    Parameter("legitimacy_memory", 26.0, "weeks", (4.0, 104.0), "uncertain", "legitimacy follows", "assumed", _ROW),
    Parameter("ownership_memory", 30.0, "weeks", (8.0, 104.0), "uncertain", "ownership follows who sets the agenda",
              "assumed", "S21"),
    Parameter("recovery", 4.0, "ratio", (0.0, 20.0), "uncertain",
              "patience regained by visible value, in losses without", "assumed", _ROW),
    Parameter("job_change", 0.006, "1/week", (0.0, 0.03), "uncertain", "a sponsor changes job", "assumed", _ROW),
    Parameter("succession", 0.02, "1/week", (0.0, 0.1), "uncertain", "a new sponsor is found", "assumed", _ROW),
)  # fmt: skip


@kernel
def seen_value(stories, bridging):
    """Return the share of the community's value that the sponsor sees; some stories reach him unasked."""
    return stories * (0.2 + 0.8 * bridging)


@kernel
def patience_after(patience, seen, recovery, weeks):
    """Return the patience left after a week: value seen restores it, value unseen wears it down."""
    return patience + (recovery * seen * (1.0 - patience) - (1.0 - seen) * patience) / weeks


@kernel
def owned_share(prescription):
    """Return the share of the agenda that members come to own under a prescribed one."""
    return 1.0 - 0.9 * prescription * prescription


@kernel
def legitimacy_given(attention, prescription):
    """Return the legitimacy that attention gives; a little prescription makes it visible to line managers."""
    return attention * (0.7 + 0.3 * saturating64(prescription / 0.15))


@kernel
def sponsor(s, p, week):
    """Let the sponsor come, go and look; update attention, legitimacy, patience and ownership."""
    c, q, key = s.community[0], p.sponsoring, s.key[0]
    seen = seen_value(c.story_level, c.coverage[BRIDGING])
    _come_and_go(s, q, seen, weekly_share(key, SPONSOR_LEAVES, week), weekly_share(key, SPONSOR_FOUND, week))
    present = max(c.sponsor, np.float64(q.council))
    prescription = np.float64(q.prescription) * c.sponsor
    c.patience = patience_after(c.patience, seen, np.float64(q.recovery), np.float64(q.patience))
    target = np.float64(q.engagement) * present * c.patience
    c.attention += (target - c.attention) / np.float64(q.attention_memory)
    given = legitimacy_given(c.attention, prescription)
    c.legitimacy += (given - c.legitimacy) / np.float64(q.legitimacy_memory)
    c.ownership += (owned_share(prescription) - c.ownership) / np.float64(q.ownership_memory)
    c.mandate = prescription * c.attention * c.ownership
    c.sponsor_hours = np.float64(q.hours) * c.attention
    c.sponsor_money = np.float64(q.money) * c.attention


@kernel
def withdraw(s):
    """Let a sponsor prescribe and pay nothing: there is no sponsorship."""
    s.community[0].mandate = s.community[0].sponsor_hours = s.community[0].sponsor_money = 0.0


@kernel
def _come_and_go(s, q, seen, leaving, finding):
    c = s.community[0]
    if c.sponsor > 0.0:
        if s.counts[0].sponsor_gone > 0 or leaving < np.float64(q.job_change):
            c.sponsor = 0.0
    elif finding < np.float64(q.succession) * (0.3 + 3.0 * seen):
        c.sponsor, c.patience = 1.0, 1.0
    s.counts[0].sponsor_gone = 0
