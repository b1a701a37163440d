// SPDX-License-Identifier: MIT
// Between what came and what is drawn. Drawing itself looks at no disk and moves nobody on.
#include <stdlib.h>

#include "ui/text/language.h"
#include "ui/window/window_parts.h"

bool window_holds_found(const struct window *window)
{
    enum flow_state state = window->app.flow.state;
    return (state == FLOW_RESOLVING || state == FLOW_ENROLLING || state == FLOW_PAIR_ASKING) &&
           window->built == FLOW_AIMING && window->found_ms > 0 &&
           app_now_ms() - window->found_ms < FOUND_HOLD_MS;
}

// A portal can answer before its "One moment" is drawn. Its next question is another one then,
// though the screen is the same: nothing typed, no focus and no press of before is meant for
// it.
static void follow_question(struct window *window)
{
    const struct flow *flow = &window->app.flow;
    bool from_afar = flow->state == FLOW_LOGIN || flow_takes_yes(flow);
    bool same_screen =
        window->view.screen == (int)flow->state && window->view.screen == window->built;

    if (from_afar && same_screen && flow->since_ms > window->built_ms) {
        window->built = WINDOW_BUILT_NOTHING;
        typing_wipe(&window->typing);
    }
}

// The picture belongs to the question that has just come.
static void follow_captcha(struct window *window)
{
    const struct flow *flow = &window->app.flow;
    bool asked = flow->state == FLOW_LOGIN && flow->login.need == NET_LOGIN_CAPTCHA;
    if (!asked)
        captcha_clear(&window->captcha);

    bool fresh = asked && window->captcha_ms != flow->since_ms;
    uint8_t *file = fresh ? malloc(NET_CAPTCHA_MAX) : NULL;
    if (file) {
        window->captcha_ms = flow->since_ms;
        size_t size = net_worker_captcha(window->app.worker, file);
        captcha_read(&window->captcha, span_of(file, size));
        if (window->captcha.open.failure != FAILURE_NONE)
            reader_notes_tell(&window->app.reader, &window->captcha.open, stderr);
        free(file);
    }

    if (asked && window->captcha.luma.width == 0)
        snprintf(window->view.hint, sizeof(window->view.hint), "%s",
                 _("The portal's picture cannot be read. Go back and begin again."));
}

// To be said on the screen and in the log.
static const char *refusal(void)
{
    return _("Another program pressed here: that does not count. Press with your own keyboard, "
             "mouse or finger.");
}

void window_refuse_press(struct window *window)
{
    const struct flow *flow = &window->app.flow;
    int64_t now_ms = app_now_ms();
    if (flow_is_early(flow, now_ms))
        return; // nobody's press counts yet
    if (window->refused_ms < flow->since_ms)
        fprintf(stderr, "%s\n", refusal());
    window->refused_ms = now_ms;
    window->dirty = true;
}

// What programs press is refused where a yes gives trust.
static void follow_presses(struct window *window)
{
    const struct flow *flow = &window->app.flow;
    bool asks = flow_takes_yes(flow);
    press_source_refuse(&window->stage.presses, asks && !window->options.allow_program_presses);
    if (asks && window->refused_ms >= flow->since_ms && window->view.state == flow->state) {
        view_add_warning(&window->view, refusal());
        window->view.tone = VIEW_LOOK;
    }
}

// A kiosk is paired, or given a PIN, from a shell.
static void look_for_shell(struct window *window)
{
    app_find_pairing(&window->app);
    window_look_at_administrator(window);
}

void window_settle(struct window *window)
{
    struct navigation *navigation = &window->navigation;
    navigation_follow(navigation);
    if (navigation_take_removal(navigation))
        window_look_after_removal(window);
    if (navigation_waits_for_shell(navigation))
        look_for_shell(window);
    if (navigation_is_left(navigation)) // whoever comes next finds the kiosk's own language
        language_switch(window->language);

    struct wall_clock clock = wall_clock_here();
    const struct app *app = &window->app;
    bool one = app->portal[0] != '\0';
    struct navigation_scene scene = {
        .home = {.host = one ? app->portal : NULL,
                 .portal = one ? app->home.portal_name : NULL,
                 .account = one ? app->home.account_name : NULL,
                 .place = window->options.place},
        .clock = &clock,
        .now_ms = app_now_ms(),
        .still_aims = window_holds_found(window),
    };
    navigation_view(navigation, &scene, &window->view);

    follow_question(window);
    follow_presses(window);
    window->facts.desktop = colour_watch_told(window->colours);
    typing_follow(&window->typing, &window->view);
    window_follow_keyboard(window);
    follow_captcha(window);
    if (window->view.screen != FLOW_AIMING || window->app.flow.resting)
        window_switch_torch(window, false);
}
