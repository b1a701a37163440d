// SPDX-License-Identifier: MIT
#include "net/pairings/signer_message.h"

#include <sodium.h>
#include <string.h>

#define WAIT_MS_MAX INT64_C(86400000) // no PIN waits for a day

struct signer_talk *signer_talk_new(void)
{
    struct signer_talk *talk = sodium_malloc(sizeof(*talk));
    if (talk)
        memset(talk, 0, sizeof(*talk));
    return talk;
}

void signer_talk_free(struct signer_talk *talk)
{
    sodium_free(talk);
}

void signer_pin_put(struct signer_pin *out, struct span pin)
{
    size_t size = pin.n < SIGNER_PIN_MAX ? pin.n : SIGNER_PIN_MAX;
    out->size = (uint32_t)size;
    if (size > 0)
        memcpy(out->digits, pin.p, size);
}

void signer_part_put(struct signer_part *out, const struct seal_part *part)
{
    out->kind = part->kind;
    memcpy(out->secret, part->secret, sizeof(out->secret));
}

struct span signer_pin_span(const struct signer_pin *pin)
{
    return span_of(pin->digits, pin->size);
}

struct seal_secret signer_secret(const struct signer_pins *pins, const struct signer_pin *pin)
{
    return (struct seal_secret){
        .badge = span_of(pins->badge, pins->has_badge ? sizeof(pins->badge) : 0),
        .pin = signer_pin_span(pin),
    };
}

// ---- what the signer takes ----

static bool is_text(const char *text, size_t room)
{
    return memchr(text, 0, room) != NULL;
}

// A name of a pairing makes names of files.
static bool is_pairing(const char id[static PAIRING_ID_SIZE + 1])
{
    return is_text(id, PAIRING_ID_SIZE + 1) && strlen(id) == PAIRING_ID_SIZE &&
           strspn(id, "0123456789abcdef") == PAIRING_ID_SIZE;
}

static bool are_pins(const struct signer_pins *pins)
{
    return pins->old.size <= SIGNER_PIN_MAX && pins->new.size <= SIGNER_PIN_MAX &&
           pins->now_ms >= 0 && pins->has_badge <= 1;
}

static bool is_part(const struct signer_part *part)
{
    return part->kind < SEAL_PART_KINDS && are_pins(&part->pins);
}

static bool is_body(const struct signer_body *body)
{
    return body->message < MESSAGE_COUNT && body->size <= STATEMENT_BODY_MAX &&
           body->keys >= 1 && body->keys <= SIGNER_KEYS_MAX;
}

static bool are_lines(const struct signer_lines *lines)
{
    return lines->loss <= JOURNAL_REWRITTEN && lines->size > 0 &&
           lines->size <= SIGNER_LINES_MAX && lines->text[lines->size - 1] == '\n';
}

bool signer_request_is_good(const struct signer_request *request)
{
    switch (request->act) {
    case SIGNER_UNLOCK:
    case SIGNER_CHANGE_PIN:
        return are_pins(&request->pins);
    case SIGNER_TAKE_PART:
    case SIGNER_CHANGE_PART:
        return is_part(&request->part);
    case SIGNER_LOCK:
    case SIGNER_CHECK_TPM:
    case SIGNER_FINISH_PIN:
        return true;
    case SIGNER_CHECK:
    case SIGNER_MAKE_KEY:
    case SIGNER_FOLLOW_KEY:
    case SIGNER_KEEP_KEY:
    case SIGNER_TELL_PASSWORD:
        return is_pairing(request->id);
    case SIGNER_SHOW_CONTEXT:
    case SIGNER_SHOW_CODE:
        return is_pairing(request->id) && request->shown.size <= SIGNER_SHOWN_MAX;
    case SIGNER_SIGN:
        return is_pairing(request->id) && is_body(&request->body);
    case SIGNER_KEEP_PASSWORD:
        return is_pairing(request->id) && is_text(request->password, APP_PASSWORD_MAX + 1);
    case SIGNER_FOLLOW_JOURNAL:
        return are_lines(&request->lines);
    default:
        return false;
    }
}

// ---- what the program takes ----

bool signer_answer_is_good(const struct signer_answer *answer, uint32_t act)
{
    if (answer->act != act || answer->failure >= FAILURE_COUNT || answer->wait_ms < 0 ||
        answer->wait_ms > WAIT_MS_MAX)
        return false;
    if (answer->failure != FAILURE_NONE)
        return true;
    if (act == SIGNER_SIGN)
        return answer->signed_body.journal_size <= SIGNER_JOURNAL_MAX;
    return act != SIGNER_TELL_PASSWORD || is_text(answer->password, APP_PASSWORD_MAX + 1);
}

bool signer_answer_failed(const struct signer_answer *answer, struct fault *fault)
{
    char detail[FAULT_DETAIL_MAX] = "";
    if (answer->failure == FAILURE_NONE)
        return false;
    // Its words reach a terminal.
    for (size_t i = 0; i + 1 < sizeof(detail) && answer->detail[i]; i++) {
        char c = answer->detail[i];
        detail[i] = c;
        if (c < ' ' || c > '~')
            detail[i] = '?';
    }
    fault_set(fault, (enum failure)answer->failure, "%s", detail);
    return true;
}
