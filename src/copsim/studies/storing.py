"""Results on disk: tables as Parquet, the comparison as CSV, and the manifest that repeats them.

Single-precision columns are split by bytes and compressed quickly, three times as fast and a third smaller than
dictionaries of floats (`table_digest` makes the hashes independent of that choice).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from copsim.core.errors import UserError
from copsim.studies.manifest import canonical, table_digest, write_manifest

if TYPE_CHECKING:
    import pandas as pd

COMPARISON_COLUMNS = (
    "scenario", "reference", "outcome", "unit", "mean", "reference_mean", "difference", "low", "high", "interval",
    "worlds_better", "variance_ratio", "replicates",
)  # fmt: skip
RUNS, WEEKLY, COMPARISON = "runs.parquet", "weekly.parquet", "comparison.csv"
SPELLS, WORLDS = "spells.parquet", "worlds.parquet"
ABOUT, CATEGORIES = "copsim", "categories"
"""Keys of the JSON texts that a Parquet file of ours carries: version, seed, hash; declared texts by column."""
_NARROW = (RUNS, WEEKLY)


def result_tables(result: Any) -> dict[str, "pd.DataFrame"]:
    """Return the tables of a `Result` or `Comparison` that are kept, by the name of their file."""
    tables = {RUNS: narrowed(result.runs), WEEKLY: narrowed(result.weekly)}
    if getattr(result, "table", None) is not None:
        return tables | {COMPARISON: result.table[list(COMPARISON_COLUMNS)]}
    held = getattr(type(result), "__dataclass_fields__", None) or vars(result)
    spells = result.spells if "spells" in held else None  # a `Result` makes them when asked, by running all again
    further = {SPELLS: spells, WORLDS: getattr(result, "worlds", None)}
    return tables | {name: table for name, table in further.items() if table is not None}


def result_digests(tables: Mapping[str, "pd.DataFrame"]) -> dict[str, str]:
    """Return the hash of each table by the name of its file, for the manifest."""
    return {name: _digest(name, table) for name, table in tables.items()}


def _digest(name: str, table: "pd.DataFrame") -> str:
    """Return the hash of a table as it is kept: nine digits of a comparison, single precision of runs and weeks."""
    if name == COMPARISON:
        return table_digest(table.apply(lambda column: _nine_digits(column) if column.dtype.kind == "f" else column))
    return table_digest(narrowed(table) if name in _NARROW else table)


def _nine_digits(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.map(lambda value: f"{value:.9g}")


def narrowed(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table with its double-precision columns in single precision."""
    wide = [name for name in frame.columns if frame[name].dtype == "float64"]
    return frame.astype(dict.fromkeys(wide, "float32")) if wide else frame


def write_table(frame: "pd.DataFrame", path: str | Path | BinaryIO, metadata: Mapping[str, Any]) -> None:
    """Write a table as Parquet: floats split by bytes, texts as dictionaries, zstd, no index; to a file or a path."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts_of = {ABOUT: canonical(metadata), CATEGORIES: canonical(_categories(frame))}
    table = _wide_codes(pa.Table.from_pandas(frame, preserve_index=False)).replace_schema_metadata(texts_of)
    floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    is_text = (pa.types.is_dictionary, pa.types.is_string, pa.types.is_large_string)
    texts = [field.name for field in table.schema if any(tell(field.type) for tell in is_text)]
    pq.write_table(
        table, path, compression="zstd", compression_level=1, use_dictionary=texts, use_byte_stream_split=floats
    )


def _wide_codes(table: Any) -> Any:
    """Return an Arrow table whose texts are coded in 32 bits: together, many files may hold more texts than 8 bits count."""
    import pyarrow as pa

    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            chunks = [(chunk.indices.cast(pa.int32()), chunk.dictionary) for chunk in table[place].chunks]
            kind = pa.dictionary(pa.int32(), field.type.value_type, field.type.ordered)
            arrays = [pa.DictionaryArray.from_arrays(*pair, ordered=field.type.ordered) for pair in chunks]
            table = table.set_column(place, field.name, pa.chunked_array(arrays, kind))
    return table


def _categories(frame: "pd.DataFrame") -> dict[str, list[str]]:
    """Return the declared texts of each category column: a file keeps none for a column that is all empty."""
    return {name: list(frame[name].cat.categories) for name in frame.columns if frame[name].dtype == "category"}


def read_table(path: str | Path) -> "pd.DataFrame":
    """Return a table as it was written; version, seed and hash stand in its `attrs`.

    Errors: `UserError` for what is missing or no Parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
    except FileNotFoundError:
        raise UserError(f"there is no file {path}") from None
    except (pa.ArrowException, OSError) as error:
        raise UserError(f"{path} cannot be read as Parquet: {' '.join(str(error).split())}") from None
    about, categories = (_text_of(table.schema.metadata, key) for key in (ABOUT, CATEGORIES))
    frame: pd.DataFrame = table.to_pandas()
    for name, declared in categories.items():
        frame[name] = frame[name].cat.set_categories(declared)
    frame.attrs.update(about)
    return frame


def _text_of(metadata: Mapping[bytes, bytes] | None, key: str) -> dict[str, Any]:
    found = json.loads((metadata or {}).get(key.encode(), b"{}"))
    return found if isinstance(found, dict) else {}


def csv_bytes(table: "pd.DataFrame") -> bytes:
    """Return a table as CSV, numbers with nine digits."""
    return table.to_csv(index=False, float_format="%.9g", lineterminator="\n").encode()


def write_comparison(table: "pd.DataFrame", path: str | Path) -> None:
    """Write the table of differences as CSV, its columns in their order, numbers with nine digits."""
    Path(path).write_bytes(csv_bytes(table[list(COMPARISON_COLUMNS)]))


def save_comparison(comparison: Any, folder: str | Path) -> None:
    """Write runs.parquet, weekly.parquet, comparison.csv, and last manifest.json into an existing folder."""
    _save(comparison, Path(folder))


def save_result(result: Any, folder: str | Path) -> None:
    """Write runs, weekly, and spells and worlds where there are such, as Parquet, and last manifest.json."""
    _save(result, Path(folder))


def _save(result: Any, folder: Path) -> None:
    """Write the tables and then the manifest, which names exactly what was written."""
    tables = result_tables(result)
    manifest = {**result.manifest, "results": dict(result.manifest.get("results") or result_digests(tables))}
    for name, table in tables.items():
        if name == COMPARISON:
            write_comparison(table, folder / name)
        else:
            write_table(table, folder / name, _about(manifest, name))
    write_manifest(manifest, folder)


def _about(manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
    known = {key: manifest[key] for key in ("version", "streams", "engine", "seed") if key in manifest}
    return known | {"sha256": manifest["results"].get(name, "")}
