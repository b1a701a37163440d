// SPDX-License-Identifier: MIT
// Where libsodium fails on a device, nothing is signed, opened, sealed or taken for whole: what
// was asked for says no, all files are as they were, and the same is done the next time.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/pairings/administrator.h"
#include "net/pairings/journal_head.h"
#include "net/pairings/key_succession.h"
#include "net/pairings/pairing_part.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/people.h"
#include "net/pairings/pin.h"
#include "net/pairings/storage_fault.h"
#include "tests/unit/each_call_fails.h"
#include "tests/unit/failing_sodium.h"
#include "tests/unit/pairings/three_pairings.h"

#define OLD    "246802"
#define NEW    "13579135791357"
#define NONE   ""
#define KEPT   "0123456789abcdef0123456789abcdef"
#define ORIGIN "https://portal.example.com"
#define CODE   "https://b24.to/a/1234567890abcdef/unique-1/0011223344556677/x"
#define MINUTE INT64_C(60000)

static struct pairing_store *store;
static void **folder; // of the test that runs
static struct fault fault;
static int64_t now_ms;

static int set_up(void **state)
{
    scratch_make(state);
    folder = state;
    store = three_pairings(state);
    return 0;
}

static int tear_down(void **state)
{
    pairing_store_close(store);
    return scratch_remove(state);
}

static void open_anew(void **state)
{
    pairing_store_close(store);
    store = open_store(state);
}

static void expect(enum failure failure)
{
    assert_string_equal(failure_code(fault.failure), failure_code(failure));
    fault = (struct fault){0};
}

// What is told of libsodium itself: of its memory, or of anything else. A secret that it does
// not open is one that the PIN does not open: it says no more.
static void look_for_own_fault(void)
{
    assert_true(fault.failure == FAILURE_INTERNAL || fault.failure == FAILURE_MEMORY);
    fault = (struct fault){0};
}

// ---- keys --------------------------------------------------------------------------------

#define NEW_ID "dddddddddddddddd"

static bool make_key(void)
{
    uint8_t key[PUBLIC_KEY_SIZE] = {0};
    bool made = pairing_store_make_key(store, NEW_ID, key, &fault);
    assert_int_equal(made, !sodium_is_zero(key, sizeof(key)));
    return made;
}

static void look_for_no_key(void)
{
    look_for_own_fault();
    assert_int_equal(access(scratch_join(folder, "data/" NEW_ID ".key"), F_OK), -1);
}

static void a_key_is_made_whole_or_not(void **state)
{
    (void)state;
    // Memory for the message, the keys and a seed; the pair and its id; memory for the file,
    // the seed once more and the sum over it.
    assert_true(each_call_fails(make_key, look_for_no_key) >= 7);
    struct secret_keys *keys = kept_keys(store, NEW_ID, NULL);
    assert_non_null(keys);
    assert_int_equal(keys->count, 1);
    assert_false(sodium_is_zero(keys->key[0].secret, SECRET_KEY_SIZE));
    secret_keys_free(keys);
}

static bool read_keys(void)
{
    struct secret_keys *keys = kept_keys(store, ids[0], &fault);
    secret_keys_free(keys);
    return keys != NULL;
}

static bool read_password(void)
{
    struct app_password *password = pairing_store_password(store, ids[0], &fault);
    app_password_free(password);
    return password != NULL;
}

static bool check_secrets(void)
{
    return pairing_store_check_secrets(store, ids[0], &fault);
}

// Nothing is written anew or erased for it.
static void look_for_nothing_known(void)
{
    assert_true(storage_is_unknown(fault.failure));
    look_for_own_fault();
}

static void a_key_that_cannot_be_judged_is_not_damaged(void **state)
{
    (void)state;
    assert_true(each_call_fails(read_keys, look_for_own_fault) >= 6);
    assert_true(each_call_fails(read_password, look_for_own_fault) >= 4);
    assert_true(each_call_fails(check_secrets, look_for_nothing_known) >= 4);
}

