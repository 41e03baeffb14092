/* A Hilbert R-tree (Kamel and Faloutsos 1994): a B+-tree in the order of the places of the boxes on
 * a Hilbert curve, each node with the box around what is below it.
 *
 * Order is by key, then by number, so that every entry has one place and is found again. Within a
 * leaf there is none: an insertion or removal moves one lane. Empty lanes have boxes at infinity,
 * which no query reaches. A node is changed only after `node_own` gave leave.
 */
#include "store.h"

#include <math.h>
#include <string.h>

enum { SCANT = 12 };                         /* two neighbours with no more become one */

typedef struct {
    node *at[TALLEST];
    uint32_t lane[TALLEST];
    int depth;
} way;

static int before(uint64_t key, uint32_t id, uint64_t key2, uint32_t id2) {
    return key < key2 || (key == key2 && id < id2);
}

static void copy_lane(node *to, uint32_t i, const node *from, uint32_t j) {
    for (int r = 0; r < 2 * MOST_DIMS; r++) to->rows[r][i] = from->rows[r][j];
    to->keys[i] = from->keys[j];
    to->ids[i] = from->ids[j];
    if (to->height) to->at.child[i] = from->at.child[j];
    else to->at.records[i] = from->at.records[j];
}

static void clear_lane(node *n, uint32_t i) {
    for (int r = 0; r < 2 * MOST_DIMS; r++) n->rows[r][i] = INFINITY;
}

static void set_record(node *n, uint32_t i, const record *r, const float *box, uint64_t key) {
    for (int k = 0; k < 2 * MOST_DIMS; k++) n->rows[k][i] = box[k];
    n->keys[i] = key;
    n->ids[i] = r->entry;
    n->at.records[i] = *r;
}

/* Set the box of a child in its parent. */
static void set_box(node *parent, uint32_t i, const node *child) {
    for (int r = 0; r < 2 * MOST_DIMS; r++) {
        float least = child->rows[r][0];
        for (int k = 1; k < FAN; k++) least = child->rows[r][k] < least ? child->rows[r][k] : least;
        parent->rows[r][i] = least;
    }
}

static void set_child(node *parent, uint32_t i, node *child, uint64_t key, uint32_t id) {
    set_box(parent, i, child);
    parent->keys[i] = key;
    parent->ids[i] = id;
    parent->at.child[i] = child;
}

/* The child under which a key belongs: the last that does not start after it. */
static uint32_t lane_of(const node *n, uint64_t key, uint32_t id) {
    uint32_t i = 0;
    for (uint32_t k = 1; k < n->count; k++) i += !before(key, id, n->keys[k], n->ids[k]);
    return i;
}

static void put_child(node *n, uint32_t i, node *child, uint64_t key, uint32_t id) {
    for (uint32_t k = n->count; k > i; k--) copy_lane(n, k, n, k - 1);
    n->count++;
    set_child(n, i, child, key, id);
}

/* Sort the lanes of a leaf, for it to be split. */
static void sort_leaf(node *n) {
    for (uint32_t i = 1; i < n->count; i++) {
        record moved = n->at.records[i];
        uint64_t key = n->keys[i];
        float rows[2 * MOST_DIMS];
        uint32_t k = i;
        for (int r = 0; r < 2 * MOST_DIMS; r++) rows[r] = n->rows[r][i];
        for (; k && before(key, moved.entry, n->keys[k - 1], n->ids[k - 1]); k--)
            copy_lane(n, k, n, k - 1);
        if (k < i) set_record(n, k, &moved, rows, key);
    }
}

/* Move the upper half to a new node on the right. */
static node *split(store *s, node *n) {
    node *right = node_new(s, n->height);
    if (!right) return NULL;
    if (!n->height) sort_leaf(n);
    for (uint32_t i = FAN / 2; i < FAN; i++) {
        copy_lane(right, i - FAN / 2, n, i);
        clear_lane(n, i);
    }
    n->count = right->count = FAN / 2;
    return right;
}

/* Descend to the leaf where a key belongs, making every node on the way one's own. */
static node *descend(store *s, tree *t, uint64_t key, uint32_t id, way *w) {
    node *n = node_own(s, t->root);
    if (!n) return NULL;
    t->root = n;
    for (w->depth = 0; n->height; w->depth++) {
        uint32_t i = lane_of(n, key, id);
        node *child = node_own(s, n->at.child[i]);
        if (!child) return NULL;
        n->at.child[i] = child;
        w->at[w->depth] = n;
        w->lane[w->depth] = i;
        n = child;
    }
    return n;
}

/* Give a new right neighbour of what the way leads to its place in the parents. */
static void hang(store *s, tree *t, way *w, node *left, node *right) {
    while (w->depth--) {
        node *parent = w->at[w->depth];
        uint32_t i = w->lane[w->depth];
        set_box(parent, i, left);
        if (parent->count < FAN) {
            put_child(parent, i + 1, right, right->keys[0], right->ids[0]);
            return;
        }
        node *more = split(s, parent);
        if (!more) return;
        if (i < FAN / 2) put_child(parent, i + 1, right, right->keys[0], right->ids[0]);
        else put_child(more, i + 1 - FAN / 2, right, right->keys[0], right->ids[0]);
        left = parent;
        right = more;
    }
    node *root = node_new(s, left->height + 1);
    if (!root) return;
    put_child(root, 0, left, 0, 0);
    put_child(root, 1, right, right->keys[0], right->ids[0]);
    t->root = root;
}

