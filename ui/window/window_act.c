// SPDX-License-Identifier: MIT
#include "net/pairings/administrator.h"
#include "net/pairings/pairing_pin.h"
#include "ui/settings/config.h"
#include "ui/text/fault_line.h"
#include "ui/text/language.h"
#include "ui/text/way_out.h"
#include "ui/window/window_parts.h"

#define SETTLE_MS 250 // a question that has just come is not answered by what was meant before

static void feed(struct window *window, const struct flow_event *event)
{
    if (event->kind == FLOW_EVENT_ANSWER)
        window->answer_ms = app_now_ms();
    app_feed(&window->app, *event);
}

void window_feed(struct window *window, enum flow_event_kind kind)
{
    feed(window, &(struct flow_event){.kind = kind});
}

void window_look_at_administrator(struct window *window)
{
    struct pairing_store *store = window->app.pairings;
    if (window->navigation.gate.guards)
        navigation_looked(&window->navigation, administrator_is_set(store),
                          administrator_wait_ms(store, app_now_ms()));
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

static void begin_scan(struct window *window, const struct flow_event *event)
{
    preview_clear(&window->stage.preview);
    window->found_ms = 0;
    window->scan_ms = app_now_ms();
    feed(window, event);
}

// Login and password, or the word: what is missing gets the focus instead.
static void log_in(struct window *window)
{
    struct entry *entry = window->typing.entry;
    for (size_t i = 0; i < window->typing.count; i++) {
        if (entry[i].size == 0) {
            window_go_to_field(window, i);
            return;
        }
    }

    struct net_login_answer answer = {0};
    if (window->app.flow.login.need == NET_LOGIN_PASSWORD) {
        memcpy(answer.login, entry[0].text, entry[0].size);
        memcpy(answer.password, entry[1].text, entry[1].size);
    } else {
        memcpy(answer.word, entry[0].text, entry[0].size);
    }

    app_log_in(&window->app, &answer);
    explicit_bzero(&answer, sizeof(answer));
    typing_wipe(&window->typing);
}

// What has been typed goes where it belongs, and secrets are forgotten at once.
static void submit(struct window *window)
{
    struct entry *entry = window->typing.entry;

    switch (window->app.flow.state) {
    case FLOW_LOGIN:
        log_in(window);
        return;
    case FLOW_UNLOCKING:
    case FLOW_PIN_AGAIN:
        if (entry[0].size > 0)
            app_enter_pin(&window->app, span_of(entry[0].text, entry[0].size));
        entry_wipe(entry);
        return;
    case FLOW_BY_ADDRESS:
        if (entry[0].size > 0)
            app_enter_address(&window->app, entry[0].text, NULL);
        return;
    case FLOW_BY_HAND:
        if (entry[0].size > 0)
            app_enter_code(&window->app, span_of(entry[0].text, entry[0].size));
        return;
    default:
        return;
    }
}

// Looks anew at what the places show.
static void look(struct window *window)
{
    struct places_facts *facts = &window->facts;
    struct fault fault = {0};
    facts->trouble[0] = '\0';
    facts->portal_count = app_pairings(&window->app, facts->portal);
    facts->can_vibrate = feedback_can_vibrate(window->feedback);
    facts->can_speak = feedback_can_speak(window->feedback);
    app_used_camera(&window->app, facts->used_camera);
    facts->has_pin = pairing_store_has_pin(window->app.pairings);
    if (window->navigation.places.at == PLACE_HISTORY &&
        !history_read(&facts->history, window->paths->state, window->paths->data, &fault))
        snprintf(facts->trouble, sizeof(facts->trouble), "%s", _(failure_text(fault.failure)));
}

// A kiosk goes back to the language that was set, not to one that was chosen in passing.
static void keep_language(struct window *window, const char *code)
{
    language_switch(code);
    snprintf(window->language, sizeof(window->language), "%s", language_current()->code);
}

// Whichever camera a person changed over to while aiming, the next scan begins with this one.
static void keep_camera(struct window *window, const char *source)
{
    memmove(window->source, source, strlen(source) + 1);
    window->options.source = window->source;
    app_forget_camera(&window->app);
}

// A setting holds at once; the file keeps it for the next time.
static void change_setting(struct window *window, const struct places_change *change)
{
    struct places_facts *facts = &window->facts;
    struct fault fault = {0};
    const char *file = window->options.config ? window->options.config : window->paths->config;
    facts->trouble[0] = '\0';
    if (strcmp(change->name, "lang") == 0)
        keep_language(window, change->value);
    else if (strcmp(change->name, "source") == 0)
        keep_camera(window, change->value);
    else
        options_set(&window->options, change->name, change->value, &fault);
    if (config_write(file, change->name, change->value, &fault))
        return;
    snprintf(facts->trouble, sizeof(facts->trouble), "%s",
             _("This holds until the program ends: the configuration file cannot be written."));
    fault_line_print(stderr, &fault);
}

static void tell_trouble(struct window *window, enum failure failure)
{
    snprintf(window->facts.trouble, sizeof(window->facts.trouble), "%s %s",
             _(failure_text(failure)), _(way_out_words(failure)));
}

// Digits were entered in one of the places. True if they do there.
static bool take_digits(struct window *window, struct span digits)
{
    const struct places *places = &window->navigation.places;
    struct pin_task *task = &window->pin_task;
    struct fault fault = {0};
    bool good = false, last = places->at == PLACE_PIN_AGAIN || places->pin_goes;

    switch (places->at) {
    case PLACE_REMOVE_PIN:
        app_remove_pairing(&window->app, window->facts.portal[places->portal].id, digits);
        return true;
    case PLACE_PIN_OLD:
        good = pin_task_old(task, digits, &fault);
        break;
    case PLACE_PIN_NEW:
        good = pin_is_good(digits) ? pin_task_new(task, digits, &fault)
                                   : fault_set(&fault, FAILURE_PIN_FORM, "%zu", digits.n);
        break;
    case PLACE_PIN_AGAIN:
        good = pin_task_is_same(task, digits);
        break;
    default:
        return false;
    }

    if (good && last)
        good = pin_task_start(task, window->app.pairings, &fault);
    if (fault.failure != FAILURE_NONE)
        tell_trouble(window, fault.failure);
    else if (!good && places->at == PLACE_PIN_AGAIN)
        snprintf(window->facts.trouble, sizeof(window->facts.trouble), "%s",
                 _("The two were not the same. Choose a PIN once more."));
    return good;
}

static void take_pin(struct window *window)
{
    struct entry *entry = &window->typing.entry[0];
    if (entry->size == 0)
        return;

    window->facts.trouble[0] = '\0';
    places_pin(&window->navigation.places,
               take_digits(window, span_of(entry->text, entry->size)));
    entry_wipe(entry);
}

static void try_pin(struct window *window)
{
    struct entry *entry = &window->typing.entry[0];
    struct span digits = span_of(entry->text, entry->size);
    struct fault fault = {0};
    if (entry->size > 0 &&
        pin_task_check(&window->pin_task, window->app.pairings, digits, &fault))
        navigation_try(&window->navigation);
    else if (fault.failure != FAILURE_NONE)
        tell_trouble(window, fault.failure);
    entry_wipe(entry);
}

// What the places show, after the way to them.
static void look_in_place(struct window *window)
{
    enum place at = window->navigation.places.at;
    look(window);
    if (at == PLACE_SETTINGS || at == PLACE_PIN_NEW)
        pin_task_end(&window->pin_task); // digits of an attempt that was left
    if (at == PLACE_CAMERAS)
        window->facts.looks_for_cameras = camera_task_start(&window->camera_task);
}

void window_take_code(struct window *window, const char *code)
{
    if (flow_is_outcome(window->app.flow.state))
        window_feed(window, FLOW_EVENT_BACK);
    window_feed(window, FLOW_EVENT_BY_HAND);
    if (window->app.flow.state == FLOW_BY_HAND)
        app_enter_code(&window->app, span_str(code));
}

void window_take_activation(struct window *window)
{
    struct activation_call call;
    activation_take(window->activation, &call);
    if (call.kind == ACTIVATION_NONE)
        return;

    stage_raise(&window->stage);
    window->dirty = true;
    if (call.kind == ACTIVATION_OPEN)
        window_take_code(window, call.code);
    else if (call.kind == ACTIVATION_PAIR)
        window_feed(window, FLOW_EVENT_PAIR);
}

void window_tell_notice(struct window *window)
{
    struct notice notice;
    switch (notice_follow(&window->notice_watch, &window->app.flow,
                          window->options.notifications, app_now_ms(), &notice)) {
    case NOTICE_SHOW:
        notifier_show(window->notifier, &notice);
        break;
    case NOTICE_WITHDRAW:
        notifier_withdraw(window->notifier);
        break;
    case NOTICE_KEEP:
        break;
    }
}

void window_take_cameras(struct window *window)
{
    if (!camera_task_take(&window->camera_task, &window->facts.cameras))
        return;
    window->facts.looks_for_cameras = false;
    window->dirty = true;
}

void window_look_after_removal(struct window *window)
{
    enum failure failure = window->app.flow.removal.fault.failure;
    look(window);
    if (failure != FAILURE_NONE)
        tell_trouble(window, failure);
}

static void act_on_screen(struct window *window, struct action action)
{
    struct entry *entry = window->typing.entry;

    switch (action.kind) {
    case ACTION_LANGUAGE:
        language_switch(languages_at(action.index)->code);
        break;
    case ACTION_FIELD:
        window_go_to_field(window, action.index);
        keyboard_show(&window->keyboard);
        break;
    case ACTION_KEY:
        if (window_press_key(window, action.index))
            window_leave_field(window, window->keyboard.field.index);
        break;
    case ACTION_REVEAL:
        entry[action.index].revealed = !entry[action.index].revealed;
        break;
    case ACTION_DIGIT:
        typing_digit(&entry[0], (int)action.index);
        break;
    case ACTION_ERASE:
        entry_erase_before(&entry[0]);
        break;
    case ACTION_PASTE:
        typing_paste(&entry[0]);
        break;
    case ACTION_CAMERA:
        app_switch_camera(&window->app);
        preview_clear(&window->stage.preview);
        window->found_ms = 0;
        break;
    case ACTION_TORCH:
        window_switch_torch(window, !window->torch_on);
        break;
    default:
        break;
    }
}

static void take_step(struct window *window, const struct navigation_step *step,
                      struct action action)
{
    const struct places *places = &window->navigation.places;
    if (step->goes_back)
        window_feed(window, FLOW_EVENT_BACK);

    switch (step->what) {
    case NAVIGATION_DO_NOTHING:
        break;
    case NAVIGATION_DO_FEED:
        feed(window, &step->event);
        break;
    case NAVIGATION_DO_SCAN:
        begin_scan(window, &step->event);
        break;
    case NAVIGATION_DO_SUBMIT:
        submit(window);
        break;
    case NAVIGATION_DO_TAKE_PIN:
        take_pin(window);
        break;
    case NAVIGATION_DO_TRY_PIN:
        try_pin(window);
        break;
    case NAVIGATION_DO_FORGET_PIN:
        entry_wipe(&window->typing.entry[0]);
        break;
    case NAVIGATION_DO_LOOK:
        look_in_place(window);
        break;
    case NAVIGATION_DO_REMOVE:
        app_remove_pairing(&window->app, window->facts.portal[places->portal].id,
                           (struct span){0});
        break;
    case NAVIGATION_DO_SET:
        change_setting(window, &step->change);
        break;
    case NAVIGATION_DO_ON_SCREEN:
        act_on_screen(window, action);
        break;
    }

    navigation_follow(&window->navigation);
}

void window_act(struct window *window, struct action action)
{
    window->dirty = window->overtaken = true;
    if (window->navigation.gate.at == GATE_AWAY) // it may be about to come
        window_look_at_administrator(window);
    struct navigation_step step = navigation_press(&window->navigation, action, app_now_ms());
    take_step(window, &step, action);
}

static void take_check(struct window *window, const struct fault *fault)
{
    struct navigation_step step = navigation_judged(&window->navigation, fault->failure,
                                                    window->pin_task.wait_ms, app_now_ms());
    take_step(window, &step, (struct action){.kind = ACTION_NONE});
}

void window_take_pin_task(struct window *window)
{
    struct fault fault;
    if (!pin_task_take(&window->pin_task, &fault))
        return;
    window->dirty = true;
    if (window->pin_task.checks) {
        take_check(window, &fault);
        return;
    }

    places_pin(&window->navigation.places, fault.failure == FAILURE_NONE);
    look(window);
    if (fault.failure != FAILURE_NONE)
        tell_trouble(window, fault.failure);
}

void window_act_on_node(struct window *window, int index)
{
    bool settles = window->unshown || app_now_ms() - window->shown_ms < SETTLE_MS;
    if (index == POINTER_GROUND && window->view.anywhere && !settles)
        index = window->scene.focus;
    if (settles && flow_asks(&window->app.flow))
        return;
    if (index >= 0 && index < (int)window->scene.count && window->scene.node[index].enabled &&
        window->scene.node[index].action.kind != ACTION_NONE)
        window_act(window, window->scene.node[index].action);
}

void window_leave_field(struct window *window, size_t index)
{
    if (index + 1 == window->typing.count) {
        window_act(window, (struct action){.kind = ACTION_SUBMIT});
        return;
    }
    window_go_to_field(window, index + 1);
    window->overtaken = true;
}
