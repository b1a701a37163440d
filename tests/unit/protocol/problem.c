// SPDX-License-Identifier: MIT
// Problem documents: what a portal writes is what a device reads, and nothing else ends a call.
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/ijson.h"
#include "net/protocol/problem.h"

#define BASE "https://portal.example.com/app"

static bool read(unsigned status, const char *text, struct problem *out)
{
    return problem_read(status, PROBLEM_MEDIA_TYPE, NULL, span_str(text), out, NULL);
}

static bool for_devices(enum problem_code code)
{
    return code != PROBLEM_NOT_APPROVED && code != PROBLEM_WRONG_CODE;
}

static void every_code_is_written_and_read(void **state)
{
    (void)state;
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        enum problem_code code = (enum problem_code)i;
        struct problem problem, back;
        problem_init(&problem, code);
        char *text = problem_write(&problem, BASE);
        assert_non_null(text);

        assert_int_equal(read(problem_status(code), text, &back), for_devices(code));
        if (for_devices(code)) {
            assert_int_equal(back.code, code);
            assert_int_equal(back.retry_after_s, -1);
            assert_int_equal(back.tries_left, -1);
            assert_int_equal(back.envelope.size, 0);
            assert_int_not_equal(problem_failure(code), FAILURE_INTERNAL);
        }

        assert_false(read(problem_status(code) + 1, text, &back));
        free(text);
    }
}

static void document_has_the_members_of_rfc_9457(void **state)
{
    (void)state;
    struct problem problem;
    problem_init(&problem, PROBLEM_WRONG_CODE);
    problem.tries_left = 2;
    char *text = problem_write(&problem, BASE);
    enum verdict verdict;
    json_t *document = ijson_read(span_str(text), &verdict);

    assert_string_equal(vector_text(document, "type"), BASE "/qr-login/problem/wrong-code");
    assert_string_equal(vector_text(document, "code"), "wrong-code");
    assert_true(vector_text(document, "title")[0] != '\0');
    assert_int_equal(vector_number(document, "status"), 403);
    assert_int_equal(vector_number(document, "tries_left"), 2);
    assert_null(json_object_get(document, "retry_after"));
    assert_null(json_object_get(document, "envelope"));

    json_decref(document);
    free(text);
}

static void further_members_are_read_back(void **state)
{
    (void)state;
    struct problem problem, back;
    problem_init(&problem, PROBLEM_VERSION_UNSUPPORTED);
    problem.retry_after_s = 7;
    problem.supported_min = 1;
    problem.supported_max = 3;
    snprintf(problem.log_id, sizeof(problem.log_id), "a1b2");

    char *text = problem_write(&problem, BASE);
    assert_true(read(400, text, &back));
    assert_int_equal(back.retry_after_s, 7);
    assert_int_equal(back.supported_min, 1);
    assert_int_equal(back.supported_max, 3);
    assert_string_equal(back.log_id, "a1b2");
    free(text);
}

static void revoked_envelope_comes_through(void **state)
{
    (void)state;
    const json_t *row = json_array_get(vectors_section("exchange"), 13);
    assert_string_equal(vector_text(row, "message"), "revoked");
    struct span envelope = vector_text_span(row, "envelope");
    struct problem problem, back;
    problem_init(&problem, PROBLEM_DEVICE_REVOKED);
    memcpy(problem.envelope.text, envelope.p, envelope.n);
    problem.envelope.size = envelope.n;
    char *text = problem_write(&problem, BASE);
    assert_true(read(403, text, &back));

    const json_t *keys = json_object_get(vectors_section("keys"), "portal");
    uint8_t key[PUBLIC_KEY_SIZE];
    vector_hex_exact(keys, "public", key, sizeof(key));
    struct envelope_keys find = {envelope_find_one, key};
    struct envelope_opened opened;
    assert_int_equal(
        envelope_open(MESSAGE_REVOKED, envelope_span(&back.envelope), &find, &opened),
        VERDICT_OK);
    free(text);

    // With any other code it is not even looked at.
    problem.code = PROBLEM_ACCOUNT_DISABLED;
    text = problem_write(&problem, BASE);
    assert_true(read(403, text, &back));
    assert_int_equal(back.envelope.size, 0);
    free(text);
}

static void code_decides_and_type_stands_in_for_it(void **state)
{
    (void)state;
    struct problem problem;
    assert_true(read(403, "{\"code\":\"qr-disabled\"}", &problem));
    assert_int_equal(problem.code, PROBLEM_QR_DISABLED);
    assert_true(read(410, "{\"type\":\"https://x/qr-login/problem/frame-stale\"}", &problem));
    assert_int_equal(problem.code, PROBLEM_FRAME_STALE);
    assert_true(
        read(403, "{\"type\":\"https://x/frame-stale\",\"code\":\"qr-disabled\"}", &problem));
    assert_int_equal(problem.code, PROBLEM_QR_DISABLED);

    assert_false(read(410, "{\"type\":\"https://x/frame-stale\",\"code\":1}", &problem));
    assert_false(read(410, "{\"type\":\"frame-stale\"}", &problem));
    assert_false(read(410, "{\"type\":\"https://x/frame-stale/\"}", &problem));
    assert_true(read(403, "{\"code\":\"qr-disabled\",\"status\":500,\"x\":[1]}", &problem));
}

