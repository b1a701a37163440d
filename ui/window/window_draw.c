// SPDX-License-Identifier: MIT
#include <math.h>

#include "ui/text/language.h"
#include "ui/window/window_parts.h"

void window_say(const struct window *window, const char *what, int64_t since_ms)
{
    if (window->options.verbose && since_ms > 0)
        fprintf(stderr, "qrconfirm: %s: %lld ms\n", what, (long long)(app_now_ms() - since_ms));
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
    if (window->by_keys || window->to_field)
        scene_show(scene, scene->focus);
    window->to_field = false;
}

static bool has_torch(const struct window *window)
{
    const struct source *source = window->app.source;
    return window->torch.kind != TORCH_NONE && source && source_is_camera(source);
}

// An on-screen keyboard is told where the field is.
static void listen(struct window *window)
{
    struct area field;
    bool listens = typing_field(&window->typing, &window->scene, &field);
    SDL_Rect place = listens ? stage_window_place(&window->stage, field) : (SDL_Rect){0};
    typing_listen(listens ? &place : NULL);
}

static void lay_out(struct window *window)
{
    struct stage *stage = &window->stage;
    int64_t now_ms = app_now_ms();
    bool same_screen = window->view.screen == window->built;
    float scroll = window->scene.scroll;

    stage_begin(stage, &window->scene,
                theme_drawn(window->options.theme, window->facts.desktop),
                (float)window->options.text_percent / 100);
    struct screen_facts facts = {
        .captcha = window->captcha.luma.width > 0 ? &window->captcha.luma : NULL,
        .has_torch = has_torch(window),
        .torch_on = window->torch_on,
        .can_switch_camera =
            app_other_cameras(&window->app) > 0 && gate_lets_camera(&window->navigation.gate),
        .entries = window->typing.entry,
        .keyboard = window_has_keyboard(window) ? &window->keyboard : NULL,
    };

    facts.found = window->found_ms > 0 && now_ms - window->found_ms < FOUND_FORGET_MS;
    if (facts.found) {
        float since = (float)(now_ms - window->closing_ms) / CLOSING_MS;
        facts.found_area = preview_place(&window->found, stage->turn.width, stage->turn.height);
        facts.closed = window->options.still ? 1 : fmaxf(0, fminf(since, 1));
        window->scene.moves = facts.closed < 1;
    }

    screens_build(&window->scene, &window->view, &facts);
    if (same_screen)
        window->scene.scroll = fminf(scroll, window->scene.scroll_max);
    window->scene.turn = window->options.still ? 0 : (float)(now_ms % 1200) / 1200;
    window->scene.moves = window->scene.moves && !window->options.still;
    keep_focus(window, same_screen);

    if (!same_screen) {
        pointer_forget(&window->pointer);
        window->built_ms = now_ms;
        window->unshown = true;
    }

    window->scene.pressed = window->pointer.pressed;
    window->built = window->view.screen;
    listen(window);
}

bool window_is_quiet(const struct window *window)
{
    struct wall_clock clock = wall_clock_here();
    return quiet_hours_hold(&window->options.quiet, &clock);
}

bool window_may_sound(const struct window *window)
{
    return !window->options.mute && !window_is_quiet(window);
}

static void speak(struct window *window)
{
    char text[FEEDBACK_TEXT_MAX];
    if (window->options.speak && !window_is_quiet(window) &&
        spoken_next(&window->spoken, &window->view, window->focus_action, text, sizeof(text)))
        feedback_say(window->feedback, language_current()->code, text);
}

static void give_feedback(struct window *window)
{
    const struct view *view = &window->view;
    bool outcome = view->tone == VIEW_DONE || view->tone == VIEW_STOP ||
                   view->tone == VIEW_TROUBLE || view->tone == VIEW_NO_CAMERA;
    if (outcome && view->form == VIEW_STATEMENT)
        feedback_give(window->feedback, view->tone == VIEW_DONE ? FEEDBACK_DONE : FEEDBACK_STOP,
                      window_may_sound(window), !window->options.no_vibration);
}

// While a person aims, answers, or reads digits off the screen.
static bool must_stay_on(const struct window *window)
{
    const struct flow *flow = &window->app.flow;
    enum flow_state state = flow->state;
    bool rests = state == FLOW_INSTRUCTIONS || flow_is_outcome(state) ||
                 (state == FLOW_AIMING && flow->resting);
    return !rests || *window->view.digits;
}

bool window_present(struct window *window)
{
    struct stage *stage = &window->stage;
    stage->rise = window->rises ? rise_at(app_now_ms() - window->built_ms) : 0;
    window->rises = stage->rise > 0;
    window->stale = false;
    return stage_present(stage, &window->scene);
}

void window_tell_started(struct window *window)
{
    if (window->start_ms > 0) {
        window_say(window, "first screen after start", window->start_ms);
        notify_ready(&window->notify, app_now_ms());
    }
    window->start_ms = 0;
}

// A screen that was not there before.
static void follow_new_screen(struct window *window)
{
    give_feedback(window);
    window_tell_started(window);
    if (flow_is_outcome(window->app.flow.state)) {
        window_say(window, "result after the answer", window->answer_ms);
        window->answer_ms = 0;
    }
}

// A screen counts as seen from the moment it was presented, however long that took.
static void tell_shown(struct window *window)
{
    char text[SCREEN_LOG_MAX];
    bool anew = window->unshown;
    if (anew)
        window->shown_ms = app_now_ms();
    window->unshown = false;
    if (window->options.verbose &&
        screen_log_next(&window->screen_log, &window->view, anew, text))
        fprintf(stderr, "qrconfirm: screen: %s\n", text);
}

bool window_draw(struct window *window)
{
    int before = window->built;
    lay_out(window);
    bool drawn = stage_draw(&window->stage, &window->scene);
    bool may_rise = !window->options.still && !window->scene.over_picture && before >= 0;
    window->rises = may_rise && (window->rises || window->built != before);
    bool presented = window_present(window);

    speak(window);
    keep_on_set(&window->keep_on, window->stage.window, must_stay_on(window));
    if (window->built != before)
        follow_new_screen(window);
    if (drawn && presented)
        tell_shown(window);
    return drawn && presented;
}

struct frame_view window_view_of(struct window *window, struct frame_view source)
{
    struct frame_view view = preview_view(source, window->options.mirror);
    return output_turn_view(view,
                            output_turn_degrees(&window->output_turn, window->stage.window));
}

void window_take_preview(struct window *window)
{
    struct app *app = &window->app;
    const struct turn *turn = &window->stage.turn;
    atomic_store(&window->preview_woken, false);
    if (!app->pipeline)
        return;
    unsigned degrees = output_turn_degrees(&window->output_turn, window->stage.window);
    struct panel panel = {turn->width, turn->height};
    if (window->frame.view.built_in && turn_swaps(degrees)) // as the frame comes, it is upright
        panel = (struct panel){turn->height, turn->width};
    pipeline_preview_on(app->pipeline, panel);
    if (!pipeline_take_preview(app->pipeline, &window->frame))
        return;

    window->frame.view = window_view_of(window, window->frame.view);
    if (preview_upload(&window->stage.preview, window->stage.renderer, &window->frame)) {
        window->stale = true;
        window_say(window, "first preview after the button", window->scan_ms);
        window->scan_ms = 0;
    }
}
