"""Commands about sweeps: sweep, merge, and one run of a sweep again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copsim.cli.options import out_folder, spoken, threaded
from copsim.cli.voice import Session, Voice, records, time_words

if TYPE_CHECKING:
    from copsim.sweeps.result import Sweep
    from copsim.sweeps.trying import Estimate


@click.command()
@click.argument("plan", metavar="PLAN")
@click.option("--out", metavar="DIR", help="Folder for the results; copsim-out/NAME unless said.")
@click.option("--shard", metavar="I/N", help="Only the I-th of N shards; 'copsim merge' brings their folders together.")
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
    folder = out_folder(asked["out"], read.name)
    if asked["dry_run"]:
        from copsim.sweeps.trying import estimate

        found = estimate(read, folder, asked["threads"], asked["shard"])
        voice.answer(lambda: estimate_text(found, read.weeks), lambda: vars(found))
        return
    from copsim.sweeps.sweep import sweep as study

    made = study(read, folder, asked["threads"], asked["shard"], voice.progress(session))
    _tell(session, voice, made, folder)


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
        plural(found.points, "point"),
        plural(found.replicates, "replicate"),
    ]
    left = found.runs - found.there
    lines = [f"{plural(found.runs, 'run')} of {plural(weeks, 'week')}: {' × '.join(parts)}"]
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
