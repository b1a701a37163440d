// SPDX-License-Identifier: MIT
// Devices page: paired devices, signed-in browsers, known browsers, and adding a device.
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/shortage.h"
#include "net/protocol/json_text.h"
#include "portal/base/qr_picture.h"
#include "portal/core/badges.h"
#include "portal/core/known_browsers.h"
#include "portal/core/notices.h"
#include "portal/core/policy.h"
#include "portal/core/signin.h"
#include "portal/pages/page.h"

#define PAIRING_CODE_TEXT_MAX (ORIGIN_MAX + 64)

static json_t *device_list(struct portal *portal, int64_t user)
{
    struct device *devices;
    size_t count = devices_of_user(&portal->store, user, &devices);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        const struct device *device = &devices[i];
        char id[2 * DEVICE_ID_SIZE + 1], created[PAGE_TIME_MAX], used[PAGE_TIME_MAX] = "";
        char revoked[PAGE_TIME_MAX] = "", rotated[PAGE_TIME_MAX] = "";
        char suspected[PAGE_TIME_MAX] = "";
        const bool is_kiosk = device->flags & ENROL_KIOSK && device->badge == 0;

        sodium_bin2hex(id, sizeof(id), device->device_id, DEVICE_ID_SIZE);
        page_time(device->created, created);
        if (device->last_use > 0)
            page_time(device->last_use, used);
        if (device->revoked_at > 0)
            page_time(device->revoked_at, revoked);
        if (device->rotated > 0)
            page_time(device->rotated, rotated);
        if (device->copy_suspected > 0)
            page_time(device->copy_suspected, suspected);

        json_array_append_new(
            list,
            json_pack(
                "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b, s:I}",
                "id", id, "label", device->label, "platform", device->platform, "program",
                device->program, "created", created, "used", used, "address",
                device->last_address, "revoked", revoked, "rotated", rotated, "suspected",
                suspected, "kiosk", is_kiosk, "pin", device->flags & ENROL_CAN_VERIFY_USER,
                "keyring", device->protection == PROTECTION_KEYRING, "hardware",
                device->protection == PROTECTION_HARDWARE, "badge", (json_int_t)device->badge));
    }

    free(devices);
    return list;
}

static json_t *session_list(struct portal *portal, const struct session *own,
                            const struct language *language)
{
    struct session sessions[SESSIONS_SHOWN];
    size_t count = sessions_of_user(portal, own->user.id, sessions);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        const struct session *session = &sessions[i];
        struct device device = {0};
        char id[2 * TOKEN_HASH_SIZE + 1], since[PAGE_TIME_MAX];

        sodium_bin2hex(id, sizeof(id), session->id_hash, TOKEN_HASH_SIZE);
        page_time(session->created, since);
        if (session->signin.has_login)
            devices_find(&portal->store, session->signin.device_id, &device);
        bool this_one = memcmp(session->id_hash, own->id_hash, TOKEN_HASH_SIZE) == 0;

        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "id", id, "agent",
                      agent_words(session->client.agent, language), "address",
                      session->client.address, "since", since, "device", device.label, "by_qr",
                      session->signin.how == SIGNIN_BY_QR, "this_one", this_one));
    }

    return list;
}

static json_t *mark_list(struct portal *portal, int64_t user, const struct language *language)
{
    struct mark marks[MARKS_PER_USER];
    size_t count = known_browsers_of_user(portal, user, marks);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        char id[2 * TOKEN_HASH_SIZE + 1], created[PAGE_TIME_MAX];
        sodium_bin2hex(id, sizeof(id), marks[i].mark_hash, TOKEN_HASH_SIZE);
        page_time(marks[i].created, created);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "id", id, "agent",
                                              agent_words(marks[i].agent, language), "created",
                                              created, "shared", marks[i].shared));
    }
    return list;
}

