"""The week: its parts in the order in which they happen. This is where the mechanisms meet.

`happen` does one part, for all rows or for a block of them; `live` does all parts of a week. Each pass reads what the
passes before it wrote. A pass that reads other members' columns writes its own row only, or a whole-number tally that
nobody reads in that pass: the order of rows does not matter.
"""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.people import drop_ties, take_out
from copsim.core.state import ANSWERS, ATTENDS, BY_TIE, CONTACTED, CONTACTS, GIVEN, HOURS, OWN, REALIZED_UNITS
from copsim.engine.recording import record
from copsim.mechanisms.answering import answer, incline, lay_tables, seat
from copsim.mechanisms.belonging import belong
from copsim.mechanisms.costing import cost
from copsim.mechanisms.joining import join
from copsim.mechanisms.leading import appoint, lay_down, lead
from copsim.mechanisms.learning import learn
from copsim.mechanisms.leaving import leave, lose_top
from copsim.mechanisms.levelling import halve, level, remember
from copsim.mechanisms.meeting import attend, gather, meet, mingle, set_out_chairs
from copsim.mechanisms.participating import participate
from copsim.mechanisms.practising import practise
from copsim.mechanisms.sponsoring import sponsor, withdraw
from copsim.mechanisms.staging import stage
from copsim.mechanisms.tiring import tire
from copsim.mechanisms.tying import tend_ties
from copsim.mechanisms.valuing import retell, value
from copsim.mechanisms.weathering import calm, weather
from copsim.mechanisms.welcoming import welcome

_TIDY = 4
"""Weeks between two rounds of taking out the rows of people long gone."""

(
    CLEAR, OPEN, TAKE_PART, CALL_MEETING, ATTEND, SET_OUT_CHAIRS, GATHER, MINGLE, INCLINE, LAY_TABLES, SEAT, ANSWER,
    WELCOME, TAKE_IN, ADD_UP, LEVEL, CLOSE, DROP_TIES, TAKE_OUT,
) = range(19)  # fmt: skip
PARTS = TAKE_OUT + 1
TOGETHER = (OPEN, CALL_MEETING, WELCOME, ADD_UP, CLOSE, TAKE_OUT)
"""Parts of the week that are about the community as a whole; the others are about its members, row by row."""


@kernel
def live(s, p, week):
    """Let the community live through a week."""
    for part in range(PARTS):
        happen(part, s, s, p, week)


@kernel
def happen(part, s, town, p, week):
    """Let a part of the week happen to the members in the rows of `s`: of a block of the community `town`, or of all.

    Blocks may be done one after the other or at once, in any order; what was counted in them adds up.
    """
    if part == CLEAR:
        clear(s)
    elif part == OPEN:
        _open(s, p, week)
    elif part == TAKE_PART:
        participate(s, p, week)
    elif CALL_MEETING <= part <= MINGLE:
        if p.meeting.on > 0:
            _meet(part, s, town, p, week)
    elif INCLINE <= part <= ANSWER:
        if p.answering.on > 0:
            _answer(part, s, town, p, week)
    elif part == WELCOME:
        if p.welcoming.on > 0:
            welcome(s, p, week)
    elif part == TAKE_IN:
        _take_in(s, p, week)
    elif part == ADD_UP:
        if p.valuing.on > 0:
            retell(s, p)
        halve(s, p)
    elif part == LEVEL:
        level(s, p, week)
    elif part == CLOSE:
        _close(s, p, week)
    elif part == DROP_TIES:
        if week % _TIDY == 0:
            drop_ties(s)
    elif part == TAKE_OUT and week % _TIDY == 0:
        take_out(s)


@kernel
def _open(s, p, week):
    """Begin the week: shared luck, sponsor and leaders, newcomers."""
    count_anew(s)
    lose_top(s)
    if p.weathering.on > 0:
        weather(s, p, week)
    else:
        calm(s)
    if p.sponsoring.on > 0:
        sponsor(s, p, week)
    else:
        withdraw(s)
    if p.leading.on > 0:
        lead(s, p, week)
    else:
        lay_down(s)
    if p.joining.on > 0:
        join(s, p, week)
    appoint(s, p, week)


@kernel
def _meet(part, s, town, p, week):
    """Hold a meeting when one is due: who comes sits down before anybody looks for others."""
    if part == CALL_MEETING:
        meet(s, p, week)
    elif part == ATTEND:
        attend(s, p, week)
    elif part == SET_OUT_CHAIRS:
        set_out_chairs(s, town, p)
    elif part == GATHER:
        gather(s, town, p)
    else:
        mingle(s, town, p, week)


@kernel
def _answer(part, s, town, p, week):
    """Let contributions be answered: everybody sits down before anybody is asked."""
    if part == INCLINE:
        incline(s, p)
    elif part == LAY_TABLES:
        lay_tables(s, town, p)
    elif part == SEAT:
        seat(s, town, p)
    else:
        answer(s, town, p, week)


@kernel
def _take_in(s, p, week):
    """Let members take in what the week has brought them."""
    if p.tying.on > 0:
        tend_ties(s, p, week)
    if p.valuing.on > 0:
        value(s, p, week)
    belong(s, p, week)
    tire(s, p, week)
    if p.learning.on > 0:
        learn(s, p, week)
    if p.leaving.on > 0:
        leave(s, p, week)
    remember(s, p, week)


@kernel
def _close(s, p, week):
    """End the week: strengths, stage, cost, and the record."""
    practise(s, p, week)
    if p.staging.on > 0:
        stage(s, p, week)
    cost(s, p, week)
    record(s, week)


@kernel
def count_anew(s):
    """Forget what the community counted last week, so that a mechanism that is switched off leaves nothing behind."""
    n, c = s.counts[0], s.community[0]
    n.newcomers = n.attendance = 0
    c.meets = c.quality = 0.0
    n.contributions = n.acts = n.acting = n.acting_month = n.faded = 0
    n.around = n.dormant = n.failed = n.told = 0
    for cycle in range(4):
        n.value[cycle] = 0


@kernel
def clear(s):
    """Forget what the members did last week."""
    for i in range(s.counts[0].rows):
        s.whole[OWN, i] = s.whole[GIVEN, i] = s.whole[ANSWERS, i] = s.whole[BY_TIE, i] = s.whole[REALIZED_UNITS, i] = 0
        s.whole[CONTACTED, i] = s.whole[CONTACTS, i] = s.whole[ATTENDS, i] = 0
        s.real[HOURS, i] = np.float32(0.0)
