"""The class of an interval, in all its words and at its boundaries, and how many pairs would settle it."""

import math

import pytest

from copsim.pages import words
from copsim.pages.words import find, measure, pairs_to_settle

TABLE = [
    (2.0, 3.0, 1.0, "clearly more", "▲", "++", "clearly more"),
    (1.0, 3.0, 1.0, "clearly more", "▲", "++", "clearly more"),
    (-3.0, -2.0, 1.0, "clearly fewer", "▼", "--", "clearly fewer"),
    (-3.0, -1.0, 1.0, "clearly fewer", "▼", "--", "clearly fewer"),
    (0.5, 2.0, 1.0, "more", "△", "+", "more, perhaps too little to matter"),
    (0.5, 1.0, 1.0, "more", "△", "+", "more, perhaps too little to matter"),
    (-2.0, -0.5, 1.0, "fewer", "▽", "-", "fewer, perhaps too little to matter"),
    (-1.0, -0.5, 1.0, "fewer", "▽", "-", "fewer, perhaps too little to matter"),
    (-0.9, 0.9, 1.0, "about the same", "≈", "=", "about the same"),
    (0.1, 0.9, 1.0, "about the same", "≈", "=", "about the same"),
    (0.0, 0.0, 1.0, "about the same", "≈", "=", "about the same"),
    (-0.5, 1.0, 1.0, "no clear difference", "?", "?", "no clear difference"),
    (-1.0, 0.5, 1.0, "no clear difference", "?", "?", "no clear difference"),
    (0.0, 2.0, 1.0, "no clear difference", "?", "?", "no clear difference"),
    (-2.0, 0.0, 1.0, "no clear difference", "?", "?", "no clear difference"),
    (-5.0, 5.0, 1.0, "no clear difference", "?", "?", "no clear difference"),
    (0.1, 0.2, None, "clearly more", "▲", "++", "clearly more"),
    (-0.2, -0.1, None, "clearly fewer", "▼", "--", "clearly fewer"),
    (-0.1, 0.1, None, "no clear difference", "?", "?", "no clear difference"),
    (0.0, 0.0, None, "no clear difference", "?", "?", "no clear difference"),
    (math.nan, math.nan, 1.0, "no number", "–", ".", "no number"),
    (math.nan, 1.0, None, "no number", "–", ".", "no number"),
]


@pytest.mark.parametrize(("low", "high", "matters", "kind", "mark", "plain", "said"), TABLE)
def test_every_class_at_its_boundaries(
    low: float, high: float, matters: float | None, kind: str, mark: str, plain: str, said: str
) -> None:
    finding = find(low, high, matters)
    assert (finding.kind, finding.mark, finding.plain_mark, finding.words) == (kind, mark, plain, said)


def test_the_table_above_has_every_class() -> None:
    assert {row[3] for row in TABLE} == set(words.CLASSES)


def test_mirrored_intervals_have_mirrored_classes() -> None:
    grid = [n / 4 for n in range(-10, 11)]
    for low in grid:
        for high in (n for n in grid if n >= low):
            one, other = find(low, high, 1.0), find(-high, -low, 1.0)
            assert one.side == -other.side
            assert one.clear == other.clear


def test_better_needs_a_declared_direction() -> None:
    assert find(2, 3, 1, better=1).better is True
    assert find(2, 3, 1, better=-1).better is False
    assert find(-3, -2, 1, better=-1).better is True
    assert find(2, 3, 1, better=0).better is None
    assert find(-1, 1, 0.1, better=1).better is None


def test_mass_outcomes_are_less_and_not_fewer() -> None:
    assert find(-3, -2, 1, less="less").words == "clearly less"
    assert find(-2, -0.5, 1, less="less").words == "less, perhaps too little to matter"
    assert measure("cost").less == measure("value_realized").less == measure("gini").less == "less"
    assert measure("regulars_end").less == "fewer"


def test_an_undeclared_outcome_has_no_direction_and_no_threshold() -> None:
    unknown = measure("my_own", "members")
    assert (unknown.better, unknown.matters, unknown.label) == (0, None, "my own")


def test_pairs_to_settle_shrink_the_interval_to_the_nearer_end() -> None:
    assert pairs_to_settle(-1.0, 3.0, None, 100) == 410  # 100 * (2 / 1)^2, then one more, two figures
    assert pairs_to_settle(-2.0, 2.0, 1.0, 100) == 410
    assert pairs_to_settle(-2.0, 2.0, None, 100) is None
    assert pairs_to_settle(-1e6, 1e6 + 1, 0.5, 100) is None
    assert pairs_to_settle(math.nan, math.nan, 1.0, 1) is None


def test_settling_numbers_would_settle() -> None:
    low, high, matters, pairs = -0.4, 1.8, 1.0, 60
    needed = pairs_to_settle(low, high, matters, pairs)
    assert needed is not None
    middle, half = (low + high) / 2, (high - low) / 2 * math.sqrt(pairs / needed)
    assert find(middle - half, middle + half, matters).kind != "no clear difference"


def test_rows_are_sorted_by_difference_with_missing_ones_last(built: object) -> None:
    comparison = built(["baseline", "engaged-sponsor", "no-leadership", "cold-launch"])  # type: ignore[operator]
    comparison.table.loc[comparison.table["scenario"] == "engaged-sponsor", ["difference", "low", "high"]] = math.nan
    assert [row.scenario for row in words.differences(comparison, "regulars_end")] == [
        "cold-launch",
        "no-leadership",
        "engaged-sponsor",
    ]


def test_the_declared_outcomes_of_the_package_can_be_worded(real_outcomes: object) -> None:
    for key in real_outcomes:  # type: ignore[attr-defined]
        worded = measure(key)
        assert worded.label
        assert worded.less in ("less", "fewer")
