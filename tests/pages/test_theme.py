"""The palette: contrast, order, distance, and one drawing for both themes."""

import itertools
from typing import Any

import pytest

from copsim.pages import theme
from copsim.pages.theme import TOKENS

STAGES = [f"stage-{name}" for name in theme.STAGES if name != "ended"]
LEVELS = [name for name in TOKENS if name.startswith("level-")]
SCENARIOS = [name for name in TOKENS if name.startswith("scenario-")]


def luminance(hex_value: str) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    channels = (int(hex_value[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two sRGB colours, 1 to 21 (WCAG 2.2)."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("dark", [0, 1])
def test_text_has_contrast_with_its_ground(dark: int) -> None:
    for ground, text in itertools.product(("paper", "panel"), ("ink", "ink2", "ink3", "focus")):
        assert contrast(TOKENS[ground][dark], TOKENS[text][dark]) >= 4.5, (ground, text)


@pytest.mark.parametrize("dark", [0, 1])
def test_marks_have_contrast_with_paper(dark: int) -> None:
    for name in SCENARIOS:
        assert contrast(TOKENS["paper"][dark], TOKENS[name][dark]) >= 3.0, name


@pytest.mark.parametrize("dark", [0, 1])
def test_contrast_rises_toward_the_core_and_along_the_stages(dark: int) -> None:
    for names in (LEVELS[::-1], STAGES):
        values = [contrast(TOKENS["paper"][dark], TOKENS[name][dark]) for name in names]
        assert values == sorted(values), names


@pytest.mark.parametrize("dark", [0, 1])
def test_colours_can_be_told_apart(dark: int) -> None:
    spaces: Any = pytest.importorskip("colorspacious")

    def distance(one: str, other: str) -> float:
        a, b = ([int(TOKENS[name][dark][n : n + 2], 16) for n in (1, 3, 5)] for name in (one, other))
        return float(spaces.deltaE(a, b, input_space="sRGB255"))

    for pair in [
        *itertools.pairwise(LEVELS),
        *itertools.combinations(STAGES, 2),
        *itertools.combinations(SCENARIOS, 2),
    ]:
        assert distance(*pair) >= 10, pair


def test_every_light_value_names_one_token() -> None:
    values = [light.lower() for light, _ in TOKENS.values()]
    assert len(set(values)) == len(values)


def test_tokens_become_variables_and_other_colours_stay() -> None:
    assert (
        theme.as_variables("fill: #1b2430; stroke: #1B2430; a: #123456")
        == "fill: var(--ink); stroke: var(--ink); a: #123456"
    )


def test_dark_is_for_screens_only_so_that_print_is_light() -> None:
    css = theme.themes()
    assert "@media screen and (prefers-color-scheme:dark)" in css
    assert css.count("--ink:") == 2
