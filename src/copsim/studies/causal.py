"""Causal facts: what an answer, a contact, an exit or a pause does, by the designs of the sources of those facts.

Designs read `Activity` (what a log holds) and give numbers of one community, so that real and simulated communities go
through the same code; contacts by role holders are in no log and are read from a simulated life.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copsim.core.state import ATTEND, CONTACT, MET, POST, REPLY
from copsim.engine.living import Life
from copsim.measures.activity import Activity
from copsim.measures.facts import ANSWER_DAYS
from copsim.measures.readings import MONDAY, WEEK, YEAR, read_months
from copsim.measures.survival import MONTH

Array = NDArray[Any]

TOP_SHARE, FEWEST_ACTIVE, FEWEST_EITHER = 0.2, 1.0, 15
PAUSES, NEVER_ENDED = (28, 84, 182, 365), 10**9
EARLY_MONTHS, LATE_MONTHS = 8, (33, 36)
RECENT_CONTACTS = 4
"""Weeks in which an earlier contact makes another one less than the first."""
WELCOMED_WITHIN = 8
"""Weeks of membership in which contact counts as a welcome."""


@dataclass(frozen=True)
class Contacts:
    """The weeks of a simulated life, arrays of people by weeks: contributions, answers given, meetings attended, contacts
    by role holders, answers received.

    joined: place of the week of each person's first act; made_contact: whoever ever did so as a role holder.
    """

    made: Array
    given: Array
    attended: Array
    contacted: Array
    answers: Array
    joined: Array
    made_contact: Array

    @property
    def acted(self) -> Array:
        """Who contributed or answered in which week."""
        return self.made + self.given > 0


def answered_newcomers(a: Activity) -> Array:
    """Return who was acted on by somebody else within 14 days of the first act."""
    since = a.edge_day - a.first[a.target]
    soon = (a.source != a.target) & (since >= 0) & (since <= ANSWER_DAYS)
    answered = np.zeros(a.members, np.bool_)
    answered[a.target[soon]] = True
    return answered


def acted_between(a: Activity, earliest: int, latest: int) -> Array:
    """Return who acted between these days after the first act, both included."""
    since = a.day - a.first[a.member]
    acted = np.zeros(a.members, np.bool_)
    acted[a.member[(since >= earliest) & (since <= latest)]] = True
    return acted


def answer_effect(a: Activity, one_day: bool = False) -> float:
    """Return the difference in return on days 15 to 365 between answered and other newcomers, followed for a year.

    one_day: only newcomers without another active day in the first fortnight. Missing with fewer than 15 of either.
    On the real communities it gives the published .106 and .041 (talk).
    """
    kept = a.first <= a.obs_end - YEAR
    if one_day:
        kept &= ~acted_between(a, 1, ANSWER_DAYS)
    answered, back = answered_newcomers(a)[kept], acted_between(a, ANSWER_DAYS + 1, YEAR)[kept]
    if min(answered.sum(), (~answered).sum()) < FEWEST_EITHER:
        return float("nan")
    return float(back[answered].mean() - back[~answered].mean())


def chance_answer_effect(a: Activity) -> Array:
    """Return the sums of effect and weight of a first answer that came or not by chance alone, in a simulated log.

    Newcomers with one contribution in the week of arrival, besides answers of their own; answered: in that week. In the
    model nothing of theirs then decides whether they are. Strata: years of arrival; weight: half the harmonic mean of
    the numbers answered and not.
    """
    week, arrival = (a.day - MONDAY) // WEEK, (a.first - MONDAY) // WEEK
    edge_week = (a.edge_day - MONDAY) // WEEK
    given, received = edge_week == arrival[a.source], edge_week == arrival[a.target]
    at_first = week == arrival[a.member]
    opening = np.bincount(a.member[at_first], weights=a.made[at_first], minlength=a.members)
    opening -= np.bincount(a.source[given], minlength=a.members)
    alone = (opening == 1) & (a.first <= a.obs_end - YEAR)
    answered = np.bincount(a.target[received], minlength=a.members) > 0
    back = acted_between(a, ANSWER_DAYS + 1, YEAR)
    effect, weight = 0.0, 0.0
    for year in np.unique(a.first[alone] // YEAR):
        here = alone & (a.first // YEAR == year)
        some, others = here & answered, here & ~answered
        if some.any() and others.any():
            w = 1.0 / (1.0 / some.sum() + 1.0 / others.sum())
            effect, weight = effect + w * (back[some].mean() - back[others].mean()), weight + w
    return np.array([effect, weight])


def people_by_month(a: Activity) -> tuple[Array, Array]:
    """Return month and member of everybody who acted in a whole month, once each."""
    month = np.searchsorted(a.ends, a.day)
    whole = month < len(a.ends)
    pairs = np.unique(month[whole] * a.members + a.member[whole])
    return pairs // a.members, pairs % a.members


def log_change(active: Array, month: int, ahead: int) -> float:
    """Return the log change from the six months up to `month` to the six that begin `ahead` months later."""
    before, after = active[month - 5 : month + 1].mean(), active[month + ahead : month + ahead + 6].mean()
    return float(np.log((after + 0.5) / (before + 0.5)))


def exit_effect(a: Activity) -> Array:
    """Return the mean log change of active members around exits of a top contributor, minus that of control months.

    Four numbers: in 6 months, in months 7 to 12, and both for the others alone; missing without an exit. Exit: who made
    most of a year (at least a fifth) acts for the last time and is silent for a year; one member was active on average.
    Controls: the other months of the community with such a leader. On the real communities: 64 exits in 45, -.29, -.14,
    -.12, .00; published -.28, -.13, -.11, .00.
    """
    months, people = people_by_month(a)
    total = len(a.ends)
    active = np.bincount(months, minlength=total).astype(float)
    exits: list[list[float]] = []
    controls: list[list[float]] = []
    for t in range(11, total - 12):
        top, share = top_contributor(a, int(a.ends[t]))
        if share < TOP_SHARE or active[t - 5 : t + 1].mean() < FEWEST_ACTIVE:
            continue
        others = active - np.bincount(months[people == top], minlength=total)
        changes = [log_change(x, t, ahead) for x in (active, others) for ahead in (1, 7)]
        gone = a.ends[t - 1] < a.last[top] <= a.ends[t] and a.obs_end - a.last[top] >= YEAR
        (exits if gone else controls).append(changes)
    if not exits or not controls:
        return np.full(4, np.nan)
    return np.asarray(np.mean(exits, 0) - np.mean(controls, 0))


def top_contributor(a: Activity, day: int) -> tuple[int, float]:
    """Return who made most in the year up to a day, and the share of it; share 0 when nobody made anything."""
    start, stop = np.searchsorted(a.day, [day - YEAR, day], side="right")
    made = np.bincount(a.member[start:stop], weights=a.made[start:stop], minlength=a.members)
    top = int(made.argmax())
    return top, float(made[top] / made.sum()) if stop > start else 0.0


def active_around(a: Activity, day: int, without: int = -1) -> Array:
    """Return the mean number active in a month over the half year before a day, the one from it on, and the next.

    without: a member left out.
    """
    place = np.floor((a.day - day) / MONTH).astype(np.int64)
    inside = (place >= -6) & (place < 12) & (a.member != without)
    months = np.unique((place[inside] + 6) * a.members + a.member[inside]) // a.members
    return np.asarray(np.bincount(months, minlength=18)[:18].reshape(3, 6).mean(1))


def pause_returns(a: Activity) -> Array:
    """Return silences of members who are ever core that reached each length of `PAUSES`, and how many ended within a year
    more: two numbers for each length, of silences that could be followed so long."""
    states = read_months(a.day, a.member, a.made, a.ends, int(a.starts[0]), a.members).states
    core = (states == 0).any(0)
    order = np.argsort(a.member, kind="stable")
    member, day = a.member[order], a.day[order]
    goes_on = np.append(member[1:] == member[:-1], False)
    silence = np.where(goes_on, np.append(day[1:], 0) - day, NEVER_ENDED)
    counts = []
    for length in PAUSES:
        reached = core[member] & (silence > length) & (a.obs_end - day >= length + YEAR)
        counts += [reached.sum(), (reached & (silence <= length + YEAR)).sum()]
    return np.array(counts)


def december(a: Activity) -> Array:
    """Return the number of Decembers, and the sum over them of log(1 + members acting) less its mean over the two months
    before and the two after."""
    months, _ = people_by_month(a)
    acting = np.log1p(np.bincount(months, minlength=len(a.ends)))
    at = np.arange(2, len(acting) - 2)
    at = at[(a.origin + at) % 12 == 11]
    around = (acting[at - 2] + acting[at - 1] + acting[at + 1] + acting[at + 2]) / 4.0
    return np.array([len(at), (acting[at] - around).sum()])


def early_and_late(a: Activity) -> Array:
    """Return mean active members of the first eight months, and 1 if anybody acted in months 34 to 36; else missing."""
    months, _ = people_by_month(a)
    active = np.bincount(months, minlength=len(a.ends)).astype(float)
    first, last = LATE_MONTHS
    if len(active) < last:
        return np.full(2, np.nan)
    return np.array([active[:EARLY_MONTHS].mean(), float(active[first:last].any())])


def area_under_curve(score: Array, outcome: Array) -> float:
    """Return the chance that one with the outcome scores above one without it, ties half; missing without both."""
    yes, no = score[outcome > 0], score[outcome == 0]
    if not len(yes) or not len(no):
        return float("nan")
    difference = np.sign(yes[:, None] - no[None, :])
    return float((0.5 + 0.5 * difference).mean())


def contacts_of(life: Life, weeks: int) -> Contacts:
    """Return the weeks of a simulated life, for everybody who ever acted."""
    people = int(life.state.counts[0].people)
    week, kind, person, other, number = life.events.T

    def table(which: int, who: Array, n: Array | None = None) -> Array:
        inside = (kind == which) & (week > 0)
        at = who[inside].astype(np.int64) * weeks + week[inside] - 1
        added = np.bincount(at, weights=None if n is None else n[inside], minlength=people * weeks)
        return added.reshape(people, weeks)

    made, given, attended = table(POST, person, number), table(REPLY, person), table(ATTEND, person) > 0
    seen = made + given + attended > 0
    made_contact = np.zeros(people, np.bool_)
    made_contact[person[(kind == MET) | (kind == CONTACT)]] = True
    return Contacts(
        made=made,
        given=given,
        attended=attended,
        contacted=table(MET, other) > 0,
        answers=table(REPLY, other),
        joined=np.where(seen.any(1), seen.argmax(1), weeks),
        made_contact=made_contact,
    )


def contact_rows(c: Contacts) -> tuple[Array, Array, Array]:
    """Return the rows of the weekly logit: whether a member acts next week, what happened this week, the member.

    Columns: contact by a role holder, the first for five weeks; another one; answered by anybody; contributed; log
    contributions; gave answers; attended; years since joining, log weeks since joining, log acts of the others. Role
    holders and weeks before the second are left out: everybody acts on joining.
    """
    sums = np.cumsum(np.pad(c.contacted, ((0, 0), (RECENT_CONTACTS + 1, 0))), 1)
    recently = sums[:, RECENT_CONTACTS:-1] - sums[:, : -RECENT_CONTACTS - 1] > 0
    since = np.arange(c.made.shape[1])[None, :] - c.joined[:, None]
    others = np.log1p(c.acted.sum(0)[None, :] - c.acted)
    columns = (
        c.contacted & ~recently, c.contacted & recently, c.answers > 0, c.made > 0, np.log1p(c.made), c.given > 0,
        c.attended, since / 52, np.log1p(np.maximum(since, 0)), others,
    )  # fmt: skip
    kept = ((since >= 1) & ~c.made_contact[:, None])[:, :-1]
    member = np.broadcast_to(np.arange(len(c.made))[:, None], kept.shape)
    x = np.stack([column[:, :-1][kept] for column in columns], 1).astype(float)
    return c.acted[:, 1:][kept].astype(float), x, member[kept]


def logit_within_members(y: Array, x: Array, member: Array, rounds: int = 40) -> tuple[Array, Array]:
    """Return coefficients and standard errors of a logit with an intercept for each member, by Newton's method.

    Members who always or never act say nothing and are left out. With many weeks a member it agrees with the
    conditional likelihood, which is far slower; the bias is about one part in the number of weeks.
    """
    number = np.bincount(member)
    ones = np.bincount(member, weights=y)
    varies = ((ones > 0) & (ones < number))[member]
    y, x = y[varies], x[varies]
    _, member = np.unique(member[varies], return_inverse=True)
    beta, own = np.zeros(x.shape[1]), np.zeros(int(member.max(initial=-1)) + 1)
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-np.clip(own[member] + x @ beta, -30, 30)))
        rest, weight = y - chance, chance * (1 - chance)
        spread, sums = np.bincount(member, weights=weight), np.bincount(member, weights=rest)
        mixed = np.stack([np.bincount(member, weights=weight * column) for column in x.T], 1)
        information = (x * weight[:, None]).T @ x - mixed.T @ (mixed / spread[:, None])
        step = np.linalg.solve(information, x.T @ rest - mixed.T @ (sums / spread))
        beta, own = beta + step, own + np.clip((sums - mixed @ step) / spread, -2, 2)
        if np.abs(step).max() < 1e-8 and np.abs(sums).max() < 1e-6:
            break
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def welcomed_hazards(c: Contacts) -> Array:
    """Return rows (stratum, welcomed, members who left, months at risk) of newcomers seen in two weeks of their first 8.

    Time runs from the end of those weeks to the last act; left: silent for the last year of the run. Strata: weeks with
    an act in the first 8, at most 6.
    """
    seen = c.acted | c.attended
    weeks = seen.shape[1]
    rows = []
    for i in np.flatnonzero((c.joined > 0) & (c.joined <= weeks - 52 - WELCOMED_WITHIN) & ~c.made_contact):
        early = slice(int(c.joined[i]), int(c.joined[i]) + WELCOMED_WITHIN)
        active = int(seen[i, early].sum())
        last = int(np.flatnonzero(seen[i])[-1])
        stay = max(last - early.stop + 1, 0) + 0.5
        rows.append((min(active, 6), c.contacted[i, early].any(), last < weeks - 52, stay * WEEK / MONTH, active))
    return np.array([row[:4] for row in rows if row[4] >= 2], float).reshape(-1, 4)


def stayed_half_a_year(c: Contacts) -> float:
    """Return the share of newcomers of the run, those of its last year left out, seen in weeks 27 to 52 of membership."""
    seen = c.acted | c.attended
    weeks = seen.shape[1]
    followed = np.flatnonzero((c.joined > 0) & (c.joined < weeks - 52))
    stayed = [seen[i, c.joined[i] + 27 : c.joined[i] + 53].any() for i in followed]
    return float(np.mean(stayed)) if stayed else float("nan")


def ratio_of_hazards(rows: Array) -> float:
    """Return the hazard of leaving of the welcomed in that of the others, over strata (Mantel and Haenszel)."""
    above, below = 0.0, 0.0
    for stratum in np.unique(rows[:, 0]):
        here = rows[rows[:, 0] == stratum]
        (left1, time1), (left0, time0) = (here[here[:, 1] == group][:, 2:].sum(0) for group in (1, 0))
        if time1 + time0 > 0:
            above, below = above + left1 * time0 / (time1 + time0), below + left0 * time1 / (time1 + time0)
    return above / below if below > 0 else float("nan")


def interval(parts: Sequence[Any], statistic: Callable[[Sequence[Any]], float], rounds: int = 400) -> tuple[float, ...]:
    """Return a statistic of communities with its 95 % interval, communities drawn anew; missing without any."""
    if not len(parts):
        return (float("nan"),) * 3
    rng = np.random.default_rng(1)
    drawn = [statistic([parts[i] for i in rng.integers(0, len(parts), len(parts))]) for _ in range(rounds)]
    low, high = np.nanquantile(drawn, [0.025, 0.975]) if np.isfinite(drawn).any() else (np.nan, np.nan)
    return float(statistic(parts)), float(low), float(high)
