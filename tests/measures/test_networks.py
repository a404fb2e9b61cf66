"""Network measures worked by hand."""

import numpy as np
import pytest

from copsim.measures.networks import MEASURES, read_networks

pytestmark = pytest.mark.plain

A, B, C, D, E, OTHER = 0, 1, 3, 4, 5, 2
EDGES = [(A, B), (B, A), (B, C), (C, A), (A, D), (D, E), (A, B), (A, B), (D, D), (E, E)]


def read(edges, half=(E,), day=60, ends=(30, 60, 90)):
    inside = np.zeros((3, 7), np.bool_)
    inside[:, list(half)] = True
    source, target = np.array(edges, np.int64).T.copy()
    out = read_networks(np.full(len(edges), day), source, target, np.array(ends), inside)
    return [dict(zip(MEASURES, row, strict=True)) for row in out]


def test_five_people_with_a_triangle_and_a_tail():
    first, second, third = read(EDGES)
    assert np.isnan(list(first.values())).all()  # only every third month is read
    assert np.isnan(list(second.values())).all()
    assert third["net_nodes"] == 5
    assert third["net_edges"] == 5
    assert third["net_density"] == 5 / 10
    assert third["net_transitivity"] == 3 / 6  # one triangle; degrees 3, 2, 2, 2, 1 make 6 connected triples
    assert third["net_reciprocity"] == pytest.approx(2 / 6)
    assert third["net_cp_corr"] == pytest.approx((0.3 - 0.5 * 0.4) / np.sqrt(0.5 * 0.5 * 0.4 * 0.6))
    assert third["net_cp_core_share"] == 1 / 5
    assert third["net_giant"] == 1
    assert third["net_top50_touch"] == 1 / 5
    assert third["net_mean_degree"] == 2
    assert third["net_gini_degree"] == pytest.approx(8 / 50)


def test_two_parts_without_a_triangle():
    edges = [(A, B), (B, C), (D, E)] * 3 + [(A, C)]
    third = read([edge for edge in edges if edge != (A, C)] + [(A, B)])[2]
    assert third["net_giant"] == 3 / 5
    assert third["net_transitivity"] == 0
    assert third["net_reciprocity"] == 0


def test_four_people_who_all_know_each_other_and_a_fifth():
    edges = [(A, B), (A, C), (A, D), (B, C), (B, D), (C, D), (D, E)] * 2
    assert read(edges)[2]["net_transitivity"] == 3 * 4 / (3 + 3 + 3 + 6)


def test_too_few_rows_or_people_stay_empty():
    assert np.isnan(read(EDGES[:9])[2]["net_nodes"])
    assert np.isnan(read([(A, B), (B, C), (C, D)] * 4)[2]["net_nodes"])


@pytest.mark.parametrize(("day", "read_at_all"), [(6, False), (7, True), (90, True), (91, False)])
def test_edges_of_the_last_84_days_count(day, read_at_all):
    assert np.isfinite(read(EDGES, day=day)[2]["net_nodes"]) == read_at_all
