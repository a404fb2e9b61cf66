"""A drawing measured in CSS pixels from the top left, saved as the same SVG bytes twice and as a PNG copy."""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from copsim.pages import forms, theme

PIXELS_PER_INCH = 72
HALO = "halo"
SHORT_PATH = 12
"""Lines of a path up to which it is a box or a marker, not a curve."""
SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "copsim",
    "font.family": ["DejaVu Sans"],
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "path.simplify": False,
    "hatch.linewidth": 0.7,
    "svg.image_inline": True,
}
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Drawing:
    """One figure of a page: its question, how to read it, the finding for those who do not see it, and its numbers."""

    name: str
    title: str
    caption: str
    label: str
    canvas: "Canvas"
    headers: Sequence[str] = ()
    rows: Rows = ()
    notes: Sequence[str] = field(default=())

    def svg(self) -> str:
        """Return the inline SVG in CSS variables."""
        return self.canvas.svg(self.name, self.label)


@contextmanager
def settled() -> Iterator[None]:
    """Draw with fixed settings; a letter that the font lacks (an emoji in a title) is no reason to warn."""
    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        warnings.filterwarnings("ignore", message=".*font.*")
        yield


class Canvas:
    """A figure of fixed size in pixels; one point of the plotting library is one CSS pixel."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / PIXELS_PER_INCH, height / PIXELS_PER_INCH), dpi=PIXELS_PER_INCH)
        self.figure.patch.set_visible(False)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return bare axes (no spines, ticks or ground) at a place given in pixels from the top left."""
        place = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(place)
        axes.patch.set_visible(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(length=0, labelsize=11, labelcolor=theme.colour("ink3"), pad=4)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    @cached_property
    def ground(self) -> Axes:
        """Axes over the whole figure in its own pixels, under all others: for stripes and single marks."""
        axes = self.axes(0, 0, self.width, self.height)
        axes.set_xlim(0, self.width)
        axes.set_ylim(self.height, 0)
        axes.set_zorder(-2)
        return axes

    def stripe(self, top: float, height: float) -> None:
        """Lay a stripe of panel colour over the full width."""
        self.box(0, top, self.width, height, facecolor=theme.colour("panel"), linewidth=0)

    def box(self, left: float, top: float, width: float, height: float, **look: Any) -> None:
        """Draw a rectangle under all else."""
        self.ground.add_patch(Rectangle((left, top), width, height, zorder=0, **look))

    def text(
        self,
        left: float,
        top: float,
        text: str,
        size: float = 12.5,
        token: str = "ink",
        bold: bool = False,
        ha: str = "left",
    ) -> Text:
        """Write a line of text, vertically centred at `top`, in a token's colour."""
        return self.figure.text(
            left / self.width,
            1 - top / self.height,
            text,
            fontsize=size,
            color=theme.colour(token),
            fontweight="bold" if bold else "normal",
            ha=ha,
            va="center_baseline",
            parse_math=False,
        )

    def mark(self, left: float, top: float, token: str, marker: str, size: float = 7.0, hollow: bool = False) -> None:
        """Draw one marker."""
        self.ground.plot([left], [top], **marker_style(token, marker, size, hollow))

    def svg(self, name: str, label: str) -> str:
        """Return the figure as inline SVG: no date, no ids that clash, fonts of the page, colours as variables."""
        written = io.StringIO()
        with settled():
            self.figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        return _inline(written.getvalue(), name, label, self.width, self.height)

    def png(self, path: "Path | BinaryIO", title: str, caption: str, provenance: str) -> None:
        """Write a copy on paper: the question above, the provenance line at the foot, twice the screen's pixels.

        path: a file's, or an open one.
        """
        lines = _wrapped(caption, self.width, 12.0)
        head, foot = 40 + 17 * len(lines), 30
        added = [self.text(0, 16 - head, _cut(title, self.width, 17.0, True), 17, bold=True)]
        added += [self.text(0, 40 - head + 17 * n, line, 12, "ink2") for n, line in enumerate(lines)]
        added.append(self.text(0, self.height + 16, _cut(provenance, self.width, 10.6), 10.6, "ink3"))
        box = Bbox([[-16.0, -foot - 4.0], [self.width + 16.0, self.height + head + 10.0]])
        box = Bbox(box.get_points() / PIXELS_PER_INCH)
        with settled(), self._haloed():
            size: Any = {"dpi": 2 * PIXELS_PER_INCH, "bbox_inches": box}
            self.figure.savefig(path, format="png", facecolor="white", metadata={"Software": None}, **size)
        for text in added:
            text.remove()

    @contextmanager
    def _haloed(self) -> Iterator[None]:
        """Give marked labels their halo for a while: in SVG the page's style does it, and text stays text."""
        marked: list[Any] = self.figure.findobj(lambda artist: artist.get_gid() == HALO)
        for text in marked:
            text.set_path_effects([withStroke(linewidth=3.5, foreground=theme.colour("paper"))])
        yield
        for text in marked:
            text.set_path_effects([])


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    size: float = 11.0,
    token: str = "ink",
    bold: bool = False,
    ha: str = "left",
    over_lines: bool = False,
) -> Text:
    """Write a label at a place in the axes' data, with a halo of paper where it lies over lines."""
    label = axes.text(
        x,
        y,
        text,
        fontsize=size,
        color=theme.colour(token),
        fontweight="bold" if bold else "normal",
        ha=ha,
        va="center_baseline",
        parse_math=False,
        clip_on=False,
        zorder=5,
    )
    if over_lines:
        label.set_gid(HALO)
    return label


