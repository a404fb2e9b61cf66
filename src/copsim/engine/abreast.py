"""One large community on several threads, with the same bits as on one.

What a part of the week does to a member does not depend on who else has been done: draws belong to people, a member's
own kernels write his row, and what is counted are whole numbers. So the rows are cut into blocks, each block is a view of
the state with counts of its own, and threads take block after block; then the counts are added up.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from copsim.core.jit import PLAIN
from copsim.core.state import State, block_of
from copsim.engine.luck import wrapping
from copsim.engine.running import advance, run
from copsim.engine.week import PARTS, TOGETHER
from copsim.mechanisms.staging import ENDED

Array = np.ndarray[Any, Any]
BLOCK = 32_768
"""Rows a block: a call for it takes longer than Python needs to make one, and its columns stay in the cache."""


class Abreast:
    """A state whose weeks are lived on several threads; use it in a `with`. Events are not kept."""

    def __init__(self, state: State, threads: int, block: int = BLOCK) -> None:
        firsts = np.arange(0, state.uid.size, block)
        self.state, self.block, self.threads = state, block, 1 if PLAIN else threads
        self.counts = np.zeros(len(firsts), state.counts.dtype).view(np.recarray)
        self.counts["first"] = firsts
        self.blocks = [block_of(state, int(first), self.counts[k : k + 1]) for k, first in enumerate(firsts)]
        self.pool = ThreadPoolExecutor(self.threads)

    def __enter__(self) -> "Abreast":
        return self

    def __exit__(self, *error: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    def run(self, p: Array, first: int, last: int) -> None:
        """Let weeks happen, as `engine.running.run` does."""
        for week in range(first, last + 1):
            if week == 0 or self.state.community[0].stage == ENDED:
                with wrapping():
                    run(self.state, p, np.int64(week), np.int64(week))
            else:
                self._live(p, np.int64(week))

    def _live(self, p: Array, week: np.int64) -> None:
        for part in range(PARTS):
            if part in TOGETHER:
                with wrapping():
                    advance(self.state, self.state, p, week, np.int64(part))
            else:
                self._members(p, week, np.int64(part))

    def _members(self, p: Array, week: np.int64, part: np.int64) -> None:
        """Do a part of the week block by block, and add up what was counted."""
        rows = int(self.state.counts[0].rows)
        if rows == 0:
            return
        number = -(-rows // self.block)
        before, counts = self.state.counts.copy(), self.counts[:number]
        first = counts["first"].copy()
        counts[:] = before
        counts["first"], counts["rows"] = first, np.minimum(rows - first, self.block)
        counts["shared"] = self.threads > 1
        held = counts.copy()

        def do(block: State) -> None:
            with wrapping():
                advance(block, self.state, p, week, part)

        for _ in self.pool.map(do, self.blocks[:number]):
            pass
        gained = _numbers(counts) - _numbers(held)
        _numbers(self.state.counts)[0] += gained.sum(0)


def _numbers(counts: Array) -> Array:
    """Return counts, a record a block, as a table of whole numbers."""
    return counts.view(np.int64).reshape(len(counts), -1)
