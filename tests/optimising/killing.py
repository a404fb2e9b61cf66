"""Searches that are killed: a process that loads all once, and then forks one child a kill.

Children tell of every step they take through a pipe; when they have taken as many as asked, they get SIGKILL, wherever
they are by then. Called as `python killing.py FOLDER SEED KILLS STEPS PLAN`; prints how many kills hit a search at work.
"""

import json
import random
import sys
from typing import Any

from copsim.optimising.asking import read_search
from copsim.optimising.optimise import optimise
from copsim.sweeps.living import Living
from copsim.sweeps.points import Cell
from tests.sweeps.killing import killed_at


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

    def work() -> None:
        optimise(plan, folder, threads=2)

    print(sum(killed_at(chance.randrange(1, steps), work) for _ in range(kills)))


if __name__ == "__main__":
    main()
