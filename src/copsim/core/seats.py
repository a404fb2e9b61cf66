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
MARKED = np.int32(1 << 30)
"""Added to a row that sits marked: one look at a seat then tells both, and a look is what a pick is made of."""
_ROW = (1 << 30) - 1
_ALL, _LOW = 1 << 24, np.uint64((1 << 24) - 1)
_AT_ONCE, _ONE32 = 4, np.float32(1.0)
_UNSIGNED, _PLAIN = (1 << 32) - 1, 1 << 30


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
def sit(seats, power, uid, sitter):
    """Give a candidate a seat; `sitter` is the row, with MARKED added or not, and `uid` the column of uids."""
    mask, own = (1 << power) - 1, uid[sitter & _ROW]
    seat = np.int64(bits(_PLACES, own) >> (_64 - np.uint64(power)))
    while seats[seat] >= 0:
        other = uid[seats[seat] & _ROW]
        if own < other:
            sitter, seats[seat], own = seats[seat], sitter, other
        seat = (seat + 1) & mask
    seats[seat] = sitter


@kernel
def drawn_seat(key, attempt):
    """Return the 64 bits of one attempt: the upper ones choose the seat, the lower 24 are free for another use."""
    return mix(key + GOLDEN * (np.uint64(attempt) + _ONE))


@kernel
def sitter_in(seats, power, drawn):
    """Return who sits in the seat that 64 drawn bits choose, -1 where it is empty."""
    return seats[np.int64(drawn >> (_64 - np.uint64(power)))]


@kernel
def drawn_row(seats, power, key, attempt):
    """Return the row in the seat that attempt number `attempt` of a pick hits, -1 where it is empty; nobody is marked."""
    return sitter_in(seats, power, drawn_seat(key, attempt))


@kernel
def pick(seats, power, key, chooser):
    """Return the row of one candidate other than `chooser`, where nobody is marked; -1 when none turned up."""
    return pick_unmarked(seats, power, key, chooser, _ONE32)


@kernel
def pick_unmarked(seats, power, key, chooser, chance):
    """Return the row of one candidate other than `chooser`, -1 when none turned up; a marked one counts by chance.

    Seats are looked at by fours, and the first of them that does is kept without a branch: no processor can foresee
    who sits where, and to be wrong at each pick takes three times as long as to look at a few seats too many.
    """
    part = np.int64(np.ceil(np.float64(chance) * _ALL))
    for glance in range(TRIES // _AT_ONCE):
        found = np.int64(-1)
        for back in range(_AT_ONCE):
            drawn = drawn_seat(key, (glance + 1) * _AT_ONCE - 1 - back)
            sitter = np.int64(seats[drawn >> (_64 - np.uint64(power))]) & _UNSIGNED
            lucky = (np.int64(drawn & _LOW) - part) >> 63  # -1 or 0: all bits or none
            does = (sitter - (_PLAIN + (lucky & _PLAIN))) >> 63
            found ^= (found ^ sitter) & does
        if found >= 0:
            row = found & _ROW
            return row if row != chooser else _pick_slowly(seats, power, key, chooser, part)
    return np.int64(-1)


@kernel
def _pick_slowly(seats, power, key, chooser, part):
    """Return what `pick_unmarked` returns, seat by seat: its plain twin, and its way out when it meets the chooser."""
    for attempt in range(TRIES):
        drawn = drawn_seat(key, attempt)
        sitter = np.int64(sitter_in(seats, power, drawn))
        if sitter >= 0 and (sitter < MARKED or np.int64(drawn & _LOW) < part) and sitter & _ROW != chooser:
            return sitter & _ROW
    return np.int64(-1)
