"""What a sweep's folder answers: choice of method, what is missing, and what has no index."""

import numpy as np
import pandas as pd
import pytest

import copsim
from copsim.analysis import estimators
from copsim.analysis.evaluations import planned, read_outcome, without_gaps
from copsim.core.errors import UserError
from tests.analysis.made import FACTORS, made, plan


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Resample less: these tests are not about intervals."""
    for name, times in (("sobol", 60), ("morris", 60), ("pawn", 5)):
        monkeypatch.setattr(getattr(estimators, name), "__defaults__", (times,))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return made(tmp_path_factory.mktemp("whole") / "saltelli", plan())


def answer(sweep, outcome="core_end", **how):
    return copsim.sensitivity(sweep, outcome, **how).answers[0]


def test_a_saltelli_design_gives_sobol_indices_in_the_order_of_the_factors(whole):
    found = copsim.sensitivity(whole.folder, "core_end")
    assert (found.method, found.answers[0].blocks, found.answers[0].replicates) == ("sobol", 32, 4)
    total = found.answers[0].index("ST")
    assert abs(total.value - [0.9, 0.1, 0.0]).max() < 0.25
    assert total.told.tolist()[0]
    table = found.table
    assert table["factor"].unique().tolist() == ["sponsoring.engagement", "leading.hours@13", "belonging.memory"]
    assert table["role"].tolist() == ["lever"] * 4 + ["uncertain"] * 2
    assert table["index"].tolist() == ["S1", "ST"] * 3
    assert table[["low", "value", "high"]].notna().all(axis=None)


def test_the_same_runs_give_the_same_intervals(whole):
    one, other = (copsim.sensitivity(whole, "core_end").table for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_values_stand_beside_their_points(whole):
    read = read_outcome(whole, "baseline", "core_end", 5)
    assert read.y.shape == (32, 5, 4)
    wanted = 3 * read.x[..., 0] + read.x[..., 1]
    assert abs((read.y - wanted[..., None]).mean()) < 0.15  # luck alone: 640 runs of deviation 1, four standard errors
    frame = whole.frame()
    row = frame[(frame["number"] == 7) & (frame["replicate"] == 2)]
    assert read.y[1, 2, 2] == row["core_end"].item()


def test_a_morris_design_gives_effects_and_any_other_pawn(tmp_path):
    assert answer(made(tmp_path / "morris", plan("morris", 10))).method == "morris"
    cube = made(tmp_path / "cube", plan("latin-hypercube", 40))
    assert [index.name for index in answer(cube).indices] == ["pawn"]
    with pytest.raises(UserError, match=r"sobol needs a saltelli design, and .* has latin-hypercube; pawn takes any"):
        answer(cube, method="sobol")


def grid_of_two(folder, replicates=20, outcome=None, **how):
    levels = [{**factor, "values": [0.0, 0.25, 0.5, 0.75, 1.0]} for factor in FACTORS[:2]]
    levels = [{k: v for k, v in factor.items() if k not in ("low", "high")} for factor in levels]
    asked = {**plan("grid", 0, replicates), "factor": levels}
    return made(folder, asked, outcome or (lambda x, luck: 4 * x[:, :1] + 0.5 * x[:, 1:] + luck), **how)


def test_a_grid_tells_a_small_effect_beside_a_large_one(tmp_path):
    """PAWN of 25 points calls the second factor noise; its paired difference is 0.5 with a standard error of 0.14."""
    sweep = grid_of_two(tmp_path / "grid", 50)
    found = answer(sweep)
    assert (found.method, found.blocks, found.replicates) == ("grid", 25, 50)
    change = found.index("difference")
    assert abs(change.value - [4, 0.5]).max() < 0.4  # three standard errors
    assert change.told.tolist() == [True, True]
    share = found.index("S1").value
    assert abs(share - [0.985, 0.015]).max() < 0.03
    assert not answer(sweep, method="pawn").index("pawn").told[1]
    assert "PAWN tells little of 25 points" in answer(sweep, method="pawn").notes[0]
    assert [(ends.low, ends.high) for ends in found.extremes] == [(0.0, 1.0)] * 2


def test_interplay_in_a_grid_is_in_the_total_alone(tmp_path):
    sweep = grid_of_two(tmp_path / "both", outcome=lambda x, luck: 20 * (x[:, :1] - 0.5) * (x[:, 1:] - 0.5) + luck)
    found = answer(sweep)
    assert abs(found.index("ST").value - 1).max() < 0.05
    assert abs(found.index("S1").value).max() < 0.05
    assert found.index("ST").told.all()


def test_a_grid_takes_whole_replicates_and_says_so(tmp_path):
    sweep = grid_of_two(tmp_path / "gaps", without=lambda rows: (rows["replicate"] == 3) & (rows.index % 7 == 0))
    found = answer(sweep)
    assert found.replicates == 19
    assert "Used are the 19 of 20 replicates that have a value at every point of the grid." in found.notes
    none = grid_of_two(tmp_path / "none", without=lambda rows: rows["point"] == rows["point"].iloc[0])
    assert answer(none).reason.startswith("no replicate has a value at each of the 25 points")
    luck = grid_of_two(tmp_path / "luck", outcome=lambda x, luck: np.zeros_like(luck) + luck[0])
    assert "each replicate has the same value at every point" in answer(luck).reason


def test_one_factor_at_a_time_is_refused(tmp_path):
    with pytest.raises(UserError, match="one factor at a time, which shows no interplay"):
        answer(made(tmp_path / "one", plan("one-at-a-time", 3)))


def test_a_constant_outcome_gives_a_sentence(whole):
    found = answer(whole, "cost")
    assert (found.indices, found.reason) == ((), "it is 5 in every run, so that nothing moves it")


def test_an_outcome_of_luck_alone_gives_a_sentence(tmp_path):
    same = made(tmp_path / "same", plan(), lambda x, luck: np.zeros_like(luck) + luck[0])
    assert "each replicate has the same value at every point" in answer(same).reason
    noise = made(tmp_path / "noise", plan(), lambda x, luck: luck)
    assert answer(noise).reason == "its values at different points do not differ by more than luck can make them"


def test_of_a_sweep_that_was_stopped_whole_replicates_are_used(tmp_path):
    def missing(rows):
        return (rows["replicate"] == 3) & (rows["point"].rank(method="dense") % 2 == 0)

    found = answer(made(tmp_path / "stopped", plan(), without=missing))
    assert (found.blocks, found.replicates) == (32, 3)
    assert found.notes[0].startswith("Runs not run yet: 8")
    assert found.notes[1].endswith(
        "32 of 32 blocks of the design and the 3 of 4 replicates in which no run is missing."
    )


def test_a_failed_run_takes_its_block_along(tmp_path):
    sweep = made(tmp_path / "failed", plan())
    point = planned(sweep)["point"].iloc[12]
    sweep = made(tmp_path / "again", plan(), without=lambda rows: (rows["point"] == point) & (rows["replicate"] == 1))
    pd.DataFrame(
        [["baseline", point, 1, 1, "an error", "copsim replay"]],
        columns=["scenario", "point", "replicate", "seed", "error", "command"],
    ).to_csv(sweep.folder / "failures.csv", index=False)
    read = read_outcome(sweep, "baseline", "core_end", 5)
    assert (len(read.y), read.y.shape[2], read.failed, read.not_run) == (31, 4, 1, 0)
    assert "Runs failed (failures.csv): 1." in answer(sweep).notes


def test_runs_without_a_value_are_named(tmp_path):
    def outcome(x, luck):
        return np.where(x[:, :1] > 0.95, np.nan, 3 * x[:, :1] + luck)

    found = answer(made(tmp_path / "few", plan(), outcome))
    assert any(note.startswith("Runs without a value of this outcome: ") for note in found.notes)
    assert found.indices and found.blocks < 32
    lost = answer(made(tmp_path / "most", plan(), lambda x, luck: np.where(x[:, :1] > 0.2, np.nan, x[:, :1] + luck)))
    assert lost.reason.startswith("it has a value at too few points (")


def test_too_few_blocks_give_a_sentence(tmp_path):
    found = answer(made(tmp_path / "small", plan(points=4)))
    assert found.reason == "4 blocks of the design are whole, and at least 8 are needed"


def test_few_replicates_are_warned_of(tmp_path):
    for number, word in ((1, "nothing can be told from luck"), (2, "Two replicates"), (4, "fewer than five")):
        found = answer(made(tmp_path / str(number), plan(replicates=number)))
        assert word in found.notes[-1]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"outcomes": "core_ned"}, "there is no outcome 'core_ned', did you mean 'core_end'?"),
        ({"outcomes": "hours"}, "did not record hours; it has core_end, cost"),
        ({"outcomes": []}, "needs at least one outcome"),
        ({"method": "delta"}, "there is no method 'delta'; there are sobol, morris, grid, pawn"),
    ],
)
def test_mistakes_are_one_sentence(whole, how, said):
    with pytest.raises(UserError) as error:
        copsim.sensitivity(whole, **how)
    assert said in str(error.value)


def test_gaps_are_cut_out_so_that_most_runs_stay():
    whole = np.ones((6, 4), bool)
    whole[2, 1] = whole[:5, 3] = False
    blocks, replicates = without_gaps(whole)
    assert (blocks.tolist(), replicates.tolist()) == ([0, 1, 3, 4, 5], [0, 1, 2])


def test_the_table_is_written_into_the_folder(whole):
    found = copsim.sensitivity(whole, "core_end")
    read = pd.read_csv(found.save())
    assert read["value"].tolist() == pytest.approx(found.table["value"].tolist(), rel=1e-8)
    assert read["told"].dtype == bool
