// SPDX-License-Identifier: MIT
#include "portal/proxies/proxy.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static const char separators[] = ", \t";

static bool refuse(struct fault *fault, struct span entry, enum network_verdict verdict)
{
    static const char *const why[] = {
        [NETWORK_MALFORMED] = "is no network like 10.0.0.5, 10.0.0.0/8 or fd00::/8",
        [NETWORK_HOST] = "has bits set behind those that its /number counts",
        [NETWORK_EVERYBODY] = "would let everybody say who they are",
    };
    return fault_set(fault, FAILURE_USAGE, "%.*s %s",
                     (int)(entry.n < NETWORK_TEXT_MAX ? entry.n : NETWORK_TEXT_MAX), entry.p,
                     why[verdict]);
}

bool proxies_read(const char *text, struct proxies *out, struct fault *fault)
{
    struct proxies read = {.tells = out->tells};

    for (const char *at = text + strspn(text, separators); *at;) {
        struct span entry = span_of(at, strcspn(at, separators));
        at += entry.n;
        at += strspn(at, separators);
        if (span_equal(entry, span_str("unix"))) {
            read.local = true;
            continue;
        }

        if (read.networks.count == NETWORKS_MAX)
            return fault_set(fault, FAILURE_USAGE, "more than %u networks", NETWORKS_MAX);
        struct network *network = &read.networks.at[read.networks.count];
        enum network_verdict verdict = network_read(entry, network);
        if (verdict != NETWORK_OK)
            return refuse(fault, entry, verdict);
        read.networks.count++;
    }

    *out = read;
    return true;
}

bool proxies_none(const struct proxies *proxies)
{
    return proxies->networks.count == 0 && !proxies->local;
}

static const struct {
    const char *word, *header;
} ways[] = {
    [PROXY_TELLS_X_FORWARDED_FOR] = {"x-forwarded-for", "X-Forwarded-For"},
    [PROXY_TELLS_FORWARDED] = {"forwarded", "Forwarded"},
    [PROXY_TELLS_PROTOCOL] = {"proxy-protocol", NULL},
};

bool proxy_tells_find(const char *word, enum proxy_tells *out)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(ways[i].word, word) == 0) {
            *out = (enum proxy_tells)i;
            return true;
        }
    }
    return false;
}

const char *proxy_tells_header(enum proxy_tells tells)
{
    return ways[tells].header;
}

bool proxies_trust(const struct proxies *proxies, const struct peer *peer)
{
    return peer->local ? proxies->local : networks_hold(&proxies->networks, &peer->address);
}

enum proxy_verdict proxies_client(const struct proxies *proxies, const struct peer *peer,
                                  const struct forwarded *said, struct peer *out)
{
    struct peer client = *peer;
    if (!proxies_trust(proxies, peer) || !proxy_tells_header(proxies->tells)) {
        *out = client;
        return PROXY_NAMED;
    }

    for (size_t i = said->count; i > 0 && proxies_trust(proxies, &client); i--) {
        if (!said->hop[i - 1].named)
            return PROXY_NO_ADDRESS;
        client = (struct peer){.address = said->hop[i - 1].address};
    }

    *out = client;
    return said->count > 0 ? PROXY_NAMED : PROXY_SILENT;
}

enum proxy_verdict proxy_verdict_of(enum forwarded_verdict verdict)
{
    static const enum proxy_verdict verdicts[] = {
        [FORWARDED_OK] = PROXY_NAMED,
        [FORWARDED_TOO_LONG] = PROXY_TOO_LONG,
        [FORWARDED_TOO_MANY] = PROXY_TOO_MANY,
        [FORWARDED_MALFORMED] = PROXY_MALFORMED,
    };
    return verdicts[verdict];
}

const char *proxy_verdict_code(enum proxy_verdict verdict)
{
    static const char *const codes[] = {
        [PROXY_NAMED] = "",
        [PROXY_SILENT] = "proxy-silent",
        [PROXY_NO_ADDRESS] = "proxy-no-address",
        [PROXY_TOO_LONG] = "proxy-too-long",
        [PROXY_TOO_MANY] = "proxy-too-many",
        [PROXY_MALFORMED] = "proxy-malformed",
    };
    return codes[verdict];
}

const char *proxy_verdict_words(enum proxy_verdict verdict)
{
    static const char *const words[] = {
        [PROXY_NAMED] = "it names its client",
        [PROXY_SILENT] = "it does not say for whom it asks",
        [PROXY_NO_ADDRESS] = "it names something that is no address",
        [PROXY_TOO_LONG] = "its list of addresses is too long",
        [PROXY_TOO_MANY] = "its list has too many addresses",
        [PROXY_MALFORMED] = "its list of addresses is malformed",
    };
    return words[verdict];
}

bool peer_read(const struct sockaddr *address, struct peer *out)
{
    struct peer peer = {0};
    if (address->sa_family == AF_UNIX) {
        peer.local = true;
    } else if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof(v4));
        network_map_v4(&v4.sin_addr, &peer.address);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof(v6));
        peer.address = v6.sin6_addr;
    } else {
        return false;
    }

    *out = peer;
    return true;
}

void peer_text(const struct peer *peer, char out[static ADDRESS_MAX + 1])
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = peer->address};
    if (peer->local)
        out[0] = '\0';
    else
        address_text((struct sockaddr *)&v6, out);
}
