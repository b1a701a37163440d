// SPDX-License-Identifier: MIT
// Every screen in every size, language and text size, on a whole screen and on covered ones: no
// text is cut or lies over another, nothing that is read or pressed leaves the room, and
// nothing that can be pressed is too small.

#include "tests/screen/sample_scene.h"

#include <stdio.h>
#include <string.h>

#include "ui/flow/flow.h"
#include "ui/text/language.h"
#include "ui/window/stage.h"

static size_t failures, checked;

// A whole screen; a phone with a notch; one with round corners, on its side; the most that
// there can be.
static const struct insets safe_areas[] = {
    {0, 0, 0, 0},
    {40, 0, 24, 0},
    {16, 40, 24, 24},
    {OPTIONS_INSET_MAX, OPTIONS_INSET_MAX, OPTIONS_INSET_MAX, OPTIONS_INSET_MAX},
};
static const size_t safe_area_count = sizeof(safe_areas) / sizeof(safe_areas[0]);

static void judge(const struct scene *scene, const char *name, const struct sample_size *size)
{
    char why[256];
    checked++;
    if (scene_check(scene, why, sizeof(why)))
        return;
    failures++;
    const struct insets *safe = &size->safe_area;
    printf("%s, %s, %s, text %.0f %%, safe area %u,%u,%u,%u: %s\n", name, size->name,
           language_current()->code, (double)scene->text_scale * 100, safe->top, safe->right,
           safe->bottom, safe->left, why);
}

// A screen is read where there is no shell: no command line, no name of a file. The one short
// command for the administrator of a kiosk is meant for him.
static void check_words(const struct view *view, const char *name)
{
    static const char *const foreign[] = {"qrconfirm ", "qrportal", "libcamerify", "docs/",
                                          ".md",        ".pin",     ".ini",        "--headless",
                                          "--json",     "/etc",     "/var",        "--url"};
    const char *texts[VIEW_WARNINGS_MAX + VIEW_STEPS_MAX + VIEW_ROWS_MAX + VIEW_ITEMS_MAX +
                      VIEW_ACTIONS_MAX + 4];
    size_t count = 0;
    texts[count++] = view->title;
    texts[count++] = view->text;
    texts[count++] = view->note;
    texts[count++] = view->hint;
    for (size_t i = 0; i < view->warning_count; i++)
        texts[count++] = view->warnings[i];
    for (size_t i = 0; i < view->step_count; i++)
        texts[count++] = view->steps[i];
    for (size_t i = 0; i < view->row_count; i++)
        texts[count++] = view->rows[i].value;
    for (size_t i = 0; i < view->item_count; i++)
        texts[count++] = view->items[i].value;
    for (size_t i = 0; i < view->button_count; i++)
        texts[count++] = view->buttons[i].label;

    for (size_t i = 0; i < count * (sizeof(foreign) / sizeof(foreign[0])); i++) {
        const char *text = texts[i % count], *word = foreign[i / count];
        if (!strstr(text, word))
            continue;
        failures++;
        printf("%s, %s: \"%s\" on a screen: %s\n", name, language_current()->code, word, text);
    }
}

static void check(const struct sample *sample, const struct sample_size *size, float text_scale,
                  struct fonts *fonts)
{
    static struct view view;
    static struct scene scene;
    sample_build(sample, size, THEME_CHOICE_LIGHT, text_scale, fonts, &view, &scene);
    judge(&scene, sample->name, size);
    check_words(&view, sample->name);
}

// The field that is typed into can be seen above the keys: all of it, or its caret where it
// is higher than what is left.
static void judge_field(const struct scene *scene, const struct sample *sample,
                        const struct sample_size *size)
{
    const struct node *field = &scene->node[scene->focus];
    const struct area *body = &scene->body;
    struct area seen = scene_place(scene, field);
    if (field->kind == NODE_FIELD && seen.h + 2 * scene_u(scene, SHOW_MARGIN) > body->h) {
        seen = scene_caret(scene, scene->focus);
        seen.y -= scene->scroll;
    }
    if (field->kind == NODE_FIELD && seen.y >= body->y - 0.5f &&
        seen.y + seen.h <= body->y + body->h + 0.5f)
        return;

    failures++;
    printf("%s, %s, %s, text %.0f %%, safe area %u: the field is not seen above the keys\n",
           sample->name, size->name, language_current()->code, (double)scene->text_scale * 100,
           size->safe_area.top);
}

