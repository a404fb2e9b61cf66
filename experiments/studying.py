"""What the worked studies share: a plan run whole or small, paired differences with intervals, table, page and figure.

A study is a folder of `experiments/studies`: plan.toml says what is run; `study(work)` in run.py goes from the sweep to the
findings; README.md says in words what was found. Running it writes findings.csv, figure.png and the table in README.md.
Run: python3 dev.py experiments [NAME…], or python -m experiments.studying [NAME…]
"""

import argparse
import hashlib
import importlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

import copsim
from copsim.core.errors import UserError, nearest
from copsim.measures.outcomes import OUTCOMES
from copsim.pages import forms
from copsim.pages.canvas import Canvas
from copsim.studies.pairing import CONFIDENCE, interval, interval_of_shares, share_better
from copsim.sweeps.result import Sweep
from experiments.tables import markdown, save_picture

Array = np.ndarray[Any, Any]
ROOT = Path(__file__).resolve().parents[1]
STUDIES = ROOT / "experiments" / "studies"
INDEX = ROOT / "docs" / "experiments.md"
GOLDEN = ROOT / "tests" / "engine" / "golden.json"
SWEEPS = ROOT / "copsim-out" / "experiments"
PLAN, TABLE, FIGURE, PAGE = "plan.toml", "findings.csv", "figure.png", "README.md"
SMALL, SMALL_POINTS, SMALL_WORLDS = 3, 8, 48
"""Of a study that is only tried out: replicates, trajectories, and replicates where there is no design."""
BEGIN, END = "<!-- written by run.py: -->", "<!-- end -->"


def histories() -> str:
    """Return a short name for the golden histories: other sources that live the same lives have the same."""
    return hashlib.sha256(GOLDEN.read_bytes()).hexdigest()[:12]


@dataclass(frozen=True)
class Work:
    """A study at work: the folder of its plan, where sweeps and results go, and whether it is only tried out."""

    folder: Path
    sweeps: Path
    results: Path
    small: bool = False

    @property
    def name(self) -> str:
        """The study's name, that of its folder."""
        return self.folder.name

    @property
    def plan(self) -> dict[str, Any]:
        """The plan, with few replicates (and points, where a design counts them) when the study is only tried out."""
        plan = tomllib.loads((self.folder / PLAN).read_text(encoding="utf-8")) | {"name": self.name}
        if not self.small:
            return plan
        if "design" not in plan:
            return plan | {"replicates": SMALL_WORLDS}
        points = {"points": SMALL_POINTS} if "points" in plan["design"] else {}
        return plan | {"replicates": SMALL, "design": plan["design"] | points}

    @property
    def made_by(self) -> str:
        """The seed, the version, and the histories that the engine makes: they change when a finding may."""
        return f"seed {self.plan['seed']}, copsim {copsim.__version__}, histories {histories()}"

    def sweep(self, factors: Sequence[Mapping[str, Any]] = ()) -> Sweep:
        """Run the plan (with further factors), or go on with it, and return the sweep. Errors: as `copsim.sweep`."""
        plan = self.plan
        if factors:
            plan["factor"] = [*plan.get("factor", ()), *factors]
        return copsim.sweep(plan, self.sweeps / self.name)

    def keep(self, table: pd.DataFrame, runs: int, varied: str) -> None:
        """Write the findings, and into the page what was varied, in how many runs, and the rows that have a text."""
        table.to_csv(self.results / TABLE, index=False, float_format="%.5g", lineterminator="\n")
        said = f"{varied} {runs:,} runs of {self.plan['weeks']} weeks, {self.made_by}."
        page = (self.folder / PAGE).read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        block = f"{BEGIN}\n{said}\n\n{shown(load_table(self.results))}\n{rest[rest.index(END) :]}"
        (self.results / PAGE).write_text(before + block, encoding="utf-8")

    def draw(self, canvas: Canvas, title: str, caption: str) -> None:
        """Write the figure, with how it is repeated at its foot."""
        foot = f"{self.made_by} · python3 dev.py experiments {self.name}"
        save_picture(canvas, self.results / FIGURE, title, caption, foot)


