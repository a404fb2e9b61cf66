"""Runs of the ladder in copsim's style: one in one thread, one on several threads, many side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np

from benchmarks.ladder import kernels
from benchmarks.ladder.kernels import BLOCK, EXPERTISE_OF_LISTED, LISTED, RULE, Ladder, new_ladder
from benchmarks.ladder.library import constants
from benchmarks.ladder.rules import OUTPUTS, shared_log_odds

Array = np.ndarray[Any, Any]
_ATTENDANCE, _UNIT = OUTPUTS.index("attendance"), 2.0**-24
_WIDTH = len(OUTPUTS)


def _entry(function: Any) -> Any:
    """Compile as `copsim.core.jit.entry` does, but keep nothing on disk: its cache knows the sources of copsim alone."""
    return numba.njit(error_model="numpy", nogil=True, _nrt=False, no_rewrites=True)(function)


@_entry
def begin(s: Any, seed: Any, first: Any, last: Any) -> None:
    """Compiled `kernels.begin`."""
    kernels.begin(s, seed, first, last)


@_entry
def attend(s: Any, p: Any, shared: Any, seed: Any, week: Any, first: Any, last: Any, place: Any, sums: Any) -> None:
    """Compiled `kernels.attend`."""
    kernels.attend(s, p, shared, seed, week, first, last, place, sums)


@_entry
def live(
    s: Any, p: Any, mean: Any, seed: Any, week: Any, first: Any, last: Any, k: Any, there: Any, ties: Any, sums: Any
) -> None:
    """Compiled `kernels.live`."""
    kernels.live(s, p, mean, seed, week, first, last, k, there, ties, sums)


@_entry
def run(s: Any, p: Any, shared: Any, seed: Any, ties: Any, listed: Any, sums: Any) -> None:
    """Let all weeks happen in one thread; a line of sums a week."""
    n = s.energy.size
    for week in range(shared.size):
        kernels.attend(s, p, shared[week], seed, week, 0, n, 0, listed)
        there = listed[LISTED]
        mean = np.float32(listed[EXPERTISE_OF_LISTED] * _UNIT / there) if there > 0 else np.float32(0.0)
        kernels.live(s, p, mean, seed, week, 0, n, 0, there, ties, sums[week])
        sums[week, _WIDTH - 1] = there


def outputs(sums: Array, members: int) -> list[list[float]]:
    """Return the rows of outputs that whole-number sums (weeks, outputs) make; the last column of sums is attendance."""
    rows = sums.astype(float)
    rows[:, 6:9] *= _UNIT / members
    rows[:, 9] /= members
    output, attendance = rows[:, 10] * _UNIT, rows[:, 11].copy()
    rows[:, 10], rows[:, 11] = attendance, output
    return rows.tolist()  # type: ignore[no-any-return]


def _parameters() -> Any:
    return constants(np.float32).view(RULE).view(np.recarray)


def start(members: int, weeks: int, seed: int) -> Callable[[], list[list[float]]]:
    """Return how to live through so many weeks in one thread: a row of outputs a week."""
    s, sums, scratch = new_ladder(members), np.zeros((weeks, _WIDTH), np.int64), np.zeros(BLOCK, np.float32)
    shared, listed = np.array(shared_log_odds(weeks), np.float32), np.zeros(2, np.int64)
    p, key = _parameters(), np.uint64(seed)
    begin(s, key, np.int64(0), np.int64(members))

    def advance() -> list[list[float]]:
        run(s, p, shared, key, scratch, listed, sums)
        return outputs(sums, members)

    return advance


def start_many(members: int, weeks: int, seed: int, runs: int, threads: int) -> Callable[[], list[list[list[float]]]]:
    """Return how to live through many runs side by side, with seeds from `seed` on."""

    def one(number: int) -> list[list[float]]:
        return start(members, weeks, seed + number)()

    def advance() -> list[list[list[float]]]:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(runs)))

    return advance


class Giant:
    """One run on several threads: parts of whole blocks, a barrier after each of three passes a week."""

    def __init__(self, members: int, seed: int, threads: int) -> None:
        self.seed, self.threads, self.members = np.uint64(seed), threads, members
        share = -(-members // (threads * BLOCK)) * BLOCK
        self.parts = [(min(k * share, members), min((k + 1) * share, members)) for k in range(threads)]
        self.s: Ladder = new_ladder(members, threads)
        self.found, self.sums = np.zeros((threads, 16), np.int64), np.zeros((threads, 16), np.int64)
        self.scratch, self.p = np.zeros((threads, BLOCK), np.float32), _parameters()
        self.pool = ThreadPoolExecutor(threads)
        self.each(lambda k, first, last: begin(self.s, self.seed, first, last))

    def each(self, do: Callable[[int, Any, Any], None]) -> None:
        """Do something for every part, and wait."""
        parts = [(k, np.int64(first), np.int64(last)) for k, (first, last) in enumerate(self.parts)]
        list(self.pool.map(lambda part: do(*part), parts))

    def week(self, week: int, shared: np.float32) -> Array:
        """Let a week happen and return its sums."""
        at, s, p = np.int64(week), self.s, self.p
        self.each(lambda k, low, high: attend(s, p, shared, self.seed, at, low, high, self._place(k), self.found[k]))
        begins = np.concatenate([[0], np.cumsum(self.found[:, LISTED])])
        there, expertise = begins[-1], self.found[:, EXPERTISE_OF_LISTED].sum()
        mean = np.float32(expertise * _UNIT / there) if there else np.float32(0.0)
        if self.threads > 1:
            self._close_ranks(begins)
        self.each(
            lambda k, low, high: live(
                s, p, mean, self.seed, at, low, high, begins[k], there, self.scratch[k], self.sums[k]
            )
        )
        sums = self.sums.sum(0)[:_WIDTH]
        sums[-1] = there
        return np.asarray(sums)

    def _close_ranks(self, begins: Array) -> None:
        """Move what each thread has listed behind what those before it have."""
        for k, found in enumerate(self.found[:, LISTED].tolist()):
            place = int(self._place(k))
            self.s.attendees[begins[k] : begins[k] + found] = self.s.attendees[place : place + found]

    def _place(self, k: int) -> Any:
        return np.int64(self.parts[k][0] + k)


def start_giant(members: int, weeks: int, seed: int, threads: int) -> Callable[[], list[list[float]]]:
    """Return how to live through so many weeks on several threads: a row of outputs a week."""
    giant, shared = Giant(members, seed, threads), np.array(shared_log_odds(weeks), np.float32)

    def advance() -> list[list[float]]:
        rows = [giant.week(week, shared[week]) for week in range(weeks)]
        giant.pool.shutdown()
        return outputs(np.array(rows), members)

    return advance
