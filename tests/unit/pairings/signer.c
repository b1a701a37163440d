// SPDX-License-Identifier: MIT
// The signer signs what was shown, once, and nothing else; and takes no message that is none.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pairing_store.h"
#include "net/protocol/challenge.h"
#include "net/protocol/journal_told.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/pairings/kept_keys.h"
#include "tests/unit/pairings/some_dialects.h"

#define ID      "aaaaaaaaaaaaaaaa"
#define OTHER   "bbbbbbbbbbbbbbbb"
#define ORIGIN  "https://portal.example.com"
#define ACCOUNT "1017"
#define CODE    "https://b24.to/a/1234567890abcdef/unique-1/0011223344556677/x"

// A paired device, and the portal's side of it.
struct stage {
    struct pairing_store *store;
    struct pairing pairing;
    uint8_t portal_key[PUBLIC_KEY_SIZE], portal_secret[SECRET_KEY_SIZE];
    struct statement_resolve resolve;
    struct statement_context context;
    struct statement_decision decision;
    struct envelope_text journal;
    struct fault fault;
};

static struct stage stage;

static void pair(const char *id, const struct dialect *dialect)
{
    struct pairing *pairing = &stage.pairing;
    uint8_t key[PUBLIC_KEY_SIZE];
    *pairing = (struct pairing){
        .dialect = dialect,
        .portal = {.base_url = ORIGIN, .display_name = "Portal", .serial = 1},
        .account_id = ACCOUNT,
        .account_name = "Anna",
        .paired_at = 1,
        .sequence = 4,
        .key_count = 1,
    };
    snprintf(pairing->id, sizeof(pairing->id), "%s", id);
    memcpy(pairing->portal.portal_key, stage.portal_key, PUBLIC_KEY_SIZE);
    memset(pairing->device_id, 5, DEVICE_ID_SIZE);
    assert_true(pairing_store_make_key(stage.store, id, key, NULL));
    assert_true(key_id_of(key, pairing->key[0].id));
    assert_true(pairing_store_save(stage.store, pairing, NULL));
}

static void where(enum message message, struct statement_where *out)
{
    assert_true(statement_where_set(out, ORIGIN, message));
}

static void make_resolve(void)
{
    struct statement_resolve *ask = &stage.resolve;
    *ask = (struct statement_resolve){.time = 1};
    assert_true(portal_id_of(stage.portal_key, ask->portal_id));
    memset(ask->challenge_id, 7, sizeof(ask->challenge_id));
    memcpy(ask->device_id, stage.pairing.device_id, DEVICE_ID_SIZE);
    memcpy(ask->key_id, stage.pairing.key[0].id, KEY_ID_SIZE);
    memset(ask->request_nonce, 9, sizeof(ask->request_nonce));
    where(MESSAGE_RESOLVE, &ask->where);
}

static void make_context(void)
{
    struct statement_context *context = &stage.context;
    *context = (struct statement_context){.server_time = 1800000000,
                                          .serial = 1,
                                          .created = 1799999990,
                                          .expires = 1800000060,
                                          .origin = ORIGIN,
                                          .account_id = ACCOUNT,
                                          .account_name = "Anna",
                                          .browser_ip = "192.0.2.1",
                                          .agent = "Firefox"};
    memcpy(context->portal_id, stage.resolve.portal_id, PORTAL_ID_SIZE);
    memcpy(context->challenge_id, stage.resolve.challenge_id, CHALLENGE_ID_SIZE);
    memset(context->challenge_nonce, 3, CHALLENGE_NONCE_SIZE);
    memcpy(context->device_id, stage.resolve.device_id, DEVICE_ID_SIZE);
    memcpy(context->request_nonce, stage.resolve.request_nonce, NONCE_SIZE);
}

