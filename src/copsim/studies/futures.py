"""`futures`: many paired futures of one community that has been lived or read so far.

Futures of a simulated life have its world: what is left open is luck. Those of a real community, read from its log, are
plausible worlds, as nobody knows the one it lives in. Scenarios are changes on top of what the life has: their weeks are
counted from the moment.
"""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from copsim.core.errors import UserError
from copsim.engine.moments import Moment
from copsim.measures.eventlog import EventLog
from copsim.scenarios.reading import AnyScenario
from copsim.studies.compare import compare
from copsim.studies.ensemble import Progress
from copsim.studies.lives import is_run, moment_in, saved_at
from copsim.studies.result import Comparison, Result

if TYPE_CHECKING:
    import pandas as pd


@runtime_checkable
class Living(Protocol):
    """Something that is being lived and knows its moment: a `CommunityModel`."""

    @property
    def moment(self) -> Moment:
        """The life so far."""


AnyOrigin: TypeAlias = "Moment | Living | Result | EventLog | pd.DataFrame | str | os.PathLike[str]"


def futures(
    origin: AnyOrigin,
    scenarios: Sequence[AnyScenario] = (),
    replicates: int = 200,
    weeks: int | None = None,
    seed: int = 1,
    *,
    at: int | None = None,
    life: int | None = None,
    until: str | Path | date | None = None,
    community: str | None = None,
    reference: AnyScenario | None = None,
    fixed: bool = False,
    outcomes: Sequence[str] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Branch futures of `weeks` weeks from one community and compare scenarios with its going on as it is.

    origin: a `Result` or the folder of a saved run (`life`: which replicate, 0 unless said; `at`: after which week, the
    last unless said); a `CommunityModel` or a `Moment`, as it is now; an event log: path, table or `EventLog` (`until`,
    `community` as in `observe`), from its last whole week. Future k meets the same luck in every scenario. Of a life,
    future 0 has the luck of the life: with nothing changed it is its continuation, to the bit. The rest as in `compare`.
    Errors: `UserError` for anything not allowed, before anything runs.
    """
    asked: dict[str, Any] = {"reference": reference, "replicates": replicates, "weeks": weeks, "seed": seed}
    asked |= {"threads": threads, "outcomes": outcomes, "progress": progress}
    found = origin_of(origin, at, life, until, community)
    if isinstance(found, Moment):
        return compare(scenarios, moment=found, **asked)
    return compare(scenarios, start_log=found, until=until, community=community, fixed=fixed, **asked)


def origin_of(
    origin: AnyOrigin,
    at: int | None = None,
    life: int | None = None,
    until: str | Path | date | None = None,
    community: str | None = None,
) -> Moment | EventLog:
    """Return the moment of a life, or the log of one community, from which futures begin. Errors: `UserError`."""
    if isinstance(origin, Result):
        _refuse("a simulated run", until=until, community=community)
        return moment_in(origin.manifest, at, life)
    if isinstance(origin, Moment | Living):
        _refuse("a life as it is now", at=at, life=life, until=until, community=community)
        return origin if isinstance(origin, Moment) else origin.moment
    if isinstance(origin, str | os.PathLike) and is_run(origin):
        _refuse("a saved run", until=until, community=community)
        return saved_at(origin, at, life)
    _refuse("an event log, which begins after its last whole week", at=at, life=life)
    return _log_in(origin, until, community)


def _refuse(what: str, **given: Any) -> None:
    for name, value in given.items():
        if value is not None:
            raise UserError(f"{name} has no place here: the futures begin from {what}")


def _log_in(origin: Any, until: Any, community: str | None) -> EventLog:
    """Return the log of one community."""
    from copsim.measures.logs import log_from_frame, read_log

    if isinstance(origin, EventLog):
        log = origin
    elif isinstance(origin, str | os.PathLike):
        log = read_log(Path(origin), until, community)
    else:
        log = log_from_frame(origin, until)
    return log.only(log.communities[log.position(community)])
