"""The command: what it offers, where it listens, and what it says when it cannot."""

import socket

import pytest

from copsim.cli import main
from copsim.core.errors import UserError
from copsim.explore import serving
from copsim.explore.serving import listening, on_offer


def test_the_first_is_the_reference_and_one_alone_stands_beside_the_baseline():
    assert on_offer([])[1:] == ("baseline", "distributed-leadership")
    assert on_offer(["cold-launch"])[1:] == ("baseline", "cold-launch")
    assert on_offer(["cold-launch", "baseline", "established"])[1:] == ("cold-launch", "baseline")
    assert on_offer(["cold-launch", "cold-launch"])[1:] == ("cold-launch", "cold-launch")


def test_files_are_on_offer_too_and_come_before_built_in_ones(tmp_path):
    (tmp_path / "baseline.toml").write_text('title = "Mine"\n')
    scenarios, _, right = on_offer([str(tmp_path / "baseline.toml")])
    assert (right, scenarios["baseline"].title) == ("baseline", "Mine")
    with pytest.raises(UserError, match="two scenarios have the name"):
        on_offer(["baseline", str(tmp_path / "baseline.toml")])


def test_it_listens_on_this_computer_alone():
    with listening(0) as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(UserError, match=f"port {port} cannot be used .*--port 0"):
            listening(port)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("basline", "there is no scenario 'basline', did you mean 'baseline'?"),
        ("--port 70000", "--port must be a whole number from 0 to 65,535, it is '70000'"),
        ("--seed -1", "--seed must be"),
        ("coordinator-leaves --weeks 50", "an event in week 78 comes after the end, week 50"),
    ],
)
def test_mistakes_are_said_before_anything_is_served(line, said, capsys):
    assert main(["explore", "--no-browser", *line.split()]) == 2
    assert said in capsys.readouterr().err


def test_the_command_serves_until_it_is_stopped(monkeypatch, capsys):
    """The address is said once somebody listens there; the browser is opened at it."""
    heard, opened = [], []

    class Server:
        def run(self, sockets):
            port = sockets[0].getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)):
                heard.append(port)
            raise KeyboardInterrupt

    monkeypatch.setattr(serving, "server_of", lambda app: Server())
    monkeypatch.setattr(serving, "open_browser", opened.append)
    assert main(["explore", "--port", "0", "--weeks", "20"]) == 0
    said = capsys.readouterr()
    assert said.out == f"http://127.0.0.1:{heard[0]}/\n"
    assert "Ctrl-C stops it" in said.err
    assert opened == [f"http://127.0.0.1:{heard[0]}/"]