@dataclass
class Findings:
    """The rows of a study's table; all its intervals hold together (Bonferroni over its rows)."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    values: list[Array] = field(default_factory=list)

    def add(self, text: str, outcome: str, values: Array, unit: str = "", better: int = 1, **keys: Any) -> None:
        """Add a mean over pairs of worlds, one value a pair.

        text: what is compared, for the page; empty for a row that only the figure shows. outcome: a declared one, else
        words, with unit and good direction. keys: what tells the rows of a figure apart.
        """
        declared = OUTCOMES.get(outcome)
        words = declared.label if declared else outcome
        unit, better = (declared.unit, declared.better) if declared else (unit, better)
        self.rows.append({"finding": text, **keys, "outcome": words, "unit": unit, "good": better})
        self.values.append(np.asarray(values, float))

    def table(self) -> pd.DataFrame:
        """Return finding, keys, outcome, unit, difference, low, high, better (share of pairs), pairs."""
        confidence = 1.0 - (1.0 - CONFIDENCE) / max(len(self.rows), 1)
        table = pd.DataFrame(self.rows).drop(columns="good")
        found = [
            _mean(values, confidence, row["unit"], row["good"], row.get("level"))
            for values, row in zip(self.values, self.rows, strict=True)
        ]
        return pd.concat([table, pd.DataFrame(found)], axis=1)


def _mean(values: Array, confidence: float, unit: str, good: int, level: object) -> dict[str, float]:
    values = values[~np.isnan(values)]
    whole = unit == "0/1" and set(np.unique(values)) <= {-1.0, 0.0, 1.0}
    if whole and level == 1 and len(values):  # a share as such, no difference of two: Wilson's interval
        low, high = binomtest(int(values.sum()), len(values)).proportion_ci(confidence, "wilson")
    else:
        low, high = (interval_of_shares if whole else interval)(values, confidence)
    mean = float(values.mean()) if len(values) else np.nan
    return {"difference": mean, "low": low, "high": high, "better": share_better(values, good), "pairs": len(values)}


def wide(table: pd.DataFrame, outcome: str, *by: str) -> pd.DataFrame:
    """Return an outcome with a row for each combination of levels (scenario, factors) and a column a replicate."""
    return table.set_index([*by, "replicate"])[outcome].unstack("replicate")


def weekly(sweep: Sweep, *columns: str) -> pd.DataFrame:
    """Return some weekly columns of every run, with the values of the factors beside the keys."""
    keys = ["scenario", "point", "replicate", "week"]
    table = sweep.weekly.to_table(columns=[*keys, *columns]).to_pandas().astype({"scenario": str, "point": str})
    points = sweep.points.drop_duplicates("point").drop(columns=["number", "planned"])
    return table.merge(points, on="point").drop(columns="point")


def within(table: pd.DataFrame, column: str, first: int, last: int, *by: str) -> pd.DataFrame:
    """Return the mean of a weekly column over weeks first..last, as `wide` does."""
    part = table[(table["week"] >= first) & (table["week"] <= last)]
    return part.groupby([*by, "replicate"], observed=True)[column].mean().unstack("replicate")


def load_table(folder: Path) -> pd.DataFrame:
    """Return the findings in a folder."""
    return pd.read_csv(folder / TABLE, keep_default_na=False, na_values=["", "nan"]).fillna({"finding": ""})


def said(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return difference, unit, interval and share of pairs of a finding, as the page and the prose write them."""
    numbers = [row["difference"], row["low"], row["high"]]
    form = forms.form_for(numbers, (row["high"] - row["low"]) / 2, row["unit"])
    between, better = form.interval(row["low"], row["high"]), forms.percent(row["better"])
    if row.get("level") == 1:  # a share as such, no difference of two
        return form.plain(row["difference"]), "%", between, forms.MISSING
    return form.signed(row["difference"]), form.units, between, better


def shown(table: pd.DataFrame) -> str:
    """Return the rows with a text as a table in Markdown."""
    rows = []
    for row in table[table["finding"] != ""].to_dict("records"):
        difference, unit, between, better = said(row)
        rows.append(
            (row["finding"], row["outcome"], f"{difference} {unit}".strip(), between, better, f"{row['pairs']:,}")
        )
    return markdown(("what is compared", "outcome", "difference", "95 % interval", "better in", "pairs"), rows)


def names() -> list[str]:
    """Return the studies there are."""
    return sorted(path.parent.name for path in STUDIES.glob(f"*/{PLAN}"))


def run(name: str, sweeps: Path = SWEEPS, results: Path | None = None, small: bool = False) -> None:
    """Run one study; results: where its table, page and figure go, its own folder unless said otherwise."""
    folder = STUDIES / name
    (results or folder).mkdir(parents=True, exist_ok=True)
    importlib.import_module(f"experiments.studies.{name}.run").study(Work(folder, sweeps, results or folder, small))


def index(pages: Iterable[Path]) -> str:
    """Return docs/experiments.md: of each study the title, the finding in bold, the figure."""
    parts = [HEAD]
    for page in pages:
        title, lead = page.read_text(encoding="utf-8").split("\n\n")[:2]
        place = f"../experiments/studies/{page.parent.name}"
        picture = f"![{title.removeprefix('# ')}]({place}/{FIGURE})"
        parts.append(f"#{title}\n\n{lead}\n\n{picture}\n\n[Numbers, surprises, limits]({place}/{PAGE})\n")
    return "\n".join(parts)


HEAD = """# Worked experiments

Questions that strategists and researchers ask, each a plan, a short script, a figure and half a page of findings, in
`experiments/studies`. `python3 dev.py experiments [NAME…]` runs them again and writes tables, figures and this page.

All are about simulated communities of the population `professional`. Replicate k lives in the same plausible world, with the
same luck, at every point of a plan; a difference is the mean over such pairs. The 95 % intervals of a study hold together,
except where its figure says otherwise. What no answer of copsim can say stands in [limits.md](limits.md).
"""


def write_index() -> None:
    """Write docs/experiments.md."""
    INDEX.write_text(index(STUDIES / name / PAGE for name in names()), encoding="utf-8")


def main() -> None:
    """Run the studies that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--small", metavar="DIR", type=Path, help="try them out in seconds; results go there")
    asked, small = vars(parser.parse_args()).values()
    for name in asked:
        if name not in names():
            parser.error(f"there is no study '{name}'{nearest(name, names())}; there are {', '.join(names())}")
    for name in asked or names():
        print(f"{name} …", flush=True)
        try:
            run(name) if small is None else run(name, small / "sweeps", small / name, small=True)
        except UserError as error:
            parser.exit(2, f"{name}: {error}\n")
    if small is None:
        write_index()


if __name__ == "__main__":
    main()
