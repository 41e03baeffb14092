/* What a search has found, and which owners it need not look at again. */
#include "sky.h"

#include <stdlib.h>
#include <string.h>

/* Another asks: what the hash holds is of others from here on, and need not be cleared. */
void search_next(search *s) {
    s->hits = 0;
    if (++s->turn) return;
    s->turn = 1; /* all turns were had: what is left of them must not come to life again */
    if (s->slots) memset(s->slots, 0, s->slot_room * sizeof *s->slots);
}

static size_t spread(uint32_t owner, size_t room) {
    return (size_t)((owner * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (room - 1);
}

static inline int taken(const search *s, uint64_t slot) { return slot >> 32 == s->turn; }

/* The place in the hash where an owner stands or would; half of the hash is empty at least. */
static uint64_t *seat(const search *s, uint32_t owner) {
    size_t i = spread(owner, s->slot_room);
    while (taken(s, s->slots[i]) && s->out[(uint32_t)s->slots[i]].owner != owner)
        i = (i + 1) & (s->slot_room - 1);
    return &s->slots[i];
}

int search_seen(const search *s, uint32_t owner) {
    return s->hits && taken(s, *seat(s, owner));
}

static int more_slots(search *s) {
    size_t before = s->slot_room, room = before ? 2 * before : 256;
    uint64_t *old = s->slots, *slots = calloc(room, sizeof *slots);
    if (!slots) return 0;
    s->slots = slots;
    s->slot_room = room;
    for (size_t i = 0; i < before; i++)
        if (taken(s, old[i])) *seat(s, s->out[(uint32_t)old[i]].owner) = old[i];
    free(old);
    return 1;
}

int search_push(search *s, uint32_t query, uint32_t entry, uint32_t owner, uint32_t verdict,
                int remember) {
    if (s->n == s->room) {
        if (s->n > UINT32_MAX) { /* of that many the hash has no place */
            s->failed = 1;
            return 0;
        }
        size_t room = s->room ? 2 * s->room : 1024;
        found *out = realloc(s->out, room * sizeof *out);
        if (!out) {
            s->failed = 1;
            return 0;
        }
        s->out = out;
        s->room = room;
    }
    s->out[s->n] = (found){query, entry, owner, verdict};
    s->undecided += verdict != HIT;
    if (!remember || verdict != HIT) {
        s->n++;
        return 1;
    }
    if (2 * (s->hits + 1) > s->slot_room && !more_slots(s)) {
        s->failed = 1;
        return 0;
    }
    *seat(s, owner) = (uint64_t)s->turn << 32 | s->n++;
    s->hits++;
    return 1;
}
