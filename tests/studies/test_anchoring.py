"""Starting from a real log: here a simulated one, written to a file and read back, so that the truth is known."""

from dataclasses import replace

import numpy as np
import pytest

import copsim
from copsim.core.errors import UserError
from copsim.core.levels import ACTIVE, CORE, OCCASIONAL, OUTSIDE, PERIPHERAL, read_levels
from copsim.core.state import ATTACHMENT, BELONGING, COORDINATOR, PROPENSITY, SLOTS
from copsim.engine.luck import uncertain_parameters
from copsim.engine.parameters import central
from copsim.engine.starting import KEPT_WHOLE
from copsim.measures.eventlog import NOBODY, taken
from copsim.measures.logs import read_log
from copsim.measures.readings import weekly_reading
from copsim.studies import anchoring, fitting
from copsim.studies.anchoring import anchored, last_week_begins, start_of
from copsim.studies.compare import compare
from copsim.studies.replay import replay
from tests.kernels import call

WEEKS = 156


@pytest.fixture(scope="module")
def log_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "log.csv"
    events = copsim.simulate("baseline", replicates=1, weeks=WEEKS, seed=2).events()
    events[["date", "member", "kind", "member2", "n"]].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def log(log_file):
    return read_log(log_file)


@pytest.fixture(scope="module")
def anchor(log):
    return anchored(log)


def read(start):
    """Return the levels of the people of a start, by the one rule."""
    acts, levels = start.acts.astype(np.int64), np.zeros(len(start), np.int64)
    twelve, n = acts[:, -12:], len(start)
    gone = np.zeros(n, np.int64)
    call(read_levels)(twelve.sum(1), (twelve > 0).sum(1), gone, (acts > 0).sum(1), n, levels)
    return levels


def test_the_start_has_the_levels_that_the_log_shows(log, anchor):
    first = last_week_begins(log) - 7 * WEEKS
    levels = weekly_reading(log, str(np.datetime64(first, "D")), WEEKS + 1)[:, -1]
    expected = levels[[name in inside_names(log) for name in log.members()]]
    found = read(anchor.start)
    assert len(found) == len(expected) > 10
    regular = (expected <= ACTIVE) | (found <= ACTIVE)
    assert (found[regular] == expected[regular]).all()
    assert (expected == CORE).any()
    assert (expected != OUTSIDE).all()
    # A start remembers a year: who acted once in it, and before, looks like somebody who acted once in life.
    assert set(expected[found != expected]) <= {OCCASIONAL, PERIPHERAL}


def test_acts_and_weeks_are_those_of_the_log(log, anchor):
    monday = last_week_begins(log)
    assert monday % 7 == 4
    assert 0 <= log.obs_end[0] - (monday + 6) < 7
    last = (log.day >= monday) & (log.day < monday + 7)
    assert anchor.start.acts[:, -1].sum() == log.n[last].sum() > 0
    assert anchor.start.acts.shape == (len(anchor.start), 52)
    assert (anchor.start.acts.sum(1) > 0).all()
    joined = anchor.start.whole[KEPT_WHOLE.index("joined")]
    assert (np.diff(joined) >= 0).all()
    assert joined.max() <= 0
    assert joined.min() == -(WEEKS - 1)


def test_who_was_answered_holds_the_tie(log):
    monday = last_week_begins(log)
    once = np.flatnonzero(log.member2 >= 0)[-1:]
    alone = replace(log, member2=np.full_like(log.member2, NOBODY))
    alone.member2[once] = log.member2[once]
    alone = replace(alone, n=np.where(np.arange(len(log.n)) == once[0], 1, log.n))
    start = start_of(alone)
    holder, slot = np.argwhere(start.tie_other >= 0)[0]
    assert (start.tie_other >= 0).sum() == 1
    names = [name for name in log.members() if name in inside_names(log)]
    assert names[holder] == log.names[log.member2[once[0]]]
    assert names[start.tie_other[holder, slot]] == log.names[log.member[once[0]]]
    weeks = (monday + 6 - log.day[once[0]]) // 7 + 1
    assert start.tie_strength[holder, slot] == pytest.approx(0.3 * np.exp(-weeks / 26), rel=1e-5)


