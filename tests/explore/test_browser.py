"""The page in a real browser, by clicks, keys and drags. Without Chromium these are skipped."""

import re

import pytest

from copsim.explore.player import write_player
from copsim.explore.world import world_of
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario

expect = pytest.importorskip("playwright.sync_api", reason="pip install 'copsim[browser]'").expect

LEFT, RIGHT = "coordinator-leaves", "distributed-coordinator-leaves"


def until(page, **wanted):
    """Wait until the page shows this: the only waiting there is, and for a condition."""
    for key, value in wanted.items():
        there = f'html[data-shown$="{key}={value}"], html[data-shown*="{key}={value}&"]'
        gone = f'html:not([data-shown*="{key}="])'
        page.wait_for_selector(gone if value is None else there, state="attached")


def table(page):
    """Return the numbers of the table: level -> (reference, yours)."""
    rows = page.locator("#counts tbody tr").all()
    return {row.locator("th").inner_text(): tuple(map(int, row.locator("b").all_inner_texts())) for row in rows}


def dots(page, side):
    """Return how many dots an onion shows by level."""
    names = page.eval_on_selector_all(f"#{side} .dots circle", "all => all.map(one => one.getAttribute('class'))")
    return {level: sum(level in name for name in names) for level in ("core", "active", "occasional", "outside")}


def test_both_communities_are_drawn_as_they_ran(visit, address):
    page = visit(f"{address}?week=120&seed=7")
    assert shown_week(page) == "Week 120."
    for side, place in (("left", 0), ("right", 1)):
        assert dots(page, side) == {level: table(page)[level][place] for level in dots(page, side)}
    world = world_of(load_scenario(LEFT), {}, 7, 160)
    assert sum(numbers[0] for numbers in table(page).values()) == sum(week <= 120 for week in world["people"]["joined"])
    assert page.locator(".piece.stage-sustaining span").first.is_visible()
    assert page.locator("#marks").inner_text() == "coordinator leaves"


def shown_week(page):
    return page.inner_text("#sentence strong")


def test_what_happened_is_told_of_both(visit, address):
    page, what = visit(f"{address}?week=78"), "Ada A., the coordinator, left for good"
    assert page.inner_text("#sentence") == f"Week 78. In both: {what}, because the scenario says so."
    page.click("#forth")  # one event stays the news for some weeks
    assert page.inner_text("#sentence") == f"Week 79. In both: {what} a week ago, because the scenario says so."
    page.get_by_role("combobox", name="Your community").select_option("baseline")
    until(page, right="baseline")
    said = page.inner_text("#sentence")
    assert said.count(what) == said.count(f"{load_scenario(LEFT).title}: ") == said.count("Baseline: ") == 1


def test_going_to_and_fro_is_no_news(visit, address):
    """In a made-up community somebody flips between core and active, somebody silent leaves, and a role is taken."""
    rows = [[1, 0, 0, "flips in", 0], [2, 0, 0, "flips out", 0], [2, 1, 1, "goes", 0], [3, 0, 0, "flips in", 0]]
    ranked = """async ([rows]) => {
      const { World } = await import("/static/world.js");
      const people = { id: ["0-0", "0-1"], joined: [1, 1] };
      const told = { causes: [""], kinds: ["core", "departed", "level"], rows };
      const data = { weeks: 20, people, moves: [1, 0, 1, 1, 1, 3], told };
      return new World(data, ["core", "active", "occasional", "outside"]).told.map((event) => event.rank);
    }"""
    page = visit(address)
    assert page.evaluate(ranked, [rows]) == [0, 3, 2, 3]
    assert page.evaluate(ranked, [[[1, 0, 0, "", 0], [13, 0, 0, "", 0], [14, 0, 1, "", 0]]]) == [0, 0, 1]


def test_weeks_to_come_are_not_named(visit, address):
    page = visit(f"{address}?week=10")
    assert page.locator(".piece.stage-sustaining span").first.is_hidden()


def test_a_handle_reruns_the_right_hand_community_and_the_address_keeps_it(visit, address):
    page = visit(f"{address}?week=120")
    before, left = table(page), dots(page, "left")
    page.get_by_label("Rhythm").focus()
    page.keyboard.press("End")
    until(page, rhythm="every-week")
    assert page.locator(".lever", has_text="Rhythm").locator("output").inner_text() == "every week"
    after = table(page)
    assert [numbers[0] for numbers in after.values()] == [numbers[0] for numbers in before.values()]
    assert after != before and dots(page, "left") == left
    page.reload()
    until(page, rhythm="every-week", week=120)
    assert table(page) == after
    page.go_back()
    until(page, rhythm=None)
    assert table(page) == before


def test_a_handle_is_dragged(visit, address):
    page = visit(f"{address}?week=120")
    box = page.get_by_label("Sponsorship").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    until(page, sponsorship="looks-away")


def test_time_is_scrubbed_by_keys_and_by_dragging_the_ribbon(visit, address):
    page = visit(address)
    page.get_by_label("Week", exact=True).focus()
    page.keyboard.press("Home")
    until(page, week=1)
    assert page.get_by_role("button", name="◀ week").is_disabled()
    page.keyboard.press("ArrowRight")
    until(page, week=2)
    page.keyboard.press("End")
    until(page, week=160)
    box = page.locator("#right-stages").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5, steps=5)
    page.mouse.up()
    until(page, week=80)
    assert page.url.endswith("&week=80")


