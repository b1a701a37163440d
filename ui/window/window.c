// SPDX-License-Identifier: MIT
#include "ui/window/window.h"

#include <math.h>
#include <stdlib.h>

#include "ui/terminal/terminal.h"
#include "ui/text/language.h"
#include "ui/window/window_parts.h"

// Why the loop was woken by another thread.
enum wake { WAKE_INBOX, WAKE_PREVIEW, WAKE_COLOURS, WAKE_ACTIVATION, WAKE_NOTICE };

// ---- what other threads call ----

static void push_wake(struct window *window, enum wake why, atomic_bool *woken)
{
    if (atomic_exchange(woken, true))
        return;
    SDL_Event event = {.type = window->wake_event};
    event.user.code = (Sint32)why;
    SDL_PushEvent(&event);
}

static void wake_for_inbox(void *userdata)
{
    struct window *window = userdata;
    push_wake(window, WAKE_INBOX, &window->inbox_woken);
}

static void wake_for_preview(void *userdata)
{
    struct window *window = userdata;
    push_wake(window, WAKE_PREVIEW, &window->preview_woken);
}

static void wake_for_colours(void *userdata)
{
    struct window *window = userdata;
    push_wake(window, WAKE_COLOURS, &window->colours_woken);
}

static void wake_for_activation(void *userdata)
{
    struct window *window = userdata;
    push_wake(window, WAKE_ACTIVATION, &window->activation_woken);
}

static void wake_for_notice(void *userdata)
{
    struct window *window = userdata;
    push_wake(window, WAKE_NOTICE, &window->notice_woken);
}

// ---- what the app tells ----

static void flow_changed(void *userdata)
{
    struct window *window = userdata;
    window->dirty = true;
}

static void code_seen(void *userdata, const struct scan_note *note)
{
    struct window *window = userdata;
    int64_t now_ms = app_now_ms();
    enum payload_kind kind = note->challenge.kind;
    bool ours = payload_is_sign_in(kind) || payload_is_pairing(kind);
    if (window->found_ms == 0)
        window->closing_ms = now_ms;
    if (window->found_ms == 0 && ours)
        feedback_give(window->feedback, FEEDBACK_FOUND, window_may_sound(window),
                      !window->options.no_vibration);
    window->found = *note;
    window->found.view = window_view_of(window, note->view);
    window->found_ms = now_ms;
    window->dirty = true;
}

// ---- what the person does ----

static void scroll_to(struct window *window, float scroll)
{
    window->scene.scroll = fmaxf(0, fminf(scroll, window->scene.scroll_max));
    window->dirty = true;
}

static void move_focus(struct window *window, bool forward)
{
    int next = scene_next_focus(&window->scene, window->scene.focus, forward);
    if (next < 0)
        return;
    window->focus_action = window->scene.node[next].action;
    window->dirty = window->overtaken = true;
}

static void take_text(struct window *window, const char *text)
{
    struct entry *entry = typing_focused(&window->typing, &window->scene);
    if (entry && typing_text(entry, text))
        window->touched = window->dirty = window->to_field = true;
}

// Whoever presses is before the window, whatever the desktop says of its focus; and has only
// just come back.
static void touch(struct window *window)
{
    window->hidden = window->unfocused = false;
    if (window->app.flow.away)
        window_feed(window, FLOW_EVENT_RETURNED);
    window->touched = true;
}

static void take_key(struct window *window, const SDL_KeyboardEvent *key)
{
    struct entry *entry = typing_focused(&window->typing, &window->scene);
    if (entry && typing_key(entry, key)) {
        window->touched = window->dirty = window->to_field = true;
        return;
    }
    if (key->repeat)
        return; // a key that is held down is one key

    touch(window);
    if (window->dark)
        return;
    window->by_keys = true;

    switch (key->keysym.sym) {
    case SDLK_TAB:
        move_focus(window, !(key->keysym.mod & KMOD_SHIFT));
        break;
    case SDLK_RIGHT:
        move_focus(window, true);
        break;
    case SDLK_LEFT:
        move_focus(window, false);
        break;
    case SDLK_DOWN:
    case SDLK_PAGEDOWN:
        scroll_to(window, window->scene.scroll + window->scene.body.h / 2);
        break;
    case SDLK_UP:
    case SDLK_PAGEUP:
        scroll_to(window, window->scene.scroll - window->scene.body.h / 2);
        break;
    case SDLK_RETURN:
    case SDLK_KP_ENTER:
        if (entry)
            window_leave_field(window, (size_t)(entry - window->typing.entry));
        else
            window_act_on_node(window, window->scene.focus);
        break;
    case SDLK_SPACE:
        window_act_on_node(window, window->scene.focus);
        break;
    case SDLK_ESCAPE:
    case SDLK_AC_BACK:
        if (window->view.can_go_back)
            window_act(window, (struct action){.kind = ACTION_BACK});
        break;
    default:
        break;
    }
}

