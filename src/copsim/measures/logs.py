"""Reading event logs: CSV, CSV.gz and Parquet with the columns community, date, member, kind, member2, n."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from copsim.core.errors import UserError
from copsim.measures.eventlog import NOBODY, Codes, Days, EventLog, appearance, observed_until, sorted_log

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

COLUMNS = ("community", "date", "member", "kind", "member2", "n")
NEEDED = ("date", "member")
DEFAULT_KIND = "post"
FIRST_DATE, LAST_DATE = np.datetime64("1900-01-01"), np.datetime64("2199-12-31")
LARGEST_N = 1_000_000_000
DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$"

Until = str | Path | date | None


class Place(Protocol):
    """Says where a row stands, for a message."""

    def __call__(self, row: int) -> str:
        """Return for example "log.csv, line 12"."""


def read_log(
    paths: str | Path | Iterable[str | Path], until: Until = None, community: str | Iterable[str] | None = None
) -> EventLog:
    """Read one or several event logs into one.

    paths: CSV, gzipped CSV or Parquet, told by content; needed columns are date (a day or a timestamp, cut to UTC days)
    and member; without a column community the file's name is used, without kind "post", without n 1.
    until: the day observation ended, or a CSV with columns community and obs_end; without it the last day of each
    file; later events are dropped. community: keep only these.
    Errors: `UserError` for anything that is missing, misnamed or unreadable, with file and line.
    """
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    if not files:
        raise UserError("no event log was named")
    return _finished([_checked(_table(Path(path)), path) for path in files], until, community)


def log_from_frame(frame: "pd.DataFrame", until: Until = None, name: str = "community") -> EventLog:
    """Return the event log held by a table with the columns of `read_log`; `name` stands in for a column community."""
    import pyarrow as pa

    _check_names([str(column) for column in frame.columns], "the table")
    columns = {column: pa.array(frame[column], from_pandas=True) for column in COLUMNS if column in frame.columns}
    table = pa.table({column: _as_text(values, column) for column, values in columns.items()})
    return _finished([_parsed(table, name, lambda row: f"the table, row {row + 1}")], until, None)


def _finished(tables: "list[pa.Table]", until: Until, community: str | Iterable[str] | None) -> EventLog:
    import pyarrow as pa

    table = pa.concat_tables(tables)
    ends = _last_days(tables)
    log = _as_log(table, ends)
    if community is not None:
        log = _kept(log, [community] if isinstance(community, str) else list(community))
    if until is not None:
        log = observed_until(log, _ends(log, until))
        if not len(log.day):
            raise UserError(f"the log has no event up to the end of observation {until}")
    return log


def _last_days(tables: "list[pa.Table]") -> dict[str, int]:
    """Return the last day of observation by community: the last day of the file, of the latest file that holds it."""
    ends: dict[str, int] = {}
    for table in tables:
        last = int(table["date"].to_numpy().max())
        for chunk in table["community"].chunks:
            for name in chunk.dictionary.to_pylist():
                ends[name] = max(last, ends.get(name, last))
    return ends


def _as_log(table: "pa.Table", ends: Mapping[str, int]) -> EventLog:
    import pyarrow as pa

    communities, community_codes = _codes(table["community"])
    present, community = appearance(community_codes)
    names, people = _codes(pa.chunked_array([*table["member"].chunks, *table["member2"].chunks]))
    kinds, kind = _codes(table["kind"])
    member, member2 = people[: table.num_rows], people[table.num_rows :]
    if "" in names:
        member2 = np.where(member2 == names.index(""), np.int32(NOBODY), member2)
    in_order = tuple(communities[i] for i in present)
    log = EventLog(
        communities=in_order,
        obs_end=np.array([ends[name] for name in in_order], np.int64),
        names=np.array([*names, None], object)[:-1],
        kinds=tuple(kinds),
        community=community.astype(np.int32),
        day=table["date"].to_numpy(),
        member=member,
        kind=kind,
        member2=member2,
        n=table["n"].to_numpy(),
    )
    return sorted_log(log)


def _codes(column: "pa.ChunkedArray") -> tuple[list[str], Codes]:
    values = column.unify_dictionaries().combine_chunks()
    return values.dictionary.to_pylist(), values.indices.to_numpy()


def _kept(log: EventLog, names: list[str]) -> EventLog:
    chosen = [log.position(name) for name in names]
    never = np.full(len(log.communities), np.iinfo(np.int64).min)
    never[chosen] = log.obs_end[chosen]
    return observed_until(log, never)


def _ends(log: EventLog, until: str | Path | date) -> Days:
    if isinstance(until, date) or re.match(r"^\d{4}-\d{2}-\d{2}$", str(until)):
        return np.full(len(log.communities), _one_day(str(until)[:10]))
    path = Path(until)
    if not path.is_file():
        raise UserError(f"the end of observation {str(until)!r} is neither a date (YYYY-MM-DD) nor a file")
    known = _ends_in_file(path)
    missing = [name for name in log.communities if name not in known]
    if missing:
        raise UserError(f"{path} gives no obs_end for community {missing[0]!r}")
    return np.array([known[name] for name in log.communities], np.int64)


def _ends_in_file(path: Path) -> dict[str, int]:
    import pyarrow as pa

    lines = csv.DictReader(io.StringIO(_text(path.read_bytes(), path), newline=""))
    if not {"community", "obs_end"} <= set(lines.fieldnames or ()):
        raise UserError(f"{path} needs the columns community and obs_end")
    rows = [(row["community"], row["obs_end"] or "", lines.line_num) for row in lines]
    ends = pa.array([end for _, end, _ in rows], pa.string()).dictionary_encode()
    days = _days(ends, lambda row: f"{path}, line {rows[row][2]}")
    return {community: int(day) for (community, _, _), day in zip(rows, days, strict=True)}


def _one_day(text: str) -> int:
    import pyarrow as pa

    return int(_days(pa.array([text], pa.string()).dictionary_encode(), lambda row: "the end of observation")[0])


def _table(path: Path) -> "pa.Table":
    """Return the known columns of a file, all of them dictionaries of strings, except a Parquet file's dates and n."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"there is no file {path}") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    if content[:4] == b"PAR1":
        return _parquet(content, path)
    if path.suffix.lower() in (".parquet", ".pq"):
        raise UserError(f"{path} is named Parquet but holds something else")
    return _csv(_plain(content, path), path)


