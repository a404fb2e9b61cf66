"""An event log in memory: who acted on which day, in which community, and until when it was observed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from copsim.core.errors import UserError, nearest

if TYPE_CHECKING:
    import pandas as pd

Codes = NDArray[np.int32]
Days = NDArray[np.int64]

NOBODY = -1
"""Code in `member2` where an event is directed at nobody."""


@dataclass(frozen=True)
class EventLog:
    """Events sorted by community and day, otherwise in the order of the file; names stand once, as codes in the rows.

    communities: names in order of first appearance; obs_end: last observed day of each, in days since 1970-01-01;
    names: people's names; kinds: kinds of event; then one row per event or bundle of `n` equal events.
    """

    communities: tuple[str, ...]
    obs_end: Days
    names: NDArray[np.object_]
    kinds: tuple[str, ...]
    community: Codes
    day: Days
    member: Codes
    kind: Codes
    member2: Codes
    n: Days

    def rows(self, community: int) -> slice:
        """Return the rows of the community at this position in `communities`."""
        start, stop = np.searchsorted(self.community, [community, community + 1])
        return slice(int(start), int(stop))

    def position(self, community: str | None = None) -> int:
        """Return the position of a community; its name may be left out where the log holds one.

        Errors: `UserError` for a name not in the log, or none given for a log of several.
        """
        if community is None and len(self.communities) == 1:
            return 0
        if community is None:
            raise UserError(f"the log holds {len(self.communities)} communities, name one of them")
        if community not in self.communities:
            hint = nearest(community, self.communities) or f", it holds {listed(self.communities)}"
            raise UserError(f"the log holds no community {community!r}{hint}")
        return self.communities.index(community)

    def members(self, community: str | None = None) -> NDArray[np.object_]:
        """Return the names of a community's members in order of first appearance: the rows of a weekly reading."""
        people, _ = appearance(self.member[self.rows(self.position(community))])
        return self.names[people]  # type: ignore[no-any-return]

    def only(self, community: str) -> "EventLog":
        """Return the log of one of the communities."""
        position = self.position(community)
        part = self.rows(position)
        columns = {name: getattr(self, name)[part] for name in ("day", "member", "kind", "member2", "n")}
        return replace(
            self,
            communities=(community,),
            obs_end=self.obs_end[position : position + 1],
            community=np.zeros(part.stop - part.start, np.int32),
            **columns,
        )

    def frame(self) -> "pd.DataFrame":
        """Return the events as a table: community, date, member, kind, member2 (empty for nobody), n."""
        import pandas as pd

        names = np.append(self.names, "")  # code -1 reads the empty string at the end
        return pd.DataFrame(
            {
                "community": _category(self.community, self.communities),
                "date": self.day.astype("datetime64[D]").astype("datetime64[s]"),
                "member": names[self.member],
                "kind": _category(self.kind, self.kinds),
                "member2": names[self.member2],
                "n": self.n,
            }
        )


def _category(codes: Codes, names: Sequence[str]) -> "pd.Categorical":
    import pandas as pd

    return pd.Categorical.from_codes(codes.tolist(), pd.Index(names, dtype=object))


def sorted_log(log: EventLog) -> EventLog:
    """Return the log sorted by community and day; rows of one day keep their order."""
    order_key = log.community.astype(np.int64) * 1_000_000 + log.day
    if (np.diff(order_key) >= 0).all():
        return log
    return taken(log, np.argsort(order_key, kind="stable"))


def taken(log: EventLog, rows: NDArray[Any]) -> EventLog:
    """Return the log with these rows, given as positions or as a mask."""
    columns = ("community", "day", "member", "kind", "member2", "n")
    return replace(log, **{name: getattr(log, name)[rows] for name in columns})


def observed_until(log: EventLog, obs_end: Days) -> EventLog:
    """Return the log without events after each community's `obs_end`; communities without events are left out."""
    log = taken(replace(log, obs_end=obs_end), log.day <= obs_end[log.community])
    kept = np.unique(log.community)
    return replace(
        log,
        communities=tuple(log.communities[i] for i in kept),
        obs_end=log.obs_end[kept],
        community=np.searchsorted(kept, log.community).astype(np.int32),
    )


def appearance(codes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the distinct codes in order of first appearance, and each row's place in that order."""
    distinct, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(distinct), np.int64)
    place[order] = np.arange(len(distinct))
    return distinct[order], place[inverse]


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names as a short list for a message."""
    return ", ".join(map(repr, names[:most])) + (" …" if len(names) > most else "")


def log_digest(log: EventLog) -> str:
    """Return 64 hexadecimal digits by which the content of a log is known, whatever file it came from."""
    digest = blake2b(digest_size=32)
    digest.update("\0".join([*log.communities, *log.kinds, *log.names]).encode(errors="surrogatepass"))
    for column in (log.obs_end, log.community, log.day, log.member, log.kind, log.member2, log.n):
        digest.update(column.astype("<i8").tobytes())
    return digest.hexdigest()


def hash_names(log: EventLog) -> EventLog:
    """Return the log with every name replaced by ten hexadecimal digits of BLAKE2b, keyed by its community's name.

    This is pseudonymisation, not anonymity: whoever can guess a name, or knows the dates, can find the person again.
    """
    people = len(log.names)
    pairs, place = np.unique(_pairs(log, people), return_inverse=True)
    keys = [blake2b(name.encode(errors="surrogatepass")).digest() for name in log.communities]
    hashed = np.array([_hashed(keys[pair // people], log.names[pair % people]) for pair in pairs.tolist()], object)
    rows = len(log.member)
    directed = np.full(rows, NOBODY, np.int32)
    directed[log.member2 >= 0] = place[rows:]
    return replace(log, names=hashed, member=place[:rows].astype(np.int32), member2=directed)


def _pairs(log: EventLog, people: int) -> NDArray[np.int64]:
    offset = log.community.astype(np.int64) * people
    directed = log.member2 >= 0
    return np.concatenate([offset + log.member, offset[directed] + log.member2[directed]])


def _hashed(key: bytes, name: str) -> str:
    return blake2b(name.encode(errors="surrogatepass"), key=key, digest_size=5).hexdigest()
