"""What the futures of a sweep begin from: a life of a saved run, or a real community's log.

The folder of the sweep keeps what is needed to go on without the run or the log: how to live the life again, or the start
that the log made, which holds numbers and nobody's name.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from copsim.core.errors import UserError
from copsim.engine.moments import Moment
from copsim.engine.starting import Start, load_start
from copsim.scenarios import checking
from copsim.studies.anchoring import anchored
from copsim.studies.futures import origin_of
from copsim.studies.lives import life_of, moment_again
from copsim.studies.manifest import digest_of, no_folder

FILE = "start.npz"
"""The start that a log made, in the folder of its sweep."""
KEYS = ("from", "at", "life", "until", "community")


@dataclass(frozen=True)
class Origin:
    """A community that is there when the sweep begins: the moment of a life, or the start that a log made.

    about: plain values for the manifest; population, settings: what scenarios are laid over.
    """

    about: Mapping[str, Any]
    moment: Moment | None = None
    start: Start | None = None
    population: str = ""
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What is different between sweeps that begin from different communities, in a few words."""
        if "life" in self.about:
            life = self.about["life"]
            what = f"life {life['replicate']} of {life['scenario']['name']} after week {life['week']}"
        else:
            what = f"the log of {self.about['log']['name']}"
        return f"{what}, {digest_of(self.about)[:12]}"

    def content(self) -> bytes | None:
        """Return the bytes of the file that keeps the start, None where none is needed."""
        if self.start is None:
            return None
        sink = io.BytesIO()
        self.start.save(sink)
        return sink.getvalue()


def checked_origin(table: Any, folder: Path, seed: int, where: str) -> Origin:
    """Return what the [start] of a plan names. Errors: `UserError`, one sentence."""
    example = 'from = "copsim-out/baseline"'
    if not isinstance(table, Mapping):
        raise UserError(f"{where}: must be a table, such as {example}")
    checking.checked_keys(table, KEYS, where)
    if "from" not in table:
        raise UserError(f"{where}: needs the folder of a saved run or an event log, such as {example}")
    path = folder / checking.checked_text(table["from"], "from", where)
    if not path.exists():
        raise UserError(f"{where}: {no_folder(path)}")
    asked = {key: table.get(key) for key in KEYS[1:]}
    for key in ("until", "community"):
        if asked[key] is not None:
            asked[key] = checking.checked_text(str(asked[key]), key, where)
    try:
        found = origin_of(path, **asked)
        if isinstance(found, Moment):
            about = {"life": life_of(found)}
            return Origin(about, moment=found, population=found.plan.population, settings=found.settings)
        anchor = anchored(found, seed)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    about = {"log": {"name": anchor.name, "start": digest(anchor.start)}}
    return Origin(about, start=anchor.start, population=anchor.population, settings=anchor.settings)


def digest(start: Start) -> str:
    """Return the hash of what a start holds."""
    held = blake2b(str(start.hinterland).encode(), digest_size=16)
    for array in (start.acts, start.real, start.whole, start.tie_other, start.tie_strength, start.community):
        held.update(np.ascontiguousarray(array).tobytes())
    return held.hexdigest()


def kept_origin(about: Mapping[str, Any] | None, folder: Path) -> Origin | None:
    """Return what the sweep in a folder began from. Errors: `UserError` where its start was lost or changed."""
    if about is None:
        return None
    if "life" in about:
        return Origin(about, moment=moment_again(about["life"]))
    start = load_start(folder / FILE)
    if digest(start) != about["log"]["start"]:
        raise UserError(f"{folder / FILE} is not the start that this sweep began from")
    return Origin(about, start=start)