// A file as it was before there were PINs.
static void an_old_key_that_cannot_be_judged_is_not_damaged(void **state)
{
    uint8_t file[4 + 3 + KEY_SEED_SIZE + 16] = "QRCK\1\0\1";
    memset(file + 7, ids[0][0], KEY_SEED_SIZE);
    crypto_generichash(file + 7 + KEY_SEED_SIZE, 16, file, 7 + KEY_SEED_SIZE, NULL, 0);
    scratch_write(scratch_join(state, "data/aaaaaaaaaaaaaaaa.key"), file, sizeof(file));
    assert_true(each_call_fails(read_keys, look_for_own_fault) >= 5);
}

static struct pairing pairing;

static bool begin_succession(void)
{
    uint8_t key[PUBLIC_KEY_SIZE];
    return key_succession_begin(store, &pairing, key, &fault);
}

static void look_for_one_key(void)
{
    struct pairing stored;
    assert_int_equal(pairing.key_count, 1);
    assert_true(pairing_store_reload(store, ids[0], &stored, NULL));
    assert_int_equal(stored.key_count, 1);
    assert_true(check_secrets());
}

static void a_key_to_follow_is_named_or_not_there(void **state)
{
    (void)state;
    assert_true(pairing_store_reload(store, ids[0], &pairing, NULL));
    assert_true(each_call_fails(begin_succession, look_for_one_key) >= 10);
    assert_int_equal(pairing.key_count, 2);
    assert_memory_not_equal(pairing.key[0].id, pairing.key[1].id, KEY_ID_SIZE);
}

// ---- the PIN -----------------------------------------------------------------------------

static const char *before, *after;

static bool change_pin(void)
{
    int64_t wait_ms;
    return pairing_store_change_pin(store, span_str(before), span_str(after), now_ms, &wait_ms,
                                    &fault);
}

static void unlock(const char *pin)
{
    int64_t wait_ms;
    now_ms += MINUTE;
    assert_true(pairing_store_unlock(store, span_str(pin), now_ms, &wait_ms, NULL));
}

// Every secret is there and opens, by this PIN.
static void expect_whole(void **state, const char *pin)
{
    open_anew(state);
    assert_int_equal(pairing_store_count(store), IDS);
    assert_int_equal(pairing_store_has_pin(store), *pin != 0);
    if (*pin)
        unlock(pin);

    for (size_t i = 0; i < IDS; i++) {
        assert_true(pairing_store_check_secrets(store, ids[i], NULL));
        struct secret_keys *keys = kept_keys(store, ids[i], NULL);
        assert_non_null(keys);
        assert_int_equal(keys->key[0].secret[0], ids[i][0]);
        secret_keys_free(keys);
        struct app_password *password = pairing_store_password(store, ids[i], NULL);
        assert_non_null(password);
        assert_string_equal(password->text + strlen("password of "), ids[i]);
        app_password_free(password);
    }
}

// All keys or none; from then on the new PIN holds, if that is what was told.
static void look_at_all_keys(void)
{
    bool moved = fault.failure == FAILURE_PIN_UNFINISHED;
    fault = (struct fault){0};
    expect_whole(folder, moved ? after : before);
    if (!moved)
        return;
    const char *was = before;
    before = after;
    after = was;
    assert_true(change_pin());
    after = before;
    before = was;
    expect_whole(folder, before);
}

static void the_pin_changes_for_all_keys_or_none(void **state)
{
    static const struct {
        const char *before, *after;
    } changes[] = {{NONE, OLD}, {OLD, NEW}, {NEW, NONE}};

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        before = changes[i].before;
        after = changes[i].after;
        assert_true(each_call_fails(change_pin, look_at_all_keys) > 10 * IDS);
        expect_whole(state, after);
    }
}

static bool try_pin(void)
{
    int64_t wait_ms;
    return pairing_store_unlock(store, span_str(OLD), now_ms, &wait_ms, &fault);
}

static void look_for_locked_keys(void)
{
    assert_false(read_keys());
    unlock(OLD);
    pairing_store_lock(store);
}

static void a_pin_that_cannot_be_tried_opens_nothing(void **state)
{
    before = NONE;
    after = OLD;
    assert_true(change_pin());
    open_anew(state);
    assert_true(each_call_fails(try_pin, look_for_locked_keys) >= 6);
    expect_whole(state, OLD);
}

