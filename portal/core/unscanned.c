// SPDX-License-Identifier: MIT
#include "portal/core/unscanned.h"

#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"

struct unscanned_entry {
    struct unscanned challenge;
    struct unscanned_entry *next; // of its list
    struct list_link age;
};

void unscanned_init(struct unscanned_table *table)
{
    *table = (struct unscanned_table){0};
    list_init(&table->by_age);
    pthread_mutex_init(&table->lock, NULL);
}

// Ids are random.
static struct unscanned_entry **list_of(struct unscanned_table *table, const uint8_t *id)
{
    return &table->lists[(size_t)(id[0] << 8 | id[1]) % UNSCANNED_LISTS];
}

// Where the entry hangs, or would; with the lock.
static struct unscanned_entry **place_of(struct unscanned_table *table, const uint8_t *id)
{
    struct unscanned_entry **at = list_of(table, id);
    while (*at && memcmp((*at)->challenge.id, id, CHALLENGE_ID_SIZE) != 0)
        at = &(*at)->next;
    return at;
}

static void forget(struct unscanned_table *table, struct unscanned_entry *entry)
{
    *place_of(table, entry->challenge.id) = entry->next;
    list_leave(&entry->age);
    table->count--;
    free(entry);
}

void unscanned_destroy(struct unscanned_table *table)
{
    struct unscanned_entry *entry;
    while ((entry = list_first(&table->by_age)) != NULL)
        forget(table, entry);
    pthread_mutex_destroy(&table->lock);
}

// A new one; with the lock. NULL: there is no room.
static struct unscanned_entry *add(struct unscanned_table *table)
{
    struct unscanned_entry *entry =
        table->count < UNSCANNED_MAX ? shortage_calloc(1, sizeof(*entry)) : NULL;
    if (!entry)
        return NULL;
    list_add(&table->by_age, &entry->age, entry);
    table->count++;
    return entry;
}

bool unscanned_put(struct unscanned_table *table, const struct unscanned *challenge,
                   int64_t now)
{
    struct unscanned_entry *entry;
    pthread_mutex_lock(&table->lock);
    while ((entry = list_first(&table->by_age)) != NULL &&
           now - entry->challenge.created_boot >= UNSCANNED_KEPT)
        forget(table, entry);

    struct unscanned_entry **at = place_of(table, challenge->id);
    if (!*at)
        *at = add(table);
    bool put = *at != NULL;
    if (put)
        (*at)->challenge = *challenge;
    pthread_mutex_unlock(&table->lock);
    return put;
}

bool unscanned_find(struct unscanned_table *table, const uint8_t id[static CHALLENGE_ID_SIZE],
                    struct unscanned *out)
{
    pthread_mutex_lock(&table->lock);
    const struct unscanned_entry *entry = *place_of(table, id);
    if (entry)
        *out = entry->challenge;
    pthread_mutex_unlock(&table->lock);
    return entry != NULL;
}

void unscanned_end(struct unscanned_table *table, const uint8_t id[static CHALLENGE_ID_SIZE])
{
    pthread_mutex_lock(&table->lock);
    struct unscanned_entry *entry = *place_of(table, id);
    if (entry)
        entry->challenge.over = true;
    pthread_mutex_unlock(&table->lock);
}

bool unscanned_take(struct unscanned_table *table, struct unscanned *out)
{
    pthread_mutex_lock(&table->lock);
    struct unscanned_entry *entry = list_first(&table->by_age);
    if (entry) {
        *out = entry->challenge;
        forget(table, entry);
    }
    pthread_mutex_unlock(&table->lock);
    return entry != NULL;
}
