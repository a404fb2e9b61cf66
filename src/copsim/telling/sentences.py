"""What is told: one event of a run in words, with its cause; and which of a week's or a year's is the most telling."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

LONGEST = 120
"""Characters of the longest sentence, its cause included, with names of up to 24."""

KINDS = {
    "end": "the community ended",
    "stage": "a stage was entered",
    "change": "the scenario changed a setting",
    "coordinator": "the coordinator's post was filled or left",
    "sponsor": "a sponsor was found or left",
    "launch": "the community was opened, or went on",
    "attention": "the sponsor's attention moved",
    "agenda": "the share of the agenda that members hold moved",
    "value": "value was realized, or told, for the first time",
    "role": "an internal leader took a role or dropped it",
    "meeting": "a first meeting, an empty one, or one much better or worse than before",
    "core": "somebody came into the core or out of it",
    "departed": "somebody left for good",
    "active": "somebody came to be active or ceased to be",
    "level": "somebody came to another level",
    "joined": "somebody joined",
    "welcomed": "a role holder made contact with a newcomer for the first time",
    "unanswered": "a newcomer's contribution found no answer",
    "answered": "a newcomer's first answer",
    "missed": "a regular who had come twice missed a meeting",
}
"""Kinds of sentence, the most telling first: what moves everybody before what moves one, the rare before the common."""
BY_SCENARIO = "the scenario says so"
_RANK = {kind: place for place, kind in enumerate(KINDS)}


class Told(NamedTuple):
    """One thing that happened.

    week: 1 is the first; member: number of the person in this run, None for what concerns all; text: a clause without a
    full stop, in the past tense; cause: a clause that can follow "because", empty where the run holds none.
    """

    week: int
    member: int | None
    kind: str
    text: str
    cause: str


def sentence(told: Told) -> str:
    """Return the sentence, cause included: "Member 0-3 slipped from core to active, because …."""
    because = f", because {told.cause}" if told.cause else ""
    return f"{told.text[:1].upper()}{told.text[1:]}{because}."


def in_order(told: Iterable[Told]) -> list[Told]:
    """Return sentences by week, the most telling of a week first."""
    return sorted(told, key=lambda one: (one.week, *telling(one)))


def telling(one: Told) -> tuple[int, bool, int]:
    """Return by what sentences of a week are ranked: kind, then those with a cause, then whoever came first."""
    return _RANK[one.kind], not one.cause, -1 if one.member is None else one.member


def told_weeks(told: Iterable[Told]) -> dict[int, Told]:
    """Return the most telling sentence of every week in which something happened."""
    return {week: next(each) for week, each in groupby(in_order(told), key=lambda one: one.week)}


def most_telling(told: Iterable[Told], most: int) -> list[Told]:
    """Return at most so many sentences by week: the most telling ones, of equal ones the earlier."""
    ranked = sorted(told, key=lambda one: (*telling(one)[:2], one.week, telling(one)[2]))
    return in_order(ranked[:most])


def share(value: float) -> str:
    """Return a share in words: "41 of 100"."""
    return f"{100 * value:.0f} of 100"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """Return "1 week", "9 weeks"."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
