// SPDX-License-Identifier: MIT
#include "tests/screen/sample_scene.h"

#include <stdlib.h>
#include <string.h>

#include "ui/flow/flow.h"
#include "ui/text/language.h"
#include "ui/view/flow_view.h"

#define A_DAY 1795521000 // seconds since 1970

static void add_history(struct history *history, enum history_kind kind, const char *browser,
                        const char *place)
{
    struct history_entry *entry = &history->entry[history->count++];
    *entry =
        (struct history_entry){.kind = kind, .time = A_DAY - 5000 * (int64_t)history->count};
    bool russian = strcmp(language_current()->code, "ru") == 0;
    strcpy(entry->portal, "https://portal.example.com");
    strcpy(entry->account, russian ? "Анна Петрова" : "Anna Petrova");
    strcpy(entry->browser, browser);
    strcpy(entry->place, place);
}

static void fill_facts(struct places_facts *facts, enum theme_choice theme, bool longest)
{
    static struct options options = {.text_percent = 100};
    options.theme = theme;
    *facts = (struct places_facts){.options = &options,
                                   .portal_count = 2,
                                   .can_vibrate = true,
                                   .can_speak = true,
                                   .has_pin = true};

    bool russian = strcmp(language_current()->code, "ru") == 0;
    for (size_t i = 0; i < facts->portal_count; i++) {
        struct pairing_summary *portal = &facts->portal[i];
        strcpy(portal->origin, i ? "https://office.example.org" : "https://portal.example.com");
        strcpy(portal->portal_name, i ? "Office" : "Example");
        strcpy(portal->account_name, russian ? "Анна Петрова" : "Anna Petrova");
        portal->paired_at = A_DAY - 86400 * 30;
        portal->key_ends_at = A_DAY + 86400 * 60;
    }

    strcpy(facts->used_camera, "Integrated Camera");
    facts->cameras = (struct camera_offers){
        .known = true,
        .count = 3,
        .offer = {{.source = "camera:usb-1",
                   .id = "usb-1",
                   .name = "Integrated Camera",
                   .facing = CAMERA_FACING_FRONT,
                   .used = true},
                  {.source = "camera:usb-2", .id = "usb-2", .name = "HD Pro Webcam C920"},
                  {.source = "pipewire:back",
                   .id = "back",
                   .name = "imx258",
                   .facing = CAMERA_FACING_BACK,
                   .failure = FAILURE_CAMERA_BUSY}}};

    struct history *history = &facts->history;
    add_history(history, HISTORY_APPROVED, "Chromium, Linux", russian ? "Казань" : "Kazan");
    add_history(history, HISTORY_REPORTED, "Firefox, Windows", russian ? "Омск" : "Omsk");
    add_history(history, HISTORY_DENIED, "Chromium, Linux", "");
    add_history(history, HISTORY_APPROVED, "Chromium, Linux", russian ? "Казань" : "Kazan");
    add_history(history, HISTORY_PAIRED, "", "");

    if (!longest)
        return;
    struct flow flow;
    sample_fill_longest_question(&flow);
    facts->portal_count = PAIRINGS_MAX;
    for (size_t i = 2; i < PAIRINGS_MAX; i++)
        facts->portal[i] = facts->portal[1];
    strcpy(facts->portal[0].origin, flow.context.origin);
    strcpy(facts->portal[0].portal_name, flow.context.browser);
    strcpy(facts->portal[0].account_name, flow.context.account_name);
    for (size_t i = history->count; i < HISTORY_MAX; i++)
        history->entry[i] = history->entry[0];
    history->count = HISTORY_MAX;
    history->changed = true;
    struct camera_offers *cameras = &facts->cameras;
    for (size_t i = cameras->count; i < CAMERA_OFFERS_MAX; i++)
        cameras->offer[i] = cameras->offer[2];
    cameras->count = CAMERA_OFFERS_MAX;
    memset(cameras->offer[0].name, 'W', sizeof(cameras->offer[0].name) - 1);
    memset(cameras->offer[2].id, 'm', sizeof(cameras->offer[2].id) - 1);
    cameras->offer[2].has_twin = true;
    strcpy(history->entry[0].portal, flow.context.origin);
    strcpy(history->entry[0].account, flow.context.account_name);
    strcpy(history->entry[0].browser, flow.context.browser);
}

// A camera was chosen and has gone.
static void fill_nothing(struct places_facts *facts)
{
    static struct options options;
    options = *facts->options;
    options.source = "camera:usb-046d_HD_Pro_Webcam_C920-video-index0";
    facts->options = &options;
    facts->portal_count = facts->history.count = 0;
    facts->cameras = (struct camera_offers){.known = true, .failure = FAILURE_CAMERA_NONE};
}

// Pictures depend neither on when nor on where they are drawn.
static const struct wall_clock sample_clock = {.now = A_DAY, .zone = gmtime_r};

// A picture as a portal may send it.
static const struct luma *draw_captcha(struct fonts *fonts)
{
    static uint8_t pixels[180 * 40];
    static const struct luma luma = {pixels, 180, 40, 180};
    struct canvas canvas;
    if (!canvas_init(&canvas, 180, 40))
        return NULL;

    canvas_clear(&canvas, (struct colour){235, 235, 235, 255});
    fonts_draw(fonts, &canvas, WEIGHT_MEDIUM, 30, "7KQ2M", 0, 5, 38, 1,
               (struct colour){60, 60, 60, 255});
    for (int i = 0; i < 5; i++) {
        struct dot line[] = {{0, (float)(i * 9)}, {180, (float)(38 - i * 8)}};
        canvas_stroke(&canvas, line, 2, 1.5f, (struct colour){120, 120, 120, 255});
    }

    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = (uint8_t)canvas.pixels[i];
    canvas_destroy(&canvas);
    return &luma;
}

