/* Lateral distances of the cores of two entries: straight chords. Compiled once for any processor
 * and once for AVX2 (avx2.c), which is why what other files call has the ARCH in its name.
 *
 * In the plane chords are the thing itself. On the globe a piece strays from its chord by no more
 * than `slack`, and a geodesic is longer than its chord by bounds that follow from the radii of
 * curvature (geodesy.py). What falls between the two is looked at again from straight above: a
 * piece lies over its chord, to SIDEWAYS. What is then between stays open.
 */
#include "lateral.h"

#include <math.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define LEAST_RADIUS 6335000.0
#define GREATEST_RADIUS 6400000.0
#define ARITHMETIC 1e-3 /* metres on the globe, far more than the sums here lose */
#define SIDEWAYS 0.08   /* metres that a true place may be beside the normal through its chord's */
#define STRETCH 1.0067394967422764 /* squared ratio of the axes of the ellipsoid */
#define WIDEST 0.1      /* radians from the middle, up to which a look from above is of use */

static inline double unit(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

/* ---- the distance of two pieces ------------------------------------------------------------- */

static inline double point_piece(const double *p, const double *q, const double *v, double inverse,
                                 int space) {
    double along = 0, d2 = 0;
    for (int d = 0; d < space; d++) along += (p[d] - q[d]) * v[d];
    along = unit(along * inverse);
    for (int d = 0; d < space; d++) {
        double w = p[d] - q[d] - along * v[d];
        d2 += w * w;
    }
    return d2;
}

static inline double least(double a, double b) { return a < b ? a : b; }

/* Squared distance of two pieces, from a to a + u and from b to b + v, or one that is no more than
 * `enough`. Each may be one point: all four ends are projected on the other, and where both lines
 * run between their ends, they may cross (plane) or pass (space) there. */
static inline double pieces_apart(const double *a, const double *u, const double *b,
                                  const double *v, int space, double enough) {
    double uu = 0, vv = 0, uv = 0, uw = 0, vw = 0, a1[3], b1[3];
    for (int d = 0; d < space; d++) {
        double w = a[d] - b[d];
        uu += u[d] * u[d];
        vv += v[d] * v[d];
        uv += u[d] * v[d];
        uw += u[d] * w;
        vw += v[d] * w;
        a1[d] = a[d] + u[d];
        b1[d] = b[d] + v[d];
    }
    double iu = uu > 0 ? 1 / uu : 0, iv = vv > 0 ? 1 / vv : 0;
    double best = least(point_piece(a, b, v, iv, space), point_piece(a1, b, v, iv, space));
    if (best <= enough) return best;
    best = least(best, least(point_piece(b, a, u, iu, space), point_piece(b1, a, u, iu, space)));
    if (best <= enough) return best;
    if (space == 2) {
        double wx = b[0] - a[0], wy = b[1] - a[1];
        double turn = u[0] * v[1] - u[1] * v[0], sign = turn < 0 ? -1 : 1;
        double s = (wx * v[1] - wy * v[0]) * sign, t = (wx * u[1] - wy * u[0]) * sign;
        turn *= sign;
        return turn > 0 && s >= 0 && s <= turn && t >= 0 && t <= turn ? 0 : best;
    }
    double turn = uu * vv - uv * uv;
    if (turn <= 0) return best;
    double s = (uv * vw - vv * uw) / turn, t = (uu * vw - uv * uw) / turn;
    if (!(s > 0 && s < 1 && t > 0 && t < 1)) return best;
    double d2 = 0;
    for (int d = 0; d < space; d++) {
        double w = a[d] - b[d] + s * u[d] - t * v[d];
        d2 += w * w;
    }
    return least(best, d2);
}

/* ---- from straight above -------------------------------------------------------------------- */

view NAME(seen_from_above)(const double at[4][3]) {
    view v;
    double m[3], n[3], right[3], up[3], size = 0, far2 = 0;
    for (int d = 0; d < 3; d++) {
        m[d] = (at[0][d] + at[1][d] + at[2][d] + at[3][d]) / 4;
        n[d] = d == 2 ? m[d] * STRETCH : m[d];
        size += n[d] * n[d];
    }
    size = sqrt(size);
    for (int d = 0; d < 3; d++) n[d] /= size;
    int least = fabs(n[0]) < fabs(n[1]) ? 0 : 1;
    least = fabs(n[2]) < fabs(n[least]) ? 2 : least;
    /* The axis that is least along n, made square to it. */
    double scale = 1 / sqrt(1 - n[least] * n[least]);
    for (int d = 0; d < 3; d++) right[d] = ((d == least) - n[least] * n[d]) * scale;
    for (int d = 0; d < 3; d++)
        up[d] = n[(d + 1) % 3] * right[(d + 2) % 3] - n[(d + 2) % 3] * right[(d + 1) % 3];
    for (int k = 0; k < 4; k++) {
        double x = 0, y = 0, z = 0;
        for (int d = 0; d < 3; d++) {
            double w = at[k][d] - m[d];
            x += w * right[d];
            y += w * up[d];
            z += w * n[d];
        }
        v.flat[k][0] = x;
        v.flat[k][1] = y;
        far2 = x * x + y * y + z * z > far2 ? x * x + y * y + z * z : far2;
    }
    v.wide = 1.01 * sqrt(far2) / LEAST_RADIUS;
    return v;
}

/* HIT, OPEN_PLACE or CLEAR by the least distance as seen from above. Nothing on the globe is closer
 * than it looks; it looks closer than it is by the cosine of the slope under it. */
int NAME(settled)(const reach *q, const view *v, double apart2) {
    double apart = sqrt(apart2), k = v->wide;
    double aside = q->slack * k + 2 * SIDEWAYS + ARITHMETIC;
    if (k > WIDEST) return OPEN_PLACE;
    if (apart - aside > q->none) return CLEAR;
    return (apart + aside) * (1 + 0.51 * k * k) < q->hit ? HIT : OPEN_PLACE;
}

static int settle_pieces(const reach *q, const double *a, const double *u, const double *b,
                         const double *v) {
    double at[4][3], du[2], dv[2];
    for (int d = 0; d < 3; d++) {
        at[0][d] = a[d];
        at[1][d] = a[d] + u[d];
        at[2][d] = b[d];
        at[3][d] = b[d] + v[d];
    }
    view w = NAME(seen_from_above)((const double(*)[3])at);
    for (int d = 0; d < 2; d++) {
        du[d] = w.flat[1][d] - w.flat[0][d];
        dv[d] = w.flat[3][d] - w.flat[2][d];
    }
    return NAME(settled)(q, &w, pieces_apart(w.flat[0], du, w.flat[2], dv, 2, -1));
}

/* ---- many pieces ---------------------------------------------------------------------------- */

static inline int between_rings(const record *r, int space, uint32_t piece) {
    if (r->rings < 2) return 0;
    const double *ends = r->points + rings_at(r, space);
    uint32_t low = 0, high = r->rings; /* the first ring that ends after this piece starts */
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (ends[middle] > piece) high = middle;
        else low = middle + 1;
    }
    return low < r->rings - 1 && (uint32_t)ends[low] == piece + 1;
}

