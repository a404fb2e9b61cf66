"""Tests of copsim.core.numeric: errors against mpmath, laws of the quantiles, and the same bits without a compiler."""

import importlib.util
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest import mock

import mpmath
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from copsim.core import jit
from copsim.core import numeric as kernels
from tests.kernels import call


class Called:
    """The functions of `core/numeric`, as Python may call them."""

    __file__ = kernels.__file__

    def __getattr__(self, name: str) -> Any:
        return call(getattr(kernels, name))


numeric = Called()
pytestmark = pytest.mark.plain
mpmath.mp.prec = 120
UNIT = 2.0**-53

REFERENCES: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "saturating": lambda x: -mpmath.expm1(-x),
    "cbrt": mpmath.cbrt,
    "log1p": mpmath.log1p,
}
REFERENCE_OF = {f"{name}{bits}": reference for name, reference in REFERENCES.items() for bits in (32, 64)}

# The declared errors: in units in the last place, or relative (the last column).
DECLARED = [
    ("exp32", 0.98, 1.0),
    ("logistic32", 2.5, 1.5e-7),
    ("saturating32", 1.6, 1.2e-7),
    ("exp64", 1.7, 1.0),
    ("log64", 0.8, 1.0),
    ("logistic64", 2.0, 2.6e-16),
    ("saturating64", 3.3, 4.5e-16),
    ("cbrt64", 0.67, 1.0),
    ("log1p64", 1.5, 1.0),
]


def around(points: Any, dtype: Any, width: int = 12) -> Any:
    """Return runs of neighbouring floats around each point, in rising order within a run: (points, 2 width + 1)."""
    integer = np.int32 if dtype is np.float32 else np.int64
    bits = np.abs(np.asarray(points, dtype)).view(integer)
    runs = (bits[:, None] + np.arange(-width, width + 1, dtype=integer)).view(dtype)
    negative = np.asarray(points)[:, None] < 0
    return np.where(negative, -runs[:, ::-1], runs)


def grid(name: str) -> Any:
    """Return the arguments at which a function is measured: random ones, small ones, and the edges of its pieces."""
    dtype = np.float32 if name.endswith("32") else np.float64
    rng = np.random.default_rng(20240501)
    small = 10.0 ** rng.uniform(-12, 0, 400)
    if name in ("log64", "cbrt64"):
        reach = 37 if dtype is np.float32 else 307
        wide = 10.0 ** rng.uniform(-reach, reach, 400)
        edges = around(np.sqrt(0.5) * 2.0 ** np.arange(-20, 20), dtype, 3).ravel()
        near_one = around([1.0], dtype).ravel()
        return np.concatenate([wide, rng.uniform(0.4, 2.6, 800), 1 - small / 2, 1 + small, edges, near_one]).astype(
            dtype
        )
    if name == "log1p64":
        return np.concatenate([small, -0.99 * small, rng.uniform(-0.9, 3, 800), 10.0 ** rng.uniform(0, 18, 200)])
    reach = 87 if dtype is np.float32 else 708
    edges = around((np.arange(-reach, reach, 3) + 0.5) * np.log(2), dtype, 2).ravel()
    edges = edges[np.abs(edges) <= reach]
    parts = [rng.uniform(-reach, reach, 800), rng.uniform(-2, 2, 800), small, -small, edges, [-reach, reach]]
    return np.concatenate(parts).astype(dtype)


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    """Return the module as it is without a compiler."""
    spec = importlib.util.spec_from_file_location("plain_numeric", numeric.__file__)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with mock.patch.object(jit, "kernel", lambda function: function):
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "ulps", "relative"), DECLARED)
def test_errors_stay_within_the_declared_ones(name: str, ulps: float, relative: float) -> None:
    function, reference = getattr(numeric, name), REFERENCE_OF[name]
    for x in grid(name):
        expected = reference(mpmath.mpf(float(x)))
        error = abs(mpmath.mpf(float(function(x))) - expected)
        unit = np.spacing(x.dtype.type(abs(float(expected))))
        assert error <= ulps * float(unit), (name, x)
        assert error <= relative * abs(expected), (name, x)


@pytest.mark.parametrize("name", [row[0] for row in DECLARED if row[0] != "log1p64"])
def test_elementary_functions_rise(name: str) -> None:
    function, points = getattr(numeric, name), np.sort(grid(name))
    values = np.array([function(x) for x in points])
    # Between distant points strictly the order of the arguments; between neighbours a unit in the last place at most.
    slack = 0.0 if name.endswith("32") else 2.0**-52
    assert np.all(np.diff(values) >= -slack * np.abs(values[1:]))


def test_edges_of_the_domain() -> None:
    assert numeric.exp32(np.float32(0.0)) == 1.0 and numeric.exp64(0.0) == 1.0
    assert numeric.log64(1.0) == 0.0
    assert numeric.saturating32(np.float32(0.0)) == 0.0 and numeric.saturating64(0.0) == 0.0
    assert numeric.logistic32(np.float32(0.0)) == 0.5 and numeric.logistic64(0.0) == 0.5
    assert [numeric.cbrt64(x) for x in (0.0, 1.0, 8.0, 27.0, 1e-300)] == [0.0, 1.0, 2.0, 3.0, 1e-100]


