"""The commands: what `copsim --help` lists; each imports what it needs when it runs."""

from typing import Any

import click

from copsim import __version__
from copsim.cli import analysing, exploring, listing, measuring, optimising, studying, sweeping, telling
from copsim.cli.voice import Session
from copsim.core.errors import UserError, nearest


class Commands(click.Group):
    """A group that lists its commands in the order of their use, and knows the nearest name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order in which they were added."""
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command that is called. Errors: `UserError` for one that there is not."""
        if args[0] not in self.commands:
            hint = nearest(args[0], self.commands) or f"; there are {', '.join(self.commands)}"
            raise UserError(f"there is no command {args[0]!r}{hint}")
        session = ctx.obj
        if isinstance(session, Session):
            session.command = args[0]
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="copsim %(version)s")
@click.pass_context
def copsim(context: click.Context) -> None:
    """Simulate communities of practice, and compare what leadership and sponsorship might do."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for _command in (
    studying.compare, studying.run, telling.tell, exploring.explore,
    sweeping.sweep, sweeping.merge, analysing.sensitivity, analysing.discover,
    optimising.optimise, listing.new, listing.scenarios, measuring.observe, measuring.facts, studying.report,
    listing.params, listing.outcomes, listing.rows, studying.replay, listing.doctor,
):  # fmt: skip
    copsim.add_command(_command)
