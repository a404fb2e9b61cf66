"""What a command says and where: results on standard output, messages and progress on standard error."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TextIO

RUNNING = ("compare", "run", "tell", "sweep", "optimise", "replay")
CONTINUED = ("sweep", "optimise")
"""Commands that keep finished runs whatever stops them."""
BAR = 20
LEAST_SECONDS = 0.1
"""Time between two drawings of the progress."""


@dataclass
class Session:
    """What is known about one call: the command, whether a run has begun, and the exit code."""

    command: str = ""
    started: bool = False
    code: int = 0

    def nothing_run(self) -> str:
        """Return the sentence that comforts after a mistake, where it is true and to the point."""
        return " Nothing was run." if self.command in RUNNING and not self.started else ""

    def after_interrupt(self) -> str:
        """Return what is there after an interrupt."""
        kept = self.command in CONTINUED and self.started
        return "finished runs are kept, and the same command continues" if kept else "nothing was written"


@dataclass(frozen=True)
class Voice:
    """How loud a command is: `document` means one JSON document on standard output, `quiet` no messages."""

    document: bool
    quiet: bool
    started: float = field(default_factory=time.perf_counter)

    def say(self, message: str) -> None:
        """Write a message to standard error."""
        if not self.quiet:
            print(message, file=sys.stderr)

    def answer(self, text: Callable[[], str], document: Callable[[], Any]) -> None:
        """Write the result to standard output, as text or as one JSON document; only the one needed is made."""
        print(as_json(document()) if self.document else text(), flush=True)

    def seconds(self) -> float:
        """Return the time since the command began."""
        return time.perf_counter() - self.started

    def progress(self, session: Session) -> Callable[[int, int], None]:
        """Return what is told about runs done and to do; it draws on a terminal alone."""
        bar = None if self.quiet or not is_terminal(sys.stderr) else Bar()

        def told(done: int, total: int) -> None:
            session.started = True
            if bar is not None:
                bar.draw(done, total)

        return told


class Bar:
    """One line on standard error: bar, share, runs, rate, time left; gone when all is done."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream if stream is not None else sys.stderr
        self.started = time.perf_counter()
        self.drawn = -LEAST_SECONDS

    def draw(self, done: int, total: int) -> None:
        """Draw anew, not more often than can be read."""
        now = time.perf_counter()
        if done >= total:
            self.stream.write("\r\x1b[K")
        elif now - self.drawn >= LEAST_SECONDS:
            self.drawn = now
            columns = shutil.get_terminal_size().columns
            line = progress_line(done, total, now - self.started, uses_ascii(self.stream))
            self.stream.write(f"\r{line[: columns - 1]}\x1b[K")
        self.stream.flush()


def progress_line(done: int, total: int, seconds: float, ascii_only: bool = False) -> str:
    """Return the line of progress after so many seconds."""
    full, empty = ("#", "-") if ascii_only else ("█", "░")
    filled = BAR * done // max(total, 1)
    parts = [
        f"{full * filled}{empty * (BAR - filled)} {100 * done // max(total, 1):3d} %",
        f"{done:,} of {total:,} runs",
    ]
    if done and seconds > 0:
        rate = done / seconds
        parts += [f"{rate:,.0f} a second", f"{time_words((total - done) / rate)} left"]
    return "  ".join([*parts, "safe to stop"])


def time_words(seconds: float) -> str:
    """Return "4 s", "3 min" or "2 h"."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 6_000 else f"{round(seconds / 3600)} h"


def as_json(value: Any) -> str:
    """Return a value as one JSON document; what is not finite or missing becomes null."""
    from copsim.studies.manifest import plain

    return json.dumps(plain(value), indent=2, ensure_ascii=not can_write("é−€"), allow_nan=False)


def records(table: Any) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether somebody watches, on a terminal that can move its cursor."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def uses_colour() -> bool:
    """Tell whether results may be coloured."""
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")


def uses_ascii(stream: TextIO | None = None) -> bool:
    """Tell whether a stream has no room for marks and lines."""
    return not can_write("▲△≈▽▼─●○│█░–", stream)


def can_write(text: str, stream: TextIO | None = None) -> bool:
    """Tell whether a stream's encoding has these characters."""
    try:
        text.encode((stream or sys.stdout).encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
