"""The ladder in the style of copsim's mechanisms: float32 columns, keyed draws, whole-number sums, passes over members.

Draws and elementary functions are those of `copsim.core`. Members are taken in blocks that stay in the nearest cache;
every block adds whole numbers to its own sums, so that neither blocks nor threads change a bit.
"""

from typing import Any, NamedTuple

import numpy as np

from benchmarks.ladder import lanes
from benchmarks.ladder.rules import LEVELS, MEETINGS, RULES, SLOTS
from copsim.core.draws import bits, share32, week_key
from copsim.core.jit import by_address, kernel
from copsim.core.numeric import logistic32

BLOCK = 1_024
LISTED, EXPERTISE_OF_LISTED = 0, 1
"""Places in the sums that `attend` writes; those of `live` are in the order of the outputs, attendance left out."""

RULE = np.dtype((np.record, [("by_level", "f4", (LEVELS,)), *((name, "f4") for name in RULES)]))
_ATTEND, _MEET_TWO, _MEET_THIRD, _CLIMB = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
_ENERGY, _EXPERTISE, _TRUST, _LEVEL = np.uint64(8), np.uint64(9), np.uint64(10), np.uint64(11)
_ZERO, _HALF, _ONE, _FOUR = np.float32(0.0), np.float32(0.5), np.float32(1.0), np.float32(4.0)
_UNIT = np.float32(2.0**24)
_32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_TOP = np.int32(LEVELS - 1)


@by_address
class Ladder(NamedTuple):
    """The state of a ladder, a line a column."""

    energy: Any  # float32 (members,), like the next two
    expertise: Any
    trust: Any
    level: Any  # int32 (members,): as wide as the others, or loops take four members at a time
    attends: Any  # int32 (members,)
    strength: Any  # float32 (members * SLOTS,)
    other: Any  # int32 (members * SLOTS,): meaningless where the strength is 0
    attendees: Any  # int32 (members + threads,): in order; a thread lists its own from its first member on


def new_ladder(members: int, threads: int = 1) -> Ladder:
    """Return an empty ladder."""
    real = [np.zeros(members, np.float32) for _ in range(3)]
    whole = [np.zeros(members, np.int32) for _ in range(2)]
    ties = np.zeros(members * SLOTS, np.float32), np.zeros(members * SLOTS, np.int32)
    return Ladder(*real, *whole, *ties, np.zeros(members + threads, np.int32))


@kernel
def begin(s, seed, first, last):
    """Give members their first energy, expertise, trust and level."""
    energy, expertise = week_key(seed, _ENERGY, -1), week_key(seed, _EXPERTISE, -1)
    trust, level = week_key(seed, _TRUST, -1), week_key(seed, _LEVEL, -1)
    for i in range(first, last):
        luck = share32(bits(level, i))
        s.energy[i] = share32(bits(energy, i))
        s.expertise[i] = share32(bits(expertise, i))
        s.trust[i] = _HALF * share32(bits(trust, i))
        s.level[i] = min(np.int32(_FOUR * luck * luck), np.int32(3))


@kernel
def log_odds_of_attending(q, of_level, energy, trust):
    """Return the log-odds to attend; `of_level` holds what the level adds and what all share."""
    return of_level + (q.by_energy * energy + q.by_trust * trust)


@kernel
def energy_busy(q, energy, given, level):
    """Return the energy after attending; `given` is what the company of the others gives."""
    return energy + given * (_ONE - energy) - q.cost * (_ONE + q.burn * level) * energy


@kernel
def expertise_learnt(q, expertise, mean):
    """Return the expertise after attending among people of a mean expertise."""
    ahead = mean - expertise
    return expertise + q.learning * (ahead if ahead > _ZERO else _ZERO) + q.practice * (_ONE - expertise)


@kernel
def trusting(trust, gain):
    """Return the trust after one meeting."""
    return trust + gain * (_ONE - trust)


@kernel
def within(x):
    """Return x held to 0 to 1."""
    return max(min(x, _ONE), _ZERO)


@kernel
def chance_to_rise(q, energy, ties):
    """Return the chance to climb a level."""
    return q.rise * logistic32(q.rise_base + q.rise_energy * energy + q.rise_ties * ties)


@kernel
def chance_to_fall(q, energy, ties):
    """Return the chance to fall a level."""
    return q.fall * logistic32(q.fall_base - q.fall_energy * energy - q.fall_ties * ties)


@kernel
def _decide(q, shared, key, first, n, level, energy, trust, attends):
    zero, one, two = shared + q.by_level[0], shared + q.by_level[1], shared + q.by_level[2]
    three, four, five = shared + q.by_level[3], shared + q.by_level[4], shared + q.by_level[5]
    for i in range(n):
        of_level = zero
        of_level = one if level[i] == 1 else of_level
        of_level = two if level[i] == 2 else of_level
        of_level = three if level[i] == 3 else of_level
        of_level = four if level[i] == 4 else of_level
        of_level = five if level[i] == 5 else of_level
        chance = logistic32(log_odds_of_attending(q, of_level, energy[i], trust[i]))
        attends[i] = np.int32(1) if share32(bits(key, first + i)) < chance else np.int32(0)


@kernel
def attend(s, p, shared, seed, week, first, last, place, sums):
    """Let members attend or not, and list those who do from `place` of the list on; `sums` takes what they add up to."""
    key = week_key(seed, _ATTEND, week)
    for low in range(first, last, BLOCK):
        n = min(BLOCK, last - low)
        part = slice(low, low + n)
        _decide(p[0], shared, key, low, n, s.level[part], s.energy[part], s.trust[part], s.attends[part])
    attends, expertise, listed = s.attends[first:last], s.expertise[first:last], s.attendees[place:]
    found, expert = 0, np.int64(0)
    for i in range(last - first):
        listed[found] = np.int32(first + i)
        found += np.int64(attends[i])
    for i in range(last - first):
        expert += np.int64(np.int32(expertise[i] * _UNIT)) if attends[i] == 1 else np.int64(0)
    sums[LISTED], sums[EXPERTISE_OF_LISTED] = found, expert


