"""The commands that measure: a real community, and simulated ones beside real ones."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copsim.cli.options import SEED, Whole, out_folder, spoken, until, written
from copsim.cli.voice import Session, Voice, records
from copsim.core.errors import UserError

if TYPE_CHECKING:
    from copsim.measures.eventlog import EventLog


@click.command()
@click.argument("logs", nargs=-1, metavar="[LOG]...")
@click.option("--git", "repository", metavar="REPO", help="Read the history of a local git repository instead.")
@until
@click.option("--events", metavar="FILE", help="Write the log that was read: .csv, .csv.gz or .parquet; names hashed.")
@click.option("--keep-names", is_flag=True, help="Do not hash people's names in what is written.")
@written
@spoken
@click.pass_obj
def observe(session: Session, /, logs: tuple[str, ...], document: bool, quiet: bool, **asked: Any) -> None:
    """Measure real communities from event logs.

    A LOG is CSV, csv.gz or Parquet with the columns date and member, and if known community, kind, member2 and n.
    """
    from copsim.cli.events import checked_events_file, write_events
    from copsim.measures.eventlog import hash_names
    from copsim.measures.observing import observe as observe_log
    from copsim.pages.observation import headline
    from copsim.studies.folders import output

    voice, events = Voice(document, quiet), checked_events_file(asked["events"])
    log = _read(logs, asked["repository"], asked["until"])
    named = log if asked["keep_names"] else hash_names(log)
    source = [Path(asked["repository"]).resolve().name] if asked["repository"] else [Path(p).name for p in logs]
    folder = out_folder(asked["out"], "observe", *(name.split(".")[0] for name in source))
    request = {"kind": "observe", "logs": source, "sha256": log_digest(log)}
    with output(folder, request, asked["force"]) as place:
        observation = observe_log(named)
        if not place.finished:
            _write(observation, request, place.path, _command(logs, asked))
    if events is not None:
        write_events(named.frame(), events)
    page = str(Path(folder) / "report.html")
    voice.answer(
        lambda: f"{headline(observation)}\n\nTables    {folder}\nPage      {page}",
        lambda: {"communities": records(observation.communities), "out": folder, "report": page},
    )


def _read(logs: tuple[str, ...], repository: str | None, end: str | None) -> "EventLog":
    """Return the log in files, or in a git repository."""
    if logs and repository is not None:
        raise UserError("observe reads either logs or one --git repository, not both at once")
    if repository is not None:
        from copsim.measures.gitlog import read_git

        return read_git(repository, end)
    if not logs:
        raise UserError("observe needs a log (CSV, csv.gz or Parquet), or --git and a repository")
    from copsim.measures.logs import read_log

    return read_log(logs, end)


def log_digest(log: "EventLog") -> str:
    """Return the SHA-256 of what a log says, wherever it was read from."""
    import hashlib

    import numpy as np

    digest = hashlib.sha256(repr((log.communities, log.kinds, log.names.tolist())).encode("utf-8", "surrogatepass"))
    for column in (log.obs_end, log.community, log.day, log.member, log.kind, log.member2, log.n):
        digest.update(np.ascontiguousarray(column).astype("<i8").data)
    return digest.hexdigest()


def _command(logs: tuple[str, ...], asked: dict[str, Any]) -> str:
    """Return the command that measures the same again, with the bare names of files."""
    import shlex

    words = ["--git", Path(asked["repository"]).resolve().name] if asked["repository"] else [Path(p).name for p in logs]
    words += ["--until", Path(asked["until"]).name] if asked["until"] else []
    return shlex.join(["copsim", "observe", *words, *(["--keep-names"] if asked["keep_names"] else [])])


def _write(observation: Any, request: dict[str, Any], folder: Path, command: str) -> None:
    """Write tables, page, figures, and last the manifest that names the tables with their hashes."""
    from copsim.measures.observing import write_observation
    from copsim.pages.observation import write_observation_report
    from copsim.studies.manifest import file_digest, versions, write_manifest

    write_observation(observation, folder)
    results = {path.name: file_digest(path) for path in sorted(folder.glob("*.csv"))}
    write_observation_report(observation, folder, command)
    made = {**versions(), "kind": "observe", "request": request, "scenarios": [], "results": results}
    write_manifest({**made, "command": command}, folder)


@click.command()
@click.argument("population", default="talk", metavar="[talk|git]")
@click.option("--communities", type=Whole(2, 10_000), default=48, show_default=True, help="Communities to simulate.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Where the luck comes from.")
@spoken
def facts(population: str, communities: int, seed: int, document: bool, quiet: bool) -> None:
    """Put simulated communities beside real ones, fact by fact.

    talk: mailing lists, forums and chats; git: communities that work on a repository. A fact is in when the median of
    the simulated communities lies within the quartiles of the real ones; beside it stands a null model.
    """
    from copsim.studies.stylised import facts_table

    table = facts_table(population, communities, seed)
    Voice(document, quiet).answer(lambda: facts_text(table, population), lambda: records(table))


def facts_text(table: Any, population: str) -> str:
    """Return the facts in columns, those that are out marked, and how many are in."""
    from copsim.cli.listing import columns
    from copsim.pages.forms import bare
    from copsim.studies.stylised import WORDS, counted, halves_alike

    lines = []
    for row in records(table):
        mark = (
            "" if row["in_all"] else f"out by {max(row['beyond'], 0.1):.1f}" if row["beyond"] is not None else "missing"
        )
        real = f"{bare(row['q25'])} to {bare(row['q75'])}"
        beside = "" if row["null_in"] else " out"
        lines.append((WORDS[row["fact"]], real, bare(row["simulated"]), mark, f"{bare(row['null'])}{beside}"))
    n, of = counted(table), int(table["vector"].sum())
    heading = ("fact", "real, middle half", "simulated", "", "null model")
    text = columns(lines, heading)
    said = (
        f"Of the first {of} facts, {n['in_all']} are in: the simulated median lies in the real middle half. "
        f"The null model has {n['null_in']}."
    )
    unseen = (
        f"Against the unseen half of the real ones alone: {n['in_unseen']}; the null model {n['null_in_unseen']}; the real "
        f"fitted half itself {halves_alike(population)}. How far today's values have seen it: docs/validation.md."
    )
    key = "Out by 1: as far outside the middle half as that is wide. With few communities counts move by several by chance."
    return f"{text}\n\n{said}\n{unseen}\n{key}"
