// SPDX-License-Identifier: MIT
// qrconfirm decode: what it prints of good, damaged and hostile files, and its exit codes.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>
#include <qrencode.h>

#include "../scanner/support.h"
#include "scanner/eye/eye_process.h"
#include "ui/commands/command_decode.h"

enum { SIDE = 240, FILES_MAX = 4 };

static const struct span nothing = {NULL, 0};

struct outcome {
    enum exit_code exit;
    char *out, *err;
};

static void outcome_free(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
}

static struct outcome decode_with(struct options options, const char **files, size_t count)
{
    struct outcome outcome = {0};
    size_t out_size, err_size;
    FILE *out = open_memstream(&outcome.out, &out_size);
    FILE *err = open_memstream(&outcome.err, &err_size);
    assert_non_null(out);
    assert_non_null(err);
    options.files = files;
    options.file_count = count;
    outcome.exit = command_decode(&options, out, err);
    fclose(out);
    fclose(err);
    return outcome;
}

static struct outcome decode_text(const char **files, size_t count)
{
    struct options options = options_default;
    return decode_with(options, files, count);
}

static struct options json_options(void)
{
    struct options options = options_default;
    options.face = FACE_JSON;
    return options;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

// Line `index` of JSON Lines; freed by the caller.
static json_t *json_line(const char *text, size_t index)
{
    for (; index > 0; index--) {
        text = strchr(text, '\n');
        assert_non_null(text);
        text++;
    }
    const char *end = strchr(text, '\n');
    assert_non_null(end);
    json_error_t error;
    json_t *object = json_loadb(text, (size_t)(end - text), JSON_ALLOW_NUL, &error);
    assert_true(json_is_object(object));
    return object;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static json_int_t number_of(const json_t *object, const char *key)
{
    assert_true(json_is_integer(json_object_get(object, key)));
    return json_integer_value(json_object_get(object, key));
}

static void add_picture(struct bytes *to, struct span payload)
{
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, payload);
    y4m_add_frame(to, luma, SIDE * SIDE, 0);
    free(luma);
}

// A gray recording of one frame a payload; an empty payload is a frame without a code.
static struct bytes recording(const struct span *payloads, size_t count)
{
    struct bytes file = {0};
    y4m_add_header(&file, SIDE, SIDE, " F30:1 Cmono");
    for (size_t i = 0; i < count; i++)
        add_picture(&file, payloads[i]);
    return file;
}

static char *recording_file(const struct span *payloads, size_t count)
{
    struct bytes file = recording(payloads, count);
    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);
    return path;
}

static void json_tells_each_payload_once_with_all_members(void **state)
{
    (void)state;
    const struct span payloads[] = {nothing,           span_str("first"),
                                    span_str("first"), span_str("https://example.com/"),
                                    span_str("first"), nothing};
    char *path = recording_file(payloads, 6);
    struct outcome outcome = decode_with(json_options(), (const char *[]){path}, 1);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    assert_string_equal(outcome.err, "");
    assert_int_equal(count_lines(outcome.out), 3);

    json_t *payload = json_line(outcome.out, 0);
    assert_int_equal(json_object_size(payload), 8);
    assert_string_equal(text_of(payload, "event"), "payload");
    assert_string_equal(text_of(payload, "file"), path);
    assert_int_equal(number_of(payload, "frame"), 1);
    assert_string_equal(text_of(payload, "kind"), "text");
    assert_string_equal(text_of(payload, "payload"), "first");
    assert_string_equal(text_of(payload, "payload_hex"), "6669727374");
    assert_true(json_is_real(json_object_get(payload, "ms")));
    json_t *corners = json_object_get(payload, "corners");
    assert_int_equal(json_array_size(corners), 4);
    for (size_t i = 0; i < 4; i++) {
        json_t *corner = json_array_get(corners, i);
        assert_int_equal(json_array_size(corner), 2);
        bool right = json_number_value(json_array_get(corner, 0)) > SIDE / 2;
        bool low = json_number_value(json_array_get(corner, 1)) > SIDE / 2;
        assert_int_equal(right, i == 1 || i == 2);
        assert_int_equal(low, i >= 2);
    }
    json_decref(payload);

    payload = json_line(outcome.out, 1);
    assert_int_equal(number_of(payload, "frame"), 3);
    assert_string_equal(text_of(payload, "kind"), "link");
    json_decref(payload);

    json_t *file = json_line(outcome.out, 2);
    assert_string_equal(text_of(file, "event"), "file");
    assert_string_equal(text_of(file, "file"), path);
    assert_int_equal(number_of(file, "frames"), 6);
    assert_int_equal(number_of(file, "payloads"), 2);
    assert_true(json_is_real(json_object_get(file, "ms")));
    assert_null(json_object_get(file, "code"));
    json_decref(file);
    outcome_free(&outcome);
    temporary_remove(path);
}

