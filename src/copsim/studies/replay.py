"""Replaying: a study is run again from its manifest, and its tables are compared by their hashes, bit for bit."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copsim.core.errors import UserError
from copsim.studies.manifest import COMMANDS, file_digest, read_manifest, versions
from copsim.studies.storing import COMPARISON, read_table, result_digests, result_tables

Progress = Callable[[int, int], None]
_OF_BOTH = ("members",)
_OF_SIMULATE = ("worlds", "events")
_OF_COMPARE = ("reference", "fixed", "outcomes")
_OF_LOG = ("until", "community")


@dataclass(frozen=True)
class Replayed:
    """What a replay found: `same` when every table came out with the same bits; else which did not.

    notes: what is another here than where the manifest was made, which may be why bits differ.
    """

    same: bool
    differences: tuple[str, ...]
    kind: str
    notes: tuple[str, ...] = ()


def replay(
    path: str | Path, log: str | Path | None = None, threads: int | None = None, progress: Progress | None = None
) -> Replayed:
    """Run the study of a manifest again and compare its tables with the hashes in it.

    path: manifest.json or its folder, whose files are checked too; log: the event log of a comparison that started from
    one, which is not kept in the manifest. Errors: `UserError` for what is no manifest, and a log that is missing,
    another than then, or not asked for.
    """
    made = read_manifest(path)
    _check_log(made, log)
    result = _run_again(made, log, threads, progress)
    found = result_digests(result_tables(result))
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    differences = (*_differing(made["results"], found), *_changed(folder, made["results"]))
    return Replayed(not differences, differences, made["kind"], tuple(_notes(made)))


def _check_log(made: Mapping[str, Any], log: str | Path | None) -> None:
    known = made["request"].get("log")
    if known is None and log is not None:
        raise UserError("this study started from no log, so that --from has no place in its replay")
    if known is not None and log is None:
        raise UserError(f"this study started from the log {known['name']}, give it again: --from {known['name']}")
    if known is not None and log is not None and "sha256" in known and file_digest(log) != known["sha256"]:
        raise UserError(f"{log} is another log than the one this study started from, or was changed since")


def _run_again(made: Mapping[str, Any], log: str | Path | None, threads: int | None, progress: Progress | None) -> Any:
    """Return the result of the study, made anew from the values in its manifest."""
    kind, request, scenarios = made["kind"], made["request"], _scenarios(made)
    if kind == "sweep":
        raise UserError("a sweep is replayed run by run: --run SCENARIO/POINT/REPLICATE")
    if kind == "optimise":
        raise UserError(
            "a search is repeated by its command; its runs one by one: copsim replay DIR/search --run S/P/R"
        )
    if kind not in COMMANDS:
        raise UserError(f"a manifest of kind '{kind}' cannot be replayed; it must be one of {', '.join(COMMANDS)}")
    try:
        common = {key: made[key] for key in ("replicates", "weeks", "seed")} | _asked(request, _OF_BOTH)
    except KeyError as missing:
        raise UserError(f"the manifest does not say {missing}") from None
    common |= {"threads": threads, "progress": progress}
    if kind == "simulate":
        from copsim.studies.simulate import simulate

        return simulate(scenarios[0], **common, **_asked(request, _OF_SIMULATE))
    from copsim.studies.compare import compare

    started = _started(request, log) if log is not None else _lived(request)
    return compare(scenarios, **common, **_asked(request, _OF_COMPARE), **started)


def _started(request: Mapping[str, Any], log: str | Path) -> dict[str, Any]:
    """Return the arguments of a comparison that started from a log, which is read and cut as it was then."""
    from copsim.measures.eventlog import log_digest
    from copsim.measures.logs import read_log

    asked = _asked(request, _OF_LOG)
    whole = read_log(log, asked.get("until"), asked.get("community"))
    part = whole.only(whole.communities[whole.position(asked.get("community"))])
    if request["log"].get("content", log_digest(part)) != log_digest(part):
        raise UserError(f"{log} is another log than the one this study started from, or was changed since")
    return {"start_log": part, **asked}


def _lived(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a comparison that branched from a life. Errors: `UserError` where it cannot be told again."""
    if "life" not in request:
        return {}
    if "scenario" not in request["life"]:
        raise UserError("this study branched from a model in memory, which its manifest cannot live again")
    from copsim.studies.lives import moment_again

    return {"moment": moment_again(request["life"])}


def _asked(request: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: request[key] for key in keys if request.get(key) is not None}


def _scenarios(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the scenarios of a manifest as `load_scenario` takes them. Errors: `UserError` where one was changed."""
    from copsim.scenarios.reading import load_scenario

    scenarios = [{key: value for key, value in table.items() if key != "digest"} for table in made["scenarios"]]
    if not scenarios:
        raise UserError("the manifest names no scenario")
    for scenario, table in zip(scenarios, made["scenarios"], strict=True):
        if load_scenario(scenario).digest() != table.get("digest"):
            raise UserError(f"the scenario '{scenario.get('name')}' in the manifest was changed after it was written")
    return scenarios


def _differing(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(then.keys() | now.keys()):
        if name not in now:
            yield f"{name} was made then and not now"
        elif name not in then:
            yield f"{name} was made now and not then"
        elif then[name] != now[name]:
            yield f"{name} came out with other bits"


def _changed(folder: Path, then: Mapping[str, str]) -> Iterator[str]:
    """Yield what no longer is in a folder as it was written; a manifest that travels alone has no files to check."""
    for name, digest in sorted(then.items()):
        path = folder / name
        if name == COMPARISON or not path.is_file():
            continue
        if result_digests({name: read_table(path)})[name] != digest:
            yield f"the file {name} was changed after it was written"


def _notes(made: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs between the manifest's maker and this copsim."""
    ours = versions()
    for key, what in (("copsim", "version"), ("streams", "streams"), ("engine", "engine")):
        if made.get(key) != ours[key]:
            yield f"made by another version: bits may differ ({what} {made.get(key)} then, {ours[key]} now)"
    for name, now in ours["versions"].items():
        if (then := made.get("versions", {}).get(name)) != now:
            yield f"made with {name} {then}, this is {now}"
