// SPDX-License-Identifier: MIT
// The device's network room against a real qrportal: pairing, sign-in, and what must not work.
#include "tests/unit/net/scratch.h"

#include "net/known_codes.h"
#include "net/pairings/journal_read.h"
#include "tests/unit/net/parts/paired_world.h"

static void approve(struct net_event *event)
{
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect(&world.device, NET_EVENT_RECEIPT, event);
    assert_int_equal(event->receipt.result, NET_RESULT_PICKUP_CODE);
    assert_int_equal(strlen(event->receipt.pickup_code), 6);
    assert_true(event->receipt.may_end);
}

static void an_approved_browser_is_signed_in(void **state)
{
    (void)state;
    struct net_event event;
    paired_world_see(&event);
    assert_string_equal(event.context.origin, world.sandbox.url);
    assert_string_equal(event.context.account_name, "Анна");
    assert_string_equal(event.context.address, "127.0.0.1");
    assert_true(event.context.tells_browser && event.context.pickup_code_follows);
    assert_true(event.context.expires_in_s > 60 && event.context.expires_in_s <= 120);
    assert_true(event.context.page_age_s >= 0 && event.context.page_age_s < 60);
    paired_world_expect_state("scanned");
    approve(&event);
    paired_world_expect_state("approved");
    paired_world_expect_claim(
        "000000", strcmp(event.receipt.pickup_code, "000000") ? "wrong-code" : "done");
    paired_world_expect_claim(event.receipt.pickup_code, "done");
    browser_get(world.visitor, "/");
    assert_non_null(strstr(world.visitor->page, "data-name=\"anna\""));
    assert_non_null(strstr(world.visitor->page, "data-how=\"qr\""));

    // And out again.
    net_worker_end_session(world.device.worker);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_ENDED);
    browser_get(world.visitor, "/");
    assert_null(strstr(world.visitor->page, "data-name=\"anna\""));
}

// Its sign-in is not held any more: who pressed late is told so.
static void a_session_that_is_not_held_is_not_ended(void **state)
{
    (void)state;
    struct net_event event;
    net_worker_end_session(world.device.worker);
    device_expect(&world.device, NET_EVENT_FAILED, &event);
    assert_int_equal(event.fault.failure, FAILURE_ANSWER_PAST);
}

static void a_denied_browser_is_not(void **state)
{
    (void)state;
    struct net_event event;
    paired_world_see(&event);
    net_worker_decide(world.device.worker, NET_DENY);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_DENIED);
    assert_false(event.receipt.may_end);
    assert_string_equal(event.receipt.pickup_code, "");
    paired_world_expect_state("denied");
}

static void a_question_that_is_left_sends_nothing(void **state)
{
    (void)state;
    struct net_event event;
    paired_world_see(&event);
    net_worker_cancel(world.device.worker);
    net_worker_decide(world.device.worker, NET_APPROVE); // too late
    paired_world_see(&event);                            // the next one is no reply to it
    net_worker_cancel(world.device.worker);
    paired_world_expect_state("scanned");
}

static bool fits(const struct known_code *known, const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i < size && known->size == size; i++)
        if (known->text[i] != 0 && known->text[i] != text[i])
            return false;
    return known->size == size;
}

// What the device knows of its portal's codes is in the code that the portal shows.
static void expect_known(const char *text)
{
    static struct known_codes known;
    size_t fitting = 0;
    known_codes_of(world.device.pairings, &known);
    for (size_t i = 0; i < known.count; i++)
        fitting += fits(&known.code[i], text);
    assert_int_equal(known.count, 4);
    assert_int_equal(fitting, 1);
}