// What has the focus lies over a window that fills the only display.
static bool is_covered(const struct window *window)
{
    Uint32 fills = SDL_WINDOW_MAXIMIZED | SDL_WINDOW_FULLSCREEN;
    return window->unfocused && (SDL_GetWindowFlags(window->stage.window) & fills) &&
           SDL_GetNumVideoDisplays() == 1;
}

// Tells the flow whether the person can read the window now, and whether he can see it.
static void follow_sight(struct window *window)
{
    bool away = window->hidden || window->unfocused;
    if (away != window->app.flow.away)
        window_feed(window, away ? FLOW_EVENT_AWAY : FLOW_EVENT_RETURNED);
    if (!window->app.flow.unseen && (window->hidden || is_covered(window)))
        window_feed(window, FLOW_EVENT_UNSEEN);
}

// Something lay over it until now.
static void uncover(struct window *window)
{
    window->dirty = true;
    if (window->app.flow.away)
        return;
    window_feed(window, FLOW_EVENT_AWAY);
    window_feed(window, FLOW_EVENT_RETURNED);
}

static void take_window_event(struct window *window, const SDL_WindowEvent *event)
{
    switch (event->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
    case SDL_WINDOWEVENT_RESIZED:
        stage_resize(&window->stage);
        window->dirty = window->overtaken = true;
        window->to_field = true; // the keyboard of a phone's shell may have taken its place
        break;
    case SDL_WINDOWEVENT_EXPOSED:
        uncover(window);
        break;
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
    case SDL_WINDOWEVENT_MAXIMIZED:
        window->dirty = true;
        window->hidden = false;
        break;
    case SDL_WINDOWEVENT_HIDDEN:
    case SDL_WINDOWEVENT_MINIMIZED:
        window->hidden = true;
        break;
    case SDL_WINDOWEVENT_FOCUS_GAINED:
        window->hidden = window->unfocused = false; // it cannot have it unseen
        break;
    case SDL_WINDOWEVENT_FOCUS_LOST:
        window->unfocused = true;
        break;
    default:
        break;
    }

    follow_sight(window);
}

static void press(struct window *window, int64_t finger, struct dot at)
{
    touch(window);
    if (window->dark)
        return;
    window->by_keys = false;
    window_roll_over(window, finger, at);
    pointer_down(&window->pointer, &window->scene, finger, at);
    window_hold_key(window);
}

static void drag(struct window *window, int64_t finger, struct dot at)
{
    if (pointer_move(&window->pointer, &window->scene, finger, at))
        window->dirty = true;
}

static void release(struct window *window, int64_t finger, struct dot at)
{
    window->touched = true;
    int node = pointer_up(&window->pointer, &window->scene, finger, at);
    window->dirty = true;
    if (keyboard_let_go(&window->keyboard) && node >= 0)
        return; // backspace, which has done what it was held for
    typing_point(&window->typing, &window->scene, node, at);
    window_act_on_node(window, node);
}

static void take_finger(struct window *window, const SDL_TouchFingerEvent *finger)
{
    struct dot at = stage_finger(&window->stage, finger->x, finger->y);
    if (finger->type == SDL_FINGERDOWN)
        press(window, finger->fingerId, at);
    else if (finger->type == SDL_FINGERMOTION)
        drag(window, finger->fingerId, at);
    else
        release(window, finger->fingerId, at);
}

// A mouse that SDL makes up of a finger is not listened to: the finger has been.
static void take_mouse(struct window *window, const SDL_Event *event)
{
    const struct stage *stage = &window->stage;
    if (event->type == SDL_MOUSEMOTION) {
        if (event->motion.which != SDL_TOUCH_MOUSEID &&
            (event->motion.state & SDL_BUTTON_LMASK))
            drag(window, POINTER_MOUSE, stage_point(stage, event->motion.x, event->motion.y));
        return;
    }

    const SDL_MouseButtonEvent *button = &event->button;
    if (button->which == SDL_TOUCH_MOUSEID || button->button != SDL_BUTTON_LEFT)
        return;
    struct dot at = stage_point(stage, button->x, button->y);
    if (event->type == SDL_MOUSEBUTTONDOWN)
        press(window, POINTER_MOUSE, at);
    else
        release(window, POINTER_MOUSE, at);
}