def _plain(content: bytes, path: Path) -> bytes:
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise UserError(f"{path} is a damaged gzip file") from None
    if not content[:10_000].strip():
        raise UserError(f"{path} is empty")
    if b"\0" in content:
        raise UserError(f"{path} is no text: an event log is CSV, gzipped CSV or Parquet")
    return content.removeprefix(b"\xef\xbb\xbf")


def _text(content: bytes, path: Path) -> str:
    try:
        return _plain(content, path).decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not written in UTF-8 (byte {error.start + 1})") from None


def _csv(content: bytes, path: Path) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    header = next(csv.reader(io.StringIO(content[:100_000].decode(errors="replace").lstrip("\r\n"), newline="")), [])
    _check_names(header, str(path))
    words = pa.dictionary(pa.int32(), pa.string())
    wanted = [column for column in COLUMNS if column in header]
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(wanted, words), include_columns=wanted, strings_can_be_null=False
    )
    parse = arrow_csv.ParseOptions(newlines_in_values=b'"' in content)
    try:
        return arrow_csv.read_csv(pa.BufferReader(content), convert_options=convert, parse_options=parse)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{path} cannot be read as CSV: {reason}") from None


def _parquet(content: bytes, path: Path) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(content))
        _check_names(file.schema_arrow.names, str(path))
        table = file.read([column for column in COLUMNS if column in file.schema_arrow.names])
    except (pa.ArrowException, OSError) as error:
        raise UserError(f"{path} cannot be read as Parquet: {' '.join(str(error).split())[:200]}") from None
    return pa.table({column: _as_text(table[column], column) for column in table.column_names})


def _as_text(values: "pa.Array | pa.ChunkedArray", column: str) -> "pa.Array | pa.ChunkedArray":
    """Return a typed column as strings; missing values become empty strings."""
    import pyarrow as pa
    from pyarrow import compute

    kind = values.type
    if pa.types.is_timestamp(kind) and column == "date":
        values = compute.cast(compute.cast(values, pa.timestamp("s", "UTC"), safe=False), pa.date32(), safe=False)
    if pa.types.is_dictionary(kind):
        values = compute.cast(values, kind.value_type)
    return compute.fill_null(compute.cast(values, pa.string()), "").dictionary_encode()


