"""The gate refuses in one sentence; worlds, luck and starts are what they are said to be."""

import numpy as np
import pytest

from copsim.core.declare import parameters_by_key
from copsim.core.errors import UserError
from copsim.core.observables import NAMES
from copsim.engine.gate import Stretch, checked_value, make_plan, months_of, values_of
from copsim.engine.living import live
from copsim.engine.luck import uncertain_parameters, worlds
from copsim.engine.starting import copied, load_start
from copsim.scenarios.plans import STATES

pytestmark = [pytest.mark.plain, pytest.mark.bounds]
WEEKS = 12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("profesional", 10, {}), "'profesional', did you mean 'professional'"),
        (("professional", 0, {}), "weeks must be a whole number from 1 to 5,200"),
        (("professional", 10, {"sponsoring.engagment": 1.0}), "did you mean 'sponsoring.engagement'"),
        (("professional", 10, {"sponsoring.engagement": 2.0}), "between 0 and 1"),
        (("professional", 10, {"sponsoring.engagement": True}), "must be a number"),
        (("professional", 10, {"sponsoring.engagement": float("nan")}), "must be a number"),
        (("professional", 10, {}, [(11, {})]), "outside the run"),
        (("professional", 10, {}, [], [(5, "sponsor-leave")]), "did you mean 'sponsor-leaves'"),
        (("professional", 10, {}, [], [], None, 1), "members must be a whole number"),
    ],
)
def test_the_gate_refuses_in_one_sentence(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(UserError, match=said.replace("'", ".")) as error:
        make_plan(*arguments)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_changes_add_up_and_cut_the_run() -> None:
    plan = make_plan(
        "talk", 20, {"leading.hours": 1.0}, [(5, {"leading.hours": 2.0}), (9, {})], [(9, "sponsor-leaves")]
    )
    assert [s.first for s in plan.stretches] == [0, 5, 9]
    assert plan.stretches[2] == Stretch(9, {"leading.hours": 2.0}, ("sponsor-leaves",))
    assert checked_value("leading.hours", 3) == 3.0


def test_worlds_stay_in_their_plausible_ranges_and_depend_on_replicate_and_key_alone() -> None:
    parameters = uncertain_parameters()
    drawn = worlds(parameters, 3, 0, 40)
    for k, p in enumerate(parameters):
        low, high = p.plausible or p.possible
        assert low * (1 - 1e-12) - 1e-12 <= drawn[:, k].min() <= drawn[:, k].max() <= high * (1 + 1e-12) + 1e-12
    assert np.array_equal(worlds(parameters, 3, 10, 5), drawn[10:15])
    assert np.array_equal(worlds(parameters[5:7], 3, 0, 40), drawn[:, 5:7])


def test_what_is_set_is_not_drawn() -> None:
    key = uncertain_parameters()[0].key
    plan = make_plan("professional", 10, {}, [(5, {key: parameters_by_key()[key].default})])
    assert key not in {p.key for p in plan.drawn()}


def test_luck_spreads_communities_and_members_scale_the_hinterland() -> None:
    plan = make_plan("professional", 10, {}, members=80)
    values = [values_of(plan, plan.stretches[0], 1, k, {}) for k in range(30)]
    sizes = np.array([v["joining.hinterland"] for v in values])
    assert {v["joining.founders"] for v in values} == {80.0}
    assert 0.4 < np.log(sizes).std() < 1.2 and 1_000 < np.median(sizes) < 4_000
    flat = make_plan("professional", 10, {"joining.hinterland_spread": 0.0})
    assert values_of(flat, flat.stretches[0], 1, 7, {})["joining.hinterland"] == pytest.approx(200.0)


def test_a_cut_that_changes_nothing_and_kept_events_change_no_bit() -> None:
    plain = live(make_plan("professional", WEEKS, {}), 5, 2).record
    cut = live(make_plan("professional", WEEKS, {}, [(4, {}), (9, {})]), 5, 2).record
    kept = live(make_plan("professional", WEEKS, {}), 5, 2, events=True)
    assert np.array_equal(plain, cut) and np.array_equal(plain, kept.record) and len(kept.events) > 0
    assert np.array_equal(live(make_plan("professional", WEEKS + 5, {}), 5, 2).record[:WEEKS], plain)


def test_an_event_strikes_in_its_week() -> None:
    struck = live(
        make_plan("professional", WEEKS, {}, [], [(6, "coordinator-leaves"), (6, "sponsor-leaves")]), 5, 0
    ).record
    calm = live(make_plan("professional", WEEKS, {}), 5, 0).record
    assert np.array_equal(struck[:5], calm[:5])
    for name in ("coordinator", "sponsor"):
        assert struck[4, NAMES.index(name)] == 1.0 and struck[5, NAMES.index(name)] == 0.0


def test_an_established_community_goes_on_and_is_copied() -> None:
    start = load_start(STATES / "established.npz")
    plan = make_plan("professional", 4, {}, start=start)
    record = live(plan, 1, 0).record
    assert record[0, NAMES.index("members")] >= 0.8 * len(start)
    assert start.stage == 3
    double = copied(start, 2 * len(start))
    assert len(double) == 2 * len(start) and double.hinterland == 2 * start.hinterland
    assert (double.tie_other >= 0).sum() == 2 * (start.tie_other >= 0).sum() and double.tie_other.max() < len(double)
    assert (np.diff((double.acts > 0).argmax(1)) >= 0).all()  # in the order of first appearance
    assert live(make_plan("professional", 4, {}, start=start, members=2 * len(start)), 1, 0).record[0, 0] > record[0, 0]


def test_what_is_no_start_is_refused(tmp_path) -> None:
    (tmp_path / "x.npz").write_bytes(b"no")
    with pytest.raises(UserError, match="not a saved community"):
        load_start(tmp_path / "x.npz")


def test_months_are_those_of_sundays() -> None:
    months = months_of(make_plan("professional", 10, {}))
    assert months[1] == months[4] and months[5] == months[4] + 1  # week 5 of 2024 ends on Sunday 4 February
