"""The verdict's words follow its numbers: more, worse, about the same, unclear, nothing to say."""

import math
from typing import Any

import pytest

from copsim.pages.verdict import Strong, verdict


def with_interval(comparison: Any, low: float, high: float, key: str = "regulars_end") -> Any:
    """Set the interval of every scenario on one outcome."""
    rows = comparison.table["outcome"] == key
    comparison.table.loc[rows, ["low", "high", "difference"]] = (low, high, (low + high) / 2)
    return comparison


CASES = [
    (2.0, 4.0, "“Engaged sponsor” ends with clearly more regulars than the baseline."),
    (0.5, 2.0, "“Engaged sponsor” ends with more regulars than the baseline, perhaps too little to matter."),
    (-0.5, 0.5, "“Engaged sponsor” ends with about as many regulars as the baseline."),
    (-2.0, 3.0, "No clear difference in regulars between “Engaged sponsor” and the baseline."),
    (-2.0, -0.5, "“Engaged sponsor” ends with fewer regulars than the baseline, perhaps too little to matter."),
    (-4.0, -2.0, "“Engaged sponsor” ends with clearly fewer regulars than the baseline."),
    (math.nan, math.nan, "Nothing can be said about regulars: no pair of runs gives an interval."),
]


@pytest.mark.parametrize(("low", "high", "headline"), CASES)
def test_the_headline_says_the_class(built: Any, low: float, high: float, headline: str) -> None:
    comparison = with_interval(built(["baseline", "engaged-sponsor"], replicates=8, weeks=60), low, high)
    assert verdict(comparison).headline == headline


def test_many_scenarios_without_a_difference(built: Any) -> None:
    names = ["baseline", "engaged-sponsor", "cold-launch", "no-leadership"]
    comparison = built(names, replicates=8, weeks=60)
    assert "none of three scenarios" in verdict(with_interval(comparison, -2.0, 3.0)).headline
    assert "in all three scenarios" in verdict(with_interval(comparison, -0.5, 0.5)).headline
    said = verdict(with_interval(comparison, -4.0, -2.0)).headline
    assert said.startswith("No scenario stands out with more regulars; “")
    assert said.endswith("” ends with clearly fewer than the baseline.")


def test_the_first_paragraph_holds_size_interval_and_pairs(comparison: Any) -> None:
    said = verdict(comparison)
    text = "".join(said.paragraphs[0])
    row = comparison.table[
        (comparison.table.scenario == said.lead) & (comparison.table.outcome == "regulars_end")
    ].iloc[0]
    assert said.lead == "engaged-sponsor"
    assert f"{row.difference:.1f} more regulars" in text
    assert f"{row.low:.1f} to {row.high:.1f}" in text
    assert f"{round(row.worlds_better * 100)} of 100 simulated pairs" in text
    assert "Clearly fewer, worse on regulars: “No leadership”" in text
    assert any(isinstance(piece, Strong) for piece in said.paragraphs[0])


def test_fewer_counts_the_pairs_that_have_fewer(built: Any) -> None:
    comparison = with_interval(built(["baseline", "no-leadership"], replicates=8, weeks=60), -4.0, -2.0)
    comparison.table["worlds_better"] = 0.1
    assert "fewer in 90 of 100 simulated pairs" in str(verdict(comparison))


def test_cost_and_value_give_a_price(comparison: Any) -> None:
    text = "".join(verdict(comparison).paragraphs[1])
    assert "thousand € more" in text
    assert "more units of realized value" in text
    assert "€ for each unit gained" in text


def test_no_price_where_the_gain_is_unclear(built: Any) -> None:
    comparison = with_interval(
        built(["baseline", "engaged-sponsor"], replicates=8, weeks=60), -50.0, 60.0, "value_realized"
    )
    assert "for each" not in str(verdict(comparison))


def test_the_three_doubts_are_told_apart(comparison: Any) -> None:
    text = "".join(verdict(comparison).paragraphs[2])
    assert [text.index(word) for word in ("Chance:", "Assumption:", "Model:")] == sorted(
        text.index(word) for word in ("Chance:", "Assumption:", "Model:")
    )
    assert "about 41 % of the variance between pairs rests on values we assumed" in text


