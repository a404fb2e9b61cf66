"""S13. Leadership: a coordinator and internal leaders, members with hours, skill and fatigue, do seven kinds of work.

All leadership hours, H = hours + sponsor's hours, are wanted over the kinds of work by shares. Internal leaders carry the
share `distributed` of H, each at most `leader_hours`, each for the kind of work of the role held; the coordinator carries
the rest and works where it is missing. Effective hours = hours * skill * (1 - fatigue); regulars give stewardship unasked
(`unasked_hours` * ownership each). Coverage of a kind of work = sat(effective hours / need).
The coordinator leaves the community with chance `job_change` a week and steps down by burnout with that times
`burnout` * fatigue^2; the post is filled with chance `succession` (0.3 + attention + 0.4 leaders) a week, by the most
attached internal leader or else by somebody from outside. That leaders make succession faster is built in.

Reads: belonging, propensity, fatigue, history, away. Writes: role, skill, hours, coverage. Draws: POST_VACATED,
POST_FILLED, ROLE_FILLED, TRAIT_*.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.draws import APPOINTED, POST_FILLED, POST_VACATED, ROLE_FILLED, uid_of, weekly_share
from copsim.core.jit import kernel
from copsim.core.numeric import saturating64
from copsim.core.people import arrive, depart
from copsim.core.state import (
    BELONGING,
    COORDINATOR,
    FATIGUE,
    FIRST_ROLE,
    HISTORY,
    HOURS,
    LEFT,
    NO_ROLE,
    OWN,
    PREPARING,
    PROPENSITY,
    ROLE,
    SKILL,
    WELCOMING,
    WORKS,
)

_ROW, _BUDGET = "S13", "S15"
_ONE = np.float32(1.0)
_TENTH = np.float32(0.1)
_TIRED, _FRESH = np.float32(0.7), np.float32(0.4)
_KINDS = len(WORKS)

declare(
    __name__,
    switch(_ROW, "leadership"),
    Parameter("coordinator", 1.0, "people", (0.0, 1.0), "lever", "1: there is a coordinator's post", "assumed", _ROW),
    Parameter("hours", 6.0, "hours/week", (0.0, 80.0), "lever", "leadership hours, all together",
              "measured: a coordinator gives 0.2 to 0.5 of a job (Wenger 2002)", _ROW, talk=4.0, git=4.0),
    Parameter("distributed", 0.0, "share", (0.0, 1.0), "lever", "share of the hours carried by internal leaders",
              "assumed", _ROW),
    Parameter("leaders", 5.0, "people", (1.0, 10.0), "lever", "internal leaders wanted where hours are distributed",
              "assumed", _ROW),
    Parameter("cultivation", 0.05, "1/week", (0.0, 0.3), "lever", "chance to fill each place of an internal leader",
              "assumed", _BUDGET),
    Parameter("preparing", 0.30, "weight", (0.0, 1.0), "lever", "share of hours on preparing meetings", "assumed",
              _BUDGET),
    Parameter("welcoming", 0.25, "weight", (0.0, 1.0), "lever", "share of hours on welcoming", "assumed", _BUDGET),
    Parameter("agenda", 0.20, "weight", (0.0, 1.0), "lever", "share of hours on driving the agenda", "assumed",
              _BUDGET),
    Parameter("reporting", 0.15, "weight", (0.0, 1.0), "lever", "share of hours on memory and stories", "assumed",
              _BUDGET),
    Parameter("bridging", 0.10, "weight", (0.0, 1.0), "lever", "share of hours on the organisation and its sponsor",
              "assumed", _BUDGET),
    Parameter("messaging", 0.0, "weight", (0.0, 1.0), "lever", "share of hours on getting the message out", "assumed",
              _BUDGET),
    Parameter("reflecting", 0.0, "weight", (0.0, 1.0), "lever", "share of hours on reflecting on the process",
              "assumed", _BUDGET),
    Parameter("need", 1.0, "hours/week", (0.2, 10.0), "uncertain", "effective hours for 63 % of a kind of work",
              "assumed", _ROW),
    Parameter("unasked_hours", 0.3, "hours/week", (0.0, 2.0), "uncertain", "stewardship a regular gives unasked",
              "assumed", _ROW),
    Parameter("coordinator_skill", 0.8, "share", (0.0, 1.0), "uncertain", "skill of the first coordinator", "assumed",
              _ROW),
    Parameter("starting_skill", 0.4, "share", (0.0, 1.0), "uncertain", "skill at the start of a role", "assumed",
              _ROW),
    Parameter("skill_memory", 26.0, "weeks", (4.0, 104.0), "uncertain", "time to learn a role", "assumed", _ROW),
    Parameter("belonging_needed", 0.35, "share", (0.0, 1.0), "uncertain", "belonging needed to be asked to lead",
              "assumed", _ROW),
    Parameter("coordinator_hours", 16.0, "hours/week", (2.0, 40.0), "uncertain",
              "what a coordinator can give before tiring", "assumed", _ROW),
    Parameter("leader_hours", 3.0, "hours/week", (1.0, 10.0), "uncertain", "what an internal leader gives at most",
              "assumed", _ROW),
    Parameter("recognised_hours", 1.0, "hours/week", (0.0, 5.0), "uncertain",
              "time an internal leader is given for it", "assumed", _ROW),
    Parameter("job_change", 0.006, "1/week", (0.001, 0.02), "uncertain", "a coordinator changes job", "assumed",
              _ROW),
    Parameter("burnout", 10.0, "ratio", (0.0, 20.0), "uncertain",
              "chance to step down when exhausted, in job changes", "assumed", _ROW),
    Parameter("succession", 0.03, "1/week", (0.0, 0.3), "uncertain", "chance to fill the post, with no help",
              "assumed", _ROW),
)  # fmt: skip


@kernel
def effective_hours(hours, skill, fatigue):
    """Return the hours that count: unskilled and exhausted ones do not."""
    return hours * skill * (_ONE - fatigue)


@kernel
def chance_of_succession(base, attention, leaders):
    """Return the weekly chance to fill the coordinator's post."""
    return base * (0.3 + attention + 0.4 * leaders)


