// SPDX-License-Identifier: MIT
// What `qrconfirm status` says of a paired device, with a real qrportal that answers or does
// not.
#include "tests/unit/net/scratch.h"

#include <jansson.h>
#include <regex.h>

#include "tests/unit/net/parts/paired_world.h"
#include "ui/commands/command_status.h"
#include "ui/commands/status_metrics.h"

#define SAID_MAX 16384u

static char said[SAID_MAX], metrics[SAID_MAX];

static enum exit_code run(void **state, const char *textfile)
{
    struct options options = options_default;
    struct paths paths;
    char path[PATH_MAX + 64];
    options.command = COMMAND_STATUS;
    options.face = FACE_JSON;
    options.textfile = textfile;
    snprintf(path, sizeof(path), "%s", scratch_join(state, "said"));
    snprintf(paths.config, PATHS_MAX, "%.1000s", scratch_join(state, "config.ini"));
    snprintf(paths.data, PATHS_MAX, "%.1000s", world.device.data);
    snprintf(paths.state, PATHS_MAX, "%.1000s", world.device.state);

    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(kept >= 0 && out >= 0 && dup2(out, STDOUT_FILENO) >= 0);
    enum exit_code code = command_status(&options, &paths, &world.device.environment);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    close(out);

    memset(said, 0, sizeof(said));
    scratch_read(path, said, sizeof(said) - 1);
    return code;
}

// The status as JSON, to be released.
static json_t *look(void **state)
{
    assert_int_equal(run(state, NULL), EXIT_CODE_OK);
    json_t *status = json_loads(said, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(status);
    return status;
}

static const char *text_at(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "(none)";
}

static json_int_t number_at(const json_t *object, const char *member)
{
    const json_t *number = json_object_get(object, member);
    if (!json_is_integer(number))
        fail_msg("%s is no number in %s", member, said);
    return json_integer_value(number);
}

static const json_t *only_pairing(const json_t *status)
{
    const json_t *pairings = json_object_get(status, "pairings");
    assert_int_equal(json_array_size(pairings), 1);
    return json_array_get(pairings, 0);
}

static void a_paired_device_tells_its_key_and_portal(void **state)
{
    json_t *status = look(state);
    const json_t *pairing = only_pairing(status);
    struct pairing is = world_pairing(&world);
    assert_string_equal(text_at(status, "event"), "status");
    assert_string_equal(text_at(pairing, "id"), is.id);
    assert_string_equal(text_at(pairing, "origin"), world.sandbox.url);
    assert_string_equal(text_at(pairing, "portal"), "none");
    assert_int_equal(number_at(pairing, "key_ends_at"), is.key[0].not_after);
    assert_in_range(number_at(status, "clock_ahead_s") + 5, 0, 10);
    json_decref(status);

    atomic_store(&world.device.wall_ahead_s, 3600);
    status = look(state);
    assert_in_range(number_at(status, "clock_ahead_s"), 3595, 3605);
    json_decref(status);
}

static void a_silent_portal_is_told_and_fails_nothing(void **state)
{
    sandbox_stop(&world.sandbox);
    json_t *status = look(state);
    assert_memory_equal(text_at(only_pairing(status), "portal"), "net.", 4);
    assert_true(json_is_null(json_object_get(status, "clock_ahead_s")));
    json_decref(status);
}

static void note(enum health_event_kind kind, enum failure failure, int64_t time)
{
    const struct health_event event = {.kind = kind, .failure = failure, .time = time};
    assert_true(health_add(world.device.state, &event, NULL));
}

static void what_has_happened_is_counted(void **state)
{
    note(HEALTH_STARTED, FAILURE_NONE, 1000);
    note(HEALTH_APPROVED, FAILURE_NONE, 1100);
    note(HEALTH_FAILED, FAILURE_CHALLENGE_EXPIRED, 1200);
    note(HEALTH_CAMERA, FAILURE_CAMERA_GONE, 1300);
    scratch_write(scratch_join(state, "config.ini"), "abc", 3);

    json_t *status = look(state);
    const json_t *health = json_object_get(status, "health");
    assert_string_equal(text_at(status, "configuration"), // of "abc", FIPS 180-4
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(number_at(health, "starts"), 1);
    assert_int_equal(number_at(health, "last_approved_at"), 1100);
    assert_int_equal(number_at(json_object_get(health, "failures"), "challenge.expired"), 1);
    assert_string_equal(text_at(json_object_get(health, "camera"), "code"), "camera.gone");
    assert_int_equal(number_at(json_object_get(health, "last_failure"), "at"), 1200);
    json_decref(status);
}

static void write_metrics(void **state, const char *path)
{
    assert_int_equal(run(state, path), EXIT_CODE_OK);
    memset(metrics, 0, sizeof(metrics));
    scratch_read(path, metrics, sizeof(metrics) - 1);
}

// Every line is one of the format's, and a sample stands behind the type of its name.
static void check_lines(void)
{
    char copy[SAID_MAX], *next = copy, type[128] = "";
    regex_t sample;
    assert_int_equal(
        regcomp(&sample,
                "^qrconfirm_[a-z_]+(\\{[a-z]+=\"[^\"\\]*\"(,[a-z]+=\"[^\"\\]*\")*\\})?"
                " -?[0-9]+$",
                REG_EXTENDED | REG_NOSUB),
        0);
    memcpy(copy, metrics, sizeof(copy));

    for (const char *line; (line = strsep(&next, "\n")) && *line;) {
        if (strncmp(line, "# HELP qrconfirm_", 17) == 0)
            continue;
        if (sscanf(line, "# TYPE %100s", type) == 1)
            continue;
        if (regexec(&sample, line, 0, NULL, 0) != 0 || strncmp(line, type, strlen(type)) != 0)
            fail_msg("'%s' after the type of %s", line, type);
    }
    regfree(&sample);
    assert_int_equal(metrics[strlen(metrics) - 1], '\n');
}

static void expect_metric(const char *text)
{
    if (!strstr(metrics, text))
        fail_msg("no '%s' in\n%s", text, metrics);
}

static void metrics_are_for_everybody_and_of_nobody(void **state)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof(path), "%s", scratch_join(state, "qrconfirm.prom"));
    note(HEALTH_FAILED, FAILURE_NET_TIMEOUT, 1200);
    note(HEALTH_FAILED, FAILURE_NET_TIMEOUT, 1200);
    note(HEALTH_CAMERA, FAILURE_NONE, 1300);
    write_metrics(state, path);
    assert_int_equal(scratch_mode(path), 0644);
    check_lines();
    expect_metric("\nqrconfirm_pairings 1\n");
    expect_metric("\nqrconfirm_failures_total{code=\"net.timeout\"} 2\n");
    expect_metric("\nqrconfirm_camera_up{code=\"none\"} 1\n");
    expect_metric("code=\"none\"} 1\n");
    expect_metric("\nqrconfirm_clock_ahead_seconds ");
    expect_metric("\nqrconfirm_key_end_timestamp_seconds{pairing=\"");

    static const char *const persons[] = {"Анна", SANDBOX_USER, "test phone"};
    for (size_t i = 0; i < sizeof(persons) / sizeof(persons[0]); i++)
        if (strstr(metrics, persons[i]) || strstr(said, persons[i]))
            fail_msg("%s is named", persons[i]);
}

