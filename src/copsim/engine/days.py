"""The day of a simulated act: observers draw it with keys of their own, and never feed back."""

from typing import Any

import numpy as np

from copsim.core.draws import DAY, GOLDEN, mix, share64, week_key
from copsim.core.jit import entry, kernel
from copsim.core.numeric import binomial_quantile
from copsim.engine.gate import Plan
from copsim.engine.parameters import central

Array = np.ndarray[Any, Any]
WEEKEND = 0.5
"""Acts on a weekend day against a weekday. Source: 0.3 to 0.6 in 45 open communities."""
_WORKING = 5.0


def share_elsewhere(plan: Plan) -> float:
    """Return the share of a week's further contributions that fall on another day, as it is set at the start."""
    values = central(plan.population) | dict(plan.stretches[0].settings)
    return values["participating.another_day"]


@kernel
def weekday(share):
    """Return a day of the week, 0 = Monday, from a uniform share."""
    place = share * (_WORKING + 2.0 * WEEKEND)
    return np.int64(place) if place < _WORKING else np.int64(5 + (place - _WORKING >= WEEKEND))


@entry
def draw_days(key, weeks, uids, numbers, further, elsewhere, days):
    """Fill `days` (events, 3): the day of the first act, another day, and how many of the further acts fall on that one.

    numbers tell events of one member and week apart; further: acts of the event beyond the first; elsewhere: the chance
    of each of these to fall on the other day.
    """
    for i in range(weeks.size):
        own = mix(week_key(key, DAY, weeks[i]) + GOLDEN * (uids[i] + np.uint64(1)))
        drawn = mix(own + GOLDEN * np.uint64(numbers[i] + 1))
        second = mix(drawn)
        first, other = weekday(share64(drawn)), weekday(share64(second))
        days[i, 0] = first
        days[i, 1] = other if other != first else (first + 1 if first < 6 else first - 1)
        days[i, 2] = binomial_quantile(share64(mix(second)), further[i], elsewhere)
