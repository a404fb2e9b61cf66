"""Commands about sweeps: sweep, merge, and one run of a sweep again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copsim.cli.options import out_folder, spoken, threaded
from copsim.cli.voice import Session, Voice, records, time_words
from copsim.core.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from copsim.sweeps.advising import Advice, Look
    from copsim.sweeps.plan import Plan
    from copsim.sweeps.result import Sweep
    from copsim.sweeps.trying import Estimate

QUICK, FEW, MOST_SHOWN = 20, 30, 20
"""Runs a cell of the pilot before a sweep; values below which an interval is rough; cells shown."""
_CELL_COLUMNS = ("scenario", "number", "mean", "half", "values", "replicates")


@click.command()
@click.argument("plan", metavar="PLAN")
@click.option("--out", metavar="DIR", help="Folder for the results; copsim-out/NAME unless said.")
@click.option("--shard", metavar="I/N", help="Only the I-th of N shards; 'copsim merge' brings their folders together.")
@click.option("--until", metavar="QUESTION", help="Add replicates until it is answered, such as 'core_end ± 0.5'.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on a Dask cluster; 'local' starts one on this machine.")
@click.option("--dry-run", is_flag=True, help="Check everything, say runs, time and disk; write nothing.")
@threaded
@spoken
@click.pass_obj
def sweep(session: Session, /, plan: str, document: bool, quiet: bool, **asked: Any) -> None:
    """Run a PLAN: scenarios, factors and a design.

    The same command again continues; a plan with more points or replicates adds what is missing.
    """
    from copsim.sweeps.plan import read_plan

    voice, read = Voice(document, quiet), read_plan(plan)
    if asked["until"] is not None:
        _until(session, voice, read, asked)
        return
    folder = out_folder(asked["out"], read.name)
    if asked["dry_run"]:
        from copsim.sweeps.trying import estimate

        found = estimate(read, folder, asked["threads"], asked["shard"])
        voice.answer(lambda: estimate_text(found, read.weeks), lambda: vars(found))
        return
    from copsim.sweeps.sweep import sweep as study

    made = study(read, folder, asked["threads"], asked["shard"], voice.progress(session), asked["scheduler"])
    _tell(session, voice, made, folder)


def _until(session: Session, voice: Voice, read: "Plan", asked: dict[str, Any]) -> None:
    """Say how many replicates a question needs, or run them."""
    from copsim.sweeps.advising import advise, cells_table, sweep_until

    if asked["shard"] is not None:
        raise UserError("--until looks at all runs together, which a --shard does not have")
    if asked["dry_run"]:
        advice = advise(read, asked["until"], asked["threads"])
        voice.answer(lambda: advice_text(advice), lambda: vars(advice) | {"question": advice.question.text})
        return
    folder = out_folder(asked["out"], read.name)
    if not (Path(folder) / "manifest.json").is_file():  # a sweep that goes on has its own looks
        voice.say(need_text(advise(read, asked["until"], asked["threads"], pilot=QUICK)))
    told = voice.progress(session)
    made, look = sweep_until(
        read, folder, asked["until"], asked["threads"], told, lambda at: voice.say(look_text(at)), asked["scheduler"]
    )
    failed, cells = len(made.failures), cells_table(made, look)
    session.code = 1 if failed else 0
    facts = {**vars(look), "question": look.question.text, "answered": look.answered, "cells_table": records(cells)}
    voice.answer(
        lambda: f"{look_text(look)}\n\n{cells_text(cells, look)}\n\n{sweep_text(made, failed, folder)}",
        lambda: {**facts, "out": folder, "runs": made.total, "failed": failed, "manifest": made.manifest},
    )


def look_text(look: "Look") -> str:
    """Return what a look at the runs says, in one line."""
    word = "answered" if look.answered else "not yet"
    where = f"at the widest of {look.cells:,} cells, point {look.number} of {look.scenario}" if look.cells > 1 else ""
    runs = f"{look.replicates:,} replicates"
    if look.known < look.replicates:
        runs = f"the {look.known:,} of {look.replicates:,} runs that have a value"
    text = f"{look.question.text}: {word}, ± {look.half:.2g} with {runs} {where}".rstrip()
    few = f"; fewer than {FEW} values: take the interval as a rough one" if look.known < FEW else ""
    return text + few


def cells_text(cells: "pd.DataFrame", look: "Look") -> str:
    """Return a line a cell, the first 20: scenario, factors, mean, half the width of its interval, values, replicates."""
    from copsim.pages import forms
    from copsim.pages.words import measure

    shown = cells.head(MOST_SHOWN)
    unit = measure(look.question.outcome).unit
    values = [*shown["mean"], *shown["half"]]
    form = forms.form_for([value for value in values if value == value], float(shown["half"].min()), unit)
    factors = [name for name in shown.columns if name not in _CELL_COLUMNS]
    table = [["scenario", *factors, "mean", "±", "replicates"]]
    for row in records(shown):
        known, runs = row["values"], f"{row['replicates']:,}"
        counted = runs if known == row["replicates"] else f"{runs} ({known:,} with a value)"
        settings = [forms.MISSING if row[name] is None else forms.bare(row[name]) for name in factors]
        numbers = [forms.MISSING if row[key] is None else form.plain(row[key]) for key in ("mean", "half")]
        table.append([row["scenario"], *settings, *numbers, counted])
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    lines = [_aligned(row, widths) for row in table]
    what = f"{look.question.outcome}{f' vs {look.question.against}' if look.question.against else ''}"
    lines.insert(0, f"Mean of {what}, {form.units}".rstrip(", "))
    if len(cells) > len(shown):
        lines.append(f"The first {len(shown)} of {len(cells):,} cells; --json has all")
    return "\n".join(lines)


def _aligned(row: list[str], widths: list[int]) -> str:
    """Return a line of a table: the first cell to the left, numbers to the right."""
    first, *rest = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join([first.strip().ljust(widths[0]), *rest]).rstrip()


def need_text(advice: "Advice") -> str:
    """Return what a sweep that begins will need, in a line or two."""
    return str(advice) if _unsaid(advice) else f"{advice}\n{_size_of(advice)}"


def _unsaid(advice: "Advice") -> bool:
    """Tell whether the pilot leaves open how many replicates there will be."""
    from copsim.sweeps.advising import LEAST_KNOWN

    return bool(advice.reachable) or advice.known < LEAST_KNOWN


def _size_of(advice: "Advice") -> str:
    from copsim.pages.forms import plural

    return f"{plural(advice.replicates * advice.cells, 'run')} in all: about {time_words(advice.seconds)}"


def advice_text(advice: "Advice") -> str:
    """Return what the adviser says, in three lines at most."""
    return f"{need_text(advice)}\nNothing was written"


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True)
@click.option("--out", metavar="DIR", help="Where to; the first of the folders unless said.")
@spoken
@click.pass_obj
def merge(session: Session, /, folders: tuple[str, ...], out: str | None, document: bool, quiet: bool) -> None:
    """Bring the shards of a sweep together."""
    from copsim.sweeps.merging import merge as study

    _tell(session, Voice(document, quiet), study(folders, out), out or folders[0])


def _tell(session: Session, voice: Voice, made: "Sweep", folder: str) -> None:
    """Say what is there now; failed runs are not success."""
    failed = len(made.failures)
    session.code = 1 if failed else 0
    voice.answer(
        lambda: sweep_text(made, failed, folder),
        lambda: {
            "out": folder,
            "runs": made.total,
            "missing": made.missing,
            "failed": failed,
            "manifest": made.manifest,
        },
    )


def sweep_text(made: "Sweep", failed: int, folder: str) -> str:
    """Return what a sweep has come to, in two lines."""
    from copsim.pages.forms import plural

    lines = [f"{made.total - made.missing:,} of {plural(made.total, 'run')} done"]
    if failed:
        lines[0] += f", {failed:,} failed: {Path(folder) / 'failures.csv'} says why and how to repeat them"
    return "\n".join([*lines, f"Results   {folder}"])


def estimate_text(found: "Estimate", weeks: int) -> str:
    """Return what a dry run found, in three lines."""
    from copsim.pages.forms import plural

    parts = [
        plural(found.scenarios, "scenario"),
        plural(found.points, "different point") if found.merged else plural(found.points, "point"),
        plural(found.replicates, "replicate"),
    ]
    left = found.runs - found.there
    lines = [f"{plural(found.runs, 'run')} of {plural(weeks, 'week')}: {' × '.join(parts)}"]
    if found.merged:
        lines.append(f"Points of the design that are equal to another, run once: {found.merged:,}")
    lines.append(f"{found.there:,} done, {left:,} to do")
    if left:
        lines[-1] += f": about {time_words(found.seconds)} on {plural(found.threads, 'thread')}, {_size(found.bytes)}"
        lines[-1] += f" on disk, measured on {plural(found.pilot, 'run')}"
    return "\n".join([*lines, "Nothing was written"])


def _size(number: float) -> str:
    """Return a number of bytes: "12 kB", "3.4 MB", "1.2 GB"."""
    for unit, many in (("GB", 1e9), ("MB", 1e6)):
        if number >= many:
            return f"{number / many:,.1f} {unit}"
    return f"{max(1, round(number / 1e3)):,} kB"


def replay_one(session: Session, voice: Voice, folder: str, run: str) -> None:
    """Live one run of a sweep again and say whether its bits are those that are kept."""
    from copsim.sweeps.replaying import replay_run

    place = Path(folder).parent if Path(folder).is_file() else Path(folder)
    found = replay_run(place, run)
    session.code = 1 if found.same is False else 0
    word = {True: "the same bits", False: "not the same bits", None: "not kept in the folder"}[found.same]
    row = records(found.outcomes)[0]
    voice.answer(
        lambda: "\n".join([word, *(f"{name:22}{value}" for name, value in row.items())]),
        lambda: {"same": found.same, "outcomes": row},
    )
