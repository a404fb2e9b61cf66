"""Nanoseconds of each pass of the week, and bytes of a member."""

from collections.abc import Callable
from typing import Any

from copsim.core.state import State, new_state
from copsim.studies.profiling import each_call


def each_pass(begun: Callable[[], tuple[State, int]], record: Any, weeks: int) -> dict[str, float]:
    """Return nanoseconds a member-week of each pass, dearest first: the least of five runs."""
    return each_call(begun, record, weeks, 5)[0]


def bytes_a_member() -> float:
    """Return the bytes of state that one more member takes."""
    small, large = (sum(column.nbytes for column in new_state(n, n, 1, 1, 0)) for n in (1 << 14, 1 << 15))
    return (large - small) / (1 << 14)
