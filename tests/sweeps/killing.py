"""Sweeps that are killed: a process that loads all once, and then forks one child a kill, so that many kills take little.

Children tell of every step they take through a pipe; when they have taken as many as asked, they get SIGKILL, wherever
they are by then. Called as `python killing.py FOLDER SEED KILLS PLAN`; prints how many of the kills hit a sweep at work.
"""

import json
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copsim.sweeps import parts
from copsim.sweeps.living import Living
from copsim.sweeps.plan import read_plan
from copsim.sweeps.points import cells_of, points_table
from copsim.sweeps.sweep import sweep

STEPS = 150
"""About as many steps as an undisturbed run of the plan takes."""


def telling(pipe: int) -> None:
    """Make the steps of a sweep tell of themselves: lives, halves of writing, renaming."""
    life, settle, lock = Living.life, parts._settle, threading.Lock()

    def tell() -> None:
        with lock:
            os.write(pipe, b".")

    def told_life(self: Living, *run: Any) -> Any:
        tell()
        return life(self, *run)

    def told_fill(file: Any, content: bytes) -> None:
        for half in (content[: len(content) // 2], content[len(content) // 2 :]):
            file.write(half)
            file.flush()
            tell()
        os.fsync(file.fileno())

    def told_settle(folder: Path) -> None:
        tell()
        settle(folder)

    Living.life, parts._fill, parts._settle = told_life, told_fill, told_settle  # type: ignore[method-assign]


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do a job that sweeps in a child and kill it at a step; tell whether it was still at work."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        telling(writing)
        work()
        os._exit(0)
    os.close(writing)
    while step > 0 and (got := os.read(reading, step)):
        step -= len(got)
    os.kill(child, signal.SIGKILL)
    os.close(reading)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def load(plan: dict[str, Any]) -> None:
    """Load all that a sweep needs, without starting a thread."""
    import pyarrow.dataset  # noqa: F401

    read = read_plan(plan)
    Living(read).life(cells_of(["baseline"], points_table(read), 1)[0], 0)


def main() -> None:
    """Kill so many sweeps, in one folder that is never cleaned between them."""
    folder, seed, kills, plan = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
    chance = random.Random(seed)
    hits = 0
    load(plan)
    for _ in range(kills):
        hits += killed_at(chance.randrange(1, STEPS // 4), lambda: sweep(plan, folder, threads=2))
    print(hits)


if __name__ == "__main__":
    main()
