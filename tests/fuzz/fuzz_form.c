// SPDX-License-Identifier: MIT
// Forms and cookies of a browser: a value that is taken ends in its room, and has no byte that
// was not sent. The first byte says which of them the rest is.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "portal/requests/request.h"

#define HEADER_TRIED 4096u

static void check_form(struct span body)
{
    const struct request request = {.body = body};
    char value[FORM_VALUE_MAX + 1], code[TYPED_CODE_MAX + 1], small[4];
    memset(value, 'x', sizeof(value));
    bool there = request_form(&request, "code", value);
    FUZZ_MUST(memchr(value, '\0', sizeof(value)));
    FUZZ_MUST(there || value[0] == '\0');
    FUZZ_MUST(strlen(value) <= body.n);

    request_code(&request, "code", code);
    FUZZ_MUST(memchr(code, '\0', sizeof(code)));
    request_form_sized(&request, "code", small, sizeof(small));
    FUZZ_MUST(small[0] == '\0' || strcmp(small, value) == 0);
}

static void check_cookies(struct span header)
{
    static struct portal portal;
    char text[HEADER_TRIED + 1], value[COOKIE_VALUE_MAX + 1];
    if (header.n >= sizeof(text) || memchr(header.p, '\0', header.n))
        return;
    memcpy(text, header.p, header.n);
    text[header.n] = '\0';

    struct http_request http = {0};
    http_fields_add(&http.headers, "Cookie", text);
    const struct request request = {.http = &http};
    for (int cookie = 0; cookie < COOKIE_COUNT; cookie++) {
        request_cookie(&portal, &request, (enum cookie)cookie, value);
        FUZZ_MUST(memchr(value, '\0', sizeof(value)));
        FUZZ_MUST(strstr(text, value));
    }
    http_fields_free(&http.headers);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    struct span rest = span_of(bytes + 1, size - 1);
    if (bytes[0] % 2 == 0)
        check_form(rest);
    else
        check_cookies(rest);
    return 0;
}
