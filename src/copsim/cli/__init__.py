"""The command line: `main` runs a command and says what went wrong in one sentence.

Exit codes: 0 done, 1 a mistake of ours, 2 the user's, 130 interrupted. Commands import what they need when they run.
"""

import os
import sys
from collections.abc import Sequence

from copsim.core.errors import UserError

DONE, OURS, USERS, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; messages go to standard error."""
    import click

    from copsim.cli.commands import copsim
    from copsim.cli.voice import Session
    from copsim.cli.wording import usage_message

    session = Session()
    try:
        with copsim.make_context("copsim", list(sys.argv[1:] if arguments is None else arguments), obj=session) as root:
            copsim.invoke(root)
            sys.stdout.flush()
        return session.code
    except click.exceptions.Exit as end:
        return end.exit_code
    except UserError as error:
        return _say(f"{_sentence(str(error))}{session.nothing_run()}", USERS)
    except click.ClickException as error:
        return _say(f"{_sentence(usage_message(error))}{session.nothing_run()}", USERS)
    except (KeyboardInterrupt, click.Abort):
        return _say(f"interrupted; {session.after_interrupt()}.", INTERRUPTED)
    except BrokenPipeError:  # whoever reads our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if os.environ.get("COPSIM_DEBUG") == "1":
            import traceback

            traceback.print_exc()
        return _say(_mistake(error), OURS)


def _sentence(message: str) -> str:
    """Return a message on one line, without what could steer a terminal, ended like a sentence."""
    line = " ".join("".join(char if char.isprintable() or char.isspace() else "?" for char in message).split())
    return line if line.endswith((".", "?", "!")) else f"{line}."


def _mistake(error: Exception) -> str:
    """Return what is said about a mistake of ours."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this; take fewer replicates, weeks or members."
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _sentence(f"this is our mistake, not yours ({what}); please report it with the command you typed") + (
        "" if os.environ.get("COPSIM_DEBUG") == "1" else " COPSIM_DEBUG=1 shows where."
    )


def _say(message: str, code: int) -> int:
    print(f"copsim: {message}", file=sys.stderr)
    return code