static void reply_devices(struct portal *portal, const struct request *request,
                          struct reply *reply, const struct session *session, unsigned status,
                          const char *error)
{
    portal_begin(portal);
    json_t *devices = device_list(portal, session->user.id);
    json_t *sessions = session_list(portal, session, request->language);
    json_t *marks = mark_list(portal, session->user.id, request->language);
    bool qr = policy_qr_enabled(&portal->store);
    bool fresh = sessions_password_fresh(portal, session);
    bool badges = badges_are_there(portal, session->user.id);
    struct enrolment waiting;
    bool waits = badges && enrolments_waiting_of_user(portal, session->user.id, &waiting);
    portal_end(portal, false);
    const char *text = error ? translate(request->language, error) : "";
    page_reply(portal, request, reply, status, "devices.html", session,
               json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:s, s:b, s:b}", "devices", devices,
                         "sessions", sessions, "marks", marks, "qr", qr, "ask_password", !fresh,
                         "otp", session->user.otp, "error", text, "badges", badges, "waits",
                         waits));
}

PAGE_HANDLER(page_devices)
{
    struct session session;
    if (page_session(portal, request, reply, &session))
        reply_devices(portal, request, reply, &session, 200, NULL);
}

// `begin`: a new pairing; else the one that the session has.
static void reply_pairing(struct portal *portal, const struct request *request,
                          struct reply *reply, const struct session *session, bool begin)
{
    char code[PAIRING_CODE_TEXT_MAX];
    struct enrolment enrolment;
    portal_begin(portal);
    if (begin)
        enrolments_begin(portal, session, code, sizeof(code));
    bool found = enrolments_of_session(portal, session, &enrolment);
    if (found)
        enrolments_code(portal, &enrolment, code, sizeof(code));
    if (!portal_end(portal, true)) {
        page_missing(portal, request, reply, 500);
        return;
    }
    if (!found) {
        reply_redirect(portal, reply, "/devices");
        return;
    }

    json_t *picture = code[0] ? qr_picture(code) : NULL;
    page_reply(portal, request, reply, 200, "pairing.html", session,
               json_pack("{s:s, s:s, s:O?, s:O?, s:I}", "state",
                         enrolment_state_name(enrolment.state), "code", code, "size",
                         json_object_get(picture, "size"), "path",
                         json_object_get(picture, "path"), "expires_in",
                         (json_int_t)enrolment_expires_in(portal, &enrolment)));
    json_decref(picture);
}

// The page loaded again: the pairing that it showed, as it is now.
PAGE_HANDLER(page_devices_pairing_again)
{
    struct session session;
    if (page_session(portal, request, reply, &session))
        reply_pairing(portal, request, reply, &session, false);
}

// "The user signs in to the portal again": the password, and the code where two-step is on,
// unless that was done just now.
PAGE_HANDLER(page_devices_add)
{
    struct session session;
    if (!page_post_session(portal, request, reply, &session))
        return;

    portal_begin(portal);
    bool qr = policy_qr_enabled(&portal->store);
    bool fresh = sessions_password_fresh(portal, &session);
    portal_end(portal, false);

    if (!qr) {
        reply->outcome = OUTCOME_QR_DISABLED;
        reply_devices(portal, request, reply, &session, 403,
                      NC_("page", "The administrator has switched QR sign-in off."));
        return;
    }

    if (!fresh) {
        char password[FORM_VALUE_MAX + 1], code[TYPED_CODE_MAX + 1];
        request_form(request, "password", password);
        request_code(request, "code", code);
        enum signin_result result =
            signin_again(portal, &session, password, code, request->address);
        sodium_memzero(password, sizeof(password));

        if (result != SIGNIN_DONE) {
            bool limited = result == SIGNIN_LIMITED;
            reply_devices(portal, request, reply, &session, limited ? 429 : 403,
                          limited ? N_("Too many tries. Wait ten minutes and try again.")
                          : session.user.otp ? N_("The password or the one-time code is wrong.")
                                             : N_("The name or the password is wrong."));
            return;
        }
    }

    reply_pairing(portal, request, reply, &session, true);
}