static void every_frame_tells_a_payload_again(void **state)
{
    (void)state;
    const struct span payloads[] = {span_str("same"), nothing, span_str("same")};
    char *path = recording_file(payloads, 3);
    struct options options = json_options();
    options.every_frame = true;
    struct outcome outcome = decode_with(options, (const char *[]){path}, 1);
    assert_int_equal(count_lines(outcome.out), 3);
    json_t *last = json_line(outcome.out, 1);
    assert_int_equal(number_of(last, "frame"), 2);
    json_decref(last);
    outcome_free(&outcome);
    temporary_remove(path);
}

static void json_carries_any_bytes_as_ascii(void **state)
{
    (void)state;
    const struct span payloads[] = {span_of("a\0\xff\x1b[2J\xc2\x9b", 9)};
    char *path = recording_file(payloads, 1);
    struct outcome outcome = decode_with(json_options(), (const char *[]){path}, 1);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    for (const char *p = outcome.out; *p; p++)
        assert_true(*p == '\n' || (*p >= ' ' && *p < 0x7f));

    json_t *payload = json_line(outcome.out, 0);
    assert_string_equal(text_of(payload, "payload_hex"), "6100ff1b5b324ac29b");
    const json_t *text = json_object_get(payload, "payload");
    static const char wanted[] = "a\0\xef\xbf\xbd\x1b[2J\xc2\x9b";
    assert_int_equal(json_string_length(text), sizeof(wanted) - 1);
    assert_memory_equal(json_string_value(text), wanted, sizeof(wanted) - 1);

    json_decref(payload);
    outcome_free(&outcome);
    temporary_remove(path);
}

static void text_cannot_harm_a_terminal(void **state)
{
    (void)state;
    static const struct {
        struct span payload;
        const char *printed;
    } cases[] = {
        {{(const uint8_t *)"plain \\ text", 12}, "plain \\ text\n"},
        {{(const uint8_t *)"\x1b]0;owned\x07\x1b[2J", 14}, "\\x1b]0;owned\\x07\\x1b[2J\n"},
        {{(const uint8_t *)"two\nlines\r\t.", 12}, "two\\nlines\\r\\t.\n"},
        {{(const uint8_t *)"\0\x7f\xff", 3}, "\\x00\\x7f\\xff\n"},
        {{(const uint8_t *)"\xc2\x9b 1m", 5}, "\\xc2\\x9b 1m\n"},        // C1: CSI
        {{(const uint8_t *)"a\xe2\x80\xae.", 5}, "a\\xe2\\x80\\xae.\n"}, // right to left
        {{(const uint8_t *)"\xd0\x92\xd1\x85\xd0\xbe\xd0\xb4", 8},
         "\xd0\x92\xd1\x85\xd0\xbe\xd0\xb4\n"}, // Cyrillic
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = recording_file(&cases[i].payload, 1);
        struct outcome outcome = decode_text((const char *[]){path}, 1);
        assert_int_equal(outcome.exit, EXIT_CODE_OK);
        assert_string_equal(outcome.out, cases[i].printed);
        outcome_free(&outcome);
        temporary_remove(path);
    }
}

