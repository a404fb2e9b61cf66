"""The page of a sweep: the figure that each design asks for, other commands' answers, and small cells that stay whole."""

import csv
import math
import re
from dataclasses import replace

import numpy as np
import pytest

import copsim
from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas
from copsim.pages.discovered import number
from copsim.pages.plot_factors import alone_rows, curve
from copsim.pages.plot_heat import cells
from copsim.pages.sweep_report import draw, write_sweep_report
from copsim.pages.swept import Mean, bins, difference_of, mean_of, swept
from copsim.studies.pairing import interval, interval_of_shares
from copsim.sweeps.result import load_sweep

FACTORS = [
    {"name": "sponsoring.engagement", "values": [0.0, 0.5, 1.0]},
    {"name": "leading.hours", "week": 5, "values": [0, 20]},
]
BASE = {
    "name": "small", "scenarios": ["baseline", "distributed-leadership"], "replicates": 3, "weeks": 26, "members": 20,
    "record": {"weekly": False}, "factor": FACTORS,
}  # fmt: skip


def run(place, **changes):
    plan = {key: value for key, value in {**BASE, **changes}.items() if value is not None}
    return copsim.sweep(plan, place / "sweep")


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return run(tmp_path_factory.mktemp("grid"), design={"kind": "grid"})


def test_a_cell_is_the_mean_of_its_runs(grid):
    table = swept(grid)
    shown = cells(table, table.outcomes[0], "baseline", "sponsoring.engagement", "leading.hours@5")
    runs = table.of("baseline")
    picked = runs[(runs["sponsoring.engagement"] == 0.5) & (runs["leading.hours@5"] == 20)]
    assert shown[(1, 1)].value == pytest.approx(float(picked[table.outcomes[0].key].mean()))
    assert len(shown) == 6


def test_the_interval_leaves_out_what_all_points_share(grid):
    """Luck that moves all cells of a replicate alike does not widen it."""
    table = swept(grid)
    key = table.outcomes[0].key
    before = cells(table, table.outcomes[0], "baseline", *table.factors)
    table.frame[key] = table.frame[key] + 1000.0 * table.frame["replicate"]
    after = cells(table, table.outcomes[0], "baseline", *table.factors)
    assert [mean.half for mean in after.values()] == pytest.approx([mean.half for mean in before.values()], abs=1e-2)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"design": {"kind": "grid"}}, ["heat-regulars-end", "heat-reached-sustaining"]),
        ({"design": {"kind": "grid"}, "factor": FACTORS[:1], "outcomes": ["gini"]}, ["factors-gini"]),
        ({"design": {"kind": "one-at-a-time"}, "outcomes": ["cost"]}, ["alone-cost-1", "alone-cost-2"]),
        ({"design": None, "factor": None}, []),
    ],
)
def test_each_design_has_its_figure(changes, names, tmp_path):
    run(tmp_path, **changes)
    page = write_sweep_report(tmp_path / "sweep")
    found = sorted(path.stem for path in (tmp_path / "sweep/figures").glob("*.png"))
    assert found == sorted(names)
    text = page.read_text(encoding="utf-8")
    assert text.count("<figure>") == len(names)
    assert "://" not in text.replace("http://www.w3.org/1999/xlink", "")
    assert page.read_bytes() == write_sweep_report(tmp_path / "sweep").read_bytes()


def test_one_at_a_time_differences_are_paired(tmp_path):
    table = swept(run(tmp_path, design={"kind": "one-at-a-time"}, scenarios=["baseline"]))
    rows = alone_rows(table, table.outcomes[0], "baseline")
    assert [(name, level) for name, level, _ in rows] == [
        ("sponsoring.engagement", 0.0), ("sponsoring.engagement", 1.0), ("leading.hours@5", 0.0), ("leading.hours@5", 20.0),
    ]  # fmt: skip
    key, runs = table.outcomes[0].key, table.frame
    as_it_is, at_zero = runs[runs["as_it_is"]], runs[runs["sponsoring.engagement"] == 0.0]
    assert rows[0][2].value == pytest.approx(float(at_zero[key].mean() - as_it_is[key].mean()))


def test_intervals_follow_the_rules_of_comparisons():
    """A lean sample reaches further on its long side, and what no pair shows may still happen: t alone has neither."""
    lean = np.array([0.0] * 18 + [1.0, 9.0])
    mean = difference_of(lean, "people")
    assert (mean.low, mean.high) == interval(lean, 0.95)
    assert mean.high - mean.value > mean.value - mean.low
    assert mean.half == mean.high - mean.value
    never = np.zeros(20)
    mean = difference_of(never, "0/1")
    assert (mean.low, mean.high) == interval_of_shares(never, 0.95)
    assert mean.low < 0.0 < mean.high


