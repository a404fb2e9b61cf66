"""A sweep that nothing disturbed, to compare others with."""

from pathlib import Path

import pytest

import copsim
from tests.sweeps.plans import PLAN, digests


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small plan, run at once on one thread."""
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    copsim.sweep(PLAN, folder, threads=1)
    return folder


@pytest.fixture(scope="session")
def undisturbed(whole: Path) -> dict[str, str]:
    """The hashes of its rows."""
    return digests(whole)
