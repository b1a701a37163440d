// SPDX-License-Identifier: MIT
#include "net/bitrix24/bitrix24_session.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECKOUT      "/mobile/?mobile_action=checkout"
#define PROBE         CHECKOUT "&servercheck=1"
#define FORM_MAX      16384u // bytes of a form body
#define HEADER_MAX    1024u
#define UUID_SIZE     36u
#define REDIRECTS_MAX 3
#define FORM_TYPE     "application/x-www-form-urlencoded"

struct form {
    char text[FORM_MAX + 1];
    size_t size;
    bool too_long;
};

// ---- making requests ---------------------------------------------------------------------

static void add_byte(struct form *form, char c)
{
    if (form->size == FORM_MAX)
        form->too_long = true;
    else
        form->text[form->size++] = c;
}

// application/x-www-form-urlencoded, as of the URL standard.
static void add_field(struct form *form, const char *name, const char *value)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-._~";

    if (form->size > 0)
        add_byte(form, '&');
    for (; *name; name++)
        add_byte(form, *name);
    add_byte(form, '=');
    for (; *value; value++) {
        uint8_t c = (uint8_t)*value;
        if (strchr(plain, c)) {
            add_byte(form, (char)c);
            continue;
        }

        add_byte(form, '%');
        add_byte(form, hex[c >> 4]);
        add_byte(form, hex[c & 15]);
    }
}

// In upper case: newer portals compare it so, but keep it as it was sent.
static void write_uuid(const uint8_t id[static DEVICE_ID_SIZE], char out[static UUID_SIZE + 1])
{
    size_t at = 0;
    for (size_t i = 0; i < DEVICE_ID_SIZE; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[at++] = '-';
        snprintf(out + at, 3, "%02X", id[i]);
        at += 2;
    }
}

// "Authorization: Basic ...": secret.
static bool write_basic(const char *login, const char *password, char out[static HEADER_MAX])
{
    static const char name[] = "Authorization: Basic ";
    char pair[2 * NET_LOGIN_MAX + 2];
    int size = snprintf(pair, sizeof(pair), "%s:%s", login, password);
    bool fits = size > 0 && (size_t)size < sizeof(pair) &&
                sodium_base64_ENCODED_LEN((size_t)size, sodium_base64_VARIANT_ORIGINAL) <=
                    HEADER_MAX - sizeof(name);

    if (fits) {
        memcpy(out, name, sizeof(name));
        sodium_bin2base64(out + sizeof(name) - 1, HEADER_MAX - (sizeof(name) - 1),
                          (const uint8_t *)pair, (size_t)size, sodium_base64_VARIANT_ORIGINAL);
    }

    sodium_memzero(pair, sizeof(pair));
    return fits;
}

static bool write_url(const struct bitrix24_session *session, const char *path,
                      char out[static HTTP_URL_MAX + 1], struct fault *fault)
{
    int size = snprintf(out, HTTP_URL_MAX + 1, "%s%s", session->pairing->portal.base_url, path);
    return (size > 0 && (size_t)size <= HTTP_URL_MAX) ||
           fault_set(fault, FAILURE_NET_REDIRECT, "an address that is too long");
}

static enum http_trust trust_of(const struct pairing *pairing)
{
    return pairing->portal.pins.count > 0 ? HTTP_TRUST_PINS : HTTP_TRUST_CHAIN;
}

// A new key counts where an authority vouched for the portal and still does.
static bool call_with_new_key(struct bitrix24_session *session, struct http_request *request,
                              struct fault *fault)
{
    const struct net_action *action = session->action;
    struct statement_pins *pins = &session->pairing->portal.pins;

    request->trust = HTTP_TRUST_CHAIN;
    request->pins = NULL;
    request->tell_peer = true;
    if (!http_call(action->http_session, request, &action->stop, &session->reply, fault))
        return false;

    if (session->reply.has_peer) {
        pins->count = 1;
        memcpy(pins->hash[0], session->reply.peer, HASH_SIZE);
        session->key_changed = true;
    }
    return true;
}

static bool call(struct bitrix24_session *session, struct http_request *request,
                 struct fault *fault)
{
    const struct net_action *action = session->action;

    request->trust = trust_of(session->pairing);
    request->pins = &session->pairing->portal.pins;
    request->large = &session->page;
    if (!http_call(action->http_session, request, &action->stop, &session->reply, fault) &&
        !(fault->failure == FAILURE_NET_PIN && bitrix24_facts_of(session->pairing).vouched &&
          call_with_new_key(session, request, fault)))
        return false;

    if (session->reply.date_s > 0) {
        session->portal_s = session->reply.date_s;
        session->at_ms = action_boot_ms(action);
    }
    return true;
}

static struct span page(const struct bitrix24_session *session)
{
    return span_of(session->page.bytes, session->page.size);
}

// ---- the session -------------------------------------------------------------------------

struct bitrix24_session *bitrix24_session_new(const struct net_action *action,
                                              struct pairing *pairing, const char *label)
{
    struct bitrix24_session *session = calloc(1, sizeof(*session));
    if (!session)
        return NULL;

