// SPDX-License-Identifier: MIT
// A device provisioned from a file by a real qrportal: what it is then, what it is where
// something is wrong, and what it is when the power goes at any moment. Each run is a process
// of its own; this one has no thread, so that it may fork.
#include "tests/unit/net/scratch.h"

#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "console/signals.h"
#include "net/dialects/dialects.h"
#include "net/pairings/atomic_file.h"
#include "net/signer/signer_process.h"
#include "tests/unit/net/parts/fleet.h"
#include "ui/commands/command_provision.h"
#include "ui/settings/config.h"
#include "ui/settings/provision.h"
#include "ui/text/language.h"

#define OLD_PIN   "246802"
#define NEW_PIN   "13579135791357"
#define NEVER     1000000 // steps
#define STEPS_MAX 200     // of one provisioning, or it does not end

static struct sandbox sandbox;
static char old_hash[ADMINISTRATOR_HASH_SIZE], new_hash[ADMINISTRATOR_HASH_SIZE];

// ---- the power ---------------------------------------------------------------------------

static atomic_int steps_left = NEVER; // changes of a folder until the power goes

static void step(void)
{
    if (atomic_fetch_sub(&steps_left, 1) == 0)
        kill(getpid(), SIGKILL);
}

int __real_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b)
{
    step();
    return __real_renameat(from, a, to, b);
}

int __real_unlinkat(int folder, const char *name, int flags);
int __wrap_unlinkat(int folder, const char *name, int flags);
int __wrap_unlinkat(int folder, const char *name, int flags)
{
    size_t size = strlen(name), new = strlen(ATOMIC_FILE_NEW);
    // A file that is still to take its place is none yet.
    if (size < new || strcmp(name + size - new, ATOMIC_FILE_NEW) != 0)
        step();
    return __real_unlinkat(folder, name, flags);
}

// ---- a device ----------------------------------------------------------------------------

struct box {
    char folder[PATH_MAX], file[PATH_MAX + 32], said[PATH_MAX + 32];
    struct paths paths;
};

static struct box box_of(void **state, const char *name)
{
    struct box box;
    snprintf(box.folder, sizeof(box.folder), "%.900s", scratch_join(state, name));
    snprintf(box.file, sizeof(box.file), "%s.json", box.folder);
    snprintf(box.said, sizeof(box.said), "%s.said", box.folder);
    snprintf(box.paths.config, PATHS_MAX, "%.900s/config/config.ini", box.folder);
    snprintf(box.paths.data, PATHS_MAX, "%.900s/data", box.folder);
    snprintf(box.paths.state, PATHS_MAX, "%.900s/state", box.folder);
    return box;
}

static void write_file(const struct box *box, const struct fleet_row *row, const char *more)
{
    char text[2048];
    int size = snprintf(
        text, sizeof(text),
        "{\"version\":1,\"portal\":\"%s\",\"portal-key\":\"%s\",\"pins\":[\"%s\"],"
        "\"account\":\"%s\",\"token\":\"%s\",\"label\":\"%s\"%s}",
        row->portal, row->portal_key, row->pin, row->account, row->token, row->label, more);
    scratch_write(box->file, text, (size_t)size);
}

static void say_into(const char *path)
{
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(out >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0);
}

// As main() does it. Ends the process.
static void provision(const struct box *box, const char *source)
{
    static struct config config;
    struct fault fault = {0};
    const char *files[] = {source};
    struct options options = options_default;
    options.command = COMMAND_PROVISION;
    options.face = FACE_JSON;
    options.files = files;
    options.file_count = 1;

    say_into(box->said);
    signals_block();
    if (!provision_finish(&box->paths, &fault) ||
        !config_read(&config, box->paths.config, false, &options, &fault))
        _exit(EXIT_CODE_INTERNAL);
    int code = (int)command_provision(&options, &box->paths);
    fflush(stdout);
    _exit(code);
}

// The exit code; -1 where the power went.
static int run_from(const struct box *box, const char *source, int steps)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        atomic_store(&steps_left, steps);
        provision(box, source);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run(const struct box *box)
{
    return run_from(box, box->file, NEVER);
}