static void another_portals_code_sends_nothing(void **state)
{
    (void)state;
    static const char *const codes[] = {
        "QRL:1:AAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "HTTPS://PORTAL.EXAMPLE.COM/Q/1/AAAAAAAAAAAAA/AAAAAAAAAAAAAAAAAAAAAAAAAA"};

    for (size_t i = 0; i < 2; i++) {
        struct challenge code = device_read(codes[i], PAYLOAD_LOGIN);
        net_worker_resolve(world.device.worker, &code);
        device_expect_failure(&world.device, FAILURE_CHALLENGE_OTHER_PORTAL);
    }

    // The right tag under another host: nothing is sent to either.
    char *text = browser_open_code(world.visitor);
    expect_known(text);
    struct challenge code = device_read(text, PAYLOAD_LOGIN);
    free(text);
    snprintf(code.login.origin.text, sizeof(code.login.origin.text), "https://localhost:1");
    net_worker_resolve(world.device.worker, &code);
    device_expect_failure(&world.device, FAILURE_CHALLENGE_OTHER_PORTAL);
    paired_world_expect_state("waiting");
}

static void a_used_code_is_refused(void **state)
{
    (void)state;
    struct net_event event;
    char *text = browser_open_code(world.visitor);
    struct challenge code = device_read(text, PAYLOAD_LOGIN);
    free(text);
    net_worker_resolve(world.device.worker, &code);
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    approve(&event);
    paired_world_expect_claim(event.receipt.pickup_code, "done");
    net_worker_resolve(world.device.worker, &code);
    device_expect_failure(&world.device, FAILURE_CHALLENGE_CLAIMED);
}

static void an_answer_after_the_end_is_not_sent(void **state)
{
    (void)state;
    struct net_event event;
    for (unsigned life_s = 2; !paired_world_see_brief(life_s, &event); life_s *= 2)
        continue;
    device_expect_failure(&world.device, FAILURE_CHALLENGE_EXPIRED);
    net_worker_decide(world.device.worker, NET_APPROVE);
    char *page_state = browser_state(world.visitor);
    assert_string_not_equal(page_state, "approved");
    free(page_state);
}

static void switched_off_means_off(void **state)
{
    (void)state;
    struct net_event event;
    paired_world_see(&event);
    sandbox_set(&world.sandbox, "allow-qr", "off");
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_failure(&world.device, FAILURE_PORTAL_QR_DISABLED);
    assert_int_equal(pairing_store_count(world.device.pairings), 1);
}

static void a_portal_that_wants_a_pin_gets_no_approval(void **state)
{
    (void)state;
    struct net_event event;
    sandbox_set(&world.sandbox, "policy.user-verification", "on");
    paired_world_see(&event);
    assert_true(event.context.uv_required);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_failure(&world.device, FAILURE_PORTAL_UV_REQUIRED);
    paired_world_expect_state("scanned");
    sandbox_set(&world.sandbox, "policy.user-verification", "off");
}

static void a_revoked_device_erases_its_key(void **state)
{
    struct net_event event;
    struct pairing pairing;
    char name[64];
    assert_true(pairing_store_get(world.device.pairings, 0, &pairing));
    snprintf(name, sizeof(name), "device-data/%s.key", pairing.id);
    assert_int_equal(access(scratch_join(state, name), F_OK), 0);
    paired_world_see(&event);
    browser_revoke_device(world.owner);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_failure(&world.device, FAILURE_PORTAL_DEVICE_REVOKED);
    assert_int_equal(pairing_store_count(world.device.pairings), 0);
    assert_int_not_equal(access(scratch_join(state, name), F_OK), 0);
}

static void leaving_tells_the_portal(void **state)
{
    (void)state;
    struct net_event event;
    struct pairing_summary summary;
    device_slow_down(&world.device); // it has three seconds for it
    assert_true(pairing_store_summary(world.device.pairings, 0, &summary));
    net_worker_unpair(world.device.worker, summary.id);
    device_expect(&world.device, NET_EVENT_UNPAIRED, &event);
    assert_true(event.unpaired.portal_told);
    assert_int_equal(pairing_store_count(world.device.pairings), 0);
    browser_get(world.owner, "/devices");
    assert_non_null(strstr(world.owner->page, "data-revoked=\"yes\""));
    paired_world_scan();
    device_expect_failure(&world.device, FAILURE_PAIRING_NONE);
}

static void pairing_again_replaces_the_old_pairing(void **state)
{
    (void)state;
    struct net_event event;
    struct pairing_summary before, after;
    assert_true(pairing_store_summary(world.device.pairings, 0, &before));
    world_pair(&world);
    assert_int_equal(pairing_store_count(world.device.pairings), 1);
    assert_true(pairing_store_summary(world.device.pairings, 0, &after));
    assert_string_not_equal(before.id, after.id);
    browser_get(world.owner, "/devices");
    assert_non_null(strstr(world.owner->page, "data-revoked=\"yes\""));
    paired_world_see(&event);
    approve(&event);
}

static void a_pairing_that_is_not_kept_leaves_no_key(void **state)
{
    const struct scratch *scratch = *state;
    struct net_event event;
    char *text = browser_add_device(world.owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);

    net_worker_pair(world.device.worker, &code, "not mine");
    device_expect(&world.device, NET_EVENT_PAIRING_CODE, &event);
    browser_confirm_device(world.owner, event.pairing.pairing_code);
    device_expect(&world.device, NET_EVENT_PAIRED, &event);

    net_worker_keep_pairing(world.device.worker, false);
    device_stop(&world.device); // at once: the portal is still told
    browser_get(world.owner, "/devices");
    assert_non_null(strstr(world.owner->page, "data-revoked=\"yes\""));

    device_start(&world.device, scratch->path);
    assert_false(device_has_begun(&world.device));
    assert_int_equal(pairing_store_count(world.device.pairings), 1); // the one before
}

static void a_pairing_goes_on_after_a_restart(void **state)
{
    const struct scratch *scratch = *state;
    struct net_event event;
    char digits[8];
    char *text = browser_add_device(world.owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);
    net_worker_pair(world.device.worker, &code, "restarted");
    device_expect(&world.device, NET_EVENT_PAIRING_CODE, &event);
    snprintf(digits, sizeof(digits), "%s", event.pairing.pairing_code);
    device_stop(&world.device);

    device_start(&world.device, scratch->path);
    assert_true(device_has_begun(&world.device));
    browser_confirm_device(world.owner, digits);
    net_worker_resume_pairing(world.device.worker);
    device_expect(&world.device, NET_EVENT_PAIRED, &event);
    net_worker_keep_pairing(world.device.worker, true);
    device_expect(&world.device, NET_EVENT_KEPT, &event);
    assert_false(device_has_begun(&world.device));
    paired_world_see(&event);
    approve(&event);
}

static void a_refused_pairing_ends(void **state)
{
    (void)state;
    struct net_event event;
    char *text = browser_add_device(world.owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);
    net_worker_pair(world.device.worker, &code, "refused");
    device_expect(&world.device, NET_EVENT_PAIRING_CODE, &event);
    browser_post(world.owner, "/devices/confirm", "application/json", "{\"refuse\":true}");
    device_expect_failure(&world.device, FAILURE_PORTAL_ENROLMENT_REFUSED);
    assert_false(device_has_begun(&world.device));
}

static void a_code_that_names_another_key_is_not_paired(void **state)
{
    (void)state;
    char *text = browser_add_device(world.owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);
    code.pairing.fingerprint[0] ^= 1;
    net_worker_pair(world.device.worker, &code, "fooled");
    device_expect_failure(&world.device, FAILURE_PAIRING_FINGERPRINT);
}

// The portal decides once, however often its receipt is lost, and always gives the same.
static void lost_receipts_are_fetched_by_the_same_bytes(void **state)
{
    (void)state;
    struct net_event event;
    paired_world_see(&event);
    atomic_store(&world.cutter.lossy, true);
    net_worker_decide(world.device.worker, NET_APPROVE);
    for (int i = 0; i < 3; i++)
        device_expect_retrying(&world.device);

    atomic_store(&world.cutter.lossy, false);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_PICKUP_CODE);
    assert_true(atomic_load(&world.cutter.lost) >= 3);
    paired_world_expect_claim(event.receipt.pickup_code, "done");

    paired_world_see(&event); // the counter goes on
    approve(&event);
}

