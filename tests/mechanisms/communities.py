"""Small communities for tests, and the luck of their members computed anew, in NumPy, from the published formulas."""

import hashlib

import numpy as np

from copsim.core.draws import run_key
from copsim.core.observables import NAMES
from copsim.core.state import MONTH_START, YEAR_END, new_state
from copsim.engine.parameters import central, pack
from copsim.engine.running import run
from tests.kernels import call

GOLDEN, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)
QUIET = {
    **{f"{name}.on": 0.0 for name in ("weathering", "sponsoring", "leading", "joining", "meeting", "answering")},
    **{f"{name}.on": 0.0 for name in ("welcoming", "tying", "valuing", "tiring", "learning", "leaving", "staging")},
    "weathering.tide": 0.0,
}
"""Settings that leave nothing but taking part, belonging, and the strengths."""
STILL = {**QUIET, "participating.base_rate": -60.0}
"""Settings under which nobody does anything."""


def empty(founders=30, hinterland=60, weeks=40, seed=1, events=0):
    """Return the state of a community before its launch; years end in weeks 49 to 52."""
    people = founders + hinterland + weeks
    s = new_state(people, people, weeks, len(NAMES), events)
    s.key[0] = call(run_key)(np.uint64(seed), np.uint64(0), np.uint64(0))
    s.counts[0].hinterland = founders + hinterland
    s.counts[0].late_from, s.counts[0].followed_until = max(1, weeks - 51), weeks - 52
    s.calendar[MONTH_START] = np.maximum(1, np.arange(weeks + 1) // 4 * 4)
    s.calendar[YEAR_END] = np.arange(weeks + 1) % 52 >= 49
    return s


def parameters(settings=None, founders=30):
    """Return the (1,) record of the professional population with some settings; nothing is validated."""
    return pack(central("professional") | {"joining.founders": float(founders)} | (settings or {}))


def lived(s, p, first, last):
    """Let weeks happen to a state, in place, and return it."""
    with np.errstate(over="ignore"):
        run(s, p, np.int64(first), np.int64(last))
    return s


def founded(settings=None, weeks=0, weeks_room=40, **size):
    """Return (state, parameters) of a community after its launch and so many weeks."""
    s, p = empty(weeks=weeks_room, **size), parameters(settings, size.get("founders", 30))
    return lived(s, p, 0, weeks), p


def clone(s):
    """Return a copy of a state that shares nothing with it."""
    return type(s)(*(column.copy() for column in s))


def digest(s):
    """Return a hash of all bits of a state."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(column).tobytes() for column in s)).hexdigest()


def rows(s):
    """Return the slice of rows in use."""
    return slice(0, int(s.counts[0].rows))


def week_after(s, p, week):
    """Return the state after one more week, leaving `s` as it is."""
    return lived(clone(s), p, week, week)


def mixed(z):
    """Return the finaliser of SplitMix64 on an array of 64 bits."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def week_key(s, decision, week):
    """Return the key of a decision in a week, an array of one: arrays wrap around without a warning."""
    return mixed(mixed(s.key + GOLDEN * np.array([week + 1], np.uint64)) + SECOND * np.array([decision]))


def drawn(s, decision, week):
    """Return the 64 bits of each member for a decision in a week."""
    return mixed(week_key(s, decision, week) + GOLDEN * (s.uid[rows(s)] + np.uint64(1)))


def shares(drawn_bits):
    """Return float64 shares in (0, 1) made of 52 bits."""
    return ((drawn_bits >> np.uint64(12)).astype(float) + 0.5) * 2.0**-52


def shares32(drawn_bits):
    """Return the shares that have 24 bits."""
    return (drawn_bits >> np.uint64(40)).astype(float) * 2.0**-24


def weekly(s, decision, week):
    """Return the community's own share for a decision of a week."""
    return float(shares(week_key(s, decision, week))[0])


def f32(*values):
    """Return numbers as kernels of single precision take them."""
    return tuple(np.float32(v) for v in values)


def sat(x):
    """Return 1 - exp(-x)."""
    return -np.expm1(-np.asarray(x, float))


def logistic(x):
    """Return the chance that belongs to log-odds."""
    return 1.0 / (1.0 + np.exp(-np.asarray(x, float)))
