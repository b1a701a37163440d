// SPDX-License-Identifier: MIT
// The Bitrix24 client signs in at a server that writes down what it really sends. Names begin
// with the number of the conformance checklist's item.
#include "tests/unit/net/scratch.h"

#include <time.h>

#include "net/bitrix24/bitrix24.h"
#include "net/bitrix24/bitrix24_check.h"
#include "net/bitrix24/bitrix24_session.h"
#include "net/pairings/outbox.h"
#include "net/pairings/pairing_pin.h"
#include "tests/unit/net/parts/boxed.h"

static void expect_end(unsigned status, const char *body, enum failure failure)
{
    box_clear(&boxed.box);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, status, body);
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, failure);
    assert_int_equal(box_count(&boxed.box, PUSH), 1);
}

static void c1_only_the_exact_form_is_a_code_and_nothing_else_is_asked_for(void **state)
{
    (void)state;
    static const char *const others[] = {
        "http://b24.to/a/s1/u/c/",  "https://b24.to/A/s1/u/c/", "https://B24.to/a/s1/u/c/",
        "https://b24.to/a/s1/u/",   "https://b24.to/a/s1//c/",  "https://b24.to/a/s1/u/c d/",
        " https://b24.to/a/s1/u/c", "https://b24.to/gi/s1/u/c"};
    struct challenge read;

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        challenge_parse(span_str(others[i]), &read);
        assert_int_not_equal(read.kind, PAYLOAD_BITRIX24);
    }
    read = device_read("https://b24.to/a/s1/u_-/c/more/segments", PAYLOAD_BITRIX24);
    assert_string_equal(read.bitrix24.unique_id, "u_-");
    assert_string_equal(read.bitrix24.channel_tag, "c");

    boxed_pair();
    net_worker_resolve(boxed.device.worker, &read);
    device_expect_failure(&boxed.device, FAILURE_CHALLENGE_OTHER_PORTAL);
    assert_int_equal(boxed.box.request_count, 0);
}

static void c2_a_redirect_to_another_host_is_not_followed(void **state)
{
    (void)state;
    boxed_pair();
    box_add(&boxed.box, (struct box_reply){.target = CHECKOUT,
                                           .status = 302,
                                           .body = "",
                                           .header = "Location",
                                           .value = "https://other.example/"});
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, FAILURE_NET_REDIRECT);
    assert_int_equal(boxed.box.request_count, 1);
}

static void c3_nothing_is_sent_before_the_yes_and_a_no_sends_nothing(void **state)
{
    (void)state;
    struct net_event event;
    boxed_pair();
    boxed_ask(CODE, &event);
    assert_string_equal(event.context.origin, boxed.url);
    assert_string_equal(event.context.account_name, "Anna");
    assert_false(event.context.tells_browser);
    assert_int_equal(event.context.expires_in_s, 120);
    net_worker_decide(boxed.device.worker, NET_DENY);
    device_expect(&boxed.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_DENIED);
    assert_int_equal(boxed.box.request_count, 0);
}

static void an_approval_without_a_person_sends_nothing(void **state)
{
    (void)state;
    struct net_event event;
    boxed_pair();
    boxed_ask(CODE, &event);
    net_worker_decide_absent(boxed.device.worker, NET_APPROVE);
    device_expect_failure(&boxed.device, FAILURE_PORTAL_PRESENCE_REQUIRED);
    assert_int_equal(boxed.box.request_count, 0);
}

static void c4_a_code_of_another_portal_sends_nothing(void **state)
{
    (void)state;
    boxed_pair();
    struct challenge challenge = device_read(OTHER, PAYLOAD_BITRIX24);
    net_worker_resolve(boxed.device.worker, &challenge);
    device_expect_failure(&boxed.device, FAILURE_CHALLENGE_OTHER_PORTAL);
    assert_int_equal(failure_exit(FAILURE_CHALLENGE_OTHER_PORTAL), EXIT_CODE_CHALLENGE);
    assert_int_equal(boxed.box.request_count, 0);
}

