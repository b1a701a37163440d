// SPDX-License-Identifier: MIT
// An envelope (its message chosen by the first byte) under a key of the test vectors, and the
// payload of any JSON read as base64.
#include "tests/fuzz/fuzz.h"

#include "net/protocol/base64.h"
#include "net/protocol/envelope.h"
#include "net/protocol/ijson.h"
#include "net/protocol/journal_told.h"

// `device` of the test vectors.
static uint8_t held[PUBLIC_KEY_SIZE] = {0x03, 0xa1, 0x07, 0xbf, 0xf3, 0xce, 0x10, 0xbe,
                                        0x1d, 0x70, 0xdd, 0x18, 0xe7, 0x4b, 0xc0, 0x99,
                                        0x67, 0xe4, 0xd6, 0x30, 0x9b, 0xa5, 0x0d, 0x5f,
                                        0x1d, 0xdc, 0x86, 0x64, 0x12, 0x55, 0x31, 0xb8};

static void check_base64(struct span text)
{
    uint8_t out[1024], again_bytes[1024];
    char again[BASE64_LENGTH(sizeof(out)) + 1];
    size_t size, again_size;
    if (base64_decode(text, out, sizeof(out), &size) != VERDICT_OK)
        return;
    FUZZ_MUST(size <= sizeof(out));
    FUZZ_MUST(base64_encode(span_of(out, size), again, sizeof(again)));
    FUZZ_MUST(strlen(again) == text.n);
    FUZZ_MUST(base64_decode(span_str(again), again_bytes, sizeof(again_bytes), &again_size) ==
              VERDICT_OK);
    FUZZ_MUST(span_equal(span_of(again_bytes, again_size), span_of(out, size)));
}

// What goes along is looked at whatever is around it.
static void check_journal(struct span text, const struct envelope_opened *opened)
{
    const struct envelope_keys keys = {envelope_find_one, held};
    static struct envelope_opened attached;
    struct statement_journal told;
    enum verdict verdict =
        envelope_open_attached(MESSAGE_JOURNAL, text, ENVELOPE_JOURNAL, &keys, &attached);
    FUZZ_MUST(verdict_word(verdict) != NULL);
    if (opened && journal_told_read(text, opened, opened->statement.decision.device_id, &told))
        FUZZ_MUST(verdict == VERDICT_OK && told.count == attached.statement.journal.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    enum message message = (enum message)(bytes[0] % MESSAGE_COUNT);
    struct span text = span_of(bytes + 1, size - 1);
    struct envelope_keys keys = {envelope_find_one, held};
    static struct envelope_opened opened;
    enum verdict verdict =
        envelope_open(message, text, message == MESSAGE_METADATA ? NULL : &keys, &opened);
    FUZZ_MUST(verdict_word(verdict) != NULL);
    if (verdict == VERDICT_OK)
        FUZZ_MUST(opened.body.bytes[1] == message_type_byte(message));

    check_journal(text, verdict == VERDICT_OK && message == MESSAGE_DECISION ? &opened : NULL);

    check_base64(text);
    json_t *value = ijson_read(text, &verdict);
    FUZZ_MUST((value != NULL) == (verdict == VERDICT_OK));
    json_decref(value);
    return 0;
}
