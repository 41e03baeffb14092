/* Areas within rings of short pieces, many at once: a gnomonic frame and a box around each, and
 * whether it is surely one that parley.sky.regions takes.
 *
 * Surely: every ring fits into a cap of 60 degrees around its middle, no two pieces come closer
 * than `clear` metres but those that share a knot, the area is wider than what regions.py calls
 * none, and every hole lies in the outer ring and in no other hole. The edges
 * known here and there differ by less than a quarter of `clear`, so neither can cross where the
 * other does not. Of any other area it says nothing: regions.py must judge it.
 */
#include "sky.h"

#include <math.h>

#define EQUATOR 6378137.0
#define AXIS_M 6356752.3 /* no axis of space is shorter within the globe */
#define LEAST_COSINE 0.5
#define NO_WIDTH_M 0.05
#define MOST_KNOTS 1024 /* pairs of pieces are looked at one by one */

typedef struct { double x, y; } spot;
typedef struct {
    vec middle, right, up;
} plane;

static inline double dot(vec p, vec q) { return p.x * q.x + p.y * q.y + p.z * q.z; }
static inline vec times(vec p, double k) { return (vec){p.x * k, p.y * k, p.z * k}; }
static inline vec cross(vec p, vec q) {
    return (vec){p.y * q.z - p.z * q.y, p.z * q.x - p.x * q.z, p.x * q.y - p.y * q.x};
}
static inline double turn(spot o, spot p, spot q) {
    return (p.x - o.x) * (q.y - o.y) - (p.y - o.y) * (q.x - o.x);
}

/* The plane that touches the globe amid the knots of a ring; 0 where they have no middle. */
static int frame_of(const vec *knots, int64_t n, plane *f) {
    vec sum = {0, 0, 0};
    for (int64_t i = 0; i < n; i++) {
        double k = 1 / sqrt(dot(knots[i], knots[i]));
        sum = (vec){sum.x + k * knots[i].x, sum.y + k * knots[i].y, sum.z + k * knots[i].z};
    }
    double size = sqrt(dot(sum, sum));
    f->middle = size > 1e-9 * (double)n ? times(sum, 1 / size) : (vec){0, 0, 1};
    double x = fabs(f->middle.x), y = fabs(f->middle.y), z = fabs(f->middle.z);
    vec aside = x <= y && x <= z ? (vec){1, 0, 0} : y <= z ? (vec){0, 1, 0} : (vec){0, 0, 1};
    f->right = cross(aside, f->middle);
    f->right = times(f->right, 1 / sqrt(dot(f->right, f->right)));
    f->up = cross(f->middle, f->right);
    return size > 1e-9 * (double)n;
}

/* Lay knots on the plane; gives the least cosine between one of them and the middle. */
static double lay(const plane *f, const vec *knots, int64_t n, spot *flat) {
    double least = 1;
    for (int64_t i = 0; i < n; i++) {
        double height = dot(knots[i], f->middle), size = sqrt(dot(knots[i], knots[i]));
        least = height < least * size ? height / size : least;
        flat[i] = (spot){dot(knots[i], f->right) / height, dot(knots[i], f->up) / height};
    }
    return least;
}

static double to_piece2(spot p, spot a, spot b) {
    double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    double k = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;
    k = k < 0 ? 0 : k > 1 ? 1 : k;
    double x = p.x - a.x - k * dx, y = p.y - a.y - k * dy;
    return x * x + y * y;
}

static int apart(spot a, spot b, spot c, spot d, double clear) {
    double least = clear * clear;
    if (to_piece2(a, c, d) < least || to_piece2(b, c, d) < least) return 0;
    if (to_piece2(c, a, b) < least || to_piece2(d, a, b) < least) return 0;
    return (turn(a, b, c) > 0) == (turn(a, b, d) > 0) || (turn(c, d, a) > 0) == (turn(c, d, b) > 0);
}

static inline double low(double a, double b) { return a < b ? a : b; }
static inline double top(double a, double b) { return a > b ? a : b; }

/* Whether a piece keeps clear of those from `first` to before `last`, none of which it touches. */
static int keeps_clear(const spot *p, int64_t i, int64_t first, int64_t last, double clear) {
    double west = low(p[i].x, p[i + 1].x) - clear, east = top(p[i].x, p[i + 1].x) + clear;
    double south = low(p[i].y, p[i + 1].y) - clear, north = top(p[i].y, p[i + 1].y) + clear;
    for (int64_t j = first; j < last; j++) {
        spot a = p[j], b = p[j + 1];
        if (top(a.x, b.x) < west || low(a.x, b.x) > east) continue;
        if (top(a.y, b.y) < south || low(a.y, b.y) > north) continue;
        if (!apart(p[i], p[i + 1], a, b, clear)) return 0;
    }
    return 1;
}

/* Whether a closed ring of n spots keeps clear of itself; the gnomonic area in *area and the way
 * around in *around. Of two pieces that share a knot the far end of one starts another piece, which
 * keeps clear of the other; in a triangle the width does the same. */
