// SPDX-License-Identifier: MIT
#include "ui/settings/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct config config;

static bool read_text(const void *text, size_t size, struct options *options,
                      struct fault *fault)
{
    char path[] = "/tmp/qrconfirm-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, size), (ssize_t)size);
    close(fd);
    *options = options_default;
    bool read = config_read(&config, path, true, options, fault);
    unlink(path);
    return read;
}

static void settings_are_read(void **state)
{
    (void)state;
    static const char text[] = "# a kiosk\nsource = camera:/dev/video2\nlang=ru\n\n"
                               "fullscreen = yes\ntext-size = 150\n"
                               "rotate = 90\nsafe-area = 32,0,16,0\n; end\n";
    struct options o;
    assert_true(read_text(text, strlen(text), &o, NULL));

    assert_string_equal(o.source, "camera:/dev/video2");
    assert_string_equal(o.language, "ru");
    assert_true(o.fullscreen);
    assert_int_equal(o.text_percent, 150);
    assert_int_equal(o.rotate, 90);
    assert_int_equal(o.safe_area.top, 32);
    assert_int_equal(o.safe_area.bottom, 16);
}

static void errors_name_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *detail;
    } cases[] = {
        {"lang = ru\nfly = yes\n", "line 2: there is no setting 'fly'"},
        {"\n\nlang = xx\n", "line 3: 'xx' is no value for 'lang'"},
        {"just words\n", "line 1: this is not 'name = value'"},
        {"[kiosk]\nlang = ru\n", "line 1: there are no sections"},
        {"lang = ru\n  [kiosk]", "line 2: there are no sections"},
        {"fullscreen = maybe\n", "line 1: 'fullscreen' takes yes or no"},
        {"rotate = left\n", "line 1: 'left' is no value for 'rotate'"},
        {"theme = dark\nsafe-area = 400,0,0,0\n",
         "line 2: '400,0,0,0' is no value for 'safe-area'"},
        {"allow-plain-http = yes\n", "line 1: there is no setting"},
        {"approve = yes\n", "line 1: there is no setting"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options o;
        struct fault fault = {0};
        assert_false(read_text(cases[i].text, strlen(cases[i].text), &o, &fault));
        assert_int_equal(fault.failure, FAILURE_CONFIG);
        if (!strstr(fault.detail, cases[i].detail))
            fail_msg("case %zu: %s", i, fault.detail);
        assert_null(o.language);
    }
}

struct told {
    char text[1024];
};

static void note(void *userdata, const struct finding *finding)
{
    struct told *told = userdata;
    size_t used = strlen(told->text);
    snprintf(told->text + used, sizeof(told->text) - used, "%u %s %s|%s\n", finding->line,
             failure_code(finding->fault.failure), finding->key, finding->instead);
}

// Everything that is wrong, and what config_read says of the same file: the first of it.
static void check(const char *text, const char *expected)
{
    char path[] = "/tmp/qrconfirm-config-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    struct told told = {0};
    bool well = config_check(path, true, (struct finding_sink){note, &told});
    struct options o = options_default;
    bool read = config_read(&config, path, true, &o, NULL);
    unlink(path);

    assert_string_equal(told.text, expected);
    assert_int_equal(well, expected[0] == '\0');
    assert_int_equal(read, well);
}

static void a_check_tells_everything(void **state)
{
    (void)state;
    check("", "");
    check("lang = ru", "");
    check("\xef\xbb\xbf# a kiosk\n\n  theme = dark\n\tmute = yes\r\n;\n", "");
    check("theem = dark\nlang = ru\nvolume = 11\n",
          "1 config.name theem|Write 'theme', if that is meant.\n3 config.name volume|\n");
    check("just words\n[kiosk]\nmute = maybe\n  [more]\nrotate = 45\nlast",
          "1 config.line |\n2 config.line |\n3 config.value mute|\n4 config.line |\n"
          "5 config.value rotate|\n6 config.line |\n");
    check("lang = \n = ru\n", "1 config.value lang|\n2 config.name |\n");
}

