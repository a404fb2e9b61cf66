"""The ODD page says what the declarations say."""

from experiments.print_odd import ORDER, PAGE, page, schedule


def test_the_page_is_what_the_declarations_print() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m experiments.print_odd"


def test_submodels_stand_in_the_order_of_the_week() -> None:
    calls = [call.split(".")[0] for call in schedule() if call not in ("leaving.lose_top", "leading.appoint")]
    assert ["launching", *calls] == list(ORDER)
