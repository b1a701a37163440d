// SPDX-License-Identifier: MIT
#include "portal/web/places.h"

#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"

// Of 8 places, windows may have so many.
#define WINDOWS_OF_8 6u

struct place_network {
    struct in6_addr name; // of IPv4, mapped
    size_t taken, windows;
    struct list idle;           // the longest first
    struct place_network *next; // of its bucket
};

static size_t for_windows(size_t places)
{
    return places - places / 8 * (8 - WINDOWS_OF_8);
}

void places_init(struct places *places, size_t all, size_t share)
{
    *places = (struct places){0};
    places->all = all < PLACES_SMALLEST ? PLACES_SMALLEST : all;
    places->share = places->all * share / 100;
    if (places->share == 0)
        places->share = 1;
    list_init(&places->idle);
}

void places_destroy(struct places *places)
{
    *places = (struct places){0};
}

static struct in6_addr name_of(const struct sockaddr *address)
{
    struct in6_addr name = {0};
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof(v4));
        memset(&name.s6_addr[10], 0xff, 2);
        memcpy(&name.s6_addr[12], &v4.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof(v6));
        bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
        memcpy(name.s6_addr, v6.sin6_addr.s6_addr, mapped ? 16 : 8);
    }
    return name;
}

// FNV-1a. Who chooses names that fall together makes a list of at most all places.
static struct place_network **bucket_of(struct places *places, const struct in6_addr *name)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < sizeof(name->s6_addr); i++)
        hash = (hash ^ name->s6_addr[i]) * 16777619u;
    return &places->networks[hash % PLACES_BUCKETS];
}

// Where it is, or where it would be.
static struct place_network **find(struct places *places, const struct in6_addr *name)
{
    struct place_network **at = bucket_of(places, name);
    while (*at && memcmp(&(*at)->name, name, sizeof(*name)) != 0)
        at = &(*at)->next;
    return at;
}

static void be_idle(struct places *places, struct place *place)
{
    place->idle = true;
    list_add(&places->idle, &place->of_all, place);
    list_add(&place->network->idle, &place->of_network, place);
}

static void be_busy(struct place *place)
{
    if (!place->idle)
        return;
    place->idle = false;
    list_leave(&place->of_all);
    list_leave(&place->of_network);
}

static void watch_no_more(struct places *places, struct place *place)
{
    if (!place->window)
        return;
    place->window = false;
    places->windows--;
    place->network->windows--;
}

static struct place_network *new_network(struct place_network **at, const struct in6_addr *name)
{
    struct place_network *network = shortage_calloc(1, sizeof(*network));
    if (!network)
        return NULL;
    network->name = *name;
    list_init(&network->idle);
    *at = network;
    return network;
}

static void join(struct places *places, struct place *place, struct place_network *network)
{
    place->network = network;
    network->taken++;
    places->taken++;
    be_idle(places, place);
}

static void part(struct places *places, struct place *place)
{
    struct place_network *network = place->network;
    be_busy(place);
    watch_no_more(places, place);
    place->network = NULL;

    places->taken--;
    if (--network->taken == 0) {
        *find(places, &network->name) = network->next;
        free(network);
    }
}

bool places_come(struct places *places, const struct sockaddr *address, struct place *place,
                 struct place **goes)
{
    const struct in6_addr name = name_of(address);
    struct place_network **at = find(places, &name), *network = *at;
    *goes = NULL;

    if (network && network->taken >= places->share)
        *goes = list_first(&network->idle);
    else if (places->taken >= places->all)
        *goes = list_first(&places->idle);
    bool room =
        *goes || ((!network || network->taken < places->share) && places->taken < places->all);
    if (!room)
        return false;

    if (!network && !(network = new_network(at, &name)))
        return false;
    join(places, place, network);
    return true;
}

bool places_move(struct places *places, const struct sockaddr *address, struct place *place,
                 struct place **goes)
{
    const struct in6_addr name = name_of(address);
    *goes = NULL;
    if (memcmp(&place->network->name, &name, sizeof(name)) == 0)
        return true;

    struct place_network **at = find(places, &name), *network = *at;
    if (network && network->taken >= places->share) {
        *goes = list_first(&network->idle);
        if (!*goes)
            return false;
    }
    if (!network && !(network = new_network(at, &name)))
        return false;

    part(places, place);
    join(places, place, network);
    return true;
}

void places_leave(struct places *places, struct place *place)
{
    if (place->network)
        part(places, place);
}

void places_work(struct place *place)
{
    be_busy(place);
}

void places_rest(struct places *places, struct place *place)
{
    watch_no_more(places, place);
    if (!place->idle)
        be_idle(places, place);
}

bool places_watch(struct places *places, struct place *place)
{
    if (place->window)
        return true;
    if (places->windows >= for_windows(places->all) ||
        place->network->windows >= for_windows(places->share))
        return false;
    place->window = true;
    places->windows++;
    place->network->windows++;
    return true;
}

struct place *places_longest_idle(const struct places *places)
{
    return list_first(&places->idle);
}