static int set_up(void **state)
{
    scratch_make(state);
    memset(&stage, 0, sizeof(stage));
    crypto_sign_keypair(stage.portal_key, stage.portal_secret);
    stage.store = pairing_store_open(scratch_join(state, "data"), dialects, NULL);
    assert_non_null(stage.store);
    pair(OTHER, &plain_dialect);
    pair(ID, &plain_dialect);
    make_resolve();
    make_context();
    return 0;
}

static int tear_down(void **state)
{
    pairing_store_close(stage.store);
    return scratch_remove(state);
}

// ---- what is asked ----

static bool sign_as(const char *id, enum message message, const void *statement, size_t count)
{
    struct statement_body body;
    struct envelope_signature out[PAIRING_KEYS_MAX];
    stage.fault = (struct fault){0};
    assert_int_equal(statement_encode(message, statement, &body), VERDICT_OK);
    return pairing_store_sign(stage.store, id, message, statement_span(&body),
                              stage.pairing.key, count, out, &stage.journal, &stage.fault);
}

static bool sign(enum message message, const void *statement)
{
    return sign_as(ID, message, statement, 1);
}

static bool show_by(const uint8_t *secret)
{
    struct statement_body body;
    struct envelope_text envelope;
    stage.fault = (struct fault){0};
    assert_int_equal(statement_encode(MESSAGE_CONTEXT, &stage.context, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_CONTEXT, statement_span(&body), &secret, 1, &envelope));

    // What an honest device would answer.
    struct statement_decision *decision = &stage.decision;
    *decision = (struct statement_decision){.decision = DECISION_APPROVE,
                                            .flags = DECISION_USER_PRESENT,
                                            .time = 1,
                                            .sequence = 5,
                                            .account_id = ACCOUNT};
    memcpy(decision->portal_id, stage.context.portal_id, PORTAL_ID_SIZE);
    memcpy(decision->challenge_id, stage.context.challenge_id, CHALLENGE_ID_SIZE);
    assert_true(hash_sha256(statement_span(&body), decision->context_hash));
    memcpy(decision->device_id, stage.pairing.device_id, DEVICE_ID_SIZE);
    memcpy(decision->key_id, stage.pairing.key[0].id, KEY_ID_SIZE);
    where(MESSAGE_DECISION, &decision->where);
    return pairing_store_show_context(stage.store, ID, envelope_span(&envelope), &stage.fault);
}

static void ask_and_show(void)
{
    assert_true(sign(MESSAGE_RESOLVE, &stage.resolve));
    assert_true(show_by(stage.portal_secret));
}

static void assert_refused(bool done)
{
    assert_false(done);
    assert_string_equal(failure_code(stage.fault.failure), "internal.signer-refused");
}

// ---- answers ----

static void what_was_shown_is_signed_once(void **state)
{
    (void)state;
    struct statement_body body;
    struct envelope_signature signature;
    struct envelope_text envelope;
    struct envelope_opened opened;
    ask_and_show();

    assert_int_equal(statement_encode(MESSAGE_DECISION, &stage.decision, &body), VERDICT_OK);
    assert_true(pairing_store_sign(stage.store, ID, MESSAGE_DECISION, statement_span(&body),
                                   stage.pairing.key, 1, &signature, &stage.journal, NULL));
    assert_true(
        envelope_wrap(MESSAGE_DECISION, statement_span(&body), &signature, 1, &envelope));
    struct secret_keys *keys = kept_keys(stage.store, ID, NULL);
    assert_non_null(keys);
    const struct envelope_keys known = {envelope_find_one, keys->key[0].public_key};
    assert_int_equal(envelope_open(MESSAGE_DECISION, envelope_span(&envelope), &known, &opened),
                     VERDICT_OK);
    secret_keys_free(keys);

    stage.decision.sequence++;
    assert_refused(sign(MESSAGE_DECISION, &stage.decision));
}

