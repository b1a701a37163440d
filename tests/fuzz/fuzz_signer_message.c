// SPDX-License-Identifier: MIT
// What passes between the program and its signer: no request that is none is looked at, none is
// signed that was not shown, and no answer says more than one may.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "net/pairings/pairing_dialect.h"
#include "net/pairings/signer_journal.h"
#include "net/pairings/signer_rules.h"

static const struct dialect plain = {.name = "plain"},
                            boxed = {.name = "b", .has_password = true};

static void check_answer(const struct signer_answer *answer)
{
    struct fault fault = {0};
    if (!signer_answer_is_good(answer, answer->act))
        return;
    FUZZ_MUST(answer->failure < FAILURE_COUNT && answer->wait_ms >= 0);
    if (signer_answer_failed(answer, &fault)) {
        FUZZ_MUST(fault.failure == (enum failure)answer->failure);
        for (const char *c = fault.detail; *c; c++)
            FUZZ_MUST(*c >= ' ' && *c <= '~');
    } else if (answer->act == SIGNER_TELL_PASSWORD) {
        FUZZ_MUST(strlen(answer->password) <= APP_PASSWORD_MAX);
    }
}

// A pairing whose device, key and portal are what the input says they are.
static void put_record(const struct signer_request *request, struct pairing *out)
{
    *out = (struct pairing){.dialect = &plain,
                            .portal = {.base_url = "https://portal.example.com"},
                            .key_count = 1};
    memcpy(out->id, request->id, sizeof(out->id));
    memset(out->device_id, 0x11, sizeof(out->device_id));
    memset(out->portal.portal_key, 0x22, sizeof(out->portal.portal_key));
}

static void check_sign(const struct signer_request *request, const struct pairing *record)
{
    static struct secret_keys keys;
    struct signer_held held = {0};
    struct fault fault = {0};
    keys.count = request->body.keys;
    for (size_t i = 0; i < keys.count; i++)
        memcpy(keys.key[i].id, request->body.key_id[i], KEY_ID_SIZE);

    const struct signer_case about = {record, &keys, true};
    bool may = signer_may_sign(&held, &about, request->id, &request->body, &fault);
    // Nothing was shown.
    FUZZ_MUST(!may || (request->body.message != MESSAGE_DECISION &&
                       request->body.message != MESSAGE_BITRIX24 &&
                       request->body.message < MESSAGE_METADATA));
    FUZZ_MUST(may || fault.failure != FAILURE_NONE);
}

static void check_shown(const struct signer_request *request, struct pairing *record)
{
    struct signer_held held = {.kind = SIGNER_HOLDS_QUESTION};
    struct span text = span_of(request->shown.text, request->shown.size);
    memcpy(held.id, request->id, sizeof(held.id));
    // No portal signs with a key that is no point of the curve.
    FUZZ_MUST(!signer_hold_context(&held, record, text, NULL) &&
              held.kind == SIGNER_HOLDS_NOTHING);
    record->dialect = &boxed;
    bool shown = signer_hold_code(&held, record, text, NULL);
    FUZZ_MUST((held.kind == SIGNER_HOLDS_SHOWN) == shown);
}

// The head moves over what it is given whole, or not at all.
static void check_lines(const struct signer_request *request)
{
    struct journal_head head = {0}, before;
    struct fault fault = {0};
    for (int missing = 0; missing < 2; missing++) {
        before = head;
        if (signer_judge_lines(&head, missing, &request->lines, &fault))
            FUZZ_MUST(head.at.count != request->lines.from.count);
        else
            FUZZ_MUST(memcmp(&before.at, &head.at, sizeof(head.at)) == 0 &&
                      fault.failure == FAILURE_SIGNER_REFUSED);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct signer_answer answer;
    static struct signer_request request;
    struct pairing record;
    memset(&answer, 0, sizeof(answer));
    memset(&request, 0, sizeof(request));
    memcpy(&answer, bytes, size < sizeof(answer) ? size : sizeof(answer));
    memcpy(&request, bytes, size < sizeof(request) ? size : sizeof(request));

    check_answer(&answer);
    if (!signer_request_is_good(&request))
        return 0;
    put_record(&request, &record);
    if (request.act == SIGNER_SIGN)
        check_sign(&request, &record);
    if (request.act == SIGNER_SHOW_CONTEXT || request.act == SIGNER_SHOW_CODE)
        check_shown(&request, &record);
    if (request.act == SIGNER_FOLLOW_JOURNAL)
        check_lines(&request);
    return 0;
}