static void seeds_of_one_time_codes_are_kept_back(void **state)
{
    (void)state;
    static const char seed[] =
        "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example";
    const struct span payloads[] = {span_str(seed)};
    char *path = recording_file(payloads, 1);
    struct options options = json_options();
    struct outcome outcome = decode_with(options, (const char *[]){path}, 1);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    assert_null(strstr(outcome.out, "JBSWY3DPEHPK3PXP"));
    json_t *payload = json_line(outcome.out, 0);
    assert_string_equal(text_of(payload, "kind"), "otp-seed");
    assert_string_equal(text_of(payload, "payload"), "");
    assert_string_equal(text_of(payload, "payload_hex"), "");
    assert_true(json_is_true(json_object_get(payload, "hidden")));
    json_decref(payload);
    outcome_free(&outcome);

    outcome = decode_text((const char *[]){path}, 1);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    assert_string_equal(outcome.out, "");
    assert_non_null(strstr(outcome.err, "--show-secrets"));
    assert_null(strstr(outcome.err, "JBSWY3DPEHPK3PXP"));
    outcome_free(&outcome);

    options = options_default;
    options.show_secrets = true;
    outcome = decode_with(options, (const char *[]){path}, 1);
    assert_non_null(strstr(outcome.out, seed));
    outcome_free(&outcome);
    temporary_remove(path);
}

// One line on standard error with that code, and the exit code that belongs to it.
static void assert_fails(const struct outcome *outcome, enum exit_code exit, const char *code)
{
    assert_int_equal(outcome->exit, exit);
    assert_int_equal(count_lines(outcome->err), 1);
    char start[64];
    snprintf(start, sizeof(start), "qrconfirm: %s: ", code);
    assert_memory_equal(outcome->err, start, strlen(start));
}

static void assert_content_fails(struct span content, enum exit_code exit, const char *code)
{
    char *path = temporary_file(content);
    struct outcome outcome = decode_text((const char *[]){path}, 1);
    assert_fails(&outcome, exit, code);
    assert_non_null(strstr(outcome.err, path));
    outcome_free(&outcome);

    outcome = decode_with(json_options(), (const char *[]){path}, 1);
    assert_fails(&outcome, exit, code);
    json_t *file = json_line(outcome.out, count_lines(outcome.out) - 1);
    assert_string_equal(text_of(file, "event"), "file");
    assert_string_equal(text_of(file, "code"), code);
    json_decref(file);
    outcome_free(&outcome);
    temporary_remove(path);
}

// A picture of the first `count` codes of a message divided over two.
static char *divided_file(size_t count)
{
    enum { WIDTH = 400, HEIGHT = 200, MODULE = 5, MARGIN = 40 };
    QRcode_List *list = QRcode_encodeStringStructured("https://portal.example/s1", 1,
                                                      QR_ECLEVEL_L, QR_MODE_8, 1);
    assert_non_null(list);
    assert_int_equal(QRcode_List_size(list), 2);
    static uint8_t luma[WIDTH * HEIGHT];
    memset(luma, 230, sizeof(luma));
    const QRcode_List *entry = list;
    for (size_t i = 0; i < count; i++, entry = entry->next) {
        size_t side = (size_t)entry->code->width * MODULE;
        for (size_t k = 0; k < side * side; k++) {
            size_t x = k % side, y = k / side;
            if (entry->code->data[y / MODULE * (side / MODULE) + x / MODULE] & 1)
                luma[(MARGIN + y) * WIDTH + MARGIN + i * WIDTH / 2 + x] = 20;
        }
    }
    QRcode_List_free(list);

    struct bytes file = {0};
    y4m_add_header(&file, WIDTH, HEIGHT, " F30:1 Cmono");
    y4m_add_frame(&file, luma, sizeof(luma), 0);
    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);
    return path;
}

