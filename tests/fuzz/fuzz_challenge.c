// SPDX-License-Identifier: MIT
// Any payload gets exactly one kind, and what was read is in the one form that is allowed.
#include "tests/fuzz/fuzz.h"

#include "net/protocol/base32.h"
#include "net/protocol/challenge.h"

static void check_login(const struct login_challenge *login)
{
    char tag[BASE32_LENGTH(CHALLENGE_TAG_SIZE) + 1], id[BASE32_LENGTH(CHALLENGE_ID_SIZE) + 1];
    char frame[BASE32_LENGTH(CHALLENGE_FRAME_SIZE) + 1], text[1024];
    base32_encode(span_of(login->tag, sizeof(login->tag)), tag);
    base32_encode(span_of(login->id, sizeof(login->id)), id);
    base32_encode(span_of(login->frame, login->frame_size), frame);

    if (login->has_origin) {
        FUZZ_MUST(origin_is_normal(span_str(login->origin.text)));
        snprintf(text, sizeof(text), "%s/Q/1/%s/%s%s%s", login->origin.text, tag, id,
                 frame[0] ? "/" : "", frame);
    } else {
        snprintf(text, sizeof(text), "QRL:1:%s:%s%s%s", tag, id, frame[0] ? ":" : "", frame);
    }

    struct challenge again;
    challenge_parse(span_str(text), &again);
    FUZZ_MUST(again.kind == PAYLOAD_LOGIN);
    FUZZ_MUST(again.login.frame_size == login->frame_size);
    FUZZ_MUST(memcmp(again.login.tag, login->tag, sizeof(login->tag)) == 0);
    FUZZ_MUST(memcmp(again.login.id, login->id, sizeof(login->id)) == 0);
    FUZZ_MUST(strcmp(again.login.origin.text, login->origin.text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct challenge challenge;
    challenge_parse(span_of(bytes, size), &challenge);
    FUZZ_MUST(payload_kind_name(challenge.kind) != NULL);
    if (challenge.kind == PAYLOAD_LOGIN)
        check_login(&challenge.login);
    if (challenge.kind == PAYLOAD_PAIRING)
        FUZZ_MUST(origin_is_normal(span_str(challenge.pairing.origin.text)));
    if (challenge.kind == PAYLOAD_BITRIX24)
        FUZZ_MUST(challenge.bitrix24.site_id[0] && challenge.bitrix24.channel_tag[0]);

    size_t origin_size = 0;
    if (base_url_is_normal(span_of(bytes, size), &origin_size))
        FUZZ_MUST(origin_size <= size && origin_is_normal(span_of(bytes, origin_size)));
    return 0;
}