    session->page.bytes = malloc(HTTP_LARGE_MAX);
    if (!session->page.bytes) {
        free(session);
        return NULL;
    }

    session->page.room = HTTP_LARGE_MAX;
    session->action = action;
    session->pairing = pairing;
    session->label = label;
    bitrix24_session_clear(session);
    return session;
}

void bitrix24_session_free(struct bitrix24_session *session)
{
    if (!session)
        return;
    bitrix24_session_clear(session);
    sodium_memzero(session->page.bytes, session->page.room);
    free(session->page.bytes);
    free(session);
}

void bitrix24_session_clear(struct bitrix24_session *session)
{
    http_forget_cookies(session->action->http_session);
    sodium_memzero(session->sessid, sizeof(session->sessid));
}

uint64_t bitrix24_session_time(const struct bitrix24_session *session)
{
    if (session->portal_s == 0)
        return action_wall_s(session->action);
    return (uint64_t)(session->portal_s +
                      (action_boot_ms(session->action) - session->at_ms) / 1000);
}

// ---- checkout ----------------------------------------------------------------------------

static void fill_form(const struct bitrix24_session *session,
                      const struct bitrix24_login *login, struct form *form)
{
    if (login->one_time_code) {
        add_field(form, "AUTH_FORM", "Y");
        add_field(form, "TYPE", "OTP");
        add_field(form, "USER_OTP", login->one_time_code);
        add_field(form, "sessid", session->sessid);
    }
    if (login->captcha_code) {
        add_field(form, "captcha_sid", login->captcha_code);
        add_field(form, "captcha_word", login->captcha_word);
    }
}

// What is not JSON of checkout.
static bool judge_strange(const struct bitrix24_session *session, struct fault *fault)
{
    long status = session->reply.status;
    if (status == 403 && session->page.size == 0)
        return fault_set(fault, FAILURE_PORTAL_PASSWORD_SCOPE, "status 403 without a body");
    if (status >= 500)
        return fault_set(fault, FAILURE_NET_REPLY, "%s: status %ld", CHECKOUT, status);
    return fault_set(fault, FAILURE_PORTAL_NO_MOBILE, "%s: status %ld", CHECKOUT, status);
}

bool bitrix24_checkout(struct bitrix24_session *session, const struct bitrix24_login *login,
                       struct bitrix24_checkout *out, struct fault *fault)
{
    char url[HTTP_URL_MAX + 1], uuid[UUID_SIZE + 1];
    char basic[HEADER_MAX] = "", device[HEADER_MAX], name[HEADER_MAX];
    bool probes = !login->login && !login->one_time_code, ok = false, starved = false;
    struct form *form = calloc(1, sizeof(*form));
    if (!form)
        return fault_set(fault, FAILURE_MEMORY, "a form");

    write_uuid(session->pairing->device_id, uuid);
    snprintf(device, sizeof(device), "BX-APP-UUID: %s", uuid);
    snprintf(name, sizeof(name), "BX-DEVICE-NAME: %s", session->label);
    fill_form(session, login, form);

    const char *lines[] = {"BX-APP-PASS: mobile", device, name, NULL, NULL};
    if (login->login && write_basic(login->login, login->password, basic))
        lines[3] = basic;
    struct http_request request = {
        .accept = "application/json",
        .content_type = probes ? NULL : FORM_TYPE,
        .body = span_of(form->text, form->size),
        .headers = probes ? NULL : lines,
    };

    if (form->too_long || (login->login && !*basic))
        fault_set(fault, FAILURE_PORTAL_WRONG_PASSWORD, "what was typed is too long");
    else
        ok = write_url(session, probes ? PROBE : CHECKOUT, url, fault);
    request.url = url;
    ok = ok && call(session, &request, fault);
    if (ok && !bitrix24_checkout_parse(page(session), out, &starved))
        ok = starved ? fault_set(fault, FAILURE_MEMORY, CHECKOUT)
                     : judge_strange(session, fault);
    if (ok && *out->sessid)
        memcpy(session->sessid, out->sessid, sizeof(session->sessid));

    sodium_memzero(session->page.bytes, session->page.size);
    sodium_memzero(basic, sizeof(basic));
    sodium_memzero(form, sizeof(*form));
    free(form);
    return ok;
}

bool bitrix24_log_in(struct bitrix24_session *session, const struct app_password *password,
                     struct fault *fault)
{
    struct bitrix24_checkout told;
    struct bitrix24_facts facts = bitrix24_facts_of(session->pairing);
    struct bitrix24_login login = {.login = facts.login, .password = password->text};

    bitrix24_session_clear(session);
    if (!bitrix24_checkout(session, &login, &told, fault))
        return false;

    bool ok = told.success;
    if (!ok && *told.captcha_code)
        fault_set(fault, FAILURE_PORTAL_WRONG_CAPTCHA, "%s", "at a login by itself");
    else if (!ok)
        fault_set(fault, FAILURE_PORTAL_PASSWORD_REVOKED, "status %ld", session->reply.status);

    sodium_memzero(&told, sizeof(told));
    return ok;
}

