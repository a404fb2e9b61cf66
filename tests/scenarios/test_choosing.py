"""Which scenarios are compared with which."""

import pytest

from copsim.core.errors import UserError
from copsim.scenarios.choosing import chosen
from copsim.scenarios.reading import DEFAULT_SET, MID_LIFE_SET, load_scenario

MINE = load_scenario("baseline").with_({"leading.hours": 9}, name="mine")


def names(*scenarios, **options):
    return tuple(scenario.name for scenario in chosen(scenarios, **options))


def test_the_reference_comes_first():
    assert names() == ("baseline", *DEFAULT_SET)
    assert names("engaged-sponsor") == ("baseline", "engaged-sponsor")
    assert names("engaged-sponsor", MINE) == ("engaged-sponsor", "mine")
    assert names("engaged-sponsor", MINE, reference="mine") == ("mine", "engaged-sponsor")
    assert names("engaged-sponsor", reference=MINE) == ("mine", "engaged-sponsor")
    assert names("engaged-sponsor", MINE, reference="cold-launch") == ("cold-launch", "engaged-sponsor", "mine")
    assert names(reference="absent-sponsor")[0] == "absent-sponsor"
    assert names(MINE) == ("baseline", "mine")


def test_a_real_community_is_compared_with_itself_as_it_is():
    assert names(from_log=True) == ("as-is", *MID_LIFE_SET)
    assert names("engaged-sponsor", MINE, from_log=True) == ("as-is", "engaged-sponsor", "mine")
    assert names("engaged-sponsor", MINE, reference="mine", from_log=True) == ("mine", "engaged-sponsor")
    assert names("engaged-sponsor", "as-is", from_log=True) == ("as-is", "engaged-sponsor")


def test_choosing_again_changes_nothing():
    for first in (chosen(), chosen([MINE]), chosen(["engaged-sponsor", MINE], reference="mine")):
        assert chosen(first, reference=first[0].name) == first == chosen(first)
    log = chosen(from_log=True)
    assert chosen(log, from_log=True) == chosen(log, "as-is", from_log=True) == log


@pytest.mark.parametrize(
    ("scenarios", "options", "said"),
    [
        ((MINE, MINE), {}, "two scenarios have the name 'mine'"),
        (("baseline",), {}, "nothing to compare: 'baseline'"),
        ((MINE,), {"reference": "mine"}, "nothing to compare: 'mine'"),
        ((MINE,), {"reference": "min"}, "'min' to be the reference, did you mean 'mine'?"),
        ((MINE,), {"reference": "basline"}, "'basline' to be the reference, did you mean 'baseline'?"),
        (("engaged-sponsor", MINE.with_({})), {"reference": MINE.with_({"leading.hours": 1})}, "two .* 'mine'"),
        (("as-is",), {}, "there is no scenario 'as-is'"),
    ],
)
def test_what_cannot_be_compared(scenarios, options, said):
    with pytest.raises(UserError, match=said.replace("?", r"\?")):
        chosen(scenarios, **options)
