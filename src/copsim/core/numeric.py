"""Elementary functions and quantiles from + - * / and square roots alone: the same bits on every processor.

No mathematical library is called and no multiply-add is fused, so that a run does not change with the machine, the
versions of Python, NumPy and numba, or with NUMBA_DISABLE_JIT. Errors are the largest ones measured against mpmath.
Arguments are scalars; the float32 functions are free of branches, so that LLVM vectorises loops which call them.
"""

import math

import numpy as np

from copsim.core.jit import kernel

# Adding 1.5 * 2^(mantissa bits) + bias rounds to an integer and leaves it, biased, in the low bits of the sum.
ROUND32, LOG2E32 = np.float32(12582912.0 + 127.0), np.float32(1.44269504088896341)
ROUND64, LOG2E64 = np.float64(6755399441055744.0 + 1023.0), np.float64(1.4426950408889634)
LN2_HIGH32, LN2_LOW32 = np.float32(0.693359375), np.float32(-2.12194440e-4)
LIMIT32, ONE32 = np.float32(87.0), np.float32(1.0)
EXP32_5, EXP32_4, EXP32_3 = np.float32(1.9875691500e-4), np.float32(1.3981999507e-3), np.float32(8.3334519073e-3)
EXP32_2, EXP32_1, EXP32_0 = np.float32(4.1665795894e-2), np.float32(1.6666665459e-1), np.float32(5.0000001201e-1)
ROOT_HALF64 = np.int64(0x3FE6A09E667F3BCD)  # the bits of sqrt(1/2)


@kernel
def _power32(x: np.float32) -> tuple[np.float32, np.float32]:
    """Return (2^n, exp(r) - 1) with x = n ln 2 + r; reduction and polynomial of Cephes expf."""
    x = LIMIT32 if x > LIMIT32 else x
    x = -LIMIT32 if x < -LIMIT32 else x
    shifted = x * LOG2E32 + ROUND32
    scale = np.int32(np.float32(shifted).view(np.int32) << np.int32(23)).view(np.float32)
    n = shifted - ROUND32
    r = (x - n * LN2_HIGH32) - n * LN2_LOW32
    p = ((EXP32_5 * r + EXP32_4) * r + EXP32_3) * r + EXP32_2
    return scale, r + (r * r) * ((p * r + EXP32_1) * r + EXP32_0)


@kernel
def exp32(x: np.float32) -> np.float32:
    """Return exp(x) in float32, with x held to [-87, 87]; error 0.98 ulp."""
    scale, less_one = _power32(x)
    return scale * (ONE32 + less_one)


@kernel
def logistic32(x: np.float32) -> np.float32:
    """Return 1 / (1 + exp(-x)) in float32; relative error 1.5e-7 (2.5 ulp)."""
    return ONE32 / (ONE32 + exp32(-x))


@kernel
def saturating32(x: np.float32) -> np.float32:
    """Return 1 - exp(-x) in float32, for small x too with a relative error of 1.2e-7 (1.6 ulp)."""
    scale, less_one = _power32(-x)
    return (ONE32 - scale) - scale * less_one


@kernel
def _power64(x: float) -> tuple[float, float]:
    """Return (2^n, exp(r) - 1) with x = n ln 2 + r; reduction and rational function of Cephes exp."""
    x = min(max(np.float64(x), -708.0), 709.0)
    shifted = x * LOG2E64 + ROUND64
    scale = np.int64(np.float64(shifted).view(np.int64) << np.int64(52)).view(np.float64)
    n = shifted - ROUND64
    r = (x - n * 6.93145751953125e-1) - n * 1.42860682030941723212e-6
    z = r * r
    p = r * ((1.26177193074810590878e-4 * z + 3.02994407707441961300e-2) * z + 9.99999999999999999910e-1)
    q = ((3.00198505138664455042e-6 * z + 2.52448340349684104192e-3) * z + 2.27265548208155028766e-1) * z + 2.0
    return scale, 2.0 * (p / (q - p))


@kernel
def exp64(x: float) -> float:
    """Return exp(x) in float64, with x held to [-708, 709]; error 1.7 ulp."""
    scale, less_one = _power64(x)
    return scale * (1.0 + less_one)


@kernel
def logistic64(x: float) -> float:
    """Return 1 / (1 + exp(-x)) in float64; relative error 2.6e-16 (2 ulp)."""
    return 1.0 / (1.0 + exp64(-x))


