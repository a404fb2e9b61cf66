"""Every lesson has its parts, opens the page in a state that is there, and is linked from where people look."""

import re

import pytest

from copsim.explore.levers import LEVERS, lever_named, stop_of
from copsim.explore.serving import on_offer
from copsim.scenarios.files import built_in_names
from tests.lessons.expecting import PAIRS
from tests.lessons.looking import FOLDER, NAMES, WEEKS, lesson, numbers, opened

PARTS = ["Open", "What to look for", "Three questions", "Common misconceptions", "Debrief"]
_COMMAND = re.compile(r"^\$ copsim explore (.+) --seed (\d+)$", re.M)

every_lesson = pytest.mark.parametrize("name", NAMES)


def test_there_are_lessons_and_the_index_names_each_with_its_minutes():
    assert len(NAMES) >= 4
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        minutes = numbers(lesson(name).text.split("\n\n")[1])[0]
        assert 10 <= minutes <= 40
        assert re.search(rf"^\| \[.+\]\({name}\.md\) \| {minutes:.0f} \|", index, re.M)


@pytest.mark.parametrize("page", ["../../README.md", "../explore.md"])
def test_the_index_is_linked_from(page):
    assert "lessons/README.md" in (FOLDER / page).read_text(encoding="utf-8")


@every_lesson
def test_a_lesson_has_its_parts(name):
    page = lesson(name)
    titles = [title.split(" (")[0] for title in re.findall(r"^## (.+)$", page.text, re.M)]
    assert titles == PARTS
    for number in (1, 2, 3):
        question, answer = page.question(number)
        assert "?" in question or question.strip().endswith(".**")
        assert len(answer.split()) > 30
    for part in ("**What this life shows:**", "**How often:**", "**What it cannot show:**", "limits.md"):
        assert part in page.text


@every_lesson
def test_every_link_opens_a_state_that_is_there(name):
    page = lesson(name)
    assert page.addresses
    for asked in page.addresses:
        assert asked.keys() <= {"left", "right", "seed", "week", "follow", *(lever.name for lever in LEVERS)}
        assert {asked["left"], asked["right"]} <= set(built_in_names())
        assert 1 <= int(asked["week"]) <= WEEKS
        for lever in LEVERS:
            if lever.name in asked:
                assert stop_of(lever_named(lever.name), asked[lever.name])
    for place, asked in enumerate(page.addresses):
        if "follow" in asked:
            assert all(asked["follow"] in side.world["people"]["id"] for side in opened(name, place))


@every_lesson
def test_the_command_opens_the_communities_of_the_first_link(name):
    page = lesson(name)
    (command,) = _COMMAND.findall(page.section("Open"))
    _, left, right = on_offer(command[0].split())
    first = page.addresses[0]
    assert (left, right, command[1]) == (first["left"], first["right"], first["seed"])
    assert {asked["seed"] for asked in page.addresses} == {command[1]}


@every_lesson
def test_the_debrief_names_the_seed_and_the_lives_that_were_looked_at(name):
    page = lesson(name)
    assert f"eed {page.addresses[0]['seed']} " in page.text.split("**What this life shows:**")[1]
    assert f"in {PAIRS} other lives at the same values" in " ".join(page.text.split())


def test_numbers_are_found_as_they_are_written():
    assert numbers("week 1,234: −2.4 and 95 %, [a link](http://127.0.0.1:8477/?week=9), `--seed 7`, 0.5.") == [
        1234, -2.4, 95, 0.5,
    ]  # fmt: skip
