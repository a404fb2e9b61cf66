"""The buffer of events: acts as they happen, for logs and tables; without room it takes nothing and changes nothing."""

import numpy as np

from copsim.core.jit import kernel


@kernel
def note(s, week, kind, person, other, number):
    """Append one event to the buffer when the run keeps events; what finds no room is counted, so that the run can be
    repeated with enough of it."""
    used, rows = s.counts[0].events, s.events
    if rows.shape[0] == 0:
        return
    s.counts[0].events = used + 1
    if used < rows.shape[0]:
        rows[used, 0] = np.int32(week)
        rows[used, 1] = np.int32(kind)
        rows[used, 2] = np.int32(person)
        rows[used, 3] = np.int32(other)
        rows[used, 4] = np.int32(number)
