// SPDX-License-Identifier: MIT
// What doctor says of a key's end, with a real qrportal that answers or does not, and with a
// clock of the device that is right, far ahead or far behind.
#include "tests/unit/net/scratch.h"

#include <jansson.h>

#include "net/dialects/dialects.h"
#include "net/signer/signer_process.h"
#include "scanner/eye/eye_process.h"
#include "tests/unit/net/parts/paired_world.h"
#include "ui/commands/command_doctor.h"
#include "ui/text/language.h"

#define YEAR_S INT64_C(31536000)

// What the command prints on standard output, into the file.
static void run_doctor(const char *path)
{
    struct options options = options_default;
    options.command = COMMAND_DOCTOR;
    options.face = FACE_JSON;
    static const struct fault nothing;
    struct paths paths = {.config = "config.ini"};
    snprintf(paths.data, sizeof(paths.data), "%.1000s", world.device.data);
    snprintf(paths.state, sizeof(paths.state), "%.1000s", world.device.state);

    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(kept >= 0 && out >= 0 && dup2(out, STDOUT_FILENO) >= 0);
    command_doctor(&options, &paths, &world.device.environment, &nothing);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    close(out);
}

// The line of this check in what was said; the caller frees it.
static json_t *check_of(const char *path, const char *name)
{
    FILE *said = fopen(path, "r");
    assert_non_null(said);
    json_t *line, *found = NULL;
    while (!found && (line = json_loadf(said, JSON_DISABLE_EOF_CHECK, NULL))) {
        if (strcmp(json_string_value(json_object_get(line, "name")), name) == 0)
            found = json_incref(line);
        json_decref(line);
    }
    fclose(said);
    assert_non_null(found);
    return found;
}

// `code`: of the failure, or NULL; `words` are in what is said of it.
static void assert_said(const char *path, const char *name, const char *code, const char *words)
{
    json_t *line = check_of(path, name);
    const char *detail = json_string_value(json_object_get(line, "detail"));
    const char *told = json_string_value(json_object_get(line, "code"));
    if (code)
        assert_string_equal(told ? told : "no failure", code);
    else if (told)
        fail_msg("%s: %s", name, told);
    if (!strstr(detail, words))
        fail_msg("%s: \"%s\" without \"%s\"", name, detail, words);
    json_decref(line);
}

static void assert_check(void **state, const char *name, const char *code, const char *words)
{
    const struct scratch *scratch = *state;
    char path[PATH_MAX + 8];
    snprintf(path, sizeof(path), "%s/said", scratch->path);
    run_doctor(path);
    assert_said(path, name, code, words);
}

static void set_clock(int64_t ahead_s)
{
    atomic_store(&world.device.wall_ahead_s, ahead_s);
}

static void a_wrong_clock_ends_no_key_of_a_portal_that_answers(void **state)
{
    assert_check(state, "key", NULL, "90 days left");
    assert_check(state, "clock", NULL, "");
    set_clock(2 * YEAR_S);
    assert_check(state, "key", NULL, "90 days left");
    assert_check(state, "clock", "net.clock", "from the clock of the portal");
    set_clock(-40 * YEAR_S);
    assert_check(state, "key", NULL, "90 days left");
    assert_check(state, "clock", "net.clock", "from the clock of the portal");
}

static void without_a_portals_time_the_end_is_only_noted(void **state)
{
    sandbox_stop(&world.sandbox);
    const int64_t clocks[] = {0, 2 * YEAR_S, -40 * YEAR_S};
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        set_clock(clocks[i]);
        assert_check(state, "portal", "net.unreachable", "");
        assert_check(state, "key", NULL, "by this device's clock");
    }
}

// The record says that the key is over; the clock of the device says what it likes.
static void end_key(int64_t ends_at)
{
    struct fault fault = {0};
    struct pairing pairing = world_pairing(&world);
    pairing.key[0].not_after = ends_at;
    assert_true(pairing_store_save(world.device.pairings, &pairing, &fault));
}

static void a_key_is_over_by_the_portals_time(void **state)
{
    end_key(time(NULL) - 60);
    assert_check(state, "key", "portal.key-expired", "");
    set_clock(-2 * YEAR_S);
    assert_check(state, "key", "portal.key-expired", "");
    end_key(time(NULL) + 3600);
    assert_check(state, "key", NULL, "1 day left");
    set_clock(2 * YEAR_S);
    assert_check(state, "key", NULL, "1 day left");

    sandbox_stop(&world.sandbox);
    end_key(time(NULL) - 60);
    assert_check(state, "key", NULL, "by this device's clock");
}

// A camera's shim that is preloaded answers in the program alone, so cameras are held there.
static void its_processes_are_started_and_found_closed_in(void **state)
{
    static const char *const shim[] = {"LD_PRELOAD", "/nonexistent/v4l2-compat.so"};
    static const char *const names[] = {"reader", "opener", "converter", "camera-holder",
                                        "signer"};
    const struct scratch *scratch = *state;
    char path[PATH_MAX + 8];
    snprintf(path, sizeof(path), "%s/said", scratch->path);
    run_doctor(path);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_said(path, names[i], NULL, "closed in (seccomp");

    const char *before = getenv(shim[0]);
    char *kept = before ? strdup(before) : NULL;
    setenv(shim[0], shim[1], 1);
    run_doctor(path);
    if (kept)
        setenv(shim[0], kept, 1);
    else
        unsetenv(shim[0]);
    free(kept);
    assert_said(path, "camera-holder", NULL, "not a process of its own");
}

int main(int argc, char *argv[])
{
    if (eye_process_asked(argc, argv)) // doctor starts them
        return eye_process_run(argc, argv, NULL);
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, NULL);

#define FRESH(test) cmocka_unit_test_setup_teardown(test, paired_world_begin, paired_world_end)
    const struct CMUnitTest tests[] = {
        FRESH(a_wrong_clock_ends_no_key_of_a_portal_that_answers),
        FRESH(without_a_portals_time_the_end_is_only_noted),
        FRESH(a_key_is_over_by_the_portals_time),
        FRESH(its_processes_are_started_and_found_closed_in),
    };
    return cmocka_run_group_tests_name("command_doctor", tests, NULL, NULL);
}
