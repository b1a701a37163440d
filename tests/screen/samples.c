// SPDX-License-Identifier: MIT
#include "tests/screen/samples.h"

#include <stdlib.h>

#include "ui/language.h"

static void fill_context(struct flow *flow)
{
    bool russian = strcmp(language_current(), "ru") == 0;
    struct net_context *c = &flow->context;
    strcpy(c->origin, "https://portal.example.com");
    strcpy(c->portal_name, "Example");
    strcpy(c->account_name, russian ? "Анна Петрова" : "Anna Petrova");
    strcpy(c->browser, russian ? "Chromium, Linux" : "Chromium on Linux");
    strcpy(c->address, "10.0.0.7");
    strcpy(c->place, russian ? "Казань, Россия" : "Kazan, Russia");
    strcpy(c->last_use, russian ? "вчера, 17:40" : "yesterday, 17:40");
    c->page_age_s = 12;
    c->expires_in_s = 96;
    c->tells_browser = c->known_browser = c->same_network = true;
    c->may_report = true;
    flow->ends_ms = 96000;
}

static void fill_welcome(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
    flow->settings.paired = false;
}

static void fill_instructions(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
}

static void fill_kiosk(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
    flow->settings.loop = true;
}

static void fill_aiming(struct flow *flow)
{
    flow->state = FLOW_AIMING;
}

static void fill_foreign(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint = (struct flow_hint){.another_kind = true, .kind = PAYLOAD_WIFI};
}

static void fill_other_portal(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint.refused = FAILURE_CHALLENGE_OTHER_PORTAL;
}

static void fill_too_far(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->advice.shown = HINT_TOO_FAR;
}

static void fill_dazzled(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->advice.shown = HINT_GLARE;
}

static void fill_by_hand(struct flow *flow)
{
    flow->state = FLOW_BY_HAND;
}

static void fill_wrong_by_hand(struct flow *flow)
{
    flow->state = FLOW_BY_HAND;
    flow->hint = (struct flow_hint){.another_kind = true, .kind = PAYLOAD_TEXT};
}

static void fill_unlocking(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
}

static void fill_wrong_pin(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
    flow->pin = (struct flow_pin){.refused = FAILURE_KEY_WAIT, .wait_until_ms = 29000};
}

static void fill_resolving(struct flow *flow)
{
    flow->state = FLOW_RESOLVING;
}

static void fill_asking(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_ASKING;
}

static void fill_warned(struct flow *flow)
{
    fill_asking(flow);
    flow->context.known_browser = flow->context.same_network = false;
}

static void fill_untold(struct flow *flow)
{
    fill_asking(flow);
    flow->context.tells_browser = false;
    flow->context.browser[0] = flow->context.address[0] = flow->context.place[0] = '\0';
    flow->context.last_use[0] = '\0';
}

static void fill_sending(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_SENDING;
}

static void fill_retrying(struct flow *flow)
{
    fill_sending(flow);
    flow->retrying = true;
    flow->fault.failure = FAILURE_NET_UNREACHABLE;
}

static void fill_signed_in(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_DONE;
    flow->receipt = (struct net_receipt){.result = NET_RESULT_APPROVED, .may_end = true};
}

static void fill_one_time_code(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.otp_follows = true;
}

static void fill_pickup_code(struct flow *flow)
{
    fill_one_time_code(flow);
    flow->receipt.result = NET_RESULT_PICKUP_CODE;
    strcpy(flow->receipt.pickup_code, "048213");
    flow->ends_ms = FLOW_PICKUP_MS;
}

static void fill_sent(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.result = NET_RESULT_SENT;
    flow->receipt.may_end = false;
}

static void fill_ended(struct flow *flow)
{
    flow->state = FLOW_ENDED;
}

static void fill_refused(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_REFUSED;
    flow->answer = NET_DENY_AND_REPORT;
}

static void fill_expired(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_CHALLENGE_EXPIRED;
}

static void fill_no_camera(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_CAMERA_BUSY;
}

static void fill_not_paired(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_PAIRING_NONE;
}

static void fill_pair_asking(struct flow *flow)
{
    flow->state = FLOW_PAIR_ASKING;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

static void fill_by_address(struct flow *flow)
{
    flow->state = FLOW_BY_ADDRESS;
    flow->pairing = true;
}

static void fill_certificate(struct flow *flow)
{
    flow->state = FLOW_CERTIFICATE;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->key_pin, "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=");
}

