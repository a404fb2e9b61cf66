"""S08. Answering: a contribution is answered or not, by the most inclined of a few members who happen to be around.

Chance that a contribution is answered: chance (0.4 + 0.6 O) n / (n + crowd) (1 - asking_less B), n others around; the
answerer has the largest z + 2 B of `picks` members drawn from those around (acted in twelve weeks and not in a pause),
evenly, and from the dormant, each of whom weighs `waking` and is awake from then on. Whoever is answered answers back
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
from copsim.core.seats import clear, pick, sit, table_bits
from copsim.core.sharing import count_up
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
    Parameter("waking", 0.05, "ratio", (0.0, 1.0), "uncertain", "how often a dormant member is drawn, one around = 1",
              "assumed", _ROW, times=(0.81, 1.5)),
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
def incline(s, p):
    """Find how inclined members are to answer, mark who is around, and count them and the dormant."""
    around, dormant = 0, 0
    for i in range(s.counts[0].rows):
        s.scratch[i] = inclination(s.real[PROPENSITY, i], s.real[BELONGING, i])
    for i in range(s.counts[0].rows):
        s.list_rows[i] = 1 if is_around(s, i) else 0
        here = 1 - s.whole[LEFT, i]
        around += here & s.list_rows[i]
        dormant += here & ~s.list_rows[i]
    s.counts[0].around += around
    s.counts[0].dormant += dormant


@kernel
def answer(s, town, p, week):
    """Let this week's contributions of the members in `s` be answered by members of `town`."""
    q = p.answering
    tables = table_bits(s.counts[0].around), table_bits(s.counts[0].dormant)
    chosen, answered = week_key(s.key[0], ANSWERER, week), week_key(s.key[0], ANSWERED, week)
    back = week_key(s.key[0], ANSWERED_BACK, week)
    for i in range(s.counts[0].rows):
        if s.whole[OWN, i] > 0:
            others = max(s.counts[0].around - s.list_rows[i], 0)
            chance = chance_answered(
                np.float64(q.chance), s.community[0].ownership, np.float64(others), np.float64(q.crowd),
                np.float64(q.asking_less), np.float64(s.real[BELONGING, i]),
            )  # fmt: skip
            number = binomial_quantile(share64(bits(answered, s.uid[i])), s.whole[OWN, i], chance) if others > 0 else 0
            _answer_one(s, town, p, week, i, number, others, tables, bits(chosen, s.uid[i]), bits(back, s.uid[i]))


@kernel
def lay_tables(s, town, p):
    """Empty the two tables, of those around and of the dormant."""
    n, everybody = s.counts[0], town.counts[0].rows
    clear(s.seats, table_bits(n.around), n.first, n.rows, everybody)
    clear(s.dormant_seats, table_bits(n.dormant), n.first, n.rows, everybody)


@kernel
def seat(s, town, p):
    """Give a seat to every member who has not left, those around and the dormant at tables of their own."""
    n, here, there = s.counts[0], table_bits(s.counts[0].around), table_bits(s.counts[0].dormant)
    for i in range(n.rows):
        if s.whole[LEFT, i] == 0:
            if s.list_rows[i] == 1:
                sit(s.seats, here, town.uid, n.first + i, n.shared)
            else:
                sit(s.dormant_seats, there, town.uid, n.first + i, n.shared)


@kernel
def _answer_one(s, town, p, week, i, number, others, tables, key, back):
    """Let the member in row i of `s` receive a number of answers, and answer back now and then."""
    given, answers, asker, shared = town.whole[GIVEN], town.whole[ANSWERS], s.counts[0].first + i, s.counts[0].shared
    for k in range(number):
        j = answerer(town, p.answering, others, tables, mix(key + GOLDEN * np.uint64(k)), asker)
        if j < 0:
            continue
        count_up(given, j, shared)
        count_up(answers, asker, shared)
        s.whole[BY_TIE, i] += tie(s, i, town.whole[PERSON, j], p.tying.gain)
        note(s, week, REPLY, town.whole[PERSON, j], s.whole[PERSON, i], 1)
        if share32(mix(back + GOLDEN * np.uint64(k))) < p.answering.back:
            count_up(given, asker, shared)
            count_up(answers, j, shared)
            note(s, week, REPLY, s.whole[PERSON, i], town.whole[PERSON, j], 1)


@kernel
def share_dormant(others, dormant, waking):
    """Return the share of picks that fall on the dormant, each of whom counts `waking` of one who is around."""
    wakeful = waking * np.float32(dormant)
    return wakeful / (np.float32(others) + wakeful)


@kernel
def answerer(s, q, others, tables, key, asker):
    """Return the row of the most inclined of the members drawn, -1 when nobody turned up."""
    best, best_row = np.float32(-99.0), np.int64(-1)
    whole, asleep = np.int64(q.picks), share_dormant(others, s.counts[0].dormant, q.waking)
    extra = 1 if share32(mix(key)) < q.picks - np.float32(whole) else 0
    for draw in range(whole + extra):
        own = mix(key + GOLDEN * np.uint64(draw + 1))
        seats, power = (s.dormant_seats, tables[1]) if share32(own) < asleep else (s.seats, tables[0])
        j = pick(seats, power, own, asker)
        inclined = s.scratch[max(j, 0)]
        better = (j >= 0) & (inclined > best)  # kept without a branch, which would be foreseen wrongly
        best, best_row = (inclined, j) if better else (best, best_row)
    return best_row
