"""The loop over weeks: one compiled call a stretch of weeks, without Python's lock. Week 0 is the launch."""

from copsim.core.jit import entry
from copsim.engine.recording import record_end
from copsim.engine.week import happen, live
from copsim.mechanisms.launching import launch
from copsim.mechanisms.staging import ENDED


@entry
def run(s, p, first, last):
    """Let the weeks from `first` to `last`, both included, happen to state `s` under parameters `p`, a (1,) record."""
    for week in range(first, last + 1):
        if week == 0:
            launch(s, p[0])
        elif s.community[0].stage == ENDED:
            record_end(s, week)
        else:
            live(s, p[0], week)


@entry
def advance(s, town, p, week, part):
    """Let one part of a week happen, to a block `s` of `town` where it is about members; see `engine/week.py`."""
    happen(part, s, town, p[0], week)
