"""The profile: a clock after each call of the week, and the same life as without it."""

import ast
import inspect
import json

import numpy as np
import pytest
from click.testing import CliRunner

from copsim.cli.commands import copsim
from copsim.core.jit import PLAIN
from copsim.engine import week
from copsim.engine.gate import make_plan
from copsim.engine.living import begin, live, stretch_record
from copsim.engine.running import run
from copsim.studies import profiling


def calls_of_the_week():
    functions = [node for node in ast.parse(inspect.getsource(week)).body if isinstance(node, ast.FunctionDef)]
    own = {node.name for node in functions} - {"clear", "count_anew"}
    calls = [call for node in functions[1:] for call in ast.walk(node) if isinstance(call, ast.Call)]
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)} - own - {"range"}


@pytest.mark.skipif(PLAIN, reason="profiles compiled kernels")
def test_every_call_has_a_cost_and_the_life_is_the_same():
    plan = make_plan("professional", 12, {})
    record, states = stretch_record(plan, plan.stretches[0], 1, 0, {}), []

    def begun():
        states.append(begin(plan, 1, 0, {})[0])
        run(states[-1], record, np.int64(0), np.int64(0))  # the launch
        return states[-1], 1

    taken, members = profiling.each_call(begun, record, 12, 1)
    expected = live(plan, 1, 0).record
    np.testing.assert_array_equal(states[-1].record, expected)
    assert set(taken) == calls_of_the_week() and {"answer", "meet", "record"} <= set(taken)
    assert list(taken.values()) == sorted(taken.values(), reverse=True)
    assert min(taken.values()) >= 0 < sum(taken.values())
    assert members == pytest.approx(expected[:, 0].mean())


def test_it_is_said_of_every_call_whether_it_uses_vectors():
    assert set(profiling.VECTORS) == calls_of_the_week()


def test_the_command_prints_the_table_and_the_document(monkeypatch):
    answer = {"nanoseconds": 4.0, "share": 1.0, "vectors": "no"}
    costs = {"members": 1000.0, "nanoseconds": 4.0, "mechanisms": {"answer": answer}}
    monkeypatch.setattr(profiling, "profile", lambda: costs)
    said = CliRunner().invoke(copsim, ["doctor", "--profile", "--quiet"])
    assert said.exit_code == 0 and ["answer", "4.00", "100%", "no"] in [
        line.split() for line in said.output.splitlines()
    ]
    said = CliRunner().invoke(copsim, ["doctor", "--profile", "--json"])
    assert said.exit_code == 0 and json.loads(said.stdout) == costs
