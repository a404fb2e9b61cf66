// What the two ladders in C have in common: rules, keyed draws, and how a run is begun, advanced and ended.
#include <stdint.h>
#include <stdlib.h>

enum { SLOTS = 16, MEETINGS = 3, LEVELS = 6, OUTPUTS = 12 };

// In the order of benchmarks/ladder/rules.py.
typedef struct {
    real by_level[LEVELS];
    real by_energy, by_trust, value, cost, burn, rest, rested, learning, practice, expertise_kept;
    real trust_gain, trust_kept, new_tie, tie_gain, tie_kept, tie_floor;
    real rise, rise_base, rise_energy, rise_ties, fall, fall_base, fall_energy, fall_ties;
} Rules;

// Draws: the finaliser of SplitMix64 on a key a run, week and decision, and a number a member.
enum { ATTEND, MEET_TWO, MEET_THIRD, CLIMB, ENERGY = 8, EXPERTISE, TRUST, LEVEL };
static const uint64_t GOLDEN = 0x9E3779B97F4A7C15ULL, SECOND = 0xD1B54A32D192ED03ULL;

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}
static inline uint64_t week_key(uint64_t seed, uint64_t decision, int64_t week) {
    return mix(mix(seed + GOLDEN * (uint64_t)(week + 1)) + SECOND * decision);
}
static inline uint64_t drawn(uint64_t key, int64_t member) { return mix(key + GOLDEN * (uint64_t)(member + 1)); }

// One of n, from 32 drawn bits.
static inline int64_t one_of(uint64_t bits32, int64_t n) { return (int64_t)((bits32 * (uint64_t)n) >> 32); }

static void *room(int64_t bytes) { return aligned_alloc(64, (size_t)(bytes + 127) / 64 * 64); }