@kernel
def saturating64(x: float) -> float:
    """Return 1 - exp(-x) in float64, for small x too with a relative error of 4.5e-16 (3.3 ulp)."""
    scale, less_one = _power64(-x)
    return (1.0 - scale) - scale * less_one


@kernel
def log64(x: float) -> float:
    """Return the natural logarithm of a normal positive float64; FreeBSD's k_log.h (fdlibm), error 0.8 ulp."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits - ROOT_HALF64) >> np.int64(52)
    f = np.int64(bits - (exponent << np.int64(52))).view(np.float64) - 1.0
    n = np.float64(exponent)
    half = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
    odd = 1.818357216161805012e-1 + w * 1.479819860511658591e-1
    odd = z * (6.666666666666735130e-1 + w * (2.857142874366239149e-1 + w * odd))
    tail = s * (half + (odd + even)) + n * 1.90821492927058770002e-10
    return ((tail - half) + f) + n * 6.93147180369123816490e-1


@kernel
def log1p64(x: float) -> float:
    """Return log(1 + x), x > -1: the logarithm of the rounded sum, corrected for the rounding; error 1.5 ulp."""
    y = 1.0 + x
    return log64(y) + (x - (y - 1.0)) / y


@kernel
def cbrt64(x: float) -> float:
    """Return the cube root of x >= 0 (zero or normal); the method of FreeBSD's s_cbrt.c, error 0.67 ulp."""
    x = np.float64(x)
    if x <= 0.0:
        return 0.0 * x
    high = (np.float64(x).view(np.int64) >> np.int64(32)) // np.int64(3) + np.int64(715094163)
    t = np.int64(high << np.int64(32)).view(np.float64)
    r = (t * t) * (t / x)
    p = 1.87595182427177009643 + r * (-1.88497979543377169875 + r * 1.621429720105354466140)
    t = t * (p + ((r * r) * r) * (-0.758397934778766047437 + r * 0.145996192886612446982))
    # Rounded to 23 bits, so that t * t is exact in the last step of Newton's method.
    rounded = (np.float64(t).view(np.int64) + np.int64(0x80000000)) & np.int64(-0x40000000)
    t = np.int64(rounded).view(np.float64)
    r = x / (t * t)
    return t + t * ((r - t) / (t + t + r))


# Numerators and denominators of Wichura's AS 241 (PPND16), highest power first.
CENTRE_TOP = (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
              13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608)  # fmt: skip
CENTRE_BOTTOM = (5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
                 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0)  # fmt: skip
TAIL_TOP = (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
            3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734)  # fmt: skip
TAIL_BOTTOM = (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
               0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0)  # fmt: skip
FAR_TOP = (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
           0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772)  # fmt: skip
FAR_BOTTOM = (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
              0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0)  # fmt: skip


@kernel
def _ratio(x: float, top: tuple[float, ...], bottom: tuple[float, ...]) -> float:
    """Return the ratio of two polynomials of degree seven."""
    above, below = top[0], bottom[0]
    for i in range(1, 8):
        above, below = above * x + top[i], below * x + bottom[i]
    return above / below


@kernel
def normal64(u: float) -> float:
    """Return the standard normal quantile of u in (0, 1); AS 241 (Wichura 1988); relative error 8e-16."""
    centred = u - 0.5
    if abs(centred) <= 0.425:
        return centred * _ratio(0.180625 - centred * centred, CENTRE_TOP, CENTRE_BOTTOM)
    root = math.sqrt(-log64(min(u, 1.0 - u)))
    size = _ratio(root - 1.6, TAIL_TOP, TAIL_BOTTOM) if root <= 5.0 else _ratio(root - 5.0, FAR_TOP, FAR_BOTTOM)
    return size if centred > 0.0 else -size


LOG_ROOT_TWO_PI = 0.91893853320467274178
TWO_PI = 6.28318530717958647693
NEGLIGIBLE = 2.0**-54
"""A probability that no longer changes a cumulated one near 1."""
LARGEST_BELOW_ONE = 1.0 - 2.0**-53
FEW_TRIALS = 32
"""Trials for which a power is multiplied out."""


@kernel
def _stirling_error(n: float) -> float:
    """Return log(n!) minus Stirling's formula for it, n >= 1 (Loader 2000)."""
    if n < 16.0:
        factorial = 1.0
        for i in range(2, int(n) + 1):
            factorial *= i
        return log64(factorial) - ((n + 0.5) * log64(n) - n + LOG_ROOT_TWO_PI)
    z = 1.0 / (n * n)
    return (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - z / 1188.0) * z) * z) * z) / n


