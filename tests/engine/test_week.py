"""The week: one visible order, rows in any order, books that balance, and a record that says what happened."""

import numpy as np
import pytest

from copsim.core.levels import OUTSIDE
from copsim.core.observables import NAMES, OBSERVABLES
from copsim.core.state import (
    ANSWERS,
    BELONGING,
    BY_TIE,
    CONTACTED,
    COORDINATOR,
    FATIGUE,
    LEFT,
    LEVEL,
    LEVEL_BEFORE,
    OWN,
    PERSON,
    REAL,
    ROLE,
    UNITS,
    WHOLE,
)
from copsim.engine.gate import make_plan
from copsim.engine.living import live
from tests.mechanisms.communities import clone, founded, lived, parameters, rows

SMALL = [pytest.mark.plain, pytest.mark.bounds]
LIVELY = {"participating.base_rate": -2.5, "joining.reach": 0.01}


def shuffled(s, rng):
    """Return a copy whose rows stand in another order; everybody is who they were."""
    n, other = int(s.counts[0].rows), clone(s)
    order = rng.permutation(n)
    other.uid[:n], other.real[:, :n], other.whole[:, :n] = s.uid[order], s.real[:, order], s.whole[:, order]
    other.ring[:, :n] = s.ring[:, order]
    other.tie_other[:n], other.tie_strength[:n] = s.tie_other[order], s.tie_strength[order]
    other.row_of[other.whole[PERSON, :n]] = np.arange(n)
    return other


def by_uid(s, table):
    order = np.argsort(s.uid[rows(s)])
    return table[:, rows(s)][:, order]


