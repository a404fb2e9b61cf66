// The ladder in C vectorised by hand: float32, passes over blocks of members, sixteen ties as two AVX2 registers.
// Sums over members are whole numbers of 2^-24 and sums over ties go by one tree: the bits of benchmarks/ladder/kernels.py.
#include <immintrin.h>
#include <string.h>
typedef float real;
#include "ladder.h"

enum { BLOCK = 1024, UNIT = 1 << 24 };

typedef struct {
    int64_t members;
    uint64_t seed;
    float *energy, *expertise, *trust, *strength;
    int32_t *other, *attendees, *level, *attends;
    int64_t at;  // place in the list of attendees
} State;

typedef struct { int64_t levels[LEVELS], ties, energy, expertise, trust, output; } Sums;
typedef struct { __m256 low, high; } Ties;

static float luck[BLOCK], tie_sums[BLOCK];  // of a block

static inline float share(uint64_t bits) { return (float)(int32_t)(bits >> 40) * 0x1p-24f; }
static inline float held(float x, float low, float high) { x = x > high ? high : x; return x < low ? low : x; }

// The exponential of copsim.core.numeric: reduction and polynomial of Cephes expf.
static inline float exponential(float x) {
    const float rounding = 12582912.0f + 127.0f;
    x = held(x, -87.0f, 87.0f);
    float shifted = x * 1.44269504088896341f + rounding, scale;
    int32_t bits;
    memcpy(&bits, &shifted, 4);
    bits = (int32_t)((uint32_t)bits << 23);
    memcpy(&scale, &bits, 4);
    float n = shifted - rounding;
    float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    float p = ((1.9875691500e-4f * r + 1.3981999507e-3f) * r + 8.3334519073e-3f) * r + 4.1665795894e-2f;
    return scale * (1.0f + (r + (r * r) * ((p * r + 1.6666665459e-1f) * r + 5.0000001201e-1f)));
}
static inline float logistic(float x) { return 1.0f / (1.0f + exponential(-x)); }

State *ladder_begin(int64_t n, uint64_t seed) {
    State *s = malloc(sizeof(State));
    *s = (State){
        n, seed, room(n * 4), room(n * 4), room(n * 4), room(n * SLOTS * 4), room(n * SLOTS * 4), room(n * 4 + 64), room(n * 4), room(n * 4), 0,
    };
    for (int64_t i = 0; i < n; i++) {
        float luck = share(drawn(week_key(seed, LEVEL, -1), i));
        int32_t level = (int32_t)(4.0f * luck * luck);
        s->energy[i] = share(drawn(week_key(seed, ENERGY, -1), i));
        s->expertise[i] = share(drawn(week_key(seed, EXPERTISE, -1), i));
        s->trust[i] = 0.5f * share(drawn(week_key(seed, TRUST, -1), i));
        s->level[i] = level > 3 ? 3 : level;
    }
    memset(s->strength, 0, (size_t)n * SLOTS * 4);
    memset(s->other, 255, (size_t)n * SLOTS * 4);
    return s;
}

void ladder_end(State *s) {
    void *columns[] = {s->energy, s->expertise, s->trust, s->strength, s->other, s->attendees, s->level, s->attends, s};
    for (int k = 0; k < 9; k++) free(columns[k]);
}

static void draw_shares(uint64_t key, int64_t first, int n, float *restrict luck) {
    for (int i = 0; i < n; i++) luck[i] = share(drawn(key, first + i));
}

static void attend(State *s, const Rules *q, float shared, uint64_t key, int64_t first, int n) {
    const float *restrict energy = s->energy + first, *restrict trust = s->trust + first;
    const int32_t *restrict level = s->level + first;
    int32_t *restrict attends = s->attends + first;
    float odds[8] = {0};
    for (int k = 0; k < LEVELS; k++) odds[k] = shared + q->by_level[k];
    const __m256 table = _mm256_loadu_ps(odds);
    float of_level[BLOCK];
    for (int i = 0; i < n; i += 8)
        _mm256_storeu_ps(of_level + i, _mm256_permutevar8x32_ps(table, _mm256_loadu_si256((const __m256i *)(level + i))));
    draw_shares(key, first, n, luck);
    for (int i = 0; i < n; i++)
        attends[i] = luck[i] < logistic(of_level[i] + (q->by_energy * energy[i] + q->by_trust * trust[i]));
}

// Lists those who attend; returns the sum of their expertise in whole steps.
static int64_t list(State *s, int64_t *attending) {
    int64_t sum = 0, found = 0;
    for (int64_t i = 0; i < s->members; i++) {
        s->attendees[found] = (int32_t)i;
        found += s->attends[i];
    }
    for (int64_t i = 0; i < s->members; i++) sum += (int32_t)(s->expertise[i] * UNIT) & -s->attends[i];
    *attending = found;
    return sum;
}

