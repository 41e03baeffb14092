/* The contract between the C files of the sky kernel, and with the Python that loads it.
 *
 * A store holds entries: one volume or one leg of a trajectory each. It answers which of them may
 * not be told clear of a query. Two frames: planar (x, y; used to compare with other engines) and
 * globe (earth-centred x, y, z of points on the WGS84 ellipsoid). Lengths in the plane of the
 * caller's choice; on the globe metres. Heights and times in any unit that is the same throughout.
 */
#ifndef PARLEY_SKY_H
#define PARLEY_SKY_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define API __attribute__((visibility("default"))) /* called from Python; the rest is hidden */
#else
#define API
#endif

typedef struct { double x, y, z; } vec;      /* planar: z = 0 */

/* ---- moving.c: things that move, as pure functions ------------------------------------------ */

typedef struct {                             /* one piece of something that moves */
    vec p0, p1;                              /* its ends, a straight chord between */
    double t0, t1;                           /* when it is there, t0 <= t1 */
    double z0, z1;                           /* its height there, linear in time */
} leg;
typedef struct {                             /* what two legs may do to each other */
    double d2;                               /* least squared distance over the feasible set */
    double ta, tb;                           /* where it is attained */
    int feasible;                            /* 0: no (ta, tb) within time and height */
} meeting;

enum edge { OUTER, INNER };                  /* of what rounding leaves uncertain of a limit */
/* Least distance over { |ta - tb| <= tau, lo <= zA(ta) - zB(tb) <= hi }. */
void meet_to(const leg *a, const leg *b, double tau, double lo, double hi, enum edge to,
             meeting *m);
API void meet_legs(const leg *a, const leg *b, double tau, double lo, double hi, meeting *m);
/* The part of a leg flown while t in [t0, t1] and z in [z0, z1], all inclusive; 0 if none. */
int clip_to(const leg *a, double t0, double t1, double z0, double z1, enum edge edge, leg *out);
API int clip_leg(const leg *a, double t0, double t1, double z0, double z1, leg *out);
API int legs_may_meet(const leg *a, const leg *b, double tau, double lo, double hi, double within);
API int64_t meet_many(const leg *a, const leg *b, const int64_t *which, int64_t n, double tau,
                  double lo, double hi, double within, int64_t *found, meeting *met);
API void meet_line(const leg *a, double t0, double t1, double z0, double z1, const vec *line,
               int64_t n, meeting *m);

/* ---- cut.c, rings.c: lines and areas made ready, many at once ------------------------------- */

API void cut_places(const double *lon, const double *lat, int64_t n, vec *at);
API int64_t cut_counts(const vec *at, const int64_t *offsets, int64_t lines, const double *piece,
                       double direct, int32_t *counts, double *lengths);
API void cut_knots(const vec *at, const int32_t *counts, int64_t n, vec *knots);
API void ring_frames(const vec *knots, const int64_t *rings, const int64_t *areas, int64_t n,
                     double clear, const double *beside, double *frames, double *flat,
                     uint8_t *surely);

/* ---- entries -------------------------------------------------------------------------------- */

enum { FAN = 16, MOST_DIMS = 5, GROUP = 16 };
enum kind { LINE = 0, AREA = 1, LEG = 2 };   /* LINE: a point or a polyline */
enum flag { ZONE = 1, ALONE = 2, AFFECTS_ALL = 4 };
enum verdict { CLEAR = 0, HIT = 1, OPEN_HEIGHT = 2, OPEN_PLACE = 4, OPEN_RULE = 8 };
/* Any other number names a reference; one that is SOFT may put two apart that are not: their
 * stated heights prove that they are within, never that they are clear (above ground, say). */
enum datum { UNKNOWN = 0, SOFT = 128, UNLIMITED = 255 };
enum option { WITHIN_PARTY = 1, EVERY_PART = 2 };

/* 128 bytes; its twin is RECORD in entries.py. */
typedef struct {
    double t0, t1;                           /* window; LEG: from one end to the other */
    double z0, z1;                           /* limits as stated; LEG: height at either end */
    double w0, w1;                           /* the widest band it may lie in, in one datum */
    double fuzz;                             /* how far a stated limit may be wrong */
    double radius;                           /* everything within it of the core belongs to it */
    double slack;                            /* how far the true way may be from its chord: above
                                              * it along the normal, but for SIDEWAYS (narrow.c) */
    double lateral, vertical, time;          /* minima of an activity, margins of a zone */
    const double *points;                    /* see below */
    uint32_t entry, owner;                   /* number in the store; whose part it is */
    uint32_t count;                          /* points, all rings together */
    int32_t party;
    uint32_t rings;                          /* 1 but for areas with holes */
    uint8_t kind, flags;
    uint8_t low, high;                       /* datum of either limit */
} record;

