"""Options that several commands share, and the limits of their values."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from copsim.core.errors import UserError

Command = TypeVar("Command", bound=Callable[..., Any])


class Whole(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions alone
    """A whole number within limits, said in one sentence when it is not."""

    name = "number"

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number. Errors: `UserError` with option, value and limits."""
        try:
            number = int(value)
        except ValueError:
            number = None
        if number is None or not self.low <= number <= self.high:
            name = param.opts[-1] if param is not None else "the value"
            raise UserError(f"{name} must be a whole number from {self.low:,} to {self.high:,}, it is {value!r}")
        return number


WEEKS, REPLICATES, MEMBERS = Whole(1, 5_200), Whole(1, 1_000_000), Whole(2, 10_000_000)
SEED, THREADS = Whole(0, 2**63 - 1), Whole(1, 4_096)


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return one decorator that adds options in this order."""

    def added(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return added


spoken = together(
    click.option("--json", "document", is_flag=True, help="One JSON document on standard output."),
    click.option("-q", "--quiet", is_flag=True, help="No messages and no progress."),
)
threaded = click.option(
    "--threads", type=THREADS, help="Threads to run on; all cores unless said. The bits are the same."
)
sized = together(
    click.option("--replicates", type=REPLICATES, default=200, show_default=True, help="Runs of each scenario."),
    click.option("--weeks", type=WEEKS, help="Weeks to run; the scenario's own, or 260."),
    click.option("--seed", type=SEED, default=1, show_default=True, help="Where the luck comes from."),
    threaded,
    click.option(
        "--members",
        type=MEMBERS,
        help="People inside at the start (built-in scenarios: 8); those who could join scale with them.",
    ),
)
written = together(
    click.option("--out", metavar="DIR", help="Folder for the results; copsim-out/NAME unless said."),
    click.option("--force", is_flag=True, help="Replace what is in the folder."),
)
until = click.option(
    "--until", metavar="DATE|CSV", help="Last day observed; a CSV gives community, obs_end. Else the log's last day."
)


def out_folder(out: str | None, *names: str) -> str:
    """Return the folder for results: as asked, else one in copsim-out named after what is studied."""
    if out is not None:
        if not out.strip() or "\0" in out:
            raise UserError("--out needs the name of a folder")
        return out
    return f"copsim-out/{'-'.join(names)[:100].rstrip('. ') or 'results'}"
