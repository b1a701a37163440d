// SPDX-License-Identifier: MIT
#include "ui/window.h"

#include <math.h>
#include <stdlib.h>

#include "scanner/camera.h"
#include "scanner/torch.h"
#include "ui/app.h"
#include "ui/fault_line.h"
#include "ui/language.h"
#include "ui/screens.h"
#include "ui/stage.h"
#include "ui/terminal.h"
#include "ui/typing.h"

#define MOVING_MS       33  // between two pictures of something that moves
#define FOUND_HOLD_MS   250 // the frame stays closed around a found code so long
#define FOUND_FORGET_MS 400 // without seeing it again, the frame opens
#define DRAG_UNITS      10.0f
#define SETTLE_MS       250 // a question that has just come is not answered by what was meant before

// Why the loop was woken by another thread.
enum wake { WAKE_INBOX, WAKE_PREVIEW };

struct window {
    struct app app;
    struct stage stage;
    struct view view;
    struct scene scene;
    struct frame frame; // swapped with the preview mailbox
    const struct options *options;
    Uint32 wake_event;
    atomic_bool inbox_woken, preview_woken;
    bool dirty;            // the scene must be built and drawn anew
    bool stale;            // the picture behind it has changed
    enum flow_state built; // what the scene shows
    int64_t built_ms;      // since when
    int focus_action;      // kept from scene to scene of the same state
    bool by_keys;          // the last thing done was done by a key
    int pressed;           // node under the finger that went down; -1: none
    struct dot press_point;
    float press_scroll;
    bool dragging;
    struct typing typing;
    struct torch torch;
    bool torch_on;
    struct scan_note found;
    int64_t found_ms;                     // 0: nothing
    int64_t start_ms, scan_ms, answer_ms; // for --verbose
};

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

// ---- what the app tells ----

static void say(struct window *window, const char *what, int64_t since_ms)
{
    if (window->options->verbose && since_ms > 0)
        fprintf(stderr, "qrconfirm: %s: %lld ms\n", what, (long long)(app_now_ms() - since_ms));
}

static void flow_changed(void *userdata)
{
    struct window *window = userdata;
    window->dirty = true;
}

static void code_seen(void *userdata, const struct scan_note *note)
{
    struct window *window = userdata;
    window->found = *note;
    window->found_ms = app_now_ms();
    window->dirty = true;
}

// ---- building and drawing ----

// The frame closes around the code before the next screen comes.
static bool holds_found(const struct window *window)
{
    enum flow_state state = window->app.flow.state;
    return (state == FLOW_RESOLVING || state == FLOW_ENROLLING || state == FLOW_PAIR_ASKING) &&
           window->built == FLOW_AIMING && window->found_ms > 0 &&
           app_now_ms() - window->found_ms < FOUND_HOLD_MS;
}

static void keep_focus(struct window *window, bool same_state)
{
    struct scene *scene = &window->scene;
    scene->show_focus = scene->show_focus || window->by_keys;
    for (size_t i = 0; same_state && i < scene->count; i++) {
        const struct node *node = &scene->node[i];
        if (node->action == window->focus_action && node->action != SCENE_NOTHING)
            scene->focus = (int)i;
    }
    window->focus_action = scene->focus >= 0 ? scene->node[scene->focus].action : SCENE_NOTHING;
}

static bool has_torch(const struct window *window)
{
    const struct source *source = window->app.source;
    return window->torch.kind != TORCH_NONE && source && source_is_camera(source);
}

static void switch_torch(struct window *window, bool on)
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

static void build(struct window *window)
{
    struct stage *stage = &window->stage;
    struct flow shown = window->app.flow;
    int64_t now_ms = app_now_ms();
    if (holds_found(window))
        shown.state = FLOW_AIMING;
    bool same_state = shown.state == window->built;
    float scroll = same_state ? window->scene.scroll : 0;

    view_make(&shown, window->app.portal[0] ? window->app.portal : NULL, now_ms, &window->view);
    scene_begin(&window->scene, stage->fonts, window->options->theme, stage->width,
                stage->height, stage->scale, (float)window->options->text_percent / 100);
    typing_follow(&window->typing, &window->view);
    struct screen_facts facts = {
        .has_torch = has_torch(window),
        .torch_on = window->torch_on,
        .can_switch_camera = app_other_cameras(&window->app) > 0,
        .entries = window->typing.entry,
    };
    facts.found = window->found_ms > 0 && now_ms - window->found_ms < FOUND_FORGET_MS;
    if (facts.found)
        facts.found_area = preview_place(&window->found, stage->width, stage->height);
    screens_build(&window->scene, &window->view, &facts);
    window->scene.scroll = fminf(scroll, window->scene.scroll_max);
    window->scene.turn = (float)(now_ms % 1200) / 1200;
    keep_focus(window, same_state);
    if (!same_state) {
        window->pressed = -1; // what went down on another screen presses nothing on this one
        window->dragging = false;
        window->built_ms = now_ms;
    }
    window->built = shown.state;
    typing_listen(&window->scene, 1 / stage_point_scale(stage));
}

