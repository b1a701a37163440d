// SPDX-License-Identifier: MIT
// What nobody is told, and what nobody can guess.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/challenge_names.h"
#include "portal/core/devices.h"

#define PAGES 64
#define IDS   1000000u
// Of 255 degrees of freedom: outside these a right generator comes once in a million runs.
#define CHI_SQUARE_LEAST 152.0
#define CHI_SQUARE_MOST  377.0

static struct bench_device other; // of boris

static int open_place(void **state)
{
    place_open_paired(state);
    bench_pair(&place.bench, bench_user(&place.bench, "boris", false), &other);
    place_show("");
    return 0;
}

// What the page is told now must be of this state, and name neither account nor device.
static void expect_page(const char *name, const char *const members[])
{
    struct portal_challenge now;
    char device[2 * DEVICE_ID_SIZE + 1];
    sodium_bin2hex(device, sizeof(device), place.device.device_id, DEVICE_ID_SIZE);
    portal_begin(&place.bench.portal);
    assert_true(challenges_by_cookie(&place.bench.portal, place.cookie.text, &now));
    json_t *page = challenge_page_state(&place.bench.portal, &now);
    assert_true(portal_end(&place.bench.portal, true));
    assert_string_equal(json_string_value(json_object_get(page, "state")), name);

    size_t count = 0;
    for (; members[count]; count++)
        assert_non_null(json_object_get(page, members[count]));
    assert_int_equal(json_object_size(page), count);
    char *text = json_dumps(page, JSON_COMPACT);
    assert_null(strstr(text, "anna"));
    assert_null(strstr(text, place.device.account_id));
    assert_null(strstr(text, device));
    free(text);
    json_decref(page);
}

static void page_names_the_account_in_no_state(void **state)
{
    (void)state;
    static const char *const shown[] = {"state", "code_required", "expires_in",
                                        "qr",    "picture",       NULL};
    static const char *const scanned[] = {"state", "code_required", "expires_in", "qr", NULL};
    static const char *const bare[] = {"state", "code_required", "expires_in", NULL};
    static const char *const denied[] = {"state", "code_required", "expires_in", "reason",
                                         NULL};
    struct statement_receipt receipt;
    struct claimed claimed;
    uint8_t hash[HASH_SIZE];
    expect_page("waiting", shown);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &place.challenge, hash),
                     OUTCOME_OK);
    expect_page("scanned", scanned);
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    expect_page("approved", bare);
    assert_int_equal(
        bench_claim(&place.bench, place.cookie.text, "", receipt.pickup_code, &claimed),
        OUTCOME_OK);
    expect_page("claimed", bare);

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, place.device.device_id, REVOKED_BY_USER, false);
    assert_true(portal_end(&place.bench.portal, true));
    expect_page("denied", denied);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    bench_pass(&place.bench, 400);
    expect_page("expired", bare);
}

static void expect_taken(void)
{
    uint8_t hash[HASH_SIZE];
    assert_int_equal(bench_do_resolve(&place.bench, &other, &place.challenge, hash),
                     OUTCOME_CHALLENGE_TAKEN);
}

// Whatever became of it meanwhile: that somebody else scanned it is all that is told.
static void second_device_is_told_the_same_in_every_state(void **state)
{
    (void)state;
    struct statement_receipt receipt;
    struct claimed claimed;
    uint8_t hash[HASH_SIZE];
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &place.challenge, hash),
                     OUTCOME_OK);
    bench_pass(&place.bench, 400);
    expect_taken(); // it ran out before the second came

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    expect_taken();
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_APPROVED);
    assert_int_equal(
        bench_claim(&place.bench, place.cookie.text, "", receipt.pickup_code, &claimed),
        OUTCOME_OK);
    expect_taken();
    bench_pass(&place.bench, 400);
    expect_taken();

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    bench_pass(&place.bench, 400);
    expect_taken(); // approved, and never picked up
}

static void revocation_ends_what_was_approved_before_anybody_claims_it(void **state)
{
    (void)state;
    struct statement_receipt receipt;
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, place.device.device_id, REVOKED_BY_USER, false);
    assert_true(portal_end(&place.bench.portal, true));
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_DENIED);
    assert_int_equal(
        bench_number(&place.bench, "SELECT count(*) FROM challenges WHERE reason = 'ended'"),
        1);
}

