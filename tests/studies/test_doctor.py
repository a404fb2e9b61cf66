"""The doctor: what it says is plain, true, and costs no compiler unless asked."""

import ast
import json
from pathlib import Path

import pytest

from copsim.core import jit
from copsim.studies import doctor as doctors
from copsim.studies.doctor import doctor


def test_what_it_says_is_plain_and_true():
    found = doctor()
    assert json.loads(json.dumps(found)) == found
    assert found["packages"]["numba"] and found["streams"] == 1 and found["engine"] == jit.source_digest()
    assert found["cores"] >= 1 and found["compile"] is None
    assert (found["speed"] is None) == (not found["compiled"])


def test_a_package_that_is_missing_has_no_version(monkeypatch):
    monkeypatch.setattr(doctors, "_TOOLS", ("numpy", "no-such-package"))
    assert doctor()["packages"]["no-such-package"] is None


def test_nothing_is_compiled_where_the_cache_is_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(jit, "PLAIN", False)
    found = doctor()
    assert (found["cache"], found["compiled"], found["speed"]) == (str(tmp_path), False, None)
    for name in doctors.ENTRIES[1:]:
        (tmp_path / f"{name}-10.py311.1.nbc").touch()
    assert not doctors.is_compiled()


@pytest.mark.skipif(jit.PLAIN, reason="nothing is compiled here")
def test_compiling_leaves_every_entry_in_the_cache_and_says_so():
    said = []
    found = doctor(compile=True, say=said.append)
    assert found["compiled"] and found["compile"]["cpu_seconds"] > 0
    assert found["compile"]["new"] == (len(said) == 2) and "compiled" in said[-1]
    assert found["speed"]["member_weeks_per_second"] > 0
    again = doctor(compile=True, say=said.append)
    assert not again["compile"]["new"] and said[-1] == "the kernels are compiled already"


def calls_from_python(tree):
    """Return (module, function) for what a file calls outside compiled code; the module is empty for its own."""
    homes = {
        name.name: node.module.rsplit(".", 1)[-1]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and not marks_of(function) & {"entry", "reader", "kernel"}:
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    yield homes.get(call.func.id, ""), call.func.id


def marks_of(function):
    return {getattr(mark, "id", "") for mark in function.decorator_list}


def test_every_compiled_function_that_python_calls_is_listed():
    """Compiled code that is not in the list would be met by surprise."""
    paths = sorted(Path(doctors.__file__).parent.parent.rglob("*.py"))
    trees = [(path.stem, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]
    compiled = {
        f"{stem}.{node.name}"
        for stem, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and marks_of(node) & {"entry", "reader"}
    }
    called = {f"{home or stem}.{name}" for stem, tree in trees for home, name in calls_from_python(tree)}
    assert compiled & called == set(doctors.ENTRIES)