/* Which of up to GROUP pieces may come within a distance of a box, as bits: those whose own boxes do.
 * Piece j is from `points` + j to `next` further on, axes `step` apart. */
static inline uint32_t near_box(const double *low, const double *high, const double *points,
                                size_t step, size_t next, uint32_t n, int space, double most2) {
    uint32_t mask = 0;
#if defined(__AVX2__)
    /* Four at a time; the last four may be looked at twice, and fewer than four are masked. */
    static const int64_t few[8] = {-1, -1, -1, -1, 0, 0, 0, 0};
    __m256i some = _mm256_loadu_si256((const __m256i *)(few + (n < 4 ? 4 - n : 0)));
    for (uint32_t j = 0; j < n; j += 4) {
        if (j + 4 > n) j = n < 4 ? 0 : n - 4;
        __m256d sum = _mm256_setzero_pd();
        for (int d = 0; d < space; d++) {
            const double *at = points + (size_t)d * step + j;
            __m256d p = n < 4 ? _mm256_maskload_pd(at, some) : _mm256_loadu_pd(at);
            __m256d q = n < 4 ? _mm256_maskload_pd(at + next, some) : _mm256_loadu_pd(at + next);
            __m256d under = _mm256_sub_pd(_mm256_set1_pd(low[d]), _mm256_max_pd(p, q));
            __m256d over = _mm256_sub_pd(_mm256_min_pd(p, q), _mm256_set1_pd(high[d]));
            __m256d gap = _mm256_max_pd(_mm256_max_pd(under, over), _mm256_setzero_pd());
            sum = _mm256_add_pd(sum, _mm256_mul_pd(gap, gap));
        }
        __m256d in = _mm256_cmp_pd(sum, _mm256_set1_pd(most2), _CMP_LE_OQ);
        mask |= (uint32_t)_mm256_movemask_pd(in) << j;
    }
    return n < 4 ? mask & ((1u << n) - 1) : mask;
#else
    for (uint32_t j = 0; j < n; j++) {
        double sum = 0;
        for (int d = 0; d < space; d++) {
            double p = points[(size_t)d * step + j], q = points[(size_t)d * step + j + next];
            double under = low[d] - (p < q ? q : p), over = (p < q ? p : q) - high[d];
            double gap = under > over ? under : over;
            sum += gap > 0 ? gap * gap : 0;
        }
        mask |= (uint32_t)(sum <= most2) << j;
    }
    return mask;
#endif
}

