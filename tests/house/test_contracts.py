"""The layers and who may import what, as declared in pyproject.toml."""

import subprocess
import sys

LINT_IMPORTS = "import sys, importlinter.cli as c; sys.exit(c.lint_imports(no_cache=True, no_logo=True))"


def test_import_contracts_are_kept(root):
    answer = subprocess.run([sys.executable, "-c", LINT_IMPORTS], cwd=root, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