// Every field with every page of keys under it.
static void check_keys(const struct sample *sample, const struct sample_size *size,
                       float text_scale, struct fonts *fonts)
{
    static const struct keyboard pages[] = {
        {.script = KEYBOARD_LATIN},
        {.script = KEYBOARD_LATIN, .shift = KEYBOARD_SHIFT_ONCE},
        {.script = KEYBOARD_RUSSIAN},
        {.script = KEYBOARD_RUSSIAN, .shift = KEYBOARD_SHIFT_LOCKED},
        {.layer = KEYBOARD_SYMBOLS},
        {.layer = KEYBOARD_MORE_SYMBOLS},
    };
    static struct view view;
    static struct scene scene;

    const size_t count = sizeof(pages) / sizeof(pages[0]);
    for (size_t i = 0; !sample->keys && i < VIEW_FIELDS_MAX * count; i++) {
        struct keyboard keys = pages[i % count];
        struct sample with_keys = *sample;
        keys.field.index = i / count;
        with_keys.keys = &keys;
        sample_build(&with_keys, size, THEME_CHOICE_LIGHT, text_scale, fonts, &view, &scene);
        if (view.form != VIEW_ENTRY || view.field_count <= keys.field.index)
            return;
        judge(&scene, sample->name, size);
        judge_field(&scene, sample, size);
    }
}

// Texts of the usual size on a screen that nothing covers: the first screen, and the keys of a
// PIN, are seen whole. Nobody looks for the rest of them.
static void check_whole(const struct sample *sample, const struct sample_size *size,
                        struct fonts *fonts)
{
    static struct view view;
    static struct scene scene;
    sample_build(sample, size, THEME_CHOICE_LIGHT, 1, fonts, &view, &scene);
    bool must = view.form == VIEW_STEPS || view.form == VIEW_KEYPAD;
    if (!must || sample->longest || scene.scroll_max <= 0)
        return;

    failures++;
    printf("%s, %s, %s: %.0f pixels are behind its edge\n", sample->name, size->name,
           language_current()->code, (double)scene.scroll_max);
}

static const struct node *find_digit(const struct scene *scene, size_t digit)
{
    const struct action wanted = {ACTION_DIGIT, digit};
    for (size_t i = 0; i < scene->count; i++)
        if (action_is_same(scene->node[i].action, wanted))
            return &scene->node[i];
    return NULL;
}

// The keys of a PIN stay where they are under the finger that enters the first digit.
static void check_keys_stay(const struct sample *sample, const struct sample_size *size,
                            struct fonts *fonts)
{
    static struct view view;
    static struct scene typed, empty;
    sample_build(sample, size, THEME_CHOICE_LIGHT, 1, fonts, &view, &typed);
    if (view.form != VIEW_KEYPAD || sample->longest)
        return;
    scene_begin(&empty, fonts, THEME_CHOICE_LIGHT, size->width, size->height, size->scale, 1);
    scene_keep_clear(&empty, &size->safe_area);
    screens_build(&empty, &view, &(struct screen_facts){0});

    for (size_t digit = 0; digit < 10; digit++) {
        const struct node *before = find_digit(&empty, digit);
        const struct node *after = find_digit(&typed, digit);
        if (before && after && before->area.y == after->area.y)
            continue;
        failures++;
        printf("%s, %s, %s: the first digit moves key %zu\n", sample->name, size->name,
               language_current()->code, digit);
    }
}

// The screen of a flow, with texts of the usual size and of the largest.
static void check_flow(const struct flow *flow, const char *name, struct fonts *fonts)
{
    static struct view view;
    static struct scene scene;
    for (size_t i = 0; i < sample_size_count * safe_area_count; i++) {
        struct sample_size size = sample_sizes[i / safe_area_count];
        size.safe_area = safe_areas[i % safe_area_count];
        for (float text_scale = 1; text_scale <= 2; text_scale++) {
            sample_build_flow(flow, &size, text_scale, fonts, &view, &scene);
            judge(&scene, name, &size);
            check_words(&view, name);
        }
    }
}

// Whatever fails, or keeps the camera waiting, has a screen that can be read.
static void check_failures(struct fonts *fonts)
{
    struct flow_settings settings = {.paired = true, .window = true, .shows_text = true};
    struct flow flow;

    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++) {
        flow_init(&flow, &settings);
        flow.state = FLOW_FAILED;
        flow.fault.failure = failure;
        check_flow(&flow, failure_code(failure), fonts);
        if (failure_exit(failure) != EXIT_CODE_CAMERA)
            continue;

        flow.state = FLOW_AIMING;
        flow.hint.waiting = failure;
        check_flow(&flow, failure_code(failure), fonts);
    }
}

// Names in any script, and such as no typeface draws: named in full, they are the longest.
static void check_names(struct fonts *fonts)
{
    static const struct {
        const char *name, *letter;
    } names[] = {{"hebrew", "אב ג"},
                 {"arabic", "سلام "},
                 {"chinese", "田中"},
                 {"unknown", "\U00019a4f"}};
    struct flow_settings settings = {.paired = true, .window = true};
    struct flow flow;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        flow_init(&flow, &settings);
        sample_fill_longest_question(&flow);
        char *name = flow.context.account_name;
        *name = '\0';
        while (strlen(name) + strlen(names[i].letter) <= 128)
            strcat(name, names[i].letter);
        snprintf(flow.context.place, sizeof(flow.context.place), "%.32s", name);
        check_flow(&flow, names[i].name, fonts);
    }
}

