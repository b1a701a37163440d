// SPDX-License-Identifier: MIT
#include "net/pairings/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/pairings/atomic_file.h"
#include "net/pairings/record_json.h"
#include "net/pairings/storage_fault.h"
#include "net/protocol/base64.h"
#include "net/protocol/json_text.h"

#define OUTBOX_FORMAT   "qrconfirm outbox"
#define OUTBOX_VERSION  1
#define OUTBOX_FILE_MAX 32768u
#define WAITING_SUFFIX  ".outbox"
#define ENDED_SUFFIX    ".ended"
#define BODY_TEXT_MAX   (BASE64_LENGTH(STATEMENT_BODY_MAX) + 1)

static void file_name(const struct outbox *outbox, const char *suffix,
                      char out[static ATOMIC_FILE_NAME_MAX + 1])
{
    snprintf(out, ATOMIC_FILE_NAME_MAX + 1, "%s%s", outbox->id, suffix);
}

static void read_statement(struct record_reader *reader, struct outbox_statement *out)
{
    char name[32] = "";
    char *body = malloc(BODY_TEXT_MAX);
    if (!body) {
        reader->starved = true;
        return;
    }

    body[0] = 0;
    record_read_text(reader, "message", name, 1, sizeof(name));
    record_read_time(reader, "made_at", &out->made_at);
    record_read_text(reader, "body", body, 1, BODY_TEXT_MAX);
    record_read_text(reader, "envelope", out->envelope.text, 1, sizeof(out->envelope.text));
    out->envelope.size = strlen(out->envelope.text);

    if (!reader->bad && base64_decode(span_str(body), out->body.bytes, STATEMENT_BODY_MAX,
                                      &out->body.size) != VERDICT_OK)
        reader->bad = "body";
    if (!reader->bad &&
        (!message_from_name(name, &out->message) || message_is_of_portal(out->message)))
        reader->bad = "message";
    free(body);
}

// Of an older version it is not there.
static void read_about(const json_t *statement, struct outbox_about *out)
{
    const json_t *about = json_object_get(statement, "about");
    struct record_reader reader = {.object = about};
    if (!about)
        return;
    record_read_text(&reader, "browser", out->browser, 0, sizeof(out->browser));
    record_read_text(&reader, "address", out->address, 0, sizeof(out->address));
    record_read_text(&reader, "place", out->place, 0, sizeof(out->place));
}

static bool parse(struct span text, struct outbox *outbox, struct fault *fault)
{
    json_t *root = record_open(text, OUTBOX_FORMAT, OUTBOX_VERSION, fault);
    if (!root)
        return false;

    struct record_reader reader = {.object = root};
    record_read_counter(&reader, "sequence", &outbox->sequence);
    const json_t *statement = json_object_get(root, "statement");
    if (statement) {
        struct record_reader inner = {.object = statement};
        read_statement(&inner, &outbox->statement);
        read_about(statement, &outbox->statement.about);
        outbox->waiting = true;
        if (inner.bad)
            reader.bad = inner.bad;
        reader.starved = inner.starved;
    }

    json_decref(root);
    if (reader.starved)
        return fault_set(fault, FAILURE_MEMORY, "outbox");
    if (reader.bad)
        return fault_set(fault, FAILURE_OUTBOX_DAMAGED, "%s.outbox: member \"%s\"", outbox->id,
                         reader.bad);
    return true;
}

static json_t *about_json(const struct outbox_about *about)
{
    return json_pack("{s:s, s:s, s:s}", "browser", about->browser, "address", about->address,
                     "place", about->place);
}

static json_t *statement_json(const struct outbox_statement *statement)
{
    json_t *object = json_object();
    char *body = malloc(BODY_TEXT_MAX);
    int bad = !body || !base64_encode(statement_span(&statement->body), body, BODY_TEXT_MAX);

    if (!bad) {
        bad |= json_object_set_new(object, "message",
                                   json_string(message_name(statement->message)));
        bad |= json_object_set_new(object, "made_at", json_integer(statement->made_at));
        if (statement->message == MESSAGE_DECISION)
            bad |= json_object_set_new(object, "about", about_json(&statement->about));
        bad |= json_object_set_new(object, "body", json_string(body));
        bad |= json_object_set_new(object, "envelope", json_string(statement->envelope.text));
    }

    free(body);
    if (!bad)
        return object;
    json_decref(object);
    return NULL;
}

