"""The ODD page says what the declarations say."""

from experiments.print_odd import PAGE, page


def test_the_page_is_what_the_declarations_print() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m experiments.print_odd"
