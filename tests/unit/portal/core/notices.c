// SPDX-License-Identifier: MIT
// What people are told by e-mail, through a program that speaks as sendmail does.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/notices.h"
#include "portal/core/sessions.h"

static char taken[128]; // where the program writes arguments and message

// A program that keeps what it is given, as a mail server's does.
static void use_program(const char *script)
{
    char program[96];
    snprintf(program, sizeof(program), "%s/send", place.bench.directory);
    FILE *file = fopen(program, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(program, 0700), 0);

    strcat(program, " -i");
    bench_config(&place.bench, "mail.command", program);
}

static int open_with_program(void **state)
{
    char script[256];
    place_open_waiting(state);
    snprintf(taken, sizeof(taken), "%s/taken", place.bench.directory);
    snprintf(script, sizeof(script), "{ echo \"$@\"; cat; } >>%s", taken);
    use_program(script);
    return 0;
}

// All that was handed over so far; the caller frees it.
static char *letters(void)
{
    struct mailer *mailer = &place.bench.portal.mailer;
    mailer_destroy(mailer);
    mailer_init(mailer);

    char *text = calloc(1, 8192);
    FILE *file = fopen(taken, "r");
    if (file) {
        assert_true(fread(text, 1, 8191, file) > 0);
        fclose(file);
    }
    return text;
}

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, text);
}

static void sign_in_is_told_with_browser_and_device(void **state)
{
    (void)state;
    struct statement_receipt receipt;
    struct claimed claimed;
    bench_config(&place.bench, "mail.from", "portal@example.com");
    bench_config(&place.bench, "mail.domain", "example.com");
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    assert_int_equal(
        bench_claim(&place.bench, place.cookie.text, "", receipt.pickup_code, &claimed),
        OUTCOME_OK);
    notices_signed_in(&place.bench.portal, claimed.token.text, languages_at(0));

    char *text = letters();
    expect(text, "-i -- anna@example.com\n");
    expect(text, "From: portal@example.com\nTo: anna@example.com\nSubject: =?UTF-8?B?");
    expect(text, "\n\nYour account was signed in.\n");
    expect(text, "    Address: " BENCH_ADDRESS "\n");
    expect(text, "    Device: ");
    expect(text, BENCH_URL "/devices\n");
    free(text);
}

static void report_and_new_device_are_told_once(void **state)
{
    (void)state;
    struct statement_decision decision;
    struct answer answer;
    uint8_t hash[HASH_SIZE];
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &place.challenge, hash),
                     OUTCOME_OK);
    bench_decision(&place.bench, &place.device, &place.challenge, hash, &decision);
    decision.decision = DECISION_DENY_AND_REPORT;
    for (int i = 0; i < 3; i++) // a lost reply is asked for again
        bench_send(&place.bench, MESSAGE_DECISION, &decision, &place.device, &answer);
    assert_int_equal(answer.status, 200);
    notices_paired(&place.bench.portal, place.device.device_id, languages_find("ru"));

    char *text = letters();
    char *first = strstr(text, "A sign-in was refused and reported.\n");
    assert_non_null(first);
    assert_null(strstr(first + 1, "A sign-in was refused and reported.\n"));
    expect(text, "-i -- anna\n");
    expect(text, "\n\nК вашей учётной записи привязано устройство.\n");
    free(text);
}

static void nothing_is_sent_unless_it_is_set(void **state)
{
    (void)state;
    bench_config(&place.bench, "mail.command", "");
    notices_paired(&place.bench.portal, place.device.device_id, languages_at(0));
    char *text = letters();
    assert_string_equal(text, "");
    free(text);
}

// Neither a program that is not there nor one that does not end holds anybody up, nor the end.
static void program_that_fails_holds_nobody_up(void **state)
{
    (void)state;
    bench_config(&place.bench, "mail.command", "/nonexistent/sendmail");
    for (unsigned i = 0; i < 2 * MAILER_WAITING_MAX; i++)
        notices_paired(&place.bench.portal, place.device.device_id, languages_at(0));
    char *text = letters();
    assert_string_equal(text, "");
    free(text);

    use_program("exec sleep 100");
    for (unsigned i = 0; i < 3; i++)
        notices_paired(&place.bench.portal, place.device.device_id, languages_at(0));
    time_t begun = time(NULL);
    free(letters());
    assert_in_range(time(NULL) - begun, 0, 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_with_program, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sign_in_is_told_with_browser_and_device),
        TEST(report_and_new_device_are_told_once),
        TEST(nothing_is_sent_unless_it_is_set),
        TEST(program_that_fails_holds_nobody_up),
    };
    return cmocka_run_group_tests_name("portal notices", tests, NULL, NULL);
}
