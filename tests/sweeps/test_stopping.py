"""When the adviser stops, and how often its interval holds what it should."""

import re

import numpy as np
import pytest

import copsim
from copsim.core.errors import UserError
from copsim.sweeps.advising import _needed, advise, cells_table, sweep_until
from copsim.sweeps.stopping import FIRST, Question, half_width, next_look, read_question, stopped
from tests.sweeps.plans import digests, with_

CORE = Question("core_end", "", 0.5)


@pytest.mark.parametrize("text", ["core_end ± 0.5", "core_end +- 0.5", " core_end+/-0.50 ", "core_end ± 5e-1"])
def test_a_question_is_read(text):
    assert read_question(text, ["baseline"]) == CORE
    assert read_question("ended vs a ± 1", ["a", "b"]) == Question("ended", "a", 1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("core_end", "a question must be like 'core_end ± 0.5'"),
        ("core_end ± 0", "a question must be like"),
        ("core_end ± -1", "a question must be like"),
        ("core_end ± nan", "a question must be like"),
        ("core ± 1", "there is no outcome 'core'"),
        ("cost vs c ± 1", "there is nothing to set against 'c'"),
        (3, "a question must be like"),
    ],
)
def test_no_question(text, said):
    with pytest.raises(UserError, match=said):
        read_question(text, ["baseline", "other"])


def test_half_widths():
    """Without skewness half the width is that of t: 1.984 standard errors of 100."""
    values = np.tile([1.0, 3.0], 50)
    assert half_width(values, CORE) == pytest.approx(1.984 * np.sqrt(100 / 99) / 10, rel=1e-3)
    assert half_width(np.array([1.0, np.nan]), CORE) == np.inf
    assert half_width(np.full(100, 2.0), CORE) == 0.0
    never = Question("ended", "", 0.1)
    assert half_width(np.zeros(100), never) == pytest.approx(0.037, abs=0.001)  # none of 100, after Wilson
    skewed = np.append(np.zeros(99), 10.0)
    assert half_width(skewed, CORE) > 1.984 * skewed.std(ddof=1) / 10


def test_looks_grow_as_needed_and_at_most_twofold():
    assert next_look(100, 1.0, 0.9) == 124
    assert next_look(100, 1.0, 0.1) == 200
    assert next_look(100, 1.0, 0.999) == 111
    assert next_look(600_000, 9.0, 1.0) == 1_000_000


def test_nothing_is_asked_of_a_steady_outcome():
    assert stopped(np.full(1000, 3.0), CORE) == (FIRST, 0.0)


PLAN = with_(design={"kind": "grid", "points": 2}, record={"weekly": False})


@pytest.fixture(scope="module")
def until(tmp_path_factory):
    folder = tmp_path_factory.mktemp("until") / "s"
    return folder, *sweep_until(PLAN, folder, "regulars_end ± 3")


def test_a_sweep_goes_on_until_it_is_known(until):
    _, made, look = until
    runs = made.frame()
    assert look.answered and look.half <= 3 and look.cells == 8
    assert (made.total, made.missing, len(runs)) == (8 * look.replicates, 0, 8 * look.replicates)
    cells = runs.groupby(["scenario", "number"], observed=True)["regulars_end"]
    halves = cells.apply(lambda own: half_width(own.to_numpy(float), look.question))
    assert halves.max() == pytest.approx(look.half)
    assert halves.idxmax() == (look.scenario, look.number)


def test_the_same_again_and_a_stop_between_change_nothing(until, tmp_path):
    folder, _, look = until
    assert sweep_until(PLAN, folder, "regulars_end +- 3")[1] == look

    def stop(at):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep_until(PLAN, tmp_path / "s", "regulars_end ± 3", looked=stop)
    copsim.sweep({**PLAN, "replicates": look.replicates + 30}, tmp_path / "s")
    assert sweep_until(PLAN, tmp_path / "s", "regulars_end ± 3")[1] == look


def test_a_sweep_of_that_many_replicates_has_the_same_rows(until, tmp_path):
    folder, _, look = until
    copsim.sweep({**PLAN, "replicates": look.replicates}, tmp_path / "s")
    assert digests(tmp_path / "s") == digests(folder)


def test_paired_differences_need_fewer(tmp_path):

    look = sweep_until(PLAN, tmp_path / "s", "regulars_end vs baseline ± 3")[1]
    assert look.answered and look.cells == 4 and look.scenario == "strong-coordinator"
    apart = advise(PLAN, "regulars_end ± 1"), advise(PLAN, "regulars_end vs baseline ± 1")
    assert apart[1].replicates < apart[0].replicates