static int simple(const spot *p, int64_t n, double clear, double *area, double *around) {
    *area = *around = 0;
    if (n < 4 || p[0].x != p[n - 1].x || p[0].y != p[n - 1].y) return 0;
    for (int64_t i = 0; i + 1 < n; i++) {
        double dx = p[i + 1].x - p[i].x, dy = p[i + 1].y - p[i].y;
        /* The next shares the end of this one, and the last the start of the first. */
        if (!keeps_clear(p, i, i + 2, i == 0 ? n - 2 : n - 1, clear)) return 0;
        *area += (p[i].x - p[0].x) * (p[i + 1].y - p[0].y) -
                 (p[i + 1].x - p[0].x) * (p[i].y - p[0].y);
        *around += sqrt(dx * dx + dy * dy);
    }
    *area = fabs(*area) / 2;
    return 1;
}

static int winds(const spot *p, int64_t n, spot q) {
    int in = 0;
    for (int64_t i = 0; i + 1 < n; i++)
        if ((p[i].y > q.y) != (p[i + 1].y > q.y) &&
            (turn(p[i], p[i + 1], q) > 0) == (p[i + 1].y > p[i].y))
            in = !in;
    return in;
}

/* Whether rings that are `ends` apart bound one area for sure. */
static int sound(const spot *flat, const int64_t *ends, int64_t rings, double cosine,
                 double clear) {
    double area, around;
    for (int64_t r = 0; r < rings; r++) {
        const spot *p = flat + ends[r] - ends[0];
        int64_t n = ends[r + 1] - ends[r];
        if (!simple(p, n, clear, &area, &around)) return 0;
        /* On the globe an area is at least its image times cosine cubed, a way at most its. Twice
         * the width that is none, so that no triangle is less than 8 times as high. */
        if (!(area * EQUATOR * cosine * cosine * cosine > 2 * NO_WIDTH_M * around)) return 0;
        if (r > 0 && !winds(flat, ends[1] - ends[0], p[0])) return 0;
        for (int64_t s = 0; s < r; s++) {
            const spot *other = flat + ends[s] - ends[0];
            int64_t m = ends[s + 1] - ends[s];
            if (s > 0 && (winds(other, m, p[0]) || winds(p, n, other[0]))) return 0;
            for (int64_t i = 0; i + 1 < n; i++)
                if (!keeps_clear(flat, ends[r] - ends[0] + i, ends[s] - ends[0],
                                 ends[s] - ends[0] + m - 1, clear))
                    return 0;
        }
    }
    return 1;
}

/* Grow a box to where the axes of space leave the globe within the rings. */
static void reach_axes(const plane *f, const spot *flat, const int64_t *ends, int64_t rings,
                       double cosine, double *box) {
    const double *middle = (const double *)&f->middle;
    const double *right = (const double *)&f->right, *up = (const double *)&f->up;
    for (int axis = 0; axis < 6; axis++) {
        int k = axis % 3, side = axis / 3;
        double height = side ? middle[k] : -middle[k];
        /* Nothing in a ring is farther from the middle than its boundary. */
        if (height < cosine - 0.01) continue;
        spot at = {right[k] / middle[k], up[k] / middle[k]};
        if (!winds(flat, ends[1] - ends[0], at)) continue;
        int hole = 0;
        for (int64_t r = 1; r < rings && !hole; r++)
            hole = winds(flat + ends[r] - ends[0], ends[r + 1] - ends[r], at);
        if (hole) continue;
        double reach = (k < 2 ? EQUATOR : AXIS_M) + 1;
        box[3 * side + k] = side ? top(box[3 + k], reach) : low(box[k], -reach);
    }
}

/* Polygon k has the rings areas[k] to areas[k + 1], ring r the knots rings[r] to rings[r + 1], the
 * outer ring first. Writes 15 numbers each: middle, right and up of the frame, then low and high of
 * the box (`beside` metres around the knots). `flat` has room for two numbers a knot. Those that
 * are surely areas get 1 in `surely`, the others 0 and no numbers. */
void ring_frames(const vec *knots, const int64_t *rings, const int64_t *areas, int64_t n,
                 double clear, const double *beside, double *frames, double *flat,
                 uint8_t *surely) {
    for (int64_t k = 0; k < n; k++) {
        const int64_t *ends = rings + areas[k];
        int64_t count = areas[k + 1] - areas[k], first = ends[0], all = ends[count] - first;
        double *out = frames + 15 * k, *box = out + 9;
        spot *spots = (spot *)flat + first;
        plane f;
        surely[k] = 0;
        if (count < 1 || all > MOST_KNOTS || !frame_of(knots + first, ends[1] - first, &f))
            continue;
        double cosine = lay(&f, knots + first, all, spots);
        if (cosine < LEAST_COSINE) continue;
        /* A length in the plane is at most 1 / cosine squared of that on the globe. */
        double room = clear / (cosine * cosine) / (0.99 * EQUATOR);
        if (!sound(spots, ends, count, cosine, room)) continue;
        surely[k] = 1;
        for (int axis = 0; axis < 3; axis++) {
            box[axis] = INFINITY;
            box[3 + axis] = -INFINITY;
        }
        for (int64_t i = 0; i < all; i++) {
            const double *p = (const double *)&knots[first + i];
            for (int axis = 0; axis < 3; axis++) {
                box[axis] = low(box[axis], p[axis] - beside[k]);
                box[3 + axis] = top(box[3 + axis], p[axis] + beside[k]);
            }
        }
        reach_axes(&f, spots, ends, count, cosine, box);
        ((vec *)out)[0] = f.middle;
        ((vec *)out)[1] = f.right;
        ((vec *)out)[2] = f.up;
    }
}
