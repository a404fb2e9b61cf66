"""Commands that run the model: compare, run, replay; and `report`, which draws a comparison again."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copsim.cli import sweeping, tabling
from copsim.cli.options import WEEKS, Whole, out_folder, sized, spoken, threaded, until, written
from copsim.cli.voice import Session, Voice, records, uses_ascii, uses_colour
from copsim.core.errors import UserError, nearest

if TYPE_CHECKING:
    from copsim.engine.moments import Moment
    from copsim.scenarios.reading import Scenario


@click.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--reference", metavar="NAME", help="What to compare with; the first scenario, or baseline.")
@click.option("--from", "log", metavar="LOG|RUN", help="Start from a real community's log, or from a saved run.")
@click.option("--at", metavar="WEEK", type=WEEKS, help="Of a saved run: branch after this week; its last unless said.")
@click.option(
    "--life", metavar="K", type=Whole(0, 999_999), help="Of a saved run: which replicate lives on; 0 unless said."
)
@until
@click.option("--community", metavar="NAME", help="Which community of the log, where it holds several.")
@click.option("--fixed", is_flag=True, help="Hold every assumed value; do not draw plausible worlds.")
@click.option("--outcomes", metavar="A,B", help="Judge on these outcomes instead of the three main ones.")
@sized
@written
@spoken
@click.pass_obj
def compare(session: Session, /, scenarios: tuple[str, ...], document: bool, quiet: bool, **asked: Any) -> None:
    """Compare scenarios with a reference on the same luck.

    Without scenarios: the built-in leadership and sponsorship set against the baseline. A scenario is a built-in name
    or a TOML file. With --from, the reference is the community of the log, or of the run, going on as it is.
    """
    from copsim.scenarios.choosing import chosen
    from copsim.scenarios.reading import run_weeks
    from copsim.studies.folders import output
    from copsim.studies.lives import life_of
    from copsim.studies.manifest import request_of

    voice = Voice(document, quiet)
    _needs_log(asked)
    outcomes = checked_outcomes(asked["outcomes"])
    cast = chosen(scenarios, asked["reference"], asked["log"] is not None)
    weeks = run_weeks(cast, asked["weeks"])
    moment = _moment(asked)
    common = {key: asked[key] for key in ("replicates", "seed", "members", "until", "community")} | {"weeks": weeks}
    study = {**common, "reference": cast[0].name, "fixed": asked["fixed"], "outcomes": outcomes}
    request = request_of("compare", cast, given=scenarios, log=None if moment else asked["log"], **study)
    if moment is not None:
        request |= {"life": life_of(moment), "given": {**request["given"], "life": asked["log"]}, "fixed": True}
    folder = out_folder(asked["out"], *_names(scenarios, asked["log"]))
    with output(folder, request, asked["force"]) as place:
        if place.finished:
            voice.say(f"{folder} holds this comparison already; --force makes it anew")
            _tell(_read_again(place.path), folder, voice)
            return
        comparison = _compared(session, voice, cast, asked, study, moment)
        comparison.manifest.update(_signed(request, cast))
        comparison.save(place.path)
        _tell(comparison, folder, voice)  # the answer first: drawing takes longer
        _draw(comparison, place.path)


def _read_again(folder: Path) -> Any:
    from copsim.studies.result import load_comparison

    return load_comparison(folder)


def _draw(comparison: Any, folder: Path) -> str:
    from copsim.pages.report import write_report

    return str(write_report(comparison, folder))


def _drawn(folder: Path, outcomes: tuple[str, ...]) -> str:
    """Draw the page of what a folder holds: a sweep, of which `outcomes` may be named, a comparison, or a search with its
    comparison on fresh luck."""
    from copsim.studies.manifest import read_manifest

    kind = read_manifest(folder)["kind"]
    if outcomes and kind != "sweep":
        raise UserError("--outcome is about sweeps; compare judges on other outcomes with --outcomes")
    if kind == "optimise":
        final = folder / "final"
        if not (final / "manifest.json").is_file():
            raise UserError(
                f"{folder} holds a search in which no candidate met fresh luck; its trials are in optimise.csv"
            )
        return _draw(_read_again(final), final)
    if kind == "sweep":
        from copsim.pages.sweep_report import write_sweep_report

        return str(write_sweep_report(folder, outcomes))
    return _draw(_read_again(folder), folder)


def _signed(request: dict[str, Any], scenarios: "Sequence[Scenario]") -> dict[str, Any]:
    """Return what a manifest says of the request, so that the same one finds its results again."""
    from copsim.studies.manifest import command_line

    own = next((s.weeks for s in scenarios if s.weeks is not None), 260)
    return {"request": request, "command": command_line(request, own)}


def _needs_log(asked: dict[str, Any]) -> None:
    for key, what in (("until", "a log"), ("community", "a log"), ("at", "a saved run"), ("life", "a saved run")):
        if asked[key] is not None and asked["log"] is None:
            raise UserError(f"--{key} is about {what}; name one with --from")


def _moment(asked: dict[str, Any]) -> "Moment | None":
    """Return the moment of a saved run that lives on, None where nothing or a log is the start."""
    if asked["log"] is None:
        return None
    from copsim.studies.lives import is_run, saved_at

    is_life = is_run(asked["log"])
    for key in ("until", "community", "members") if is_life else ("at", "life"):
        if asked[key] is not None:
            what = (
                "a saved run, which lives on as it is" if is_life else "a log, which begins after its last whole week"
            )
            raise UserError(f"--{key} has no place with --from {asked['log']}: that is {what}")
    return saved_at(asked["log"], asked["at"], asked["life"]) if is_life else None


def checked_outcomes(text: str | None) -> tuple[str, ...] | None:
    """Return the outcomes in a list with commas, None where none is asked for. Errors: `UserError` for unknown ones."""
    if text is None:
        return None
    from copsim.measures.outcomes import OUTCOMES

    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in OUTCOMES:
            hint = nearest(name, OUTCOMES) or "; 'copsim outcomes' prints them all"
            raise UserError(f"--outcomes: there is no outcome {name!r}{hint}")
    if not names:
        raise UserError("--outcomes needs at least one outcome; 'copsim outcomes' prints them all")
    return names


def _names(scenarios: tuple[str, ...], log: str | None) -> list[str]:
    """Return the parts of the name of a comparison's folder."""
    start = [Path(log).name.split(".")[0]] if log is not None else []
    return ["compare", *start, *(Path(scenario).stem for scenario in scenarios)]


