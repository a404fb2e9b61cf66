"""What README.md and docs/ show is run: Python blocks, and commands `$ copsim …`, in order, per page, at small size.

A TOML block that begins with its name, `# NAME.toml`, is that file to the blocks after it.

A block after the line `<!-- not run: reason -->` is left out.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] if page.exists()]
REPLICATES = "8"

BLOCK = re.compile(r"(?P<skip><!-- not run: .+? -->\s*\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
NAMED = re.compile(r"# (\S+\.toml)\n")
COMMAND = re.compile(r"^\$ (copsim .*?(?:\\\n.*?)*)$", re.M)


class Block(NamedTuple):
    line: int
    kind: str
    text: str


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page that are to be run, with the line each begins at."""
    found = [m for m in BLOCK.finditer(page) if not m["skip"]]
    return [Block(page.count("\n", 0, m.start("text")) + 1, m["kind"], m["text"]) for m in found]


def commands(text: str) -> list[list[str]]:
    """Return the copsim commands of a console block as lists of arguments."""
    return [shlex.split(command.replace("\\\n", " "), comments=True)[1:] for command in COMMAND.findall(text)]


def small(arguments: list[str]) -> list[str]:
    """Return the arguments of a command at a size for tests; weeks stay, for changes have dates."""
    if arguments[:1] not in (["compare"], ["run"]):
        return arguments
    kept = list(arguments)
    while "--replicates" in kept:
        at = kept.index("--replicates")
        del kept[at : at + 2]
    return [*kept, "--replicates", REPLICATES]


def run_block(block: Block, page: str, names: dict[str, object]) -> None:
    if block.kind == "python":
        text = "\n" * (block.line - 1) + re.sub(r"replicates=\d[\d_]*", f"replicates={REPLICATES}", block.text)
        exec(compile(text, page, "exec"), names)
    if block.kind == "toml" and (name := NAMED.match(block.text)):
        Path(name[1]).write_text(
            re.sub(r"^(replicates|points) = \d+", r"\1 = 2", block.text, flags=re.M), encoding="utf-8"
        )
    if block.kind in ("console", "sh"):
        for arguments in commands(block.text):
            answer = subprocess.run([sys.executable, "-m", "copsim", *small(arguments)], capture_output=True, text=True)
            assert answer.returncode == 0, f"{page}:{block.line} copsim {shlex.join(arguments)}\n{answer.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_shows_works(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page.read_text(encoding="utf-8")):
        run_block(block, page.name, names)


def test_the_readme_shows_both_commands():
    if not (ROOT / "README.md").exists():
        pytest.skip("no README yet")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 dev.py demo" in text
    assert "python3 dev.py test" in text


def test_blocks_and_commands_are_found():
    page = "# A\n```python\na = 1\n```\n<!-- not run: waits -->\n```console\n$ copsim explore\n```\n" + (
        "```sh\n$ copsim compare a \\\n  --replicates 200 --out b  # why\nb/report.html\n$ copsim run c\n$ ls\n```\n"
    )
    assert [(block.line, block.kind) for block in blocks(page)] == [(3, "python"), (10, "sh")]
    assert [small(arguments) for arguments in commands(blocks(page)[1].text)] == [
        ["compare", "a", "--out", "b", "--replicates", "8"],
        ["run", "c", "--replicates", "8"],
    ]


def test_a_named_file_is_there_at_small_size(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_block(Block(1, "toml", "# a.toml\nreplicates = 200\n"), "page", {})
    assert (tmp_path / "a.toml").read_text() == "# a.toml\nreplicates = 2\n"


def test_a_wrong_block_fails():
    with pytest.raises(ZeroDivisionError):
        run_block(Block(1, "python", "1 / 0\n"), "page", {})
