// SPDX-License-Identifier: MIT
#include "box.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <liboath/oath.h>
#include <sodium.h>

#include "portal/bitrix24/channel.h"

struct box box;

static int64_t add_user(const char *name, bool otp, char secret[static USER_OTP_TEXT + 1])
{
    static char hash[USER_HASH_MAX];
    const struct user_new wanted = {.name = name, .password = BOX_PASSWORD, .otp = otp};
    struct portal *portal = &box.wire.bench.portal;
    struct user user;
    struct fault fault;

    if (hash[0] == '\0') // far cheaper than a portal's own, so that the tests are fast
        assert_int_equal(crypto_pwhash_str(hash, BOX_PASSWORD, strlen(BOX_PASSWORD),
                                           crypto_pwhash_OPSLIMIT_MIN,
                                           crypto_pwhash_MEMLIMIT_MIN),
                         0);

    portal_begin(portal);
    assert_true(users_add(&portal->store, &portal->environment, &wanted, hash, secret, &fault));
    assert_true(users_by_name(&portal->store, name, &user));
    assert_true(portal_end(portal, true));

    return user.id;
}

int box_open(void **state)
{
    (void)state;
    char none[USER_OTP_TEXT + 1];
    wire_open(&box.wire, "bitrix24");
    box.anna = add_user("anna", false, none);
    box.otto = add_user("otto", true, box.otto_secret);
    return 0;
}

int box_close(void **state)
{
    (void)state;
    wire_close(&box.wire);
    return 0;
}

void box_set(const char *name, const char *value)
{
    struct portal *portal = &box.wire.bench.portal;
    enum config_id id;
    struct fault fault;
    assert_true(config_find(name, &id));
    portal_begin(portal);
    assert_true(config_set(&portal->store, id, value, &fault));
    assert_true(portal_end(portal, true));
}

void box_generation(bool newer)
{
    box_set("module.main", newer ? "25.100.0" : "22.300.0");
    box_set("module.mobile", newer ? "25.100.0" : "22.300.0");
}

// What stands between `before` and the next quotation mark.
static void cut_out(const char *page, const char *before, char *out, size_t size)
{
    const char *at = strstr(page, before);
    out[0] = '\0';
    if (at)
        snprintf(out, size, "%.*s", (int)strcspn(at + strlen(before), "\""),
                 at + strlen(before));
}

void box_look(CURL *browser, const char *path, struct box_page *out)
{
    struct wire_reply reply;
    *out = (struct box_page){0};
    wire_ask(&box.wire, browser, &(struct wire_request){.path = path}, &reply);
    assert_int_equal(reply.status, 200);
    cut_out(reply.body.p, "data-text=\"", out->text, sizeof(out->text));
    cut_out(reply.body.p, "data-modules=\"", out->modules, sizeof(out->modules));
    cut_out(reply.body.p, "data-dark=\"", out->dark, sizeof(out->dark));
    cut_out(reply.body.p, "data-channel=\"", out->channel, sizeof(out->channel));
    cut_out(reply.body.p, "name=\"sessid\" value=\"", out->sessid, sizeof(out->sessid));
    challenge_parse(span_str(out->text), &out->challenge);
    wire_reply_free(&reply);
}

void box_checkout(CURL *device, const char *user, struct wire_reply *out)
{
    const struct wire_request request = {
        .path = BOX_CHECKOUT,
        .body = "",
        .user = user,
        .headers = {"BX-APP-PASS: mobile", "BX-APP-UUID: " BOX_UUID, "BX-DEVICE-NAME: bench"}};
    wire_ask(&box.wire, device, &request, out);
}

const char *box_string(const struct wire_reply *reply, const char *key)
{
    const char *text = json_string_value(json_object_get(reply->json, key));
    return text ? text : "";
}

CURL *box_device(const char *user, char sessid[static BITRIX24_SESSID + 1])
{
    struct wire_reply reply;
    CURL *device = wire_client();
    box_checkout(device, user, &reply);
    assert_int_equal(reply.status, 200);
    assert_int_equal(strlen(box_string(&reply, "sessid_md5")), BITRIX24_SESSID);
    snprintf(sessid, BITRIX24_SESSID + 1, "%s", box_string(&reply, "sessid_md5"));
    wire_reply_free(&reply);
    return device;
}

