"""All that is measured, in one run: the sizes, what a quick run leaves out, and what this machine is."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import compile, contest, full, giants
from benchmarks.ablation import ablation
from benchmarks.environments import PEERS

Say = Callable[[str], None]
_TOOLS = ("copsim", "numpy", "numba", "llvmlite", "mesa", "pandas", "pyarrow")


class Sizes(NamedTuple):
    """How much of everything: members -> (weeks, rounds) for the contest; other numbers as they are named."""

    ladder: dict[int, tuple[int, int]]
    install: bool
    twin: tuple[int, int, int]  # members, weeks, rounds
    whole: tuple[int, int]  # weeks, rounds
    ablation: tuple[int, int, int]  # members at the start, weeks, rounds
    many: tuple[int, int, int]  # runs of the ladder, weeks, rounds
    pair: tuple[int, int, int]  # runs of the engine, weeks, rounds
    end: tuple[int, int]  # runs, weeks
    giants: tuple[tuple[str, int, int, int], ...]  # kind, members, weeks, threads
    jobs: tuple[str, ...]


FULL = Sizes(
    ladder={100: (104, 7), 1_000: (104, 7), 10_000: (52, 5), 100_000: (26, 3), 1_000_000: (10, 3), 10_000_000: (10, 1)},
    install=True,
    twin=(1_000, 104, 5),
    whole=(104, 7),
    ablation=(600, 104, 7),
    many=(400, 520, 5),
    pair=(200, 260, 5),
    end=(10_000, 520),
    giants=(
        ("ladder", 1_000_000, 104, 1), ("ladder", 1_000_000, 104, 2), ("ladder", 10_000_000, 260, 2),
        ("engine", 100_000, 104, 1), ("engine", 100_000, 104, 2), ("engine", 1_000_000, 52, 1), ("engine", 1_000_000, 52, 2),
        ("engine", 10_000_000, 26, 1), ("engine", 10_000_000, 26, 2),
    ),
    jobs=("simulate", "table", "compare"),
)  # fmt: skip
QUICK = Sizes(
    ladder={100: (4, 1)},
    install=False,
    twin=(100, 4, 1),
    whole=(8, 1),
    ablation=(60, 8, 1),
    many=(4, 8, 1),
    pair=(4, 8, 1),
    end=(8, 30),
    giants=(("ladder", 20_000, 2, 2), ("engine", 1_000, 2, 1), ("engine", 1_000, 2, 2)),
    jobs=(),
)
"""Runs every piece, measures nothing: for CI. Peers whose environments are not there are skipped; so is compiling anew."""


def measure(sizes: Sizes, say: Say) -> dict[str, Any]:
    """Measure everything and return it as plain values."""
    return {
        "about": about(),
        "ladder": contest.ladder(sizes.ladder, say, sizes.install),
        "twin": full.against_twin(*sizes.twin, say),
        "whole": _said(say, "the whole model", lambda: full.whole_model(*sizes.whole)),
        "ablation": _said(say, "what limits", lambda: ablation(*sizes.ablation)),
        "threads": _said(say, "two threads", lambda: threads(sizes)),
        "end": _said(say, "end to end", lambda: full.end_to_end(*sizes.end)),
        "giants": [
            _said(say, f"a giant: {giant}", lambda giant=giant: giants.measured(*giant)) for giant in sizes.giants
        ],
        "start": _said(say, "start-up", lambda: compile.cold_and_warm(sizes.jobs)),
    }


def _said(say: Say, what: str, do: Callable[[], Any]) -> Any:
    say(what)
    return do()


def threads(sizes: Sizes) -> dict[str, float]:
    """Return how many times as fast two threads are as one, by wall time: runs of the ladder, runs of the engine."""
    return {"ladder": _ladder_on_two(*sizes.many), "engine": full.two_threads(*sizes.pair)}


def _ladder_on_two(runs: int, weeks: int, rounds: int) -> float:
    from benchmarks.ladder.kernel_runs import start_many

    walls: dict[int, list[float]] = {1: [], 2: []}
    start_many(200, 2, 1, 2, 1)()  # compiles
    for k in range(rounds):
        for number in (1, 2)[:: 1 if k % 2 == 0 else -1]:
            advance = start_many(200, weeks, 1, runs, number)
            begun = time.perf_counter()
            advance()
            walls[number].append(time.perf_counter() - begun)
    return statistics.median(walls[1]) / statistics.median(walls[2])


def about() -> dict[str, Any]:
    """Return the date, the machine and the versions."""
    peers = [pins[0] for pins in PEERS.values()]
    versions = [f"{name} {version(name)}" for name in _TOOLS] + [" ".join(peer.split("==")) for peer in peers]
    return {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0,
        "system": f"{platform.system()} {platform.machine()}",
        "versions": [f"Python {platform.python_version()}", *versions],
    }


def _processor() -> str:
    """Return the name of the processor and the widest vectors it has."""
    information = Path("/proc/cpuinfo")
    if not information.exists():
        return platform.processor() or "unknown"
    text = information.read_text()
    name = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "unknown")
    return f"{name}, {'AVX-512' if ' avx512f' in text else 'AVX2' if ' avx2' in text else 'SSE'}"
