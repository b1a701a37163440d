// SPDX-License-Identifier: MIT
#include "net/qr_login/enrolment_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/storage_fault.h"
#include "net/protocol/base64.h"
#include "net/protocol/json_text.h"

#define FILE_NAME     "pending.enrol"
#define FILE_FORMAT   "qrconfirm enrolment"
#define FILE_VERSION  1
#define FILE_MAX      32768u
#define BODY_TEXT_MAX (BASE64_LENGTH(STATEMENT_BODY_MAX) + 1)

bool enrolment_file_write(struct pairing_store *pairings, const struct enrolment_record *record,
                          struct fault *fault)
{
    json_t *root = json_object();
    char *body = malloc(BODY_TEXT_MAX), *text = NULL;
    int bad = !body || !base64_encode(statement_span(&record->body), body, BODY_TEXT_MAX);

    if (!bad) {
        bad |= json_object_set_new(root, "format", json_string(FILE_FORMAT));
        bad |= json_object_set_new(root, "version", json_integer(FILE_VERSION));
        bad |= json_object_set_new(root, "id", json_string(record->pairing.id));
        bad |= json_object_set_new(root, "begun_at", json_integer(record->begun_at));
        if (record->account_id[0])
            bad |= json_object_set_new(root, "account_id", json_string(record->account_id));
        bad |= portal_facts_write(root, &record->pairing.portal);
        bad |= json_object_set_new(root, "body", json_string(body));
        bad |= json_object_set_new(root, "envelope", json_string(record->envelope.text));
    }

    if (!bad)
        text = json_text_dump(root, JSON_INDENT(2));
    bool ok = text ? atomic_file_write(pairing_store_folder(pairings), FILE_NAME,
                                       span_str(text), fault)
                   : fault_set(fault, FAILURE_MEMORY, "enrolment");

    free(text);
    free(body);
    json_decref(root);
    return ok;
}

static void read_members(struct record_reader *reader, struct enrolment_record *out)
{
    char *body = calloc(1, BODY_TEXT_MAX);
    struct pairing *pairing = &out->pairing;
    if (!body) {
        reader->starved = true;
        return;
    }

    record_read_text(reader, "id", pairing->id, PAIRING_ID_SIZE, sizeof(pairing->id));
    record_read_time(reader, "begun_at", &out->begun_at);
    out->account_id[0] = '\0';
    if (json_object_get(reader->object, "account_id"))
        record_read_text(reader, "account_id", out->account_id, 1, sizeof(out->account_id));
    portal_facts_read(reader, &pairing->portal);
    record_read_text(reader, "body", body, 1, BODY_TEXT_MAX);
    record_read_text(reader, "envelope", out->envelope.text, 1, sizeof(out->envelope.text));
    out->envelope.size = strlen(out->envelope.text);

    if (!reader->bad && base64_decode(span_str(body), out->body.bytes, STATEMENT_BODY_MAX,
                                      &out->body.size) != VERDICT_OK)
        reader->bad = "body";
    free(body);
    if (!reader->bad &&
        statement_decode_enrol(statement_span(&out->body), &out->statement) != VERDICT_OK)
        reader->bad = "body";

    pairing->key_count = 1;
}

// What a crash has left of one that was kept, or given up: its pairing is stored, or its key is
// gone.
static bool is_over(struct pairing_store *pairings, const char *id)
{
    struct pairing kept;
    struct fault fault = {0};
    if (pairing_store_reload(pairings, id, &kept, NULL))
        return true;
    return !pairing_store_has_key(pairings, id, &fault);
}

void enrolment_file_remove(struct pairing_store *pairings)
{
    atomic_file_remove(pairing_store_folder(pairings), FILE_NAME, NULL);
}

bool enrolment_file_read(struct pairing_store *pairings, struct enrolment_record *out,
                         struct fault *fault)
{
    size_t size;
    uint8_t *bytes = malloc(FILE_MAX);
    if (!bytes)
        return fault_set(fault, FAILURE_MEMORY, "enrolment");

    enum atomic_read read = atomic_file_read(pairing_store_folder(pairings), FILE_NAME, bytes,
                                             FILE_MAX, &size, fault);
    json_t *root = NULL;
    if (read == ATOMIC_READ_MISSING)
        fault_set(fault, FAILURE_PAIRING_NONE, "no pairing is under way");
    if (read == ATOMIC_READ_OK)
        root = record_open(span_of(bytes, size), FILE_FORMAT, FILE_VERSION, fault);
    free(bytes);
    if (!root)
        return storage_name_damage(fault, FAILURE_ENROLMENT_DAMAGED);

    struct record_reader reader = {.object = root};
    read_members(&reader, out);
    json_decref(root);
    if (reader.starved)
        return fault_set(fault, FAILURE_MEMORY, "enrolment");
    if (reader.bad)
        return fault_set(fault, FAILURE_ENROLMENT_DAMAGED, FILE_NAME ": member \"%s\"",
                         reader.bad);
    if (!key_id_of(out->statement.session_key, out->pairing.key[0].id))
        return fault_set(fault, FAILURE_INTERNAL, FILE_NAME ": SHA-256");

    if (is_over(pairings, out->pairing.id)) {
        enrolment_file_remove(pairings);
        return fault_set(fault, FAILURE_PAIRING_NONE, "no pairing is under way");
    }
    return true;
}

bool enrolment_file_find(struct pairing_store *pairings, struct begun_pairing *out,
                         struct fault *fault)
{
    struct enrolment_record *record = calloc(1, sizeof(*record));
    struct origin origin;
    if (!record)
        return fault_set(fault, FAILURE_MEMORY, "enrolment");

    bool pending = enrolment_file_read(pairings, record, fault);
    if (pending && record->account_id[0])
        pending = fault_set(fault, FAILURE_PAIRING_NONE, "one by a device token is under way");
    if (pending) {
        const struct pairing *pairing = &record->pairing;
        *out = (struct begun_pairing){.begun_at = record->begun_at};
        portal_facts_origin(&pairing->portal, &origin);
        snprintf(out->id, sizeof(out->id), "%s", pairing->id);
        snprintf(out->origin, sizeof(out->origin), "%s", origin.text);
        snprintf(out->portal_name, sizeof(out->portal_name), "%s",
                 pairing->portal.display_name);
    }

    free(record);
    return pending;
}
