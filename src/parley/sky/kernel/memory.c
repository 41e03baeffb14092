/* The memory of a store: nodes, blocks of points and entry numbers, and when each may be reused.
 *
 * A node is read by every snapshot taken after it was made and before it was replaced. So the
 * writer changes a node in place if it is younger than all snapshots, else a copy of it; what is
 * replaced waits in the yard until the snapshots that may read it are gone. Each call clears only
 * a bounded part of the yard.
 */
#include "store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int table_reach(table *t, size_t n) {
    if (!t->chunks && !(t->chunks = calloc(MOST_CHUNKS, sizeof *t->chunks))) return 0;
    while (t->made * CHUNK < n) {
        if (t->made == MOST_CHUNKS || !(t->chunks[t->made] = calloc(CHUNK, t->item))) return 0;
        t->made++;
    }
    return 1;
}

/* ---- nodes ---------------------------------------------------------------------------------- */

enum { NODES_A_PAGE = 32 };

static size_t node_size(uint32_t height) {
    node *n = NULL;
    size_t size = (size_t)((char *)&n->at - (char *)n);
    size += height ? sizeof n->at.child : sizeof n->at.records;
    return (size + 63) / 64 * 64;
}

static void node_clear(node *n) {
    for (int r = 0; r < 2 * MOST_DIMS; r++)
        for (int i = 0; i < FAN; i++) n->rows[r][i] = INFINITY;
    n->count = 0;
}

static int page_new(store *s, uint32_t height) {
    size_t size = node_size(height);
    char *page = aligned_alloc(64, NODES_A_PAGE * size);
    if (!page || !table_reach(&s->pages, s->page_count + 1)) {
        free(page);
        return 0;
    }
    *(void **)table_at(&s->pages, s->page_count++) = page;
    s->bytes += NODES_A_PAGE * size;
    for (int i = NODES_A_PAGE; i--;) {
        node *n = (node *)(page + (size_t)i * size);
        n->at.child[0] = s->spare[height > 0];
        s->spare[height > 0] = n;
    }
    return 1;
}

node *node_new(store *s, uint32_t height) {
    if (!s->spare[height > 0] && !page_new(s, height)) {
        s->failed = 1;
        return NULL;
    }
    node *n = s->spare[height > 0];
    s->spare[height > 0] = n->at.child[0];
    s->nodes++;
    node_clear(n);
    n->height = height;
    n->stamp = s->now;
    return n;
}

node *node_own(store *s, node *n) {
    if (!s->newest || n->stamp > s->newest->stamp) return n;
    node *copy = node_new(s, n->height);
    if (!copy) return NULL;
    memcpy(copy, n, node_size(n->height));
    copy->stamp = s->now;
    node_retire(s, n);
    return copy;
}

void node_retire(store *s, node *n) { retire(s, A_NODE, n, 0); }

/* ---- what waits for snapshots to end -------------------------------------------------------- */

static void reuse(store *s, const retired *r) {
    if (r->kind == A_NODE) {
        node *n = r->what;
        n->at.child[0] = s->spare[n->height > 0];
        s->spare[n->height > 0] = n;
        s->nodes--;
    } else if (r->kind == A_BLOCK) {
        free(r->what);
        s->blocks--;
    } else {
        if (!table_reach(&s->free_numbers, s->free_count + 1)) return; /* one number is lost */
        *(uint32_t *)table_at(&s->free_numbers, s->free_count++) = r->number;
    }
}

void retire(store *s, enum waste kind, void *what, uint32_t number) {
    retired r = {s->newest ? s->newest->stamp : 0, what, number, kind};
    if (!s->newest) {
        reuse(s, &r);
        return;
    }
    if (!s->tail || s->tail->n == sizeof s->tail->items / sizeof *s->tail->items) {
        yard *more = malloc(sizeof *more);
        if (!more) { /* it is never reused: memory is short, answers stay right */
            return;
        }
        more->next = NULL;
        more->first = more->n = 0;
        if (s->tail) s->tail->next = more;
        else s->head = more;
        s->tail = more;
    }
    s->tail->items[s->tail->n++] = r;
}

/* Reuse at most so many of the things that no snapshot reads any more. */
void reclaim(store *s, size_t most) {
    while (s->head && most) {
        yard *y = s->head;
        if (y->first == y->n) {
            s->head = y->next;
            if (!s->head) s->tail = NULL;
            free(y);
            continue;
        }
        if (s->oldest && y->items[y->first].mark >= s->oldest->stamp) return;
        reuse(s, &y->items[y->first++]);
        most--;
    }
}

uint32_t number_new(store *s) {
    if (s->free_count) return *(uint32_t *)table_at(&s->free_numbers, --s->free_count);
    if (s->slot_count >= UINT32_MAX - 1 || !table_reach(&s->slots, s->slot_count + 1))
        return UINT32_MAX;
    return (uint32_t)s->slot_count++;
}

/* ---- a heap of the ends of entries, to find what is over ------------------------------------- */

static ending *heap_at(const store *s, size_t i) { return table_at(&s->heap, i); }

static void heap_put(store *s, size_t i, ending e) {
    *heap_at(s, i) = e;
    ((slot *)table_at(&s->slots, e.entry))->heap = (uint32_t)i + 1;
}

static void heap_rise(store *s, size_t i, ending e) {
    for (; i && heap_at(s, (i - 1) / 2)->end > e.end; i = (i - 1) / 2)
        heap_put(s, i, *heap_at(s, (i - 1) / 2));
    heap_put(s, i, e);
}

static void heap_sink(store *s, size_t i, ending e) {
    for (size_t k; (k = 2 * i + 1) < s->heap_count; i = k) {
        if (k + 1 < s->heap_count && heap_at(s, k + 1)->end < heap_at(s, k)->end) k++;
        if (heap_at(s, k)->end >= e.end) break;
        heap_put(s, i, *heap_at(s, k));
    }
    heap_put(s, i, e);
}

/* Room for one more, made before anything is changed. */
int heap_ready(store *s) { return table_reach(&s->heap, s->heap_count + 1); }

void heap_push(store *s, double end, uint32_t entry) {
    heap_rise(s, s->heap_count++, (ending){end, entry});
}

void heap_drop(store *s, uint32_t entry) {
    slot *mine = table_at(&s->slots, entry);
    if (!mine->heap) return;
    size_t i = mine->heap - 1;
    mine->heap = 0;
    ending last = *heap_at(s, --s->heap_count);
    if (i == s->heap_count) return;
    if (i && heap_at(s, (i - 1) / 2)->end > last.end) heap_rise(s, i, last);
    else heap_sink(s, i, last);
}

const ending *heap_first(const store *s) { return s->heap_count ? heap_at(s, 0) : NULL; }
