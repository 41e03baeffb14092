/* The decision on two entries, by plain doubles: rules, then time and height, then place (lateral.c).
 * Compiled twice, like lateral.c.
 */
#include "lateral.h"

#include <math.h>
#include <string.h>

/* ---- rules, time and height ----------------------------------------------------------------- */

/* The minima a pair is held to (encounters.held_to); 0 if it is not compared at all. */
static inline int held(const frame *f, const record *a, const record *b, int options, minima *m) {
    const record *zone = a->flags & ZONE ? a : b, *other = zone == a ? b : a;
    if (!(zone->flags & ZONE)) {
        if (a->party == b->party && !(options & WITHIN_PARTY)) return 0;
        m->lateral = a->lateral > b->lateral ? a->lateral : b->lateral;
        m->vertical = a->vertical > b->vertical ? a->vertical : b->vertical;
        m->time = a->time > b->time ? a->time : b->time;
        return HIT;
    }
    if (other->flags & ZONE) return 0;
    *m = (minima){zone->lateral, zone->vertical, zone->time};
    if (zone->flags & AFFECTS_ALL) return zone->party != other->party ? HIT : 0;
    uint64_t bits;
    memcpy(&bits, zone->points + affects_at(zone, f->space), sizeof bits);
    if (other->party < 0) return bits ? OPEN_RULE : 0;
    if (other->party < 63) return bits >> other->party & 1 ? HIT : 0;
    return bits >> 63 ? OPEN_RULE : 0;
}

enum { NO = 0, SURELY = 1, SOFTLY = 2 };

static inline int comparable(uint8_t low, uint8_t high) {
    if (low == UNKNOWN || high == UNKNOWN) return NO;
    if (low == UNLIMITED || high == UNLIMITED) return SURELY;
    return low != high ? NO : low & SOFT ? SOFTLY : SURELY;
}

static inline double wide_gap(const record *a, const record *b) {
    double up = a->w0 - b->w1, down = b->w0 - a->w1;
    return up > down ? up : down;
}

/* HIT, OPEN_HEIGHT or CLEAR by the heights of two volumes. */
static inline int heights(const record *a, const record *b, double minimum) {
    double fuzz = a->fuzz + b->fuzz;
    int up = comparable(a->low, b->high), down = comparable(b->low, a->high);
    double rise = a->z0 - b->z1, fall = b->z0 - a->z1;
    if (up == SURELY && rise - fuzz > minimum) return CLEAR;
    if (down == SURELY && fall - fuzz > minimum) return CLEAR;
    if (up && down && rise + fuzz <= minimum && fall + fuzz <= minimum) return HIT;
    return wide_gap(a, b) > minimum ? CLEAR : OPEN_HEIGHT;
}

static leg leg_of(const record *r, int space) {
    const double *p = r->points;
    return (leg){{p[0], p[2], space == 3 ? p[4] : 0},
                 {p[1], p[3], space == 3 ? p[5] : 0},
                 r->t0, r->t1, r->z0, r->z1};
}

/* Two legs to one edge, at heights that differ by no more than `high`: HIT, OPEN_PLACE or CLEAR. */
static int meet_edge(const reach *q, const leg *a, const leg *b, double tau, double high,
                     enum edge to) {
    meeting met;
    meet_to(a, b, tau, -high, high, to, &met);
    if (!met.feasible || !(met.d2 <= q->none2)) return CLEAR;
    if (met.d2 <= q->hit2) return HIT;
    if (q->space == 2) return OPEN_PLACE;
    double at[4][3] = {{a->p0.x, a->p0.y, a->p0.z}, {a->p1.x, a->p1.y, a->p1.z},
                       {b->p0.x, b->p0.y, b->p0.z}, {b->p1.x, b->p1.y, b->p1.z}};
    view v = NAME(seen_from_above)((const double(*)[3])at);
    leg x = *a, y = *b;
    x.p0 = (vec){v.flat[0][0], v.flat[0][1], 0};
    x.p1 = (vec){v.flat[1][0], v.flat[1][1], 0};
    y.p0 = (vec){v.flat[2][0], v.flat[2][1], 0};
    y.p1 = (vec){v.flat[3][0], v.flat[3][1], 0};
    meet_to(&x, &y, tau, -high, high, to, &met);
    return met.feasible ? NAME(settled)(q, &v, met.d2) : CLEAR;
}