// What goes along is signed by the same key, about this statement, and says where the head is.
static void an_answer_tells_the_head_of_the_journal(void **state)
{
    (void)state;
    struct statement_body body;
    struct envelope_signature signature;
    struct envelope_text envelope;
    struct envelope_opened opened;
    struct statement_journal told;
    const struct journal_head head = {.at = {.count = 7, .hash = {1, 2, 3}}};
    ask_and_show();
    assert_int_equal(statement_encode(MESSAGE_DECISION, &stage.decision, &body), VERDICT_OK);

    assert_true(journal_head_save(pairing_store_folder(stage.store), &head, NULL));
    assert_true(pairing_store_sign(stage.store, ID, MESSAGE_DECISION, statement_span(&body),
                                   stage.pairing.key, 1, &signature, &stage.journal, NULL));
    assert_true(
        envelope_wrap(MESSAGE_DECISION, statement_span(&body), &signature, 1, &envelope));
    assert_true(envelope_attach(&envelope, ENVELOPE_JOURNAL, &stage.journal));
    struct secret_keys *keys = kept_keys(stage.store, ID, NULL);
    const struct envelope_keys known = {envelope_find_one, keys->key[0].public_key};
    assert_int_equal(envelope_open(MESSAGE_DECISION, envelope_span(&envelope), &known, &opened),
                     VERDICT_OK);
    secret_keys_free(keys);

    assert_true(
        journal_told_read(envelope_span(&envelope), &opened, stage.pairing.device_id, &told));
    assert_int_equal(told.count, 7);
    assert_memory_equal(told.head, head.at.hash, HASH_SIZE);

    // A question tells nothing, and where there is no head nothing is told.
    assert_true(sign(MESSAGE_RESOLVE, &stage.resolve));
    assert_int_equal(stage.journal.size, 0);
}

static void what_was_not_shown_is_not_signed(void **state)
{
    (void)state;
    assert_true(sign(MESSAGE_RESOLVE, &stage.resolve));
    assert_true(show_by(stage.portal_secret));
    pairing_store_lock(stage.store); // what was shown is over
    assert_refused(sign(MESSAGE_DECISION, &stage.decision));

    assert_true(sign(MESSAGE_RESOLVE, &stage.resolve)); // asked, and not yet shown
    assert_refused(sign(MESSAGE_DECISION, &stage.decision));
}

static void every_part_of_an_answer_has_to_be_that_of_what_was_shown(void **state)
{
    (void)state;
    uint8_t *const parts[] = {stage.decision.portal_id,
                              stage.decision.challenge_id,
                              stage.decision.context_hash,
                              stage.decision.device_id,
                              stage.decision.key_id,
                              (uint8_t *)stage.decision.account_id,
                              (uint8_t *)stage.decision.where.origin + strlen("https://")};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        ask_and_show();
        *parts[i] ^= 1;
        assert_refused(sign(MESSAGE_DECISION, &stage.decision));
    }
}

static void an_answer_is_that_of_its_pairing(void **state)
{
    (void)state;
    struct pairing other;
    ask_and_show();
    assert_true(pairing_store_find(stage.store, OTHER, &other));
    stage.pairing = other;
    memcpy(stage.decision.key_id, other.key[0].id, KEY_ID_SIZE);
    assert_refused(sign_as(OTHER, MESSAGE_DECISION, &stage.decision, 1));
}

static void no_number_is_used_twice(void **state)
{
    (void)state;
    ask_and_show();
    stage.decision.sequence = stage.pairing.sequence; // the record's
    assert_refused(sign(MESSAGE_DECISION, &stage.decision));

    ask_and_show();
    assert_true(sign(MESSAGE_DECISION, &stage.decision));
    ask_and_show();
    assert_refused(sign(MESSAGE_DECISION, &stage.decision)); // that of the one before
}

// The outbox could not take the statement (a full disk): it was never sent, and its number is
// that of the next one.
static void a_number_that_was_not_kept_is_free_once_it_is_over(void **state)
{
    (void)state;
    ask_and_show();
    assert_true(sign(MESSAGE_DECISION, &stage.decision));
    pairing_store_lock(stage.store);
    ask_and_show();
    assert_true(sign(MESSAGE_DECISION, &stage.decision));
}

