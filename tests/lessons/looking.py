"""A lesson's page, its numbers, and the two communities it opens, as the page of `copsim explore` would show them."""

import re
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from copsim.core.levels import LEVELS
from copsim.core.vocabulary import STAGES
from copsim.explore.levers import LEVERS
from copsim.explore.world import world_of
from copsim.scenarios.reading import load_scenario
from tests.explore.reading import counted

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "lessons"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README"))
WEEKS = 520
_ADDRESS = re.compile(r"\((http://127\.0\.0\.1:8477/\S+?)\)")
_NUMBER = re.compile(r"(?<![\w.])[+−-]?\d[\d,]*(?:\.\d+)?")


class Lesson(NamedTuple):
    """A lesson by name, and its text."""

    name: str
    text: str

    @property
    def addresses(self):
        """What each link opens, as a dictionary; the first is the lesson's own."""
        return [dict(parse_qsl(urlsplit(found).query, strict_parsing=True)) for found in _ADDRESS.findall(self.text)]

    def section(self, title):
        """Return the text under a heading of second order, without the heading."""
        return self._parts(r"^## ")[title]

    @property
    def weeks(self):
        """The weeks in the tables of what to look for, in their order."""
        return [int(week) for week in re.findall(r"^\| (\d+) \|", self.section("What to look for"), re.M)]

    def row(self, week):
        """Return the numbers in a row of a table of weeks, after the week itself."""
        (line,) = re.findall(rf"^\| {week} \|(.*)\|$", self.text, re.M)
        return numbers(line)

    def question(self, number):
        """Return the question, and the answer that is folded away under it."""
        _, *rest = re.split(r"^\*\*(\d)\. ", self.section("Three questions"), flags=re.M)
        asked = dict(zip(rest[::2], rest[1::2], strict=True))[str(number)]
        question, answer = asked.split("<details>")
        return question, answer

    def answer(self, number):
        """Return the numbers in an answer, in their order."""
        return numbers(self.question(number)[1])

    def _parts(self, mark):
        return {part.split("\n")[0]: part.partition("\n")[2] for part in re.split(mark, self.text, flags=re.M)[1:]}


@cache
def lesson(name):
    return Lesson(name, (FOLDER / f"{name}.md").read_text(encoding="utf-8"))


def numbers(text):
    """Return every number in a text in its order: 1,234 is one, and a true minus counts; not those in addresses or code."""
    plain = re.sub(r"`[^`]*`|\(http\S+?\)|\]\(\S+?\)", " ", text)
    return [float(found.replace("−", "-").replace(",", "")) for found in _NUMBER.findall(plain)]


class Community:
    """One of the two communities of a lesson."""

    def __init__(self, scenario, levers, seed):
        self.world = world_of(load_scenario(scenario), levers, seed, WEEKS)
        told = self.world["told"]
        self.told = [(week, text, told["causes"][cause], who) for week, who, _, text, cause in told["rows"]]

    @cached_property
    def levels(self):
        return {name: counted(self.world, place) for place, name in enumerate(LEVELS)}

    def at(self, level, week):
        """Return how many people are at a level in a week."""
        return int(self.levels[level][week - 1])

    def regulars(self, week):
        return self.at("core", week) + self.at("active", week)

    def stage(self, week):
        return STAGES[self.world["stages"][week - 1]]

    def became(self, stage):
        """Return the first week in a stage, None where there is none."""
        code = STAGES.index(stage)
        return self.world["stages"].index(code) + 1 if code in self.world["stages"] else None

    def joined_by(self, week):
        return sum(joined <= week for joined in self.world["people"]["joined"])

    def week_of(self, text, cause=""):
        """Return the weeks in which something was told whose words, and whose cause, hold these."""
        return [week for week, said, because, _ in self.told if text in said and cause in because]

    def cause_of(self, week, text):
        (cause,) = [because for at, said, because, _ in self.told if at == week and text in said]
        return cause


@cache
def opened(name, place=0):
    """Return the two communities that a link of a lesson opens, left and right."""
    asked = lesson(name).addresses[place]
    levers = {lever.name: asked[lever.name] for lever in LEVERS if lever.name in asked}
    seed = int(asked["seed"])
    return Community(asked["left"], {}, seed), Community(asked["right"], levers, seed)
