"""What every command does: exit codes, one sentence for a mistake, where things are written."""

import json
import os
import subprocess
import sys

import pytest

import copsim as package
from copsim.cli import listing, main
from copsim.core.errors import UserError


def test_version(copsim):
    assert copsim("--version") == (0, f"copsim {package.__version__}\n", "")


def test_help_lists_the_commands(copsim):
    code, out, err = copsim("--help")
    assert (code, err) == (0, "")
    for command in (
        "compare",
        "run",
        "new",
        "scenarios",
        "observe",
        "params",
        "outcomes",
        "replay",
        "doctor",
        "report",
    ):
        assert f"\n  {command} " in out
    assert copsim() == (0, out, "")
    assert "..." not in out.split("Commands:")[1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("comprae", "there is no command 'comprae', did you mean 'compare'?"),
        ("qqq", "there is no command 'qqq'; there are compare, run"),
        ("--versoin", "there is no option --versoin, did you mean '--version'?"),
        ("compare --weks 3", "there is no option --weks, did you mean '--weeks'? Nothing was run."),
        ("compare -x", "there is no option -x; 'copsim compare --help' shows how"),
        ("compare --weeks", "option '--weeks' requires an argument"),
        ("run", "missing argument 'SCENARIO'; 'copsim run --help' shows how. Nothing was run."),
        ("run baseline extra", "unexpected extra argument (extra)"),
        ("compare --weeks 0", "--weeks must be a whole number from 1 to 5,200, it is '0'. Nothing was run."),
        ("compare --weeks 5201", "--weeks must be a whole number from 1 to 5,200, it is '5201'"),
        ("compare --weeks abc", "--weeks must be a whole number from 1 to 5,200, it is 'abc'"),
        ("compare --replicates 0", "--replicates must be a whole number from 1 to 1,000,000, it is '0'"),
        ("compare --replicates 1000001", "--replicates must be"),
        ("run baseline --members 1", "--members must be a whole number from 2 to 10,000,000, it is '1'"),
        ("run baseline --seed -1", "--seed must be a whole number from 0 to 9,223,372,036,854,775,807, it is '-1'"),
        ("run baseline --seed 9223372036854775808", "--seed must be"),
        ("run baseline --threads 0", "--threads must be a whole number from 1 to"),
        ("compare basline", "there is no scenario 'basline', did you mean 'baseline'? Nothing was run."),
        ("compare --reference basline", "'basline'"),
        ("compare baseline baseline", "two scenarios have the name 'baseline'"),
        ("compare baseline", "nothing to compare"),
        ("compare --weeks 52", "'coordinator-leaves': an event in week 78 comes after the end, week 52"),
        ("compare --until 2024-01-01", "--until is about a log"),
        ("compare --community x", "--community is about a log"),
        ("compare --outcomes cots", "there is no outcome 'cots', did you mean 'cost'?"),
        ("compare --outcomes ,", "--outcomes needs at least one outcome"),
        ("compare --from nowhere.csv", "nowhere.csv"),
        ("run baseline --events a.txt", "must end"),
        ("run baseline --events no/a.csv", "cannot be written"),
        ("scenarios basline", "did you mean 'baseline'?"),
        ("scenarios --toml", "--toml needs the name of a scenario"),
        ("new x.txt", "a scenario file ends in .toml, 'x.txt' does not"),
        ("new no/x.toml", "no/x.toml cannot be written"),
        ("observe", "observe needs a log"),
        ("observe nowhere.csv", "nowhere.csv"),
        ("observe a.csv --git .", "not both"),
        ("observe --git .", "git repository"),
        ("replay nowhere", "there is no folder nowhere"),
    ],
)
def test_a_mistake_of_the_users_is_one_sentence(line, said, copsim, tmp_path):
    code, out, err = copsim(*line.split())
    assert (code, out) == (2, "")
    assert err.startswith("copsim: ")
    assert err.count("\n") == 1
    assert said.replace("must end", "needs a file that ends in .csv") in err
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_of_ours_asks_to_be_reported(copsim, monkeypatch):
    monkeypatch.setattr(listing, "_show", lambda *_: {}["absent"])
    code, out, err = copsim("scenarios", "baseline")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "our mistake, not yours (KeyError: 'absent'); please report it" in err
    monkeypatch.setenv("COPSIM_DEBUG", "1")
    assert "Traceback" in copsim("scenarios", "baseline")[2]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted; nothing was written."),
        (MemoryError(), 1, "not enough memory"),
        (UserError("a\x1b[2J\nb"), 2, "copsim: a?[2J b.\n"),
    ],
)
def test_what_ends_a_command(error, code, said, copsim, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(listing, "_show", fail)
    found = copsim("scenarios", "baseline")
    assert found[0] == code
    assert said in found[2]


def test_a_reader_that_goes_away_is_no_mistake():
    command = f"{sys.executable} -m copsim params | head -1"
    answer = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert answer.stdout.startswith("key")
    assert answer.stderr == ""


def test_the_module_is_the_command_and_the_code_is_its_exit():
    answer = subprocess.run([sys.executable, "-m", "copsim", "comprae"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert answer.stderr == "copsim: there is no command 'comprae', did you mean 'compare'?\n"


def test_output_without_accents_and_marks():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for command in (["scenarios", "--json"], ["scenarios"]):
        answer = subprocess.run([sys.executable, "-m", "copsim", *command], capture_output=True, env=environment)
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.isascii()


@pytest.mark.parametrize("command", [["scenarios"], ["scenarios", "baseline"], ["params"], ["outcomes"]])
def test_json_is_one_document(command, copsim):
    code, out, err = copsim(*command, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)


def test_main_takes_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["copsim", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("copsim ")
