"""What can be read off the sources: nothing of this machine, nothing too long, nothing public unexplained."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_FUNCTION, LONGEST_FILE = 60, 400

OF_A_MACHINE = re.compile(
    r"/(?:work|farm|root)/[a-z.]|/home/[a-z]|pypi[.]org|python[h]osted|registry[.]npmjs|deb[.]debian[.]org|file:[/]{2}"
)
PIN = re.compile(r"[a-z0-9-]+==[0-9a-z.]+( ; [a-z0-9_.<>=!' ]+)?", re.IGNORECASE)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def tracked_files() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git clone")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []  # pictures and Parquet


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def nodes(kind: tuple[type[ast.AST], ...]) -> list[tuple[Path, ast.AST]]:
    trees = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]
    return [(path, node) for path, tree in trees for node in ast.walk(tree) if isinstance(node, kind)]


def public(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the public functions and classes of a module or class, methods of public classes included."""
    found = [n for n in body if isinstance(n, (*FUNCTIONS, ast.ClassDef)) and not n.name.startswith("_")]
    return found + [inner for n in found if isinstance(n, ast.ClassDef) for inner in public(n.body)]


def test_no_file_names_this_machine_or_a_registry():
    found = [
        place(path, number)
        for path in tracked_files()
        for number, line in enumerate(lines_of(path), 1)
        if OF_A_MACHINE.search(line)
    ]
    assert found == []


def test_the_pattern_for_machines_finds_them():
    assert OF_A_MACHINE.search("see /" + "work/main")
    assert OF_A_MACHINE.search("https://" + "pypi" + ".org/simple")


def test_constraints_are_pins_and_nothing_else():
    odd = [line for line in lines_of(ROOT / "constraints.txt") if not PIN.fullmatch(line)]
    assert odd == []


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{place(path, node.lineno)} {node.name}"
        for path, node in nodes(FUNCTIONS)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_is_too_long():
    assert [place(path, len(lines)) for path in SOURCES if len(lines := lines_of(path)) > LONGEST_FILE] == []


def test_what_is_public_is_explained():
    silent = [
        f"{place(path, node.lineno)} {node.name}"
        for path, module in nodes((ast.Module,))
        for node in public(module.body)
        if not ast.get_docstring(node)
    ]
    assert silent == []
