// SPDX-License-Identifier: MIT
// The device renews its session key against a real qrportal, whatever is lost or ends on the
// way.
#include "tests/unit/net/scratch.h"

#include <sys/wait.h>
#include <time.h>

#include "net/open_answer.h"
#include "net/pairings/key_succession.h"
#include "net/pairings/outbox.h"
#include "net/pairings/pairing_secrets.h"
#include "net/qr_login/qr_login_dialect.h"
#include "net/qr_login/rotation.h"
#include "tests/unit/net/parts/world.h"
#include "tests/unit/pairings/kept_keys.h"

static struct world world; // large, and cmocka's own state is the folder

// Every key here ends within 30 days, so every sign-in renews it.
static int set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    world_begin(&world, scratch->path);
    sandbox_set(&world.sandbox, "time.session-key", "3600");
    world_pair(&world);
    return 0;
}

static int tear_down(void **state)
{
    world_end(&world);
    return scratch_remove(state);
}

static void restart(void **state)
{
    const struct scratch *scratch = *state;
    world_restart_device(&world, scratch->path); // a renewal under way comes to its end first
}

static void sign_in(void)
{
    struct net_event event;
    world_sign_in(&world, &event);
}

static bool same_key(const struct pairing_key *a, const struct pairing_key *b)
{
    return memcmp(a->id, b->id, KEY_ID_SIZE) == 0;
}

static size_t keys_in_file(const struct pairing *pairing)
{
    struct secret_keys *keys = kept_keys(world.device.pairings, pairing->id, NULL);
    assert_non_null(keys);
    size_t count = keys->count;
    assert_non_null(secret_keys_find(keys, pairing->key[0].id));
    secret_keys_free(keys);
    return count;
}

static void a_key_is_renewed_after_each_sign_in(void **state)
{
    struct pairing before = world_pairing(&world);

    for (int i = 0; i < 3; i++) {
        sign_in();
        restart(state);
        struct pairing after = world_pairing(&world);
        assert_int_equal(after.key_count, 2);
        assert_int_equal(keys_in_file(&after), 2);
        assert_true(same_key(&after.key[1], &before.key[0]));
        assert_false(same_key(&after.key[0], &before.key[0]));
        assert_true(after.key[0].not_after >= before.key[0].not_after);
        assert_true(after.sequence == before.sequence + 2);
        before = after;
    }
}

static void a_fresh_key_is_left_alone(void **state)
{
    sandbox_set(&world.sandbox, "time.session-key", "7776000");
    sign_in(); // renews it for 90 days ...
    restart(state);
    sign_in(); // ... and goes over to it
    restart(state);

    struct pairing before = world_pairing(&world);
    assert_int_equal(before.key_count, 1);
    assert_int_equal(keys_in_file(&before), 1);

    sign_in();
    restart(state);
    struct pairing after = world_pairing(&world);
    assert_int_equal(after.key_count, 1);
    assert_true(same_key(&after.key[0], &before.key[0]));
}

static void a_key_is_due_in_its_last_thirty_days(void **state)
{
    (void)state;
    struct pairing pairing = {.dialect = &qr_login_dialect, .key_count = 1};
    pairing.key[0].not_after = 100 * 86400;
    assert_false(rotation_is_due(&pairing, 70 * 86400 - 1));
    assert_true(rotation_is_due(&pairing, 70 * 86400));
    assert_true(rotation_is_due(&pairing, 0)); // a clock that is not set says nothing
    pairing.key_count = 2;
    assert_true(rotation_is_due(&pairing, 70 * 86400));
    pairing.key[1].not_after = 71 * 86400; // the old one: the new one was not used yet
    assert_false(rotation_is_due(&pairing, 70 * 86400));
}

// The portal takes the new key, and its reply is lost.
static struct pairing renew_without_reply(void)
{
    // As after a sign-in: that the key is due needs no question that could be lost too.
    struct pairing pending = world_pairing(&world);
    pending.portal_time = time(NULL);
    assert_true(pairing_store_save(world.device.pairings, &pending, NULL));

    atomic_store(&world.cutter.lossy, true);
    net_worker_renew(world.device.worker);
    device_expect_retrying(&world.device);
    pending = world_pairing(&world);
    assert_int_equal(pending.key_count, 2);
    assert_true(key_succession_is_open(&pending));
    return pending;
}

