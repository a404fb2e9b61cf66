"""`copsim tell`: the story of one run, of two and where they part, as text and as JSON."""

import json


def test_a_story_is_told_year_by_year(copsim):
    code, out, err = copsim("tell", "baseline", "--weeks", "60")
    assert (code, err) == (0, "")
    assert out.startswith("Baseline: run 0, seed 1, 60 weeks\n\nYear 1: ")
    assert "\n\nYear 2: " in out and "part in week" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_fewer_or_all_sentences(copsim):
    few = copsim("tell", "baseline", "--weeks", "40", "--most", "2")[1]
    every = copsim("tell", "baseline", "--weeks", "40", "--all")[1]
    assert sum(line[:6].strip().isdigit() for line in few.splitlines()) == 2
    assert len(every.splitlines()) > 100


def test_two_scenarios_end_with_where_they_part(copsim):
    code, out, _ = copsim("tell", "engaged-sponsor", "sponsor-leaves", "--weeks", "90", "--replicate", "1")
    assert code == 0
    assert out.rstrip().splitlines()[-1].startswith("They part in week 78: ")


def test_json_holds_every_sentence(copsim):
    code, out, err = copsim("tell", "baseline", "engaged-sponsor", "--weeks", "30", "--seed", "3", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert [run["scenario"] for run in document["runs"]] == ["baseline", "engaged-sponsor"]
    first = document["runs"][0]["told"][0]
    assert list(first) == ["week", "member", "kind", "text", "cause"] and first["kind"] == "launch"
    assert document["parted"]["week"] >= 1 and {"first", "second"} < set(document["parted"])
    assert (document["seed"], document["replicate"], document["weeks"]) == (3, 0, 30)


def test_mistakes_are_said_in_one_sentence(copsim):
    assert copsim("tell", "basline") == (
        2, "", "copsim: there is no scenario 'basline', did you mean 'baseline'? Nothing was run.\n",
    )  # fmt: skip
    assert (
        "--replicate must be a whole number from 0 to 999,999, it is '-1'"
        in copsim("tell", "baseline", "--replicate=-1")[2]
    )
    assert "two scenarios have the name 'baseline'" in copsim("tell", "baseline", "baseline")[2]
    code, out, err = copsim("tell", "baseline", "--members", "1000000")
    assert (code, out) == (2, "") and "too much to watch one by one" in err
