"""The ladder by all contestants: each a process of its own, asked in turn, so that all see the same machine.

Times are CPU seconds of the contestant's process, which has one thread; medians over rounds, the order reversed in
every other one. Setting a run up is outside the clock. A run has the same weeks for all: ties take weeks to grow.
"""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environments import PEERS, is_ready, make, python_of

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = {
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")},
    "POLARS_MAX_THREADS": "1", "STARSIM_INSTALL_FONTS": "0", "MPLBACKEND": "Agg",
}  # fmt: skip
_PACKAGE = "benchmarks.ladder.contestants"
_LONG_ENOUGH = 0.1
"""CPU seconds below which a contestant repeats a run within one answer."""


class Contestant(NamedTuple):
    """Who takes part: name in tables, script, environment (empty: this one), the most members asked of it, and its role."""

    name: str
    script: str
    environment: str
    most: int
    role: str = ""


IS_MESA, IS_FRAMEWORK, IS_PLAIN, IS_BY_HAND, IS_KERNELS = "Mesa", "framework", "plain", "by hand", "kernels"
"""Roles in the figures; of all but frameworks there is one."""

CONTESTANTS = (
    Contestant("Mesa, idiomatic", "mesa_idiomatic", "", 100_000, IS_MESA),
    Contestant("Mesa, tuned", "mesa_tuned", "", 100_000, IS_FRAMEWORK),
    Contestant("AgentPy", "in_agentpy", "agentpy", 10_000, IS_FRAMEWORK),
    Contestant("mesa-frames", "in_mesa_frames", "mesa-frames", 1_000_000, IS_FRAMEWORK),
    Contestant("Starsim", "in_starsim", "starsim", 1_000_000, IS_FRAMEWORK),
    Contestant("NumPy", "in_numpy", "", 1_000_000),
    Contestant("C, plain", "plain_c", "", 10_000_000, IS_PLAIN),
    Contestant("C, vectorised by hand", "vector_c", "", 10_000_000, IS_BY_HAND),
    Contestant("copsim's kernels", "copsim_style", "", 10_000_000, IS_KERNELS),
)


def named(role: str, contestants: Sequence[Contestant] = CONTESTANTS) -> tuple[str, ...]:
    """Return the names of those with a role."""
    return tuple(contestant.name for contestant in contestants if contestant.role == role)


(MESA,), (PLAIN,), (BY_HAND,), (KERNELS,) = map(named, (IS_MESA, IS_PLAIN, IS_BY_HAND, IS_KERNELS))
FRAMEWORKS = (MESA, *named(IS_FRAMEWORK))
SAME_BITS = (BY_HAND, KERNELS)
"""Those that share draws and order of sums: the same rows of outputs, bit for bit but for the means' last one."""


class Player:
    """A contestant's process."""

    def __init__(self, contestant: Contestant) -> None:
        self.contestant, self.name = contestant, contestant.name
        python = str(python_of(contestant.environment)) if contestant.environment else sys.executable
        self.process = subprocess.Popen(
            [python, "-m", f"{_PACKAGE}.{contestant.script}"], cwd=ROOT, env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.communicate()

    def ask(self, members: int, weeks: int, seed: int = 1, runs: int = 1, rows: bool = False) -> dict[str, Any]:
        """Return a contestant's answer; see `ladder/contestants/serving.py`."""
        assert self.process.stdin is not None and self.process.stdout is not None
        request = {"members": members, "weeks": weeks, "seed": seed, "runs": runs, "rows": rows}
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(request), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} gave no answer to {request}: what it wrote stands above")
        return json.loads(line)  # type: ignore[no-any-return]


def playing(say: Callable[[str], None], install: bool) -> list[Contestant]:
    """Return who can take part here; `install`: make the environments of peers that have none. Others are named."""
    able = list[Contestant]()
    for contestant in CONTESTANTS:
        missing = lacking(contestant, say, install)
        if missing:
            say(f"skipped: {contestant.name} ({missing})")
        else:
            able.append(contestant)
    return able