void box_codes(const struct wire_reply *reply, char codes[static BOX_CODES])
{
    size_t i, n = 0;
    const json_t *error, *errors = json_object_get(reply->json, "errors");

    codes[0] = '\0';
    assert_true(json_is_array(errors));

    json_array_foreach(errors, i, error)
    {
        const json_t *code = json_object_get(error, "code");
        assert_true(json_is_string(json_object_get(error, "message")));
        if (json_is_integer(code))
            n += (size_t)snprintf(codes + n, BOX_CODES - n, "%s%lld", n > 0 ? " " : "",
                                  (long long)json_integer_value(code));
        else
            n += (size_t)snprintf(codes + n, BOX_CODES - n, "%s%s", n > 0 ? " " : "",
                                  json_string_value(code));
    }

    assert_string_equal(box_string(reply, "status"), n > 0 ? "error" : "success");
    if (n == 0)
        snprintf(codes, BOX_CODES, "success");
}

long box_push(CURL *device, const char *sessid, const char *fields,
              char codes[static BOX_CODES])
{
    char *body = malloc(REQUEST_BODY_MAX);
    struct wire_reply reply;
    assert_non_null(body);
    snprintf(body, REQUEST_BODY_MAX, "%s&sessid=%s", fields, sessid);
    wire_ask(&box.wire, device,
             &(struct wire_request){.path = BOX_AJAX "pushToken", .body = body}, &reply);
    free(body);
    long status = reply.status;
    box_codes(&reply, codes);
    wire_reply_free(&reply);
    return status;
}

long box_confirm(CURL *device, const char *sessid, const struct box_page *page,
                 char codes[static BOX_CODES])
{
    char fields[256];
    const struct bitrix24_challenge *code = &page->challenge.bitrix24;
    snprintf(fields, sizeof(fields),
             "siteId=%s&uniqueId=%s&channelTag=%s&redirectUrl=", code->site_id, code->unique_id,
             code->channel_tag);
    return box_push(device, sessid, fields, codes);
}

json_t *box_messages(const char *channel)
{
    struct portal *portal = &box.wire.bench.portal;
    portal_begin(portal);
    json_t *messages = channel_read(portal, channel, 0);
    assert_true(portal_end(portal, false));
    return messages;
}

void box_token(const struct box_page *page, char out[static SIGN_IN_TOKEN + 1])
{
    json_t *messages = box_messages(page->channel);
    assert_true(json_array_size(messages) <= 1);
    const json_t *text = json_object_get(json_array_get(messages, 0), "text");
    const char *token =
        json_string_value(json_object_get(json_object_get(text, "params"), "token"));
    snprintf(out, SIGN_IN_TOKEN + 1, "%s", token ? token : "");
    json_decref(messages);
}

void box_authenticate(CURL *browser, const struct box_page *page, const char *token,
                      bool remember, char codes[static BOX_CODES])
{
    char body[256];
    struct wire_reply reply;
    snprintf(body, sizeof(body), "token=%s&remember=%d&sessid=%s", token, remember,
             page->sessid);
    wire_ask(&box.wire, browser,
             &(struct wire_request){.path = BOX_AJAX "authenticate", .body = body}, &reply);
    assert_int_equal(reply.status, 200);
    box_codes(&reply, codes);
    wire_reply_free(&reply);
}

void box_who(CURL *browser, char out[static USER_NAME_MAX + 1])
{
    struct wire_reply reply;
    wire_ask(&box.wire, browser, &(struct wire_request){.path = "/"}, &reply);
    cut_out(reply.body.p, "id=\"signed-in-as\" data-name=\"", out, USER_NAME_MAX + 1);
    wire_reply_free(&reply);
}

void box_otp(int steps, char out[static CODE_DIGITS + 1])
{
    char *secret = NULL;
    size_t size;
    assert_int_equal(
        oath_base32_decode(box.otto_secret, strlen(box.otto_secret), &secret, &size), OATH_OK);
    assert_int_equal(oath_totp_generate(secret, size,
                                        (time_t)(box.wire.bench.wall + steps * 30), 30, 0,
                                        CODE_DIGITS, out),
                     OATH_OK);
    free(secret);
}

void box_scene_open(struct box_scene *scene)
{
    scene->browser = wire_client();
    box_look(scene->browser, "/", &scene->page);
    scene->device = box_device(BOX_ANNA, scene->sessid);
}

void box_scene_close(struct box_scene *scene)
{
    curl_easy_cleanup(scene->browser);
    curl_easy_cleanup(scene->device);
}

void box_fields(const struct box_page *page, const char *unique, char *out, size_t size)
{
    snprintf(out, size, "siteId=s1&uniqueId=%s&channelTag=%s&redirectUrl=",
             unique ? unique : page->challenge.bitrix24.unique_id,
             page->challenge.bitrix24.channel_tag);
}

void box_expect(struct box_scene *scene, const char *fields, const char *expected)
{
    char codes[BOX_CODES];
    long status = box_push(scene->device, scene->sessid, fields, codes);
    if (status != 200 || strcmp(codes, expected) != 0)
        fail_msg("%s: %ld %s instead of %s", fields, status, codes, expected);
}
