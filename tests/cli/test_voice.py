"""Progress on a terminal alone, plain values as JSON."""

import io
import json
import sys

import pandas as pd
import pytest

from copsim.cli.voice import Bar, Session, Voice, as_json, progress_line, records, time_words, uses_colour


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_progress_says_share_runs_rate_and_time_left():
    line = progress_line(600, 2400, 2.0)
    assert line == "█████░░░░░░░░░░░░░░░  25 %  600 of 2,400 runs  300 a second  6 s left  safe to stop"
    assert progress_line(600, 2400, 2.0, ascii_only=True).isascii()
    assert "left" not in progress_line(0, 2400, 2.0)


@pytest.mark.parametrize(("seconds", "words"), [(0.1, "1 s"), (99, "99 s"), (600, "10 min"), (7_200, "2 h")])
def test_time_left(seconds, words):
    assert time_words(seconds) == words


def test_the_bar_is_gone_in_the_end():
    stream = Terminal()
    bar = Bar(stream)
    bar.draw(1, 4)
    assert "1 of 4 runs" in stream.getvalue()
    bar.draw(4, 4)
    assert stream.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("stream", "quiet", "term", "drawn"),
    [(Terminal, False, "xterm", True), (Terminal, True, "xterm", False), (Terminal, False, "dumb", False),
     (io.StringIO, False, "xterm", False)],
)  # fmt: skip
def test_progress_is_drawn_for_who_watches(stream, quiet, term, drawn, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream())
    monkeypatch.setenv("TERM", term)
    session = Session()
    Voice(False, quiet).progress(session)(1, 4)
    assert bool(sys.stderr.getvalue()) == drawn
    assert session.started


def test_no_color(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert uses_colour()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not uses_colour()
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.delenv("NO_COLOR")
    assert not uses_colour()


def test_missing_values_are_null():
    table = pd.DataFrame({"a": [1.5, None], "b": pd.Categorical(["x", None]), "n": [1, 2]})
    found = json.loads(as_json({"rows": records(table), "inf": float("inf")}))
    assert found == {"rows": [{"a": 1.5, "b": "x", "n": 1}, {"a": None, "b": None, "n": 2}], "inf": None}
