// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdlib.h>

#include "ui/fault_line.h"
#include "ui/language.h"
#include "ui/window_parts.h"

#define LANGUAGE_MS 25000 // after nobody has touched a kiosk for so long

void window_say(const struct window *window, const char *what, int64_t since_ms)
{
    if (window->options.verbose && since_ms > 0)
        fprintf(stderr, "qrconfirm: %s: %lld ms\n", what, (long long)(app_now_ms() - since_ms));
}

// The frame closes around the code before the next screen comes.
bool window_holds_found(const struct window *window)
{
    enum flow_state state = window->app.flow.state;
    return (state == FLOW_RESOLVING || state == FLOW_ENROLLING || state == FLOW_PAIR_ASKING) &&
           window->built == FLOW_AIMING && window->found_ms > 0 &&
           app_now_ms() - window->found_ms < FOUND_HOLD_MS;
}

static void keep_focus(struct window *window, bool same_screen)
{
    struct scene *scene = &window->scene;
    scene->show_focus = scene->show_focus || window->by_keys;
    for (size_t i = 0; same_screen && i < scene->count; i++) {
        const struct node *node = &scene->node[i];
        if (node->action.kind != ACTION_NONE &&
            action_is_same(node->action, window->focus_action))
            scene->focus = (int)i;
    }
    window->focus_action =
        scene->focus >= 0 ? scene->node[scene->focus].action : (struct action){0};
    if (window->by_keys)
        scene_show(scene, scene->focus);
}

static bool has_torch(const struct window *window)
{
    const struct source *source = window->app.source;
    return window->torch.kind != TORCH_NONE && source && source_is_camera(source);
}

void window_switch_torch(struct window *window, bool on)
{
    if (window->torch_on == on)
        return;
    struct fault fault = {0};
    if (torch_set(&window->torch, camera_system_real().kernel, on, &fault)) {
        window->torch_on = on;
        return;
    }
    window->torch.kind = TORCH_NONE; // a light that does not obey is not offered
    fault_line_print(stderr, &fault);
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
        free(file);
    }
    if (asked && window->captcha.luma.width == 0)
        snprintf(window->view.hint, sizeof(window->view.hint), "%s",
                 _("The portal's picture cannot be read. Go back and begin again."));
}

// Whoever comes next to a kiosk finds its own language again.
static void reset_language(const struct window *window, int64_t now_ms)
{
    bool left = window->app.flow.state == FLOW_INSTRUCTIONS && window->touched_ms > 0 &&
                now_ms - window->touched_ms >= LANGUAGE_MS;
    if (left && window->options.loop)
        language_switch(window->language);
}

// An on-screen keyboard is told where the field is.
static void listen(struct window *window)
{
    struct area field;
    bool listens = typing_field(&window->typing, &window->scene, &field);
    SDL_Rect place = listens ? stage_window_place(&window->stage, field) : (SDL_Rect){0};
    typing_listen(listens ? &place : NULL);
}

static void build(struct window *window)
{
    struct stage *stage = &window->stage;
    if (window->waits_for_shell)
        app_find_pairing(&window->app);
    struct flow shown = window->app.flow;
    int64_t now_ms = app_now_ms();
    if (window_holds_found(window))
        shown.state = FLOW_AIMING;
    reset_language(window, now_ms);
    if (shown.state != FLOW_INSTRUCTIONS)
        window->places.at = PLACE_NONE; // something has come up
    window_follow_gate(window);
    bool at_gate = window_gate_view(window);
    struct wall_clock clock = wall_clock_here();
    if (!at_gate && window->places.at != PLACE_NONE)
        places_view(&window->places, &window->facts, &clock, &window->view);
    else if (!at_gate)
        view_make(&shown, window->app.portal[0] ? window->app.portal : NULL, now_ms, &clock,
                  &window->view);
    bool same_screen = window->view.screen == window->built;
    float scroll = same_screen ? window->scene.scroll : 0;

    stage_begin(stage, &window->scene, window->options.theme,
                (float)window->options.text_percent / 100);
    typing_follow(&window->typing, &window->view);
    follow_captcha(window);
    struct screen_facts facts = {
        .captcha = window->captcha.luma.width > 0 ? &window->captcha.luma : NULL,
        .has_torch = has_torch(window),
        .torch_on = window->torch_on,
        .can_switch_camera = app_other_cameras(&window->app) > 0,
        .entries = window->typing.entry,
    };
    facts.found = window->found_ms > 0 && now_ms - window->found_ms < FOUND_FORGET_MS;
    if (facts.found) {
        float since = (float)(now_ms - window->closing_ms) / CLOSING_MS;
        facts.found_area = preview_place(&window->found, stage->turn.width, stage->turn.height);
        facts.closed = window->options.still ? 1 : fmaxf(0, fminf(since, 1));
        window->scene.moves = facts.closed < 1;
    }
    screens_build(&window->scene, &window->view, &facts);
    window->scene.scroll = fminf(scroll, window->scene.scroll_max);
    window->scene.turn = window->options.still ? 0 : (float)(now_ms % 1200) / 1200;
    window->scene.moves = window->scene.moves && !window->options.still;
    keep_focus(window, same_screen);
    if (!same_screen) {
        pointer_forget(&window->pointer);
        window->built_ms = now_ms;
    }
    window->scene.pressed = window->pointer.pressed;
    window->built = window->view.screen;
    listen(window);
}

