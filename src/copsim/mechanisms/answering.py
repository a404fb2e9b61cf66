"""S08. Answering: a contribution is answered or not, by the most inclined of a few members who happen to be around.

Chance that a contribution is answered: chance (0.4 + 0.6 O) n / (n + crowd) (1 - asking_less B), n others around; the
answerer has the largest z + 2 B of `picks` members drawn evenly from those around (acted in twelve weeks and not in a
pause); a dormant one drawn answers with chance `waking`, and is awake from then on. Whoever is answered answers back
with chance `back`. Being asked makes an act; the one answered gets a tie and a dose of contact.

Reads: history, away, belonging, propensity, ownership. Writes: answers, given, own ties. Draws: ANSWERED, ANSWERER,
ANSWERED_BACK.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, fitted, switch
from copsim.core.draws import ANSWERED, ANSWERED_BACK, ANSWERER, GOLDEN, bits, mix, share32, share64, week_key
from copsim.core.jit import kernel
from copsim.core.knots import tie
from copsim.core.log import note
from copsim.core.numeric import binomial_quantile
from copsim.core.seats import MARKED, clear, pick_unmarked, sit, table_bits
from copsim.core.state import ANSWERS, AWAY, BELONGING, BY_TIE, GIVEN, HISTORY, LEFT, OWN, PERSON, PROPENSITY, REPLY

_ROW = "S08"
_ONE, _TWO = np.float32(1.0), np.float32(2.0)

declare(
    __name__,
    switch(_ROW, "answering"),
    fitted("chance", 0.717, "chance", (0.0, 1.0),
              "chance that a contribution is answered when many are present",
              "calibrated: newcomers answered, mean degree", _ROW, git=0.755),
    Parameter("crowd", 1.5, "people", (0.0, 20.0), "uncertain", "others around at which half of that is reached",
              "assumed", _ROW, git=1.0),
    fitted("asking_less", 0.571, "share", (0.0, 1.0), "those who belong ask less and answer more",
              "calibrated: newcomers answered", _ROW, git=0.567),
    fitted("picks", 15.6, "people", (1.0, 30.0), "the answerer is the most inclined of so many",
              "calibrated: core-periphery correlation", _ROW, git=25.9),
    fitted("back", 0.281, "chance", (0.0, 1.0), "the one answered answers back",
              "calibrated: reciprocity", _ROW, git=0.0814),
    Parameter("waking", 0.05, "chance", (0.0, 1.0), "uncertain", "a dormant member who is asked answers", "assumed",
              _ROW, times=(0.81, 1.5)),
)  # fmt: skip


@kernel
def chance_answered(chance, ownership, others, crowd, asking_less, belonging):
    """Return the chance that a member's contribution is answered."""
    return chance * (0.4 + 0.6 * ownership) * others / (others + crowd) * (1.0 - asking_less * belonging)


@kernel
def inclination(propensity, belonging):
    """Return how inclined a member is to answer."""
    return propensity + _TWO * belonging


@kernel
def is_around(s, row):
    """Return whether a member acted this week or in the last twelve and is not in a pause."""
    return s.whole[HISTORY, row] | s.whole[OWN, row] != 0 and s.whole[AWAY, row] == 0


@kernel
def answer(s, p, week):
    """Let this week's contributions be answered."""
    q = p.answering
    power = _seat_everybody(s)
    chosen, answered = week_key(s.key[0], ANSWERER, week), week_key(s.key[0], ANSWERED, week)
    back = week_key(s.key[0], ANSWERED_BACK, week)
    for i in range(s.counts[0].rows):
        if s.whole[OWN, i] > 0:
            others = max(s.counts[0].around - (1 if is_around(s, i) else 0), 0)
            chance = chance_answered(
                np.float64(q.chance), s.community[0].ownership, np.float64(others), np.float64(q.crowd),
                np.float64(q.asking_less), np.float64(s.real[BELONGING, i]),
            )  # fmt: skip
            number = binomial_quantile(share64(bits(answered, s.uid[i])), s.whole[OWN, i], chance) if others > 0 else 0
            _answer_one(s, p, week, i, number, power, bits(chosen, s.uid[i]), bits(back, s.uid[i]))


@kernel
def _seat_everybody(s):
    """Give a seat to every member who has not left, marked where not around, count those around, and return the size of
    the table in bits."""
    present, around = 0, 0
    for i in range(s.counts[0].rows):
        s.list_rows[i] = 1 if s.whole[LEFT, i] == 0 and is_around(s, i) else 0
        present += 1 - s.whole[LEFT, i]
        around += s.list_rows[i]
    power = table_bits(present)
    clear(s.seats, power)
    for i in range(s.counts[0].rows):
        if s.whole[LEFT, i] == 0:
            sit(s.seats, power, s.uid, i if s.list_rows[i] == 1 else i | MARKED)
    s.counts[0].around = around
    return power


@kernel
def _answer_one(s, p, week, i, number, power, key, back):
    """Let the member in row i receive a number of answers, and answer back now and then."""
    for k in range(number):
        j = answerer(s, p.answering, power, mix(key + GOLDEN * np.uint64(k)), i)
        if j < 0:
            continue
        s.whole[GIVEN, j] += 1
        s.whole[ANSWERS, i] += 1
        s.whole[BY_TIE, i] += tie(s, i, s.whole[PERSON, j], p.tying.gain)
        note(s, week, REPLY, s.whole[PERSON, j], s.whole[PERSON, i], 1)
        if share32(mix(back + GOLDEN * np.uint64(k))) < p.answering.back:
            s.whole[GIVEN, i] += 1
            s.whole[ANSWERS, j] += 1
            note(s, week, REPLY, s.whole[PERSON, i], s.whole[PERSON, j], 1)


@kernel
def answerer(s, q, power, key, asker):
    """Return the row of the most inclined of the members drawn, -1 when nobody turned up."""
    best, best_row = np.float32(-99.0), np.int64(-1)
    whole, waking = np.int64(q.picks), q.waking
    extra = 1 if share32(mix(key)) < q.picks - np.float32(whole) else 0
    for draw in range(whole + extra):
        j = pick_unmarked(s.seats, power, mix(key + GOLDEN * np.uint64(draw + 1)), asker, waking)
        if j >= 0 and inclination(s.real[PROPENSITY, j], s.real[BELONGING, j]) > best:
            best, best_row = inclination(s.real[PROPENSITY, j], s.real[BELONGING, j]), j
    return best_row
