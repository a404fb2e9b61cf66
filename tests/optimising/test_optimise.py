"""A search as a whole: what it finds, what it says of it, and what it leaves."""

import numpy as np
import pandas as pd
import pytest

import copsim
from copsim.core.errors import UserError
from copsim.sweeps.living import Living
from tests.optimising.searches import search


@pytest.fixture(scope="module")
def made(whole):
    return copsim.optimise(search(), whole)


def test_the_table_has_a_row_a_trial_and_the_base_first(made, whole):
    table = pd.read_csv(whole / "optimise.csv")
    assert table["trial"].tolist() == list(range(11))
    assert table.loc[0, "sponsoring.engagement":"joining.founders"].isna().all()
    assert table["leading.hours@13"].dropna().isin([2, 4, 8]).all()
    assert table["joining.founders"].dropna().between(4, 12).all()
    assert (table["joining.founders"].dropna() % 1 == 0).all()
    best = table.iloc[table["regulars_end"].iloc[1:].idxmax()]
    assert table[table["best"] == 1]["trial"].tolist() == [best["trial"]]
    apart = table["regulars_end"] - table["regulars_end"][0]
    assert np.allclose(table["regulars_end_difference"], apart)
    pd.testing.assert_frame_equal(made.table.astype(table.dtypes), table, rtol=1e-8)


def test_all_candidates_have_the_same_luck_and_the_final_word_has_another(made):
    """A trial's runs are those of `compare` with the plan's seed; the final ones of another seed."""
    candidate, search_ = made.scenarios[0], made.search
    same = copsim.compare(["baseline", candidate], replicates=4, weeks=26, seed=1)
    row = made.table[made.table["best"] == 1].iloc[0]
    seen = same.table.set_index("outcome").loc["regulars_end", "difference"]
    assert row["regulars_end_difference"] == pytest.approx(seen)
    fresh = copsim.compare(
        ["baseline", candidate], replicates=6, weeks=26, seed=search_.fresh_seed, outcomes=["regulars_end"]
    )
    final, there = made.final.iloc[0], fresh.table.set_index("outcome").loc["regulars_end"]
    assert final["search_difference"] == pytest.approx(seen)
    assert (final["difference"], final["low"], final["high"]) == pytest.approx(
        tuple(there[["difference", "low", "high"]])
    )


def test_a_finalist_is_a_scenario_file(made, whole):
    candidate = made.scenarios[0]
    path = whole / "candidates" / f"{candidate.name}.toml"
    assert copsim.load_scenario(path) == candidate
    assert [change.week for change in candidate.changes] == [13]
    assert [each.name for each in (whole / "candidates").iterdir()] == [path.name]


def test_the_search_is_a_sweep(whole):
    from copsim.sweeps.replaying import replay_run
    from copsim.sweeps.result import load_sweep

    frame = load_sweep(whole / "search").frame()
    assert len(frame) == 11 * 4
    assert {"sponsoring.engagement", "leading.hours@13", "cost", "core_end"} <= set(frame)
    assert replay_run(whole / "search", "baseline/7/2").same is True


@pytest.mark.parametrize(("sampler", "trials"), [("tpe", 60), ("cma-es", 60), ("nsga-ii", 150)])
def test_samplers_find_a_hidden_optimum(sampler, trials, tmp_path, monkeypatch):
    """Runs are replaced by a bowl around 0.7: the last candidates are nearer to it than points spread evenly."""
    from copsim.optimising.evaluating import Evaluating

    def outcomes(self, number):
        at = self.cell(number).settings.get("sponsoring.engagement", 0.1)
        return pd.DataFrame({"regulars_end": np.arange(4.0) - 100.0 * (at - 0.7) ** 2})

    monkeypatch.setattr(Evaluating, "outcomes", outcomes)
    monkeypatch.setattr("copsim.optimising.optimise.finalists", lambda judged: [])
    plan = search(sampler=sampler, trials=trials, start=1 if sampler == "cma-es" else 6)
    found = copsim.optimise({**plan, "factor": plan["factor"][:2]}, tmp_path / "s").table.iloc[1:]
    apart = (found["sponsoring.engagement"] - 0.7).abs()
    assert apart.iloc[-30:].median() < 0.12  # evenly from 0.1 to 0.9 the median is 0.2
    assert apart.min() < 0.02


