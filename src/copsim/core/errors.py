"""What is said to a user who made a mistake: one clear sentence, and the nearest valid name."""

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(Exception):
    """A mistake of the user's: its message is one sentence for the screen; the command line exits with 2."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" for the valid name closest to `name`, or an empty string when none is close."""
    close = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f", did you mean '{close[0]}'?" if close else ""
