"""One run: a plan, a seed and a replicate in; the record, the events and the state at the end out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.core.state import State
from copsim.engine.abreast import Abreast
from copsim.engine.gate import EVENTS, Plan, Stretch, fresh_state, values_of
from copsim.engine.luck import key_of_run, wrapping
from copsim.engine.moments import Moment, branched
from copsim.engine.parameters import pack
from copsim.engine.running import run

Array = np.ndarray[Any, Any]
_GUESS = 4_096
MANY = 100_000
"""People a run has room for, those outside included, from which several threads pay within it."""


@dataclass(frozen=True)
class Life:
    """What one run leaves: record float32 (weeks, observables), events int32 (number, 5), and the state at its end."""

    record: Array
    events: Array
    state: State


def live(
    plan: Plan,
    seed: int,
    replicate: int,
    world: Mapping[str, float] | None = None,
    events: bool = False,
    threads: int = 1,
) -> Life:
    """Run one replicate of a plan; `world` holds drawn values of uncertain parameters, `events` keeps what happened.

    threads: how many may share a run of many people that keeps no events, whose order is that of one thread; the bits are
    the same. A buffer of events that turns out too small is made as large as needed and the run repeated: same draws, same
    run.
    """
    state = _lived(plan, seed, replicate, world or {}, _GUESS if events else 0, threads)
    happened = int(state.counts[0].events)
    if happened > state.events.shape[0] > 0:
        state = _lived(plan, seed, replicate, world or {}, happened, threads)
    return Life(state.record[plan.before :], state.events[:happened], state)


def begin(plan: Plan, seed: int, replicate: int, world: Mapping[str, float], events: int = 0) -> tuple[State, int]:
    """Return the state of a run before its first week, and that week."""
    if plan.moment is not None:
        return branched(plan, plan.moment, seed, replicate, events)
    values = values_of(plan, plan.stretches[0], seed, replicate, world)
    with wrapping():
        key = key_of_run(np.uint64(seed), np.int64(replicate), np.int64(0))
    return fresh_state(plan, values, key, events)


def stretch_record(plan: Plan, stretch: Stretch, seed: int, replicate: int, world: Mapping[str, float]) -> Any:
    """Return the parameters of a stretch as kernels read them."""
    return pack(values_of(plan, stretch, seed, replicate, world))


def announce(state: State, stretch: Stretch) -> None:
    """Tell the state what happens at the start of the stretch's first week."""
    for kind in stretch.events:
        state.counts[0][EVENTS[kind]] = 1


def moment_of(
    plan: Plan,
    seed: int,
    replicate: int,
    week: int,
    world: Mapping[str, float] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Moment:
    """Return a life at the end of a week, from which futures branch. Errors: `UserError` where it has ended by then."""
    so_far = tuple(stretch for stretch in plan.stretches if stretch.first <= week)
    state = live(replace(plan, weeks=week, stretches=so_far), seed, replicate, world).state
    if state.community[0].end_kind > 0:
        raise UserError(f"the community has come to its end by week {week}; nothing branches from there")
    return Moment(plan, seed, replicate, dict(world or {}), week, state, dict(about or {}))


def _lived(plan: Plan, seed: int, replicate: int, world: Mapping[str, float], events: int, threads: int) -> State:
    state, week = begin(plan, seed, replicate, world, events)
    ends = [stretch.first - 1 for stretch in plan.stretches[1:]] + [plan.weeks]
    with wrapping(), _running(state, threads) as run_weeks:
        for stretch, last in zip(plan.stretches, ends, strict=True):
            announce(state, stretch)
            until = plan.before + last
            run_weeks(stretch_record(plan, stretch, seed, replicate, world), np.int64(week), np.int64(until))
            week = max(week, until + 1)
    return state


@contextmanager
def _running(state: State, threads: int) -> Iterator[Callable[..., None]]:
    """Yield how weeks happen to a state (parameters, first, last): on one thread, or on several where that pays."""
    if threads > 1 and state.uid.size >= MANY and state.events.shape[0] == 0:
        with Abreast(state, threads) as abreast:
            yield abreast.run
    else:
        yield partial(run, state)
