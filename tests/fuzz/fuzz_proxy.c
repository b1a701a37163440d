// SPDX-License-Identifier: MIT
// What proxies say about their clients: a header of the PROXY protocol that is whole ends where
// it says, whatever follows, and no shorter piece of it is whole; a list of addresses never has
// more than its limit.
#include "tests/fuzz/fuzz.h"

#include "portal/proxies/proxy.h"
#include "portal/proxies/proxy_protocol.h"

static void try_protocol(struct span bytes)
{
    struct proxy_protocol header = {0}, again = {0};
    if (proxy_protocol_read(bytes, &header) != PROXY_PROTOCOL_WHOLE) {
        FUZZ_MUST(header.size == 0);
        return;
    }

    FUZZ_MUST(header.size > 0 && header.size <= bytes.n && header.size <= PROXY_PROTOCOL_MAX);
    FUZZ_MUST(proxy_protocol_read(span_of(bytes.p, header.size), &again) ==
              PROXY_PROTOCOL_WHOLE);
    FUZZ_MUST(again.named == header.named && again.size == header.size);
    for (size_t n = 0; n < header.size; n++)
        FUZZ_MUST(proxy_protocol_read(span_of(bytes.p, n), &again) == PROXY_PROTOCOL_MORE);
}

static void try_list(struct span value,
                     enum forwarded_verdict (*read)(struct forwarded *, struct span))
{
    static const struct proxies proxies = {.local = true};
    struct forwarded forwarded = {0};
    struct peer client = {0};
    enum forwarded_verdict verdict = read(&forwarded, value);
    FUZZ_MUST(forwarded.count <= FORWARDED_HOPS_MAX);
    FUZZ_MUST(forwarded.bytes <= FORWARDED_BYTES_MAX);
    if (verdict != FORWARDED_OK)
        return;

    enum proxy_verdict found =
        proxies_client(&proxies, &(struct peer){.local = true}, &forwarded, &client);
    FUZZ_MUST((found == PROXY_SILENT) == (forwarded.count == 0));
    FUZZ_MUST(found != PROXY_NAMED ||
              (!client.local && network_address_is_of_one(&client.address)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;

    struct span rest = span_of(bytes + 1, size - 1);
    if (bytes[0] % 3 == 0)
        try_protocol(rest);
    else
        try_list(rest, bytes[0] % 3 == 1 ? forwarded_read_x : forwarded_read);
    return 0;
}