def test_it_plays_when_asked_and_steps_by_buttons(visit, address):
    page = visit(f"{address}?week=50")
    page.click("#forth")
    until(page, week=51)
    page.click("#back")
    until(page, week=50)
    page.click("#play")
    expect(page.locator("#sentence strong")).to_have_text(re.compile(r"Week (5[3-9]|[6-9].)\."))
    page.click("#play")
    assert page.inner_text("#play") == "▶ Play"
    week = shown_week(page)
    page.reload()
    assert shown_week(page) == week  # the address knows where it was stopped


def test_new_luck_and_another_scenario_are_steps_to_go_back_from(visit, address):
    page = visit(f"{address}?week=100&seed=7")
    before = table(page)
    page.click("#luck")
    until(page, seed=8)
    assert table(page) != before
    page.get_by_role("combobox", name="Your community").select_option("no-leadership")
    until(page, right="no-leadership")
    page.go_back()
    page.go_back()
    until(page, seed=7, right=RIGHT)
    assert table(page) == before


def test_somebody_is_followed_in_both(visit, address):
    page = visit(f"{address}?week=120")
    page.click("#follow")
    expect(page.locator("#follow")).to_have_text("Follow nobody")
    assert "&follow=" in page.url
    names = page.locator(".followed").all_text_contents()
    assert len(names) == 2 and names[0] == names[1] and re.fullmatch(r"\w+ [A-Z]\.", names[0])
    page.locator("#left").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".followed").first).not_to_have_text(names[0])
    assert page.locator(".followed").first.text_content() in page.locator("#left").get_attribute("aria-label")
    page.click("#follow")
    until(page, follow=None)


def test_two_visitors_do_not_disturb_each_other(visit, address):
    one, other = visit(f"{address}?week=120"), visit(f"{address}?week=120")
    before = table(other)
    one.get_by_label("Leadership").focus()
    one.keyboard.press("Home")
    until(one, leadership="nobody")
    other.click("#forth")
    other.click("#back")
    assert table(other) == before != table(one)


def test_a_wrong_address_says_what_is_wrong_and_shows_the_rest(visit, address):
    page = visit(f"{address}?right=basline&week=x&rhythm=every-week")
    said = page.locator("#problem").inner_text()
    assert "There is no scenario “basline” on this page." in said and "The week must be a whole number" in said
    until(page, right=RIGHT, rhythm="every-week")


@pytest.mark.parametrize("width", [1366, 1024, 768, 390])
def test_nothing_sticks_out_at_any_width(visit, address, width):
    page = visit(f"{address}?week=100", viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.eval_on_selector_all(
        "button, select, input", "all => all.filter(one => one.offsetHeight < 40).map(one => one.id || one.name)"
    )
    assert small == []
    sizes = page.eval_on_selector_all("text", "all => all.map(one => one.getBoundingClientRect().height)")
    assert min(size for size in sizes if size) >= 11


def test_it_is_dark_and_still_where_the_reader_asks_for_it(visit, address):
    page = visit(f"{address}?week=100", color_scheme="dark", reduced_motion="reduce")
    style = "one => [getComputedStyle(document.body).backgroundColor, getComputedStyle(one).transitionDuration]"
    assert page.locator(".dots circle").first.evaluate(style) == ["rgb(18, 23, 30)", "0s"]
    bright = visit(f"{address}?week=100", color_scheme="light", reduced_motion="no-preference")
    assert bright.locator(".dots circle").first.evaluate(style) == ["rgb(255, 255, 255)", "0.3s"]


def test_everything_can_be_reached_and_named_without_a_mouse(visit, address):
    page = visit(f"{address}?week=100")
    names = []
    said = "one => one.ariaLabel || one.labels?.[0]?.textContent || one.textContent || ''"
    for _ in range(15):
        page.keyboard.press("Tab")
        names.append(page.evaluate(f"({said})(document.activeElement)")[:60])
    for wanted in (
        "Reference",
        "Your community",
        "Week",
        "Leadership",
        "Welcome",
        "▶ Play",
        "New luck",
        "Follow someone",
    ):
        assert wanted in names
    assert (
        sum(name.startswith(("Coordinator leaves, week", "Distributed, coordinator leaves, week")) for name in names)
        == 2
    )
    nameless = page.eval_on_selector_all(
        "input, select, button, svg[tabindex]", f"all => all.filter(one => !({said})(one)).map(one => one.id)"
    )
    assert nameless == []


def test_a_lesson_in_one_file_plays_without_a_server(visit, tmp_path):
    sides = [(scenario, plan_of(scenario, 160), None) for scenario in map(load_scenario, (LEFT, RIGHT))]
    path = write_player(*sides, 7, tmp_path / "lesson.html", "copsim explore --seed 7 --weeks 160")
    page = visit(path.as_uri())
    assert page.inner_text("#provenance").endswith("seed 7, 160 weeks; copsim explore --seed 7 --weeks 160.")
    assert shown_week(page) == "Week 52."
    assert dots(page, "left")["outside"] == table(page)["outside"][0]
    page.click("#forth")
    until(page, week=53)
    assert page.url.endswith("&week=53")
    assert page.get_by_label("Rhythm").is_disabled()
    assert page.locator("#luck").is_hidden()
