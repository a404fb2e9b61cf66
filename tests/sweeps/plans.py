"""A small plan for tests, and what a folder holds in the end."""

from pathlib import Path
from typing import Any

from copsim.sweeps.digest import rows_digest

PLAN: dict[str, Any] = {
    "name": "small",
    "scenarios": ["baseline", "strong-coordinator"],
    "replicates": 3,
    "weeks": 26,
    "members": 20,
    "design": {"kind": "sobol", "points": 4},
    "factor": [
        {"name": "sponsoring.engagement", "low": 0.1, "high": 0.9},
        {"name": "leading.hours", "week": 13, "values": [2, 8]},
    ],
}
"""24 runs."""


def with_(**changes: Any) -> dict[str, Any]:
    """Return the plan with other values."""
    return {**PLAN, **changes}


def digests(folder: Path) -> dict[str, str]:
    """Return the hashes of all rows of a folder."""
    return {kind: rows_digest(parts(folder, kind)) for kind in ("runs", "weekly")}


def parts(folder: Path, kind: str = "runs") -> list[Path]:
    """Return the parts of one kind."""
    return sorted((folder / kind).glob("*.parquet"))


def names(folder: Path) -> set[str]:
    """Return what is in a folder, at any depth."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
