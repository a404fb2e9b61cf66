"""Reading scenarios: what a file may say, what it extends, and one clear sentence for what it may not."""

import os

import pytest

from copsim.core.errors import UserError
from copsim.scenarios.reading import DEFAULT_WEEKS, Change, Event, Scenario, load_scenario, run_weeks


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes a scenario file into an empty folder, where we are, and returns its name."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="mine.toml"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return write


def refused(scenario):
    with pytest.raises(UserError) as error:
        load_scenario(scenario)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_file_says_everything(written):
    whole = """
        name = "more"
        title = "More"
        text = "Stands for more."
        source = "a slide"
        population = "talk"
        start = "established"
        weeks = 104
        members = 40
        [set]
        "sponsoring.engagement" = 0.8
        leading.hours = 10
        [[change]]
        week = 60
        leading.hours = 4
        [[change]]
        week = 20
        set = { sponsoring.engagement = 0.3 }
        [[event]]
        week = 52
        kind = "sponsor-leaves"
    """
    assert load_scenario(written(whole)) == Scenario(
        "more",
        "More",
        "Stands for more.",
        "a slide",
        "talk",
        "established",
        104,
        40,
        {"sponsoring.engagement": 0.8, "leading.hours": 10.0},
        (Change(20, {"sponsoring.engagement": 0.3}), Change(60, {"leading.hours": 4.0})),
        (Event(52, "sponsor-leaves"),),
    )


def test_name_and_title_come_from_the_file_when_not_said(written):
    scenario = load_scenario(written("", "just-this.toml"))
    assert (scenario.name, scenario.title, scenario.population, scenario.weeks) == (
        "just-this", "just-this", "professional", None,
    )  # fmt: skip


def test_a_name_a_path_a_dict_and_a_scenario_are_the_same(written, tmp_path):
    built_in = load_scenario("sponsor-leaves")
    said = {key: getattr(built_in, key) for key in ("title", "text", "source")}  # nobody inherits another's words
    copied = {"name": "sponsor-leaves", "extends": "sponsor-leaves", **said}
    assert load_scenario(built_in) is built_in
    assert load_scenario(built_in.as_dict()) == built_in
    assert load_scenario(copied) == built_in
    name = written('extends = "engaged-sponsor"')
    assert load_scenario(tmp_path / name) == load_scenario(name) == load_scenario(os.fspath(tmp_path / name))


def test_a_child_overrides_and_adds(written):
    written("[set]\nleading.hours = 10\nmeeting.cadence = 2\n[[event]]\nweek = 80\nkind = 'sponsor-leaves'", "a.toml")
    child = 'extends = "a.toml"\n[set]\nleading.hours = 3\n[[event]]\nweek = 8\nkind = "coordinator-leaves"'
    scenario = load_scenario(written(child, "b.toml"))
    assert scenario.settings == {"leading.hours": 3.0, "meeting.cadence": 2.0}
    assert [event.week for event in scenario.events] == [8, 80]
    assert scenario.title == "b"


def test_extends_is_relative_to_the_file(written, tmp_path, monkeypatch):
    written("weeks = 52", "parent.toml")
    name = written("extends = 'parent.toml'", "child.toml")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert load_scenario(f"../{name}").weeks == 52


def test_a_file_named_like_a_built_in_scenario_extends_the_built_in_one(written):
    name = written('extends = "baseline"\n[set]\nleading.hours = 1', "baseline.toml")
    assert load_scenario(name)["leading.hours"] == 1
    assert load_scenario("baseline")["leading.hours"] == 6


def test_a_change_may_change_nothing(written):
    assert load_scenario(written("[[change]]\nweek = 5")).changes == (Change(5),)


