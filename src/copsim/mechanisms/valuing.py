"""S10. Value cycles: immediate, potential, applied, realized; and stories told back.

A presence gives an immediate unit with chance 1 - (1 - answer [answered]) (1 - practice P w) (1 - meeting Q [attended]),
w = 1 for acting, 0.3 for only attending; it becomes potential with chance `potential`. Of the units a member holds, each
week each is applied with chance apply (1 + story_gain Y)(0.5 + D), else lost with chance `fade`; an applied one is
realized with chance realize (1 + story_gain Y)(0.5 + P), else it failed ("advice does not apply"); a realized one is
told with chance tell (0.4 + 0.6 reporting)(0.4 + 0.6 O). Y = 1 - exp(-K / story_half), K stories in circulation.
Units are whole numbers on members: nothing is realized that was not applied, potential and immediate before. No
conversion rate is published; only the order immediate >= potential >> applied > realized is (Baas 2022).

Reads: answers, contributions, attendance, domain, practice, ownership. Writes: units, value counts, stories.
Draws: GAIN, APPLY, REALIZE, TELL.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.draws import APPLY, GAIN, GOLDEN, REALIZE, TELL, bits, mix, share32, share64, week_key
from copsim.core.jit import kernel
from copsim.core.numeric import binomial_quantile, saturating64
from copsim.core.state import ANSWERS, ATTENDS, GIVEN, OWN, REALIZED_UNITS, REPORTING, UNITS

_ROW = "S10"
_ONE, _ONLOOKER, _ZERO = np.float32(1.0), np.float32(0.3), np.float32(0.0)
IMMEDIATE, POTENTIAL, APPLIED, REALIZED = range(4)

declare(
    __name__,
    switch(_ROW, "value"),
    Parameter("answer", 0.4, "chance", (0.0, 1.0), "uncertain", "immediate value of being answered", "assumed", _ROW),
    Parameter("practice", 0.4, "chance", (0.0, 1.0), "uncertain", "immediate value of a full shared practice",
              "assumed", _ROW),
    Parameter("meeting", 0.4, "chance", (0.0, 1.0), "uncertain", "immediate value of a perfect meeting", "assumed",
              _ROW),
    Parameter("potential", 0.5, "chance", (0.0, 1.0), "uncertain", "an immediate unit becomes potential", "assumed",
              _ROW),
    Parameter("apply", 0.08, "1/week", (0.0, 0.3), "uncertain", "a potential unit is applied", "assumed",
              _ROW, times=(0.56, 1.5)),
    Parameter("fade", 0.05, "1/week", (0.0, 0.3), "uncertain", "a potential unit is lost", "assumed", _ROW),
    Parameter("realize", 0.35, "chance", (0.0, 1.0), "uncertain", "an applied unit is realized", "assumed",
              _ROW, times=(0.63, 1.5)),
    Parameter("tell", 0.3, "chance", (0.0, 1.0), "lever", "a realized unit is told back", "assumed", _ROW),
    Parameter("story_gain", 1.0, "ratio", (0.0, 2.0), "uncertain", "stories improve conversion", "assumed", _ROW),
    Parameter("story_memory", 26.0, "weeks", (4.0, 104.0), "uncertain", "memory of stories", "assumed", _ROW),
    Parameter("story_half", 3.0, "stories", (0.5, 30.0), "uncertain",
              "stories in circulation for 63 % of their effect", "assumed", _ROW),
)  # fmt: skip


@kernel
def chance_of_value(answer, practice, meeting):
    """Return the chance that a presence gives immediate value from an answer, the practice or a meeting."""
    return _ONE - (_ONE - answer) * (_ONE - practice) * (_ONE - meeting)


@kernel
def improved(chance, gain, stories, ground):
    """Return a conversion chance as stories and ground (domain or practice, a share) improve it, at most 1."""
    return min(1.0, chance * (1.0 + gain * stories) * (0.5 + ground))


@kernel
def value(s, p, week):
    """Move value through its cycles by a week."""
    _gain(s, p.valuing, week)
    _convert(s, p.valuing, week)


@kernel
def retell(s, p):
    """Let the stories told this week go round."""
    c, q = s.community[0], p.valuing
    c.stories = c.stories * (1.0 - 1.0 / np.float64(q.story_memory)) + s.counts[0].told
    c.story_level = saturating64(c.stories / np.float64(q.story_half))


@kernel
def _gain(s, q, week):
    """Give immediate and potential units to members present this week."""
    key, n = week_key(s.key[0], GAIN, week), s.counts[0].rows
    practice, quality = np.float32(s.community[0].practice), np.float32(s.community[0].quality)
    answered, by_practice, meeting, potential = q.answer, q.practice * practice, q.meeting * quality, q.potential
    for i in range(n):
        acts = s.whole[OWN, i] + s.whole[GIVEN, i] > 0
        answer = answered * np.float32(1 if s.whole[ANSWERS, i] > 0 else 0)
        chance = chance_of_value(
            answer, by_practice * (_ONE if acts else _ONLOOKER), meeting * np.float32(s.whole[ATTENDS, i])
        )
        s.scratch[i] = chance if acts or s.whole[ATTENDS, i] == 1 else _ZERO
    gained, kept = np.int64(0), np.int64(0)
    for i in range(n):
        drawn = share32(bits(key, s.uid[i]))
        gained += 1 if drawn < s.scratch[i] else 0
        s.list_rows[i] = 1 if drawn < s.scratch[i] * potential else 0
    for i in range(n):
        kept += s.list_rows[i]
        s.whole[UNITS, i] += s.list_rows[i]
    s.counts[0].value[IMMEDIATE] += gained
    s.counts[0].value[POTENTIAL] += kept


@kernel
def _convert(s, q, week):
    """Apply, realize, lose and tell the units that members hold."""
    c = s.community[0]
    stories, gain = c.story_level, np.float64(q.story_gain)
    apply_chance = improved(np.float64(q.apply), gain, stories, c.domain)
    realize_chance = improved(np.float64(q.realize), gain, stories, c.practice)
    tell_chance = np.float64(q.tell) * (0.4 + 0.6 * c.coverage[REPORTING]) * (0.4 + 0.6 * c.ownership)
    applying, realizing = week_key(s.key[0], APPLY, week), week_key(s.key[0], REALIZE, week)
    telling = week_key(s.key[0], TELL, week)
    for i in range(s.counts[0].rows):
        s.whole[REALIZED_UNITS, i] = 0
        if s.whole[UNITS, i] > 0:
            drawn = bits(applying, s.uid[i])
            applied = binomial_quantile(share64(drawn), s.whole[UNITS, i], apply_chance)
            lost = binomial_quantile(share64(mix(drawn + GOLDEN)), s.whole[UNITS, i] - applied, np.float64(q.fade))
            s.whole[UNITS, i] -= np.int32(applied + lost)
            s.counts[0].faded += lost
            if applied > 0:
                realized = binomial_quantile(share64(bits(realizing, s.uid[i])), applied, realize_chance)
                told = binomial_quantile(share64(bits(telling, s.uid[i])), realized, tell_chance)
                s.whole[REALIZED_UNITS, i] = np.int32(realized)
                _count(s, applied, realized, told)


@kernel
def _count(s, applied, realized, told):
    s.counts[0].value[APPLIED] += applied
    s.counts[0].value[REALIZED] += realized
    s.counts[0].failed += applied - realized
    s.counts[0].told += told