static void a_part_says_that_it_is_one(void **state)
{
    (void)state;
    char *path = divided_file(1);
    struct outcome outcome = decode_with(json_options(), (const char *[]){path}, 1);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    assert_int_equal(count_lines(outcome.out), 2);
    json_t *payload = json_line(outcome.out, 0);
    assert_string_equal(text_of(payload, "kind"), "part");
    assert_string_equal(text_of(payload, "payload"), "https://portal.");
    assert_int_equal(number_of(payload, "part"), 1);
    assert_int_equal(number_of(payload, "parts"), 2);
    json_decref(payload);
    outcome_free(&outcome);

    outcome = decode_text((const char *[]){path}, 1);
    assert_string_equal(outcome.out, "https://portal.\n");
    assert_non_null(strstr(outcome.err, "part 1 of 2"));
    outcome_free(&outcome);
    temporary_remove(path);
}

static void all_parts_in_one_picture_are_joined(void **state)
{
    (void)state;
    char *path = divided_file(2);
    struct outcome outcome = decode_with(json_options(), (const char *[]){path}, 1);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    assert_int_equal(count_lines(outcome.out), 4);
    json_t *payload = json_line(outcome.out, 2);
    assert_string_equal(text_of(payload, "kind"), "link");
    assert_string_equal(text_of(payload, "payload"), "https://portal.example/s1");
    assert_true(json_is_true(json_object_get(payload, "joined")));
    assert_null(json_object_get(payload, "part"));
    json_decref(payload);
    outcome_free(&outcome);
    temporary_remove(path);
}

static void bad_files_give_one_line_and_their_exit_code(void **state)
{
    (void)state;
    assert_content_fails(nothing, EXIT_CODE_CAMERA, "source.format");
    assert_content_fails(span_str("hello"), EXIT_CODE_CAMERA, "source.format");
    assert_content_fails(span_str("YUV4MPEG2 W4 H4 Cmono\n"), EXIT_CODE_CAMERA,
                         "source.damaged");
    assert_content_fails(span_str("YUV4MPEG2 W99999 H4\n"), EXIT_CODE_CAMERA,
                         "source.too-large");
    assert_content_fails(span_str("P5 9 9 255\n"), EXIT_CODE_CAMERA, "source.damaged");
    assert_content_fails(span_str("\x89PNG\r\n\x1a\n"), EXIT_CODE_CAMERA, "source.damaged");
    assert_content_fails(span_str("\xff\xd8\xff\xd9"), EXIT_CODE_CAMERA, "source.damaged");
    assert_content_fails(span_str("\xff\xd8\xff\xe0"), EXIT_CODE_CAMERA, "source.damaged");
    struct bytes empty = recording((const struct span[]){nothing}, 1);
    assert_content_fails(bytes_span(&empty), EXIT_CODE_NOTHING_SCANNED, "scan.no-code");
    bytes_free(&empty);

    struct outcome outcome =
        decode_text((const char *[]){FIXTURES_DIR "/missing/\x1b[2J\n"}, 1);
    assert_fails(&outcome, EXIT_CODE_CAMERA, "source.not-found");
    assert_null(strchr(outcome.err, '\x1b'));
    outcome_free(&outcome);
    outcome = decode_text((const char *[]){FIXTURES_DIR}, 1);
    assert_fails(&outcome, EXIT_CODE_CAMERA, "source.unreadable");
    outcome_free(&outcome);
}

static void cut_recording_gives_what_it_has_and_then_fails(void **state)
{
    (void)state;
    const struct span payloads[] = {span_str("before"), span_str("after")};
    struct bytes file = recording(payloads, 2);
    char *path = temporary_file(span_of(file.p, file.n - 1));
    struct outcome outcome = decode_text((const char *[]){path}, 1);
    assert_string_equal(outcome.out, "before\n");
    assert_fails(&outcome, EXIT_CODE_CAMERA, "source.damaged");
    outcome_free(&outcome);
    bytes_free(&file);
    temporary_remove(path);
}