// ---- a part that is kept elsewhere -------------------------------------------------------

static bool make_part(void)
{
    struct seal_part *part = seal_part_new(SEAL_PART_KEYRING, span_str(KEPT), &fault);
    seal_part_free(part);
    return part != NULL;
}

static bool name_part(void)
{
    uint8_t id[SEAL_PART_ID_SIZE];
    struct seal_part *part = seal_part_new(SEAL_PART_KEYRING, span_str(KEPT), &fault);
    bool named = part && seal_part_id(part, id);
    seal_part_free(part);
    return named;
}

static void a_part_is_made_and_named_or_not(void **state)
{
    (void)state;
    assert_int_equal(each_call_fails(make_part, look_for_own_fault), 2);
    assert_int_equal(each_call_fails(name_part, NULL), 3);
}

static struct seal_part *kept_part;

static bool move_to_part(void)
{
    int64_t wait_ms;
    return pairing_store_change_part(store, span_str(NONE), kept_part, now_ms, &wait_ms,
                                     &fault);
}

static void look_for_no_part(void)
{
    uint8_t id[SEAL_PART_ID_SIZE];
    bool moved = fault.failure == FAILURE_PIN_UNFINISHED;
    fault = (struct fault){0};
    if (moved) {
        int64_t wait_ms;
        open_anew(folder);
        assert_true(pairing_store_take_part(store, kept_part, NULL));
        assert_true(pairing_store_change_part(store, span_str(NONE), NULL, 0, &wait_ms, NULL));
    }
    assert_int_equal(pairing_store_part(store, id), SEAL_PART_NONE);
    expect_whole(folder, NONE);
}

// A seal that does not open what it closed is one that libsodium did not open.
static void look_for_the_right_part(void)
{
    if (fault.failure == FAILURE_PIN_DAMAGED)
        fault.failure = FAILURE_INTERNAL;
    look_for_no_key();
}

static void all_keys_move_to_a_part_or_none(void **state)
{
    (void)state;
    kept_part = seal_part_new(SEAL_PART_KEYRING, span_str(KEPT), NULL);
    assert_non_null(kept_part);
    assert_true(each_call_fails(move_to_part, look_for_no_part) > 10 * IDS);
    assert_true(check_secrets());
    assert_true(each_call_fails(make_key, look_for_the_right_part) >= 12);
    seal_part_free(kept_part);
}

// ---- signing -----------------------------------------------------------------------------

static uint8_t portal_key[PUBLIC_KEY_SIZE], portal_secret[SECRET_KEY_SIZE];
static struct statement_resolve resolve;
static struct statement_decision decision;
static struct envelope_text journal;

static void begin_question(void)
{
    assert_true(pairing_store_reload(store, ids[0], &pairing, NULL));
    crypto_sign_keypair(portal_key, portal_secret);
    memcpy(pairing.portal.portal_key, portal_key, sizeof(portal_key));
    pairing.portal.serial = 1;
    assert_true(pairing_store_save(store, &pairing, NULL));

    resolve = (struct statement_resolve){.time = 1};
    assert_true(portal_id_of(portal_key, resolve.portal_id));
    memset(resolve.challenge_id, 7, sizeof(resolve.challenge_id));
    memcpy(resolve.device_id, pairing.device_id, DEVICE_ID_SIZE);
    memcpy(resolve.key_id, pairing.key[0].id, KEY_ID_SIZE);
    assert_true(statement_where_set(&resolve.where, ORIGIN, MESSAGE_RESOLVE));
}

static bool sign(enum message message, const void *statement)
{
    struct statement_body body;
    struct envelope_signature signature[2] = {0};
    size_t count = message == MESSAGE_ROTATE ? 2 : 1;
    assert_int_equal(statement_encode(message, statement, &body), VERDICT_OK);
    bool done = pairing_store_sign(store, ids[0], message, statement_span(&body), pairing.key,
                                   count, signature, &journal, &fault);
    assert_int_equal(done, !sodium_is_zero(signature[0].bytes, SIGNATURE_SIZE));
    return done;
}

static struct envelope_text context_text;

