"""A Dask cluster on this machine's loopback, in a process of its own that whoever needs it starts and holds.

It ends when its standard input is closed, which happens also when the one that started it is killed. It does not hear the
Ctrl-C that is meant for that one. Called as `python -m copsim.sweeps.hosting WORKERS`; prints the scheduler's address.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from copsim.core.errors import UserError

_SECONDS_TO_END = 30.0


@contextmanager
def local_cluster(workers: int) -> Iterator[str]:
    """Give the address of a scheduler with so many worker processes of one thread. Errors: `UserError` if none starts."""
    command = [sys.executable, "-m", "copsim.sweeps.hosting", str(workers)]
    quiet = {**os.environ, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error"}
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, start_new_session=True, env=quiet, **pipes) as host:
        assert host.stdin is not None and host.stdout is not None
        try:
            address = host.stdout.readline().strip()
            if not address:
                raise UserError("the local cluster did not start; what Dask says about it stands above")
            yield address
        finally:
            host.stdin.close()
            try:
                host.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                host.kill()


def main(workers: int) -> None:
    """Keep a cluster until standard input ends."""
    from distributed import LocalCluster

    nobody_looks: Any = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    with LocalCluster(n_workers=workers, threads_per_worker=1, host="127.0.0.1", **nobody_looks) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":  # its workers import this module, too
    main(int(sys.argv[1]))
