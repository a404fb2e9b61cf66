"""S05. The rhythm: meetings at a beat; a good one is prepared, and a regular beat becomes a habit.

gap to the next meeting = cadence ((1 - irregularity) + irregularity Exp(1)); quality Q = x^2 / (1 + x^2) (0.5 + 0.5 D),
x = preparation / preparation_hours. Log-odds to attend: base_rate + habit (H - 1/2) + propensity z / 2 + belonging sqrt(B)
- fatigue F + shock + tide + season - 3 when away. Each attendee meets two others: a tie and a dose of contact.
The exponent 2 in Q was chosen after a saturating form let weekly meetings win: the inner optimum of the beat rests on it.

Reads: belonging, fatigue, preparation work. Writes: attends, ties of attendees, hours, quality. Draws: BEAT, ATTEND, MEET.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.draws import ATTEND, BEAT, GOLDEN, MEET, bits, mix, share32, week_key, weekly_share
from copsim.core.jit import kernel
from copsim.core.knots import tie
from copsim.core.log import note
from copsim.core.numeric import log64, logistic32
from copsim.core.seats import clear, pick, sit, table_bits
from copsim.core.state import ATTEND as ATTENDED
from copsim.core.state import ATTENDS, AWAY, BELONGING, FATIGUE, HOURS, LEFT, PERSON, PREPARING, PROPENSITY

_ROW = "S05"
_HALF, _AWAY, _ZERO = np.float32(0.5), np.float32(3.0), np.float32(0.0)
PARTNERS = 2
"""Others met at a meeting by each attendee."""

declare(
    __name__,
    switch(_ROW, "meetings"),
    Parameter("cadence", 4.0, "weeks", (0.0, 52.0), "lever", "weeks between meetings, 0 for none",
              "measured: 35 days between the meetings of 97 chapters", _ROW, talk=0.0, git=0.0),
    Parameter("irregularity", 0.1, "share", (0.0, 1.0), "lever", "irregularity of the beat: 1 is as good as random",
              "assumed", _ROW),
    Parameter("hours", 1.5, "hours", (0.5, 8.0), "lever", "length of a meeting", "assumed", _ROW),
    Parameter("preparation_hours", 8.0, "hours", (1.0, 40.0), "uncertain", "preparation of a good meeting", "assumed",
              _ROW),
    Parameter("preparation_unasked", 0.15, "hours/week", (0.0, 1.0), "uncertain", "preparation by each regular",
              "assumed", _ROW),
    Parameter("base_rate", -3.5, "logit", (-7.0, 1.0), "uncertain", "log-odds of a stranger to attend",
              "assumed: few strangers come; with it core and active are 25 to 35 % of members", _ROW),
    Parameter("belonging", 5.0, "logit", (0.0, 8.0), "uncertain", "effect of full belonging on attending",
              "assumed: every second one of those who half belong comes", _ROW),
    Parameter("habit", 1.5, "logit", (0.0, 3.0), "uncertain", "effect of the habit of a regular beat", "assumed",
              _ROW),
    Parameter("habit_memory", 4.0, "meetings", (1.0, 26.0), "uncertain", "meetings that make or break the habit",
              "assumed", _ROW),
)  # fmt: skip


@kernel
def gap_to_next(cadence, irregularity, drawn):
    """Return the weeks to the next meeting; `drawn` is uniform in (0, 1)."""
    return cadence * ((1.0 - irregularity) - irregularity * log64(drawn))


@kernel
def quality_of(preparation, hours_needed, domain):
    """Return the quality of a meeting, 0 to 1: thinly prepared ones are worth little."""
    x = preparation / hours_needed
    return x * x / (1.0 + x * x) * (0.5 + 0.5 * domain)


@kernel
def log_odds_of_attending(q, shared, propensity, belonging, fatigue, fatigue_effect, away):
    """Return a member's log-odds to attend; `shared` holds what is common to all."""
    wish = shared + _HALF * propensity + q.belonging * np.sqrt(belonging)
    return wish - fatigue_effect * fatigue - (_AWAY if away == 1 else _ZERO)


@kernel
def meet(s, p, week):
    """Call this week's meeting when one is due."""
    c, q = s.community[0], p.meeting
    c.preparation += c.work_hours[PREPARING] + np.float64(q.preparation_unasked) * s.counts[0].regulars
    if q.cadence <= 0 or week < c.next_meeting:
        return
    _beat(s, q, week)
    c.quality = quality_of(c.preparation, np.float64(q.preparation_hours), c.domain)
    c.preparation *= 0.2


@kernel
def _beat(s, q, week):
    """Set the date of the next meeting and let the gap make or break the habit."""
    c, cadence = s.community[0], np.float64(q.cadence)
    gap = gap_to_next(cadence, np.float64(q.irregularity), weekly_share(s.key[0], BEAT, week))
    regular = max(0.0, 1.0 - abs(gap - cadence) / cadence)
    c.habit += (regular - c.habit) / np.float64(q.habit_memory)
    c.next_meeting = max(c.next_meeting, week - 1.0) + gap
    c.meets = 1.0


@kernel
def attend(s, p, week):
    """Let members attend this week's meeting or not."""
    c, q = s.community[0], p.meeting
    if c.meets == 0.0:
        return
    luck = c.shock + c.tide + c.season
    shared = np.float32(np.float64(q.base_rate) + np.float64(q.habit) * (c.habit - 0.5) + luck)
    key, attendance = week_key(s.key[0], ATTEND, week), 0
    for i in range(s.counts[0].rows):
        odds = log_odds_of_attending(
            q,
            shared,
            s.real[PROPENSITY, i],
            s.real[BELONGING, i],
            s.real[FATIGUE, i],
            p.participating.fatigue,
            s.whole[AWAY, i],
        )
        s.scratch[i] = logistic32(odds) if s.whole[LEFT, i] == 0 else _ZERO
    for i in range(s.counts[0].rows):
        attends = share32(bits(key, s.uid[i])) < s.scratch[i]
        s.whole[ATTENDS, i] = 1 if attends else 0
        s.real[HOURS, i] += q.hours if attends else _ZERO
    for i in range(s.counts[0].rows):
        if s.whole[ATTENDS, i] == 1:
            attendance += 1
            note(s, week, ATTENDED, s.whole[PERSON, i], -1, 1)
    s.counts[0].attendance += attendance


@kernel
def set_out_chairs(s, town, p):
    """Empty the seats of a meeting."""
    n = s.counts[0]
    if n.attendance >= 2:
        clear(s.seats, table_bits(n.attendance), n.first, n.rows, town.counts[0].rows)


@kernel
def gather(s, town, p):
    """Give each attendee a seat."""
    n, power = s.counts[0], table_bits(s.counts[0].attendance)
    if n.attendance < 2:
        return
    for i in range(n.rows):
        if s.whole[ATTENDS, i] == 1:
            sit(s.seats, power, town.uid, n.first + i, n.shared)


@kernel
def mingle(s, town, p, week):
    """Let each attendee in `s` meet two others of `town`, chosen evenly; only the chooser's own ties are written."""
    attendance, first, key = s.counts[0].attendance, s.counts[0].first, week_key(s.key[0], MEET, week)
    if attendance < 2:
        return
    power = table_bits(attendance)
    for i in range(s.counts[0].rows):
        if s.whole[ATTENDS, i] == 1:
            own = bits(key, s.uid[i])
            for partner in range(PARTNERS):
                j = pick(s.seats, power, mix(own + GOLDEN * np.uint64(partner)), first + i)
                if j >= 0:
                    tie(s, i, town.whole[PERSON, j], p.tying.gain)
