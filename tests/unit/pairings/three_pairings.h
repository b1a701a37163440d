// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_THREE_PAIRINGS_H
#define QRCONFIRM_TESTS_THREE_PAIRINGS_H

// A folder with three pairings, each with a key and a password of its own, and no PIN yet.
// A failure ends the test.

#include "tests/unit/net/scratch.h"

#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pairing_store.h"
#include "tests/unit/pairings/cheap_seals.h"
#include "tests/unit/pairings/kept_keys.h"
#include "tests/unit/pairings/some_dialects.h"

static const char *const ids[] = {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"};
enum { IDS = sizeof(ids) / sizeof(ids[0]) };

// As the program does when it starts, but for what a seal costs.
static inline struct pairing_store *open_store(void **state)
{
    struct fault fault = {0};
    struct pairing_store *store =
        pairing_store_open(scratch_join(state, "data"), dialects, &fault);
    if (!store)
        fail_msg("%s: %s", failure_code(fault.failure), fault.detail);
    make_seals_cheap(store);
    return store;
}

static inline void add_pairing(struct pairing_store *store, const char *id)
{
    struct secret_keys *keys = secret_keys_new();
    uint8_t seed[KEY_SEED_SIZE];
    memset(seed, id[0], sizeof(seed));
    assert_true(secret_keys_add(keys, seed, NULL));

    struct pairing pairing = {
        .dialect = &password_dialect,
        .portal = {.base_url = "https://portal.example.com", .display_name = "Portal"},
        .account_id = "1",
        .account_name = "Anna",
        .paired_at = id[0],
        .key_count = 1};

    snprintf(pairing.id, sizeof(pairing.id), "%s", id);
    memcpy(pairing.key[0].id, keys->key[0].id, KEY_ID_SIZE);
    assert_true(keep_keys(store, id, keys, NULL));
    secret_keys_free(keys);

    struct app_password *password = app_password_new();
    snprintf(password->text, sizeof(password->text), "password of %s", id);
    assert_true(pairing_store_save_password(store, id, password, NULL));
    app_password_free(password);
    assert_true(pairing_store_save(store, &pairing, NULL));
}

static inline struct pairing_store *three_pairings(void **state)
{
    struct pairing_store *store = open_store(state);
    for (size_t i = 0; i < IDS; i++)
        add_pairing(store, ids[i]);
    return store;
}

#endif
