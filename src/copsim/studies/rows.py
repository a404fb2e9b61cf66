"""The rows of the deck: what serves each, and the direction each must show, checked on paired runs.

A direction compares two settings on the same luck: the observable is not written by the mechanism that is turned, and the
pattern must vanish with the mechanism switched off. `check_rows` does it in plausible worlds and says in how many pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from copsim.core.declare import every_parameter
from copsim.core.observables import NAMES, OBSERVABLES
from copsim.engine.gate import make_plan
from copsim.measures.outcomes import Lives
from copsim.studies.ensemble import Arm, run_arms
from copsim.studies.pairing import interval
from copsim.studies.planning import in_plan, worlds_of

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
WEEKS = 260


@dataclass(frozen=True)
class Direction:
    """One pattern: `more` against `less` on the same luck changes the mean of an observable over some weeks by `sign`."""

    row: str
    text: str
    more: Mapping[str, float]
    less: Mapping[str, float]
    observable: str
    weeks: tuple[int, int]
    sign: int = 1
    off: str = ""
    events: tuple[tuple[int, str], ...] = ()
    also: Mapping[str, float] = field(default_factory=dict)


DIRECTIONS = (
    Direction("S02", "welcoming raises the core a year later", {"leading.welcoming": 0.5}, {"leading.welcoming": 0.0},
              "core", (79, 156), off="welcoming.on"),
    Direction("S02", "welcoming raises the regulars in years 2 and 3", {"leading.welcoming": 0.5},
              {"leading.welcoming": 0.0}, "active", (53, 156), off="welcoming.on"),
    Direction("S05", "a monthly beat gives more attended hours than a yearly one", {"meeting.cadence": 4.0},
              {"meeting.cadence": 52.0}, "attendance", (27, 260)),
    Direction("S05", "a monthly beat is better prepared than a weekly one", {"meeting.cadence": 4.0},
              {"meeting.cadence": 1.0}, "quality_met", (27, 260)),
    Direction("S05", "an irregular beat is below a regular one", {"meeting.irregularity": 0.0},
              {"meeting.irregularity": 1.0}, "active", (105, 260), off="meeting.on"),
    Direction("S06", "a narrow domain identifies more", {"practising.breadth": 0.5}, {"practising.breadth": 2.0},
              "belonging", (53, 260)),
    Direction("S06", "a narrow domain recruits less", {"practising.breadth": 2.0}, {"practising.breadth": 0.5},
              "newcomers", (1, 52), off="joining.on"),
    Direction("S08", "with ties members belong longer after meetings stop", {"tying.on": 1.0}, {"tying.on": 0.0},
              "active", (105, 260), also={"meeting.cadence": 0.0}),
    Direction("S10", "stories told back raise the value of years 3 to 5", {"valuing.tell": 0.6}, {"valuing.tell": 0.0},
              "value_realized", (105, 260), off="valuing.on"),
    Direction("S13", "concentrated leadership starts faster", {"leading.distributed": 0.0}, {"leading.distributed": 0.8},
              "common_strength", (1, 40), off="leading.on"),
    Direction("S13", "leadership hours raise the regulars", {"leading.hours": 6.0},
              {"leading.hours": 0.0, "sponsoring.hours": 0.0}, "active", (105, 260), off="leading.on"),
    Direction("S17", "a prepared launch has more regulars after half a year", {"launching.prepared": 0.9},
              {"launching.prepared": 0.1}, "active", (27, 78), off="launching.on"),
    Direction("S19", "an engaged sponsor is above an absent one", {"sponsoring.engagement": 0.9},
              {"sponsoring.engagement": 0.0}, "value_realized", (105, 260), off="sponsoring.on"),
    Direction("S19", "command and control is below an absent sponsor", {"sponsoring.engagement": 0.0},
              {"sponsoring.engagement": 0.9, "sponsoring.prescription": 0.8}, "value_realized", (105, 260),
              off="sponsoring.on"),
    Direction("S19", "command and control leads at first", {"sponsoring.engagement": 0.9, "sponsoring.prescription": 0.8},
              {"sponsoring.engagement": 0.9}, "acting", (1, 20), off="sponsoring.on"),
)  # fmt: skip


def rows() -> "pd.DataFrame":
    """Return what serves each row: parameters, observables and directions, by row."""
    import pandas as pd

    names = sorted({p.row for p in every_parameter()} | {o.row for o in OBSERVABLES} | {d.row for d in DIRECTIONS})
    return pd.DataFrame(
        {
            "row": name,
            "mechanisms": ", ".join(dict.fromkeys(p.group for p in every_parameter() if p.row == name)),
            "levers": ", ".join(p.key for p in every_parameter() if p.row == name and p.role == "lever"),
            "observables": ", ".join(o.name for o in OBSERVABLES if o.row == name),
            "directions": "; ".join(d.text for d in DIRECTIONS if d.row == name),
        }
        for name in names
    )


def check_rows(replicates: int = 100, seed: int = 1, worlds: bool = True, threads: int | None = None) -> "pd.DataFrame":
    """Return one row a direction: mean paired difference, 99 % interval, share of pairs with the sign, and `holds`.

    `holds`: the interval lies on the side that the direction names. False-alarm rate of each direction: 0.5 %.
    """
    import pandas as pd

    return pd.DataFrame([checked(d, replicates, seed, worlds, threads) for d in DIRECTIONS])


def checked(
    direction: Direction, replicates: int, seed: int, worlds: bool, threads: int | None = None, off: bool = False
) -> dict[str, Any]:
    """Check one direction on paired runs; `off` switches its mechanism off, and the pattern must vanish."""
    more, less = (_lives(direction, side, replicates, seed, worlds, threads, off) for side in ("more", "less"))
    difference = direction.sign * (_mean(more, direction) - _mean(less, direction))
    low, high = interval(difference, 0.99)
    return {
        "row": direction.row, "direction": direction.text, "observable": direction.observable,
        "weeks": f"{direction.weeks[0]}-{direction.weeks[1]}", "difference": float(difference.mean()),
        "low": low, "high": high, "share": float((difference > 0).mean()), "holds": bool(low > 0),
    }  # fmt: skip


def _lives(
    direction: Direction, side: str, replicates: int, seed: int, worlds: bool, threads: int | None, off: bool
) -> Lives:
    settings = {**direction.also, **getattr(direction, side)} | ({direction.off: 0.0} if off else {})
    last = direction.weeks[1]
    plan = make_plan("professional", last, settings, events=direction.events)
    drawn = in_plan(plan, worlds_of(seed, replicates)) if worlds else None
    return run_arms([Arm(side, plan, drawn)], replicates, seed, threads)[0].lives()


def _mean(lives: Lives, direction: Direction) -> Array:
    """Return the mean of the observable over the weeks; `quality_met` is the quality of meetings that were held."""
    first, last = direction.weeks
    if direction.observable == "quality_met":
        quality, held = lives.column("quality")[:, first - 1 : last], lives.column("meets")[:, first - 1 : last]
        return np.asarray(quality.sum(1, dtype=float) / np.maximum(held.sum(1, dtype=float), 1.0))
    assert direction.observable in NAMES
    return np.asarray(lives.column(direction.observable)[:, first - 1 : last].mean(1, dtype=float))
