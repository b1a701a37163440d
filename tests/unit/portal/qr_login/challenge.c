// SPDX-License-Identifier: MIT
// The life of a login page: resolve in the order of qr-login v1, section 7, time, restarts.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/base/qr_picture.h"
#include "tests/unit/between.h"

static enum outcome resolve_again(void)
{
    return bench_do_resolve(&place.bench, &place.device, &place.challenge, place.hash);
}

static void context_tells_what_the_page_made(void **state)
{
    (void)state;
    struct statement_resolve resolve;
    struct answer answer;
    struct envelope_opened opened;

    bench_pass(&place.bench, 7);
    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &answer);
    bench_open_answer(&place.bench, MESSAGE_CONTEXT, &answer, &opened);

    const struct statement_context *context = &opened.statement.context;

    assert_memory_equal(context->challenge_id, place.challenge.id, CHALLENGE_ID_SIZE);
    assert_memory_equal(context->request_nonce, resolve.request_nonce, NONCE_SIZE);
    assert_memory_equal(context->device_id, place.device.device_id, DEVICE_ID_SIZE);
    assert_string_equal(context->origin, "https://portal.example.com");
    assert_string_equal(context->account_id, place.device.account_id);
    assert_string_equal(context->account_name, "anna");
    assert_string_equal(context->browser_ip, BENCH_ADDRESS);
    assert_string_equal(context->agent, "Chromium, Linux");
    assert_string_equal(context->last_use, "");
    assert_int_equal(context->created, place.bench.wall - 7);
    assert_int_equal(context->server_time, place.bench.wall);
    assert_int_equal(context->expires, context->created + 120);
    assert_int_equal(context->serial, place.bench.portal.serial);
    assert_int_equal(context->flags,
                     CONTEXT_SAME_NETWORK | CONTEXT_PICKUP_CODE | CONTEXT_MAY_REPORT);

    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_RESOLVED);
}

static void context_speaks_the_language_of_the_device(void **state)
{
    (void)state;
    struct statement_resolve resolve;
    struct answer answer;
    struct envelope_opened opened;
    place.bench.language = languages_find("ru");
    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &answer);
    bench_open_answer(&place.bench, MESSAGE_CONTEXT, &answer, &opened);
    assert_string_equal(opened.statement.context.place, "компьютер самого портала");
    assert_string_equal(opened.statement.context.agent, "Chromium, Linux");
}

static void late_scan_leaves_time_to_read(void **state)
{
    (void)state;
    bench_pass(&place.bench, 119);
    assert_int_equal(resolve_again(), OUTCOME_OK);
    bench_pass(&place.bench, 89);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_RESOLVED);
    assert_int_equal(resolve_again(), OUTCOME_OK); // does not move the end
    bench_pass(&place.bench, 1);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_EXPIRED);
}

static void page_nobody_scans_expires(void **state)
{
    (void)state;
    bench_pass(&place.bench, 120);
    assert_int_equal(resolve_again(), OUTCOME_CHALLENGE_EXPIRED);
    place.bench.wall -= 100000; // a clock that is set back brings nothing to life
    assert_int_equal(resolve_again(), OUTCOME_CHALLENGE_EXPIRED);
}

// The portal is killed: what it had in memory is gone.
static void kill_portal(void)
{
    struct unscanned unscanned;
    while (unscanned_take(&place.bench.portal.unscanned, &unscanned))
        continue;
    bench_restart(&place.bench);
}

static bool page_comes_back(const char *cookie, const char *address, const char *agent)
{
    struct portal_challenge now;
    const struct challenge_request request = {address, agent, ""};
    portal_begin(&place.bench.portal);
    bool found = challenges_of_browser(&place.bench.portal, cookie, &request, &now);
    assert_true(portal_end(&place.bench.portal, true));
    return found;
}

static void opened_window_writes_nothing(void **state)
{
    (void)state;
    if (bench_is_shared())
        return; // where several instances serve, it is in the store at once
    struct portal_challenge now;
    int64_t before = bench_number(&place.bench, "SELECT total_changes()");
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    assert_true(page_comes_back(place.cookie.text, BENCH_ADDRESS, "Chromium, Linux"));
    assert_int_equal(bench_number(&place.bench, "SELECT total_changes()"), before);

    assert_int_equal(resolve_again(), OUTCOME_OK);
    portal_begin(&place.bench.portal);
    assert_true(challenges_by_id(&place.bench.portal, place.challenge.id, &now));
    assert_true(portal_end(&place.bench.portal, false));
    assert_true(now.stored);
    assert_int_equal(now.row, place.challenge.row); // its page has waited for that
}

