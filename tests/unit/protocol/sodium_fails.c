// SPDX-License-Identifier: MIT
// Where libsodium fails there is no hash, no signature and no verdict: nothing is signed that
// was not, nothing is taken for equal, and what was there stays.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/protocol/bitrix24_binding.h"
#include "net/protocol/journal_told.h"
#include "net/protocol/reply.h"
#include "tests/unit/each_call_fails.h"
#include "tests/unit/failing_sodium.h"

#define ORIGIN "https://portal.example.com"

struct pair {
    uint8_t public_key[PUBLIC_KEY_SIZE], secret[SECRET_KEY_SIZE], id[KEY_ID_SIZE];
};

static struct pair old, next;
static struct envelope_keys old_alone;

static void make_pair(uint8_t letter, struct pair *out)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    memset(seed, letter, sizeof(seed));
    assert_int_equal(crypto_sign_seed_keypair(out->public_key, out->secret, seed), 0);
    assert_true(key_id_of(out->public_key, out->id));
}

static int set_up(void **state)
{
    (void)state;
    make_pair('o', &old);
    make_pair('n', &next);
    old_alone = (struct envelope_keys){envelope_find_one, old.public_key};
    return 0;
}

static bool is_filled(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < size; i++)
        if (byte[i] != 0xa5)
            return false;
    return true;
}

// ---- hashes ------------------------------------------------------------------------------

static uint8_t out[256];

static bool is_written_on_success_only(bool done, size_t size)
{
    assert_int_equal(done, !is_filled(out, size));
    memset(out, 0xa5, sizeof(out));
    return done;
}

static bool hash(void)
{
    return is_written_on_success_only(hash_sha256(span_str("text"), out), HASH_SIZE);
}

static bool name_key(void)
{
    return is_written_on_success_only(key_id_of(old.public_key, out), KEY_ID_SIZE);
}

static bool name_portal(void)
{
    return is_written_on_success_only(portal_id_of(old.public_key, out), PORTAL_ID_SIZE);
}

static bool make_frame(void)
{
    static const uint8_t id[CHALLENGE_ID_SIZE] = {1};
    return is_written_on_success_only(frame_code(old.secret, id, 1800000000, out),
                                      CHALLENGE_FRAME_SIZE);
}

static bool bind_code(void)
{
    struct bitrix24_challenge challenge = {.unique_id = "unique", .channel_tag = "tag"};
    struct bitrix24_binding binding;
    memset(&binding, 0xa5, sizeof(binding));
    bool done = bitrix24_binding_of(ORIGIN, &challenge, span_str("code"), &binding);
    assert_int_equal(done, !is_filled(&binding, sizeof(binding)));
    return done;
}

static void there_is_a_hash_or_none(void **state)
{
    (void)state;
    memset(out, 0xa5, sizeof(out));
    assert_int_equal(each_call_fails(hash, NULL), 1);
    assert_int_equal(each_call_fails(name_key, NULL), 1);
    assert_int_equal(each_call_fails(name_portal, NULL), 1);
    assert_int_equal(each_call_fails(make_frame, NULL), 5);
    assert_int_equal(each_call_fails(bind_code, NULL), 3);
}

// ---- signing -----------------------------------------------------------------------------

static struct statement_rotate rotation;
static struct statement_body body;

static void make_rotation(void)
{
    rotation = (struct statement_rotate){.time = 1, .sequence = 2};
    assert_true(portal_id_of(old.public_key, rotation.portal_id));
    memcpy(rotation.key_id, old.id, KEY_ID_SIZE);
    memcpy(rotation.new_key, next.public_key, PUBLIC_KEY_SIZE);
    assert_true(statement_where_set(&rotation.where, ORIGIN, MESSAGE_ROTATE));
    assert_int_equal(statement_encode_rotate(&rotation, &body), VERDICT_OK);
}

static struct envelope_text envelope;

static bool seal_rotation(void)
{
    const uint8_t *const keys[] = {old.secret, next.secret};
    memset(&envelope, 0xa5, sizeof(envelope));
    bool done = envelope_seal(MESSAGE_ROTATE, statement_span(&body), keys, 2, &envelope);
    assert_int_equal(done, !is_filled(&envelope, sizeof(envelope)));
    return done;
}