def test_an_assumed_value_that_turns_the_sign_makes_it_less_sure(comparison: Any) -> None:
    said = verdict(comparison)
    assert not said.sure
    assert "Less sure of the direction: it turns if a value we assumed is below 0.42 times" in str(said)


def test_sure_when_nothing_assumed_turns_it(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"])
    comparison.assumptions["turns"] = math.nan
    said = verdict(comparison)
    assert said.sure
    assert "Sure of the direction in this model: no assumed value was seen to turn it." in str(said)


def test_a_measured_value_that_turns_it_is_no_assumption(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"])
    comparison.assumptions["evidence"] = "measured"
    assert verdict(comparison).sure


def test_unclear_says_how_many_pairs_would_settle_it(built: Any) -> None:
    comparison = with_interval(built(["baseline", "engaged-sponsor"], replicates=8, weeks=60), -2.0, 3.0)
    assert "pairs would settle it" in str(verdict(comparison))
    assert "The direction is open." in str(verdict(comparison))


def test_nothing_assumed_was_varied(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=8, weeks=60)
    comparison.doubt = comparison.doubt.iloc[:0]
    comparison.assumptions = comparison.assumptions.iloc[:0]
    assert "too few pairs with a value" in str(verdict(comparison))
    comparison.worlds = None
    assert "no assumed value was varied" in str(verdict(comparison))


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        (0.107, "chance. With 8 pairs a share of 21 % shows nine times in ten; with twice as many, half of that."),
        (0.6, "chance with only 8 pairs."),
    ],
)
def test_a_share_that_chance_could_give_is_no_number(built: Any, floor: float, words: str) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=8, weeks=60)
    comparison.doubt[["assumption", "chance"]] = math.nan
    comparison.doubt["floor"] = floor
    text = str(verdict(comparison))
    assert f"what rests on values we assumed could not be told from {words}" in text
    assert "0 %" not in text


def test_one_scenario_alone(built: Any) -> None:
    assert "nothing to compare" in verdict(built(["baseline"], replicates=4, weeks=60)).headline


def test_words_that_a_model_must_not_say(comparison: Any) -> None:
    text = f" {str(verdict(comparison)).lower()} "
    for word in (" will ", "proves", "optimal", "predict", "likely", "significant"):
        assert word not in text


def test_less_is_good_where_so_declared(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor", "no-leadership"], replicates=20, weeks=60)
    comparison.table = comparison.table[comparison.table["outcome"] == "cost"]
    assert verdict(comparison).headline == "“No leadership” costs clearly less than the baseline."


def test_where_nothing_was_varied_sure_says_so(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=20, weeks=60)
    comparison.doubt, comparison.assumptions = comparison.doubt.iloc[:0], comparison.assumptions.iloc[:0]
    comparison.worlds = None
    text = str(verdict(with_interval(comparison, 2.0, 4.0)))
    assert "Sure of the direction in this model: no assumed value was varied, which could turn it." in text
    assert "was seen" not in text


def test_a_reference_that_is_a_scenario_is_quoted_and_units_are_counted(built: Any) -> None:
    comparison = with_interval(
        built(["no-leadership", "engaged-sponsor"], replicates=8, weeks=60), -30, -20, "value_realized"
    )
    text = str(verdict(comparison))
    assert "than “No leadership”" in text
    assert "25 fewer units of realized value" in text


def test_cost_as_the_first_outcome_is_said_once(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=20, weeks=60)
    comparison.table = comparison.table[comparison.table["outcome"].isin(["cost", "value_realized"])]
    comparison.table.loc[comparison.table["outcome"] != "cost", "interval"] = "single"
    said = verdict(comparison)
    assert said.headline == "“Engaged sponsor” costs clearly more than the baseline."
    assert "costs" not in "".join(said.paragraphs[1]) and "returns" in "".join(said.paragraphs[1])
