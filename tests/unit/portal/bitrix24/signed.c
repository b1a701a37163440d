// SPDX-License-Identifier: MIT
// Signed statements at a box: the checklist of the protocol, B14.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "box.h"
#include "net/protocol/bitrix24_binding.h"
#include "portal/bitrix24/statement.h"

#define TARGET "POST /app" BOX_AJAX "pushToken"

static void b14_unknown_fields_are_ignored(void **state)
{
    (void)state;
    struct box_scene scene;
    char fields[512];
    box_scene_open(&scene);
    box_fields(&scene.page, NULL, fields, sizeof(fields));
    strcat(fields, "&statement=%7B%22rubbish%22%3A1%7D&more=1");
    box_expect(&scene, fields, "success");
    box_scene_close(&scene);
}

struct signer {
    uint8_t public_key[PUBLIC_KEY_SIZE], secret_key[SECRET_KEY_SIZE];
    struct statement_decision statement;
};

// A good statement for this page; tests spoil it.
static void sign_for(const struct box_page *page, struct signer *out)
{
    struct bitrix24_binding binding;
    assert_true(bitrix24_binding_of("https://portal.example.com", &page->challenge.bitrix24,
                                    span_str(page->text), &binding));

    out->statement = (struct statement_decision){.decision = DECISION_APPROVE,
                                                 .flags = DECISION_USER_PRESENT,
                                                 .time = (uint64_t)box.wire.bench.wall,
                                                 .sequence = 1};

    struct statement_decision *statement = &out->statement;
    memcpy(statement->portal_id, binding.portal_id, PORTAL_ID_SIZE);
    memcpy(statement->challenge_id, binding.challenge_id, CHALLENGE_ID_SIZE);
    memcpy(statement->context_hash, binding.context_hash, HASH_SIZE);
    memset(statement->device_id, 7, DEVICE_ID_SIZE);
    assert_true(key_id_of(out->public_key, statement->key_id));

    snprintf(statement->account_id, sizeof(statement->account_id), "%lld", (long long)box.anna);
    snprintf(statement->where.origin, sizeof(statement->where.origin),
             "https://portal.example.com");
    snprintf(statement->where.target, sizeof(statement->where.target), TARGET);
}

static void expect_signed(struct box_scene *scene, const struct signer *signer,
                          const char *expected)
{
    static char fields[REQUEST_BODY_MAX];
    struct statement_body body;
    struct envelope_text envelope;
    const uint8_t *key = signer->secret_key;
    assert_int_equal(statement_encode_bitrix24(&signer->statement, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_BITRIX24, statement_span(&body), &key, 1, &envelope));
    char *escaped = curl_easy_escape(scene->device, envelope.text, (int)envelope.size);
    box_fields(&scene->page, NULL, fields, sizeof(fields));
    strcat(fields, "&statement=");
    strncat(fields, escaped, sizeof(fields) - strlen(fields) - 1);
    curl_free(escaped);
    box_expect(scene, fields, expected);
}

static void b14_handler_takes_a_good_statement_only(void **state)
{
    (void)state;
    struct box_scene scene;
    struct signer signer, bad;
    struct portal *portal = &box.wire.bench.portal;
    char codes[BOX_CODES];

    box_scene_open(&scene);
    box_set("bitrix24.handler", "on");
    crypto_sign_keypair(signer.public_key, signer.secret_key);
    sign_for(&scene.page, &signer);

    box_confirm(scene.device, scene.sessid, &scene.page, codes);
    assert_string_equal(codes, "ERR_FROM_EVENT");     // none
    expect_signed(&scene, &signer, "ERR_FROM_EVENT"); // a key that nobody registered

    portal_begin(portal);
    assert_true(bitrix24_statement_key_add(&portal->store, box.anna, signer.public_key));
    assert_false(bitrix24_statement_key_add(&portal->store, box.otto, signer.public_key));
    assert_true(portal_end(portal, true));

#define SPOILT(change)                                                                         \
    bad = signer;                                                                              \
    change;                                                                                    \
    expect_signed(&scene, &bad, "ERR_FROM_EVENT")
    SPOILT(bad.statement.challenge_id[0] ^= 1);
    SPOILT(bad.statement.portal_id[0] ^= 1);
    SPOILT(bad.statement.time -= 301);
    SPOILT(bad.statement.time += 301);
    SPOILT(bad.statement.account_id[0] ^= 1);
    SPOILT(bad.statement.flags = 0); // nobody was there
    SPOILT(bad.statement.key_id[0] ^= 1);
    SPOILT(bad.statement.where.origin[8] = 'x');
    SPOILT(bad.statement.where.target[6] = 'x');
    SPOILT(bad.secret_key[3] ^= 1);
#undef SPOILT

    expect_signed(&scene, &signer, "success");
    expect_signed(&scene, &signer, "ERR_FROM_EVENT"); // its number does not rise
    signer.statement.sequence = 2;
    expect_signed(&scene, &signer, "success");
    box_set("policy.user-presence", "off");
    signer.statement.sequence = 3;
    signer.statement.flags = 0;
    expect_signed(&scene, &signer, "success");
    signer.statement.sequence = UINT64_MAX;
    expect_signed(&scene, &signer, "success");
    signer.statement.sequence = INT64_MAX;
    expect_signed(&scene, &signer, "ERR_FROM_EVENT");

    box_scene_close(&scene);
}

// Another user's key proves nothing about this one's session.
static void b14_key_is_of_the_user(void **state)
{
    (void)state;
    struct box_scene scene;
    struct signer signer;
    struct portal *portal = &box.wire.bench.portal;
    box_scene_open(&scene);
    box_set("bitrix24.handler", "on");
    crypto_sign_keypair(signer.public_key, signer.secret_key);
    sign_for(&scene.page, &signer);
    portal_begin(portal);
    assert_true(bitrix24_statement_key_add(&portal->store, box.otto, signer.public_key));
    assert_true(portal_end(portal, true));
    expect_signed(&scene, &signer, "ERR_FROM_EVENT");
    box_scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(b14_unknown_fields_are_ignored),
        BOX_TEST(b14_handler_takes_a_good_statement_only),
        BOX_TEST(b14_key_is_of_the_user),
    };
    return cmocka_run_group_tests_name("bitrix24 signed", tests, NULL, NULL);
}
