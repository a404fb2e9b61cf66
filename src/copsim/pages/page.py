"""What every page shares: the template engine with everything escaped, the footer's facts, the limits."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from copsim.pages import forms, theme
from copsim.pages.canvas import Drawing
from copsim.pages.verdict import Strong

HERE = Path(__file__).parent
_NUMBER_AND_SIGN = re.compile(r"(\d) ([%€])")


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return a page: every value is escaped, except the drawings and the style, which this package made.

    A number and its sign ("92 %") never part at the end of a line.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    engine = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    engine.filters["piece"] = lambda piece: Markup("<b>{}</b>").format(piece) if isinstance(piece, Strong) else piece
    style = (HERE / "style.css").read_text(encoding="utf-8")
    written = engine.get_template(template).render(values, themes=Markup(theme.themes()), style=Markup(style))
    lines = (line.rstrip() for line in written.splitlines() if line.strip())
    return _NUMBER_AND_SIGN.sub("\\1\u00a0\\2", "\n".join(lines)) + "\n"


def for_page(drawing: Drawing) -> dict[str, Any]:
    """Return a drawing as the template's values, its SVG marked as safe."""
    from markupsafe import Markup

    return {
        "name": drawing.name,
        "title": drawing.title,
        "caption": drawing.caption,
        "svg": Markup(drawing.svg()),
        "headers": drawing.headers,
        "rows": drawing.rows,
        "notes": drawing.notes,
    }


def hashes_of(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names and the short forms of the manifest's hashes, at most six."""
    found = manifest.get("hashes") or {}
    pairs = found.items() if isinstance(found, Mapping) else ()
    return [(forms.clean(name), short_hash(value)) for name, value in pairs if isinstance(value, str)][:6]


def short_hash(value: str) -> str:
    """Return the first twelve characters of a hash in groups of four: "9f3c·71ae·04d2"."""
    bare = forms.clean(value).removeprefix("sha256:")[:12]
    return "·".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def limits() -> list[tuple[str, str]]:
    """Return what the model cannot tell: the first sentence of each paragraph, and the rest."""
    paragraphs = (HERE / "limits.txt").read_text(encoding="utf-8").strip().split("\n\n")
    cut = (paragraph.strip().partition(". ") for paragraph in paragraphs)
    return [(f"{first.rstrip('.')}.", rest) for first, _, rest in cut]


def save(drawings: Iterable[Drawing], folder: Path, provenance: str) -> None:
    """Write a PNG copy of each drawing, with the provenance line at its foot."""
    folder.mkdir(parents=True, exist_ok=True)
    for drawing in drawings:
        drawing.canvas.png(folder / f"{drawing.name}.png", drawing.title, drawing.caption, provenance)