static void keep_screen_on(enum flow_state state)
{
    if (state == FLOW_INSTRUCTIONS || flow_is_outcome(state))
        SDL_EnableScreenSaver();
    else
        SDL_DisableScreenSaver();
}

static void draw(struct window *window)
{
    enum flow_state before = window->built;
    build(window);
    stage_draw(&window->stage, &window->scene);
    stage_present(&window->stage, &window->scene);
    window->dirty = window->stale = false;
    if (window->built == before)
        return;
    keep_screen_on(window->built);
    if (window->built != FLOW_AIMING)
        switch_torch(window, false);
    if (window->start_ms > 0)
        say(window, "first screen after start", window->start_ms);
    window->start_ms = 0;
    if (flow_is_outcome(window->built)) {
        say(window, "result after the answer", window->answer_ms);
        window->answer_ms = 0;
    }
}

static void take_preview(struct window *window)
{
    struct app *app = &window->app;
    atomic_store(&window->preview_woken, false);
    if (!app->pipeline || !pipeline_take_preview(app->pipeline, &window->frame))
        return;
    if (preview_upload(&window->stage.preview, window->stage.renderer, &window->frame)) {
        window->stale = true;
        say(window, "first preview after the button", window->scan_ms);
        window->scan_ms = 0;
    }
}

// ---- what the person does ----

static void feed(struct window *window, enum flow_event_kind kind)
{
    app_feed(&window->app, (struct flow_event){.kind = kind});
}

static void answer(struct window *window, enum net_decision decision)
{
    window->answer_ms = app_now_ms();
    app_feed(&window->app, (struct flow_event){.kind = FLOW_EVENT_ANSWER, .answer = decision});
}

static void begin_scan(struct window *window, enum flow_event_kind kind)
{
    preview_clear(&window->stage.preview);
    window->found_ms = 0;
    window->scan_ms = app_now_ms();
    feed(window, kind);
}

// What has been typed goes where it belongs, and is forgotten once it is taken.
static void submit(struct window *window)
{
    struct entry *entry = window->typing.entry;
    if (window->app.flow.state == FLOW_BY_HAND && entry[0].size > 0)
        app_enter_code(&window->app,
                       (struct span){(const uint8_t *)entry[0].text, entry[0].size});
}

static void act_on_scene(struct window *window, int action)
{
    if (action >= SCENE_REVEAL) {
        struct entry *entry = &window->typing.entry[action - SCENE_REVEAL];
        entry->revealed = !entry->revealed;
    } else if (action >= SCENE_FIELD) {
        window->focus_action = action;
    } else if (action >= SCENE_LANGUAGE) {
        language_switch(language_code((size_t)(action - SCENE_LANGUAGE)));
    }
}

static void act(struct window *window, int action)
{
    window->dirty = true;
    switch (action) {
    case VIEW_SCAN:
        begin_scan(window, FLOW_EVENT_SCAN);
        break;
    case VIEW_PAIR:
        begin_scan(window, FLOW_EVENT_PAIR);
        break;
    case VIEW_BACK:
        feed(window, FLOW_EVENT_BACK);
        break;
    case VIEW_APPROVE:
        answer(window, NET_APPROVE);
        break;
    case VIEW_DENY:
        answer(window, NET_DENY);
        break;
    case VIEW_REPORT:
        answer(window, NET_DENY_AND_REPORT);
        break;
    case VIEW_YES:
    case VIEW_NO:
        app_feed(&window->app,
                 (struct flow_event){.kind = FLOW_EVENT_KEEP, .yes = action == VIEW_YES});
        break;
    case VIEW_BY_HAND:
        feed(window, FLOW_EVENT_BY_HAND);
        break;
    case VIEW_SUBMIT:
        submit(window);
        break;
    case VIEW_PASTE:
        typing_paste(&window->typing.entry[0]);
        feed(window, FLOW_EVENT_TOUCH);
        break;
    case SCENE_CAMERA:
        app_switch_camera(&window->app);
        preview_clear(&window->stage.preview);
        window->found_ms = 0;
        feed(window, FLOW_EVENT_TOUCH);
        break;
    case SCENE_TORCH:
        switch_torch(window, !window->torch_on);
        feed(window, FLOW_EVENT_TOUCH);
        break;
    case VIEW_END_SESSION:
        feed(window, FLOW_EVENT_END_SESSION);
        break;
    default:
        act_on_scene(window, action);
        feed(window, FLOW_EVENT_TOUCH);
        break;
    }
}