/* Compare pieces [i0, i1) of a with [j0, j1) of b, j1 - j0 <= GROUP; 1 as soon as two are hit. */
static inline int compare_pieces(reach *q, const record *a, uint32_t i0, uint32_t i1,
                                 const record *b, uint32_t j0, uint32_t j1, int space) {
    size_t na = a->count, nb = b->count, after = na > 1, follow = nb > 1;
    for (uint32_t i = i0; i < i1; i++) {
        double p[3], u[3], low[3], high[3];
        if (between_rings(a, space, i)) continue;
        for (int d = 0; d < space; d++) {
            double from = a->points[(size_t)d * na + i], to = a->points[(size_t)d * na + i + after];
            p[d] = from;
            u[d] = to - from;
            low[d] = from < to ? from : to;
            high[d] = from < to ? to : from;
        }
        uint32_t mask = near_box(low, high, b->points + j0, nb, follow, j1 - j0, space, q->none2);
        for (; mask; mask &= mask - 1) {
            uint32_t j = j0 + (uint32_t)__builtin_ctz(mask);
            double c[3], v[3];
            if (between_rings(b, space, j)) continue;
            for (int d = 0; d < space; d++) {
                c[d] = b->points[(size_t)d * nb + j];
                v[d] = b->points[(size_t)d * nb + j + follow] - c[d];
            }
            double d2 = pieces_apart(p, u, c, v, space, q->hit2);
            if (d2 <= q->hit2) return 1;
            if (!(d2 <= q->none2)) continue;
            int place = space == 3 ? settle_pieces(q, p, u, c, v) : OPEN_PLACE;
            if (place == HIT) return 1;
            q->open |= place == OPEN_PLACE;
        }
    }
    return 0;
}

typedef struct {                             /* the groups of an entry, level 0 the pieces */
    const record *r;
    const double *boxes[9];
    uint32_t sizes[9];
    int levels;
} groups;

static void groups_of(const record *r, int space, groups *g) {
    uint32_t sizes[8];
    const double *box = r->points + groups_at(r, space);
    g->r = r;
    g->sizes[0] = pieces_of(r);
    g->levels = group_levels(g->sizes[0], sizes);
    for (int l = 1; l <= g->levels; l++) {
        g->boxes[l] = box;
        g->sizes[l] = sizes[l - 1];
        box += (size_t)sizes[l - 1] * 2 * (size_t)space;
    }
}

