/* Walks of the trees: one query against all, or all pairs. Compiled twice, like lateral.c. */
#include "lateral.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define ALL_LANES 0xffffu

/* The lanes of a node whose boxes a query reaches: each row no more than the query's. */
static inline uint32_t lanes(const node *n, const float *q, int rows) {
#if defined(__AVX2__)
    __m256 left = _mm256_cmp_ps(_mm256_load_ps(n->rows[0]), _mm256_set1_ps(q[0]), _CMP_LE_OQ);
    __m256 right = _mm256_cmp_ps(_mm256_load_ps(n->rows[0] + 8), _mm256_set1_ps(q[0]), _CMP_LE_OQ);
    for (int r = 1; r < rows; r++) {
        __m256 most = _mm256_set1_ps(q[r]);
        left = _mm256_and_ps(left, _mm256_cmp_ps(_mm256_load_ps(n->rows[r]), most, _CMP_LE_OQ));
        right = _mm256_and_ps(right,
                              _mm256_cmp_ps(_mm256_load_ps(n->rows[r] + 8), most, _CMP_LE_OQ));
    }
    return (uint32_t)_mm256_movemask_ps(left) | (uint32_t)_mm256_movemask_ps(right) << 8;
#elif defined(__SSE2__)
    uint32_t mask = 0;
    for (int k = 0; k < FAN; k += 4) {
        __m128 in = _mm_cmple_ps(_mm_load_ps(n->rows[0] + k), _mm_set1_ps(q[0]));
        for (int r = 1; r < rows; r++)
            in = _mm_and_ps(in, _mm_cmple_ps(_mm_load_ps(n->rows[r] + k), _mm_set1_ps(q[r])));
        mask |= (uint32_t)_mm_movemask_ps(in) << k;
    }
    return mask;
#else
    int in[FAN];
    uint32_t mask = 0;
    for (int i = 0; i < FAN; i++) in[i] = 1;
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < FAN; i++) in[i] &= n->rows[r][i] <= q[r];
    for (int i = 0; i < FAN; i++) mask |= (uint32_t)in[i] << i;
    return mask;
#endif
}

typedef struct {
    const sight *of;
    search *into;
    const record *query;
    uint32_t number;                         /* what to call it in the results */
    int options, rows;
    float most[2][2 * MOST_DIMS];            /* how far it reaches among activities, zones */
} asked;

static inline int judge(asked *q, const record *r) {
    search *s = q->into;
    if (r->owner == q->query->owner) return 1;
    int once = !(q->options & EVERY_PART) && !(r->flags & ALONE);
    if (once && search_seen(s, r->owner)) return 1;
    s->tested++;
    int found = NAME(decide)(&q->of->f, q->query, r, q->options);
    return !found || search_push(s, q->number, r->entry, r->owner, (uint32_t)found, once);
}

static int below(asked *q, const node *top, const float *most) {
    const node *stack[FAN * TALLEST];
    int n = 0, rows = q->rows;
    stack[n++] = top;
    while (n) {
        const node *at = stack[--n];
        uint32_t mask = lanes(at, most, rows);
        q->into->nodes++;
        for (; mask; mask &= mask - 1) {
            int i = __builtin_ctz(mask);
            if (at->height) {
                stack[n++] = at->at.child[i];
                for (int k = 0; k < 8; k++) __builtin_prefetch(at->at.child[i]->rows[k]);
            } else if (!judge(q, &at->at.records[i])) return 0;
        }
    }
    return 1;
}

static inline float above(double x) {
    if (!(x < FLT_MAX)) return FLT_MAX; /* nor does what is no number miss anything */
    if (x <= -FLT_MAX) return -FLT_MAX;
    float f = (float)x;
    return f < x ? nextafterf(f, FLT_MAX) : f;
}