static void change(State *s, const Rules *q, float mean, int64_t first, int n) {
    float *restrict energy = s->energy + first, *restrict expertise = s->expertise + first, *restrict trust = s->trust + first;
    const int32_t *restrict level = s->level + first, *restrict attends = s->attends + first;
    const float given = q->value * mean;
    for (int i = 0; i < n; i++) {
        float e = energy[i], x = expertise[i], t = trust[i];
        float busy = e + given * (1.0f - e) - q->cost * (1.0f + q->burn * (float)level[i]) * e;
        float idle = e + q->rest * (q->rested - e);
        float ahead = mean - x;
        float learnt = x + q->learning * (ahead > 0 ? ahead : 0.0f) + q->practice * (1.0f - x);
        float trusting = t + q->trust_gain * (1.0f - t);
        trusting = trusting + q->trust_gain * (1.0f - trusting);
        trusting = trusting + q->trust_gain * (1.0f - trusting);
        energy[i] = held(attends[i] ? busy : idle, 0.0f, 1.0f);
        expertise[i] = (attends[i] ? learnt : x) * q->expertise_kept;
        trust[i] = (attends[i] ? trusting : t) * q->trust_kept;
    }
}

static inline Ties ties_at(const float *p) { return (Ties){_mm256_load_ps(p), _mm256_load_ps(p + 8)}; }

static inline float least(Ties t) {
    __m256 m = _mm256_min_ps(t.low, t.high);
    __m128 h = _mm_min_ps(_mm256_castps256_ps128(m), _mm256_extractf128_ps(m, 1));
    h = _mm_min_ps(h, _mm_movehl_ps(h, h));
    return _mm_cvtss_f32(_mm_min_ss(h, _mm_shuffle_ps(h, h, 1)));
}

// Slots 0 to 7 plus 8 to 15, then halves of what is left: one order everywhere.
static inline float total(Ties t) {
    __m256 a = _mm256_add_ps(t.low, t.high);
    __m128 h = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    h = _mm_add_ps(h, _mm_movehl_ps(h, h));
    return _mm_cvtss_f32(_mm_add_ss(h, _mm_shuffle_ps(h, h, 1)));
}

static inline void meet(const Rules *q, int32_t partner, Ties *t, __m256i *low, __m256i *high) {
    const __m256 zero = _mm256_setzero_ps(), one = _mm256_set1_ps(1.0f), gain = _mm256_set1_ps(q->tie_gain);
    const __m256i who = _mm256_set1_epi32(partner);
    __m256 a = _mm256_and_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(*low, who)), _mm256_cmp_ps(t->low, zero, _CMP_GT_OQ));
    __m256 b = _mm256_and_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(*high, who)), _mm256_cmp_ps(t->high, zero, _CMP_GT_OQ));
    if (_mm256_movemask_ps(_mm256_or_ps(a, b))) {
        t->low = _mm256_blendv_ps(t->low, _mm256_add_ps(t->low, _mm256_mul_ps(gain, _mm256_sub_ps(one, t->low))), a);
        t->high = _mm256_blendv_ps(t->high, _mm256_add_ps(t->high, _mm256_mul_ps(gain, _mm256_sub_ps(one, t->high))), b);
        return;
    }
    float weakest = least(*t);
    if (weakest >= q->new_tie) return;
    const __m256 w = _mm256_set1_ps(weakest), fresh = _mm256_set1_ps(q->new_tie);
    int found = _mm256_movemask_ps(_mm256_cmp_ps(t->low, w, _CMP_EQ_OQ)) | _mm256_movemask_ps(_mm256_cmp_ps(t->high, w, _CMP_EQ_OQ)) << 8;
    const __m256i slot = _mm256_set1_epi32(__builtin_ctz((unsigned)found));
    __m256i here = _mm256_cmpeq_epi32(slot, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    __m256i there = _mm256_cmpeq_epi32(slot, _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15));
    t->low = _mm256_blendv_ps(t->low, fresh, _mm256_castsi256_ps(here));
    t->high = _mm256_blendv_ps(t->high, fresh, _mm256_castsi256_ps(there));
    *low = _mm256_blendv_epi8(*low, who, here);
    *high = _mm256_blendv_epi8(*high, who, there);
}

// Lets those of the list up to member `last` meet three others each.
static void gather(State *s, const Rules *q, uint64_t two, uint64_t third, int64_t attending, int64_t last) {
    for (; s->at < attending && s->attendees[s->at] < last; s->at++) {
        int32_t i = s->attendees[s->at];
        uint64_t w = drawn(two, i), v = drawn(third, i), luck[MEETINGS] = {w >> 32, w & 0xffffffffULL, v >> 32};
        float *strength = s->strength + (int64_t)i * SLOTS;
        __m256i *other = (__m256i *)(s->other + (int64_t)i * SLOTS), low = other[0], high = other[1];
        Ties t = ties_at(strength);
        for (int k = 0; k < MEETINGS; k++) {
            int32_t partner = s->attendees[one_of(luck[k], attending)];
            if (partner != i) meet(q, partner, &t, &low, &high);
        }
        _mm256_store_ps(strength, t.low), _mm256_store_ps(strength + 8, t.high);
        other[0] = low, other[1] = high;
    }
}