static void act_on_node(struct window *window, int index)
{
    if (flow_asks(&window->app.flow) && app_now_ms() - window->built_ms < SETTLE_MS)
        return;
    if (index >= 0 && index < (int)window->scene.count && window->scene.node[index].enabled &&
        window->scene.node[index].action != SCENE_NOTHING)
        act(window, window->scene.node[index].action);
}

static void scroll_to(struct window *window, float scroll)
{
    window->scene.scroll = fmaxf(0, fminf(scroll, window->scene.scroll_max));
    window->dirty = true;
}

static void press(struct window *window, struct dot point)
{
    feed(window, FLOW_EVENT_TOUCH);
    window->by_keys = false;
    window->pressed = scene_hit(&window->scene, point.x, point.y);
    window->press_point = point;
    window->press_scroll = window->scene.scroll;
    window->dragging = false;
}

static void drag(struct window *window, struct dot point)
{
    float moved = point.y - window->press_point.y;
    if (!window->dragging && fabsf(moved) < scene_u(&window->scene, DRAG_UNITS))
        return;
    if (window->scene.scroll_max <= 0)
        return;
    window->dragging = true;
    window->pressed = -1;
    scroll_to(window, window->press_scroll - moved);
}

static void release(struct window *window, struct dot point)
{
    int pressed = window->pressed;
    window->pressed = -1;
    if (pressed >= 0 && !window->dragging &&
        scene_hit(&window->scene, point.x, point.y) == pressed)
        act_on_node(window, pressed);
    window->dragging = false;
}

static void move_focus(struct window *window, bool forward)
{
    int next = scene_next_focus(&window->scene, window->scene.focus, forward);
    if (next < 0)
        return;
    window->focus_action = window->scene.node[next].action;
    window->dirty = true;
}

// Return goes on to the next field, and from the last one to what is done with them.
static void leave_field(struct window *window, const struct entry *entry)
{
    if (entry + 1 < window->typing.entry + window->typing.count)
        window->focus_action++;
    else
        act(window, VIEW_SUBMIT);
}

static void take_text(struct window *window, const char *text)
{
    struct entry *entry = typing_focused(&window->typing, &window->scene);
    if (entry && entry_insert(entry, text))
        feed(window, FLOW_EVENT_TOUCH);
}

static void take_key(struct window *window, const SDL_KeyboardEvent *key)
{
    struct entry *entry = typing_focused(&window->typing, &window->scene);
    if (entry && typing_key(entry, key)) {
        feed(window, FLOW_EVENT_TOUCH);
        return;
    }
    if (key->repeat)
        return; // a key that is held down is one key
    window->by_keys = true;
    feed(window, FLOW_EVENT_TOUCH);
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
            leave_field(window, entry);
        else
            act_on_node(window, window->scene.focus);
        break;
    case SDLK_SPACE:
        act_on_node(window, window->scene.focus);
        break;
    case SDLK_ESCAPE:
    case SDLK_AC_BACK:
        if (window->view.can_go_back)
            act(window, VIEW_BACK);
        break;
    default:
        break;
    }
}

static void take_window_event(struct window *window, const SDL_WindowEvent *event)
{
    switch (event->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
    case SDL_WINDOWEVENT_RESIZED:
        stage_resize(&window->stage);
        window->dirty = true;
        break;
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
        window->dirty = true;
        break;
    default:
        break;
    }
}

static struct dot finger_point(const struct window *window, const SDL_TouchFingerEvent *finger)
{
    return (struct dot){finger->x * (float)window->stage.width,
                        finger->y * (float)window->stage.height};
}

