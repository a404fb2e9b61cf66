"""The tables of `observe` for logs small enough to be worked by hand."""

import numpy as np
import pandas as pd
import pytest

from copsim.measures import observing
from copsim.measures.columns import FACTS, MONTHLY
from copsim.measures.logs import log_from_frame
from copsim.measures.observing import observe, write_observation

pytestmark = pytest.mark.plain


def log_of(events, until=None):
    """Return a log of (date, member, n or member2)."""
    frame = pd.DataFrame(events, columns=["date", "member"])
    return log_from_frame(frame.sort_values("date", kind="stable"), until, "club")


def every(start, days, times, *members):
    dates = np.datetime64(start) + days * np.arange(times)
    return [(str(day), member) for day in dates for member in members]


def keeper(first="2024-01", months=15):
    """Return one act of "keeper" in the middle of each month, which fixes the origin."""
    return [(f"{month}-15", "keeper") for month in np.datetime64(first) + np.arange(months)]


def month(observation, name):
    table = observation.monthly
    return table[table["month"] == name].iloc[0]


@pytest.mark.parametrize("order", [("ann", "bob"), ("bob", "ann")])
def test_core_is_the_half_set_active_in_eight_of_twelve_blocks(order):
    seen = observe(log_of(every("2024-01-01", 7, 13, *order), "2024-03-31"))
    monthly = seen.monthly
    assert monthly["n_active"].tolist() == [2, 2, 2]
    assert monthly["n_core"].tolist() == [0, 1, 1]  # five active blocks at the end of January, nine in February
    assert monthly["n_act"].tolist() == [2, 1, 1]
    assert monthly["n50"].tolist() == [1, 1, 1]  # twelve of twenty-four: the first to appear makes half alone
    assert monthly["n_events"].tolist() == [10, 8, 8]
    assert monthly["newcomers"].tolist() == [2, 0, 0]
    assert monthly["stage"].tolist() == ["coalescing"] * 3
    counts = seen.transitions.set_index(["from", "to"])["count"]
    assert counts["new", "active"] == 2
    assert counts["active", "core"] == counts["core", "core"] == 1
    assert counts["active", "active"] == 2
    assert counts["active", "ACTIVE"] == 3
    assert counts["core", "ACTIVE"] == 1
    assert counts.sum() == 10


def test_eighty_four_days_and_one_touch():
    events = [("2024-01-07", "early"), ("2024-01-08", "late"), *every("2024-01-08", 7, 2, "twice"), *keeper()]
    march = month(observe(log_of(events)), "2024-03")  # the window of 2024-03-31 begins on 2024-01-08
    assert march["n_per"] == march["n_per_onetouch"] == 1
    assert march["n_occ"] == 2
    assert march["n_occ_onetouch"] == 1
    assert march["n_12wk"] == 3
    assert march["n_act"] == 1


def test_gone_and_leaving_after_365_days():
    events = [("2024-03-31", "gone"), ("2024-04-01", "dormant"), *keeper()]
    seen = observe(log_of(events, "2025-03-31"))
    last = month(seen, "2025-03")
    assert last["n_gone"] == 1
    assert last["n_per"] == last["n_per_onetouch"] == 1
    leavers = seen.monthly.set_index("month")["leavers"]
    assert leavers["2024-03"] == 1
    assert leavers.isna().sum() == 12  # of months that end less than 365 days before observation ends


def test_returning_means_after_more_than_84_days():
    events = [("2024-01-20", "soon"), ("2024-01-20", "later"), *keeper()]
    events += [("2024-04-13", "soon"), ("2024-04-14", "later")]  # 84 and 85 days
    seen = observe(log_of(events)).monthly.set_index("month")
    assert seen["returners"]["2024-04"] == 1
    assert seen["newcomers"]["2024-01"] == 3
    assert seen["newcomers"].sum() == 3


def test_a_week_of_life_is_a_seven_day_bin_from_the_origin():
    events = [("2024-01-29", "one"), ("2024-02-04", "one"), ("2024-02-04", "two"), ("2024-02-05", "two"), *keeper()]
    march = month(observe(log_of(events)), "2024-03")  # 2024-01-29 to 2024-02-04 is the fifth bin
    assert march["n_occ"] == 2
    assert march["n_occ_onetouch"] == 1


