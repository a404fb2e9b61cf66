"""The command about searches: optimise."""

from typing import TYPE_CHECKING, Any

import click

from copsim.cli.options import Whole, out_folder, spoken, threaded
from copsim.cli.voice import Session, Voice, records, uses_ascii, uses_colour

if TYPE_CHECKING:
    from copsim.optimising.result import Optimised


@click.command()
@click.argument("plan", metavar="PLAN")
@click.option("--out", metavar="DIR", help="Folder for the results; copsim-out/NAME unless said.")
@click.option("--trials", type=Whole(1, 10_000), help="How many candidates; the plan's own number unless said.")
@threaded
@spoken
@click.pass_obj
def optimise(session: Session, /, plan: str, document: bool, quiet: bool, **asked: Any) -> None:
    """Search for the levers that serve the objective of a PLAN.

    Every candidate lives on the same luck; the best then meets the base scenario on fresh luck. The same command again
    continues; more trials add what is missing.
    """
    from copsim.optimising.asking import read_search
    from copsim.optimising.optimise import optimise as study

    voice, search = Voice(document, quiet), read_search(plan, asked["trials"])
    folder = out_folder(asked["out"], search.plan.name)
    made = study(search, folder, threads=asked["threads"], progress=voice.progress(session))
    _tell(voice, made, folder)
    _draw(made)


def _tell(voice: Voice, made: "Optimised", folder: str) -> None:
    from copsim.pages.search import search_text

    final = made.final
    voice.answer(
        lambda: search_text(made, folder, uses_colour(), uses_ascii(), voice.seconds()).rstrip("\n"),
        lambda: {
            "out": folder,
            "trials": records(made.table),
            "final": [] if final is None else records(final),
            "scenarios": [scenario.as_dict() for scenario in made.scenarios],
            "manifest": made.manifest,
        },
    )


def _draw(made: "Optimised") -> None:
    """Draw the path of the search or its front, and the page of the comparison on fresh luck."""
    from copsim.optimising.confirming import FINAL
    from copsim.pages.plot_search import write_figure
    from copsim.pages.report import write_report

    write_figure(made, made.folder)
    if made.comparison is not None:
        write_report(made.comparison, made.folder / FINAL)