// In memory or in the store that several share: windows that were only opened leave nothing.
static void codes_that_nobody_scanned_are_forgotten(void **state)
{
    (void)state;
    struct token cookie;
    struct portal_challenge other, late;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &other);
    assert_int_equal(resolve_again(), OUTCOME_OK);

    for (int i = 0; i < 60; i++)
        bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &late);
    bench_pass(&place.bench, 191);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &late);
    assert_int_equal(bench_state(&place.bench, &other), CHALLENGE_EXPIRED);

    bench_pass(&place.bench, 2);
    for (int i = 0; i < 2; i++)
        bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &other);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM challenges"),
                     bench_is_shared() ? 4 : 1); // the scanned one, and three new ones
}

static void page_brings_its_code_back_after_a_kill(void **state)
{
    (void)state;
    bench_pass(&place.bench, 100);
    struct portal_challenge before = place.challenge;
    kill_portal();
    assert_int_equal(resolve_again(),
                     bench_is_shared() ? OUTCOME_OK : OUTCOME_BUSY); // the device asks again
    assert_true(page_comes_back(place.cookie.text, BENCH_ADDRESS, "Chromium, Linux"));
    assert_int_equal(resolve_again(), OUTCOME_OK);

    struct portal_challenge now;
    portal_begin(&place.bench.portal);
    assert_true(challenges_by_id(&place.bench.portal, before.id, &now));
    assert_true(portal_end(&place.bench.portal, false));
    assert_memory_equal(now.nonce, before.nonce, sizeof(now.nonce));
    assert_int_equal(now.created, before.created);
    assert_string_equal(now.address, before.address);
}

static void code_comes_back_by_its_own_page_alone_and_in_time(void **state)
{
    (void)state;
    if (bench_is_shared())
        return; // there it was never away
    kill_portal();
    assert_false(page_comes_back(place.cookie.text, "192.0.2.7", "Chromium, Linux"));
    assert_false(page_comes_back(place.cookie.text, BENCH_ADDRESS, "Firefox, Linux"));
    struct token foreign;
    assert_true(token_make(&place.bench.portal.environment, &foreign));
    assert_false(page_comes_back(foreign.text, BENCH_ADDRESS, "Chromium, Linux"));
    assert_int_equal(resolve_again(), OUTCOME_BUSY);

    bench_pass(&place.bench, 120);
    assert_false(page_comes_back(place.cookie.text, BENCH_ADDRESS, "Chromium, Linux"));
    bench_pass(&place.bench, 72); // nobody brings it any more
    assert_int_equal(resolve_again(), OUTCOME_UNKNOWN_CHALLENGE);
}

static void code_that_was_replaced_stays_over(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    portal_begin(portal);
    challenges_finish(portal, &place.challenge, CHALLENGE_EXPIRED, "");
    assert_true(portal_end(portal, true));
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_EXPIRED);
    assert_int_equal(resolve_again(), OUTCOME_CHALLENGE_EXPIRED);
}

// As where a machine without a clock of its own learns the time.
static void clock_that_is_set_on_ends_nothing(void **state)
{
    (void)state;
    struct portal_challenge other;
    struct statement_receipt receipt;
    struct token cookie;
    struct claimed claimed;
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    place.bench.wall += 2 * CHALLENGE_KEEP_S;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &other);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &other, place.hash),
                     OUTCOME_OK);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_APPROVED);
    assert_int_equal(
        bench_claim(&place.bench, place.cookie.text, "", receipt.pickup_code, &claimed),
        OUTCOME_OK);
}

static void restart_expires_what_was_live(void **state)
{
    (void)state;
    if (bench_is_shared())
        return; // there the machine's start ends nothing
    struct portal_challenge scanned, approved;
    struct statement_receipt receipt;
    struct token cookie;

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &scanned);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &scanned, place.hash),
                     OUTCOME_OK);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &approved);
    bench_approve(&place.bench, &place.device, &approved, &receipt);

    place.bench.boot = 1000; // the machine was started anew
    place.bench.boot_id = "second";
    bench_restart(&place.bench);

    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_EXPIRED);
    assert_int_equal(bench_state(&place.bench, &scanned), CHALLENGE_EXPIRED);
    assert_int_equal(bench_state(&place.bench, &approved), CHALLENGE_EXPIRED);

    struct claimed claimed;
    assert_int_equal(bench_claim(&place.bench, cookie.text, "", receipt.pickup_code, &claimed),
                     OUTCOME_CHALLENGE_EXPIRED);
}

