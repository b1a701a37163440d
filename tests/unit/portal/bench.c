// SPDX-License-Identifier: MIT
#include "bench.h"

#include "portal/core/start.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <sodium.h>

static int64_t bench_wall(void *userdata)
{
    return ((const struct bench *)userdata)->wall;
}

static int64_t bench_boot(void *userdata)
{
    return ((const struct bench *)userdata)->boot;
}

static void bench_random(void *userdata, uint8_t *out, size_t size)
{
    (void)userdata;
    randombytes_buf(out, size);
}

bool bench_is_shared(void)
{
    return getenv("PORTAL_TEST_POSTGRESQL") != NULL;
}

// Where the environment names a server of PostgreSQL, the store lies there, in a schema of its
// own.
static void place_store(const struct bench *bench)
{
    const char *server = getenv("PORTAL_TEST_POSTGRESQL");
    const char *schema = strrchr(bench->directory, '-') + 1;
    char text[512];
    if (!server)
        return;

    PGconn *connection = PQconnectdb(server);
    snprintf(text, sizeof(text), "CREATE SCHEMA \"%s\"", schema);
    PGresult *made = PQexec(connection, text);
    assert_int_equal(PQresultStatus(made), PGRES_COMMAND_OK);
    PQclear(made);
    PQfinish(connection);

    snprintf(text, sizeof(text), "%s/postgresql.conn", bench->directory);
    FILE *file = fopen(text, "w");
    assert_non_null(file);
    fprintf(file, "%s options='-csearch_path=\"%s\"'\n", server, schema);
    fclose(file);
    assert_int_equal(chmod(text, 0600), 0);
}

static void start(struct bench *bench)
{
    struct portal_options options = {.directory = bench->directory,
                                     .base_url = BENCH_URL,
                                     .mode = bench->mode,
                                     .environment = {.wall_clock = bench_wall,
                                                     .boot_clock = bench_boot,
                                                     .random = bench_random,
                                                     .userdata = bench}};
    struct fault fault = {0};
    snprintf(options.environment.boot_id, sizeof(options.environment.boot_id), "%s",
             bench->boot_id);
    if (!portal_start(&bench->portal, &options, &fault))
        fail_msg("%s", fault.detail);
}

void bench_open(struct bench *bench)
{
    bench_open_mode(bench, PORTAL_QR_LOGIN);
}

void bench_open_mode(struct bench *bench, enum portal_mode mode)
{
    assert_int_not_equal(sodium_init(), -1);
    *bench = (struct bench){.wall = 1795000000,
                            .boot = 5000000,
                            .boot_id = "first",
                            .mode = mode,
                            .language = languages_at(0)};
    snprintf(bench->directory, sizeof(bench->directory), "/tmp/portal-test-XXXXXX");
    assert_non_null(mkdtemp(bench->directory));
    place_store(bench);
    start(bench);
    bench_config(bench, "allow-qr", "on");
}

void bench_restart(struct bench *bench)
{
    portal_stop(&bench->portal);
    start(bench);
}

void bench_restart_closed(struct bench *bench)
{
    start(bench);
}

void bench_close(struct bench *bench)
{
    char command[128];
    portal_stop(&bench->portal);
    snprintf(command, sizeof(command), "rm -r '%s'", bench->directory);
    assert_int_equal(system(command), 0);
}

void bench_pass(struct bench *bench, int64_t seconds)
{
    bench->wall += seconds;
    bench->boot += seconds * 1000;
}

void bench_config(struct bench *bench, const char *name, const char *value)
{
    enum config_id id;
    struct fault fault;
    assert_true(config_find(name, &id));
    portal_begin(&bench->portal);
    assert_true(policy_set(&bench->portal.store, id, value, &fault));
    assert_true(portal_end(&bench->portal, true));
}

int64_t bench_number(struct bench *bench, const char *sql)
{
    portal_begin(&bench->portal);
    int64_t number = store_number(&bench->portal.store, -1, sql, "");
    assert_true(portal_end(&bench->portal, false));
    return number;
}

int64_t bench_user(struct bench *bench, const char *name, bool otp)
{
    const struct user_new wanted = {.name = name, .password = "not to be used", .otp = otp};
    char secret[USER_OTP_TEXT + 1];
    struct user user;
    struct fault fault;
    portal_begin(&bench->portal);
    assert_true(users_add(&bench->portal.store, &bench->portal.environment, &wanted, "none",
                          secret, &fault));
    assert_true(users_by_name(&bench->portal.store, name, &user));
    assert_true(portal_end(&bench->portal, true));
    return user.id;
}

void bench_session(struct bench *bench, int64_t user, struct session *out)
{
    const struct signin signin = {.user = user, .how = SIGNIN_BY_PASSWORD};
    const struct client client = {BENCH_ADDRESS, "Chromium, Linux"};
    struct token token;
    portal_begin(&bench->portal);
    sessions_open(&bench->portal, &signin, &client, &token);
    assert_true(sessions_find(&bench->portal, token.text, out));
    assert_true(portal_end(&bench->portal, true));
}

