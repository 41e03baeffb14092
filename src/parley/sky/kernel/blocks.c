/* How the points of an entry lie in memory, and the boxes around groups of its pieces. */
#include "sky.h"

#include <math.h>
#include <string.h>

int group_levels(uint32_t pieces, uint32_t sizes[8]) {
    int levels = 0;
    while (pieces > GROUP || (levels && pieces > 1)) {
        pieces = (pieces + GROUP - 1) / GROUP;
        sizes[levels++] = pieces;
    }
    return levels;
}

size_t tail_at(const record *r, int space) { return (size_t)space * r->count; }

size_t rings_at(const record *r, int space) {
    size_t more = r->kind == LEG ? 2 : r->kind == AREA && space == 3 ? 15 : 0;
    return tail_at(r, space) + more;
}

size_t affects_at(const record *r, int space) {
    return rings_at(r, space) + (r->rings > 1 ? r->rings : 0);
}

size_t groups_at(const record *r, int space) {
    return affects_at(r, space) + (r->flags & ZONE ? 1 : 0);
}

size_t block_size(const record *r, int space) {
    uint32_t sizes[8];
    size_t boxes = 0;
    for (int l = group_levels(pieces_of(r), sizes); l--;) boxes += sizes[l];
    return groups_at(r, space) + boxes * 2 * (size_t)space;
}

/* The box around the core of an entry: low of each axis, then high. */
void core_box(const record *r, int space, double *box) {
    const double *p = r->points;
    uint32_t sizes[8];
    int levels = group_levels(pieces_of(r), sizes);
    size_t bytes = 2 * (size_t)space * sizeof *box;
    if (r->kind == AREA && space == 3) {
        memcpy(box, p + tail_at(r, space) + 9, bytes);
    } else if (levels) {
        size_t under = 0;
        for (int l = 0; l < levels - 1; l++) under += sizes[l];
        memcpy(box, p + groups_at(r, space) + under * 2 * (size_t)space, bytes);
    } else {
        for (int d = 0; d < space; d++, p += r->count) {
            box[d] = box[space + d] = p[0];
            for (uint32_t i = 1; i < r->count; i++) {
                box[d] = p[i] < box[d] ? p[i] : box[d];
                box[space + d] = p[i] > box[space + d] ? p[i] : box[space + d];
            }
        }
    }
}

void box_rows(const frame *f, double epoch, const record *r, double *box) {
    int space = f->space, dims = space + 2;
    double core[6], aside = r->radius + r->slack;
    double late = r->kind == LEG ? r->points[tail_at(r, space)] : 0;
    core_box(r, space, core);
    for (int d = 0; d < space; d++) {
        box[d] = core[d] - aside;
        box[dims + d] = -(core[space + d] + aside);
    }
    box[space] = r->w0;
    box[dims + space] = -r->w1;
    box[space + 1] = r->t0 - late - epoch;
    box[dims + space + 1] = -(r->t1 + late - epoch);
}

static void widen(double *box, int space, const double *low, const double *high, size_t step) {
    for (int d = 0; d < space; d++) {
        double l = low[(size_t)d * step], h = high[(size_t)d * step];
        box[d] = l < box[d] ? l : box[d];
        box[space + d] = h > box[space + d] ? h : box[space + d];
    }
}

/* Write the boxes of all levels: low of each axis, then high. */
void fill_groups(const record *r, int space, double *points) {
    uint32_t sizes[8];
    int levels = group_levels(pieces_of(r), sizes);
    double *box = points + groups_at(r, space);
    const double *below = NULL;
    for (int l = 0; l < levels; l++) {
        uint32_t parts = l ? sizes[l - 1] : r->count;
        const double *level = box;
        for (uint32_t g = 0; g < sizes[l]; g++, box += 2 * space) {
            for (int d = 0; d < space; d++) {
                box[d] = INFINITY;
                box[space + d] = -INFINITY;
            }
            /* Pieces share points with the next group. */
            uint32_t end = (g + 1) * GROUP + (l == 0);
            for (uint32_t i = g * GROUP; i < end && i < parts; i++) {
                const double *low = l ? below + (size_t)i * 2 * (size_t)space : points + i;
                widen(box, space, low, l ? low + space : low, l ? 1 : r->count);
            }
        }
        below = level;
    }
}
