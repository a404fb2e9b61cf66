"""A small search for tests, and what its folder holds in the end."""

from pathlib import Path
from typing import Any

PLAN: dict[str, Any] = {
    "name": "small",
    "scenarios": ["baseline"],
    "replicates": 4,
    "weeks": 26,
    "factor": [
        {"name": "sponsoring.engagement", "low": 0.1, "high": 0.9},
        {"name": "leading.hours", "week": 13, "values": [8, 2, 4]},
        {"name": "joining.founders", "low": 4, "high": 12, "scale": "integer"},
    ],
}
OPTIMISE: dict[str, Any] = {"objective": "regulars_end", "trials": 10, "start": 4, "fresh": 6}
FILES = ("optimise.csv", "final.csv", "final/comparison.csv")


def search(**asked: Any) -> dict[str, Any]:
    """Return the small plan with a search, some of its values others."""
    return {**PLAN, "optimise": {**OPTIMISE, **asked}}


def results(folder: Path) -> dict[str, bytes]:
    """Return the result files of a search, byte for byte."""
    return {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}
