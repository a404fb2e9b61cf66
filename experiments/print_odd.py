"""Print docs/odd.md: the ODD description of the model, from the declarations and the mechanisms' own words.

Run: python -m experiments.print_odd   (a test fails when the page and the declarations drift apart)
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

from copsim.core.declare import GROUPS, Parameter
from copsim.core.observables import OBSERVABLES
from copsim.core.state import COMMUNITY, REAL, WHOLE
from copsim.engine import week
from copsim.engine.fitted import plausible_range
from copsim.engine.parameters import MECHANISMS
from copsim.measures.outcomes import OUTCOMES
from copsim.studies.directions import DIRECTIONS
from copsim.studies.profiling import called, week_spelled_out
from experiments.tables import markdown

PAGE = Path(__file__).resolve().parent.parent / "docs" / "odd.md"
ORDER = (
    "launching", "weathering", "sponsoring", "leading", "joining", "participating", "meeting", "answering", "welcoming",
    "tying", "valuing", "belonging", "tiring", "learning", "leaving", "levelling", "practising", "staging", "costing",
)  # fmt: skip

CHOSEN = (
    ("belonging enters the log-odds of acting as its square root", "a linear form made first answers too weak",
     "welcome brings newcomers to a second contribution"),
    ("the pulse of a launch counts by the common strength, and prepared founders bring some practice",
     "a cold launch did as well as a prepared one", "a prepared launch has more regulars after half a year"),
    ("quality of a meeting rises with the square of its preparation", "weekly meetings won under a saturating form",
     "attended hours have an inner optimum: every 2 weeks above every 1 and 26"),
    ("prescription takes ownership with its square", "a light touch of it ruined a community",
     "command and control is below engaged and absent sponsors in the end"),
    ("communities of `professional` do not split by themselves",
     "those that an engaged sponsor made large were counted as lost",
     "an engaged sponsor is above an absent one"),
    ("in `no-leadership` nobody calls meetings either", "over half left coalescing with a monthly one",
     "without leadership more than half never leave coalescing"),
    ("in `sponsor-leaves` a half-engaged sponsor follows", "another as engaged made good the loss at once",
     "losing the sponsor costs regulars"),
    ("a direction vanishes when a tenth of it is left", "one was left the other way round at a twentieth",
     "an overloaded coordinator burns out"),
)  # fmt: skip
"""What was changed after looking, why, and which directions of section 1 are therefore built in."""


def parameter_row(p: Parameter) -> tuple[object, ...]:
    """Return a parameter as a row of its table."""
    low, high = p.possible
    between = plausible_range(p)
    plausible = f"{between[0]:.4g} to {between[1]:.4g}" if between else ""
    values = " / ".join(f"{p.value_in(name):.4g}" for name in ("professional", "talk", "git"))
    return f"`{p.key}`", values, p.unit, f"{low:g} to {high:g}", plausible, p.role, p.row, p.text, p.evidence


def schedule() -> list[str]:
    """Return the calls of the week that belong to mechanisms, as `module.verb`, in the order of `engine/week.py`."""
    tree = ast.parse(inspect.getsource(week))
    modules = {
        alias.name: line.module.rsplit(".", 1)[-1]
        for line in tree.body
        if isinstance(line, ast.ImportFrom) and line.module and line.module.startswith("copsim.mechanisms.")
        for alias in line.names
    }
    spelled = ast.Module(week_spelled_out(), [])
    names = [name for name in map(called, lines_of(spelled)) if name in modules]
    return [f"{modules[name]}.{name}" for name in names]


def lines_of(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements within a node, in order."""
    for line in ast.iter_child_nodes(node):
        if isinstance(line, ast.stmt):
            yield line
        yield from lines_of(line)


def submodels() -> str:
    """Return every mechanism in its own words, in the order of the week."""
    parts = []
    for name in ORDER:
        words = (importlib.import_module(f"copsim.mechanisms.{name}").__doc__ or "").strip()
        parts.append(f"### {name}\n\n```text\n{words}\n```\n")
    return "\n".join(parts)


def page() -> str:
    """Return the whole page."""
    assert set(MECHANISMS) <= set(ORDER)
    parameters = [parameter_row(p) for name in MECHANISMS for p in GROUPS[name]]
    heading = ("key", "professional / talk / git", "unit", "possible", "plausible", "role", "row", "what", "evidence")
    outcomes = [(o.key, o.unit, o.better, o.matters, o.text) for o in OUTCOMES.values()]
    return f"""# copsim, described by the ODD protocol (2020)

Printed by `python -m experiments.print_odd` from the declarations and the mechanisms' own words.

## 1. Purpose and patterns

To compare what leadership and sponsorship do to participation, lifecycle, value and cost of a community of practice. The
patterns it must show, each checked on paired runs by `copsim rows --check`:

{markdown(("row", "pattern"), [(d.row, d.text) for d in DIRECTIONS])}
Some of these were built in rather than found: the model was changed after it had failed to show them, so that they are no
evidence for it.

{markdown(("what", "was chosen after", "rests on it"), CHOSEN)}
## 2. Entities, state variables, scales

A step is a week; a run has 1 to 5,200 of them, a community 2 to 10,000,000 people. Entities are people (one row each), their
directed ties (eight at most), and the community.

Members, real numbers:

{markdown(("column", "what"), list(REAL.items()))}
Members, whole numbers:

{markdown(("column", "what"), list(WHOLE.items()))}
The community:

{markdown(("number", "what"), list(COMMUNITY.items()))}
## 3. Process overview and scheduling

Each week, in this order (`mechanism.call` of `engine/week.py`):

{", ".join(f"`{call}`" for call in schedule())};

then the week is recorded. Each reads what those before wrote; a pass that reads other members writes its own
row only, or a tally nobody reads in it. Launching is week 0.

## 4. Design concepts

*Emergence*: levels, stages, value. *Adaptation and learning*: belonging, expertise, skill. *Interaction*: answers, meetings,
contact. *Stochasticity*: every draw is a function of (seed, replicate, community, decision, week, person).
*Observation*: weekly columns and outcomes below. *Heterogeneity*: propensity, volume, expertise and time
differ from birth. Sensing is local except for the common strength and the sponsor's view of stories.

## 5. Initialisation

Founders with belonging and a domain that depend on the launch; or a saved community with a year of history
(`established`, a real log).

## 6. Input data

None, unless a comparison starts from an event log.

## 7. Submodels

{submodels()}
## Parameters

{markdown(heading, parameters)}
## Weekly observables

{markdown(("column", "unit", "row", "what"), [(o.name, o.unit, o.row, o.text) for o in OBSERVABLES])}
## Outcomes

{markdown(("outcome", "unit", "better", "matters from", "what"), outcomes)}
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
