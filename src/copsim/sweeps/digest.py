"""The hash of rows, whatever their order and whatever files hold them: equal for equal sweeps, however they were run."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_ROWS = 131_072


def rows_digest(paths: Sequence[Path]) -> str:
    """Return a hash of all rows in Parquet files: a sum over rows of hashes of their values, 128 bits in hexadecimal.

    A row that is missing, doubled or changed changes it; its file and place do not.
    """
    import pyarrow.parquet as pq

    totals, rows, names = [0, 0], 0, []
    for path in paths:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            for batch in file.iter_batches(_ROWS):
                columns = {name: _bits(batch.column(name)) for name in names}
                rows += batch.num_rows
                for half in (0, 1):
                    totals[half] = (totals[half] + _summed(columns, half)) % 2**64
    text = f"{rows} {' '.join(sorted(names))} {totals[0]:016x}{totals[1]:016x}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _summed(columns: dict[str, Array], half: int) -> int:
    """Return the sum over rows of one 64-bit hash of each."""
    mixed: Any = None
    for name, bits in columns.items():
        key = np.frombuffer(blake2b(f"{half} {name}".encode(), digest_size=8).digest(), np.uint64)[0]
        own = _mix(_mix(bits ^ key) + key)
        mixed = own if mixed is None else mixed + own
    return int(_mix(mixed).sum(dtype=np.uint64)) if mixed is not None else 0


def _mix(bits: Array) -> Array:
    """Return the SplitMix64 finaliser of 64 bits; arrays wrap around silently."""
    for shift, factor in zip(_SHIFTS, _FACTORS, strict=False):
        bits = (bits ^ (bits >> shift)) * factor
    return np.asarray(bits ^ (bits >> _SHIFTS[2]))


def _bits(column: Any) -> Array:
    """Return 64 bits for each value of a column: of texts a hash, of numbers their own, one pattern for all NaN."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        hashes = [blake2b(text.encode(), digest_size=8).digest() for text in coded.dictionary.to_pylist()]
        known = np.frombuffer(b"".join([*hashes, bytes(8)]), np.uint64)
        return np.asarray(known[coded.indices.fill_null(len(hashes)).to_numpy(zero_copy_only=False)])
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), np.float64(np.nan), values.astype(np.float64))
    return np.ascontiguousarray(values.astype(np.float64 if values.dtype.kind == "f" else np.int64)).view(np.uint64)
