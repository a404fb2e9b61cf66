"""How numbers are written: signs, decimals by half-width, thousands, shares, and never NaN or an exponent."""

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copsim.pages import forms
from copsim.pages.forms import Form, bare, clean, form_for, form_of_one, of_100, percent, span, with_unit

WRITTEN = re.compile(r"^(?:–|[+−]?\d{1,3}(?:,\d{3})*(?:\.\d+)?)$")


def test_differences_carry_their_sign_and_a_true_minus() -> None:
    form = Form(1.0, 1, "", "members")
    assert form.signed(5.6) == "+5.6"
    assert form.signed(-1.1) == "\N{MINUS SIGN}1.1"
    assert form.signed(0.0) == form.signed(-0.04) == form.signed(0.04) == "0.0"
    assert form.interval(-4.84, 6.3) == "−4.8 to 6.3"


def test_missing_numbers_are_a_dash() -> None:
    form = form_for([math.nan], math.nan, "EUR")
    assert form.signed(math.nan) == form.plain(math.inf) == form.interval(math.nan, 1.0) == "–"
    assert bare(math.nan) == percent(math.nan) == "–"


@pytest.mark.parametrize(
    ("value", "half", "decimals"),
    [(5.6, 0.75, 1), (49.0, 7.0, 0), (9.2, 1.4, 1), (9.2, 2.3, 1), (9.2, 3.1, 0), (120.0, 15.0, 0), (0.012, 0.004, 3)],
)
def test_decimals_show_one_or_two_figures_of_the_half_width(value: float, half: float, decimals: int) -> None:
    assert form_for([value], half, "members").decimals == decimals


def test_big_numbers_are_said_in_thousands() -> None:
    assert form_for([79_400.0], 6_000.0, "EUR").size(79_400.0) == "79 thousand €"
    assert form_for([3_210.0], 120.0, "hours").size(-3_210.0) == "3.21 thousand hours"
    assert form_for([1_640_000.0], 90_000.0, "EUR").size(1_640_000.0) == "1.64 million €"
    assert form_of_one(25.2, "EUR").size(25.2) == "25 €"


def test_shares_are_percentage_points() -> None:
    form = form_for([0.49], 0.07, "share")
    assert (form.signed(0.49), form.units) == ("+49", "percentage points")


def test_only_certainty_is_none_or_all_of_100() -> None:
    assert [of_100(share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)] == [0, 1, 50, 99, 100]


def test_spans_are_years_where_they_are_whole() -> None:
    assert [span(weeks) for weeks in (260, 52, 130, 1, 520)] == [
        "five years",
        "one year",
        "130 weeks",
        "1 week",
        "ten years",
    ]


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(min_value=0, max_value=1e12))
@example(5e-7, 0.0)
def test_no_number_is_ever_written_as_nan_or_with_an_exponent(value: float, half: float) -> None:
    value = max(-1e12, min(1e12, value)) if math.isfinite(value) else value
    form = form_for([value], half, "EUR")
    assert WRITTEN.match(form.signed(value))
    assert WRITTEN.match(bare(value))
    assert WRITTEN.match(form_of_one(value, "EUR").plain(value))


@given(st.text())
def test_cleaned_text_is_one_line_without_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert "\n" not in cleaned
    assert "\x1b" not in cleaned
    assert cleaned == clean(cleaned)


def test_lists_are_read_aloud() -> None:
    assert [forms.listed(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]


def test_next_to_nothing_is_nothing() -> None:
    assert [bare(value) for value in (1e-9, -4e-7, 6e-7, 0.00012)] == ["0", "0", "0.000001", "0.00012"]
    assert form_for([0.0], 5e-324, "EUR").signed(0.0) == "0.0"


def test_one_of_a_unit_is_singular() -> None:
    assert [with_unit(n, "people") for n in (1.0, 2.0)] == ["1 person", "2 people"]
    assert [with_unit(n, "units") for n in (1.0, 10.0)] == ["1 unit", "10 units"]
    assert with_unit(5.0, "thousand €") == "5 thousand €" and with_unit(0.5, "") == "0.5"
