"""What is printed: at most 80 columns, the same words with and without colour, ASCII where asked."""

import re
from typing import Any

import pytest

from copsim.pages.terminal import COLUMNS, terminal_text, width

STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_80_columns(comparison: Any, ascii_only: bool) -> None:
    for line in terminal_text(comparison, colour=False, ascii_only=ascii_only, page="out/report.html").splitlines():
        assert width(line) <= COLUMNS, line


def test_colour_adds_nothing_but_colour(comparison: Any) -> None:
    plain = terminal_text(comparison, colour=False, ascii_only=False)
    coloured = terminal_text(comparison, colour=True, ascii_only=False)
    stripped = STYLE.sub("", coloured)
    assert coloured != plain
    assert [line.rstrip() for line in stripped.splitlines()] == [line.rstrip() for line in plain.splitlines()]


def test_only_the_standard_colours(comparison: Any) -> None:
    codes = {code for found in STYLE.findall(terminal_text(comparison, True, False)) for code in found[2:-1].split(";")}
    assert codes <= {"0", "1", "2", "4", "33", "34"}


def test_ascii_is_ascii(comparison: Any) -> None:
    text = terminal_text(comparison, colour=False, ascii_only=True, page="out/report.html", seconds=1.0)
    assert text.isascii()
    assert "++ Engaged sponsor" in text
    assert "-- No leadership" in text
    assert "-o-" in text


def test_it_says_the_verdict_and_the_four_lines(comparison: Any) -> None:
    text = terminal_text(comparison, colour=False, ascii_only=False, page="out/report.html")
    assert "“Engaged sponsor” ends with clearly more regulars than the baseline." in text
    for name in ("Cost", "Pairing", "Unsure", "Changes", "Page", "Repeat"):
        assert re.search(rf"^{name} +\S", text, re.MULTILINE), name
    assert "▲ Engaged sponsor" in text
    assert "▼ No leadership" in text


def test_filled_dots_leave_zero_and_hollow_ones_do_not(comparison: Any) -> None:
    rows = {line[2:20].strip(): line for line in terminal_text(comparison, False, False).splitlines()}
    assert "●" in rows["Engaged sponsor"]
    assert "○" in rows["Cold launch"]


@pytest.mark.parametrize("names", [["baseline"], ["baseline", "cold-launch"]])
@pytest.mark.parametrize("replicates", [1, 2])
def test_small_studies_print(built: Any, names: list[str], replicates: int) -> None:
    text = terminal_text(built(names, replicates=replicates, weeks=10), colour=True, ascii_only=False)
    assert "nan" not in text.lower().replace("tenan", "")


def test_a_hundred_scenarios_keep_the_screen_short(built: Any) -> None:
    comparison = built(["baseline", *(f"scenario-{n}" for n in range(99))], replicates=3, weeks=4)
    text = terminal_text(comparison, colour=False, ascii_only=False)
    assert "69 more in comparison.csv" in text
    assert len(text.splitlines()) < 60


def test_hostile_titles_cannot_move_the_cursor_or_break_the_columns(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=6, weeks=10)
    comparison.scenarios[1].title = "\x1b[2J日本語のとても長い題名のシナリオがここにあります\n\u202e evil"
    text = terminal_text(comparison, colour=False, ascii_only=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(width(line) for line in text.splitlines()) <= COLUMNS
    assert terminal_text(comparison, colour=False, ascii_only=True).isascii()


def test_unsure_and_changes_without_drawn_worlds_claim_nothing(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=20, weeks=60)
    comparison.worlds, comparison.doubt = None, comparison.doubt.iloc[:0]
    comparison.assumptions = comparison.assumptions.iloc[:0]
    text = " ".join(terminal_text(comparison, colour=False, ascii_only=False).split())
    assert "Unsure not counted here, since no assumed value was varied Changes" in text
    assert "Changes no assumed value was varied, which could turn the direction" in text


def test_a_person_is_one_person_and_people_are_the_outcome(comparison: Any) -> None:
    text = terminal_text(comparison, colour=False, ascii_only=False)
    assert "(under 1 person)" in text and " regulars after five years" in text
