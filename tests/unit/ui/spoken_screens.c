// SPDX-License-Identifier: MIT
// What --speak says of every screen there is, in every language: all of its words, and no digit
// that others must not hear.
#include "ui/view/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/screen/sample_scene.h"
#include "ui/flow/flow.h"
#include "ui/text/language.h"
#include "ui/view/flow_view.h"
#include "ui/window/feedback.h"

static struct view view;
static char said[FEEDBACK_TEXT_MAX];

static void say(void)
{
    struct spoken spoken = {0};
    assert_true(
        spoken_next(&spoken, &view, (struct action){ACTION_NONE, 0}, said, sizeof(said)));
}

// Lines are said one after the other.
static void assert_said(const char *name, const char *text)
{
    char line[VIEW_TEXT_MAX];
    snprintf(line, sizeof(line), "%.*s", (int)sizeof(line) - 1, text);
    for (char *c = line; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    if (!strstr(said, line))
        fail_msg("%s, %s: \"%s\" is not said, but: %s", name, language_current()->code, line,
                 said);
}

static void assert_first_said(const char *name)
{
    assert_true(*view.title != '\0');
    assert_said(name, view.title);
    assert_said(name, view.text);
    for (size_t i = 0; i < view.warning_count; i++)
        assert_said(name, view.warnings[i]);
    for (size_t i = 0; i < view.row_count; i++)
        assert_said(name, view.rows[i].value);
}

static void assert_all_said(const char *name)
{
    assert_first_said(name);
    assert_said(name, view.note);
    assert_said(name, view.hint);
    for (size_t i = 0; i < view.step_count; i++)
        assert_said(name, view.steps[i]);
    for (size_t i = 0; i < view.row_count; i++)
        assert_said(name, view.rows[i].label);
    for (size_t i = 0; i < view.item_count; i++)
        assert_said(name, view.items[i].label);
    for (size_t i = 0; i < view.item_count; i++)
        assert_said(name, view.items[i].value);
    for (size_t i = 0; view.form == VIEW_ENTRY && i < view.field_count; i++)
        assert_said(name, view.fields[i].label);
}

static void assert_no_digits_said(void)
{
    char grouped[8];
    if (!*view.digits)
        return;
    snprintf(grouped, sizeof(grouped), "%.3s %.3s", view.digits, view.digits + 3);
    assert_null(strstr(said, view.digits));
    assert_null(strstr(said, grouped));
}

// Runs a check in each language, English first.
static void in_each_language(void (*check)(void))
{
    for (size_t i = 0; i < languages_count(); i++) {
        language_switch(languages_at(i)->code);
        check();
    }
    language_switch(languages_at(0)->code);
}

// A list of the greatest length is longer than anybody listens.
static void check_samples(void)
{
    for (size_t i = 0; i < sample_count; i++) {
        sample_view(&samples[i], THEME_CHOICE_LIGHT, &view);
        say();
        assert_no_digits_said();
        if (samples[i].longest)
            assert_first_said(samples[i].name);
        else
            assert_all_said(samples[i].name);
    }
}

static void every_screen_is_said_whole(void **state)
{
    (void)state;
    in_each_language(check_samples);
}

static void no_screen_is_said_in_another_language(void **state)
{
    (void)state;
    char english[sizeof(said)];
    for (size_t i = 0; i < sample_count; i++) {
        language_switch(languages_at(0)->code);
        sample_view(&samples[i], THEME_CHOICE_LIGHT, &view);
        say();
        memcpy(english, said, sizeof(said));

        for (size_t l = 1; l < languages_count(); l++) {
            language_switch(languages_at(l)->code);
            sample_view(&samples[i], THEME_CHOICE_LIGHT, &view);
            say();
            assert_string_not_equal(said, english);
        }
    }
    language_switch(languages_at(0)->code);
}

static void view_of(const struct flow *flow)
{
    const struct view_home home = {.host = SAMPLE_PORTAL};
    const struct wall_clock clock = {.now = 1795521000, .zone = gmtime_r};
    flow_view(flow, &home, 0, &clock, &view);
}

static void check_failures(void)
{
    struct flow_settings settings = {.paired = true, .window = true, .shows_text = true};
    struct flow flow;
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++) {
        flow_init(&flow, &settings);
        flow.state = FLOW_FAILED;
        flow.fault.failure = failure;
        view_of(&flow);
        say();
        assert_all_said(failure_code(failure));
        assert_said(failure_code(failure), _(failure_text(failure)));
    }
}

static void every_failure_is_said_with_its_way_out(void **state)
{
    (void)state;
    in_each_language(check_failures);
}

static void check_hints(void)
{
    struct flow_settings settings = {.paired = true, .window = true, .shows_text = true};
    struct flow flow;
    flow_init(&flow, &settings);
    flow.state = FLOW_AIMING;
    for (enum hint hint = HINT_NONE; hint < (enum hint)ADVICE_HINTS; hint++) {
        flow.advice.shown = hint;
        view_of(&flow);
        say();
        assert_all_said(advice_name(hint));
    }

    flow.hint.another_kind = true;
    for (enum payload_kind kind = PAYLOAD_LOGIN; kind <= PAYLOAD_BYTES; kind++) {
        flow.hint.kind = kind;
        view_of(&flow);
        assert_true(*view.hint != '\0');
        say();
        assert_all_said(payload_kind_name(kind));
    }
}

static void every_hint_while_aiming_is_said(void **state)
{
    (void)state;
    in_each_language(check_hints);
}

static int begin(void **state)
{
    (void)state;
    language_init("en");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_is_said_whole),
        cmocka_unit_test(no_screen_is_said_in_another_language),
        cmocka_unit_test(every_failure_is_said_with_its_way_out),
        cmocka_unit_test(every_hint_while_aiming_is_said),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