static void restart_ends_nothing_before_its_time(void **state)
{
    (void)state;
    struct portal_challenge approved, scanned, waiting, late;
    struct statement_receipt receipt, unused;
    struct token cookie, other;
    struct claimed claimed;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &other, &late);
    bench_approve(&place.bench, &place.device, &late, &unused);
    bench_pass(&place.bench, 60);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &other, &waiting);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &other, &scanned);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &scanned, place.hash),
                     OUTCOME_OK);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &approved);
    bench_approve(&place.bench, &place.device, &approved, &receipt);

    bench_pass(&place.bench, 60); // away
    bench_restart(&place.bench);
    assert_int_equal(bench_state(&place.bench, &late), CHALLENGE_EXPIRED); // its time is over
    assert_int_equal(bench_state(&place.bench, &scanned), CHALLENGE_RESOLVED);
    bench_approve(&place.bench, &place.device, &waiting, &unused);
    bench_approve(&place.bench, &place.device, &scanned, &unused);
    assert_int_equal(bench_state(&place.bench, &approved), CHALLENGE_APPROVED);
    assert_int_equal(bench_claim(&place.bench, cookie.text, "", receipt.pickup_code, &claimed),
                     OUTCOME_OK);
}

static void unknown_machine_keeps_nothing(void **state)
{
    (void)state;
    if (bench_is_shared())
        return; // there the machine's start ends nothing
    struct portal_challenge approved;
    struct statement_receipt receipt;
    struct token cookie;
    place.bench.boot_id = "";
    bench_restart(&place.bench);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &approved);
    bench_approve(&place.bench, &place.device, &approved, &receipt);
    bench_restart(&place.bench);
    assert_int_equal(bench_state(&place.bench, &approved), CHALLENGE_EXPIRED);
}

static void second_device_cancels_a_scan(void **state)
{
    (void)state;
    struct bench_device other;
    int64_t stranger = bench_user(&place.bench, "boris", false);
    bench_pair(&place.bench, stranger, &other);
    assert_int_equal(resolve_again(), OUTCOME_OK);
    assert_int_equal(bench_do_resolve(&place.bench, &other, &place.challenge, place.hash),
                     OUTCOME_CHALLENGE_TAKEN);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_DENIED);
    assert_int_equal(resolve_again(), OUTCOME_CHALLENGE_DECIDED);
    // Whatever the state, the stranger learns nothing else.
    bench_pass(&place.bench, 400);
    assert_int_equal(bench_do_resolve(&place.bench, &other, &place.challenge, place.hash),
                     OUTCOME_CHALLENGE_TAKEN);
}

static void same_bytes_get_the_same_context(void **state)
{
    (void)state;
    struct statement_resolve resolve;
    struct statement_decision decision;
    struct envelope_opened opened;
    struct answer first, second;

    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &first);
    assert_int_equal(resolve_again(), OUTCOME_OK);

    bench_pass(&place.bench, 3);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &second);
    assert_string_equal(first.envelope, second.envelope);

    // It does not become the newest: a decision about it is refused.
    bench_open_answer(&place.bench, MESSAGE_CONTEXT, &second, &opened);
    uint8_t hash[HASH_SIZE];
    assert_true(hash_sha256(statement_span(&opened.body), hash));
    bench_decision(&place.bench, &place.device, &place.challenge, hash, &decision);
    bench_send(&place.bench, MESSAGE_DECISION, &decision, &place.device, &first);
    assert_int_equal(first.outcome, OUTCOME_CONTEXT_CHANGED);

    bench_decision(&place.bench, &place.device, &place.challenge, place.hash, &decision);
    bench_send(&place.bench, MESSAGE_DECISION, &decision, &place.device, &first);
    assert_int_equal(first.outcome, OUTCOME_OK);
}

static void sixth_resolve_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(resolve_again(), OUTCOME_OK);
    assert_int_equal(resolve_again(), OUTCOME_POLICY_DENIED);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_RESOLVED);
}

