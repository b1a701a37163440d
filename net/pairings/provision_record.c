// SPDX-License-Identifier: MIT
#include "net/pairings/provision_record.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/pairings/pairing_store.h"
#include "net/pairings/record_file.h"
#include "net/pairings/storage_fault.h"

#define NEXT_NAME "provision.next"
#define DONE_NAME "provision.done"
#define LOCK_NAME "provision.lock"
#define FORMAT    "qrconfirm provisioning"
#define VERSION   1

bool provision_is_begun(const char *data_dir)
{
    char path[PATH_MAX];
    int size = snprintf(path, sizeof(path), "%s/" NEXT_NAME, data_dir);
    return size > 0 && (size_t)size < sizeof(path) &&
           faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int provision_lock(struct pairing_store *store, struct fault *fault)
{
    struct fault why = {0};
    int lock = private_lock(pairing_store_folder(store), LOCK_NAME, false, &why);
    if (lock >= 0)
        return lock;
    if (why.failure == FAILURE_DEVICE_BUSY)
        why.failure = FAILURE_PROVISION_BUSY;
    fault_set(fault, why.failure, "%s", why.detail);
    return -1;
}

// ---- reading -----------------------------------------------------------------------------

static void read_setting(struct record_reader *reader, const json_t *object,
                         struct provision_setting *out)
{
    struct record_reader one = {.object = object};
    record_read_text(&one, "name", out->name, 1, sizeof(out->name));
    record_read_text(&one, "value", out->value, 1, sizeof(out->value));
    if (one.bad)
        reader->bad = "settings";
}

static void read_what_is_to_be_done(struct record_reader *reader, struct provision_record *out)
{
    record_read_text(reader, "administrator", out->administrator, 0,
                     sizeof(out->administrator));
    const json_t *settings = record_read_array(reader, "settings", PROVISION_SETTINGS_MAX);
    size_t count = reader->bad ? 0 : json_array_size(settings);
    for (size_t i = 0; i < count; i++)
        read_setting(reader, json_array_get(settings, i), &out->settings[i]);
    out->setting_count = count;

    if (!reader->bad && out->administrator[0] && !administrator_is_hash(out->administrator))
        reader->bad = "administrator";
}

static bool read_record(struct pairing_store *store, const char *name,
                        struct provision_record *out, bool *there, struct fault *fault)
{
    enum atomic_read read;
    struct fault why = {0};
    memset(out, 0, sizeof(*out));
    json_t *root =
        record_file_read(pairing_store_folder(store), name, FORMAT, VERSION, &read, &why);
    *there = read != ATOMIC_READ_MISSING;
    if (!root && !*there)
        return true;
    if (!root) {
        storage_name_damage(&why, FAILURE_PROVISION_DAMAGED);
        return fault_set(fault, why.failure, "%s", why.detail);
    }

    struct record_reader reader = {.object = root};
    record_read_text(&reader, "pairing", out->pairing, sizeof(out->pairing) - 1,
                     sizeof(out->pairing));
    record_read_bytes(&reader, "token_sha256", out->token_hash, sizeof(out->token_hash));
    record_read_bytes(&reader, "file_sha256", out->file_hash, sizeof(out->file_hash));
    record_read_time(&reader, "time", &out->time);
    if (strcmp(name, NEXT_NAME) == 0)
        read_what_is_to_be_done(&reader, out);
    json_decref(root);
    return !reader.bad ||
           fault_set(fault, FAILURE_PROVISION_DAMAGED, "%s: member \"%s\"", name, reader.bad);
}

bool provision_read_next(struct pairing_store *store, struct provision_record *out, bool *there,
                         struct fault *fault)
{
    return read_record(store, NEXT_NAME, out, there, fault);
}

bool provision_read_done(struct pairing_store *store, struct provision_record *out, bool *there,
                         struct fault *fault)
{
    return read_record(store, DONE_NAME, out, there, fault);
}

// ---- writing -----------------------------------------------------------------------------

static json_t *begin(const struct provision_record *record, int *bad)
{
    json_t *root = record_file_begin(FORMAT, VERSION, bad);
    *bad |= json_object_set_new(root, "pairing", json_string(record->pairing));
    *bad |= record_write_bytes(root, "token_sha256",
                               span_of(record->token_hash, sizeof(record->token_hash)));
    *bad |= record_write_bytes(root, "file_sha256",
                               span_of(record->file_hash, sizeof(record->file_hash)));
    *bad |= json_object_set_new(root, "time", json_integer(record->time));
    return root;
}

bool provision_write_next(struct pairing_store *store, const struct provision_record *record,
                          struct fault *fault)
{
    int bad;
    json_t *root = begin(record, &bad), *settings = json_array();
    for (size_t i = 0; i < record->setting_count; i++)
        bad |= json_array_append_new(settings,
                                     json_pack("{s:s, s:s}", "name", record->settings[i].name,
                                               "value", record->settings[i].value));
    bad |= json_object_set_new(root, "settings", settings);
    bad |= json_object_set_new(root, "administrator", json_string(record->administrator));
    return record_file_write(pairing_store_folder(store), NEXT_NAME, root, bad, fault);
}

bool provision_take_back(struct pairing_store *store, struct fault *fault)
{
    return atomic_file_remove(pairing_store_folder(store), NEXT_NAME, fault);
}

bool provision_end(struct pairing_store *store, const struct provision_record *record,
                   struct fault *fault)
{
    int bad;
    json_t *root = begin(record, &bad);
    return record_file_write(pairing_store_folder(store), DONE_NAME, root, bad, fault) &&
           provision_take_back(store, fault);
}
