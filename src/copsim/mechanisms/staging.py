"""S04. The lifecycle, read from marks, without a clock: forward, stalling, falling back, and ending.

common ground (domain, two regulars) opens coalescing; identity (community) and viability (practice, domain, regulars),
held for some weeks, maturing; stewardship (agenda covered by a role holder, a core member) held, sustaining; loss of
passion (weakest strength, regulars against their peak) transforming, and its return sustaining again.
Maturing falls back to coalescing when a strength is nearly lost, coalescing to potential with nobody regular. A community
silent for `silence` weeks has ended: stillborn (never maturing), a legacy (had been sustaining, and its practice is still
worth something), or faded; a long sustaining, legitimate one may be made a unit by a sponsor who prescribes its agenda
(institutionalised: the more is prescribed, the likelier), a very large one may split. A merger needs a second community.
Thresholds are definitions, not facts: no source measures marks or durations.

Reads: strengths, regulars, core, coverage, role holders, legitimacy, sponsor. Writes: stage, end. Draws: INSTITUTION, SPLIT.
"""

import numpy as np

from copsim.core.declare import Parameter, declare, switch
from copsim.core.draws import INSTITUTION, SPLIT, weekly_share
from copsim.core.jit import kernel
from copsim.core.levels import CORE
from copsim.core.state import AGENDA
from copsim.core.vocabulary import ENDS, STAGES

POTENTIAL, COALESCING, MATURING, SUSTAINING, TRANSFORMING, ENDED = range(len(STAGES))
GOING_ON, STILLBORN, FADED, LEGACY, SPLIT_UP, _MERGED, INSTITUTIONALISED = range(len(ENDS))

_ROW, _MARK = "S04", "a definition"

declare(
    __name__,
    switch(_ROW, "stages and endings"),
    Parameter("common_ground", 0.25, "share", (0.0, 1.0), "fixed", "domain that is common ground", _MARK, _ROW),
    Parameter("pair", 2.0, "people", (1.0, 100.0), "fixed", "regulars that are common ground", _MARK, _ROW),
    Parameter("identity", 0.25, "share", (0.0, 1.0), "fixed", "community strength that is an identity", _MARK, _ROW),
    Parameter("viable_domain", 0.4, "share", (0.0, 1.0), "fixed", "domain of a viable community", _MARK, _ROW),
    Parameter("viable_practice", 0.2, "share", (0.0, 1.0), "fixed", "practice of a viable community", _MARK, _ROW),
    Parameter("viable_regulars", 4.0, "people", (1.0, 1e4), "fixed", "regulars of a viable community", _MARK, _ROW),
    Parameter("maturing_holds", 12.0, "weeks", (0.0, 104.0), "fixed", "weeks these marks must hold", _MARK, _ROW),
    Parameter("stewardship", 0.5, "share", (0.0, 1.0), "fixed", "coverage of the agenda that is stewardship", _MARK,
              _ROW),
    Parameter("steady_strength", 0.35, "share", (0.0, 1.0), "fixed", "weakest strength of a sustaining community",
              _MARK, _ROW),
    Parameter("steady_regulars", 5.0, "people", (1.0, 1e4), "fixed", "regulars of a sustaining community", _MARK,
              _ROW),
    Parameter("sustaining_holds", 24.0, "weeks", (0.0, 104.0), "fixed", "weeks these marks must hold", _MARK, _ROW),
    Parameter("lost_strength", 0.25, "share", (0.0, 1.0), "fixed", "weakest strength at which passion is lost", _MARK,
              _ROW),
    Parameter("lost_regulars", 3.0, "people", (0.0, 1e4), "fixed", "regulars at which passion is lost", _MARK, _ROW),
    Parameter("lost_peak", 0.4, "share", (0.0, 1.0), "fixed", "regulars, in their peak, at which passion is lost",
              _MARK, _ROW),
    Parameter("renewed_peak", 0.6, "share", (0.0, 1.0), "fixed", "regulars, in their peak, at which it is back",
              _MARK, _ROW),
    Parameter("fallen_back", 0.15, "share", (0.0, 1.0), "fixed", "weakest strength at which maturing falls back",
              _MARK, _ROW),
    Parameter("silence", 28.0, "weeks", (4.0, 104.0), "fixed", "silent weeks that are an end", _MARK, _ROW),
    Parameter("legacy_practice", 0.3, "share", (0.0, 1.0), "fixed", "practice that outlives its community", _MARK,
              _ROW),
    Parameter("institution_rate", 0.005, "1/week", (0.0, 0.05), "uncertain",
              "a legitimate community two years sustaining is made a unit, under a fully prescribed agenda", "assumed",
              _ROW, talk=0.0, git=0.0),
    Parameter("split_size", 150.0, "people", (20.0, 500.0), "fixed", "regulars above which a split threatens",
              "measured: the outermost layer of personal networks, about 150 (Dunbar)", _ROW),
    Parameter("split_rate", 0.0, "1/week", (0.0, 0.05), "fixed", "chance of a split above that",
              "assumed: none unless it is set, since communities of several hundred regulars are seen to last", _ROW),
)  # fmt: skip


