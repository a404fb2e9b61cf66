"""A sweep on a Dask cluster of real processes: the same rows as on threads, whoever is lost on the way."""

import os
import random
import signal
import subprocess
import sys
from functools import partial

import pytest

import copsim
from copsim.core.errors import UserError
from copsim.studies.manifest import versions
from copsim.sweeps.cluster import live_batch
from copsim.sweeps.plan import read_plan
from copsim.sweeps.points import cells_of, points_table
from tests.sweeps.clusters import ONE_LIFE, cluster, kill_a_worker_at_work
from tests.sweeps.plans import PLAN, digests, parts, with_

distributed = pytest.importorskip("distributed")


def test_a_worker_killed_at_work_loses_nothing_and_changes_no_bit(tmp_path, undisturbed):
    killed = []

    def kill_once(done, runs):
        if not killed:
            killed.append(kill_a_worker_at_work(address))

    with cluster(tmp_path, 2, "--no-nanny") as address:
        done = copsim.sweep(PLAN, tmp_path / "s", scheduler=address, progress=kill_once)
        with distributed.Client(address) as client:
            left = len(client.nthreads())
    assert killed == [True] and left == 1
    assert done.missing == 0 and len(done.failures) == 0
    assert digests(tmp_path / "s") == undisturbed


def test_a_worker_of_another_version_is_refused():
    plan = read_plan(PLAN)
    batch = [(cells_of(["baseline"], points_table(plan), 1)[0], 0)]
    ours = {key: versions()[key] for key in ("copsim", "streams", "engine")}
    assert live_batch(plan, "here", ours, batch)[0].runs is not None
    with pytest.raises(
        UserError, match=r"a worker has another version of copsim .*streams 1.*than this one .*streams 2"
    ):
        live_batch(plan, "here", {**ours, "streams": 2}, batch)


@pytest.mark.parametrize(
    ("scheduler", "threads", "said"),
    [
        ("tcp://127.0.0.1:9", None, "no scheduler answers at tcp://127.0.0.1:9"),
        ("nonsense://here", None, "no scheduler answers at nonsense://here"),
        ("tcp://127.0.0.1:9", 2, "--threads has no place with the address of a scheduler"),
    ],
)
def test_a_scheduler_that_is_not_there_is_refused(tmp_path, monkeypatch, scheduler, threads, said):
    monkeypatch.setattr("copsim.sweeps.cluster._PATIENCE", "1s")
    with pytest.raises(UserError, match=said):
        copsim.sweep(PLAN, tmp_path / "s", scheduler=scheduler, threads=threads)
    copsim.sweep(PLAN, tmp_path / "s")  # nothing is in the way


def test_dask_is_asked_for_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"--scheduler needs Dask .*pip install 'copsim\[cluster\]'"):
        copsim.sweep(PLAN, tmp_path / "s", scheduler="local")


LARGER = with_(replicates=40, weeks=104)


@pytest.mark.verify
def test_workers_killed_at_random_moments_lose_nothing(tmp_path):
    copsim.sweep(LARGER, tmp_path / "threads")
    chance, kills = random.Random(6), []

    def kill_now_and_then(done, runs):
        if chance.random() < 0.5 and len(kills) < 10:
            kills.append(kill_a_worker_at_work(address))

    with cluster(tmp_path, 2, "--nanny") as address:
        copsim.sweep(LARGER, tmp_path / "cluster", scheduler=address, progress=kill_now_and_then)
    assert sum(kills) >= 5
    assert digests(tmp_path / "cluster") == digests(tmp_path / "threads")


KILLER = """
import os, signal
from copsim.sweeps.living import Living
def killing(self, cell, replicate, os=os, signal=signal, life=Living.life):  # Dask forgets the globals of a preload
    if cell.scenario == "baseline" and replicate == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return life(self, cell, replicate)
Living.life = killing
"""


@pytest.mark.verify
def test_a_run_that_kills_every_worker_is_a_failure_of_its_own(tmp_path, undisturbed):
    (tmp_path / "killer.py").write_text(KILLER)
    preload = ("--nanny", "--preload", str(tmp_path / "killer.py"))
    with cluster(tmp_path, 2, *preload, **ONE_LIFE) as address:
        done = copsim.sweep(PLAN, tmp_path / "s", scheduler=address)
    failed = done.failures
    assert done.missing == len(failed) == 4
    assert set(zip(failed["scenario"], failed["replicate"], strict=True)) == {("baseline", 1)}
    assert failed["error"].str.startswith("KilledWorker").all()
    assert copsim.sweep(PLAN, tmp_path / "s").missing == 0
    assert digests(tmp_path / "s") == undisturbed


@pytest.mark.verify
def test_a_scheduler_that_goes_away_is_said_and_the_rest_is_done_later(tmp_path, undisturbed):
    def end(client_pid, done, runs):
        os.kill(client_pid, signal.SIGKILL)

    with cluster(tmp_path, 1, "--no-nanny") as address:
        with distributed.Client(address) as client:
            scheduler = client.run_on_scheduler(os.getpid)
        with pytest.raises(UserError, match="the scheduler went away; the runs so far are kept"):
            copsim.sweep(PLAN, tmp_path / "s", scheduler=address, progress=partial(end, scheduler))
    assert parts(tmp_path / "s")
    assert copsim.sweep(PLAN, tmp_path / "s").missing == 0
    assert digests(tmp_path / "s") == undisturbed


SCRIPT = """
import sys
import copsim
copsim.sweep({plan!r}, {folder!r}, threads=2, scheduler="local")
print("once")
"""


@pytest.mark.verify
def test_a_local_cluster_needs_no_main_guard(tmp_path, undisturbed):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(plan=PLAN, folder=str(tmp_path / "s")))
    answer = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "once\n", "")
    assert digests(tmp_path / "s") == undisturbed
