// SPDX-License-Identifier: MIT
// Where libsodium fails at a box, its requests fail as a whole: no password, no code and no
// statement is taken that was not judged, and the same request then succeeds.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "box.h"
#include "net/protocol/bitrix24_binding.h"
#include "portal/bitrix24/app_passwords.h"
#include "portal/bitrix24/channel.h"
#include "portal/bitrix24/recovery_codes.h"
#include "portal/bitrix24/statement.h"
#include "portal/bitrix24/visit.h"
#include "tests/unit/each_call_fails.h"
#include "tests/unit/failing_sodium.h"

#define TARGET "POST /app" BOX_AJAX "pushToken"

// ---- in a transaction --------------------------------------------------------------------

static bool transact(bool (*work)(struct portal *portal))
{
    struct portal *portal = &box.wire.bench.portal;
    portal_begin(portal);
    bool done = work(portal);
    return portal_end(portal, done) && done;
}

static char password[APP_PASSWORD_LETTERS + 1];
static char codes[RECOVERY_CODES][RECOVERY_CODE + 1];
static struct token stored;

static bool add(struct portal *portal)
{
    const struct app_password wanted = {.user = box.anna, .application = "mobile"};
    app_passwords_add(portal, &wanted, password);
    return true;
}

static bool add_password(void)
{
    return transact(add);
}

static bool find(struct portal *portal)
{
    struct app_password found;
    return app_passwords_find(portal, box.anna, password, "127.0.0.1", &found);
}

static bool find_password(void)
{
    return transact(find);
}

static bool make(struct portal *portal)
{
    recovery_codes_make(portal, box.otto, codes);
    return true;
}

static bool make_codes(void)
{
    return transact(make);
}

static bool take(struct portal *portal)
{
    return recovery_codes_take(&portal->store, box.otto, codes[0]);
}

static bool take_code(void)
{
    return transact(take);
}

static bool store(struct portal *portal)
{
    bitrix24_stored_make(portal, box.anna, &stored);
    return true;
}

static bool store_sign_in(void)
{
    return transact(store);
}

static bool find_store(struct portal *portal)
{
    int64_t user;
    return bitrix24_stored_find(portal, stored.text, &user);
}

static bool find_stored(void)
{
    return transact(find_store);
}

static bool forget(struct portal *portal)
{
    bitrix24_stored_forget(portal, stored.text);
    return true;
}

static bool forget_stored(void)
{
    return transact(forget);
}

static bool name(struct portal *portal)
{
    char id[CHANNEL_ID + 1];
    channel_id(portal, "tag", id);
    return true;
}

static bool name_channel(void)
{
    return transact(name);
}

static void look_for_none(void)
{
    assert_int_equal(bench_number(&box.wire.bench, "SELECT count(*) FROM app_passwords"), 0);
    assert_int_equal(bench_number(&box.wire.bench, "SELECT count(*) FROM recovery_codes"), 0);
    assert_int_equal(bench_number(&box.wire.bench, "SELECT count(*) FROM stored_auth"), 0);
}

static void look_for_what_is_stored(void)
{
    assert_true(find_stored());
}

static void what_is_kept_has_its_hash_or_is_none(void **state)
{
    (void)state;
    assert_int_equal(each_call_fails(make_codes, look_for_none), RECOVERY_CODES);
    assert_int_equal(each_call_fails(take_code, NULL), 1);
    assert_false(take_code()); // once
    portal_begin(&box.wire.bench.portal);
    store_run(&box.wire.bench.portal.store, "DELETE FROM recovery_codes", "");
    assert_true(portal_end(&box.wire.bench.portal, true));

    assert_int_equal(each_call_fails(store_sign_in, look_for_none), 1);
    assert_int_equal(each_call_fails(find_stored, NULL), 1);
    assert_int_equal(each_call_fails(forget_stored, look_for_what_is_stored), 1);
    assert_false(find_stored());

    assert_int_equal(each_call_fails(add_password, look_for_none), 1);
    assert_int_equal(each_call_fails(find_password, NULL), 1);
    assert_int_equal(each_call_fails(name_channel, NULL), 1);
}

// ---- a statement, by HTTP ----------------------------------------------------------------

static struct box_scene scene;
static uint8_t public_key[PUBLIC_KEY_SIZE], secret_key[SECRET_KEY_SIZE];
static char fields[REQUEST_BODY_MAX];

static bool add_key_to(struct portal *portal)
{
    return bitrix24_statement_key_add(&portal->store, box.anna, public_key);
}

static bool add_key(void)
{
    return transact(add_key_to);
}

static void make_fields(void)
{
    struct bitrix24_binding binding;
    struct statement_body body;
    struct envelope_text envelope;
    const uint8_t *key = secret_key;
    struct statement_decision statement = {.decision = DECISION_APPROVE,
                                           .flags = DECISION_USER_PRESENT,
                                           .time = (uint64_t)box.wire.bench.wall,
                                           .sequence = 1};

    assert_true(bitrix24_binding_of("https://portal.example.com",
                                    &scene.page.challenge.bitrix24, span_str(scene.page.text),
                                    &binding));
    memcpy(statement.portal_id, binding.portal_id, PORTAL_ID_SIZE);
    memcpy(statement.challenge_id, binding.challenge_id, CHALLENGE_ID_SIZE);
    memcpy(statement.context_hash, binding.context_hash, HASH_SIZE);
    assert_true(key_id_of(public_key, statement.key_id));
    snprintf(statement.account_id, sizeof(statement.account_id), "%lld", (long long)box.anna);
    snprintf(statement.where.origin, sizeof(statement.where.origin),
             "https://portal.example.com");
    snprintf(statement.where.target, sizeof(statement.where.target), TARGET);
    assert_int_equal(statement_encode_bitrix24(&statement, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_BITRIX24, statement_span(&body), &key, 1, &envelope));

    char *escaped = curl_easy_escape(scene.device, envelope.text, (int)envelope.size);
    box_fields(&scene.page, NULL, fields, sizeof(fields));
    size_t size = strlen(fields);
    snprintf(fields + size, sizeof(fields) - size, "&statement=%s&sessid=%s", escaped,
             scene.sessid);
    curl_free(escaped);
}

static bool push(void)
{
    char said[BOX_CODES] = "";
    struct wire_reply reply;
    wire_ask(&box.wire, scene.device,
             &(struct wire_request){.path = BOX_AJAX "pushToken", .body = fields}, &reply);
    if (reply.json)
        box_codes(&reply, said);
    bool taken = reply.status == 200 && strcmp(said, "success") == 0;
    wire_reply_free(&reply);
    return taken;
}

static void look_for_no_message(void)
{
    assert_int_equal(bench_number(&box.wire.bench, "SELECT max(sequence) FROM statement_keys"),
                     0);
    assert_int_equal(bench_number(&box.wire.bench, "SELECT count(*) FROM channel_messages"), 0);
}

static void a_statement_is_judged_whole_or_not(void **state)
{
    (void)state;
    box_scene_open(&scene);
    box_set("bitrix24.handler", "on");
    crypto_sign_keypair(public_key, secret_key);
    assert_int_equal(each_call_fails(add_key, NULL), 1);
    make_fields();
    assert_true(each_call_fails(push, look_for_no_message) >= 8);
    assert_false(push()); // its number does not rise
    box_scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(what_is_kept_has_its_hash_or_is_none),
        BOX_TEST(a_statement_is_judged_whole_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