def test_advice():
    advice = advise(PLAN, "regulars_end ± 0.5", pilot=40)
    assert advice.low <= advice.replicates <= advice.high
    assert (advice.cells, advice.looked_at, advice.pilot) == (8, 8, 40)
    assert advice.seconds > 0
    assert str(advice).startswith(f"regulars_end ± 0.5 needs about {advice.replicates:,} replicates")
    assert "never takes fewer than 100" in str(advise(PLAN, "regulars_end ± 100", pilot=5))


def test_more_than_can_be_run_is_said_with_what_can_be_asked_for():
    text = str(advise(PLAN, "regulars_end ± 0.0001", pilot=10))
    assert "needs more than 1,000,000 replicates, the most copsim runs" in text
    reachable = float(re.search(r"ask for ± (\S+) or wider", text)[1])
    assert advise(PLAN, f"regulars_end ± {reachable}", pilot=10).replicates <= 1_000_000
    assert not advise(PLAN, f"regulars_end ± {reachable}", pilot=10).reachable


def test_where_a_share_of_the_runs_has_a_value_more_are_needed():
    values = np.tile([1.0, 3.0], 100)
    sparse = np.repeat(values, 4)
    sparse[np.arange(len(sparse)) % 4 > 0] = np.nan
    whole, few = _needed(values, CORE), _needed(sparse, CORE)
    assert few == pytest.approx([4 * number for number in whole])
    assert _needed(np.array([1.0, np.nan, 2.0, np.nan]), CORE)[0] == np.inf


def test_a_table_of_cells(until):
    _, made, look = until
    table = cells_table(made, look)
    assert len(table) == look.cells and table["half"].max() == pytest.approx(look.half)
    assert table["scenario"].drop_duplicates().tolist() == [
        one["name"] for one in made.manifest["request"]["scenarios"]
    ]
    runs = made.frame()
    row = table.iloc[3]
    own = runs[(runs["scenario"] == row["scenario"]) & (runs["number"] == row["number"])]["regulars_end"]
    assert row["mean"] == pytest.approx(own.mean()) and row["values"] == row["replicates"] == look.replicates


def test_an_outcome_that_is_not_kept_cannot_be_asked_about(tmp_path):
    with pytest.raises(UserError, match="core_end is asked about, but not among the outcomes that are kept"):
        sweep_until(with_(outcomes=["cost"]), tmp_path / "s", "core_end ± 1")
    assert not (tmp_path / "s").exists()


LENGTHS = (0.35, 0.2, 0.1)
"""Half the width asked for, in standard deviations."""
EXPERIMENTS = 2000


def experiments(values, question, length, seed):
    """Return how often the interval held the mean of all values, and the replicates it took on average."""
    chance = np.random.default_rng(seed)
    mean, spread = values.mean(), values.std()
    asked = Question(question.outcome, question.against, length * spread)
    held = taken = 0
    for _ in range(EXPERIMENTS):
        lived = chance.choice(values, 6000)
        replicates, half = stopped(lived, asked)
        held += abs(lived[:replicates].mean() - mean) <= half
        taken += replicates
    return held / EXPERIMENTS, taken / EXPERIMENTS


@pytest.fixture(scope="module")
def bank():
    """Runs to draw from: two scenarios in 4,000 worlds of 104 weeks."""
    runs = copsim.compare(["baseline", "distributed-leadership"], replicates=4000, weeks=104, seed=3).runs
    return [runs[runs["scenario"] == name] for name in ("baseline", "distributed-leadership")]


OUTCOMES = ("core_end", "value_realized", "cost", "reached_sustaining", "gini")


@pytest.mark.verify
@pytest.mark.parametrize("against", ["", "baseline"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_intervals_hold_as_often_as_they_say(outcome, against, bank):
    """At least 93 in 100, where 95 is meant and 94.0 was the least that was seen.

    The standard error of 2,000 experiments is 0.5: a false alarm in 20,000 cells that hold 95, in 50 that hold 94.
    """
    base, other = (runs[outcome].to_numpy(float) for runs in bank)
    values = other - base if against else base
    values = values[~np.isnan(values)]
    found = [experiments(values, Question(outcome, against, 1.0), length, 7) for length in LENGTHS]
    cells = [f"{100 * held:.1f} ({taken:,.0f})" for held, taken in found]
    name = f"difference of {outcome}" if against else outcome
    print(f"| {name} | {' | '.join(cells)} |")
    assert min(held for held, _ in found) >= 0.93