static void take_pointer(struct window *window, const SDL_Event *event)
{
    const struct stage *stage = &window->stage;
    switch (event->type) {
    case SDL_MOUSEBUTTONDOWN:
        if (event->button.which != SDL_TOUCH_MOUSEID && event->button.button == SDL_BUTTON_LEFT)
            press(window, stage_point(stage, event->button.x, event->button.y));
        break;
    case SDL_MOUSEBUTTONUP:
        if (event->button.which != SDL_TOUCH_MOUSEID && event->button.button == SDL_BUTTON_LEFT)
            release(window, stage_point(stage, event->button.x, event->button.y));
        break;
    case SDL_MOUSEMOTION:
        if (event->motion.which != SDL_TOUCH_MOUSEID &&
            (event->motion.state & SDL_BUTTON_LMASK))
            drag(window, stage_point(stage, event->motion.x, event->motion.y));
        break;
    case SDL_MOUSEWHEEL:
        scroll_to(window,
                  window->scene.scroll - (float)event->wheel.y * scene_u(&window->scene, 40));
        break;
    case SDL_FINGERDOWN:
        press(window, finger_point(window, &event->tfinger));
        break;
    case SDL_FINGERMOTION:
        drag(window, finger_point(window, &event->tfinger));
        break;
    case SDL_FINGERUP:
        release(window, finger_point(window, &event->tfinger));
        break;
    default:
        break;
    }
}

static void take_event(struct window *window, const SDL_Event *event)
{
    if (event->type == window->wake_event) {
        if (event->user.code == WAKE_PREVIEW)
            take_preview(window);
        else
            atomic_store(&window->inbox_woken, false);
        return;
    }
    switch (event->type) {
    case SDL_QUIT:
        feed(window, FLOW_EVENT_CLOSE);
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
        window->dirty = true;
        break;
    default:
        take_pointer(window, event);
        break;
    }
}

// ---- the loop ----

// Milliseconds until the scene changes by itself; -1: it does not.
static int moving_ms(const struct window *window)
{
    if (window->scene.moves || (window->view.state == FLOW_ASKING && window->view.ripe < 100) ||
        holds_found(window))
        return MOVING_MS;
    if (window->view.state == FLOW_ASKING)
        return 1000;
    if (window->view.state == FLOW_AIMING && window->found_ms > 0)
        return FOUND_FORGET_MS;
    return -1;
}

static void wait_for_event(struct window *window)
{
    int moving = moving_ms(window), due = app_wait_ms(&window->app);
    int wait = moving < 0 ? due : due < 0 ? moving : moving < due ? moving : due;
    SDL_Event event;
    bool got = wait < 0 ? SDL_WaitEvent(&event) : SDL_WaitEventTimeout(&event, wait);
    if (!got && moving >= 0)
        window->dirty = true;
    if (window->view.state == FLOW_AIMING && window->found_ms > 0 &&
        app_now_ms() - window->found_ms >= FOUND_FORGET_MS) {
        window->found_ms = 0;
        window->dirty = true;
    }
    while (got && !window->app.quit) {
        take_event(window, &event);
        got = SDL_PollEvent(&event);
    }
}

static void loop(struct window *window)
{
    feed(window, FLOW_EVENT_START);
    while (!window->app.quit) {
        if (window->dirty)
            draw(window);
        else if (window->stale)
            stage_present(&window->stage, &window->scene);
        window->stale = false;
        wait_for_event(window);
        app_drain(&window->app);
    }
}

static enum exit_code run_on_stage(struct window *window, const struct paths *paths)
{
    struct fault fault = {0};
    struct app_face face = {.changed = flow_changed,
                            .code = code_seen,
                            .on_preview = wake_for_preview,
                            .wake = wake_for_inbox,
                            .userdata = window};
    window->wake_event = SDL_RegisterEvents(1);
    if (!app_init(&window->app, window->options, paths, &face, &fault))
        return terminal_tell_fault(window->options, &fault);
    torch_find(&window->torch, camera_system_real().kernel, "/sys/class/leds", "/dev");
    loop(window);
    switch_torch(window, false);
    enum exit_code result = window->app.flow.exit;
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
    window->options = options;
    window->start_ms = app_now_ms();
    window->pressed = -1;
    window->built = FLOW_STATES;
    frame_init(&window->frame);
    enum exit_code result;
    if (stage_open(&window->stage, options->fullscreen, &fault)) {
        result = run_on_stage(window, paths);
        stage_close(&window->stage);
    } else {
        result = terminal_tell_fault(options, &fault);
    }
    frame_destroy(&window->frame);
    free(window);
    return result;
}
