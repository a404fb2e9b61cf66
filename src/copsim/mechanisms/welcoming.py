"""S02. Welcoming: whoever holds the post or a keeper's role makes contact with those who act, newcomers above all.

Coverage = sat(effective hours of welcoming / (hours_each (3 + members acting))); a member acting this week is contacted
with chance coverage * (1 in the first `weeks` of membership, else `later`). Contact counts `belonging.contact` answers.
Source of the size: contact by staff works 3 to 6 times as strongly as by a peer (Cottica 2016, weekly logit).

Reads: welcoming work, own contributions. Writes: contacted, contacts. Draws: CONTACT.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.draws import CONTACT, bits, share32, week_key
from copsim.core.jit import kernel
from copsim.core.log import note
from copsim.core.numeric import saturating64
from copsim.core.state import CONTACT as CONTACT_EVENT
from copsim.core.state import (
    CONTACTED,
    CONTACTS,
    COORDINATOR,
    FIRST_ROLE,
    JOINED,
    MET,
    NO_ROLE,
    OWN,
    PERSON,
    ROLE,
    WELCOMING,
)

_ROW = "S02"

declare(
    __name__,
    switch(_ROW, "welcoming"),
    Parameter("hours_each", 0.25, "hours", (0.05, 2.0), "uncertain", "hours of welcome per member acting, for 63 %",
              "assumed", _ROW),
    Parameter("weeks", 8.0, "weeks", (1.0, 52.0), "uncertain", "weeks in which somebody is a newcomer", "assumed",
              _ROW),
    Parameter("later", 0.3, "ratio", (0.0, 1.0), "uncertain", "contact of older members, in that of newcomers",
              "assumed", _ROW),
)  # fmt: skip


@kernel
def coverage_of_welcome(hours, hours_each, acting):
    """Return the share of those acting whom the hours of welcome reach."""
    return saturating64(hours / (hours_each * (3.0 + acting)))


@kernel
def keeper(s):
    """Return the row of the member who makes contact: the coordinator, else a community keeper, else -1."""
    found = -1
    for row in range(s.counts[0].rows):
        if s.whole[ROLE, row] == COORDINATOR:
            return row
        if s.whole[ROLE, row] == FIRST_ROLE + WELCOMING and found < 0:
            found = row
    return found


@kernel
def welcome(s, p, week):
    """Let the keeper make contact with members who act this week."""
    q, host = p.welcoming, keeper(s)
    if host < 0:
        return
    acting = 0
    for i in range(s.counts[0].rows):
        acting += 1 if s.whole[OWN, i] > 0 else 0
    hours = s.community[0].work_hours[WELCOMING]
    reach = np.float32(coverage_of_welcome(hours, np.float64(q.hours_each), np.float64(acting)))
    key = week_key(s.key[0], CONTACT, week)
    for i in range(s.counts[0].rows):
        new = np.float32(week - s.whole[JOINED, i]) < q.weeks
        chance = reach if new else reach * q.later
        if s.whole[OWN, i] > 0 and s.whole[ROLE, i] == NO_ROLE and share32(bits(key, s.uid[i])) < chance:
            s.whole[CONTACTED, i] = 1
            s.whole[CONTACTS, host] = 1
            note(s, week, MET, s.whole[PERSON, host], s.whole[PERSON, i], 1)
    if s.whole[CONTACTS, host] == 1:
        note(s, week, CONTACT_EVENT, s.whole[PERSON, host], -1, 1)