void tree_insert(store *s, tree *t, const record *r, const float *box, uint64_t key) {
    if (!t->root && !(t->root = node_new(s, 0))) return;
    way w;
    node *leaf = descend(s, t, key, r->entry, &w);
    if (!leaf) return;
    for (int d = 0; d < w.depth; d++) {
        node *n = w.at[d];
        uint32_t i = w.lane[d];
        for (int k = 0; k < 2 * MOST_DIMS; k++)
            n->rows[k][i] = box[k] < n->rows[k][i] ? box[k] : n->rows[k][i];
        if (before(key, r->entry, n->keys[i], n->ids[i])) {
            n->keys[i] = key;
            n->ids[i] = r->entry;
        }
    }
    t->entries++;
    if (leaf->count < FAN) {
        set_record(leaf, leaf->count++, r, box, key);
        return;
    }
    node *right = split(s, leaf);
    if (!right) return;
    /* Lane 0 of a new right node is its least: it was sorted, and what is less goes left. */
    node *half = before(key, r->entry, right->keys[0], right->ids[0]) ? leaf : right;
    set_record(half, half->count++, r, box, key);
    hang(s, t, &w, leaf, right);
}

static void drop_child(store *s, node *parent, uint32_t i) {
    node_retire(s, parent->at.child[i]);
    for (uint32_t k = i + 1; k < parent->count; k++) copy_lane(parent, k - 1, parent, k);
    clear_lane(parent, --parent->count);
}

/* Put a scant child together with a neighbour, if both fit well into one. */
static void merge(store *s, node *parent, uint32_t i) {
    uint32_t j = i + 1 < parent->count ? i : i - 1;
    if (parent->count < 2) return;
    if (parent->at.child[j]->count + parent->at.child[j + 1]->count > SCANT) return;
    node *left = node_own(s, parent->at.child[j]);
    if (!left) return;
    const node *right = parent->at.child[j + 1];
    for (uint32_t k = 0; k < right->count; k++) copy_lane(left, left->count++, right, k);
    parent->at.child[j] = left;
    set_box(parent, j, left);
    drop_child(s, parent, j + 1);
}

int tree_remove(store *s, tree *t, uint64_t key, uint32_t id, record *out) {
    if (!t->root) return 0;
    way w;
    node *n = descend(s, t, key, id, &w);
    if (!n) return 0;
    uint32_t lane = 0;
    while (lane < n->count && n->ids[lane] != id) lane++;
    if (lane == n->count) return 0;
    *out = n->at.records[lane];
    n->count--;
    if (lane < n->count) copy_lane(n, lane, n, n->count);
    clear_lane(n, n->count);
    t->entries--;
    while (w.depth--) {
        node *parent = w.at[w.depth];
        uint32_t i = w.lane[w.depth];
        const node *child = parent->at.child[i];
        if (!child->count) drop_child(s, parent, i);
        else {
            set_box(parent, i, child);
            if (child->count <= SCANT / 2) merge(s, parent, i);
        }
    }
    while (t->root->height && t->root->count == 1) {
        node *old = t->root;
        t->root = old->at.child[0];
        node_retire(s, old);
    }
    if (!t->root->count) {
        node_retire(s, t->root);
        t->root = NULL;
    }
    return 1;
}

/* Build an empty tree from entries in the order of their keys, every node full: put each, then
 * close. */
int load_put(store *s, loader *l, const record *r, const float *box, uint64_t key) {
    if (!l->open[0] && !(l->open[0] = node_new(s, 0))) return 0;
    set_record(l->open[0], l->open[0]->count++, r, box, key);
    for (uint32_t h = 0; l->open[h]->count == FAN; h++) {
        if (!l->open[h + 1] && !(l->open[h + 1] = node_new(s, h + 1))) return 0;
        node *up = l->open[h + 1], *full = l->open[h];
        set_child(up, up->count++, full, full->keys[0], full->ids[0]);
        l->open[h] = NULL;
        if (up->count < FAN) break;
    }
    return 1;
}

int load_close(store *s, loader *l, tree *t, size_t n) {
    node *left = NULL; /* what is not full goes up, from below; what is left is the root */
    for (uint32_t h = 0; h < TALLEST; h++) {
        if (left) {
            if (!l->open[h] && !(l->open[h] = node_new(s, h))) return 0;
            set_child(l->open[h], l->open[h]->count++, left, left->keys[0], left->ids[0]);
        }
        left = l->open[h];
        int more = 0;
        for (uint32_t k = h + 1; k < TALLEST; k++) more |= l->open[k] != NULL;
        if (left && !more) break;
    }
    while (left && left->height && left->count == 1) {
        node *only = left->at.child[0];
        node_retire(s, left);
        left = only;
    }
    t->root = left;
    t->entries = n;
    return 1;
}

/* Skilling, "Programming the Hilbert curve" (2004): 16 bits of each of four axes in one number. */
uint64_t hilbert(const uint32_t axes[4]) {
    uint32_t x[4] = {axes[0], axes[1], axes[2], axes[3]}, t = 0;
    for (uint32_t q = 1u << 15; q > 1; q >>= 1)
        for (int i = 0; i < 4; i++) {
            uint32_t low = q - 1, swap = (x[0] ^ x[i]) & low;
            if (x[i] & q) x[0] ^= low;
            else {
                x[0] ^= swap;
                x[i] ^= swap;
            }
        }
    for (int i = 1; i < 4; i++) x[i] ^= x[i - 1];
    for (uint32_t q = 1u << 15; q > 1; q >>= 1)
        if (x[3] & q) t ^= q - 1;
    uint64_t key = 0;
    for (int b = 15; b >= 0; b--)
        for (int i = 0; i < 4; i++) key = key << 1 | (((x[i] ^ t) >> b) & 1);
    return key;
}
