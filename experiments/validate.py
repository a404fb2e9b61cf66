"""Write docs/validation.md: simulated communities beside real ones, misses first, from tables made by commands.

Tables lie in `experiments/results`. This command makes those of the facts, the ablation and `professional`; it takes the
causal facts and the back-test as their own commands left them there. Pictures and the table of transitions need
`../shared/data/dev` beside the repository and are left as they are without it.
Run: python -m experiments.validate [--quick] [--keep ablation professional facts] [--page] [--back-test FILE]
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from copsim import __version__
from copsim.studies.directions import DIRECTIONS, MISSES
from copsim.studies.stylised import GROUPS, VECTOR, counted, facts_table
from experiments import ablation, draw_validation, professional
from experiments.draw_validation import figures
from experiments.print_odd import table as markdown

ROOT = Path(__file__).resolve().parent.parent
PAGE, RESULTS = ROOT / "docs" / "validation.md", ROOT / "experiments" / "results"
HELD = ROOT / "tests" / "studies" / "facts_in.json"
PICTURES = {name: ROOT / "docs" / f"validation-{name}.png" for name in ("facts", "survival", "guess")}
SIZES = {
    "talk": 60,
    "git": 180,
    "curves": 24,
    "ablation": ablation.COMMUNITIES,
    "professional": professional.COMMUNITIES,
}
QUICK = {"talk": 12, "git": 36, "curves": 8, "ablation": 12, "professional": 20}
SEED = 1
EMPTY = dict.fromkeys((*ablation.CARRIED, "gained", "rows"), "")
PARTS = ("facts", "ablation", "professional")
COMMANDS = {
    "facts": "copsim facts talk, copsim facts git",
    "ablation": "python -m experiments.ablation",
    "professional": "python -m experiments.professional",
    "causal": "python -m experiments.causal_facts --csv experiments/results/causal.csv",
    "back-test": "python -m experiments.back_test --csv FILE; python -m experiments.validate --page --back-test FILE",
}
WHY: dict[tuple[str, str], str] = {
    ("talk", "sh52_core"): (
        "the core is twice to three times too large whatever the length of pauses (1.1 ranges out with pauses of 5 weeks, "
        "1.7 with 20). Short pauses let silences of a year end too seldom, long spells keep those who belong available for a "
        "year at a time: one law of spells for all does not give a core that is both small and lasting. A fit to the fitted "
        "half alone brings it in, at the price of `core_retention_12m` and of six other facts."
    ),
    ("git", "net_reciprocity"): (
        "in a repository the people who merge are seldom merged by those they merge for. In the model whoever is answered "
        "answers back with one chance for all, and the most inclined members answer one another."
    ),
}
"""Why a fact is out by more than one inter-quartile range, as far as it is known."""
"""Why a fact is further out than one inter-quartile range, by population and fact: what was tried, what stands in the way."""
NOT_SPOKEN_TO = (
    ("9", "leader's contact against peers'", "measured by the same logit in the causal facts, below"),
    ("34", "slow learners protect knowledge", "the model holds no beliefs: there is nothing to dock to March 1991"),
)


def measure(sizes: Mapping[str, int], keep: Sequence[str]) -> None:
    """Make the tables, all but those kept."""
    RESULTS.mkdir(exist_ok=True)
    if "facts" not in keep:
        held = {}
        for population in GROUPS:
            table = facts_table(population, sizes[population], SEED)
            save(table, f"facts-{population}")
            inside = table.loc[table["vector"] & table["in_all"], "fact"].tolist()
            held[population] = {"communities": sizes[population], "seed": SEED, "in": inside}
        HELD.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")
        if draw_validation.DATA.exists():
            draw(sizes)
        else:
            print("real communities are not beside the repository: pictures and transitions stay as they are")
    if "professional" not in keep:
        save(professional.professional_table(sizes["professional"]), "professional")
        save(professional.apart_table(), "professional-apart")
    if "ablation" not in keep:
        save(ablation.ablation_table(sizes["ablation"], SEED), "ablation")
    made = known("made") | {part: dict(sizes) for part in PARTS if part not in keep}
    (RESULTS / "made.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


def draw(sizes: Mapping[str, int]) -> None:
    """Draw the pictures, and make what needs the real communities."""
    seen = {
        p: draw_validation.simulated_observations(p, sizes["curves"] * (1 if p == "talk" else 3), SEED) for p in GROUPS
    }
    save(pd.concat([draw_validation.transitions_table(p, some) for p, some in seen.items()]), "transitions")
    said = f"copsim {__version__} · seed {SEED} · communities: talk {{}}, git {{}} · python -m experiments.validate"
    tables = {population: load(f"facts-{population}") for population in GROUPS}
    draw_validation.facts_picture(tables, PICTURES["facts"], said.format(sizes["talk"], sizes["git"]))
    number = {p: len(some) for p, some in seen.items()}
    draw_validation.survival_picture(seen, PICTURES["survival"], said.format(number["talk"], number["git"]))
    answer = draw_validation.guessing_picture(PICTURES["guess"], SEED, said.format(6, 6))
    (RESULTS / "guess.json").write_text(json.dumps({"answer": answer}) + "\n", encoding="utf-8")


def back_test_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the summary of a back-test, a row a community, whose rows stay out of the repository.

    Differences are paired, their 95 % intervals bootstraps over communities; negative is better.
    """
    rows = rows.groupby("community")[[c for c in rows.columns if c.startswith(("cover", "mae", "crps"))]].mean()
    chance = np.random.default_rng(SEED).integers(0, len(rows), (10_000, len(rows)))
    lines = {"months within the 80 % band": (rows["cover"], (0.7, 0.9))}
    for score, what in (("mae", "error of the median"), ("crps", "error of the distribution")):
        for other, name in (("p", "persistence"), ("s", "exponential smoothing")):
            if f"{score}_{other}" in rows:
                lines[f"{what}, minus {name}"] = (rows[score] - rows[f"{score}_{other}"], (-np.inf, 0.0))
    found = []
    for fact, (values, target) in lines.items():
        value = values.to_numpy()
        low, high = np.quantile(value[chance].mean(1), [0.025, 0.975])
        surely = high if np.isinf(target[0]) else value.mean()  # an error counts as below only with its interval
        found.append({
            "fact": fact, "communities": len(rows), "simulated": value.mean(), "low": low, "high": high,
            "target_low": target[0], "target_high": target[1], "in": bool(target[0] <= surely < target[1]),
        })  # fmt: skip
    return pd.DataFrame(found)


