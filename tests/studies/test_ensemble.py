"""Many runs on threads: with fewer runs than threads, the threads that are left over share a large run."""

import numpy as np
import pytest

import copsim
from copsim.core.jit import PLAIN
from copsim.engine import living
from copsim.engine.abreast import Abreast
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import load_scenario
from copsim.studies.ensemble import Arm, run_arms

pytestmark = pytest.mark.skipif(PLAIN, reason="as long as the compiled one is short")


@pytest.mark.parametrize(
    ("replicates", "threads", "enough", "shared"),
    [(1, 5, 50, [5]), (2, 5, 50, [2, 2]), (3, 2, 50, []), (1, 5, 10**6, [])],
)
def test_threads_left_over_share_a_large_run(replicates, threads, enough, shared, monkeypatch):
    used = []

    class Watched(Abreast):
        def __init__(self, state, number, block=32):
            used.append(number)
            super().__init__(state, number, block)

    monkeypatch.setattr(living, "Abreast", Watched)
    monkeypatch.setattr(living, "MANY", enough)
    arm = Arm("baseline", plan_of(load_scenario("baseline"), 12))
    found = run_arms([arm], replicates, 1, threads)[0].lives()
    assert used == shared
    monkeypatch.undo()
    expected = run_arms([arm], replicates, 1, 1)[0].lives()
    np.testing.assert_array_equal(found.weekly, expected.weekly)
    np.testing.assert_array_equal(found.people, expected.people)


def test_a_result_does_not_tell_how_many_threads_it_took(monkeypatch):
    monkeypatch.setattr(living, "MANY", 50)
    one, two = (copsim.simulate("baseline", replicates=1, weeks=12, threads=threads) for threads in (1, 2))
    assert one.weekly.equals(two.weekly)
    assert one.runs.equals(two.runs)