static void an_answer_that_was_left_on_its_way_still_arrives(void **state)
{
    (void)state;
    struct net_event event;
    paired_world_see(&event);
    atomic_store(&world.cutter.lossy, true);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_retrying(&world.device);
    net_worker_cancel(world.device.worker);
    atomic_store(&world.cutter.lossy, false);
    device_expect(&world.device, NET_EVENT_LATE_RECEIPT, &event);
    paired_world_expect_claim(event.receipt.pickup_code, "done");
}

static void a_portal_with_a_new_certificate_is_found_by_its_metadata(void **state)
{
    struct net_event event;
    sandbox_stop(&world.sandbox);
    assert_int_equal(unlink(scratch_join(state, "portal/tls.key")), 0);
    assert_int_equal(unlink(scratch_join(state, "portal/tls.crt")), 0);
    sandbox_start(&world.sandbox, world.cutter.port);
    atomic_store(&world.cutter.upstream, world.sandbox.port);
    paired_world_see(&event);
    approve(&event);
}

static void restart_portal_with_key(const char *verb)
{
    sandbox_stop(&world.sandbox);
    sandbox_key(&world.sandbox, verb);
    sandbox_start(&world.sandbox, world.cutter.port);
    atomic_store(&world.cutter.upstream, world.sandbox.port);
}

static struct pairing held_pairing(void)
{
    struct pairing pairing;
    assert_true(pairing_store_get(world.device.pairings, 0, &pairing));
    return pairing;
}