static void take_wake(struct window *window, enum wake why)
{
    switch (why) {
    case WAKE_INBOX:
        atomic_store(&window->inbox_woken, false);
        break;
    case WAKE_PREVIEW:
        window_take_preview(window);
        break;
    case WAKE_COLOURS:
        atomic_store(&window->colours_woken, false);
        window->dirty = true;
        break;
    case WAKE_ACTIVATION:
        atomic_store(&window->activation_woken, false);
        window_take_activation(window);
        break;
    case WAKE_NOTICE: // it was pressed
        atomic_store(&window->notice_woken, false);
        stage_raise(&window->stage);
        window->dirty = true;
        break;
    }
}

static void take_event(struct window *window, const SDL_Event *event)
{
    if (event->type == window->stage.presses.event) {
        window_refuse_press(window);
        return;
    }
    if (event->type == window->wake_event) {
        take_wake(window, (enum wake)event->user.code);
        return;
    }

    switch (event->type) {
    case SDL_QUIT:
        window_feed(window, FLOW_EVENT_CLOSE);
        break;
    case SDL_WINDOWEVENT:
        take_window_event(window, &event->window);
        break;
    case SDL_KEYDOWN:
        take_key(window, &event->key);
        break;
    case SDL_TEXTINPUT:
        take_text(window, event->text.text);
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        stage_forget(&window->stage);
        window->dirty = true;
        break;
    case SDL_FINGERDOWN:
    case SDL_FINGERMOTION:
    case SDL_FINGERUP:
        take_finger(window, &event->tfinger);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
    case SDL_MOUSEMOTION:
        take_mouse(window, event);
        break;
    case SDL_MOUSEWHEEL:
        scroll_to(window,
                  window->scene.scroll - (float)event->wheel.y * scene_u(&window->scene, 40));
        break;
    default:
        break;
    }
}

// ---- the loop ----

// Milliseconds until the scene changes by itself; -1: it does not.
static int moving_ms(const struct window *window)
{
    const struct gate *gate = &window->navigation.gate;
    if (window->dark)
        return -1;
    if (window->rises)
        return RISE_STEP_MS;
    if (window->scene.moves ||
        (flow_asks(&window->app.flow) && window->view.ripe < 100 && !window->app.flow.away) ||
        window_holds_found(window))
        return MOVING_MS;
    bool waits = window->view.state == FLOW_UNLOCKING && window->app.flow.pin.wait_until_ms > 0;
    waits = waits || (gate->at == GATE_ASKS && !gate_takes(gate, app_now_ms()));
    if (window->view.seconds_left > 0 || waits)
        return 1000;
    if (window->view.state == FLOW_AIMING && window->found_ms > 0)
        return FOUND_FORGET_MS;
    return navigation_waits_for_shell(&window->navigation) ? SHELL_LOOK_MS : -1;
}

// Of two times to wait, where -1 has no end.
static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

// Milliseconds until whoever is at a kiosk is taken to have gone; -1: never.
static int idle_wait_ms(const struct window *window)
{
    int64_t end_ms = navigation_idle_end(&window->navigation);
    if (end_ms == FLOW_NEVER)
        return -1;
    int64_t left = end_ms - app_now_ms();
    return left > 0 ? (int)left : 0;
}

// Milliseconds until a key that is held does it again; -1: none is.
static int repeat_wait_ms(const struct window *window)
{
    int64_t at_ms = keyboard_repeat_at(&window->keyboard);
    if (at_ms == KEYBOARD_NEVER)
        return -1;
    int64_t left = at_ms - app_now_ms();
    return left > 0 ? (int)left : 0;
}

static void leave_idle(struct window *window)
{
    if (idle_wait_ms(window) != 0)
        return;
    navigation_leave(&window->navigation, app_now_ms());
    pin_task_end(&window->pin_task);
    window->dirty = true;
}

// Whatever the person has done since the last turn of the loop is one touch.
static void tell_touch(struct window *window)
{
    if (window->touched && !window->app.quit)
        window_feed(window, FLOW_EVENT_TOUCH);
    window->touched = false;
}

static void wait_for_event(struct window *window)
{
    int moving = moving_ms(window), due = app_wait_ms(&window->app);
    int wait =
        sooner(sooner(moving, due), sooner(idle_wait_ms(window), repeat_wait_ms(window)));
    wait = sooner(wait, window_quiet_wait_ms(window));
    SDL_Event event;

    notify_alive(&window->notify, app_now_ms());
    int at_most = notify_wait_ms(&window->notify, app_now_ms(), wait);
    bool early = at_most != wait; // for the watchdog: nothing on the screen is due
    wait = at_most;
    bool got = wait < 0 ? SDL_WaitEvent(&event) : SDL_WaitEventTimeout(&event, wait);
    if (!got && moving >= 0 && !early && !window->rises)
        window->dirty = true;
    if (window->view.state == FLOW_AIMING && window->found_ms > 0 &&
        app_now_ms() - window->found_ms >= FOUND_FORGET_MS) {
        window->found_ms = 0;
        window->dirty = true;
    }

    // What comes behind a press is meant for what the press leads to, however late that is
    // drawn.
    window->overtaken = false;
    while (got && !window->app.quit) {
        take_event(window, &event);
        got = !window->overtaken && SDL_PollEvent(&event);
    }
}