static void unknown_ids_are_counted_per_device(void **state)
{
    (void)state;
    struct portal_challenge none = place.challenge;
    for (int i = 0; i < 20; i++) {
        randombytes_buf(none.id, sizeof(none.id));
        assert_int_equal(bench_do_resolve(&place.bench, &place.device, &none, place.hash),
                         OUTCOME_UNKNOWN_CHALLENGE);
    }
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &none, place.hash),
                     OUTCOME_RATE_LIMITED);
    assert_int_equal(resolve_again(), OUTCOME_OK); // a known one still works
    bench_pass(&place.bench, 61);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &none, place.hash),
                     OUTCOME_UNKNOWN_CHALLENGE);
}

// The current frame and two before it are taken; older ones, and none, are not.
static void frames_go_stale(void **state)
{
    (void)state;
    struct statement_resolve resolve;
    struct answer answer;
    bench_config(&place.bench, "policy.frames", "on");

    for (uint64_t steps = 0; steps < 5; steps++) {
        bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
        bench_pass(&place.bench, 40);
        enum outcome expected = steps <= 2 ? OUTCOME_OK : OUTCOME_FRAME_STALE;

        bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
        bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &answer);
        assert_int_equal(answer.outcome, OUTCOME_FRAME_STALE); // none at all

        resolve.frame.size = CHALLENGE_FRAME_SIZE;
        assert_true(frame_code(place.bench.portal.keys.frame_key, place.challenge.id,
                               (uint64_t)place.bench.wall - 10 * steps, resolve.frame.bytes));
        bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &answer);
        assert_int_equal(answer.outcome, expected);

        resolve.frame.size = 0; // once it is resolved, frames are ignored
        randombytes_buf(resolve.request_nonce, NONCE_SIZE);
        bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &answer);
        assert_int_equal(answer.outcome, expected);
    }
}

static void another_network_is_told_or_refused(void **state)
{
    (void)state;
    struct statement_resolve resolve;
    struct answer answer;
    struct envelope_opened opened;
    bench_challenge(&place.bench, "192.0.2.7", "", &place.cookie, &place.challenge);
    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &answer);
    bench_open_answer(&place.bench, MESSAGE_CONTEXT, &answer, &opened);
    assert_false(opened.statement.context.flags & CONTEXT_SAME_NETWORK);

    bench_config(&place.bench, "policy.same-network", "on");
    bench_challenge(&place.bench, "192.0.2.7", "", &place.cookie, &place.challenge);
    assert_int_equal(resolve_again(), OUTCOME_POLICY_DENIED);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_CREATED);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    assert_int_equal(resolve_again(), OUTCOME_OK);
}

static void page_state_tells_nothing_of_the_account(void **state)
{
    (void)state;
    struct statement_receipt receipt;
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    struct portal_challenge now;
    portal_begin(&place.bench.portal);
    assert_true(challenges_by_cookie(&place.bench.portal, place.cookie.text, &now));
    json_t *page = challenge_page_state(&place.bench.portal, &now);
    assert_true(portal_end(&place.bench.portal, true));
    assert_string_equal(json_string_value(json_object_get(page, "state")), "approved");
    assert_true(json_is_true(json_object_get(page, "code_required")));
    assert_int_equal(json_integer_value(json_object_get(page, "expires_in")), 120);
    assert_int_equal(json_object_size(page), 3);
    json_decref(page);
}

static void page_shows_a_code_that_devices_read(void **state)
{
    (void)state;
    bench_config(&place.bench, "policy.frames", "on");
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);

    json_t *page = challenge_page_state(&place.bench.portal, &place.challenge);
    struct challenge read;
    challenge_parse(span_str(json_string_value(json_object_get(page, "qr"))), &read);

    assert_int_equal(read.kind, PAYLOAD_LOGIN);
    assert_string_equal(read.login.origin.text, "https://portal.example.com");
    assert_memory_equal(read.login.id, place.challenge.id, CHALLENGE_ID_SIZE);
    assert_memory_equal(read.login.tag, place.bench.portal.keys.current.portal_id,
                        CHALLENGE_TAG_SIZE);
    assert_int_equal(read.login.frame_size, CHALLENGE_FRAME_SIZE);

    const json_t *picture = json_object_get(page, "picture");
    // 17 + 4 v modules, and twice the quiet zone of 4: level M and alphanumeric give version 4.
    assert_int_equal(json_integer_value(json_object_get(picture, "size")), 33 + 8);
    assert_between(json_integer_value(json_object_get(page, "frame_in")), 1, 10);

    json_decref(page);
}