@pytest.mark.parametrize(("second", "once"), [("2024-02-04", 0), ("2024-02-05", 1)])
def test_a_week_of_life_that_reaches_into_the_next_month_counts_whole(second, once):
    january = month(observe(log_of([("2024-01-10", "ann"), (second, "ann"), *keeper()])), "2024-01")
    assert january["n_occ_onetouch"] == once + 1  # the keeper has one week so far


def test_origin_is_the_first_month_with_activity_in_three_of_six():
    stray, second = ("2020-01-05", "stray"), ("2020-02-05", "keeper")
    seen = observe(log_of([stray, second, *keeper("2021-03", 4)]))
    facts = seen.communities.iloc[0]
    assert facts["origin"] == seen.monthly["month"][0] == "2021-03"
    assert facts["n_pre_origin"] == 2
    assert facts["n_members"] == 1
    assert seen.monthly["newcomers"].sum() == 1  # strays do not make the keeper an old hand
    too_far = observe(log_of([stray, ("2020-04-05", "ann"), ("2020-07-05", "ann"), *keeper("2021-03", 4)]))
    assert too_far.communities["origin"][0] == "2021-03"  # the third month is the seventh
    sparse = observe(log_of([("2020-01-05", "ann"), ("2020-12-05", "bob")]))
    assert sparse.communities["origin"][0] == "2020-01"


def test_concentration_of_the_last_twelve_weeks():
    frame = pd.DataFrame({"date": "2024-01-15", "member": [f"m{i}" for i in range(15)], "n": [10] + [2] * 5 + [1] * 9})
    january = observe(log_from_frame(frame, "2024-01-31")).monthly.iloc[0]
    assert january["n50"] == 4  # 10 + 2 + 2 + 2 of 29
    assert january["top1_12wk"] == pytest.approx(10 / 29)
    assert january["top10pct_12wk"] == pytest.approx(12 / 29)  # a tenth of 15 is rounded to 2
    weights = np.arange(1, 16) * 2 - 16
    assert january["gini_12wk"] == pytest.approx(weights @ ([1] * 9 + [2] * 5 + [10]) / (15 * 29))


def test_staying_of_all_and_of_participants():
    events = every("2020-01-10", 200, 2, *(f"stay{i}" for i in range(5))) + every("2020-01-10", 9, 1, "a", "b", "c")
    events += [(day, "keeper") for day, _ in keeper("2020-01", 36)]
    curves = observe(log_of(events)).survival.set_index("months")
    assert curves["S_all"][0] == pytest.approx(6 / 9)
    assert curves["S_all"][6] == pytest.approx(6 / 9)
    assert np.isnan(curves["S_all"][9])  # one person is left at risk
    assert curves["S_participants"][0] == 1
    assert curves.index.tolist() == list(observing.GRID)


def test_facts_of_first_steps_and_the_tail():
    events = every("2020-01-10", 5, 1, "a", "b", "c") + every("2020-01-10", 40, 2, "d")
    events += [(day, "keeper") for day, _ in keeper("2020-01", 36)]
    facts = observe(log_of(events)).communities.iloc[0]
    assert facts["n_followed"] == 5
    assert facts["oneday_share"] == facts["onecontrib_share"] == 3 / 5
    assert facts["second_30d"] == 0
    assert facts["second_90d"] == 2 / 5
    assert facts["powerlaw_alpha"] == pytest.approx(1 + 5 / np.log([2, 2, 2, 4, 72]).sum())
    assert np.isnan(facts["ccdf_ge2"])  # for ten followed people or more
    assert facts["gap_median_pooled"] == 31
    assert facts["state_end"] == "sustained"


def test_exit_of_the_top_contributor():
    weekly = [(date, "top") for date, _ in every("2020-01-01", 7, 53, "top")]
    events = weekly + [(day, f"m{i}") for i in range(3) for day, _ in keeper("2020-01", 40)]
    facts = observe(log_of(events)).communities.iloc[0]
    assert facts["top1_exit_n"] == 1
    assert facts["top1_exit_lr6"] == pytest.approx(np.log(3.5 / 4.5))


