"""The command that opens the teaching page, or writes it as one file."""

import click

from copsim.cli.options import Whole
from copsim.cli.voice import Voice

PORT, SEED, WEEKS = Whole(0, 65_535), Whole(0, 2**53 - 1), Whole(1, 1_040)
"""The page's limits: ports, numbers that a browser knows exactly, and twenty years."""


@click.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option(
    "--port", type=PORT, default=8477, show_default=True, help="Where to serve the page; 0 takes any free one."
)
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Where the luck comes from.")
@click.option("--weeks", type=WEEKS, default=520, show_default=True, help="Weeks to play.")
@click.option("--export", metavar="FILE", help="Write the first two as one file to play without copsim, and end.")
@click.option("-q", "--quiet", is_flag=True, help="No messages.")
def explore(
    scenarios: tuple[str, ...], port: int, no_browser: bool, seed: int, weeks: int, export: str | None, quiet: bool
) -> None:
    """Play two communities on the same luck: a page for the class.

    The first scenario is the reference, the second can be changed on the page; one alone stands beside the baseline.
    The page is served on this computer alone, until Ctrl-C.
    """
    from copsim.explore import serving

    voice = Voice(document=False, quiet=quiet)
    if export is not None:
        click.echo(str(serving.export(scenarios, seed, weeks, export)))
        return
    try:
        serving.serve(scenarios, port, seed, weeks, lambda address: _served(voice, address), not no_browser)
    except KeyboardInterrupt:
        voice.say("stopped")


def _served(voice: Voice, address: str) -> None:
    click.echo(address)
    voice.say("served on this computer alone; Ctrl-C stops it")
