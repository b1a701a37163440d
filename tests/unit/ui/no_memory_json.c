// SPDX-License-Identifier: MIT
// Lines for programs, where memory is short: each call for it fails once. A line is there
// whole, or one stands in its place that says so; a question that is not there is told as
// unshown.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/failing_memory.h"
#include "ui/commands/command_decode_print.h"
#include "ui/flow/flow.h"
#include "ui/terminal/terminal_print.h"
#include "ui/text/json_line.h"
#include "ui/view/flow_view.h"

#define IN_ITS_PLACE "{\"event\":\"failed\",\"code\":\"internal.memory\"}\n"

enum { ROOM = 4096 };

typedef bool printing(FILE *out);

static struct flow flow;
static struct qr_code code;

static bool print_question(FILE *out)
{
    const struct terminal_extra extra = {"", "yes"};
    struct wall_clock clock = wall_clock_here();
    struct view view;
    flow_view(&flow, NULL, 2000, &clock, &view);
    return terminal_print_json.state(out, &flow, &view, &extra, 7);
}

static bool print_payload(FILE *out)
{
    struct decoded_file file = {.path = "some.png"};
    struct code_text text = {.text = qr_payload(&code)};
    decode_print_json.payload(
        out, stderr,
        &(struct decoded_payload){
            .file = &file, .code = &code, .text = &text, .kind = PAYLOAD_TEXT, .scale = 1});
    return true;
}

static bool print_file(FILE *out)
{
    const struct decoded_file file = {.path = "some.png", .cut_short = true};
    decode_print_json.file(out, &file, FAILURE_SCAN_NO_CODE);
    return true;
}

// What it prints, the file begun anew.
static bool print_anew(FILE *file, printing *print, char out[static ROOM])
{
    rewind(file);
    assert_int_equal(ftruncate(fileno(file), 0), 0);
    bool printed = print(file);
    assert_int_equal(fflush(file), 0);
    rewind(file);
    size_t size = fread(out, 1, ROOM - 1, file);
    out[size] = '\0';
    return printed;
}

static unsigned print_with_failures(printing *print)
{
    char expected[ROOM], seen[ROOM];
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(print_anew(file, print, expected));
    assert_null(strstr(expected, "\"failed\""));

    unsigned calls = 0;
    for (unsigned call = 1; call <= calls + 1; call++) {
        failing_begin(call);
        bool printed = print_anew(file, print, seen);
        calls = failing_end();
        if (strcmp(seen, expected) != 0)
            assert_string_equal(seen, IN_ITS_PLACE);
        if (call > calls)
            assert_string_equal(seen, expected);
        if (print == print_question)
            assert_int_equal(printed, strcmp(seen, expected) == 0);

        assert_true(print_anew(file, print, seen));
        assert_string_equal(seen, expected);
    }
    fclose(file);
    return calls;
}

static void a_question_is_whole_or_unshown(void **state)
{
    (void)state;
    flow_init(&flow, &(struct flow_settings){.paired = true, .person = true});
    flow.state = FLOW_ASKING;
    struct net_context *c = &flow.context;
    strcpy(c->origin, "https://portal.example.com");
    strcpy(c->account_name, "Anna");
    strcpy(c->browser, "Chromium, Linux");
    strcpy(c->place, "Kazan");
    strcpy(c->address, "203.0.113.7");
    assert_true(print_with_failures(print_question) >= 40);
}

static void a_payload_is_whole_or_in_its_place_stands_why(void **state)
{
    (void)state;
    memcpy(code.payload, "text", 4);
    code.size = 4;
    code.runs = 1;
    code.run[0] = (struct qr_run){4, 26};
    assert_true(print_with_failures(print_payload) >= 30);
    assert_true(print_with_failures(print_file) >= 15);
}

// A file's name may be any bytes, and a failure tells it.
static bool print_failure(FILE *out)
{
    const struct terminal_extra extra = {"", ""};
    struct flow failed = {.state = FLOW_FAILED};
    struct wall_clock clock = wall_clock_here();
    struct view view;
    fault_set(&failed.fault, FAILURE_SOURCE_NOT_FOUND, "%s", "\xff.mjpeg");
    flow_view(&failed, NULL, 0, &clock, &view);
    return terminal_print_json.state(out, &failed, &view, &extra, 7);
}

static void what_is_no_utf8_costs_no_line(void **state)
{
    (void)state;
    char seen[ROOM];
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(print_anew(file, print_failure, seen));
    assert_non_null(strstr(seen, "\"code\":\"source.not-found\""));
    assert_non_null(strstr(seen, "\"detail\":\"\xef\xbf\xbd.mjpeg\""));
    fclose(file);
}

static void what_lacks_something_is_given_up(void **state)
{
    (void)state;
    json_t *object = json_object(), *array = json_array();
    json_line_add(&object, "one", json_integer(1));
    json_line_append(&array, json_integer(1));
    assert_int_equal(json_array_size(array), 1);
    json_line_append(&array, NULL);
    assert_null(array);
    json_line_add(&object, "array", array);
    assert_null(object);
    json_line_add(&object, "two", json_integer(2));
    assert_null(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lacks_something_is_given_up),
        cmocka_unit_test(what_is_no_utf8_costs_no_line),
        cmocka_unit_test(a_question_is_whole_or_unshown),
        cmocka_unit_test(a_payload_is_whole_or_in_its_place_stands_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
