"""The Mesa face: a `mesa.Model` over the same compiled week; n steps equal the engine's run bit for bit.

Importing Mesa 3.3 sets the global start method of multiprocessing, hence only this module does it.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet
from mesa.datacollection import DataCollector

from copsim.agents.members import Member, people_inside
from copsim.core.observables import NAMES
from copsim.engine.gate import MOST_WEEKS, Plan
from copsim.engine.living import announce, begin, stretch_record
from copsim.engine.luck import wrapping
from copsim.engine.running import run
from copsim.measures.outcomes import ENDS, STAGES
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import AnyScenario, load_scenario, run_weeks


class CommunityModel(mesa.Model):
    """A community as a Mesa model: replicate 0 of `simulate(scenario, replicates=1, seed=rng)`.

    scenario: name, path, dict or `Scenario`; rng: an int is the seed, None is seed 1, anything else that Mesa takes gives
    its own first draw; weeks: how far it can be stepped (the scenario's own, else 260); members: people inside at week 0;
    settings: other parameters by key, also as keywords with two underscores for the dot, which is what `mesa.batch_run`
    varies (`sponsoring__engagement=[0, 0.5]`). Errors: `UserError` for anything the gate refuses.
    """

    def __init__(
        self,
        scenario: AnyScenario = "baseline",
        *,
        rng: Any = None,
        weeks: int | None = None,
        members: int | None = None,
        settings: Mapping[str, float] | None = None,
        **keywords: float,
    ) -> None:
        super().__init__(rng=rng)
        named = {key.replace("__", ".", 1): value for key, value in keywords.items()}
        loaded = load_scenario(scenario).with_({**(settings or {}), **named})
        self.scenario_value = loaded
        self.seed_number = _seed(rng, self.rng)
        self.plan: Plan = plan_of(loaded, run_weeks([loaded], weeks), members)
        self.week = 0
        self.state, first = begin(self.plan, self.seed_number, 0, {})
        self._views: dict[int, Member] = {}
        self._parameters = stretch_record(self.plan, self.plan.stretches[0], self.seed_number, 0, {})
        self._ahead = {stretch.first: stretch for stretch in self.plan.stretches[1:]}
        if first == 0:
            self._run(0)
        self.datacollector = DataCollector(model_reporters={name: partial(observed, name) for name in NAMES})

    def step(self) -> None:
        """Let a week happen. Errors: IndexError after the last week the model was made for."""
        if self.week >= self.plan.weeks:
            raise IndexError(f"this model was made for {self.plan.weeks} weeks; give weeks= (up to {MOST_WEEKS})")
        week = self.week + 1
        if week in self._ahead:
            announce(self.state, self._ahead[week])
            self._parameters = stretch_record(self.plan, self._ahead[week], self.seed_number, 0, {})
        self._run(week)
        self.week = week
        self.running = not self.ended
        self.datacollector.collect(self)

    def _run(self, week: int) -> None:
        with wrapping():
            run(self.state, self._parameters, np.int64(week), np.int64(week))

    @property
    def agents(self) -> AgentSet:
        """Views of the people inside, made when asked for; the same person is the same view."""
        if hasattr(self, "_views"):
            self._look()
        return super().agents

    @agents.setter
    def agents(self, agents: Any) -> None:
        """Refuse: AttributeError."""
        raise AttributeError("the members of a community are its agents; they cannot be set")

    def _look(self) -> None:
        """Make views of people who came in, and remove those of people who went out."""
        inside = people_inside(self.state)
        for person in self._views.keys() - set(inside):
            self._views.pop(person).remove()
        for person in inside:
            if person not in self._views:
                self._views[person] = Member(self, person)

    @property
    def ended(self) -> bool:
        """Whether the community has come to an end."""
        return bool(self.state.community[0].end_kind > 0)

    @property
    def end_kind(self) -> str:
        """How the community ended, empty while it lives."""
        return ENDS[int(self.state.community[0].end_kind)]

    def network(self) -> Any:
        """Return the ties between people inside as a networkx.DiGraph over uids, with their strength."""
        import networkx  # type: ignore[import-untyped]

        graph = networkx.DiGraph()
        for member in self.agents:
            graph.add_node(member.uid, level=member.level_name)
        for member in self.agents:
            for other, strength in member.ties():
                graph.add_edge(member.uid, other.uid, strength=strength)
        return graph


def observed(name: str, model: CommunityModel) -> Any:
    """Return one observable of the last week from the engine's record; the stage in words."""
    value = model.state.record[model.week - 1, NAMES.index(name)] if model.week else np.float32(0.0)
    return STAGES[int(value)] if name == "stage" else float(value)


def _seed(rng: Any, generator: np.random.Generator) -> int:
    """Return the engine's seed: an int as it is, 1 for None, else drawn once from Mesa's generator."""
    if rng is None:
        return 1
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        return int(rng)
    return int(generator.integers(2**63))
