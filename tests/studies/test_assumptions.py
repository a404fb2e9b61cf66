"""What the answer rests on, on made pairs of which the share is known."""

import numpy as np
import pandas as pd
import pytest

from copsim.engine.luck import uncertain_parameters
from copsim.studies import assumptions
from copsim.studies.planning import worlds_of, worlds_table

PAIRS = 200
PARAMETERS = uncertain_parameters()


def made(share: float, effects: list[float], seed: int = 1, mean: float = 0.0, pairs: int = PAIRS, tails: float = 1.7):
    """Return runs and worlds: two scenarios whose paired difference rests on the first values, with heavy tails."""
    worlds = worlds_table(worlds_of(seed, pairs))
    x = assumptions.standardised(worlds, PARAMETERS)[:, : len(effects)]
    index = np.sqrt(3.0) * x @ (np.array(effects) / np.linalg.norm(effects))
    luck = np.random.default_rng(seed).normal(size=pairs)
    difference = mean + np.sinh(tails * (np.sqrt(share) * index + np.sqrt(1.0 - share) * luck))
    names = pd.Categorical(np.repeat(["baseline", "other"], pairs))
    return pd.DataFrame({"scenario": names, "regulars_end": np.concatenate([np.zeros(pairs), difference])}), worlds


def found(*what, **how):
    """Return (rows of values, the line of doubt) of made pairs."""
    runs, worlds = made(*what, **how)
    rows, doubt = assumptions.rests_on(runs, worlds, "baseline", ("regulars_end",))
    return rows, doubt.iloc[0]


@pytest.mark.parametrize("effects", [[1.0, 1.0, 1.0], list(0.8 ** np.arange(10)), [1.0, -1.0] * (len(PARAMETERS) // 2)])
@pytest.mark.parametrize("share", [0.3, 0.5])
def test_the_share_is_right_on_average_for_few_and_many_values_in_heavy_tails(share, effects):
    shares = [found(share, effects, seed)[1]["assumption"] for seed in range(1, 13)]
    assert np.nanmean(shares) == pytest.approx(share, abs=0.08)
    assert np.isnan(shares).sum() <= 1


def test_chance_alone_is_seldom_taken_for_a_share_and_then_left_empty():
    lines = [found(0.0, [1.0], seed)[1] for seed in range(1, 41)]
    told = [line for line in lines if np.isfinite(line["assumption"])]
    assert len(told) <= 7  # 5 % for the sum and 5 % for the single values: more than 7 of 40 in 4 of 100
    assert all(np.isnan(line["chance"]) for line in lines if np.isnan(line["assumption"]))


def test_share_and_chance_make_one():
    _, line = found(0.5, [1.0, 1.0, 1.0])
    assert line["assumption"] + line["chance"] == pytest.approx(1.0)


def test_the_floor_halves_with_twice_the_pairs():
    assert assumptions.floor_of(76, 200) == pytest.approx(0.107, abs=0.001)
    assert assumptions.floor_of(76, 400) == pytest.approx(assumptions.floor_of(76, 200) / 2)


def test_the_values_that_matter_are_named_and_the_others_are_not():
    rows, _ = found(0.6, [1.0, 1.0])
    shown = rows[rows["share"] > 0]
    assert list(shown["parameter"])[:2] == [p.key for p in PARAMETERS[:2]] and len(shown) <= 3
    assert shown["share"].iloc[0] == pytest.approx(0.3, abs=0.12)


def test_the_share_of_all_is_at_least_that_of_the_values_named():
    rows, line = found(0.2, [1.0], seed=3)
    assert line["assumption"] >= rows["share"].sum() > 0


def test_the_value_that_turns_the_sign_is_where_the_line_crosses_zero():
    first = PARAMETERS[0]
    low, high = first.plausible
    rows, _ = found(0.9, [1.0], mean=0.5, tails=0.3)
    turning = rows.set_index("parameter").loc[first.key]
    x = assumptions.standardised(pd.DataFrame({first.key: [turning["turns"]]}), (first,))[0, 0]
    assert low <= turning["turns"] <= high
    assert x == pytest.approx(-0.5 / (0.3 * np.sqrt(0.9 * 3.0)), abs=0.15)
    rows, _ = found(0.9, [1.0], mean=5.0, tails=0.3)
    assert rows["turns"].isna().all()


def test_pairs_that_do_not_differ_rest_on_nothing():
    runs, worlds = made(0.0, [1.0])
    runs["regulars_end"] = 1.0
    rows, doubt = assumptions.rests_on(runs, worlds, "baseline", ("regulars_end",))
    assert np.isnan(doubt.iloc[0]["assumption"]) and (rows["share"] == 0).all() and rows["turns"].isna().all()


def test_an_empty_value_leaves_its_pair_out_and_few_pairs_say_nothing():
    runs, worlds = made(0.5, [1.0])
    runs.loc[len(runs) - 5 :, "regulars_end"] = np.nan
    _, doubt = assumptions.rests_on(runs, worlds, "baseline", ("regulars_end",))
    assert doubt.iloc[0]["floor"] == pytest.approx(assumptions.floor_of(len(PARAMETERS), PAIRS - 5))
    runs.loc[PAIRS + 10 :, "regulars_end"] = np.nan
    assert all(table.empty for table in assumptions.rests_on(runs, worlds, "baseline", ("regulars_end",)))


def test_without_drawn_worlds_both_tables_are_empty():
    runs, _ = made(0.5, [1.0])
    rows, doubt = assumptions.rests_on(runs, None, "baseline", ("regulars_end",))
    assert tuple(rows.columns) == assumptions.ASSUMPTION_COLUMNS and rows.empty
    assert tuple(doubt.columns) == assumptions.DOUBT_COLUMNS and doubt.empty
