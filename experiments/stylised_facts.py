"""Stylised facts of simulated communities beside real ones and a null model, printed; `--save` keeps them for the docs.

Simulated event logs of `talk` and `git` go through the code of `copsim observe`; real quartiles are those of all communities
of the group, of the half that the population was fitted to and of the unseen one (`experiments/make_targets.py`). The null
model: independent members, each with a fixed rate and lifetime. `copsim facts` prints the same for one population.
Run: python -m experiments.stylised_facts [talk git] [--communities 48] [--seed 1] [--save]
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from copsim.cli.measuring import facts_text
from copsim.studies.stylised import GROUPS, facts_table
from experiments.tables import save

HELD = Path(__file__).resolve().parent.parent / "tests" / "studies" / "facts_in.json"
"""What `verify` holds: facts that are in must not fall out."""
SEED = 1


def saved_tables(sizes: Mapping[str, int], seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Measure both populations, keep the tables and what is in, and return the tables."""
    tables = {population: facts_table(population, sizes[population], seed) for population in GROUPS}
    held = {}
    for population, table in tables.items():
        save(table, f"facts-{population}")
        inside = table.loc[table["vector"] & table["in_all"], "fact"].tolist()
        held[population] = {"communities": sizes[population], "seed": seed, "in": inside}
    HELD.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")
    return tables


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("populations", nargs="*", default=[], help=f"{' or '.join(GROUPS)}; both unless given")
    parser.add_argument("--communities", type=int, default=48)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--save", action="store_true", help="measure both and keep the tables")
    options = parser.parse_args()
    if options.save:
        tables = saved_tables(dict.fromkeys(GROUPS, options.communities), options.seed)
    else:
        chosen = options.populations or list(GROUPS)
        tables = {population: facts_table(population, options.communities, options.seed) for population in chosen}
    for population, table in tables.items():
        print(f"{population}\n\n{facts_text(table, population)}\n")


if __name__ == "__main__":
    main()
