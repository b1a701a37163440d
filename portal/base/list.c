// SPDX-License-Identifier: MIT
#include "portal/base/list.h"

void list_init(struct list *list)
{
    list->ends = (struct list_link){&list->ends, &list->ends, NULL};
}

bool list_is_empty(const struct list *list)
{
    return list->ends.next == &list->ends;
}

void list_add(struct list *list, struct list_link *link, void *owner)
{
    *link = (struct list_link){&list->ends, list->ends.previous, owner};
    link->previous->next = link;
    list->ends.previous = link;
}

void list_leave(struct list_link *link)
{
    if (!link->next)
        return;
    link->next->previous = link->previous;
    link->previous->next = link->next;
    *link = (struct list_link){0};
}

void list_take_all(struct list *list, struct list *from)
{
    if (list_is_empty(from))
        return;
    struct list_link *first = from->ends.next, *last = from->ends.previous;
    first->previous = list->ends.previous;
    first->previous->next = first;
    last->next = &list->ends;
    list->ends.previous = last;
    list_init(from);
}

void *list_first(const struct list *list)
{
    return list->ends.next->owner; // of the ends themselves: NULL
}

void *list_next(const struct list *list, const struct list_link *link)
{
    return link->next == &list->ends ? NULL : link->next->owner;
}
