"""Conditions on outcomes, such as "reached_sustaining == 0": read from text as data, never run as code."""

import ast
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from copsim.core.errors import UserError, nearest
from copsim.core.vocabulary import ENDS

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
LONGEST = 1_000
EXAMPLE = "such as 'reached_sustaining == 0' or 'regulars_end < 5 and cost > 50000'"
TEXTS = {"end_kind": ENDS[1:]}
"""Outcomes that are words, and the words."""
_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_WORK: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """An outcome against a number, or `end_kind` against one of its words."""

    outcome: str
    symbol: str
    value: float | str

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcome compared."""
        return (self.outcome,)

    def holds(self, runs: "pd.DataFrame") -> Array:
        """Return bool (runs,): an empty value fulfils no comparison, not even `!=`."""
        column = runs[self.outcome]
        held = _WORK[self.symbol](column.astype(object) if isinstance(self.value, str) else column, self.value)
        return np.asarray(held, bool) & column.notna().to_numpy()

    def __str__(self) -> str:
        shown = f"'{self.value}'" if isinstance(self.value, str) else f"{self.value:.12g}"
        return f"{self.outcome} {self.symbol} {shown}"


@dataclass(frozen=True)
class Joined:
    """Conditions of which all ("and") or at least one ("or") must hold."""

    word: str
    parts: "tuple[Condition, ...]"

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes compared, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.outcomes))

    def holds(self, runs: "pd.DataFrame") -> Array:
        """Return bool (runs,)."""
        every = [part.holds(runs) for part in self.parts]
        return np.asarray(np.all(every, axis=0) if self.word == "and" else np.any(every, axis=0))

    def __str__(self) -> str:
        return f" {self.word} ".join(f"({part})" if isinstance(part, Joined) else str(part) for part in self.parts)


Condition: TypeAlias = Comparison | Joined


def read_condition(text: str, outcomes: Sequence[str]) -> Condition:
    """Return the condition in a text: comparisons of an outcome with a number, joined by and, or and brackets.

    outcomes: the names there are. Errors: `UserError`, with the nearest name for an unknown one.
    """
    if not isinstance(text, str) or not text.strip():
        raise UserError(f"a condition is needed, {EXAMPLE}")
    if len(text) > LONGEST:
        raise UserError(f"the condition is longer than {LONGEST:,} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        hint = "; equal is written ==" if _has_single_equals(text) else f", {EXAMPLE}"
        raise UserError(f"the condition {text!r} cannot be read{hint}") from None
    try:
        return _condition(tree, text, tuple(outcomes))
    except RecursionError:
        raise UserError("the condition has too many brackets") from None


def _has_single_equals(text: str) -> bool:
    return "=" in text.replace("==", "").replace("<=", "").replace(">=", "").replace("!=", "")


def _condition(node: ast.expr, text: str, outcomes: tuple[str, ...]) -> Condition:
    if isinstance(node, ast.BoolOp):
        word = "and" if isinstance(node.op, ast.And) else "or"
        return Joined(word, tuple(_condition(part, text, outcomes) for part in node.values))
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        pairs = zip(sides[:-1], node.ops, sides[1:], strict=True)
        made = [_comparison(left, op, right, text, outcomes) for left, op, right in pairs]
        return made[0] if len(made) == 1 else Joined("and", tuple(made))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        raise UserError(f"the condition {text!r}: comparisons are joined by the words and, or")
    raise UserError(f"the condition {text!r} must compare an outcome with a number, {EXAMPLE}")


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, text: str, outcomes: tuple[str, ...]) -> Comparison:
    symbol = _SYMBOLS.get(type(op))
    if symbol is None:
        raise UserError(f"the condition {text!r}: outcomes are compared by {', '.join(_TURNED)}")
    if isinstance(right, ast.Name) and not isinstance(left, ast.Name):
        left, right, symbol = right, left, _TURNED[symbol]
    if not isinstance(left, ast.Name):
        raise UserError(f"the condition {text!r} must compare an outcome with a number, {EXAMPLE}")
    name = left.id
    if name not in outcomes:
        hint = nearest(name, outcomes) or f"; there are {', '.join(outcomes)}"
        raise UserError(f"the condition {text!r}: there is no outcome '{name}' here{hint}")
    value = _value(right)
    if name in TEXTS:
        return Comparison(name, symbol, _word(name, symbol, value, text))
    if not isinstance(value, float) or not math.isfinite(value):
        raise UserError(f"the condition {text!r} must compare {name} with a number")
    return Comparison(name, symbol, value)


def _value(node: ast.expr) -> float | str | None:
    """Return the number or text that stands in a place, None for anything else."""
    sign = 1.0
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        sign, node = sign * (-1.0 if isinstance(node.op, ast.USub) else 1.0), node.operand
    if not isinstance(node, ast.Constant):
        return None
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, bool) or not isinstance(node.value, int | float) or abs(node.value) > 1e300:
        return None
    return sign * float(node.value)


def _word(name: str, symbol: str, value: Any, text: str) -> str:
    words = TEXTS[name]
    if not isinstance(value, str) or value not in words or symbol not in ("==", "!="):
        hint = nearest(value, words) if isinstance(value, str) else ""
        raise UserError(f"the condition {text!r}: {name} is compared by == or != with one of {', '.join(words)}{hint}")
    return value
