"""Where compiled code is kept: never where somebody else could have put it."""

import os
import tempfile
from pathlib import Path

import pytest

from copsim.core import jit

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner here")


@pytest.fixture
def shared(tmp_path, monkeypatch) -> Path:
    """The folder in the place for temporary files, where there is no home to write in."""
    (tmp_path / "home").write_text("a file, no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"copsim-{os.getuid()}"


def test_without_a_home_code_is_kept_in_a_folder_of_ones_own(shared):
    found = Path(jit.cache_folder())
    assert found.is_dir() and found.is_relative_to(shared)
    assert shared.stat().st_mode & 0o077 == 0
    assert Path(jit.cache_folder()) == found


def test_a_folder_that_others_may_write_into_is_not_taken(shared):
    shared.mkdir()
    shared.chmod(0o777)
    assert jit.cache_folder() == ""


def test_a_folder_of_somebody_else_is_not_taken(shared, monkeypatch):
    shared.mkdir(0o700)
    owner = os.getuid()
    shared.rename(shared.with_name(f"copsim-{owner + 1}"))
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert jit.cache_folder() == ""


def test_a_link_to_a_folder_is_not_taken(shared, tmp_path):
    (tmp_path / "elsewhere").mkdir(0o700)
    shared.symlink_to(tmp_path / "elsewhere")
    assert jit.cache_folder() == ""
