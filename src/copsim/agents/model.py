"""The Mesa face: a `mesa.Model` over the same compiled week; n steps equal the engine's run bit for bit.

Importing Mesa 3.3 sets the start method of multiprocessing for the whole process; hence only this package imports it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import mesa
import numpy as np

from copsim.agents.collecting import RecordCollector
from copsim.agents.members import Member, people_inside
from copsim.core.errors import UserError
from copsim.core.state import State
from copsim.core.vocabulary import ENDS, MOST_WEEKS
from copsim.engine.gate import Plan
from copsim.engine.living import announce, begin, stretch_record
from copsim.engine.luck import wrapping
from copsim.engine.moments import Moment, copy_into
from copsim.engine.running import run
from copsim.scenarios.plans import plan_of
from copsim.scenarios.reading import AnyScenario, load_scenario, run_weeks

_LEAST_ROOM = 52


class CommunityModel(mesa.Model):
    """A community as a Mesa model: replicate 0 of `simulate(scenario, replicates=1, seed=rng)`.

    scenario: name, path, dict or `Scenario`; rng: an int is the seed, anything else that NumPy makes a generator of draws
    one (None: a new one each time, as in Mesa), kept in `seed_number`; weeks: room for the record (the scenario's own,
    else 260), more is made as it is stepped on; members: people inside at week 0; agent_reporters: as Mesa's
    `DataCollector` takes them; settings: other parameters by key, also as keywords with two underscores for the dot, which
    is what `mesa.batch_run` varies (`parameters={"sponsoring__engagement": [0.0, 0.8]}`). Errors: `UserError` for
    anything the gate refuses.
    """

    def __init__(
        self,
        scenario: AnyScenario = "baseline",
        *,
        rng: Any = None,
        weeks: int | None = None,
        members: int | None = None,
        agent_reporters: Mapping[str, Any] | None = None,
        settings: Mapping[str, float] | None = None,
        **kwargs: float,  # Mesa's page knows them by this name alone
    ) -> None:
        self.seed_number = seed_of(rng)
        super().__init__(rng=self.seed_number)
        named = {key.replace("__", ".", 1): value for key, value in kwargs.items()}
        self.scenario_value = load_scenario(scenario).with_({**(settings or {}), **named})
        self.plan: Plan = plan_of(self.scenario_value, run_weeks([self.scenario_value], weeks), members)
        self.week = 0
        self.state, first = begin(self.plan, self.seed_number, 0, {})
        self._views: dict[int, Member] = {}
        self._inside: dict[int, Member] = {}
        self._looked = -1
        self._ahead = {stretch.first: stretch for stretch in self.plan.stretches[1:]}
        self._parameters = stretch_record(self.plan, self.plan.stretches[0], self.seed_number, 0, {})
        if first == 0:
            self._run(0)
        self.datacollector = RecordCollector(self, agent_reporters)

    def step(self) -> None:
        """Let a week happen. Errors: `UserError` after 5,200 weeks."""
        week = self.week + 1
        if week > self.plan.weeks:
            self._make_room()
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

    def _make_room(self) -> None:
        """Move the run into a state with room for twice the weeks."""
        if self.week >= MOST_WEEKS:
            raise UserError(f"a community is followed for at most {MOST_WEEKS:,} weeks.")
        self.plan = replace(self.plan, weeks=min(MOST_WEEKS, max(_LEAST_ROOM, 2 * self.plan.weeks)))
        larger, _ = begin(self.plan, self.seed_number, 0, {})
        self.state = moved(self.state, larger)

    @property
    def moment(self) -> Moment:
        """The community as it is now, for `copsim.futures`: a copy, whatever was done to its members by hand.

        Errors: `UserError` before week 1, and where the community has ended.
        """
        if self.week < 1 or self.ended:
            raise UserError("futures branch from a community that has lived a week at least and has not ended")
        return Moment(self.plan, self.seed_number, 0, {}, self.week, State(*(array.copy() for array in self.state)))

    @property
    def agents(self) -> Any:
        """Mesa's set of the people inside, views made when asked for; before week 1 whoever is there at the start."""
        self._look()
        return super().agents

    @agents.setter
    def agents(self, agents: Any) -> None:
        """Refuse: AttributeError."""
        raise AttributeError("the people of a community are its agents; the set cannot be replaced")

    @property
    def agents_by_type(self) -> Any:
        """Mesa's sets of agents by class: members are of one class, roles are theirs."""
        self._look()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """Classes of agents."""
        return list(self.agents_by_type)

    def members_by_person(self) -> Mapping[int, Member]:
        """Return the views of the people inside by the person's number in this run."""
        self._look()
        return self._inside

    def _look(self) -> None:
        """Once a week: take out views of people who went out, make those of people who came in."""
        if self._looked == getattr(self, "week", -1):  # Mesa may look before there is a community
            return
        self._looked = self.week
        people = people_inside(self.state, self.week)
        for person in self._inside.keys() - set(people):
            self._inside[person].remove()
        self._views = {person: view for person, view in self._views.items() if self.state.row_of[person] >= 0}
        self._inside = {person: self._view(person) for person in people}

    def _view(self, person: int) -> Member:
        """Return the view of a person, made at first sight; whoever comes back is registered anew, with the old id."""
        if person in self._inside:
            return self._inside[person]
        if person not in self._views:
            self._views[person] = Member(self, person)
            return self._views[person]
        view = self._views[person]
        number = view.unique_id
        self.register_agent(view)
        view.unique_id = number
        return view

    @property
    def ended(self) -> bool:
        """Whether the community has come to an end."""
        return bool(self.state.community["end_kind"][0] > 0)

    @property
    def end_kind(self) -> str:
        """How the community ended, empty while it lives."""
        return ENDS[int(self.state.community["end_kind"][0])]

    def network(self) -> Any:
        """Return the ties between people inside as a `networkx.DiGraph` over uids: level, role; strength (share)."""
        import networkx  # type: ignore[import-untyped]

        graph = networkx.DiGraph()
        members = self.members_by_person().values()
        graph.add_nodes_from((m.uid, {"level": m.level, "role": m.role}) for m in members)
        graph.add_edges_from((m.uid, other.uid, {"strength": held}) for m in members for other, held in m.ties())
        return graph


def seed_of(rng: Any) -> int:
    """Return the engine's seed: an int as it is, else one drawn from what NumPy makes of `rng`."""
    if not isinstance(rng, int | np.integer) or isinstance(rng, bool):
        return int(np.random.default_rng(rng).integers(2**63))
    if not 0 <= rng < 2**63:
        raise UserError(f"rng must be a whole number from 0 to {2**63 - 1:,}, a generator or None, not {rng!r}.")
    return int(rng)


def moved(state: State, larger: State) -> State:
    """Return `larger` with all that is in `state`, of the same run; only the windows at the run's end stay its own."""
    windows = larger.counts[0].late_from, larger.counts[0].followed_until
    copy_into(state, larger)
    larger.record[: len(state.record)] = state.record
    larger.counts[0].late_from, larger.counts[0].followed_until = windows
    return larger