static void c4_where_the_id_is_not_known_the_portal_judges(void **state)
{
    (void)state;
    boxed_pair_with("<p>a page without a code</p>");
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(
        PUSH, 200,
        "{\"status\":\"error\",\"errors\":[{\"code\":\"ERR_UNIQUE_ID\",\"message\":\"\"}]}");
    boxed_approve(OTHER);
    device_expect_failure(&boxed.device, FAILURE_CHALLENGE_WRONG_PROFILE);
    assert_int_equal(failure_exit(FAILURE_CHALLENGE_WRONG_PROFILE), EXIT_CODE_CHALLENGE);
    assert_non_null(strstr(box_asked(&boxed.box, PUSH, 0)->body, "uniqueId=zzzzzzzzzzzzzzzz&"));
}

static void c5_push_token_is_a_form_with_exactly_these_fields(void **state)
{
    (void)state;
    static const char expected[] =
        "siteId=s1&uniqueId=" UNIQUE "&channelTag=0123456789abcdefghijklmnopqrstuv"
        "&redirectUrl=&sessid=" SESSID "&statement=%7B";

    boxed_pair();
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, SENT);
    boxed_approve(CODE);
    boxed_expect_sent();

    const struct box_request *push = box_asked(&boxed.box, PUSH, 0);
    assert_string_equal(push->method, "POST");
    assert_string_equal(push->target, PUSH);
    assert_memory_equal(push->body, expected, sizeof(expected) - 1);
    const char *statement = strstr(push->body, "&statement=");
    assert_null(strchr(statement + 1, '&')); // the last field
    assert_null(strstr(push->body, "SITE_ID"));
}

static void c6_basic_is_sent_at_once_to_mobile_and_never_to_ajax(void **state)
{
    (void)state;
    boxed_pair();
    box_add(&boxed.box, (struct box_reply){.target = CHECKOUT,
                                           .status = 200,
                                           .body = IN,
                                           .header = "Set-Cookie",
                                           .value = "PHPSESSID=abc; path=/; HttpOnly"});
    boxed_answer(PUSH, 200, SENT);
    boxed_approve(CODE);
    boxed_expect_sent();

    const struct box_request *checkout = box_asked(&boxed.box, CHECKOUT, 0);
    assert_string_equal(checkout->method, "POST");
    assert_string_equal(checkout->authorization, BASIC_APP);
    assert_string_equal(checkout->cookie, "");
    assert_string_equal(box_asked(&boxed.box, PUSH, 0)->authorization, "");
    assert_string_equal(box_asked(&boxed.box, PUSH, 0)->cookie, "PHPSESSID=abc");
    assert_int_equal(boxed.box.request_count, 2);
}

static void c11_the_json_counts_whatever_the_status_says(void **state)
{
    (void)state;
    static const unsigned statuses[] = {200, 400, 401, 404, 500};
    boxed_pair();
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        expect_end(statuses[i],
                   "{\"status\":\"error\",\"errors\":[{\"code\":\"ERR_OPTION\","
                   "\"message\":\"The Push and Pull module is not installed.\"}]}",
                   FAILURE_PORTAL_QR_DISABLED);

    box_clear(&boxed.box);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 401, SENT);
    boxed_approve(CODE);
    boxed_expect_sent();
}

static void c11_all_errors_are_looked_through(void **state)
{
    (void)state;
    boxed_pair();
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, NO_SESSION); // the session's error is the second one
    boxed_answer(PUSH, 200, SENT);
    boxed_approve(CODE);
    boxed_expect_sent();
    assert_int_equal(box_count(&boxed.box, CHECKOUT), 2);
}