static void a_lost_reply_is_fetched_after_a_restart(void **state)
{
    struct pairing pending = renew_without_reply();
    device_stop(&world.device);
    atomic_store(&world.cutter.lossy, false);
    const struct scratch *scratch = *state;
    device_start(&world.device, scratch->path);

    for (int i = 0; i < 600; i++) { // until it was sent again: no event tells of it
        struct pairing now = world_pairing(&world);
        if (same_key(&now.key[0], &pending.key[1]) && now.key[0].not_after > 0)
            break;
        usleep(50000);
    }

    struct pairing renewed = world_pairing(&world);
    assert_true(same_key(&renewed.key[0], &pending.key[1]));
    assert_true(renewed.key[0].not_after > 0);
    sign_in();
}

// A renewal that hangs gives way to a sign-in, which uses the old key; then the new key is
// offered again, and the portal says that it has it.
static void a_sign_in_does_not_wait_for_a_renewal(void **state)
{
    struct challenge code = world_code(&world);
    struct pairing pending = renew_without_reply();
    net_worker_resolve(world.device.worker, &code);
    atomic_store(&world.cutter.lossy, false); // not before: the renewal would come to its end

    struct net_event event;
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);

    restart(state);
    struct pairing renewed = world_pairing(&world);
    assert_true(same_key(&renewed.key[0], &pending.key[1]));
    sign_in();
    sign_in();
}

// Between scan and answer another program renews the key, and sees the new one work.
static void an_answer_is_signed_by_the_key_in_use(void **state)
{
    static struct device other;
    const struct scratch *scratch = *state;
    struct net_event event;
    struct challenge code = world_code(&world);
    struct pairing before = world_pairing(&world);
    net_worker_resolve(world.device.worker, &code);
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);

    device_start(&other, scratch->path);
    net_worker_renew(other.worker);
    device_expect(&other, NET_EVENT_RENEWED, &event);
    struct browser *third = browser_new(world.sandbox.url);
    char *text = browser_open_code(third);
    code = device_read(text, PAYLOAD_LOGIN);
    net_worker_resolve(other.worker, &code);
    device_expect(&other, NET_EVENT_CONTEXT, &event);
    device_stop(&other);
    browser_free(third);
    free(text);

    struct pairing renewed = world_pairing(&world);
    assert_int_equal(renewed.key_count, 1);
    assert_false(same_key(&renewed.key[0], &before.key[0]));

    sandbox_set(&world.sandbox, "time.session-key", "7776000");
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    restart(state);
    sign_in();
}

static void copy_file(void **state, const char *from, const char *to)
{
    uint8_t bytes[16384];
    size_t size = scratch_read(scratch_join(state, from), bytes, sizeof(bytes));
    scratch_write(scratch_join(state, to), bytes, size);
}

// What is remembered is from before the renewal, and the portal refuses the old key already.
static void a_new_key_is_tried_where_the_old_one_is_over(void **state)
{
    struct pairing pending = renew_without_reply();
    char record[64], key[64];
    snprintf(record, sizeof(record), "device-data/%s.pairing", pending.id);
    snprintf(key, sizeof(key), "device-data/%s.key", pending.id);

    net_worker_cancel(world.device.worker);
    copy_file(state, record, "record");
    copy_file(state, key, "key");
    atomic_store(&world.cutter.lossy, false);
    sign_in();
    restart(state);
    sandbox_set(&world.sandbox, "time.session-key", "7776000");
    sign_in(); // by the new key: the old one is over

    device_stop(&world.device);
    copy_file(state, "record", record);
    copy_file(state, "key", key);
    const struct scratch *scratch = *state;
    device_start(&world.device, scratch->path);
    sign_in();
    restart(state);
    sign_in();

    struct pairing after = world_pairing(&world);
    assert_false(same_key(&after.key[0], &pending.key[0]));
}

