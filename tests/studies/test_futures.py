"""Many futures of one community, as a study: from a result, a saved run, a model and a log."""

import numpy as np
import pytest

import copsim
from copsim.core.errors import UserError
from copsim.studies.compare import compare
from copsim.studies.replay import replay
from copsim.studies.result import load_comparison

WEEKS, AT, LIFE = 78, 41, 1
"""Week 41 lies within a month, which the past and the future share."""


@pytest.fixture(scope="module", params=[False, True], ids=["central", "worlds"])
def past(request):
    return copsim.simulate("coordinator-leaves", replicates=2, weeks=WEEKS, seed=4, worlds=request.param)


def weeks_of(table, scenario, replicate, after=0):
    kept = table[(table["scenario"] == scenario) & (table["replicate"] == replicate) & (table["week"] > after)]
    return kept.drop(columns=["scenario", "replicate", "week"]).reset_index(drop=True)


def test_as_is_is_the_continuation_and_all_futures_are_paired(past):
    found = copsim.futures(past, ["engaged-sponsor"], replicates=3, weeks=WEEKS - AT, at=AT, life=LIFE)
    continued = weeks_of(past.weekly, "coordinator-leaves", LIFE, AT)
    assert weeks_of(found.weekly, "as-is", 0).equals(continued)  # the stage of activity too
    assert not weeks_of(found.weekly, "as-is", 1).equals(continued)
    assert found.weekly["week"].max() == WEEKS - AT
    assert found.reference == "as-is" and found.worlds is None
    with_nothing = copsim.futures(
        past, [{"name": "nothing"}, "engaged-sponsor"], replicates=3, weeks=WEEKS - AT, at=AT, life=LIFE
    )
    for k in range(3):
        assert weeks_of(with_nothing.weekly, "nothing", k).equals(weeks_of(found.weekly, "as-is", k))
        assert weeks_of(with_nothing.weekly, "engaged-sponsor", k).equals(weeks_of(found.weekly, "engaged-sponsor", k))
    assert (with_nothing.table[with_nothing.table["scenario"] == "nothing"]["difference"].dropna() == 0).all()


def test_a_saved_run_a_result_and_a_moment_have_the_same_futures(past, tmp_path):
    past.save(tmp_path)
    asked = {"replicates": 2, "weeks": 20}
    tables = [
        copsim.futures(origin, ["absent-sponsor"], **asked, **where).runs
        for origin, where in (
            (past, {"at": AT, "life": LIFE}),
            (tmp_path, {"at": AT, "life": LIFE}),
            (str(tmp_path / "manifest.json"), {"at": AT, "life": LIFE}),
            (past.at(AT, LIFE), {}),
        )
    ]
    assert all(table.equals(tables[0]) for table in tables)
    last = copsim.futures(past, ["absent-sponsor"], **asked)  # life 0 after its last week
    assert last.runs.equals(copsim.futures(past.at(WEEKS), ["absent-sponsor"], **asked).runs)


def test_a_model_that_is_stepped_lives_on():
    model = copsim.CommunityModel("baseline", rng=4)
    for _ in range(30):
        model.step()
    found = copsim.futures(model, ["engaged-sponsor"], replicates=2, weeks=30)
    whole = copsim.simulate("baseline", replicates=1, weeks=60, seed=4)
    assert weeks_of(found.weekly, "as-is", 0).equals(weeks_of(whole.weekly, "baseline", 0, 30))
    for _ in range(30):
        model.step()  # and goes on itself as if nothing had been asked
    assert model.datacollector.get_model_vars_dataframe()["core"].tolist() == whole.weekly["core"].tolist()
    with pytest.raises(UserError, match="futures branch from a community that has lived a week"):
        copsim.futures(copsim.CommunityModel("baseline", rng=4), ["engaged-sponsor"])


def test_a_manifest_branches_again_without_the_run(past, tmp_path):
    found = copsim.futures(past, ["engaged-sponsor"], replicates=2, weeks=20, at=AT, life=LIFE)
    found.save(tmp_path)
    assert replay(tmp_path).same
    assert load_comparison(tmp_path).table.equals(found.table)
    model = copsim.CommunityModel("baseline", rng=4)
    model.step()
    folder = tmp_path / "model"
    folder.mkdir()
    copsim.futures(model, ["engaged-sponsor"], replicates=2, weeks=20).save(folder)
    with pytest.raises(UserError, match="branched from a model in memory"):
        replay(folder)


def test_futures_of_a_log_are_a_comparison_that_starts_from_it(tmp_path):
    events = copsim.simulate("baseline", replicates=1, weeks=104, seed=2).events()
    table = events[["date", "member", "kind", "member2", "n"]]
    table.to_csv(tmp_path / "log.csv", index=False)
    found = copsim.futures(tmp_path / "log.csv", ["engaged-sponsor"], replicates=2, weeks=20)
    from copsim.measures.logs import read_log

    other = compare(["engaged-sponsor"], start_log=read_log(tmp_path / "log.csv"), replicates=2, weeks=20)
    assert found.runs.equals(other.runs) and found.worlds is not None
    assert copsim.futures(table, ["engaged-sponsor"], replicates=2, weeks=20).runs.equals(other.runs)
    with pytest.raises(UserError, match="at has no place here: the futures begin from an event log"):
        copsim.futures(tmp_path / "log.csv", at=3)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"at": WEEKS + 1}, "at = 79 lies outside: the run has weeks 1 to 78"),
        ({"at": 0}, "at = 0 lies outside: the run has weeks 1 to 78"),
        ({"at": 1.5}, "at = 1.5 lies outside"),
        ({"life": 2}, "life = 2 lies outside: the run has lives 0 to 1"),
        ({"until": "2024-01-01"}, "until has no place here: the futures begin from a simulated run"),
        ({"weeks": 5_200}, "at most 5,200 weeks; after week 78 5,122 are left"),
        ({"scenarios": ["coordinator-leaves"], "weeks": 20}, "an event in week 78"),
    ],
)
def test_what_is_not_there_is_one_sentence(past, asked, said):
    with pytest.raises(UserError, match=said):
        copsim.futures(past, **{"scenarios": ["engaged-sponsor"], "replicates": 2, **asked})


def test_a_run_of_another_version_and_another_study_are_refused(past, tmp_path):
    past.save(tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"streams": 1', '"streams": 0'))
    with pytest.raises(UserError, match="was lived with another version of the draws"):
        copsim.futures(tmp_path, ["engaged-sponsor"])
    path.write_text(path.read_text().replace('"streams": 0', '"streams": 1').replace('"simulate"', '"compare"'))
    with pytest.raises(UserError, match="holds no run but a study of kind 'compare'"):
        copsim.futures(tmp_path, ["engaged-sponsor"])
    with pytest.raises(UserError, match="there is no manifest"):
        copsim.futures(tmp_path.parent, ["engaged-sponsor"])


def test_means_of_the_future_count_its_weeks_alone(past):
    found = copsim.futures(past, ["engaged-sponsor"], replicates=2, weeks=30, at=AT, life=LIFE)
    weekly = found.weekly.groupby(["scenario", "replicate"], observed=True)["cost"].sum()
    assert np.allclose(found.runs.set_index(["scenario", "replicate"])["cost"], weekly, rtol=1e-6)
