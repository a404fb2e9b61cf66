"""What is written into the record at each week's end; observers read and draw nothing."""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.levels import ACTIVE, CORE, OCCASIONAL, OUTSIDE, PERIPHERAL, TRANSACTIONAL
from copsim.core.observables import NAMES
from copsim.core.state import (
    AGENDA,
    ANSWERS,
    BELONGING,
    BRIDGING,
    BY_TIE,
    CONTACTED,
    COORDINATOR,
    FATIGUE,
    LEVEL,
    ROLE,
    SLOTS,
)
from copsim.mechanisms.staging import ENDED
from copsim.mechanisms.valuing import APPLIED, IMMEDIATE, POTENTIAL, REALIZED

_SCALE, _UNIT, _ZERO = np.float32(2.0**24), 2.0**-24, np.float32(0.0)
_STAGE_COLUMN = NAMES.index("stage")


@kernel
def _sums(s):
    """Return whole-number sums over members: answers, by a tie, contacted, ties, belonging and tiredness in 2**-24."""
    answers, by_tie, contacted, ties = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    belonging, fatigue = np.int64(0), np.int64(0)
    for i in range(s.counts[0].rows):
        answers += s.whole[ANSWERS, i]
        by_tie += s.whole[BY_TIE, i]
        contacted += s.whole[CONTACTED, i]
        inside = s.whole[LEVEL, i] < OUTSIDE
        belonging += np.int64(np.int32(s.real[BELONGING, i] * _SCALE)) if inside else np.int64(0)
        fatigue += np.int64(np.int32(s.real[FATIGUE, i] * _SCALE)) if s.whole[LEVEL, i] <= ACTIVE else np.int64(0)
    slots = s.tie_strength.reshape(s.tie_strength.size)
    for k in range(s.counts[0].rows * SLOTS):
        ties += 1 if slots[k] > _ZERO else 0
    for i in range(s.counts[0].rows):
        if s.whole[LEVEL, i] == OUTSIDE:  # few have ties and are outside: counted with all, then taken off
            for slot in range(SLOTS):
                ties -= 1 if s.tie_strength[i, slot] > _ZERO else 0
    return answers, by_tie, contacted, ties, belonging * _UNIT, fatigue * _UNIT


@kernel
def _coordinator(s):
    """Return (1, fatigue) of the coordinator, (0, 0) when nobody is."""
    for row in range(s.counts[0].rows):
        if s.whole[ROLE, row] == COORDINATOR:
            return 1.0, np.float64(s.real[FATIGUE, row])
    return 0.0, 0.0


@kernel
def _put(row, at, values):
    """Write values of one type into a row from place `at` on; return the place after them."""
    for k in range(len(values)):
        row[at + k] = np.float32(values[k])
    return at + len(values)


@kernel
def record(s, week):
    """Write one row of the record, in the order of `core/observables.py`."""
    c, n, levels, row = s.community[0], s.counts[0], s.counts[0].levels, s.record[week - 1]
    answers, by_tie, contacted, ties, belonging, fatigue = _sums(s)
    members = levels[CORE] + levels[ACTIVE] + levels[OCCASIONAL] + levels[PERIPHERAL] + levels[TRANSACTIONAL]
    coordinator, tired = _coordinator(s)
    each, regular = 1.0 / max(members, 1), 1.0 / max(n.regulars, 1)
    at = _put(row, 0, (members, levels[CORE], levels[ACTIVE], levels[OCCASIONAL], levels[PERIPHERAL]))
    at = _put(row, at, (levels[TRANSACTIONAL], np.int64(c.stage), n.acting, n.acting_month))
    at = _put(row, at, (n.newcomers, n.leavers, np.int64(c.meets), n.attendance))
    at = _put(row, at, (c.quality,))
    at = _put(row, at, (n.contributions, n.acts, answers, by_tie, contacted))
    at = _put(row, at, (ties * each, np.float64(n.around), belonging * each, fatigue * regular))
    at = _put(row, at, (c.domain, c.togetherness, c.practice, c.strength, c.ownership))
    at = _put(row, at, (n.value[IMMEDIATE], n.value[POTENTIAL], n.value[APPLIED], n.value[REALIZED]))
    at = _put(row, at, (n.failed, n.faded, n.told))
    at = _put(row, at, (c.hours, c.role_hours, c.cost, np.float64(n.holders), coordinator, tired))
    _put(row, at, (c.coverage[AGENDA], c.coverage[BRIDGING], c.sponsor, c.attention, c.legitimacy))


@kernel
def record_end(s, week):
    """Write the row of an ended community: nothing but its stage."""
    for k in range(s.record.shape[1]):
        s.record[week - 1, k] = np.float32(0.0)
    s.record[week - 1, _STAGE_COLUMN] = np.float32(ENDED)