def inside_names(log):
    monday = last_week_begins(log)
    return set(log.names[log.member[(log.day >= monday - 7 * 51) & (log.day < monday + 7)]])


def test_people_are_as_their_acts_were(anchor):
    start = anchor.start
    active = (start.acts > 0).sum(1)
    most, least = active >= np.quantile(active, 0.8), active <= np.quantile(active, 0.2)
    for column in (PROPENSITY, BELONGING):
        assert start.real[column, most].mean() > start.real[column, least].mean()
    assert ((start.real[BELONGING] >= 0) & (start.real[BELONGING] <= 1)).all()
    assert start.tie_other.shape == (len(start), SLOTS)
    assert ((start.tie_strength > 0) == (start.tie_other >= 0)).all()
    expected = 1 - np.exp(-start.tie_strength.sum(1, dtype=float))
    assert start.real[ATTACHMENT] == pytest.approx(expected, abs=1e-6)
    roles = start.whole[KEPT_WHOLE.index("role")]
    assert np.flatnonzero(roles == COORDINATOR).tolist() == [start.acts[:, -12:].sum(1).argmax()]


def test_the_fit_hits_what_the_log_shows(log, anchor):
    past = anchoring._history(log)
    level = anchoring.filtered_level(past)
    seen = anchoring._seen(past, level)
    late = log.day >= last_week_begins(log) - 7 * 25
    late &= log.day < last_week_begins(log) + 7
    week = (log.day[late] - last_week_begins(log)) // 7
    assert seen.acts == log.n[late].sum() / len(set(zip(week.tolist(), log.member[late].tolist(), strict=True)))
    assert (seen.acting, seen.newcomers) == (level.acting, level.newcomers)
    now = fitting.Trial(anchor.start, anchor.population, 99).run(anchor.settings)
    assert now.acting == pytest.approx(seen.acting, rel=0.15)
    nothing_extra = anchor.settings["participating.extra"] < 0.01  # answers alone are then more than was seen
    assert now.acts == pytest.approx(seen.acts, rel=0.15) or (nothing_extra and now.acts > seen.acts)
    assert now.newcomers == pytest.approx(seen.newcomers, rel=0.4, abs=0.1)
    fitted = {row["what"]: row["value"] for row in anchor.fit if row["kind"] == "fitted"}
    assert fitted.items() <= anchor.settings.items()
    assert anchor.settings["participating.base_rate_spread"] == pytest.approx(level.deviation)
    assert {row["kind"] for row in anchor.fit} == {"fitted", "assumed"}


def test_a_community_that_has_just_fallen_silent_is_not_expected_to_wake(log):
    """Its people have acted for years: only a low base rate, below -8 here, makes them as quiet as the last months."""
    late = log.day > log.obs_end[0] - 150
    quiet = taken(log, ~late | (np.cumsum(late) % 400 == 1))
    found = anchored(replace(quiet, kinds=("commit",) * len(quiet.kinds)))
    assert found.settings["participating.base_rate"] < -8
    row = next(row for row in found.fit if row["what"] == "participating.base_rate")
    wanted, simulated = (float(part.split()[0]) for part in row["fitted_to"].split(": ")[1].split(", "))
    assert simulated == pytest.approx(wanted, rel=0.1, abs=0.1)


