// SPDX-License-Identifier: MIT
#include "net/protocol/bitrix24_binding.h"

#include "net/protocol/wire.h"

bool bitrix24_binding_of(const char *origin, const struct bitrix24_challenge *challenge,
                         struct span code, struct bitrix24_binding *out)
{
    struct bitrix24_binding binding;
    uint8_t named[32 + 2 + ORIGIN_MAX + 2 + BITRIX24_UNIQUE_MAX], hash[HASH_SIZE];
    struct wire_writer writer = {.to = named, .room = sizeof(named)};
    wire_write_bytes(&writer, span_str("qrlogin bitrix24 v1"));
    wire_write_lp(&writer, span_str(origin));
    wire_write_lp(&writer, span_str(challenge->unique_id));

    if (!hash_sha256(span_of(named, writer.size), binding.portal_id) ||
        !hash_sha256(span_str(challenge->channel_tag), hash) ||
        !hash_sha256(code, binding.context_hash))
        return false;
    memcpy(binding.challenge_id, hash, sizeof(binding.challenge_id));
    *out = binding;
    return true;
}
