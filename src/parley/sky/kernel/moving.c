/* When two things that move come closest.
 *
 * A leg is a straight chord flown at constant speed, its height linear in time. With u and v the
 * shares flown of two legs (0 to 1), what time and height allow is a convex polygon in (u, v): the
 * unit square, cut by  -tau <= tA(u) - tB(v) <= tau  and  lo <= zA(u) - zB(v) <= hi, so 8 corners
 * at most. The squared distance is a convex quadratic there: least where it is stationary, if that
 * lies inside, else on an edge. Shares instead of times: a leg without duration needs no case of
 * its own (one that jumps is taken to be everywhere on its chord at that instant).
 *
 * Everything is inclusive. Each limit is widened by ROUNDING times the sum of the numbers that go
 * into it, more than double arithmetic loses, so what only touches is never lost. For times in s
 * within 12 days of the epoch that is 15 ns, for ms since 1970 it is 0.03 ms; for heights up to
 * 100 km it is 1.4 nm. A distance may come out low by what is flown in that time, and by nothing
 * else but rounding. Who must not take two for near that are not asks to the INNER edge: there each
 * limit is narrowed as much instead, unless nothing changes along both legs, and then rounds nothing.
 *
 * Inputs must not be NaN; lo = -INFINITY and hi = INFINITY stand for "any height".
 */
#include "sky.h"

#include <math.h>

#define ROUNDING 0x1p-48
#define CORNERS 24 /* a cut makes n corners 1.5 n at most, even of a polygon bent by rounding */
#define PARALLEL 1e-24 /* squared sine under which a crossing is no better than an edge */

typedef struct {
    int n;
    double u[CORNERS], v[CORNERS];
} polygon;

typedef struct { /* the difference between two legs: apart + u * a - v * b */
    vec apart, a, b;
} motion;

typedef struct {
    double d2, u, v;
} closest;

static inline vec minus(vec p, vec q) { return (vec){p.x - q.x, p.y - q.y, p.z - q.z}; }
static inline double dot(vec p, vec q) { return p.x * q.x + p.y * q.y + p.z * q.z; }
static inline vec cross(vec p, vec q) {
    return (vec){p.y * q.z - p.z * q.y, p.z * q.x - p.x * q.z, p.x * q.y - p.y * q.x};
}
static inline vec at(const motion *m, double u, double v) {
    return (vec){m->apart.x + (u * m->a.x - v * m->b.x), m->apart.y + (u * m->a.y - v * m->b.y),
                 m->apart.z + (u * m->a.z - v * m->b.z)};
}
static inline double unit(double share) { return share < 0 ? 0 : share > 1 ? 1 : share; }

static inline double slack_of(double a0, double a1, double b0, double b1, double limit) {
    return ROUNDING * (fabs(a0) + fabs(a1) + fabs(b0) + fabs(b1) + fabs(limit));
}

/* Keep the part of the polygon where c + cu * u + cv * v >= 0. */
static void cut_polygon(polygon *p, double c, double cu, double cv) {
    polygon kept;
    kept.n = 0;
    int last = p->n - 1;
    double before = last < 0 ? 0 : c + cu * p->u[last] + cv * p->v[last];
    for (int i = 0; i < p->n; last = i++) {
        double here = c + cu * p->u[i] + cv * p->v[i];
        if ((here >= 0) != (before >= 0)) {
            /* From the end that stays, so that both directions give the same place. */
            int in = here >= 0 ? i : last, out = here >= 0 ? last : i;
            double g = here >= 0 ? here : before, share = g / (g - (here >= 0 ? before : here));
            kept.u[kept.n] = p->u[in] + share * (p->u[out] - p->u[in]);
            kept.v[kept.n++] = p->v[in] + share * (p->v[out] - p->v[in]);
        }
        if (here >= 0) {
            kept.u[kept.n] = p->u[i];
            kept.v[kept.n++] = p->v[i];
        }
        before = here;
    }
    *p = kept;
}

/* Cut by low <= (a0 + u (a1 - a0)) - (b0 + v (b1 - b0)) <= high; 0 if nothing can remain. */
static int cut_band(polygon *p, double a0, double a1, double b0, double b1, double low, double high,
                    enum edge to) {
    double f = a0 - b0, fu = a1 - a0, fv = b0 - b1;
    double least = f + (fu < 0 ? fu : 0) + (fv < 0 ? fv : 0);
    double most = f + (fu > 0 ? fu : 0) + (fv > 0 ? fv : 0);
    double wide = to == OUTER ? 1 : fu == 0 && fv == 0 ? 0 : -1;
    if (low > -INFINITY) {
        double edge = low - wide * slack_of(a0, a1, b0, b1, low);
        if (most < edge) return 0;
        if (least < edge) cut_polygon(p, f - edge, fu, fv);
    }
    if (high < INFINITY) {
        double edge = high + wide * slack_of(a0, a1, b0, b1, high);
        if (least > edge) return 0;
        if (most > edge) cut_polygon(p, edge - f, -fu, -fv);
    }
    return p->n > 0;
}

