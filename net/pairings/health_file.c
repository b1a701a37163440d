// SPDX-License-Identifier: MIT
#include "net/pairings/health_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/pairings/atomic_file.h"
#include "net/pairings/record_json.h"
#include "net/protocol/json_text.h"

#define FILE_NAME "health.json"
#define LOCK_NAME "health.lock"
#define FORMAT    "qrconfirm health"
#define VERSION   1
#define FILE_MAX  16384u

// ---- reading -----------------------------------------------------------------------------

static uint64_t count_of(const json_t *object, const char *member)
{
    json_int_t value = json_integer_value(json_object_get(object, member));
    return value > 0 ? (uint64_t)value : 0;
}

static int64_t time_of(const json_t *object, const char *member)
{
    return (int64_t)count_of(object, member);
}

static enum failure failure_of(const json_t *object, const char *member)
{
    enum failure failure = FAILURE_NONE;
    const char *code = json_string_value(json_object_get(object, member));
    if (code)
        failure_from_code(code, &failure);
    return failure;
}

static void read_members(json_t *root, struct health *out)
{
    const char *code;
    json_t *count, *failures = json_object_get(root, "failures");
    *out = (struct health){.starts = count_of(root, "starts"),
                           .started_at = time_of(root, "started_at"),
                           .approved = count_of(root, "approved"),
                           .last_approved = time_of(root, "last_approved"),
                           .last_failure = failure_of(root, "last_failure"),
                           .last_failure_at = time_of(root, "last_failure_at"),
                           .camera = failure_of(root, "camera"),
                           .camera_at = time_of(root, "camera_at")};

    // A code that this version does not know is left out.
    json_object_foreach(failures, code, count)
    {
        enum failure failure;
        if (failure_from_code(code, &failure))
            out->failures[failure] = count_of(failures, code);
    }
}

static bool read_file(int folder, struct health *out, struct fault *fault)
{
    size_t size = 0;
    uint8_t *bytes = malloc(FILE_MAX);
    if (!bytes)
        return fault_set(fault, FAILURE_MEMORY, FILE_NAME);

    struct fault why = {0};
    *out = (struct health){0};
    enum atomic_read read = atomic_file_read(folder, FILE_NAME, bytes, FILE_MAX, &size, fault);
    json_t *root = read == ATOMIC_READ_OK
                       ? record_open(span_of(bytes, size), FORMAT, VERSION, &why)
                       : NULL;
    if (root)
        read_members(root, out);
    json_decref(root);
    free(bytes);

    if (why.failure == FAILURE_MEMORY)
        return fault_set(fault, FAILURE_MEMORY, FILE_NAME);
    return read == ATOMIC_READ_OK || read == ATOMIC_READ_MISSING || read == ATOMIC_READ_DAMAGED;
}

bool health_read(const char *state_dir, struct health *out, struct fault *fault)
{
    int folder = private_folder_open(state_dir, fault);
    if (folder < 0)
        return false;
    bool ok = read_file(folder, out, fault);
    close(folder);
    return ok;
}

// ---- writing -----------------------------------------------------------------------------

// A number of JSON's has 63 bits.
static void count_up(uint64_t *count)
{
    *count += *count < INT64_MAX;
}

static void add(struct health *health, const struct health_event *event)
{
    switch (event->kind) {
    case HEALTH_STARTED:
        count_up(&health->starts);
        health->started_at = event->time;
        return;
    case HEALTH_APPROVED:
        count_up(&health->approved);
        health->last_approved = event->time;
        return;
    case HEALTH_FAILED:
        count_up(&health->failures[event->failure]);
        health->last_failure = event->failure;
        health->last_failure_at = event->time;
        return;
    case HEALTH_CAMERA:
        health->camera = event->failure;
        health->camera_at = event->time;
        return;
    }
}

static int set_count(json_t *object, const char *member, uint64_t count)
{
    return json_object_set_new(object, member, json_integer((json_int_t)count));
}

static int set_code(json_t *object, const char *member, enum failure failure)
{
    return json_object_set_new(object, member, json_string(failure_code(failure)));
}

static bool write_file(int folder, const struct health *health, struct fault *fault)
{
    json_t *root = json_object(), *failures = json_object();
    int bad = json_object_set_new(root, "format", json_string(FORMAT));
    bad |= json_object_set_new(root, "version", json_integer(VERSION));
    bad |= set_count(root, "starts", health->starts);
    bad |= set_count(root, "started_at", (uint64_t)health->started_at);
    bad |= set_count(root, "approved", health->approved);
    bad |= set_count(root, "last_approved", (uint64_t)health->last_approved);

    for (size_t i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++)
        if (health->failures[i] > 0)
            bad |= set_count(failures, failure_code((enum failure)i), health->failures[i]);
    bad |= json_object_set_new(root, "failures", failures);
    bad |= set_code(root, "last_failure", health->last_failure);
    bad |= set_count(root, "last_failure_at", (uint64_t)health->last_failure_at);
    bad |= set_code(root, "camera", health->camera);
    bad |= set_count(root, "camera_at", (uint64_t)health->camera_at);

    char *text = bad == 0 ? json_text_dump(root, JSON_INDENT(2)) : NULL;
    bool ok = text ? atomic_file_write(folder, FILE_NAME, span_str(text), fault)
                   : fault_set(fault, FAILURE_MEMORY, FILE_NAME);
    free(text);
    json_decref(root);
    return ok;
}

static bool add_locked(int folder, const struct health_event *event, struct fault *fault)
{
    struct health health;
    int lock = private_lock(folder, LOCK_NAME, true, fault);
    if (lock < 0)
        return false;

    bool ok = read_file(folder, &health, fault);
    if (ok) {
        add(&health, event);
        ok = write_file(folder, &health, fault);
    }
    close(lock);
    return ok;
}

bool health_add(const char *state_dir, const struct health_event *event, struct fault *fault)
{
    int folder = private_folder_open(state_dir, fault);
    if (folder < 0)
        return false;
    bool ok = add_locked(folder, event, fault);
    close(folder);
    return ok;
}