static void a_line_that_is_too_long_is_told_once(void **state)
{
    (void)state;
    char text[1000] = "source = replay:";
    memset(text + strlen(text), 'x', 600);
    strcat(text, "\nmute = ja\n");
    check(text, "1 config.line |\n2 config.value mute|\n");
}

static void what_is_no_such_file_is_told_as_a_whole(void **state)
{
    (void)state;
    struct told told = {0};
    struct finding_sink sink = {note, &told};
    assert_true(config_check(FIXTURES_DIR "/missing/config.ini", false, sink));
    assert_false(config_check(FIXTURES_DIR "/missing/config.ini", true, sink));
    assert_string_equal(told.text, "0 usage.config |\n");
}

static void hostile_files_are_refused(void **state)
{
    (void)state;
    struct options o;
    struct fault fault;
    char large[CONFIG_SIZE_MAX + 1];
    memset(large, '#', sizeof(large));
    assert_false(read_text(large, sizeof(large), &o, &fault));
    assert_false(read_text("lang\0=ru", 8, &o, &fault));
    assert_false(config_read(&config, "/", true, &o, &fault));
    assert_int_equal(fault.failure, FAILURE_CONFIG);
}

static void missing_file_matters_only_where_it_was_named(void **state)
{
    (void)state;
    struct options o = options_default;
    struct fault fault;
    assert_true(config_read(&config, FIXTURES_DIR "/missing/config.ini", false, &o, &fault));
    assert_false(config_read(&config, FIXTURES_DIR "/missing/config.ini", true, &o, &fault));
}

static void write_and_compare(const char *before, const char *name, const char *value,
                              const char *after)
{
    char path[] = "/tmp/qrconfirm-config-XXXXXX", text[CONFIG_SIZE_MAX];
    int fd = mkstemp(path);
    assert_int_equal(write(fd, before, strlen(before)), (ssize_t)strlen(before));
    close(fd);
    struct fault fault = {0};
    if (!config_write(path, name, value, &fault))
        fail_msg("%s", fault.detail);
    FILE *in = fopen(path, "r");
    text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
    fclose(in);
    unlink(path);
    assert_string_equal(text, after);
}

static void one_line_is_written_and_the_others_stay(void **state)
{
    (void)state;
    write_and_compare("", "lang", "ru", "lang = ru\n");
    write_and_compare("# a kiosk\ntheme=dark\n\nlang = en\n", "theme", "light",
                      "# a kiosk\ntheme = light\n\nlang = en\n");
    write_and_compare("theme = dark\n theme : light\nfullscreen = yes", "theme", "contrast",
                      "theme = contrast\nfullscreen = yes\n");
    write_and_compare("# theme = dark\ntheme-park = x\n", "theme", "dark",
                      "# theme = dark\ntheme-park = x\ntheme = dark\n");
}

static void a_file_that_is_too_long_is_left_alone(void **state)
{
    (void)state;
    char path[] = "/tmp/qrconfirm-config-XXXXXX";
    int fd = mkstemp(path);
    for (size_t i = 0; i < CONFIG_SIZE_MAX - 2; i += 2)
        assert_int_equal(write(fd, "#\n", 2), 2);
    struct fault fault = {0};
    assert_false(config_write(path, "lang", "ru", &fault));
    assert_int_equal(fault.failure, FAILURE_CONFIG);
    assert_int_equal(lseek(fd, 0, SEEK_END), CONFIG_SIZE_MAX - 2);
    close(fd);
    unlink(path);
    assert_false(config_write(FIXTURES_DIR "/README.md/config.ini", "lang", "ru", &fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_is_written_and_the_others_stay),
        cmocka_unit_test(a_file_that_is_too_long_is_left_alone),
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(a_check_tells_everything),
        cmocka_unit_test(a_line_that_is_too_long_is_told_once),
        cmocka_unit_test(what_is_no_such_file_is_told_as_a_whole),
        cmocka_unit_test(hostile_files_are_refused),
        cmocka_unit_test(missing_file_matters_only_where_it_was_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