static void c12_csrf_is_repeated_once(void **state)
{
    (void)state;
    boxed_pair();
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, NO_CSRF);
    boxed_answer(PUSH, 200, SENT);
    boxed_approve(CODE);
    boxed_expect_sent();

    assert_int_equal(box_count(&boxed.box, CHECKOUT), 1);
    const struct box_request *first = box_asked(&boxed.box, PUSH, 0);
    const struct box_request *second = box_asked(&boxed.box, PUSH, 1);
    assert_non_null(strstr(first->body, "sessid=" SESSID "&"));
    assert_non_null(strstr(second->body, "sessid=" SESSID2 "&"));
    assert_string_equal(strstr(first->body, "statement="), strstr(second->body, "statement="));
}

static void c12_lost_sessions_end_after_one_repetition(void **state)
{
    (void)state;
    boxed_pair();
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 401, NO_SESSION);
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, FAILURE_PORTAL_SESSION_LOST);
    assert_int_equal(box_count(&boxed.box, PUSH), 2);
    assert_int_equal(box_count(&boxed.box, CHECKOUT), 2);

    box_clear(&boxed.box);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, NO_CSRF);
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, FAILURE_PORTAL_SESSION_LOST);
    assert_int_equal(box_count(&boxed.box, PUSH), 2);
}

#define ERROR(code, message)                                                                   \
    "{\"status\":\"error\",\"errors\":[{\"code\":" code ",\"message\":\"" message "\"}]}"

static void c13_each_code_has_its_own_message(void **state)
{
    (void)state;
    boxed_pair();
    expect_end(200, ERROR("\"ERR_PARAMS\"", ""), FAILURE_PORTAL_MALFORMED);
    expect_end(200, ERROR("\"ERR_UNIQUE_ID\"", ""), FAILURE_CHALLENGE_WRONG_PROFILE);
    expect_end(200, ERROR("\"ERR_OPTION\"", ""), FAILURE_PORTAL_QR_DISABLED);
    expect_end(200, ERROR("\"ERR_PULL\"", ""), FAILURE_PORTAL_PUSH_OFF);
    expect_end(200, ERROR("\"ERR_GET_TOKEN\"", ""), FAILURE_PORTAL_TOKEN_NOT_MADE);
    expect_end(200, ERROR("22002", "unknown action"), FAILURE_PORTAL_NOT_OFFERED);
    expect_end(404, "<html></html>", FAILURE_PORTAL_NOT_OFFERED);
    expect_end(200, "<html>login</html>", FAILURE_PORTAL_NOT_OFFERED);
    expect_end(403, "", FAILURE_PORTAL_PASSWORD_SCOPE);
    expect_end(200, "{\"status\":\"error\",\"errors\":[]}", FAILURE_PORTAL_REFUSED);
}

static void c13_an_unknown_code_shows_the_servers_text_cleaned(void **state)
{
    (void)state;
    struct net_event event;
    boxed_pair();
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, ERROR("\"ERR_FROM_EVENT\"", "Not\\u0007 on\\u202e Sundays"));
    boxed_approve(CODE);
    device_expect(&boxed.device, NET_EVENT_FAILED, &event);
    assert_int_equal(event.fault.failure, FAILURE_PORTAL_REFUSED);
    assert_string_equal(event.fault.detail, "Not  on  Sundays");
}

static void c15_a_revoked_password_is_told_and_nothing_deleted(void **state)
{
    boxed_pair();
    boxed_answer(CHECKOUT, 401, FAILED);
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, FAILURE_PORTAL_PASSWORD_REVOKED);
    assert_int_equal(pairing_store_count(boxed.device.pairings), 1);
    assert_true(boxed_is_on_disk(state, APP));
    assert_int_equal(boxed.box.request_count, 1);
}

static char *large_reply(size_t size)
{
    char *body = malloc(size + 1);
    assert_non_null(body);
    memset(body, ' ', size);
    memcpy(body, IN, sizeof(IN) - 1);
    body[size] = 0;
    return body;
}