/* Whether (u, v) lies in a convex polygon that runs anticlockwise, by strict comparison: a place
 * lost to rounding at the rim is found again on its edge. The box tells where a polygon ends that
 * is no more than a line. */
static int holds(const polygon *p, double u, double v) {
    double u0 = 1, u1 = 0, v0 = 1, v1 = 0;
    for (int i = p->n - 1, j = 0; j < p->n; i = j++) {
        if ((p->u[j] - p->u[i]) * (v - p->v[i]) < (p->v[j] - p->v[i]) * (u - p->u[i])) return 0;
        u0 = p->u[j] < u0 ? p->u[j] : u0;
        u1 = p->u[j] > u1 ? p->u[j] : u1;
        v0 = p->v[j] < v0 ? p->v[j] : v0;
        v1 = p->v[j] > v1 ? p->v[j] : v1;
    }
    return u >= u0 && u <= u1 && v >= v0 && v <= v1;
}

static closest least_over(const motion *m, const polygon *p) {
    closest best = {INFINITY, 0, 0};
    vec normal = cross(m->a, m->b);
    double det = dot(normal, normal);
    /* Of a polygon of one or two corners the edges say all. */
    if (p->n > 2 && det > PARALLEL * dot(m->a, m->a) * dot(m->b, m->b)) {
        double u = dot(cross(m->b, m->apart), normal) / det;
        double v = dot(cross(m->a, m->apart), normal) / det;
        if (u >= 0 && u <= 1 && v >= 0 && v <= 1 && holds(p, u, v)) {
            vec w = at(m, u, v);
            best = (closest){dot(w, w), u, v};
            return best;
        }
    }
    for (int i = p->n - 1, j = 0; j < p->n; i = j++) {
        double du = p->u[j] - p->u[i], dv = p->v[j] - p->v[i];
        vec w = at(m, p->u[i], p->v[i]);
        vec e = {du * m->a.x - dv * m->b.x, du * m->a.y - dv * m->b.y, du * m->a.z - dv * m->b.z};
        double square = dot(e, e), share = square > 0 ? unit(-dot(w, e) / square) : 0;
        vec there = {w.x + share * e.x, w.y + share * e.y, w.z + share * e.z};
        double d2 = dot(there, there);
        if (d2 < best.d2) best = (closest){d2, p->u[i] + share * du, p->v[i] + share * dv};
    }
    return best;
}

static inline double time_at(const leg *a, double share) {
    double t = share >= 1 ? a->t1 : a->t0 + share * (a->t1 - a->t0);
    return t > a->t1 ? a->t1 : t;
}

/* Least squared distance over { |ta - tb| <= tau, lo <= zA(ta) - zB(tb) <= hi }, and where. */
void meet_to(const leg *a, const leg *b, double tau, double lo, double hi, enum edge to,
             meeting *m) {
    polygon p = {4, {0, 1, 1, 0}, {0, 0, 1, 1}};
    m->feasible = 0;
    m->d2 = INFINITY;
    m->ta = a->t0;
    m->tb = b->t0;
    if (!cut_band(&p, a->t0, a->t1, b->t0, b->t1, -tau, tau, to)) return;
    if (!cut_band(&p, a->z0, a->z1, b->z0, b->z1, lo, hi, to)) return;
    motion both = {minus(a->p0, b->p0), minus(a->p1, a->p0), minus(b->p1, b->p0)};
    closest found = least_over(&both, &p);
    m->feasible = 1;
    m->d2 = found.d2;
    m->ta = time_at(a, unit(found.u));
    m->tb = time_at(b, unit(found.v));
}

void meet_legs(const leg *a, const leg *b, double tau, double lo, double hi, meeting *m) {
    meet_to(a, b, tau, lo, hi, OUTER, m);
}

static inline double height_at(const leg *a, double share) {
    return share >= 1 ? a->z1 : a->z0 + share * (a->z1 - a->z0);
}

static inline vec place_at(const leg *a, double share) {
    if (share >= 1) return a->p1;
    return (vec){a->p0.x + share * (a->p1.x - a->p0.x), a->p0.y + share * (a->p1.y - a->p0.y),
                 a->p0.z + share * (a->p1.z - a->p0.z)};
}

/* Narrow the shares [from, to] to those where low <= v0 + share (v1 - v0) <= high. */
static int narrow_shares(double v0, double v1, double low, double high, enum edge edge,
                         double *from, double *to) {
    double d = v1 - v0, wide = edge == OUTER ? 1 : d == 0 ? 0 : -1;
    if (low > -INFINITY) low -= wide * slack_of(v0, v1, 0, 0, low);
    if (high < INFINITY) high += wide * slack_of(v0, v1, 0, 0, high);
    if (low > high) return 0;
    if ((v0 < low && v1 < low) || (v0 > high && v1 > high)) return 0;
    if (d != 0) {
        double in = ((d > 0 ? low : high) - v0) / d, out = ((d > 0 ? high : low) - v0) / d;
        if (in > *from) *from = in < 1 ? in : 1;
        if (out < *to) *to = out > 0 ? out : 0;
    }
    return *from <= *to;
}

