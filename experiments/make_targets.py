"""Print the targets of the stylised facts: quartiles over real communities, whole groups and halves drawn once by a seed.

Reads `../shared/data/dev/communities.csv` beside the repository (not part of it) and writes two tables of the package:
`studies/targets.csv` (group, half, fact, n, q25, median, q75) and `studies/observed.csv` (group, half, months observed).
Run: python -m experiments.make_targets
"""

from pathlib import Path

import numpy as np
import pandas as pd

from copsim.studies.stylised import FACTS, GROUPS, HALVES, OBSERVED, TARGETS

DATA = Path(__file__).parents[2] / "shared" / "data" / "dev" / "communities.csv"
SEED = 20261124


def halves(communities: int) -> dict[str, np.ndarray]:
    """Return the positions of all communities of a group, of those fitted, and of those kept unseen."""
    order = np.random.default_rng(SEED).permutation(communities)
    cut = communities // 2
    return dict(zip(HALVES, (np.arange(communities), np.sort(order[:cut]), np.sort(order[cut:])), strict=True))


def main() -> None:
    """Write both tables."""
    table = pd.read_csv(DATA)
    targets, observed = [], []
    for population, group in GROUPS.items():
        members = table[table["group"] == group].sort_values("community").reset_index(drop=True)
        for half, rows in halves(len(members)).items():
            part = members.iloc[rows]
            observed += [{"group": population, "half": half, "months": int(m)} for m in part["n_months"]]
            for fact in FACTS:
                low, median, high = part[fact].quantile([0.25, 0.5, 0.75])
                row = {"group": population, "half": half, "fact": fact, "n": int(part[fact].count())}
                targets.append(row | {"q25": low, "median": median, "q75": high})
    pd.DataFrame(targets).to_csv(TARGETS, index=False, float_format="%.5g", lineterminator="\n")
    pd.DataFrame(observed).to_csv(OBSERVED, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