static void expect_words(const struct box *box, const char *words)
{
    char text[8192] = "";
    scratch_read(box->said, text, sizeof(text) - 1);
    if (!strstr(text, words))
        fail_msg("%s: no %s", text, words);
}

static void expect_failure(const struct box *box, enum failure failure)
{
    char words[64];
    int code = run(box);
    snprintf(words, sizeof(words), "\"code\":\"%s\"", failure_code(failure));
    expect_words(box, words);
    assert_int_equal(code, failure_exit(failure));
}

static void run_well(const struct box *box)
{
    int code = run(box);
    if (code != EXIT_CODE_OK)
        expect_words(box, "provisioned");
    assert_int_equal(code, EXIT_CODE_OK);
}

// ---- what a device is --------------------------------------------------------------------

struct is {
    size_t pairings;
    char id[16 + 1];       // of the one pairing
    char language[16];     // empty: no setting
    bool old_pin, new_pin; // which hash is there
};

static bool holds(const struct box *box, const char *name, const char *text)
{
    char path[PATH_MAX + 64], found[4096] = "";
    snprintf(path, sizeof(path), "%s/%s", box->folder, name);
    if (access(path, F_OK) != 0)
        return false;
    scratch_read(path, found, sizeof(found) - 1);
    return strstr(found, text) != NULL;
}

// After the start of a program: what main() does before all else.
static struct is look(const struct box *box)
{
    static struct config config;
    struct is is = {0};
    struct fault fault = {0};
    struct options options = options_default;
    if (!provision_finish(&box->paths, &fault))
        fail_msg("%s: %s", failure_code(fault.failure), fault.detail);
    assert_true(config_read(&config, box->paths.config, false, &options, &fault));
    snprintf(is.language, sizeof(is.language), "%s", options.language ? options.language : "");

    struct pairing_store *store = pairing_store_open(box->paths.data, dialects, &fault);
    assert_non_null(store);
    struct pairing_summary summary;
    is.pairings = pairing_store_count(store);
    if (pairing_store_summary(store, 0, &summary))
        snprintf(is.id, sizeof(is.id), "%s", summary.id);
    pairing_store_close(store);

    is.old_pin = holds(box, "data/administrator.pin", old_hash);
    is.new_pin = holds(box, "data/administrator.pin", new_hash);
    assert_false(provision_is_begun(box->paths.data));
    return is;
}

static void expect_bare(const struct box *box)
{
    struct is is = look(box);
    assert_int_equal(is.pairings, 0);
    assert_string_equal(is.language, "");
    assert_false(is.old_pin || is.new_pin);
    assert_false(holds(box, "data/provision.done", ""));
}

#define WITH_OLD ",\"administrator-pin\":\"%s\",\"settings\":{\"lang\":\"ru\",\"mute\":true}"
#define WITH_NEW ",\"administrator-pin\":\"%s\",\"settings\":{\"lang\":\"en\",\"still\":true}"

static void write_old(const struct box *box, const struct fleet_row *row)
{
    char more[512];
    snprintf(more, sizeof(more), WITH_OLD, old_hash);
    write_file(box, row, more);
}

static void write_new(const struct box *box, const struct fleet_row *row)
{
    char more[512];
    snprintf(more, sizeof(more), WITH_NEW, new_hash);
    write_file(box, row, more);
}

static bool is_old(const struct is *is)
{
    return is->pairings == 1 && is->old_pin && strcmp(is->language, "ru") == 0;
}

static bool is_new(const struct is *is)
{
    return is->pairings == 1 && is->new_pin && strcmp(is->language, "en") == 0;
}

// ---- tests -------------------------------------------------------------------------------

static int set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    sandbox_make(&sandbox, scratch->path);
    sandbox_start(&sandbox, 0);
    return 0;
}

static int tear_down(void **state)
{
    sandbox_stop(&sandbox);
    return scratch_remove(state);
}