static void fill_login(struct flow *flow)
{
    flow->state = FLOW_LOGIN;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

static void fill_wrong_password(struct flow *flow)
{
    fill_login(flow);
    flow->login.why = FAILURE_PORTAL_WRONG_PASSWORD;
}

static void fill_captcha(struct flow *flow)
{
    fill_login(flow);
    flow->login.need = NET_LOGIN_CAPTCHA;
}

static void fill_otp(struct flow *flow)
{
    fill_login(flow);
    flow->login.need = NET_LOGIN_OTP;
}

static void fill_push_otp(struct flow *flow)
{
    fill_otp(flow);
    flow->login.push_otp = true;
}

static void fill_typing_code(struct flow *flow)
{
    flow->state = FLOW_TYPING_CODE;
    flow->pairing = true;
    strcpy(flow->pairing_code, "731905");
}

static void fill_confirming(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_CONFIRMING;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->portal_name, "Example");
    strcpy(flow->account_name, flow->context.account_name);
}

static void fill_paired(struct flow *flow)
{
    fill_confirming(flow);
    flow->state = FLOW_PAIRED;
}

static void repeat(char *out, const char *piece, size_t times)
{
    for (*out = '\0'; times > 0; times--)
        strcat(out, piece);
}

static void fill_longest_question(struct flow *flow)
{
    fill_warned(flow);
    struct net_context *c = &flow->context;
    strcpy(c->origin, "https://");
    repeat(c->origin + strlen(c->origin), "very-long-label-of-a-department.", 7);
    strcat(c->origin, "example.com:65535");
    repeat(c->account_name, "Константинополь ", 4);
    repeat(c->browser, "W", 64);
    repeat(c->place, "Длинное", 4);
    strcpy(c->address, "2001:0db8:85a3:0000:0000:8a2e:0370:7334");
    repeat(c->last_use, "давно ", 8);
}

static void fill_longest_pairing(struct flow *flow)
{
    fill_longest_question(flow);
    flow->state = FLOW_CONFIRMING;
    flow->pairing = true;
    strcpy(flow->portal_origin, flow->context.origin);
    strcpy(flow->portal_name, flow->context.browser);
    strcpy(flow->account_name, flow->context.account_name);
}

static void fill_longest_outcome(struct flow *flow)
{
    fill_longest_question(flow);
    flow->state = FLOW_DONE;
    flow->receipt = (struct net_receipt){.result = NET_RESULT_PICKUP_CODE,
                                         .pickup_code = "000000",
                                         .otp_follows = true,
                                         .may_end = true};
    flow->ends_ms = FLOW_PICKUP_MS;
}

