"""From what the option parser says to one plain sentence, with the nearest valid name."""

from difflib import get_close_matches

import click


def usage_message(error: click.ClickException) -> str:
    """Return one sentence about a command line that cannot be read."""
    if isinstance(error, click.NoSuchOption):
        return f"there is no option {error.option_name}{_hint(error)}"
    message = error.format_message().strip().rstrip(".")
    message = message[:1].lower() + message[1:]
    return f"{message}{_help(error)}"


def _hint(error: click.NoSuchOption) -> str:
    parameters = error.ctx.command.get_params(error.ctx) if error.ctx is not None else []
    names = [name for parameter in parameters for name in (*parameter.opts, *parameter.secondary_opts)]
    bare = {name.removeprefix("--"): name for name in names if name.startswith("--")}
    close = get_close_matches(error.option_name.lstrip("-"), bare, n=1, cutoff=0.6)
    return f", did you mean '{bare[close[0]]}'?" if close else _help(error)


def _help(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"; '{context.command_path} --help' shows how" if context is not None else ""
