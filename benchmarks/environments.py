"""The environments of the peers: one each, pinned, made once with uv where it is found, else with venv and pip."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).parent / ".environments"
PEERS = {
    "agentpy": ("agentpy==0.1.5", "numpy==2.4.6", "pandas==3.1.1", "networkx==3.6.1", "scipy==1.17.1"),
    "starsim": ("starsim==3.7.2", "numpy==2.4.6", "numba==0.68.1", "pandas==3.1.1", "scipy==1.17.1"),
    "mesa-frames": ("mesa-frames==0.1.0a0", "polars==2.1.0", "pandas==3.0.6", "numpy==1.26.4"),
}
"""What is installed where; what else these need is taken as it comes."""


def python_of(name: str) -> Path:
    """Return the interpreter of a peer's environment."""
    return FOLDER / name / "bin" / "python"


def is_ready(name: str) -> bool:
    """Tell whether a peer's environment is finished and as pinned here."""
    stamp = FOLDER / name / ".installed"
    return stamp.exists() and stamp.read_text() == _wanted(name)


def make(name: str, say: Callable[[str], None]) -> bool:
    """Make a peer's environment unless it is there; tell whether it now is."""
    if is_ready(name):
        return True
    say(f"installing {PEERS[name][0]} in an environment of its own (once, from the network)")
    FOLDER.mkdir(exist_ok=True)
    if all(subprocess.run(step, stdout=sys.stderr).returncode == 0 for step in _steps(name)):
        (FOLDER / name / ".installed").write_text(_wanted(name))
    return is_ready(name)


def _wanted(name: str) -> str:
    return " ".join((*PEERS[name], sys.version.split()[0]))


def _steps(name: str) -> list[list[str]]:
    """Return the commands that make an environment and install a peer there."""
    folder, python, uv = str(FOLDER / name), str(python_of(name)), shutil.which("uv")
    if uv:
        return [
            [uv, "venv", "-q", "--clear", "--python", sys.executable, folder],
            [uv, "pip", "install", "-q", "--compile-bytecode", "--python", python, *PEERS[name]],
        ]
    if not importlib.util.find_spec("ensurepip"):
        return [["false"]]
    return [
        [sys.executable, "-m", "venv", "--clear", folder],
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PEERS[name]],
    ]