BAD = {
    "[set]\n'sponsoring.engagment' = 0.8": ("[set]", "'sponsoring.engagment'", "did you mean 'sponsoring.engagement'?"),
    "[set]\nengagement = 0.8": ("'engagement'", "did you mean 'sponsoring.engagement'?"),
    "[set]\nsponsoring.engagement = 1.8": ("sponsoring.engagement = 1.8", "0 to 1", "share"),
    "[set]\nleading.hours = -1": ("leading.hours = -1", "0 to 80", "hours/week"),
    "[set]\nsponsoring.engagement = true": ("sponsoring.engagement", "it is true", "0 to 1"),
    "[set]\nsponsoring.engagement = 'high'": ("it is 'high'",),
    "[set]\nsponsoring.engagement = inf": ("it is inf",),
    "[set]\nsponsoring.engagement = nan": ("it is nan",),
    f"[set]\nsponsoring.engagement = 1{'0' * 400}": ("must be a number",),
    "[set]\nmeeting.on = 0.5": ("meeting.on = 0.5", "must be 0 or 1"),
    "[set]\n'leading.hours' = 1\nleading.hours = 2": ("leading.hours is set twice",),
    "set = 5": ("[set]", "it is 5"),
    "tilte = 'x'": ("'tilte'", "did you mean 'title'?"),
    "zzz = 'x'": ("'zzz'", "allowed are name, title"),
    "sponsoring.engagement = 0.8": ("'sponsoring'", "stand under [set]"),
    "title = 5": ("title must be a text in quotes, it is 5",),
    "population = 'profesional'": ("'profesional'", "professional, talk, git", "did you mean 'professional'?"),
    "start = 'establishd'": ("'establishd'", "did you mean 'established'?"),
    "weeks = 0": ("weeks must be a whole number from 1 to 5,200, it is 0",),
    "weeks = 5201": ("weeks", "5,200", "5201"),
    "weeks = 26.5": ("weeks", "26.5"),
    "weeks = true": ("weeks", "it is true"),
    "members = 1": ("members must be a whole number from 2 to 10,000,000, it is 1",),
    "members = 10000001": ("members", "10000001"),
    "name = ''": ("name", "empty"),
    "name = '..'": ("name", "'..'"),
    "name = 'a/b'": ("'a/b'", "slashes"),
    "name = 'a\\b'": ("slashes",),
    'name = "a\\u001b[2J"': ("control characters",),
    f"name = '{'x' * 101}'": ("at most 100 characters", "has 101"),
    "[[change]]\nleading.hours = 2": ("[[change]] 1", "needs a week"),
    "[[change]]\nweek = 0": ("[[change]] 1", "week", "from 1", "it is 0"),
    "[[change]]\nweek = '3'": ("week", "it is '3'"),
    "[[change]]\nweek = 3\n[[change]]\nweek = 3\nleading.hous = 2": (
        "[[change]] 2",
        "'leading.hous'",
        "did you mean 'leading.hours'?",
    ),
    "[[change]]\nweek = 3\nleading.hours = 2\nset = {leading.hours = 2}": ("leading.hours is set twice",),
    "change = 5": ("[[change]]", "it is 5"),
    "weeks = 100\n[[change]]\nweek = 105": ("[[change]] 1", "105", "after the end, week 100"),
    "weeks = 100\n[[event]]\nweek = 101\nkind = 'sponsor-leaves'": ("[[event]] 1", "101", "after the end, week 100"),
    "[[event]]\nweek = 3": ("needs a kind", "coordinator-leaves"),
    "[[event]]\nweek = 3\nkind = 'sponsor-left'": ("'sponsor-left'", "did you mean 'sponsor-leaves'?"),
    "[[event]]\nweek = 3\nkind = 'sponsor-leaves'\nwho = 1": ("[[event]] 1", "'who'", "week, kind"),
    "title = 'a'\n[set\nx = 1": ("line 2", "TOML"),
    "title = 'a'\ntitle = 'b'": ("line 2", "TOML"),
    "\n\ntitle = 'abc": ("line 3", "TOML"),
    b"title = 'a'\ntext = '\xff'": ("line 2", "UTF-8"),
    "extends = 'basline'": ("extends", "'basline'", "did you mean 'baseline'?"),
    "extends = 'nowhere.toml'": ("extends", "nowhere.toml"),
    "extends = 5": ("extends must be a text", "it is 5"),
    "extends = 'mine.toml'": ("extends goes in a circle", "mine.toml extends mine.toml"),
}


@pytest.mark.parametrize("text", BAD)
def test_what_a_file_may_not_say(text, written):
    message = refused(written(text))
    assert "mine.toml" in message
    for part in BAD[text]:
        assert part in message, message


def test_a_circle_of_three_is_seen(written):
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        written(f"extends = '{parent}.toml'", f"{name}.toml")
    assert "a.toml extends b.toml extends c.toml extends a.toml" in refused("a.toml")


def test_an_unknown_scenario(written):
    assert refused("basline") == "there is no scenario 'basline', did you mean 'baseline'?"
    assert "baseline, cold-launch" in refused("qqq")
    assert refused("no/where.toml") == "there is no scenario file no/where.toml"
    assert "not 5" in refused(5)
    assert "needs a name" in refused({"title": "nameless"})


def test_what_cannot_be_read(written, tmp_path):
    (tmp_path / "folder.toml").mkdir()
    assert refused("folder.toml") == "folder.toml is a folder, not a scenario"
    assert "too large" in refused(written(b"#" * 1_000_001))
    assert "nested too deeply" in refused(written(f"title = {'[' * 100_000}"))


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root reads everything")
def test_a_file_that_may_not_be_read(written, tmp_path):
    name = written("")
    (tmp_path / name).chmod(0)
    assert "mine.toml cannot be read" in refused(name)


def test_for_how_many_weeks_scenarios_run():
    open_, short = load_scenario("baseline"), Scenario("short", weeks=52)
    assert run_weeks([open_]) == DEFAULT_WEEKS
    assert run_weeks([open_, short]) == 52
    assert run_weeks([open_, short], 30) == 30
    with pytest.raises(UserError, match="'coordinator-leaves': an event in week 78 comes after the end, week 77"):
        run_weeks([open_, load_scenario("coordinator-leaves")], 77)
    with pytest.raises(UserError, match="a change in week 6 comes after the end, week 5"):
        run_weeks([Scenario("changing", changes=(Change(6),))], 5)
    for weeks in (0, 5_201, 1.5, True):
        with pytest.raises(UserError, match="weeks must be a whole number from 1 to 5,200"):
            run_weeks([open_], weeks)
