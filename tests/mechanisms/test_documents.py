"""What a mechanism's file says of itself is true: its row, its draws, its parameters, its place in the week."""

import ast
import re
from pathlib import Path

import pytest

import copsim
from copsim.core.declare import GROUPS
from copsim.engine.luck import spread_keys
from copsim.engine.parameters import MECHANISMS

PACKAGE = Path(copsim.__file__).parent
FOLDER = PACKAGE / "mechanisms"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.stem != "__init__")
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for part in ("mechanisms", "engine")
    for path in (PACKAGE / part).glob("*.py")
}
WEEK = SOURCES[PACKAGE / "engine" / "week.py"]
ENTRY = SOURCES[PACKAGE / "engine" / "running.py"]


def tree(path):
    return ast.parse(SOURCES[path])


def decisions():
    """Return the names of all decisions that are drawn, as `core/draws.py` registers them."""
    text = (PACKAGE / "core" / "draws.py").read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Z][A-Z_]+) = np\.uint64\(\d+\)$", text, re.MULTILINE))


def imported(path, module):
    nodes = [n for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom) and n.module == module]
    return {alias.name for node in nodes for alias in node.names}


def said_to_be_drawn(document):
    """Return the names after "Draws:" in a docstring."""
    text = re.search(r"Draws:\s*([^.]*)\.", document.replace("\n", " "))
    return set() if text is None else {name.strip() for name in text[1].split(",")} - {"nothing"}


def functions(path):
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]


def test_decisions_are_found():
    assert {"ACT", "JOIN", "LEAVE", "TRAIT_PROPENSITY"} <= decisions()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mechanism_says_its_row_what_it_reads_and_what_it_writes(path):
    document = ast.get_docstring(tree(path))
    assert re.match(r"S\d\d(, S\d\d)*\. [A-Z]", document)
    for part in ("Reads:", "Writes:", "Draws:"):
        assert document.count(part) == 1, part


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_draws_a_mechanism_names_are_those_it_takes(path):
    said = said_to_be_drawn(ast.get_docstring(tree(path)))
    taken = imported(path, "copsim.core.draws") & decisions()
    traits = {"TRAIT_*"} if "arrive" in imported(path, "copsim.core.people") else set()
    assert said == taken | traits


def test_no_decision_is_taken_by_two_mechanisms():
    shared = {"TIDE"}  # the launch draws week 0 of it
    taken = [imported(path, "copsim.core.draws") & decisions() - shared for path in FILES]
    assert sum(map(len, taken)) == len(set().union(*taken))


def test_the_engine_knows_every_mechanism_with_parameters():
    declaring = tuple(path.stem for path in FILES if re.search(r"^declare\(", SOURCES[path], re.MULTILINE))
    assert declaring == MECHANISMS == tuple(sorted(GROUPS))


def readers(group, name):
    """Return the files in which a kernel reads a parameter, as `p.group.name` or as `q.name` of the own group."""
    anywhere = re.compile(rf"\bp\.{group}\.{name}\b")
    by_key = re.compile(rf'"{group}\.{name}"')
    found = [
        path.name
        for path, text in SOURCES.items()
        if anywhere.search(text) or (path.parent.name == "engine" and by_key.search(text))
    ]
    own = FOLDER / f"{group}.py"
    kernels = "\n".join(ast.get_source_segment(SOURCES[own], node) for node in functions(own))
    return found + ([own.name] if re.search(rf"\bq\.{name}\b", kernels) else [])


@pytest.mark.parametrize("group", MECHANISMS)
def test_every_parameter_is_read(group):
    spreads = {spread for spread, _ in spread_keys()}  # read by their ending
    unread = [p.key for p in GROUPS[group] if p.key not in spreads and not readers(group, p.name)]
    assert unread == []


def parameters_written(node):
    """Return the lines on which a function assigns to a parameter."""
    targets = [t for n in ast.walk(node) if isinstance(n, ast.Assign) for t in n.targets]
    targets += [n.target for n in ast.walk(node) if isinstance(n, ast.AugAssign | ast.AnnAssign)]
    return [t.lineno for t in targets if isinstance(t, ast.Attribute | ast.Subscript) and root_of(t) in ("p", "q")]


def root_of(node):
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_kernel_writes_a_parameter(path):
    assert [line for node in functions(path) for line in parameters_written(node)] == []


def test_a_written_parameter_would_be_seen():
    assert parameters_written(ast.parse("def f(p, q):\n    p.group.rate = 1\n    q.rate += 1\n    q = p.group")) == [
        2,
        3,
    ]


def loops(path):
    """Return the names of the functions that the week calls: those over the whole state, without a row."""
    found = []
    for node in functions(path):
        arguments = tuple(a.arg for a in node.args.args)
        if not node.name.startswith("_") and tuple(a for a in arguments if a != "town") in (
            ("s", "p", "week"),
            ("s", "p"),
        ):
            found.append(node.name)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_loop_is_called_once_in_the_week(path):
    names = loops(path)
    assert names
    calls = [n for text in (WEEK, ENTRY) for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)]
    called = [n.func.id for n in calls if isinstance(n.func, ast.Name)]
    assert {name: called.count(name) for name in names} == dict.fromkeys(names, 1)


@pytest.mark.parametrize("group", MECHANISMS)
def test_a_switch_is_asked(group):
    if any(p.name == "on" for p in GROUPS[group]):
        assert readers(group, "on")
