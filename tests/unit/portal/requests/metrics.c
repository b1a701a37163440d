// SPDX-License-Identifier: MIT
// The figures of a running portal: who may read them, what they count, and their form.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define ORIGIN "Origin: https://portal.example.com"
#define JSON   "Content-Type: application/json"

#define PATIENCE 6000 // looks, 10 ms apart

struct place {
    struct wire wire;
    CURL *browser;
    struct bench_device device;
};

static struct place place;

static int open_place(void **state)
{
    (void)state;
    wire_open(&place.wire, "qr-login");
    place.browser = wire_client();
    bench_pair(&place.wire.bench, bench_user(&place.wire.bench, "anna", false), &place.device);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    curl_easy_cleanup(place.browser);
    wire_close(&place.wire);
    return 0;
}

static long ask(const char *path, const char *body, const char *header, struct wire_reply *out)
{
    const struct wire_request request = {
        .path = path, .body = body, .headers = {ORIGIN, header}};
    wire_ask(&place.wire, place.browser, &request, out);
    return out->status;
}

static long status_of(const char *path, const char *body, const char *header)
{
    struct wire_reply reply = {0};
    long status = ask(path, body, header, &reply);
    wire_reply_free(&reply);
    return status;
}

static void nobody_reads_them_who_is_not_named(void **state)
{
    (void)state;
    struct wire_reply metrics = {0}, nothing = {0};
    assert_int_equal(ask("/metrics", NULL, NULL, &metrics), 404);
    assert_int_equal(ask("/nothing", NULL, NULL, &nothing), 404);
    assert_string_equal(metrics.body.p, nothing.body.p);
    wire_reply_free(&metrics);
    wire_reply_free(&nothing);

    bench_config(&place.wire.bench, "metrics.from", "192.0.2.0/24, unix");
    assert_int_equal(status_of("/metrics", NULL, NULL), 404);
    bench_config(&place.wire.bench, "metrics.from", "127.0.0.0/8");
    assert_int_equal(status_of("/metrics", NULL, NULL), 200);

    // Through a server that nobody named everybody would have its address.
    assert_int_equal(status_of("/metrics", NULL, "X-Forwarded-For: 192.0.2.1"), 404);
    assert_int_equal(status_of("/metrics", NULL, "Via: 1.1 example"), 404);
}

// "anna" and the rest of what is known of people is in none of the lines.
static void expect_line(const char *line)
{
    struct wire_reply reply = {0};
    assert_int_equal(ask("/metrics", NULL, NULL, &reply), 200);
    assert_non_null(strstr(reply.headers.p, "Content-Type: text/plain; version=0.0.4"));
    assert_null(strstr(reply.body.p, "anna"));
    if (!strstr(reply.body.p, line))
        fail_msg("\"%s\" is not in:\n%s", line, reply.body.p);
    wire_reply_free(&reply);
}

static void new_page(struct portal_challenge *out)
{
    struct wire_reply reply = {0};
    struct portal *portal = &place.wire.bench.portal;
    assert_int_equal(ask("/qr-login/v1/challenge", "{}", JSON, &reply), 201);
    const char *cookie = strstr(reply.headers.p, "__Host-qrl=");
    assert_non_null(cookie);
    char text[COOKIE_VALUE_MAX + 1];
    snprintf(text, sizeof(text), "%.*s", (int)strcspn(cookie + 11, ";"), cookie + 11);

    portal_begin(portal);
    assert_true(challenges_by_cookie(portal, text, out));
    assert_true(portal_end(portal, false));
    wire_reply_free(&reply);
}

static void deny(uint8_t decision)
{
    struct portal_challenge challenge;
    struct statement_decision statement;
    struct answer answer;
    uint8_t hash[HASH_SIZE];
    new_page(&challenge);
    assert_int_equal(bench_do_resolve(&place.wire.bench, &place.device, &challenge, hash),
                     OUTCOME_OK);
    bench_decision(&place.wire.bench, &place.device, &challenge, hash, &statement);
    statement.decision = decision;
    for (int i = 0; i < 2; i++) // a device that lost the reply asks again
        bench_send(&place.wire.bench, MESSAGE_DECISION, &statement, &place.device, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);
}

