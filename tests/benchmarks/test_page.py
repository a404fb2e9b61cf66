"""The page says what was measured, and which goals were reached."""

import pytest

from benchmarks import page
from benchmarks.contest import BY_HAND, CONTESTANTS, KERNELS, MESA, PLAIN
from benchmarks.environments import PEERS


def figures(by_hand=10.0, mine=12.0):
    times = {MESA: 9_000.0, "Starsim": 1_500.0, PLAIN: 80.0, BY_HAND: by_hand, KERNELS: mine}
    machine = {"date": "2026-01-01", "processor": "some, AVX2", "cores": 2, "load": 0.4, "system": "Linux x86_64"}
    giant = {"kind": "engine", "members": 10_000_000, "weeks": 26, "threads": 2, "seconds": 29.0, "nanoseconds": 100.0}
    warm = {"cold": {"seconds": 60.0, "wall": 61.0, "compiling": 40.0}, "warm": {"seconds": 1.0, "wall": 1.1}}
    return {
        "about": {**machine, "versions": ["Python 3.11", "copsim 0"]},
        "ladder": {
            "nanoseconds": {"100": times, "1000": times, "10000": {KERNELS: 11.0}},
            "bytes a member": dict.fromkeys(times, 152.0),
            "agreement": {"same levels": True},
        },
        "twin": {"engine": 100.0, "twin": 9_500.0, "ratio": 95.0},
        "whole": {
            "nanoseconds": 97.0, "by pass": {"answer": 20.0, "meet": 5.0}, "bytes a member": 288.0,
            "milliseconds a run of the baseline": 3.0,
        },
        "ablation": {"everything on": 97.0, "no answers": 60.0},
        "threads": {"ladder": 1.95, "engine": 1.85},
        "end": {"runs": 10_000, "weeks": 520, "alone": 24.0, "whole": 30.0, "members": 260.0},
        "giants": [{**giant, "peak": 3.9e9}],
        "start": {"simulate": warm},
    }  # fmt: skip


def reached(found):
    return {what: said for what, _, _, said in page.goals(found)}


def test_goals_are_compared_with_what_was_found():
    found = reached(figures())
    assert found["ladder: times as fast as idiomatic Mesa, 1,000 members"] == "yes"  # 750
    assert found["full model: times as fast as its twin in idiomatic Mesa, 1,000 members"] == "**no**"
    assert found["ladder: time over that of the C vectorised by hand"] == "yes"  # 1.2
    assert found["of that, storage and statistics"] == "**no**"  # 20 %
    assert found["two threads against one, full model"] == "**no**"
    assert found["10,000,000 members × 260 weeks, full model, from 26 weeks"] == "yes"  # 290 s
    assert reached(figures(by_hand=8.0))["ladder: time over that of the C vectorised by hand"] == "**no**"


def test_peers_that_were_skipped_leave_no_line_and_no_gap(tmp_path):
    found = figures()
    for by_name in found["ladder"]["nanoseconds"].values():
        by_name.pop("Starsim", None)
        by_name.pop(BY_HAND, None)
    text = page.write(found, tmp_path).read_text(encoding="utf-8")
    assert "Starsim |" not in text
    assert "| copsim's kernels | 12 | 12 | 11 | 1 | 152 |" in text


def test_the_page_and_its_picture_are_written(tmp_path):
    text = page.write(figures(), tmp_path).read_text(encoding="utf-8")
    assert (tmp_path / page.PICTURE).stat().st_size > 10_000
    assert "2026-01-01, some, AVX2, 2 cores" in text
    assert "| Mesa, idiomatic | 9,000 | 9,000 | – | 750 | 152 |" in text
    assert "| `answer` | 20 | 80 % |" in text
    assert "| no answers | 60 |" in text


def test_a_busy_machine_is_told_of(tmp_path):
    found = figures()
    assert "Other programs" not in page.write(found, tmp_path).read_text(encoding="utf-8")
    found["about"]["load"] = 5.0
    assert "Other programs were at work beside it (load 5.0" in page.write(found, tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1,234"), (99.96, "100"), (12.34, "12.3"), (0.0123, "0.0123")])
def test_numbers_have_three_figures(value, text):
    assert page.number(value) == text


def test_every_peer_has_an_environment_with_all_pins():
    assert {c.environment for c in CONTESTANTS} - {""} == set(PEERS)
    assert all("==" in pin for pins in PEERS.values() for pin in pins)
