"""Searches that are killed: a process that loads all once, and then forks one child a kill.

Children tell of every step they take through a pipe; when they have taken as many as asked, they get SIGKILL, wherever
they are by then. Called as `python killing.py FOLDER SEED KILLS STEPS PLAN`; prints how many kills hit a search at work.
"""

import json
import os
import random
import signal
import sys
from typing import Any

from copsim.optimising.asking import read_search
from copsim.optimising.optimise import optimise
from copsim.sweeps.living import Living
from copsim.sweeps.points import Cell
from tests.sweeps.killing import telling


def killed_at(step: int, folder: str, plan: dict[str, Any]) -> bool:
    """Run a search in a child and kill it at a step; tell whether it was still at work."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        telling(writing)
        optimise(plan, folder, threads=2)
        os._exit(0)
    os.close(writing)
    while step > 0 and (got := os.read(reading, step)):
        step -= len(got)
    os.kill(child, signal.SIGKILL)
    os.close(reading)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def load(plan: dict[str, Any]) -> None:
    """Load all that a search needs, without starting a thread."""
    import cmaes  # noqa: F401
    import optuna  # noqa: F401
    import pyarrow.dataset  # noqa: F401

    read = read_search(plan)
    Living(read.plan).life(Cell("baseline", "", {}), 0)


def main() -> None:
    """Kill so many searches, in one folder that is never cleaned between them."""
    folder, seed, kills, steps, plan = sys.argv[1], *map(int, sys.argv[2:5]), json.loads(sys.argv[5])
    chance = random.Random(seed)
    load(plan)
    print(sum(killed_at(chance.randrange(1, steps), folder, plan) for _ in range(kills)))


if __name__ == "__main__":
    main()
