"""A search that nothing disturbed, to compare others with."""

from pathlib import Path

import pytest

import copsim
from tests.optimising.searches import search


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small search, run at once on one thread."""
    folder = tmp_path_factory.mktemp("whole") / "search"
    copsim.optimise(search(), folder, threads=1)
    return folder
