"""A community on Mesa's own page: who takes part, and since when in which stage. Play, step and reset are Mesa's.

Needs `pip install 'copsim[viz]'`; begun by the command that docs/mesa.md shows. The two pictures are plain functions,
model in, figure out; Solara only shows them.
"""

import math

import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

import copsim
from copsim.core.levels import LEVELS
from copsim.explore.names import seat
from copsim.pages.theme import colour

INSIDE = LEVELS[:-1]
NAMES_FROM = 20  # degrees of the clock that are kept free for the names of the rings
LABEL = {"fontsize": 11, "color": colour("ink2"), "va": "center"}


def onion(model: copsim.CommunityModel) -> Figure:
    """Return the onion of participation: a dot a member, whose place on the clock stays and whose ring is the level."""
    figure, axes = _blank(5.4, 5.4)
    axes.set_aspect("equal")
    for ring, level in reversed(list(enumerate(INSIDE))):
        axes.add_patch(_circle(ring + 1))
        axes.text(0, ring + (0.5 if ring else 0.75), level, ha="center", zorder=3, **LABEL)
    for ring, level in enumerate(INSIDE):  # before week 1 nobody has acted, and nobody is in a ring
        places = [_place(member.uid, ring) for member in model.agents if member.level == level]
        x, y = zip(*places, strict=True) if places else ((), ())
        axes.scatter(x, y, s=50, color=colour(f"level-{level}"), ec=colour("ink3"), lw=0.8)
    return figure


def history(model: copsim.CommunityModel) -> Figure:
    """Return the members by level, week by week, over the stages of the lifecycle."""
    figure, axes = _blank(6.6, 5.4, right=0.8)
    weekly = model.datacollector.get_model_vars_dataframe()
    stage = weekly["stage"].iloc[-1] if len(weekly) else "not yet begun"
    axes.set_title(f"Week {model.week}: {stage}", loc="left", fontsize=14, color=colour("ink"))
    if not len(weekly):
        return figure
    most = max(weekly[list(INSIDE)].max().max(), 1.0)
    for level in INSIDE:
        axes.plot(weekly.index, weekly[level], color=colour(f"level-{level}"), lw=2)
    for at, level in _spread({level: weekly[level].iloc[-1] for level in INSIDE}, most / 18):
        axes.text(model.week, at, f"  {weekly[level].iloc[-1]:.0f} {level}", **LABEL)
    for stage, weeks in weekly.groupby("stage", observed=True).groups.items():
        axes.bar(weeks, most / 20, bottom=-most / 8, width=1.0, color=colour(f"stage-{stage}"), antialiased=False)
    axes.text(1, -most / 6, "stages, week by week", **LABEL)
    axes.set_ylim(-most / 5, 1.05 * most)
    return figure


def _place(uid: int, ring: int) -> tuple[float, float]:
    clock, lane = seat(uid)
    angle = math.radians(NAMES_FROM + (360 - 2 * NAMES_FROM) * clock)
    radius = ring + 0.15 + 0.7 * lane
    return radius * math.sin(angle), radius * math.cos(angle)


def _circle(radius: float):
    from matplotlib.patches import Circle

    return Circle((0, 0), radius, fc=colour("paper"), ec=colour("rule"))


def _spread(values: dict[str, float], apart: float) -> list[tuple[float, str]]:
    """Return heights for labels of values, from below, at least so far apart."""
    placed: list[tuple[float, str]] = []
    for level, value in sorted(values.items(), key=lambda one: one[1]):
        placed.append((max(value, placed[-1][0] + apart) if placed else value, level))
    return placed


def _blank(width: float, height: float, right: float = 0.96):
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0.02, 0.02, right, 0.9))
    axes.set_axis_off()
    return figure, axes


@solara.component
def Onion(model):
    update_counter.get()  # drawn anew when Mesa has stepped
    solara.FigureMatplotlib(onion(model))


@solara.component
def History(model):
    update_counter.get()
    solara.FigureMatplotlib(history(model))


HANDLES = {
    "scenario": {
        "type": "Select",
        "value": "baseline",
        "values": list(copsim.scenarios()["name"]),
        "label": "Scenario",
    },
    "rng": Slider("Seed", 1, 1, 99, 1),
    "meeting__cadence": Slider("Weeks between meetings", 4, 1, 26, 1),
    "leading__welcoming": Slider("Share of hours for welcome", 0.25, 0.0, 1.0, 0.05),
}


@solara.component
def Page():
    model = solara.use_memo(lambda: copsim.CommunityModel("baseline", rng=1), [])  # one for each visitor
    SolaraViz(model, components=[Onion, History], model_params=HANDLES, name="copsim", play_interval=100)
