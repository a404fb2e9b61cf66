"""Commands that print what is declared or known: scenarios, params, outcomes, rows, doctor; and `new`."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import click

from copsim.cli.options import spoken
from copsim.cli.voice import Session, Voice, records
from copsim.core.errors import UserError


@click.command()
@click.argument("file")
@spoken
def new(file: str, document: bool, quiet: bool) -> None:
    """Write a commented scenario to FILE, to start from."""
    from copsim.scenarios.checking import checked_name
    from copsim.scenarios.files import template

    path = Path(file)
    if path.suffix != ".toml":
        raise UserError(f"a scenario file ends in .toml, {file!r} does not")
    checked_name(path.stem, file)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(template(path.name))
    except FileExistsError:
        raise UserError(f"{file} is there already; choose another name") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be written: {getattr(error, 'strerror', None) or error}") from None
    voice = Voice(document, quiet)
    voice.say(f"{file} is written; change it, then: copsim compare baseline {file}")
    if document:
        voice.answer(str, lambda: {"file": file})


@click.command()
@click.argument("name", required=False)
@click.option("--toml", is_flag=True, help="The file of the scenario, to copy from.")
@spoken
def scenarios(name: str | None, toml: bool, document: bool, quiet: bool) -> None:
    """List the built-in scenarios, or show one of them."""
    voice = Voice(document, quiet)
    if name is not None:
        _show(name, toml, voice)
        return
    if toml:
        raise UserError("--toml needs the name of a scenario")
    from copsim.scenarios.tables import scenarios as table

    rows = records(table())
    voice.answer(lambda: "\n".join(_listed(row["name"], row["text"]) for row in rows), lambda: rows)


def _listed(name: str, text: str) -> str:
    """Return a name and, beside it, a text within 80 columns."""
    return fill(text.removesuffix("."), 80, initial_indent=f"{name:31}", subsequent_indent=" " * 31)


def _show(name: str, toml: bool, voice: Voice) -> None:
    """Print one scenario: its file, or what it says."""
    from copsim.scenarios.files import found
    from copsim.scenarios.reading import load_scenario

    scenario = load_scenario(name)
    if toml:
        text = found(name, Path()).read_text(encoding="utf-8-sig").rstrip("\n")
        voice.answer(lambda: text, lambda: {"name": scenario.name, "toml": text})
        return
    described = scenario.as_dict()
    voice.answer(lambda: _described(described), lambda: {**described, "digest": scenario.digest()})


def _described(scenario: dict[str, Any]) -> str:
    """Return what a scenario holds, a line each."""
    words = [f"{key:12}{value}" for key, value in scenario.items() if key not in ("set", "change", "event")]
    lines = [f"{'set':12}{key} = {value:g}" for key, value in scenario["set"].items()]
    for change in scenario["change"]:
        settings = ", ".join(f"{key} = {value:g}" for key, value in change["set"].items())
        lines.append(f"{'change':12}week {change['week']}: {settings or 'nothing'}")
    lines += [f"{'event':12}week {event['week']}: {event['kind']}" for event in scenario["event"]]
    return "\n".join(words + lines)


@click.command()
@spoken
def params(document: bool, quiet: bool) -> None:
    """Print every parameter with unit, range, role and evidence."""
    from copsim.scenarios.tables import params as table

    rows = records(table())
    voice = Voice(document, quiet)
    voice.answer(lambda: columns([_parameter_row(row) for row in rows], _PARAMETER_HEADING), lambda: rows)


_PARAMETER_HEADING = ("key", "value", "possible", "plausible", "unit", "role", "row", "what it is", "evidence")


def _parameter_row(row: dict[str, Any]) -> tuple[str, ...]:
    drawn = "" if row["plausible_low"] is None else f"{row['plausible_low']:g} to {row['plausible_high']:g}"
    possible = f"{row['possible_low']:g} to {row['possible_high']:g}"
    value = f"{row['professional']:g}"
    return row["key"], value, possible, drawn, row["unit"], row["role"], row["row"], row["text"], row["evidence"]


@click.command()
@spoken
def outcomes(document: bool, quiet: bool) -> None:
    """Print every outcome and the smallest difference that matters."""
    from textwrap import fill

    from copsim.core.vocabulary import ENDS
    from copsim.scenarios.tables import outcomes as table

    rows = records(table())
    good = {1: "more", -1: "less", 0: ""}
    lines = [
        (
            r["key"],
            r["unit"],
            good[r["better"]],
            "" if r["matters"] is None else f"{r['matters']:g}",
            r["label"],
            r["text"],
        )
        for r in rows
    ]
    heading = ("key", "unit", "better", "matters", "label", "what it is")
    ends = fill(
        f"One is a word, not a number: end_kind, how it ended: {', '.join(ENDS[1:])}; empty while it lives.", 80
    )
    Voice(document, quiet).answer(lambda: f"{columns(lines, heading)}\n\n{ends}", lambda: rows)


@click.command()
@click.option("--check", is_flag=True, help="Run every direction test over plausible worlds (minutes).")
@spoken
@click.pass_obj
def rows(session: Session, /, check: bool, document: bool, quiet: bool) -> None:
    """Print the rows of the framework that are built."""
    from copsim.studies.rows import check_rows
    from copsim.studies.rows import rows as all_rows

    table = check_rows() if check else all_rows()
    found = records(table)
    Voice(document, quiet).answer(lambda: frame_text(found), lambda: found)
    if check and any(map(surprising, found)):
        session.code = 1


def surprising(row: dict[str, Any]) -> bool:
    """Tell whether a direction is missed that is not known to be, or its pattern stays with the mechanism off."""
    return (not row["holds"] and not row.get("known_miss")) or row.get("vanishes") is False


@click.command()
@click.option("--compile", "compiling", is_flag=True, help="Compile every kernel now, unless that is done.")
@click.option("--profile", is_flag=True, help="What each mechanism costs on this machine, instead.")
@spoken
def doctor(compiling: bool, profile: bool, document: bool, quiet: bool) -> None:
    """Say what is installed, compiled, and how fast it is."""
    from copsim.studies.doctor import doctor as examine

    voice = Voice(document, quiet)
    if profile:
        from copsim.studies import profiling

        voice.say("compiling a week with a clock in it: about half a minute")
        costs = profiling.profile()
        voice.answer(lambda: profile_text(costs), lambda: costs)
        return
    facts = examine(compiling, voice.say)
    voice.answer(lambda: "\n".join(facts_lines(facts)), lambda: facts)


def profile_text(costs: dict[str, Any]) -> str:
    """Return what each mechanism costs, dearest first."""
    rows = [
        (name, f"{cost['nanoseconds']:.2f}", f"{cost['share']:.0%}", cost["vectors"])
        for name, cost in costs["mechanisms"].items()
    ]
    heading = ("call", "ns a member-week", "share", "vectors")
    table = columns([*rows, ("all", f"{costs['nanoseconds']:.2f}", "", "")], heading)
    return f"{table}\n{costs['members']:,.0f} members on average, one thread"


def facts_lines(facts: dict[str, Any], before: str = "") -> list[str]:
    """Return facts as lines of name and value; inner tables follow with their names before."""
    lines: list[str] = []
    for key, value in facts.items():
        name = f"{before}{key.replace('_', ' ')}"
        if isinstance(value, dict):
            lines += facts_lines(value, f"{name}: ")
        else:
            lines.append(f"{name:34}{fact_words(value)}")
    return lines


def fact_words(value: Any) -> str:
    """Return a fact as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, ""):
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def frame_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows of a table in columns."""
    if not rows:
        return ""
    return columns([tuple(fact_words(value) for value in row.values()) for row in rows], tuple(rows[0]))


def columns(rows: Sequence[Sequence[str]], heading: Sequence[str]) -> str:
    """Return a table with aligned columns under a heading."""
    every = [list(heading), *(list(row) for row in rows)]
    widths = [max(len(row[place]) for row in every) for place in range(len(heading))]
    return "\n".join("  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)).rstrip() for row in every)