/* The same, sure both ways: clear to the outer edge, hit to the inner. */
static int meet_within(const reach *q, const leg *a, const leg *b, double tau, double high) {
    if (!(high >= 0) || !legs_may_meet(a, b, tau, -high, high, sqrt(q->none2))) return CLEAR;
    int found = meet_edge(q, a, b, tau, high, OUTER);
    if (found != HIT || q->space == 2) return found;
    return meet_edge(q, a, b, tau, high, INNER) == HIT ? HIT : OPEN_PLACE;
}

static int meet(reach *q, const record *a, const record *b, const minima *m) {
    const double *ta = a->points + tail_at(a, q->space), *tb = b->points + tail_at(b, q->space);
    double tau = m->time + ta[0] + tb[0], high = m->vertical + ta[1] + tb[1];
    double fuzz = a->fuzz + b->fuzz;
    int known = comparable(a->low, b->low), sure = known == SURELY && fuzz == 0;
    leg x = leg_of(a, q->space), y = leg_of(b, q->space);
    if (known != SURELY && wide_gap(a, b) > m->vertical) return CLEAR;
    int found = meet_within(q, &x, &y, tau, known == SURELY ? high + fuzz : INFINITY);
    if (found == CLEAR || sure) return found;
    if (known && meet_within(q, &x, &y, tau, high - fuzz) == HIT) return HIT;
    return OPEN_HEIGHT | (found & OPEN_PLACE);
}

/* A leg to one edge of a volume's time and height, against the volume's footprint. */
static int pass_edge(reach *q, const record *moving, const record *b, const minima *m, double low,
                     double high, enum edge edge) {
    double before = m->time + moving->points[tail_at(moving, q->space)], points[6];
    leg x = leg_of(moving, q->space), y;
    if (!clip_to(&x, b->t0 - before, b->t1 + before, low, high, edge, &y)) return CLEAR;
    record flown = *moving;
    flown.points = points;
    points[0] = y.p0.x;
    points[1] = y.p1.x;
    points[2] = y.p0.y;
    points[3] = y.p1.y;
    points[4] = y.p0.z;
    points[5] = y.p1.z;
    q->open = 0;
    return NAME(lateral)(q, &flown, b);
}

/* The same, sure both ways. */
static int pass_at(reach *q, const record *moving, const record *b, const minima *m, double low,
                   double high) {
    int found = pass_edge(q, moving, b, m, low, high, OUTER);
    if (found != HIT || q->space == 2) return found;
    return pass_edge(q, moving, b, m, low, high, INNER) == HIT ? HIT : OPEN_PLACE;
}

static int pass(reach *q, const record *moving, const record *b, const minima *m) {
    double above = m->vertical + moving->points[tail_at(moving, q->space) + 1];
    double fuzz = moving->fuzz + b->fuzz;
    int floor = comparable(b->low, moving->low), ceiling = comparable(moving->low, b->high);
    int sure = floor == SURELY && ceiling == SURELY;
    if (!sure && wide_gap(moving, b) > m->vertical) return CLEAR;
    double low = floor == SURELY ? b->z0 - above - fuzz : -INFINITY;
    double high = ceiling == SURELY ? b->z1 + above + fuzz : INFINITY;
    int found = pass_at(q, moving, b, m, low, high);
    if (found == CLEAR || (sure && fuzz == 0)) return found;
    if (floor && ceiling &&
        pass_at(q, moving, b, m, b->z0 - above + fuzz, b->z1 + above - fuzz) == HIT)
        return HIT;
    return OPEN_HEIGHT | (found & OPEN_PLACE);
}

int NAME(decide)(const frame *f, const record *a, const record *b, int options) {
    minima m;
    int rule = held(f, a, b, options, &m), found;
    if (!rule) return CLEAR;
    if (a->kind != LEG && b->kind != LEG) {
        double later = a->t0 - b->t1, earlier = b->t0 - a->t1;
        if (later > m.time || earlier > m.time) return CLEAR;
        int height = heights(a, b, m.vertical);
        if (height == CLEAR) return CLEAR;
        reach q = NAME(reach_of)(f, a, b, m.lateral);
        found = NAME(lateral)(&q, a, b);
        if (found != CLEAR && height == OPEN_HEIGHT) found = (found & OPEN_PLACE) | OPEN_HEIGHT;
    } else {
        reach q = NAME(reach_of)(f, a, b, m.lateral);
        found = a->kind != LEG ? pass(&q, b, a, &m)
                : b->kind != LEG ? pass(&q, a, b, &m)
                                 : meet(&q, a, b, &m);
    }
    return found == CLEAR || rule == HIT ? found : (found & ~HIT) | OPEN_RULE;
}
