"""The weekly table and the runs table of many lives, tidy: keys first, then a column an observable or outcome."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.observables import NAMES
from copsim.core.vocabulary import ENDS, STAGES
from copsim.measures.activity_stage import activity_stages
from copsim.measures.outcomes import Lives, compute

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]


def activity_codes(lives: Lives, months: Array) -> Array:
    """Return the activity stage of each run and week, int8: of the last whole month; `potential` before there is one.

    months: calendar month of weeks 1..weeks + 1, each that of its Sunday. The first month is whole when the run begins with
    it; the last when the week after the run belongs to another month. Weeks before the runs count among the months.
    """
    lived = 0 if lives.before is None else len(lives.before)
    months, following = months[:-1], months[-1]
    _, first, month = np.unique(months, return_index=True, return_inverse=True)
    active = np.add.reduceat(_whole_column(lives, "acting_month"), first, axis=1)
    ends = np.append(first[1:], len(months)) - 1
    regulars = (_whole_column(lives, "core") + _whole_column(lives, "active"))[:, ends]
    stages = activity_stages(active, regulars)
    known = np.where(ends == len(months) - 1, ends + (following == months[-1]), ends)
    whole = month - (np.arange(len(months)) < known[month])  # a month's stage is known in its last week
    return np.where(whole >= 0, stages[:, np.maximum(whole, 0)], 0).astype(np.int8)[:, lived:]


def _whole_column(lives: Lives, name: str) -> Array:
    """Return one observable of the weeks before the runs, which they have in common, and of the runs."""
    if lives.before is None:
        return lives.column(name)
    common = np.broadcast_to(lives.before[:, NAMES.index(name)], (len(lives.weekly), len(lives.before)))
    return np.concatenate([common, lives.column(name)], axis=1)


def weekly_table(lives: Mapping[str, Lives], months: Array) -> "pd.DataFrame":
    """Return one row a scenario, replicate, community and week; stages are categories."""
    import pandas as pd

    blocks = list(lives.values())
    runs = [block.weekly.shape[0] for block in blocks]
    weeks = blocks[0].weeks
    table: dict[str, Any] = _keys(list(lives), runs, weeks)
    table["week"] = np.tile(np.arange(1, weeks + 1, dtype=np.int32), sum(runs))
    for k, name in enumerate(NAMES):
        values = np.concatenate([block.weekly[:, :, k].reshape(-1) for block in blocks])
        table[name] = category(values.astype(np.int8), list(STAGES)) if name == "stage" else values
        if name == "stage":
            codes = np.concatenate([activity_codes(block, months).reshape(-1) for block in blocks])
            table["activity_stage"] = category(codes, list(STAGES))
    return pd.DataFrame(table, copy=False)


def runs_table(lives: Mapping[str, Lives]) -> "pd.DataFrame":
    """Return one row a scenario, replicate and community: every outcome, and how the community ended."""
    import pandas as pd

    computed = [compute(block) for block in lives.values()]
    table: dict[str, Any] = _keys(list(lives), [block.weekly.shape[0] for block in lives.values()], 1)
    for key in computed[0]:
        table[key] = np.concatenate([c[key] for c in computed])
    ends = np.concatenate([block.end_kind for block in lives.values()]).astype(np.int8)
    table["end_kind"] = category(np.where(ends > 0, ends - 1, -1), list(ENDS[1:]))
    return pd.DataFrame(table, copy=False)


def _keys(names: Sequence[str], runs: Sequence[int], each: int) -> dict[str, Any]:
    """Return the key columns: scenario (a category in the order given), replicate, community."""
    scenario = np.repeat(np.arange(len(names)), [n * each for n in runs])
    replicate = np.concatenate([np.repeat(np.arange(n, dtype=np.int32), each) for n in runs])
    return {
        "scenario": category(scenario, list(names)),
        "replicate": replicate,
        "community": np.zeros(len(replicate), np.int32),
    }


def category(codes: Any, texts: Sequence[str]) -> Any:
    """Return a category column with the declared texts, in their order."""
    import pandas as pd

    return pd.Categorical.from_codes(np.asarray(codes), pd.Index(list(texts)))  # type: ignore[arg-type]
