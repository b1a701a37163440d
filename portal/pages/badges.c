// SPDX-License-Identifier: MIT
// Badges page: what waits for six digits at a kiosk, and the badges of the account (qr-login
// v1, section 6.2).
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "portal/core/badges.h"
#include "portal/core/notices.h"
#include "portal/core/policy.h"
#include "portal/core/signin.h"
#include "portal/pages/page.h"

// What a page says above all else. `tries_left` 0: it says nothing of tries.
struct saying {
    unsigned status;
    const char *text; // NULL: nothing
    int64_t tries_left;
};

static void add_badge(void *userdata, const struct badge_record *badge)
{
    char created[PAGE_TIME_MAX], expires[PAGE_TIME_MAX];
    page_time(badge->created, created);
    page_time(badge->expires, expires);
    json_array_append_new(userdata, json_pack("{s:I, s:s, s:s, s:s, s:I, s:b, s:b}", "number",
                                              (json_int_t)badge->number, "label", badge->label,
                                              "created", created, "expires", expires, "kiosks",
                                              (json_int_t)badge->kiosks, "live",
                                              badge->state == BADGE_LIVE, "over",
                                              badge->state == BADGE_EXPIRED));
}

// The kiosk in the portal's own words: what it said of itself at its pairing, and whose it is.
static json_t *waiting_list(struct portal *portal, int64_t user)
{
    json_t *list = json_array();
    struct enrolment waiting;
    struct device kiosk;
    struct user owner;
    char begun[PAGE_TIME_MAX];
    if (!enrolments_waiting_of_user(portal, user, &waiting) ||
        !devices_find(&portal->store, waiting.kiosk, &kiosk) ||
        !users_by_id(&portal->store, kiosk.user, &owner))
        return list;

    page_time(waiting.created, begun);
    json_array_append_new(
        list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:I}", "row", (json_int_t)waiting.row,
                        "kiosk", kiosk.label, "owner", owner.display_name, "address",
                        kiosk.last_address, "begun", begun, "minutes",
                        (json_int_t)(enrolment_expires_in(portal, &waiting) + 59) / 60));
    return list;
}

static void reply_badges(struct portal *portal, const struct request *request,
                         struct reply *reply, const struct session *session,
                         const struct saying *saying)
{
    json_t *badges = json_array();
    portal_begin(portal);
    badges_list(portal, session->user.id, add_badge, badges);
    json_t *waiting = waiting_list(portal, session->user.id);
    bool fresh = sessions_password_fresh(portal, session);
    portal_end(portal, false);

    const char *text = saying->text ? translate(request->language, saying->text) : "";
    page_reply(portal, request, reply, saying->status, "badges.html", session,
               json_pack("{s:o, s:o, s:b, s:b, s:s, s:I}", "badges", badges, "waiting", waiting,
                         "ask_password", !fresh, "otp", session->user.otp, "error", text,
                         "tries_left", (json_int_t)saying->tries_left));
}

PAGE_HANDLER(page_badges)
{
    struct session session;
    if (page_session(portal, request, reply, &session))
        reply_badges(portal, request, reply, &session, &(struct saying){.status = 200});
}

// "The user signs in to the portal again", unless that was done just now. False: the reply says
// why not.
static bool signs_in_again(struct portal *portal, const struct request *request,
                           struct reply *reply, const struct session *session)
{
    char password[FORM_VALUE_MAX + 1], code[TYPED_CODE_MAX + 1];
    portal_begin(portal);
    bool fresh = sessions_password_fresh(portal, session);
    portal_end(portal, false);
    if (fresh)
        return true;

    request_form(request, "password", password);
    request_code(request, "otp", code);
    enum signin_result result = signin_again(portal, session, password, code, request->address);
    sodium_memzero(password, sizeof(password));
    if (result == SIGNIN_DONE)
        return true;