static int64_t fade(State *s, const Rules *q, int64_t first, int n) {
    const __m256 kept = _mm256_set1_ps(q->tie_kept), floor = _mm256_set1_ps(q->tie_floor);
    float *strength = s->strength + first * SLOTS;
    int64_t ties = 0;
    for (int i = 0; i < n; i++, strength += SLOTS) {
        __m256 a = _mm256_mul_ps(_mm256_load_ps(strength), kept), b = _mm256_mul_ps(_mm256_load_ps(strength + 8), kept);
        __m256 in_a = _mm256_cmp_ps(a, floor, _CMP_GE_OQ), in_b = _mm256_cmp_ps(b, floor, _CMP_GE_OQ);
        Ties t = {_mm256_and_ps(a, in_a), _mm256_and_ps(b, in_b)};
        _mm256_store_ps(strength, t.low), _mm256_store_ps(strength + 8, t.high);
        ties += __builtin_popcount((unsigned)_mm256_movemask_ps(in_a) | (unsigned)_mm256_movemask_ps(in_b) << 8);
        tie_sums[i] = total(t);
    }
    return ties;
}

static void climb(State *s, const Rules *q, uint64_t key, int64_t first, int n) {
    const float *restrict energy = s->energy + first;
    int32_t *restrict level = s->level + first;
    draw_shares(key, first, n, luck);
    for (int i = 0; i < n; i++) {
        float up = q->rise * logistic(q->rise_base + q->rise_energy * energy[i] + q->rise_ties * tie_sums[i]);
        float down = q->fall * logistic(q->fall_base - q->fall_energy * energy[i] - q->fall_ties * tie_sums[i]);
        int32_t rises = luck[i] < up, falls = (luck[i] > 1.0f - down) & !rises, to = level[i] + rises - falls;
        to = to < 0 ? 0 : to;
        level[i] = to > LEVELS - 1 ? LEVELS - 1 : to;
    }
}

// A lane of eight adds 128 numbers under 2^24 a block: 32 bits hold that.
static void sum(const State *s, int64_t first, int n, Sums *sums) {
    const float *restrict energy = s->energy + first, *restrict expertise = s->expertise + first, *restrict trust = s->trust + first;
    const int32_t *restrict level = s->level + first, *restrict attends = s->attends + first;
    for (int i = 0; i < n; i++) {
        sums->energy += (int32_t)(energy[i] * UNIT);
        sums->expertise += (int32_t)(expertise[i] * UNIT);
        sums->trust += (int32_t)(trust[i] * UNIT);
        sums->output += (int32_t)(expertise[i] * energy[i] * UNIT) & -attends[i];
    }
    for (int k = 0; k < LEVELS; k++) {
        int32_t found = 0;
        for (int i = 0; i < n; i++) found += level[i] == k;
        sums->levels[k] += found;
    }
}

static void write(double *out, const Sums *sums, double n, int64_t attending) {
    const double unit = 0x1p-24;
    for (int k = 0; k < LEVELS; k++) out[k] = (double)sums->levels[k];
    out[6] = (double)sums->energy * unit / n, out[7] = (double)sums->expertise * unit / n;
    out[8] = (double)sums->trust * unit / n, out[9] = (double)sums->ties / n;
    out[10] = (double)attending, out[11] = (double)sums->output * unit;
}

void ladder_run(State *s, int64_t weeks, const Rules *q, const double *shared, double *out) {
    for (int64_t week = 0; week < weeks; week++) {
        int64_t attending;
        uint64_t two = week_key(s->seed, MEET_TWO, week), third = week_key(s->seed, MEET_THIRD, week);
        Sums sums = {0};
        for (int64_t first = 0; first < s->members; first += BLOCK) {
            int n = (int)(s->members - first < BLOCK ? s->members - first : BLOCK);
            attend(s, q, (float)shared[week], week_key(s->seed, ATTEND, week), first, n);
        }
        int64_t expertise = list(s, &attending);
        float mean = attending ? (float)((double)expertise * 0x1p-24 / (double)attending) : 0.0f;
        s->at = 0;
        for (int64_t first = 0; first < s->members; first += BLOCK) {
            int n = (int)(s->members - first < BLOCK ? s->members - first : BLOCK);
            change(s, q, mean, first, n);
            gather(s, q, two, third, attending, first + n);
            sums.ties += fade(s, q, first, n);
            climb(s, q, week_key(s->seed, CLIMB, week), first, n);
            sum(s, first, n, &sums);
        }
        write(out + week * OUTPUTS, &sums, (double)s->members, attending);
    }
}
