"""A Dask cluster of real processes on loopback, for tests: each worker is known by its process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ONE_LIFE = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
"""For the scheduler: a batch whose worker was lost is given up at once."""


def dask(*words: str, **more: str) -> "subprocess.Popen[bytes]":
    """Start a process of Dask's, in a group of its own."""
    quiet = {"OMP_NUM_THREADS": "1", "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error", **more}
    said = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words], env={**os.environ, **quiet}, start_new_session=True, **said
    )


@contextmanager
def cluster(folder: Path, workers: int, *options: str, **scheduler: str) -> Iterator[str]:
    """Give the address of a scheduler with so many workers of one thread; all of them are ended in the end."""
    from distributed import Client

    file = str(folder / "scheduler.json")
    local = ("--host", "127.0.0.1", "--no-dashboard")
    started = [dask("scheduler", *local, "--port", "0", "--scheduler-file", file, **scheduler)]
    options = ("--nthreads", "1", "--local-directory", str(folder), *options)
    started += [dask("worker", "--scheduler-file", file, *local, *options) for _ in range(workers)]
    try:
        with Client(scheduler_file=file, timeout="60s") as client:
            client.wait_for_workers(workers, timeout=60)
            address = client.scheduler.address
        yield address
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)  # a nanny that is asked to end while its worker starts does not
            process.wait()


def kill_a_worker_at_work(address: str) -> bool:
    """Send SIGKILL to a worker that has batches; tell whether there was one."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        at_work = [worker for worker, tasks in client.processing().items() if tasks]
        pids = client.run(os.getpid, workers=at_work[:1], on_error="ignore")  # one may be lost already
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    return bool(pids)
