// SPDX-License-Identifier: MIT
#include "portal/requests/deployment.h"

static const char plain[] = "http://";

static bool is_plain(const char *base_url)
{
    return strncmp(base_url, plain, sizeof(plain) - 1) == 0;
}

// Who speaks http behind an address of https has a proxy that ends TLS.
static bool check_plain(const struct deployment *deployment, struct fault *fault)
{
    if (!deployment->address.loopback)
        return fault_set(fault, FAILURE_USAGE,
                         "--plain-http is for loopback addresses and Unix sockets only");
    if (is_plain(deployment->base_url))
        return true;

    if (proxies_none(&deployment->proxies))
        return fault_set(fault, FAILURE_USAGE,
                         "--plain-http with a base URL of https needs a proxy that ends TLS; "
                         "name it: qrportal config set proxy.trusted ADDRESS");
    if (deployment->pins.kind == PINS_OWN)
        return fault_set(fault, FAILURE_USAGE,
                         "--plain-http has no TLS key that devices could meet; publish the "
                         "proxy's pin, or none: qrportal config set portal.pins "
                         "sha256//...|none");
    return true;
}

bool deployment_check(const struct deployment *deployment, struct fault *fault)
{
    const struct proxies *proxies = &deployment->proxies;
    if (deployment->plain_http && !check_plain(deployment, fault))
        return false;
    if (!deployment->plain_http && is_plain(deployment->base_url))
        return fault_set(fault, FAILURE_USAGE,
                         "a base URL of http goes with --plain-http, and only so");

    if (deployment->address.local && !proxies->local)
        return fault_set(fault, FAILURE_USAGE,
                         "a Unix socket has no addresses; trust who connects to it: qrportal "
                         "config set proxy.trusted unix");
    if (proxies->tells == PROXY_TELLS_PROTOCOL && proxies_none(proxies))
        return fault_set(fault, FAILURE_USAGE,
                         "proxy.address is proxy-protocol, but proxy.trusted names nobody who "
                         "speaks it");
    return true;
}

static void describe_proxies(const struct proxies *proxies, struct text *out)
{
    const char *header = proxy_tells_header(proxies->tells);
    if (proxies_none(proxies))
        text_add_string(out, "proxies: none; the client is who connects\n");
    else if (header)
        text_format(out, "proxies: they name the client in the header %s\n", header);
    else
        text_add_string(out, "proxies: they name the client by the PROXY protocol\n");
}

static void describe_pins(const struct pins *pins, struct text *out)
{
    char pin[PIN_TEXT_SIZE + 1];
    if (pins->kind == PINS_OWN)
        text_add_string(out, "pins: of the portal's own tls.key\n");
    if (pins->kind == PINS_NONE)
        text_add_string(out, "pins: none; devices look at chain, name and dates\n");

    for (size_t i = 0; i < pins->listed.count; i++) {
        pin_write(pins->listed.hash[i], pin);
        text_format(out, "pins: %s\n", pin);
    }
}

void deployment_describe(const struct deployment *deployment, struct text *out)
{
    text_format(out, "address: %s\n", deployment->base_url);
    text_format(out, "listens: %s, %s\n", deployment->listen,
                deployment->plain_http ? "http" : "https");
    describe_proxies(&deployment->proxies, out);
    describe_pins(&deployment->pins, out);
}
