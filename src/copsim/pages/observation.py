"""The page of `copsim observe`: what a log of a real community shows, in words, levels, stages and survival."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copsim import __version__
from copsim.pages import forms

MOST_SECTIONS = 12
FEWEST = 5
LEVELS = ("core", "active", "occasional", "peripheral", "transactional", "gone")
ONE_TOUCH = {"occ_onetouch": "transactional", "per_onetouch": "transactional"}
STATES = {
    "sustained": "it was still going when observation ended",
    "declined": "it was below a third of its peak when observation ended",
    "moribund": "it was almost silent when observation ended",
    "dead": "it had been silent for a year when observation ended",
}
FOLDER = "communities.csv, monthly.csv, transitions.csv, survival.csv. Every number on this page is in them."


def write_observation_report(observation: Any, folder: Path | str, command: str = "") -> Path:
    """Write `report.html` and `figures/*.png` for an observation, and the command that repeats it; return the path."""
    from copsim.pages import page

    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    drawings = draw(observation)
    written = place / "report.html"
    written.write_text(observation_html(observation, drawings, command), encoding="utf-8", newline="\n")
    if drawings:
        page.save(drawings.values(), place / "figures", _made_by().replace(", ", " · "))
    return written


def shown(observation: Any) -> list[dict[str, Any]]:
    """Return the communities that get a section: the largest twelve with at least five members."""
    return [row for row in _communities(observation) if _number(row, "n_members") >= FEWEST][:MOST_SECTIONS]


def _communities(observation: Any) -> list[dict[str, Any]]:
    rows = [{str(key): value for key, value in row.items()} for row in observation.communities.to_dict("records")]
    return sorted(rows, key=lambda row: -_number(row, "n_members"))


def draw(observation: Any) -> dict[str, Any]:
    """Return a drawing for each community that gets a section and has at least one month."""
    from copsim.pages.plot_observation import observed

    made = {}
    for number, row in enumerate(shown(observation)):
        months = _of(observation.monthly, row["community"])
        if len(months):
            survival = _of(observation.survival, row["community"])
            made[str(row["community"])] = observed(f"observed-{number + 1}", _name(row), months, survival)
    return made


def observation_html(observation: Any, drawings: Mapping[str, Any] | None = None, command: str = "") -> str:
    """Return the page as text."""
    from copsim.pages import page

    drawn = draw(observation) if drawings is None else drawings
    sections = [_section(observation, row, drawn.get(str(row["community"]))) for row in shown(observation)]
    named = {str(row["community"]) for row in shown(observation)}
    rest = [row for row in _communities(observation) if str(row["community"]) not in named]
    values = {
        "headline": headline(observation),
        "study": _study(observation),
        "sections": sections,
        "rest": [_listed(row) for row in rest],
        "limits": [said for said in page.limits() if said[0].startswith(("Traces", "Use logs"))],
        "made": _made_by(),
        "command": forms.clean(command) or "copsim observe LOG",
        "folder": FOLDER,
    }
    return page.render("observation.html.j2", values)


def headline(observation: Any) -> str:
    """Return one sentence: how many communities and people, over how long."""
    rows = _communities(observation)
    if not rows:
        return "The log holds no community."
    if len(rows) == 1:
        return f"{_name(rows[0])}: {_people(rows[0])} over {_months(rows[0])}."
    people = sum(int(_number(row, "n_members")) for row in rows)
    return f"{forms.first_capital(forms.count(len(rows)))} communities, {people:,} members in all."


def summary(row: Mapping[str, Any]) -> list[str]:
    """Return two or three plain sentences about one community."""
    said = [f"{forms.first_capital(_people(row))} over {_months(row)}{_since(row)}."]
    state = STATES.get(str(row.get("state_end", "")))
    active = _number(row, "mean_active", math.nan)
    if math.isfinite(active):
        said.append(f"On average {forms.bare(forms.rounded(active))} members acted in a month.")
    if state:
        said.append(f"By its activity, {state}.")
    stays = _number(row, "km_12m", math.nan)
    if math.isfinite(stays):
        said.append(f"Of those who joined, {forms.of_100(stays)} of 100 were still members after a year.")
    return said


def _section(observation: Any, row: Mapping[str, Any], drawing: Any) -> dict[str, Any]:
    from copsim.pages import page

    return {
        "name": _name(row),
        "summary": summary(row),
        "figure": page.for_page(drawing) if drawing is not None else None,
        "transitions": transitions(_of(observation.transitions, row["community"])),
    }


def transitions(table: Any) -> list[list[str]]:
    """Return the rows of the table of moves from month to month: shares of the level they left, and their number.

    Counts under five are not turned into shares: they would be about particular people.
    """
    counts: dict[tuple[str, str], int] = {}
    for row in table.to_dict("records"):
        key = (ONE_TOUCH.get(str(row["from"]), str(row["from"])), ONE_TOUCH.get(str(row["to"]), str(row["to"])))
        counts[key] = counts.get(key, 0) + int(row["count"])
    found = []
    for level in ("new", *LEVELS):
        total = sum(counts.get((level, to), 0) for to in LEVELS)
        if total >= FEWEST:
            name = "just joined" if level == "new" else level
            found.append([name, *(_share(counts.get((level, to), 0), total) for to in LEVELS), f"{total:,}"])
    return found


def _share(count: int, total: int) -> str:
    if count == 0:
        return "0 %"
    return f"under {FEWEST} moves" if count < FEWEST else forms.percent(count / total)


def _listed(row: Mapping[str, Any]) -> list[str]:
    small = _number(row, "n_members") < FEWEST
    members = f"under {FEWEST}" if small else f"{int(_number(row, 'n_members')):,}"
    state = forms.clean(row.get("state_end", "") or "") if not small else ""
    months = _number(row, "n_months", math.nan)
    return [_name(row), members, f"{int(months):,}" if math.isfinite(months) else forms.MISSING, state or forms.MISSING]


def _of(table: Any, community: object) -> Any:
    return table[table["community"].astype(str) == str(community)]


def _number(row: Mapping[str, Any], key: str, missing: float = 0.0) -> float:
    value = row.get(key)
    try:
        number = float(value) if value is not None else missing
    except (TypeError, ValueError):
        return missing
    return number if math.isfinite(number) else missing


def _name(row: Mapping[str, Any]) -> str:
    return forms.clean(row["community"]) or "community without a name"


def _people(row: Mapping[str, Any]) -> str:
    members = int(_number(row, "n_members"))
    return f"fewer than {forms.count(FEWEST)} members" if members < FEWEST else forms.plural(members, "member")


def _months(row: Mapping[str, Any]) -> str:
    return forms.plural(int(_number(row, "n_months")), "month")


def _since(row: Mapping[str, Any]) -> str:
    origin, end = (forms.clean(row.get(key, "") or "") for key in ("origin", "obs_end"))
    return f", from {origin} to {end[:10]}" if origin and end and origin != "nan" else ""


def _study(observation: Any) -> str:
    months = len(observation.monthly)
    return f"{forms.plural(len(observation.communities), 'community', 'communities')} · {months:,} months"


def _made_by() -> str:
    return f"copsim {__version__}, observed from a log, by the rules of the monthly reading"