    struct saying saying = {.status = 403};
    if (result == SIGNIN_LIMITED)
        saying = (struct saying){429, N_("Too many tries. Wait ten minutes and try again."), 0};
    else if (session->user.otp)
        saying.text = N_("The password or the one-time code is wrong.");
    else
        saying.text = N_("The name or the password is wrong.");
    reply_badges(portal, request, reply, session, &saying);
    return false;
}

// The first use that the form names, in a transaction. False: there is none of this account.
static bool find_first_use(struct portal *portal, const struct request *request,
                           const struct session *session, struct enrolment *out)
{
    char text[FORM_VALUE_MAX + 1];
    request_form(request, "first-use", text);
    char *end;
    long long row = strtoll(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && !*end &&
           enrolments_first_use(portal, session->user.id, row, out);
}

static void reply_confirmed(struct portal *portal, const struct request *request,
                            struct reply *reply, const struct session *session,
                            enum confirm_result result, const struct enrolment *enrolment)
{
    static const struct saying wrong = {
        403, N_("Those are not the digits on the kiosk. Look at it and type them again."), 0};
    static const struct saying refused = {
        403, N_("The digits were wrong three times, so the kiosk was told no."), 0};
    static const struct saying gone = {
        410, N_("No kiosk waits any more. Show your badge there again."), 0};
    struct saying saying = gone;

    switch (result) {
    case CONFIRM_PAIRED:
        reply_redirect(portal, reply, "/devices");
        notices_paired(portal, enrolment->device_id, request->language);
        return;
    case CONFIRM_WRONG:
        saying = wrong;
        saying.tries_left = enrolment->tries_left;
        break;
    case CONFIRM_REFUSED:
        saying = refused;
        break;
    case CONFIRM_GONE:
        break;
    }

    reply_badges(portal, request, reply, session, &saying);
}

PAGE_HANDLER(page_badges_confirm)
{
    struct session session;
    struct enrolment enrolment = {0};
    enum confirm_result result = CONFIRM_GONE;
    char code[TYPED_CODE_MAX + 1];
    if (!page_post_session(portal, request, reply, &session) ||
        !signs_in_again(portal, request, reply, &session))
        return;
    request_code(request, "code", code);

    portal_begin(portal);
    bool qr = policy_qr_enabled(&portal->store);
    if (qr && find_first_use(portal, request, &session, &enrolment))
        result = enrolments_confirm(portal, &enrolment, code);
    if (!portal_end(portal, true)) {
        page_missing(portal, request, reply, 500);
        return;
    }

    if (qr)
        reply_confirmed(portal, request, reply, &session, result, &enrolment);
    else
        reply_badges(
            portal, request, reply, &session,
            &(struct saying){403, NC_("page", "The administrator has switched QR sign-in off."),
                             0});
}

PAGE_HANDLER(page_badges_refuse)
{
    struct session session;
    struct enrolment enrolment;
    if (!page_post_session(portal, request, reply, &session))
        return;
    portal_begin(portal);
    if (find_first_use(portal, request, &session, &enrolment))
        enrolments_refuse(portal, &enrolment);
    if (portal_end(portal, true))
        reply_redirect(portal, reply, "/badges");
    else
        page_missing(portal, request, reply, 500);
}

PAGE_HANDLER(page_badges_revoke)
{
    struct session session;
    char text[FORM_VALUE_MAX + 1], *end;
    if (!page_post_session(portal, request, reply, &session))
        return;
    request_form(request, "badge", text);
    long long number = strtoll(text, &end, 10);
    bool named = text[0] >= '0' && text[0] <= '9' && !*end;

    portal_begin(portal);
    bool withdrawn = named && badges_withdraw(portal, number, session.user.id, REVOKED_BY_USER);
    if (!portal_end(portal, true))
        page_missing(portal, request, reply, 500);
    else if (!withdrawn)
        page_missing(portal, request, reply, 404);
    else
        reply_redirect(portal, reply, "/badges");
}
