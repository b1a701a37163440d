// SPDX-License-Identifier: MIT
#include "ui/config.h"
#include "ui/fault_line.h"
#include "ui/language.h"
#include "ui/window_parts.h"

#define SETTLE_MS 250 // a question that has just come is not answered by what was meant before

void window_feed(struct window *window, enum flow_event_kind kind)
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
    window_feed(window, kind);
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

// Looks anew at what the places show.
static void look(struct window *window)
{
    struct places_facts *facts = &window->facts;
    struct fault fault = {0};
    facts->trouble[0] = '\0';
    facts->portal_count = app_pairings(&window->app, facts->portal);
    if (window->places.at == PLACE_HISTORY &&
        !history_read(&facts->history, window->paths->state, &fault))
        snprintf(facts->trouble, sizeof(facts->trouble), "%s", _(failure_text(fault.failure)));
}

// A setting holds at once; the file keeps it for the next time.
static void change_setting(struct window *window, const struct places_change *change)
{
    struct places_facts *facts = &window->facts;
    struct fault fault = {0};
    const char *file = window->options.config ? window->options.config : window->paths->config;
    facts->trouble[0] = '\0';
    if (strcmp(change->name, "lang") == 0)
        language_switch(change->value);
    else
        options_set(&window->options, change->name, change->value, &fault);
    if (config_write(file, change->name, change->value, &fault))
        return;
    snprintf(facts->trouble, sizeof(facts->trouble), "%s",
             _("This holds until the program ends: the configuration file cannot be written."));
    fault_line_print(stderr, &fault);
}

static bool act_in_places(struct window *window, int action)
{
    enum places_do todo;
    struct places_change change;
    if (!places_press(&window->places, &window->facts, action, &todo, &change))
        return false;
    window_feed(window, FLOW_EVENT_TOUCH);
    if (todo == PLACES_DO_REMOVE)
        app_unpair(&window->app, window->facts.portal[window->places.portal].id);
    if (todo == PLACES_DO_SET)
        change_setting(window, &change);
    if (todo == PLACES_DO_LOOK || action == VIEW_MENU)
        look(window);
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
        snprintf(window->facts.trouble, sizeof(window->facts.trouble), "%s %s",
                 _(failure_text(event->fault.failure)), _(failure_next(event->fault.failure)));
    window->dirty = true;
}

void window_act(struct window *window, int action)
{
    window->dirty = true;
    if (act_in_places(window, action))
        return;
    switch (action) {
    case VIEW_SCAN:
        begin_scan(window, FLOW_EVENT_SCAN);
        break;
    case VIEW_PAIR:
        begin_scan(window, FLOW_EVENT_PAIR);
        break;
    case VIEW_BACK:
        window_feed(window, FLOW_EVENT_BACK);
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
        window_feed(window, FLOW_EVENT_BY_HAND);
        break;
    case VIEW_SUBMIT:
        submit(window);
        break;
    case VIEW_PASTE:
        typing_paste(&window->typing.entry[0]);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case SCENE_CAMERA:
        app_switch_camera(&window->app);
        preview_clear(&window->stage.preview);
        window->found_ms = 0;
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case SCENE_TORCH:
        window_switch_torch(window, !window->torch_on);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    case VIEW_END_SESSION:
        window_feed(window, FLOW_EVENT_END_SESSION);
        break;
    default:
        act_on_scene(window, action);
        window_feed(window, FLOW_EVENT_TOUCH);
        break;
    }
}

void window_act_on_node(struct window *window, int index)
{
    if (flow_asks(&window->app.flow) && app_now_ms() - window->built_ms < SETTLE_MS)
        return;
    if (index >= 0 && index < (int)window->scene.count && window->scene.node[index].enabled &&
        window->scene.node[index].action != SCENE_NOTHING)
        window_act(window, window->scene.node[index].action);
}