def test_constraints_are_kept_and_judged_again_on_fresh_luck(tmp_path):
    made = copsim.optimise(search(constraints=["cost <= base"], objective="regulars_end"), tmp_path / "s")
    table = made.table
    assert (table["allowed"] == (table["cost"] <= table["cost"][0])).all()
    assert table[table["best"] == 1]["allowed"].all()
    kept = made.final[made.final["role"] == "cost <= base"]
    assert kept["kept"].tolist() == (kept["value"] <= kept["base"]).astype(float).tolist()
    assert np.allclose(kept["difference"], kept["value"] - kept["base"])


def test_nothing_that_is_allowed_is_said(tmp_path):
    from copsim.pages.search import search_text

    made = copsim.optimise(search(constraints=["cost <= 1"]), tmp_path / "s")
    assert (made.comparison, made.final, made.scenarios) == (None, None, ())
    text = search_text(made, "out", False, False)
    assert "None of 10 candidates keeps cost <= 1." in text
    assert "10 that break a constraint" in text
    assert not (tmp_path / "s/final.csv").exists()


def test_a_front_of_two_goals(tmp_path):
    made = copsim.optimise(search(objective=["regulars_end", "cost"], trials=16), tmp_path / "s")
    table = made.table.iloc[1:]
    best = table[table["best"] == 1]
    for _, row in best.iterrows():
        better = (table["regulars_end"] >= row["regulars_end"]) & (table["cost"] <= row["cost"])
        assert set(table[better]["regulars_end"]) <= {row["regulars_end"]}
    assert 1 < len(made.scenarios) <= 6
    assert len(made.final) == 2 * len(made.scenarios)


def test_regret_counts_against_the_best_of_each_world(tmp_path):
    made = copsim.optimise(search(robust="regret", share=1.0), tmp_path / "s")
    kept = {trial.number: trial.of("regulars_end") for trial in made.judged.trials}
    most = np.max(list(kept.values()), axis=0)
    for number, value in zip(made.table["trial"], made.table["regulars_end_regret"], strict=True):
        assert value == pytest.approx((most - kept[number]).mean())
    assert (made.table["regulars_end_regret"] >= 0).all()


def test_a_run_that_fails_is_a_row_and_not_the_end(tmp_path, monkeypatch):
    lived = Living.life

    def failing(self, cell, replicate):
        if replicate == 2 and cell.settings.get("joining.founders", 0) > 10:
            raise MemoryError("no room")
        return lived(self, cell, replicate)

    monkeypatch.setattr(Living, "life", failing)
    made = copsim.optimise(search(), tmp_path / "s")
    table = made.table
    assert (table["state"] == "failed").tolist() == (table["joining.founders"] > 10).tolist()
    assert (table["state"] == "failed").any()
    assert not table[table["state"] == "failed"]["allowed"].any()
    failures = pd.read_csv(tmp_path / "s/search/failures.csv")
    assert set(failures["error"]) == {"MemoryError: no room"}
    assert len(failures) == (table["state"] == "failed").sum()
    monkeypatch.undo()
    again = copsim.optimise(search(), tmp_path / "s").table
    assert (again["state"] == "done").all()
    assert again["sponsoring.engagement"].equals(table["sponsoring.engagement"])
    assert not (tmp_path / "s/search/failures.csv").exists()


def test_a_base_without_the_outcome_is_refused(tmp_path):
    with pytest.raises(UserError, match="'baseline' itself has runs without a value of weeks_to_sustaining"):
        copsim.optimise(search(objective="weeks_to_sustaining"), tmp_path / "s")


def test_the_command_in_the_manifest_can_be_typed(tmp_path):
    import shlex

    from copsim.optimising.asking import read_search
    from copsim.optimising.optimise import _manifest

    path = tmp_path / "my plan.toml"
    path.write_text('scenarios = ["baseline"]\n[[factor]]\nname = "leading.hours"\nlow = 1\nhigh = 2\n'
                    '[optimise]\nobjective = "cost"\n')  # fmt: skip
    assert shlex.split(_manifest(read_search(path), None)["command"]) == ["copsim", "optimise", str(path)]


def test_optuna_says_nothing(tmp_path, capfd):
    import optuna

    before = optuna.logging.get_verbosity()
    copsim.optimise(search(trials=5), tmp_path / "s")
    assert capfd.readouterr() == ("", "")
    assert optuna.logging.get_verbosity() == before