const struct sample samples[] = {
    {"welcome", fill_welcome, 0, false, PLACE_NONE},
    {"instructions", fill_instructions, 0, false, PLACE_NONE},
    {"aiming", fill_aiming, 0, false, PLACE_NONE},
    {"aiming-too-far", fill_too_far, 0, false, PLACE_NONE},
    {"aiming-dazzled", fill_dazzled, 0, false, PLACE_NONE},
    {"aiming-foreign", fill_foreign, 0, false, PLACE_NONE},
    {"aiming-other-portal", fill_other_portal, 0, false, PLACE_NONE},
    {"by-hand", fill_by_hand, 0, false, PLACE_NONE},
    {"by-hand-wrong", fill_wrong_by_hand, 0, false, PLACE_NONE},
    {"pin", fill_unlocking, 0, false, PLACE_NONE},
    {"pin-wrong", fill_wrong_pin, 0, false, PLACE_NONE},
    {"longest-pin", fill_wrong_pin, 0, true, PLACE_NONE},
    {"resolving", fill_resolving, 300, false, PLACE_NONE},
    {"asking", fill_asking, 2000, false, PLACE_NONE},
    {"asking-warned", fill_warned, 900, false, PLACE_NONE},
    {"asking-untold", fill_untold, 2000, false, PLACE_NONE},
    {"sending", fill_sending, 300, false, PLACE_NONE},
    {"retrying", fill_retrying, 300, false, PLACE_NONE},
    {"signed-in", fill_signed_in, 0, false, PLACE_NONE},
    {"one-time-code", fill_one_time_code, 0, false, PLACE_NONE},
    {"pickup-code", fill_pickup_code, 23000, false, PLACE_NONE},
    {"pickup-code-over", fill_pickup_code, FLOW_PICKUP_MS, false, PLACE_NONE},
    {"sent", fill_sent, 0, false, PLACE_NONE},
    {"ended", fill_ended, 0, false, PLACE_NONE},
    {"refused", fill_refused, 0, false, PLACE_NONE},
    {"failed-expired", fill_expired, 0, false, PLACE_NONE},
    {"failed-camera", fill_no_camera, 0, false, PLACE_NONE},
    {"failed-not-paired", fill_not_paired, 0, false, PLACE_NONE},
    {"pair-asking", fill_pair_asking, 0, false, PLACE_NONE},
    {"by-address", fill_by_address, 0, false, PLACE_NONE},
    {"certificate", fill_certificate, 0, false, PLACE_NONE},
    {"login", fill_login, 0, false, PLACE_NONE},
    {"login-wrong", fill_wrong_password, 0, false, PLACE_NONE},
    {"login-captcha", fill_captcha, 0, false, PLACE_NONE},
    {"login-otp", fill_otp, 0, false, PLACE_NONE},
    {"login-push", fill_push_otp, 0, false, PLACE_NONE},
    {"longest-by-address", fill_by_address, 0, true, PLACE_NONE},
    {"longest-login", fill_wrong_password, 0, true, PLACE_NONE},
    {"pair-code", fill_typing_code, 0, false, PLACE_NONE},
    {"pair-confirm", fill_confirming, 0, false, PLACE_NONE},
    {"paired", fill_paired, 0, false, PLACE_NONE},
    {"kiosk", fill_kiosk, 0, false, PLACE_NONE},
    {"menu", fill_instructions, 0, false, PLACE_MENU},
    {"portals", fill_instructions, 0, false, PLACE_PORTALS},
    {"portal", fill_instructions, 0, false, PLACE_PORTAL},
    {"remove", fill_instructions, 0, false, PLACE_REMOVE},
    {"removing", fill_instructions, 0, false, PLACE_REMOVING},
    {"removed", fill_instructions, 0, false, PLACE_REMOVED},
    {"history", fill_instructions, 0, false, PLACE_HISTORY},
    {"settings", fill_instructions, 0, false, PLACE_SETTINGS},
    {"pin-change", fill_instructions, 0, false, PLACE_PIN},
    {"pin-new", fill_instructions, 0, false, PLACE_PIN_NEW},
    {"pin-again", fill_instructions, 0, false, PLACE_PIN_AGAIN},
    {"pin-working", fill_instructions, 0, false, PLACE_PIN_WORKING},
    {"pin-done", fill_instructions, 0, false, PLACE_PIN_DONE},
    {"longest-portals", fill_instructions, 0, true, PLACE_PORTALS},
    {"longest-portal", fill_instructions, 0, true, PLACE_PORTAL},
    {"longest-remove", fill_instructions, 0, true, PLACE_REMOVE},
    {"longest-history", fill_instructions, 0, true, PLACE_HISTORY},
    {"longest-by-hand", fill_wrong_by_hand, 0, true, PLACE_NONE},
    {"longest-question", fill_longest_question, 0, true, PLACE_NONE},
    {"longest-pairing", fill_longest_pairing, 0, true, PLACE_NONE},
    {"longest-outcome", fill_longest_outcome, 0, true, PLACE_NONE},
};
const size_t sample_count = sizeof(samples) / sizeof(samples[0]);

const struct sample_size sample_sizes[] = {
    {"360x720", 360, 720, 1},
    {"720x1440", 720, 1440, 2},
    {"1280x800", 1280, 800, 800 / 720.0f},
};
const size_t sample_size_count = sizeof(sample_sizes) / sizeof(sample_sizes[0]);

#define A_DAY 1795521000 // seconds since 1970

static void add_history(struct history *history, enum history_kind kind, const char *browser,
                        const char *place)
{
    struct history_entry *entry = &history->entry[history->count++];
    *entry =
        (struct history_entry){.kind = kind, .time = A_DAY - 5000 * (int64_t)history->count};
    bool russian = strcmp(language_current(), "ru") == 0;
    strcpy(entry->portal, "https://portal.example.com");
    strcpy(entry->account, russian ? "Анна Петрова" : "Anna Petrova");
    strcpy(entry->browser, browser);
    strcpy(entry->place, place);
}