/* The part of a leg flown while t in [t0, t1] and z in [z0, z1], all inclusive; 0 if none. What a
 * window lost to rounding before it came here, as a difference of larger numbers, is not known:
 * whole numbers lose nothing. */
int clip_to(const leg *a, double t0, double t1, double z0, double z1, enum edge edge, leg *out) {
    double from = 0, to = 1;
    if (t0 > t1 || z0 > z1) return 0;
    if (!narrow_shares(a->t0, a->t1, t0, t1, edge, &from, &to)) return 0;
    if (!narrow_shares(a->z0, a->z1, z0, z1, edge, &from, &to)) return 0;
    *out = (leg){place_at(a, from), place_at(a, to),    time_at(a, from),
                 time_at(a, to),    height_at(a, from), height_at(a, to)};
    return 1;
}

int clip_leg(const leg *a, double t0, double t1, double z0, double z1, leg *out) {
    return clip_to(a, t0, t1, z0, z1, OUTER, out);
}

/* The middle and half the length of a leg, to tell quickly that two are far apart. */
static inline vec middle_of(vec p, vec q) {
    return (vec){(p.x + q.x) / 2, (p.y + q.y) / 2, (p.z + q.z) / 2};
}
static inline double half_of(vec p, vec q) {
    vec d = minus(p, q);
    return sqrt(dot(d, d)) / 2;
}

/* A superset test of a few nanoseconds: 0 if two legs surely keep out of each other's time or height, or
 * are surely more than `within` apart. */
int legs_may_meet(const leg *a, const leg *b, double tau, double lo, double hi, double within) {
    double wide = tau + slack_of(a->t0, a->t1, b->t0, b->t1, tau);
    if (a->t0 - b->t1 > wide || b->t0 - a->t1 > wide) return 0;
    double atop = fmax(a->z0, a->z1), alow = fmin(a->z0, a->z1);
    double btop = fmax(b->z0, b->z1), blow = fmin(b->z0, b->z1);
    double thick = slack_of(a->z0, a->z1, b->z0, b->z1, 0);
    if (atop - blow < lo - thick - ROUNDING * fabs(lo)) return 0;
    if (alow - btop > hi + thick + ROUNDING * fabs(hi)) return 0;
    vec d = minus(middle_of(a->p0, a->p1), middle_of(b->p0, b->p1));
    double reach = (within + half_of(a->p0, a->p1) + half_of(b->p0, b->p1)) * (1 + 1e-12) + 1e-6;
    return dot(d, d) <= reach * reach;
}

/* One leg against those of `b` that `which` names (all n if it is NULL): writes the place in the
 * list and the meeting of each whose least distance is at most `within`, and returns how many.
 * `found` and `met` have room for n. */
int64_t meet_many(const leg *a, const leg *b, const int64_t *which, int64_t n, double tau,
                  double lo, double hi, double within, int64_t *found, meeting *met) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        const leg *other = &b[which ? which[i] : i];
        if (!legs_may_meet(a, other, tau, lo, hi, within)) continue;
        meet_legs(a, other, tau, lo, hi, &met[count]);
        if (!met[count].feasible || met[count].d2 > within * within) continue;
        found[count++] = i;
    }
    return count;
}

/* Least squared distance of a leg, while t in [t0, t1] and z in [z0, z1], to a line that stands
 * still: n points, n = 1 a single one. The time is ta = tb; not feasible: never there at all.
 * Whether an area within a ring is entered without nearing the ring is not its question. */
void meet_line(const leg *a, double t0, double t1, double z0, double z1, const vec *line,
               int64_t n, meeting *m) {
    polygon box = {4, {0, 1, 1, 0}, {0, 0, 1, 1}};
    leg flown;
    m->d2 = INFINITY;
    m->ta = m->tb = a->t0;
    m->feasible = n > 0 && clip_leg(a, t0, t1, z0, z1, &flown);
    if (!m->feasible) return;
    vec middle = middle_of(flown.p0, flown.p1), along = minus(flown.p1, flown.p0);
    double half = half_of(flown.p0, flown.p1), share = 0, reach = INFINITY;
    for (int64_t i = 0; i < n - (n > 1); i++) {
        vec from = line[i], to = line[n > 1 ? i + 1 : i];
        vec d = minus(middle, middle_of(from, to));
        double bound = (reach + half + half_of(from, to)) * (1 + 1e-12) + 1e-6;
        if (dot(d, d) > bound * bound) continue;
        motion both = {minus(flown.p0, from), along, minus(to, from)};
        closest found = least_over(&both, &box);
        if (found.d2 < m->d2) {
            m->d2 = found.d2;
            share = found.u;
            reach = sqrt(m->d2);
        }
    }
    m->ta = m->tb = time_at(&flown, unit(share));
}
