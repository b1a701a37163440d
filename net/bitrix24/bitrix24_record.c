// SPDX-License-Identifier: MIT
#include "net/bitrix24/bitrix24_record.h"

#include <sodium.h>

_Static_assert(sizeof(struct bitrix24_facts) <= PAIRING_OWN_MAX, "the facts fit");

static struct bitrix24_facts unpack(const struct pairing_own *own)
{
    struct bitrix24_facts facts;
    memcpy(&facts, own->bytes, sizeof(facts));
    return facts;
}

static void pack(struct pairing_own *own, const struct bitrix24_facts *facts)
{
    memcpy(own->bytes, facts, sizeof(*facts));
}

struct bitrix24_facts bitrix24_facts_of(const struct pairing *pairing)
{
    return unpack(&pairing->own);
}

void bitrix24_facts_set(struct pairing *pairing, const struct bitrix24_facts *facts)
{
    pack(&pairing->own, facts);
}

void bitrix24_facts_read(struct record_reader *reader, struct pairing_own *out)
{
    struct bitrix24_facts facts = {0};
    const json_t *vouched = json_object_get(reader->object, "vouched");
    record_read_text(reader, "login", facts.login, 1, sizeof(facts.login));
    record_read_text(reader, "unique_id", facts.unique_id, 0, sizeof(facts.unique_id));
    record_read_bytes(reader, "session_key", facts.session_key, PUBLIC_KEY_SIZE);
    if (!json_is_boolean(vouched))
        reader->bad = "vouched";
    facts.vouched = json_is_true(vouched);
    pack(out, &facts);
}

int bitrix24_facts_write(json_t *object, const struct pairing_own *own)
{
    struct bitrix24_facts facts = unpack(own);
    int bad = 0;
    bad |= json_object_set_new(object, "login", json_string(facts.login));
    bad |= json_object_set_new(object, "unique_id", json_string(facts.unique_id));
    bad |=
        record_write_bytes(object, "session_key", span_of(facts.session_key, PUBLIC_KEY_SIZE));
    bad |= json_object_set_new(object, "vouched", json_boolean(facts.vouched));
    return bad;
}

void bitrix24_summarise(const struct pairing *pairing, struct pairing_summary *out)
{
    struct bitrix24_facts facts = bitrix24_facts_of(pairing);
    sodium_bin2hex(out->session_key, sizeof(out->session_key), facts.session_key,
                   PUBLIC_KEY_SIZE);
}