def _check_names(header: list[str], where: str) -> None:
    twice = [column for column in COLUMNS if header.count(column) > 1]
    if twice:
        raise UserError(f"{where} has the column {twice[0]!r} twice")
    absent = [column for column in COLUMNS if column not in header]
    strange = [name for name in header if name not in COLUMNS]
    for column in absent:
        near = _lookalike(column, strange)
        if near is not None:
            raise UserError(f"{where} has a column {near!r}, did you mean {column!r}? Columns are {', '.join(COLUMNS)}")
    for column in absent:
        if column in NEEDED:
            found = ", ".join(header)[:200]
            raise UserError(f"{where} has no column {column!r} (needed: date, member), its columns are {found}")


def _lookalike(column: str, strange: list[str]) -> str | None:
    plain = {name.strip().lower(): name for name in strange}
    cutoff = 0.6 if column in NEEDED else 0.8
    close = get_close_matches(column, plain, n=1, cutoff=cutoff)
    return plain[close[0]] if close else None


def _checked(table: "pa.Table", path: str | Path) -> "pa.Table":
    file = Path(path)
    stem = file.name.removesuffix(".gz").rsplit(".", 1)[0]
    return _parsed(table, stem, partial(_line, file))


def _parsed(table: "pa.Table", name: str, place: Place) -> "pa.Table":
    """Return the table with all six columns: texts as dictionaries, date in days since 1970-01-01, n whole numbers."""
    import pyarrow as pa

    if not table.num_rows:
        raise UserError(f"{place(-1).split(',')[0]} holds no events")
    table = table.unify_dictionaries()
    held = {column: table[column].combine_chunks() for column in table.column_names}
    rows = table.num_rows
    for column in ("community", "member"):
        if column in held:
            _refuse_empty(held[column], column, place)
    return pa.table(
        {
            "community": held["community"] if "community" in held else _constant(name, rows),
            "date": _days(held["date"], place),
            "member": held["member"],
            "kind": held["kind"] if "kind" in held else _constant(DEFAULT_KIND, rows),
            "member2": held["member2"] if "member2" in held else _constant("", rows),
            "n": _counts(held["n"], place) if "n" in held else np.ones(rows, np.int64),
        }
    )


def _constant(text: str, rows: int) -> "pa.DictionaryArray":
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text]))


def _refuse_empty(values: "pa.DictionaryArray", column: str, place: Place) -> None:
    words = values.dictionary.to_pylist()
    if "" in words:
        rows = np.flatnonzero(values.indices.to_numpy() == words.index(""))
        if len(rows):
            raise UserError(f"{place(int(rows[0]))}: {column} is empty")


def _days(values: "pa.DictionaryArray", place: Place) -> Days:
    import pandas as pd
    from pyarrow import compute

    words = values.dictionary
    shaped = compute.match_substring_regex(words, DATE).to_numpy(zero_copy_only=False)
    texts = pd.Series(words.to_pylist(), dtype=object).where(shaped)
    times = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    days = times.to_numpy().astype("datetime64[D]")
    wrong = np.isnat(days) | (days < FIRST_DATE) | (days > LAST_DATE)
    codes = values.indices.to_numpy()
    _refuse(wrong, codes, words, place, "date", "a date YYYY-MM-DD from 1900 to 2199")
    return np.asarray(days.astype(np.int64)[codes])


def _counts(values: "pa.DictionaryArray", place: Place) -> Days:
    whole = [re.fullmatch(r"\+?(\d{1,10})(\.0*)?", text, re.ASCII) for text in values.dictionary.to_pylist()]
    numbers = np.array([int(match[1]) if match else 0 for match in whole], np.int64)
    codes = values.indices.to_numpy()
    wrong = (numbers < 1) | (numbers > LARGEST_N)
    _refuse(wrong, codes, values.dictionary, place, "n", "a whole number from 1 to 1,000,000,000")
    return np.asarray(numbers[codes])


def _refuse(wrong: NDArray[np.bool_], codes: NDArray[Any], words: Any, place: Place, column: str, allowed: str) -> None:
    rows = np.flatnonzero(wrong[codes])
    if len(rows):
        row = int(rows[0])
        raise UserError(f"{place(row)}: {column} {words[int(codes[row])].as_py()[:80]!r} is not {allowed}")


def _line(path: Path, row: int) -> str:
    """Return where row number `row` stands; lines are counted only once something is wrong."""
    content = path.read_bytes()
    if content[:4] == b"PAR1":
        return f"{path}, row {row + 1}"
    if row < 0:
        return str(path)
    reader = csv.reader(io.StringIO(_text(content, path), newline=""))
    seen, line = -2, 1  # the header is the first row that is not blank
    for cells in reader:
        seen += bool(cells)
        if seen == row:
            break
        line = reader.line_num + 1
    return f"{path}, line {line}"
