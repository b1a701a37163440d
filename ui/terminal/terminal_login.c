// SPDX-License-Identifier: MIT
#include "ui/terminal/terminal_login.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/pairings/atomic_file.h"
#include "ui/text/language.h"

static const char *picture_suffix(const uint8_t *bytes, size_t size)
{
    if (size > 3 && memcmp(bytes, "\x89PNG", 4) == 0)
        return "png";
    if (size > 3 && memcmp(bytes, "GIF8", 4) == 0)
        return "gif";
    return "jpg";
}

static void write_picture(struct terminal_login *login, const struct app *app)
{
    uint8_t *picture = malloc(NET_CAPTCHA_MAX);
    size_t size = picture ? net_worker_captcha(app->worker, picture) : 0;
    int folder = size > 0 ? private_folder_open(app->paths->state, NULL) : -1;
    char name[32];
    if (folder >= 0) {
        snprintf(name, sizeof(name), "captcha.%s", picture_suffix(picture, size));
        if (atomic_file_write(folder, name, span_of(picture, size), NULL))
            snprintf(login->picture, sizeof(login->picture), "%s/%s", app->paths->state, name);
        close(folder);
    }
    free(picture);
}

void terminal_login_end(struct terminal_login *login)
{
    if (login->picture[0])
        unlink(login->picture);
    sodium_memzero(login, sizeof(*login));
}

void terminal_login_follow(struct terminal_login *login, struct app *app)
{
    bool asked = app->flow.state == FLOW_LOGIN;
    if (asked == login->asked)
        return;
    terminal_login_end(login);
    login->asked = asked;
    if (asked && app->flow.login.need == NET_LOGIN_CAPTCHA)
        write_picture(login, app);
}

const char *terminal_login_prompt(const struct terminal_login *login, const struct flow *flow)
{
    switch (flow->login.need) {
    case NET_LOGIN_PASSWORD:
        return login->has_login ? _("Password") : _("Login");
    case NET_LOGIN_CAPTCHA:
        return _("Word");
    case NET_LOGIN_OTP:
        return flow->login.push_otp ? _("Recovery code") : _("One-time code");
    }
    return "";
}

bool terminal_login_is_secret(const struct terminal_login *login, const struct flow *flow)
{
    return flow->state == FLOW_LOGIN &&
           (flow->login.need == NET_LOGIN_OTP ||
            (flow->login.need == NET_LOGIN_PASSWORD && login->has_login));
}

static bool take_text(struct span line, char *out, size_t room)
{
    if (line.n == 0 || line.n >= room || memchr(line.p, 0, line.n))
        return false;
    memcpy(out, line.p, line.n);
    out[line.n] = 0;
    return true;
}

bool terminal_login_take(struct terminal_login *login, struct app *app, struct span line)
{
    struct net_login_answer *answer = &login->answer;
    if (app->flow.login.need != NET_LOGIN_PASSWORD) {
        if (!take_text(line, answer->word, sizeof(answer->word)))
            return false;
    } else if (!login->has_login) {
        login->has_login = take_text(line, answer->login, sizeof(answer->login));
        return login->has_login;
    } else if (!take_text(line, answer->password, sizeof(answer->password))) {
        return false;
    }
    app_log_in(app, answer);
    return true;
}