static void the_pin_is_claimed_by_whoever_entered_it(void **state)
{
    (void)state;
    int64_t wait_ms;
    ask_and_show();
    stage.decision.flags |= DECISION_USER_VERIFIED;
    assert_refused(sign(MESSAGE_DECISION, &stage.decision));

    stage.context.flags = CONTEXT_UV_REQUIRED;
    ask_and_show();
    assert_refused(sign(MESSAGE_DECISION, &stage.decision));
    ask_and_show();
    stage.decision.decision = DECISION_DENY; // that needs none
    assert_true(sign(MESSAGE_DECISION, &stage.decision));

    assert_true(pairing_store_change_pin(stage.store, span_str(""), span_str("246802"), 0,
                                         &wait_ms, NULL));
    assert_true(pairing_store_unlock(stage.store, span_str("246802"), 0, &wait_ms, NULL));
    ask_and_show();
    stage.decision.flags |= DECISION_USER_VERIFIED;
    stage.decision.sequence = 6;
    assert_true(sign(MESSAGE_DECISION, &stage.decision));
}

// What is not signed for want of memory is signed the next time, and not twice.
static void an_answer_is_signed_or_there_was_no_memory(void **state)
{
    (void)state;
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        pairing_store_lock(stage.store); // the number is free again
        ask_and_show();
        failing_begin(call);
        bool done = sign(MESSAGE_DECISION, &stage.decision);
        calls = failing_end();

        assert_true(done || call <= calls); // the word of the journal may be missing
        if (!done) {
            assert_string_equal(failure_code(stage.fault.failure), "internal.memory");
            assert_true(sign(MESSAGE_DECISION, &stage.decision));
        }
        assert_refused(sign(MESSAGE_DECISION, &stage.decision));
    }
    print_message("an answer: %u calls\n", calls);
}

// A context that could not be looked at is not shown: nothing is signed for it.
static void a_context_is_shown_or_there_was_no_memory(void **state)
{
    (void)state;
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        pairing_store_lock(stage.store);
        assert_true(sign(MESSAGE_RESOLVE, &stage.resolve));
        failing_begin(call);
        bool shown = show_by(stage.portal_secret);
        calls = failing_end();

        assert_int_equal(shown, call > calls);
        if (!shown) {
            assert_string_equal(failure_code(stage.fault.failure), "internal.memory");
            assert_refused(sign(MESSAGE_DECISION, &stage.decision));
        }
    }
    print_message("a context: %u calls\n", calls);
    assert_true(sign(MESSAGE_DECISION, &stage.decision));
}

// ---- contexts ----

static void a_context_is_the_portals_and_answers_what_was_asked(void **state)
{
    (void)state;
    uint8_t key[PUBLIC_KEY_SIZE], stranger[SECRET_KEY_SIZE];
    crypto_sign_keypair(key, stranger);
    assert_refused(show_by(stage.portal_secret)); // nothing was asked

    assert_true(sign(MESSAGE_RESOLVE, &stage.resolve));
    assert_refused(show_by(stranger));
    assert_refused(sign(MESSAGE_DECISION, &stage.decision));
    assert_refused(show_by(stage.portal_secret)); // too late: the question is over

    uint8_t *const parts[] = {stage.context.request_nonce, stage.context.challenge_id,
                              stage.context.device_id, (uint8_t *)stage.context.account_id};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        assert_true(sign(MESSAGE_RESOLVE, &stage.resolve));
        *parts[i] ^= 1;
        assert_refused(show_by(stage.portal_secret));
        assert_refused(sign(MESSAGE_DECISION, &stage.decision));
        *parts[i] ^= 1;
    }
}