static bool sign(void)
{
    struct envelope_signature signature;
    memset(&signature, 0xa5, sizeof(signature));
    bool done = envelope_sign(MESSAGE_ROTATE, statement_span(&body), old.secret, &signature);
    assert_int_equal(done, !is_filled(&signature, sizeof(signature)));
    return done;
}

static void nothing_is_signed_by_half(void **state)
{
    (void)state;
    make_rotation();
    assert_int_equal(each_call_fails(sign, NULL), 2);
    assert_int_equal(each_call_fails(seal_rotation, NULL), 4);
}

// ---- opening -----------------------------------------------------------------------------

static struct envelope_opened opened;
static unsigned verdicts[VERDICT_COUNT]; // how often each was given

static bool is_opened_by(enum message message, const struct envelope_keys *keys)
{
    static struct envelope_opened read;
    memset(&read, 0xa5, sizeof(read));
    enum verdict verdict = envelope_open(message, envelope_span(&envelope), keys, &read);
    if (verdict == VERDICT_OK)
        opened = read;
    else
        assert_true(is_filled(&read, sizeof(read)));
    verdicts[verdict]++;
    return verdict == VERDICT_OK;
}

static bool open_rotation(void)
{
    return is_opened_by(MESSAGE_ROTATE, &old_alone);
}

static bool open_metadata(void)
{
    return is_opened_by(MESSAGE_METADATA, NULL);
}

static bool open_known_metadata(void)
{
    return is_opened_by(MESSAGE_METADATA, &old_alone);
}

static void seal_metadata(void)
{
    const uint8_t *signer = old.secret;
    struct statement_metadata metadata = {
        .serial = 1, .base_url = ORIGIN, .display_name = "Portal"};
    assert_true(portal_id_of(old.public_key, metadata.portal_id));
    memcpy(metadata.portal_key, old.public_key, PUBLIC_KEY_SIZE);
    assert_int_equal(statement_encode_metadata(&metadata, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_METADATA, statement_span(&body), &signer, 1, &envelope));
}

// A signature that could not be looked at is one that does not hold, a key that could not be
// named one that is not known. Whatever else fails says nothing of the envelope.
static void assert_verdicts(unsigned bad_signature, unsigned unknown_key, unsigned not_judged)
{
    assert_int_equal(verdicts[VERDICT_OK], 1);
    assert_int_equal(verdicts[VERDICT_BAD_SIGNATURE], bad_signature);
    assert_int_equal(verdicts[VERDICT_UNKNOWN_KEY], unknown_key);
    assert_int_equal(verdicts[VERDICT_NOT_JUDGED], not_judged);
    memset(verdicts, 0, sizeof(verdicts));
}

static void what_cannot_be_judged_is_not_opened(void **state)
{
    (void)state;
    memset(verdicts, 0, sizeof(verdicts));
    make_rotation();
    assert_true(seal_rotation());
    assert_int_equal(each_call_fails(open_rotation, NULL), 6);
    assert_verdicts(2, 1, 3);

    seal_metadata();
    assert_int_equal(each_call_fails(open_metadata, NULL), 5);
    assert_verdicts(1, 0, 4);
    assert_int_equal(each_call_fails(open_known_metadata, NULL), 6);
    assert_verdicts(1, 1, 4);
}

static bool find_second(void)
{
    const struct envelope_keys next_alone = {envelope_find_one, next.public_key};
    memset(out, 0xa5, sizeof(out));
    enum verdict verdict = envelope_second_signer(MESSAGE_ROTATE, envelope_span(&envelope),
                                                  &opened, &next_alone, out);
    return is_written_on_success_only(verdict == VERDICT_OK, KEY_ID_SIZE);
}

static void there_is_no_second_signer_that_was_not_judged(void **state)
{
    (void)state;
    make_rotation();
    assert_true(seal_rotation());
    assert_true(open_rotation());
    assert_int_equal(each_call_fails(find_second, NULL), 4);
}

// ---- what is compared --------------------------------------------------------------------

static bool check_rotated(void)
{
    struct statement_enrolled reply = {.state = ENROLLED_ACTIVE, .account_id = "1"};
    memcpy(reply.portal_id, rotation.portal_id, PORTAL_ID_SIZE);
    memcpy(reply.session_key, rotation.new_key, PUBLIC_KEY_SIZE);
    memcpy(reply.echo, out, sizeof(reply.echo)); // of the body
    enum verdict verdict = reply_check_rotated(&rotation, statement_span(&body), "1", &reply);
    assert_true(verdict == VERDICT_OK || verdict == VERDICT_NOT_JUDGED);
    return verdict == VERDICT_OK;
}

