"""In which worlds does shared leadership not pay: where does half of the hours shared realize no more value than none?"""

import numpy as np
import pandas as pd

from copsim.analysis.cases import Cases, halves
from copsim.analysis.discovery import Step, search
from copsim.core.declare import parameters_by_key
from copsim.engine.fitted import SHARE
from copsim.studies.planning import worlds_of, worlds_table
from experiments.draw_studies import BAND, Line, Panel, curves
from experiments.studying import Findings, Work, wide

OUTCOME = "value_realized"
FIFTHS, SHOWN = 5, ("leading.coordinator_skill", "leading.coordinator_hours", "leading.leader_hours")


def study(work: Work) -> None:
    """Look for a box of assumed values in which sharing half of the hours fails, and check it on other worlds."""
    sweep = work.sweep()
    plan = work.plan
    cases, gain = paired(sweep.frame(), worlds_table(worlds_of(plan["seed"], plan["replicates"])))
    steps, _, chance = search(cases, plan["seed"])
    findings = Findings()
    in_and_out(steps[-1], cases, gain, findings, plan["seed"])
    by_fifths(cases, gain, findings)
    table = findings.table()
    varied = (
        f"Varied: {len(cases.names)} values that are drawn one by one, in {len(gain):,} plausible worlds, half of them to "
        f"find a box, half to check it. Shuffled worlds give as dense a box in {100 * chance:.2g} of 100."
    )
    work.keep(table, sweep.total, varied)
    draw(work, table)


def paired(runs: pd.DataFrame, worlds: pd.DataFrame) -> tuple[Cases, np.ndarray]:
    """Return worlds as cells, of which those are sought in which sharing gains nothing; and the gains."""
    values = wide(runs, OUTCOME, "scenario")
    gain = (values.loc["distributed-leadership"] - values.loc["baseline"]).to_numpy()
    drawn = worlds.drop(columns=["replicate", SHARE])
    met, place = (gain <= 0).astype(float)[:, None], np.arange(len(gain))
    return Cases(tuple(drawn), (), drawn.to_numpy(float), met, np.ones_like(met), place, place), gain


def in_and_out(step: Step, cases: Cases, gain: np.ndarray, findings: Findings, seed: int) -> None:
    """Add the gain inside the box and outside, in worlds that the box was not found on."""
    checked = halves(cases, seed)[1]
    inside, here, met = step.box.inside(checked.x), gain[checked.points], checked.met[:, 0]
    box = f"the best box that PRIM finds, of {len(step.box.restricted)} values"
    for text, part in (("in all worlds", inside | True), (f"in {box}", inside), ("in the worlds outside it", ~inside)):
        findings.add(f"half shared, against none, {text}", OUTCOME, here[part])
        findings.add(f"how often it gains nothing, {text}", "Gains nothing", met[part], "0/1", -1, level=1)


def by_fifths(cases: Cases, gain: np.ndarray, findings: Findings) -> None:
    """Add the gain over the fifths of the values that set what leaders can give, the lowest first."""
    for key in SHOWN:
        rank = cases.x[:, cases.names.index(key)].argsort().argsort() * FIFTHS // len(gain)
        for fifth in range(FIFTHS):
            text = f"half shared, against none, `{key}` in its {('lowest', 'highest')[fifth > 0]} fifth"
            told = text if fifth in (0, FIFTHS - 1) else ""
            findings.add(told, OUTCOME, gain[rank == fifth], factor=key, fifth=fifth + 1)


def draw(work: Work, table: pd.DataFrame) -> None:
    """Draw the gain over the values of each of the factors shown."""
    rows = table[table["factor"].notna()]
    places = ["lowest", "", "middle", "", "highest"]
    panels = [
        Panel(key, parameters_by_key()[key].text, places, [Line("", "a", rows[rows["factor"] == key])], "units", 10.0)
        for key in rows["factor"].unique()
    ]
    caption = (
        "Realized value in five years, half of the hours shared against none. Dot: mean over worlds in each fifth of the "
        "plausible range; line: its 95 % interval (all of this study hold together). Hollow: it includes zero."
    )
    work.draw(curves(panels), "In which worlds does shared leadership not pay?", caption + BAND)
