/* The store as Python calls it: add, remove, find what is over, take snapshots, ask. */
#include "store.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 64   /* how much of what is retired one call reuses */

static const engine *in_use = &engine_plain;

/* Which code runs: 0 for any processor, 1 for AVX2. Returns what is in use. */
API int sky_use(int wanted) {
#if defined(HAS_AVX2)
    int can = __builtin_cpu_supports("avx2") != 0;
    if (wanted >= 0) in_use = wanted && can ? &engine_avx2 : &engine_plain;
    return in_use == &engine_avx2;
#else
    (void)wanted;
    return 0;
#endif
}

API int sky_decide(const frame *f, const record *a, const record *b, int options) {
    return in_use->decide(f, a, b, options);
}

API size_t sky_block_size(const record *r, int space) { return block_size(r, space); }
/* Make queries ready; what is added is made so by itself. */
API void sky_prepare(const record *r, size_t n, int space) {
    for (size_t i = 0; i < n; i++) fill_groups(&r[i], space, (double *)(uintptr_t)r[i].points);
}

/* ---- minima in force ------------------------------------------------------------------------ */

static void raise(minima *m, const minima *by) {
    m->lateral = fmax(m->lateral, by->lateral);
    m->vertical = fmax(m->vertical, by->vertical);
    m->time = fmax(m->time, by->time);
}

static void minima_add(tree *t, const record *r, uint64_t n) {
    minima m = {r->lateral, r->vertical, r->time};
    raise(&t->most, &m);
    for (uint32_t i = 0; i < t->kinds; i++)
        if (!memcmp(&t->each[i], &m, sizeof m)) {
            t->uses[i] += n;
            return;
        }
    if (t->kinds == MOST_MINIMA) {
        raise(&t->lasting, &m);
        t->beyond += n;
        return;
    }
    t->each[t->kinds] = m;
    t->uses[t->kinds++] = n;
}

/* Minima may stand among those that are counted one by one and among those beyond: an entry is
 * taken from the former first. So some are counted beyond a little longer, none too few. */
static void minima_drop(tree *t, const record *r) {
    minima m = {r->lateral, r->vertical, r->time};
    uint32_t i = 0;
    while (i < t->kinds && memcmp(&t->each[i], &m, sizeof m)) i++;
    if (i < t->kinds) {
        if (--t->uses[i]) return;
        t->each[i] = t->each[--t->kinds];
        t->uses[i] = t->uses[t->kinds];
    } else {
        if (--t->beyond) return;
        t->lasting = (minima){0, 0, 0};
    }
    t->most = t->lasting;
    for (uint32_t k = 0; k < t->kinds; k++) raise(&t->most, &t->each[k]);
}

/* ---- adding and removing -------------------------------------------------------------------- */

/* Take over what the caller keeps: give it a number and a block of its own. */
static int take(store *s, record *r, uint32_t number) {
    size_t size = block_size(r, s->f.space) * sizeof *r->points;
    double *block = malloc(size);
    if (!block) return 0;
    memcpy(block, r->points, size);
    r->points = block;
    r->entry = number;
    s->blocks++;
    s->block_bytes += size;
    return 1;
}

static void enter(store *s, const record *r, uint64_t key) {
    slot *mine = table_at(&s->slots, r->entry);
    *mine = (slot){key, r->owner, 0, 1, (r->flags & ZONE) != 0};
    double late = r->kind == LEG ? r->points[tail_at(r, s->f.space)] : 0;
    if (r->t1 + late < DBL_MAX) heap_push(s, r->t1 + late, r->entry);
}

static int add(store *s, const record *given, uint32_t *number) {
    record r = *given;
    if (s->failed || !heap_ready(s) || (*number = number_new(s)) == UINT32_MAX) return 0;
    if (!take(s, &r, *number)) {
        retire(s, A_NUMBER, NULL, *number);
        return 0;
    }
    fill_groups(&r, s->f.space, (double *)(uintptr_t)r.points);
    placed p = place(s, &r);
    tree *t = &s->trees[(r.flags & ZONE) != 0];
    tree_insert(s, t, &r, p.rows, p.key);
    minima_add(t, &r, 1);
    enter(s, &r, p.key);
    reclaim(s, AT_ONCE);
    return !s->failed;
}

static int known(const store *s, uint32_t number) {
    return number < s->slot_count && ((slot *)table_at(&s->slots, number))->used;
}

