"""The public names: each leads somewhere, none costs anything before it is touched."""

import importlib
import subprocess
import sys

import pytest

import copsim

HEAVY = ("numba", "llvmlite", "pandas", "mesa", "matplotlib", "scipy", "pyarrow")
LOADED = f"import sys; print(*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
HELP = """
import runpy, sys
sys.argv = ["copsim", "--help"]
try:
    runpy.run_module("copsim", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_import_loads_nothing_heavy():
    assert run(f"import copsim\n{LOADED}").stderr.split() == []


def test_help_loads_nothing_heavy():
    answer = run(HELP + LOADED)
    assert "compare" in answer.stdout
    assert answer.stderr.split() == []


def test_the_list_of_heavy_modules_is_seen():
    assert run(f"import scipy\n{LOADED}").stderr.split() == ["scipy"]


@pytest.mark.parametrize("name", copsim.__all__)
def test_public_names_lead_somewhere(name):
    assert getattr(copsim, name) is not None
    assert name in dir(copsim)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulte'"):
        copsim.simulte  # noqa: B018


def test_scenarios_is_a_table_however_the_package_was_loaded():
    first = copsim.scenarios()
    importlib.import_module("copsim.scenarios.reading")
    assert copsim.scenarios() is not None
    assert str(copsim.scenarios()) == str(first)
    from copsim import scenarios

    assert callable(scenarios)