static void a_file_makes_a_kiosk(void **state)
{
    struct box box = box_of(state, "kiosk");
    struct fleet_row row;
    fleet_make(&sandbox, &row);
    write_old(&box, &row);
    run_well(&box);
    expect_words(&box, "\"event\":\"provisioned\"");
    expect_words(&box, "\"changed\":true");
    expect_words(&box, row.portal);

    struct is is = look(&box);
    assert_true(is_old(&is));
    assert_true(holds(&box, "config/config.ini", "mute = yes"));
    assert_true(fleet_is(&sandbox, &row, "used"));
    assert_false(holds(&box, "data/provision.done", row.token));
    assert_false(holds(&box, "data/provision.done", old_hash));

    struct fault fault = {0};
    int64_t wait_ms;
    struct pairing_store *store = pairing_store_open(box.paths.data, dialects, &fault);
    assert_true(administrator_check(store, span_str(OLD_PIN), 0, &wait_ms, &fault));
    pairing_store_close(store);
}

// The portal is off: nothing is sent any more.
static void the_same_token_again_sends_nothing(void **state)
{
    struct box box = box_of(state, "kiosk");
    struct fleet_row row;
    fleet_make(&sandbox, &row);
    write_old(&box, &row);
    run_well(&box);
    struct is before = look(&box);
    sandbox_stop(&sandbox);

    run_well(&box);
    expect_words(&box, "\"changed\":false");
    scratch_write(box.paths.config, "lang = en\n", 10); // somebody has changed it since
    run_well(&box);
    assert_string_equal(look(&box).language, "en");

    write_new(&box, &row);
    run_well(&box);
    expect_words(&box, "\"changed\":true");
    struct is after = look(&box);
    assert_true(is_new(&after));
    assert_string_equal(after.id, before.id);
    assert_true(holds(&box, "config/config.ini", "still = yes"));

    struct fault fault = {0};
    struct pairing_store *store = pairing_store_open(box.paths.data, dialects, &fault);
    assert_true(pairing_store_forget(store, before.id, &fault));
    pairing_store_close(store);
    expect_failure(&box, FAILURE_PROVISION_GONE);
}

static void a_refusal_changes_nothing(void **state)
{
    struct box one = box_of(state, "one"), other = box_of(state, "other");
    struct fleet_row row;
    fleet_make(&sandbox, &row);
    write_old(&one, &row);
    write_new(&other, &row);
    run_well(&one);
    expect_failure(&other, FAILURE_PROVISION_TOKEN_USED);
    expect_bare(&other);

    // Another file, for a device that is paired already.
    fleet_make(&sandbox, &row);
    fleet_revoke(&sandbox, &row);
    write_new(&one, &row);
    expect_failure(&one, FAILURE_PROVISION_TOKEN_WITHDRAWN);
    struct is is = look(&one);
    assert_true(is_old(&is));

    write_file(&one, &row, ",\"settings\":{\"lang\":\"xx\"}");
    expect_failure(&one, FAILURE_PROVISION_SETTING);
    write_file(&one, &row, ",\"label\":\"\"");
    expect_failure(&one, FAILURE_PROVISION_FORM); // twice
}

// What would not go into the configuration file is found before the token is used.
static void a_full_configuration_file_stops_it_in_time(void **state)
{
    struct box box = box_of(state, "kiosk");
    struct fleet_row row;
    char text[CONFIG_SIZE_MAX], folder[PATH_MAX + 32];
    memset(text, '#', sizeof(text));
    for (size_t i = 63; i < sizeof(text); i += 64)
        text[i] = '\n';
    snprintf(folder, sizeof(folder), "%s/config", box.folder);
    assert_int_equal(mkdir(box.folder, 0700) | mkdir(folder, 0700), 0);
    scratch_write(box.paths.config, text, sizeof(text) - 16);

    fleet_make(&sandbox, &row);
    write_old(&box, &row);
    expect_failure(&box, FAILURE_CONFIG);
    expect_bare(&box);
    assert_true(fleet_is(&sandbox, &row, "open"));
}

