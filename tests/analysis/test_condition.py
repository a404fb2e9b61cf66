"""Conditions are data: what can be read, what is refused, and with which words."""

import numpy as np
import pandas as pd
import pytest

from copsim.analysis.condition import Condition, read_condition
from copsim.core.errors import UserError

NAMES = ("regulars_end", "cost", "reached_sustaining", "weeks_to_sustaining", "end_kind")
RUNS = pd.DataFrame(
    {
        "regulars_end": np.array([1, 6, 3, 9], np.float32),
        "cost": np.array([10, 20, 30, 40], np.float32),
        "reached_sustaining": np.array([0, 1, 0, 1], np.int32),
        "weeks_to_sustaining": np.array([np.nan, 50, np.nan, 200], np.float32),
        "end_kind": pd.Categorical(["faded", None, "legacy", None], ["stillborn", "faded", "legacy"]),
    }
)


def read(text: str) -> Condition:
    return read_condition(text, NAMES)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("reached_sustaining == 0", [1, 0, 1, 0]),
        ("regulars_end<5 and cost > 20", [0, 0, 1, 0]),
        ("regulars_end < 2 or cost >= 3e1", [1, 0, 1, 1]),
        ("regulars_end < 2 or cost > 20 and cost < 40", [1, 0, 1, 0]),
        ("(regulars_end < 2 or cost > 20) and cost < 40", [1, 0, 1, 0]),
        ("(regulars_end < 2 or cost > 20) and cost < 30", [1, 0, 0, 0]),
        ("15 < cost <= 30", [0, 1, 1, 0]),
        ("5 > regulars_end", [1, 0, 1, 0]),
        ("cost > -1", [1, 1, 1, 1]),
        ("weeks_to_sustaining != 50", [0, 0, 0, 1]),
        ("end_kind == 'faded'", [1, 0, 0, 0]),
        ("end_kind != 'faded'", [0, 0, 1, 0]),
    ],
)
def test_what_holds(text, held):
    assert read(text).holds(RUNS).tolist() == [bool(one) for one in held]


def test_a_condition_is_written_as_it_is_read():
    for text in ("reached_sustaining == 0", "cost > 1 and (regulars_end < 2 or cost < 3)", "end_kind == 'faded'"):
        assert str(read(text)) == text
        assert read(str(read(text))) == read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a condition is needed"),
        ("regular_end < 5", "there is no outcome 'regular_end' here, did you mean 'regulars_end'?"),
        ("x < 5", "there is no outcome 'x' here; there are regulars_end, cost"),
        ("reached_sustaining = 0", "equal is written =="),
        ("cost <", "cannot be read"),
        ("cost", "must compare an outcome with a number"),
        ("1 < 2", "must compare an outcome with a number"),
        ("cost < regulars_end", "must compare cost with a number"),
        ("cost < True", "must compare cost with a number"),
        ("cost < 1e999", "must compare cost with a number"),
        ("cost < 'much'", "must compare cost with a number"),
        ("cost in (1, 2)", "outcomes are compared by <"),
        ("not cost < 1", "must compare an outcome with a number"),
        ("(cost < 1) & (cost > 0)", "joined by the words and, or"),
        ("__import__('os').system('true') == 0", "must compare an outcome with a number"),
        ("cost < __import__('os').getpid()", "must compare cost with a number"),
        ("cost.real < 1", "must compare an outcome with a number"),
        ("end_kind == 'fade'", "did you mean 'faded'?"),
        ("end_kind < 'faded'", "compared by == or !="),
        ("cost < 1 or " * 200 + "cost < 1", "longer than 1,000 characters"),
        ("(" * 400 + "cost < 1" + ")" * 400, "cannot be read"),
        ("cost < 1\0", "cannot be read"),
        ("cost < " + "9" * 500, "must compare cost with a number"),
    ],
)
def test_what_is_refused(text, said):
    with pytest.raises(UserError, match=r"^[^\n]*$") as error:
        read(text)
    assert said in str(error.value)