@pytest.mark.plain
@pytest.mark.bounds
@pytest.mark.parametrize(
    "settings", [{}, {"leading.distributed": 0.6, "leading.belonging_needed": 0.2, "leading.cultivation": 0.3}]
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_is_nobodys_fate(settings, seed):
    s, p = founded({**LIVELY, **settings}, weeks=20, seed=seed)
    other = shuffled(s, np.random.default_rng(seed))
    assert not np.array_equal(s.uid[rows(s)], other.uid[rows(other)])
    for week in range(21, 26):
        lived(s, p, week, week), lived(other, p, week, week)
        assert np.array_equal(np.sort(s.uid[rows(s)]), np.sort(other.uid[rows(other)]))
        for k, name in enumerate(REAL):
            np.testing.assert_array_equal(
                by_uid(s, s.real)[k], by_uid(other, other.real)[k], err_msg=f"{name} in week {week}"
            )
        for k, name in enumerate(WHOLE):
            if k not in (
                LEVEL,
                LEVEL_BEFORE,
            ):  # of equal contributors the first to arrive is core: rows stand in that order
                np.testing.assert_array_equal(
                    by_uid(s, s.whole)[k], by_uid(other, other.whole)[k], err_msg=f"{name} in week {week}"
                )
        same = [k for k, name in enumerate(NAMES) if name not in ("core", "active")]
        np.testing.assert_array_equal(s.record[week - 1, same], other.record[week - 1, same])


@pytest.mark.plain
@pytest.mark.bounds
def test_the_record_says_what_members_did():
    s, _ = founded({**LIVELY, "leaving.on": 0.0}, weeks=20)  # ties to those who go are cut after the week is recorded
    row, n, c = dict(zip(NAMES, s.record[19].tolist(), strict=True)), rows(s), s.community[0]
    whole, real = s.whole[:, n], s.real[:, n].astype(float)
    inside, regular = whole[LEVEL] < 5, whole[LEVEL] <= 1
    assert row["members"] == inside.sum()
    assert row["contributions"] == whole[OWN].sum() > 0
    assert row["answers"] == whole[ANSWERS].sum() and row["answers_by_tie"] == whole[BY_TIE].sum()
    assert row["contacted"] == whole[CONTACTED].sum()
    assert row["belonging"] == pytest.approx(real[BELONGING][inside].mean(), abs=1e-5)
    assert row["fatigue"] == pytest.approx(real[FATIGUE][regular].mean(), abs=1e-5)
    assert row["ties_per_member"] == pytest.approx((s.tie_strength[n][inside] > 0).sum() / inside.sum(), rel=1e-5)
    assert row["coordinator"] == 1
    assert row["coordinator_fatigue"] == pytest.approx(real[FATIGUE][whole[ROLE] == COORDINATOR][0], abs=1e-6)
    names = {
        "domain": c.domain, "practice": c.practice, "community_strength": c.togetherness, "common_strength": c.strength,
        "ownership": c.ownership, "legitimacy": c.legitimacy, "sponsor_attention": c.attention, "sponsor": c.sponsor,
        "hours": c.hours, "cost": c.cost, "role_hours": c.role_hours, "quality": c.quality,
    }  # fmt: skip
    assert {k: row[k] for k in names} == pytest.approx({k: float(v) for k, v in names.items()}, rel=1e-6)
    for name in ("newcomers", "leavers", "acting", "acting_month", "attendance", "acts", "told", "around"):
        assert row[name] == s.counts[0][name], name


@pytest.mark.plain
@pytest.mark.bounds
def test_flows_add_up_to_members():
    s, _ = founded({"launching.energy": 0.0, "leaving.hazard": 0.1}, weeks=85, weeks_room=90)
    record = {name: s.record[:85, k].astype(float) for k, name in enumerate(NAMES)}
    change = np.diff(record["members"])
    returned = change - record["newcomers"][1:] + record["leavers"][1:]
    assert record["leavers"].sum() > 5 and record["newcomers"].sum() > 5
    assert np.all(returned >= 0) and returned.sum() <= 2  # silent for a year and back


def balanced(s, weeks):
    """Check what must hold in every week of every run; return the realized value."""
    v = {name: s.record[:weeks, k].astype(float) for k, name in enumerate(NAMES)}
    levels = ("core", "active", "occasional", "peripheral", "transactional")
    np.testing.assert_array_equal(v["members"], sum(v[name] for name in levels))
    np.testing.assert_array_equal(v["value_applied"], v["value_realized"] + v["value_failed"])
    assert np.all(v["value_immediate"] >= v["value_potential"])
    held = np.cumsum(v["value_potential"] - v["value_applied"] - v["value_faded"])
    assert np.all(held >= 0)
    assert s.community[0].stage == 5 or held[-1] == s.whole[UNITS, rows(s)].sum()
    assert np.all(v["acting"] >= v["acting_month"]) and np.all(v["acts"] >= v["acting"])
    assert np.all(v["told"] <= v["value_realized"])
    assert np.all(v["attendance"] <= v["attendance"] * v["meets"])
    assert np.all(v["answers_by_tie"] <= v["answers"])
    assert np.all(np.isfinite(s.record)) and np.all(s.record >= 0)
    shares = [o.name for o in OBSERVABLES if o.unit == "share"]
    assert len(shares) > 8 and all(v[name].max() <= 1 for name in shares)
    assert np.all((s.real[[BELONGING, FATIGUE]] >= 0) & (s.real[[BELONGING, FATIGUE]] <= 1))
    return v["value_realized"].sum()


@pytest.mark.parametrize(
    "settings", [{}, {"leaving.hazard": 0.05, "leading.job_change": 0.02}, {"leading.distributed": 0.5}]
)
def test_the_books_balance_in_every_week_of_five_years(settings):
    realized = 0.0
    for seed in range(20):
        s, _ = founded(settings, weeks=260, weeks_room=260, founders=10, hinterland=120, seed=seed)
        realized += balanced(s, 260)
    assert realized > 100


@pytest.mark.plain
@pytest.mark.bounds
def test_people_long_gone_cost_next_to_nothing():
    s, _ = founded({"leaving.hazard": 0.2}, weeks=80, weeks_room=80)
    whole = s.whole[:, rows(s)]
    assert s.counts[0].rows < s.counts[0].people
    gone = (whole[LEFT] == 1) & (whole[LEVEL] == OUTSIDE)
    assert 8 * gone.sum() < s.counts[0].rows


def test_what_is_switched_off_on_the_way_counts_nothing_more():
    changes = ((10, {"answering.on": 0.0, "valuing.on": 0.0}),)
    plan = make_plan("professional", 20, {}, changes)
    record = live(plan, 1, 0).record
    for name in ("around", "value_immediate"):
        column = record[:, NAMES.index(name)]
        assert column[:9].any() and not column[9:].any(), name


OFF_AFTER = 30
STOPS = {
    "meeting": ("meets", "attendance", "quality"),
    "joining": ("newcomers",),
    "leading": ("role_hours", "role_holders", "coordinator", "agenda_coverage", "bridging_coverage", "contacted"),
}


@pytest.mark.parametrize("mechanism", STOPS)
def test_a_mechanism_that_is_switched_off_on_the_way_is_recorded_no_more(mechanism):
    kept_in = {"meeting.cadence": 1.0, "meeting.irregularity": 0.0, "joining.reach": 0.01, "leading.job_change": 0.001}
    kept_in |= {"leading.succession": 0.0} | ({"leading.on": 0.0} if mechanism == "joining" else {})
    plan = make_plan("professional", 60, kept_in, ((OFF_AFTER + 1, {f"{mechanism}.on": 0.0}),))
    record = live(plan, 2, 0).record
    for name in STOPS[mechanism]:
        column = record[:, NAMES.index(name)]
        assert column[:OFF_AFTER].any() and not column[OFF_AFTER:].any(), name


@pytest.mark.parametrize("mechanism", ["weathering", "sponsoring"])
def test_luck_and_a_sponsor_that_are_switched_off_on_the_way_do_nothing_more(mechanism):
    s, _ = founded({"sponsoring.money": 100.0, "sponsoring.prescription": 0.5}, weeks=30)
    s.community[0].season = -0.3
    lived(s, parameters({f"{mechanism}.on": 0.0}), 31, 31)
    left = {"weathering": ("shock", "tide", "season"), "sponsoring": ("mandate", "sponsor_hours", "sponsor_money")}
    assert {name: s.community[0][name] for name in left[mechanism]} == dict.fromkeys(left[mechanism], 0.0)