static void make_context(void)
{
    const uint8_t *signer = portal_secret;
    struct statement_body body;
    struct statement_context context = {.server_time = 1800000000,
                                        .serial = 1,
                                        .created = 1799999990,
                                        .expires = 1800000060,
                                        .origin = ORIGIN,
                                        .account_id = "1",
                                        .account_name = "Anna"};
    memcpy(context.portal_id, resolve.portal_id, PORTAL_ID_SIZE);
    memcpy(context.challenge_id, resolve.challenge_id, CHALLENGE_ID_SIZE);
    memcpy(context.device_id, resolve.device_id, DEVICE_ID_SIZE);
    assert_int_equal(statement_encode_context(&context, &body), VERDICT_OK);
    assert_true(
        envelope_seal(MESSAGE_CONTEXT, statement_span(&body), &signer, 1, &context_text));

    decision = (struct statement_decision){.decision = DECISION_APPROVE,
                                           .flags = DECISION_USER_PRESENT,
                                           .time = 1,
                                           .sequence = 5,
                                           .account_id = "1"};
    memcpy(decision.portal_id, context.portal_id, PORTAL_ID_SIZE);
    memcpy(decision.challenge_id, context.challenge_id, CHALLENGE_ID_SIZE);
    assert_true(hash_sha256(statement_span(&body), decision.context_hash));
    memcpy(decision.device_id, pairing.device_id, DEVICE_ID_SIZE);
    memcpy(decision.key_id, pairing.key[0].id, KEY_ID_SIZE);
    assert_true(statement_where_set(&decision.where, ORIGIN, MESSAGE_DECISION));
}

static bool ask(void)
{
    return sign(MESSAGE_RESOLVE, &resolve);
}

static bool show(void)
{
    return pairing_store_show_context(store, ids[0], envelope_span(&context_text), &fault);
}

static bool decide(void)
{
    return sign(MESSAGE_DECISION, &decision);
}

// What could not be shown is not answered; the question is asked anew.
static void look_for_nothing_shown(void)
{
    assert_false(decide());
    expect(FAILURE_SIGNER_REFUSED);
    assert_true(ask());
}

static void a_question_is_asked_shown_and_answered_or_not(void **state)
{
    (void)state;
    const struct journal_head head = {.at = {.count = 7, .hash = {1, 2, 3}}};
    begin_question();
    make_context();
    assert_true(journal_head_save(pairing_store_folder(store), &head, NULL));

    assert_true(each_call_fails(ask, look_for_own_fault) >= 8);
    assert_true(each_call_fails(show, look_for_nothing_shown) >= 6);
    // The answer that failed is not given, and may be given: the person need not be asked.
    assert_true(each_call_fails(decide, look_for_own_fault) >= 11);
    assert_true(journal.size > 0);
    assert_false(decide()); // once
    expect(FAILURE_SIGNER_REFUSED);
}

static struct statement_rotate rotation;

static bool rotate(void)
{
    return sign(MESSAGE_ROTATE, &rotation);
}

static void a_rotation_is_signed_by_both_keys_or_none(void **state)
{
    (void)state;
    begin_question();
    rotation = (struct statement_rotate){.time = 1, .sequence = 5};
    assert_true(key_succession_begin(store, &pairing, rotation.new_key, NULL));
    assert_true(portal_id_of(portal_key, rotation.portal_id));
    memcpy(rotation.device_id, pairing.device_id, DEVICE_ID_SIZE);
    memcpy(rotation.key_id, pairing.key[0].id, KEY_ID_SIZE);
    assert_true(statement_where_set(&rotation.where, ORIGIN, MESSAGE_ROTATE));
    assert_true(each_call_fails(rotate, look_for_own_fault) >= 12);
    assert_false(rotate()); // its number was used
    expect(FAILURE_SIGNER_REFUSED);
}

static bool show_code(void)
{
    return pairing_store_show_code(store, ids[0], span_str(CODE), &fault);
}

static void a_code_without_hashes_was_not_shown(void **state)
{
    (void)state;
    assert_int_equal(each_call_fails(show_code, look_for_own_fault), 1 + 3);
}

static struct statement_enrol enrol;

static bool vouch(void)
{
    return sign(MESSAGE_ENROL, &enrol);
}

