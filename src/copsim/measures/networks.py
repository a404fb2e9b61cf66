"""The network of who acts on whom, read every third month from the edges of the last 84 days."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copsim.core.jit import by_address, kernel, reader
from copsim.measures.readings import WINDOW

Array = NDArray[Any]

MEASURES = (
    "net_nodes",
    "net_edges",
    "net_density",
    "net_transitivity",
    "net_reciprocity",
    "net_cp_corr",
    "net_cp_core_share",
    "net_giant",
    "net_top50_touch",
    "net_mean_degree",
    "net_gini_degree",
)
EVERY, LEAST_ROWS, LEAST_NODES = 3, 10, 5
IN, OUT = 1, 2


@by_address
class Graph(NamedTuple):
    """Room for the ties of one reading; a node's neighbours stand in `ties` from `start` on, `degree` of them.

    number: (members,) place among the people present, -1 for others; people: (members,) the reverse.
    """

    number: Array
    people: Array
    degree: Array
    answered: Array
    start: Array
    mark: Array
    rank: Array
    ties: Array


def read_networks(day: Array, source: Array, target: Array, ends: Array, half: Array) -> Array:
    """Return the measures (months, 11), missing except in every third month with at least 10 edge rows and 5 people.

    day, source, target: edge rows sorted by day; half: (months, members) in the set making half of the contributions.
    Core-periphery: the best correlation of ties with a core of the best connected (Lip 2011, arXiv:1102.5511).
    """
    out = np.full((len(ends), len(MEASURES)), np.nan)
    rows = np.searchsorted(day, [ends - WINDOW, ends], side="right")
    if len(day):
        members = half.shape[1]
        most = int((rows[1] - rows[0]).max(initial=0))
        graph = Graph(*(np.zeros(size, np.int64) for size in [members + 1] * 7 + [2 * most]))
        _read_networks(source, target, rows, half, graph, out)
    return out


@reader
def _read_networks(source: Array, target: Array, rows: Array, half: Array, graph: Any, out: Array) -> None:
    for t in range(len(out)):
        first, stop = rows[0, t], rows[1, t]
        if t % EVERY == EVERY - 1 and stop - first >= LEAST_ROWS:
            _measure(source[first:stop], target[first:stop], half[t], graph, out[t])


@kernel
def _measure(source: Array, target: Array, half: Array, graph: Any, out: Array) -> None:
    n = _number_people(source, target, graph)
    if n < LEAST_NODES:
        return
    directed, answered = _link(source, target, n, graph)
    _order_by_degree(n, graph)
    degrees, squares, spread = 0, 0, 0
    for i in range(n):
        degrees += graph.degree[i]
        squares += graph.degree[i] * graph.degree[i]
        spread += graph.degree[i] * (n - 1 - 2 * graph.rank[i])
    ties, wedges = degrees // 2, (squares - degrees) // 2
    out[0], out[1], out[2] = n, ties, ties / (n * (n - 1) / 2)
    if wedges > 0:
        out[3] = 3.0 * _triangles(n, graph) / wedges
    out[4] = answered / directed
    out[5], out[6] = _core_periphery(n, ties, graph)
    out[7] = _largest_part(n, graph) / n
    out[8] = _touching(half, n, graph) / ties
    out[9], out[10] = degrees / n, spread / (n * degrees)


@kernel
def _number_people(source: Array, target: Array, graph: Any) -> int:
    """Number the people with a tie to somebody else, in member order, and return how many they are."""
    members = len(graph.number) - 1
    for who in range(members):
        graph.number[who] = -1
    for row in range(len(source)):
        if source[row] != target[row]:
            graph.number[source[row]] = 0
            graph.number[target[row]] = 0
    n = 0
    for who in range(members):
        if graph.number[who] == 0:
            graph.number[who] = n
            graph.people[n] = who
            n += 1
    return n


@kernel
def _link(source: Array, target: Array, n: int, graph: Any) -> tuple[int, int]:
    """Fill each node's distinct neighbours; return the number of distinct directed ties, and of those answered.

    Half-edges are dealt into buckets by node, outgoing as 2 j + 1 and incoming as 2 j, then made distinct in place.
    """
    for i in range(n + 1):
        graph.start[i] = 0
        graph.mark[i] = -1
    _deal(source, target, n, graph)
    directed, answered, begin = 0, 0, 0
    for i in range(n):
        stop = graph.start[i]
        graph.start[i] = begin
        graph.degree[i] = _make_distinct(i, graph.ties[begin:stop], graph)
        for e in range(graph.degree[i]):
            directions = graph.answered[graph.ties[begin + e]]
            directed += directions >= OUT
            answered += directions == IN + OUT
        begin = stop
    return directed, answered


@kernel
def _make_distinct(i: int, ties: Array, graph: Any) -> int:
    """Replace half-edges by distinct neighbours, return how many; `answered` gets the directions of each."""
    count = 0
    for e in range(len(ties)):
        other, direction = ties[e] // 2, OUT if ties[e] % 2 else IN
        if graph.mark[other] != i:
            graph.mark[other] = i
            graph.answered[other] = 0
            ties[count] = other
            count += 1
        graph.answered[other] |= direction
    return count


@kernel
def _deal(source: Array, target: Array, n: int, graph: Any) -> None:
    """Deal half-edges into buckets; afterwards `start` of a node is where its bucket ends."""
    for row in range(len(source)):
        if source[row] != target[row]:
            graph.start[graph.number[source[row]] + 1] += 1
            graph.start[graph.number[target[row]] + 1] += 1
    for i in range(n):
        graph.start[i + 1] += graph.start[i]
    for row in range(len(source)):
        if source[row] != target[row]:
            i, j = graph.number[source[row]], graph.number[target[row]]
            graph.ties[graph.start[i]] = 2 * j + 1
            graph.start[i] += 1
            graph.ties[graph.start[j]] = 2 * i
            graph.start[j] += 1


@kernel
def _order_by_degree(n: int, graph: Any) -> None:
    """Rank nodes by degree, largest first; equal degrees keep their order."""
    for k in range(n + 1):
        graph.mark[k] = 0
    for i in range(n):
        graph.mark[n - graph.degree[i]] += 1  # places taken by each degree, from the largest
    for k in range(n):
        graph.mark[k + 1] += graph.mark[k]
    for back in range(n):
        i = n - 1 - back
        graph.mark[n - graph.degree[i]] -= 1
        graph.rank[i] = graph.mark[n - graph.degree[i]]


@kernel
def _triangles(n: int, graph: Any) -> int:
    for i in range(n):
        graph.mark[i] = -1
    count = 0
    for i in range(n):
        first, degree = graph.start[i], graph.degree[i]
        for e in range(degree):
            graph.mark[graph.ties[first + e]] = i
        for e in range(degree):
            j = graph.ties[first + e]
            if j > i:
                count += _closing(i, j, graph)
    return count // 3  # seen from each of its three sides


@kernel
def _closing(i: int, j: int, graph: Any) -> int:
    count = 0
    for e in range(graph.degree[j]):
        count += graph.mark[graph.ties[graph.start[j] + e]] == i
    return count


@kernel
def _core_periphery(n: int, ties: int, graph: Any) -> tuple[float, float]:
    """Return the best correlation over cores of the 1 .. n - 1 best connected, and that core's share of people."""
    possible = n * (n - 1) / 2
    density = ties / possible
    _count_by_rank(n, graph)
    best, size, inside = np.nan, 1, 0
    for k in range(1, n):
        inside += graph.mark[k - 1]
        block = (k * (k - 1) / 2 + k * (n - k)) / possible
        scale = density * (1 - density) * block * (1 - block)
        if scale > 0:
            correlation = (inside / possible - density * block) / np.sqrt(scale)
            if not best >= correlation:
                best, size = correlation, k
    return best, size / n