static void a_code_binds_the_answer_that_names_it(void **state)
{
    (void)state;
    struct challenge challenge;
    stage.fault = (struct fault){0};
    assert_refused(
        pairing_store_show_code(stage.store, ID, span_str(CODE), &stage.fault)); // no such kind

    pair("cccccccccccccccc", &password_dialect);
    assert_true(challenge_read_bitrix24(span_str(CODE), &challenge));
    assert_int_equal(challenge.kind, PAYLOAD_BITRIX24);
    assert_true(
        pairing_store_show_code(stage.store, stage.pairing.id, span_str(CODE), &stage.fault));
    make_resolve();
    memset(&stage.decision, 0, sizeof(stage.decision));
    stage.decision.decision = DECISION_APPROVE;
    stage.decision.flags = DECISION_USER_PRESENT;
    stage.decision.sequence = 5;
    snprintf(stage.decision.account_id, sizeof(stage.decision.account_id), ACCOUNT);
    memcpy(stage.decision.device_id, stage.pairing.device_id, DEVICE_ID_SIZE);
    memcpy(stage.decision.key_id, stage.pairing.key[0].id, KEY_ID_SIZE);
    snprintf(stage.decision.where.origin, sizeof(stage.decision.where.origin), ORIGIN);
    snprintf(stage.decision.where.target, sizeof(stage.decision.where.target), "POST /x");
    assert_refused(sign_as(stage.pairing.id, MESSAGE_BITRIX24, &stage.decision, 1));
}

// ---- keys ----

static void keys_are_signed_for_that_were_made_here(void **state)
{
    (void)state;
    struct statement_rotate rotate = {.time = 1, .sequence = 5};
    uint8_t next[PUBLIC_KEY_SIZE];
    assert_true(portal_id_of(stage.portal_key, rotate.portal_id));
    memcpy(rotate.device_id, stage.pairing.device_id, DEVICE_ID_SIZE);
    memcpy(rotate.key_id, stage.pairing.key[0].id, KEY_ID_SIZE);
    where(MESSAGE_ROTATE, &rotate.where);
    assert_true(pairing_store_follow_key(stage.store, ID, stage.pairing.key[0].id, next, NULL));
    assert_true(key_id_of(next, stage.pairing.key[1].id));

    memcpy(rotate.new_key, stage.portal_key, PUBLIC_KEY_SIZE); // a key from elsewhere
    assert_refused(sign_as(ID, MESSAGE_ROTATE, &rotate, 2));
    memcpy(rotate.new_key, next, PUBLIC_KEY_SIZE);
    assert_refused(sign_as(ID, MESSAGE_ROTATE, &rotate, 1));
    assert_true(sign_as(ID, MESSAGE_ROTATE, &rotate, 2));
}

static void the_key_of_a_pairing_is_not_made_anew(void **state)
{
    (void)state;
    uint8_t key[PUBLIC_KEY_SIZE];
    assert_refused(pairing_store_make_key(stage.store, ID, key, &stage.fault));
    assert_true(sign(MESSAGE_RESOLVE, &stage.resolve)); // the old one is there
}

// Section 6.2: the key of a kiosk stands beside a person's new one.
static void a_kiosk_vouches_at_its_own_portal_alone(void **state)
{
    (void)state;
    const struct statement_enrol good = {.flags = ENROL_KIOSK | ENROL_CAN_VERIFY_USER,
                                         .time = 1,
                                         .label = "Kiosk",
                                         .platform = "Linux"};
    struct statement_enrol enrol = good;
    uint8_t own[PUBLIC_KEY_SIZE], secret[SECRET_KEY_SIZE];
    assert_true(portal_id_of(stage.portal_key, enrol.portal_id));
    crypto_sign_keypair(enrol.session_key, secret);
    where(MESSAGE_ENROL, &enrol.where);
    assert_true(sign_as(ID, MESSAGE_ENROL, &enrol, 1));

    enrol.flags = ENROL_CAN_VERIFY_USER; // of a device that is no kiosk
    assert_refused(sign_as(ID, MESSAGE_ENROL, &enrol, 1));
    enrol.flags = ENROL_KIOSK; // without a PIN
    assert_refused(sign_as(ID, MESSAGE_ENROL, &enrol, 1));
    enrol.flags = good.flags;

    enrol.portal_id[0] ^= 1;
    assert_refused(sign_as(ID, MESSAGE_ENROL, &enrol, 1));
    enrol.portal_id[0] ^= 1;
    assert_true(statement_where_set(&enrol.where, "https://other.example.com", MESSAGE_ENROL));
    assert_refused(sign_as(ID, MESSAGE_ENROL, &enrol, 1));
    where(MESSAGE_ENROL, &enrol.where);

    assert_true(pairing_store_follow_key(stage.store, ID, stage.pairing.key[0].id, own, NULL));
    memcpy(enrol.session_key, own, PUBLIC_KEY_SIZE);
    assert_refused(sign_as(ID, MESSAGE_ENROL, &enrol, 1));
}

