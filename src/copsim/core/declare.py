"""Parameters are declared once, beside the mechanism that reads them; tables, validation and the ODD print from here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Role = Literal["uncertain", "lever", "fixed"]
POPULATIONS = ("professional", "talk", "git")
_LINEAR_UNITS = ("logit", "share", "chance")


@dataclass(frozen=True)
class Parameter:
    """One number of the model.

    `possible` bounds what is accepted. An `uncertain` one is drawn in a plausible world: alone, from `plausible`, half to
    one and a half `times` its value unless facts allow less (`experiments/plausible.py`), clipped, or `together` with all
    others fitted to real communities, from the sets of `engine/fitted.py`; a `lever` is set by people, a `fixed` one stays.
    `talk` and `git` are the values fitted to those communities where they differ from the professional one; a parameter
    named `NAME_spread` is the spread of NAME between communities. `evidence` is "assumed" (and why, where that is known),
    "calibrated: to what" or "measured: where".
    """

    name: str
    default: float
    unit: str
    possible: tuple[float, float]
    role: Role
    text: str
    evidence: str
    row: str
    talk: float | None = None
    git: float | None = None
    together: bool = False
    times: tuple[float, float] = (0.5, 1.5)
    group: str = ""

    @property
    def key(self) -> str:
        """The name in a scenario file: `group.parameter`."""
        return f"{self.group}.{self.name}"

    @property
    def scale(self) -> Literal["linear", "log"]:
        """How it is drawn and varied: shares, chances and logits evenly, rates and sizes evenly in the logarithm."""
        return "linear" if self.unit.startswith(_LINEAR_UNITS) else "log"

    @property
    def plausible(self) -> tuple[float, float] | None:
        """The range from which a plausible world draws it alone; None where it does not."""
        if self.role != "uncertain" or self.together or self.default == 0:
            return None
        ends = sorted(share * self.default for share in self.times)
        return max(ends[0], self.possible[0]), min(ends[1], self.possible[1])

    def value_in(self, population: str) -> float:
        """Return the central value in a declared population."""
        fitted = {"talk": self.talk, "git": self.git}.get(population)
        return self.default if fitted is None else fitted


GROUPS: dict[str, tuple[Parameter, ...]] = {}
"""The parameters of each mechanism, by the name of its module."""


def declare(module: str, *parameters: Parameter) -> None:
    """Declare a mechanism's parameters; the first part of their keys is the last part of `module`.

    Kernels read them as `p.sponsoring.engagement`, float32.
    """
    title = module.rsplit(".", 1)[-1]
    GROUPS[title] = tuple(Parameter(**{**vars(p), "group": title}) for p in parameters)


def every_parameter() -> Iterator[Parameter]:
    """Yield all declared parameters, group by group, in the order of their declaration."""
    for parameters in GROUPS.values():
        yield from parameters


def parameters_by_key() -> dict[str, Parameter]:
    """Return all declared parameters by key."""
    return {p.key: p for p in every_parameter()}


def fitted(
    name: str,
    default: float,
    unit: str,
    possible: tuple[float, float],
    text: str,
    evidence: str,
    row: str,
    talk: float | None = None,
    git: float | None = None,
) -> Parameter:
    """Return a parameter that is fitted to real communities together with all others of this kind."""
    return Parameter(name, default, unit, possible, "uncertain", text, evidence, row, talk, git, together=True)


def switch(row: str, what: str) -> Parameter:
    """Return the on/off switch of a mechanism: 0 leaves it out of the week."""
    return Parameter("on", 1.0, "0 or 1", (0.0, 1.0), "fixed", f"0 switches {what} off", "a switch, not a fact", row)
