// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_PLACES_H
#define QRCONFIRM_PORTAL_WEB_PLACES_H

// How many connections there may be: in all, and of one network (an IPv4 address, the /64 of an
// IPv6 one). Where there is no room, the one that has asked for nothing for the longest goes:
// of the network that has its share, else of all. Some places are kept from windows, so that
// devices and people who sign in find one. One thread at a time.

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "portal/base/list.h"

#define PLACES_SMALLEST 16u // however few are asked for
#define PLACES_BUCKETS  4096u

struct place_network;

// Of one connection, in its own memory. All zero but the owner: it has none.
struct place {
    void *owner; // of who asks; not touched
    struct place_network *network;
    bool idle;   // nothing of it is answered
    bool window; // it waits for news
    struct list_link of_all, of_network;
};

struct places {
    size_t all, share;     // limits: of all, of one network
    size_t taken, windows; // of all
    struct list idle;      // of all, the longest first
    struct place_network *networks[PLACES_BUCKETS];
};

// `share`: percent of all that one network may have.
void places_init(struct places *places, size_t all, size_t share);
// All have left.
void places_destroy(struct places *places);

// A connection comes. False: there is no room, and nobody who could go. `goes`: who has to
// leave for it, or NULL. It is idle.
bool places_come(struct places *places, const struct sockaddr *address, struct place *place,
                 struct place **goes);
// From now on it is one of the network of `address`: a proxy has asked for somebody else.
// False, and nothing changes: that network has its share, and nobody who could go.
bool places_move(struct places *places, const struct sockaddr *address, struct place *place,
                 struct place **goes);
void places_leave(struct places *places, struct place *place); // nothing where it has none

// A request of it is there whole.
void places_work(struct place *place);
// It was answered, and may ask again.
void places_rest(struct places *places, struct place *place);
// It wants to wait for news. False: too many do.
bool places_watch(struct places *places, struct place *place);

// Who has been idle for the longest; NULL: nobody.
struct place *places_longest_idle(const struct places *places);

#endif
