// SPDX-License-Identifier: MIT
// The mobile module: checkout, by which an app signs in.
#include <stdio.h>
#include <stdlib.h>

#include "portal/bitrix24/login_page.h"
#include "portal/pages/page.h"

#define LARGE_TABS 1500 // of some 80 bytes each

struct settings {
    bool there, newer, large, push;
    char version[CONFIG_VALUE_MAX + 1];
};

static void read_settings(struct portal *portal, struct settings *out)
{
    struct store *store = &portal->store;
    portal_begin(portal);
    out->there = bitrix24_has_module(store, CONFIG_MODULE_MOBILE);
    out->newer = bitrix24_is_newer(store, CONFIG_MODULE_MOBILE);
    out->large = config_switch(store, CONFIG_BITRIX24_LARGE);
    out->push = config_switch(store, CONFIG_BITRIX24_PUSH_OTP);
    config_text(store, CONFIG_MODULE_MOBILE, out->version);
    portal_end(portal, false);
}

// What an app shows; here of no meaning, but a box sends much of it.
static json_t *menu(bool large)
{
    json_t *tabs = json_array();
    for (int i = 0; i < (large ? LARGE_TABS : 3); i++) {
        char id[32];
        snprintf(id, sizeof(id), "tab-%d", i);
        json_array_append_new(tabs, json_pack("{s:s, s:i, s:s, s:b, s:{s:s}}", "id", id, "sort",
                                              i * 100, "imageName", "stream", "badge", 0,
                                              "component", "scriptPath", "/mobileapp/jn/"));
    }
    return tabs;
}

// The application password that goes with a first sign-in of this installation.
static void add_app_password(struct portal *portal, struct bitrix24_request *asked, bool newer,
                             json_t *body)
{
    const char *kind = request_header(&asked->request, "BX-APP-PASS");
    const char *uuid = request_header(&asked->request, "BX-APP-UUID");
    const char *name = request_header(&asked->request, "BX-DEVICE-NAME");
    struct app_password wanted = {.user = asked->visit.session.user.id,
                                  .application = APP_PASSWORD_MOBILE};
    char made[APP_PASSWORD_LETTERS + 1], old[APP_PASSWORD_TEXT_MAX + 1];

    if (!kind || strcmp(kind, APP_PASSWORD_MOBILE) != 0 || asked->visit.has_app_password)
        return;

    snprintf(wanted.code, sizeof(wanted.code), "%s", uuid ? uuid : "");
    snprintf(wanted.comment, sizeof(wanted.comment), "%s", name ? name : "");

    // The newer module looks for the old one in capitals, but keeps the new one as it was sent.
    snprintf(old, sizeof(old), "%s", wanted.code);
    for (char *c = old; newer && *c; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;

    portal_begin(portal);
    if (old[0])
        app_passwords_delete_code(&portal->store, wanted.user, old);
    app_passwords_add(portal, &wanted, made);
    if (portal_end(portal, true))
        json_object_set_new(body, "appPassword", json_string(made));
}

static void reply_success(struct portal *portal, struct bitrix24_request *asked,
                          const struct settings *settings, struct reply *reply)
{
    const struct user *user = &asked->visit.session.user;
    char server[BITRIX24_SERVER_ID + 1], id[24], target[BITRIX24_MD5_TEXT + 1];

    portal_begin(portal);
    bitrix24_server_id(portal, server);
    portal_end(portal, true);
    snprintf(id, sizeof(id), "%lld", (long long)user->id);
    bitrix24_md5(id, server, target);

    json_t *body =
        json_pack("{s:s, s:o, s:s, s:s, s:s}", "status", "success", "id",
                  settings->newer ? json_integer(user->id) : json_string(id), "name",
                  user->display_name, "sessid_md5", asked->visit.sessid, "target", target);

    if (settings->newer) {
        json_object_set_new(body, "login", json_string(user->name));
        json_object_set_new(body, "cloud", json_false());
        json_object_set_new(body, "backend_version", json_string(settings->version));
    }

    add_app_password(portal, asked, settings->newer, body);
    json_object_set_new(body, "tabs", menu(settings->large));
    json_object_set_new(body, "services", json_array());
    reply_json(reply, 200, body);
}

static void add_second_step(const struct settings *settings, bool wrong, json_t *body)
{
    json_object_set_new(body, "needOtp", json_true());
    if (!settings->newer)
        return;
    json_object_set_new(body, "otpType", json_string(settings->push ? "push" : "totp"));
    if (settings->push) {
        json_object_set_new(body, "canLoginBySms", json_false());
        json_object_set_new(body, "canUseRecoveryCodes", json_true());
    }
    if (wrong)
        json_object_set_new(body, "error", json_pack("{s:s}", "code", "WRONG_OTP"));
}

static void reply_failure(const struct bitrix24_request *asked, const struct settings *settings,
                          struct reply *reply)
{
    const struct bitrix24_login *login = &asked->login;
    json_t *body =
        json_pack("{s:s, s:s}", "status", "failed", "bitrix_sessid", asked->visit.sessid);
    if (login->captcha[0])
        json_object_set_new(body, "captchaCode", json_string(login->captcha));
    if (login->result == BITRIX24_LOGIN_OTP || login->result == BITRIX24_LOGIN_WRONG_OTP)
        add_second_step(settings, login->result == BITRIX24_LOGIN_WRONG_OTP, body);
    reply_json(reply, 401, body);
}

static void reply_probe(const struct portal *portal, const struct bitrix24_request *asked,
                        const struct settings *settings, struct reply *reply)
{
    json_t *body = json_pack("{s:s, s:s, s:b}", "status", "failed", "bitrix_sessid",
                             asked->visit.sessid, "cloud", 0);
    if (settings->newer)
        json_object_set_new(body, "host", json_string(strstr(portal->origin, "://") + 3));
    reply->action = "servercheck";
    reply_json(reply, 200, body);
}

static void checkout(struct portal *portal, struct bitrix24_request *asked,
                     const struct settings *settings, struct reply *reply)
{
    char servercheck[FORM_VALUE_MAX + 1];
    bitrix24_parameter(&asked->request, "servercheck", servercheck);
    reply->action = "checkout";
    reply->header = "BX-Mobile-Action";
    snprintf(reply->header_value, sizeof(reply->header_value), "checkout");
    if (strcmp(servercheck, "1") == 0)
        reply_probe(portal, asked, settings, reply);
    else if (asked->visit.signed_in)
        reply_success(portal, asked, settings, reply);
    else
        reply_failure(asked, settings, reply);
}

void bitrix24_mobile(struct portal *portal, struct bitrix24_request *asked, struct reply *reply)
{
    struct settings settings;
    char action[FORM_VALUE_MAX + 1];
    read_settings(portal, &settings);
    bitrix24_parameter(&asked->request, "mobile_action", action);
    if (!settings.there)
        page_missing(portal, &asked->request, reply, 404);
    else if (strcmp(action, "checkout") == 0)
        checkout(portal, asked, &settings, reply);
    else if (request_query(&asked->request, "captcha_sid"))
        bitrix24_captcha_picture(portal, &asked->request, reply);
    else if (asked->visit.signed_in)
        page_home(portal, &asked->request, reply);
    else
        bitrix24_login_page(portal, asked, reply);
}