static void one_program_at_a_time(void **state)
{
    struct box box = box_of(state, "kiosk");
    struct fleet_row row;
    struct fault fault = {0};
    fleet_make(&sandbox, &row);
    write_old(&box, &row);
    struct pairing_store *store = pairing_store_open(box.paths.data, dialects, &fault);
    int lock = provision_lock(store, &fault);
    assert_true(lock >= 0);
    expect_failure(&box, FAILURE_PROVISION_BUSY);
    close(lock);
    pairing_store_close(store);
    run_well(&box);
}

// The credential of a unit, and standard input.
static void a_file_comes_from_where_it_is_said(void **state)
{
    struct box one = box_of(state, "one"), other = box_of(state, "other");
    const struct scratch *scratch = *state;
    struct fleet_row row;
    fleet_make(&sandbox, &row);
    write_old(&one, &row);
    setenv("CREDENTIALS_DIRECTORY", scratch->path, 1);
    assert_int_equal(run_from(&one, "credential:one.json", NEVER), EXIT_CODE_OK);
    unsetenv("CREDENTIALS_DIRECTORY");

    fleet_make(&sandbox, &row);
    write_old(&other, &row);
    int kept = dup(STDIN_FILENO), file = open(other.file, O_RDONLY | O_CLOEXEC);
    assert_true(kept >= 0 && dup2(file, STDIN_FILENO) >= 0);
    int code = run_from(&other, "-", NEVER);
    dup2(kept, STDIN_FILENO);
    close(kept);
    close(file);
    assert_int_equal(code, EXIT_CODE_OK);
}

static void copy_folder(const struct box *from, const struct box *to)
{
    char line[3 * PATH_MAX + 64];
    snprintf(line, sizeof(line), "rm -rf '%s' && cp -a '%s' '%s'", to->folder, from->folder,
             to->folder);
    assert_int_equal(system(line), 0);
}

// A kiosk that is paired gets another file, and the power goes at its n-th change of the disk.
static void power_that_goes_at_any_moment_leaves_before_or_after(void **state)
{
    struct box first = box_of(state, "first"), box = box_of(state, "cut");
    struct fleet_row row;
    fleet_make(&sandbox, &row);
    write_old(&first, &row);
    run_well(&first);
    struct is before = look(&first);
    assert_true(is_old(&before));

    size_t olds = 0, news = 0;
    int steps = 0, code = -1;
    for (; code < 0 && steps < STEPS_MAX; steps++) {
        fleet_make(&sandbox, &row);
        copy_folder(&first, &box);
        write_new(&box, &row);
        code = run_from(&box, box.file, steps);

        struct is is = look(&box);
        bool old = is_old(&is) && strcmp(is.id, before.id) == 0, new = is_new(&is);
        if (old == new)
            fail_msg("step %d: %zu pairings, lang %s, PIN %s", steps, is.pairings, is.language,
                     is.old_pin   ? "old"
                     : is.new_pin ? "new"
                                  : "none");
        olds += old;
        news += new;

        run_well(&box); // the same file again, whatever there is
        is = look(&box);
        assert_true(is_new(&is));
        assert_true(fleet_is(&sandbox, &row, "used"));
    }

    assert_int_equal(code, EXIT_CODE_OK);
    assert_true(olds > 5 && news > 5);
}

int main(int argc, char *argv[])
{
    if (signer_process_asked(argc, argv)) // the command starts it
        return signer_process_run(argv, dialects, NULL);

    if (sodium_init() < 0 || !administrator_hash(span_str(OLD_PIN), old_hash, NULL) ||
        !administrator_hash(span_str(NEW_PIN), new_hash, NULL))
        return 1;

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_makes_a_kiosk),
        TEST(the_same_token_again_sends_nothing),
        TEST(a_refusal_changes_nothing),
        TEST(a_full_configuration_file_stops_it_in_time),
        TEST(one_program_at_a_time),
        TEST(a_file_comes_from_where_it_is_said),
        TEST(power_that_goes_at_any_moment_leaves_before_or_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
