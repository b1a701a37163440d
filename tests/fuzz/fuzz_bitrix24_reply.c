// SPDX-License-Identifier: MIT
// Replies of checkout and of pushToken: the first byte chooses. What goes back to the portal in
// a header or a form is plain, what a person sees is text.
#include "tests/fuzz/fuzz.h"

#include "net/bitrix24/bitrix24_reply.h"
#include "net/protocol/text.h"

static void checkout(struct span body)
{
    struct bitrix24_checkout told;
    if (!bitrix24_checkout_parse(body, &told, NULL))
        return;
    size_t size = strlen(told.sessid);
    FUZZ_MUST(size == 0 || size == BITRIX24_SESSID_SIZE);
    FUZZ_MUST(strspn(told.sessid, "0123456789abcdefABCDEF") == size);
    FUZZ_MUST(text_check(span_str(told.user_name)) == TEXT_OK);
    FUZZ_MUST(text_check(span_str(told.user_id)) == TEXT_OK);
    FUZZ_MUST(text_check(span_str(told.captcha_code)) == TEXT_OK);
    FUZZ_MUST(text_check(span_str(told.app_password)) == TEXT_OK);
}

static void answer(struct span body)
{
    struct bitrix24_answer told;
    if (!bitrix24_answer_parse(body, &told, NULL))
        return;
    FUZZ_MUST(told.success || told.bad_session || told.bad_csrf ||
              told.fault.failure != FAILURE_NONE);
    FUZZ_MUST(strspn(told.sessid, "0123456789abcdefABCDEF") == strlen(told.sessid));
    FUZZ_MUST(text_check(span_str(told.fault.detail)) == TEXT_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    struct span body = span_of(bytes + 1, size - 1);
    if (bytes[0] % 2 == 0)
        checkout(body);
    else
        answer(body);
    return 0;
}