static void sign_ins_are_counted_by_how_they_end(void **state)
{
    (void)state;
    char body[128];
    struct portal_challenge challenge;
    struct statement_receipt receipt;
    bench_config(&place.wire.bench, "metrics.from", "127.0.0.1");
    deny(DECISION_DENY);
    deny(DECISION_DENY_AND_REPORT);

    new_page(&challenge);
    bench_approve(&place.wire.bench, &place.device, &challenge, &receipt);
    snprintf(body, sizeof(body), "{\"code\":\"%s\",\"attempt\":\"0123456789012345678901\"}",
             receipt.pickup_code);
    assert_int_equal(status_of("/qr-login/v1/claim", "{\"code\":\"\"}", JSON), 400);
    for (int i = 0; i < 2; i++) // the reply was lost on its way
        assert_int_equal(status_of("/qr-login/v1/claim", body, JSON), 200);
    assert_int_equal(status_of("/login", "name=anna&password=wrong", NULL), 403);

    expect_line("\nqrportal_codes_total 3\n");
    expect_line("\nqrportal_sign_ins_total{by=\"qr\",outcome=\"done\"} 1\n");
    expect_line("\nqrportal_sign_ins_total{by=\"qr\",outcome=\"denied\"} 1\n");
    expect_line("\nqrportal_sign_ins_total{by=\"qr\",outcome=\"reported\"} 1\n");
    expect_line("\nqrportal_sign_ins_total{by=\"password\",outcome=\"done\"} 0\n");
    expect_line("\nqrportal_sign_ins_total{by=\"password\",outcome=\"wrong\"} 1\n");
    expect_line("\nqrportal_request_seconds_count{part=\"challenge\"} 3\n");
    expect_line("\nqrportal_request_seconds_bucket{part=\"claim\",le=\"+Inf\"} 3\n");
    expect_line("\nqrportal_request_seconds_count{part=\"password\"} 1\n");
}

// Each sample has a name of its own family before it, and a number.
static void form_is_that_of_prometheus(void **state)
{
    (void)state;
    struct wire_reply reply = {0};
    bench_config(&place.wire.bench, "metrics.from", "127.0.0.1");
    assert_int_equal(ask("/metrics", NULL, NULL, &reply), 200);

    char family[80] = "", *rest = NULL;
    size_t samples = 0;
    for (char *line = strtok_r(reply.body.p, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "# HELP ", 7) == 0) {
            snprintf(family, sizeof(family), "%.*s", (int)strcspn(line + 7, " "), line + 7);
            continue;
        }
        if (strncmp(line, "# TYPE ", 7) == 0) {
            assert_memory_equal(line + 7, family, strlen(family));
            continue;
        }
        char *end, *number = strrchr(line, ' ');
        assert_memory_equal(line, family, strlen(family));
        assert_true(strtod(number + 1, &end) >= 0 && *end == '\0');
        samples++;
    }
    assert_true(samples > 100);
    wire_reply_free(&reply);
}

static void connections_are_those_of_a_moment_ago(void **state)
{
    (void)state;
    struct metrics *metrics = &place.wire.bench.portal.metrics;
    bench_config(&place.wire.bench, "metrics.from", "127.0.0.1");
    expect_line("# TYPE qrportal_windows gauge\nqrportal_windows 0\n");
    for (int i = 0; i < PATIENCE && atomic_load(&metrics->connections) == 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(atomic_load(&metrics->connections), 1); // the browser's, kept open
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_reads_them_who_is_not_named),
        TEST(sign_ins_are_counted_by_how_they_end),
        TEST(form_is_that_of_prometheus),
        TEST(connections_are_those_of_a_moment_ago),
    };
    return cmocka_run_group_tests_name("portal metrics", tests, NULL, NULL);
}
