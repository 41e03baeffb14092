/* What the writer of a store keeps; readers of a snapshot never look here. */
#ifndef PARLEY_STORE_H
#define PARLEY_STORE_H

#include "sky.h"

/* A growing array in chunks: growing it copies nothing, so that no single call takes long. */
enum { CHUNK = 1 << 14, MOST_CHUNKS = 1 << 18 };
typedef struct {
    char **chunks;
    size_t item, made;
} table;
int table_reach(table *t, size_t n);         /* room for n items; 0: no memory */
static inline void *table_at(const table *t, size_t i) {
    return t->chunks[i / CHUNK] + (i % CHUNK) * t->item;
}

typedef struct {                             /* what is known of an entry by its number */
    uint64_t key;
    uint32_t owner;
    uint32_t heap;                           /* place in the heap of ends plus one; 0: not there */
    uint8_t used, zone;
} slot;

typedef struct { double end; uint32_t entry; } ending;

enum waste { A_NODE, A_BLOCK, A_NUMBER };
typedef struct { uint64_t mark; void *what; uint32_t number, kind; } retired;
typedef struct yard yard;
struct yard { yard *next; size_t first, n; retired items[1000]; };

typedef struct snapshot snapshot;
struct snapshot {
    sight sight;
    uint64_t stamp;
    snapshot *older, *newer;
    store *of;
};

struct store {
    frame f;
    double epoch;
    double origin[4], scale[4], period;      /* of the keys */
    tree trees[2];
    uint64_t now;                            /* stamp of what is made from here on */
    snapshot *oldest, *newest;
    yard *head, *tail;                       /* what snapshots may still read, oldest first */
    node *spare[2];                          /* leaves, inner nodes */
    table pages;                             /* all memory of nodes, to free it at the end */
    size_t page_count;
    table slots;
    size_t slot_count;
    table free_numbers;
    size_t free_count;
    table heap;
    size_t heap_count;
    uint64_t blocks, nodes;                  /* in use, retired ones included */
    uint64_t bytes, block_bytes;
    int failed;                              /* no memory for a node: a change was left undone, */
                                             /* so nothing is answered any more */
};

typedef struct {                             /* what a check is given, put together once */
    const store *store;
    const snapshot *seen;                    /* NULL: the store as it is */
    search *to;
    const record *queries;
    int options;
} request;

typedef struct { float rows[2 * MOST_DIMS]; uint64_t key; } placed;
placed place(const store *s, const record *r);

void retire(store *s, enum waste kind, void *what, uint32_t number);
void reclaim(store *s, size_t most);
int heap_ready(store *s);
void heap_push(store *s, double end, uint32_t entry);
void heap_drop(store *s, uint32_t entry);
const ending *heap_first(const store *s);
uint32_t number_new(store *s);
#endif
