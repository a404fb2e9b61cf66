"""A command line called in the test's own process, from an empty folder, with stand-ins for the studies."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from copsim.cli import main, studying


@pytest.fixture
def copsim(tmp_path, monkeypatch, capsys):
    """A function that runs a command line and returns exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COPSIM_DEBUG", raising=False)

    def call(*arguments):
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@dataclass
class Made:
    """What a stand-in for a study returns."""

    scenarios: tuple[Any, ...]
    asked: dict[str, Any]
    manifest: dict[str, Any] = field(default_factory=dict)
    runs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"regulars_end": [1.0, 2.0], "ended": [0, 1]}))

    def events(self) -> pd.DataFrame:
        """Return two acts."""
        return pd.DataFrame({"date": ["2024-01-01"] * 2, "member": ["0-0", "0-1"], "n": 1})

    def save(self, folder: Path) -> None:
        """Write a manifest and the table of runs."""
        from copsim.studies.manifest import versions, write_manifest
        from copsim.studies.storing import write_table

        write_table(self.runs, Path(folder) / "runs.parquet", {})
        known = {**versions(), "kind": "compare", "scenarios": [], "results": {"runs.parquet": ""}}
        write_manifest({**known, **self.manifest}, folder)


@pytest.fixture
def studies(monkeypatch):
    """Calls of the studies, which are replaced by stand-ins; what `failing` holds is raised."""
    calls: list[Made] = []
    failing: list[BaseException] = []

    def study(scenarios: Any, **asked: Any) -> Made:
        calls.append(Made(tuple(scenarios) if isinstance(scenarios, tuple | list) else (scenarios,), asked))
        asked["progress"](1, 2)
        if failing:
            raise failing[0]
        return calls[-1]

    for name in ("compare", "simulate"):
        module = ModuleType(f"copsim.studies.{name}")
        setattr(module, name, study)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(studying, "_read_again", lambda folder: "read again")
    monkeypatch.setattr(studying, "_draw", lambda comparison, folder: str(folder))
    monkeypatch.setattr(studying, "_tell", lambda comparison, folder, voice: print("told", folder))
    study.calls, study.failing = calls, failing  # type: ignore[attr-defined]
    return study
