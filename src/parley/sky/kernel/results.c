/* What a search has found, and which owners it need not look at again. */
#include "sky.h"

#include <stdlib.h>
#include <string.h>

void search_next(search *s) {
    s->first = s->n;
    s->hits = 0;
}

static size_t spread(uint32_t owner, size_t room) {
    return (size_t)((owner * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (room - 1);
}

/* The place in the hash where an owner stands or would. What points outside the results of who
 * asks now is left from before and counts as empty, so that nothing ever needs to be cleared. */
static uint32_t *seat(const search *s, uint32_t owner) {
    size_t i = spread(owner, s->slot_room);
    for (;; i = (i + 1) & (s->slot_room - 1)) {
        size_t place = s->slots[i];
        if (place < s->first || place >= s->n || s->out[place].owner == owner) return &s->slots[i];
    }
}

int search_seen(const search *s, uint32_t owner) {
    if (!s->hits) return 0;
    size_t place = *seat(s, owner);
    return place >= s->first && place < s->n && s->out[place].owner == owner &&
           s->out[place].verdict == HIT;
}

static int more_slots(search *s) {
    size_t room = s->slot_room ? 2 * s->slot_room : 256;
    uint32_t *slots = malloc(room * sizeof *slots);
    if (!slots) return 0;
    free(s->slots);
    memset(slots, 0xff, room * sizeof *slots);
    s->slots = slots;
    s->slot_room = room;
    for (size_t i = s->first; i < s->n; i++)
        if (s->out[i].verdict == HIT) *seat(s, s->out[i].owner) = (uint32_t)i;
    return 1;
}

int search_push(search *s, uint32_t query, uint32_t entry, uint32_t owner, uint32_t verdict,
                int remember) {
    if (s->n == s->room) {
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
    if (!remember || verdict != HIT) {
        s->n++;
        return 1;
    }
    s->hits++;
    if (2 * s->hits > s->slot_room && !more_slots(s)) {
        s->failed = 1;
        return 0;
    }
    *seat(s, owner) = (uint32_t)s->n;
    s->n++;
    return 1;
}
