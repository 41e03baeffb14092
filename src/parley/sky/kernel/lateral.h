/* What lateral.c and narrow.c share; a name for each processor that they are compiled for. */
#ifndef PARLEY_LATERAL_H
#define PARLEY_LATERAL_H

#include "sky.h"

#ifndef ARCH
#define ARCH plain
#endif
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(x) JOIN(x, ARCH)

typedef struct {                             /* lateral distances, squared */
    double hit2, none2;                      /* up to hit2 surely within; over none2 surely not */
    int space, open;
    double hit, none, slack;                 /* globe: the same of places on it, not squared */
} reach;

typedef struct {                             /* four places, seen along the normal amid them */
    double flat[4][2];
    double wide;                             /* how far from the middle they are, in radians */
} view;

reach NAME(reach_of)(const frame *f, const record *a, const record *b, double minimum);
/* HIT, OPEN_PLACE or CLEAR by the cores of two entries. */
int NAME(lateral)(reach *q, const record *a, const record *b);
view NAME(seen_from_above)(const double at[4][3]);
/* The same verdicts by the least squared distance as seen from above. */
int NAME(settled)(const reach *q, const view *v, double apart2);

extern decide_fn NAME(decide);
#endif