static void what_is_no_answer_is_not_taken_for_one(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "[]",
        "7",
        "<html>",
        "{}",
        "{\"code\":\"\"}",
        "{\"code\":\"QR-DISABLED\"}",
        "{\"code\":\"wrong-code\"}",
        "{\"code\":\"qr-disabled\",\"code\":\"qr-disabled\"}",
        "{\"code\":\"qr-disabled\"",
        "{\"code\":\"qr-disabled\\u0000\"}",
        "{\"code\":\"qr-disabled\",\"x\":\"\xff\"}",
    };

    struct problem problem = {.code = PROBLEM_COUNT};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(read(403, bad[i], &problem));

    struct span good = span_str("{\"code\":\"qr-disabled\"}");
    assert_false(problem_read(403, NULL, NULL, good, &problem, NULL));
    assert_false(problem_read(403, "text/html", NULL, good, &problem, NULL));
    assert_false(problem_read(403, "application/json", NULL, good, &problem, NULL));
    assert_false(problem_read(403, "application/problem+jsonx", NULL, good, &problem, NULL));
    assert_int_equal(problem.code, PROBLEM_COUNT);
    assert_true(problem_read(403, "Application/Problem+JSON; charset=utf-8", NULL, good,
                             &problem, NULL));
}

static void odd_members_are_left_out(void **state)
{
    (void)state;
    struct problem problem;
    assert_true(read(429,
                     "{\"code\":\"rate-limited\",\"retry_after\":-1,\"tries_left\":\"2\","
                     "\"supported\":[3,1],\"log_id\":\"a\\u202eb\",\"envelope\":{}}",
                     &problem));
    assert_int_equal(problem.retry_after_s, -1);
    assert_int_equal(problem.tries_left, -1);
    assert_int_equal(problem.supported_max, 0);
    assert_string_equal(problem.log_id, "");
    assert_false(problem_ends_sending(problem.code));

    assert_true(read(403, "{\"code\":\"device-revoked\",\"envelope\":[]}", &problem));
    assert_int_equal(problem.envelope.size, 0);
    assert_true(problem_ends_sending(problem.code));
}

static int64_t retry_after(const char *header)
{
    struct problem problem;
    assert_true(problem_read(429, PROBLEM_MEDIA_TYPE, header,
                             span_str("{\"code\":\"rate-limited\",\"retry_after\":5}"),
                             &problem, NULL));
    return problem.retry_after_s;
}

static void retry_after_header_wins(void **state)
{
    (void)state;
    assert_int_equal(retry_after(NULL), 5);
    assert_int_equal(retry_after("9"), 9);
    assert_int_equal(retry_after(" 9 "), 9);
    assert_int_equal(retry_after("0"), 0);
    assert_int_equal(retry_after("99999999999999999999999"), 86400);
    assert_int_equal(retry_after("Tue, 24 Nov 2026 00:00:00 GMT"), 5);
    assert_int_equal(retry_after("1.5"), 5);
    assert_int_equal(retry_after(""), 5);
}

// `code` of the vectors is what a portal answers to a body or envelope that it refuses.
static void verdicts_get_the_codes_of_the_vectors(void **state)
{
    (void)state;
    static const char *const sections[] = {"bad_body", "bad_envelope"};
    size_t seen = 0;

    for (size_t s = 0; s < 2; s++) {
        size_t i;
        const json_t *row;
        json_array_foreach(vectors_section(sections[s]), i, row)
        {
            if (!json_object_get(row, "code"))
                continue;
            int verdict = 0;
            while (strcmp(verdict_word((enum verdict)verdict), vector_text(row, "check")) != 0)
                assert_true(++verdict < VERDICT_COUNT);
            assert_string_equal(problem_code_word(problem_of_verdict((enum verdict)verdict)),
                                vector_text(row, "code"));
            seen++;
        }
    }
    assert_true(seen > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_is_written_and_read),
        cmocka_unit_test(document_has_the_members_of_rfc_9457),
        cmocka_unit_test(further_members_are_read_back),
        cmocka_unit_test(revoked_envelope_comes_through),
        cmocka_unit_test(code_decides_and_type_stands_in_for_it),
        cmocka_unit_test(what_is_no_answer_is_not_taken_for_one),
        cmocka_unit_test(odd_members_are_left_out),
        cmocka_unit_test(retry_after_header_wins),
        cmocka_unit_test(verdicts_get_the_codes_of_the_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
