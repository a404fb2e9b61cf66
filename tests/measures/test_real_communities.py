"""The four tables of `observe` equal the published ones for 91 real communities (a shared folder beside the clone)."""

import numpy as np
import pandas as pd
import pytest

from copsim.core.jit import PLAIN
from copsim.measures.logs import read_log
from copsim.measures.observing import observe

KEYS = {
    "communities": ["community"],
    "monthly": ["community", "month"],
    "transitions": ["community", "from", "to"],
    "survival": ["community", "months"],
}
OF_THE_REGISTRY = {"kind", "sub", "medium"}
TOLERANCE, TOLERANCE_NETWORK = 1e-4, 1e-3


@pytest.fixture(scope="module")
def published(shared_data):
    if PLAIN:
        pytest.skip("800,000 events are too many without compiled kernels")
    return shared_data / "dev"


@pytest.fixture(scope="module")
def observation(published):
    return observe(read_log(published / "events.csv.gz", until=published / "communities.csv"))


@pytest.mark.parametrize("table", KEYS)
def test_every_cell_is_the_published_one(table, published, observation):
    keys = KEYS[table]
    ours, theirs = (
        frame.astype({key: str for key in keys if key != "months"}).set_index(keys)
        for frame in (getattr(observation, table), pd.read_csv(published / f"{table}.csv"))
    )
    assert sorted(ours.index) == sorted(theirs.index)
    theirs = theirs.loc[ours.index]
    columns = [column for column in ours.columns if column not in OF_THE_REGISTRY]
    assert set(columns) <= set(theirs.columns)
    wrong = [column for column in columns if not same(ours[column], theirs[column])]
    assert wrong == []


def same(ours, theirs):
    if not pd.api.types.is_numeric_dtype(ours):
        return ours.astype(str).tolist() == theirs.astype(str).tolist()
    tolerance = TOLERANCE_NETWORK if ours.name.startswith("net_") else TOLERANCE
    return np.allclose(ours.astype(float), theirs.astype(float), rtol=tolerance, atol=1e-9, equal_nan=True)


def test_monthly_and_survival_have_the_published_columns(published, observation):
    for table in ("monthly", "transitions", "survival"):
        header = pd.read_csv(published / f"{table}.csv", nrows=0).columns
        assert getattr(observation, table).columns.tolist() == header.tolist()
