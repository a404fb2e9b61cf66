"""The picture of docs/benchmarks.md: what a member-week costs each contestant, by the number of members."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.axes import Axes

from benchmarks.contest import BY_HAND, KERNELS, PLAIN
from copsim.pages import theme
from copsim.pages.canvas import Canvas, marker_style, settled, write

_WIDTH, _HEIGHT, _LEFT, _TOP, _LINES = 860.0, 520.0, 60.0, 40.0, 600.0
_APART = 15.0
"""Pixels between two labels at least."""
_LOOKS = {KERNELS: ("scenario-a", "o"), BY_HAND: ("scenario-b", "s"), PLAIN: ("scenario-c", "D")}
_OTHERS = ("scenario-reference", "o")

Figures = Mapping[str, Mapping[int, float]]
"""Nanoseconds a member-week: contestant -> members -> figure."""


@settled()
def draw(figures: Figures, path: Path, provenance: str) -> None:
    """Write the picture as PNG."""
    canvas = Canvas(_WIDTH, _HEIGHT)
    canvas.text(0, 12, "CPU nanoseconds a member-week, one thread", 12.5, bold=True)
    axes = canvas.axes(_LEFT, _TOP, _LINES, _HEIGHT - _TOP - 50)
    sizes = sorted({n for by_size in figures.values() for n in by_size})
    _scales(axes, sizes, max(ns for by_size in figures.values() for ns in by_size.values()))
    for name, by_size in figures.items():
        token, marker = _LOOKS.get(name, _OTHERS)
        axes.plot(list(by_size), list(by_size.values()), color=theme.colour(token), linewidth=1.8)
        axes.plot(list(by_size), list(by_size.values()), **marker_style(token, marker, 6.0, False))
    _label(axes, figures)
    canvas.text(_LEFT + _LINES / 2, _HEIGHT - 12, "members", 11, "ink2", ha="center")
    caption = (
        "The ladder, a small reference model. Both axes in powers of ten: a line ten times lower is ten times as fast."
    )
    canvas.png(path, "How fast is copsim's way of writing kernels?", caption, provenance)


def _scales(axes: Axes, sizes: list[int], top: float) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(min(sizes), max(max(sizes), 2 * min(sizes)))
    axes.set_ylim(8, top * 1.5)
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axes.set_yticks([10, 100, 1_000, 10_000], ["10", "100", "1,000", "10,000"])
    axes.minorticks_off()
    axes.grid(axis="y", color=theme.colour("rule"), linewidth=0.8)
    axes.set_axisbelow(True)


def _label(axes: Axes, figures: Figures) -> None:
    """Write each name behind the last point of its line, pushed up where another stands."""
    ends = {name: max(by_size.items()) for name, by_size in figures.items()}
    taken: list[tuple[float, float]] = []
    for name, (members, ns) in sorted(ends.items(), key=lambda item: item[1][1]):
        x, y = axes.transData.transform((members, ns))
        x, y = x + 9, y - (10 if name == "AgentPy" else 0)
        while any(abs(y - other) < _APART and abs(x - left) < 170 for left, other in taken):
            y += 1
        taken.append((x, y))
        token = _LOOKS.get(name, ("ink", ""))[0]
        place = axes.transData.inverted().transform((x, y))
        write(axes, place[0], place[1], name, 11, token, bold=name in _LOOKS, over_lines=True)