static void speak(struct window *window)
{
    char text[FEEDBACK_TEXT_MAX];
    if (window->options.speak &&
        spoken_next(&window->spoken, &window->view, text, sizeof(text)))
        feedback_say(window->feedback, language_current()->code, text);
}

static void give_feedback(struct window *window)
{
    const struct view *view = &window->view;
    bool outcome = view->tone == VIEW_DONE || view->tone == VIEW_STOP;
    if (outcome && view->form == VIEW_STATEMENT)
        feedback_give(window->feedback, view->tone == VIEW_DONE ? FEEDBACK_DONE : FEEDBACK_STOP,
                      !window->options.mute, !window->options.no_vibration);
}

// While a person aims, answers, or reads digits off the screen.
static bool must_stay_on(const struct window *window)
{
    enum flow_state state = window->app.flow.state;
    bool rests = state == FLOW_INSTRUCTIONS || flow_is_outcome(state);
    return !rests || *window->view.digits;
}

// What the person cannot see he cannot answer.
static void check_shown(struct window *window, bool shown)
{
    struct flow_event unshown = {.kind = FLOW_EVENT_UNSHOWN};
    if (shown || !flow_asks(&window->app.flow))
        return;
    fault_set(&unshown.fault, FAILURE_OUTPUT, "%s", SDL_GetError());
    app_feed(&window->app, unshown);
}

void window_present(struct window *window)
{
    struct stage *stage = &window->stage;
    stage->rise = window->rises ? rise_at(app_now_ms() - window->built_ms) : 0;
    window->rises = stage->rise > 0;
    window->stale = false;
    check_shown(window, stage_present(stage, &window->scene));
}

void window_draw(struct window *window)
{
    int before = window->built;
    build(window);
    check_shown(window, stage_draw(&window->stage, &window->scene));
    bool may_rise = !window->options.still && !window->scene.over_picture && before >= 0;
    window->rises = may_rise && (window->rises || window->built != before);
    window->dirty = false;
    window_present(window);
    speak(window);
    keep_on_set(&window->keep_on, window->stage.window, must_stay_on(window));
    if (window->built == before)
        return;
    give_feedback(window);
    if (window->built != FLOW_AIMING)
        window_switch_torch(window, false);
    if (window->start_ms > 0) {
        window_say(window, "first screen after start", window->start_ms);
        notify_ready(&window->notify, app_now_ms());
    }
    window->start_ms = 0;
    if (flow_is_outcome(window->app.flow.state)) {
        window_say(window, "result after the answer", window->answer_ms);
        window->answer_ms = 0;
    }
}

void window_take_preview(struct window *window)
{
    struct app *app = &window->app;
    atomic_store(&window->preview_woken, false);
    if (!app->pipeline || !pipeline_take_preview(app->pipeline, &window->frame))
        return;
    if (preview_upload(&window->stage.preview, window->stage.renderer, &window->frame)) {
        window->stale = true;
        window_say(window, "first preview after the button", window->scan_ms);
        window->scan_ms = 0;
    }
}
