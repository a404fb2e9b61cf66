"""Reading a local git repository as an event log, by `git log` with the repository's mailmap.

Kinds: `commit` (author of a non-merge commit), `merge` (author of a merge commit, acting on the author of the merged
tip), `integrate` (committer who is not the author, acting on the author), and from trailers, acting on the author:
`coauthor`, `signoff`, `review` and `report`. A person is a lower-cased e-mail address; accounts that look like bots
are dropped. Left out: one person's several addresses without a mailmap, branches other than the one checked out,
trailers of authors about themselves, and duplicates of a commit by cherry-picking.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from copsim.core.errors import UserError
from copsim.measures.eventlog import EventLog
from copsim.measures.logs import Until, log_from_frame

UNIT, TRAILER, END = "\x1f", "\x1e", "\0"
FORMAT = "%x1f".join(
    ("%H", "%P", "%at", "%ct", "%aN <%aE>", "%cN <%cE>", "%(trailers:only=true,unfold=true,separator=%x1e)")
)
KIND_OF_TRAILER = {
    "co-authored-by": "coauthor",
    "signed-off-by": "signoff",
    "reviewed-by": "review",
    "acked-by": "review",
    "approved-by": "review",
    "tested-by": "review",
    "reported-by": "report",
    "suggested-by": "report",
}
CONTACT = re.compile(r"^(.*)<([^<>\s]+)>$")
BOT = re.compile(
    r"\[bot\]|\bbot\b|dependabot|renovate|greenkeeper|github-actions|noreply@github\.com|pre-commit-ci|travis|jenkins"
    r"|codecov|allcontributors|weblate|mergify|imgbot|snyk"
)
DAY = 86_400
EARLIEST = 315_532_800
"""1980-01-01 in seconds; author dates before it, or more than a day after the commit, give way to the commit's date."""


class Commit(NamedTuple):
    """One commit; people are lower-cased addresses, empty for bots; trailers: (kind, person)."""

    parents: tuple[str, ...]
    day: int
    author: str
    committer: str
    trailers: tuple[tuple[str, str], ...]


def read_git(repository: str | Path, until: Until = None) -> EventLog:
    """Return the event log of the branch checked out in a local repository; its community is the folder's name.

    until: the day observation ended, without it the day of the last event. Errors: `UserError` for a folder that is no
    git repository, one without commits, or when git is not installed.
    """
    import pandas as pd

    folder = Path(repository)
    commits = _commits(folder)
    columns = ["date", "member", "kind", "member2"]
    events = pd.DataFrame(list(_events(commits)), columns=columns)
    if not len(events):
        raise UserError(f"{folder} has no commit by a person")
    events = events.groupby(columns, sort=False).size().rename("n").reset_index()
    events["date"] = pd.to_datetime(events["date"], unit="D")
    return log_from_frame(events, until, folder.resolve().name.removesuffix(".git"))


def _events(commits: dict[str, Commit]) -> Iterator[tuple[int, str, str, str]]:
    """Yield (day, person, kind, person acted on), oldest commit first."""
    for commit in reversed(commits.values()):
        day, author = commit.day, commit.author
        acts = list(commit.trailers)
        if len(commit.parents) > 1:
            tips = (commits[parent].author if parent in commits else "" for parent in commit.parents[1:])
            yield from ((day, author, "merge", tip) for tip in tips if author)
        else:
            acts.insert(0, ("integrate", commit.committer))
            if author:
                yield day, author, "commit", ""
        yield from ((day, person, kind, author) for kind, person in acts if person and person != author)


def _commits(folder: Path) -> dict[str, Commit]:
    """Return commits by hash, newest first."""
    text = _git(folder, "log", "--use-mailmap", "-z", f"--format={FORMAT}")
    rows = [row.strip("\n").split(UNIT) for row in text.split(END) if row.strip()]
    contacts = _mapped(folder, {contact for row in rows for _, contact in _trailers(row[6])})
    return {row[0]: _commit(row, contacts) for row in rows}


def _commit(row: list[str], contacts: dict[str, str]) -> Commit:
    authored, committed = int(row[2] or 0), int(row[3] or 0)
    seconds = authored if EARLIEST <= authored <= committed + DAY else committed
    trailers = tuple((kind, _person(contacts.get(contact, contact))) for kind, contact in _trailers(row[6]))
    return Commit(tuple(row[1].split()), seconds // DAY, _person(row[4]), _person(row[5]), trailers)


def _trailers(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split(TRAILER):
        key, _, contact = line.partition(":")
        kind = KIND_OF_TRAILER.get(key.strip().lower())
        if kind and CONTACT.match(contact.strip()):
            yield kind, contact.strip()


def _person(contact: str) -> str:
    """Return the lower-cased address of "Name <address>", the name where there is none, nothing for a bot."""
    match = CONTACT.match(contact)
    person = match[2] if match else contact.replace("<>", "").strip()
    return "" if BOT.search(contact.lower()) else person.lower()


def _mapped(folder: Path, contacts: set[str]) -> dict[str, str]:
    """Return what the mailmap makes of contacts in trailers, which `git log` leaves as they are."""
    asked = sorted(contacts)
    answers = _git(folder, "check-mailmap", "--stdin", text="\n".join(asked) + "\n").splitlines() if asked else []
    return dict(zip(asked, answers, strict=True)) if len(answers) == len(asked) else {}


def _git(folder: Path, *arguments: str, text: str = "") -> str:
    command = ["git", "-C", str(folder), *arguments]
    environment = os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, env=environment, check=False)
    except FileNotFoundError:
        raise UserError("git is not installed, and reading a repository needs it") from None
    if done.returncode:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"])[0]
        raise UserError(f"{folder} cannot be read as a git repository: {reason[:200]}")
    return done.stdout.decode(errors="replace")
