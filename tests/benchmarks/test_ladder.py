"""The contestants run one and the same ladder: bit for bit where draws and sums are shared, else in their means."""

import importlib.util
import math
import shutil
import subprocess

import numpy as np
import pytest

from benchmarks import contest, environments
from benchmarks.ladder.rules import OUTPUTS, shared_log_odds
from copsim.core.jit import PLAIN

MEMBERS, WEEKS, RUNS = 200, 52, 40
FALSE_ALARM = 1e-3
"""Chance that a right contestant fails, by the normal approximation, over all outputs together."""
LIMIT = 3.94
"""Standard errors: two-sided, shared out over the 12 outputs."""

needs_compiler = pytest.mark.skipif(PLAIN, reason="the ladder's lanes exist in compiled code only")
needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is missing")
needs_avx2 = pytest.mark.skipif(not contest.has_avx2(), reason="the processor has no AVX2")


def rows(start, members=MEMBERS, weeks=WEEKS, seed=1):
    return np.array(start(members, weeks, seed)())


def kernels(*arguments):
    from benchmarks.ladder.kernel_runs import start

    return start(*arguments)


def library(name):
    from benchmarks.ladder.library import start

    return lambda *arguments: start(name, *arguments)


def means(start, seed):
    """Return (runs, outputs): means over the second half of each run."""
    return np.array([rows(start, seed=seed + k)[WEEKS // 2 :].mean(0) for k in range(RUNS)])


def distance(one, other):
    """Return the largest difference of means in its standard errors."""
    error = np.sqrt((one.var(0, ddof=1) + other.var(0, ddof=1)) / RUNS)
    return np.abs((one.mean(0) - other.mean(0)) / error).max()


def test_the_limit_is_the_stated_one():
    assert len(OUTPUTS) * math.erfc(LIMIT / math.sqrt(2)) == pytest.approx(FALSE_ALARM, rel=0.1)


@needs_compiler
@needs_gcc
@needs_avx2
@pytest.mark.parametrize("members", [1, 5, 1_000, 1_030, 2_500])
def test_kernels_and_vectorised_c_are_one_ladder_bit_for_bit(members):
    mine, other = rows(kernels, members, 120), rows(library("lanes"), members, 120)
    assert (mine[:, :6] == other[:, :6]).all()
    assert np.abs(mine - other).max() < 1e-12


@needs_compiler
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_no_bit(threads):
    from benchmarks.ladder.kernel_runs import start_giant

    assert (rows(lambda *a: start_giant(*a, threads), 5_000, 20) == rows(kernels, 5_000, 20)).all()


@needs_compiler
def test_runs_side_by_side_are_those_one_by_one():
    from benchmarks.ladder.kernel_runs import start_many

    many = start_many(MEMBERS, 10, 7, 4, 2)()
    assert many == [kernels(MEMBERS, 10, 7 + k)() for k in range(4)]


@needs_compiler
@needs_gcc
def test_single_precision_moves_hardly_anybody():
    moved = [np.abs(rows(kernels, seed=k)[-1, :6] - rows(library("plain"), seed=k)[-1, :6]).sum() for k in range(10)]
    assert np.mean(moved) < 0.02 * MEMBERS


@needs_compiler
@pytest.mark.parametrize("name", ["in_numpy", "mesa_tuned", "mesa_idiomatic"])
def test_others_agree_in_their_means(name):
    module = importlib.import_module(f"benchmarks.ladder.contestants.{name}")
    assert distance(means(module.start, 1), means(kernels, 1_001)) < LIMIT


@pytest.mark.verify
@needs_compiler
@pytest.mark.parametrize("contestant", [c for c in contest.CONTESTANTS if c.environment], ids=lambda c: c.name)
def test_peers_agree_in_their_means(contestant):
    if not environments.is_ready(contestant.environment):
        pytest.skip("its environment is made by 'python3 dev.py benchmark'")
    with contest.Player(contestant) as player:

        def start(members, weeks, seed):
            return lambda: player.ask(members, weeks, seed, rows=True)["rows"]

        assert distance(means(start, 1), means(kernels, 1_001)) < LIMIT


@needs_compiler
def test_another_rule_is_noticed(monkeypatch):
    from benchmarks.ladder.contestants import in_numpy

    monkeypatch.setattr(in_numpy, "RULES", {**in_numpy.RULES, "cost": 0.075})
    assert distance(means(in_numpy.start, 1), means(kernels, 1_001)) > LIMIT


def test_the_rhythm_has_its_period():
    odds = shared_log_odds(30)
    assert odds[13] == odds[0] == max(odds)
    assert odds[0] == pytest.approx(-3.0 + 1.2 * 0.6 + 0.4)


def test_a_contestant_that_dies_is_named():
    with contest.Player(contest.Contestant("Nobody", "nobody", "", 1)) as player:
        player.process.wait()
        with pytest.raises(RuntimeError, match="Nobody gave no answer"):
            player.ask(1, 1)


def test_a_peer_that_cannot_be_installed_is_skipped_with_a_line(monkeypatch, tmp_path):
    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1))
    said = []
    able = contest.playing(said.append, install=True)
    assert {c.name for c in able}.isdisjoint({"AgentPy", "Starsim", "mesa-frames"})
    assert sum("skipped: AgentPy" in line for line in said) == 1


def test_who_is_who_does_not_hang_on_the_order():
    """Roles were places in the list once: another contestant at its end took that of the kernels."""
    turned = contest.CONTESTANTS[::-1]
    assert contest.named(contest.IS_KERNELS, turned) == (contest.KERNELS,)
    assert set(contest.named(contest.IS_FRAMEWORK, turned)) | {contest.MESA} == set(contest.FRAMEWORKS)
    assert (contest.MESA, contest.PLAIN) == ("Mesa, idiomatic", "C, plain")
