"""Order, choice and form of the sentences; where two runs part; the story at the terminal."""

import re

import pytest

from copsim.core.observables import NAMES
from copsim.engine.gate import make_plan
from copsim.telling.parting import parted, parting_words
from copsim.telling.sentences import KINDS, LONGEST, Told, in_order, most_telling, sentence, told_weeks
from copsim.telling.story import story
from copsim.telling.telling import told
from copsim.telling.watching import watch
from tests.telling.lives import BUILT_IN, RARE, SEED, life_named, plan_named, told_named

STAGE = Told(4, None, "stage", "the community became maturing", "marks held")
CORE = Told(4, 7, "core", "member 0-7 moved in from active to core", "they acted")
LATER = Told(9, 2, "joined", "member 9-0 joined", "")


def test_a_sentence_begins_large_and_ends_with_its_cause() -> None:
    assert sentence(STAGE) == "The community became maturing, because marks held."
    assert sentence(LATER) == "Member 9-0 joined."


def test_the_most_telling_of_a_week_comes_first() -> None:
    assert in_order([LATER, CORE, STAGE]) == [STAGE, CORE, LATER]
    assert told_weeks([CORE, LATER, STAGE]) == {4: STAGE, 9: LATER}
    assert most_telling([LATER, CORE, STAGE], 2) == [STAGE, CORE]


def test_of_equal_kinds_the_one_with_a_cause_comes_first() -> None:
    bare = CORE._replace(member=1, cause="")
    assert in_order([bare, CORE]) == [CORE, bare]


@pytest.mark.parametrize("name", [*BUILT_IN, *RARE])
def test_sentences_are_short_plain_and_in_order(name: str) -> None:
    every = told_named(name)
    assert every == in_order(every)
    assert {one.kind for one in every} <= set(KINDS)
    for one in every:
        assert len(sentence(one)) <= LONGEST
        assert 1 <= one.week <= life_named(name).plan.weeks
        assert one.text == one.text.strip(" .") and one.cause == one.cause.strip(" .,")
        assert "nan" not in sentence(one).split() and "\n" not in sentence(one)


def test_almost_every_sentence_has_a_cause() -> None:
    every = [one for name in BUILT_IN for one in told_named(name)]
    assert sum(not one.cause for one in every) == 0


def test_people_are_called_as_the_caller_likes() -> None:
    life = watch(plan_named("baseline", 30), SEED)
    names = [f"<Person & {number}>" for number in range(life.persons)]  # the page escapes what it shows
    for one in told(life, names):
        if one.member is not None:
            assert names[one.member] in one.text
    assert [one.cause for one in told(life, names)] == [one.cause for one in told(life)]


def test_every_kind_is_in_the_docs_in_its_order(root) -> None:
    table = (root / "docs" / "telling.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = [kind for row in rows for kind in re.findall(r"`(\w+)`", row)]
    apart = ("active", "level")  # told of in one row with `core`
    assert [k for k in documented if k not in apart] == [k for k in KINDS if k not in apart]
    assert set(documented) == set(KINDS)


def test_paired_runs_part_where_the_scenario_parts_them() -> None:
    here, there = (told(watch(plan_named(name, 104), SEED, 1)) for name in ("engaged-sponsor", "sponsor-leaves"))
    parting = parted(here, there)
    assert parting is not None and parting.week == 78
    assert parting.second is not None and parting.second.kind == "change"
    assert [one for one in here if one.week < 78] == [one for one in there if one.week < 78]
    words = parting_words(parting, "Engaged", "Leaving")
    assert words.startswith("They part in week 78: ") and "“Leaving” “engagement of the sponsor” went from" in words


def test_a_coordinator_who_leaves_is_where_two_runs_part() -> None:
    seed = next(s for s in range(1, 30) if life_of("baseline", s).column_at("coordinator", 77) == 1)
    here, there = (told(life_of(name, seed).life) for name in ("baseline", "coordinator-leaves"))
    parting = parted(here, there)
    assert parting is not None and parting.week == 78 and parting.second is not None
    assert parting.second.text.endswith(", the coordinator, left for good")
    assert parting.second.cause == "the scenario says so"


class life_of:
    """A life of a scenario by its seed, and single numbers of its record."""

    def __init__(self, name: str, seed: int) -> None:
        self.life = watch(plan_named(name, 90), seed)

    def column_at(self, name: str, week: int) -> float:
        return float(self.life.record[week - 1, NAMES.index(name)])


def test_the_same_life_does_not_part_and_amounts_alone_are_no_parting() -> None:
    assert parted(told_named("baseline"), told_named("baseline")) is None
    assert parting_words(None, "A", "B") == "“A” and “B” live the same life."
    meeting = Told(5, None, "meeting", "the meeting's quality rose from 9 to 49 of 100", "")
    assert parted([meeting], [meeting._replace(text="the meeting's quality rose from 10 to 55 of 100")]) is None
    assert parted([CORE], [CORE._replace(text="member 0-8 moved in from active to core")]) is not None
    assert parted([CORE], [CORE._replace(cause="of luck", member=9)]) is None


def test_a_run_with_nothing_against_one_with_something() -> None:
    assert parted([STAGE], []) == (4, STAGE, None)
    assert parting_words(parted([], [STAGE]), "A", "B") == (
        "They part in week 4: in “B” the community became maturing, in the other not."
    )


def test_the_story_goes_year_by_year_within_80_columns() -> None:
    life, every = life_named("baseline"), told_named("baseline")
    text = story(life, every, 4)
    assert max(map(len, text.splitlines())) <= 80
    assert [line.split(":")[0] for line in text.splitlines() if line.startswith("Year")] == [
        "Year 1",
        "Year 2",
        "Year 3",
    ]
    assert "     1  8 founders opened the community" in text
    assert len(story(life, every, None).splitlines()) > len(every)
    members = int(life.record[51, NAMES.index("members")])
    assert f"{members} members" in text.splitlines()[0]


def test_a_silent_year_is_left_out() -> None:
    life, every = life_named("command-and-control"), told_named("command-and-control")
    assert "Year 5: ended at its end, 0 members, 0 regulars" in story(life, every)
    assert "Year 2" not in story(life, [one for one in every if not 53 <= one.week <= 104])


def test_numbers_that_change_are_told_with_all_their_digits() -> None:
    plan = make_plan("professional", 6, {}, [(4, {"sponsoring.money": 1e6, "leading.hours": 6.25})])
    said = [one.text for one in told(watch(plan, SEED)) if one.kind == "change"]
    assert [text.split("went ")[1] for text in sorted(said)] == ["from 6 to 6.25", "from 0 to 1,000,000"]