// ---- pages -------------------------------------------------------------------------------

// Where a redirect leads, if it stays in this origin: a path, or the whole address.
static bool redirect_path(const struct bitrix24_session *session,
                          char out[static HTTP_URL_MAX + 1])
{
    const char *to = session->reply.location, *base = session->pairing->portal.base_url;
    size_t size = strlen(base);
    if (strncmp(to, base, size) == 0 && to[size] == '/')
        to += size;
    if (to[0] != '/' || to[1] == '/')
        return false;
    snprintf(out, HTTP_URL_MAX + 1, "%s", to);
    return true;
}

bool bitrix24_get(struct bitrix24_session *session, const char *path, struct fault *fault)
{
    char url[HTTP_URL_MAX + 1], next[HTTP_URL_MAX + 1];
    struct http_request request = {
        .url = url, .accept = "text/html, */*", .tell_redirect = true};

    for (int i = 0; i <= REDIRECTS_MAX; i++) {
        if (!write_url(session, path, url, fault) || !call(session, &request, fault))
            return false;
        if (session->reply.status < 300 || session->reply.status >= 400)
            return true;
        if (!redirect_path(session, next))
            break;
        path = next;
    }
    return fault_set(fault, FAILURE_NET_REDIRECT, "%.200s", session->reply.location);
}

// ---- the action --------------------------------------------------------------------------

// The confirmation may have arrived unless it is certain that it never left.
static bool fail_push(const struct http_reply *reply, struct fault *fault)
{
    char why[FAULT_DETAIL_MAX];
    if (http_is_tls_failure(fault->failure) || fault->failure == FAILURE_INTERRUPTED ||
        fault->failure == FAILURE_NET_REDIRECT)
        return false;
    memcpy(why, fault->detail, sizeof(why));
    return fault_set(fault, reply->sent ? FAILURE_NET_NO_RECEIPT : FAILURE_NET_NOT_SENT, "%s",
                     why);
}

static bool push_once(struct bitrix24_session *session,
                      const struct bitrix24_challenge *challenge, const char *statement,
                      struct bitrix24_answer *out, struct fault *fault)
{
    char url[HTTP_URL_MAX + 1];
    bool starved = false;
    struct form *form = calloc(1, sizeof(*form));
    if (!form)
        return fault_set(fault, FAILURE_MEMORY, "a form");

    add_field(form, "siteId", challenge->site_id);
    add_field(form, "uniqueId", challenge->unique_id);
    add_field(form, "channelTag", challenge->channel_tag);
    add_field(form, "redirectUrl", "");
    add_field(form, "sessid", session->sessid);
    if (statement)
        add_field(form, "statement", statement);

    struct http_request request = {.url = url,
                                   .accept = "application/json",
                                   .content_type = FORM_TYPE,
                                   .body = span_of(form->text, form->size),
                                   .once = true};
    bool ok = form->too_long
                  ? fault_set(fault, FAILURE_INTERNAL, "a form of this size")
                  : write_url(session, BITRIX24_PUSH_TOKEN, url, fault) &&
                        (call(session, &request, fault) || fail_push(&session->reply, fault));

    free(form);
    if (!ok || bitrix24_answer_parse(page(session), out, &starved))
        return ok;
    if (starved) // it was sent, and answered somehow
        return fault_set(fault, FAILURE_NET_NO_RECEIPT, "out of memory");

    long status = session->reply.status;
    if (status == 403 && session->page.size == 0)
        return fault_set(fault, FAILURE_PORTAL_PASSWORD_SCOPE, "status 403 without a body");
    if (status >= 500)
        return fault_set(fault, FAILURE_NET_NO_RECEIPT, "status %ld", status);
    return fault_set(fault, FAILURE_PORTAL_NOT_OFFERED, "status %ld", status);
}

// What to change before the one repetition. False: nothing helps.
static bool mend(struct bitrix24_session *session, const struct app_password *password,
                 const struct bitrix24_answer *answer, struct fault *fault)
{
    if (answer->bad_session)
        return bitrix24_log_in(session, password, fault);
    if (!*answer->sessid)
        return fault_set(fault, FAILURE_PORTAL_SESSION_LOST, "invalid_csrf");
    memcpy(session->sessid, answer->sessid, sizeof(session->sessid));
    return true;
}

bool bitrix24_push_token(struct bitrix24_session *session, const struct app_password *password,
                         const struct bitrix24_challenge *challenge, const char *statement,
                         struct fault *fault)
{
    struct bitrix24_answer answer;

    if (!push_once(session, challenge, statement, &answer, fault))
        return false;
    if ((answer.bad_session || answer.bad_csrf) &&
        (!mend(session, password, &answer, fault) ||
         !push_once(session, challenge, statement, &answer, fault)))
        return false;

    if (answer.success)
        return true;
    if (answer.bad_session || answer.bad_csrf)
        return fault_set(fault, FAILURE_PORTAL_SESSION_LOST, "%s",
                         answer.bad_session ? "invalid_authentication" : "invalid_csrf");
    *fault = answer.fault;
    return false;
}