def lacking(contestant: Contestant, say: Callable[[str], None], install: bool) -> str:
    """Return what a contestant lacks here, an empty string where nothing."""
    name = contestant.environment
    if name and not is_ready(name) and not (install and make(name, say)):
        return f"{PEERS[name][0]} is not installed"
    if contestant.script.endswith("_c") and not shutil.which("gcc"):
        return "gcc is missing"
    return "the processor has no AVX2" if contestant.script == "vector_c" and not has_avx2() else ""


def has_avx2() -> bool:
    """Tell whether this processor has the instructions that the C vectorised by hand is written in."""
    information = Path("/proc/cpuinfo")
    return not information.exists() or " avx2" in information.read_text()


def times(
    players: Sequence[Player], members: int, weeks: int, rounds: int, say: Callable[[str], None]
) -> dict[str, float]:
    """Return the median CPU nanoseconds a member-week of each player that takes so many members."""
    taken: dict[str, list[float]] = {}
    able = [player for player in players if player.contestant.most >= members]
    runs = {player.name: _runs_needed(player, members, weeks) for player in able}
    for k in range(rounds):
        for player in able[:: 1 if k % 2 == 0 else -1]:
            answer = player.ask(members, weeks, 1 + k, runs[player.name])
            spent = answer["cpu"] / (members * weeks * runs[player.name]) * 1e9
            taken.setdefault(player.name, []).append(spent)
    found = {name: statistics.median(values) for name, values in taken.items()}
    say(f"{members:,} members: " + ", ".join(f"{name} {ns:,.1f} ns" for name, ns in found.items()))
    return found


def _runs_needed(player: Player, members: int, weeks: int) -> int:
    """Return how many runs take long enough for the clock."""
    if members > 100_000:
        return 1
    return max(1, min(200, int(_LONG_ENOUGH / max(player.ask(members, weeks)["cpu"], 1e-6))))


def bytes_a_member(players: Sequence[Player], members: int, weeks: int) -> dict[str, float]:
    """Return by how many bytes a member each player's process grows over so many weeks."""
    sizes = {player: min(members, player.contestant.most) for player in players}
    return {player.name: player.ask(n, weeks)["grown"] / n for player, n in sizes.items()}


def agreement(players: Sequence[Player], members: int, weeks: int) -> dict[str, Any]:
    """Return the last week's row of each player, and whether those that share their sums count the same levels."""
    rows = {player.name: player.ask(members, weeks, rows=True)["rows"] for player in players}
    levels = [[row[:6] for row in rows[name]] for name in SAME_BITS if name in rows]
    last = {name: each[-1] for name, each in rows.items()}
    return {"last week": last, "same levels": levels[:1] * len(levels) == levels}


def ladder(sizes: Mapping[int, tuple[int, int]], say: Callable[[str], None], install: bool) -> dict[str, Any]:
    """Return all figures of the contest; sizes: members -> (weeks, rounds)."""
    middle = min(1_000, max(sizes))
    most = max(n for n in sizes if n <= 100_000)
    with ExitStack() as stack:
        players = [stack.enter_context(Player(c)) for c in playing(say, install)]
        for player in players:
            player.ask(100, 5)  # compiles and warms up
        return {
            "bytes a member": bytes_a_member(players, most, sizes[most][0]),
            "nanoseconds": {str(n): times(players, n, *size, say) for n, size in sizes.items()},
            "agreement": agreement(players, middle, sizes[middle][0]),
        }


def best_peer(found: Mapping[str, float]) -> tuple[str, float] | None:
    """Return the quickest framework of one size and its nanoseconds; None where none took part."""
    peers = list(_peers(found))
    return min(peers, key=lambda peer: peer[1]) if peers else None


def _peers(found: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    return ((name, found[name]) for name in FRAMEWORKS if name in found)