// Whatever the camera sees that is no code of ours, or hinders.
static void check_hints(struct fonts *fonts)
{
    struct flow_settings settings = {.paired = true, .window = true, .shows_text = true};
    struct flow flow;

    for (unsigned pairing = 0; pairing < 2; pairing++) {
        flow_init(&flow, &settings);
        flow.state = FLOW_AIMING;
        flow.pairing = pairing;
        for (enum hint hint = HINT_NONE; hint < (enum hint)ADVICE_HINTS; hint++) {
            flow.advice.shown = hint;
            check_flow(&flow, advice_name(hint), fonts);
        }

        flow.hint.another_kind = true;
        for (enum payload_kind kind = PAYLOAD_LOGIN; kind <= PAYLOAD_BYTES; kind++) {
            flow.hint.kind = kind;
            check_flow(&flow, payload_kind_name(kind), fonts);
        }
    }
}

// A state or place without a sample would be looked at by nobody.
static void check_all_have_samples(void)
{
    bool has_state[FLOW_STATES] = {false}, has_place[PLACES] = {false};
    struct flow_settings settings = {.paired = true, .window = true, .shows_text = true};

    for (size_t i = 0; i < sample_count; i++) {
        struct flow flow;
        flow_init(&flow, &settings);
        samples[i].fill(&flow);
        has_state[flow.state] = true;
        has_place[samples[i].place] = true;
    }

    for (enum flow_state state = 0; state < FLOW_STATES; state++) {
        if (!has_state[state]) {
            printf("no sample of the state %s\n", flow_state_name(state));
            failures++;
        }
    }

    for (enum place place = 0; place < PLACES; place++) {
        if (!has_place[place]) {
            printf("no sample of the place %d\n", (int)place);
            failures++;
        }
    }
}

// All texts of the screen of a sample, as one number (FNV-1a).
static uint64_t texts_of(const struct sample *sample, struct fonts *fonts)
{
    static struct view view;
    static struct scene scene;
    sample_build(sample, &sample_sizes[0], THEME_CHOICE_LIGHT, 1, fonts, &view, &scene);
    uint64_t sum = 0xcbf29ce484222325u;
    for (size_t i = 0; i < scene.count; i++) {
        for (const char *c = scene.node[i].text; c && *c; c++)
            sum = (sum ^ (unsigned char)*c) * 0x100000001b3u;
    }
    return sum;
}

// A language that is chosen and not shown would be laid out well, in English.
static void check_language(size_t language, struct fonts *fonts)
{
    for (size_t i = 0; i < sample_count; i++) {
        language_switch(languages_at(0)->code);
        uint64_t english = texts_of(&samples[i], fonts);
        language_switch(languages_at(language)->code);
        if (language > 0 && texts_of(&samples[i], fonts) == english) {
            printf("%s: its texts are not in %s\n", samples[i].name,
                   languages_at(language)->code);
            failures++;
        }
    }
}

// A phone of two pixels a point, of which no side is covered. Its shell has the keyboard.
static void check_on_its_side(const struct sample *sample, struct fonts *fonts)
{
    static const float text_scales[] = {1, 1.5f, 2};
    struct sample_size size = {.name = "1440x720", .width = 1440, .height = 720};
    size.scale = stage_scale(size.width, size.height, 2);
    for (size_t i = 0; i < sizeof(text_scales) / sizeof(text_scales[0]); i++)
        check(sample, &size, text_scales[i], fonts);
}

int main(void)
{
    struct fault fault;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);
    if (!fonts) {
        printf("%s\n", fault.detail);
        return 1;
    }

    check_all_have_samples();
    static const float text_scales[] = {1, 1.5f, 2};
    for (size_t l = 0; l < languages_count(); l++) {
        check_language(l, fonts);
        for (size_t i = 0; i < sample_count; i++) {
            for (size_t s = 0; s < sample_size_count * safe_area_count; s++) {
                struct sample_size size = sample_sizes[s / safe_area_count];
                size.safe_area = safe_areas[s % safe_area_count];
                for (size_t t = 0; t < 3; t++) {
                    check(&samples[i], &size, text_scales[t], fonts);
                    check_keys(&samples[i], &size, text_scales[t], fonts);
                }
            }
            for (size_t s = 0; s < sample_size_count; s++) {
                check_whole(&samples[i], &sample_sizes[s], fonts);
                check_keys_stay(&samples[i], &sample_sizes[s], fonts);
            }
            check_on_its_side(&samples[i], fonts);
        }
        check_failures(fonts);
        check_hints(fonts);
        check_names(fonts);
    }

    fonts_close(fonts);
    printf("%zu screens, %zu faulty\n", checked, failures);
    return failures > 0;
}
