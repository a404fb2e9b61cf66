"""S04. The lifecycle: each mark opens its own stage, falls back, renews, and ends as declared."""

import numpy as np
import pytest

from copsim.core.draws import INSTITUTION, SPLIT
from copsim.core.levels import CORE
from copsim.core.observables import NAMES
from copsim.core.state import AGENDA
from copsim.mechanisms import staging
from copsim.mechanisms.staging import COALESCING, ENDED, MATURING, POTENTIAL, SUSTAINING, TRANSFORMING
from tests.kernels import call
from tests.mechanisms.communities import STILL, clone, empty, founded, lived, parameters, weekly

pytestmark = [pytest.mark.plain, pytest.mark.bounds]


def thriving(stage=POTENTIAL, regulars=12, held=1000.0, settings=None, **numbers):
    """Return (state, parameters) of a community with every mark, in some stage; `numbers` spoil some of them."""
    s, p = empty(weeks=300), parameters(settings)
    c, n = s.community[0], s.counts[0]
    values = {
        "domain": 0.8,
        "togetherness": 0.7,
        "practice": 0.75,
        "smooth": 12.0,
        "peak": 12.0,
        "stage": stage,
    } | numbers
    for name, value in values.items():
        c[name] = value
    c.held[:] = held, 0
    c.coverage[AGENDA] = 0.9
    n.regulars, n.holders, n.acts, n.levels[CORE] = regulars, 1, 20, 3
    return s, p


def following(s, p):
    return call(staging.next_stage)(s, p[0].staging)


@pytest.mark.parametrize(
    ("stage", "after"),
    [
        (POTENTIAL, COALESCING),
        (COALESCING, MATURING),
        (MATURING, SUSTAINING),
        (SUSTAINING, SUSTAINING),
        (TRANSFORMING, SUSTAINING),
    ],
)
def test_all_marks_lead_forward_one_stage_at_a_time(stage, after):
    assert following(*thriving(stage)) == after


def just_below(name):
    """Return the largest value below a threshold."""
    return float(np.nextafter(parameters()[0].staging[name], np.float32(-1)))


@pytest.mark.parametrize(
    ("stage", "spoilt"),
    [
        (POTENTIAL, {"domain": "common_ground"}),
        (COALESCING, {"togetherness": "identity"}),
        (COALESCING, {"domain": "viable_domain"}),
        (COALESCING, {"practice": "viable_practice"}),
        (MATURING, {"practice": "steady_strength"}),
        (TRANSFORMING, {"togetherness": "steady_strength"}),
    ],
)
def test_a_strength_below_its_mark_keeps_a_community_where_it_is(stage, spoilt):
    s, p = thriving(stage, **{name: just_below(mark) for name, mark in spoilt.items()})
    assert following(s, p) == stage


@pytest.mark.parametrize(
    ("stage", "mark"),
    [
        (POTENTIAL, "pair"),
        (COALESCING, "viable_regulars"),
        (MATURING, "steady_regulars"),
        (TRANSFORMING, "steady_regulars"),
    ],
)
def test_too_few_regulars_keep_a_community_where_it_is(stage, mark):
    _, p = thriving()
    enough = int(np.ceil(p[0].staging[mark]))
    assert following(*thriving(stage, regulars=enough - 1)) == stage
    assert following(*thriving(stage, regulars=enough)) != stage


@pytest.mark.parametrize("lack", ["coverage", "holders", "core"])
def test_stewardship_is_a_role_holder_who_covers_the_agenda_and_a_core(lack):
    s, p = thriving(MATURING)
    if lack == "coverage":
        s.community[0].coverage[AGENDA] = p[0].staging.stewardship
    elif lack == "holders":
        s.counts[0].holders = 0
    else:
        s.counts[0].levels[CORE] = 0
    assert following(s, p) == MATURING


@pytest.mark.parametrize(("stage", "mark"), [(COALESCING, "maturing_holds"), (MATURING, "sustaining_holds")])
def test_marks_must_hold(stage, mark):
    _, p = thriving()
    weeks = float(p[0].staging[mark])
    assert following(*thriving(stage, held=weeks - 1)) == stage
    assert following(*thriving(stage, held=weeks)) == stage + 1


@pytest.mark.parametrize(
    ("stage", "change", "after"),
    [
        (COALESCING, {"regulars": 0}, POTENTIAL),
        (MATURING, {"practice": "fallen_back"}, COALESCING),
        (SUSTAINING, {"domain": "lost_strength"}, TRANSFORMING),
        (SUSTAINING, {"togetherness": "lost_strength"}, TRANSFORMING),
        (SUSTAINING, {"practice": "lost_strength"}, TRANSFORMING),
        (SUSTAINING, {"regulars": 0}, TRANSFORMING),
        (SUSTAINING, {"smooth": 12 * 0.1}, TRANSFORMING),
    ],
)
def test_what_leads_back(stage, change, after):
    spoilt = {name: just_below(value) if isinstance(value, str) else value for name, value in change.items()}
    assert following(*thriving(stage, **spoilt)) == after


def test_there_is_hysteresis_between_losing_passion_and_finding_it_again():
    q = parameters()[0].staging
    between = (float(q.lost_peak) + float(q.renewed_peak)) / 2
    assert following(*thriving(SUSTAINING, smooth=12 * between)) == SUSTAINING
    assert following(*thriving(TRANSFORMING, smooth=12 * between)) == TRANSFORMING
    strength = (float(q.lost_strength) + float(q.steady_strength)) / 2
    assert following(*thriving(SUSTAINING, practice=strength)) == SUSTAINING
    assert following(*thriving(TRANSFORMING, practice=strength)) == TRANSFORMING