static void one_bad_file_does_not_keep_the_others_back(void **state)
{
    (void)state;
    char *good = recording_file((const struct span[]){span_str("good")}, 1);
    char *also = recording_file((const struct span[]){span_str("good")}, 1);
    char *empty = recording_file((const struct span[]){nothing}, 1);
    const char *files[FILES_MAX] = {good, FIXTURES_DIR "/missing", empty, also};
    struct outcome outcome = decode_text(files, 4);
    char wanted[256];
    snprintf(wanted, sizeof(wanted), "%s: good\n%s: good\n", good, also);
    assert_string_equal(outcome.out, wanted);
    assert_int_equal(count_lines(outcome.err), 2);
    assert_int_equal(outcome.exit, EXIT_CODE_CAMERA);
    outcome_free(&outcome);

    outcome = decode_text((const char *[]){empty, good}, 2);
    assert_int_equal(outcome.exit, EXIT_CODE_NOTHING_SCANNED);
    outcome_free(&outcome);
    outcome = decode_text((const char *[]){also, good}, 2);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    outcome_free(&outcome);
    temporary_remove(good);
    temporary_remove(also);
    temporary_remove(empty);
}

static void damaged_frame_is_passed_over(void **state)
{
    (void)state;
    struct bytes file = {0};
    bytes_add(&file, span_of("\xff\xd8\xff\xd9", 4)); // a picture with nothing in it
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str("whole"));
    jpeg_add(&file, luma, SIDE, SIDE);
    free(luma);
    char *path = temporary_file(bytes_span(&file));

    struct outcome outcome = decode_with(json_options(), (const char *[]){path}, 1);
    assert_int_equal(outcome.exit, EXIT_CODE_OK);
    json_t *last = json_line(outcome.out, 1);
    assert_int_equal(number_of(last, "frames"), 2);
    assert_int_equal(number_of(last, "damaged"), 1);
    assert_int_equal(number_of(last, "payloads"), 1);

    json_decref(last);
    outcome_free(&outcome);
    bytes_free(&file);
    temporary_remove(path);
}

static void full_disk_is_told(void **state)
{
    (void)state;
    char *path = recording_file((const struct span[]){span_str("lost")}, 1);
    struct options options = options_default;
    options.files = (const char *[]){path};
    options.file_count = 1;

    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    struct outcome outcome = {0};
    size_t err_size;
    FILE *err = open_memstream(&outcome.err, &err_size);
    outcome.exit = command_decode(&options, full, err);
    fclose(err);
    fclose(full);

    assert_fails(&outcome, EXIT_CODE_INTERNAL, "internal.output");
    outcome_free(&outcome);
    temporary_remove(path);
}

int main(int argc, char *argv[])
{
    if (eye_process_asked(argc, argv)) // the command starts it
        return eye_process_run(argc, argv, NULL);

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_tells_each_payload_once_with_all_members),
        cmocka_unit_test(every_frame_tells_a_payload_again),
        cmocka_unit_test(json_carries_any_bytes_as_ascii),
        cmocka_unit_test(text_cannot_harm_a_terminal),
        cmocka_unit_test(seeds_of_one_time_codes_are_kept_back),
        cmocka_unit_test(a_part_says_that_it_is_one),
        cmocka_unit_test(all_parts_in_one_picture_are_joined),
        cmocka_unit_test(bad_files_give_one_line_and_their_exit_code),
        cmocka_unit_test(cut_recording_gives_what_it_has_and_then_fails),
        cmocka_unit_test(one_bad_file_does_not_keep_the_others_back),
        cmocka_unit_test(damaged_frame_is_passed_over),
        cmocka_unit_test(full_disk_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