static void the_portals_messages_are_not_signed(void **state)
{
    (void)state;
    assert_refused(sign(MESSAGE_CONTEXT, &stage.context));
}

// ---- messages ----

static void what_is_no_message_is_not_looked_at(void **state)
{
    (void)state;
    struct signer_talk *talk = signer_talk_new();
    struct signer_request *request = &talk->request;
    for (uint32_t act = 0; act < SIGNER_ACTS + 2; act++) {
        memset(request, 0xff, sizeof(*request));
        request->act = act;
        bool needs_nothing =
            act == SIGNER_LOCK || act == SIGNER_CHECK_TPM || act == SIGNER_FINISH_PIN;
        assert_int_equal(signer_take(&stage.store->signer.own, request, &talk->answer),
                         needs_nothing);
    }

    memset(request, 0, sizeof(*request));
    request->act = SIGNER_SIGN;
    memcpy(request->id, "../../etc/passwd", PAIRING_ID_SIZE);
    request->body.keys = 1;
    assert_false(signer_take(&stage.store->signer.own, request, &talk->answer));
    memcpy(request->id, ID, sizeof(ID));
    request->body.size = STATEMENT_BODY_MAX + 1;
    assert_false(signer_take(&stage.store->signer.own, request, &talk->answer));
    request->body.size = 0;
    assert_true(signer_take(&stage.store->signer.own, request, &talk->answer));
    assert_int_equal(talk->answer.failure, FAILURE_PAIRING_DAMAGED); // no such key
    memset(request, 0, sizeof(*request));
    request->act = SIGNER_UNLOCK;
    request->pins.now_ms = INT64_MIN;
    assert_false(signer_take(&stage.store->signer.own, request, &talk->answer));
    request->pins.now_ms = 0;
    request->pins.has_badge = 2;
    assert_false(signer_take(&stage.store->signer.own, request, &talk->answer));
    signer_talk_free(talk);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_shown_is_signed_once),
        TEST(an_answer_tells_the_head_of_the_journal),
        TEST(what_was_not_shown_is_not_signed),
        TEST(every_part_of_an_answer_has_to_be_that_of_what_was_shown),
        TEST(an_answer_is_that_of_its_pairing),
        TEST(no_number_is_used_twice),
        TEST(a_number_that_was_not_kept_is_free_once_it_is_over),
        TEST(the_pin_is_claimed_by_whoever_entered_it),
        TEST(an_answer_is_signed_or_there_was_no_memory),
        TEST(a_context_is_shown_or_there_was_no_memory),
        TEST(a_context_is_the_portals_and_answers_what_was_asked),
        TEST(a_code_binds_the_answer_that_names_it),
        TEST(keys_are_signed_for_that_were_made_here),
        TEST(the_key_of_a_pairing_is_not_made_anew),
        TEST(a_kiosk_vouches_at_its_own_portal_alone),
        TEST(the_portals_messages_are_not_signed),
        TEST(what_is_no_message_is_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
