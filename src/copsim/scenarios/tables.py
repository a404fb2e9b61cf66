"""The tables of `copsim scenarios`, `params` and `outcomes`, printed from the declarations."""

from typing import TYPE_CHECKING

from copsim.core.declare import POPULATIONS
from copsim.engine.fitted import plausible_range
from copsim.scenarios import checking
from copsim.scenarios.files import built_in_names
from copsim.scenarios.reading import BASELINE, DEFAULT_SET, load_scenario

if TYPE_CHECKING:
    import pandas as pd


def scenarios() -> "pd.DataFrame":
    """Return the built-in scenarios, a row each: the baseline, compare's default set, then others."""
    import pandas as pd

    first = (BASELINE, *DEFAULT_SET)
    names = [*first, *(name for name in built_in_names() if name not in first)]
    columns = ["name", "title", "text", "source", "population", "start"]
    rows = [[getattr(scenario, column) for column in columns] for scenario in map(load_scenario, names)]
    return pd.DataFrame(rows, columns=columns)


def params() -> "pd.DataFrame":
    """Return every parameter, a row each: values by population, possible and plausible range, role, evidence."""
    import pandas as pd

    rows = []
    for key, parameter in checking.parameters().items():
        low, high = plausible_range(parameter) or (None, None)
        rows.append(
            {
                "key": key,
                "unit": parameter.unit,
                **{population: parameter.value_in(population) for population in POPULATIONS},
                "possible_low": parameter.possible[0],
                "possible_high": parameter.possible[1],
                "plausible_low": low,
                "plausible_high": high,
                "role": parameter.role,
                "row": parameter.row,
                "text": parameter.text,
                "evidence": parameter.evidence,
            }
        )
    return pd.DataFrame(rows).astype({"plausible_low": float, "plausible_high": float})


def outcomes() -> "pd.DataFrame":
    """Return every outcome of a run, a row each: unit, label, good direction (1, -1; 0: none), what matters, text."""
    import pandas as pd

    from copsim.measures.outcomes import OUTCOMES

    columns = ["key", "unit", "label", "better", "matters", "text"]
    rows = [[getattr(outcome, column) for column in columns] for outcome in OUTCOMES.values()]
    return pd.DataFrame(rows, columns=columns).astype({"matters": float})