static bool save(struct outbox *outbox, uint64_t sequence,
                 const struct outbox_statement *statement, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    json_t *root = json_object();
    int bad = json_object_set_new(root, "format", json_string(OUTBOX_FORMAT));
    bad |= json_object_set_new(root, "version", json_integer(OUTBOX_VERSION));
    bad |= record_write_counter(root, "sequence", sequence);
    if (statement)
        bad |= json_object_set_new(root, "statement", statement_json(statement));

    char *text = bad == 0 ? json_text_dump(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    if (!text)
        return fault_set(fault, FAILURE_MEMORY, "outbox");

    file_name(outbox, WAITING_SUFFIX, name);
    bool ok = atomic_file_write(outbox->folder, name, span_str(text), fault);
    free(text);
    return ok;
}

// Reads one file of the outbox. False on a fault; one that is missing is none.
static bool load_file(struct outbox *outbox, const char *suffix, bool *found,
                      struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    uint8_t *bytes = malloc(OUTBOX_FILE_MAX);
    size_t size;
    if (!bytes)
        return fault_set(fault, FAILURE_MEMORY, "outbox");

    file_name(outbox, suffix, name);
    enum atomic_read read =
        atomic_file_read(outbox->folder, name, bytes, OUTBOX_FILE_MAX, &size, fault);
    *found = read == ATOMIC_READ_OK;
    bool ok =
        read == ATOMIC_READ_MISSING || (*found && parse(span_of(bytes, size), outbox, fault));

    free(bytes);
    return ok || storage_name_damage(fault, FAILURE_OUTBOX_DAMAGED);
}

static bool load(struct outbox *outbox, struct fault *fault)
{
    bool found;
    if (!load_file(outbox, WAITING_SUFFIX, &found, fault))
        return false;
    if (found)
        return true;
    if (!load_file(outbox, ENDED_SUFFIX, &found, fault))
        return false;
    outbox->waiting = false;
    return true;
}

bool outbox_open(struct outbox *outbox, const char *state_dir, const char *pairing_id,
                 uint64_t at_least, struct fault *fault)
{
    char path[PATH_MAX], name[ATOMIC_FILE_NAME_MAX + 1];
    memset(outbox, 0, sizeof(*outbox));
    if (snprintf(path, sizeof(path), "%s/outbox", state_dir) >= (int)sizeof(path))
        return fault_set(fault, FAILURE_PAIRING_STORE, "the state folder's name is too long");
    snprintf(outbox->id, sizeof(outbox->id), "%s", pairing_id);
    outbox->folder = private_folder_open(path, fault);
    if (outbox->folder < 0)
        return false;
    file_name(outbox, ".lock", name);
    outbox->lock = private_lock(outbox->folder, name, false, fault);
    if (outbox->lock < 0)
        goto close_folder;
    if (!load(outbox, fault))
        goto close_lock;
    if (outbox->sequence < at_least)
        outbox->sequence = at_least;
    return true;

close_lock:
    close(outbox->lock);
close_folder:
    close(outbox->folder);
    return false;
}

void outbox_close(struct outbox *outbox)
{
    close(outbox->lock);
    close(outbox->folder);
}

// The folder of the outbox of a pairing, opened to look into. No lock is taken.
static bool open_to_look(struct outbox *outbox, const char *state_dir, const char *pairing_id)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/outbox", state_dir) >= (int)sizeof(path))
        return false;
    snprintf(outbox->id, sizeof(outbox->id), "%s", pairing_id);
    outbox->folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return outbox->folder >= 0; // nothing was ever sent: no folder is made to look
}