// Announced, used, and at last alone: the device follows without pairing again.
static void a_portal_may_change_its_key(void **state)
{
    (void)state;
    static const uint8_t none[PUBLIC_KEY_SIZE];
    struct net_event event;
    struct pairing before = held_pairing();
    assert_memory_equal(before.portal.next_key, none, sizeof(none));

    restart_portal_with_key("announce");
    paired_world_see(&event);
    approve(&event);
    struct pairing announced = held_pairing();
    assert_memory_equal(announced.portal.portal_key, before.portal.portal_key, PUBLIC_KEY_SIZE);
    assert_memory_not_equal(announced.portal.next_key, none, sizeof(none));
    assert_true(announced.portal.serial > before.portal.serial);

    restart_portal_with_key("switch");
    paired_world_see(&event);
    approve(&event);
    struct pairing switched = held_pairing();
    assert_memory_equal(switched.portal.portal_key, announced.portal.next_key, PUBLIC_KEY_SIZE);
    assert_memory_equal(switched.portal.next_key, none, sizeof(none));

    restart_portal_with_key("drop-old");
    paired_world_see(&event);
    approve(&event);
    net_worker_end_session(world.device.worker);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_ENDED);
}

static void another_server_at_its_place_gets_nothing(void **state)
{
    struct net_event event;
    char folder[PATH_MAX + 64];
    struct sandbox other;
    char *text = browser_open_code(world.visitor);
    struct challenge code = device_read(text, PAYLOAD_LOGIN);
    free(text);

    snprintf(folder, sizeof(folder), "%s", scratch_join(state, "other"));
    assert_int_equal(mkdir(folder, 0700), 0);
    sandbox_make(&other, folder);
    sandbox_stop(&world.sandbox);
    sandbox_start(&other, world.cutter.port);
    atomic_store(&world.cutter.upstream, other.port);

    net_worker_resolve(world.device.worker, &code);
    do {
        device_expect(&world.device, NET_EVENT_FAILED, &event);
    } while (event.kind == NET_EVENT_RETRYING);
    assert_string_equal(failure_code(event.fault.failure), "net.pin");
    sandbox_stop(&other);
}

static void see_line(void *userdata, const struct journal_line *line)
{
    char *all = userdata;
    size_t have = strlen(all);
    assert_true(have + line->text.n + 2 < 65536);
    memcpy(all + have, line->text.p, line->text.n);
    memcpy(all + have + line->text.n, "\n", 2);
}

static void the_journal_tells_what_was_answered(void **state)
{
    (void)state;
    static char all[65536];
    struct net_event event;
    struct journal_sum sum;

    paired_world_see(&event);
    approve(&event);
    all[0] = 0;
    assert_true(journal_read(world.device.state, JOURNAL_ALL, NULL, see_line, all, &sum, NULL));

    assert_int_equal(sum.faulty, 0);
    assert_non_null(strstr(all, "\"event\":\"paired\""));
    assert_non_null(strstr(all, "\"decision\":\"approve\""));
    assert_non_null(strstr(all, "\"address\":\"127.0.0.1\""));
    assert_non_null(strstr(all, "\"end\":\"answered\""));
    assert_null(strstr(all, event.receipt.pickup_code));
}

// These leave the pairing as it was, and share one world: a pairing takes seconds.
static const struct CMUnitTest sign_ins[] = {
    cmocka_unit_test(an_approved_browser_is_signed_in),
    cmocka_unit_test(a_session_that_is_not_held_is_not_ended),
    cmocka_unit_test(a_denied_browser_is_not),
    cmocka_unit_test(a_question_that_is_left_sends_nothing),
    cmocka_unit_test(another_portals_code_sends_nothing),
    cmocka_unit_test(a_used_code_is_refused),
    cmocka_unit_test(lost_receipts_are_fetched_by_the_same_bytes),
    cmocka_unit_test(an_answer_that_was_left_on_its_way_still_arrives),
    cmocka_unit_test(a_code_that_names_another_key_is_not_paired),
    cmocka_unit_test(a_refused_pairing_ends),
    cmocka_unit_test(a_portal_with_a_new_certificate_is_found_by_its_metadata),
    cmocka_unit_test(a_portal_may_change_its_key),
    cmocka_unit_test(the_journal_tells_what_was_answered),
    cmocka_unit_test(a_portal_that_wants_a_pin_gets_no_approval),
    cmocka_unit_test(switched_off_means_off),
};

#define FRESH(f) cmocka_unit_test_setup_teardown(f, paired_world_begin, paired_world_end)

static const struct CMUnitTest worlds[] = {
    FRESH(an_answer_after_the_end_is_not_sent),
    FRESH(a_revoked_device_erases_its_key),
    FRESH(leaving_tells_the_portal),
    FRESH(pairing_again_replaces_the_old_pairing),
    FRESH(a_pairing_that_is_not_kept_leaves_no_key),
    FRESH(a_pairing_goes_on_after_a_restart),
    FRESH(another_server_at_its_place_gets_nothing),
};

int main(void)
{
    int failed = cmocka_run_group_tests(sign_ins, paired_world_begin, paired_world_end);
    return failed + cmocka_run_group_tests(worlds, NULL, NULL);
}
