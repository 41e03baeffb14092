/* Where an entry lies in a tree: its box in single precision, and its key on the Hilbert curve. */
#include "store.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define QUARTER 1e7  /* metres, of the meridian */

/* What is no number (infinity less infinity) is as low as can be, so that no query misses it. */
static float under(double x) {
    if (x >= FLT_MAX) return FLT_MAX;
    if (!(x > -FLT_MAX)) return -FLT_MAX;
    float f = (float)x;
    return f > x ? nextafterf(f, -FLT_MAX) : f;
}

/* The globe flattened to a square, octahedron by octahedron, so that 1 is a quarter meridian. */
static void flatten(const double *p, double *xy) {
    double sum = fabs(p[0]) + fabs(p[1]) + fabs(p[2]);
    double x = sum > 0 ? p[0] / sum : 0, y = sum > 0 ? p[1] / sum : 0;
    if (p[2] < 0) {
        double fold = (1 - fabs(y)) * (x < 0 ? -1 : 1);
        y = (1 - fabs(x)) * (y < 0 ? -1 : 1);
        x = fold;
    }
    xy[0] = x * QUARTER;
    xy[1] = y * QUARTER;
}

static uint32_t step_of(double x) { return x > 0 ? (x < 65535 ? (uint32_t)x : 65535) : 0; }

static double within(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

static uint64_t key_of(const store *s, const double *box) {
    int space = s->f.space, dims = space + 2;
    double at[3], flat[4];
    for (int d = 0; d < space; d++) at[d] = (box[d] - box[dims + d]) / 2;
    if (space == 3) flatten(at, flat);
    else memcpy(flat, at, 2 * sizeof *at);
    double most = s->origin[2] + 65536 / s->scale[2];
    flat[2] = (within(box[space], s->origin[2], most) +
               within(-box[dims + space], s->origin[2], most)) / 2;
    double long_ago = box[space + 1], length = -box[dims + space + 1] - long_ago;
    flat[3] = long_ago + within(length, 0, s->period) / 2;
    uint32_t axes[4];
    for (int d = 0; d < 3; d++) axes[d] = step_of((flat[d] - s->origin[d]) * s->scale[d]);
    /* Time comes round again, so that it never runs out of the curve. */
    double round = (flat[3] - s->origin[3]) / s->period;
    axes[3] = step_of((round - floor(round)) * s->period * s->scale[3]);
    return hilbert(axes);
}

/* The box of an entry as the tree holds it (a zone's with its margin), and its place. */
placed place(const store *s, const record *r) {
    double box[2 * MOST_DIMS];
    int space = s->f.space, dims = space + 2;
    placed p = {{0}, 0};
    box_rows(&s->f, s->epoch, r, box);
    p.key = key_of(s, box);
    for (int d = 0; d < dims; d++) {
        double more = 0;
        if (r->flags & ZONE)
            more = d < space ? r->lateral + s->f.near + 0.01 * (space == 3)
                             : d == space ? r->vertical : r->time;
        p.rows[d] = under(box[d] - more);
        p.rows[dims + d] = under(box[dims + d] - more);
    }
    return p;
}