def marker_style(token: str, marker: str, size: float, hollow: bool) -> dict[str, Any]:
    """Return the look of a dot: filled, or hollow where zero is inside the interval."""
    return {
        "marker": marker,
        "markersize": size + (1.0 if marker == "^" else -0.8 if marker in "sD" else 0.0),
        "markerfacecolor": theme.colour("paper" if hollow else token),
        "markeredgecolor": theme.colour(token),
        "markeredgewidth": 1.6 if hollow else 0.6,
        "linestyle": "none",
        "clip_on": False,
    }


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width in pixels in DejaVu Sans, the widest of the usual fonts."""
    font = FontProperties(family=["DejaVu Sans"], size=size, weight="bold" if bold else "normal")
    with settled():
        return 1.03 * float(text_to_path.get_text_width_height_descent(text or " ", font, ismath=False)[0])


def _cut(text: str, width: float, size: float, bold: bool = False) -> str:
    """Return the text, cut with an ellipsis where it is wider than `width` pixels."""
    if text_width(text, size, bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(text[:middle] + "…", size, bold) <= width else (low, middle - 1)
    return text[:low].rstrip() + "…"


def cut(text: str, width: float, size: float = 12.5, bold: bool = False) -> str:
    """Return a name on one line that is at most `width` pixels wide."""
    return _cut(forms.clean(text), width, size, bold)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(_cut(word, width, size))
    return lines


_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_ROOT = re.compile(r"<svg[^>]*>")
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>\s*", re.DOTALL)
_EMPTY_GROUP = re.compile(r'<g id="[^"]*"\s*/>\s*')
_IDLE_GROUP = re.compile(r'<g id="[A-Za-z0-9_.]+_\d+">')
_FAMILY = re.compile(r"font-family: [^;\"]*;? ?")
_SHORTHAND = re.compile(r"font: (?:(bold|\d+) )?([\d.]+)px [^;\"]*")
_REFERENCE = re.compile(r'(id="|url\(#|href="#)')
_PATH = re.compile(r'd="[^"]*"')
_NUMBER = re.compile(r"(?<![#\w.])-?\d+\.\d{2,}(?![\w.])")


def _inline(svg: str, name: str, label: str, width: float, height: float) -> str:
    """Return the plotting library's file as a part of a page."""
    from html import escape

    body = _COMMENT.sub("", _METADATA.sub("", _PROLOGUE.sub("", svg)))
    body = _IDLE_GROUP.sub("<g>", _EMPTY_GROUP.sub("", _STYLE.sub("", body))).replace(
        '<g id="halo">', '<g class="halo">'
    )
    body = _SHORTHAND.sub(_font, _FAMILY.sub("", body))
    body = _REFERENCE.sub(rf"\g<1>{name}-", body)
    body = re.sub(r"\n\s*", "\n", body).replace(" \n", "\n")
    body = _rounded(_PATH.sub(lambda path: _rounded(_short_path(path), _decimals(path.group())), body), 3)
    root = (
        f'<svg role="img" aria-label="{escape(label, quote=True)}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    return theme.as_variables(_ROOT.sub(lambda _: root, body, count=1))


def _decimals(path: str) -> int:
    """Return one decimal for a curve of many points, two for what is small and must meet its neighbours, as a cell."""
    return 1 if path.count("\n") > SHORT_PATH else 2


def _rounded(text: str, decimals: int) -> str:
    """Return a text with its numbers cut to so many decimals, without zeros at the end."""
    return _NUMBER.sub(lambda found: _trimmed(f"{float(found.group()):.{decimals}f}"), text)


def _trimmed(number: str) -> str:
    return "0" if float(number) == 0 else number.rstrip("0").rstrip(".")


def _short_path(found: re.Match[str]) -> str:
    """Return a path of straight lines without its repeated letters: after M and L, further points need none."""
    path = found.group()
    return path if "C" in path or "Q" in path else path.replace("\nL ", " ")


def _font(found: re.Match[str]) -> str:
    weight = ";font-weight: 700" if found.group(1) in ("bold", "700") else ""
    return f"font-size: {found.group(2)}px{weight}"