static bool look(struct outbox *outbox, bool locked)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    bool waits = load(outbox, NULL) && outbox->waiting;
    // Most have nothing: the lock is for those that have.
    if (!waits || !locked)
        return waits;

    file_name(outbox, ".lock", name);
    outbox->lock = private_lock(outbox->folder, name, false, NULL);
    if (outbox->lock < 0)
        return false;
    outbox->waiting = false;
    waits = load(outbox, NULL) && outbox->waiting;
    close(outbox->lock);
    return waits;
}

static bool look_into(const char *state_dir, const char *pairing_id, bool locked,
                      struct outbox_statement *out)
{
    struct outbox *outbox = calloc(1, sizeof(*outbox));
    bool waits = false;
    if (!outbox || !open_to_look(outbox, state_dir, pairing_id))
        goto free_outbox;
    waits = look(outbox, locked);
    if (waits)
        *out = outbox->statement;
    close(outbox->folder);

free_outbox:
    free(outbox);
    return waits;
}

bool outbox_look(const char *state_dir, const char *pairing_id, struct outbox_statement *out)
{
    return look_into(state_dir, pairing_id, false, out);
}

bool outbox_peek(const char *state_dir, const char *pairing_id, struct outbox_statement *out)
{
    return look_into(state_dir, pairing_id, true, out);
}

// Whether the file holds a statement. One that cannot be read may.
static bool is_stored(const struct outbox *outbox)
{
    struct outbox *look = calloc(1, sizeof(*look));
    if (!look)
        return true;
    look->folder = outbox->folder;
    memcpy(look->id, outbox->id, sizeof(look->id));
    bool stored = !load(look, NULL) || look->waiting;
    free(look);
    return stored;
}

// Takes a statement off the disk. Where a new file cannot be written, the old one gets a name
// that says the same, which needs no room.
static bool drop(struct outbox *outbox, uint64_t sequence, struct fault *fault)
{
    char waiting[ATOMIC_FILE_NAME_MAX + 1], ended[ATOMIC_FILE_NAME_MAX + 1];
    file_name(outbox, WAITING_SUFFIX, waiting);
    file_name(outbox, ENDED_SUFFIX, ended);

    if (save(outbox, sequence, NULL, fault)) {
        (void)unlinkat(outbox->folder, ended, 0);
        return true;
    }

    if (renameat(outbox->folder, waiting, outbox->folder, ended) != 0) {
        int error = errno;
        return !is_stored(outbox) ||
               fault_set(fault, FAILURE_ANSWER_MAY_FOLLOW, "%s: %s", waiting, strerror(error));
    }

    (void)fsync(outbox->folder);
    return true;
}

bool outbox_put(struct outbox *outbox, const struct outbox_statement *statement,
                uint64_t sequence, struct fault *fault)
{
    struct fault why = {0};
    if (outbox->waiting || sequence <= outbox->sequence)
        return fault_set(fault, FAILURE_INTERNAL, "outbox: one statement at a time");

    if (!save(outbox, sequence, statement, fault)) {
        // It may be in its place all the same, where only the folder was not synced.
        if (!drop(outbox, outbox->sequence, &why))
            fault_set(fault, why.failure, "%s", why.detail);
        return false;
    }

    outbox->sequence = sequence;
    outbox->waiting = true;
    outbox->statement = *statement;
    return true;
}

bool outbox_end(struct outbox *outbox, struct fault *fault)
{
    if (!outbox->waiting)
        return true;
    if (!drop(outbox, outbox->sequence, fault))
        return false;
    outbox->waiting = false;
    return true;
}

bool outbox_is_old(const struct outbox_statement *statement, int64_t now)
{
    return statement->made_at > 0 && now - statement->made_at > OUTBOX_LIFE_S;
}

bool outbox_drop_old(struct outbox *outbox, int64_t now, struct fault *fault)
{
    return !outbox->waiting || !outbox_is_old(&outbox->statement, now) ||
           outbox_end(outbox, fault);
}

void outbox_forget(struct outbox *outbox)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    file_name(outbox, WAITING_SUFFIX, name);
    atomic_file_remove(outbox->folder, name, NULL);
    file_name(outbox, ENDED_SUFFIX, name);
    atomic_file_remove(outbox->folder, name, NULL);
    outbox->waiting = false;
}
