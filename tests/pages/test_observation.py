"""The page of an observed log: sections for the large, a list for the rest, nothing about groups under five."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from copsim.pages.observation import observation_html, transitions, write_observation_report
from copsim.pages.plot_observation import spells

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "dev"


def observation(sizes: dict[str, int], months: int = 30) -> Any:
    """Return an observation of communities of the given sizes."""
    names = list(sizes)
    monthly = pd.concat(
        [
            pd.DataFrame(
                {
                    "community": name,
                    "month": [f"{2015 + n // 12}-{n % 12 + 1:02d}" for n in range(months)],
                    "t": range(months),
                    "n_core": np.arange(months) % 4,
                    "n_act": np.arange(months) % 7,
                    "n_occ": np.arange(months) % 9,
                    "n_per": np.arange(months),
                    "stage": (["potential", "coalescing", "maturing", "sustaining", "transforming", "ended"] * months)[
                        :months
                    ],
                }
            )
            for name in names
        ],
        ignore_index=True,
    )
    return SimpleNamespace(
        communities=pd.DataFrame(
            {
                "community": names,
                "n_members": list(sizes.values()),
                "n_months": months,
                "mean_active": 3.2,
                "state_end": "sustained",
                "origin": "2015-01",
                "obs_end": "2017-07-01",
                "km_12m": 0.37,
            }
        ),
        monthly=monthly,
        transitions=pd.DataFrame(
            {
                "community": names[0],
                "from": ["core", "core", "occ_onetouch"],
                "to": ["core", "active", "gone"],
                "count": [20, 3, 40],
            }
        ),
        survival=pd.DataFrame(
            {
                "community": names[0],
                "months": [0, 6, 12],
                "S_all": [0.7, 0.5, np.nan],
                "S_participants": [1.0, 0.8, np.nan],
            }
        ),
    )


def test_twelve_sections_and_a_list_of_the_rest() -> None:
    html = observation_html(observation({f"community-{n:02d}": 100 - n for n in range(15)}, months=5))
    assert html.count('role="img"') == 12
    assert "<td>community-14</td>" in html
    assert "<td>community-00</td>" not in html


def test_groups_under_five_have_no_section_and_no_number() -> None:
    html = observation_html(observation({"three-friends": 3}))
    assert 'role="img"' not in html
    assert "under 5" in html
    assert not re.search(r"\b3 members\b|<td>3</td>", html)


def test_few_moves_are_not_turned_into_shares() -> None:
    table = transitions(observation({"one": 50}).transitions)
    assert table[0] == ["core", "87 %", "under 5 moves", "0 %", "0 %", "0 %", "0 %", "23"]
    assert table[1][0] == "transactional"


def test_names_of_communities_are_escaped(tmp_path: Path) -> None:
    path = write_observation_report(observation({"<script>alert(1)</script>": 50}), tmp_path)
    assert "<script" not in path.read_text(encoding="utf-8")
    assert (tmp_path / "figures" / "observed-1.png").exists()


def test_same_bytes_twice() -> None:
    assert observation_html(observation({"one": 50})) == observation_html(observation({"one": 50}))


@pytest.mark.parametrize("months", [0, 1, 2])
def test_short_histories_make_a_page(months: int) -> None:
    seen = observation({"one": 50}, months=months)
    seen.survival = seen.survival.iloc[:0]
    assert "one: 50 members" in observation_html(seen)


def test_no_community_at_all() -> None:
    seen = observation({"one": 50})
    for table in vars(seen):
        setattr(seen, table, getattr(seen, table).iloc[:0])
    assert "The log holds no community." in observation_html(seen)


def test_spells_of_stages() -> None:
    assert spells(np.array([0, 0, 2, 2, 2, 1])) == [(0, 2, 0), (2, 5, 2), (5, 6, 1)]


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here (../shared/data/dev)")
def test_real_tables_make_a_page() -> None:
    tables = ("communities", "monthly", "transitions", "survival")
    seen = SimpleNamespace(**{name: pd.read_csv(DATA / f"{name}.csv") for name in tables})
    for name in tables:
        table = getattr(seen, name)
        setattr(seen, name, table[table["community"].isin(["chat_julia", "cop_carp_instructor"])])
    html = observation_html(seen)
    assert html.count('role="img"') == 2
    assert "270 members" in html