static void metrics_that_cannot_be_written_leave_the_old_ones(void **state)
{
    char path[PATH_MAX + 64];
    struct fault fault = {0};
    snprintf(path, sizeof(path), "%s", scratch_join(state, "none/qrconfirm.prom"));
    assert_int_equal(run(state, path), failure_exit(FAILURE_OUTPUT));

    snprintf(path, sizeof(path), "%s", scratch_join(state, "qrconfirm.prom"));
    assert_true(status_metrics_write(path, "old\n", &fault));
    assert_int_equal(mkdir(scratch_join(state, "folder"), 0700), 0);
    assert_false(status_metrics_write(scratch_join(state, "folder"), "new\n", &fault));
    assert_int_equal(fault.failure, FAILURE_OUTPUT);
    assert_int_equal(scratch_read(path, metrics, sizeof(metrics)), 4);

    // Nothing is left beside it.
    snprintf(path, sizeof(path), "ls '%s' | grep -q 'folder[.]'",
             ((const struct scratch *)*state)->path);
    assert_int_not_equal(system(path), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, paired_world_begin, paired_world_end)
    const struct CMUnitTest tests[] = {
        TEST(a_paired_device_tells_its_key_and_portal),
        TEST(a_silent_portal_is_told_and_fails_nothing),
        TEST(what_has_happened_is_counted),
        TEST(metrics_are_for_everybody_and_of_nobody),
        TEST(metrics_that_cannot_be_written_leave_the_old_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