static void c16_a_reply_may_have_a_mebibyte_and_not_more(void **state)
{
    (void)state;
    assert_true(HTTP_LARGE_MAX >= 1048576u);
    boxed_pair();
    char *body = large_reply(HTTP_LARGE_MAX);
    boxed_answer(CHECKOUT, 200, body);
    boxed_answer(PUSH, 200, SENT);
    boxed_approve(CODE);
    boxed_expect_sent();
    free(body);

    box_clear(&boxed.box);
    body = large_reply(HTTP_LARGE_MAX + 1);
    boxed_answer(CHECKOUT, 200, body);
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, FAILURE_NET_TOO_LARGE);
    assert_int_equal(box_count(&boxed.box, PUSH), 0);
    free(body);
}

// How often the code is asked for in one call of `limit_ms` at a box that never answers. The
// box is stopped before it counts: what is on its way then is not missed.
static size_t push_into_silence(struct pairing *pairing, int64_t limit_ms)
{
    const struct http_limits limits = {
        .connect_ms = limit_ms, .call_ms = limit_ms, .cookies = true};
    struct http_client *client = http_client_new(&boxed.device.environment, &limits, NULL);
    struct net_action action = boxed_action(client);
    struct challenge challenge = device_read(CODE, PAYLOAD_BITRIX24);
    struct app_password *password = app_password_new();
    struct fault fault = {0};
    snprintf(pairing->portal.base_url, sizeof(pairing->portal.base_url), "https://localhost:%d",
             boxed.box.port);

    struct bitrix24_session *session = bitrix24_session_new(&action, pairing, "x");
    box_add(&boxed.box,
            (struct box_reply){.target = PUSH, .status = 200, .body = SENT, .silent = true});
    assert_false(bitrix24_push_token(session, password, &challenge.bitrix24, NULL, &fault));
    assert_string_equal(failure_code(fault.failure), "net.no-receipt");

    bitrix24_session_free(session);
    app_password_free(password);
    http_client_free(client);
    box_stop(&boxed.box);
    size_t count = boxed.box.request_count;
    box_start(&boxed.box, &boxed.certificate);
    device_go_on(&boxed.device);
    return count;
}

static void c17_every_wait_is_limited_and_a_lost_reply_is_not_resent(void **state)
{
    (void)state;
    struct pairing pairing;
    size_t count = 0;
    boxed_pair();
    assert_true(pairing_store_get(boxed.device.pairings, 0, &pairing));
    // On a busy machine the shortest limit may be over before the box is reached.
    for (int64_t limit_ms = 400; count == 0; limit_ms *= 2)
        count = push_into_silence(&pairing, limit_ms);
    assert_int_equal(count, 1);
}

// ---- doctor ------------------------------------------------------------------------------

struct findings {
    enum failure failure[BITRIX24_CHECK_CONFIRM + 1];
    size_t count;
};

static void take_finding(void *userdata, enum bitrix24_step_of_check step,
                         enum bitrix24_seen seen, const struct fault *fault)
{
    struct findings *findings = userdata;
    (void)seen;
    assert_int_equal(step, findings->count);
    findings->failure[findings->count++] = fault->failure;
}

static void check(struct findings *out)
{
    struct pairing pairing;
    *out = (struct findings){0};
    assert_true(pairing_store_get(boxed.device.pairings, 0, &pairing));
    device_slow_down(&boxed.device); // a busy machine is not a slow portal
    bitrix24_check(&boxed.device.environment, boxed.device.pairings, pairing.id, NULL,
                   take_finding, out);
    device_keep_time(&boxed.device);
}

