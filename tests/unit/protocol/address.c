// SPDX-License-Identifier: MIT
#include "net/protocol/address.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void is_told_of_every_address(void **state)
{
    (void)state;
    static const struct {
        const char *origin;
        enum address_kind kind;
    } cases[] = {
        {"https://portal.example.com", ADDRESS_NAME},
        {"https://portal.example.com:8443", ADDRESS_NAME},
        {"https://10.example.com", ADDRESS_NAME},
        {"https://intranet", ADDRESS_NAME},
        {"https://localhost.example.com", ADDRESS_NAME},
        {"https://notlocalhost", ADDRESS_NAME},
        {"https://8.8.8.8", ADDRESS_NUMBER},
        {"https://8.8.8.8:8443", ADDRESS_NUMBER},
        {"https://9.255.255.255", ADDRESS_NUMBER},
        {"https://11.0.0.0", ADDRESS_NUMBER},
        {"https://10.0.0.0", ADDRESS_PRIVATE},
        {"https://10.255.255.255:8443", ADDRESS_PRIVATE},
        {"https://172.15.255.255", ADDRESS_NUMBER},
        {"https://172.16.0.1", ADDRESS_PRIVATE},
        {"https://172.31.255.255", ADDRESS_PRIVATE},
        {"https://172.32.0.0", ADDRESS_NUMBER},
        {"https://192.167.255.255", ADDRESS_NUMBER},
        {"https://192.168.0.1", ADDRESS_PRIVATE},
        {"https://192.169.0.0", ADDRESS_NUMBER},
        {"https://100.63.255.255", ADDRESS_NUMBER},
        {"https://100.64.0.0", ADDRESS_PRIVATE},
        {"https://100.127.255.255", ADDRESS_PRIVATE},
        {"https://100.128.0.0", ADDRESS_NUMBER},
        {"https://169.254.169.254", ADDRESS_PRIVATE},
        {"https://169.253.0.1", ADDRESS_NUMBER},
        {"http://127.0.0.1:8080", ADDRESS_LOOPBACK},
        {"https://127.255.255.254", ADDRESS_LOOPBACK},
        {"https://0.0.0.0", ADDRESS_LOOPBACK},
        {"http://localhost", ADDRESS_LOOPBACK},
        {"http://localhost:8080", ADDRESS_LOOPBACK},
        {"https://portal.localhost", ADDRESS_LOOPBACK},
        {"https://[2001:db8::1]", ADDRESS_NUMBER},
        {"https://[2606:4700::1111]:8443", ADDRESS_NUMBER},
        {"http://[::1]", ADDRESS_LOOPBACK},
        {"http://[::1]:8080", ADDRESS_LOOPBACK},
        {"https://[::]", ADDRESS_LOOPBACK},
        {"https://[fbff::1]", ADDRESS_NUMBER},
        {"https://[fc00::1]", ADDRESS_PRIVATE},
        {"https://[fdff:1234::1]:8443", ADDRESS_PRIVATE},
        {"https://[fe00::1]", ADDRESS_NUMBER},
        {"https://[fe80::1]", ADDRESS_PRIVATE},
        {"https://[febf::1]", ADDRESS_PRIVATE},
        {"https://[fec0::1]", ADDRESS_PRIVATE},
        {"https://[ff02::1]", ADDRESS_NUMBER},
        {"https://[::ffff:10.0.0.1]", ADDRESS_PRIVATE},
        {"https://[::ffff:127.0.0.1]", ADDRESS_LOOPBACK},
        {"https://[::ffff:8.8.8.8]", ADDRESS_NUMBER},
        {"https://[64:ff9b::a00:1]", ADDRESS_PRIVATE},
        {"https://[64:ff9b::808:808]", ADDRESS_NUMBER},
        {"https://[64:ff9b:1::808:808]", ADDRESS_PRIVATE},
        {"https://[2002:c0a8:101::1]", ADDRESS_PRIVATE},
        {"https://[2002:808:808::1]", ADDRESS_NUMBER},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (address_kind_of(cases[i].origin) != cases[i].kind)
            fail_msg("%s: %s, not %s", cases[i].origin,
                     address_kind_name(address_kind_of(cases[i].origin)),
                     address_kind_name(cases[i].kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_told_of_every_address)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
