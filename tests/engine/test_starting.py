"""Starts: what a community that is there already brings with it."""

import numpy as np

from copsim.core.state import LEFT, new_state
from copsim.engine.gate import make_plan
from copsim.engine.living import live
from copsim.engine.starting import HISTORY_WEEKS, place, taken_from


def test_people_who_left_for_good_do_not_come_back_with_a_start() -> None:
    state = live(make_plan("talk", 60, {}), 1, 0).state
    rows = int(state.counts[0].rows)
    acts = np.zeros((rows, HISTORY_WEEKS), np.int32)
    acts[:, -1] = 1
    start = taken_from(state, acts, 60)
    fresh = new_state(rows, rows, 8, 1, 0)
    place(start, fresh)
    assert 0 < int(state.whole[LEFT, :rows].sum()) < rows
    np.testing.assert_array_equal(fresh.whole[LEFT, :rows], state.whole[LEFT, :rows])
