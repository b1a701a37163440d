// SPDX-License-Identifier: MIT
#include "ui/config.h"
#include "ui/fault_line.h"
#include "ui/language.h"
#include "ui/way_out.h"
#include "ui/window_parts.h"

#define SETTLE_MS 250 // a question that has just come is not answered by what was meant before

void window_feed(struct window *window, enum flow_event_kind kind)
{
    if (kind == FLOW_EVENT_TOUCH)
        window->touched_ms = app_now_ms();
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
    window_feed(window, kind);
}

// Login and password, or the word: what is missing gets the focus instead.
static void log_in(struct window *window)
{
    struct entry *entry = window->typing.entry;
    for (size_t i = 0; i < window->typing.count; i++) {
        if (entry[i].size == 0) {
            window->focus_action = (struct action){ACTION_FIELD, i};
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
    facts->has_pin = pairing_store_has_pin(window->app.pairings);
    if (window->places.at == PLACE_HISTORY &&
        !history_read(&facts->history, window->paths->state, &fault))
        snprintf(facts->trouble, sizeof(facts->trouble), "%s", _(failure_text(fault.failure)));
}

// A kiosk goes back to the language that was set, not to one that was chosen in passing.
static void keep_language(struct window *window, const char *code)
{
    language_switch(code);
    snprintf(window->language, sizeof(window->language), "%s", language_current()->code);
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
    struct pin_task *task = &window->pin_task;
    enum failure wrong = FAILURE_NONE;
    bool good = false, last = window->places.at == PLACE_PIN_AGAIN || window->places.pin_goes;
    switch (window->places.at) {
    case PLACE_REMOVE_PIN:
        app_unpair(&window->app, window->facts.portal[window->places.portal].id, digits);
        return true;
    case PLACE_PIN_OLD:
        good = pin_task_old(task, digits);
        break;
    case PLACE_PIN_NEW:
        good = pin_is_good(digits) && pin_task_new(task, digits);
        wrong = FAILURE_PIN_FORM;
        break;
    case PLACE_PIN_AGAIN:
        good = pin_task_is_same(task, digits);
        break;
    default:
        return false;
    }
    if (good && last)
        good = pin_task_start(task, window->app.pairings);
    if (!good && window->places.at == PLACE_PIN_AGAIN)
        snprintf(window->facts.trouble, sizeof(window->facts.trouble), "%s",
                 _("The two were not the same. Choose a PIN once more."));
    else if (!good && wrong != FAILURE_NONE)
        tell_trouble(window, wrong);
    return good;
}

static void enter_digits(struct window *window)
{
    struct entry *entry = &window->typing.entry[0];
    if (entry->size == 0)
        return;
    window->facts.trouble[0] = '\0';
    places_pin(&window->places, take_digits(window, span_of(entry->text, entry->size)));
    entry_wipe(entry);
}

void window_take_pin_task(struct window *window)
{
    struct fault fault;
    if (!pin_task_take(&window->pin_task, &fault))
        return;
    window->dirty = true;
    if (window->pin_task.checks) {
        window_take_check(window, &fault);
        return;
    }
    places_pin(&window->places, fault.failure == FAILURE_NONE);
    look(window);
    if (fault.failure != FAILURE_NONE)
        tell_trouble(window, fault.failure);
}

static bool act_in_places(struct window *window, struct action action)
{
    enum places_do todo;
    struct places_change change;
    if (!places_press(&window->places, &window->facts, action, &todo, &change))
        return false;
    window_feed(window, FLOW_EVENT_TOUCH);
    if (todo == PLACES_DO_REMOVE)
        app_unpair(&window->app, window->facts.portal[window->places.portal].id,
                   (struct span){0});
    if (todo == PLACES_DO_PIN)
        enter_digits(window);
    if (todo == PLACES_DO_SET)
        change_setting(window, &change);
    if (todo == PLACES_DO_LOOK || action.kind == ACTION_MENU) {
        look(window);
        if (window->places.at == PLACE_SETTINGS || window->places.at == PLACE_PIN_NEW)
            pin_task_end(&window->pin_task); // digits of an attempt that was left
    }
    if (todo == PLACES_DO_PAIR_BY_ADDRESS)
        window_feed(window, FLOW_EVENT_BY_ADDRESS);
    if (todo == PLACES_DO_PAIR)
        begin_scan(window, FLOW_EVENT_PAIR);
    return true;
}

// The pairing is gone, or not; the flow knows nothing of it.
void window_unpaired(void *userdata, const struct net_event *event)
{
    struct window *window = userdata;
    bool removed = event->kind == NET_EVENT_UNPAIRED;
    places_removed(&window->places, removed, removed && event->unpaired.portal_told);
    look(window);
    if (!removed)
        tell_trouble(window, event->kind == NET_EVENT_LOCKED ? event->locked.fault.failure
                                                             : event->fault.failure);
    window->dirty = true;
}

static void act_in_flow(struct window *window, struct action action)
{
    struct entry *entry = window->typing.entry;
    switch (action.kind) {
    case ACTION_SCAN:
        begin_scan(window, FLOW_EVENT_SCAN);
        break;
    case ACTION_PAIR:
        begin_scan(window, FLOW_EVENT_PAIR);
        break;
    case ACTION_AGAIN:
        begin_scan(window, FLOW_EVENT_AGAIN);
        break;
    case ACTION_BACK:
        window_feed(window, FLOW_EVENT_BACK);
        break;
    case ACTION_APPROVE:
        answer(window, NET_APPROVE);
        break;
    case ACTION_DENY:
        answer(window, NET_DENY);
        break;
    case ACTION_REPORT:
        answer(window, NET_DENY_AND_REPORT);
        break;
    case ACTION_YES:
    case ACTION_NO:
        app_feed(&window->app, (struct flow_event){.kind = FLOW_EVENT_KEEP,
                                                   .yes = action.kind == ACTION_YES});
        break;
    case ACTION_BY_ADDRESS:
        window_feed(window, FLOW_EVENT_BY_ADDRESS);
        break;
    case ACTION_BY_HAND:
        window_feed(window, FLOW_EVENT_BY_HAND);
        break;
    case ACTION_SUBMIT:
        submit(window);
        break;
    case ACTION_PASTE:
        typing_paste(&window->typing.entry[0]);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case ACTION_CAMERA:
        app_switch_camera(&window->app);
        preview_clear(&window->stage.preview);
        window->found_ms = 0;
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case ACTION_TORCH:
        window_switch_torch(window, !window->torch_on);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case ACTION_END_SESSION:
        window_feed(window, FLOW_EVENT_END_SESSION);
        break;
    case ACTION_RENEW:
        window_feed(window, FLOW_EVENT_RENEW);
        break;
    case ACTION_LANGUAGE:
        language_switch(languages_at(action.index)->code);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case ACTION_FIELD:
        window->focus_action = action;
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case ACTION_REVEAL:
        entry[action.index].revealed = !entry[action.index].revealed;
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case ACTION_DIGIT:
        typing_digit(&entry[0], (int)action.index);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case ACTION_ERASE:
        entry_erase_before(&entry[0]);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    default:
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    }
}

void window_act(struct window *window, struct action action)
{
    window->dirty = true;
    if (!window_act_at_gate(window, action)) {
        if (action.kind == ACTION_SET_PIN || action.kind == ACTION_PORTALS)
            window_feed(window, FLOW_EVENT_BACK); // places lie behind the instructions
        if (!act_in_places(window, action))
            act_in_flow(window, action);
    }
    window_follow_gate(window);
}

void window_act_on_node(struct window *window, int index)
{
    bool settles = app_now_ms() - window->built_ms < SETTLE_MS;
    if (index == POINTER_GROUND && window->view.anywhere && !settles)
        index = window->scene.focus;
    if (settles && flow_asks(&window->app.flow))
        return;
    if (index >= 0 && index < (int)window->scene.count && window->scene.node[index].enabled &&
        window->scene.node[index].action.kind != ACTION_NONE)
        window_act(window, window->scene.node[index].action);
}