def test_arguments_beyond_the_range_are_held_to_it() -> None:
    assert numeric.exp32(np.float32(1e30)) == numeric.exp32(np.float32(87.0)) < np.inf
    assert numeric.exp32(np.float32(-np.inf)) == numeric.exp32(np.float32(-87.0)) > 0.0
    assert numeric.exp64(np.inf) == numeric.exp64(709.0) < np.inf
    assert numeric.exp64(-1e9) == numeric.exp64(-708.0) > 0.0
    assert numeric.logistic32(np.float32(200.0)) == 1.0 and numeric.logistic64(-1e9) > 0.0
    assert numeric.saturating32(np.float32(1e9)) == 1.0 and numeric.saturating64(1e9) == 1.0


def tail_error(x: float, u: float) -> Any:
    """Return the relative error of a normal quantile x of u < 1/2, to first order."""
    z = mpmath.mpf(x)
    return abs((mpmath.erfc(-z / mpmath.sqrt(2)) / 2 - mpmath.mpf(u)) / mpmath.npdf(z) / z)


def test_normal_quantile() -> None:
    rng = np.random.default_rng(7)
    edges = [0.075, np.nextafter(0.075, 0), np.nextafter(0.075, 1), np.exp(-25.0), 1e-300, UNIT]
    for u in (*rng.uniform(0, 0.5, 500), *10.0 ** rng.uniform(-300, -1, 500), *edges):
        assert tail_error(numeric.normal64(u), u) <= 8e-16, u
    assert numeric.normal64(0.5) == 0.0


@given(st.floats(0.5, 1.0, exclude_max=True))
def test_normal_quantile_is_odd(u: float) -> None:
    assert numeric.normal64(u) == -numeric.normal64(1.0 - u)


PROBABILITIES = np.concatenate(
    [
        np.random.default_rng(3).uniform(0, 1, 60),
        [1e-9, 1e-6, 1e-3, 0.01, 0.4999, 0.5, 0.5001, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9],
    ]
)
TRIALS = [
    (1, 0.3),
    (7, 0.5),
    (20, 0.99),
    (100, 0.5),
    (100, 1 - 1e-16),
    (900, 0.15),
    (1000, 0.01),
    (1000, 0.999),
    (100, 0.999),
]
LARGE_TRIALS = [(10**5, 0.2), (10**7, 1e-7), (10**7, 0.3), (10**7, 1 - 1e-7)]


def agrees(k: int, expected: float, u: float, law: Any) -> bool:
    """Say whether two quantiles are equal, or adjacent across a jump that lies at u up to round-off."""
    if k == expected:
        return True
    lower = min(k, expected)
    return bool(abs(k - expected) == 1 and min(abs(law.cdf(lower) - u), abs(law.sf(lower) - (1 - u))) < 1e-12)


@pytest.mark.parametrize(("n", "p"), TRIALS + LARGE_TRIALS)
def test_binomial_quantile_matches_scipy(n: int, p: float) -> None:
    law = stats.binom(n, p)
    for u in PROBABILITIES:
        assert agrees(int(numeric.binomial_quantile(u, n, p)), law.ppf(u), u, law), u


@pytest.mark.parametrize("mean", [1e-9, 0.01, 1.0, 3.0, 100.0, 1e5, 1e7])
def test_geometric_quantile_matches_scipy(mean: float) -> None:
    law = stats.geom(1 / (1 + mean), loc=-1)
    for u in PROBABILITIES:
        assert agrees(int(numeric.geometric_quantile(u, mean)), law.ppf(u), u, law), u


@pytest.mark.parametrize(
    ("k", "n", "p"), [(0, 10**7, 1e-7), (9, 20, 0.5), (20, 20, 0.9), (400, 900, 0.5), (15, 99, 0.1)]
)
def test_binomial_probability(k: int, n: int, p: float) -> None:
    expected = mpmath.binomial(n, k) * mpmath.mpf(p) ** k * (1 - mpmath.mpf(p)) ** (n - k)
    assert abs(numeric._binomial_probability(float(k), float(n), p) / expected - 1) < 2e-14


def upper_tail(k: int, n: int, p: float) -> Any:
    """Return P(X > k) of a binomial variable in high precision, for k above the mean."""
    first = mpmath.loggamma(n + 1) - mpmath.loggamma(k + 2) - mpmath.loggamma(n - k)
    term = mpmath.exp(first + (k + 1) * mpmath.log(p) + (n - k - 1) * mpmath.log1p(-mpmath.mpf(p)))
    total, j = term, k + 1
    while term > total * 1e-18:
        term *= mpmath.mpf(n - j) / (j + 1) * mpmath.mpf(p) / (1 - mpmath.mpf(p))
        j += 1
        total += term
    return total


