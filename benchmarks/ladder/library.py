"""The two ladders in C, compiled by gcc into a folder of this process, as contestants."""

import ctypes
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ladder.rules import BY_LEVEL, OUTPUTS, RULES, shared_log_odds

# No multiply-add is fused, so that numbers come out as other compilers make them.
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC")
KINDS = {"plain": np.float64, "lanes": np.float32}


@cache
def compiled(name: str) -> Path:
    """Compile `plain` or `lanes` and return the path of the library."""
    target = Path(tempfile.mkdtemp(prefix="copsim-ladder-")) / f"{name}.so"
    subprocess.run(["gcc", *FLAGS, "-o", target, Path(__file__).parent / f"{name}.c", "-lm"], check=True)
    return target


def constants(kind: Any) -> Any:
    """Return the numbers of the ladder in the order of the structure `Rules`."""
    return np.array([*BY_LEVEL, *RULES.values()], kind)


def start(name: str, members: int, weeks: int, seed: int) -> Callable[[], list[list[float]]]:
    """Return how to live through so many weeks: a row of outputs a week."""
    library = ctypes.CDLL(str(compiled(name)))
    library.ladder_begin.restype = ctypes.c_void_p
    state = ctypes.c_void_p(library.ladder_begin(ctypes.c_int64(members), ctypes.c_uint64(seed)))
    rules, shared = constants(KINDS[name]), np.array(shared_log_odds(weeks))
    out = np.zeros((weeks, len(OUTPUTS)))

    def advance() -> list[list[float]]:
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in (rules, shared, out)]
        library.ladder_run(state, ctypes.c_int64(weeks), *pointers)
        library.ladder_end(state)
        return out.tolist()  # type: ignore[no-any-return]

    return advance
