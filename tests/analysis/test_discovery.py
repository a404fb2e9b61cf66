"""Scenario discovery: it finds a box that is there, says so of noise that nothing is, and its intervals cover."""

import numpy as np
import pandas as pd
import pytest

import copsim
from copsim.analysis.cases import Cases, halves
from copsim.analysis.confirming import chance_of, difference_of, share_of
from copsim.analysis.discovery import FALSE_ALARM, rounded_box, search, simplified
from copsim.analysis.prim import whole_box
from copsim.core.errors import UserError
from tests.analysis.noise import in_box, made

SETTINGS = {
    "one replicate": {"points": 64},
    "replicates": {"points": 64, "replicates": 20, "spread": 1.0, "luck": 1.0},
    "scenarios": {"points": 40, "replicates": 5, "scenarios": 3, "spread": 1.0, "luck": 1.0},
}


def alarms(number: int, **settings: float) -> int:
    random = np.random.default_rng(1)
    found = 0
    for seed in range(number):
        _, restrictions, chance = search(made(random, **settings), seed)
        found += bool(restrictions) and chance <= FALSE_ALARM
    return found


def test_a_box_that_is_there_is_found_and_told_alike_on_both_halves():
    cases = made(np.random.default_rng(2), points=200, replicates=5, base=0.1, effect=4.0)
    steps, restrictions, chance = search(cases, 1)
    chosen = steps[-1]
    assert chance <= FALSE_ALARM
    assert {one.name for one in restrictions} == {"tiring.f0", "tiring.f1"}
    assert chosen.box.limits[0] == pytest.approx((-np.inf, 0.4), abs=0.06)
    assert chosen.box.limits[1] == pytest.approx((0.5, np.inf), abs=0.06)
    assert chosen.checked.density.value > 0.6
    assert chosen.checked.coverage.value > 0.4
    assert chosen.checked.difference.low > 0.4
    assert all(one.quasi_p <= 0.01 and one.lost > 0.05 for one in restrictions)


def test_the_largest_box_of_a_density_is_found_when_asked_for():
    cases = made(np.random.default_rng(2), points=200, replicates=5, base=0.1, effect=4.0)
    dense, usual = (search(cases, 1, density)[0][-1] for density in (0.3, None))
    assert dense.found.mass > usual.found.mass
    assert dense.found.density.value >= 0.3


def test_noise_has_no_box():
    """Chance of more than 4 alarms in 40 where each has one of at most 0.01: under 1 in 10,000."""
    assert alarms(40, **SETTINGS["replicates"]) <= 4


def test_the_test_of_chance_would_be_wrong_if_runs_were_shuffled():
    """Without whole points staying together, points that differ by luck alone look like boxes."""
    random, wrong = np.random.default_rng(3), 0
    for seed in range(20):
        cases = made(random, points=24, replicates=20, spread=2.0)
        inside = cases.x[:, 0] < 0.4
        flat = cases.met.ravel()
        chance = chance_of(np.repeat(inside, 20), flat, np.ones_like(flat), np.arange(len(flat)), seed)
        wrong += chance <= 0.01
    assert wrong >= 3


def test_halves_keep_points_together_and_do_not_depend_on_order():
    cases = made(np.random.default_rng(4), points=31, replicates=2, scenarios=3)
    one, other = halves(cases, 7)
    assert set(one.points.tolist()).isdisjoint(other.points.tolist())
    assert len(one.x) + len(other.x) == len(cases.x)
    assert abs(len(set(one.points.tolist())) - len(set(other.points.tolist()))) == 1
    turned = Cases(cases.names, cases.scenarios, *(values[::-1] for values in (
        cases.x, cases.met, cases.runs, cases.points, cases.clusters)))  # fmt: skip
    assert set(halves(turned, 7)[0].points.tolist()) == set(one.points.tolist())


def test_shares_without_variance_still_have_an_interval():
    ones = np.ones((12, 5))
    all_met = share_of(ones, ones, np.arange(12))
    assert (all_met.value, all_met.high) == (1.0, 1.0)
    assert 0.5 < all_met.low < 0.95
    none = share_of(ones * 0, ones, np.arange(12))
    assert (none.low, none.high) == (0.0, pytest.approx(1 - all_met.low))
    assert np.isnan(share_of(ones * 0, ones * 0, np.arange(12)).value)


def test_an_interval_knows_that_replicates_of_a_point_are_not_independent():
    met = np.repeat((np.arange(20) < 8).astype(float), 50).reshape(20, 50)
    clustered = share_of(met, np.ones_like(met), np.arange(20))
    single = share_of(met.reshape(-1, 1), np.ones((1000, 1)), np.arange(1000))
    assert clustered.high - clustered.low > 4 * (single.high - single.low)