@kernel
def chance_of_stepping_down(job_change, burnout, fatigue):
    """Return the weekly chance that an exhausted coordinator gives up the post but not the community."""
    return job_change * burnout * fatigue * fatigue


@kernel
def holder_of(s, role):
    """Return the first row that holds a role, -1 when nobody does."""
    for row in range(s.counts[0].rows):
        if s.whole[ROLE, row] == role:
            return row
    return -1


@kernel
def lead(s, p, week):
    """Let coordinators and leaders go and be found, then share out the week's leadership hours."""
    q, c, key = p.leading, s.community[0], s.key[0]
    row = _vacate(s, q, weekly_share(key, POST_VACATED, week))
    leaders = _step_down(s, week)
    filled = weekly_share(key, POST_FILLED, week) < chance_of_succession(np.float64(q.succession), c.attention, leaders)
    if row < 0 and q.coordinator > 0 and filled:
        row = _most_attached(s, True, np.float32(-1.0))
        if row >= 0:
            s.whole[ROLE, row] = COORDINATOR
            leaders -= 1
        else:
            s.counts[0].appointing = 1
    if weekly_share(key, ROLE_FILLED, week) < np.float64(q.cultivation) * np.float64(q.leaders):
        leaders += _cultivate(s, q, leaders)
    s.counts[0].holders = leaders + (1 if row >= 0 else 0)
    _work(s, q, row, leaders)


@kernel
def lay_down(s):
    """Let nobody hold a role and no work of leadership be done: there is no leadership."""
    c = s.community[0]
    c.role_hours = c.unasked_hours = 0.0
    for work in range(_KINDS):
        c.raw_hours[work] = c.work_hours[work] = c.coverage[work] = 0.0
    for row in range(s.counts[0].rows):
        s.whole[ROLE, row] = NO_ROLE
    s.counts[0].holders = 0


@kernel
def _vacate(s, q, drawn):
    """Return the row of the coordinator, after those who go have gone; -1 for an empty post."""
    row, forced = holder_of(s, COORDINATOR), s.counts[0].coordinator_gone > 0
    s.counts[0].coordinator_gone = 0
    if row < 0:
        return row
    change = np.float64(q.job_change)
    tired = np.float64(s.real[FATIGUE, row])
    if forced or drawn < change:
        depart(s, row)
        return -1
    if drawn < change + chance_of_stepping_down(change, np.float64(q.burnout), tired):
        s.whole[ROLE, row] = NO_ROLE
        return -1
    return row


@kernel
def _step_down(s, week):
    """Return the number of internal leaders, after the exhausted and the silent ones have stepped down."""
    leaders = 0
    for row in range(s.counts[0].rows):
        if s.whole[ROLE, row] >= FIRST_ROLE:
            if s.real[FATIGUE, row] > _TIRED or s.whole[HISTORY, row] == 0:
                s.whole[ROLE, row] = NO_ROLE
            else:
                leaders += 1
    return leaders


@kernel
def _most_attached(s, among_leaders, needed):
    """Return the row of the fresh, active member who belongs most, among leaders or among those without a role."""
    best, best_row = np.float32(-9.0), -1
    for row in range(s.counts[0].rows):
        fits = s.whole[ROLE, row] >= FIRST_ROLE if among_leaders else s.whole[ROLE, row] == NO_ROLE
        if fits and s.whole[LEFT, row] == 0 and s.real[BELONGING, row] > needed and s.real[FATIGUE, row] < _FRESH:
            rank = s.real[BELONGING, row] + _TENTH * s.real[PROPENSITY, row]
            twice = s.whole[HISTORY, row] & (s.whole[HISTORY, row] - 1)  # two weeks of twelve with an act
            if twice != 0 and rank > best:
                best, best_row = rank, row
    return best_row


