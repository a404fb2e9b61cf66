"""Commands that answer from a sweep: which factors move an outcome, and where runs of one kind gather."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copsim.cli.options import spoken
from copsim.cli.voice import Voice, records
from copsim.core.errors import UserError

if TYPE_CHECKING:
    from copsim.analysis.sensitivity import Sensitivity


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--outcome", "outcomes", metavar="NAME", multiple=True, help="Which outcome; may be given again.")
@click.option("--method", metavar="NAME", help="sobol, morris, grid or pawn; what the design is made for, unless said.")
@spoken
def sensitivity(folder: str, outcomes: tuple[str, ...], method: str | None, document: bool, quiet: bool) -> None:
    """Say which factors move an outcome of a sweep.

    Sobol indices of a saltelli design, Morris' measures of a morris design, shares and paired differences of a
    grid, PAWN of any other; each with its interval.
    """
    from copsim.analysis.sensitivity import sensitivity as study
    from copsim.pages import plot_sensitivity, sensitivity_words

    found = study(folder, outcomes or None, method)
    files = [found.save(), *plot_sensitivity.save(found, found.folder, _provenance(found))]
    shown = [str(Path(folder) / file.relative_to(found.folder)) for file in files]
    Voice(document, quiet).answer(
        lambda: sensitivity_words.text(found, shown),
        lambda: {
            "method": found.method,
            "answers": [_facts(answer) for answer in found.answers],
            "table": records(found.table),
            "files": shown,
        },
    )


def _facts(answer: Any) -> dict[str, Any]:
    from copsim.pages.sensitivity_words import sentences

    known = ("scenario", "outcome", "blocks", "replicates", "luck", "reason")
    return {**{key: getattr(answer, key) for key in known}, "said": sentences(answer)}


def _provenance(found: "Sensitivity") -> str:
    made = found.manifest
    return f"copsim {made['version']} · seed {made['seed']} · {made['weeks']} weeks · copsim sensitivity"


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--when", metavar="CONDITION", required=True, help="Which runs, such as 'reached_sustaining == 0'.")
@click.option("--density", metavar="SHARE", help="The largest box with at least this share of such runs, such as 0.8.")
@spoken
def discover(folder: str, when: str, density: str | None, document: bool, quiet: bool) -> None:
    """Find where runs of one kind gather in a sweep.

    A box of factor values (PRIM), found on half of the points and checked on the other half.
    """
    from copsim.analysis.discovery import discover as study
    from copsim.pages.discovered import discovery_text, file_name

    voice = Voice(document, quiet)
    share = _share(density)
    found = study(folder, when, share)
    figure = found.save(folder)
    if found.empty:
        voice.say(f"{found.empty:,} runs have an empty outcome there, and count as not such")
    if share is not None and not found.chosen.found.density.value >= share:
        voice.say(f"no box has a density of {share:g}; this is the densest")
    files = [f"Figure    {figure}", f"Table     {Path(folder) / f'{file_name(found.when)}.csv'}"]
    voice.answer(lambda: discovery_text(found, files), lambda: _discovered(found))


def _share(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        raise UserError(f"--density must be a share such as 0.8, it is {text!r}") from None


def _discovered(found: Any) -> dict[str, Any]:
    table = found.table
    return {
        "when": str(found.when),
        "found": found.found,
        "sentence": found.sentence,
        "chance": found.chance,
        "box": records(found.box),
        "shares": records(table.iloc[[-1]])[0],
        "trajectory": records(table),
    }
