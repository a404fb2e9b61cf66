"""The designs behind the causal facts: by hand, against the published event studies, and against a library."""

import csv
import math
from collections.abc import Sequence

import numpy as np
import pytest

from copsim.core.state import MET, POST, REPLY
from copsim.engine.gate import make_plan
from copsim.engine.living import live
from copsim.measures.activity import Activity, activity_of
from copsim.measures.logs import read_log
from copsim.measures.simulated import observed_life
from copsim.studies import causal
from experiments import causal_facts

MONDAY = 4  # 1970-01-05
Event = tuple[int, int, int]  # day, member, the member acted on or -1


def activity(events: Sequence[Event], obs_end: int) -> Activity:
    """Return the activity of one community with these events, days counted from Monday 1970-01-05."""
    import pandas as pd

    from copsim.measures.logs import log_from_frame

    rows = [("a", np.datetime64(MONDAY + d, "D"), f"m{m}", "post", f"m{o}" if o >= 0 else "", 1) for d, m, o in events]
    frame = pd.DataFrame(rows, columns=["community", "date", "member", "kind", "member2", "n"])
    end = np.datetime64(MONDAY + obs_end, "D").astype("datetime64[D]").item()
    return activity_of(log_from_frame(frame.sort_values("date", kind="stable"), end), 0)


def test_answer_effect_is_a_difference_of_later_returns() -> None:
    """Twenty answered newcomers of whom ten return after day 14, twenty others of whom five do; early acts do not count."""
    events: list[Event] = [(day, 0, -1) for day in range(0, 800, 7)]
    for k in range(40):
        member, arrived, answered = k + 1, 30 + k, k < 20
        events += [(arrived, member, -1), (arrived + 3, 0, member)] if answered else [(arrived, member, -1)]
        events += [(arrived + 15, member, -1)] if k < 10 or 20 <= k < 25 else [(arrived + 14, member, -1)]
    a = activity(events, 800)
    # the regular is an unanswered newcomer too, and returns: 6 of 21
    assert causal.answer_effect(a) == pytest.approx(10 / 20 - 6 / 21)
    assert math.isnan(causal.answer_effect(a, one_day=True))


def test_answers_by_chance_count_first_weeks_with_one_contribution_only() -> None:
    """Answered and silent newcomers are compared within a year of arrival; two contributions leave somebody out."""
    events: list[Event] = [(day, 0, -1) for day in range(0, 1000, 7)] + [(1, 0, -1)]
    events += [(70, 1, -1), (71, 0, 1), (100, 1, -1)]  # answered, back
    events += [(70, 2, -1), (78, 0, 2)]  # answered in the week after only: not answered
    events += [(77, 3, -1), (78, 3, -1), (79, 0, 3), (120, 3, -1)]  # two contributions
    events += [(84, 4, -1), (85, 0, 4), (86, 4, 0)]  # answered, and answered back: one contribution, not back
    assert causal.chance_answer_effect(activity(events, 1000)).tolist() == pytest.approx([2 / 3 * 0.5, 2 / 3])


def test_exits_and_answers_repeat_the_published_event_studies(shared_data) -> None:
    """The designs give the published numbers on the real communities: answers exactly, exits within .015."""
    with (shared_data / "dev" / "communities.csv").open(encoding="utf-8", newline="") as lines:
        groups = {row["community"]: row["group"] for row in csv.DictReader(lines)}
    with (shared_data / "dev" / "event_study.csv").open(encoding="utf-8", newline="") as lines:
        published = {(r["effect"], r["group"]): float(r["mean"] or "nan") for r in csv.DictReader(lines)}
    log = read_log(shared_data / "dev" / "events.csv.gz", shared_data / "dev" / "communities.csv")
    real = {name: activity_of(log, i) for i, name in enumerate(log.communities) if groups[name] != "net"}
    talk = [a for name, a in real.items() if groups[name] == "cop_talk"]
    for one_day, suffix in ((False, ""), (True, "_oneday_newcomers")):
        effects = causal_facts.known([causal.answer_effect(a, one_day) for a in talk])
        name = f"return15_365_responded_minus_silent{suffix}"
        assert len(effects) == 11
        assert np.mean(effects) == pytest.approx(published[name, "cop_talk"], abs=5e-5)
    exits = causal_facts.known([causal.exit_effect(a) for a in real.values()])
    names = [f"top1_exit_minus_control_{x}" for x in ("lr6", "lr12", "lr6_others", "lr12_others")]
    assert len(exits) == 45
    assert np.mean(exits, 0) == pytest.approx([published[name, "all"] for name in names], abs=0.015)


def test_pauses_are_those_of_the_core_and_followed_for_a_year() -> None:
    """A core member silent for 100 days comes back; another silence of 400 days cannot be followed a year longer."""
    events = [(day, 0, -1) for day in range(0, 200, 3)] + [(day, 0, -1) for day in range(299, 500, 3)]
    events += [(0, 1, -1), (150, 1, -1), (480, 1, -1)]  # never core
    last = max(day for day, member, _ in events if member == 0)
    got = causal.pause_returns(activity(events, last + 400))
    assert got.tolist() == [2, 1, 1, 1, 0, 0, 0, 0]


