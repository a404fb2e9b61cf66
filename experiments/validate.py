"""Write docs/validation.md: simulated communities beside real ones, misses first, from tables made by commands.

Tables lie in `experiments/results`. This command makes those of the facts, the ablation and `professional`; it takes the
causal facts and the back-test as their own commands left them there. Pictures and the table of transitions need
`../shared/data/dev` beside the repository and are left as they are without it.
Run: python -m experiments.validate [--quick] [--keep ablation professional facts] [--page] [--back-test FILE]
"""

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from copsim import __version__
from copsim.studies.directions import DIRECTIONS, MISSES
from copsim.studies.stylised import GROUPS
from experiments import ablation, draw_validation, professional, stylised_facts
from experiments.tables import RESULTS, cells, known, load, markdown, note, save
from experiments.validate_facts import fact_misses, facts_part

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation.md"
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
EMPTY = dict.fromkeys((*ablation.CARRIED, "gained", "causal", "rows"), "")
PARTS = ("facts", "ablation", "professional")
COMMANDS = {
    "facts": "python -m experiments.stylised_facts (copsim facts talk, copsim facts git)",
    "ablation": "python -m experiments.ablation",
    "professional": "python -m experiments.professional",
    "fits": "python -m experiments.fit_facts git --record FILE --generations 45 --save; talk 51; null-git, null-talk",
    "plausible": "python -m experiments.plausible sets talk|git --record FILE; python -m experiments.plausible alone",
    "causal": "python -m experiments.causal_facts --csv experiments/results/causal.csv",
    "back-test": "python -m experiments.back_test --csv FILE; python -m experiments.validate --page --back-test FILE",
}
RULES = {
    "causal": "In: the simulated value lies within the target, whatever its interval. Silences: of all members who are ever "
    "core, ten years in `professional`; row 16 below takes first silences in five years.",
    "back-test": "In: the mean for the band; for errors the upper end of the interval, which must be below 0.",
}
NOT_SPOKEN_TO = (
    ("9", "leader's contact against peers'", "measured by the same logit in the causal facts, below"),
    ("34", "slow learners protect knowledge", "the model holds no beliefs: there is nothing to dock to March 1991"),
)


def measure(sizes: Mapping[str, int], keep: Sequence[str]) -> None:
    """Make the tables, all but those kept."""
    RESULTS.mkdir(exist_ok=True)
    if "facts" not in keep:
        stylised_facts.saved_tables(sizes, SEED)
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
    note("made", made)


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
    note("guess", {"answer": answer})


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


def listed_misses(name: str, columns: Sequence[str] = ()) -> str:
    """Return the rows of a table that are out, in these columns or all."""
    table = load(name)
    if table.empty:
        return f"Not measured yet: `{COMMANDS[name]}`.\n"
    out = table[~table["in"].astype(bool)] if "in" in table else table.iloc[:0]
    return cells(out, columns or [c for c in table.columns if c != "in"]) if len(out) else "None.\n"


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
        yield f"\n## {title}\n\n{RULES[name]}\n"
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
        "that vanish when it is off. Causal facts: asked only of those that carry nothing else.\n"
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
            named = {"": r["lost"], "further out: ": r["further_out"], "beside the vector: ": r["other_lost"],
                     "gained: ": r["gained"]}  # fmt: skip
            row += [f"{r['in']}", "; ".join(name + facts for name, facts in named.items() if facts) or "–"]
        rows.append((*row, both.iloc[0]["directions"], both.iloc[0].get("causal") or "–", both.iloc[0]["rows"]))
    heading = ("left out", "talk: in", "talk: lost", "git: in", "git: lost", "directions", "causal facts lost", "rows")
    return markdown(heading, rows)


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