static double group_apart(const groups *a, int la, uint32_t i, const groups *b, int lb, uint32_t j,
                          int space) {
    const double *p = a->boxes[la] + (size_t)i * 2 * (size_t)space;
    const double *q = b->boxes[lb] + (size_t)j * 2 * (size_t)space;
    double sum = 0;
    for (int d = 0; d < space; d++) {
        double under = p[d] - q[space + d], over = q[d] - p[space + d];
        double gap = under > over ? under : over;
        sum += gap > 0 ? gap * gap : 0;
    }
    return sum;
}

/* Compare two groups, halving the work where their boxes are apart. Level 1 holds pieces. */
static int compare_groups(reach *q, const groups *a, int la, uint32_t i, const groups *b, int lb,
                          uint32_t j) {
    int space = q->space;
    if (la && lb && !(group_apart(a, la, i, b, lb, j, space) <= q->none2)) return 0;
    if (la <= 1 && lb <= 1) {
        uint32_t i0 = i * GROUP, j0 = j * GROUP;
        uint32_t i1 = i0 + GROUP < a->sizes[0] ? i0 + GROUP : a->sizes[0];
        uint32_t j1 = j0 + GROUP < b->sizes[0] ? j0 + GROUP : b->sizes[0];
        return compare_pieces(q, a->r, i0, i1, b->r, j0, j1, space);
    }
    if (la >= lb) {
        for (uint32_t k = i * GROUP; k < (i + 1) * GROUP && k < a->sizes[la - 1]; k++)
            if (compare_groups(q, a, la - 1, k, b, lb, j)) return 1;
    } else {
        for (uint32_t k = j * GROUP; k < (j + 1) * GROUP && k < b->sizes[lb - 1]; k++)
            if (compare_groups(q, a, la, i, b, lb - 1, k)) return 1;
    }
    return 0;
}

/* Whether a place lies in an area (not in a hole): does a ray to the right of it cross the rings
 * an odd number of times. On the globe in a gnomonic plane, without dividing: with H > 0 the height
 * of a knot above the plane through Earth's middle, x and y are taken times H. */
typedef struct { double x[3], y[3], x0, y0; } ray;

static inline uint32_t crossings(const record *r, const ray *f, uint32_t from, uint32_t to,
                                 int space) {
    size_t n = r->count;
    const double *p = r->points;
    uint32_t odd = 0;
    double x1 = -f->x0, y1 = -f->y0;
    for (int d = 0; d < space; d++) {
        x1 += p[(size_t)d * n + from] * f->x[d];
        y1 += p[(size_t)d * n + from] * f->y[d];
    }
    for (uint32_t j = from; j < to; j++) {
        double x2 = -f->x0, y2 = -f->y0;
        for (int d = 0; d < space; d++) {
            x2 += p[(size_t)d * n + j + 1] * f->x[d];
            y2 += p[(size_t)d * n + j + 1] * f->y[d];
        }
        if ((y1 > 0) != (y2 > 0) && (x1 * y2 - x2 * y1 > 0) == (y2 > y1))
            odd ^= !between_rings(r, space, j);
        x1 = x2;
        y1 = y2;
    }
    return odd;
}

/* The same of a group of pieces, passed over if it lies on one side of the ray's line. */
static uint32_t group_crossings(const groups *g, const ray *f, int level, uint32_t i, int space) {
    const double *box = g->boxes[level] + (size_t)i * 2 * (size_t)space;
    double middle = -f->y0, reach = 0;
    for (int d = 0; d < space; d++) {
        middle += (box[d] + box[space + d]) / 2 * f->y[d];
        reach += (box[space + d] - box[d]) / 2 * fabs(f->y[d]);
    }
    /* Rounding is left a billionth of Earth's size. */
    if (fabs(middle) > reach + 0.01) return 0;
    uint32_t odd = 0, end = (i + 1) * GROUP;
    end = end < g->sizes[level - 1] ? end : g->sizes[level - 1];
    if (level == 1) return crossings(g->r, f, i * GROUP, end, space);
    for (uint32_t k = i * GROUP; k < end; k++) odd ^= group_crossings(g, f, level - 1, k, space);
    return odd;
}

