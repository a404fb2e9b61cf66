"""Make the packaged state `established`: the median run of `engaged-sponsor` at its 26th sustaining week.

Of 200 replicates at central values (seed 1), those that come to 26 sustaining weeks within 260 are ordered by their
regulars in that week; the state of the middle one is saved, with the acts of the year before.
Run: python -m experiments.make_established
"""

from pathlib import Path

import numpy as np

from copsim.core.observables import NAMES
from copsim.core.state import ATTEND, CONTACT, PERSON, POST, REPLY
from copsim.engine.living import live
from copsim.engine.starting import HISTORY_WEEKS, taken_from
from copsim.scenarios.plans import STATES, plan_of
from copsim.scenarios.reading import load_scenario

SEED, REPLICATES, WEEKS, SUSTAINED = 1, 200, 260, 26
_SUSTAINING = 3


def week_reached(record: np.ndarray) -> int:
    """Return the week in which a run has been sustaining for 26 weeks all together, 0 where it never is."""
    sustained = np.cumsum(record[:, NAMES.index("stage")] == _SUSTAINING)
    return int(np.argmax(sustained == SUSTAINED)) + 1 if sustained[-1] >= SUSTAINED else 0


def median_run() -> tuple[int, int]:
    """Return (replicate, week) of the run in the middle."""
    plan = plan_of(load_scenario("engaged-sponsor"), WEEKS)
    reached = []
    for replicate in range(REPLICATES):
        record = live(plan, SEED, replicate).record
        week = week_reached(record)
        if week > HISTORY_WEEKS:
            regulars = record[week - 1, NAMES.index("core")] + record[week - 1, NAMES.index("active")]
            reached.append((float(regulars), replicate, week))
    _, replicate, week = sorted(reached)[len(reached) // 2]
    return replicate, week


def main() -> None:
    """Make and save the state."""
    replicate, week = median_run()
    life = live(plan_of(load_scenario("engaged-sponsor"), week), SEED, replicate, events=True)
    happened = life.events[np.isin(life.events[:, 1], (POST, REPLY, ATTEND, CONTACT))]
    happened = happened[happened[:, 0] > week - HISTORY_WEEKS]
    by_person = np.zeros((int(life.state.counts[0].people), HISTORY_WEEKS), np.int32)
    np.add.at(by_person, (happened[:, 2], happened[:, 0] - (week - HISTORY_WEEKS) - 1), happened[:, 4])
    rows = int(life.state.counts[0].rows)
    start = taken_from(life.state, by_person[life.state.whole[PERSON, :rows]], week)
    start.save(Path(STATES) / "established.npz")
    print(f"replicate {replicate}, week {week}: {len(start)} people inside, {start.hinterland} outside")


if __name__ == "__main__":
    main()