@kernel
def _deviance(x: float, mean: float) -> float:
    """Return x log(x / mean) + mean - x without cancellation near the mean (Loader's bd0)."""
    gap = x - mean
    if abs(gap) >= 0.1 * (x + mean):
        return x * log64(x / mean) - gap
    v = gap / (x + mean)
    total, term = gap * v, 2.0 * x * v
    for j in range(1, 12):  # |v| < 0.1, so that twelve terms leave less than 1e-24
        term *= v * v
        total += term / (2 * j + 1)
    return total


@kernel
def _binomial_probability(k: float, n: float, p: float) -> float:
    """Return P(X = k), X binomial, by Loader's saddle-point form."""
    if k < 1.0:
        return exp64(n * log1p64(-p))
    if k >= n:
        return exp64(n * log64(p))
    rest = n - k
    errors = _stirling_error(n) - _stirling_error(k) - _stirling_error(rest)
    deviance = _deviance(k, n * p) + _deviance(rest, n * (1.0 - p))
    return exp64(errors - deviance) * math.sqrt(n / (TWO_PI * k * rest))


@kernel
def _rise(u: float, k: float, term: float, mean: float, rate: float, base: float, slope: float) -> float:
    """Return the first k whose summed probability reaches u, from k with P(k) = term, going up.

    The law is given by P(k + 1) / P(k) = rate (base - slope k) / (k + 1).
    """
    total = term
    while total < u and (k < mean or term > NEGLIGIBLE):
        term *= rate * ((base - slope * k) / (k + 1.0))
        k += 1.0
        total += term
    return k


@kernel
def _fall(u: float, k: float, term: float, rate: float, base: float, slope: float) -> float:
    """Return the first k with P(X > k) <= 1 - u (exact for u >= 1/2), going down from k with P(k) = term."""
    total = term
    while total <= 1.0 - u:
        k -= 1.0
        term *= (k + 1.0) / (rate * (base - slope * k))
        total += term
    return k


@kernel
def _power_of(x: float, n: int) -> float:
    """Return x to the power of a small whole number n >= 0."""
    power = 1.0
    for _ in range(n):
        power *= x
    return power


@kernel
def binomial_quantile(u: float, n: int, p: float) -> np.int64:
    """Return the smallest k with P(X <= k) >= u, X the successes in n trials, p in [0, 1].

    Rising in u and in p, up to round-off. Probabilities are summed from the nearer tail, ten standard deviations and 17
    away from the mean (beyond: < 1e-19), or from zero where that is nearer: the work grows as the root of the mean
    (1e7: 40 us). Error in u: 1e-12.
    """
    trials = np.float64(n)
    if n == 0 or p <= 0.0 or p >= 1.0:
        return np.int64(trials if p > 0.5 else 0.0)
    odds, mean = p / (1.0 - p), trials * p
    if n <= FEW_TRIALS:
        none = _power_of(1.0 - p, n)
        return np.int64(min(_rise(u, 0.0, none, mean, odds, trials, 1.0), trials))
    reach = 10.0 * math.sqrt(mean * (1.0 - p)) + 17.0
    low = max(np.floor(mean - reach), 0.0)
    if u <= 0.5 or low == 0.0:
        k = _rise(u, low, _binomial_probability(low, trials, p), mean, odds, trials, 1.0)
        return np.int64(min(k, trials))
    high = min(np.ceil(mean + reach), trials)
    return np.int64(_fall(u, high, _binomial_probability(high, trials, p), odds, trials, 1.0))


@kernel
def geometric_quantile(u: float, mean: float) -> np.int64:
    """Return the smallest k with P(X <= k) >= u, X the failures before a success: P(k) = q (1 - q)^k, mean (1 - q) / q.

    Rising in u and in the mean, up to round-off (relative error in k: 1e-15).
    """
    if mean < NEGLIGIBLE or u * (1.0 + mean) <= 1.0:  # P(0) = 1 / (1 + mean)
        return np.int64(0)
    trials = -log1p64(-min(u, LARGEST_BELOW_ONE)) / log1p64(1.0 / mean)
    return np.int64(max(np.ceil(trials) - 1.0, 0.0))
