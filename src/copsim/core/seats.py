"""Choosing a partner: uniform over the candidates, paired by person, a handful of steps a pick.

Every candidate takes one seat in a table of a power of two seats, at the place its uid hashes to or the next free one
(the lower uid keeps a contested seat, so that the order of arrival at the table does not matter). A pick draws seats at
random until it hits an occupied one. Each candidate has exactly one seat, hence the pick is exactly uniform; a candidate
more or less in another scenario changes one pick in n only, which is what keeps two scenarios on the same luck together.
"""

import numpy as np

from copsim.core.draws import GOLDEN, bits, mix
from copsim.core.jit import kernel

_PLACES = np.uint64(0x5EA7)
_64, _ONE = np.uint64(64), np.uint64(1)
TRIES = 512
"""Seats tried before a pick gives up: at a quarter full, once in 10**64 picks."""


@kernel
def table_bits(candidates):
    """Return the number of bits of a table at least twice as large as the number of candidates (at least 8 seats)."""
    size, power = 8, 3
    while size < 2 * candidates:
        size, power = 2 * size, power + 1
    return power


@kernel
def clear(seats, power):
    """Empty the first 2**power seats."""
    for i in range(1 << power):
        seats[i] = -1


@kernel
def sit(seats, power, uid, row):
    """Give the candidate in `row` a seat; `uid` is the column of uids."""
    mask = (1 << power) - 1
    seat = np.int64(bits(_PLACES, uid[row]) >> (_64 - np.uint64(power)))
    while seats[seat] >= 0:
        if uid[row] < uid[seats[seat]]:
            row, seats[seat] = seats[seat], row
        seat = (seat + 1) & mask
    seats[seat] = row


@kernel
def drawn_row(seats, power, key, attempt):
    """Return the row in the seat that attempt number `attempt` of a pick hits, -1 where it is empty."""
    return row_in(seats, power, drawn_seat(key, attempt))


@kernel
def drawn_seat(key, attempt):
    """Return the 64 bits of one attempt: the upper ones choose the seat, the lower 24 are free for another use."""
    return mix(key + GOLDEN * (np.uint64(attempt) + _ONE))


@kernel
def row_in(seats, power, drawn):
    """Return the row in the seat that 64 drawn bits choose, -1 where it is empty."""
    return seats[np.int64(drawn >> (_64 - np.uint64(power)))]


@kernel
def pick(seats, power, key, chooser):
    """Return the row of one candidate other than `chooser`; -1 when none turned up."""
    for attempt in range(TRIES):
        row = drawn_row(seats, power, key, attempt)
        if row >= 0 and row != chooser:
            return row
    return np.int32(-1)
