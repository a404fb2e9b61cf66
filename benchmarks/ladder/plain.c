// The ladder in plain C, double precision, one loop over the members: what a programmer writes first, for gcc -O3.
#include <math.h>
#include <time.h>
typedef double real;
#include "ladder.h"

typedef struct {
    int64_t members;
    uint64_t seed;
    real *energy, *expertise, *trust, *strength;
    int32_t *other, *attendees;
    uint8_t *level, *attends;
} State;

typedef struct {
    int64_t levels[LEVELS], ties;
    real energy, expertise, trust, output;
} Sums;

// The clock of benchmarks/passes.py.
int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static inline real share(uint64_t bits) { return (real)(bits >> 11) * 0x1p-53; }
static inline real logistic(real x) { return 1 / (1 + exp(-x)); }

State *ladder_begin(int64_t n, uint64_t seed) {
    State *s = malloc(sizeof(State));
    *s = (State){
        n, seed, room(n * 8), room(n * 8), room(n * 8), room(n * SLOTS * 8), room(n * SLOTS * 4), room(n * 4), room(n), room(n),
    };
    for (int64_t i = 0; i < n; i++) {
        real luck = share(drawn(week_key(seed, LEVEL, -1), i));
        int level = (int)(4 * luck * luck);
        s->energy[i] = share(drawn(week_key(seed, ENERGY, -1), i));
        s->expertise[i] = share(drawn(week_key(seed, EXPERTISE, -1), i));
        s->trust[i] = 0.5 * share(drawn(week_key(seed, TRUST, -1), i));
        s->level[i] = (uint8_t)(level > 3 ? 3 : level);
        for (int k = 0; k < SLOTS; k++) s->strength[i * SLOTS + k] = 0, s->other[i * SLOTS + k] = -1;
    }
    return s;
}

void ladder_end(State *s) {
    void *columns[] = {s->energy, s->expertise, s->trust, s->strength, s->other, s->attendees, s->level, s->attends, s};
    for (int k = 0; k < 9; k++) free(columns[k]);
}

// Lets members attend or not; returns how many do, and their mean expertise.
static int64_t attend(State *s, const Rules *q, real shared, uint64_t key, real *mean) {
    int64_t attending = 0;
    real sum = 0;
    for (int64_t i = 0; i < s->members; i++) {
        real odds = shared + q->by_level[s->level[i]] + q->by_energy * s->energy[i] + q->by_trust * s->trust[i];
        s->attends[i] = share(drawn(key, i)) < logistic(odds);
        if (s->attends[i]) s->attendees[attending++] = (int32_t)i, sum += s->expertise[i];
    }
    *mean = attending ? sum / attending : 0;
    return attending;
}

static void meet(const Rules *q, int32_t partner, real *strength, int32_t *other) {
    int weakest = 0;
    for (int k = 0; k < SLOTS; k++)
        if (other[k] == partner) {
            strength[k] += q->tie_gain * (1 - strength[k]);
            return;
        }
    for (int k = 1; k < SLOTS; k++)
        if (strength[k] < strength[weakest]) weakest = k;
    if (strength[weakest] < q->new_tie) strength[weakest] = q->new_tie, other[weakest] = partner;
}

static real fade(const Rules *q, real *strength, int32_t *other, int64_t *ties) {
    real sum = 0;
    for (int k = 0; k < SLOTS; k++) {
        strength[k] *= q->tie_kept;
        if (strength[k] < q->tie_floor) strength[k] = 0, other[k] = -1;
        sum += strength[k];
        *ties += strength[k] > 0;
    }
    return sum;
}

static void take_part(State *s, const Rules *q, int64_t i, real mean, int64_t attending, uint64_t two, uint64_t third) {
    uint32_t luck[MEETINGS] = {(uint32_t)(two >> 32), (uint32_t)two, (uint32_t)(third >> 32)};
    real ahead = mean - s->expertise[i];
    s->energy[i] += q->value * mean * (1 - s->energy[i]) - q->cost * (1 + q->burn * s->level[i]) * s->energy[i];
    s->expertise[i] += q->learning * (ahead > 0 ? ahead : 0) + q->practice * (1 - s->expertise[i]);
    for (int k = 0; k < MEETINGS; k++) {
        int32_t partner = s->attendees[one_of(luck[k], attending)];
        s->trust[i] += q->trust_gain * (1 - s->trust[i]);
        if (partner != i) meet(q, partner, s->strength + i * SLOTS, s->other + i * SLOTS);
    }
}

static int climb(const Rules *q, int level, real energy, real ties, real luck) {
    if (luck < q->rise * logistic(q->rise_base + q->rise_energy * energy + q->rise_ties * ties)) return level < 5 ? level + 1 : 5;
    if (luck > 1 - q->fall * logistic(q->fall_base - q->fall_energy * energy - q->fall_ties * ties)) return level > 0 ? level - 1 : 0;
    return level;
}

static void write(double *out, const Sums *sums, real n, int64_t attending) {
    for (int k = 0; k < LEVELS; k++) out[k] = sums->levels[k];
    out[6] = sums->energy / n, out[7] = sums->expertise / n, out[8] = sums->trust / n, out[9] = sums->ties / n;
    out[10] = attending, out[11] = sums->output;
}

void ladder_run(State *s, int64_t weeks, const Rules *q, const double *shared, double *out) {
    for (int64_t week = 0; week < weeks; week++) {
        real mean;
        Sums sums = {0};
        uint64_t two = week_key(s->seed, MEET_TWO, week), third = week_key(s->seed, MEET_THIRD, week);
        uint64_t climbing = week_key(s->seed, CLIMB, week);
        int64_t attending = attend(s, q, shared[week], week_key(s->seed, ATTEND, week), &mean);
        for (int64_t i = 0; i < s->members; i++) {
            if (s->attends[i]) take_part(s, q, i, mean, attending, drawn(two, i), drawn(third, i));
            else s->energy[i] += q->rest * (q->rested - s->energy[i]);
            s->energy[i] = s->energy[i] < 0 ? 0 : s->energy[i] > 1 ? 1 : s->energy[i];
            s->expertise[i] *= q->expertise_kept;
            s->trust[i] *= q->trust_kept;
            real ties = fade(q, s->strength + i * SLOTS, s->other + i * SLOTS, &sums.ties);
            s->level[i] = (uint8_t)climb(q, s->level[i], s->energy[i], ties, share(drawn(climbing, i)));
            sums.levels[s->level[i]]++;
            sums.energy += s->energy[i], sums.expertise += s->expertise[i], sums.trust += s->trust[i];
            if (s->attends[i]) sums.output += s->expertise[i] * s->energy[i];
        }
        write(out + week * OUTPUTS, &sums, s->members, attending);
    }
}
