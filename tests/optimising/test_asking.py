"""What a search plan may say: every mistake is one sentence with its place, before anything runs."""

import pytest

from copsim.core.errors import UserError
from copsim.optimising.asking import read_search
from copsim.optimising.goals import Constraint, Goal
from tests.optimising.searches import PLAN, search


def test_what_is_read():
    found = read_search(search(objective=["cost", "core_end"], constraints=["hours <= 1_000", "core_end>=base"]))
    assert found.goals == (Goal("cost", -1), Goal("core_end", 1))
    assert found.constraints == (Constraint("hours", 1, 1000.0), Constraint("core_end", -1, None))
    assert [one.text for one in found.constraints] == ["hours <= 1000", "core_end >= base"]
    assert Constraint("cost", 1, 1234567.0).text == "cost <= 1234567" != Constraint("cost", 1, 1234568.0).text
    assert found.outcomes == ("cost", "core_end", "hours")
    assert (found.sampler, found.trials, found.start, found.fresh) == ("tpe", 10, 4, 6)
    assert found.fresh_seed != found.plan.seed


def test_what_is_taken_for_granted():
    plan = {**PLAN, "optimise": {"objective": "value_realized"}}
    found = read_search(plan)
    assert (found.trials, found.start, found.fresh, found.robust) == (100, 16, 200, "mean")
    assert read_search(plan, 7).trials == 7


def test_what_differs_in_a_late_digit_is_another_search():
    """Six digits took a bound of 1000001 for one of 1000002, and a folder of the one for that of the other."""
    for asked in ({"constraints": ["cost <= {}"]}, {"robust": "worst", "share": "{}"}):
        one, other = (
            read_search(search(**{key: _put(value, number) for key, value in asked.items()}))
            for number in ("0.1234567", "0.1234568")
        )
        assert one.meaning() != other.meaning()
        assert one.plan.design != other.plan.design
    assert read_search(search(constraints=["cost <= 1000001"])).constraints[0].text == "cost <= 1000001"


def _put(value, number):
    """Return a value of [optimise] with a number put into its place."""
    if isinstance(value, list):
        return [text.format(number) for text in value]
    return float(number) if value == "{}" else value


def test_direction_and_robustness():
    found = read_search(search(objective="gini", direction="minimise", robust="worst", share=0.2))
    assert found.goals == (Goal("gini", -1, "worst", 0.2),)
    assert [goal.share for goal in read_search(search(robust="regret")).goals] == [0.1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"objective": "cost_total"}, "there is no outcome 'cost_total', did you mean 'cost'?"),
        ({"objective": []}, "objective must name at least one outcome"),
        ({"objective": ["cost", "cost"]}, "and none twice"),
        ({"objective": 3}, "objective must be a text or a list of texts, it is 3"),
        ({"objective": "gini"}, "gini has no good direction of its own"),
        ({"direction": "up"}, "direction must be one of maximize, maximise, minimize, minimise, it is 'up'"),
        ({"direction": ["maximize", "minimize"]}, "direction has 2 values for 1 objectives"),
        ({"sampler": "tep"}, "sampler must be one of tpe, cma-es, nsga-ii, it is 'tep', did you mean 'tpe'?"),
        ({"trials": 0}, "trials must be a whole number from 1 to 10,000, it is 0"),
        ({"fresh": 1}, "fresh must be a whole number from 2"),
        ({"constraints": ["cost_total <= 100000"]}, "there is no outcome 'cost_total', did you mean 'cost'?"),
        ({"constraints": ["cost < 5"]}, "a constraint must be like 'cost <= 100000' or 'cost <= base'"),
        ({"constraints": ["cost <= much"]}, "a constraint must be like"),
        ({"robust": "minimax"}, "robust must be one of mean, worst, regret"),
        ({"share": 0.1}, 'share belongs to robust = "worst" or "regret"'),
        ({"robust": "worst", "share": 0}, "share must be a number above 0 and up to 1"),
        ({"sampler": "cma-es", "constraints": ["cost <= 5"]}, '"cma-es" cannot take constraints; "tpe" can'),
        ({"sampler": "cma-es", "objective": ["cost", "hours"]}, '"cma-es" cannot take several objectives'),
        ({"sampler": "nsga-ii", "robust": "regret"}, '"nsga-ii" cannot take regret'),
        ({"trails": 5}, "[optimise]: unknown key 'trails', did you mean 'trials'?"),
    ],
)
def test_mistakes_in_the_table(asked, said):
    with pytest.raises(UserError) as refused:
        read_search(search(**asked))
    assert said in str(refused.value)
    assert "a plan given as a dict" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"optimise": None}, "needs a table [optimise] with an objective"),
        ({"optimise": {}}, "[optimise]: needs an objective"),
        ({"factor": []}, "a search needs at least one [[factor]]"),
        ({"scenarios": ["baseline", "established"]}, "a search changes one scenario, the plan has 2"),
        ({"replicates": 1}, "a search needs at least 2 replicates"),
        ({"design": {"kind": "grid"}}, "design has no place in a search"),
        ({"record": {"weekly": True}}, "record has no place in a search"),
        ({"start": {"from": "log.csv"}}, "[start] has no place in a search, whose candidates live from week 1"),
        ({"factor": [{"name": "leading.hours", "distribution": "uniform", "low": 1, "high": 2}]}, "not a distribution"),
        ({"factor": [{"name": "leading.hours", "values": [2]}]}, "one value leaves nothing to search"),
        ({"factor": [{"name": "leading.hour", "low": 1, "high": 2}]}, "there is no parameter 'leading.hour'"),
    ],
)
def test_mistakes_around_it(changes, said):
    with pytest.raises(UserError) as refused:
        read_search({**search(), **changes})
    assert said in str(refused.value)


def test_a_sweep_sends_a_search_to_its_command():
    from copsim.sweeps.plan import read_plan

    with pytest.raises(UserError, match="a plan with \\[optimise\\] is run by 'copsim optimise'"):
        read_plan(search())


def test_without_optuna_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr("copsim.optimising.asking.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"pip install 'copsim\[optimise\]'"):
        read_search(search())
