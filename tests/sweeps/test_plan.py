"""Plans: what may stand in them, and one clear sentence for everything else, before anything runs."""

import pytest

from copsim.core.errors import UserError
from copsim.sweeps.plan import NOTHING, QUANTILES, ROWS, Record, read_plan
from tests.sweeps.plans import PLAN, with_

TOML = """
title = "Engagement and hours"
scenarios = ["baseline", "mine.toml", { name = "inline", extends = "baseline", set = { "leading.hours" = 9 } }]
replicates = 20
weeks = 104

[design]
kind = "latin-hypercube"
points = 30

[[factor]]
name = "sponsoring.engagement"
low = 0.1
high = 0.9

[[factor]]
name = "leading.hours"
week = 53
distribution = "triangular"
low = 1
mode = 4
high = 12

[record]
every = 4
outcomes = ["gini", "cost"]
fixed = true
"""


def test_a_plan_in_a_file(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "baseline"\n[set]\nleading.hours = 3', encoding="utf-8")
    (tmp_path / "plan.toml").write_text(TOML, encoding="utf-8")
    plan = read_plan(tmp_path / "plan.toml")
    assert (plan.name, plan.replicates, plan.weeks, plan.seed, plan.members) == ("plan", 20, 104, 1, None)
    assert [s.name for s in plan.scenarios] == ["baseline", "mine", "inline"]
    assert [s["leading.hours"] for s in plan.scenarios[1:]] == [3, 9]
    assert [f.key for f in plan.factors] == ["sponsoring.engagement", "leading.hours@53"]
    assert plan.record == Record(ROWS, 4, ("cost", "gini"))
    assert plan.fixed


def test_what_need_not_be_said():
    plan = read_plan({"scenarios": ["baseline"]})
    assert (plan.name, plan.replicates, plan.weeks, plan.seed, plan.fixed) == ("sweep", 200, 260, 1, False)
    assert plan.record == Record(QUANTILES, 1, ())
    assert (plan.factors, plan.design) == ((), None)
    assert read_plan(plan) is plan


@pytest.mark.parametrize(
    ("record", "found"),
    [({"weekly": True}, (ROWS, 1)), ({"weekly": False}, (NOTHING, 1)), ({"every": 5}, (ROWS, 5)),
     ({"weekly": "quantiles", "every": 5}, (QUANTILES, 5)), ({}, (QUANTILES, 1))],
)  # fmt: skip
def test_what_is_recorded(record, found):
    read = read_plan(with_(record=record)).record
    assert (read.weekly, read.every) == found


def factor(**keys):
    return with_(factor=[{"name": "sponsoring.engagement", **keys}])


def design(**keys):
    return with_(design=keys)


RANGE = {"low": 0.1, "high": 0.9}
MISTAKES = [
    ({}, "needs a list of scenarios, such as scenarios = [\"baseline\"]"),
    (with_(scenarios=[]), "needs a list of scenarios"),
    (with_(scenarios="baseline"), "needs a list of scenarios"),
    (with_(scenarios=["basline"]), "scenarios: there is no scenario 'basline', did you mean 'baseline'?"),
    (with_(scenarios=["no/such.toml"]), "scenarios: there is no scenario file no/such.toml"),
    (with_(scenarios=["baseline", "baseline"]), "scenarios: two scenarios have the name 'baseline'"),
    (with_(scenarios=[3]), "scenarios: a scenario is a name, a path, a dict or a Scenario, not 3"),
    (with_(scenarios=[{"name": "x", "set": {"leading.hors": 1}}]), "did you mean 'leading.hours'?"),
    (with_(replicate=3), "unknown key 'replicate', did you mean 'replicates'?"),
    (with_(set={}), "unknown key 'set'; settings, changes and events belong to a scenario"),
    (with_(replicates=0), "replicates must be a whole number from 1 to 1,000,000, it is 0"),
    (with_(replicates="3"), "replicates must be a whole number from 1 to 1,000,000, it is '3'"),
    (with_(weeks=0), "weeks must be a whole number from 1 to 5,200, it is 0"),
    (with_(scenarios=["coordinator-leaves"]), "an event in week 78 comes after the end, week 26"),
    (with_(seed=-1), "seed must be a whole number from 0"),
    (with_(members=1), "members must be a whole number from 2"),
    (with_(fixed="yes"), "fixed must be true or false, it is 'yes'"),
    (with_(name="a/b"), "must hold neither slashes"),
    (with_(title=3), "title must be a text in quotes, it is 3"),
    (with_(design=None), "[design]: must be a table with a kind"),
    ({k: v for k, v in PLAN.items() if k != "design"}, "factors need a [design]"),
    (design(points=4), "[design]: needs a kind, one of grid, one-at-a-time, latin-hypercube, sobol"),
    (design(kind="lating"), "[design]: kind must be one of grid"),
    (design(kind="sobol"), "[design]: sobol needs points = a whole number"),
    (design(kind="sobol", points=0), "[design]: points must be a whole number from 1"),
    (design(kind="sobol", point=4), "[design]: unknown key 'point', did you mean 'points'?"),
    (design(kind="grid"), "[design]: grid needs points = a whole number, the levels of a factor with a range"),
    (design(kind="grid", points=1), "gives a factor with a range one level"),
    (design(kind="saltelli", points=6), "points of a Saltelli design must be a power of two, not 6"),
    (design(kind="sobol", points=4, file="a.csv"), 'file belongs to kind = "table", not to sobol'),
    (design(kind="table"), 'kind = "table" needs file'),
    (design(kind="table", file="a.csv"), "there is no file a.csv"),
    (design(kind="table", file="a.txt"), "file must end in .csv or .parquet"),
    (design(kind="table", file="a.csv", points=3), "points has no place in a table"),
    (with_(factor=[]), "[design]: a design needs at least one [[factor]]"),
    (with_(factor={"name": "x"}), "factor must be a list of tables, each headed [[factor]]"),
    (with_(factor=["x"]), "[[factor]] 1: a factor must be a table with a name"),
    (with_(factor=[RANGE]), "[[factor]] 1: needs a name, a parameter such as"),
    (with_(factor=[{"name": "sponsoring.engagment", **RANGE}]), "did you mean 'sponsoring.engagement'?"),
    (with_(factor=[{"name": "engagement", **RANGE}]), "did you mean 'sponsoring.engagement'?"),
    (with_(factor=PLAN["factor"] + PLAN["factor"][:1]), "[[factor]] 3: sponsoring.engagement is a factor already"),
    (factor(), "needs low and high, or values = [...], or a distribution"),
    (factor(low=0.1), "needs low and high"),
    (factor(low=0.9, high=0.1), "low = 0.9 must be less than high = 0.1"),
    (factor(low=0.1, high=1.5), "high 1.5 is out of range: 0 to 1 (share)"),
    (factor(low="a", high=1), "low must be a number, it is 'a'"),
    (factor(low=float("nan"), high=1), "low must be a number, it is nan"),
    (factor(**RANGE, scale="logarithmic"), "scale must be one of linear, log, integer"),
    (factor(low=0, high=1, scale="log"), "a log scale needs low > 0, it is 0"),
    (factor(**RANGE, scale="integer"), "an integer scale needs whole numbers as low and high"),
    (factor(**RANGE, values=[0.1]), "has values and a range or distribution; say one of them"),
    (factor(values=[]), "values must be a list of numbers, it is []"),
    (factor(values=[0.1, True]), "a value must be a number, it is true"),
    (factor(values=[0.1, 0.1]), "the value 0.1 stands twice in values"),
    (factor(values=[7]), "a value 7 is out of range: 0 to 1 (share)"),
    (factor(**RANGE, week=0), "week must be a whole number from 1"),
    (factor(**RANGE, week=27), "[[factor]] 1: the week 27 comes after the end, week 26"),
    (factor(**RANGE, weeks=3), "[[factor]] 1: unknown key 'weeks', did you mean 'week'?"),
    (factor(**RANGE, sd=1), "sd belongs to a distribution; say distribution = one of uniform"),
    (factor(distribution="gauss"), "distribution must be one of uniform, normal, triangular, lognormal"),
    (factor(distribution="normal", mean=0.5), "a normal distribution needs sd (mean, sd)"),
    (factor(distribution="normal", mean=0.5, sd=0), "sd must be more than 0, it is 0"),
    (factor(distribution="normal", mean=5, sd=1), "mean = 5 must lie between 0 and 1"),
    (factor(distribution="lognormal", median=0, sigma=1), "median must be more than 0, it is 0"),
    (factor(distribution="triangular", mode=0.95, **RANGE), "mode = 0.95 must lie between 0.1 and 0.9"),
    (factor(distribution="uniform", mode=0.5, **RANGE), "mode does not belong to a uniform distribution"),
    (with_(factor=[{"name": "joining.founders", "values": [5, 9]}]), "members = 20 sets joining.founders"),
    (with_(record=True), "[record]: must be a table, such as weekly = true"),
    (with_(record={"weeky": True}), "[record]: unknown key 'weeky', did you mean 'weekly'?"),
    (with_(record={"weekly": "all"}), 'weekly must be true, "quantiles" or false, it is \'all\''),
    (with_(record={"weekly": 1}), 'weekly must be true, "quantiles" or false, it is 1'),
    (with_(record={"every": 0}), "every must be a whole number from 1"),
    (with_(record={"every": 27}), "[record]: every = 27 is more than the 26 weeks of the plan, so that none is kept"),
    (with_(record={"weekly": False, "every": 2}), "weekly = false keeps no weeks, so that every = 2 means nothing"),
    (with_(outcomes=["cots"]), "there is no outcome 'cots', did you mean 'cost'?"),
    (with_(outcomes=[]), "outcomes must be a list of names, it is []"),
    (with_(outcomes=["cost", "cost"]), "the outcome 'cost' stands twice"),
    (with_(outcomes=["cost"], record={"outcomes": ["cost"]}), "[record]: outcomes stands twice"),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "said"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_one_sentence(plan, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as refused:
        read_plan(plan)
    message = str(refused.value)
    assert said in message
    assert message.startswith(("a plan given as a dict", "a scenario given as a dict"))
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "said"),
    [('scenarios = ["baseline"\nweeks = 3', "plan.toml, line 2: "), ("weeks = 3", "plan.toml: needs a list"),
     ('scenarios = ["baseline"]\nweeks = 3\nweeks = 4', "plan.toml, line 3: ")],
)  # fmt: skip
def test_a_mistake_in_a_file_says_where(text, said, tmp_path):
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        read_plan(tmp_path / "plan.toml")


@pytest.mark.parametrize(
    ("table", "said"),
    [("sponsoring.engagment\n0.2", "did you mean 'sponsoring.engagement'?"), ("xyz\n1", "'xyz' is no parameter"),
     ("sponsoring.engagement\n0.2\n7", "line 3: sponsoring.engagement = 7 is out of range"),
     ("sponsoring.engagement\n0.2\nlots", "must hold numbers alone, line 3 has 'lots'"),
     ("sponsoring.engagement\n", "holds no points"), ("", "cannot be read"),
     ("leading.on\n1\n0.5", "line 3: leading.on = 0.5 is out of range: 0 to 1 (0 or 1)"),
     ("sponsoring.engagement@²\n0.2", "must name a week from 1 to 26 after the @"),
     ("sponsoring.engagement@99\n0.2", "must name a week from 1 to 26 after the @")],
)  # fmt: skip
def test_a_mistake_in_a_table_says_where(table, said, tmp_path):
    (tmp_path / "mine.csv").write_text(table, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_plan(with_(factor=[], design={"kind": "table", "file": str(tmp_path / "mine.csv")}))
    assert said in str(refused.value)


def test_a_table_names_its_own_factors(tmp_path):
    (tmp_path / "mine.csv").write_text("sponsoring.engagement\n0.2", encoding="utf-8")
    with pytest.raises(UserError, match=r"leave \[\[factor\]\] out"):
        read_plan(with_(design={"kind": "table", "file": str(tmp_path / "mine.csv")}))


@pytest.mark.parametrize("plan", [3, None, ["baseline"]])
def test_what_is_no_plan(plan):
    with pytest.raises(UserError, match="a plan is the path of a TOML file or a dict"):
        read_plan(plan)
