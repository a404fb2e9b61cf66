"""S01. Taking part: a member is available or away, and when available acts or not, once or many times a week.

away -> back with chance (0.3 + 0.7 B / (B + 0.2)) / pause; available -> away with chance exp(fatigue_pauses F) / spell.
Log-odds of acting: base + propensity z + belonging sqrt(B) + warmth W + strength (G - 1/2) - fatigue F
+ legitimacy L + mandate M + stepping_in gap + shock + tide + season.
Contributions of an active week: 1 + Geometric with mean extra exp(.. z + .. B + .. e).
Born and made: z and e never change, B and W are learnt (Panciera 2009; both are needed by the facts). gap = share by which
the last two months fall short of the community's habit: people step in when somebody is missing.

Reads: traits, belonging, warmth, fatigue, shared luck, strength, legitimacy. Writes: away, own contributions.
Draws: PAUSE, ACT, HOW_MUCH.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, fitted
from copsim.core.draws import ACT, HOW_MUCH, PAUSE, bits, share32, share64, week_key
from copsim.core.jit import kernel
from copsim.core.log import note
from copsim.core.numeric import exp32, exp64, geometric_quantile, logistic32
from copsim.core.state import (
    ACTIVE_WEEKS,
    AWAY,
    BELONGING,
    FATIGUE,
    JOINED,
    LEFT,
    OWN,
    PERSON,
    POST,
    PROPENSITY,
    VOLUME,
    WARMTH,
)

_ROW = "S01"
_ZERO = np.float32(0.0)
_FLOOR, _RISE, _HALFWAY = np.float32(0.3), np.float32(0.7), np.float32(0.2)

declare(
    __name__,
    fitted("base_rate", -5.19, "logit", (-12.0, -2.0),
              "weekly log-odds to act of a stranger of median propensity",
              "calibrated: second contribution within a year", _ROW, git=-6.48),
    Parameter("base_rate_spread", 0.25, "logit", (0.0, 1.0), "fixed", "spread of it between communities", "assumed",
              _ROW),
    fitted("propensity", 0.812, "logit/sd", (0.0, 3.0), "born: effect of propensity",
              "calibrated: inequality of lifetime contributions, levels over a year", _ROW, git=1.83),
    fitted("belonging", 1.93, "logit", (0.0, 6.0), "made: effect of full belonging",
              "calibrated: core, survival of participants", _ROW, git=1.19),
    Parameter("warmth", 1.5, "logit", (0.0, 5.0), "fixed", "made: effect of full warmth",
              "calibrated: effect of a coordinator's contact (Cottica 2016)", _ROW),
    Parameter("strength", 1.0, "logit", (0.0, 3.0), "uncertain", "effect of the common strength", "assumed", "S06"),
    Parameter("fatigue", 2.0, "logit", (0.0, 5.0), "uncertain", "effect of full fatigue, downward", "assumed", _ROW),
    Parameter("legitimacy", 0.6, "logit", (0.0, 2.0), "uncertain", "legitimacy frees time", "assumed", "S19"),
    Parameter("mandate", 1.0, "logit", (0.0, 3.0), "uncertain",
              "push of a fully prescribed agenda by an attentive sponsor", "assumed", "S21"),
    Parameter("stepping_in", 2.0, "logit", (0.0, 4.0), "uncertain", "people step in when activity falls short",
              "calibrated: recovery within a year of the exit of the leading contributor", _ROW),
    Parameter("habit_memory", 52.0, "weeks", (13.0, 104.0), "uncertain", "memory of what is habitual", "assumed",
              _ROW),
    fitted("spell", 60.0, "weeks", (4.0, 200.0), "mean spell of being available",
              "calibrated: burstiness, core retained after a year", _ROW, git=41.0),
    fitted("pause", 20.0, "weeks", (2.0, 100.0), "mean pause of a fully attached member",
              "calibrated: returners; return from pauses as in Calefato 2022", _ROW, git=42.3),
    Parameter("fatigue_pauses", 2.0, "log", (0.0, 5.0), "uncertain", "fatigue brings pauses", "assumed", _ROW),
    fitted("extra", 0.177, "events", (0.0, 5.0), "extra contributions of an active week, median member",
              "calibrated: events per active month", _ROW, git=0.464),
    Parameter("extra_spread", 0.3, "log", (0.0, 1.0), "fixed", "spread of it between communities", "assumed", _ROW),
    fitted("extra_propensity", 0.434, "log/sd", (0.0, 1.5), "volume follows propensity",
              "calibrated: inequality within twelve weeks", _ROW, git=0.504),
    fitted("extra_belonging", 1.11, "log", (0.0, 4.0), "volume grows with belonging",
              "calibrated: members with ten and more contributions, inequality of a life", _ROW, git=0.814),
    fitted("extra_own", 1.24, "log", (0.0, 2.0), "innate spread of volume",
              "calibrated: share of the leading contributor", _ROW, git=0.229),
    fitted("another_day", 0.23, "share", (0.0, 1.0),
              "share of the further contributions of a week on another day; in the log alone",
              "calibrated: members seen on one day only", _ROW, git=0.2),
)  # fmt: skip


@kernel
def chance_of_pausing(spell, fatigue_effect, fatigue):
    """Return an available member's chance to fall into a pause this week."""
    return exp32(fatigue_effect * fatigue) / spell


