"""Every link of every lesson, opened in a real browser: it shows what the lesson says it opens."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest

from copsim.scenarios.reading import load_scenario
from tests.lessons.looking import NAMES, lesson

pytest.importorskip("playwright.sync_api", reason="pip install 'copsim[browser]'")
LINKS = [(name, place) for name in NAMES for place in range(len(lesson(name).addresses))]


@pytest.mark.parametrize(("name", "place"), LINKS)
def test_a_link_opens_what_it_says(visit, address, name, place):
    asked = lesson(name).addresses[place]
    page = visit(f"{address}?{urlencode(asked)}")
    assert page.inner_text("#problem") == ""
    shown = dict(parse_qsl(page.locator("html").get_attribute("data-shown")[1:]))
    assert shown == asked
    assert page.inner_text("#sentence").startswith(f"Week {asked['week']}.")
    for side in ("left", "right"):
        chosen = page.locator(f"#{side}-title option:checked").inner_text()
        assert chosen.startswith(load_scenario(asked[side]).title)
    if "follow" in asked:  # whoever joins next week is marked from then on
        page.click("#forth")
        assert re.fullmatch(r"\w+ [A-Z]\.", page.locator(".followed").first.text_content())