static void fill_facts(struct places_facts *facts, enum theme_choice theme, bool longest)
{
    static struct options options = {.text_percent = 100};
    options.theme = theme;
    setenv("TZ", "UTC0", 1); // pictures do not depend on where they are drawn
    *facts = (struct places_facts){.options = &options,
                                   .portal_count = 2,
                                   .can_vibrate = true,
                                   .can_speak = true,
                                   .has_pin = true};
    bool russian = strcmp(language_current(), "ru") == 0;
    for (size_t i = 0; i < facts->portal_count; i++) {
        struct pairing_summary *portal = &facts->portal[i];
        strcpy(portal->origin, i ? "https://office.example.org" : "https://portal.example.com");
        strcpy(portal->portal_name, i ? "Office" : "Example");
        strcpy(portal->account_name, russian ? "Анна Петрова" : "Anna Petrova");
        portal->paired_at = A_DAY - 86400 * 30;
        portal->key_ends_at = A_DAY + 86400 * 60;
    }
    struct history *history = &facts->history;
    add_history(history, HISTORY_APPROVED, "Chromium, Linux", russian ? "Казань" : "Kazan");
    add_history(history, HISTORY_REPORTED, "Firefox, Windows", russian ? "Омск" : "Omsk");
    add_history(history, HISTORY_DENIED, "Chromium, Linux", "");
    add_history(history, HISTORY_APPROVED, "Chromium, Linux", russian ? "Казань" : "Kazan");
    add_history(history, HISTORY_PAIRED, "", "");
    if (!longest)
        return;
    struct flow flow;
    fill_longest_question(&flow);
    facts->portal_count = PAIRINGS_MAX;
    for (size_t i = 2; i < PAIRINGS_MAX; i++)
        facts->portal[i] = facts->portal[1];
    strcpy(facts->portal[0].origin, flow.context.origin);
    strcpy(facts->portal[0].portal_name, flow.context.browser);
    strcpy(facts->portal[0].account_name, flow.context.account_name);
    for (size_t i = history->count; i < HISTORY_MAX; i++)
        history->entry[i] = history->entry[0];
    history->count = HISTORY_MAX;
    history->faulty = 1;
    strcpy(history->entry[0].portal, flow.context.origin);
    strcpy(history->entry[0].account, flow.context.account_name);
    strcpy(history->entry[0].browser, flow.context.browser);
}

// A picture as a portal may send it.
static const struct luma *draw_captcha(struct fonts *fonts)
{
    static uint8_t pixels[180 * 40];
    static const struct luma luma = {pixels, 180, 40, 180};
    struct canvas canvas;
    if (!canvas_init(&canvas, 180, 40))
        return NULL;
    canvas_clear(&canvas, (struct colour){235, 235, 235, 255});
    fonts_draw(fonts, &canvas, WEIGHT_MEDIUM, 30, "7KQ2M", 5, 38, 1,
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

void sample_build(const struct sample *sample, const struct sample_size *size,
                  enum theme_choice theme, float text_scale, struct fonts *fonts,
                  struct view *view, struct scene *scene)
{
    struct flow_settings settings = {.paired = true, .window = true};
    struct flow flow;
    flow_init(&flow, &settings);
    sample->fill(&flow);
    view_make(&flow, SAMPLE_PORTAL, sample->shown_ms, view);
    if (sample->place != PLACE_NONE) {
        static struct places_facts facts_of_places;
        struct places places = {.at = sample->place};
        fill_facts(&facts_of_places, theme, sample->longest);
        places_view(&places, &facts_of_places, view);
    }
    scene_begin(scene, fonts, theme, size->width, size->height, size->scale, text_scale);
    static struct entry entries[VIEW_FIELDS_MAX];
    struct screen_facts facts = {
        .has_torch = true, .can_switch_camera = true, .entries = entries};
    fill_entries(view, entries, sample->longest);
    bool asks_word = flow.state == FLOW_LOGIN && flow.login.need == NET_LOGIN_CAPTCHA;
    facts.captcha = asks_word ? draw_captcha(fonts) : NULL;
    screens_build(scene, view, &facts);
    scene->turn = 0.1f;
}

void sample_build_failure(enum failure failure, const struct sample_size *size,
                          float text_scale, struct fonts *fonts, struct view *view,
                          struct scene *scene)
{
    struct flow_settings settings = {.paired = true, .window = true};
    struct flow flow;
    flow_init(&flow, &settings);
    flow.state = FLOW_FAILED;
    flow.fault.failure = failure;
    view_make(&flow, SAMPLE_PORTAL, 0, view);
    scene_begin(scene, fonts, THEME_CHOICE_LIGHT, size->width, size->height, size->scale,
                text_scale);
    screens_build(scene, view, &(struct screen_facts){0});
}
