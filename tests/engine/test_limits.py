"""Closed forms: where all but one process is switched off, the engine does what theory says.

Statistical tests compare with four standard errors: on other seeds one such comparison in 16,000 would fail. The small
versions run every day; `verify` repeats them at full size.
"""

import numpy as np
import pytest

from copsim.core.jit import PLAIN
from copsim.core.observables import NAMES
from copsim.core.state import BELONGING, LEFT, WARMTH
from tests.mechanisms.communities import QUIET, STILL, empty, founded, lived, parameters, rows, sat

FOREVER = 1e30
CONSTANT = {**STILL, "practising.on": 0.0, "practising.community_memory": FOREVER, "leading.coordinator": 0.0}
"""Nobody does anything and the strengths stay as they are."""
SIZES = [pytest.param(1, marks=[pytest.mark.plain, pytest.mark.bounds]), pytest.param(20, marks=pytest.mark.verify)]


def diffused(reach, word, founders, hinterland, weeks, seed):
    """Return the number inside at the start and at the end of each week of pure diffusion; everybody inside is warm."""
    settings = {
        **CONSTANT, "joining.on": 1.0, "joining.reach": reach, "joining.word_of_mouth": word, "launching.on": 0.0,
        "belonging.warmth_memory": FOREVER, "belonging.warmth_gain": 1e9,
    }  # fmt: skip
    s, p = empty(founders, hinterland, weeks, seed), parameters(settings, founders)
    lived(s, p, 0, 0)
    c = s.community[0]
    c.domain = c.togetherness = c.practice = c.strength = 0.5
    c.pulse, s.real[WARMTH, :founders] = 0.0, 1.0
    lived(s, p, 1, weeks)
    assert c.strength == pytest.approx(0.5) and np.all(s.real[WARMTH, rows(s)] == 1)
    return founders + np.concatenate([[0], np.cumsum(s.record[:weeks, NAMES.index("newcomers")].astype(float))])


@pytest.mark.parametrize("size", SIZES)
def test_without_word_of_mouth_outsiders_join_at_a_constant_rate(size):
    weeks, outside, total, runs = 30, 300 * size, 0.0, 2 if PLAIN else 8
    for seed in range(runs):
        total += diffused(0.01, 0.0, 10, outside, weeks, seed)[-1] - 10
    share = sat(0.01 * weeks)
    error = np.sqrt(runs * outside * share * (1 - share))
    assert abs(total - runs * outside * share) < 4 * error


@pytest.mark.parametrize("size", SIZES)
def test_word_of_mouth_is_bass_diffusion(size):
    """Given the number inside, each week's joiners are binomial: the sum of their deviations has a known spread."""
    reach, word, founders, outside, weeks = 0.003, 0.1, 20, 400 * size, 50
    deviation, variance, ends = 0.0, 0.0, []
    for seed in range(1 if PLAIN else 6):
        inside = diffused(reach, word, founders, outside, weeks, seed)
        everybody = founders + outside
        chance = sat(reach + word * inside[:-1] / everybody)
        deviation += np.sum(np.diff(inside) - (everybody - inside[:-1]) * chance)
        variance += np.sum((everybody - inside[:-1]) * chance * (1 - chance))
        ends.append(inside[-1])
    assert abs(deviation) < 4 * np.sqrt(variance)
    assert np.mean(ends) > founders + 0.5 * outside
    expected = float(founders)
    for _ in range(weeks):
        expected += (everybody - expected) * sat(reach + word * expected / everybody)
    assert np.mean(ends) == pytest.approx(expected, rel=0.15 if size == 1 else 0.02)


@pytest.mark.parametrize("size", SIZES)
def test_availability_is_a_chain_of_two_states(size):
    effects = ("propensity", "belonging", "warmth", "strength", "fatigue", "legitimacy", "mandate", "stepping_in")
    settings = {
        **QUIET, "participating.base_rate": -1.0, "practising.on": 0.0, "leading.coordinator": 0.0, "launching.on": 0.0,
        "belonging.gain": 0.0, "belonging.memory": FOREVER, "participating.spell": 10.0, "participating.extra": 0.0,
        **{f"participating.{name}": 0.0 for name in effects},
    }  # fmt: skip
    members, burn, weeks = (60 if PLAIN else 300) * size, 30 if PLAIN else 60, 60 if PLAIN else 150
    s, p = founded(settings, weeks=weeks, weeks_room=weeks, founders=members, hinterland=0)
    q, b = p[0].participating, 0.1
    np.testing.assert_allclose(s.real[BELONGING, :members], b, rtol=1e-6)
    out, back = 1 / float(q.spell), (0.3 + 0.7 * b / (b + 0.2)) / float(q.pause)
    available, acts = back / (out + back), 1 / (1 + np.exp(1.0))
    acting = s.record[burn:weeks, NAMES.index("acting")].astype(float).sum()
    trials = members * (weeks - burn)
    memory = (2 - out - back) / (out + back)  # a chain's mean varies so much more than that of independent weeks
    variance = acts**2 * available * (1 - available) * memory + available * acts * (1 - acts)
    assert abs(acting / trials - available * acts) < 4 * np.sqrt(variance / trials)


@pytest.mark.plain
@pytest.mark.bounds
@pytest.mark.parametrize("memory", [20.0, 78.0])
def test_a_practice_nobody_uses_is_forgotten_exponentially(memory):
    s, p = founded({**STILL, "leading.coordinator": 0.0, "practising.practice_memory": memory}, weeks_room=51)
    lived(s, p, 1, 1)  # founders act in week 1
    s.community[0].practice = 0.1
    lived(s, p, 2, 51)
    assert s.community[0].practice == pytest.approx(0.1 * (1 - 1 / float(np.float32(memory))) ** 50, rel=1e-10)


@pytest.mark.parametrize("size", SIZES)
def test_a_constant_hazard_empties_a_community_exponentially(size):
    settings = {
        **CONSTANT,
        "leaving.on": 1.0,
        "leaving.hazard": 0.05,
        "leaving.belonging": 0.0,
        "leaving.propensity": 0.0,
    }
    members, weeks = (120 if PLAIN else 400) * size, 20 if PLAIN else 40
    s, _ = founded(settings, weeks=weeks, founders=members, hinterland=0)
    staying = np.exp(-0.05 * weeks)
    left = s.whole[LEFT, rows(s)].sum()
    assert abs(left - members * (1 - staying)) < 4 * np.sqrt(members * staying * (1 - staying))