static void reply_confirm(struct portal *portal, struct reply *reply,
                          enum confirm_result result, int64_t tries_left)
{
    struct problem problem;

    switch (result) {
    case CONFIRM_PAIRED:
        reply_json(reply, 200, json_pack("{s:s}", "state", "paired"));
        break;
    case CONFIRM_WRONG:
        problem_init(&problem, PROBLEM_WRONG_CODE);
        problem.tries_left = tries_left;
        reply_problem_with(portal, reply, &problem);
        break;
    case CONFIRM_REFUSED:
        reply_problem(portal, reply, OUTCOME_ENROLMENT_REFUSED);
        break;
    default:
        reply_problem(portal, reply, OUTCOME_TOKEN_EXPIRED);
    }
}

// {"code": "048213"} or {"refuse": true}
PAGE_HANDLER(page_devices_confirm)
{
    struct session session;
    struct enrolment enrolment;
    if (!page_post_session(portal, request, reply, &session))
        return;

    bool starved = false;
    json_t *body = json_text_load(request->body, JSON_REJECT_DUPLICATES, NULL, &starved);
    if (starved) { // no code was typed wrong
        reply_problem(portal, reply, OUTCOME_FAULT);
        return;
    }

    const char *typed = json_string_value(json_object_get(body, "code"));
    char code[TYPED_CODE_MAX + 1];
    typed_code(typed ? typed : "", code);

    enum confirm_result result = CONFIRM_GONE;
    enrolment.tries_left = 0;

    portal_begin(portal);
    bool qr = policy_qr_enabled(&portal->store);
    if (qr && enrolments_of_session(portal, &session, &enrolment)) {
        if (json_is_true(json_object_get(body, "refuse"))) {
            enrolments_refuse(portal, &enrolment);
            result = CONFIRM_REFUSED;
        } else {
            result = enrolments_confirm(portal, &enrolment, code);
        }
    }
    json_decref(body);

    if (!portal_end(portal, true))
        reply_problem(portal, reply, OUTCOME_FAULT);
    else if (!qr)
        reply_problem(portal, reply, OUTCOME_QR_DISABLED);
    else
        reply_confirm(portal, reply, result, enrolment.tries_left);
    if (result == CONFIRM_PAIRED && reply->status < 300)
        notices_paired(portal, enrolment.device_id, request->language);
}

struct pairing_stream {
    struct portal *portal;
    struct session session;
};

static bool pairing_stream_now(void *userdata, const char *last, struct text *key,
                               struct text *event, struct stream_wait *wait)
{
    struct pairing_stream *stream = userdata;
    struct enrolment enrolment;
    (void)last; // its event costs nothing
    portal_begin(stream->portal);
    bool found = enrolments_of_session(stream->portal, &stream->session, &enrolment);
    if (!portal_end_quietly(stream->portal) || !found)
        return false;
    wait->again_ms = enrolment_expires_in(stream->portal, &enrolment) * 1000;
    wait->subject = subject_of_enrolment(enrolment.row); // another tab may have begun another
    text_add_string(key, enrolment_state_name(enrolment.state));
    text_format(event, "data: {\"state\":\"%s\",\"expires_in\":%lld}\n\n",
                enrolment_state_name(enrolment.state),
                (long long)enrolment_expires_in(stream->portal, &enrolment));
    return enrolment.state <= ENROLMENT_TAKEN;
}

PAGE_HANDLER(page_devices_pairing)
{
    struct session session;
    if (!page_session(portal, request, reply, &session))
        return;

    struct pairing_stream *stream = shortage_calloc(1, sizeof(*stream));
    if (stream) {
        *stream = (struct pairing_stream){portal, session};
        reply->stream = stream_new(&(struct stream_source){pairing_stream_now, free, stream});
    }

    if (!reply->stream) {
        free(stream);
        page_missing(portal, request, reply, 500);
        return;
    }

    reply->status = 200;
    reply->type = "text/event-stream";
}

