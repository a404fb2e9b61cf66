"""Manifests: everything needed to repeat a study, and the hashes by which a repetition is known to be the same.

A request is a table of plain values: `kind` ("compare" or "simulate"), `scenarios` (name and digest of each, in order),
the arguments of the study, and `given` (scenarios and log as they were typed). What was typed is kept for the command
alone: no path, machine or moment enters a hash.
"""

import hashlib
import json
import math
import platform
import shlex
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from copsim.core.errors import UserError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from copsim.scenarios.reading import Scenario

Array = np.ndarray[Any, Any]

FILE = "manifest.json"
COMMANDS = {"compare": "compare", "simulate": "run"}
"""The command of each kind of study."""
DEFAULTS: Mapping[str, Any] = {"replicates": 200, "weeks": 260, "seed": 1}
_WITH_VALUE = ("reference", "until", "community", "replicates", "weeks", "seed", "members")
_FLAGS = ("fixed", "worlds")
_VERSIONS = ("numpy", "numba", "llvmlite")
_NOT_HASHED = ("given",)


def request_of(
    kind: str,
    scenarios: Iterable["Scenario"],
    given: Sequence[str] | None = None,
    log: str | Path | None = None,
    **arguments: Any,
) -> dict[str, Any]:
    """Return the request of a study: its kind, resolved scenarios, and arguments other than None.

    given: scenarios as they were typed; log: the log a comparison starts from, known by the hash of its file.
    """
    request = {key: plain(value) for key, value in arguments.items() if value is not None}
    request |= {"kind": kind, "scenarios": [{"name": s.name, "digest": s.digest()} for s in scenarios]}
    typed: dict[str, Any] = {} if given is None else {"scenarios": [str(name) for name in given]}
    if log is not None:
        request["log"] = {"name": Path(log).name, "sha256": file_digest(log)}
        typed["log"] = str(log)
    return request | ({"given": typed} if typed else {})


