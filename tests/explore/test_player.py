"""A lesson as one file: the runs of a study, in one file that loads nothing."""

import html
import json

import pytest

import copsim
from copsim.core.errors import UserError
from copsim.explore.player import export_player
from copsim.explore.world import described, world_of
from copsim.scenarios.reading import load_scenario
from copsim.telling.watching import watch
from tests.explore.reading import counted


def part_of(path, name):
    return json.loads(path.read_text(encoding="utf-8").split(f'id="{name}">')[1].split("</script>")[0])


def worlds_in(path):
    return part_of(path, "worlds")


@pytest.fixture(scope="module")
def comparison():
    return copsim.compare(["baseline", "cold-launch", "prepared-launch"], replicates=3, weeks=60, seed=2)


def test_a_comparison_is_played_in_the_worlds_it_was_made_in(comparison, tmp_path):
    path = export_player(comparison, tmp_path / "lesson.html", "prepared-launch", replicate=2)
    worlds = worlds_in(path)
    weekly = comparison.weekly[
        (comparison.weekly["replicate"] == 2) & (comparison.weekly["scenario"] == "prepared-launch")
    ]
    for level, name in enumerate(("core", "active", "occasional", "peripheral", "transactional")):
        assert counted(worlds["right"], level).tolist() == weekly[name].tolist()
    assert worlds["left"]["name"] == "baseline"
    assert worlds["right"]["title"] == load_scenario("prepared-launch").title


def test_two_results_are_played_as_they_are(tmp_path):
    results = [copsim.simulate(name, replicates=1, weeks=60, seed=4) for name in ("baseline", "no-leadership")]
    worlds = worlds_in(export_player(results, tmp_path / "lesson.html"))
    expected = [described(r.scenario, watch(r.arm.plan, 4)) for r in results]
    assert [worlds["left"], worlds["right"]] == json.loads(json.dumps(expected))


def test_the_file_stands_alone_and_comes_out_the_same(comparison, tmp_path):
    first, second = (export_player(comparison, tmp_path / name) for name in ("a.html", "b.html"))
    text = first.read_text(encoding="utf-8")
    assert first.read_bytes() == second.read_bytes()
    assert "src=" not in text and "https://" not in text and '<link rel="stylesheet' not in text
    assert "script-src 'sha256-" in html.unescape(text)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_what_cannot_be_played_is_said(comparison, tmp_path):
    one = copsim.simulate("baseline", replicates=1, weeks=20, seed=1)
    other = copsim.simulate("baseline", replicates=1, weeks=20, seed=2)
    for result, path, options, said in (
        (one, "a.html", {}, "two results of simulate"),
        ([one, other], "a.html", {}, "same seed, not 1 and 2"),
        (comparison, "a.html", {"scenario": "cold-lunch"}, "did you mean 'cold-launch'"),
        (comparison, "a.html", {"replicate": 3}, "from 0 to 2, it is 3"),
        (comparison, "none/a.html", {}, "cannot be written"),
        (comparison, "", {}, "cannot be written"),
    ):
        with pytest.raises(UserError, match=said):
            export_player(result, tmp_path / path, **options)
    assert list(tmp_path.iterdir()) == []


def test_the_foot_of_a_lesson_says_which_runs_they_are(comparison, tmp_path):
    """It once gave a command of copsim explore, which plays other runs: at central values, and always the first."""

    def made_by(result, **options):
        return part_of(export_player(result, tmp_path / "a.html", **options), "settings")["made_by"]

    typed = "copsim compare baseline cold-launch prepared-launch --replicates 3 --weeks 60 --seed 2"
    assert made_by(comparison, replicate=2) == f"replicate 2, in its plausible world, of {typed}"
    runs = [copsim.simulate(name, replicates=1, weeks=20, seed=4) for name in ("baseline", "no-leadership")]
    words = [f"copsim run {name} --replicates 1 --weeks 20 --seed 4" for name in ("baseline", "no-leadership")]
    assert made_by(runs) == f"replicate 0, at central values, of {' and '.join(words)}"
    own = copsim.load_scenario("baseline").with_({"meeting.cadence": 1}, name="own")
    assert made_by([runs[0], copsim.simulate(own, replicates=1, weeks=20, seed=4)]) == "replicate 0, at central values"


def test_futures_of_a_life_cannot_be_played(tmp_path):
    """They were once, from week 1 on, as if the life had never been."""
    lived = copsim.simulate("baseline", replicates=1, weeks=20, seed=1)
    futures = copsim.futures(lived, ["strong-coordinator"], replicates=1, weeks=10)
    with pytest.raises(UserError, match="futures of a life cannot be played"):
        export_player(futures, tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_what_the_page_would_open_with(tmp_path, monkeypatch, capsys):
    from copsim.cli import main

    monkeypatch.chdir(tmp_path)
    assert main(["explore", "no-leadership", "--seed", "3", "--weeks", "60", "--export", "lesson.html"]) == 0
    worlds = worlds_in(tmp_path / "lesson.html")
    assert capsys.readouterr().out == "lesson.html\n"
    assert worlds["left"] == json.loads(json.dumps(world_of(load_scenario("baseline"), {}, 3, 60)))
    assert worlds["right"]["name"] == "no-leadership"
    assert part_of(tmp_path / "lesson.html", "settings")["made_by"] == (
        "copsim explore no-leadership --seed 3 --weeks 60"
    )
