"""The tables printed from the declarations."""

import copsim
from copsim.core.declare import parameters_by_key
from copsim.scenarios.reading import DEFAULT_SET


def test_scenarios():
    table = copsim.scenarios()
    assert list(table["name"]) == ["baseline", *DEFAULT_SET, "established"]
    assert (table[["title", "text", "source"]] != "").all().all()


def test_params():
    table = copsim.params().set_index("key")
    assert list(table.index) == list(parameters_by_key())
    engagement = table.loc["sponsoring.engagement"]
    assert tuple(engagement[["professional", "talk", "git", "possible_low", "possible_high"]]) == (0.5, 0.2, 0.2, 0, 1)
    drawn = table["plausible_low"].notna()
    assert set(table.loc[drawn, "role"]) == {"uncertain"}
    assert (table.loc[drawn, "plausible_low"] < table.loc[drawn, "plausible_high"]).all()
    alone = [key for key, p in parameters_by_key().items() if p.plausible]
    assert (table.loc[alone, "plausible_low"] <= table.loc[alone, "professional"]).all()


def test_outcomes():
    table = copsim.outcomes()
    assert {"regulars_end", "value_realized", "cost"} <= set(table["key"])
    assert set(table["better"]) <= {-1, 0, 1}
