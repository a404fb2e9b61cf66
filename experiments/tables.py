"""Tables and pictures of results: tables kept in `experiments/results` and written into pages, and how both look."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from copsim.pages import forms, theme
from copsim.pages.canvas import Canvas

RESULTS = Path(__file__).parent / "results"


def save(table: pd.DataFrame, name: str) -> None:
    """Write a table of results."""
    table.to_csv(RESULTS / f"{name}.csv", index=False, float_format="%.5g", lineterminator="\n")


def load(name: str) -> pd.DataFrame:
    """Return a table of results, empty where it was not made."""
    path = RESULTS / f"{name}.csv"
    return pd.read_csv(path, keep_default_na=False, na_values=["", "nan"]) if path.exists() else pd.DataFrame()


def note(name: str, facts: Mapping[str, Any]) -> None:
    """Write what is to be known beside the tables."""
    (RESULTS / f"{name}.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def known(name: str) -> dict[str, Any]:
    """Return what is noted beside the tables, nothing where it was not made."""
    path = RESULTS / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def figures(value: float) -> str:
    """Return a number to three figures, whole from a thousand on, never with an exponent."""
    if not np.isfinite(value):
        return forms.MISSING
    short = np.format_float_positional(value, precision=3, unique=False, fractional=False, trim="-")
    return (f"{value:,.0f}" if abs(value) >= 999.5 else short).replace("-", forms.MINUS)


def mark(inside: object) -> str:
    """Return the word for in or out."""
    return "in" if inside else "**out**"


def between(low: float, high: float) -> str:
    """Return a target in words: "0.1 to 0.3", "at least 1", "any"."""
    if np.isinf(high):
        return f"at least {figures(low)}"
    return f"{figures(low)} to {figures(high)}"


def markdown(heading: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(heading), " | ".join("---" for _ in heading)]
    lines += [" | ".join(str(cell).replace("|", "/") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def cells(table: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return a table in Markdown: numbers to three figures, no limit as nothing, truth as in or out."""

    def cell(value: object) -> str:
        if isinstance(value, bool | np.bool_):
            return mark(value)
        if isinstance(value, float):
            return "" if not np.isfinite(value) else figures(value)
        return str(value)

    rows = [tuple(cell(row[c]) for c in columns) for row in table.to_dict("records")]
    return markdown(tuple(c.replace("_", " ") for c in columns), rows)


def save_picture(canvas: Canvas, path: Path, title: str, caption: str, provenance: str) -> None:
    """Write a picture on paper, in 256 colours: a third of the bytes, and no difference to see."""
    canvas.png(path, title, caption, provenance)
    with Image.open(path) as picture:
        paper = Image.new("RGBA", picture.size, theme.colour("paper"))
        few = (
            Image.alpha_composite(paper, picture.convert("RGBA"))
            .convert("RGB")
            .quantize(256, Image.Quantize.MAXCOVERAGE, 2, dither=Image.Dither.NONE)
        )
    few.save(path, optimize=True)