def test_newcomers_somebody_acted_on():
    dates = [day for day, _ in keeper("2020-01", 40)]
    rows = [(day, f"m{i}", "") for i, day in enumerate(dates)] + [(day, "host", "") for day in dates]
    rows += [
        (str(np.datetime64(dates[0]) + np.timedelta64(14, "D")), "host", "m0"),
        (str(np.datetime64(dates[1]) + np.timedelta64(15, "D")), "host", "m1"),
    ]
    rows += [("2020-01-20", "m9", "m9"), (dates[2], "host", "somebody who never acts")]
    rows += [(day, f"x{i}", "") for i, day in enumerate(dates)]
    frame = pd.DataFrame(rows, columns=["date", "member", "member2"]).sort_values("date", kind="stable")
    facts = observe(log_from_frame(frame, "2024-12-31")).communities.iloc[0]
    assert facts["newcomer_responded"] == pytest.approx(1 / facts["n_followed"])
    assert np.isnan(facts["second365_responded"])


@pytest.mark.parametrize("until", [None, "2024-01-20", "2024-02-10", "2027-01-01"])
def test_a_log_of_one_member_and_one_day_gives_tables(until, tmp_path):
    seen = observe(log_of([("2024-01-15", "ann")], until))
    assert len(seen.communities) == 1
    assert len(seen.survival) == len(observing.GRID)
    assert len(seen.monthly) == {None: 0, "2024-01-20": 0, "2024-02-10": 1, "2027-01-01": 36}[until]
    write_observation(seen, tmp_path / "out")


def test_tables_have_the_declared_columns_and_keep_the_order_of_the_log():
    frame = pd.DataFrame(
        {"community": ["zeta", "alpha", "zeta"], "date": ["2024-02-01", "2024-01-01", "2024-01-05"], "member": "ann"}
    )
    seen = observe(log_from_frame(frame, "2024-04-30"))
    assert seen.communities.columns.tolist() == ["community", *FACTS]
    assert seen.monthly.columns.tolist() == list(MONTHLY)
    assert seen.transitions.columns.tolist() == ["community", "from", "to", "count"]
    assert seen.survival.columns.tolist() == ["community", "months", "S_all", "S_participants"]
    assert seen.communities["community"].tolist() == ["zeta", "alpha"]
    assert seen.monthly["community"].unique().tolist() == ["zeta", "alpha"]


def test_written_files_replace_old_ones_and_leave_nothing_beside(tmp_path):
    name = 'a "club", with\nlines <script>'
    frame = pd.DataFrame({"community": name, "date": ["2024-01-01", "2024-02-01", "2024-03-01"], "member": "ann"})
    (tmp_path / "monthly.csv").write_text("old")
    write_observation(observe(log_from_frame(frame, "2024-03-31")), tmp_path)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["communities.csv", "monthly.csv", "survival.csv", "transitions.csv"]
    monthly = pd.read_csv(tmp_path / "monthly.csv")
    assert monthly["community"].unique().tolist() == [name]
    assert monthly["month"].tolist() == ["2024-01", "2024-02", "2024-03"]
    assert monthly["gini_12wk"].isna().all()


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    seen = observe(log_of(keeper()))
    (tmp_path / "communities.csv").write_text("old")

    def broken(*arguments, **keywords):
        raise OSError("no space")

    monkeypatch.setattr(pd.DataFrame, "to_csv", broken)
    with pytest.raises(OSError, match="no space"):
        write_observation(seen, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["communities.csv"]
    assert (tmp_path / "communities.csv").read_text() == "old"


def test_numbers_are_written_with_five_digits(tmp_path):
    write_observation(observe(log_of(every("2024-01-01", 1, 60, "ann", "bob", "cid"), "2024-02-29")), tmp_path)
    text = (tmp_path / "communities.csv").read_text().splitlines()
    row = dict(zip(text[0].split(","), text[1].split(","), strict=True))
    assert row["top1_life"] == "0.33333"
    assert row["n_events"] == "180"
    assert row["kind"] == ""