static void doctor_tells_a_password_that_may_not_confirm_from_a_good_one(void **state)
{
    (void)state;
    struct findings findings;
    boxed_pair();
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer_page(PAGE);
    boxed_answer(PUSH, 200, SENT);
    check(&findings);
    assert_int_equal(findings.count, 4);
    for (size_t i = 0; i < findings.count; i++)
        assert_string_equal(failure_code(findings.failure[i]), "none");

    box_clear(&boxed.box);
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer_page(PAGE);
    boxed_answer(PUSH, 403, "");
    check(&findings);
    assert_int_equal(findings.count, 4);
    assert_string_equal(failure_code(findings.failure[BITRIX24_CHECK_PASSWORD]), "none");
    assert_string_equal(failure_code(findings.failure[BITRIX24_CHECK_CONFIRM]),
                        "portal.password-scope");
}

static void the_pin_of_the_device_seals_the_application_password_too(void **state)
{
    struct net_event event;
    struct fault fault;
    int64_t wait_ms;
    const struct span digits = span_str("246810");
    boxed_pair();
    assert_true(boxed_is_on_disk(state, APP));
    assert_true(pairing_store_change_pin(boxed.device.pairings, span_str(""), digits, 1,
                                         &wait_ms, &fault));
    assert_false(boxed_is_on_disk(state, APP));

    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, SENT);
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, FAILURE_KEY_LOCKED);
    assert_int_equal(boxed.box.request_count, 0);

    net_worker_unlock(boxed.device.worker, digits);
    device_expect(&boxed.device, NET_EVENT_UNLOCKED, &event);
    boxed_approve(CODE);
    boxed_expect_sent();
    assert_string_equal(box_asked(&boxed.box, CHECKOUT, 0)->authorization, BASIC_APP);
}

// Another program has signed meanwhile: this one takes the number after.
static void a_number_is_used_once_whichever_program_signs(void **state)
{
    (void)state;
    struct pairing pairing;
    struct outbox outbox;
    static struct outbox_statement made;
    boxed_pair();
    assert_true(pairing_store_get(boxed.device.pairings, 0, &pairing));
    assert_true(outbox_open(&outbox, boxed.device.state, pairing.id, 0, NULL));
    made.message = MESSAGE_BITRIX24;
    assert_true(outbox_put(&outbox, &made, 41, NULL));
    assert_true(outbox_end(&outbox, NULL));
    outbox_close(&outbox);

    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, SENT);
    boxed_approve(CODE);
    boxed_expect_sent();
    assert_true(pairing_store_get(boxed.device.pairings, 0, &pairing));
    assert_int_equal(pairing.sequence, 42);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, boxed_set_up, boxed_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(c1_only_the_exact_form_is_a_code_and_nothing_else_is_asked_for),
        WITH(c2_a_redirect_to_another_host_is_not_followed),
        WITH(c3_nothing_is_sent_before_the_yes_and_a_no_sends_nothing),
        WITH(an_approval_without_a_person_sends_nothing),
        WITH(c4_a_code_of_another_portal_sends_nothing),
        WITH(c4_where_the_id_is_not_known_the_portal_judges),
        WITH(c5_push_token_is_a_form_with_exactly_these_fields),
        WITH(c6_basic_is_sent_at_once_to_mobile_and_never_to_ajax),
        WITH(c11_the_json_counts_whatever_the_status_says),
        WITH(c11_all_errors_are_looked_through),
        WITH(c12_csrf_is_repeated_once),
        WITH(c12_lost_sessions_end_after_one_repetition),
        WITH(c13_each_code_has_its_own_message),
        WITH(c13_an_unknown_code_shows_the_servers_text_cleaned),
        WITH(c15_a_revoked_password_is_told_and_nothing_deleted),
        WITH(c16_a_reply_may_have_a_mebibyte_and_not_more),
        WITH(c17_every_wait_is_limited_and_a_lost_reply_is_not_resent),
        WITH(doctor_tells_a_password_that_may_not_confirm_from_a_good_one),
        WITH(the_pin_of_the_device_seals_the_application_password_too),
        WITH(a_number_is_used_once_whichever_program_signs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
