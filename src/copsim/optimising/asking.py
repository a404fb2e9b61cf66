"""What a search is asked to do: a plan of a sweep with a table [optimise] in the place of its [design]."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

from copsim.core.errors import UserError, nearest
from copsim.core.vocabulary import MOST_REPLICATES
from copsim.optimising.goals import MEAN, MEASURES, REGRET, Constraint, Goal
from copsim.scenarios import checking
from copsim.scenarios.files import read_toml
from copsim.scenarios.reading import Scenario
from copsim.studies.manifest import digest_of, installed, plain
from copsim.sweeps.design import Design
from copsim.sweeps.factors import Factor
from copsim.sweeps.plan import NOTHING, Plan, Record, plan_of_table

AnySearch: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Search"
TPE, CMA, NSGA = "tpe", "cma-es", "nsga-ii"
SAMPLERS = (TPE, CMA, NSGA)
MOST_TRIALS = 10_000
KEYS = ("objective", "direction", "sampler", "trials", "start", "constraints", "robust", "share", "fresh")
DIRECTIONS = {"maximize": 1, "maximise": 1, "minimize": -1, "minimise": -1}
_START = {TPE: 16, CMA: 1, NSGA: 24}
"""How many candidates come from a Sobol sequence before the sampler has a say, where a plan does not say it."""
_CONSTRAINT = re.compile(r"\s*(\w+)\s*(<=|>=)\s*(\S+)\s*")


@dataclass(frozen=True)
class Search:
    """A search as it is asked for, checked.

    plan: base scenario, factors, replicates, weeks, seed, as a sweep that keeps outcomes alone; start: candidates from a
    Sobol sequence before the sampler's own; fresh: replicates of the final comparison.
    """

    plan: Plan
    goals: tuple[Goal, ...]
    constraints: tuple[Constraint, ...]
    sampler: str
    trials: int
    start: int
    fresh: int

    @property
    def base(self) -> Scenario:
        """The scenario that candidates change."""
        return self.plan.scenarios[0]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes of goals and constraints, each once."""
        named = [goal.outcome for goal in self.goals] + [constraint.outcome for constraint in self.constraints]
        return tuple(dict.fromkeys(named))

    @property
    def robust(self) -> str:
        """How worlds are weighed, one of `MEASURES`."""
        return self.goals[0].measure

    @property
    def fresh_seed(self) -> int:
        """The seed of the final comparison, whose luck and worlds no candidate has met."""
        return seed_of(self.plan.seed, "fresh")

    def meaning(self) -> dict[str, Any]:
        """Return what decides which candidates are tried, plain values: it may not change while a search goes on."""
        return plain(  # type: ignore[no-any-return]
            {
                "scenario": f"{self.base.name} {self.base.digest()[:16]}",
                "factors": [_span(factor) for factor in self.plan.factors],
                "replicates": self.plan.replicates,
                "goals": [goal.text for goal in self.goals],
                "constraints": [constraint.text for constraint in self.constraints],
                "sampler": self.sampler,
                "start": self.start,
                "optuna": installed("optuna"),
            }
        )


def _span(factor: Factor) -> str:
    """Return a factor with what it may take, exactly."""
    span = ", ".join(map(repr, factor.values)) or f"{factor.low!r} to {factor.high!r}, {factor.scale}"
    return f"{factor.key} ({span})"


def seed_of(seed: int, name: object) -> int:
    """Return a seed of its own for a part of a search, 31 bits."""
    return int.from_bytes(blake2b(f"{seed} {name}".encode(), digest_size=4).digest()) >> 1


def read_search(plan: AnySearch, trials: int | None = None) -> Search:
    """Return the search in a TOML file or a dict; `trials` in the place of the plan's own.

    Errors: `UserError`, one sentence with file and key or line.
    """
    if isinstance(plan, Search):
        return plan if trials is None else replace(plan, trials=_trials(trials, "trials"))
    if isinstance(plan, Mapping):
        found = _built(plan, "a plan given as a dict", Path(), "optimise")
    elif isinstance(plan, str | os.PathLike):
        path = Path(plan)
        if path.is_dir():
            raise UserError(f"{path} is a folder, not a plan; a plan is a TOML file")
        found = _built(read_toml(path), str(path), path.parent, path.stem)
    else:
        raise UserError(f"a plan is the path of a TOML file or a dict, not {checking.shown(plan)}")
    return found if trials is None else replace(found, trials=_trials(trials, "--trials"))


def _trials(value: Any, where: str) -> int:
    return checking.checked_whole(value, "trials", where, (1, MOST_TRIALS))


def _built(table: Mapping[str, Any], place: str, folder: Path, stem: str) -> Search:
    if find_spec("optuna") is None:
        raise UserError("a search needs optuna, which is not installed: pip install 'copsim[optimise]'")
    asked, where = table.get("optimise"), f"{place}, [optimise]"
    if not isinstance(asked, Mapping):
        raise UserError(f'{place}: needs a table [optimise] with an objective, such as objective = "value_realized"')
    checking.checked_keys(asked, KEYS, where)
    plan = _plan({key: value for key, value in table.items() if key != "optimise"}, place, folder, stem)
    goals = _goals(asked, where)
    sampler = checking.checked_choice(asked.get("sampler", TPE), "sampler", where, SAMPLERS)
    constraints = tuple(_constraint(text, where) for text in _list(asked.get("constraints", []), "constraints", where))
    _refuse_beyond(sampler, goals, constraints, where)
    limits = {"trials": (1, MOST_TRIALS), "start": (1, MOST_TRIALS), "fresh": (2, MOST_REPLICATES)}
    usual = {"trials": 100, "start": _START[sampler], "fresh": max(200, plan.replicates)}
    sizes = {key: checking.checked_whole(asked.get(key, usual[key]), key, where, span) for key, span in limits.items()}
    found = Search(plan, goals, constraints, sampler, **sizes)
    design = Design("table", digest=digest_of(found.meaning()))
    return replace(found, plan=replace(plan, design=design, record=Record(NOTHING)))


