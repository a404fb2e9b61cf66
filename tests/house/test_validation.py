"""The page of validation says what its tables say; the programs that make them count rightly and leave nothing out."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from copsim.core.declare import GROUPS, POPULATIONS, every_parameter
from copsim.engine.gate import make_plan
from copsim.studies.directions import DIRECTIONS
from copsim.studies.stylised import FACTS, VECTOR, WORDS, targets
from copsim.studies.stylised import GROUPS as OPEN
from experiments import ablation, professional, stylised_facts, tables, validate, validate_facts
from experiments.causal_facts import Fact

BEGINNING = "\n## Stylised facts"


def test_the_page_is_what_the_tables_say():
    assert validate.PAGE.read_text(encoding="utf-8") == validate.page(), "run: python -m experiments.validate --page"


def test_misses_come_first():
    page = validate.PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings[0] == "Misses"
    misses = page.partition(BEGINNING)[0]
    for population in OPEN:
        facts = tables.load(f"facts-{population}")
        for fact in facts.loc[facts["vector"] & ~facts["in_all"], "fact"]:
            assert f"| {population} | `{fact}` |" in misses


def test_pictures_shown_are_there():
    shown = re.findall(r"!\[[^]]+]\(([^)]+)\)", validate.PAGE.read_text(encoding="utf-8"))
    assert {validate.PAGE.parent / name for name in shown} == set(validate.PICTURES.values())
    assert all(path.exists() for path in validate.PICTURES.values())


def test_facts_held_to_are_those_in_the_table():
    held = json.loads(stylised_facts.HELD.read_text(encoding="utf-8"))
    for population in OPEN:
        facts = tables.load(f"facts-{population}")
        assert held[population]["in"] == facts.loc[facts["vector"] & facts["in_all"], "fact"].tolist()


def test_a_reason_is_given_only_for_what_is_far_out():
    far = {
        (population, fact)
        for population in OPEN
        for fact, beyond in tables.load(f"facts-{population}")[["fact", "beyond"]].to_numpy()
        if not beyond <= 1.0
    }
    assert set(validate_facts.WHY) <= far


def test_every_fact_of_the_vector_has_a_name_in_the_picture():
    assert all(len(WORDS[fact]) > 4 for fact in FACTS) and len(set(WORDS.values())) == len(FACTS)


@pytest.mark.parametrize(("value", "written"), [(0.00351, "0.00351"), (-0.5, "−0.5"), (1330.0, "1,330"), (np.nan, "–"),
                                                  (0.00007114, "0.0000711"), (0.0, "0"), (999.6, "1,000")])  # fmt: skip
def test_numbers_are_written_to_three_figures(value, written):
    assert tables.figures(value) == written


def test_every_mechanism_is_left_out_somewhere():
    left_out = {p.group for p in every_parameter() if any(a.touches(p.key) for a in ablation.ABLATIONS)}
    assert left_out | set(ablation.MEASURING) == set(GROUPS)
    assert not left_out & set(ablation.MEASURING)


def test_every_direction_that_vanishes_belongs_to_a_mechanism():
    named = {text for a in ablation.ABLATIONS for text in a.directions()}
    assert {f"{d.row}: {d.text}" for d in DIRECTIONS if d.off} == named


@pytest.mark.parametrize("case", ablation.ABLATIONS, ids=lambda case: case.name)
def test_what_is_left_out_can_be(case):
    for population in POPULATIONS:
        make_plan(population, 4, case.settings)
    changed = [p for p in every_parameter() if p.key in case.settings]
    assert any(p.value_in(population) != case.settings[p.key] for p in changed for population in POPULATIONS)


def test_a_fact_is_lost_when_it_goes_out_and_moves():
    known = targets("git")
    intact = {fact: known[fact].median for fact in FACTS}
    far = {fact: known[fact].high + known[fact].high - known[fact].low for fact in FACTS}
    error = dict.fromkeys(FACTS, 0.0)
    found = ablation.compared(intact, intact | {"gap_cv": far["gap_cv"]}, error, "git")
    assert (found["in"], found["lost"], found["gained"], found["further_out"]) == (len(VECTOR) - 1, "gap_cv", "", "")
    found = ablation.compared(intact | {"gap_cv": far["gap_cv"]}, intact, error, "git")
    assert (found["lost"], found["gained"]) == ("", "gap_cv")
    further = known["gap_cv"].high + 2 * (known["gap_cv"].high - known["gap_cv"].low)
    found = ablation.compared(intact | {"gap_cv": far["gap_cv"]}, intact | {"gap_cv": further}, error, "git")
    assert found["further_out"] == "gap_cv"
    found = ablation.compared(intact, intact | {"gap_cv": far["gap_cv"]}, error | {"gap_cv": 1e3}, "git")
    assert (found["in"], found["lost"]) == (len(VECTOR) - 1, "")
    found = ablation.compared(intact, intact | {"km_6m": far["km_6m"]}, error, "git")
    assert (found["in"], found["lost"], found["other_lost"]) == (len(VECTOR), "", "km_6m")
    assert ablation.compared(intact, intact | {"gap_cv": np.nan}, error, "git")["lost"] == "gap_cv"


def test_noise_is_that_of_a_difference_of_medians():
    chance = np.random.default_rng(3)
    facts = [{"gap_cv": value} for value in chance.normal(0.0, 1.0, 400)]
    error = ablation.noise(facts, 1)
    assert error["gap_cv"] == pytest.approx(np.sqrt(2 * np.pi / 2 / 400), rel=0.25) and error["km_1m"] == 0


def test_idle_mechanisms_are_named_and_no_others():
    rows = [
        {"mechanism": name, "population": p, "lost": lost if p == "git" else "", "further_out": "", "directions": n,
         "rows": row, "other_lost": other}
        for name, lost, n, row, other in (
            (ablation.NOTHING, "", 0, "", ""), ("a", "gap_cv", 0, "S01", ""), ("b", "", 2, "S02", ""),
            ("c", "", 0, "S03", ""), ("d", "", 0, "S03", "km_6m"),
        )
        for p in OPEN
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    assert ablation.idle(table) == ["c"] and "c (row S03)" in ablation.said_of_idle(table)
    assert ablation.said_of_idle(table.query("mechanism != 'c'")) == "Every mechanism carries a fact or a direction."


def test_a_causal_fact_is_lost_when_it_goes_out_and_leaves_its_interval():
    def found(*values):
        names = ("goes", "stays", "was out", "trembles")
        return {n: Fact(n, "git", "paired", 9, v, 0.4, 0.6, 0.3, 0.55, "") for n, v in zip(names, values, strict=True)}

    assert ablation.causal_lost(found(0.5, 0.5, 0.9, 0.5), found(0.7, 0.45, 0.2, 0.58)) == "goes"


@pytest.mark.parametrize(
    ("core", "lost", "back"),
    [([1] * 60, False, False), ([1] * 10 + [0] * 50, True, False), ([1] * 10 + [0] * 40 + [2] * 10, True, True),
     ([0] * 60, False, False), ([1] * 10 + [0] * 20 + [1] * 30, False, False)],
)  # fmt: skip
def test_a_core_is_lost_after_half_a_year(core, lost, back):
    assert professional.core_lost(np.array(core)) == (lost, back)


def test_a_truncated_tail_is_told_from_a_power_law():
    chance = np.random.default_rng(5)
    assert professional.beats_power_law(np.maximum(np.round(np.exp(chance.normal(1.5, 1.0, 800))), 1).astype(int))
    assert not professional.beats_power_law(chance.zipf(2.0, 800))


def test_what_sets_the_population_apart_is_every_difference():
    table = professional.apart_table().set_index("parameter")
    for p in every_parameter():
        values = [p.value_in(population) for population in POPULATIONS]
        assert (p.key in table.index) == (len(set(values)) > 1)
    assert set(table["professional_evidence"]) == {"assumed"}


def test_a_back_test_is_summed_up_without_its_rows():
    rows = pd.DataFrame(
        {"community": list("abcdef"), "cover": [0.75] * 6, "mae": [0.2] * 6, "mae_p": [0.3] * 6, "mae_s": [0.1] * 6,
         "crps": [0.2] * 6, "crps_p": [0.15, 0.3] * 3, "crps_s": [0.1] * 6}
    )  # fmt: skip
    table = validate.back_test_table(rows).set_index("fact")
    assert not {"a", "b"} & set(table.index) and set(table["communities"]) == {6}
    assert table["in"].tolist() == [True, True, False, False, False]
    assert table.loc["error of the median, minus persistence", ["simulated", "low", "high"]].tolist() == pytest.approx(
        [-0.1] * 3
    )
    spread = table.loc["error of the distribution, minus persistence"]
    assert spread["low"] < spread["simulated"] < spread["high"]
