// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_LIST_H
#define QRCONFIRM_PORTAL_BASE_LIST_H

// A list of things that carry their link themselves, so that each leaves it at once, wherever
// it stands. One thread at a time.

#include <stdbool.h>
#include <stddef.h>

// Of one thing, for one list at a time. All zero: it is in none.
struct list_link {
    struct list_link *next, *previous;
    void *owner;
};

struct list {
    struct list_link ends; // its next is the first, its previous the last
};

void list_init(struct list *list);
bool list_is_empty(const struct list *list);

// At the end; `link` is in no list.
void list_add(struct list *list, struct list_link *link, void *owner);
void list_leave(struct list_link *link); // nothing where it is in none

// All of `from` go to the end of `list`.
void list_take_all(struct list *list, struct list *from);

// Owners; NULL: there is none.
void *list_first(const struct list *list);
void *list_next(const struct list *list, const struct list_link *link);

#endif