// The portal never saw the key that the record puts first.
static void the_old_key_serves_where_the_new_one_is_not_known(void **state)
{
    struct pairing pairing = world_pairing(&world), before = pairing;
    uint8_t new_key[PUBLIC_KEY_SIZE];

    assert_true(key_succession_begin(world.device.pairings, &pairing, new_key, NULL));
    assert_true(
        key_succession_taken(world.device.pairings, &pairing, pairing.key[1].id, 0, 0, NULL));
    assert_false(same_key(&pairing.key[0], &before.key[0]));

    sandbox_set(&world.sandbox, "time.session-key", "7776000");
    sign_in();
    restart(state);
    sign_in();

    struct pairing after = world_pairing(&world);
    assert_int_equal(after.key_count, 1);
    assert_false(same_key(&after.key[0], &pairing.key[0])); // it was forgotten
    assert_true(after.key[0].not_after > before.key[0].not_after);
}

static void a_key_of_a_renewal_that_was_given_up_is_named_again(void **state)
{
    (void)state;
    struct pairing pairing = world_pairing(&world);
    uint8_t first[PUBLIC_KEY_SIZE], again[PUBLIC_KEY_SIZE];
    assert_true(key_succession_begin(world.device.pairings, &pairing, first, NULL));
    assert_true(key_succession_begin(world.device.pairings, &pairing, again, NULL));
    assert_memory_equal(first, again, sizeof(first));
    sign_in();
}

// ---- crashes ---------------------------------------------------------------------------

// The linker hands every rename to this (tests.cmake): a device can be ended before its n-th.
static atomic_int steps_left = -1; // -1: no end

int __real_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b)
{
    if (atomic_load(&steps_left) >= 0 && atomic_fetch_sub(&steps_left, 1) == 0)
        _exit(9);
    return __real_renameat(from, a, to, b);
}

// A device in a process of its own signs in, renews its key, and is ended before the n-th file
// takes its place. True if it came to its end.
static bool sign_in_and_crash(const char *folder, const struct challenge *code, int steps)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);

    if (child == 0) {
        struct net_event event;
        alarm(60);
        device_start(&world.device, folder);
        atomic_store(&steps_left, steps);
        net_worker_resolve(world.device.worker, code);
        device_expect(&world.device, NET_EVENT_CONTEXT, &event);
        net_worker_decide(world.device.worker, NET_APPROVE);
        device_expect(&world.device, NET_EVENT_RECEIPT, &event);
        device_stop(&world.device);
        _exit(0);
    }

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9));
    return WEXITSTATUS(status) == 0;
}

static void no_crash_costs_the_pairing(void **state)
{
    const struct scratch *scratch = *state;
    bool done = false;
    int steps = 0;

    for (; !done && steps < 40; steps++) {
        struct challenge code = world_code(&world);
        device_stop(&world.device);
        done = sign_in_and_crash(scratch->path, &code, steps);
        device_start(&world.device, scratch->path);

        struct net_event event;
        struct open_answer open;
        size_t next = 0;
        if (open_answer_next(world.device.pairings, world.device.state, &next, &open)) {
            net_worker_send_open(world.device.worker, open.pairing_id);
            device_expect(&world.device, NET_EVENT_RECEIPT, &event);
        }

        code = world_code(&world);
        net_worker_resolve(world.device.worker, &code);
        do { // what was left unsent may arrive first
            device_expect_any(&world.device, &event);
        } while (event.kind == NET_EVENT_LATE_RECEIPT || event.kind == NET_EVENT_RETRYING);
        if (event.kind == NET_EVENT_FAILED)
            fail_msg("after %d steps: %s: %s", steps, failure_code(event.fault.failure),
                     event.fault.detail);

        assert_int_equal(event.kind, NET_EVENT_CONTEXT);
        net_worker_decide(world.device.worker, NET_DENY);
        device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    }

    assert_true(done);
    assert_true(steps > 8); // settle, decide, new key, record, outbox, and over
}

#define FRESH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_due_in_its_last_thirty_days),
        FRESH(a_key_is_renewed_after_each_sign_in),
        FRESH(a_fresh_key_is_left_alone),
        FRESH(a_lost_reply_is_fetched_after_a_restart),
        FRESH(a_sign_in_does_not_wait_for_a_renewal),
        FRESH(an_answer_is_signed_by_the_key_in_use),
        FRESH(a_new_key_is_tried_where_the_old_one_is_over),
        FRESH(the_old_key_serves_where_the_new_one_is_not_known),
        FRESH(a_key_of_a_renewal_that_was_given_up_is_named_again),
        FRESH(no_crash_costs_the_pairing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
