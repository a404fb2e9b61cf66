"""Choosing a partner: uniform over the candidates, paired by person, a handful of steps a pick.

Every candidate takes one seat in a table of a power of two seats, at the place its uid hashes to or the next free one
(the lower uid keeps a contested seat, so that the order of arrival at the table does not matter, and several threads can
seat people at once: Shun & Blelloch 2014, *Phase-concurrent hash tables for determinism*). A pick draws seats at random
until it hits an occupied one. Each candidate has exactly one seat, hence the pick is exactly uniform; a candidate
more or less in another scenario changes one pick in n only, which is what keeps two scenarios on the same luck together.
"""

import numpy as np

from copsim.core.draws import GOLDEN, bits, mix
from copsim.core.jit import kernel
from copsim.core.sharing import put

_PLACES = np.uint64(0x5EA7)
_64 = np.uint64(64)
_STEP = np.uint64(0xF1357AEA2E62A9C5)
"""Multiplier of a congruential generator modulo 2**64 (Steele & Vigna 2022, *Computationally easy, spectrally good
multipliers*): the upper bits of a hashed key times its powers are the seats that a pick looks at, at a step each."""
_AT_ONCE = 6
GLANCES = 96
"""Times six seats are looked at before a pick gives up: at a quarter full, once in 10**71 picks."""


@kernel
def table_bits(candidates):
    """Return the number of bits of a table at least twice as large as the number of candidates (at least 8 seats).

    With four seats for three, a pick takes a sixth less time, and one candidate less moves twice as many picks.
    """
    size, power = 8, 3
    while size < 2 * candidates:
        size, power = 2 * size, power + 1
    return power


@kernel
def clear(seats, power, first, rows, all_rows):
    """Empty the share of the first 2**power seats that falls to `rows` rows from `first` on, of all rows."""
    low, high = (first << power) // all_rows, ((first + rows) << power) // all_rows
    share = seats[low:high]
    for i in range(share.size):
        share[i] = -1


@kernel
def sit(seats, power, uid, row, shared):
    """Give the candidate in a row a seat; `uid` is the column of uids. Whoever loses a seat to him looks for another."""
    mask, own = (1 << power) - 1, uid[row]
    seat = np.int64(bits(_PLACES, own) >> (_64 - np.uint64(power)))
    while True:
        other = np.int64(seats[seat])
        if other >= 0 and uid[other] < own:
            seat = (seat + 1) & mask
        elif put(seats, seat, other, row, shared):
            if other < 0:
                return
            row, own, seat = other, uid[other], (seat + 1) & mask


@kernel
def pick(seats, power, key, chooser):
    """Return the row of one candidate other than `chooser`; -1 when none turned up. `key` holds 64 hashed bits.

    Seats are looked at by sixes, and the first of them that does is kept without a branch: no processor can foresee
    who sits where, and to be wrong at each pick takes three times as long as to look at a few seats too many.
    """
    shift = _64 - np.uint64(power)
    for glance in range(GLANCES):
        found, drawn = np.int64(-1), key if glance == 0 else mix(key + GOLDEN * np.uint64(glance))
        for _ in range(_AT_ONCE):
            drawn = drawn * _STEP
            row = np.int64(seats[drawn >> shift])
            found = row if (found < 0) & (row >= 0) & (row != chooser) else found
        if found >= 0:
            return found
    return np.int64(-1)
