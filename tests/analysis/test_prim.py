"""PRIM finds a box that is there, keeps its limits, and goes the way of the EMA Workbench."""

from itertools import pairwise

import numpy as np
import pytest

from copsim.analysis.prim import FREE, peel, whole_box


def cloud(number=600, seed=3, columns=4):
    random = np.random.default_rng(seed)
    x = random.random((number, columns))
    return x, ((x[:, 0] > 0.6) & (x[:, 1] < 0.4)).astype(float)


def test_a_box_that_is_there_is_found():
    x, met = cloud()
    boxes = peel(x, met, np.ones(len(x)))
    last = boxes[-1]
    inside = last.inside(x)
    assert met[inside].mean() == 1.0
    assert met[inside].sum() / met.sum() > 0.9
    assert last.limits[0] == pytest.approx((0.6, np.inf), abs=0.02)
    assert last.limits[1] == pytest.approx((-np.inf, 0.4), abs=0.02)


def test_each_box_lies_in_the_one_before_it_and_is_denser():
    x, met = cloud(seed=4)
    boxes = peel(x, met, np.ones(len(x)))
    inside = [box.inside(x) for box in boxes]
    assert inside[0].all()
    for wider, smaller in pairwise(inside):
        assert not (smaller & ~wider).any()
        assert met[smaller].mean() > met[wider].mean()
    assert min(kept.mean() for kept in inside) >= 0.05


def test_replicates_weigh_in_and_order_does_not():
    x, met = cloud(200)
    runs = np.where(np.arange(200) % 2, 10.0, 5.0)
    order = np.random.default_rng(0).permutation(200)
    one = peel(x, met * runs, runs)
    other = peel(x[order], (met * runs)[order], runs[order])
    assert [box.limits for box in one] == [box.limits for box in other]


def test_levels_of_a_grid_are_peeled_whole():
    x = np.repeat(np.arange(5.0), 40)[:, None]
    met = (x[:, 0] < 2).astype(float)
    assert peel(x, met, np.ones(200))[-1].limits == ((-np.inf, 1.5),)


def test_a_category_loses_codes():
    x = np.tile(np.arange(3.0), 50)[:, None]
    last = peel(x, (x[:, 0] == 2).astype(float), np.ones(150), categories=(0,))[-1]
    assert last.limits == (frozenset({2}),)
    assert last.restricted == (0,)
    assert last.without(0) == whole_box(x, (0,))


def test_noise_without_a_gain_is_not_peeled():
    assert len(peel(np.ones((50, 1)), np.ones(50), np.ones(50))) == 1
    assert whole_box(np.ones((50, 1))).limits == (FREE,)


@pytest.mark.verify
@pytest.mark.parametrize("kind", ["floats", "noise", "levels"])
def test_the_trajectory_is_that_of_the_ema_workbench(kind):
    prim = pytest.importorskip(
        "ema_workbench.analysis.prim",
        reason="the EMA Workbench is not installed: pip install 'ema_workbench' 'pandas<3'",
    )
    import inspect

    import pandas as pd

    random = np.random.default_rng(7)
    x, met = cloud(1000, seed=8)
    met = np.where(random.random(1000) < 0.15, 1 - met, met) if kind != "floats" else met
    x = np.floor(x * 9) / 8 if kind == "levels" else x
    frame = pd.DataFrame(x, columns=list("abcd"))
    needed = {"threshold": 0.5} if "threshold" in inspect.signature(prim.Prim).parameters else {}
    theirs = prim.Prim(frame, met.astype(bool), peel_alpha=0.05, mass_min=0.05, **needed).find_box()
    ours = peel(x, met, np.ones(1000))
    inside = [box.inside(x) for box in ours]
    seen = [[met[kept].sum() / met.sum(), met[kept].mean(), kept.mean()] for kept in inside]
    expected = theirs.peeling_trajectory[["coverage", "density", "mass"]].to_numpy()
    assert len(ours) > 10
    assert np.allclose(seen, expected[: len(seen)], rtol=0, atol=1e-12)  # what it pastes on stands after the peels
    for limits, box in zip([box.limits for box in ours], theirs.box_lims, strict=False):
        found = np.clip(np.array(limits), x.min(0)[:, None], x.max(0)[:, None])
        assert np.allclose(found.T, box.to_numpy(float))
