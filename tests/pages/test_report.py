"""The page: the same bytes twice, escaped, self-contained, small, and whole for every odd comparison."""

import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from copsim.pages import forms
from copsim.pages.report import draw, report_html, write_report

VOID = {"meta", "br", "link", "img", "input", "hr"}
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)> $\\frac{1}{2}$ {{ 7*7 }}"


class Page(HTMLParser):
    """Collect tags, attributes and ids, and check that tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


WRITTEN: dict[str, str] = {}


@pytest.fixture
def html(comparison: Any) -> str:
    """Return the page of the full comparison, written once."""
    if not WRITTEN:
        WRITTEN["page"] = report_html(comparison)
    return WRITTEN["page"]


def small(built: Any, names: list[str] | None = None, **how: Any) -> Any:
    return built(
        names or ["baseline", "engaged-sponsor", "coordinator-leaves"], **{"replicates": 6, "weeks": 60, **how}
    )


def test_the_same_comparison_gives_the_same_bytes(built: Any, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_report(small(built), tmp_path / folder)
    ones = sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(ones) == 6
    for path in ones:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes(), path.name


def test_the_page_is_small_enough(html: str) -> None:
    assert len(html.encode()) < 1_000_000


def test_nothing_is_asked_from_outside(html: str) -> None:
    page = Page(html)
    assert not {"script", "link", "iframe", "img", "object", "embed"} & set(page.tags)
    for tag, key, value in page.attributes:
        if key in ("href", "src", "xlink:href", "action"):
            assert value.startswith("#"), (tag, key, value)
    outside = [url for url in re.findall(r"https?://[^\s\"'<)]+", html) if "www.w3.org" not in url]
    assert outside == []
    assert "url(" not in html.replace("url(#", "")
    assert "@import" not in html


def test_the_page_has_its_parts_in_order(html: str) -> None:
    headings = [re.sub("<[^>]+>", "", found) for found in re.findall(r"<h[12][^>]*>(.*?)</h[12]>", html, re.DOTALL)]
    assert headings[1:] == [
        "How large is each difference?",
        "Who takes part, and does it last?",
        "Which stage is the community in?",
        "What does the gain cost?",
        "Did the pairing work?",
        "What would change this answer?",
        "What this model cannot tell you",
    ]
    assert html.count("<h1>") == 1
    assert '<html lang="en">' in html


def test_every_figure_says_its_finding_and_gives_its_numbers(comparison: Any, html: str) -> None:
    for drawing in draw(comparison).values():
        assert any(character.isdigit() for character in drawing.label), drawing.name
        assert "nan" not in drawing.label
        assert drawing.rows
        assert all(len(row) == len(drawing.headers) for row in drawing.rows)
    assert html.count('role="img"') == 5
    assert html.count("The numbers of this figure") == 5


def test_ids_are_unique_and_every_reference_is_met(html: str) -> None:
    ids = [value for _, key, value in Page(html).attributes if key == "id"]
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r"url\(#([^)]+)\)", html)) | set(re.findall(r'xlink:href="#([^"]+)"', html))
    assert wanted <= set(ids)


def test_drawings_are_well_formed_text_in_tokens(comparison: Any) -> None:
    for drawing in draw(comparison).values():
        svg = drawing.svg()
        root = ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
        assert root.get("aria-label") == drawing.label
        assert "<text" in svg
        assert not re.findall(r"#[0-9a-fA-F]{6}\b", svg), drawing.name
        sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg)]
        assert sizes
        assert min(sizes) >= 11


def test_footer_and_hashes_are_on_the_page(html: str) -> None:
    text = " ".join(Page(html).text)
    for said in (
        "copsim 0.1.0",
        "seed 1",
        "60 replicates",
        "260 weeks",
        "9f3c·71ae·04d2",
        "--seed 1",
        "comparison.csv",
    ):
        assert said in text
    assert "docs/limits.md" in text
    assert "simulated pairs" in text


def test_hostile_titles_are_harmless(built: Any) -> None:
    comparison = small(built)
    for scenario in comparison.scenarios:
        scenario.title = scenario.text = scenario.source = HOSTILE
    comparison.scenarios[1].events = (type(comparison.scenarios[0])(week=3, kind=HOSTILE),)
    comparison.assumptions["text"] = comparison.assumptions["unit"] = comparison.assumptions["evidence"] = HOSTILE
    comparison.manifest["command"] = HOSTILE
    comparison.manifest["hashes"] = {HOSTILE: HOSTILE}
    comparison.manifest["fit"] = [{"what": HOSTILE, "value": HOSTILE, "fitted_to": HOSTILE, "kind": HOSTILE}]
    html = report_html(comparison)
    page = Page(html)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not [key for _, key, _ in page.attributes if key.startswith("on")]
    assert "49" not in html.replace(HOSTILE, "") or "{{ 7*7 }}" in html
    assert forms.clean(HOSTILE) in "".join(page.text)


def test_what_was_fitted_is_shown_only_where_something_was(built: Any) -> None:
    comparison = small(built)
    heading = "What was fitted to your log, and what was assumed"
    assert heading not in report_html(comparison)
    comparison.manifest["fit"] = [
        {"what": "newcomers a week", "value": 1.234567, "fitted_to": "the last 52 weeks", "kind": "fitted"},
        {"what": "the sponsor's patience", "value": 104.0, "fitted_to": "", "kind": "assumed"},
    ]
    html = report_html(comparison)
    assert heading in html and "to try the start on its own past" in html
    comparison.manifest["back_test"] = {"sentence": f"Tried on its own past: 10 of 12. {HOSTILE}"}
    assert "Tried on its own past: 10 of 12." in report_html(comparison)
    assert HOSTILE not in report_html(comparison)
    assert "1.23" in html
    assert '<span class="tag assumed">assumed</span>' in html


def all_ended(comparison: Any) -> None:
    comparison.weekly["stage"] = "ended"
    for level in ("core", "active", "occasional", "peripheral"):
        comparison.weekly[level] = np.float32(0)


def no_numbers(comparison: Any) -> None:
    columns = ["mean", "reference_mean", "difference", "low", "high", "worlds_better", "variance_ratio"]
    comparison.table.loc[:, columns] = math.nan


def zero_cost(comparison: Any) -> None:
    rows = comparison.table["outcome"] == "cost"
    comparison.table.loc[rows, ["mean", "reference_mean", "difference", "low", "high"]] = 0.0
    comparison.table.loc[rows, "variance_ratio"] = math.nan


def identical_arms(comparison: Any) -> None:
    comparison.table.loc[:, ["difference", "low", "high"]] = 0.0
    comparison.table["variance_ratio"] = math.inf


def stage_in_numbers(comparison: Any) -> None:
    comparison.weekly["stage"] = comparison.weekly["stage"].cat.codes.astype("float32")


def no_cost(comparison: Any) -> None:
    comparison.table = comparison.table[comparison.table["outcome"] != "cost"]


def huge(comparison: Any) -> None:
    columns = ["mean", "reference_mean", "difference", "low", "high"]
    comparison.table.loc[:, columns] *= 1e9


def bare_manifest(comparison: Any) -> None:
    comparison.manifest.clear()


def pairing_made_it_worse(comparison: Any) -> None:
    comparison.table["variance_ratio"] = 0.5


@pytest.mark.parametrize(
    "change",
    [
        all_ended,
        no_numbers,
        zero_cost,
        identical_arms,
        stage_in_numbers,
        no_cost,
        huge,
        bare_manifest,
        pairing_made_it_worse,
    ],
)
def test_odd_numbers_still_make_a_page(built: Any, change: Any) -> None:
    comparison = small(built)
    change(comparison)
    page = Page(report_html(comparison))
    words = " ".join(page.text) + " ".join(value for _, key, value in page.attributes if key == "aria-label")
    assert not re.search(r"\b(nan|inf|None|NaN)\b|\de[+-]?\d\d\b", words)


@pytest.mark.parametrize(
    ("names", "replicates", "weeks"),
    [
        (["baseline"], 4, 60),
        (["baseline", "cold-launch"], 1, 60),
        (["baseline", "cold-launch"], 2, 1),
        (["baseline"], 1, 1),
    ],
)
def test_small_studies_make_a_page(built: Any, tmp_path: Path, names: list[str], replicates: int, weeks: int) -> None:
    path = write_report(built(names, replicates=replicates, weeks=weeks), tmp_path)
    assert not re.search(r"\b(nan|inf)\b", " ".join(Page(path.read_text(encoding="utf-8")).text))


def test_a_hundred_scenarios_over_a_long_time_make_a_page(built: Any) -> None:
    names = ["baseline", *(f"scenario-{n}" for n in range(99))]
    html = report_html(built(names, replicates=3, weeks=1040))
    assert len(html.encode()) < 1_500_000
    assert "The other 84 scenarios are in weekly.parquet." in html


def test_figures_carry_their_names(built: Any, tmp_path: Path) -> None:
    write_report(small(built), tmp_path)
    names = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert names == ["cost.png", "differences.png", "levels.png", "pairing.png", "stages.png"]


def test_both_sides_of_every_axis_have_their_word(comparison: Any) -> None:
    svg = draw(comparison)["differences"].svg()
    assert svg.count("more →") == 3
    assert svg.count("← fewer") + svg.count("← less") == 3


def test_what_would_change_the_answer_lists_only_what_showed(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=20, weeks=60)
    comparison.assumptions.loc[comparison.assumptions["parameter"] == "joining.second", "share"] = 0.0
    page = report_html(comparison)
    assert "how strongly a leader" in page and "below 0.42 times" in page
    assert "weeks until a leader tires" in page and "nowhere in this range" in page
    assert "newcomers who contribute a second time" not in page
    comparison.assumptions["share"], comparison.assumptions["turns"] = 0.0, math.nan
    page = report_html(comparison)
    assert "No single value had an effect that could be told from chance." in page
    assert ">plausible range<" not in page


def test_nothing_varied_and_too_few_pairs_are_told_apart(built: Any) -> None:
    comparison = built(["baseline", "engaged-sponsor"], replicates=8, weeks=60)
    comparison.assumptions = comparison.assumptions.iloc[:0]
    assert "Too few pairs have a value: what would change the answer was not looked for." in report_html(comparison)
    comparison.worlds = None
    assert "No assumed value was varied: what would change the answer was not looked for." in report_html(comparison)
