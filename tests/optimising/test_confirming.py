"""Who meets fresh luck, and what is said of it: the base is judged too, and constraints with their intervals."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import copsim
from copsim.optimising.asking import read_search
from copsim.optimising.confirming import _rank, finalists
from copsim.optimising.goals import Constraint
from copsim.optimising.margins import margin_of
from copsim.optimising.trials import DONE, Judged, Trial
from copsim.pages.search import headline, search_text
from copsim.pages.search_kept import close_calls, kept, late, nearest_miss
from tests.optimising.searches import search

SPREAD = np.tile([-1.0, 1.0], 50)


def test_a_margin_has_the_interval_of_the_mean_or_of_the_paired_difference():
    values = 10.0 + SPREAD
    own = margin_of(Constraint("cost", 1, 10.1), values, values)
    assert own.kept and own.close
    assert own.high - own.low == pytest.approx(2 * 1.984 * values.std(ddof=1) / 10, rel=1e-3)
    far = margin_of(Constraint("cost", -1, 12.0), values, values)
    assert not far.kept and not far.close
    paired = margin_of(Constraint("cost", 1, None), values + 1.0, values)
    assert (paired.bound, paired.low, paired.high) == pytest.approx((10.0, 11.0, 11.0))
    assert not paired.kept and not paired.close


def judged_of(*means, bound=100.0):
    """Return a search whose base and candidates have these means of regulars and cost, each cost ± 0.2."""
    asked = read_search(search(constraints=[f"cost <= {bound}"]))
    plan = replace(asked.plan, replicates=100)
    trials = [
        Trial(n, {}, pd.DataFrame({"regulars_end": gain + SPREAD, "cost": cost + SPREAD}), DONE)
        for n, (gain, cost) in enumerate(means)
    ]
    return Judged(replace(asked, plan=plan), tuple(trials))


@pytest.mark.parametrize(
    ("means", "chosen"),
    [
        # two near misses that promise more, the best two that keep, and the best with room to spare
        ([(0, 50), (9, 100.1), (8, 100.1), (7, 100.1), (20, 120), (6, 99.9), (5, 99.9), (4, 99.9), (1, 90)],
         [1, 2, 5, 6, 8]),
        ([(0, 50), (5, 90), (4, 100.1)], [1]),  # a near miss that promises less is of no use
        ([(0, 50), (5, 100.1), (6, 130)], [1]),  # nobody keeps the bound: the near miss may
        ([(0, 50), (6, 130)], []),
    ],
)  # fmt: skip
def test_near_misses_meet_fresh_luck_too(means, chosen):
    assert [trial.number for trial in finalists(judged_of(*means))] == chosen


def row(candidate, role, **values):
    kept_ = values.get("kept", np.nan)
    made = {"candidate": candidate, "role": role, "outcome": "value_realized", "difference": 1.0, "low": -1.0,
            "high": 3.0, "search_difference": 2.0, "replicates": 100, "kept": kept_, "base_kept": 1.0}  # fmt: skip
    cost = {"outcome": "cost", "bound": 100.0, "value": 99.0, "value_low": 97.0, "value_high": 101.0, "base": 90.0,
            "base_low": 88.0, "base_high": 92.0, "search_value": 98.0, "search_low": 95.0, "search_high": 101.0,
            "search_bound": 100.0}  # fmt: skip
    return made | (cost if role != "objective" else {}) | values


def found(judged):
    return SimpleNamespace(search=judged.search, judged=judged)


@pytest.mark.parametrize(
    ("low", "own", "base", "said"),
    [
        (-1.0, 1.0, 1.0, "The baseline itself keeps cost <= 100, and no candidate that was tried is clearly better."),
        (
            -1.0,
            0.0,
            1.0,
            "The baseline itself keeps cost <= 100, and no finalist does so on fresh luck.",
        ),
        (-1.0, 1.0, 0.0, "Candidate 1 keeps cost <= 100, which the baseline does not, at no clear gain in"),
        (5e5, 0.0, 0.0, "Neither the baseline nor any finalist keeps cost <= 100 on fresh luck."),
        (5e5, 1.0, 1.0, "Candidate 1 has "),
    ],
)
def test_the_headline_judges_the_base_too(low, own, base, said):
    rows = [row(1, "objective", low=low, high=max(3.0, 2 * low)), row(1, "cost <= 100", kept=own, base_kept=base)]
    assert headline(found(judged_of((0, 50), (5, 90))), rows).startswith(said)


def test_intervals_of_constraints_are_said_and_who_is_close():
    rows = [row(1, "objective"), row(1, "cost <= 100", kept=1.0)]
    (text,) = kept(rows)
    assert "kept on fresh luck, 99 (97 to 101)" in text
    assert "search 98 (95 to 101); base kept, 90 (88 to 92)" in text
    assert close_calls(rows) == [
        "candidate 1 lies within the interval of the bound cost <= 100: other luck may say otherwise"
    ]
    rows[1] |= {"base_high": 105.0}
    assert close_calls(rows)[0].startswith("candidate 1 and the base lie within")
    rows[1] |= {"base_high": 92.0, "value_high": 99.5}
    assert close_calls(rows) == []


def test_a_best_that_came_late_is_said():
    assert late(found(judged_of((0, 50), (5, 90), (6, 90)))) == [
        "the best came at trial 2 of 2; more trials may find better: --trials 4"
    ]
    assert late(found(judged_of((0, 50), (7, 90), (6, 90)))) == []


def test_the_nearest_miss_is_named_and_how_to_go_on():
    judged = found(judged_of((0, 50), (5, 130), (6, 120)))
    (text,) = nearest_miss(judged, [])
    assert text.startswith("candidate 2: cost ")
    assert "To go on: --trials 4" in text
    rows = [row(1, "objective"), row(1, "cost <= 100", kept=0.0, value=102.0)]
    assert nearest_miss(judged, rows)[0].startswith("candidate 1: cost ")
    assert nearest_miss(judged, [rows[0], {**rows[1], "kept": 1.0}]) == []


def test_finalists_are_put_in_order():
    """Who keeps all, is clearly better, gains most; of those that break a constraint, who breaks it least."""
    gains = {"a": (3.0, -1.0, 100.0), "b": (2.0, 0.5, 100.0), "c": (9.0, 5.0, 110.0), "d": (8.0, 5.0, 104.0)}
    ranks = {
        name: _rank([row(1, "objective", difference=gain, low=low),
                     row(1, "cost <= 100", value=cost, kept=float(cost <= 100))], 1)
        for name, (gain, low, cost) in gains.items()
    }  # fmt: skip
    assert sorted(ranks, key=ranks.__getitem__) == ["b", "a", "d", "c"]


def test_the_choice_keeps_the_constraint_on_fresh_luck_if_any_does(tmp_path):
    made = copsim.optimise(search(constraints=["cost <= base"], fresh=40), tmp_path / "s")
    numbers = made.final["candidate"].drop_duplicates().tolist()
    kept_ = made.final[made.final["role"] != "objective"].set_index("candidate")["kept"]
    assert 1 < len(numbers) <= 5
    assert kept_[numbers[0]] == kept_.max()
    assert [scenario.name for scenario in made.scenarios] == [f"candidate-{n}" for n in numbers]
    text = search_text(made, "out", False, False)
    assert f"candidates/candidate-{numbers[0]}.toml" in text
    assert max(map(len, text.splitlines())) <= 80
