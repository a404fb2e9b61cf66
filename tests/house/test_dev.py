"""dev.py: an unknown command is one sentence; a set-up counts only when it was finished."""

import subprocess
import sys

import pytest

import dev


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """An environment whose set-up commands are only written down; `failing` makes the one holding that word fail."""
    made = dev.Environment(str(tmp_path / "env"))
    made.folder.mkdir()
    made.commands, made.failing = [], None

    def call(*command, settings=None):
        made.commands.append(command)
        return int(made.failing in command)

    monkeypatch.setattr(dev, "call", call)
    return made


def test_an_unknown_command_is_one_sentence(root):
    answer = subprocess.run([sys.executable, root / "dev.py", "tset"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "'tset'" in answer.stderr
    assert "demo, test, lint, verify, benchmark" in answer.stderr


def test_a_second_set_up_does_nothing(environment):
    environment.ensure("test")
    done = len(environment.commands)
    environment.ensure("test")
    environment.ensure()
    assert done == 2
    assert len(environment.commands) == done


def test_extras_add_up(environment):
    environment.ensure("test")
    environment.ensure("lint")
    assert environment.commands[-1][-1].endswith("[lint,test]")


def test_an_interrupted_set_up_is_done_again(environment):
    environment.ensure()
    environment.failing = "-e"
    with pytest.raises(SystemExit):
        environment.ensure("test")
    assert not environment.installed.exists()
    environment.failing = None
    environment.ensure()
    assert environment.installed.exists()


def test_without_uv_and_venv_the_remedy_is_said(environment, monkeypatch, capsys):
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    with pytest.raises(SystemExit):
        environment.ensure()
    assert "sudo apt install python3" in capsys.readouterr().err
    assert not environment.installed.exists()


def test_an_environment_of_another_python_gives_way(environment, monkeypatch):
    versions = {environment.base: "CPython 3.12.1", environment.python: "CPython 3.11.7"}
    monkeypatch.setattr(dev, "version_of", lambda python: versions[python])
    environment.ensure()
    assert "--clear" in environment.commands[0]


def test_every_failed_step_is_named(capsys):
    assert dev.run_all({"one": lambda: 1, "two": lambda: 0, "three": lambda: 1}) == 1
    assert "failed: one, three" in capsys.readouterr().err
