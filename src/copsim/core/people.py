"""How a person comes in and goes: traits from birth, keyed by uid, and the rows of those long gone taken out."""

import numpy as np

from copsim.core.draws import (
    TRAIT_CAPACITY,
    TRAIT_EXPERTISE,
    TRAIT_PROPENSITY,
    TRAIT_VOLUME,
    bits,
    normal,
    share64,
    week_key,
)
from copsim.core.jit import kernel
from copsim.core.levels import OUTSIDE
from copsim.core.numeric import exp64
from copsim.core.state import (
    CAPACITY,
    EXPERTISE,
    JOINED,
    LAST_ACT,
    LEFT,
    LEVEL,
    PERSON,
    PROPENSITY,
    ROLE,
    SLOTS,
    UNITS,
    VOLUME,
    WEEKS,
)

_ZERO = np.float32(0.0)
_WORTHWHILE = 8


@kernel
def arrive(s, uid, week, mean_propensity, hours, hours_spread):
    """Add a person as the last row and return it; -1 when the run has no room left.

    `hours` is the median time a week that people can give, `hours_spread` its spread in the logarithm.
    """
    row, person, key = s.counts[0].rows, s.counts[0].people, s.key[0]
    if row >= s.uid.size or person >= s.person_uid.size:
        return np.int64(-1)
    _clear_row(s, row)
    s.uid[row] = s.person_uid[person] = uid
    s.row_of[person] = row
    s.whole[PERSON, row] = person
    s.whole[JOINED, row] = s.whole[LAST_ACT, row] = week
    s.whole[LEVEL, row] = OUTSIDE
    s.real[PROPENSITY, row] = np.float32(mean_propensity + normal(bits(week_key(key, TRAIT_PROPENSITY, 0), uid)))
    s.real[VOLUME, row] = np.float32(normal(bits(week_key(key, TRAIT_VOLUME, 0), uid)))
    s.real[EXPERTISE, row] = np.float32(share64(bits(week_key(key, TRAIT_EXPERTISE, 0), uid)))
    spread = exp64(hours_spread * normal(bits(week_key(key, TRAIT_CAPACITY, 0), uid)))
    s.real[CAPACITY, row] = np.float32(hours * spread)
    s.counts[0].rows = row + 1
    s.counts[0].people = person + 1
    return row


@kernel
def _clear_row(s, row):
    for k in range(s.real.shape[0]):
        s.real[k, row] = _ZERO
    for k in range(s.whole.shape[0]):
        s.whole[k, row] = 0
    for k in range(WEEKS):
        s.ring[k, row] = 0
    for slot in range(SLOTS):
        s.tie_other[row, slot] = -1
        s.tie_strength[row, slot] = _ZERO


@kernel
def depart(s, row):
    """Mark a member as gone for good; units of value not yet applied go along and are lost to the community."""
    s.counts[0].faded += s.whole[UNITS, row]
    s.whole[UNITS, row] = 0
    s.whole[LEFT, row] = 1
    s.whole[ROLE, row] = 0
    s.person_left[s.whole[PERSON, row]] = 1


@kernel
def take_out(s):
    """Take out the rows of people who left for good and are outside by the rule, once these are one row in eight;
    the others close ranks in order of arrival."""
    gone = 0
    for row in range(s.counts[0].rows):
        gone += 1 if s.whole[LEFT, row] == 1 and s.whole[LEVEL, row] == OUTSIDE else 0
    if _WORTHWHILE * gone < s.counts[0].rows:
        return
    kept = 0
    for row in range(s.counts[0].rows):
        if s.whole[LEFT, row] == 1 and s.whole[LEVEL, row] == OUTSIDE:
            s.row_of[s.whole[PERSON, row]] = -1
            continue
        if kept < row:
            _move(s, row, kept)
        kept += 1
    s.counts[0].rows = kept


@kernel
def drop_ties(s):
    """Drop the ties to people who left for good."""
    for row in range(s.counts[0].rows):
        for slot in range(SLOTS):
            if s.person_left[max(s.tie_other[row, slot], 0)] == 1:
                s.tie_other[row, slot] = -1
                s.tie_strength[row, slot] = _ZERO


@kernel
def _move(s, row, to):
    s.uid[to] = s.uid[row]
    s.row_of[s.whole[PERSON, row]] = to
    for k in range(s.real.shape[0]):
        s.real[k, to] = s.real[k, row]
    for k in range(s.whole.shape[0]):
        s.whole[k, to] = s.whole[k, row]
    for k in range(WEEKS):
        s.ring[k, to] = s.ring[k, row]
    for slot in range(SLOTS):
        s.tie_other[to, slot] = s.tie_other[row, slot]
        s.tie_strength[to, slot] = s.tie_strength[row, slot]