def request_digest(request: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what is asked for: of the request without what was typed."""
    return digest_of({key: value for key, value in request.items() if key not in _NOT_HASHED})


def manifest(
    kind: str,
    request: Mapping[str, Any],
    scenarios: Sequence["Scenario | Mapping[str, Any]"],
    seed: int,
    replicates: int,
    weeks: int,
    command: str | None = None,
    results: Mapping[str, str] | None = None,
    fit: Sequence[Mapping[str, Any]] | None = None,
    drawn: Sequence[Any] | None = None,
) -> dict[str, Any]:
    """Return the manifest of a study, plain values only.

    scenarios: resolved, so that a built-in one that changes later still replays; command: without it, the one that
    repeats the request; results: hash by file name; fit: what was fitted to a log; drawn: what differs between worlds.
    """
    resolved, hashes = [_resolved(s) for s in scenarios], dict(results or {})
    made_by = versions()
    return {
        **made_by,
        "kind": kind,
        "request": plain(request),
        "scenarios": resolved,
        "seed": int(seed),
        "replicates": int(replicates),
        "weeks": int(weeks),
        "command": command_line(request) if command is None else command,
        "results": hashes,
        "fit": plain(fit),
        "drawn": plain(drawn),
        "hashes": {
            "results": digest_of(hashes),
            "scenarios": digest_of([s["digest"] for s in resolved]),
            "engine": made_by["engine"],
        },
    }


def seal(made: dict[str, Any], results: Mapping[str, str]) -> None:
    """Enter the hashes of the results into a manifest, and the hash of them all."""
    made["results"] = dict(results)
    made["hashes"]["results"] = digest_of(made["results"])


def versions() -> dict[str, Any]:
    """Return what decides about bits: versions of copsim, its draws and its tools, and the digest of its kernels."""
    from copsim import __version__
    from copsim.core.draws import STREAMS
    from copsim.core.jit import source_digest

    return {
        "copsim": __version__,
        "version": __version__,
        "streams": STREAMS,
        "engine": source_digest(),
        "python": platform.python_version(),
        "versions": {name: installed(name) for name in _VERSIONS},
    }


def installed(package: str) -> str | None:
    """Return the version of an installed package without importing it, None where there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _resolved(scenario: "Scenario | Mapping[str, Any]") -> dict[str, Any]:
    """Return a scenario as plain values, with its digest; of one in a manifest, the digest that stands there."""
    from copsim.scenarios.reading import load_scenario

    values = dict(scenario) if isinstance(scenario, Mapping) else scenario.as_dict()
    known = values.pop("digest", None)
    loaded = load_scenario(values)
    return {**plain(loaded.as_dict()), "digest": known or loaded.digest()}


def command_line(request: Mapping[str, Any], own_weeks: int = DEFAULTS["weeks"]) -> str:
    """Return the command that repeats a request: options only where they differ from the defaults.

    own_weeks: for how many weeks the scenarios run when nothing is said. Scenarios made in Python stand in no file:
    they are repeated from the manifest.
    """
    names, typed = _names(request), request.get("given", {})
    if names is None:
        return f"copsim replay {FILE}"
    words = ["copsim", COMMANDS[request["kind"]], *names]
    if "log" in request:
        words += ["--from", typed.get("log", request["log"]["name"])]
    if "life" in request:
        if "life" not in typed:
            return f"copsim replay {FILE}"
        words += ["--from", typed["life"], "--at", str(request["life"]["week"])]
        words += ["--life", str(request["life"]["replicate"])]
    usual = {**DEFAULTS, "weeks": own_weeks, "reference": _usual_reference(request, names)}
    for key in _WITH_VALUE:
        if (value := request.get(key)) not in (None, usual.get(key)):
            words += [f"--{key}", str(value)]
    words += [f"--{key}" for key in _FLAGS if request.get(key)]
    if request.get("outcomes"):
        words += ["--outcomes", ",".join(request["outcomes"])]
    return shlex.join(words)


def _names(request: Mapping[str, Any]) -> list[str] | None:
    """Return the scenarios as a command names them, None where it cannot."""
    typed = request.get("given", {}).get("scenarios")
    if typed is not None:
        return list(typed)
    from copsim.scenarios.files import built_in_names
    from copsim.scenarios.reading import load_scenario

    known = built_in_names()
    for scenario in request["scenarios"]:
        if scenario["name"] not in known or load_scenario(scenario["name"]).digest() != scenario["digest"]:
            return None
    return [scenario["name"] for scenario in request["scenarios"]]


def _usual_reference(request: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the reference that a comparison takes when none is said."""
    if "log" in request or "life" in request:
        return "as-is"
    return names[0] if len(names) > 1 else "baseline"


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: lists, tables with text keys, numbers; None for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int | None) else str(value)


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted, without spaces."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def file_digest(path: str | Path) -> str:
    """Return the SHA-256 of a file. Errors: `UserError` where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from None


def table_digest(frame: "pd.DataFrame") -> str:
    """Return the SHA-256 of a table: names, types and values of its columns in order, whatever file or index holds it.

    Texts count as texts, be they categories or not; what is missing counts as missing, whatever bits stand for it.
    """
    digest = hashlib.sha256()
    for name in frame.columns:
        kind, values = _values(frame[name])
        digest.update(json.dumps([str(name), kind, len(values)]).encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def _values(column: "pd.Series[Any]") -> tuple[str, Array]:
    """Return the type of a column by name, and its values as numbers of that type."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return "text", _text_values(column.cat.codes.to_numpy(), column.cat.categories)
    if column.dtype.kind == "O" or isinstance(column.dtype, pd.StringDtype):
        return "text", _text_values(*pd.factorize(column))
    values = column.to_numpy()
    if values.dtype.kind == "O":  # whole numbers of which some are missing
        values = column.to_numpy(np.float64, na_value=np.nan)
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), values.dtype.type(np.nan), values)
    if values.dtype.kind == "M":
        values = values.astype("datetime64[ns]")
    kind = values.dtype.newbyteorder("<")
    return kind.str, values.astype(kind, copy=False).view("i8" if kind.kind == "M" else kind)


def _text_values(codes: Array, texts: Iterable[Any]) -> Array:
    """Return 16 bytes a row that stand for its text; code -1 is a missing one."""
    hashes = [hashlib.blake2b(str(text).encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join([*hashes, bytes(16)]), "<u8").reshape(-1, 2)[codes]


def write_manifest(manifest: Mapping[str, Any], folder: str | Path) -> None:
    """Write a manifest into a folder."""
    (Path(folder) / FILE).write_text(manifest_text(manifest), encoding="utf-8", newline="\n")


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Return the text of a manifest: sorted, a line a value."""
    return f"{json.dumps(plain(manifest), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)}\n"


def read_manifest(path: str | Path) -> dict[str, Any]:
    """Return the manifest in a file or in its folder. Errors: `UserError` where there is none."""
    path = Path(path)
    refuse_no_study(path)
    path = path / FILE if path.is_dir() else path
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"there is no manifest {path}") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise UserError(f"{path} is no manifest: it holds no JSON") from None
    if not is_manifest(found):
        raise UserError(f"{path} is not a manifest that copsim wrote") from None
    return found


def refuse_no_study(path: Path) -> None:
    """Refuse a folder that is not there, with the nearest name, or that holds no study. Errors: `UserError`."""
    if path.is_dir() and not (path / FILE).exists():
        raise UserError(f"{path} holds no study of copsim: there is no {FILE} in it")
    if not path.exists():
        raise UserError(no_folder(path))


def no_folder(path: Path) -> str:
    """Return the sentence on a folder or manifest that is not there, with the nearest name beside it."""
    kind = "file" if path.suffix in (".json", ".csv", ".gz", ".parquet") else "folder"
    try:
        beside = [one.name for one in path.parent.iterdir() if one.is_dir() or kind == "file"]
    except OSError:
        beside = []
    hint = nearest(path.name, beside) if beside else ""
    return f"there is no {kind} {path}{hint}"


def is_manifest(found: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether what a file holds is a manifest of copsim's."""
    tables = {"request": dict, "results": dict, "scenarios": list, "kind": str, "copsim": str}
    return isinstance(found, dict) and all(isinstance(found.get(key), kind) for key, kind in tables.items())
