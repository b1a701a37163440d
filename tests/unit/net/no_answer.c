// SPDX-License-Identifier: MIT
// Replies that answer nothing: their names, and how long they ask to wait.
#include "tests/unit/net/scratch.h"

#include "net/no_answer.h"

#define NOW INT64_C(1795500000) // Tue, 24 Nov 2026 06:00:00 GMT

static struct http_reply reply; // large

static void a_status_has_its_own_words(void **state)
{
    (void)state;
    static const struct {
        long status;
        enum failure failure;
    } cases[] = {{200, FAILURE_NET_OTHER_REPLY},     {204, FAILURE_NET_OTHER_REPLY},
                 {206, FAILURE_NET_OTHER_REPLY},     {400, FAILURE_NET_OTHER_REPLY},
                 {401, FAILURE_NET_OTHER_REPLY},     {403, FAILURE_NET_OTHER_REPLY},
                 {404, FAILURE_NET_OTHER_REPLY},     {407, FAILURE_NET_OTHER_REPLY},
                 {451, FAILURE_NET_OTHER_REPLY},     {511, FAILURE_NET_OTHER_REPLY},
                 {429, FAILURE_PORTAL_RATE_LIMITED}, {500, FAILURE_NET_PORTAL_FAULT},
                 {502, FAILURE_NET_PORTAL_FAULT},    {503, FAILURE_NET_PORTAL_FAULT},
                 {504, FAILURE_NET_PORTAL_FAULT},    {521, FAILURE_NET_PORTAL_FAULT}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        reply.status = cases[i].status;
        assert_int_equal(no_answer_failure(&reply), cases[i].failure);
    }
}

static void a_page_is_told_from_json(void **state)
{
    (void)state;
    static const char *const json[] = {"application/json", "Application/JSON; charset=utf-8"};
    static const char *const pages[] = {"text/html", "", "application/problem+json"};
    for (size_t i = 0; i < sizeof(json) / sizeof(json[0]); i++) {
        snprintf(reply.content_type, sizeof(reply.content_type), "%s", json[i]);
        assert_false(no_answer_is_page(&reply));
    }
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        snprintf(reply.content_type, sizeof(reply.content_type), "%s", pages[i]);
        assert_true(no_answer_is_page(&reply));
    }
}

static int64_t asked(const char *value, int64_t date_s, int64_t own_s)
{
    snprintf(reply.retry_after, sizeof(reply.retry_after), "%s", value);
    reply.date_s = date_s;
    return no_answer_wait_s(&reply, own_s);
}

static void a_wait_is_a_number_or_a_date(void **state)
{
    (void)state;
    static const char date[] = "Tue, 24 Nov 2026 06:00:30 GMT";
    assert_int_equal(asked("0", NOW, NOW), 0);
    assert_int_equal(asked("3", NOW, NOW), 3);
    assert_int_equal(asked("0600", NOW, NOW), 600);
    assert_int_equal(asked("99999999999999999999999", NOW, NOW), RETRY_AFTER_MOST_S);

    assert_int_equal(asked(date, NOW, NOW), 30);
    assert_int_equal(asked(date, NOW + 10, NOW), 20); // the sender's clock counts
    assert_int_equal(asked(date, 0, NOW + 20), 10);   // or this device's, without it
    assert_int_equal(asked(date, 0, 0), -1);          // ... where it is set
    assert_int_equal(asked(date, NOW + 100, NOW), 0); // over
    assert_int_equal(asked("Tuesday, 24-Nov-26 06:00:30 GMT", NOW, NOW), 30);
    assert_int_equal(asked("Fri, 31 Dec 9999 23:59:59 GMT", NOW, NOW), RETRY_AFTER_MOST_S);
}

static void anything_else_asks_for_nothing(void **state)
{
    (void)state;
    static const char *const values[] = {"", "-1", "+3", "1.5", "soon", "3 s", "0x10"};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        assert_int_equal(asked(values[i], NOW, NOW), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_has_its_own_words),
        cmocka_unit_test(a_page_is_told_from_json),
        cmocka_unit_test(a_wait_is_a_number_or_a_date),
        cmocka_unit_test(anything_else_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
