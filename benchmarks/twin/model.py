"""The twin: the engine's rules in idiomatic Mesa, an agent a member, whose agents call the engine's scalar equations.

Loops, objects and draws are Python's; the science is the engine's. Written as a good Mesa model would be: rules that
depend on the order are shuffled, the others are not; what is multiplied by a constant (ties that fade) is multiplied
in place. Draws come from Python's generator, hence agreement with the engine is one of distributions.
"""

import math
from typing import Any

import mesa
import numpy as np

from benchmarks.twin.equations import Equations
from benchmarks.twin.shared import Founded
from copsim.core.levels import ACTIVE, LEVELS, OUTSIDE, YEAR_WEEKS
from copsim.core.state import ATTACHMENT, BELONGING, CAPACITY, EXPERTISE, JOINED, PROPENSITY, SLOTS, VOLUME, WEEKS
from copsim.mechanisms.practising import critical
from copsim.mechanisms.tying import _FLOOR

_TWELVE = (1 << WEEKS) - 1
_TIDY = 4


class Member(mesa.Agent):  # type: ignore[misc]
    """A person who joined."""

    def __init__(self, model: Any, joined: int, propensity: float, volume: float, capacity: float, expertise: float):
        super().__init__(model)
        self.joined, self.propensity, self.volume, self.capacity = joined, propensity, volume, capacity
        self.expertise, self.belonging, self.fatigue, self.attachment = expertise, 0.0, 0.0, 0.0
        self.ties: dict[Any, float] = {}
        self.away = self.left = False
        self.own = self.given = self.answers = 0
        self.made, self.recent, self.history, self.active_weeks = [0] * WEEKS, 0, 0, 0
        self.last_act, self.level, self.level_before = joined, OUTSIDE, OUTSIDE

    def take_part(self) -> None:
        """Fall into a pause or come back, then act or not, and say how much."""
        model, here = self.model, self.joined < self.model.week and not self.left
        if here:
            equations, draw = model.equations, self.random.random
            chance = equations.chance_of_returning(self.belonging) if self.away else model.pausing(self.fatigue)
            self.away ^= draw() < chance
            if not self.away:
                self.own = int(
                    draw() < equations.chance_of_acting(model.shared, self.propensity, self.belonging, self.fatigue)
                )
        else:
            self.away = False
        if model.week == 1 and self.joined < 1:
            self.away, self.own = False, 1
        if self.own:
            self.own += model.extra(self)

    @property
    def acted(self) -> bool:
        """Whether the member did anything this week."""
        return self.own + self.given > 0

    @property
    def around(self) -> bool:
        """Whether others meet the member: acted this week or in the last twelve, and not in a pause."""
        return not self.left and not self.away and (self.history != 0 or self.own > 0)

    def be_answered(self) -> None:
        """Receive answers to the week's contributions, and answer back now and then."""
        model = self.model
        others = model.number_around - self.around
        if self.own == 0 or others == 0:
            return
        chance = model.equations.chance_answered(others, self.belonging)
        for _ in range(sum(self.random.random() < chance for _ in range(self.own))):
            other = model.answerer(self)
            if other is None:
                continue
            other.given += 1
            self.answers += 1
            self.tie(other)
            if self.random.random() < model.back:
                self.given += 1
                other.answers += 1

    def tie(self, other: Any) -> None:
        """Strengthen the tie to somebody, or make one in place of the weakest."""
        gain, ties = self.model.tie_gain, self.ties
        if other in ties:
            ties[other] += gain * (1 - ties[other])
        elif len(ties) < SLOTS:
            ties[other] = gain
        else:
            weakest = min(ties, key=ties.__getitem__)
            if ties[weakest] < gain:
                del ties[weakest]
                ties[other] = gain

    def end_week(self) -> None:
        """Let ties fade; grow attached, tired, learned; leave or stay."""
        model, equations = self.model, self.model.equations
        if self.ties:
            kept = model.tie_kept
            self.ties = {other: left for other, s in self.ties.items() if (left := s * kept) >= _FLOOR}
            self.attachment = equations.attachment(sum(self.ties.values()))
        else:
            self.attachment = 0.0
        acts = self.own + self.given
        self.belonging = equations.belonged(self.belonging, acts > 0, self.answers, self.attachment)
        if acts or self.fatigue:
            self.fatigue = equations.tired(self.fatigue, acts * model.contribution_hours, self.capacity)
        if acts:
            self.expertise = equations.learnt(self.expertise)
        elif not self.left:
            self.left = self.random.random() < equations.chance_of_leaving(self.belonging, self.propensity)

    def remember(self) -> None:
        """Make the week's acts a part of the member's history."""
        acts, place = self.own + self.given, self.model.week % WEEKS
        self.recent += acts - self.made[place]
        self.made[place] = acts
        self.history = (self.history << 1 | (acts > 0)) & _TWELVE
        if acts:
            self.active_weeks += 1
            self.last_act = self.model.week

    def forget(self) -> None:
        """Begin a new week."""
        self.own = self.given = self.answers = 0

    def lose_touch(self) -> None:
        """Drop the ties to people who left."""
        if any(other.left for other in self.ties):
            self.ties = {other: s for other, s in self.ties.items() if not other.left}