/* What `points` holds, as doubles, one after the other:
 *   all x, all y and (globe) all z; rings are closed;
 *   LEG: tolerance in time, in height;
 *   AREA on the globe: middle, right and up of its gnomonic frame, three vectors, then the box
 *   around the area, low and high of each axis;
 *   more than one ring: for each, the number of its last point plus one;
 *   ZONE: the parties it affects, as the bits of an uint64 (bit 63: any party from 63 on);
 *   more than GROUP pieces: boxes around each GROUP of pieces, around each GROUP of these, ... up
 *   to one. A piece joins a point to the next; those between rings are counted and passed over. */
size_t tail_at(const record *r, int space);      /* where LEG's tolerances or the frame start */
size_t rings_at(const record *r, int space);
size_t affects_at(const record *r, int space);
size_t groups_at(const record *r, int space);
size_t block_size(const record *r, int space);   /* in doubles, groups included */
void core_box(const record *r, int space, double *box);
void fill_groups(const record *r, int space, double *points);
int group_levels(uint32_t pieces, uint32_t sizes[8]);

static inline uint32_t pieces_of(const record *r) { return r->count > 1 ? r->count - 1 : 1; }

/* ---- narrow.c: the decision on a pair ------------------------------------------------------- */

typedef struct {
    int space;                               /* 2: planar, 3: globe */
    double near;                             /* less than this above the minimum is within */
} frame;

/* Which of the verdicts holds. HIT is sure; so is CLEAR; the other bits say what is open. */
typedef int decide_fn(const frame *f, const record *a, const record *b, int options);

/* ---- tree.c: a Hilbert R-tree whose nodes are copied when a snapshot still reads them -------- */

typedef struct node node;
struct node {
    /* Low bounds, then high bounds negated: a lane is within a query if each row is <= its. */
    _Alignas(64) float rows[2 * MOST_DIMS][FAN];
    uint64_t keys[FAN];                      /* leaf: of the entry; else: the least below */
    uint32_t ids[FAN];
    uint64_t stamp;                          /* when it was made */
    uint32_t count, height;                  /* height 0: a leaf */
    union {
        node *child[FAN];
        record records[FAN];
    } at;
};

typedef struct { double lateral, vertical, time; } minima;
enum { MOST_MINIMA = 64 };
typedef struct {
    node *root;
    int dims;                                /* space + height + time */
    uint64_t entries;
    minima most;                             /* the largest in force, each for itself */
    minima each[MOST_MINIMA];                /* those in force, and how often */
    uint64_t uses[MOST_MINIMA];
    uint32_t kinds;                          /* of them */
    minima lasting;                          /* the largest of those beyond MOST_MINIMA */
    uint64_t beyond;                         /* how many entries have such */
} tree;

typedef struct store store;

void tree_insert(store *s, tree *t, const record *r, const float *box, uint64_t key);
int tree_remove(store *s, tree *t, uint64_t key, uint32_t id, record *out);
enum { TALLEST = 16 };
typedef struct { node *open[TALLEST]; } loader; /* of each height, the node that is being filled */
int load_put(store *s, loader *l, const record *r, const float *box, uint64_t key);
int load_close(store *s, loader *l, tree *t, size_t n);
uint64_t hilbert(const uint32_t axes[4]);

/* ---- memory.c: nodes, blocks and numbers, kept while a snapshot may read them ---------------- */

node *node_new(store *s, uint32_t height);
node *node_own(store *s, node *n);           /* one that may be changed: itself, or its copy */
void node_retire(store *s, node *n);

/* ---- search.c ------------------------------------------------------------------------------- */

typedef struct { uint32_t query, entry, owner, verdict; } found;
typedef struct {
    found *out;
    size_t n, room;
    uint64_t *slots;                         /* owners found to be hit: a hash of places in out */
    size_t slot_room, hits;                  /* how many are of who asks now: those with its */
    uint32_t turn;                           /* turn; all others count as empty */
    size_t undecided;                        /* results that are not HIT */
    uint64_t nodes, tested;                  /* counted for the reader of docs/performance.md */
    int failed;                              /* no memory */
} search;

typedef struct {                             /* a consistent sight of a store */
    node *root[2];                           /* activities, zones */
    minima most;                             /* of the activities */
    int dims;
    double epoch;
    frame f;
} sight;

typedef struct {                             /* where a walk over all pairs stands */
    const node *at[TALLEST];
    uint32_t lane[TALLEST], last[TALLEST];
    int depth;                               /* -1: it is over */
    uint64_t done;                           /* entries */
} walk;

typedef struct {
    void (*check)(const sight *, search *, const record *, size_t first, size_t n, int options);
    void (*pairs)(const sight *, search *, walk *, size_t enough, int options);
    decide_fn *decide;
} engine;
extern const engine engine_plain;
#if defined(__x86_64__) && defined(__GNUC__)
#define HAS_AVX2 1
extern const engine engine_avx2;
#endif

/* The box of an entry: low bounds, then high bounds negated; times since the epoch. */
void box_rows(const frame *f, double epoch, const record *r, double *box);
int search_push(search *s, uint32_t query, uint32_t entry, uint32_t owner, uint32_t verdict,
                int remember);
void search_next(search *s);                /* another subject asks */
int search_seen(const search *s, uint32_t owner);

#endif