static void fill_entries(const struct view *view, struct entry *entries, bool longest)
{
    static const char *const texts[] = {
        [ENTRY_TEXT] = "anna.petrova",
        [ENTRY_ADDRESS] = "QRL:1:MFRGGZDFMZTWQ:NBSWY3DPEB3W64TMMQ",
        [ENTRY_SECRET] = "correct horse",
        [ENTRY_DIGITS] = "048213",
        [ENTRY_PIN] = "123456",
    };

    for (size_t i = 0; i < view->field_count; i++) {
        const char *text = view->state == FLOW_BY_ADDRESS ? "https://portal.example.com"
                           : view->fields[i].limit == NET_WORD_MAX
                               ? "48291"
                               : texts[view->fields[i].kind];
        entry_begin(&entries[i], view->fields[i].kind, view->fields[i].limit);
        while (entry_insert(&entries[i], text) && longest)
            continue;
    }
}

// The keys of the sample under the field that they type into; NULL: none.
static const struct keyboard *fill_keys(const struct sample *sample, const struct view *view,
                                        struct keyboard *keys)
{
    if (!sample->keys)
        return NULL;
    *keys = *sample->keys;
    size_t index = keys->field.index < view->field_count ? keys->field.index : 0;
    keys->field = (struct keyboard_field){.screen = view->screen,
                                          .index = index,
                                          .last = index + 1 == view->field_count,
                                          .kind = view->fields[index].kind};
    return keys;
}

static void focus_on_field(struct scene *scene, size_t index)
{
    struct action field = {ACTION_FIELD, index};
    for (size_t i = 0; i < scene->count; i++) {
        if (action_is_same(scene->node[i].action, field))
            scene->focus = (int)i;
    }
    scene_show(scene, scene->focus);
}

struct area sample_code(float width, float height)
{
    float side = width < height ? width : height;
    return (struct area){width / 2 - side * 0.16f, height * 0.48f - side * 0.23f, side * 0.32f,
                         side * 0.32f};
}

static struct view_home home_of(bool longest)
{
    static char name[128 + 1], place[OPTIONS_PLACE_MAX + 1];
    if (!longest && strcmp(language_current()->code, "ru") == 0)
        return (struct view_home){SAMPLE_PORTAL, "Example Portal", "Лифты",
                                  "Для ПК у пульта лифта, зал 2"};
    if (!longest)
        return (struct view_home){SAMPLE_PORTAL, "Example Portal", "Lifts",
                                  "For the PC beside the lift control, hall 2"};
    memset(name, 'm', sizeof(name) - 1);
    memset(place, 'm', sizeof(place) - 1);
    return (struct view_home){SAMPLE_PORTAL, name, name, place};
}

static void fill_flow(const struct sample *sample, struct flow *flow)
{
    struct flow_settings settings = {.paired = true, .window = true, .shows_text = true};
    flow_init(flow, &settings);
    sample->fill(flow);
}

void sample_view(const struct sample *sample, enum theme_choice theme, struct view *view)
{
    struct flow flow;
    fill_flow(sample, &flow);

    const struct view_home home = home_of(sample->longest);
    flow_view(&flow, &home, sample->shown_ms, &sample_clock, view);
    if (sample->gate.at != GATE_AWAY)
        gate_view(&sample->gate, sample->shown_ms, view);
    if (sample->not_ready)
        gate_view_not_ready(view);
    if (sample->place != PLACE_NONE) {
        static struct places_facts facts_of_places;
        struct places places = {.at = sample->place};
        fill_facts(&facts_of_places, theme, sample->longest);
        if (sample->nothing)
            fill_nothing(&facts_of_places);
        places_view(&places, &facts_of_places, &sample_clock, view);
    }
}

static bool asks_word(const struct sample *sample)
{
    struct flow flow;
    fill_flow(sample, &flow);
    return flow.state == FLOW_LOGIN && flow.login.need == NET_LOGIN_CAPTCHA;
}

void sample_build(const struct sample *sample, const struct sample_size *size,
                  enum theme_choice theme, float text_scale, struct fonts *fonts,
                  struct view *view, struct scene *scene)
{
    sample_view(sample, theme, view);
    scene_begin(scene, fonts, theme, size->width, size->height, size->scale, text_scale);
    scene_keep_clear(scene, &size->safe_area);

    static struct entry entries[VIEW_FIELDS_MAX];
    struct keyboard keys;
    struct screen_facts facts = {.has_torch = true,
                                 .can_switch_camera = true,
                                 .found = sample->found,
                                 .found_area =
                                     sample_code((float)size->width, (float)size->height),
                                 .closed = 1,
                                 .entries = entries,
                                 .keyboard = fill_keys(sample, view, &keys)};

    fill_entries(view, entries, sample->longest);
    facts.captcha = asks_word(sample) ? draw_captcha(fonts) : NULL;
    screens_build(scene, view, &facts);
    if (facts.keyboard)
        focus_on_field(scene, keys.field.index);
    scene->turn = 0.1f;
}

void sample_build_flow(const struct flow *flow, const struct sample_size *size,
                       float text_scale, struct fonts *fonts, struct view *view,
                       struct scene *scene)
{
    const struct view_home home = {.host = SAMPLE_PORTAL};
    flow_view(flow, &home, 0, &sample_clock, view);
    scene_begin(scene, fonts, THEME_CHOICE_LIGHT, size->width, size->height, size->scale,
                text_scale);
    scene_keep_clear(scene, &size->safe_area);
    screens_build(scene, view, &(struct screen_facts){0});
}
