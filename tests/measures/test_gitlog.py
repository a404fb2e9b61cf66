"""Reading a git repository made for the test."""

import os
import shutil
import subprocess

import pytest

from copsim.core.errors import UserError
from copsim.measures.gitlog import read_git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PEOPLE = {"ann": "Ann <Ann@Example.org>", "bob": "Bob <bob@example.org>", "bot": "dependabot[bot] <bot@example.org>"}


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "club"
    folder.mkdir()

    def git(*arguments, author="ann", committer=None, date="2024-01-01T12:00:00Z"):
        who = {"AUTHOR": PEOPLE[author], "COMMITTER": PEOPLE[committer or author]}
        environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        for role, contact in who.items():
            name, address = contact.rstrip(">").split(" <")
            environment |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": address, f"GIT_{role}_DATE": date}
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)

    def commit(message, **options):
        git("commit", "--allow-empty", "-m", message, **options)

    git("init", "-b", "main")
    return folder, git, commit


def events(log):
    frame = log.frame()
    return [(str(row.date.date()), row.kind, row.member, row.member2, row.n) for row in frame.itertuples(index=False)]


def test_commits_merges_committers_and_trailers(repository):
    folder, git, commit = repository
    commit("first")
    commit("second")
    git("checkout", "-b", "side", author="bob")
    commit("third\n\nCo-authored-by: Ann <ann@example.org>\nSigned-off-by: Bob <bob@example.org>", author="bob",
           date="2024-01-03T23:30:00-0200")  # fmt: skip
    git("checkout", "main")
    git("merge", "--no-ff", "-m", "merged", "side", date="2024-01-05T12:00:00Z")
    commit("fourth\n\nReviewed-by: Cid <cid@example.org>", author="bob", committer="ann", date="2024-01-06T12:00:00Z")
    commit("robots", author="bot", date="2024-01-07T12:00:00Z")
    log = read_git(folder)
    ann, bob = "ann@example.org", "bob@example.org"
    assert log.communities == ("club",)
    assert sorted(events(log)) == [
        ("2024-01-01", "commit", ann, "", 2),
        ("2024-01-04", "coauthor", ann, bob, 1),
        ("2024-01-04", "commit", bob, "", 1),
        ("2024-01-05", "merge", ann, bob, 1),
        ("2024-01-06", "commit", bob, "", 1),
        ("2024-01-06", "integrate", ann, bob, 1),
        ("2024-01-06", "review", "cid@example.org", bob, 1),
    ]
    assert len(read_git(folder, until="2024-01-02").day) == 1


def test_mailmap_speaks_for_authors_and_trailers(repository):
    folder, _, commit = repository
    (folder / ".mailmap").write_text("Ann <ann@example.org> <bob@example.org>\n")
    commit("one", author="bob")
    commit("two\n\nCo-authored-by: Bob <bob@example.org>")
    assert [row[1:3] for row in events(read_git(folder))] == [("commit", "ann@example.org")]


def test_absurd_author_dates_give_way_to_the_commit(repository):
    folder, _, commit = repository
    commit("from the future")
    subprocess.run(
        ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "--amend", "--no-edit",
         "--allow-empty", "--date=2090-01-01T00:00:00Z"],
        cwd=folder, env=os.environ | {"GIT_COMMITTER_DATE": "2024-02-01T12:00:00Z"}, check=True, capture_output=True,
    )  # fmt: skip
    assert events(read_git(folder))[0][0] == "2024-02-01"


def test_what_is_no_repository_is_refused(repository, tmp_path):
    with pytest.raises(UserError, match="cannot be read as a git repository"):
        read_git(repository[0])  # no commit yet
    with pytest.raises(UserError, match="cannot be read as a git repository"):
        read_git(tmp_path / "nowhere")
    repository[2]("robots", author="bot")
    with pytest.raises(UserError, match="no commit by a person"):
        read_git(repository[0])
