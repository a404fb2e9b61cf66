"""The weekly table: a longer run begins like a shorter one, `activity_stage` included."""

import pytest

import copsim


@pytest.mark.parametrize("weeks", [60, 61, 62, 92, 93])
def test_a_longer_run_begins_like_a_shorter_one(weeks: int) -> None:
    short = copsim.simulate("baseline", replicates=12, weeks=weeks, seed=1).weekly
    long = copsim.simulate("baseline", replicates=12, weeks=100, seed=1).weekly
    assert short.equals(long[long["week"] <= weeks].reset_index(drop=True))