@kernel
def _count_by_rank(n: int, graph: Any) -> None:
    """Count in `mark` the ties whose better connected end has each rank."""
    for i in range(n):
        graph.mark[i] = 0
    for i in range(n):
        for e in range(graph.degree[i]):
            graph.mark[graph.rank[i]] += graph.rank[i] < graph.rank[graph.ties[graph.start[i] + e]]


@kernel
def _largest_part(n: int, graph: Any) -> int:
    """Return the size of the largest connected part, found breadth first with `answered` as the queue."""
    for i in range(n):
        graph.mark[i] = 0
    largest = 0
    for i in range(n):
        waiting, done = 0, 0
        if graph.mark[i] == 0:
            graph.mark[i], graph.answered[0], waiting = 1, i, 1
        while done < waiting:
            j = graph.answered[done]
            done += 1
            for e in range(graph.degree[j]):
                other = graph.ties[graph.start[j] + e]
                if graph.mark[other] == 0:
                    graph.mark[other], graph.answered[waiting] = 1, other
                    waiting += 1
        largest = max(largest, done)
    return largest


@kernel
def _touching(half: Array, n: int, graph: Any) -> int:
    """Count the ties with at least one end in the half set."""
    count = 0
    for i in range(n):
        inside = half[graph.people[i]]
        for e in range(graph.degree[i]):
            j = graph.ties[graph.start[i] + e]
            count += j > i and (inside or half[graph.people[j]])
    return count
