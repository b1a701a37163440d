// SPDX-License-Identifier: MIT
// Whether a key is due is told by the clock of a real qrportal, whatever that of the device
// says.
#include "tests/unit/net/scratch.h"

#include <sys/stat.h>

#include "net/pairings/pairing_pin.h"
#include "net/retry.h"
#include "tests/unit/net/parts/world.h"

#define PIN    "246802"
#define DAY_61 "2505600" // a key of 90 days has 29 left
#define DAY_10 "6912000" // ... 80
#define DECADE (INT64_C(3653) * 86400)
#define FILES  2u
#define ROOM   16384u

static struct world world; // large, and cmocka's own state is the folder
static bool with_pin;

static int set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    world_begin(&world, scratch->path);
    with_pin = false;
    return 0;
}

static int set_up_with_pin(void **state)
{
    int64_t wait_ms;
    set_up(state);
    with_pin = pairing_store_change_pin(world.device.pairings, span_str(""), span_str(PIN), 0,
                                        &wait_ms, NULL);
    assert_true(with_pin);
    return 0;
}

static int tear_down(void **state)
{
    world_end(&world);
    return scratch_remove(state);
}

static void unlock(void)
{
    struct net_event event;
    if (!with_pin)
        return;
    net_worker_unlock(world.device.worker, span_str(PIN));
    device_expect(&world.device, NET_EVENT_UNLOCKED, &event);
}

// Pairs anew, with a key that has so many seconds left.
static void pair(const char *life_s)
{
    sandbox_set(&world.sandbox, "time.session-key", life_s);
    unlock();
    world_pair(&world);
}

static size_t renew(void)
{
    struct net_event event;
    unlock();
    net_worker_renew(world.device.worker);
    device_expect(&world.device, NET_EVENT_RENEWED, &event);
    return event.renewed.keys;
}

static bool same_key(const struct pairing *a, const struct pairing *b)
{
    return memcmp(a->key[0].id, b->key[0].id, KEY_ID_SIZE) == 0;
}

// Years behind, years ahead, and not set at all: 1970.
static const int64_t clocks[] = {-DECADE, DECADE, -100 * DECADE};

static void a_key_is_renewed_at_day_61_of_the_portal(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        pair(DAY_61);
        atomic_store(&world.device.wall_ahead_s, clocks[i]);
        struct pairing before = world_pairing(&world);
        assert_int_equal(renew(), 1);
        struct pairing after = world_pairing(&world);
        assert_false(same_key(&before, &after));
    }
}

static void a_key_is_left_alone_at_day_10_of_the_portal(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        pair(DAY_10);
        atomic_store(&world.device.wall_ahead_s, clocks[i]);
        struct pairing before = world_pairing(&world);
        assert_int_equal(renew(), 0);
        struct pairing after = world_pairing(&world);
        assert_true(same_key(&before, &after));
        assert_int_equal(after.key_count, 1);
    }
}

// As the button does it: what the receipt has said of the key is what the renewal goes by.
static void a_key_that_ends_soon_is_renewed_after_the_sign_in(void **state)
{
    struct net_event event;
    const struct scratch *scratch = *state;
    pair(DAY_61);
    atomic_store(&world.device.wall_ahead_s, -DECADE);
    unlock();
    world_sign_in(&world, &event);
    assert_true(event.receipt.key_ends_soon);
    struct pairing before = world_pairing(&world);
    assert_true(before.portal_time > time(NULL) - 60);

    // ... also in another run of the program.
    world_restart_device(&world, scratch->path);
    atomic_store(&world.device.wall_ahead_s, -DECADE);
    assert_int_equal(renew(), 1);
    struct pairing after = world_pairing(&world);
    assert_false(same_key(&before, &after));
}

static void a_sign_in_at_day_10_does_not_say_that_the_key_ends(void **state)
{
    (void)state;
    struct net_event event;
    pair(DAY_10);
    atomic_store(&world.device.wall_ahead_s, DECADE);
    unlock();
    world_sign_in(&world, &event);
    assert_false(event.receipt.key_ends_soon);
    net_worker_cancel(world.device.worker);
    assert_int_equal(renew(), 0);
}

struct files {
    uint8_t bytes[FILES][ROOM];
    size_t size[FILES];
};

static void read_files(void **state, struct files *out)
{
    static const char *const endings[FILES] = {"key", "pairing"};
    struct pairing pairing = world_pairing(&world);
    for (size_t i = 0; i < FILES; i++) {
        char name[64];
        snprintf(name, sizeof(name), "device-data/%s.%s", pairing.id, endings[i]);
        out->size[i] = scratch_read(scratch_join(state, name), out->bytes[i], ROOM);
    }
}

static void expect_unchanged(void **state, const struct files *before)
{
    static struct files now;
    read_files(state, &now);
    for (size_t i = 0; i < FILES; i++) {
        assert_int_equal(now.size[i], before->size[i]);
        assert_memory_equal(now.bytes[i], before->bytes[i], before->size[i]);
    }
}

static void a_portal_that_is_away_changes_nothing(void **state)
{
    static struct files before;
    pair(DAY_61);
    read_files(state, &before);
    sandbox_stop(&world.sandbox);

    unlock();
    net_worker_renew(world.device.worker);
    device_expect_retrying(&world.device);
    atomic_fetch_add(&world.device.boot_ahead_ms, RETRY_WINDOW_MS);
    device_expect_failure(&world.device, FAILURE_NET_UNREACHABLE);
    expect_unchanged(state, &before);
    assert_int_equal(failure_exit(FAILURE_NET_UNREACHABLE), EXIT_CODE_NETWORK);
}

// Who cannot show the pinned certificate is not asked for the time.
static void the_clock_of_a_stranger_does_not_count(void **state)
{
    static struct files before;
    struct sandbox stranger;
    pair(DAY_61);
    read_files(state, &before);
    const char *folder = scratch_join(state, "stranger");
    assert_int_equal(mkdir(folder, 0700), 0);
    sandbox_make(&stranger, folder);
    sandbox_start(&stranger, world.cutter.port);
    atomic_store(&world.cutter.upstream, stranger.port);
    cutter_cut(&world.cutter);

    unlock();
    net_worker_renew(world.device.worker);
    device_expect_failure(&world.device, FAILURE_NET_PIN);
    expect_unchanged(state, &before);
    sandbox_stop(&stranger);
}

#define PLAIN(f)                                                                               \
    {                                                                                          \
#f, f, set_up, tear_down, NULL                                                         \
    }
#define SEALED(f)                                                                              \
    {                                                                                          \
#f " (PIN)", f, set_up_with_pin, tear_down, NULL                                       \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(a_key_is_renewed_at_day_61_of_the_portal),
        SEALED(a_key_is_renewed_at_day_61_of_the_portal),
        PLAIN(a_key_is_left_alone_at_day_10_of_the_portal),
        SEALED(a_key_is_left_alone_at_day_10_of_the_portal),
        SEALED(a_key_that_ends_soon_is_renewed_after_the_sign_in),
        PLAIN(a_sign_in_at_day_10_does_not_say_that_the_key_ends),
        SEALED(a_sign_in_at_day_10_does_not_say_that_the_key_ends),
        PLAIN(a_portal_that_is_away_changes_nothing),
        SEALED(a_portal_that_is_away_changes_nothing),
        PLAIN(the_clock_of_a_stranger_does_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
