"""Runs that failed: a row each in failures.csv, with a command that lives the run again; they do not stop the rest."""

import csv
import io
import shlex
from pathlib import Path

from copsim.sweeps.living import Failure
from copsim.sweeps.parts import write_whole

COLUMNS = ("scenario", "point", "replicate", "seed", "error", "command")
TEXTS = ("scenario", "point", "error", "command")


class Failures:
    """The failures of this session; the file is theirs alone, since what failed before is tried again."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path, self.seed = path, seed
        self.rows: list[tuple[str, str, int, int, str, str]] = []
        self._next = 1

    def add(self, failure: Failure) -> None:
        """Take a failure; the file is written anew each time they have doubled."""
        cell = failure.cell
        command = command_of(str(self.path.parent), cell.scenario, cell.point, failure.replicate)
        self.rows.append((cell.scenario, cell.point, failure.replicate, self.seed, failure.error, command))
        if len(self.rows) >= self._next:
            self._next = 2 * len(self.rows)
            self.write()

    def write(self) -> None:
        """Write the file, sorted, where something failed."""
        if not self.rows:
            return
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(COLUMNS)
        lines.writerows(sorted(self.rows))
        write_whole(self.path, text.getvalue().encode())

    def end(self) -> None:
        """Take the file of an earlier session away where nothing failed in this one, which came to its end by itself."""
        if not self.rows:
            self.path.unlink(missing_ok=True)


def command_of(folder: str, scenario: str, point: str, replicate: int) -> str:
    """Return the command that lives one run of a sweep again."""
    return shlex.join(["copsim", "replay", folder, "--run", f"{scenario}/{point}/{replicate}"])