def test_months_are_counted_back_from_the_last_day_that_is_read(log):
    past = anchoring._history(log)
    end = last_week_begins(log) + 6
    counted = []

    def level(acting, newcomers):
        counted.append((acting, newcomers))
        return anchoring.Level(1.0, 1.0, 0.1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anchoring, "level_of", level)
        anchoring.filtered_level(past)
    acting, newcomers = counted[0]
    assert len(acting) == len(newcomers) == int(past.span * 7 / 30.4375)
    recent = log.member[(log.day <= end) & (log.day > end - 30.4375)]
    assert acting[-1] == len(set(recent.tolist()))
    seen_before = set(log.member[log.day <= end - 30.4375].tolist())
    assert newcomers[-1] == len(set(recent.tolist()) - seen_before)
    assert sum(newcomers) <= len(set(log.member.tolist()))


def test_as_many_are_in_a_pause_as_their_silence_makes_likely(anchor):
    start = anchor.start
    away = start.whole[KEPT_WHOLE.index("away")]
    now, long_ago = start.acts[:, -1] > 0, (start.acts[:, -8:] == 0).all(1) & (start.acts[:, :-8] > 0).any(1)
    assert 0 < away.sum() < len(start) / 2
    assert not away[now].any()
    assert away[long_ago].mean() > away[~now & ~long_ago].mean() * 0.5


def test_strengths_begin_where_a_year_leaves_them(anchor):
    c = fitting.record_of(anchor.start)
    domain, practice = fitting.Trial(anchor.start, anchor.population, 7).strengths(anchor.settings)
    assert c["domain"][0] == pytest.approx(domain, abs=0.06)
    assert c["practice"][0] == pytest.approx(practice, abs=0.06)
    product = c["domain"][0] * c["togetherness"][0] * c["practice"][0]
    assert c["strength"][0] == pytest.approx(product ** (1 / 3))


def test_what_the_population_lacks_is_not_drawn_and_a_year_of_silence_is_an_end(anchor):
    values = central(anchor.population)
    lacking = [p.key for p in uncertain_parameters() if values[p.key] == 0]
    assert lacking
    assert all(anchor.settings[key] == 0 for key in lacking)
    assert anchor.settings["staging.silence"] == 52


def test_no_name_gets_into_what_is_kept(log, anchor):
    told = repr((anchor.fit, anchor.settings))
    assert not [name for name in log.members() if name in told]


def test_kinds_of_act_tell_the_population(log, anchor):
    assert anchor.population == "talk"
    assert anchoring._population(replace(log, kinds=("commit",) * len(log.kinds))) == "git"


def test_a_comparison_from_a_log_is_the_same_twice_and_replays(log, log_file, tmp_path):
    asked = {"replicates": 4, "weeks": 26, "start_log": log}
    once, twice = (compare(["engaged-sponsor"], **asked) for _ in range(2))
    assert once.reference == "as-is"
    assert once.manifest["results"] == twice.manifest["results"]
    assert once.manifest["fit"][0]["what"] == "participating.base_rate"
    assert once.manifest["back_test"] == twice.manifest["back_test"] and "back_test" in once.manifest
    assert all(s.population == "talk" and s.settings["participating.base_rate"] < 0 for s in once.scenarios)
    first = once.weekly[once.weekly.week == 1]
    assert (first.members > 10).all()
    once.save(tmp_path)
    assert replay(tmp_path, log=log_file).same
    other = tmp_path / "other.csv"
    other.write_text(log_file.read_text() + "2024-01-01,somebody,post,,1\n")
    with pytest.raises(UserError, match="another log"):
        replay(tmp_path, log=other)


def test_what_is_no_start_is_said_in_one_sentence(log):
    early = taken(log, log.day > log.obs_end[0] - 25 * 7)
    with pytest.raises(UserError, match=r"covers \d+ whole weeks; a start needs 26 or more"):
        anchored(early)
    with pytest.raises(UserError, match="fewer than 2 members seen in its last 52 weeks"):
        anchored(replace(log, obs_end=log.obs_end + 60 * 7))
    with pytest.raises(UserError, match="name one of them"):
        anchored(replace(log, communities=("a", "b"), obs_end=np.repeat(log.obs_end, 2)))
