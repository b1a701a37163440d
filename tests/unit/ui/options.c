// SPDX-License-Identifier: MIT
#include "ui/settings/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/columns.h"
#include "ui/text/language.h"

#define ARGUMENTS_MAX 8

static bool parse(struct options *out, struct fault *fault, const char *const *arguments)
{
    static char texts[ARGUMENTS_MAX][64];
    static char *argv[ARGUMENTS_MAX + 2];
    static char program[] = "qrconfirm";
    argv[0] = program;
    int argc = 1;
    for (; arguments[argc - 1]; argc++) {
        strcpy(texts[argc], arguments[argc - 1]);
        argv[argc] = texts[argc];
    }
    argv[argc] = NULL;
    *out = options_default;
    return options_parse(argc, argv, out, fault);
}
#define PARSE(out, fault, ...) parse(out, fault, (const char *const[]){__VA_ARGS__ NULL})

static void nothing_means_scan_in_a_window(void **state)
{
    (void)state;
    struct options o;
    assert_true(PARSE(&o, NULL, ));
    assert_int_equal(o.command, COMMAND_SCAN);
    assert_int_equal(o.face, FACE_WINDOW);
    assert_int_equal(o.text_percent, 100);
    assert_null(o.source);
}

static void options_stand_anywhere(void **state)
{
    (void)state;
    struct options o;
    assert_true(
        PARSE(&o, NULL, "--headless", "pair", "--source=image:a.png", "--lang", "ru", ));
    assert_int_equal(o.command, COMMAND_PAIR);
    assert_int_equal(o.face, FACE_TEXT);
    assert_string_equal(o.source, "image:a.png");
    assert_string_equal(o.language, "ru");
}

static void operands_are_kept_in_order(void **state)
{
    (void)state;
    struct options o;
    assert_true(PARSE(&o, NULL, "decode", "a.png", "--json", "b.y4m", "--", "-c", ));
    assert_int_equal(o.face, FACE_JSON);
    assert_int_equal(o.file_count, 3);
    assert_string_equal(o.files[0], "a.png");
    assert_string_equal(o.files[1], "b.y4m");
    assert_string_equal(o.files[2], "-c");
}

static void a_panel_is_turned_and_partly_covered(void **state)
{
    (void)state;
    struct options o;
    assert_true(PARSE(&o, NULL, "scan", ));
    assert_int_equal(o.rotate, 0);
    assert_int_equal(
        o.safe_area.top + o.safe_area.right + o.safe_area.bottom + o.safe_area.left, 0);
    assert_true(PARSE(&o, NULL, "--rotate", "270", "--safe-area", "40,8,48,0", ));
    assert_int_equal(o.rotate, 270);
    assert_int_equal(o.safe_area.top, 40);
    assert_int_equal(o.safe_area.right, 8);
    assert_int_equal(o.safe_area.bottom, OPTIONS_INSET_MAX);
    assert_int_equal(o.safe_area.left, 0);
}

static void a_mirror_is_left_to_the_camera_or_said(void **state)
{
    (void)state;
    struct options o;
    assert_true(PARSE(&o, NULL, "scan", ));
    assert_int_equal(o.mirror, MIRROR_CHOICE_AUTO);
    assert_true(PARSE(&o, NULL, "pair", "--mirror", "yes", ));
    assert_int_equal(o.mirror, MIRROR_CHOICE_YES);
    assert_true(PARSE(&o, NULL, "--mirror=no", ));
    assert_int_equal(o.mirror, MIRROR_CHOICE_NO);
    assert_true(options_set(&o, "mirror", "auto", NULL));
    assert_int_equal(o.mirror, MIRROR_CHOICE_AUTO);
}

static void a_place_is_one_line(void **state)
{
    (void)state;
    struct options o;
    char text[OPTIONS_PLACE_MAX + 2] = "";
    memset(text, 'x', OPTIONS_PLACE_MAX);
    assert_true(PARSE(&o, NULL, "scan", "--place", text, ));
    assert_string_equal(o.place, text);
    text[OPTIONS_PLACE_MAX] = 'x';
    assert_false(PARSE(&o, NULL, "scan", "--place", text, ));
    assert_false(PARSE(&o, NULL, "scan", "--place", "", ));
    assert_false(PARSE(&o, NULL, "scan", "--place", "a\nb", ));
    assert_false(PARSE(&o, NULL, "pair", "--place", "a", ));
}

static void standard_input_is_a_source(void **state)
{
    (void)state;
    struct options o;
    assert_true(PARSE(&o, NULL, "scan", "--source", "-", ));
    assert_string_equal(o.source, "-");
}