def test_a_week_counts_what_holds_and_notes_what_was_reached():
    s, p = thriving(COALESCING, held=2.0, regulars=20)
    call(staging.stage)(s, p[0], np.int64(40))
    c = s.community[0]
    assert c.held[0] == 3 and c.stage == COALESCING and c.reached[COALESCING] == 40
    assert c.smooth == c.peak == 13
    s.community[0].togetherness, s.counts[0].regulars = 0.0, 5
    call(staging.stage)(s, p[0], np.int64(41))
    assert c.held[0] == 0 and c.reached[COALESCING] == 40
    assert c.smooth == 12 and c.peak == 13


def test_a_change_of_stage_starts_the_count_anew():
    s, p = thriving(COALESCING)
    call(staging.stage)(s, p[0], np.int64(40))
    assert s.community[0].stage == MATURING and s.community[0].held[0] == 0
    assert s.community[0].reached[MATURING] == 40


@pytest.mark.parametrize(
    ("matured", "sustained", "lasts", "kind"),
    [(0, 0, 1, "stillborn"), (0, 0, 0, "stillborn"), (1, 0, 1, "faded"), (1, 1, 0, "faded"), (1, 1, 1, "legacy")],
)
def test_kinds_of_end(matured, sustained, lasts, kind):
    end = call(staging.kind_of_end)(bool(matured), bool(sustained), bool(lasts))
    assert staging.ENDS[end] == kind


def test_silence_is_an_end_and_an_ended_community_stays_ended():
    s, p = founded(STILL | {"staging.on": 1.0})
    silence = int(p[0].staging.silence)
    lived(s, p, 1, silence)  # founders act in week 1
    assert s.community[0].stage != ENDED and s.community[0].silent == silence - 1
    lived(s, p, silence + 1, silence + 6)
    assert s.community[0].stage == ENDED and staging.ENDS[int(s.community[0].end_kind)] == "stillborn"
    assert s.community[0].reached[ENDED] == silence + 1
    stages = s.record[: silence + 6, NAMES.index("stage")]
    assert list(stages[silence:]) == [ENDED] * 6
    after = s.record[silence + 1 : silence + 6]
    assert np.all(np.delete(after, NAMES.index("stage"), axis=1) == 0)
    assert s.record[silence - 1, NAMES.index("members")] > 0


@pytest.mark.parametrize(
    ("first", "practice", "kind"),
    [(COALESCING, 0.9, "stillborn"), (MATURING, 0.9, "faded"), (SUSTAINING, 0.9, "legacy"), (SUSTAINING, 0.0, "faded"),
     (TRANSFORMING, 0.9, "legacy"), (TRANSFORMING, 0.0, "faded")],
)  # fmt: skip
def test_a_community_that_starts_in_a_later_stage_has_been_in_it_when_it_ends(first, practice, kind):
    s, p = thriving(first, practice=practice, silent=float(parameters()[0].staging.silence) - 1)
    s.counts[0].acts = s.counts[0].regulars = 0
    call(staging.stage)(s, p[0], np.int64(1))
    assert staging.ENDS[int(s.community[0].end_kind)] == kind
    assert s.community[0].reached[first] == 1


def test_an_act_ends_the_silence():
    s, p = thriving(settings={}, silent=20.0)
    call(staging.stage)(s, p[0], np.int64(3))
    assert s.community[0].silent == 0


@pytest.mark.parametrize(
    ("settings", "setup", "decision", "kind"),
    [
        (
            {"staging.institution_rate": 0.05, "sponsoring.prescription": 1.0},
            {"legitimacy": 0.5, "sponsor": 1.0},
            INSTITUTION,
            "institutionalised",
        ),
        ({"staging.split_rate": 0.05}, {"regulars": 170}, SPLIT, "split"),
    ],
)
def test_rare_ends_come_by_the_weeks_own_draw(settings, setup, decision, kind):
    rate, ended = 0.05, 0
    s, p = thriving(SUSTAINING, settings=settings, **setup)
    s.community[0].held[1] = 104.0
    s.community[0].peak = s.community[0].smooth = 40.0
    for week in range(1, 80):
        one = clone(s)
        call(staging.stage)(one, p[0], np.int64(week))
        expected = weekly(s, decision, week) < rate
        ended += expected
        assert (one.community[0].stage == ENDED) == expected
        assert staging.ENDS[int(one.community[0].end_kind)] == (kind if expected else "")
    assert ended > 0


def test_nobody_makes_a_unit_of_a_community_whose_agenda_is_its_own():
    s, p = thriving(SUSTAINING, settings={"staging.institution_rate": 0.05}, legitimacy=0.9, sponsor=1.0)
    s.community[0].held[1] = 104.0
    for week in range(1, 80):
        one = clone(s)
        call(staging.stage)(one, p[0], np.int64(week))
        assert one.community[0].stage != ENDED


def test_switched_off_the_stage_stays():
    s, _ = founded({"staging.on": 0.0}, weeks=30)
    assert np.all(s.record[:30, NAMES.index("stage")] == 0)
    assert s.community[0].peak == s.community[0].silent == 0
