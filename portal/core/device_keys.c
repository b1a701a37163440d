// SPDX-License-Identifier: MIT
#include "portal/core/device_keys.h"

#define KEY_ID(key_id) (key_id), (size_t)KEY_ID_SIZE
#define DEVICE_ID(id)  (id), (size_t)DEVICE_ID_SIZE

bool device_keys_find(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                      struct device_key *out)
{
    struct rows rows;
    struct device_key key = {0};

    rows_open(&rows, store,
              "SELECT key_id, session_key, device_id, state, not_after, valid_until "
              "FROM session_keys WHERE key_id = ? AND device_id IS NOT NULL",
              "b", KEY_ID(key_id));
    bool found = rows_next(&rows) && rows_blob(&rows, 0, key.key_id, sizeof(key.key_id)) &&
                 rows_blob(&rows, 1, key.public_key, sizeof(key.public_key)) &&
                 rows_blob(&rows, 2, key.device_id, sizeof(key.device_id));

    if (found) {
        key.state = (enum device_key_state)rows_int(&rows, 3);
        key.not_after = rows_int(&rows, 4);
        key.valid_until = rows_int(&rows, 5);
        *out = key;
    }

    rows_close(&rows);
    return found;
}

// False: the transaction has failed.
static bool name_key(struct store *store, const uint8_t public_key[static PUBLIC_KEY_SIZE],
                     uint8_t out[static KEY_ID_SIZE])
{
    bool named = key_id_of(public_key, out);
    if (!named)
        store_give_up(store, "the id of a key");
    return named;
}

bool device_keys_seen(struct store *store, const uint8_t public_key[static PUBLIC_KEY_SIZE])
{
    uint8_t key_id[KEY_ID_SIZE];
    if (!name_key(store, public_key, key_id))
        return true;
    return store_number(store, 0,
                        "SELECT count(*) FROM session_keys WHERE key_id = ? OR session_key = ?",
                        "bb", KEY_ID(key_id), public_key, (size_t)PUBLIC_KEY_SIZE) > 0;
}

void device_keys_add(struct store *store, const uint8_t public_key[static PUBLIC_KEY_SIZE],
                     const uint8_t *device_id, enum device_key_state state, int64_t not_after)
{
    uint8_t key_id[KEY_ID_SIZE];
    if (!name_key(store, public_key, key_id))
        return;
    store_run(store,
              "INSERT INTO session_keys (key_id, session_key, device_id, state, not_after, "
              "valid_until) VALUES (?, ?, ?, ?, ?, 0)",
              "bbbii", KEY_ID(key_id), public_key, (size_t)PUBLIC_KEY_SIZE, device_id,
              device_id ? (size_t)DEVICE_ID_SIZE : (size_t)0, (int64_t)state, not_after);
}

void device_keys_activate(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                          const uint8_t device_id[static DEVICE_ID_SIZE], int64_t not_after)
{
    store_run(
        store,
        "UPDATE session_keys SET device_id = ?, state = ?, not_after = ? WHERE key_id = ?",
        "biib", DEVICE_ID(device_id), (int64_t)KEY_ACTIVE, not_after, KEY_ID(key_id));
}

void device_keys_limit(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                       int64_t valid_until)
{
    store_run(store, "UPDATE session_keys SET valid_until = ? WHERE key_id = ?", "ib",
              valid_until, KEY_ID(key_id));
}

void device_keys_take_over(struct store *store, const struct device_key *key)
{
    store_run(store, "UPDATE session_keys SET state = ? WHERE device_id = ? AND key_id <> ?",
              "ibb", (int64_t)KEY_REPLACED, DEVICE_ID(key->device_id), KEY_ID(key->key_id));
    store_run(store, "UPDATE session_keys SET state = ? WHERE key_id = ?", "ib",
              (int64_t)KEY_ACTIVE, KEY_ID(key->key_id));
}

bool device_keys_rotating(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE])
{
    return store_number(store, 0,
                        "SELECT count(*) FROM session_keys WHERE device_id = ? AND state = ?",
                        "bi", DEVICE_ID(device_id), (int64_t)KEY_INCOMING) > 0;
}