static bool check_receipt(void)
{
    struct statement_decision sent = {.decision = DECISION_DENY};
    struct statement_receipt reply = {.result = RECEIPT_DENIED};
    memcpy(reply.statement_hash, out, HASH_SIZE);
    enum verdict verdict = reply_check_receipt(&sent, statement_span(&body), &reply);
    assert_true(verdict == VERDICT_OK || verdict == VERDICT_NOT_JUDGED);
    return verdict == VERDICT_OK;
}

static void a_reply_without_a_hash_answers_nothing(void **state)
{
    (void)state;
    make_rotation();
    assert_true(hash_sha256(statement_span(&body), out));
    assert_int_equal(each_call_fails(check_rotated, NULL), 1);
    assert_int_equal(each_call_fails(check_receipt, NULL), 1);

    memset(out, 0, sizeof(out)); // what a failing call leaves behind
    failing_sodium_always(true);
    assert_false(check_rotated());
    assert_false(check_receipt());
    failing_sodium_always(false);
}

static struct envelope_opened unpairing;

// `statement_hash`: what the journal says it is about; NULL: the statement it goes along with.
static void seal_with_journal(const uint8_t *statement_hash)
{
    const uint8_t *signer = old.secret;
    struct statement_unpair unpair = {.time = 1, .sequence = 3};
    struct statement_journal journal = {.count = 1, .head = {1}};
    struct envelope_text attached;
    assert_true(portal_id_of(old.public_key, unpair.portal_id));
    memcpy(unpair.key_id, old.id, KEY_ID_SIZE);
    assert_true(statement_where_set(&unpair.where, ORIGIN, MESSAGE_UNPAIR));
    assert_int_equal(statement_encode_unpair(&unpair, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_UNPAIR, statement_span(&body), &signer, 1, &envelope));

    memcpy(journal.portal_id, unpair.portal_id, PORTAL_ID_SIZE);
    memcpy(journal.key_id, old.id, KEY_ID_SIZE);
    assert_true(hash_sha256(statement_span(&body), journal.statement_hash));
    if (statement_hash)
        memcpy(journal.statement_hash, statement_hash, HASH_SIZE);
    assert_int_equal(statement_encode_journal(&journal, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_JOURNAL, statement_span(&body), &signer, 1, &attached));
    assert_true(envelope_attach(&envelope, ENVELOPE_JOURNAL, &attached));
}

static bool read_journal(void)
{
    static const uint8_t device[DEVICE_ID_SIZE];
    struct statement_journal told;
    return journal_told_read(envelope_span(&envelope), &unpairing, device, &told);
}

static void a_journal_that_cannot_be_judged_was_not_told(void **state)
{
    (void)state;
    seal_with_journal(NULL);
    assert_true(is_opened_by(MESSAGE_UNPAIR, &old_alone));
    unpairing = opened;
    assert_true(each_call_fails(read_journal, NULL) >= 5);
}

// Zeros are what a failing call leaves behind, and nobody's hash.
static void a_hash_of_zeros_is_nobodys(void **state)
{
    (void)state;
    static const uint8_t zeros[HASH_SIZE];
    uint8_t key[PUBLIC_KEY_SIZE];
    seal_with_journal(zeros);
    assert_true(is_opened_by(MESSAGE_UNPAIR, &old_alone));
    unpairing = opened;

    for (unsigned call = 0, calls = 1; call <= calls; call++) {
        failing_begin(call);
        bool told = read_journal();
        calls = failing_end();
        assert_false(told);
    }

    failing_sodium_always(true);
    assert_false(envelope_find_one(old.public_key, zeros, key));
    failing_sodium_always(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_a_hash_or_none),
        cmocka_unit_test(nothing_is_signed_by_half),
        cmocka_unit_test(what_cannot_be_judged_is_not_opened),
        cmocka_unit_test(there_is_no_second_signer_that_was_not_judged),
        cmocka_unit_test(a_reply_without_a_hash_answers_nothing),
        cmocka_unit_test(a_journal_that_cannot_be_judged_was_not_told),
        cmocka_unit_test(a_hash_of_zeros_is_nobodys),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, NULL);
}
