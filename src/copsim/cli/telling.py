"""`tell`: what happened in one run, in sentences, and where two runs on the same luck part."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from copsim.cli.options import MEMBERS, REPLICATES, SEED, WEEKS, Whole, spoken
from copsim.cli.voice import Session, Voice

if TYPE_CHECKING:
    from copsim.scenarios.reading import Scenario
    from copsim.telling.parting import Parted
    from copsim.telling.sentences import Told
    from copsim.telling.watching import Watched

REPLICATE = Whole(0, REPLICATES.high - 1)
MOST = Whole(1, 1_000_000)


@click.command()
@click.argument("scenario")
@click.argument("other", required=False)
@click.option("--replicate", type=REPLICATE, default=0, show_default=True, help="Which run of the scenario.")
@click.option("--weeks", type=WEEKS, help="Weeks to run; the scenario's own, or 260.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Where the luck comes from.")
@click.option("--members", type=MEMBERS, help="People inside at the start; the pool scales with them.")
@click.option("--most", type=MOST, default=12, show_default=True, help="Sentences a year, the most telling ones.")
@click.option("--all", "everything", is_flag=True, help="Every sentence.")
@spoken
@click.pass_obj
def tell(session: Session, /, scenario: str, other: str | None, document: bool, quiet: bool, **asked: Any) -> None:
    """Tell the story of one run, year by year.

    With OTHER, a second scenario on the same luck: where the two part.
    """
    from copsim.scenarios.choosing import refuse_same_names
    from copsim.scenarios.plans import plan_of
    from copsim.scenarios.reading import load_scenario, run_weeks
    from copsim.telling.parting import parted
    from copsim.telling.telling import told
    from copsim.telling.watching import watch

    voice, loaded = Voice(document, quiet), [load_scenario(name) for name in (scenario, other) if name is not None]
    refuse_same_names(loaded)
    weeks = run_weeks(loaded, asked["weeks"])
    plans = [plan_of(one, weeks, asked["members"]) for one in loaded]
    session.started = True
    lives = [watch(plan, asked["seed"], asked["replicate"]) for plan in plans]
    tellings = [told(life) for life in lives]
    parting = parted(*tellings) if other is not None else None
    luck = {"replicate": asked["replicate"], "seed": asked["seed"], "weeks": weeks}
    most = None if asked["everything"] else asked["most"]
    voice.answer(
        lambda: _text(loaded, lives, tellings, parting, luck, most),
        lambda: {**luck, "runs": _plain(loaded, tellings), "parted": _parting(parting)},
    )


def _text(
    scenarios: "Sequence[Scenario]", lives: "Sequence[Watched]", tellings: "Sequence[Sequence[Told]]",
    parting: "Parted | None", luck: dict[str, int], most: int | None,
) -> str:  # fmt: skip
    """Return the stories one after the other, and where two part."""
    from copsim.telling.parting import parting_words
    from copsim.telling.story import story

    where = "run {replicate}, seed {seed}, {weeks} weeks".format(**luck)
    parts = [
        f"{scenario.title}: {where}\n\n{story(life, told, most)}"
        for scenario, life, told in zip(scenarios, lives, tellings, strict=True)
    ]
    if len(scenarios) > 1:
        parts.append(parting_words(parting, *(scenario.title for scenario in scenarios)))
    return "\n\n".join(parts)


def _parting(parting: "Parted | None") -> dict[str, Any] | None:
    """Return where two runs part as plain values."""
    if parting is None:
        return None
    first, second = (told._asdict() if told else None for told in (parting.first, parting.second))
    return {"week": parting.week, "first": first, "second": second}


def _plain(scenarios: "Sequence[Scenario]", tellings: "Sequence[Sequence[Told]]") -> list[dict[str, Any]]:
    """Return all sentences as plain values."""
    both = zip(scenarios, tellings, strict=True)
    return [{"scenario": scenario.name, "told": [one._asdict() for one in told]} for scenario, told in both]
