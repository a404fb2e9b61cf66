"""The ODD page says what the declarations say."""

from copsim.studies.directions import DIRECTIONS
from experiments.print_odd import CHOSEN, ORDER, PAGE, page, schedule


def test_the_page_is_what_the_declarations_print() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m experiments.print_odd"


def test_submodels_stand_in_the_order_of_the_week() -> None:
    calls = [call.split(".")[0] for call in schedule() if call not in ("leaving.lose_top", "leading.appoint")]
    assert ["launching", *dict.fromkeys(calls)] == list(ORDER)


def test_what_was_chosen_after_looking_names_directions_there_are():
    assert {rests for _, _, rests in CHOSEN} <= {d.text for d in DIRECTIONS}
