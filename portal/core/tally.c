// SPDX-License-Identifier: MIT
#include "portal/core/tally.h"

#include <sodium.h>
#include <string.h>

#define PROBES 8u // places that one may have

void tally_init(struct tally *tally)
{
    memset(tally, 0, sizeof(*tally));
    randombytes_buf(tally->key, sizeof(tally->key));
    pthread_mutex_init(&tally->lock, NULL);
}

void tally_destroy(struct tally *tally)
{
    pthread_mutex_destroy(&tally->lock);
}

// Never 0, which is nobody's; false: it has none.
static bool name_of(const struct tally *tally, struct span who, uint64_t *out)
{
    uint64_t name;
    if (crypto_shorthash((uint8_t *)&name, who.p, who.n, tally->key) != 0)
        return false;
    *out = name ? name : 1;
    return true;
}

// The windows that have passed are behind it.
static void bring_up(struct tally_place *place, int64_t window)
{
    if (place->window == window)
        return;
    place->before = place->window == window - 1 ? place->now : 0;
    place->now = 0;
    place->window = window;
}

static uint64_t weight(const struct tally_place *place, int64_t now)
{
    uint64_t left = (uint64_t)(TALLY_WINDOW_MS - now % TALLY_WINDOW_MS);
    return place->now + place->before * left / TALLY_WINDOW_MS;
}

// Its own place; else the one that is missed least.
static struct tally_place *place_of(struct tally *tally, uint64_t who, int64_t now)
{
    struct tally_place *least = NULL;
    for (uint64_t i = 0; i < PROBES; i++) {
        struct tally_place *place = &tally->places[(who + i) % TALLY_PLACES];
        bring_up(place, now / TALLY_WINDOW_MS);
        if (place->who == who)
            return place;
        if (!least || weight(place, now) < weight(least, now))
            least = place;
    }

    *least = (struct tally_place){.who = who, .window = now / TALLY_WINDOW_MS};
    return least;
}

bool tally_take(struct tally *tally, struct span who, uint64_t most, int64_t now)
{
    uint64_t name;
    if (!name_of(tally, who, &name))
        return false;

    pthread_mutex_lock(&tally->lock);
    struct tally_place *place = place_of(tally, name, now);
    bool taken = weight(place, now) < most;
    if (taken)
        place->now++;
    pthread_mutex_unlock(&tally->lock);
    return taken;
}
