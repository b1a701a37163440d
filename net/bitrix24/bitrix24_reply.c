// SPDX-License-Identifier: MIT
#include "net/bitrix24/bitrix24_reply.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "net/protocol/json_text.h"
#include "net/protocol/text.h"

// What stands before the JSON of a page that was printed to: a byte order mark, white space.
static struct span skip_noise(struct span body)
{
    if (body.n >= 3 && memcmp(body.p, "\xEF\xBB\xBF", 3) == 0)
        body = span_of(body.p + 3, body.n - 3);
    return body;
}

static json_t *parse_object(struct span body, bool *starved)
{
    json_t *root = json_text_load(skip_noise(body), JSON_REJECT_DUPLICATES, NULL, starved);
    if (json_is_object(root))
        return root;
    json_decref(root);
    return NULL;
}

void bitrix24_clean(struct span text, char *out, size_t room)
{
    size_t at = 0, size = 0;
    while (at < text.n) {
        size_t begin = at;
        uint32_t code_point;
        const uint8_t *shown = text.p + begin;
        size_t takes = 1;

        if (!text_next(text, &at, &code_point)) {
            at = begin + 1;
            shown = (const uint8_t *)"?";
        } else if (text_check(span_of(shown, at - begin)) == TEXT_OK) {
            takes = at - begin;
        } else {
            shown = (const uint8_t *)" ";
        }

        if (takes >= room - size)
            break;
        memcpy(out + size, shown, takes);
        size += takes;
    }

    out[size] = 0;
    if (text_is_blank(span_of(out, size)))
        out[0] = 0;
}

static void read_cleaned(const json_t *object, const char *member, char *out, size_t room)
{
    const json_t *value = json_object_get(object, member);
    bitrix24_clean(span_of(json_string_value(value), json_string_length(value)), out, room);
}

// Texts of at most room - 1 bytes that may be shown; anything else counts as none.
static void read_text(const json_t *object, const char *member, char *out, size_t room)
{
    const json_t *value = json_object_get(object, member);
    out[0] = 0;
    if (json_is_integer(value))
        snprintf(out, room, "%lld", (long long)json_integer_value(value));
    else if (json_is_string(value) && json_string_length(value) < room &&
             text_check(span_of(json_string_value(value), json_string_length(value))) ==
                 TEXT_OK)
        memcpy(out, json_string_value(value), json_string_length(value) + 1);
}

static void read_sessid(const json_t *object, const char *member,
                        char out[static BITRIX24_SESSID_SIZE + 1])
{
    const char *text = json_string_value(json_object_get(object, member));
    if (text && strlen(text) == BITRIX24_SESSID_SIZE &&
        strspn(text, "0123456789abcdefABCDEF") == BITRIX24_SESSID_SIZE)
        memcpy(out, text, BITRIX24_SESSID_SIZE + 1);
}

static bool says(const json_t *object, const char *member, const char *word)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text && strcmp(text, word) == 0;
}

static void read_otp(const json_t *root, struct bitrix24_checkout *out)
{
    const json_t *need = json_object_get(root, "needOtp");
    const char *type = json_string_value(json_object_get(root, "otpType"));
    const json_t *error = json_object_get(root, "error");
    out->needs_otp = json_is_true(need) || (json_is_integer(need) && json_integer_value(need));
    out->push_otp = type && strcmp(type, "push") == 0;
    out->wrong_otp = says(error, "code", "WRONG_OTP") || says(root, "error", "WRONG_OTP");
}

// jansson frees what it read without wiping it.
static void wipe_member(json_t *root, const char *member)
{
    json_t *value = json_object_get(root, member);
    if (json_is_string(value))
        sodium_memzero((char *)(uintptr_t)json_string_value(value), json_string_length(value));
}

bool bitrix24_checkout_parse(struct span body, struct bitrix24_checkout *out, bool *starved)
{
    json_t *root = parse_object(body, starved);
    struct bitrix24_checkout read = {.success = says(root, "status", "success")};
    bool ok = read.success || says(root, "status", "failed");

    if (ok) {
        read_sessid(root, "bitrix_sessid", read.sessid);
        read_sessid(root, "sessid_md5", read.sessid);
        read_text(root, "id", read.user_id, sizeof(read.user_id));
        read_cleaned(root, "name", read.user_name, sizeof(read.user_name));
        read_text(root, "appPassword", read.app_password, sizeof(read.app_password));
        read_text(root, "captchaCode", read.captcha_code, sizeof(read.captcha_code));
        read_otp(root, &read);
        wipe_member(root, "appPassword");
        *out = read;
    }

    sodium_memzero(&read, sizeof(read));
    json_decref(root);
    return ok;
}

static enum failure failure_of_code(const char *code)
{
    static const struct {
        const char *code;
        enum failure failure;
    } known[] = {
        {"ERR_PARAMS", FAILURE_PORTAL_MALFORMED},
        {"ERR_UNIQUE_ID", FAILURE_CHALLENGE_WRONG_PROFILE},
        {"ERR_OPTION", FAILURE_PORTAL_QR_DISABLED},
        {"ERR_PULL", FAILURE_PORTAL_PUSH_OFF},
        {"ERR_GET_TOKEN", FAILURE_PORTAL_TOKEN_NOT_MADE},
        {"ERR_FROM_EVENT", FAILURE_PORTAL_REFUSED},
        // The framework's own: no such controller, no such action.
        {"22001", FAILURE_PORTAL_NOT_OFFERED},
        {"22002", FAILURE_PORTAL_NOT_OFFERED},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(code, known[i].code) == 0)
            return known[i].failure;
    return FAILURE_PORTAL_REFUSED;
}

// The server's text is of use where its code says nothing.
static void take_error(const json_t *error, struct bitrix24_answer *out)
{
    char code[64], message[FAULT_DETAIL_MAX / 2];
    read_text(error, "code", code, sizeof(code));

    if (strcmp(code, "invalid_authentication") == 0) {
        out->bad_session = true;
    } else if (strcmp(code, "invalid_csrf") == 0) {
        out->bad_csrf = true;
        read_sessid(json_object_get(error, "customData"), "csrf", out->sessid);
    } else if (out->fault.failure == FAILURE_NONE) {
        enum failure failure = failure_of_code(code);
        read_cleaned(error, "message", message, sizeof(message));
        // A person reads it where nothing better is known.
        bool its_words = failure == FAILURE_PORTAL_REFUSED && *message;
        fault_set(&out->fault, failure, "%s", its_words ? message : code);
    }
}

bool bitrix24_answer_parse(struct span body, struct bitrix24_answer *out, bool *starved)
{
    json_t *root = parse_object(body, starved);
    struct bitrix24_answer read = {.success = says(root, "status", "success")};
    bool ok = read.success || says(root, "status", "error") || says(root, "status", "denied");

    const json_t *errors = json_object_get(root, "errors");
    for (size_t i = 0; ok && i < json_array_size(errors); i++)
        take_error(json_array_get(errors, i), &read);
    if (ok && !read.success && !read.bad_session && !read.bad_csrf &&
        read.fault.failure == FAILURE_NONE)
        fault_set(&read.fault, FAILURE_PORTAL_REFUSED, "an error without a code");

    if (ok)
        *out = read;
    json_decref(root);
    return ok;
}