static void wrong_lines_say_why(void **state)
{
    (void)state;
    static const struct {
        const char *arguments[4];
        const char *detail; // a part of it
    } cases[] = {
        {{"fly"}, "no command 'fly'"},
        {{"--fly"}, "no option '--fly'"},
        {{"-x"}, "no option '-x'"},
        {{"scan", "--timeout"}, "needs SECONDS"},
        {{"scan", "--timeout", "0"}, "'0'"},
        {{"scan", "--timeout", "-1"}, "'-1'"},
        {{"scan", "--timeout", "1x"}, "'1x'"},
        {{"scan", "--timeout", "99999999999999999999"}, "'9999"},
        {{"scan", "--lang", "xx"}, "'xx'"},
        {{"scan", "--theme", "pink"}, "'pink'"},
        {{"scan", "--mirror", "on"}, "'on'"},
        {{"doctor", "--mirror", "yes"}, "'doctor' knows no option '--mirror'"},
        {{"scan", "--on-screen-keyboard", "maybe"}, "'maybe'"},
        {{"portals", "--on-screen-keyboard", "yes"}, "--on-screen-keyboard"},
        {{"scan", "--rotate", "45"}, "'45'"},
        {{"scan", "--rotate", "-90"}, "'-90'"},
        {{"scan", "--rotate=090"}, "'090'"},
        {{"scan", "--safe-area", "30"}, "'30'"},
        {{"scan", "--safe-area", "30,0,0"}, "'30,0,0'"},
        {{"scan", "--safe-area", "30,0,0,0,0"}, "'30,0,0,0,0'"},
        {{"scan", "--safe-area", "30,,0,0"}, "'30,,0,0'"},
        {{"scan", "--safe-area", "30,0,0,"}, "'30,0,0,'"},
        {{"scan", "--safe-area", "30,0,-1,0"}, "'30,0,-1,0'"},
        {{"scan", "--safe-area", "30,0,49,0"}, "'30,0,49,0'"},
        {{"scan", "--safe-area", "30, 0, 0, 0"}, "'30, 0, 0, 0'"},
        {{"doctor", "--rotate", "90"}, "'doctor' knows no option '--rotate'"},
        {{"scan", "--json=1"}, "takes no value"},
        {{"scan", "code", "more"}, "'more' is too much"},
        {{"scan", "code", "--loop"}, "a code goes with a window"},
        {{"scan", "code", "--json"}, "a code goes with a window"},
        {{"decode"}, "needs FILE..."},
        {{"forget"}, "needs ID"},
        {{"forget", "a", "b"}, "'b' is too much"},
        {{"portals", "--loop"}, "'portals' knows no option '--loop'"},
        {{"scan", "--source", ""}, "''"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options o;
        struct fault fault = {0};
        assert_false(parse(&o, &fault, cases[i].arguments));
        assert_int_equal(fault.failure, FAILURE_USAGE);
        if (!strstr(fault.detail, cases[i].detail))
            fail_msg("case %zu: %s", i, fault.detail);
    }
}

static void help_needs_no_operand(void **state)
{
    (void)state;
    struct options o;
    assert_true(PARSE(&o, NULL, "decode", "-h", ));
    assert_true(o.help);
}

static void help_lists_the_languages_that_were_built(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    options_print_help(out, COMMAND_LOG, false);
    fclose(out);

    const char *line = strstr(text, "--lang LANGUAGE");
    assert_non_null(line);
    char listed[64];
    assert_int_equal(sscanf(line, "--lang LANGUAGE %63[^\n]", listed), 1);
    assert_string_equal(listed, languages_codes());
    for (size_t i = 0; i < languages_count(); i++)
        assert_non_null(strstr(listed, languages_at(i)->code));

    free(text);
}

static void lines_fit(const char *text, const char *what)
{
    while (*text) {
        size_t size = strcspn(text, "\n"), width = 0;
        for (size_t i = 0; i < size; i++)
            width += (text[i] & 0xc0) != 0x80; // not for the bytes within a character
        if (width > COLUMNS_WIDTH)
            fail_msg("%s: %zu wide: %.*s", what, width, (int)size, text);
        text += size + (text[size] != '\0');
    }
}

static void help_fits_a_terminal(void **state)
{
    (void)state;
    for (size_t i = 0; i < languages_count(); i++) {
        language_switch(languages_at(i)->code);
        for (int command = 0; command <= COMMANDS; command++) {
            char *text = NULL;
            size_t size;
            FILE *out = open_memstream(&text, &size);
            assert_non_null(out);
            options_print_help(out, command < COMMANDS ? (enum command)command : COMMAND_SCAN,
                               command == COMMANDS);
            fclose(out);
            lines_fit(text, languages_at(i)->code);
            free(text);
        }
    }
    language_switch("en");
}

static void no_option_approves(void **state)
{
    (void)state;
    static const char *const tempting[] = {"--yes",   "--approve", "--auto", "--assume-yes",
                                           "--force", "--batch",   "-y"};
    for (size_t i = 0; i < sizeof(tempting) / sizeof(tempting[0]); i++) {
        struct options o;
        struct fault fault;
        assert_false(PARSE(&o, &fault, "scan", tempting[i], ));
    }
}

static void configuration_is_found_before_the_rest(void **state)
{
    (void)state;
    char program[] = "qrconfirm", scan[] = "scan", option[] = "--config", file[] = "c.ini",
         joined[] = "--config=d.ini", end[] = "--";
    assert_string_equal(options_find(4, (char *[]){program, scan, option, file}, "config"),
                        "c.ini");
    assert_string_equal(options_find(2, (char *[]){program, joined}, "config"), "d.ini");
    char language[] = "--lang=ru", longer[] = "--language", two[] = "two";
    assert_string_equal(options_find(3, (char *[]){program, joined, language}, "lang"), "ru");
    assert_null(options_find(3, (char *[]){program, longer, two}, "lang"));
    assert_null(options_find(3, (char *[]){program, end, joined}, "config"));
    assert_null(options_find(3, (char *[]){program, scan, option}, "config"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_means_scan_in_a_window),
        cmocka_unit_test(options_stand_anywhere),
        cmocka_unit_test(operands_are_kept_in_order),
        cmocka_unit_test(a_panel_is_turned_and_partly_covered),
        cmocka_unit_test(a_mirror_is_left_to_the_camera_or_said),
        cmocka_unit_test(a_place_is_one_line),
        cmocka_unit_test(standard_input_is_a_source),
        cmocka_unit_test(wrong_lines_say_why),
        cmocka_unit_test(help_needs_no_operand),
        cmocka_unit_test(help_lists_the_languages_that_were_built),
        cmocka_unit_test(help_fits_a_terminal),

        cmocka_unit_test(no_option_approves),
        cmocka_unit_test(configuration_is_found_before_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