static int drop(store *s, uint32_t number) {
    if (s->failed || !known(s, number)) return 0;
    slot *mine = table_at(&s->slots, number);
    tree *t = &s->trees[mine->zone];
    record r;
    if (!tree_remove(s, t, mine->key, number, &r)) return 0;
    minima_drop(t, &r);
    heap_drop(s, number);
    mine->used = 0;
    s->block_bytes -= block_size(&r, s->f.space) * sizeof *r.points;
    retire(s, A_BLOCK, (void *)(uintptr_t)r.points, 0);
    retire(s, A_NUMBER, NULL, number);
    reclaim(s, AT_ONCE);
    return 1;
}

/* Add n entries and give their numbers; how many were added, fewer if memory is short. */
API size_t sky_add(store *s, const record *r, size_t n, uint32_t *numbers) {
    size_t i = 0;
    while (i < n && add(s, &r[i], &numbers[i])) i++;
    return i;
}

/* Remove entries by their numbers; how many there were. */
API size_t sky_remove(store *s, const uint32_t *numbers, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += (size_t)drop(s, numbers[i]);
    return count;
}

/* Remove up to n entries that ended before an instant; how many, and their numbers. */
API size_t sky_expire(store *s, double before, uint32_t *numbers, size_t n) {
    size_t count = 0;
    for (const ending *e; count < n && (e = heap_first(s)) && e->end < before;) {
        numbers[count] = e->entry;
        if (!drop(s, numbers[count])) break;
        count++;
    }
    return count;
}

/* ---- loading many at once ------------------------------------------------------------------- */

typedef struct { uint64_t key; uint32_t at; } keyed;

/* Sort by key, 16 bits at a time; those of one key keep their order, which is that of numbers. */
static int sort_keys(keyed *k, size_t n) {
    keyed *other = malloc(n * sizeof *k);
    size_t *start = malloc(65536 * sizeof *start);
    int done = !n || (other && start);
    for (int shift = 0; done && shift < 64; shift += 16) {
        memset(start, 0, 65536 * sizeof *start);
        for (size_t i = 0; i < n; i++) start[k[i].key >> shift & 65535]++;
        size_t sum = 0;
        for (size_t b = 0; b < 65536; b++) {
            size_t count = start[b];
            start[b] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++) other[start[k[i].key >> shift & 65535]++] = k[i];
        keyed *t = k;
        k = other;
        other = t;
    }
    free(start);
    free(other); /* after four turns the result lies where it was given */
    return done;
}

static int load_tree(store *s, int zones, const record *r, size_t n, const uint32_t *numbers) {
    keyed *order = malloc(n * sizeof *order);
    placed *places = malloc(n * sizeof *places);
    int done = order && places;
    tree *t = &s->trees[zones];
    loader l = {{0}};
    size_t m = 0;
    for (size_t i = 0; done && i < n; i++)
        if (((r[i].flags & ZONE) != 0) == zones) {
            places[i] = place(s, &r[i]);
            order[m++] = (keyed){places[i].key, (uint32_t)i};
        }
    done = done && sort_keys(order, m);
    for (size_t i = 0; done && i < m; i++) {
        uint32_t at = order[i].at;
        record mine = r[at];
        done = heap_ready(s) && take(s, &mine, numbers[at]) &&
               load_put(s, &l, &mine, places[at].rows, order[i].key);
        if (!done) break;
        minima_add(t, &mine, 1);
        enter(s, &mine, order[i].key);
    }
    done = done && load_close(s, &l, t, m);
    free(order);
    free(places);
    return done && !s->failed;
}

/* Fill an empty store with n entries and give their numbers; 0 if memory is short: then the store
 * answers nothing any more. */
API int sky_load(store *s, const record *r, size_t n, uint32_t *numbers) {
    if (s->trees[0].root || s->trees[1].root) return sky_add(s, r, n, numbers) == n;
    sky_prepare(r, n, s->f.space);
    for (size_t i = 0; i < n && !s->failed; i++)
        s->failed = (numbers[i] = number_new(s)) == UINT32_MAX;
    if (n && !s->failed)
        s->failed = !load_tree(s, 0, r, n, numbers) || !load_tree(s, 1, r, n, numbers);
    return !s->failed;
}

/* ---- the store itself ----------------------------------------------------------------------- */

API store *sky_new(int space, double near, double epoch, const double *origin, const double *scale,
               double period) {
    store *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->f = (frame){space, near};
    s->epoch = epoch;
    s->period = period;
    s->now = 1;
    memcpy(s->origin, origin, sizeof s->origin);
    memcpy(s->scale, scale, sizeof s->scale);
    for (int i = 0; i < 2; i++) s->trees[i].dims = space + 2;
    s->pages.item = sizeof(void *);
    s->slots.item = sizeof(slot);
    s->free_numbers.item = sizeof(uint32_t);
    s->heap.item = sizeof(ending);
    return s;
}