def _plan(table: dict[str, Any], place: str, folder: Path, stem: str) -> Plan:
    """Return the plan around [optimise], with a design that stands for none yet."""
    for key in ("design", "record", "outcomes"):
        if key in table:
            raise UserError(f"{place}: {key} has no place in a search, which chooses its points and keeps all outcomes")
    if "start" in table:
        raise UserError(
            f"{place}: [start] has no place in a search, whose candidates live from week 1; "
            "'copsim sweep' takes it, with a [design]"
        )
    if not table.get("factor"):
        raise UserError(f"{place}: a search needs at least one [[factor]], a lever with low and high or values")
    plan = plan_of_table({**table, "design": {"kind": "sobol", "points": 1}}, place, folder, stem)
    if len(plan.scenarios) != 1:
        raise UserError(f"{place}: a search changes one scenario, the plan has {len(plan.scenarios)}")
    if plan.replicates < 2:
        raise UserError(f"{place}: a search needs at least 2 replicates")
    for number, factor in enumerate(plan.factors, 1):
        _refuse_factor(factor, f"{place}, [[factor]] {number} ({factor.name})")
    return plan


def _refuse_factor(factor: Factor, where: str) -> None:
    if factor.distribution:
        raise UserError(f"{where}: a search takes a range (low, high) or values, not a distribution")
    if len(factor.values) == 1:
        raise UserError(f"{where}: one value leaves nothing to search; set it in the scenario")


def _goals(asked: Mapping[str, Any], where: str) -> tuple[Goal, ...]:
    if "objective" not in asked:
        raise UserError(f'{where}: needs an objective, such as "value_realized", or a list of them')
    names = [_outcome(name, where) for name in _list(asked["objective"], "objective", where)]
    if not names or len(set(names)) < len(names):
        raise UserError(f"{where}: objective must name at least one outcome, and none twice")
    measure = checking.checked_choice(asked.get("robust", MEAN), "robust", where, MEASURES)
    if measure == MEAN and "share" in asked:
        raise UserError(f'{where}: share belongs to robust = "worst" or "regret"')
    share = 1.0 if measure == MEAN else _share(asked.get("share", 0.1), where)
    directions = _list(asked.get("direction", [None] * len(names)), "direction", where)
    if len(directions) != len(names):
        raise UserError(f"{where}: direction has {len(directions)} values for {len(names)} objectives")
    signs = [_sign(name, direction, where) for name, direction in zip(names, directions, strict=True)]
    return tuple(Goal(name, sign, measure, share) for name, sign in zip(names, signs, strict=True))


def _sign(name: str, direction: Any, where: str) -> int:
    from copsim.measures.outcomes import OUTCOMES

    if direction is not None:
        return DIRECTIONS[checking.checked_choice(direction, "direction", where, DIRECTIONS)]
    if not OUTCOMES[name].better:
        raise UserError(f'{where}: {name} has no good direction of its own; say direction = "maximize" or "minimize"')
    return OUTCOMES[name].better


def _outcome(name: Any, where: str) -> str:
    from copsim.measures.outcomes import OUTCOMES

    if not isinstance(name, str) or name not in OUTCOMES:
        hint = nearest(str(name), OUTCOMES) or "; 'copsim outcomes' prints them all"
        raise UserError(f"{where}: there is no outcome {checking.shown(name)}{hint}")
    return name


def _share(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise UserError(f"{where}: share must be a number above 0 and up to 1, it is {checking.shown(value)}")
    return float(value)


def _constraint(text: Any, where: str) -> Constraint:
    found = _CONSTRAINT.fullmatch(text) if isinstance(text, str) else None
    bound = _bound(found[3]) if found else None
    if found is None or bound == "":
        allowed = "like 'cost <= 100000' or 'cost <= base'"
        raise UserError(f"{where}: a constraint must be {allowed}, it is {checking.shown(text)}")
    name = _outcome(found[1], f"{where}, constraint {text!r}")
    return Constraint(name, 1 if found[2] == "<=" else -1, bound)  # type: ignore[arg-type]


def _bound(text: str) -> float | str | None:
    """Return a bound as a number, None for "base", "" for what is neither."""
    if text == "base":
        return None
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return ""
    return number if abs(number) < 1e30 else ""


def _list(value: Any, key: str, where: str) -> list[Any]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list | tuple):
        raise UserError(f"{where}: {key} must be a text or a list of texts, it is {checking.shown(value)}")
    return list(value)


def _refuse_beyond(sampler: str, goals: tuple[Goal, ...], constraints: tuple[Constraint, ...], where: str) -> None:
    """Refuse what a sampler cannot do."""
    for asked, what in (
        (len(goals) > 1 and sampler == CMA, "several objectives"),
        (bool(constraints) and sampler == CMA, "constraints"),
        (goals[0].measure == REGRET and sampler != TPE, "regret, whose values change as better candidates come"),
    ):
        if asked:
            raise UserError(f'{where}: sampler = "{sampler}" cannot take {what}; "{TPE}" can')
