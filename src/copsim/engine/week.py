"""The week: what happens in which order, one call a line. This is where the mechanisms meet.

Each pass reads what the passes before it wrote. A pass that reads other members' columns writes its own row only, or a
whole-number tally that nobody reads in that pass: the order of rows does not matter.
"""

import numpy as np

from copsim.core.jit import kernel
from copsim.core.people import take_out
from copsim.core.state import ANSWERS, ATTENDS, BY_TIE, CONTACTED, CONTACTS, GIVEN, HOURS, OWN, REALIZED_UNITS
from copsim.engine.recording import record
from copsim.mechanisms.answering import answer
from copsim.mechanisms.belonging import belong
from copsim.mechanisms.costing import cost
from copsim.mechanisms.joining import join
from copsim.mechanisms.leading import appoint, lead
from copsim.mechanisms.learning import learn
from copsim.mechanisms.leaving import leave, lose_top
from copsim.mechanisms.levelling import level
from copsim.mechanisms.meeting import meet
from copsim.mechanisms.participating import participate
from copsim.mechanisms.practising import practise
from copsim.mechanisms.sponsoring import sponsor
from copsim.mechanisms.staging import stage
from copsim.mechanisms.tiring import tire
from copsim.mechanisms.tying import tend_ties
from copsim.mechanisms.valuing import value
from copsim.mechanisms.weathering import weather
from copsim.mechanisms.welcoming import welcome

_TIDY = 4
"""Weeks between two rounds of taking out the rows of people long gone."""


@kernel
def live(s, p, week):
    """Let the community live through a week."""
    clear(s)
    lose_top(s)
    if p.weathering.on > 0:
        weather(s, p, week)
    if p.sponsoring.on > 0:
        sponsor(s, p, week)
    if p.leading.on > 0:
        lead(s, p, week)
    if p.joining.on > 0:
        join(s, p, week)
    appoint(s, p, week)
    participate(s, p, week)
    if p.meeting.on > 0:
        meet(s, p, week)
    if p.answering.on > 0:
        answer(s, p, week)
    if p.welcoming.on > 0:
        welcome(s, p, week)
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
    level(s, p, week)
    practise(s, p, week)
    if p.staging.on > 0:
        stage(s, p, week)
    cost(s, p, week)
    record(s, week)
    if week % _TIDY == 0:
        take_out(s)


@kernel
def clear(s):
    """Forget what the members did last week."""
    s.counts[0].faded = 0
    for i in range(s.counts[0].rows):
        s.whole[OWN, i] = s.whole[GIVEN, i] = s.whole[ANSWERS, i] = s.whole[BY_TIE, i] = s.whole[REALIZED_UNITS, i] = 0
        s.whole[CONTACTED, i] = s.whole[CONTACTS, i] = s.whole[ATTENDS, i] = 0
        s.real[HOURS, i] = np.float32(0.0)
