/* Edges cut into short pieces, many at once.
 *
 * An edge of at most `direct` metres is cut along its chord: points of the chord are dropped onto
 * the ellipsoid, along its normal, at shares that lie equally far apart on an arc of the same
 * chord and sagitta. This curve keeps within millimetres of the shortest geodesic, because it lies
 * between the two normal sections of the ends, and these part from the geodesic only in the third
 * order (Bomford, Geodesy, 4th ed., 2.14; Jordan and Eggert vol. III: e'^2 cos^2 phi s^3 sin 2 alpha
 * / 24 R^2 between one another at most). parley.sky.cutting states the bound in metres that was
 * measured against geodesics, with its margin, and cuts longer edges first.
 */
#include "sky.h"

#include <math.h>

#define EQUATOR 6378137.0
#define FLATTENING (1 / 298.257223563)
#define ECCENTRICITY2 (FLATTENING * (2 - FLATTENING))
#define STRETCH (1 / (1 - ECCENTRICITY2)) /* squared ratio of the axes */
#define LEAST_RADIUS 6335000.0
#define DEGREE (3.14159265358979323846 / 180)

/* Points on the ellipsoid, degrees, as earth-centred metres. */
void cut_places(const double *lon, const double *lat, int64_t n, vec *at) {
    for (int64_t i = 0; i < n; i++) {
        double phi = lat[i] * DEGREE, lambda = lon[i] * DEGREE;
        double up = sin(phi), normal = EQUATOR / sqrt(1 - ECCENTRICITY2 * up * up);
        double across = normal * cos(phi);
        at[i] = (vec){across * cos(lambda), across * sin(lambda),
                      normal * (1 - ECCENTRICITY2) * up};
    }
}

static inline double chord_of(vec p, vec q) {
    double x = q.x - p.x, y = q.y - p.y, z = q.z - p.z;
    return sqrt(x * x + y * y + z * z);
}

/* An upper bound on the arc over a chord of up to 1000 km: the first terms of the arcsine on the
 * least radius of curvature there is. */
static inline double arc_of(double chord) {
    double s = chord / (2 * LEAST_RADIUS), s2 = s * s;
    return chord * (1 + s2 * (1.0 / 6 + s2 * 0.08));
}

/* counts[i]: the pieces from vertex i to the next, none longer than the `piece` of its line; 0 for
 * the last of a line, -1 for an edge over `direct`, which must be cut first. Returns how many of
 * these. */
int64_t cut_counts(const vec *at, const int64_t *offsets, int64_t lines, const double *piece,
                   double direct, int32_t *counts, double *lengths) {
    int64_t late = 0;
    for (int64_t k = 0; k < lines; k++) {
        for (int64_t i = offsets[k]; i < offsets[k + 1]; i++) {
            double chord = i + 1 < offsets[k + 1] ? chord_of(at[i], at[i + 1]) : 0;
            lengths[i] = arc_of(chord);
            if (i + 1 == offsets[k + 1])
                counts[i] = 0;
            else if (chord > direct) {
                counts[i] = -1;
                late++;
            } else
                counts[i] = chord > 0 ? (int32_t)ceil(lengths[i] / piece[k]) : 1;
        }
    }
    return late;
}

/* The foot of a point near the ellipsoid, along the gradient there; *below tells how far it was
 * below the surface, in units of the gradient (`EQUATOR` to 0.4 %). */
static inline vec foot(vec p, double *below) {
    double around = p.x * p.x + p.y * p.y, z2 = p.z * p.z;
    double a = around + STRETCH * STRETCH * STRETCH * z2, b = around + STRETCH * STRETCH * z2;
    double c = around + STRETCH * z2 - EQUATOR * EQUATOR;
    double step = c / (b + sqrt(b * b - a * c));
    *below = -step * sqrt(b);
    return (vec){p.x - step * p.x, p.y - step * p.y, p.z - step * STRETCH * p.z};
}

/* Write each vertex and, after it, the knots that cut the way to the next into counts[i] pieces
 * of the same length: sum(max(1, counts[i])) in all. */
void cut_knots(const vec *at, const int32_t *counts, int64_t n, vec *knots) {
    for (int64_t i = 0; i < n; i++) {
        *knots++ = at[i];
        int32_t pieces = counts[i];
        if (pieces < 2) continue;
        vec p = at[i], d = {at[i + 1].x - p.x, at[i + 1].y - p.y, at[i + 1].z - p.z};
        double sagitta, ignored, chord = chord_of(at[i], at[i + 1]);
        vec middle = foot((vec){p.x + d.x / 2, p.y + d.y / 2, p.z + d.z / 2}, &sagitta);
        double angle = 4 * atan(2 * sagitta / chord), scale = 0.5 / tan(angle / 2);
        for (int32_t k = 1; k < pieces; k++) {
            if (2 * k == pieces) {
                *knots++ = middle;
                continue;
            }
            double share = 0.5 + scale * tan(((double)k / pieces - 0.5) * angle);
            *knots++ = foot((vec){p.x + share * d.x, p.y + share * d.y, p.z + share * d.z},
                            &ignored);
        }
    }
}