@kernel
def weakest(c):
    """Return the weakest of the three strengths."""
    return min(c.domain, min(c.togetherness, c.practice))


@kernel
def has_common_ground(s, q):
    """Return whether domain and regulars are common ground."""
    return s.community[0].domain >= q.common_ground and s.counts[0].regulars >= q.pair


@kernel
def has_identity(s, q):
    """Return whether the community is an identity."""
    return s.community[0].togetherness >= q.identity


@kernel
def is_viable(s, q):
    """Return whether domain, practice and regulars promise to last."""
    c = s.community[0]
    built = c.domain >= q.viable_domain and c.practice >= q.viable_practice
    return built and s.counts[0].regulars >= q.viable_regulars


@kernel
def has_stewardship(s, q):
    """Return whether somebody in a role covers the agenda, and somebody is core."""
    covered = s.community[0].coverage[AGENDA] > q.stewardship and s.counts[0].holders > 0
    return covered and s.counts[0].levels[CORE] > 0


@kernel
def is_steady(s, q):
    """Return whether strengths and regulars are those of a sustaining community."""
    return weakest(s.community[0]) >= q.steady_strength and s.counts[0].regulars >= q.steady_regulars


@kernel
def lost_passion(s, q):
    """Return whether strengths or regulars have fallen away."""
    c = s.community[0]
    few = s.counts[0].regulars < q.lost_regulars or c.smooth < q.lost_peak * c.peak
    return weakest(c) < q.lost_strength or few


@kernel
def next_stage(s, q):
    """Return the stage that the marks of this week lead to."""
    now, held = np.int64(s.community[0].stage), s.community[0].held[0]
    if now == POTENTIAL and has_common_ground(s, q):
        return COALESCING
    if now == COALESCING:
        if held >= q.maturing_holds and has_identity(s, q) and is_viable(s, q):
            return MATURING
        return POTENTIAL if s.counts[0].regulars == 0 else COALESCING
    if now == MATURING:
        if held >= q.sustaining_holds and is_steady(s, q) and has_stewardship(s, q):
            return SUSTAINING
        return COALESCING if weakest(s.community[0]) < q.fallen_back else MATURING
    if now == SUSTAINING:
        return TRANSFORMING if lost_passion(s, q) else SUSTAINING
    if now == TRANSFORMING and is_steady(s, q) and s.community[0].smooth >= q.renewed_peak * s.community[0].peak:
        return SUSTAINING
    return now


@kernel
def marks_of_next(s, q):
    """Return whether the marks of the next stage, where they must hold, are there this week."""
    now = np.int64(s.community[0].stage)
    if now == COALESCING:
        return has_identity(s, q) and is_viable(s, q)
    if now == MATURING:
        return is_steady(s, q) and has_stewardship(s, q)
    return False


@kernel
def stage(s, p, week):
    """Read the stage from this week's marks."""
    c, q = s.community[0], p.staging
    regulars = np.float64(s.counts[0].regulars)
    c.smooth += (regulars - c.smooth) / 8.0
    c.peak = max(c.peak, c.smooth)
    c.silent = 0.0 if s.counts[0].acts > 0 else c.silent + 1.0
    c.held[0] = c.held[0] + 1.0 if marks_of_next(s, q) else 0.0
    following = next_stage(s, q)
    _note(c, np.int64(c.stage), week)  # whoever starts from a log starts in any stage
    if following != c.stage:
        c.held[0] = 0.0
    c.held[1] = c.held[1] + 1.0 if following == SUSTAINING else 0.0
    c.stage = following
    _note(c, following, week)
    _end(s, q, np.float64(p.sponsoring.prescription) * c.sponsor, week)


@kernel
def _note(c, stage, week):
    """Note the week in which a stage was first seen."""
    if c.reached[stage] == 0.0:
        c.reached[stage] = week


@kernel
def _end(s, q, prescribed, week):
    """Let the community end where its time has come."""
    c, key = s.community[0], s.key[0]
    if c.silent >= q.silence:
        sustained = c.reached[SUSTAINING] > 0 or c.reached[TRANSFORMING] > 0
        c.end_kind = kind_of_end(sustained or c.reached[MATURING] > 0, sustained, c.practice >= q.legacy_practice)
    elif c.held[1] > 104.0 and c.legitimacy >= 0.45 and c.practice >= 0.5:
        founded = weekly_share(key, INSTITUTION, week) < np.float64(q.institution_rate) * prescribed
        c.end_kind = INSTITUTIONALISED if founded else GOING_ON
    if c.end_kind == GOING_ON and s.counts[0].regulars > q.split_size:
        c.end_kind = SPLIT_UP if weekly_share(key, SPLIT, week) < np.float64(q.split_rate) else GOING_ON
    if c.end_kind != GOING_ON:
        c.stage = ENDED
        _note(c, ENDED, week)


@kernel
def kind_of_end(matured, sustained, practice_lasts):
    """Return how a community that fell silent has ended."""
    if sustained and practice_lasts:
        return LEGACY
    return FADED if matured else STILLBORN