@kernel
def _spend(q, mean, n, attends, level, energy):
    given, rest, rested = q.value * mean, q.rest, q.rested  # read within the loop, they would not let it vectorise
    for i in range(n):
        busy, idle = energy_busy(q, energy[i], given, np.float32(level[i])), energy[i] + rest * (rested - energy[i])
        energy[i] = within(busy if attends[i] == 1 else idle)


@kernel
def _learn(q, mean, n, attends, expertise):
    for i in range(n):
        learnt = expertise_learnt(q, expertise[i], mean)
        expertise[i] = (learnt if attends[i] == 1 else expertise[i]) * q.expertise_kept


@kernel
def _trust(q, n, attends, trust):
    for i in range(n):
        met = trusting(trusting(trusting(trust[i], q.trust_gain), q.trust_gain), q.trust_gain)
        trust[i] = (met if attends[i] == 1 else trust[i]) * q.trust_kept


@kernel
def _meet(s, q, two, third, attending, begin, end):
    """Let the attendees at places `begin` to `end` of the list meet three of all attendees each."""
    gain, one = lanes.spread(q.tie_gain), lanes.spread(_ONE)
    nothing, fresh = lanes.spread(_ZERO), lanes.spread(q.new_tie)
    everybody = np.uint64(attending)
    for k in range(begin, end):
        i = s.attendees[k]
        w, v = bits(two, i), bits(third, i)
        strength, other = lanes.load(s.strength, i), lanes.load(s.other, i)
        for meeting in range(MEETINGS):
            luck = w >> _32 if meeting == 0 else (w & _LOW if meeting == 1 else v >> _32)
            partner = s.attendees[(luck * everybody) >> _32]
            if partner == i:
                continue
            who = lanes.spread(partner)
            known = lanes.same_whole(other, who) & lanes.above(strength, nothing)
            if known != 0:
                grown = lanes.add(strength, lanes.times(gain, lanes.less(one, strength)))
                strength = lanes.choose(known, grown, strength)
            else:
                weakest = lanes.least(strength)
                if weakest < q.new_tie:
                    slot = lanes.same_real(strength, lanes.spread(weakest))
                    slot = slot & -slot
                    strength, other = lanes.choose(slot, fresh, strength), lanes.choose(slot, who, other)
        lanes.store(s.strength, i, strength)
        lanes.store(s.other, i, other)


@kernel
def _fade(q, n, strength, tie_sums):
    """Let ties fade, write their sums, and return how many are left."""
    kept, floor, nothing, ties = lanes.spread(q.tie_kept), lanes.spread(q.tie_floor), lanes.spread(_ZERO), np.int64(0)
    for i in range(n):
        left = lanes.times(lanes.load(strength, i), kept)
        holds = lanes.at_least(left, floor)
        left = lanes.choose(holds, left, nothing)
        lanes.store(strength, i, left)
        ties += np.int64(lanes.number_set(holds))
        tie_sums[i] = lanes.total(left)
    return ties


@kernel
def _climb(q, key, first, n, energy, tie_sums, level):
    for i in range(n):
        luck = share32(bits(key, first + i))
        up, down = chance_to_rise(q, energy[i], tie_sums[i]), chance_to_fall(q, energy[i], tie_sums[i])
        rises = np.int32(1) if luck < up else np.int32(0)
        falls = np.int32(1) if luck >= up and luck > _ONE - down else np.int32(0)
        to = level[i] + rises - falls
        level[i] = min(max(to, np.int32(0)), _TOP)


@kernel
def _sum(n, attends, level, energy, expertise, trust, sums):
    e, x, t, output = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    for i in range(n):
        e += np.int64(np.int32(energy[i] * _UNIT))
        x += np.int64(np.int32(expertise[i] * _UNIT))
        t += np.int64(np.int32(trust[i] * _UNIT))
        output += np.int64(np.int32(expertise[i] * energy[i] * _UNIT)) if attends[i] == 1 else np.int64(0)
    for k in range(LEVELS):
        found = np.int32(0)
        for i in range(n):
            found += np.int32(1) if level[i] == k else np.int32(0)
        sums[k] += found
    sums[6] += e
    sums[7] += x
    sums[8] += t
    sums[10] += output


@kernel
def live(s, p, mean, seed, week, first, last, k, attending, tie_sums, sums):
    """Let a part of the members live through the rest of the week; the first attendee of the part is at place k."""
    q = p[0]
    two, third, climbing = (
        week_key(seed, _MEET_TWO, week),
        week_key(seed, _MEET_THIRD, week),
        week_key(seed, _CLIMB, week),
    )
    sums[:] = 0
    for low in range(first, last, BLOCK):
        n = min(BLOCK, last - low)
        part, ties = slice(low, low + n), slice(low * SLOTS, (low + n) * SLOTS)
        attends, level, energy = s.attends[part], s.level[part], s.energy[part]
        _spend(q, mean, n, attends, level, energy)
        _learn(q, mean, n, attends, s.expertise[part])
        _trust(q, n, attends, s.trust[part])
        there = 0
        for i in range(n):
            there += np.int64(attends[i])
        _meet(s, q, two, third, attending, k, k + there)
        k += there
        sums[9] += _fade(q, n, s.strength[ties], tie_sums)
        _climb(q, climbing, low, n, energy, tie_sums, level)
        _sum(n, attends, level, energy, s.expertise[part], s.trust[part], sums)