def test_limits_are_round_and_keep_the_same_cells():
    cases = made(np.random.default_rng(5), points=60)
    box = whole_box(cases.x).with_(0, (-np.inf, 0.4183))
    rounded = rounded_box(box, cases)
    assert (rounded.inside(cases.x) == box.inside(cases.x)).all()
    assert len(f"{rounded.limits[0][1]:.9g}") <= 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small sweep in which half of the points cannot have regulars."""
    place = tmp_path_factory.mktemp("discover") / "sweep"
    plan = {
        "name": "small", "scenarios": ["baseline"], "replicates": 3, "weeks": 26, "members": 20,
        "record": {"weekly": False}, "design": {"kind": "sobol", "points": 64},
        "factor": [{"name": "meeting.cadence", "low": 1, "high": 50}, {"name": "sponsoring.patience", "low": 10, "high": 90}],
    }  # fmt: skip
    copsim.sweep(plan, place)
    return place


def test_a_sweep_is_asked_from_python(folder):
    found = copsim.discover(folder, "hours > 700")
    assert isinstance(found.table, pd.DataFrame)
    assert found.table["chosen"].sum() == 1
    assert found.sentence.endswith(".")
    assert "\n" not in found.sentence


def test_the_same_question_has_the_same_answer(folder):
    one, other = (copsim.discover(folder, "hours > 700").table for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_what_happens_always_or_never_is_no_box(folder):
    assert "No simulated run" in copsim.discover(folder, "hours < 0").sentence
    assert "Every simulated run" in copsim.discover(folder, "hours >= 0").sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"design": {"kind": "sobol", "points": 8}}, "has 8 points; a box needs at least 24"),
        ({"factor": [], "design": None}, "nothing varies in"),
    ],
)
def test_what_cannot_be_asked(changes, said, tmp_path):
    plan = {
        "name": "small", "scenarios": ["baseline"], "replicates": 1, "weeks": 4, "members": 10,
        "record": {"weekly": False}, "design": {"kind": "sobol", "points": 8},
        "factor": [{"name": "meeting.cadence", "low": 1, "high": 50}],
    }  # fmt: skip
    copsim.sweep({key: value for key, value in {**plan, **changes}.items() if value is not None}, tmp_path / "s")
    with pytest.raises(UserError, match=said):
        copsim.discover(tmp_path / "s", "hours > 1")


@pytest.mark.parametrize("density", [0.0, 1.5, -1.0])
def test_a_density_is_a_share(density, folder):
    with pytest.raises(UserError, match="must be a share above 0 and up to 1"):
        copsim.discover(folder, "hours > 700", density)


@pytest.mark.verify
@pytest.mark.parametrize("name", SETTINGS)
def test_noise_has_no_box_in_two_thousand_searches(name):
    """Each search has an alarm with a chance of at most 0.01; more than 34 in 2,000 come up under 1 in 500 times."""
    assert alarms(2_000, **SETTINGS[name]) <= 34


@pytest.mark.verify
@pytest.mark.parametrize(
    "settings",
    [
        {"points": 64, "base": 0.2, "effect": 2.0},
        {"points": 64, "replicates": 20, "base": 0.2, "spread": 1.0, "luck": 0.5, "effect": 2.0},
        {"points": 32, "replicates": 10, "base": 0.3, "spread": 0.5, "luck": 1.5, "effect": 1.5},
        {"points": 64, "replicates": 20, "base": 0.03, "spread": 1.0, "luck": 0.5, "effect": 1.0},
    ],
)
def test_intervals_cover(settings):
    """Of 1,000 intervals of 95 %, 930 hold the true share, and 880 the difference, where only few points are inside.

    The truth comes from 8 million runs.
    """
    random = np.random.default_rng(9)
    total = np.zeros(4)
    for _ in range(20):
        cases = made(random, **{**settings, "points": 2_000, "replicates": 200})
        inside = in_box(cases.x)
        met, runs = cases.met.sum(1), cases.runs.sum(1)
        total += [met[inside].sum(), runs[inside].sum(), met.sum(), runs.sum()]
    truth = [
        total[0] / total[1],
        total[0] / total[2],
        total[0] / total[1] - (total[2] - total[0]) / (total[3] - total[1]),
    ]
    covered, tried = np.zeros(3), 0
    for _ in range(1_000):
        cases = made(random, **settings)
        here = in_box(cases.x)[:, None]
        if not here.any() or not cases.met.any():
            continue
        tried += 1
        shares = [
            share_of(cases.met * here, cases.runs * here, cases.clusters),
            share_of(cases.met * here, cases.met, cases.clusters),
            difference_of(here[:, 0], cases.met, cases.runs, cases.clusters),
        ]
        covered += [share.low <= true <= share.high for share, true in zip(shares, truth, strict=True)]
    assert tried > 950
    assert (covered / tried >= [0.93, 0.93, 0.88]).all(), covered / tried


def test_a_limit_that_excludes_hardly_a_cell_is_left_out():
    """The last two of forty cells go, and none of them is of the kind: shuffling alone would keep the limit."""
    x = np.stack([np.arange(40.0), np.arange(40.0) % 7], axis=1)
    met = np.repeat(x[:, :1] < 38, 30, axis=1).astype(float)
    cases = Cases(("a", "b"), ("one",), x, met, np.ones_like(met), np.arange(40), np.arange(40))
    whole = whole_box(x)
    box = whole.with_(0, (-np.inf, 37.5))
    assert simplified(box, cases, 1).restricted == ()
    half = Cases(("a", "b"), ("one",), x, np.where(x[:, :1] < 20, met, 0), cases.runs, np.arange(40), np.arange(40))
    assert simplified(whole.with_(0, (-np.inf, 19.5)), half, 1).restricted == (0,)