@pytest.mark.parametrize("u", [1 - 1e-4, 1 - 1e-9, 1 - UNIT])
def test_far_quantiles_of_a_large_number_are_right(u: float) -> None:
    n, p = 10**8, 0.1
    k = int(numeric.binomial_quantile(u, n, p))
    assert upper_tail(k, n, p) <= (1 - u) * (1 + 1e-9)
    assert upper_tail(k - 1, n, p) >= (1 - u) * (1 - 1e-9)


def test_quantiles_at_the_edges() -> None:
    assert [numeric.geometric_quantile(u, 0.0) for u in (0.0, 0.5, 1 - UNIT)] == [0, 0, 0]
    certain = [(0, 0.5), (9, 0.0), (9, 1.0), (10**7, 1.0)]
    assert [numeric.binomial_quantile(0.9, n, p) for n, p in certain] == [0, 0, 9, 10**7]
    assert numeric.geometric_quantile(1.0, 1.0) == numeric.geometric_quantile(1 - UNIT, 1.0) == 52
    for p in (0.3, 0.5, 0.6, 0.9):
        assert [numeric.binomial_quantile(1.0, n, p) for n in range(1, 30)] == list(range(1, 30))


OPEN_UNIT = st.floats(1e-12, 1 - 1e-12)
ANY_MEAN = st.floats(-12.0, 14.0).map(lambda power: 2.0**power)
GAP = st.floats(1e-6, 3.0)


@settings(deadline=None)
@given(OPEN_UNIT, OPEN_UNIT, ANY_MEAN)
def test_quantiles_rise_in_u(u: float, v: float, mean: float) -> None:
    u, v = min(u, v), max(u, v)
    assert numeric.geometric_quantile(u, mean) <= numeric.geometric_quantile(v, mean)
    share = mean / (1.0 + mean)
    assert 0 <= numeric.binomial_quantile(u, 5000, share) <= numeric.binomial_quantile(v, 5000, share) <= 5000


@settings(deadline=None)
@given(OPEN_UNIT, ANY_MEAN, GAP)
def test_quantiles_rise_in_the_mean(u: float, mean: float, gap: float) -> None:
    more = mean * (1.0 + gap)
    assert numeric.geometric_quantile(u, mean) <= numeric.geometric_quantile(u, more)
    low, high = mean / (1.0 + mean), more / (1.0 + more)
    assert numeric.binomial_quantile(u, 5000, low) <= numeric.binomial_quantile(u, 5000, high)
    assert numeric.binomial_quantile(u, 1000, low) <= numeric.binomial_quantile(u, 1000 + int(100 * gap), low)


@pytest.mark.skipif(jit.PLAIN, reason="kernels are not compiled in this process")
@pytest.mark.parametrize("name", [*[row[0] for row in DECLARED], "normal64"])
def test_compiled_and_plain_functions_agree_bit_for_bit(name: str, plain: ModuleType) -> None:
    points = np.random.default_rng(5).uniform(0, 1, 3000) if name == "normal64" else grid(name)
    dtype = points.dtype.type
    with np.errstate(all="raise", under="ignore"):
        without = np.array([dtype(getattr(plain, name)(x)) for x in points])
    compiled = np.array([dtype(getattr(numeric, name)(x)) for x in points])
    assert without.tobytes() == compiled.tobytes()


@pytest.mark.skipif(jit.PLAIN, reason="kernels are not compiled in this process")
def test_compiled_float32_functions_stay_in_float32(plain: ModuleType) -> None:
    for name in ("exp32", "logistic32", "saturating32"):
        function = getattr(numeric, name)
        function(np.float32(1.0))
        assert "(float32,) -> float32" in map(str, function.nopython_signatures), name
        assert type(getattr(plain, name)(np.float32(0.3))) is np.float32


@pytest.mark.skipif(jit.PLAIN, reason="kernels are not compiled in this process")
@settings(deadline=None)
@given(OPEN_UNIT, ANY_MEAN, st.integers(0, 2000))
def test_compiled_and_plain_quantiles_agree(plain: ModuleType, u: float, mean: float, n: int) -> None:
    share = mean / (1.0 + mean)
    assert numeric.geometric_quantile(u, mean) == plain.geometric_quantile(u, mean)
    assert numeric.binomial_quantile(u, n, share) == plain.binomial_quantile(u, n, share)


@pytest.mark.skipif(jit.PLAIN, reason="kernels are not compiled in this process")
def test_no_multiply_add_is_fused() -> None:
    for name in ("exp32", "exp64", "log64", "cbrt64", "normal64", "geometric_quantile"):
        function = numba.njit(**jit._BARE)(getattr(kernels, name).py_func)  # what comes from disk shows no assembly
        function(*([np.float32(0.5)] if name.endswith("32") else [0.5] * (2 if "quantile" in name else 1)))
        assert not any("fmadd" in text or "fmla" in text for text in function.inspect_asm().values()), name
