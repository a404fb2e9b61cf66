"""The part of docs/validation.md on stylised facts: which are out and why, fits, null model, what is plausible."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from copsim.engine.luck import uncertain_parameters
from copsim.studies.stylised import GROUPS, HALVES, VECTOR, counted, halves_alike
from experiments.tables import between, cells, figures, known, load, mark, markdown

WHY: dict[tuple[str, str], str] = {
    ("talk", "sh52_core"): (
        "the core is about twice too large whatever the length of pauses (1.1 ranges out with pauses of 5 weeks, 1.5 with "
        "20). Short pauses let silences of a year end too seldom, long spells keep those who belong available for a "
        "year at a time: one law of spells for all does not give a core that is both small and lasting. A fit to "
        "the fitted half alone brings it in, and puts four other facts out."
    ),
}
"""Why a fact is further out than one inter-quartile range, by population and fact: what was tried, what stands in the way."""


def facts_tables() -> dict[str, pd.DataFrame]:
    """Return the facts of both populations."""
    return {population: load(f"facts-{population}") for population in GROUPS}


def summary() -> str:
    """Return how many facts are in."""
    rows = []
    for population, table in facts_tables().items():
        n, further = counted(table), table[~table["vector"]]
        rows.append((
            population, *(f"{n[name]} of {len(VECTOR)}" for name in ("in_all", "in_fitted", "in_unseen")),
            f"{halves_alike(population)} of {len(VECTOR)}",
            f"{n['null_in']} of {len(VECTOR)}", f"{n['null_in_unseen']} of {len(VECTOR)}",
            f"{int(further['in_all'].sum())} of {len(further)}", f"{int(further['null_in'].sum())} of {len(further)}",
        ))  # fmt: skip
    heading = (
        "population",
        "all",
        "fitted half",
        "unseen half",
        "the fitted real half, against the unseen",
        "null, all",
        "null, unseen",
        "further facts",
        "null, further",
    )
    return markdown(heading, rows)


def fact_misses() -> Iterator[str]:
    """Yield the facts that are out, the furthest first, and why where it is more than one inter-quartile range."""
    tables = [table.assign(population=name) for name, table in facts_tables().items()]
    out = pd.concat(tables).query("~in_all").sort_values(["vector", "beyond"], ascending=False)
    rows = [
        (r["population"], f"`{r['fact']}`", "yes" if r["vector"] else "no", figures(r["simulated"]),
         between(r["q25"], r["q75"]), f"{r['beyond']:.2f}" if np.isfinite(r["beyond"]) else "not computed",
         mark(r["in_unseen"]), mark(r["null_in"]))
        for r in out.to_dict("records")
    ]  # fmt: skip
    heading = (
        "population",
        "fact",
        "in the vector",
        "simulated",
        "real quartiles",
        "out by (IQR)",
        "unseen half",
        "null",
    )
    yield markdown(heading, rows) if rows else "None.\n"
    far = out[~(out["beyond"] <= 1.0)]
    for r in far.to_dict("records"):
        why = WHY.get((r["population"], r["fact"]), "no reason is known.")
        yield f"- {r['population']}, `{r['fact']}`: {why}"


def facts_part() -> Iterator[str]:
    """Yield the tables of facts."""
    yield (
        "\n## Stylised facts\n\nSimulated logs, observed as long as the real communities, went through the code of `copsim "
        "observe`. A fact is in when the median over simulated communities lies within the quartiles of the real ones. "
        "Halves of the real communities were drawn once by a seed (`experiments/make_targets.py`), before anything was "
        "fitted here. One column says what the fitted real half itself reaches in the unseen one: a model that repeats that "
        "half exactly would reach as much. The null model: independent members, each with a fixed rate and "
        "lifetime, eight numbers fitted by the same program.\n"
    )
    yield summary()
    yield from fits_part()
    yield "\n![Facts as dots on quartile bars](validation-facts.png)\n"
    for population, table in facts_tables().items():
        rows = [
            (("" if r["vector"] else "further: ") + f"`{r['fact']}`", between(r["q25"], r["q75"]), figures(r["simulated"]),
             mark(r["in_all"]), mark(r["in_fitted"]), mark(r["in_unseen"]), figures(r["null"]), mark(r["null_in"]))
            for r in table.to_dict("records")
        ]  # fmt: skip
        heading = ("fact", "real quartiles", "simulated", "all", "fitted half", "unseen half", "null", "null in")
        yield f"\n### {population}\n\n" + markdown(heading, rows)
        if len(sets := load(f"plausible-{population}")):
            yield (
                f"\nFitted values of {population}, and between what each lies in eight of ten plausible sets (values trade "
                "off: these ranges hold together, not one by one).\n"
            )
            yield cells(sets, ("parameter", "value", "low", "high"))


def fits_part() -> Iterator[str]:
    """Yield what a fit to one half is worth, where today's values come from, and what is plausible."""
    rows = [
        (what, told["generations"], figures(told["objective"]), figures(told["real_halves"]),
         *(f"{told[half]} of {len(VECTOR)}" if half in told else "" for half in HALVES))
        for what, told in known("fits").items()
    ]  # fmt: skip
    yield (
        "\nWhat a fit to the fitted half alone is worth: `python -m experiments.fit_facts`, begun in the middle of what is "
        "possible, so that it owes nothing to the unseen half. Its objective (0: every median in the middle of the "
        "quartiles) stands beside that of the other half of the real communities (which is not asked for its silences). "
        "Counts move by two or three with the luck of the simulation.\n"
    )
    heading = ("fit", "generations", "objective", "objective, real other half", "all", "fitted half", "unseen half")
    yield markdown(heading, rows)
    yield (
        "\nToday's values are no such fits, and their unseen halves not quite unseen. git: an earlier search of the same "
        "program on the same half, begun at a fit to all 25 communities. talk: a fit to all 12, with spells and pauses set "
        "by a scan on how silences end; a half of six says too little to fit 25 values to.\n\n"
        "What is plausible: sets of fitted values that a random walk from today's visits (`python -m experiments.plausible "
        "sets`), each with simulated communities at most a quarter further from the real ones, by the same objective "
        "against all of them, than today's. Plausible worlds draw one set whole, with the reach carrying the "
        "hinterland's share; `professional` takes talk's in proportion. The walk is short and judged on one draw of luck: "
        "today's own distance moves by as much from draw to draw, and many of today's values lie at the edge "
        "of what it visited. It is a neighbourhood, and no posterior. "
        f"{alone_said()}\n"
    )


def alone_said() -> str:
    """Return what the facts say of the values that a plausible world draws alone."""
    table = load("plausible-alone")
    if table.empty:
        return "What facts say of the values that are drawn alone was not measured yet."
    narrowed = table[(table["down"] < 1.0) | (table["up"] < 1.0)]
    named = "; ".join(f"`{r.parameter}` ({r.population}: {r.down:.0%} of the way down, {r.up:.0%} up)"
                      for r in narrowed.itertuples())  # fmt: skip
    spoken = table["parameter"].nunique()
    return (
        f"Of the {len(uncertain_parameters())} values drawn alone, from half to one and a half times the value, facts speak "
        f"to {spoken}, and allow the whole range of all but {narrowed['parameter'].nunique()}"
        + (f": {named}." if named else ".")
        + " Their ranges end there (`times` in the declaration); how wide all others are rests on judgement alone."
    )