static void ids_and_nonces_are_of_one_page_alone(void **state)
{
    (void)state;
    static struct portal_challenge pages[PAGES];
    for (size_t i = 0; i < PAGES; i++) {
        char address[ADDRESS_MAX + 1];
        struct token cookie;
        snprintf(address, sizeof(address), "192.0.2.%zu", i + 1);
        bench_challenge(&place.bench, address, "", &cookie, &pages[i]);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(pages[i].id, pages[j].id, CHALLENGE_ID_SIZE);
            assert_memory_not_equal(pages[i].nonce, pages[j].nonce, CHALLENGE_NONCE_SIZE);
        }
    }
}

// The context that a device signs over holds the nonce of its page, and no other.
static void context_holds_the_nonce_of_its_page(void **state)
{
    (void)state;
    uint8_t first[CHALLENGE_NONCE_SIZE] = {0};

    for (int i = 0; i < 2; i++) {
        struct statement_resolve resolve;
        struct answer answer;
        struct envelope_opened opened;

        bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
        bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
        bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &answer);
        bench_open_answer(&place.bench, MESSAGE_CONTEXT, &answer, &opened);

        const uint8_t *nonce = opened.statement.context.challenge_nonce;
        assert_memory_equal(nonce, place.challenge.nonce, CHALLENGE_NONCE_SIZE);
        assert_memory_not_equal(nonce, first, CHALLENGE_NONCE_SIZE);
        memcpy(first, nonce, sizeof(first));
    }
}

static uint8_t counted; // what the generator below gives next

static const char *counting_name(void)
{
    return "counting";
}

static void counting_bytes(void *out, size_t size)
{
    uint8_t *bytes = out;
    for (size_t i = 0; i < size; i++)
        bytes[i] = counted++;
}

static uint32_t counting_number(void)
{
    uint32_t number;
    counting_bytes(&number, sizeof(number));
    return number;
}

// All of the portal's randomness is that of libsodium, which is the kernel's.
static void randomness_is_the_kernels(void **state)
{
    (void)state;
    static struct randombytes_implementation counting = {
        .implementation_name = counting_name, .random = counting_number, .buf = counting_bytes};
    struct portal_environment environment;
    uint8_t got[64], wanted[64];

    portal_environment_system(&environment);

    randombytes_set_implementation(&counting);
    counted = 7;
    environment_random(&environment, got, sizeof(got));
    counted = 7;
    counting_bytes(wanted, sizeof(wanted));
    randombytes_set_implementation(&randombytes_sysrandom_implementation);

    assert_memory_equal(got, wanted, sizeof(wanted));

    environment_random(&environment, got, sizeof(got));
    assert_memory_not_equal(got, wanted, sizeof(wanted));
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, CHALLENGE_ID_SIZE);
}

static double chi_square(const uint8_t *bytes, size_t size)
{
    size_t seen[256] = {0};
    double sum = 0, expected = (double)size / 256;
    for (size_t i = 0; i < size; i++)
        seen[bytes[i]]++;
    for (size_t i = 0; i < 256; i++)
        sum += ((double)seen[i] - expected) * ((double)seen[i] - expected) / expected;
    return sum;
}

// At each place of an id, and over all of them.
static void million_ids_are_evenly_spread_and_all_different(void **state)
{
    (void)state;
    struct portal_environment environment;
    uint8_t(*ids)[CHALLENGE_ID_SIZE] = malloc(IDS * sizeof(*ids)), *column = malloc(IDS);
    assert_true(ids && column);
    portal_environment_system(&environment);
    for (size_t i = 0; i < IDS; i++)
        environment_random(&environment, ids[i], sizeof(ids[i]));

    double all = chi_square(ids[0], IDS * sizeof(*ids));
    assert_true(all > CHI_SQUARE_LEAST && all < CHI_SQUARE_MOST);
    for (size_t place_in_id = 0; place_in_id < CHALLENGE_ID_SIZE; place_in_id++) {
        for (size_t i = 0; i < IDS; i++)
            column[i] = ids[i][place_in_id];
        double one = chi_square(column, IDS);
        assert_true(one > CHI_SQUARE_LEAST && one < CHI_SQUARE_MOST);
    }

    qsort(ids, IDS, sizeof(*ids), compare_ids);
    for (size_t i = 1; i < IDS; i++)
        assert_memory_not_equal(ids[i - 1], ids[i], CHALLENGE_ID_SIZE);
    free(column);
    free(ids);
}