/* How far a query's box, given as rows in doubles, reaches with these minima. */
static void grow(const sight *v, const double *box, const minima *by, float *most) {
    int space = v->dims - 2;
    double aside = v->f.space == 3 ? by->lateral + v->f.near + 0.01 : by->lateral + v->f.near;
    for (int d = 0; d < v->dims; d++) {
        double more = d < space ? aside : d == space ? by->vertical : by->time;
        /* A row of the tree is a low bound, or a high bound negated. */
        most[d] = above(-box[v->dims + d] + more);
        most[v->dims + d] = above(-box[d] + more);
    }
}

static void ask(asked *q, const sight *v, search *s, const record *r, const double *box,
                int options) {
    minima by = {fmax(r->lateral, v->most.lateral), fmax(r->vertical, v->most.vertical),
                 fmax(r->time, v->most.time)};
    minima own = {r->lateral, r->vertical, r->time}, none = {0, 0, 0};
    int zone = r->flags & ZONE;
    q->of = v;
    q->into = s;
    q->query = r;
    q->options = options;
    q->rows = 2 * v->dims;
    grow(v, box, zone ? &own : &by, q->most[0]);
    if (!zone) grow(v, box, &none, q->most[1]); /* boxes of zones hold their own margins */
}

void NAME(check)(const sight *v, search *s, const record *r, size_t first, size_t n, int options) {
    for (size_t i = first; i < first + n; i++) {
        asked q;
        double box[2 * MOST_DIMS];
        if (i > first && r[i].entry != r[i - 1].entry) search_next(s);
        box_rows(&v->f, v->epoch, &r[i], box);
        ask(&q, v, s, &r[i], box, options);
        q.number = (uint32_t)i;
        if (v->root[0] && !below(&q, v->root[0], q.most[0])) return;
        if (v->root[1] && !(r[i].flags & ZONE) && !below(&q, v->root[1], q.most[1])) return;
    }
}

/* What is on the right of a leaf's entry in the walk: every pair is met once. */
static int beyond(asked *q, const walk *w, const node *leaf, uint32_t lane) {
    for (int d = 0; d < w->depth; d++) {
        const node *n = w->at[d];
        uint32_t mask = lanes(n, q->most[0], q->rows) & (ALL_LANES << (w->lane[d] + 1));
        q->into->nodes++;
        for (mask &= ALL_LANES; mask; mask &= mask - 1)
            if (!below(q, n->at.child[__builtin_ctz(mask)], q->most[0])) return 0;
    }
    uint32_t mask = lanes(leaf, q->most[0], q->rows) & (ALL_LANES << (lane + 1)) & ALL_LANES;
    for (; mask; mask &= mask - 1)
        if (!judge(q, &leaf->at.records[__builtin_ctz(mask)])) return 0;
    return 1;
}

static void step(walk *w) {
    while (w->depth > 0) {
        int d = w->depth - 1;
        if (w->lane[d] + 1 < w->last[d]) {
            const node *n = w->at[d]->at.child[++w->lane[d]];
            for (; n->height; n = n->at.child[0]) {
                w->at[++d] = n;
                w->lane[d] = 0;
                w->last[d] = n->count;
            }
            w->depth = d + 1;
            w->at[w->depth] = n;
            return;
        }
        w->depth--;
    }
    w->depth = -1;
}

/* Go on with a walk over all pairs, leaf by leaf, until there are enough results or it is over. */
void NAME(pairs)(const sight *v, search *s, walk *w, size_t enough, int options) {
    while (w->depth >= 0 && s->n < enough && !s->failed) {
        const node *leaf = w->at[w->depth];
        for (uint32_t i = 0; i < leaf->count; i++) {
            asked q;
            const record *r = &leaf->at.records[i];
            double box[2 * MOST_DIMS];
            for (int k = 0; k < 2 * v->dims; k++) box[k] = leaf->rows[k][i];
            ask(&q, v, s, r, box, options | EVERY_PART);
            q.number = r->entry;
            if (!beyond(&q, w, leaf, i)) return;
            if (v->root[1] && !below(&q, v->root[1], q.most[1])) return;
        }
        w->done += leaf->count;
        step(w);
    }
}

const engine NAME(engine) = {NAME(check), NAME(pairs), NAME(decide)};
