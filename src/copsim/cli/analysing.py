"""Commands that answer from a sweep: which factors move an outcome."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copsim.cli.options import spoken
from copsim.cli.voice import Voice, records

if TYPE_CHECKING:
    from copsim.analysis.sensitivity import Sensitivity


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--outcome", "outcomes", metavar="NAME", multiple=True, help="Which outcome; may be given again.")
@click.option("--method", metavar="NAME", help="sobol, morris or pawn; what the design is made for, unless said.")
@spoken
def sensitivity(folder: str, outcomes: tuple[str, ...], method: str | None, document: bool, quiet: bool) -> None:
    """Say which factors move an outcome of a sweep.

    Sobol indices of a saltelli design, Morris' measures of a morris design, PAWN of any other; each with its interval.
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