static struct {
    uint8_t bytes[256];
    size_t size;
} drawn;

static void note_what_is_drawn(void *userdata, uint8_t *out, size_t size)
{
    (void)userdata;
    randombytes_buf(out, size);
    assert_true(drawn.size + size <= sizeof(drawn.bytes));
    memcpy(drawn.bytes + drawn.size, out, size);
    drawn.size += size;
}

#define DRAWN_OF_ID 12u // the rest is made of it by the portal's key

// What tells pages apart is drawn for one alone and not changed afterwards; what is made of it
// nobody makes who lacks the portal's key.
static void secrets_of_a_page_are_drawn_or_need_the_key(void **state)
{
    (void)state;
    static struct portal stranger;
    struct portal *portal = &place.bench.portal;
    void (*before)(void *, uint8_t *, size_t) = portal->environment.random;
    portal->environment.random = note_what_is_drawn;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    portal->environment.random = before;

    assert_int_equal(drawn.size, DRAWN_OF_ID);
    assert_memory_equal(place.challenge.id, drawn.bytes, DRAWN_OF_ID);
    assert_true(challenge_id_is_ours(portal, place.challenge.id));

    struct challenge_page page = {.address = BENCH_ADDRESS, .agent = "Chromium, Linux"};
    assert_true(challenge_cookie_open(portal, place.cookie.text, &page));
    assert_memory_equal(page.id, place.challenge.id, CHALLENGE_ID_SIZE);

    uint8_t nonce[CHALLENGE_NONCE_SIZE];
    stranger.environment = portal->environment;
    memcpy(stranger.keys.frame_key, portal->keys.frame_key, sizeof(stranger.keys.frame_key));
    stranger.keys.frame_key[0] ^= 1;
    assert_false(challenge_id_is_ours(&stranger, place.challenge.id));
    assert_false(challenge_cookie_open(&stranger, place.cookie.text, &page));
    assert_true(challenge_nonce_of(&stranger, place.challenge.id, nonce));
    assert_memory_not_equal(nonce, place.challenge.nonce, sizeof(nonce));
}

// A cookie vouches for the browser that got it, with all that its device is told of it.
static void cookie_of_a_page_is_of_one_browser(void **state)
{
    (void)state;
    const uint8_t mark[TOKEN_HASH_SIZE] = {1};
    const struct challenge_page others[] = {
        {.address = "192.0.2.7", .agent = "Chromium, Linux"},
        {.address = BENCH_ADDRESS, .agent = "Firefox, Linux"},
        {.address = BENCH_ADDRESS, .agent = "Chromium, Linux", .mark_hash = mark},
    };
    struct portal *portal = &place.bench.portal;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct challenge_page page = others[i];
        assert_false(challenge_cookie_open(portal, place.cookie.text, &page));
    }

    uint8_t bytes[TOKEN_BYTES];
    for (size_t i = 0; i < TOKEN_BYTES; i++) { // each byte counts
        struct challenge_page page = {.address = BENCH_ADDRESS, .agent = "Chromium, Linux"};
        struct token changed;
        assert_true(token_bytes(place.cookie.text, bytes));
        bytes[i] ^= 1;
        assert_true(token_of(bytes, &changed));
        assert_false(challenge_cookie_open(portal, changed.text, &page));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, place_close)

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        TEST(page_names_the_account_in_no_state),
        TEST(second_device_is_told_the_same_in_every_state),
        TEST(revocation_ends_what_was_approved_before_anybody_claims_it),
        TEST(ids_and_nonces_are_of_one_page_alone),
        TEST(context_holds_the_nonce_of_its_page),
        TEST(secrets_of_a_page_are_drawn_or_need_the_key),
        TEST(cookie_of_a_page_is_of_one_browser),
        cmocka_unit_test(randomness_is_the_kernels),
        cmocka_unit_test(million_ids_are_evenly_spread_and_all_different),
    };
    return cmocka_run_group_tests_name("portal secrets", tests, NULL, NULL);
}
