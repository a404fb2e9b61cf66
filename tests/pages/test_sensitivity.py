"""Sentences, table and figure of what moves an outcome, from answers made by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from copsim.analysis.crossed import Extremes
from copsim.analysis.estimators import Index
from copsim.analysis.sensitivity import Answer
from copsim.pages import plot_sensitivity, sensitivity_words

FACTORS = ("leading.hours", "sponsoring.engagement", "belonging.memory")


def index(name, value, low, high, noise, told):
    return Index(name, *(np.array(row, float) for row in (value, low, high, noise)), np.array(told))


def answer(method="sobol", outcome="core_end", **changes):
    none = (0, 0, 0)
    indices = {
        "sobol": (
            index("S1", (0.05, 0.42, -0.02), (-0.04, 0.3, -0.1), (0.2, 0.55, 0.05), none, (False, True, False)),
            index("ST", (0.2, 0.6, 0.004), (0.1, 0.5, -0.01), (0.3, 1.1, 0.02), none, (True, True, False)),
        ),
        "morris": (
            index("mu_star", (4, 12.5, 1), (2, 8, 0.5), (6, 17, 2), (1.5, 2, 1.6), (True, True, False)),
            index("mu", (4, -12.5, 0), (2, -17, -1), (6, -8, 1), none, (True, True, False)),
            index("sigma", (1, 3, 0), (0, 2, 0), (2, 4, 1), none, (False, True, False)),
        ),
        "grid": (
            index("S1", (0.05, 0.42, -0.02), (0.01, 0.3, -0.1), (0.2, 0.55, 0.05), none, (True, True, False)),
            index("ST", (0.2, 0.6, 0.004), (0.0003, 0.5, -0.01), (0.3, 0.999, 0.02), none, (True, True, False)),
            index("difference", (4.6, -12.5, 0.2), (2.4, -17, -1), (6.8, -8, 1.4), none, (True, True, False)),
        ),
        "pawn": (
            index("pawn", (0.2, 0.41, 0.1), (0.1, 0.3, 0.05), (0.3, 0.5, 0.15), (0.13,) * 3, (True, True, False)),
        ),
    }
    ends = (Extremes(0.5, 8, 10), Extremes(0.1, 0.9, 9), Extremes(40, 140, 6)) if method == "grid" else ()
    made = {"indices": indices[method], "luck": 0.84, "extremes": ends, **changes}
    return Answer("baseline", outcome, method, FACTORS, 128, 10, **made)


def test_the_strongest_factor_comes_first_with_its_interval():
    said = sensitivity_words.sentences(answer())
    assert said[0] == (
        "Core members at the end: sponsoring.engagement moves it most, with 60 % of the variance between simulated points, "
        "interplay included (95 % interval 50 to 100); 42 % alone (30 to 55). The other factors make 40 % together "
        "without it (0 to 50)."
    )
    assert said[1] == "Not to be told from noise: belonging.memory."
    assert said[2].startswith("Of the variance between single runs 84 % is luck and plausible worlds; it is taken out")
    assert "84 % is luck; it is taken out" in sensitivity_words.sentences(answer(), fixed=True)[2]


def test_a_grid_says_what_changes_between_the_ends_of_each_factor():
    said = sensitivity_words.sentences(answer("grid"))
    assert said[1:5] == [
        "sponsoring.engagement from 0.1 to 0.9: −12.5 people (−17.0 to −8.0; in 9 of 10 replicates).",
        "leading.hours from 0.5 to 8: +4.6 people (2.4 to 6.8; in 10 of 10 replicates).",
        "belonging.memory from 40 to 140: +0.2 people (−1.0 to 1.4; in 6 of 10 replicates).",
        "Not to be told from noise: belonging.memory.",
    ]


def test_the_mark_stands_only_where_the_interval_shown_reaches_zero():
    assert sensitivity_words.rows(answer("grid"))[:2] == [
        ["sponsoring.engagement", "lever", "60", "50 to >99", "42", "30 to 55"],
        ["leading.hours", "lever", "20", "<0.1 to 30", "5", "1 to 20"],
    ]
    assert sensitivity_words.legend((answer(),)).endswith("? marks a share whose interval includes 0.")


def test_morris_says_the_direction_and_pawn_what_a_random_factor_has():
    said = sensitivity_words.sentences(answer("morris"))[0]
    assert "by 12 people over its whole range (95 % interval 8 to 17), more of it giving less." in said
    assert (
        "PAWN index 0.41 (95 % interval 0.30 to 0.50), of a random factor at most 0.13."
        in (sensitivity_words.sentences(answer("pawn"))[0])
    )


def test_without_a_factor_that_can_be_told_none_is_named():
    (one,) = answer("pawn").indices
    nothing = answer("pawn", indices=(Index(one.name, one.value, one.low, one.high, one.noise, one.told & False),))
    assert sensitivity_words.sentences(nothing)[0].endswith("end: no factor can be told from noise in these runs.")


def test_a_reason_takes_the_place_of_indices():
    none = answer(indices=(), reason="it is 5 in every run, so that nothing moves it", notes=("Runs not run yet: 3.",))
    assert sensitivity_words.sentences(none) == [
        "Core members at the end: no index, for it is 5 in every run, so that nothing moves it.",
        "Runs not run yet: 3.",
    ]


def test_rows_are_sorted_cut_to_what_is_possible_and_marked():
    assert sensitivity_words.rows(answer()) == [
        ["sponsoring.engagement", "lever", "60", "50 to 100", "42", "30 to 55"],
        ["leading.hours", "lever", "20", "10 to 30", "5?", "0 to 20"],
        ["belonging.memory", "calibrated", "0.4?", "0 to 2", "0?", "0 to 5"],
    ]


@pytest.mark.parametrize("method", ["sobol", "morris", "grid", "pawn"])
def test_the_terminal_has_eighty_columns_and_whole_names(method):
    found = SimpleNamespace(answers=(answer(method),), manifest={"request": {"fixed": False}})
    text = sensitivity_words.text(found, ["here/sensitivity.csv", "here/figures/a.png"])
    assert max(map(len, text.splitlines())) <= 80
    assert all(factor in text for factor in FACTORS)
    assert text.endswith("Results   here/sensitivity.csv\n          here/figures/a.png")
    assert "…" not in text


@pytest.mark.parametrize("method", ["sobol", "morris", "grid", "pawn"])
def test_figures_are_the_same_twice_and_say_the_finding(method):
    one, other = (plot_sensitivity.bars(answer(method), "figure") for _ in range(2))
    assert one.svg() == other.svg()
    assert "sponsoring.engagement moves it most" in one.label
    assert one.title == "What moves core members?"
    assert one.svg().count("belonging.memory") >= 1


def test_a_figure_for_each_answer_that_has_indices(tmp_path):
    found = SimpleNamespace(answers=(answer(), answer(outcome="cost", indices=(), reason="none")))
    (path,) = plot_sensitivity.save(found, tmp_path, "made by a test")
    assert path == tmp_path / "figures" / "sensitivity-core_end.png"
    assert path.read_bytes().startswith(b"\x89PNG")
