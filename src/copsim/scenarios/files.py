"""Scenario files: where they are, and how TOML is read, with the line of what is wrong."""

import re
import tomllib
from pathlib import Path
from typing import Any

from copsim.core.errors import UserError, nearest

FOLDER = Path(__file__).resolve().parent
LARGEST = 1_000_000
_PLACE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.S)


def built_in_names() -> tuple[str, ...]:
    """Return the names of the scenarios in the package, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def built_in_file(name: str) -> Path:
    """Return the file of a built-in scenario."""
    return FOLDER / f"{name}.toml"


def found(name: str | Path, folder: Path) -> Path:
    """Return the file of a scenario: a built-in name, or a path relative to a folder.

    Errors: `UserError` for what is neither, with the nearest built-in name.
    """
    names = built_in_names()
    if str(name) in names:
        return built_in_file(str(name))
    path = folder / name
    if path.is_file():
        return path
    if _looks_like_a_path(str(name)):
        raise UserError(f"{path} is a folder, not a scenario" if path.is_dir() else f"there is no scenario file {path}")
    hint = nearest(str(name), names) or f"; built in are {', '.join(names)}; a file's name ends in .toml"
    raise UserError(f"there is no scenario {str(name)!r}{hint}")


def _looks_like_a_path(name: str) -> bool:
    return name.endswith(".toml") or "/" in name or "\\" in name


def read_toml(path: Path) -> dict[str, Any]:
    """Return the table in a TOML file. Errors: `UserError` with the line of what is no TOML."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST:
        raise UserError(f"{path} is too large for a scenario ({len(content):,} bytes, at most {LARGEST:,})")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}, line {line}: the file is not written in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{_placed(str(error), path, content)} (a TOML error)") from None
    except RecursionError:
        raise UserError(f"{path} is nested too deeply for a scenario") from None


def _placed(message: str, path: Path, content: bytes) -> str:
    """Return the parser's message with file and line before it."""
    place = _PLACE.match(message)
    what = " ".join((place["what"] if place else message).split())
    line = int(place["line"]) if place and place["line"] else len(content.splitlines()) or 1
    return f"{path}, line {line}: {what[:1].lower()}{what[1:]}"


def template(name: str) -> str:
    """Return a commented scenario to start from; `name` is the name of its file."""
    return (FOLDER / "template.txt").read_text(encoding="utf-8").replace("{file}", name)
