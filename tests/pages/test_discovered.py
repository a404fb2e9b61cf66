"""Words of a discovery: what is said where its own check is in doubt, and the names of its files."""

import pytest

from copsim.analysis.condition import read_condition
from copsim.pages.discovered import chance_words, file_name, said

SHARES = {"density": 0.4, "outside": 0.1, "coverage": 0.7, "share": 0.2, "low": 0.12, "high": 0.5}


def condition(text):
    return read_condition(text, ["cost", "ended", "regulars_end"])


def test_a_sentence_has_the_share_of_all_and_its_own_doubt():
    sentence = said(condition("ended == 1"), True, "this", SHARES)
    assert sentence == (
        "Simulated runs come to an end where this: 40 % of the runs inside do, against 10 % outside and 20 % of all, and "
        "70 % of all that do are inside."
    )
    doubtful = said(condition("ended == 1"), True, "this", {**SHARES, "low": -0.02})
    assert doubtful.startswith(sentence)
    assert doubtful.endswith("the interval of their difference, −2 to 50 percentage points, includes 0.")


@pytest.mark.parametrize(
    ("chance", "words"), [(0.0005, "fewer than 1 time in 1,000"), (0.001, "1 time in 1,000"), (0.2, "20 times in 100")]
)
def test_a_small_chance_is_said_as_it_is(chance, words):
    assert f"do as well {words};" in chance_words(chance)


def test_conditions_have_names_of_their_own():
    texts = [
        "cost > 5", "cost > -5", "cost >= 5", "cost > 0.5", "ended == 1 and (cost > 5 or regulars_end < 3)",
        "(ended == 1 and cost > 5) or regulars_end < 3",
    ]  # fmt: skip
    names = [file_name(condition(text)) for text in texts]
    assert names[:4] == [
        "discover-cost-above-5", "discover-cost-above-minus-5", "discover-cost-at-least-5", "discover-cost-above-0.5",
    ]  # fmt: skip
    assert len(set(names)) == len(texts)
    assert max(map(len, names)) <= 67