def test_a_share_alone_has_the_interval_of_the_adviser():
    """Wilson's: of ten runs that all have it, from n / (n + z^2) to 1."""
    values = np.ones(10)
    mean = mean_of(values, "0/1")
    assert (mean.value, mean.low, mean.high) == (1.0, pytest.approx(10 / (10 + 1.959964**2)), 1.0)
    assert math.isnan(mean_of(values[:1], "0/1").low)
    assert math.isnan(mean_of(np.array([np.nan]), "people").value)


def test_a_cell_in_which_all_runs_agree_is_not_certain(grid):
    table = swept(grid)
    outcome = replace(next(one for one in table.outcomes if one.key == "reached_sustaining"), unit="0/1")
    table.frame[outcome.key] = 0.0
    for mean in cells(table, outcome, "baseline", *table.factors).values():
        assert mean.value == mean.low == 0.0 < mean.high <= 1.0


def test_a_curve_goes_through_the_means(grid):
    table = swept(grid)
    line = curve(table, table.outcomes[0], "sponsoring.engagement", "baseline")
    expected = table.of("baseline").groupby("sponsoring.engagement")[table.outcomes[0].key].mean()
    assert [(x, mean.value) for x, mean in line] == [(x, pytest.approx(y)) for x, y in expected.items()]


def test_many_values_are_taken_together_by_eighths():
    centres, places = bins(np.linspace(0, 1, 80))
    assert np.bincount(places).tolist() == [10] * 8
    assert centres.tolist() == sorted(centres.tolist())


def test_answers_of_other_commands_are_shown_and_escaped(grid, tmp_path):
    folder = grid.folder
    with (folder / "sensitivity.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["factor", "total"], ["<script>alert(1)</script>", "0.123456"]])
    (folder / "optimise.csv").write_bytes(b"\xff\xfe\x00 no text")
    canvas = Canvas(40, 40)
    canvas.png(folder / "figures-none.png", "a", "b", "c")
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures-none.png").rename(folder / "figures/sensitivity-total.png")
    text = write_sweep_report(folder).read_text(encoding="utf-8")
    assert "What moves the outcomes?" in text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "0.123" in text
    assert 'alt="sensitivity total"' in text
    assert "What does the search recommend?" not in text


def test_what_is_missing_is_said(tmp_path):
    folder = tmp_path / "part"
    copsim.sweep({**BASE, "design": {"kind": "grid"}}, folder, shard="1/2")
    text = write_sweep_report(folder).read_text(encoding="utf-8")
    assert re.search(r"\d+ of 36 runs are not there: the same command continues", text)


def test_a_sweep_that_was_not_run_is_refused(tmp_path):
    with pytest.raises(copsim.UserError, match="there is no manifest"):
        load_sweep(tmp_path)


def test_small_cells_keep_their_size_and_pale_fills_their_opacity():
    """One decimal made cells of 2.24 pixels overlap by turns, and an opacity of 0.04 vanish."""
    canvas = Canvas(100, 100)
    for place in range(20):
        canvas.box(2.24 * place, 0, 2.24, 5, facecolor=theme.colour("amount-3"), alpha=0.04, linewidth=0)
    svg = canvas.svg("cells", "cells")
    ends = [[float(x) for x in re.findall(r"(-?[\d.]+) [\d.]+", path)] for path in re.findall(r'd="M ([^"]*)"', svg)]
    widths = [max(x) - min(x) for x in ends if len(x) >= 4]
    assert len(widths) >= 20
    assert widths == pytest.approx([2.24] * len(widths), abs=0.011)
    assert "opacity: 0.04" in svg


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.05, "0.05"), (-2.5, f"{forms.MINUS}2.5"), (50000.0, "50,000"), (0.123456789, "0.123456789")],
)
def test_limits_are_written_with_all_their_digits(value, written):
    assert number(value) == written


@pytest.mark.parametrize("dark", [0, 1])
def test_numbers_can_be_read_on_every_amount(dark):
    from tests.pages.test_theme import contrast

    for step in range(theme.AMOUNTS):
        token = f"amount-{step}"
        assert contrast(theme.TOKENS[token][dark], theme.TOKENS[theme.on_amount(token)][dark]) >= 4.5, (token, dark)


def test_a_mean_without_an_interval_is_drawn(tmp_path):
    table = swept(run(tmp_path, design={"kind": "grid"}, replicates=1, scenarios=["baseline"]))
    assert [drawing.name for drawing in draw(table)] == ["heat-regulars-end", "heat-reached-sustaining"]
    assert math.isnan(Mean(1.0, math.nan, math.nan).half)