void bench_new_key(struct bench_device *device)
{
    crypto_sign_keypair(device->public_key, device->secret_key);
    assert_true(key_id_of(device->public_key, device->key_id));
}

void bench_where(const struct bench *bench, enum message message, struct statement_where *out)
{
    assert_true(statement_where_set(out, bench->portal.base_url, message));
}

void bench_enrol(const struct bench *bench, const struct bench_device *device,
                 const uint8_t *token, struct statement_enrol *out)
{
    *out = (struct statement_enrol){
        .flags = ENROL_CAN_VERIFY_USER, .label = "Phone", .platform = "Linux"};
    memcpy(out->portal_id, bench->portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(out->token, token, PAIRING_TOKEN_SIZE);
    memcpy(out->session_key, device->public_key, PUBLIC_KEY_SIZE);
    bench_where(bench, MESSAGE_ENROL, &out->where);
}

void bench_pairing_code(struct bench *bench, const struct session *session,
                        uint8_t token[static PAIRING_TOKEN_SIZE])
{
    struct challenge code;
    char text[512];
    portal_begin(&bench->portal);
    enrolments_begin(&bench->portal, session, text, sizeof(text));
    assert_true(portal_end(&bench->portal, true));
    challenge_parse(span_str(text), &code);
    assert_int_equal(code.kind, PAYLOAD_PAIRING);
    assert_memory_equal(code.pairing.fingerprint, bench->portal.keys.current.portal_id,
                        PAIRING_FPR_SIZE);
    memcpy(token, code.pairing.token, PAIRING_TOKEN_SIZE);
}

void bench_pair(struct bench *bench, int64_t user, struct bench_device *out)
{
    struct session session;
    struct enrolment enrolment;
    struct statement_enrol enrol;
    struct answer answer;
    struct envelope_opened opened;
    uint8_t token[PAIRING_TOKEN_SIZE];

    *out = (struct bench_device){0};
    bench_new_key(out);
    bench_session(bench, user, &session);

    bench_pairing_code(bench, &session, token);
    bench_enrol(bench, out, token, &enrol);
    bench_send(bench, MESSAGE_ENROL, &enrol, out, &answer);
    assert_int_equal(answer.status, 202);
    bench_open_answer(bench, MESSAGE_ENROLLED, &answer, &opened);

    portal_begin(&bench->portal);
    assert_true(enrolments_of_session(&bench->portal, &session, &enrolment));
    assert_int_equal(
        enrolments_confirm(&bench->portal, &enrolment, opened.statement.enrolled.pairing_code),
        CONFIRM_PAIRED);
    assert_true(portal_end(&bench->portal, true));

    bench_send(bench, MESSAGE_ENROL, &enrol, out, &answer);
    assert_int_equal(answer.status, 200);
    bench_open_answer(bench, MESSAGE_ENROLLED, &answer, &opened);
    memcpy(out->device_id, opened.statement.enrolled.device_id, DEVICE_ID_SIZE);
    memcpy(out->account_id, opened.statement.enrolled.account_id, sizeof(out->account_id));
}

void bench_challenge(struct bench *bench, const char *address, const char *mark,
                     struct token *cookie, struct portal_challenge *out)
{
    const struct challenge_request request = {address, "Chromium, Linux", mark};
    portal_begin(&bench->portal);
    assert_int_equal(challenges_create(&bench->portal, &request, cookie, out), OUTCOME_OK);
    assert_true(portal_end(&bench->portal, true));
}

enum challenge_state bench_state(struct bench *bench, const struct portal_challenge *challenge)
{
    struct portal_challenge now;
    portal_begin(&bench->portal);
    assert_true(challenges_by_id(&bench->portal, challenge->id, &now));
    assert_true(portal_end(&bench->portal, true));
    return now.state;
}

void bench_resolve(const struct bench *bench, const struct bench_device *device,
                   const struct portal_challenge *challenge, struct statement_resolve *out)
{
    *out = (struct statement_resolve){.time = 1};
    memcpy(out->portal_id, bench->portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(out->challenge_id, challenge->id, CHALLENGE_ID_SIZE);
    memcpy(out->device_id, device->device_id, DEVICE_ID_SIZE);
    memcpy(out->key_id, device->key_id, KEY_ID_SIZE);
    randombytes_buf(out->request_nonce, NONCE_SIZE);
    bench_where(bench, MESSAGE_RESOLVE, &out->where);
}

void bench_decision(const struct bench *bench, struct bench_device *device,
                    const struct portal_challenge *challenge, const uint8_t *context_hash,
                    struct statement_decision *out)
{
    *out = (struct statement_decision){.decision = DECISION_APPROVE,
                                       .flags = DECISION_USER_PRESENT,
                                       .sequence = ++device->sequence};
    memcpy(out->portal_id, bench->portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(out->challenge_id, challenge->id, CHALLENGE_ID_SIZE);
    memcpy(out->context_hash, context_hash, HASH_SIZE);
    memcpy(out->device_id, device->device_id, DEVICE_ID_SIZE);
    memcpy(out->key_id, device->key_id, KEY_ID_SIZE);
    memcpy(out->account_id, device->account_id, sizeof(out->account_id));
    bench_where(bench, MESSAGE_DECISION, &out->where);
}

static void attach_journal(const struct bench *bench, struct span body,
                           const struct bench_device *device, struct envelope_text *envelope)
{
    struct statement_journal journal = *bench->journal;
    struct statement_body told;
    struct envelope_text attached;
    const uint8_t *signer = device->secret_key;
    assert_true(hash_sha256(body, journal.statement_hash));
    assert_int_equal(statement_encode_journal(&journal, &told), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_JOURNAL, statement_span(&told), &signer, 1, &attached));
    assert_true(envelope_attach(envelope, ENVELOPE_JOURNAL, &attached));
}

void bench_send(struct bench *bench, enum message message, const void *statement,
                const struct bench_device *device, struct answer *out)
{
    bench_send_signed(bench, message, statement, &device, 1, out);
}

void bench_send_signed(struct bench *bench, enum message message, const void *statement,
                       const struct bench_device *const signers[], size_t count,
                       struct answer *out)
{
    static verifier_call *const calls[] = {
        [MESSAGE_ENROL] = verifier_enrol,       [MESSAGE_RESOLVE] = verifier_resolve,
        [MESSAGE_DECISION] = verifier_decision, [MESSAGE_ROTATE] = verifier_rotate,
        [MESSAGE_UNPAIR] = verifier_unpair,     [MESSAGE_ENDSESSION] = verifier_endsession};
    struct statement_body body;
    struct envelope_text envelope;
    const uint8_t *keys[ENVELOPE_SIGNATURES_MAX];
    assert_in_range(count, 1, ENVELOPE_SIGNATURES_MAX);
    for (size_t i = 0; i < count; i++)
        keys[i] = signers[i]->secret_key;
    assert_int_equal(statement_encode(message, statement, &body), VERDICT_OK);
    assert_true(envelope_seal(message, statement_span(&body), keys, count, &envelope));
    if (bench->journal)
        attach_journal(bench, statement_span(&body), signers[0], &envelope);
    const struct caller caller = {.contact.address = BENCH_ADDRESS,
                                  .language = bench->language};
    calls[message](&bench->portal, envelope_span(&envelope), &caller, out);
}

void bench_open_answer(const struct bench *bench, enum message message,
                       const struct answer *answer, struct envelope_opened *out)
{
    uint8_t key[PUBLIC_KEY_SIZE];
    memcpy(key, bench->portal.keys.current.public_key, sizeof(key));
    const struct envelope_keys keys = {envelope_find_one, key};
    assert_true(answer->has_envelope);
    assert_int_equal(envelope_open(message, span_str(answer->envelope), &keys, out),
                     VERDICT_OK);
}

enum outcome bench_do_resolve(struct bench *bench, const struct bench_device *device,
                              const struct portal_challenge *challenge,
                              uint8_t context_hash[static HASH_SIZE])
{
    struct statement_resolve resolve;
    struct answer answer;
    struct envelope_opened opened;
    bench_resolve(bench, device, challenge, &resolve);
    bench_send(bench, MESSAGE_RESOLVE, &resolve, device, &answer);
    if (answer.outcome == OUTCOME_OK) {
        bench_open_answer(bench, MESSAGE_CONTEXT, &answer, &opened);
        assert_true(hash_sha256(statement_span(&opened.body), context_hash));
    }
    return answer.outcome;
}

void bench_approve(struct bench *bench, struct bench_device *device,
                   const struct portal_challenge *challenge, struct statement_receipt *receipt)
{
    uint8_t context_hash[HASH_SIZE];
    struct statement_decision decision;
    struct answer answer;
    struct envelope_opened opened;
    assert_int_equal(bench_do_resolve(bench, device, challenge, context_hash), OUTCOME_OK);
    bench_decision(bench, device, challenge, context_hash, &decision);
    bench_send(bench, MESSAGE_DECISION, &decision, device, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    bench_open_answer(bench, MESSAGE_RECEIPT, &answer, &opened);
    *receipt = opened.statement.receipt;
}

enum outcome bench_claim(struct bench *bench, const char *cookie, const char *mark,
                         const char *code, struct claimed *out)
{
    struct claim claim = {cookie, mark, code, {BENCH_ADDRESS, "Chromium, Linux"}};
    portal_begin(&bench->portal);
    enum outcome outcome = claims_take(&bench->portal, &claim, out);
    assert_true(portal_end(&bench->portal, true));
    return outcome;
}