def test_decembers_stand_beside_the_months_around_them() -> None:
    """Eight act in every month but two in December 1971; the December of the first year lies in the months of origin."""
    first = [int(np.datetime64(month, "M").astype("datetime64[D]").astype(int)) for month in range(3, 40)]
    events = [
        (day - MONDAY, member, -1)
        for month, day in zip(range(3, 40), first, strict=True)
        for member in range(2 if month == 23 else 8)
    ]
    decembers, change = causal.december(activity(events, first[-1]))
    assert decembers == 3 and change == pytest.approx(math.log(3 / 9))


def test_area_under_curve() -> None:
    assert causal.area_under_curve(np.array([3.0, 1.0, 1.0]), np.array([1, 0, 1])) == pytest.approx(0.75)
    assert math.isnan(causal.area_under_curve(np.ones(3), np.ones(3)))


def panel(members: int, weeks: int, effects: Sequence[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return outcomes drawn from a logit with an intercept for each member that goes along with the first column."""
    rng = np.random.default_rng(5)
    member = np.repeat(np.arange(members), weeks)
    own = rng.normal(-1.0, 1.0, members)[member]
    x = rng.binomial(1, np.stack([1 / (1 + np.exp(-own)), np.full(len(own), 0.4)], 1)).astype(float)
    chance = 1 / (1 + np.exp(-(own + x @ np.array(effects))))
    return rng.binomial(1, chance).astype(float), x, member


def test_logit_within_members_finds_the_effects_whatever_the_members_are_like() -> None:
    y, x, member = panel(300, 120, (0.8, -0.4))
    beta, error = causal.logit_within_members(y, x, member)
    assert np.abs(beta - [0.8, -0.4]).max() < 3 * error.max()
    assert error.max() < 0.05


def test_logit_within_members_agrees_with_the_conditional_likelihood() -> None:
    models = pytest.importorskip("statsmodels.discrete.conditional_models")
    y, x, member = panel(25, 60, (0.8, -0.4))
    varies = np.isin(member, [m for m in range(25) if 0 < y[member == m].sum() < 60])
    fitted = models.ConditionalLogit(y[varies], x[varies], groups=member[varies]).fit(disp=0)
    beta, error = causal.logit_within_members(y, x, member)
    assert beta == pytest.approx(fitted.params, rel=0.05)
    assert error == pytest.approx(fitted.bse, rel=0.05)


def test_weeks_of_a_life_are_its_events() -> None:
    """Counts by kind agree with the events; a first contact after a month without is told from another one."""
    weeks = 60
    life = live(make_plan("professional", weeks, {}), 3, 0, events=True)
    c, (week, kind, _, other, number) = causal.contacts_of(life, weeks), life.events.T
    inside = week > 0
    assert c.made.sum() == number[(kind == POST) & inside].sum()
    assert c.given.sum() == c.answers.sum() == ((kind == REPLY) & inside).sum()
    person, when = other[(kind == MET) & inside], week[(kind == MET) & inside]
    assert c.contacted.sum() == len(person) > 0
    assert c.contacted[person[0], when[0] - 1]
    y, x, member = causal.contact_rows(c)
    kept = ~c.made_contact
    assert len(y) == sum(max(weeks - 2 - int(joined), 0) for joined in c.joined[kept])
    first = np.zeros(len(y), bool)
    for m in np.unique(member):
        since = 99
        for row in np.flatnonzero(member == m):
            contacted = x[row, :2].any()
            start = int(c.joined[m]) + 1
            if row == np.flatnonzero(member == m)[0] and c.contacted[m, start - 1]:
                since = 0
            first[row] = contacted and since >= causal.RECENT_CONTACTS
            since = 0 if contacted else since + 1
    assert (x[:, 0] > 0).tolist() == first.tolist()


def test_hazards_are_compared_within_strata() -> None:
    """In each stratum the welcomed leave at half the rate, but there are more of them where everybody leaves soon."""
    soon = [(2.0, 1.0, 1.0, 10.0)] * 40 + [(2.0, 0.0, 1.0, 5.0)] * 10
    late = [(6.0, 1.0, 1.0, 100.0)] * 10 + [(6.0, 0.0, 1.0, 50.0)] * 40
    assert causal.ratio_of_hazards(np.array(soon + late)) == pytest.approx(0.5)


def test_leader_exit_is_paired_and_the_leader_gone() -> None:
    """Somebody's exit lowers activity of all more than that of the others, in the mean of a few communities."""
    pairs = causal_facts.known([causal_facts.paired_exit("git", k, {}) for k in range(8)])
    assert len(pairs) >= 3
    assert np.mean(pairs, 0)[0] < np.mean(pairs, 0)[2]
    plan = make_plan("git", 200, {})
    a = activity_of(observed_life(live(plan, causal_facts.SEED, 0, events=True), plan), 0)
    day = int(a.ends[20])
    top, share = causal.top_contributor(a, day)
    made = {m: int(a.made[(a.member == m) & (a.day > day - 365) & (a.day <= day)].sum()) for m in range(a.members)}
    assert made[top] == max(made.values())
    assert share == pytest.approx(made[top] / sum(made.values()))


def test_intervals_redraw_communities() -> None:
    value, low, high = causal.interval([1.0, 2.0, 3.0, 4.0], causal_facts.mean)
    assert (value, low < 2.0 < 3.0 < high) == (2.5, True)
    assert all(math.isnan(x) for x in causal.interval([], causal_facts.mean))