// A kiosk vouches for the key of a person, and never for its own.
static void a_key_without_a_name_is_not_vouched_for(void **state)
{
    (void)state;
    begin_question();
    enrol = (struct statement_enrol){.time = 1,
                                     .protection = PROTECTION_FILE,
                                     .flags = ENROL_KIOSK | ENROL_CAN_VERIFY_USER,
                                     .label = "Kiosk",
                                     .session_key = {1}};
    assert_true(portal_id_of(portal_key, enrol.portal_id));
    assert_true(statement_where_set(&enrol.where, ORIGIN, MESSAGE_ENROL));
    assert_true(each_call_fails(vouch, look_for_own_fault) >= 10);

    struct secret_keys *keys = kept_keys(store, ids[0], NULL);
    assert_non_null(keys);
    memcpy(enrol.session_key, keys->key[0].public_key, PUBLIC_KEY_SIZE);
    secret_keys_free(keys);
    for (unsigned call = 0, calls = 1; call <= calls; call++) {
        failing_begin(call);
        bool vouched = vouch();
        calls = failing_end();
        assert_false(vouched);
    }
}

// Zeros are what a failing call leaves behind.
static void a_tag_of_zeros_is_no_portals(void **state)
{
    (void)state;
    static const uint8_t zeros[CHALLENGE_TAG_SIZE];
    begin_question();
    failing_sodium_always(true);
    assert_false(portal_facts_have_tag(&pairing.portal, zeros, NULL));
    failing_sodium_always(false);
}

// ---- the administrator PIN ---------------------------------------------------------------

static bool change_administrator(void)
{
    int64_t wait_ms;
    return administrator_change(store, span_str(before), span_str(after), now_ms, &wait_ms,
                                &fault);
}

static bool check_administrator(void)
{
    int64_t wait_ms;
    return administrator_check(store, span_str(before), now_ms, &wait_ms, &fault);
}

static void look_for_the_old_one(void)
{
    look_for_own_fault();
    now_ms += MINUTE;
    assert_int_equal(administrator_is_set(store), *before != 0);
    if (*before)
        assert_true(check_administrator());
}

static void an_administrator_pin_that_cannot_be_tried_is_not_the_right_one(void **state)
{
    (void)state;
    before = NONE;
    after = OLD;
    assert_int_equal(each_call_fails(change_administrator, look_for_the_old_one), 1);
    before = OLD;
    after = NEW;
    assert_int_equal(each_call_fails(change_administrator, look_for_the_old_one), 2);
    before = NEW;
    assert_int_equal(each_call_fails(check_administrator, look_for_the_old_one), 1);
}

// ---- people ------------------------------------------------------------------------------

static bool name_person(void)
{
    static const uint8_t badge[SEAL_BADGE_SIZE] = "a badge";
    char name[PERSON_NAME_SIZE + 1] = "";
    bool named = people_name(badge, name);
    assert_int_equal(strlen(name), named ? PERSON_NAME_SIZE : 0);
    return named;
}

static void a_badge_without_a_name_is_nobodys(void **state)
{
    (void)state;
    assert_int_equal(each_call_fails(name_person, NULL), 4);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_is_made_whole_or_not),
        TEST(a_key_that_cannot_be_judged_is_not_damaged),
        TEST(an_old_key_that_cannot_be_judged_is_not_damaged),
        TEST(a_key_to_follow_is_named_or_not_there),
        TEST(the_pin_changes_for_all_keys_or_none),
        TEST(a_pin_that_cannot_be_tried_opens_nothing),
        TEST(a_part_is_made_and_named_or_not),
        TEST(all_keys_move_to_a_part_or_none),
        TEST(a_question_is_asked_shown_and_answered_or_not),
        TEST(a_rotation_is_signed_by_both_keys_or_none),
        TEST(a_code_without_hashes_was_not_shown),
        TEST(a_key_without_a_name_is_not_vouched_for),
        TEST(a_tag_of_zeros_is_no_portals),
        TEST(an_administrator_pin_that_cannot_be_tried_is_not_the_right_one),
        TEST(a_badge_without_a_name_is_nobodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
