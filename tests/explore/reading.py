"""What the page is given, read as the page reads it."""

import numpy as np

from copsim.core.levels import OUTSIDE


def levels_by_week(world):
    """Return the level of everybody, int (weeks, people), as the page reads it; -1 before joining."""
    people = np.array(world["people"]["joined"])
    table, now = [], np.full(len(people), -1)
    moves = np.array(world["moves"]).reshape(-1, 3)
    for week in range(1, world["weeks"] + 1):
        now[people == week] = OUTSIDE
        for _, person, level in moves[moves[:, 0] == week]:
            now[person] = level
        table.append(now.copy())
    return np.array(table)


def counted(world, level):
    """Return how many people are at a level, int (weeks,)."""
    return (levels_by_week(world) == level).sum(1)
