"""The rows of final.csv as the pages of a search take them."""

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]


def final_rows(made: Any) -> list[dict[str, Any]]:
    """Return the rows of final.csv, the choice first; none where no candidate met fresh luck."""
    final = made.final
    if final is None:
        return []
    return [{str(key): value for key, value in row.items()} for row in final.to_dict("records")]
