// SPDX-License-Identifier: MIT
// No memory for what a boxed portal answers: each call for memory fails once. It is said so,
// and no answer is taken for another.
#include "tests/unit/net/scratch.h"

#include "net/bitrix24/bitrix24_reply.h"
#include "tests/unit/failing_memory.h"

static const char checkout[] =
    "{\"status\":\"success\",\"id\":\"1234567890123456\",\"name\":\"Anna Maria Petrovna\","
    "\"bitrix_sessid\":\"0123456789abcdef0123456789abcdef\","
    "\"appPassword\":\"abcdefghijklmnop\",\"needOtp\":false}";

static void a_checkout_is_read_or_there_was_no_memory(void **state)
{
    (void)state;
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct bitrix24_checkout told = {.user_id = "untouched"};
        bool starved = false;
        failing_begin(call);
        bool read = bitrix24_checkout_parse(span_str(checkout), &told, &starved);
        calls = failing_end();

        assert_int_equal(read, call > calls);
        assert_int_equal(starved, call <= calls);
        assert_string_equal(told.user_id, read ? "1234567890123456" : "untouched");
        assert_string_equal(told.user_name, read ? "Anna Maria Petrovna" : "");
        assert_string_equal(told.app_password, read ? "abcdefghijklmnop" : "");
    }
    print_message("a checkout: %u calls\n", calls);
}

static void an_answer_is_read_or_there_was_no_memory(void **state)
{
    (void)state;
    static const char answer[] =
        "{\"status\":\"error\",\"errors\":[{\"code\":\"ERR_UNIQUE_ID\",\"message\":\"no\"}]}";
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct bitrix24_answer told = {0};
        bool starved = false;
        failing_begin(call);
        bool read = bitrix24_answer_parse(span_str(answer), &told, &starved);
        calls = failing_end();

        assert_int_equal(read, call > calls);
        assert_int_equal(starved, call <= calls);
        assert_int_equal(told.fault.failure,
                         read ? FAILURE_CHALLENGE_WRONG_PROFILE : FAILURE_NONE);
    }
    print_message("an answer: %u calls\n", calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checkout_is_read_or_there_was_no_memory),
        cmocka_unit_test(an_answer_is_read_or_there_was_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