@kernel
def _cultivate(s, q, leaders):
    """Give one member the role whose work is most in need of hands; return how many were found (0 or 1)."""
    if q.distributed <= 0 or leaders >= q.leaders:
        return 0
    row = _most_attached(s, False, q.belonging_needed)
    if row < 0:
        return 0
    s.whole[ROLE, row] = FIRST_ROLE + _neediest(s, q, leaders)
    s.real[SKILL, row] = max(s.real[SKILL, row], q.starting_skill)
    return 1


@kernel
def weight(q, work):
    """Return the weight of a kind of work in the budget of hours."""
    weights = (q.preparing, q.welcoming, q.agenda, q.reporting, q.bridging, q.messaging, q.reflecting)
    return np.float64(weights[work])


@kernel
def _total_weight(q):
    total = 0.0
    for work in range(_KINDS):
        total += weight(q, work)
    return max(total, 1e-9)


@kernel
def _neediest(s, q, leaders):
    """Return the kind of work whose share of the leaders' places is least filled."""
    gap, neediest, total = -9.0, 0, _total_weight(q)
    for work in range(_KINDS):
        held = 0
        for row in range(s.counts[0].rows):
            if s.whole[ROLE, row] == FIRST_ROLE + work:
                held += 1
        missing = weight(q, work) / total * (leaders + 1.0) - held
        if missing > gap:
            gap, neediest = missing, work
    return neediest


@kernel
def _work(s, q, coordinator, leaders):
    """Share out the hours of a week over kinds of work and people, and let both learn and count them."""
    c = s.community[0]
    total = np.float64(q.hours) + c.sponsor_hours
    each = min(np.float64(q.leader_hours), np.float64(q.distributed) * total / max(leaders, 1))
    c.role_hours = 0.0
    for work in range(_KINDS):
        c.raw_hours[work] = c.work_hours[work] = 0.0
    for row in range(s.counts[0].rows):
        if s.whole[ROLE, row] >= FIRST_ROLE:
            _give(s, q, row, s.whole[ROLE, row] - FIRST_ROLE, each)
    if coordinator >= 0:
        _fill_gaps(s, q, coordinator, total)
    for row in range(s.counts[0].rows):
        if s.whole[ROLE, row] != NO_ROLE:
            s.real[SKILL, row] = skill_learnt(s.real[SKILL, row], q.skill_memory)
    _cover(s, q)


@kernel
def _give(s, q, row, work, hours):
    """Let a role holder work some hours at one kind of work."""
    c, given = s.community[0], np.float32(hours)
    c.raw_hours[work] += hours
    c.work_hours[work] += np.float64(effective_hours(given, s.real[SKILL, row], s.real[FATIGUE, row]))
    c.role_hours += hours
    s.real[HOURS, row] += given


@kernel
def skill_learnt(skill, memory):
    """Return the skill after another week in a role."""
    return skill + (_ONE - skill) / memory


@kernel
def _fill_gaps(s, q, row, total):
    """Let the coordinator work at what the internal leaders leave open, in proportion to what is missing."""
    c, weights, missing = s.community[0], _total_weight(q), 0.0
    hours = (1.0 - np.float64(q.distributed)) * total
    for work in range(_KINDS):
        missing += max(0.0, weight(q, work) / weights * total - c.raw_hours[work])
    for work in range(_KINDS):
        wanted = max(0.0, weight(q, work) / weights * total - c.raw_hours[work])
        if missing > 0.0:
            _give(s, q, row, work, hours * wanted / missing)


@kernel
def _cover(s, q):
    """Turn effective hours, with what regulars give unasked, into coverage of each kind of work."""
    c, weights = s.community[0], _total_weight(q)
    unasked = np.float64(q.unasked_hours) * c.ownership * s.counts[0].regulars
    c.unasked_hours = unasked
    for work in range(_KINDS):
        if work != WELCOMING:
            c.work_hours[work] += unasked * weight(q, work) / weights
        c.coverage[work] = saturating64(c.work_hours[work] / np.float64(q.need)) if work > PREPARING else 0.0


@kernel
def appoint(s, p, week):
    """Let the person appointed from outside arrive, after those who joined by themselves."""
    if s.counts[0].appointing == 0:
        return
    s.counts[0].appointing = 0
    hours, spread = np.float64(p.tiring.spare_hours), np.float64(p.tiring.hours_spread)
    row = arrive(s, uid_of(week, APPOINTED), week, 0.0, hours, spread)
    if row >= 0:
        s.whole[ROLE, row] = COORDINATOR
        s.real[SKILL, row] = p.leading.starting_skill
        s.whole[OWN, row] = 1
        s.counts[0].newcomers += 1