@kernel
def chance_of_returning(pause, belonging):
    """Return the chance to come back from a pause this week: attachment halves the pause at a belonging of 0.2."""
    return (_FLOOR + _RISE * belonging / (belonging + _HALFWAY)) / pause


@kernel
def log_odds_of_acting(q, shared, propensity, belonging, warmth, fatigue):
    """Return a member's log-odds to act; `shared` holds what is common to all."""
    made = q.belonging * np.sqrt(belonging) + q.warmth * warmth
    return shared + q.propensity * propensity + made - q.fatigue * fatigue


@kernel
def shared_log_odds(s, q):
    """Return the part of the log-odds of acting that is common to all members."""
    c = s.community[0]
    luck = c.shock + c.tide + c.season
    feeling = np.float64(q.strength) * (c.strength - 0.5) + np.float64(q.legitimacy) * c.legitimacy
    called = np.float64(q.mandate) * c.mandate + np.float64(q.stepping_in) * shortfall(c.recent_acts, c.habitual_acts)
    return np.float64(q.base_rate) + luck + feeling + called


@kernel
def shortfall(recent, habitual):
    """Return the share by which recent activity falls short of what is habitual."""
    return max(0.0, 1.0 - recent / habitual) if habitual > 0.0 else 0.0


@kernel
def participate(s, p, week):
    """Let members pause, come back, act, and say how much."""
    _pause(s, p.participating, np.int32(week))
    _act(s, p.participating, np.int32(week))
    if week == 1:
        _begin(s)
    _volumes(s, p.participating, week)


@kernel
def _pause(s, q, week):
    """Let members fall into a pause or come back from it; newcomers of the week and those who left are not away."""
    key = week_key(s.key[0], PAUSE, week)
    for i in range(s.counts[0].rows):
        out = chance_of_pausing(q.spell, q.fatigue_pauses, s.real[FATIGUE, i])
        back = chance_of_returning(q.pause, s.real[BELONGING, i])
        s.scratch[i] = back if s.whole[AWAY, i] == 1 else out
    for i in range(s.counts[0].rows):
        changes = 1 if share32(bits(key, s.uid[i])) < s.scratch[i] else 0
        here = s.whole[JOINED, i] < week and s.whole[LEFT, i] == 0
        s.whole[AWAY, i] = s.whole[AWAY, i] ^ changes if here else 0


@kernel
def _act(s, q, week):
    """Let members who are available act or not; newcomers have come with an act."""
    key = week_key(s.key[0], ACT, week)
    shared = np.float32(shared_log_odds(s, q))
    for i in range(s.counts[0].rows):
        odds = log_odds_of_acting(
            q, shared, s.real[PROPENSITY, i], s.real[BELONGING, i], s.real[WARMTH, i], s.real[FATIGUE, i]
        )
        here = s.whole[JOINED, i] < week and s.whole[LEFT, i] | s.whole[AWAY, i] == 0
        s.scratch[i] = logistic32(odds) if here else _ZERO
    for i in range(s.counts[0].rows):
        s.whole[OWN, i] |= 1 if share32(bits(key, s.uid[i])) < s.scratch[i] else 0


@kernel
def _begin(s):
    """Let the founders act in week 1, whatever their luck."""
    for i in range(s.counts[0].rows):
        if s.whole[LEFT, i] == 0 and s.whole[JOINED, i] < 1 and s.whole[ACTIVE_WEEKS, i] == 0:
            s.whole[AWAY, i] = 0
            s.whole[OWN, i] = 1


@kernel
def mean_extra(q, propensity, belonging, volume):
    """Return the mean number of further contributions in an active week."""
    grown = np.float64(q.extra_propensity * propensity + q.extra_belonging * belonging + q.extra_own * volume)
    return np.float64(q.extra) * exp64(grown)


@kernel
def _volumes(s, q, week):
    key, contributions = week_key(s.key[0], HOW_MUCH, week), 0
    for i in range(s.counts[0].rows):
        if s.whole[OWN, i] > 0:
            mean = mean_extra(q, s.real[PROPENSITY, i], s.real[BELONGING, i], s.real[VOLUME, i])
            s.whole[OWN, i] = 1 + min(geometric_quantile(share64(bits(key, s.uid[i])), mean), 999)
            contributions += s.whole[OWN, i]
            note(s, week, POST, s.whole[PERSON, i], -1, s.whole[OWN, i])
    s.counts[0].contributions += contributions