static void networks_make_so_many_pages_and_no_more(void **state)
{
    (void)state;
    const struct challenge_request near = {"2001:db8::1", "Firefox", ""};
    const struct challenge_request neighbour = {"2001:db8::2", "Firefox", ""};
    const struct challenge_request far = {"2001:db8:0:1::1", "Firefox", ""};
    const struct challenge_request elsewhere = {"192.0.2.1", "Firefox", ""};
    struct portal *portal = &place.bench.portal;
    bench_config(&place.bench, "limit.new-codes-network", "20");
    bench_config(&place.bench, "limit.new-codes", "40");
    portal_begin(portal);
    for (int i = 0; i < 20; i++)
        assert_int_equal(challenges_create(portal, &near, &place.cookie, &place.challenge),
                         OUTCOME_OK);
    assert_int_equal(challenges_create(portal, &neighbour, &place.cookie, &place.challenge),
                     OUTCOME_RATE_LIMITED);

    for (int i = 1; i < 20; i++) // one was made before
        assert_int_equal(challenges_create(portal, &far, &place.cookie, &place.challenge),
                         OUTCOME_OK);
    assert_int_equal(challenges_create(portal, &elsewhere, &place.cookie, &place.challenge),
                     OUTCOME_RATE_LIMITED);
    assert_true(portal_end(portal, true));

    bench_pass(&place.bench, 60);
    portal_begin(portal);
    assert_int_equal(challenges_create(portal, &near, &place.cookie, &place.challenge),
                     OUTCOME_OK);
    assert_true(portal_end(portal, true));
}

// Where they lie in the store, codes that nobody scanned go, also after a sweep that failed.
static void sweep_that_failed_is_done_again(void **state)
{
    (void)state;
    static const struct challenge_request request = {BENCH_ADDRESS, "Firefox", ""};
    const char *all = "SELECT count(*) FROM challenges";
    if (!bench_is_shared())
        return;
    assert_int_equal(bench_number(&place.bench, all), 1);
    bench_pass(&place.bench, 3600);

    portal_begin(&place.bench.portal);
    store_run(&place.bench.portal.store, "UPDATE no_such_table SET x = 1", "");
    challenges_create(&place.bench.portal, &request, &place.cookie, &place.challenge);
    assert_false(portal_end(&place.bench.portal, true));
    assert_int_equal(bench_number(&place.bench, all), 1);

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    assert_int_equal(bench_number(&place.bench, all), 1); // the new one
}

static void picture_that_lies_ready_is_that_of_its_code(void **state)
{
    (void)state;
    struct qr_shelf *shelf = &place.bench.portal.pictures;
    char text[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < (int)QR_SHELF_PLACES * 2; i++) { // more than lie there
            snprintf(text, sizeof(text), "HTTPS://PORTAL/%d", i);
            json_t *drawn = qr_picture(text), *shown = qr_shelf_picture(shelf, text);
            json_t *again = qr_shelf_picture(shelf, text);
            assert_true(json_equal(drawn, shown) && json_equal(drawn, again));
            json_decref(drawn);
            json_decref(shown);
            json_decref(again);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open_waiting, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(context_tells_what_the_page_made),
        TEST(context_speaks_the_language_of_the_device),
        TEST(late_scan_leaves_time_to_read),
        TEST(page_nobody_scans_expires),
        TEST(opened_window_writes_nothing),
        TEST(codes_that_nobody_scanned_are_forgotten),
        TEST(page_brings_its_code_back_after_a_kill),
        TEST(code_comes_back_by_its_own_page_alone_and_in_time),
        TEST(code_that_was_replaced_stays_over),
        TEST(clock_that_is_set_on_ends_nothing),
        TEST(restart_expires_what_was_live),
        TEST(restart_ends_nothing_before_its_time),
        TEST(unknown_machine_keeps_nothing),
        TEST(sweep_that_failed_is_done_again),
        TEST(picture_that_lies_ready_is_that_of_its_code),
        TEST(second_device_cancels_a_scan),
        TEST(same_bytes_get_the_same_context),
        TEST(sixth_resolve_is_refused),
        TEST(unknown_ids_are_counted_per_device),
        TEST(frames_go_stale),
        TEST(another_network_is_told_or_refused),
        TEST(page_state_tells_nothing_of_the_account),
        TEST(page_shows_a_code_that_devices_read),
        TEST(networks_make_so_many_pages_and_no_more),
    };

    return cmocka_run_group_tests_name("portal challenge", tests, NULL, NULL);
}