def save(table: pd.DataFrame, name: str) -> None:
    """Write a table of results."""
    table.to_csv(RESULTS / f"{name}.csv", index=False, float_format="%.5g", lineterminator="\n")


def load(name: str) -> pd.DataFrame:
    """Return a table of results, empty where it was not made."""
    path = RESULTS / f"{name}.csv"
    return pd.read_csv(path, keep_default_na=False, na_values=["", "nan"]) if path.exists() else pd.DataFrame()


def known(name: str) -> dict[str, Any]:
    """Return what is noted beside the tables, nothing where it was not made."""
    path = RESULTS / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def mark(inside: object) -> str:
    """Return the word for in or out."""
    return "in" if inside else "**out**"


def between(low: float, high: float) -> str:
    """Return a target in words: "0.1 to 0.3", "at least 1", "any"."""
    if np.isinf(high):
        return f"at least {figures(low)}"
    return f"{figures(low)} to {figures(high)}"


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
            f"{n['null_in']} of {len(VECTOR)}", f"{n['null_in_unseen']} of {len(VECTOR)}",
            f"{int(further['in_all'].sum())} of {len(further)}", f"{int(further['null_in'].sum())} of {len(further)}",
        ))  # fmt: skip
    heading = (
        "population",
        "all",
        "fitted half",
        "unseen half",
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


def listed_misses(name: str, columns: Sequence[str] = ()) -> str:
    """Return the rows of a table that are out, in these columns or all."""
    table = load(name)
    if table.empty:
        return f"Not measured yet: `{COMMANDS[name]}`.\n"
    out = table[~table["in"].astype(bool)] if "in" in table else table.iloc[:0]
    return cells(out, columns or [c for c in table.columns if c != "in"]) if len(out) else "None.\n"


def cells(table: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return a table in Markdown: numbers to three figures, no limit as nothing, truth as in or out."""

    def cell(value: object) -> str:
        if isinstance(value, bool | np.bool_):
            return mark(value)
        if isinstance(value, float):
            return "" if not np.isfinite(value) else figures(value)
        return str(value)

    rows = [tuple(cell(row[c]) for c in columns) for row in table.to_dict("records")]
    return markdown(tuple(c.replace("_", " ") for c in columns), rows)


def misses() -> Iterator[str]:
    """Yield the part of the page that comes first."""
    yield "## Misses\n\n### Stylised facts that are out\n"
    yield from fact_misses()
    if not (table := load("transitions")).empty:
        yield f"\n### From level to level in a month, never fitted\n\n{transitions_said(table)}; which, stands below."
    yield "\n### `professional`: hard facts that are out\n"
    yield listed_misses("professional", ("row", "fact", "measure", "simulated", "low", "high", "source"))
    yield "\nNot measured there:\n"
    for row, fact, why in NOT_SPOKEN_TO:
        yield f"- Row {row}, {fact}: {why}."
    yield "\n### Causal facts that are out\n"
    yield listed_misses("causal")
    yield "\n### Back-test\n"
    yield listed_misses("back-test")
    yield "\n### Directions that do not show\n"
    yield "\n".join(f"- {d.row}, {d.text}: {MISSES[d.text]}." for d in DIRECTIONS if d.text in MISSES)
    if not (table := load("ablation")).empty:
        yield "\n### Mechanisms that carry nothing seen here\n\n" + ablation.said_of_idle(table.fillna(EMPTY))


def facts_part() -> Iterator[str]:
    """Yield the tables of facts."""
    yield (
        "\n## Stylised facts\n\nSimulated logs, observed as long as the real communities, went through the code of `copsim "
        "observe`. A fact is in when the median over simulated communities lies within the quartiles of the real ones. "
        "Halves of the real communities were drawn once by a seed (`experiments/make_targets.py`), before anything was "
        "fitted here. git: fitted to its fitted half (12 communities) by `python -m experiments.fit_facts git`. talk: its "
        "half has six communities, too few to fit to: a fit (18 generations) reached 20 of 26 against all, "
        "12 against its own half and 14 against the unseen one, less than the values it started from. So talk keeps the "
        "values of an earlier fit to all 12, with spells and pauses set by a scan on how silences end: its unseen half is "
        "not unseen. Nor is git's quite: the search started from an earlier fit to all 25. The null model: independent "
        "members, each with a fixed rate and lifetime, eight numbers fitted by the same program (talk 13 generations, git "
        "25).\n"
    )
    yield summary()
    yield "\n![Facts as dots on quartile bars](validation-facts.png)\n"
    for population, table in facts_tables().items():
        rows = [
            (("" if r["vector"] else "further: ") + f"`{r['fact']}`", between(r["q25"], r["q75"]), figures(r["simulated"]),
             mark(r["in_all"]), mark(r["in_fitted"]), mark(r["in_unseen"]), figures(r["null"]), mark(r["null_in"]))
            for r in table.to_dict("records")
        ]  # fmt: skip
        heading = ("fact", "real quartiles", "simulated", "all", "fitted half", "unseen half", "null", "null in")
        yield f"\n### {population}\n\n" + markdown(heading, rows)
        if len(fit := load(f"fit-{population}")):
            yield (
                f"\nWhat was fitted for {population}, and between what each value lies in eight of ten candidates that fit "
                "about as well (values trade off: these ranges hold together, not one by one).\n"
            )
            yield cells(fit, ("parameter", "value", "low", "high"))


def transitions_said(table: pd.DataFrame) -> str:
    """Return how many chances from level to level are in."""
    inside = table.groupby("population", sort=False)["in"].agg(["sum", "size"])
    return "; ".join(f"{p}: {int(r['sum'])} of {int(r['size'])} in" for p, r in inside.iterrows())


def pictures_part() -> Iterator[str]:
    """Yield curves, transitions, and the page to guess from."""
    yield "\n## How long members stay\n\n![Simulated and real survival curves](validation-survival.png)\n"
    table = load("transitions")
    if not table.empty:
        yield (
            "\n## From level to level in a month, never fitted\n\nMedians over communities with at least 20 member-months "
            f"of the level, monthly reading. {transitions_said(table)}.\n"
        )
        yield cells(table, ("population", "from", "to", "simulated", "q25", "median", "q75", "in"))
    yield "\n## Which are real?\n\n![Monthly active members of twelve communities](validation-guess.png)\n"
    yield f"<details><summary>Answer</summary>\n\n{known('guess').get('answer', 'Not drawn yet.')}\n\n</details>\n"


def other_parts() -> Iterator[str]:
    """Yield causal facts, back-test, professional and ablation."""
    for name, title in (("causal", "Causal facts"), ("back-test", "Back-test of `--from LOG`")):
        table = load(name)
        yield f"\n## {title}\n"
        yield cells(table, list(table.columns)) if len(table) else f"Not measured yet: `{COMMANDS[name]}`.\n"
    yield (
        "\n## `professional`: communities in organisations\n\nNo log of such a community is at hand; the population stands "
        "beside published figures. Its criterion: core and active together are 25 to 35 % of members. Levels are read in "
        "sustaining weeks of the scenario `baseline`.\n"
    )  # fmt: skip
    yield cells(load("professional"), ("row", "fact", "measure", "simulated", "low", "high", "in", "source"))
    yield (
        "\nWhat separates it from the populations fitted to open communities; here every value is *assumed*. All other "
        "parameters have the same value in all three.\n"
    )
    yield cells(load("professional-apart"), ("parameter", "professional", "talk", "git", "unit", "text"))
    yield (
        "\n## What each mechanism is for\n\nLeft out one by one, the base rate matched again (to as many active members) "
        "where the amount would change. Lost: in with it, out without, and moved by more than two standard errors; further "
        f"out: out in both, and by more than {ablation.FURTHER_OUT} inter-quartile ranges more without. Directions: those "
        "that vanish when it is off. What a mechanism does to the causal facts is not counted here.\n"
    )
    yield ablation_part()


def ablation_part() -> str:
    """Return one row a mechanism, both populations side by side."""
    table = load("ablation").fillna(EMPTY)
    if table.empty:
        return f"Not measured yet: `{COMMANDS['ablation']}`.\n"
    rows = []
    for name, both in table.groupby("mechanism", sort=False):
        row: list[object] = [name]
        for population in GROUPS:
            r = both[both["population"] == population].iloc[0]
            named = {"": r["lost"], "further out: ": r["further_out"], "beside the vector: ": r["other_lost"]}
            row += [f"{r['in']}", "; ".join(name + facts for name, facts in named.items() if facts) or "–"]
        rows.append((*row, both.iloc[0]["directions"], both.iloc[0]["rows"]))
    return markdown(("left out", "talk: in", "talk: lost", "git: in", "git: lost", "directions", "rows"), rows)


def made_part() -> Iterator[str]:
    """Yield how the page was made."""
    made = known("made")
    yield "\n## How this page was made\n\n`python -m experiments.validate`, which runs the first three:\n"
    for name, command in COMMANDS.items():
        size = made.get(name, {})
        keys = {"facts": ("talk", "git"), "ablation": ("ablation",), "professional": ("professional",)}.get(name, ())
        numbers = ", ".join(f"{key} {size[key]}" for key in keys if key in size)
        numbers = numbers.replace("ablation", "a third as many of talk; git").replace("professional ", "")
        yield f"- `{command}`" + (f" (communities: {numbers})" if numbers else "")
    yield f"\nSeed {SEED}; parameters as declared in copsim {__version__}; tables in `experiments/results`."


def page() -> str:
    """Return the page, from the tables."""
    opening = (
        "# Validation: where simulated communities look like real ones, and where they do not\n\n"
        "Written by `python -m experiments.validate`; numbers are of simulated communities unless said otherwise.\n"
    )
    parts = [opening, *misses(), *facts_part(), *pictures_part(), *other_parts(), *made_part()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--keep", nargs="*", default=[], choices=PARTS, help="leave these tables as they are")
    parser.add_argument("--page", action="store_true", help="write the page alone, from the tables there are")
    parser.add_argument("--back-test", type=Path, help="sum up what experiments.back_test found, a row a community")
    options = parser.parse_args()
    if options.back_test:
        save(back_test_table(pd.read_csv(options.back_test)), "back-test")
    if not options.page:
        measure(QUICK if options.quick else SIZES, options.keep)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