class Community(mesa.Model):  # type: ignore[misc]
    """The community, from its founding on."""

    def __init__(self, founded: Founded, equations: Equations, seed: int) -> None:
        super().__init__(seed=seed)
        self.equations, self.values, self.week = equations, founded.values, 0
        v, c = founded.values, founded.state.community[0]
        self.back, self.waking, self.picks = v["answering.back"], v["answering.waking"], v["answering.picks"]
        self.tie_gain, self.tie_kept = v["tying.gain"], math.exp(-1 / v["tying.memory"])
        self.contribution_hours, self.pausing = v["tiring.contribution_hours"], equations.chance_of_pausing
        self.shock, self.tide, self.pulse = float(c.shock), float(c.tide), float(c.pulse)
        self.domain, self.practice = float(c.domain), float(c.practice)
        self.togetherness, self.strength = float(c.togetherness), float(c.strength)
        self.recent_acts, self.habitual_acts, self.shared = 0.0, 0.0, 0.0
        self.people, self.hinterland = int(founded.state.counts[0].people), int(founded.state.counts[0].hinterland)
        self.newcomers = self.leavers = self.number_around = 0
        self.awake, self.dormant = list[Any](), list[Any]()
        self._found(founded)
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)

    def _found(self, founded: Founded) -> None:
        real, whole = founded.state.real, founded.state.whole
        for row in range(int(founded.state.counts[0].rows)):
            traits = (float(real[column, row]) for column in (PROPENSITY, VOLUME, CAPACITY, EXPERTISE))
            member = Member(self, int(whole[JOINED, row]), *traits)
            member.belonging, member.attachment = float(real[BELONGING, row]), float(real[ATTACHMENT, row])

    def step(self) -> None:
        """Let a week happen."""
        self.week += 1
        self.agents.do("forget")
        self.weather()
        self.join()
        luck = self.shock + self.tide
        self.shared = self.equations.shared_log_odds(luck, self.strength, self.recent_acts, self.habitual_acts)
        self.agents.shuffle_do("take_part")
        self.look_around()
        self.agents.shuffle_do("be_answered")
        self.agents.shuffle_do("end_week")
        self.agents.do("remember")
        self.level()
        self.practise()
        self.datacollector.collect(self)
        if self.week % _TIDY == 0:
            self.tidy()

    def weather(self) -> None:
        """Move the shared luck on by a week."""
        if self.values["weathering.on"] == 0:
            return
        v, carried_on, normal = self.values, self.equations.carried_on, self.random.gauss
        self.shock = carried_on(self.shock, v["weathering.shock"], v["weathering.shock_memory"], normal(0.0, 1.0))
        self.tide = carried_on(self.tide, v["weathering.tide"], v["weathering.tide_memory"], normal(0.0, 1.0))

    def join(self) -> None:
        """Let newcomers arrive, each with an act."""
        chance = self.equations.chance_of_joining(self.shock + self.tide, self.strength, self.pulse)
        self.newcomers, self.pulse = int(self.rng.binomial(self.hinterland - self.people, chance)), 0.0
        spare, spread, normal = self.values["tiring.spare_hours"], self.values["tiring.hours_spread"], self.random.gauss
        for _ in range(self.newcomers):
            capacity = spare * math.exp(spread * normal(0.0, 1.0))
            newcomer = Member(self, self.week, normal(0.0, 1.0), normal(0.0, 1.0), capacity, self.random.random())
            newcomer.own = 1
        self.people += self.newcomers

    def extra(self, member: Member) -> int:
        """Return how many further contributions a member makes: geometric."""
        mean = self.equations.mean_extra(member.propensity, member.belonging, member.volume)
        if mean <= 0:
            return 0
        return min(int(math.log(1.0 - self.random.random()) / math.log(mean / (1.0 + mean))), 998)

    def look_around(self) -> None:
        """List who is around, and who is there but dormant."""
        self.awake, self.dormant = [], []
        for member in self.agents:
            if not member.left:
                (self.awake if member.around else self.dormant).append(member)
        self.number_around = len(self.awake)

    def answerer(self, asker: Member) -> Any:
        """Return the most inclined of some members drawn; a dormant one is drawn with a share `waking` of the chance."""
        best, most, draw, whole = None, -99.0, self.random.random, int(self.picks)
        awake, dormant = len(self.awake), self.waking * len(self.dormant)
        for _ in range(whole + (draw() < self.picks - whole)):
            other = asker
            while other is asker:
                place = draw() * (awake + dormant)
                other = self.awake[int(place)] if place < awake else self.dormant[int((place - awake) / self.waking)]
            inclination = other.propensity + 2.0 * other.belonging
            if inclination > most:
                best, most = other, inclination
        return best

    def level(self) -> None:
        """Read every member's level by the one rule."""
        members, n = list(self.agents), len(self.agents)
        recent = np.fromiter((m.recent for m in members), np.int32, n)
        weeks = np.fromiter((m.history.bit_count() for m in members), np.int32, n)
        gone = np.fromiter((self.week - m.last_act >= YEAR_WEEKS for m in members), np.int32, n)
        life, levels = np.fromiter((m.active_weeks for m in members), np.int32, n), np.zeros(n, np.int32)
        self.equations.read_levels(recent, weeks, gone, life, n, levels)
        self.leavers = 0
        for member, level in zip(members, levels.tolist(), strict=True):
            self.leavers += level == OUTSIDE and member.level != OUTSIDE
            member.level = level

    def practise(self) -> None:
        """Update the strengths of the community from what was done."""
        v, equations = self.values, self.equations
        regulars = [member.belonging for member in self.agents if member.level <= ACTIVE]
        skilled = sum(member.expertise * (member.own + member.given) for member in self.agents if member.acted)
        share = critical.py_func(len(regulars), v["practising.critical_mass"])  # type: ignore[attr-defined]
        self.domain = equations.domain_after(self.domain, share)
        self.practice = equations.practice_after(self.practice, skilled)
        together = sum(regulars) / len(regulars) * share if regulars else 0.0
        self.togetherness += (together - self.togetherness) / v["practising.community_memory"]
        self.strength = equations.common_strength(self.domain, self.togetherness, self.practice)
        self.recent_acts += (sum(member.own + member.given for member in self.agents) - self.recent_acts) / 8.0
        self.habitual_acts += (self.recent_acts - self.habitual_acts) / v["participating.habit_memory"]

    def tidy(self) -> None:
        """Drop ties to people who left, and take out those who are gone."""
        self.agents.do("lose_touch")
        for member in self.agents.select(lambda member: member.left and member.level == OUTSIDE):
            member.remove()


def _inside(model: Any) -> list[Any]:
    return [member for member in model.agents if member.level != OUTSIDE]


def _mean(model: Any, what: Any) -> float:
    inside = _inside(model)
    return sum(map(what, inside)) / max(len(inside), 1)


REPORTERS: dict[str, Any] = {
    "members": lambda model: len(_inside(model)),
    **{
        name: lambda model, level=level: sum(member.level == level for member in model.agents)
        for level, name in enumerate(LEVELS[:OUTSIDE])
    },
    "acting": lambda model: sum(member.acted for member in model.agents),
    "newcomers": lambda model: model.newcomers,
    "leavers": lambda model: model.leavers,
    "contributions": lambda model: sum(member.own for member in model.agents),
    "answers": lambda model: sum(member.answers for member in model.agents),
    "ties_per_member": lambda model: _mean(model, lambda member: len(member.ties)),
    "around": lambda model: model.number_around,
    "belonging": lambda model: _mean(model, lambda member: member.belonging),
    "common_strength": lambda model: model.strength,
}
"""What the twin records each week, by the names of the engine's observables."""