static void free_blocks(const node *n) {
    for (uint32_t i = 0; n && i < n->count; i++)
        if (n->height) free_blocks(n->at.child[i]);
        else free((void *)(uintptr_t)n->at.records[i].points);
}

static void table_free(table *t) {
    for (size_t i = 0; i < t->made; i++) free(t->chunks[i]);
    free(t->chunks);
}

/* Free a store. No snapshot of it may be open. */
API void sky_free(store *s) {
    reclaim(s, SIZE_MAX);
    for (int i = 0; i < 2; i++) free_blocks(s->trees[i].root);
    for (size_t i = 0; i < s->page_count; i++) free(*(void **)table_at(&s->pages, i));
    table_free(&s->pages);
    table_free(&s->slots);
    table_free(&s->free_numbers);
    table_free(&s->heap);
    free(s);
}

/* ---- snapshots ------------------------------------------------------------------------------ */

static sight sight_of(const store *s) {
    return (sight){{s->trees[0].root, s->trees[1].root}, s->trees[0].most, s->f.space + 2,
                   s->epoch, s->f};
}

API snapshot *sky_snapshot(store *s) {
    snapshot *v = s->failed ? NULL : malloc(sizeof *v);
    if (!v) return NULL;
    *v = (snapshot){sight_of(s), s->now++, s->newest, NULL, s};
    if (s->newest) s->newest->newer = v;
    else s->oldest = v;
    s->newest = v;
    return v;
}

API void sky_release(snapshot *v) {
    store *s = v->of;
    if (v->older) v->older->newer = v->newer;
    else s->oldest = v->newer;
    if (v->newer) v->newer->older = v->older;
    else s->newest = v->older;
    free(v);
    reclaim(s, AT_ONCE);
}

/* ---- asking --------------------------------------------------------------------------------- */

API search *sky_search_new(void) { return calloc(1, sizeof(search)); }

API void sky_search_free(search *s) {
    free(s->out);
    free(s->slots);
    free(s);
}

static void start(search *s) {
    s->n = s->undecided = 0;
    s->failed = 0;
    search_next(s);
}

/* Ask n queries of a snapshot, or of the store as it is; how many results, -1 without memory. */
API int64_t sky_check(const request *q, size_t first, size_t n) {
    sight now;
    if (!q->seen) {
        if (q->store->failed) return -1;
        now = sight_of(q->store);
    }
    start(q->to);
    in_use->check(q->seen ? &q->seen->sight : &now, q->to, q->queries, first, n, q->options);
    return q->to->failed ? -1 : (int64_t)q->to->n;
}

/* In how many parts a walk over all pairs can be done. */
API size_t sky_parts(const snapshot *v) {
    const node *root = v->sight.root[0];
    size_t count = 0;
    if (!root || !root->height) return root != NULL;
    for (uint32_t i = 0; i < root->count; i++)
        count += root->height > 1 ? root->at.child[i]->count : 1;
    return count;
}

/* Set out on one part of a walk over all pairs. */
API void sky_start(const snapshot *v, walk *w, size_t part) {
    const node *n = v->sight.root[0];
    w->depth = 0;
    w->done = 0;
    for (int above = n->height > 1 ? 2 : (int)n->height; n->height; above--) {
        uint32_t lane = 0;
        if (above == 2)
            while (part >= n->at.child[lane]->count) part -= n->at.child[lane++]->count;
        else if (above == 1) lane = (uint32_t)part;
        w->at[w->depth] = n;
        w->lane[w->depth] = lane;
        w->last[w->depth++] = above > 0 ? lane + 1 : n->count;
        n = n->at.child[lane];
    }
    w->at[w->depth] = n;
}

/* Go on until there are `enough` results or the part is done; how many, -1 without memory. */
API int64_t sky_pairs(const snapshot *v, search *to, walk *w, size_t enough, int options) {
    start(to);
    in_use->pairs(&v->sight, to, w, enough, options);
    return to->failed ? -1 : (int64_t)to->n;
}

/* What a store holds: entries, nodes, bytes of nodes and of blocks, numbers given, blocks. */
API void sky_count(const store *s, uint64_t *out) {
    out[0] = s->trees[0].entries + s->trees[1].entries;
    out[1] = s->nodes;
    out[2] = s->bytes;
    out[3] = s->block_bytes;
    out[4] = s->slot_count;
    out[5] = s->blocks;
}