// The bytes of a hidden field; false if it is not of that size.
static bool form_bytes(const struct request *request, const char *name, uint8_t *out,
                       size_t size)
{
    char text[FORM_VALUE_MAX + 1];
    size_t n;
    const char *end;
    request_form(request, name, text);
    return strlen(text) == 2 * size &&
           sodium_hex2bin(out, size, text, 2 * size, NULL, &n, &end) == 0 && n == size;
}

PAGE_HANDLER(page_devices_revoke)
{
    struct session session;
    struct device device;
    uint8_t id[DEVICE_ID_SIZE];
    char sessions[FORM_VALUE_MAX + 1];
    if (!page_post_session(portal, request, reply, &session))
        return;

    request_form(request, "sessions", sessions);
    bool named = form_bytes(request, "device", id, sizeof(id));

    portal_begin(portal);
    bool own =
        named && devices_find(&portal->store, id, &device) && device.user == session.user.id;
    if (own)
        devices_revoke(portal, id, REVOKED_BY_USER, strcmp(sessions, "on") == 0);

    if (!portal_end(portal, true))
        page_missing(portal, request, reply, 500);
    else if (!own)
        page_missing(portal, request, reply, 404);
    else
        reply_redirect(portal, reply, "/devices");
}

PAGE_HANDLER(page_devices_end)
{
    struct session session;
    uint8_t id[TOKEN_HASH_SIZE];
    if (!page_post_session(portal, request, reply, &session))
        return;
    bool named = form_bytes(request, "session", id, sizeof(id));
    portal_begin(portal);
    if (named)
        sessions_end(portal, session.user.id, id);
    portal_end(portal, true);
    reply_redirect(portal, reply, "/devices");
}

PAGE_HANDLER(page_devices_mark)
{
    struct session session;
    struct token token;
    struct client client;
    char cookie[COOKIE_VALUE_MAX + 1], chosen[FORM_VALUE_MAX + 1];
    bool marked = false;
    if (!page_post_session(portal, request, reply, &session))
        return;

    request_cookie(portal, request, COOKIE_MARK, cookie);
    request_form(request, "mark", chosen);
    page_client(request, &client);

    portal_begin(portal);
    if (strcmp(chosen, "on") == 0 && session.signin.may_mark &&
        config_switch(&portal->store, CONFIG_KNOWN_BROWSERS)) {
        known_browsers_add(portal, session.user.id, cookie, client.agent, &token);
        sessions_mark_offered(portal, &session);
        marked = true;
    }

    if (!portal_end(portal, true)) {
        page_missing(portal, request, reply, 500);
        return;
    }

    if (marked)
        reply_cookie(reply, COOKIE_MARK, token.text, MARK_LIFE_S, true);
    reply_redirect(portal, reply, "/");
}

PAGE_HANDLER(page_devices_unmark)
{
    struct session session;
    uint8_t id[TOKEN_HASH_SIZE], brought[TOKEN_HASH_SIZE];
    char cookie[COOKIE_VALUE_MAX + 1];
    if (!page_post_session(portal, request, reply, &session))
        return;
    request_cookie(portal, request, COOKIE_MARK, cookie);
    bool named = form_bytes(request, "mark", id, sizeof(id));
    portal_begin(portal);
    if (named)
        known_browsers_remove(portal, session.user.id, id);
    if (!portal_end(portal, true)) {
        page_missing(portal, request, reply, 500);
        return;
    }

    bool this_one =
        named && token_hash(cookie, brought) && sodium_memcmp(brought, id, sizeof(id)) == 0;
    if (this_one)
        reply_cookie(reply, COOKIE_MARK, "", 0, true);
    reply_redirect(portal, reply, "/devices");
}
