"""Given names for simulated people: the same person has the same name in every scenario, for it hangs on the uid alone."""

from pathlib import Path

from copsim.measures.simulated import week_and_order

GIVEN = tuple((Path(__file__).parent / "names.txt").read_text(encoding="utf-8").split())
INITIALS = "ABCDEFGHIJKLMNOPRSTVWYZ"
_PLACES, _A_WEEK, _STRIDE = len(GIVEN) * len(INITIALS), 4, 1_553
_WEEKLY = 521 * _A_WEEK
"""Places for the first four arrivals of each week in ten years; further ones share what is left."""


def person_name(uid: int) -> str:
    """Return the name of the person with this uid, "Ana K.".

    Founders, and the first four who join in each week of ten years, are all called differently. Those who join fifth or
    later in a week take what names are left, and may be called like each other or like a founder.
    """
    week, order = week_and_order(uid)
    place = week * _A_WEEK + order
    if order >= _A_WEEK or place >= _WEEKLY:
        place = _WEEKLY + (order - _A_WEEK + 7 * week) % (_PLACES - _WEEKLY)
    scattered = place * _STRIDE % _PLACES
    return f"{GIVEN[scattered % len(GIVEN)]} {INITIALS[scattered // len(GIVEN)]}."


def seat(uid: int) -> tuple[float, float]:
    """Return where a person sits, whatever the scenario: share of the clock's round, and share of a ring's width.

    Shares of irrational steps: people who arrive after one another spread evenly, without a draw.
    """
    week, order = week_and_order(uid)
    return (0.6180339887 * order + 0.7548776662 * week) % 1.0, (0.5698402910 * order + 0.3247179572 * week) % 1.0
