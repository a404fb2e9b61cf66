"""Where two communities on the same luck part: the first week in which not the same things happened, and what."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from copsim.telling.sentences import Told, in_order

_NUMBERS = re.compile(r"\d+")


class Parted(NamedTuple):
    """The week in which two runs part; the most telling sentence that only the one, only the other has; None for none."""

    week: int
    first: Told | None
    second: Told | None


def parted(first: Sequence[Told], second: Sequence[Told]) -> Parted | None:
    """Return where two told runs part, None where everything told is the same.

    What happened is compared, not why or how much: week, kind and text, without the numbers in what concerns all. People
    are told apart by their names, which must hang on the uid alone (as `scene.default_name` does): the numbers of persons
    shift as soon as somebody joins in one run only.
    """
    ours, theirs = _by_week(first), _by_week(second)
    for week in sorted({*ours, *theirs}):
        here, there = ours.get(week, []), theirs.get(week, [])
        only_here, only_there = _without(here, there), _without(there, here)
        if only_here or only_there:
            return Parted(week, next(iter(only_here), None), next(iter(only_there), None))
    return None


def parting_words(parting: Parted | None, first: str, second: str) -> str:
    """Return in a sentence where two runs of these titles part."""
    if parting is None:
        return f"“{first}” and “{second}” live the same life."
    said = [f"in “{title}” {told.text}" for title, told in ((first, parting.first), (second, parting.second)) if told]
    return f"They part in week {parting.week}: {', '.join(said)}{'' if len(said) > 1 else ', in the other not'}."


def _by_week(told: Iterable[Told]) -> dict[int, list[Told]]:
    return {week: list(each) for week, each in groupby(in_order(told), key=lambda one: one.week)}


def _without(told: Iterable[Told], others: Iterable[Told]) -> list[Told]:
    """Return what is not told in the other run."""
    known = {_what(one) for one in others}
    return [one for one in told if _what(one) not in known]


def _what(one: Told) -> tuple[str, str]:
    """Return what happened; a name may hold numbers, hence they stay where somebody is named."""
    return one.kind, one.text if one.member is not None else _NUMBERS.sub("", one.text)
