"""Sentences about what the scenario changes, and about value that was realized or told for the first time."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from copsim.engine.parameters import DECLARED, central
from copsim.telling.scene import Scene
from copsim.telling.sentences import BY_SCENARIO, Told, counted


def changes(scene: Scene) -> Iterator[Told]:
    """Yield every setting that a dated change moves."""
    ordinary = central(scene.life.plan.population)
    for before, after in pairwise(scene.life.plan.stretches):
        for key, value in after.settings.items():
            was = before.settings.get(key, ordinary[key])
            if value != was:
                text = f"“{_short(DECLARED[key].text)}” went from {was:,.12g} to {value:,.12g}"
                yield Told(after.first, None, "change", text, BY_SCENARIO)


def _short(text: str, most: int = 60) -> str:
    """Return a parameter's text without what a comma, a semicolon or a bracket adds, and not too long."""
    for mark in (",", ";", " ("):
        text = text.split(mark)[0]
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def firsts(scene: Scene) -> Iterator[Told]:
    """Yield the first realized unit of value and the first story; a community that was there has had its own."""
    if scene.life.plan.start is not None:
        return
    applied, realized, told = (scene.column(name) for name in ("value_applied", "value_realized", "told"))
    for series, text, before, what in (
        (realized, "something learnt here made a difference for the first time", applied, "applied"),
        (told, "a story of value was told for the first time", realized, "realized"),
    ):
        weeks = np.flatnonzero(series > 0)
        if len(weeks):
            units = counted(int(before[: weeks[0] + 1].sum()), "unit")
            yield Told(int(weeks[0]) + 1, None, "value", text, f"{units} of value had been {what}")