// What the person cannot see he cannot answer. True if there is something else to show now.
static bool tell_unshown(struct window *window)
{
    struct flow_event unshown = {.kind = FLOW_EVENT_UNSHOWN};
    if (!flow_asks(&window->app.flow))
        return false;
    fault_set(&unshown.fault, FAILURE_OUTPUT, "%s", SDL_GetError());
    app_feed(&window->app, unshown);
    return true;
}

static bool show(struct window *window)
{
    if (!window->dirty)
        return (!window->stale && !window->rises) || window_present(window);
    window->dirty = false;
    window_settle(window);
    return window->dark ? window_darken(window) : window_draw(window);
}

// A code of the command line. An answer that stands open comes first.
static void take_argument(struct window *window)
{
    const struct flow *flow = &window->app.flow;
    if (!window->argument || flow->state != FLOW_INSTRUCTIONS || flow->open.any)
        return;
    window_take_code(window, window->argument);
    window->argument = NULL;
}

static void loop(struct window *window)
{
    window_feed(window, FLOW_EVENT_START);
    while (!window->app.quit) {
        take_argument(window);
        window_follow_quiet_hours(window);
        if (!show(window) && tell_unshown(window))
            continue;
        wait_for_event(window);
        window_repeat_key(window);
        tell_touch(window);
        app_drain(&window->app);
        window_take_pin_task(window);
        window_take_cameras(window);
        window_tell_notice(window);
        leave_idle(window);
    }
}

static enum exit_code run_on_stage(struct window *window, const struct paths *paths)
{
    struct fault fault = {0};
    struct app_face face = {.person = true,
                            .changed = flow_changed,
                            .code = code_seen,
                            .on_preview = wake_for_preview,
                            .wake = wake_for_inbox,
                            .userdata = window};
    window->wake_event = SDL_RegisterEvents(1);
    window->colours = colour_watch_start(wake_for_colours, window);
    if (!app_init(&window->app, &window->options, paths, &face, &fault))
        return terminal_tell_fault(&window->options, &fault);

    if (!window->options.loop)
        window->notifier = notifier_start(wake_for_notice, window);
    // A kiosk is reached at its screen alone, and a pairing that was asked for goes on as it
    // is.
    if (window->options.command == COMMAND_SCAN && !window->options.loop)
        window->activation = activation_start(wake_for_activation, window);
    torch_find(&window->torch, camera_system_real().kernel, "/sys/class/leds", "/dev");
    loop(window);
    window_switch_torch(window, false);

    enum exit_code result = window->app.flow.exit;
    activation_stop(window->activation);
    notifier_stop(window->notifier);
    pin_task_end(&window->pin_task);
    camera_task_end(&window->camera_task);
    app_destroy(&window->app);
    typing_wipe(&window->typing);
    return result;
}

enum exit_code window_run(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct window *window = calloc(1, sizeof(*window));
    if (!window) {
        fault_set(&fault, FAILURE_MEMORY, "window");
        return terminal_tell_fault(options, &fault);
    }

    window->options = *options;
    window->paths = paths;
    window->facts.options = &window->options;
    if (options->command == COMMAND_SCAN && options->file_count > 0)
        window->argument = options->files[0];
    window->navigation = (struct navigation){
        .flow = &window->app.flow, .facts = &window->facts, .gate = {.guards = options->loop}};
    window->start_ms = app_now_ms();
    snprintf(window->language, sizeof(window->language), "%s", language_current()->code);
    pointer_init(&window->pointer);
    keyboard_init(&window->keyboard);
    window->pin_task = (struct pin_task){.on_done = wake_for_inbox, .userdata = window};
    window->camera_task = (struct camera_task){.on_done = wake_for_inbox, .userdata = window};
    window->built = WINDOW_BUILT_NOTHING;
    notify_open(&window->notify); // before there are threads: it changes the environment
    frame_init(&window->frame);
    captcha_init(&window->captcha);

    enum exit_code result;
    if (stage_open(&window->stage, options, &fault)) {
        window->feedback = feedback_start();
        result = run_on_stage(window, paths);
        colour_watch_stop(window->colours);
        feedback_stop(window->feedback);
        keep_on_destroy(&window->keep_on);
        output_turn_destroy(&window->output_turn);
        stage_close(&window->stage);
    } else {
        result = terminal_tell_fault(options, &fault);
    }

    notify_close(&window->notify);
    captcha_destroy(&window->captcha);
    frame_destroy(&window->frame);
    free(window);
    return result;
}