static int holds(const record *area, const double *place, int space) {
    ray f = {{1, 0, 0}, {0, 1, 0}, place[0], place[1]};
    if (space == 3) {
        const double *m = area->points + tail_at(area, 3), *right = m + 3, *up = m + 6;
        double h = place[0] * m[0] + place[1] * m[1] + place[2] * m[2];
        if (!(h > 0)) return 0;
        double x = (place[0] * right[0] + place[1] * right[1] + place[2] * right[2]) / h;
        double y = (place[0] * up[0] + place[1] * up[1] + place[2] * up[2]) / h;
        for (int d = 0; d < 3; d++) {
            f.x[d] = right[d] - x * m[d];
            f.y[d] = up[d] - y * m[d];
        }
        f.x0 = f.y0 = 0;
    }
    if (area->count - 1 > GROUP) {
        groups g;
        groups_of(area, space, &g);
        return (int)group_crossings(&g, &f, g.levels, 0, space);
    }
    return (int)(space == 2 ? crossings(area, &f, 0, area->count - 1, 2)
                            : crossings(area, &f, 0, area->count - 1, 3));
}

static int inside(const record *a, const record *b, int space) {
    double place[3] = {0};
    if (a->kind != AREA) return 0;
    for (int d = 0; d < space; d++) place[d] = b->points[(size_t)d * b->count];
    return holds(a, place, space);
}

/* HIT, OPEN_PLACE or CLEAR by the cores of two entries. */
int NAME(lateral)(reach *q, const record *a, const record *b) {
    uint32_t na = pieces_of(a), nb = pieces_of(b);
    if (inside(a, b, q->space) || inside(b, a, q->space)) return HIT;
    int hit;
    if (na <= GROUP && nb <= GROUP) {
        /* Each piece of the one that has fewer, with those of the other four at a time. */
        const record *few = na <= nb ? a : b, *many = na <= nb ? b : a;
        uint32_t n = na <= nb ? na : nb, m = na <= nb ? nb : na;
        hit = q->space == 2 ? compare_pieces(q, few, 0, n, many, 0, m, 2)
                            : compare_pieces(q, few, 0, n, many, 0, m, 3);
    } else {
        groups x, y;
        groups_of(a, q->space, &x);
        groups_of(b, q->space, &y);
        hit = compare_groups(q, &x, x.levels, 0, &y, y.levels, 0);
    }
    return hit ? HIT : q->open ? OPEN_PLACE : CLEAR;
}

reach NAME(reach_of)(const frame *f, const record *a, const record *b, double minimum) {
    double limit = a->radius + b->radius + minimum + f->near, none = limit, hit = limit;
    if (f->space == 2) return (reach){limit * limit, limit * limit, 2, 0, hit, none, 0};
    double slack = a->slack + b->slack, more = slack + ARITHMETIC;
    double x = limit * (1 / (2 * GREATEST_RADIUS)), y = limit * (1 / (2 * LEAST_RADIUS));
    /* Sines from above and from below; a chord is never longer than its arc. */
    if (x < 0.5) none = 2 * GREATEST_RADIUS * (x - x * x * x * (1 - x * x * (1.0 / 20)) * (1.0 / 6));
    hit = y < 0.5 ? 2 * LEAST_RADIUS * (y - y * y * y * (1.0 / 6)) : -1;
    double sure = hit - more, most = none + more;
    return (reach){sure >= 0 ? sure * sure : -1, most * most, 3, 0, hit, none, slack};
}