def _compared(
    session: Session, voice: Voice, cast: Any, asked: dict[str, Any], study: dict[str, Any], moment: "Moment | None"
) -> Any:
    """Return the comparison, made now."""
    log = None
    if asked["log"] is not None and moment is None:
        from copsim.measures.logs import read_log

        whole = read_log(asked["log"], asked["until"], asked["community"])
        log = whole.only(whole.communities[whole.position(asked["community"])])
    from copsim.studies.compare import compare as study_of

    return study_of(
        cast, start_log=log, moment=moment, threads=asked["threads"], progress=voice.progress(session), **study
    )


def _tell(comparison: Any, folder: str, voice: Voice) -> None:
    """Say what came out, and where the page is."""
    from copsim.pages.terminal import terminal_text
    from copsim.pages.verdict import verdict

    page = str(Path(folder) / "report.html")
    voice.answer(
        lambda: terminal_text(comparison, uses_colour(), uses_ascii(), page, voice.seconds()).rstrip("\n"),
        lambda: {
            "verdict": verdict(comparison).headline,
            "reference": comparison.reference,
            "table": records(comparison.table),
            "out": folder,
            "report": page,
            "manifest": comparison.manifest,
        },
    )


@click.command()
@click.argument("scenario")
@click.option("--worlds", is_flag=True, help="Draw the assumed values anew for every run.")
@click.option("--events", metavar="FILE", help="Write every act as an event log: .csv, .csv.gz or .parquet.")
@sized
@written
@spoken
@click.pass_obj
def run(session: Session, /, scenario: str, document: bool, quiet: bool, **asked: Any) -> None:
    """Run one scenario many times."""
    from copsim.cli.events import checked_events_file, write_events
    from copsim.scenarios.reading import load_scenario, run_weeks
    from copsim.studies.folders import output
    from copsim.studies.manifest import request_of
    from copsim.studies.storing import RUNS, read_table

    voice, events, loaded = Voice(document, quiet), checked_events_file(asked["events"]), load_scenario(scenario)
    weeks = run_weeks([loaded], asked["weeks"])
    study = {key: asked[key] for key in ("replicates", "seed", "members", "worlds")} | {"weeks": weeks}
    request = request_of("simulate", [loaded], given=[scenario], **study)
    folder = out_folder(asked["out"], loaded.name)
    with output(folder, request, asked["force"]) as place:
        if place.finished and events is None:
            voice.say(f"{folder} holds this run already; --force makes it anew")
            runs = read_table(place.path / RUNS)
        else:
            from copsim.studies.simulate import simulate

            told = voice.progress(session)
            result = simulate(loaded, events=events is not None, threads=asked["threads"], progress=told, **study)
            runs = result.runs
            if not place.finished:
                result.manifest.update(_signed(request, [loaded]))
                result.save(place.path)
            if events is not None:
                write_events(result.events(), events)
    outcomes = tabling.summary(runs)
    voice.answer(
        lambda: tabling.summary_text(loaded, outcomes, weeks, len(runs), folder),
        lambda: {"scenario": loaded.name, "outcomes": outcomes, "out": folder, "events": asked["events"]},
    )


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--outcome", "outcomes", metavar="NAME", multiple=True, help="Of a sweep: draw this; may be given again.")
@spoken
def report(folder: str, outcomes: tuple[str, ...], document: bool, quiet: bool) -> None:
    """Draw the page of a comparison, a sweep or a search.

    Of a search the page is that of its final comparison, and is named.
    """
    page = _drawn(Path(folder), outcomes)
    said = f"its page is {page}" if Path(page).parent != Path(folder) else page
    Voice(document, quiet).answer(lambda: said, lambda: {"report": page})


@click.command()
@click.argument("manifest")
@click.option("--from", "log", metavar="LOG", help="The log the study started from, where it started from one.")
@click.option("--run", "one", metavar="S/P/R", help="Of a sweep: one run by scenario, point and replicate.")
@threaded
@spoken
@click.pass_obj
def replay(session: Session, /, manifest: str, one: str | None, document: bool, quiet: bool, **asked: Any) -> None:
    """Run the study of a MANIFEST again and compare its bits."""
    from copsim.studies.replay import replay as again

    voice, log, threads = Voice(document, quiet), asked["log"], asked["threads"]
    if one is not None:
        sweeping.replay_one(session, voice, manifest, one)
        return
    found = again(manifest, log=log, threads=threads, progress=voice.progress(session))
    session.code = 0 if found.same else 1
    words = ["the same bits" if found.same else "not the same bits", *found.differences, *found.notes]
    facts = {"same": found.same, "differences": list(found.differences), "notes": list(found.notes)}
    voice.answer(lambda: "\n".join(words), lambda: facts)
